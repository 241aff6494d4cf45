#include "identity/sign_in.hpp"

#include <algorithm>

#include "identity/code_sheet.hpp"
#include "identity/contacts.hpp"
#include "identity/counters.hpp"
#include "identity/passwords.hpp"
#include "identity/sessions.hpp"

namespace carnet::identity {

namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::string_view sign_in_subject = "sign-in";

std::unexpected<kernel::Error> refused() {
  return kernel::refuse(kernel::ErrorKind::unauthenticated, "identity.sign_in_refused", "the sign-in name or the password is not right");
}

// What is judged outside a transaction, because argon2id is slow.
struct Claim {
  std::string counter;              // what the attempt counts against
  std::optional<Account> account;   // whose password is claimed
};
using ClaimResult = kernel::Result<Claim>;

// First transaction: the attempt is counted, and the account looked up.
ClaimResult count_claim(store::Tx& tx, const Shared& shared, const std::string& folded, const std::string& source) {
  CARNET_TRY(counter, password_counter(tx, shared, folded, source));
  CARNET_CHECK(count_attempt(tx, shared, counter));
  CARNET_TRY(account, account_named(tx, shared, folded));
  return Claim{counter, std::move(account)};
}

kernel::Bytes place_index(const Shared& shared, std::string_view folded, std::string_view source) {
  return shared.identifiers.of(fmt::format("{}\n{}", folded, network_of(source)));
}

// From now on this network's misses count apart from strangers'.
kernel::Status remember_place(store::Tx& tx, const Shared& shared, PersonId person, const std::string& source) {
  if (source.empty()) return {};
  CARNET_TRY(account, account_of(tx, shared, person));
  if (!account) return {};
  CARNET_TRY(folded, accept_identifier(account->identifier));
  const std::int64_t now = shared.clock.now().ms;
  CARNET_CHECK(drop_some(tx, "sign_in_place", "place_index", "seen_at", now - shared.parameter("identity.known_place_days") * 24 * 60 * minute_ms));
  CARNET_CHECK(tx.execute("INSERT INTO sign_in_place (place_index, seen_at) VALUES ($1, $2) "
                          "ON CONFLICT (place_index) DO UPDATE SET seen_at = excluded.seen_at",
                          {place_index(shared, folded, source), now}));
  return {};
}

kernel::Result<Ways> ways_of(store::Snapshot& at, const Shared& shared, const Account& account) {
  CARNET_TRY(contacts, contacts_for(at, shared, account));
  Ways ways{reachable(shared, std::move(contacts)), 0, false};
  CARNET_TRY(left, sheet_codes_left(at, shared, account.person));
  ways.sheet_left = left;
  if (ways.contacts.empty() && left == 0) {
    CARNET_TRY(who, shared.people.person(at, account.person));
    ways.letter = !who.postal.lines.empty() && shared.notices.reaches(notices::Channel::letter);
  }
  return ways;
}

// To the first contact; nobody is left before a closed door because a gateway is missing: the ways say what remains.
kernel::Result<std::optional<SentCode>> send_by(store::Tx& tx, Shared& shared, PersonId person, std::string_view subject, const Ways& ways) {
  if (ways.contacts.empty()) return std::nullopt;
  auto sent = send_code(tx, shared, person, subject, ways.contacts);
  // Too many were sent lately; a code on paper serves all the same.
  if (!sent && sent.error().code == "identity.wait" && ways.sheet_left > 0) return std::nullopt;
  if (!sent) return kernel::pass(std::move(sent));
  return std::optional<SentCode>(std::move(*sent));
}

std::int64_t flow_lives_ms(const Shared& shared) { return shared.parameter("identity.form_idle_minutes") * minute_ms; }

kernel::Result<std::string> open_flow(store::Tx& tx, Shared& shared, PersonId person) {
  const std::int64_t now = shared.clock.now().ms;
  CARNET_CHECK(drop_some(tx, "signin_flow", "person_id, cookie_hash", "expires_at", now));
  std::string cookie = new_cookie(shared, person);
  CARNET_CHECK(tx.execute("INSERT INTO signin_flow (person_id, cookie_hash, expires_at) VALUES ($1, $2, $3)",
                          {person.value, crypto::sha256(kernel::as_bytes(cookie)), now + flow_lives_ms(shared)}));
  return cookie;
}

// The person of a living flow; its time starts anew.
kernel::Result<PersonId> continue_flow(store::Tx& tx, const Shared& shared, const std::string& cookie) {
  const auto key = key_of_cookie(shared, cookie);
  if (!key) return refused();
  const std::int64_t now = shared.clock.now().ms;
  CARNET_TRY(alive, tx.execute("UPDATE signin_flow SET expires_at = $3 WHERE person_id = $1 AND cookie_hash = $2 AND expires_at > $4",
                               {key->person.value, key->hash, now + flow_lives_ms(shared), now}));
  if (alive == 0) return refused();
  return key->person;
}

// Second transaction when the password is right.
kernel::Result<HalfSignedIn> accept_claim(store::Tx& tx, Shared& shared, const Claim& claim) {
  CARNET_CHECK(forgive(tx, shared, claim.counter));
  CARNET_TRY(ways, ways_of(tx, shared, *claim.account));
  CARNET_TRY(sent, send_by(tx, shared, claim.account->person, sign_in_subject, ways));
  CARNET_TRY(cookie, open_flow(tx, shared, claim.account->person));
  return HalfSignedIn{std::move(cookie), std::move(ways), std::move(sent)};
}

// Second transaction when it is not: a write of the same weight whether or not there is somebody to tell.
kernel::Result<bool> refuse_claim(store::Tx& tx, Shared& shared, const Claim& claim, std::string_view request_id) {
  CARNET_CHECK(touch_counter(tx, shared, claim.counter));
  if (claim.account) {
    CARNET_CHECK(leave_trace(tx, shared, {claim.account->person, audit::Action::sign_in_refused, audit::ActorKind::person_unknown,
                                          "identity.password", request_id}));
  }
  return true;
}

io::Task<kernel::Result<bool>> judge_claim(Shared& shared, const Claim& claim, std::shared_ptr<const kernel::SecretBytes> password) {
  const bool exists = claim.account.has_value();
  CARNET_CO_TRY(right, co_await verify_on_pool(shared, std::move(password), exists ? claim.account->password_hash : shared.nobody_hash));
  co_return right && exists;
}

// Counts, verifies, and writes the refusal; a right claim is left to the caller's own transaction.
io::Task<ClaimResult> prove_password(Shared& shared, std::string folded, kernel::SecretBytes password, From from) {
  auto secret = std::make_shared<const kernel::SecretBytes>(std::move(password));
  const std::function<ClaimResult(store::Tx&)> count = [&shared, folded, source = from.source](store::Tx& tx) {
    return count_claim(tx, shared, folded, source);
  };
  CARNET_CO_TRY(claim, co_await shared.store.write<Claim>(count));
  CARNET_CO_TRY(right, co_await judge_claim(shared, claim, secret));
  if (!right) {
    const std::function<kernel::Result<bool>(store::Tx&)> refuse = [&shared, claim, request_id = from.request_id](store::Tx& tx) {
      return refuse_claim(tx, shared, claim, request_id);
    };
    CARNET_CO_TRY(told, co_await shared.store.write<bool>(refuse));
    (void)told;
    co_return refused();
  }
  co_return std::move(claim);
}

// Second transaction of the code: judged, spent, and the session opened, or the refusal traced. The cookie, or why not.
struct Finished {
  CodeJudgement judgement = CodeJudgement::wrong;
  std::string cookie;
};
kernel::Result<Finished> finish(store::Tx& tx, Shared& shared, PersonId person, const std::string& flow_cookie,
                                const std::string& typed, const From& from) {
  const bool sheet = could_be_sheet_code(typed);
  CARNET_TRY(judgement, sheet ? spend_sheet_code(tx, shared, person, typed) : spend_code(tx, shared, person, sign_in_subject, typed));
  if (judgement != CodeJudgement::right) {
    CARNET_CHECK(leave_trace(tx, shared, {person, audit::Action::sign_in_refused, audit::ActorKind::person_unknown,
                                          "identity.one_time_code", from.request_id}));
    return Finished{judgement, {}};
  }
  CARNET_CHECK(tx.execute("DELETE FROM signin_flow WHERE person_id = $1 AND cookie_hash = $2",
                          {person.value, crypto::sha256(kernel::as_bytes(flow_cookie))}));
  if (sheet) CARNET_CHECK(forgive_sending(tx, shared, person, sign_in_subject));
  CARNET_CHECK(remember_place(tx, shared, person, from.source));
  CARNET_TRY(cookie, open_session(tx, shared, person, from.user_agent));
  CARNET_CHECK(leave_trace(tx, shared, {person, audit::Action::signed_in, audit::ActorKind::holder, "identity.password_and_code", from.request_id}));
  return Finished{judgement, std::move(cookie)};
}

}  // namespace

kernel::Result<std::string> password_counter(store::Snapshot& at, const Shared& shared, std::string_view folded_identifier,
                                             std::string_view source) {
  const std::string of_name = "password/" + kernel::to_hex(shared.identifiers.of(folded_identifier));
  const auto place = place_index(shared, folded_identifier, source);
  const std::int64_t since = shared.clock.now().ms - shared.parameter("identity.known_place_days") * 24 * 60 * minute_ms;
  bool known = false;
  CARNET_CHECK(at.query("SELECT 1 FROM sign_in_place WHERE place_index = $1 AND seen_at > $2", {place, since}, [&](const store::Row&) {
    known = true;
    return false;
  }));
  return known ? of_name + "/" + kernel::to_hex(place) : of_name;
}

io::Task<kernel::Result<HalfSignedIn>> sign_in(Shared& shared, std::string identifier, kernel::SecretBytes password, From from) {
  // A name that no account can have is looked for like any other.
  auto accepted = accept_identifier(identifier);
  const std::string folded = accepted ? *accepted : "\n" + identifier.substr(0, 64);
  CARNET_CO_TRY(proved, co_await prove_password(shared, folded, std::move(password), std::move(from)));
  const Claim claim = std::move(proved);
  const std::function<kernel::Result<HalfSignedIn>(store::Tx&)> accept = [&shared, claim](store::Tx& tx) {
    return accept_claim(tx, shared, claim);
  };
  co_return co_await shared.store.write<HalfSignedIn>(accept);
}

io::Task<kernel::Result<SentCode>> resend_code(Shared& shared, std::string flow_cookie, notices::Channel channel, std::string request_id) {
  const std::function<kernel::Result<SentCode>(store::Tx&)> resend = [&shared, flow_cookie, channel, request_id](store::Tx& tx) -> kernel::Result<SentCode> {
    CARNET_TRY(person, continue_flow(tx, shared, flow_cookie));
    CARNET_TRY(account, account_of(tx, shared, person));
    if (!account) return refused();
    if (channel == notices::Channel::letter) {
      CARNET_TRY(posted, post_sheet(tx, shared, person));
      (void)posted;
      CARNET_CHECK(leave_trace(tx, shared, {person, audit::Action::code_requested, audit::ActorKind::person_unknown, "identity.code_sheet", request_id}));
      return SentCode{channel, {}, shared.clock.now()};
    }
    CARNET_TRY(all, contacts_for(tx, shared, *account));
    const std::vector<Contact> contacts = reachable(shared, std::move(all));
    const auto chosen = std::find_if(contacts.begin(), contacts.end(), [&](const Contact& contact) { return contact.channel == channel; });
    if (chosen == contacts.end()) return kernel::invalid("identity.channel", {{"value", "/channel", "no contact of this channel"}});
    return send_code(tx, shared, person, sign_in_subject, std::span(&*chosen, 1));
  };
  co_return co_await shared.store.write<SentCode>(resend);
}

io::Task<kernel::Result<std::string>> finish_sign_in(Shared& shared, std::string flow_cookie, std::string typed, From from) {
  const bool sheet = could_be_sheet_code(typed), possible = sheet || could_be_code(typed);
  const std::function<kernel::Result<PersonId>(store::Tx&)> count = [&shared, flow_cookie, sheet, possible](store::Tx& tx) -> kernel::Result<PersonId> {
    CARNET_TRY(person, continue_flow(tx, shared, flow_cookie));
    if (sheet) CARNET_CHECK(count_sheet_try(tx, shared, person));
    if (possible && !sheet) CARNET_CHECK(count_try(tx, shared, person, sign_in_subject));
    return person;
  };
  CARNET_CO_TRY(person, co_await shared.store.write<PersonId>(count));
  if (!possible) co_return pass<void>(status_of(CodeJudgement::wrong));
  const std::function<kernel::Result<Finished>(store::Tx&)> judge = [&shared, person = PersonId(person), flow_cookie, typed,
                                                                     from](store::Tx& tx) {
    return finish(tx, shared, person, flow_cookie, typed, from);
  };
  CARNET_CO_TRY(finished, co_await shared.store.write<Finished>(judge));
  CARNET_CO_CHECK(status_of(finished.judgement));
  co_return std::move(finished.cookie);
}

io::Task<kernel::Status> sign_out(Shared& shared, std::string session_cookie, std::string request_id) {
  const auto key = key_of_cookie(shared, session_cookie);
  if (!key) co_return kernel::Status{};
  const std::function<kernel::Result<bool>(store::Tx&)> end = [&shared, session_cookie, key = *key, request_id](store::Tx& tx) -> kernel::Result<bool> {
    CARNET_TRY(session, live_session(tx, shared, session_cookie));
    CARNET_CHECK(end_session(tx, key));
    if (session) {
      CARNET_CHECK(leave_trace(tx, shared, {key.person, audit::Action::signed_out, audit::ActorKind::holder, "", request_id}));
    }
    return true;
  };
  CARNET_CO_TRY(ended, co_await shared.store.write<bool>(end));
  (void)ended;
  co_return kernel::Status{};
}

io::Task<kernel::Result<Reauthenticating>> reauthenticate(Shared& shared, Caller who, kernel::SecretBytes password, From from) {
  const PersonId person = who.person;
  const std::function<kernel::Result<std::optional<Account>>(store::Snapshot&)> ask = [&shared, person](store::Snapshot& at) {
    return account_of(at, shared, person);
  };
  CARNET_CO_TRY(account, co_await shared.store.read<std::optional<Account>>(ask));
  if (!account) co_return refused();
  CARNET_CO_TRY(folded, accept_identifier(account->identifier));
  CARNET_CO_TRY(proved, co_await prove_password(shared, folded, std::move(password), std::move(from)));
  const Claim claim = std::move(proved);
  const std::string subject = "reauthentication:" + who.session;
  const std::function<kernel::Result<Reauthenticating>(store::Tx&)> send = [&shared, claim, subject](store::Tx& tx) -> kernel::Result<Reauthenticating> {
    CARNET_CHECK(forgive(tx, shared, claim.counter));
    CARNET_TRY(ways, ways_of(tx, shared, *claim.account));
    CARNET_TRY(sent, send_by(tx, shared, claim.account->person, subject, ways));
    return Reauthenticating{std::move(ways), std::move(sent)};
  };
  co_return co_await shared.store.write<Reauthenticating>(send);
}

}  // namespace carnet::identity
