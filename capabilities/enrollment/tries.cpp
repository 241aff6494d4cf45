// Tries of codes: counted durably before they are judged, against the person when number and serial match, always against
// the source; a pair that nobody has is counted as if someone had it, so that the answers are the same.
#include <fmt/format.h>

#include <algorithm>

#include "enrollment/engine.hpp"

namespace carnet::enrollment {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t source_kept_ms = 48 * hour_ms;       // beyond the longest wait
constexpr std::int64_t pair_kept_ms = 60 * 24 * hour_ms;    // beyond the life of a code

kernel::Bytes keyed(const kernel::SecretBytes& pepper, const std::string& text) {
  const auto digest = crypto::hmac_sha256(pepper, kernel::as_bytes(text));
  return {digest.begin(), digest.begin() + 16};
}

kernel::Bytes source_key(const Engine& engine, const Typed& typed, Instant now) {
  return keyed(engine.source_pepper, fmt::format("source\n{}\n{}", now.ms / hour_ms, identity::network_of(typed.source)));
}
kernel::Bytes pair_key(const Engine& engine, const Typed& typed, CounterKind counter) {
  return keyed(engine.source_pepper,
               fmt::format("pair\n{}\n{}\n{}", static_cast<int>(counter), typed.number, typed.serial));
}

std::unexpected<kernel::Error> wait_until(Instant from, Instant now) {
  const std::int64_t seconds = std::max<std::int64_t>(1, (from.ms - now.ms + 999) / 1000);
  return std::unexpected(kernel::Error{kernel::ErrorKind::too_many, "enrollment.wait", "too many tries", {}, seconds});
}

}  // namespace

Status Engine::count_source(store::Tx& tx, const Typed& typed) const {
  if (typed.source.empty()) return {};
  const auto now = clock.now();
  const auto key = source_key(*this, typed, now);
  CARNET_TRY(counter, rows::source_counter_of(tx, key));
  if (const auto from = may_try_from(counter, terms(now)->source_ladder); now < from) return wait_until(from, now);
  return rows::put_source_counter(tx, key, recorded(counter, now), Instant{now.ms + source_kept_ms});
}

// A right code takes back its own miss and no other: one person's success does not refill a source.
Status Engine::source_judged(store::Tx& tx, const Typed& typed, bool right) const {
  if (typed.source.empty() || !right) return {};
  const auto now = clock.now();
  const auto key = source_key(*this, typed, now);
  CARNET_TRY(counter, rows::source_counter_of(tx, key));
  counter.misses = std::max<std::int64_t>(0, counter.misses - 1);
  return rows::put_source_counter(tx, key, counter, Instant{now.ms + source_kept_ms});
}

Result<Engine::Attempt> Engine::count_try(store::Tx& tx, const Typed& typed, CounterKind kind) const {
  const auto now = clock.now();
  const auto rules = terms(now);
  Attempt attempt;
  attempt.counter = kind;
  CARNET_TRY(found, people().find(tx, typed.number));
  CARNET_TRY(matches, people().card_matches(tx, found.value_or(PersonId(0)), typed.serial));
  std::optional<Case> about;
  Counter counter;
  const auto decoy = pair_key(*this, typed, kind);
  if (found && matches) {
    CARNET_TRY(loaded, load(tx, *found));
    about = std::move(loaded);
    attempt.person = *found;
    attempt.campaign = about->life.campaign;
    CARNET_TRY(own, rows::counter_of(tx, *found, attempt.campaign, kind));
    counter = own;
  } else {
    CARNET_TRY(nobodys, rows::source_counter_of(tx, decoy));
    counter = nobodys;
  }
  const auto gate = gate_of(counter, now, *rules);
  attempt.closed = gate == Gate::closed;
  if (gate == Gate::wait) return wait_until(may_try_from(counter, *rules), now);
  CARNET_CHECK(count_source(tx, typed));
  if (attempt.closed) return attempt;
  counter = recorded(counter, now);
  if (!about) {
    CARNET_CHECK(rows::put_source_counter(tx, decoy, counter, Instant{now.ms + pair_kept_ms}));
    return attempt;
  }
  CARNET_CHECK(rows::put_counter(tx, about->id(), attempt.campaign, kind, counter));
  const bool own_space = kind == CounterKind::opening || kind == CounterKind::objecting;
  if (counter.tries >= rules->max_tries && own_space && !opened_unrecorded(about->life)) {
    const auto decision = decide_road_closed(about->life, about->world, kind);
    CARNET_TRY(told, record(tx, *about, decision, Actor{}));
    (void)told;
  }
  return attempt;
}

Result<Engine::Attempt> Engine::count_own_try(store::Tx& tx, PersonId person, const Typed& typed, CounterKind kind) const {
  const auto now = clock.now();
  const auto rules = terms(now);
  CARNET_TRY(facts, rows::facts_of(tx, person));
  Attempt attempt;
  attempt.person = person;
  attempt.counter = kind;
  attempt.campaign = fold(facts, facts.empty() ? now : facts.back().at).campaign;
  CARNET_TRY(counter, rows::counter_of(tx, person, attempt.campaign, kind));
  // A second letter is asked again when it is lost, so that its tries have no last one.
  const auto gate = gate_of(counter, now, *rules, kind != CounterKind::second_letter);
  attempt.closed = gate == Gate::closed;
  if (gate == Gate::wait) return wait_until(may_try_from(counter, *rules), now);
  CARNET_CHECK(count_source(tx, typed));
  if (!attempt.closed) CARNET_CHECK(rows::put_counter(tx, person, attempt.campaign, kind, recorded(counter, now)));
  return attempt;
}

Status Engine::judged(store::Tx& tx, const Typed& typed, const Attempt& attempt, bool right) const {
  const auto now = clock.now();
  CARNET_CHECK(source_judged(tx, typed, right));
  if (!attempt.person) {
    // The same writing as for a person, so that the time taken says nothing.
    const auto decoy = pair_key(*this, typed, attempt.counter);
    CARNET_TRY(counter, rows::source_counter_of(tx, decoy));
    return rows::put_source_counter(tx, decoy, counter, Instant{now.ms + pair_kept_ms});
  }
  if (right && !attempt.closed) {
    CARNET_TRY(counter, rows::counter_of(tx, *attempt.person, attempt.campaign, attempt.counter));
    return rows::put_counter(tx, *attempt.person, attempt.campaign, attempt.counter, judged_right(counter));
  }
  CARNET_TRY(facts, rows::facts_of(tx, *attempt.person));
  audit::Entry entry;
  entry.space = space_id(*attempt.person, fold(facts, facts.empty() ? now : facts.back().at).ordinal);
  entry.action = audit::Action::code_refused;
  entry.actor = audit::ActorKind::person_unknown;
  entry.reason = "enrollment.code_wrong";
  CARNET_TRY(receipt, journal.append(tx, std::move(entry)));
  (void)receipt;
  return {};
}

}  // namespace carnet::enrollment
