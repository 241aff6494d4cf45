#include "enrollment/fold.hpp"

#include <algorithm>

namespace carnet::enrollment {
namespace {

constexpr std::int64_t spaces_per_person = 64;

std::size_t index_of(CodeKind kind) { return static_cast<std::size_t>(kind); }

bool is_open(State state) { return state == State::opened_by_default || state == State::opened_by_holder; }

void enter(Life& life, State state, Instant at) {
  life.base = state;
  life.since = at;
}

void void_code(Life& life, std::int64_t fact) {
  for (auto& code : life.codes)
    if (code && code->fact == fact) code.reset();
}

void close_space(Life& life, const Closing& closing, Instant at) {
  life.closing = closing;
  life.suspension.reset();
  enter(life, State::closed, at);
}

void erase_space(Life& life, Instant at) {
  life.refusable.reset();
  life.opened_once = life.entered = false;
  life.exists = false;
  life.second_letter_since.reset();
  life.codes[index_of(CodeKind::second_letter)].reset();
  life.erasure_at.reset();
  life.erasure_eve.reset();
  life.suspension.reset();
  if (life.death) life.death->archives = false;
  enter(life, State::erased, at);
}

// After an erasure the next opening or objection starts a new space: its traces never mix with the erased one's.
void leave_erased(Life& life) {
  if (life.base == State::erased) ++life.ordinal;
}

Instant archive_ends(const Life& life) {
  return life.erasure_at ? std::min(*life.erasure_at, life.closing.erased_at) : life.closing.erased_at;
}

struct Due {
  FactKind kind;
  Instant at;
};

// The next transition that time makes by itself.
std::optional<Due> due_of(const Life& life) {
  std::optional<Due> next;
  const auto propose = [&](FactKind kind, Instant at) {
    if (!next || at < next->at) next = Due{kind, at};
  };
  if (life.death && life.death->archives) propose(FactKind::erased, life.death->erased_at);
  if (const auto opens = life.opens_by_default_at()) propose(FactKind::opened_by_default, *opens);
  if (life.base == State::suspended && life.suspension && !life.suspension->objected)
    propose(FactKind::closed_by_time, life.suspension->until);
  if (life.base == State::closed || life.base == State::archived) propose(FactKind::erased, archive_ends(life));
  if (life.base == State::closed) propose(FactKind::archived, life.closing.archived_at);
  return next;
}

void pass_time(Life& life, const Due& due) {
  switch (due.kind) {
    case FactKind::opened_by_default:
      life.exists = true;
      enter(life, State::opened_by_default, due.at);
      break;
    case FactKind::closed_by_time: close_space(life, life.suspension->closing, due.at); break;
    case FactKind::archived: enter(life, State::archived, due.at); break;
    case FactKind::erased: erase_space(life, due.at); break;
    default: kernel::broken_invariant("not a transition of time", __FILE__, __LINE__);
  }
}

void advance(Life& life, Instant to) {
  for (auto due = due_of(life); due && due->at <= to; due = due_of(life)) {
    Fact fact;
    fact.kind = due->kind;
    fact.at = due->at;
    if (due->kind == FactKind::closed_by_time) fact.last_day = life.suspension->closing.kept_until;
    pass_time(life, *due);
    life.unrecorded.push_back(std::move(fact));
  }
}

void remember_code(Life& life, const Fact& fact) {
  const auto kind = fact.code_kind.value_or(CodeKind::campaign);
  life.codes[index_of(kind)] = LiveCode{fact.seq, kind, fact.until.value_or(fact.at), fact.last_day, fact.on_file};
}

void start_notice(Life& life, const Fact& fact) {
  life.campaign = fact.campaign;
  life.reference = fact.reference;
  life.notice_channel = fact.channel;
  remember_code(life, fact);
  const bool starts_clock = life.base == State::eligible || life.base == State::notified;
  if (fact.kind == FactKind::majority_notified) life.majority_told = true;
  if (!starts_clock) return;
  life.notice_until = fact.until.value_or(fact.at);
  life.notice_last_day = fact.last_day;
  enter(life, State::notified, fact.at);
}

void open_space(Life& life, const Fact& fact) {
  life.refusable.reset();
  if (fact.by_adult) life.refused_by.reset();
  leave_erased(life);
  if (life.base != State::opened_by_holder) enter(life, State::opened_by_holder, fact.at);
  life.exists = life.opened_once = true;
  if (fact.by_adult) life.entered = true;
  life.erasure_at.reset();
  life.erasure_eve.reset();
  if (fact.typed_contact) {
    life.second_letter_since = fact.at;
  } else {
    life.second_letter_since.reset();
  }
}

void die(Life& life, const Fact& fact) {
  for (auto& code : life.codes) code.reset();
  if (life.base == State::notified) enter(life, State::eligible, fact.at);
  life.death = Death{fact.died_on.value_or(Date{}), fact.last_day.value_or(Date{}), fact.erased_at.value_or(fact.at),
                     fact.at, is_open(life.base) || life.base == State::suspended};
}

Closing closing_of(const Fact& fact) {
  return Closing{fact.last_day.value_or(Date{}), fact.archived_at.value_or(fact.at), fact.erased_at.value_or(fact.at)};
}

void suspend(Life& life, const Fact& fact) {
  life.suspension = Suspension{life.base, fact.until.value_or(fact.at), closing_of(fact), false};
  enter(life, State::suspended, fact.at);
}

void lift(Life& life, const Fact& fact) {
  if (!life.suspension) return;
  const State before = life.suspension->before;
  life.suspension.reset();
  enter(life, before, fact.at);
}

// Before the fact changes anything: what a refusal would bring back. One parent's closing, then asking to erase, is one decision.
void remember_refusable(Life& life, const Fact& fact) {
  if (!fact.refusable_until || life.base == State::erased || life.base == State::suspended) return;
  const bool erasure = fact.kind == FactKind::erasure_asked;
  if (erasure && life.refusable && life.refusable->by == fact.by && fact.at < life.refusable->until) {
    life.refusable->erasure = true;
    life.refusable->until = *fact.refusable_until;
    return;
  }
  const bool changes = erasure || (fact.kind == FactKind::objected ? life.base != State::objected : is_open(life.base));
  if (changes) life.refusable = Refusable{fact.by, *fact.refusable_until, life.base, erasure};
}

void refuse(Life& life, const Fact& fact) {
  life.refused_by = fact.by;
  if (!life.refusable) return;
  const Refusable undone = *life.refusable;
  life.refusable.reset();
  if (undone.erasure) {
    life.erasure_at.reset();
    life.erasure_eve.reset();
  }
  // An archive that time made of what was closed then is one of the closing's effects; so is none of what was closed before.
  const bool was_settled = undone.before == State::closed || undone.before == State::archived;
  if (!was_settled && life.base != undone.before) enter(life, undone.before, fact.at);
  if (life.base == State::notified) life.notice_until = std::max(life.notice_until, fact.until.value_or(fact.at));
}

// A fact that tells what time had done already: the first such transition is now durable.
void acknowledge(Life& life, const Fact& fact) {
  const auto told = std::find_if(life.unrecorded.begin(), life.unrecorded.end(),
                                 [&](const Fact& one) { return one.kind == fact.kind && one.at == fact.at; });
  if (told != life.unrecorded.end()) life.unrecorded.erase(told);
}

void apply(Life& life, const Fact& fact) {
  life.last_seq = fact.seq;
  if (fact.minor) life.acted_as_minor = true;
  if (fact.spent != 0) void_code(life, fact.spent);
  remember_refusable(life, fact);
  switch (fact.kind) {
    case FactKind::notified:
    case FactKind::majority_notified: start_notice(life, fact); break;
    case FactKind::returned:
      life.codes[index_of(CodeKind::campaign)].reset();
      enter(life, State::eligible, fact.at);
      break;
    case FactKind::code_sent:
      remember_code(life, fact);
      if (fact.asked && fact.channel == notices::Channel::letter) life.last_posted_request = fact.at;
      break;
    case FactKind::opened: open_space(life, fact); break;
    case FactKind::objected:
      leave_erased(life);
      if (life.base != State::objected) enter(life, State::objected, fact.at);
      break;
    case FactKind::closed: close_space(life, closing_of(fact), fact.at); break;
    case FactKind::refused_by_parent: refuse(life, fact); break;
    case FactKind::reopened:
      life.refusable.reset();
      life.erasure_at.reset();
      life.erasure_eve.reset();
      enter(life, State::opened_by_holder, fact.at);
      break;
    case FactKind::second_letter_entered: life.second_letter_since.reset(); break;
    case FactKind::erasure_asked:
      life.erasure_at = fact.until;
      life.erasure_eve = fact.last_day;
      break;
    case FactKind::suspended: suspend(life, fact); break;
    case FactKind::suspension_lifted: lift(life, fact); break;
    case FactKind::suspension_objected:
      if (life.suspension) life.suspension->objected = true;
      break;
    case FactKind::died: die(life, fact); break;
    case FactKind::death_reverted: life.death.reset(); break;
    case FactKind::road_closed:
      life.roads_closed.emplace_back(fact.campaign, fact.counter.value_or(CounterKind::opening));
      break;
    case FactKind::opened_by_default:
    case FactKind::erased:
    case FactKind::closed_by_time:
    case FactKind::archived: acknowledge(life, fact); break;
  }
}

}  // namespace

Life fold(std::span<const Fact> facts, Instant now) {
  Life life;
  for (const auto& fact : facts) {
    advance(life, fact.at);
    apply(life, fact);
  }
  advance(life, now);
  return life;
}

State Life::state() const { return death && death->archives ? State::archived : base; }

bool Life::road_is_closed(CounterKind counter) const {
  return std::find(roads_closed.begin(), roads_closed.end(), std::pair(campaign, counter)) != roads_closed.end();
}

const LiveCode* Life::live_code(CodeKind kind) const {
  const auto& code = codes[index_of(kind)];
  return code ? &*code : nullptr;
}

const LiveCode* Life::code_of_fact(std::int64_t fact, Instant now) const {
  if (fact == 0) return nullptr;
  for (const auto& code : codes)
    if (code && code->fact == fact) return code->good_at(now) ? &*code : nullptr;
  return nullptr;
}

std::optional<Instant> Life::opens_by_default_at() const {
  if (base != State::notified) return std::nullopt;
  if (road_is_closed(CounterKind::opening) || road_is_closed(CounterKind::objecting)) return std::nullopt;
  const auto* objecting = live_code(CodeKind::objecting_on_request);
  return objecting == nullptr ? notice_until : std::max(notice_until, objecting->until);
}

std::optional<Date> Life::kept_until() const {
  if (death && death->archives) return death->kept_until;
  if (base != State::closed && base != State::archived) return std::nullopt;
  return erasure_eve ? std::min(*erasure_eve, closing.kept_until) : closing.kept_until;
}

std::optional<Instant> Life::next_due() const {
  const auto due = due_of(*this);
  return due ? std::optional(due->at) : std::nullopt;
}

SpaceId space_id(PersonId person, std::int64_t ordinal) {
  CARNET_INVARIANT(ordinal >= 1 && ordinal < spaces_per_person, "a person has at most 63 spaces");
  return SpaceId(person.value * spaces_per_person + ordinal);
}

PersonId person_of(SpaceId space) { return PersonId(space.value / spaces_per_person); }

Standing standing_of(const Life& life, PersonId person) {
  Standing standing;
  standing.person = person;
  standing.state = life.state();
  // The erased space keeps its id until another one starts: who purges must know what to purge.
  if (life.exists || standing.state == State::erased) standing.space = space_id(person, life.ordinal);
  standing.since = life.death && life.death->archives ? life.death->since : life.since;
  standing.opens_by_default_at = life.opens_by_default_at();
  if (standing.state == State::notified) standing.last_day = life.notice_last_day;
  standing.kept_until = life.kept_until();
  if (standing.state == State::opened_by_holder && life.second_letter_since) {
    standing.second_letter_awaited = true;
    standing.shown_from = life.second_letter_since;
  }
  return standing;
}

std::string_view code_of(State state) {
  switch (state) {
    case State::eligible: return "eligible";
    case State::notified: return "notified";
    case State::objected: return "objected";
    case State::opened_by_default: return "opened_by_default";
    case State::opened_by_holder: return "opened_by_holder";
    case State::suspended: return "suspended";
    case State::closed: return "closed";
    case State::archived: return "archived";
    case State::erased: return "erased";
  }
  kernel::broken_invariant("unknown state", __FILE__, __LINE__);
}

Allowed allowed_in(State state) {
  switch (state) {
    case State::eligible:
    case State::notified: return {.open = true, .object = true};
    case State::objected: return {.open = true};
    case State::opened_by_default: return {.deposit = true, .team_reads = true, .open = true, .close = true};
    case State::opened_by_holder:
      return {.deposit = true, .team_reads = true, .holder_signs_in = true, .close = true};
    case State::suspended: return {.team_reads = true, .close = true};
    case State::closed:
    case State::archived: return {.archive_copy = true, .open = true};
    case State::erased: return {.open = true, .object = true};
  }
  kernel::broken_invariant("unknown state", __FILE__, __LINE__);
}

}  // namespace carnet::enrollment
