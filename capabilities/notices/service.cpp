// Queue, delivery and the demonstration's outbox page.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "foundation/io/files.hpp"
#include "foundation/kernel/json.hpp"
#include "notices/words.hpp"

namespace carnet::notices {

namespace json = kernel::json;
using kernel::ErrorKind;
using kernel::Instant;
using kernel::Result;
using kernel::Status;
using store::Row;

std::vector<store::Migration> schema_files(std::string_view folder);

namespace {

enum class RowState { queued = 1, taken = 2, returned = 3, failed = 4 };

constexpr std::int64_t batch = 64, attempts_most = 30;
constexpr std::int64_t first_retry_ms = 60'000, longest_retry_ms = 4 * 3'600'000;
constexpr long smtp_timeout_ms = 30'000;
constexpr const char* letter_suffix = ".letter";
constexpr std::size_t largest_letter = 4u << 20;
constexpr std::size_t outbox_page = 50, outbox_scan_most = 2'000;

std::string associated(std::int64_t id) { return fmt::format("notice|{}", id); }

std::int64_t retry_after(std::int64_t attempts) {
  return std::min(longest_retry_ms, first_retry_ms << std::min<std::int64_t>(attempts, 8));
}

struct Queued {
  std::int64_t id = 0, due_at = 0, attempts = 0, queued_at = 0;
  std::string reference;
  kernel::Bytes sealed;
};

enum class End { taken, try_later, failed };

}  // namespace

std::string_view code_of(Channel channel) {
  switch (channel) {
    case Channel::email: return "email";
    case Channel::letter: return "letter";
    case Channel::sms: return "sms";
    case Channel::voice: return "voice";
  }
  return "letter";
}

struct Notices::State {
  store::Store& main;
  crypto::Sealer sealer;
  Settings settings;
  const io::Clock& clock;
  io::Entropy& entropy;
  io::Pool& pool;
  Words words;
  std::vector<std::function<Status(store::Tx&, const Delivery&)>> handlers;
  std::function<void()> wake;

  Result<Sealed> unseal(std::int64_t id, kernel::ByteView bytes) const {
    const auto plain = sealer.open(bytes, kernel::as_bytes(associated(id)));
    if (!plain) return kernel::fault("notices.sealed", "a waiting notice does not open");
    return decode(kernel::as_text(*plain));
  }
  std::string new_reference() {
    std::string symbols = kernel::to_base32(entropy.bytes("notice-reference", 5));  // 40 bits, 8 symbols
    for (auto& c : symbols) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return symbols.substr(0, 4) + "-" + symbols.substr(4, 4);
  }
  // Ordered by time, so that the table grows at its end; 20 random bits part those of one millisecond.
  std::int64_t new_id() {
    const auto random = entropy.bytes("notice-id", 3);
    const std::int64_t low = (random[0] | random[1] << 8 | random[2] << 16) & 0xFFFFF;
    return (clock.now().ms << 20) | low;
  }

  bool has_channel(Channel channel) const {
    if (settings.demonstration) return true;
    return channel == Channel::email ? settings.smtp.has_value() : channel == Channel::letter && !settings.print_directory.empty();
  }
  End send(const Sealed& sealed, const Queued& row) const;
  Result<std::vector<Queued>> due(store::Snapshot& at, Instant now) const;
  Status finish(store::Tx& tx, const Queued& row, const Notice& notice, End end);
  Status tell(store::Tx& tx, const Delivery& delivery) const {
    for (const auto& handler : handlers) CARNET_CHECK(handler(tx, delivery));
    return {};
  }

  io::Task<Result<http::Response>> outbox(http::Exchange& exchange);
  io::Task<Result<http::Response>> outbox_item(http::Exchange& exchange);
  io::Task<Result<http::Response>> outbox_letter(http::Exchange& exchange);
  Result<std::optional<std::pair<Queued, Sealed>>> item(store::Snapshot& at, std::string_view id) const;
};

Notices::Notices() = default;
Notices::~Notices() = default;
std::vector<store::Migration> Notices::migrations() { return schema_files(""); }

Result<std::unique_ptr<Notices>> Notices::open(store::Store& main, crypto::Sealer sealer, Settings settings,
                                               const io::Clock& clock, io::Entropy& entropy, io::Pool& pool) {
  CARNET_TRY(words, Words::load(settings.messages));
  std::unique_ptr<Notices> notices(new Notices);
  notices->state_.reset(new State{main, std::move(sealer), std::move(settings), clock, entropy, pool, std::move(words), {}, {}});
  return notices;
}

Result<std::string> Notices::enqueue(store::Tx& tx, const Notice& notice) {
  auto& state = *state_;
  if (!state.has_channel(notice.channel))
    return kernel::refuse(ErrorKind::unavailable, "notices.no_channel", "this channel is not configured");
  std::string reference = state.new_reference();
  CARNET_TRY(written, state.words.write(notice, reference, state.settings));
  const std::int64_t id = state.new_id();
  const auto now = state.clock.now();
  const auto sealed = state.sealer.seal(kernel::as_bytes(encode(notice, written)), kernel::as_bytes(associated(id)));
  CARNET_TRY(row, tx.execute("INSERT INTO notice (notice_id, reference, person_id, template, channel, state, queued_at, attempts, "
                             "sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
                             {id, reference, notice.to.person.value, static_cast<int>(notice.what),
                              static_cast<int>(notice.channel), static_cast<int>(RowState::queued), now.ms, sealed}));
  CARNET_TRY(named, tx.execute("INSERT INTO notice_reference (reference, notice_id) VALUES ($1, $2)", {reference, id}));
  CARNET_TRY(due, tx.execute("INSERT INTO notice_due (due_at, notice_id) VALUES ($1, $2)", {now.ms, id}));
  (void)row, (void)named, (void)due;
  tx.after_commit([&state] {
    if (state.wake) state.wake();
  });
  return reference;
}

void Notices::on_delivery(std::function<Status(store::Tx&, const Delivery&)> handler) {
  state_->handlers.push_back(std::move(handler));
}
void Notices::on_queued(std::function<void()> wake) { state_->wake = std::move(wake); }

// Blocking. A letter waits for the printer sealed, like everything that names a person on a disk; print() opens it.
End Notices::State::send(const Sealed& sealed, const Queued& row) const {
  if (settings.demonstration) return End::taken;
  const Instant queued_at{row.queued_at};
  if (sealed.notice.channel == Channel::email) {
    const courier::Mail mail{sender_of(settings, sealed.notice.to.scheme), sealed.notice.to.address,
                             mail_message(sealed.notice, sealed.written, row.reference, settings, queued_at)};
    switch (courier::send_mail(*settings.smtp, mail, smtp_timeout_ms).outcome) {
      case courier::Outcome::taken: return End::taken;
      case courier::Outcome::try_later: return End::try_later;
      case courier::Outcome::refused_for_ever: return End::failed;
    }
  }
  const auto pdf = draw_letter(sealed.notice, sealed.written, row.reference, kernel::date_in(queued_at, kernel::Zone::paris()),
                               settings, words);
  if (!pdf) return End::try_later;
  const auto path = settings.print_directory / (row.reference + letter_suffix);
  return io::replace_file(path, sealer.seal(*pdf, kernel::as_bytes(row.reference)), 0600) ? End::taken : End::try_later;
}

Result<std::vector<Queued>> Notices::State::due(store::Snapshot& at, Instant now) const {
  std::vector<Queued> rows;
  CARNET_CHECK(at.query("SELECT d.notice_id, d.due_at, n.attempts, n.queued_at, n.reference, n.sealed FROM notice_due d "
                        "JOIN notice n ON n.notice_id = d.notice_id WHERE d.due_at <= $1 ORDER BY d.due_at, d.notice_id LIMIT $2",
                        {now.ms, batch}, [&](const Row& row) {
                          const auto blob = row.blob(5);
                          rows.push_back({row.integer(0), row.integer(1), row.integer(2), row.integer(3),
                                          std::string(row.text(4)), {blob.begin(), blob.end()}});
                          return true;
                        }));
  return rows;
}

Status Notices::State::finish(store::Tx& tx, const Queued& row, const Notice& notice, End end) {
  const auto now = clock.now();
  CARNET_TRY(gone, tx.execute("DELETE FROM notice_due WHERE due_at = $1 AND notice_id = $2", {row.due_at, row.id}));
  if (gone == 0) return {};  // another worker ended it
  if (end == End::try_later && row.attempts + 1 < attempts_most) {
    CARNET_TRY(again, tx.execute("INSERT INTO notice_due (due_at, notice_id) VALUES ($1, $2)",
                                 {now.ms + retry_after(row.attempts), row.id}));
    CARNET_TRY(counted, tx.execute("UPDATE notice SET attempts = attempts + 1 WHERE notice_id = $1", {row.id}));
    (void)again, (void)counted;
    return {};
  }
  const bool taken = end == End::taken;
  const kernel::Bytes kept = settings.demonstration ? row.sealed : kernel::Bytes{};
  CARNET_TRY(ended, tx.execute("UPDATE notice SET state = $2, ended_at = $3, sealed = $4 WHERE notice_id = $1",
                               {row.id, static_cast<int>(taken ? RowState::taken : RowState::failed), now.ms, kept}));
  (void)ended;
  return tell(tx, {row.reference, notice.to.person, notice.what, notice.channel,
                   taken ? Delivery::Fate::taken : Delivery::Fate::returned, now});
}

io::Task<Status> Notices::deliver_due() {
  auto& state = *state_;
  for (;;) {
    const auto now = state.clock.now();
    std::function<Result<std::vector<Queued>>(store::Snapshot&)> look = [&state, now](store::Snapshot& at) {
      return state.due(at, now);
    };
    CARNET_CO_TRY(rows, co_await state.main.read<std::vector<Queued>>(look));
    if (rows.empty()) co_return Status{};
    for (const auto& row : rows) {
      CARNET_CO_TRY(sealed, state.unseal(row.id, row.sealed));
      End end = End::try_later;
      if (!co_await io::on_pool(state.pool, [&] { end = state.send(sealed, row); })) co_return Status{};
      std::function<Result<bool>(store::Tx&)> close = [&state, &row, &sealed, end](store::Tx& tx) -> Result<bool> {
        CARNET_CHECK(state.finish(tx, row, sealed.notice, end));
        return true;
      };
      CARNET_CO_TRY(closed, co_await state.main.write<bool>(close));
      (void)closed;
    }
  }
}

Result<Notices::Waiting> Notices::waiting() {
  auto& state = *state_;
  const auto now = state.clock.now();
  std::function<Result<Waiting>(store::Snapshot&)> look = [now](store::Snapshot& at) -> Result<Waiting> {
    Waiting waiting;
    CARNET_CHECK(at.query("SELECT COUNT(*), MIN(due_at) FROM notice_due", {}, [&](const Row& row) {
      waiting.queued = row.integer(0);
      if (!row.is_null(1)) waiting.oldest_ms = std::max<std::int64_t>(0, now.ms - row.integer(1));
      return true;
    }));
    return waiting;
  };
  return state.main.read_now<Waiting>(look);
}

Status Notices::returned(std::string_view reference) {
  auto& state = *state_;
  const std::string wanted(reference);
  std::function<Result<bool>(store::Tx&)> mark = [&state, wanted](store::Tx& tx) -> Result<bool> {
    std::optional<Delivery> delivery;
    std::int64_t id = 0;
    CARNET_CHECK(tx.query("SELECT n.notice_id, n.person_id, n.template, n.channel FROM notice_reference r "
                          "JOIN notice n ON n.notice_id = r.notice_id WHERE r.reference = $1",
                          {wanted}, [&](const Row& row) {
                            id = row.integer(0);
                            delivery = Delivery{wanted, PersonId(row.integer(1)), static_cast<Template>(row.integer(2)),
                                                static_cast<Channel>(row.integer(3)), Delivery::Fate::returned, state.clock.now()};
                            return false;
                          }));
    if (!delivery) return kernel::refuse(ErrorKind::not_found, "notices.unknown", "no message bears this reference");
    CARNET_TRY(changed, tx.execute("UPDATE notice SET state = $2 WHERE notice_id = $1 AND state <> $2",
                                   {id, static_cast<int>(RowState::returned)}));
    if (changed > 0) CARNET_CHECK(state.tell(tx, *delivery));
    return true;
  };
  const auto done = state.main.write_now<bool>(mark);
  if (!done) return std::unexpected(done.error());
  return {};
}

Result<std::int64_t> Notices::print(const std::function<Status(const std::string&, kernel::ByteView)>& printer) {
  auto& state = *state_;
  std::int64_t printed = 0;
  CARNET_TRY(files, io::files_in(state.settings.print_directory));
  for (const auto& file : files) {
    if (file.extension() != letter_suffix) continue;
    const std::string reference = file.stem().string();
    CARNET_TRY(sealed, io::read_file(file, largest_letter));
    const auto pdf = state.sealer.open(sealed, kernel::as_bytes(reference));
    if (!pdf) return kernel::fault("notices.letter", "a waiting letter does not open");
    CARNET_CHECK(printer(reference, *pdf));
    CARNET_CHECK(io::remove_file(file));
    ++printed;
  }
  return printed;
}

Result<kernel::Bytes> Notices::letter_pdf(const Notice& notice, const std::string& reference, kernel::Date posted) const {
  CARNET_TRY(written, state_->words.write(notice, reference, state_->settings));
  return draw_letter(notice, written, reference, posted, state_->settings, state_->words);
}
Result<kernel::Bytes> Notices::plain_pdf(std::string_view title, const std::vector<std::string>& paragraphs) const {
  return draw_text(title, paragraphs, state_->settings);
}

// ---- the demonstration's outbox: every message, read as its receiver would ---------------------------------------------

namespace {

std::string id_text(std::int64_t id) { return fmt::format("{:x}", id); }

json::object summary(const Queued& row, const Sealed& sealed) {
  json::object out{{"id", id_text(row.id)},
                   {"channel", code_of(sealed.notice.channel)},
                   {"to_name", sealed.notice.to.name},
                   {"at", kernel::to_rfc3339(Instant{row.queued_at})},
                   {"subject", sealed.written.subject}};
  if (!sealed.notice.code.empty()) out["code"] = grouped(sealed.notice.code.reveal_text());
  return out;
}

Queued row_of(const Row& row) {
  const auto blob = row.blob(3);
  return {row.integer(0), 0, 0, row.integer(1), std::string(row.text(2)), {blob.begin(), blob.end()}};
}

bool names(const Sealed& sealed, const std::string& query) {
  if (query.empty()) return true;
  const auto folded = [](std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
  };
  return folded(sealed.notice.to.name).find(folded(query)) != std::string::npos;
}

std::unexpected<kernel::Error> unknown() { return kernel::refuse(ErrorKind::not_found, "not_found"); }

}  // namespace

io::Task<Result<http::Response>> Notices::State::outbox(http::Exchange& exchange) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  std::string query;
  for (const auto& [name, value] : exchange.request.query_pairs()) {
    if (name == "before") std::from_chars(value.data(), value.data() + value.size(), before, 16);
    if (name == "q") query = value;
  }
  std::function<Result<std::vector<Queued>>(store::Snapshot&)> look = [before](store::Snapshot& at) -> Result<std::vector<Queued>> {
    std::vector<Queued> rows;
    CARNET_CHECK(at.query("SELECT notice_id, queued_at, reference, sealed FROM notice WHERE notice_id < $1 "
                          "ORDER BY notice_id DESC LIMIT $2",
                          {before, static_cast<std::int64_t>(outbox_scan_most)}, [&](const Row& row) {
                            rows.push_back(row_of(row));
                            return true;
                          }));
    return rows;
  };
  CARNET_CO_TRY(rows, co_await main.read<std::vector<Queued>>(look));
  json::array items;
  std::int64_t last = 0;
  for (const auto& row : rows) {
    if (items.size() == outbox_page) break;
    last = row.id;
    CARNET_CO_TRY(sealed, unseal(row.id, row.sealed));
    if (names(sealed, query)) items.push_back(summary(row, sealed));
  }
  json::object answer{{"today", kernel::to_text(kernel::date_in(clock.now(), kernel::Zone::paris()))}, {"items", std::move(items)}};
  if (!rows.empty() && last != rows.back().id) answer["next_before"] = id_text(last);
  co_return http::Response::json(json::serialize(answer));
}

Result<std::optional<std::pair<Queued, Sealed>>> Notices::State::item(store::Snapshot& at, std::string_view id) const {
  std::int64_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number, 16);
  std::optional<Queued> found;
  CARNET_CHECK(at.query("SELECT notice_id, queued_at, reference, sealed FROM notice WHERE notice_id = $1", {number},
                        [&](const Row& row) {
                          found = row_of(row);
                          return false;
                        }));
  if (!found) return std::nullopt;
  CARNET_TRY(sealed, unseal(found->id, found->sealed));
  return std::optional(std::pair(std::move(*found), std::move(sealed)));
}

io::Task<Result<http::Response>> Notices::State::outbox_item(http::Exchange& exchange) {
  using Item = std::optional<std::pair<Queued, Sealed>>;
  const std::string id(exchange.parameter("id"));
  // The pair is move-only (it holds a code): it is made here, outside the store's closure, from the bytes that one reads.
  std::function<Result<std::shared_ptr<Item>>(store::Snapshot&)> look = [this, id](store::Snapshot& at) -> Result<std::shared_ptr<Item>> {
    CARNET_TRY(found, item(at, id));
    return std::make_shared<Item>(std::move(found));
  };
  CARNET_CO_TRY(found, co_await main.read<std::shared_ptr<Item>>(look));
  if (!*found) co_return unknown();
  const auto& [row, sealed] = **found;
  json::object answer = summary(row, sealed);
  answer["reference"] = row.reference;
  std::string address = sealed.notice.to.address;
  for (const auto& line : sealed.notice.to.postal.lines)
    if (sealed.notice.channel == Channel::letter) address += (address.empty() ? "" : "\n") + line;
  answer["to_address"] = address;
  std::string text;
  if (sealed.notice.channel == Channel::sms || sealed.notice.channel == Channel::voice) {
    text = sealed.written.short_text;
  } else {
    for (const auto& paragraph : sealed.written.paragraphs) text += (text.empty() ? "" : "\n\n") + paragraph;
  }
  answer["text"] = text;
  if (sealed.notice.channel == Channel::letter)
    answer["pdf"] = fmt::format("/api/demonstration/outbox/{}/letter.pdf", id_text(row.id));
  co_return http::Response::json(json::serialize(answer));
}

io::Task<Result<http::Response>> Notices::State::outbox_letter(http::Exchange& exchange) {
  using Item = std::optional<std::pair<Queued, Sealed>>;
  const std::string id(exchange.parameter("id"));
  std::function<Result<std::shared_ptr<Item>>(store::Snapshot&)> look = [this, id](store::Snapshot& at) -> Result<std::shared_ptr<Item>> {
    CARNET_TRY(found, item(at, id));
    return std::make_shared<Item>(std::move(found));
  };
  CARNET_CO_TRY(found, co_await main.read<std::shared_ptr<Item>>(look));
  if (!*found || (*found)->second.notice.channel != Channel::letter) co_return unknown();
  Result<kernel::Bytes> pdf = kernel::fault("notices.letter", "not drawn");
  const auto& [row, sealed] = **found;
  const auto posted = kernel::date_in(Instant{row.queued_at}, kernel::Zone::paris());
  if (!co_await io::on_pool(pool, [&] { pdf = draw_letter(sealed.notice, sealed.written, row.reference, posted, settings, words); }))
    co_return kernel::refuse(ErrorKind::unavailable, "notices.busy");
  if (!pdf) co_return std::unexpected(pdf.error());
  co_return http::Response::text("application/pdf", std::string(kernel::as_text(*pdf)));
}

std::vector<http::Route> Notices::routes() {
  if (!state_->settings.demonstration) return {};
  auto* state = state_.get();
  return {
      {http::Method::get, "/api/demonstration/outbox", [state](http::Exchange& e) { return state->outbox(e); }, http::Access::anyone},
      {http::Method::get, "/api/demonstration/outbox/{id}", [state](http::Exchange& e) { return state->outbox_item(e); },
       http::Access::anyone},
      {http::Method::get, "/api/demonstration/outbox/{id}/letter.pdf", [state](http::Exchange& e) { return state->outbox_letter(e); },
       http::Access::anyone},
  };
}

}  // namespace carnet::notices
