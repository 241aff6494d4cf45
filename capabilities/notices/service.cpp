// The queue of notices and their delivery.
#include <fmt/format.h>

#include <algorithm>

#include "foundation/io/files.hpp"
#include "notices/state.hpp"

namespace carnet::notices {

using kernel::ErrorKind;
using kernel::Instant;
using kernel::Result;
using kernel::Status;
using store::Row;

std::vector<store::Migration> schema_files(std::string_view folder);

namespace {

constexpr std::int64_t urgent_lead_ms = 86'400'000;
constexpr std::int64_t batch = 64, attempts_most = 30;
constexpr std::int64_t first_retry_ms = 60'000, longest_retry_ms = 4 * 3'600'000;
// A server that filters what it takes may be slow to answer the end of a message; who stops listening before it does
// sends the message twice (RFC 5321, 4.5.3.2.6 asks for ten minutes).
constexpr long smtp_timeout_ms = 600'000;
constexpr const char* letter_suffix = ".letter";
constexpr std::size_t largest_letter = 4u << 20;
constexpr int draws_most = 8;  // of a reference that nobody has: one in a thousand is taken when a billion are

constexpr int id_random_bits = 20;

std::int64_t retry_after(std::int64_t attempts) {
  return std::min(longest_retry_ms, first_retry_ms << std::min<std::int64_t>(attempts, 8));
}

bool is_taken(const kernel::Error& error) { return error.code == "store.unique"; }

// A sender that no server would accept makes every mail fail for ever: said at start, not to each person.
bool is_sender(std::string_view address) {
  const auto at = address.find('@');
  return at != 0 && at != std::string_view::npos && at + 1 < address.size() &&
         std::ranges::all_of(address, [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != '>' && c != ','; });
}

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

io::Task<Turns::Held> Turns::take() {
  (void)co_await store::completion([this](store::Done done) {
    {
      std::lock_guard lock(mutex_);
      if (taken_) return waiting_.push_back(std::move(done));
      taken_ = true;
    }
    done({});
  });
  co_return Held(*this);
}

void Turns::give_back() {
  store::Done next;
  {
    std::lock_guard lock(mutex_);
    taken_ = !waiting_.empty();
    if (!taken_) return;
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  next({});
}

// ---- the queue -----------------------------------------------------------------------------------------------------

Notices::Notices() = default;
Notices::~Notices() = default;
std::vector<store::Migration> Notices::migrations() { return schema_files(""); }

Result<std::unique_ptr<Notices>> Notices::open(store::Store& main, crypto::Sealer sealer, Settings settings,
                                               const io::Clock& clock, io::Entropy& entropy, io::Pool& pool) {
  CARNET_TRY(words, Words::load(settings.messages));
  if (settings.smtp) {
    std::vector<kernel::Issue> issues;
    if (!is_sender(settings.mail_from_default)) issues.push_back({"value", "mail_from_default", "is not an address"});
    for (const auto& [scheme, address] : settings.senders)
      if (!is_sender(address)) issues.push_back({"value", "senders, " + scheme, "is not an address"});
    if (!issues.empty()) return kernel::invalid("notices.sender", std::move(issues));
  }
  std::unique_ptr<Notices> notices(new Notices);
  notices->state_ = std::make_unique<State>(main, std::move(sealer), std::move(settings), clock, entropy, pool, std::move(words));
  return notices;
}

std::string associated(std::int64_t id) { return fmt::format("notice|{}", id); }

Result<Sealed> Notices::State::unseal(std::int64_t id, kernel::ByteView bytes) const {
  auto plain = sealer.open(bytes, kernel::as_bytes(associated(id)));
  if (!plain) return kernel::fault("notices.sealed", "a waiting notice does not open");
  auto sealed = decode(kernel::as_text(*plain));
  kernel::zeroise(plain->data(), plain->size());
  return sealed;
}

std::string Notices::State::new_reference() {
  std::string symbols = kernel::to_base32(entropy.bytes("notice-reference", 5));  // 40 bits, 8 symbols
  for (auto& c : symbols) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return symbols.substr(0, 4) + "-" + symbols.substr(4, 4);
}

// Ordered by time, so that the table grows at its end and the newest is the last asked for; 20 random bits part two
// processes in one millisecond.
std::int64_t Notices::State::new_id() {
  const auto random = entropy.bytes("notice-id", 3);
  const std::int64_t low = (random[0] | random[1] << 8 | random[2] << 16) & ((1 << id_random_bits) - 1);
  const std::int64_t drawn = (clock.now().ms << id_random_bits) | low;
  std::int64_t last = last_id.load(), id = 0;
  do {
    id = std::max(drawn, last + 1);
  } while (!last_id.compare_exchange_weak(last, id));
  return id;
}

bool Notices::State::has_channel(Channel channel) const {
  if (settings.demonstration) return true;
  if (channel == Channel::email) return settings.smtp.has_value();
  return channel == Channel::letter && !settings.print_directory.empty();
}

// False, and nothing done, when another notice has the id or the reference.
Result<bool> Notices::State::insert(store::Tx& tx, const Notice& notice, std::int64_t id, const std::string& reference) const {
  CARNET_TRY(written, words.write(notice, reference, settings));
  auto plain = encode(notice, written);
  const auto body = sealer.seal(kernel::as_bytes(plain), kernel::as_bytes(associated(id)));
  zeroise(plain);
  const auto now = clock.now();
  const auto named = tx.execute("INSERT INTO notice_reference (reference, notice_id) VALUES ($1, $2)", {reference, id});
  if (!named && is_taken(named.error())) return false;
  if (!named) return std::unexpected(named.error());
  const auto row = tx.execute(
      "INSERT INTO notice (notice_id, reference, person_id, template, channel, state, queued_at, attempts, sealed) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8)",
      {id, reference, notice.to.person.value, static_cast<int>(notice.what), static_cast<int>(notice.channel),
       static_cast<int>(RowState::queued), now.ms, body});
  if (!row && is_taken(row.error())) {
    CARNET_TRY(unnamed, tx.execute("DELETE FROM notice_reference WHERE reference = $1", {reference}));
    (void)unnamed;
    return false;
  }
  if (!row) return std::unexpected(row.error());
  // Someone waits in front of a page for a one-time code: it goes before a campaign's mails.
  const std::int64_t due_at = notice.what == Template::one_time_code ? now.ms - urgent_lead_ms : now.ms;
  CARNET_TRY(due, tx.execute("INSERT INTO notice_due (due_at, notice_id) VALUES ($1, $2)", {due_at, id}));
  (void)due;
  return true;
}

Result<std::string> Notices::enqueue(store::Tx& tx, const Notice& notice) {
  auto& state = *state_;
  if (!state.has_channel(notice.channel))
    return kernel::refuse(ErrorKind::unavailable, "notices.no_channel", "this channel is not configured");
  if (notice.what == Template::code_sheet && notice.channel != Channel::letter)
    return kernel::refuse(ErrorKind::invalid, "notices.letter_only", "a sheet of codes leaves by letter only");
  const Notice fit = cleaned(notice);
  for (int draw = 0; draw < draws_most; ++draw) {
    const std::string reference = state.new_reference();
    CARNET_TRY(queued, state.insert(tx, fit, state.new_id(), reference));
    if (!queued) continue;
    tx.after_commit([&state] { state.wake_up(); });
    return reference;
  }
  return kernel::fault("notices.reference", "no free reference was drawn");
}

bool Notices::reaches(Channel channel) const { return state_->has_channel(channel); }

void Notices::on_delivery(std::function<Status(store::Tx&, const Delivery&)> handler) {
  state_->handlers.push_back(std::move(handler));
}

void Notices::on_queued(std::function<void()> wake) { state_->set_wake(std::move(wake)); }

void Notices::State::set_wake(std::function<void()> given) {
  std::lock_guard lock(wake_mutex_);
  wake_ = std::move(given);
}

void Notices::State::wake_up() {
  std::lock_guard lock(wake_mutex_);
  if (wake_) wake_();
}

Result<Notices::Waiting> Notices::waiting() {
  auto& state = *state_;
  const auto now = state.clock.now();
  std::function<Result<Waiting>(store::Snapshot&)> look = [now](store::Snapshot& at) -> Result<Waiting> {
    Waiting waiting;
    CARNET_CHECK(at.query("SELECT COUNT(*), MIN(notice_id) FROM notice_due", {}, [&](const Row& row) {
      waiting.queued = row.integer(0);
      if (!row.is_null(1)) waiting.oldest_ms = std::max<std::int64_t>(0, now.ms - (row.integer(1) >> id_random_bits));
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
    std::optional<Queued> row;
    CARNET_CHECK(tx.query("SELECT n.notice_id, n.person_id, n.template, n.channel, n.sealed FROM notice_reference r "
                          "JOIN notice n ON n.notice_id = r.notice_id WHERE r.reference = $1",
                          {wanted}, [&](const Row& found) {
                            const auto blob = found.blob(4);
                            row = Queued{found.integer(0), 0, 0, 0, 0, wanted, PersonId(found.integer(1)),
                                         static_cast<Template>(found.integer(2)), static_cast<Channel>(found.integer(3)),
                                         {blob.begin(), blob.end()}};
                            return false;
                          }));
    if (!row) return kernel::refuse(ErrorKind::not_found, "notices.unknown", "no message bears this reference");
    // One that still waits is not sent any more: the next claim finds it ended. One that failed has been told already.
    const kernel::Bytes kept = state.settings.demonstration ? row->sealed : kernel::Bytes{};
    CARNET_TRY(changed, tx.execute("UPDATE notice SET state = $2, sealed = $3 WHERE notice_id = $1 AND state <> $2 AND state <> $4",
                                   {row->id, static_cast<int>(RowState::returned), kept, static_cast<int>(RowState::failed)}));
    if (changed > 0)
      CARNET_CHECK(state.tell(tx, {wanted, row->person, row->what, row->channel, Delivery::Fate::returned, state.clock.now()}));
    return true;
  };
  const auto done = state.main.write_now<bool>(mark);
  if (!done) return std::unexpected(done.error());
  return {};
}

Status Notices::State::tell(store::Tx& tx, const Delivery& delivery) const {
  for (const auto& handler : handlers) CARNET_CHECK(handler(tx, delivery));
  return {};
}

// ---- delivery ------------------------------------------------------------------------------------------------------

Result<std::vector<Queued>> Notices::State::due(store::Snapshot& at, Instant now) const {
  std::vector<Queued> rows;
  CARNET_CHECK(at.query("SELECT d.notice_id, d.due_at, n.attempts, n.queued_at, n.reference, n.person_id, n.template, "
                        "n.channel, n.sealed FROM notice_due d JOIN notice n ON n.notice_id = d.notice_id "
                        "WHERE d.due_at <= $1 ORDER BY d.due_at, d.notice_id LIMIT $2",
                        {now.ms, batch}, [&](const Row& row) {
                          const auto blob = row.blob(8);
                          const std::int64_t attempts = row.integer(2);
                          rows.push_back({row.integer(0), row.integer(1), now.ms + retry_after(attempts), attempts,
                                          row.integer(3), std::string(row.text(4)), PersonId(row.integer(5)),
                                          static_cast<Template>(row.integer(6)), static_cast<Channel>(row.integer(7)),
                                          {blob.begin(), blob.end()}});
                          return true;
                        }));
  return rows;
}

// Before anything is sent, the try is counted and the next one set: a message that ends the process, or whose end cannot be
// recorded, does not come first again at once; and a store that writes no more sends nothing. Answers those that are ours.
Result<std::vector<std::int64_t>> Notices::State::claim(store::Tx& tx, const std::vector<Queued>& rows) const {
  std::vector<std::int64_t> ours;
  for (const auto& row : rows) {
    CARNET_TRY(gone, tx.execute("DELETE FROM notice_due WHERE due_at = $1 AND notice_id = $2", {row.due_at, row.id}));
    if (gone == 0) continue;  // another server claimed it
    CARNET_TRY(counted, tx.execute("UPDATE notice SET attempts = attempts + 1 WHERE notice_id = $1 AND state = $2",
                                   {row.id, static_cast<int>(RowState::queued)}));
    if (counted == 0) continue;  // ended meanwhile
    CARNET_TRY(again, tx.execute("INSERT INTO notice_due (due_at, notice_id) VALUES ($1, $2)", {row.next_at, row.id}));
    (void)again;
    ours.push_back(row.id);
  }
  return ours;
}

Status Notices::State::finish(store::Tx& tx, const Queued& row, End end) const {
  const auto now = clock.now();
  const bool taken = end == End::taken;
  const kernel::Bytes kept = settings.demonstration ? row.sealed : taken ? print_kept(row) : kernel::Bytes{};
  CARNET_TRY(gone, tx.execute("DELETE FROM notice_due WHERE due_at = $1 AND notice_id = $2", {row.next_at, row.id}));
  CARNET_TRY(ended, tx.execute("UPDATE notice SET state = $2, ended_at = $3, sealed = $4 WHERE notice_id = $1 AND state = $5",
                               {row.id, static_cast<int>(taken ? RowState::taken : RowState::failed), now.ms, kept,
                                static_cast<int>(RowState::queued)}));
  (void)gone;
  if (ended == 0) return {};  // returned while it was being sent, or ended by another server
  return tell(tx, {row.reference, row.person, row.what, row.channel,
                   taken ? Delivery::Fate::taken : Delivery::Fate::returned, now});
}

// Blocking. A letter waits for the printer sealed, like everything that names a person on a disk; print() opens it.
Notices::State::Answer Notices::State::send(const Sealed& sealed, const Queued& row) const {
  if (settings.demonstration) return {End::taken};
  if (!has_channel(row.channel)) return {End::try_later};  // queued under another configuration
  if (row.channel == Channel::letter) return send_letter(sealed, row);
  courier::Mail mail{sender_of(settings, sealed.notice.to.scheme), sealed.notice.to.address,
                     mail_message(sealed.notice, sealed.written, row.reference, settings, Instant{row.queued_at})};
  const auto sent = courier::send_mail(*settings.smtp, mail, smtp_timeout_ms, &stopping);
  zeroise(mail.message);
  switch (sent.outcome) {
    case courier::Outcome::taken: return {End::taken};
    case courier::Outcome::refused_for_ever: return {End::failed};
    case courier::Outcome::try_later: break;
  }
  return {End::try_later, sent.reply_code == 0};
}

Notices::State::Answer Notices::State::send_letter(const Sealed& sealed, const Queued& row) const {
  const auto posted = kernel::date_in(Instant{row.queued_at}, kernel::Zone::paris());
  auto pdf = draw_letter(sealed.notice, sealed.written, row.reference, posted, settings, words);
  if (!pdf) return {End::try_later};
  const auto body = sealer.seal(*pdf, kernel::as_bytes(row.reference));
  kernel::zeroise(pdf->data(), pdf->size());
  const auto path = settings.print_directory / (row.reference + letter_suffix);
  return {io::replace_file(path, body, 0600) ? End::taken : End::try_later};
}

// Nothing when the channel was not asked.
io::Task<std::optional<End>> Notices::State::answer_to(const Queued& row, Pass& pass) {
  if (const auto heard = answered.find(row.id); heard != answered.end()) co_return heard->second;
  if (row.attempts >= attempts_most) co_return End::failed;  // its last try ended the process
  if (row.channel == Channel::email && pass.mail_is_silent) co_return std::nullopt;
  const auto sealed = unseal(row.id, row.sealed);
  if (!sealed) {
    pass.trouble = std::unexpected(sealed.error());
    co_return End::try_later;
  }
  Answer answer{End::try_later};
  if (!co_await io::on_pool(pool, [&] { answer = send(*sealed, row); })) co_return std::nullopt;
  pass.mail_is_silent |= answer.silent;
  co_return answer.end;
}

io::Task<Status> Notices::State::deliver(const Queued& row, Pass& pass) {
  auto end = co_await answer_to(row, pass);
  if (!end) co_return Status{};
  if (*end == End::try_later) {
    if (row.attempts + 1 < attempts_most) co_return Status{};  // the claim has set the next try
    end = End::failed;
  }
  std::function<Result<bool>(store::Tx&)> close = [this, &row, end](store::Tx& tx) -> Result<bool> {
    CARNET_CHECK(finish(tx, row, *end));
    return true;
  };
  const auto closed = co_await main.write<bool>(close);
  if (closed) {
    answered.erase(row.id);
    co_return Status{};
  }
  answered[row.id] = *end;
  if (closed.error().code.starts_with("store.")) co_return std::unexpected(closed.error());
  pass.trouble = std::unexpected(closed.error());
  co_return Status{};
}

io::Task<Status> Notices::deliver_due() {
  auto& state = *state_;
  const auto turn = co_await state.turns.take();
  State::Pass pass;
  while (!state.stopping.load()) {
    const auto now = state.clock.now();
    std::function<Result<std::vector<Queued>>(store::Snapshot&)> look = [&state, now](store::Snapshot& at) {
      return state.due(at, now);
    };
    CARNET_CO_TRY(rows, co_await state.main.read<std::vector<Queued>>(look));
    if (rows.empty()) break;
    std::function<Result<std::vector<std::int64_t>>(store::Tx&)> claim = [&state, &rows](store::Tx& tx) {
      return state.claim(tx, rows);
    };
    CARNET_CO_TRY(ours, co_await state.main.write<std::vector<std::int64_t>>(claim));
    for (const auto& row : rows) {
      if (state.stopping.load()) break;
      if (std::ranges::find(ours, row.id) == ours.end()) continue;
      if (state.clock.now().ms >= row.next_at) continue;  // the claim has lapsed: another server may have it now
      CARNET_CO_CHECK(co_await state.deliver(row, pass));
    }
  }
  co_return pass.trouble;
}

void Notices::stop() { state_->stopping.store(true); }

// ---- letters and receipts ------------------------------------------------------------------------------------------

Result<std::int64_t> Notices::print(const std::function<Status(const std::string&, kernel::ByteView)>& printer) {
  auto& state = *state_;
  std::int64_t printed = 0;
  bool all_open = true;
  CARNET_TRY(files, io::files_in(state.settings.print_directory));
  for (const auto& file : files) {
    if (file.extension() != letter_suffix) continue;
    const std::string reference = file.stem().string();
    const auto sealed = io::read_file(file, largest_letter);
    auto pdf = sealed ? state.sealer.open(*sealed, kernel::as_bytes(reference)) : std::nullopt;
    if (!pdf) {
      all_open = false;  // the others are printed all the same
      continue;
    }
    const auto done = printer(reference, *pdf);
    kernel::zeroise(pdf->data(), pdf->size());
    CARNET_CHECK(done);
    CARNET_CHECK(io::remove_file(file));
    ++printed;
  }
  if (!all_open) return kernel::fault("notices.letter", "a waiting letter does not open; the others were printed");
  return printed;
}

Result<kernel::Bytes> Notices::letter_pdf(const Notice& notice, const std::string& reference, kernel::Date posted) const {
  const Notice fit = cleaned(notice);
  CARNET_TRY(written, state_->words.write(fit, reference, state_->settings));
  return draw_letter(fit, written, reference, posted, state_->settings, state_->words);
}

Result<kernel::Bytes> Notices::plain_pdf(std::string_view title, const std::vector<std::string>& paragraphs) const {
  return draw_text(title, paragraphs, state_->settings);
}

}  // namespace carnet::notices
