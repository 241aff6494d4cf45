#include "identity/one_time_codes.hpp"

#include <algorithm>

#include "identity/counters.hpp"
#include "identity/text.hpp"

namespace carnet::identity {

namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t kept_after_end_ms = 60 * minute_ms;  // "past" can still be said

// "reauthentication:<session>" -> "reauthentication": a new session refills nothing.
std::string_view use_of(std::string_view subject) { return subject.substr(0, subject.find(':')); }

// Of nobody: "recovery:<number>/paper" -> "recovery:<number>", as the two kinds of a person's codes have one counter.
std::string counter_of(std::string_view what, PersonId person, std::string_view subject) {
  return fmt::format("{}/{}/{}", what, person.value, person.value == 0 ? subject.substr(0, subject.find('/')) : use_of(subject));
}

// Below the largest multiple of a million, so that every code is as likely.
kernel::SecretBytes draw_code(io::Entropy& entropy) {
  constexpr std::uint32_t most = 4'294'000'000U;
  std::uint32_t drawn = most;
  while (drawn >= most) {
    std::array<std::uint8_t, 4> bytes{};
    entropy.fill("identity.one_time_code", bytes);
    drawn = 0;
    for (const std::uint8_t byte : bytes) drawn = drawn << 8 | byte;
  }
  std::string digits = fmt::format("{:06}", drawn % 1'000'000);
  kernel::SecretBytes code{std::string_view(digits)};
  kernel::zeroise(digits.data(), digits.size());
  return code;
}

kernel::Instant short_life(const Shared& shared) {
  return {shared.clock.now().ms + shared.parameter("identity.otp_valid_minutes") * minute_ms};
}

struct LiveCode {
  kernel::Bytes hash;
  std::int64_t tries = 0;
};
kernel::Result<std::optional<LiveCode>> live_code(store::Snapshot& at, const Shared& shared, PersonId person, std::string_view subject) {
  std::optional<LiveCode> found;
  CARNET_CHECK(at.query("SELECT code_hash, tries FROM one_time_code WHERE person_id = $1 AND subject = $2 AND expires_at > $3",
                        {person.value, subject, shared.clock.now().ms}, [&](const store::Row& row) {
                          const auto hash = row.blob(0);
                          found = LiveCode{{hash.begin(), hash.end()}, row.integer(1)};
                          return false;
                        }));
  return found;
}

}  // namespace

crypto::Digest hash_of_code(const Shared& shared, PersonId person, std::string_view subject, std::string_view code) {
  return crypto::hmac_sha256(shared.code_key, kernel::as_bytes(fmt::format("{}\n{}\n{}", person.value, subject, code)));
}

kernel::Status keep_code(store::Tx& tx, const Shared& shared, PersonId person, std::string_view subject, std::string_view code,
                         kernel::Instant until) {
  const std::int64_t now = shared.clock.now().ms;
  CARNET_CHECK(drop_some(tx, "one_time_code", "person_id, subject", "expires_at", now - kept_after_end_ms));
  CARNET_CHECK(tx.execute("INSERT INTO one_time_code (person_id, subject, code_hash, sent_at, expires_at, tries) "
                          "VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (person_id, subject) DO UPDATE SET "
                          "code_hash = excluded.code_hash, sent_at = excluded.sent_at, expires_at = excluded.expires_at, tries = 0",
                          {person.value, subject, hash_of_code(shared, person, subject, code), now, until.ms}));
  return {};
}

kernel::Status keep_decoy(store::Tx& tx, Shared& shared, PersonId person, std::string_view subject, kernel::Instant until) {
  CARNET_TRY(live, live_code(tx, shared, person, subject));
  if (live) return {};
  return keep_code(tx, shared, person, subject, draw_long_code(shared.entropy, "identity.decoy").reveal_text(), until);
}

std::string hint_of(const Contact& contact) {
  const std::string& address = contact.address;
  if (contact.channel != notices::Channel::email) return address.size() < 2 ? "" : address.substr(address.size() - 2);
  const auto at = address.find('@');
  const auto points = code_points(address.substr(0, at));
  if (at == std::string::npos || !points || points->empty()) return "";
  std::size_t first = 1;
  while (first < at && (static_cast<unsigned char>(address[first]) & 0xc0) == 0x80) ++first;
  return address.substr(0, first) + "…" + address.substr(at);
}

bool could_be_code(std::string_view typed) {
  const std::string digits = without_spaces(typed.substr(0, 32));
  return digits.size() == 6 && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
}

kernel::Result<SentCode> send_code(store::Tx& tx, Shared& shared, PersonId person, std::string_view subject,
                                   std::span<const Contact> to, std::string_view language) {
  CARNET_CHECK(count_attempt(tx, shared, counter_of("send", person, subject)));
  CARNET_TRY(who, shared.people.person(tx, person));
  const kernel::SecretBytes code = draw_code(shared.entropy);
  CARNET_CHECK(keep_code(tx, shared, person, subject, code.reveal_text(), short_life(shared)));
  for (const Contact& contact : to) {
    notices::Notice notice{notices::Template::one_time_code, contact.channel, recipient_of(who), code.copy(), {}};
    notice.to.address = contact.address;
    if (!language.empty()) notice.to.language = language;
    const auto queued = shared.notices.enqueue(tx, notice);
    if (queued) return SentCode{contact.channel, hint_of(contact), shared.clock.now()};
    if (queued.error().code != "notices.no_channel") return std::unexpected(queued.error());
  }
  return kernel::refuse(kernel::ErrorKind::unavailable, "notices.no_channel", "no channel reaches this person");
}

kernel::Status forgive_sending(store::Tx& tx, const Shared& shared, PersonId person, std::string_view subject) {
  return forgive(tx, shared, counter_of("send", person, subject));
}

kernel::Status pretend_to_send(store::Tx& tx, Shared& shared, std::string_view subject) {
  CARNET_CHECK(count_attempt(tx, shared, counter_of("send", PersonId(0), subject)));
  (void)shared.people.person(tx, PersonId(0));
  const kernel::SecretBytes code = draw_code(shared.entropy);
  CARNET_CHECK(keep_code(tx, shared, PersonId(0), subject, code.reveal_text(), short_life(shared)));
  const kernel::Bytes as_long_as_a_notice(600);
  (void)shared.seal.seal(as_long_as_a_notice, kernel::as_bytes("nobody"));
  return {};
}

kernel::Status count_try(store::Tx& tx, const Shared& shared, PersonId person, std::string_view subject) {
  CARNET_TRY(code, live_code(tx, shared, person, subject));
  if (!code || code->tries >= shared.parameter("identity.otp_tries")) return status_of(CodeJudgement::expired);
  CARNET_CHECK(count_attempt(tx, shared, counter_of("code", person, subject)));
  CARNET_TRY(counted, tx.execute("UPDATE one_time_code SET tries = tries + 1 WHERE person_id = $1 AND subject = $2 AND tries = $3",
                                 {person.value, subject, code->tries}));
  if (counted != 1) return status_of(CodeJudgement::expired);
  return {};
}

kernel::Result<CodeJudgement> spend_code(store::Tx& tx, const Shared& shared, PersonId person, std::string_view subject,
                                         std::string_view typed) {
  CARNET_TRY(code, live_code(tx, shared, person, subject));
  if (!code) return CodeJudgement::expired;
  if (!kernel::equal_in_constant_time(code->hash, hash_of_code(shared, person, subject, without_spaces(typed)))) return CodeJudgement::wrong;
  CARNET_TRY(spent, tx.execute("DELETE FROM one_time_code WHERE person_id = $1 AND subject = $2 AND code_hash = $3",
                               {person.value, subject, code->hash}));
  if (spent != 1) return CodeJudgement::expired;
  CARNET_CHECK(forgive(tx, shared, counter_of("code", person, subject)));
  CARNET_CHECK(forgive(tx, shared, counter_of("send", person, subject)));
  CARNET_CHECK(mark_reauthenticated(tx, shared, person, subject));
  return CodeJudgement::right;
}

kernel::Status mark_reauthenticated(store::Tx& tx, const Shared& shared, PersonId person, std::string_view subject) {
  if (!subject.starts_with(reauthentication_subject)) return {};
  const auto session = kernel::from_hex(subject.substr(reauthentication_subject.size()));
  if (!session) return {};
  CARNET_CHECK(tx.execute("UPDATE session SET reauthenticated_at = $3 WHERE person_id = $1 AND cookie_hash = $2",
                          {person.value, *session, shared.clock.now().ms}));
  return {};
}

kernel::Status status_of(CodeJudgement judgement) {
  switch (judgement) {
    case CodeJudgement::right: return {};
    case CodeJudgement::wrong:
      return kernel::invalid("identity.one_time_code_wrong", {{"value", "/one_time_code", "not the last code sent"}});
    case CodeJudgement::expired:
      return kernel::invalid("identity.one_time_code_expired", {{"expired", "/one_time_code", "ask for another code"}});
  }
  return kernel::fault("identity.judgement", "no such judgement");
}

}  // namespace carnet::identity
