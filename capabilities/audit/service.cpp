#include <algorithm>
#include <limits>

#include "audit/audit.hpp"
#include "audit/chain_writer.hpp"
#include "audit/pump.hpp"
#include "audit/review.hpp"

namespace carnet::audit {

std::vector<store::Migration> schema_files(std::string_view folder);

std::vector<store::Migration> Journal::main_migrations() {
  return schema_files("main");
}
std::vector<store::Migration> Journal::journal_migrations() {
  return schema_files("journal");
}

struct Journal::State {
  store::Store& main;
  store::Store& journal;
  crypto::Sealer sealer;
  const io::Clock& clock;
  EntryIds ids;
  ChainWriter chain;
  Pump pump;

  State(store::Store& main_store, store::Store& journal_store, crypto::Sealer given, const io::Clock& given_clock,
        io::Entropy& entropy)
      : main(main_store),
        journal(journal_store),
        sealer(std::move(given)),
        clock(given_clock),
        ids(entropy),
        chain(journal, sealer, entropy),
        pump(main, chain, sealer) {
    chain.on_batch([this] { pump.wake_if_stalled(); });
  }

  Header header_of(const Entry& entry) {
    const auto now = clock.now();
    return {entry.space, entry.lane, 0, now, ids.next(now)};
  }
};

namespace {

kernel::Status check_place(const Entry& entry) {
  if (entry.space.value <= 0) return kernel::fault("audit.no_space", "a trace is of a space");
  return {};
}

std::string text_of(const EntryId& id) {
  return kernel::to_base32(id);
}

// What one page of a reader's list is made of, before its bodies are opened.
struct Page {
  std::vector<Link> links;                                // newest first
  std::vector<std::pair<std::int64_t, Pending>> pending;  // with their sequence to be; newest first
};

bool in_range(const Filter& filter, kernel::Instant at) {
  return (!filter.from || at >= *filter.from) && (!filter.to || at < *filter.to);
}

// Pending traces were read first, from the main store: what has moved since stands in the journal under its id. One
// that stands there beyond the head this reader follows is still pending to them.
kernel::Result<Page> read_page(store::Snapshot& snapshot, const JournalTable& table, LaneKey key,
                               std::optional<Head> head, std::vector<Pending> pending, const Filter& filter) {
  if (!head) {
    CARNET_TRY(stored, table.head_of(snapshot, key));
    head = stored;
  }
  Page page;
  std::int64_t sequence = head->sequence;
  for (auto& waiting : pending) {
    CARNET_TRY(moved, table.sequence_of(snapshot, key.space, waiting.header.id));
    if (moved && *moved <= head->sequence) continue;
    page.pending.emplace_back(++sequence, std::move(waiting));
  }
  std::erase_if(page.pending, [&](const auto& waiting) {
    return !in_range(filter, waiting.second.header.at) ||
           (filter.before_sequence > 0 && waiting.first >= filter.before_sequence);
  });
  std::reverse(page.pending.begin(), page.pending.end());
  if (page.pending.size() >= filter.limit) {
    page.pending.resize(filter.limit);
    return page;
  }
  const std::size_t room = filter.limit - page.pending.size();
  const std::int64_t highest =
      filter.before_sequence > 0 ? filter.before_sequence - 1 : std::numeric_limits<std::int64_t>::max();
  CARNET_CHECK(table.walk(snapshot, key, *head, highest, [&](const Link& link) {
    if (in_range(filter, link.header.at)) page.links.push_back(link);
    return page.links.size() < room;
  }));
  return page;
}

kernel::Result<Trace> trace_of(const Header& header, std::int64_t sequence, const std::optional<std::string>& body) {
  auto entry = body ? decode_body(*body, header.space, header.lane) : std::nullopt;
  if (!entry) {
    return std::unexpected(chain_broken({header.space, header.lane}, sequence, "its body does not open"));
  }
  return Trace{sequence, header.at, text_of(header.id), std::move(*entry), {}, {}};
}

std::optional<std::string> text_of_body(const crypto::Sealer& sealer, const Link& link) {
  auto opened = open_body(sealer, link.body, link.header, link.previous);
  if (!opened) return std::nullopt;
  return std::move(opened->text);
}

kernel::Result<std::vector<Trace>> open_page(const Page& page, const crypto::Sealer& sealer) {
  std::vector<Trace> traces;
  traces.reserve(page.pending.size() + page.links.size());
  for (const auto& [sequence, waiting] : page.pending) {
    const auto plain = sealer.open(waiting.body, pending_binding(waiting.header));
    CARNET_TRY(trace, trace_of(waiting.header, sequence,
                               plain ? std::optional<std::string>(kernel::as_text(*plain)) : std::nullopt));
    traces.push_back(std::move(trace));
  }
  for (const auto& link : page.links) {
    CARNET_TRY(trace, trace_of(link.header, link.header.sequence, text_of_body(sealer, link)));
    trace.hash.assign(link.hash.begin(), link.hash.end());
    trace.previous.assign(link.previous.begin(), link.previous.end());
    traces.push_back(std::move(trace));
  }
  return traces;
}

}  // namespace

Journal::Journal(std::shared_ptr<State> state) : state_(std::move(state)) {}

Journal::~Journal() {
  state_->pump.close();
  state_->chain.close();
}

kernel::Result<std::unique_ptr<Journal>> Journal::open(store::Store& main, store::Store& journal, crypto::Sealer sealer,
                                                       const io::Clock& clock, io::Entropy& entropy) {
  auto state = std::make_shared<State>(main, journal, std::move(sealer), clock, entropy);
  CARNET_CHECK(state->chain.recover());
  auto drained = store::completion_now([&](store::Done done) { state->pump.settle(std::move(done)); });
  // A pending trace that does not open stays, and whoever reads or settles is told; it does not stop the service.
  const auto tolerated = [](std::string_view code) { return code == "audit.pending_unreadable" || code == "store.read_only"; };
  if (!drained && !tolerated(drained.error().code)) return kernel::pass(std::move(drained));
  return std::unique_ptr<Journal>(new Journal(std::move(state)));
}

io::Task<kernel::Result<TraceReceipt>> Journal::durable(Entry entry) {
  CARNET_CO_CHECK(check_place(entry));
  const auto header = state_->header_of(entry);
  auto body = encode_body(entry);
  CARNET_CO_CHECK(co_await store::completion([this, &header, &body](store::Done done) {
    state_->chain.add({header, std::move(body), false, std::move(done)});
  }));
  co_return TraceReceipt(header.space, text_of(header.id), true);
}

kernel::Result<TraceReceipt> Journal::durable_now(Entry entry) {
  CARNET_CHECK(check_place(entry));
  const auto header = state_->header_of(entry);
  CARNET_CHECK(store::completion_now(
      [&](store::Done done) { state_->chain.add({header, encode_body(entry), false, std::move(done)}); }));
  return TraceReceipt(header.space, text_of(header.id), true);
}

kernel::Result<TraceReceipt> Journal::append(store::Tx& tx, Entry entry) {
  CARNET_CHECK(check_place(entry));
  Pending pending{state_->header_of(entry), {}};
  pending.body = state_->sealer.seal(kernel::as_bytes(encode_body(entry)), pending_binding(pending.header));
  CARNET_CHECK(insert_pending(tx, pending));
  tx.after_commit([state = state_] { state->pump.wake(); });
  return TraceReceipt(entry.space, text_of(pending.header.id), false);
}

io::Task<kernel::Result<std::vector<Trace>>> Journal::read(SpaceId space, Filter filter) {
  const LaneKey key{space, filter.lane};
  auto pending = co_await state_->main.read<std::vector<Pending>>(
      [key](store::Snapshot& snapshot) { return pending_of(snapshot, key); });
  if (!pending) co_return std::unexpected(std::move(pending).error());
  auto page = co_await state_->journal.read<Page>(
      [key, filter, state = state_.get(), waiting = std::move(*pending)](store::Snapshot& snapshot) {
        // Before the snapshot, which begins with its first query: the snapshot holds all that this head leads to.
        std::optional<Head> head;
        if (state->chain.table().has_positions()) head = state->chain.head(key);
        return read_page(snapshot, state->chain.table(), key, head, waiting, filter);
      });
  if (!page) co_return std::unexpected(std::move(page).error());
  co_return open_page(*page, state_->sealer);
}

io::Task<kernel::Result<Journal::Gained>> Journal::gained(std::int64_t after, std::int64_t most) {
  auto found = co_await state_->journal.read<JournalTable::After>(
      [after, most, state = state_.get()](store::Snapshot& snapshot) { return state->chain.table().after(snapshot, after, most); });
  if (!found) co_return std::unexpected(std::move(found).error());
  Gained gained;
  gained.reached = found->reached;
  gained.more = found->reached < found->end;
  for (const auto& link : found->links) {
    // One that does not open stops no other; `verify` and its reader are told.
    auto trace = trace_of(link.header, link.header.sequence, text_of_body(state_->sealer, link));
    if (trace) gained.traces.push_back(std::move(*trace));
  }
  co_return gained;
}

kernel::Result<std::int64_t> Journal::reached_now() {
  return state_->journal.read_now<std::int64_t>(
      [this](store::Snapshot& snapshot) { return state_->chain.table().end(snapshot); });
}

kernel::Result<std::int64_t> Journal::verify(SpaceId space, Lane lane) {
  const LaneKey key{space, lane};
  return state_->journal.read_now<std::int64_t>([this, key](store::Snapshot& snapshot) -> kernel::Result<std::int64_t> {
    const auto& table = state_->chain.table();
    std::optional<Head> head;
    if (table.has_positions()) head = state_->chain.head(key);
    if (!head) {
      CARNET_TRY(stored, table.head_of(snapshot, key));
      head = stored;
    }
    Hash expected = head->hash;
    std::int64_t checked = 0;
    std::optional<kernel::Error> broken;
    CARNET_CHECK(table.walk(snapshot, key, *head, head->sequence, [&](const Link& link) {
      const auto sequence = link.header.sequence;
      if (link.hash != expected) {
        broken = chain_broken(key, sequence, "its hash is not the one the next trace holds");
      } else if (chain_hash(link.previous, link.body, link.header) != link.hash) {
        broken = chain_broken(key, sequence, "its hash is not that of its content");
      } else if (!trace_of(link.header, sequence, text_of_body(state_->sealer, link))) {
        broken = chain_broken(key, sequence, "its body does not open");
      } else if (sequence == 1 && link.previous != Hash{}) {
        broken = chain_broken(key, sequence, "the first trace has one before it");
      }
      expected = link.previous;
      ++checked;
      return !broken;
    }));
    if (broken) return std::unexpected(std::move(*broken));
    return checked;
  });
}

kernel::Result<std::vector<Link>> Journal::links(SpaceId space, Lane lane) {
  const LaneKey key{space, lane};
  return state_->journal.read_now<std::vector<Link>>([this, key](store::Snapshot& snapshot) -> kernel::Result<std::vector<Link>> {
    const auto& table = state_->chain.table();
    auto head = table.has_positions() ? state_->chain.head(key) : std::nullopt;
    if (!head) {
      CARNET_TRY(stored, table.head_of(snapshot, key));
      head = stored;
    }
    std::vector<Link> found;
    CARNET_CHECK(table.walk(snapshot, key, *head, head->sequence, [&](const Link& link) {
      found.push_back(link);
      return true;
    }));
    std::reverse(found.begin(), found.end());
    return found;
  });
}

kernel::Status Journal::review(kernel::Instant from, kernel::Instant to, const std::function<bool(const Reviewed&)>& each) {
  return review_traces({state_->main, state_->journal, state_->sealer}, from, to, each);
}

const crypto::Sealer& Journal::sealer() const { return state_->sealer; }

io::Task<kernel::Status> Journal::settle() {
  co_return co_await store::completion([this](store::Done done) { state_->pump.settle(std::move(done)); });
}

}  // namespace carnet::audit
