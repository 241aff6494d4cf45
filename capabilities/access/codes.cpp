// Codes that somebody says to somebody: at a consultation, and to a carer. Kept as keyed hashes.
#include <fmt/format.h>

#include "access/state.hpp"

namespace carnet::access {

using identity::Caller;
using kernel::ErrorKind;
using kernel::Result;
using kernel::Status;

namespace {

std::unexpected<kernel::Error> no_means() {
  return kernel::refuse(ErrorKind::unavailable, "access.no_means", "codes need entropy and a key");
}
std::unexpected<kernel::Error> consultation_refused() {
  return kernel::refuse(ErrorKind::invalid, "access.consultation_refused", "person, proof or state: one of them refuses");
}

// Below the largest multiple of ten to the eighth, so that every code is as likely.
std::string eight_digits(io::Entropy& entropy) {
  constexpr std::uint32_t most = 4'200'000'000U;
  std::uint32_t drawn = most;
  while (drawn >= most) {
    drawn = 0;
    for (const std::uint8_t byte : entropy.bytes("access.consultation_code", 4)) drawn = drawn << 8 | byte;
  }
  return fmt::format("{:08}", drawn % 100'000'000);
}

// What is typed, without spaces, hyphens or capitals.
std::string normal(std::string_view typed) {
  std::string out;
  for (char c : typed.substr(0, 64)) {
    if (c == ' ' || c == '-') continue;
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == 'o') c = '0';
    if (c == 'i' || c == 'l') c = '1';
    out += c;
  }
  return out;
}

crypto::Digest hash_of(const State& state, std::string_view use, std::string_view code) {
  return crypto::hmac_sha256(state.code_key, kernel::as_bytes(fmt::format("{}\n{}", use, code)));
}

std::string consultation_use(PersonId person) { return fmt::format("consultation/{}", person.value); }

struct Redeeming {
  Caller professional;
  std::string number, means, proof;
};

// Whom the number means, or nobody; the same work for both.
Result<std::optional<PersonId>> meant(State& state, store::Snapshot& at, std::string_view number) {
  CARNET_TRY(person, state.identity.people().find(at, number));
  const auto standing = state.enrollment.standing(at, person.value_or(PersonId(0)));
  if (!person || !standing || !enrollment::allowed_in(standing->state).team_reads) return std::optional<PersonId>();
  return person;
}

// First transaction: the try is counted, whatever it will be worth.
Status count(State& state, store::Tx& tx, const Redeeming& asked) {
  CARNET_TRY(person, meant(state, tx, asked.number));
  if (asked.means != "code") return {};
  CARNET_TRY(live, rows::live_code(tx, person.value_or(PersonId(0)), state.clock.now()));
  if (!person || !live || live->tries >= state.parameter("access.consultation_code_tries")) return consultation_refused();
  return rows::count_try(tx, *person);
}

Result<bool> proved(State& state, store::Tx& tx, PersonId person, const Redeeming& asked) {
  if (asked.means == "card") return state.identity.people().card_matches(tx, person, asked.proof);
  if (asked.means == "declaration") return true;
  CARNET_TRY(live, rows::live_code(tx, person, state.clock.now()));
  const auto hash = hash_of(state, consultation_use(person), normal(asked.proof));
  if (!live || !kernel::equal_in_constant_time(live->hash, hash)) return false;
  return rows::spend_code(tx, person, hash);
}

}  // namespace

Result<Invitation> Access::consultation_code(store::Tx& tx, PersonId person) {
  if (state_->means.entropy == nullptr || state_->code_key.empty()) return no_means();
  const std::string code = eight_digits(*state_->means.entropy);
  const Instant until =
      state_->clock.now().plus(std::chrono::minutes(state_->parameter("access.consultation_code_minutes")));
  CARNET_CHECK(rows::put_code(tx, person, hash_of(*state_, consultation_use(person), code), until));
  return Invitation{code.substr(0, 4) + " " + code.substr(4), until};
}

io::Task<Status> Access::redeem_consultation(const Caller& professional, std::string number15, std::string means,
                                             std::string proof) {
  if (professional.kind != Caller::Kind::software || professional.rpps.empty())
    co_return kernel::refuse(ErrorKind::forbidden, "access.no_professional");
  if (means != "code" && means != "card" && means != "declaration")
    co_return kernel::invalid("access.means", {{"value", "/means", "must be code, card or declaration"}});
  if (state_->code_key.empty()) co_return no_means();
  const Redeeming asked{professional, std::move(number15), std::move(means), std::move(proof)};
  std::function<Result<bool>(store::Tx&)> first = [this, asked](store::Tx& tx) -> Result<bool> {
    CARNET_CHECK(count(*state_, tx, asked));
    return true;
  };
  CARNET_CO_TRY(counted, co_await state_->main.write<bool>(first));
  (void)counted;
  std::function<Result<bool>(store::Tx&)> second = [this, asked](store::Tx& tx) -> Result<bool> {
    CARNET_TRY(person, meant(*state_, tx, asked.number));
    if (!person) return consultation_refused();
    CARNET_TRY(asker, asker_of(*state_, tx, Question{asked.professional, *person}, state_->clock.now(), all_known));
    // Those who never read get no consent either, and whom the holder blocked hears no more than about a wrong code.
    if (asker.actor.station != Station::ordinary || asker.actor.blocked) return consultation_refused();
    // Whom the holder refused does not come back by their own word.
    if (asker.refused && asked.means == "declaration") return consultation_refused();
    CARNET_TRY(right, proved(*state_, tx, *person, asked));
    if (!right) return consultation_refused();
    CARNET_CHECK(consent(tx, *person, asked.professional.rpps, asked.professional.structure_id, asked.means));
    return true;
  };
  CARNET_CO_TRY(done, co_await state_->main.write<bool>(second));
  (void)done;
  co_return Status{};
}

Result<Invitation> Access::invite_carer(store::Tx& tx, PersonId person, std::uint32_t classes, Instant until,
                                        PersonId giver) {
  if (state_->means.entropy == nullptr || state_->code_key.empty()) return no_means();
  const Instant now = state_->clock.now();
  if (classes == 0) return kernel::invalid("access.scope", {{"value", "/classes", "at least one class is shared"}});
  if (until <= now) return kernel::invalid("access.end_before_start", {{"value", "/until", "ends before it starts"}});
  const std::string code = kernel::to_base32(state_->means.entropy->bytes("access.carer_invitation", 8)).substr(0, 12);
  const Instant expires = now.plus(std::chrono::hours(24 * state_->parameter("access.carer_invitation_days")));
  CARNET_CHECK(rows::put_invitation(tx, hash_of(*state_, "carer", code), {person, classes, until, giver}, expires, now));
  return Invitation{code.substr(0, 4) + "-" + code.substr(4, 4) + "-" + code.substr(8), expires};
}

Result<PersonId> Access::accept_invitation(store::Tx& tx, const Caller& carer, std::string_view code) {
  const auto refused = kernel::refuse(ErrorKind::invalid, "access.invitation_refused", "wrong, used or past its date");
  if (state_->code_key.empty()) return no_means();
  if (carer.kind != Caller::Kind::person) return refused;
  CARNET_TRY(waiting, rows::take_invitation(tx, hash_of(*state_, "carer", normal(code)), state_->clock.now()));
  if (!waiting) return refused;
  CARNET_CHECK(add_carer(tx, waiting->person, carer.person, waiting->classes, waiting->until, waiting->giver));
  return waiting->person;
}

}  // namespace carnet::access
