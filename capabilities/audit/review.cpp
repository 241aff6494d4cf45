// Reads the journal by the time in the entry ids, which are indexed: a slice of time, then the next, longer or shorter as
// there is little or much in it.
#include "audit/review.hpp"

#include <algorithm>
#include <map>

namespace carnet::audit {

namespace {

using kernel::Instant;
using kernel::Result;
using kernel::Status;

constexpr std::int64_t first_slice_ms = 60'000, longest_slice_ms = 3'600'000, shortest_slice_ms = 250;
constexpr std::size_t few = 200, many = 4'000;
constexpr std::int64_t last_ms = (std::int64_t{1} << 48) - 1;  // of an entry id
constexpr std::int64_t day_ms = 86'400'000;

EntryId first_id_of(std::int64_t ms) {
  EntryId id{};
  for (std::size_t i = 0; i < 6; ++i) id[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  return id;
}

std::int64_t ms_of(kernel::ByteView id) {
  std::int64_t ms = 0;
  for (std::size_t i = 0; i < 6; ++i) ms = ms << 8 | id[i];
  return ms;
}

Trace empty_trace(const Header& header) {
  Trace trace{header.sequence, header.at, kernel::to_base32(header.id), {}, {}, {}};
  trace.entry.space = header.space;
  trace.entry.lane = header.lane;
  return trace;
}

Reviewed reviewed(const Header& header, const std::optional<std::string>& body, std::string_view fault) {
  auto entry = body ? decode_body(*body, header.space, header.lane) : std::nullopt;
  Reviewed out{empty_trace(header), entry ? fault : std::string_view("body_unreadable")};
  if (entry) out.trace.entry = std::move(*entry);
  return out;
}

// One row, with what stands before it in its lane.
struct Met {
  Link link;
  bool follows = false;
};

Reviewed judge(const crypto::Sealer& sealer, const Met& met) {
  const Link& link = met.link;
  std::string_view fault;
  if (!met.follows) fault = "not_in_chain";
  if (chain_hash(link.previous, link.body, link.header) != link.hash) fault = "hash_differs";
  const auto opened = open_body(sealer, link.body, link.header, link.previous);
  return reviewed(link.header, opened ? std::optional(opened->text) : std::nullopt, fault);
}

Result<std::vector<Met>> slice(store::Store& journal, std::int64_t from, std::int64_t to) {
  const JournalTable table(journal);
  return journal.read_now<std::vector<Met>>([&](store::Snapshot& at) -> Result<std::vector<Met>> {
    CARNET_TRY(links, table.between(at, first_id_of(from), first_id_of(to)));
    std::vector<Met> met;
    met.reserve(links.size());
    for (auto& link : links) {
      CARNET_TRY(follows, table.follows(at, link));
      met.push_back({std::move(link), follows});
    }
    return met;
  });
}

using Waiting = std::map<EntryId, Pending>;

// Before the journal, so that one that moves meanwhile is met there.
Result<Waiting> waiting_in(store::Store& main, std::int64_t from, std::int64_t to) {
  constexpr int page = 500;
  Waiting waiting;
  EntryId after{};
  for (bool more = true; more;) {
    CARNET_TRY(found, main.read_now<std::vector<Pending>>([&](store::Snapshot& at) { return pending_after(at, after, page); }));
    more = found.size() == page;
    for (auto& one : found) {
      after = one.header.id;
      const auto ms = ms_of(one.header.id);
      if (ms >= from && ms < to) waiting.emplace(after, std::move(one));
    }
  }
  return waiting;
}

}  // namespace

std::int64_t day_of_entry(std::string_view entry_id) {
  const auto id = kernel::from_base32(entry_id, std::tuple_size_v<EntryId>);
  return id ? ms_of(*id) / day_ms : -1;
}

Status review_traces(const ReviewOf& of, Instant from, Instant to, const std::function<bool(const Reviewed&)>& each) {
  const auto begin = std::clamp<std::int64_t>(from.ms, 0, last_ms), end = std::clamp<std::int64_t>(to.ms, 0, last_ms);
  CARNET_TRY(waiting, waiting_in(of.main, begin, end));
  std::int64_t length = first_slice_ms;
  for (std::int64_t start = begin; start < end;) {
    const auto until = std::min(end, start + length);
    CARNET_TRY(met, slice(of.journal, start, until));
    for (const auto& one : met) {
      waiting.erase(one.link.header.id);
      if (!each(judge(of.sealer, one))) return {};
    }
    start = until;
    if (met.size() < few) length = std::min(length * 2, longest_slice_ms);
    if (met.size() > many) length = std::max(length / 2, shortest_slice_ms);
  }
  for (const auto& [id, pending] : waiting) {
    const auto plain = of.sealer.open(pending.body, pending_binding(pending.header));
    if (!each(reviewed(pending.header, plain ? std::optional<std::string>(kernel::as_text(*plain)) : std::nullopt, {}))) return {};
  }
  return {};
}

}  // namespace carnet::audit
