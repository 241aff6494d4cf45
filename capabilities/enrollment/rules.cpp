#include "enrollment/rules.hpp"

#include <algorithm>

namespace carnet::enrollment {
namespace {

constexpr std::string_view majority_campaign = "majority";

class Drafting {
 public:
  Drafting(const Life& life, const World& world)
      : seq_(life.last_seq + static_cast<std::int64_t>(life.unrecorded.size())), world_(&world) {}
  Fact& add(FactKind kind) {
    Fact fact;
    fact.seq = ++seq_;
    fact.kind = kind;
    fact.at = world_->now;
    fact.minor = world_->minor && kind != FactKind::died && kind != FactKind::death_reverted && kind != FactKind::road_closed;
    const bool against = kind == FactKind::objected || kind == FactKind::closed || kind == FactKind::erasure_asked;
    if (against && world_->refusable_until) {
      fact.by = world_->acting.value;
      fact.refusable_until = world_->refusable_until;
    }
    return decision_.facts.emplace_back(std::move(fact));
  }
  Decision done() { return std::move(decision_); }

 private:
  std::int64_t seq_;
  const World* world_;
  Decision decision_;
};

Decision refused(Refusal refusal) { return Decision{refusal, {}}; }
Decision unchanged() { return {}; }

bool dead(const Life& life, const World& world) { return life.dead() || world.dead_in_register; }

// One parent refused; the others change nothing until that one does. In person, with a judge's decision, is another matter.
bool parents_disagree(const Life& life, const World& world, const Presented& presented) {
  return world.minor && life.refused_by && *life.refused_by != world.acting.value && !presented.in_person;
}

void set_days(Fact& fact, const World& world, const Terms& terms, bool by_letter, int valid_days) {
  fact.last_day = last_day_of(world.today(), valid_days, by_letter, terms);
  fact.until = kernel::start_of_day(fact.last_day->plus_days(1), world.zone);
}

void set_notice(Fact& fact, const World& world, const Terms& terms, notices::Channel channel, std::string_view campaign) {
  fact.code_kind = CodeKind::campaign;
  fact.channel = channel;
  fact.campaign = std::string(campaign);
  set_days(fact, world, terms, channel == notices::Channel::letter, terms.code_valid_days);
}

void set_closing(Fact& fact, Date day, const World& world, const Terms& terms) {
  fact.last_day = day.plus_years(terms.archive_years);
  fact.archived_at = kernel::start_of_day(day.plus_days(terms.closed_days_before_archive), world.zone);
  fact.erased_at = kernel::start_of_day(fact.last_day->plus_days(1), world.zone);
}

void add_second_letter(Drafting& draft, const World& world, const Terms& terms, bool asked) {
  auto& letter = draft.add(FactKind::code_sent);
  letter.code_kind = CodeKind::second_letter;
  letter.channel = notices::Channel::letter;
  letter.asked = asked;
  set_days(letter, world, terms, true, terms.code_valid_days);
}

// The holder's session, or a representative's for a minor: after majority the representatives' sessions are over, and
// the new adult signs in once they have opened.
bool signed_in(const Life& life, const World& world, const Presented& presented) {
  if (world.minor) return presented.representative_session;
  return presented.signed_in && life.entered;
}

bool suspended_unopened(const Life& life) { return life.state() == State::suspended && !life.opened_once; }

// Objecting and closing ask the same evidence: refusing costs no more than opening.
Sufficiency suffices_to_refuse(const Evidence& e, bool by_phone, bool minor) {
  bool enough = false;
  if (by_phone) {
    enough = e.code && e.number && e.serial;
  } else if (minor) {
    enough = (e.code && (e.representative_session || e.number)) || e.in_person;
  } else {
    enough = (e.code && e.number) || (e.number && e.serial && e.contact) || e.in_person;
  }
  return enough ? Sufficiency::yes : Sufficiency::no;
}

Sufficiency suffices_to_open(const Evidence& e, bool typed_contact, bool minor, bool contact_on_file) {
  if (e.in_person) return Sufficiency::yes;
  if (minor)
    return e.code && (e.representative_session || (e.number && e.serial)) ? Sufficiency::yes : Sufficiency::no;
  if (e.number && e.serial && e.contact) return Sufficiency::yes;
  if (!contact_on_file && e.code && e.number && e.serial && typed_contact) return Sufficiency::with_second_letter;
  return Sufficiency::no;
}

// The code presented, if it is good and its road open. A minor's tries are counted on the representative.
const LiveCode* looked_at(Act act, const Life& life, const Presented& presented, const World& world) {
  const auto road = act == Act::open ? CounterKind::opening : CounterKind::objecting;
  if (!world.minor && !presented.admitted && life.road_is_closed(road)) return nullptr;
  return life.code_of_fact(presented.code, world.now);
}

// The code that the act spends, when the one presented was good.
std::int64_t spent_by(Act act, const Life& life, const Presented& presented, const World& world) {
  return looked_at(act, life, presented, world) != nullptr ? presented.code : 0;
}

}  // namespace

bool phone_line_open(Date day, const Terms& terms) {
  const auto& weekdays = terms.phone_weekdays;
  return std::find(weekdays.begin(), weekdays.end(), day.iso_weekday()) != weekdays.end() &&
         !std::binary_search(terms.public_holidays.begin(), terms.public_holidays.end(), day);
}

Date last_day_of(Date sent, int valid_days, bool by_letter, const Terms& terms) {
  Date day = sent.plus_days(valid_days);
  if (by_letter) day = day.plus_days(terms.post_grace_days);
  // Whoever must object by phone finds the line open on the last day.
  while (!phone_line_open(day, terms)) day = day.plus_days(1);
  return day;
}

Sufficiency suffices(Act act, const Evidence& evidence, bool typed_contact, bool by_phone, bool minor,
                     bool contact_on_file) {
  Evidence known = evidence;
  known.contact = evidence.contact && contact_on_file;
  if (act == Act::open) return suffices_to_open(known, typed_contact, minor, contact_on_file);
  return suffices_to_refuse(known, by_phone, minor);
}

Evidence judged_evidence(Act act, const Life& life, const Presented& presented, const World& world) {
  const auto* code = looked_at(act, life, presented, world);
  const bool good = code != nullptr && code->kind != CodeKind::second_letter;
  Evidence evidence;
  evidence.code = good;
  evidence.number = presented.number;
  evidence.serial = presented.serial;
  // Whoever types a code that was asked for and went to the contact on file holds that contact.
  evidence.contact = world.contact_on_file() && (presented.contact || (good && code->on_file));
  evidence.in_person = presented.in_person;
  evidence.representative_session = world.minor && presented.representative_session;
  return evidence;
}

Decision decide_notify(const Life& life, const World& world, const Terms& terms, notices::Channel channel,
                       std::string_view campaign) {
  if (dead(life, world)) return refused(Refusal::not_now);
  const bool stuck = life.state() == State::notified && world.now >= life.notice_until && campaign != life.campaign &&
                     (life.road_is_closed(CounterKind::opening) || life.road_is_closed(CounterKind::objecting));
  if (life.state() != State::eligible && !stuck) return refused(Refusal::not_now);
  Drafting draft(life, world);
  set_notice(draft.add(FactKind::notified), world, terms, channel, campaign);
  return draft.done();
}

Decision decide_majority_notice(const Life& life, const World& world, const Terms& terms, notices::Channel channel) {
  if (dead(life, world) || world.minor || !life.acted_as_minor || life.majority_told || life.state() == State::erased)
    return refused(Refusal::not_now);
  Drafting draft(life, world);
  set_notice(draft.add(FactKind::majority_notified), world, terms, channel, majority_campaign);
  return draft.done();
}

Decision decide_returned(const Life& life, const World& world) {
  if (life.dead() || life.state() != State::notified) return refused(Refusal::not_now);
  Drafting draft(life, world);
  draft.add(FactKind::returned);
  return draft.done();
}

Decision decide_open(const Life& life, const World& world, const Terms& terms, const Presented& presented) {
  const auto evidence = judged_evidence(Act::open, life, presented, world);
  const auto enough = suffices(Act::open, evidence, presented.typed_contact, false, world.minor, world.contact_on_file());
  if (enough == Sufficiency::no) return refused(Refusal::evidence);
  if (dead(life, world)) return refused(Refusal::not_now);
  const State state = life.state();
  if (state == State::suspended) return refused(Refusal::suspended);
  if (state == State::opened_by_holder) {
    const bool takes_over = !world.minor && (!life.entered || world.account_missing);
    const bool proves_more = evidence.in_person && life.second_letter_since.has_value();
    if (!takes_over && !proves_more) return refused(Refusal::already_open);
  }
  Drafting draft(life, world);
  auto& opened = draft.add(FactKind::opened);
  opened.spent = spent_by(Act::open, life, presented, world);
  opened.by_adult = !world.minor;
  opened.typed_contact = enough == Sufficiency::with_second_letter;
  if (opened.typed_contact) add_second_letter(draft, world, terms, false);
  return draft.done();
}

Decision decide_object(const Life& life, const World& world, const Presented& presented) {
  const auto evidence = judged_evidence(Act::object, life, presented, world);
  if (suffices(Act::object, evidence, false, presented.by_phone, world.minor, world.contact_on_file()) == Sufficiency::no)
    return refused(Refusal::evidence);
  if (dead(life, world)) return refused(Refusal::not_now);
  const State state = life.state();
  if (state == State::opened_by_holder || state == State::opened_by_default) return refused(Refusal::already_open);
  if (state == State::suspended) return refused(Refusal::suspended);
  if (state == State::closed || state == State::archived) return refused(Refusal::not_now);
  if (parents_disagree(life, world, presented)) return refused(Refusal::not_now);
  const auto spent = spent_by(Act::object, life, presented, world);
  if (state == State::objected && spent == 0) return unchanged();
  Drafting draft(life, world);
  draft.add(FactKind::objected).spent = spent;
  return draft.done();
}

Decision decide_close_unopened(const Life& life, const World& world, const Terms& terms, const Presented& presented) {
  const auto evidence = judged_evidence(Act::close_unopened, life, presented, world);
  if (suffices(Act::close_unopened, evidence, false, presented.by_phone, world.minor, world.contact_on_file()) ==
      Sufficiency::no)
    return refused(Refusal::evidence);
  if (dead(life, world)) return refused(Refusal::not_now);
  const State state = life.state();
  const bool never_opened = state == State::opened_by_default || suspended_unopened(life);
  // In person closes what its holder opened, too: a suspended holder cannot sign in. By phone, P is not evidence.
  const bool in_person = !presented.by_phone && evidence.in_person &&
                         (state == State::opened_by_holder || state == State::suspended);
  if (!never_opened && !in_person) return refused(Refusal::not_now);
  if (parents_disagree(life, world, presented)) return refused(Refusal::not_now);
  Drafting draft(life, world);
  auto& closed = draft.add(FactKind::closed);
  closed.spent = spent_by(Act::close_unopened, life, presented, world);
  set_closing(closed, world.today(), world, terms);
  return draft.done();
}

namespace {

bool posted_lately(const Life& life, const World& world, const Terms& terms) {
  return life.last_posted_request && world.now < life.last_posted_request->plus(std::chrono::days(terms.posted_every_days));
}

// A code asked for leaves by e-mail, else by telephone, else by post.
Fact& add_asked_code(Drafting& draft, const World& world, const Terms& terms, CodeKind purpose) {
  const bool by_letter = !world.contact_on_file();
  auto& sent = draft.add(FactKind::code_sent);
  sent.code_kind = purpose;
  sent.asked = true;
  sent.channel = by_letter              ? notices::Channel::letter
                 : world.email_on_file ? notices::Channel::email
                                       : notices::Channel::sms;
  if (purpose == CodeKind::opening_on_request && !by_letter) {
    sent.until = world.email_on_file ? world.now.plus(std::chrono::hours(terms.opening_code_email_hours))
                                     : world.now.plus(std::chrono::minutes(terms.opening_code_phone_minutes));
  } else {
    const bool opens = purpose == CodeKind::opening_on_request;
    set_days(sent, world, terms, by_letter, opens ? terms.code_valid_days : terms.objection_code_valid_days);
  }
  return sent;
}

}  // namespace

Decision decide_ask_code(const Life& life, const World& world, const Terms& terms, CodeKind purpose) {
  if (dead(life, world) || world.minor) return refused(Refusal::nothing_leaves);
  const State state = life.state();
  const bool letter_awaited = state == State::opened_by_holder && life.second_letter_since.has_value();
  const bool takes_over = state == State::opened_by_holder && (!life.entered || world.account_missing);
  if (state == State::opened_by_holder && !letter_awaited && !takes_over) return refused(Refusal::nothing_leaves);
  if (state == State::suspended && !suspended_unopened(life)) return refused(Refusal::nothing_leaves);

  const bool by_letter = letter_awaited || !world.contact_on_file();
  if (by_letter && posted_lately(life, world, terms)) return refused(Refusal::nothing_leaves);
  Drafting draft(life, world);
  if (letter_awaited) {
    add_second_letter(draft, world, terms, true);
    return draft.done();
  }
  add_asked_code(draft, world, terms, purpose).on_file = !by_letter;
  return draft.done();
}

Decision decide_ask_child_code(const Life& life, const World& world, const Terms& terms) {
  if (dead(life, world) || !world.minor || world.acting.value == 0) return refused(Refusal::not_now);
  const State state = life.state();
  if (state == State::opened_by_holder) return refused(Refusal::already_open);
  if (state == State::suspended) return refused(Refusal::suspended);
  if (state == State::closed || state == State::archived) return refused(Refusal::not_now);  // the session reopens, without a code
  if (!world.contact_on_file() && posted_lately(life, world, terms)) return refused(Refusal::nothing_leaves);
  Drafting draft(life, world);
  add_asked_code(draft, world, terms, CodeKind::opening_on_request).by = world.acting.value;
  return draft.done();
}

Decision decide_second_letter(const Life& life, const World& world, const Presented& presented) {
  if (dead(life, world)) return refused(Refusal::not_now);
  if (!signed_in(life, world, presented)) return refused(Refusal::not_signed_in);
  if (life.state() != State::opened_by_holder || !life.second_letter_since) return refused(Refusal::not_now);
  const auto* code = life.code_of_fact(presented.code, world.now);
  if (code == nullptr || code->kind != CodeKind::second_letter) return refused(Refusal::evidence);
  Drafting draft(life, world);
  draft.add(FactKind::second_letter_entered).spent = presented.code;
  return draft.done();
}

Decision decide_close(const Life& life, const World& world, const Terms& terms, const Presented& presented) {
  if (dead(life, world)) return refused(Refusal::not_now);
  if (!signed_in(life, world, presented)) return refused(Refusal::not_signed_in);
  const State state = life.state();
  if (state == State::closed || state == State::archived) return unchanged();
  if (state == State::suspended) return refused(Refusal::suspended);
  if (state != State::opened_by_holder) return refused(Refusal::not_now);
  if (parents_disagree(life, world, presented)) return refused(Refusal::not_now);
  Drafting draft(life, world);
  set_closing(draft.add(FactKind::closed), world.today(), world, terms);
  return draft.done();
}

Decision decide_reopen(const Life& life, const World& world, const Presented& presented) {
  if (dead(life, world)) return refused(Refusal::not_now);
  if (!signed_in(life, world, presented)) return refused(Refusal::not_signed_in);
  const State state = life.state();
  if (state == State::opened_by_holder) return unchanged();
  if (state == State::suspended) return refused(Refusal::suspended);
  if (state != State::closed && state != State::archived) return refused(Refusal::not_now);
  Drafting draft(life, world);
  draft.add(FactKind::reopened);
  return draft.done();
}

Decision decide_ask_erasure(const Life& life, const World& world, const Terms& terms, const Presented& presented) {
  if (dead(life, world)) return refused(Refusal::not_now);
  if (!signed_in(life, world, presented)) return refused(Refusal::not_signed_in);
  const State state = life.state();
  if (state == State::suspended) return refused(Refusal::suspended);
  if (state != State::opened_by_holder && state != State::closed && state != State::archived)
    return refused(Refusal::not_now);
  if (life.erasure_at) return unchanged();
  if (parents_disagree(life, world, presented)) return refused(Refusal::not_now);
  Drafting draft(life, world);
  if (state == State::opened_by_holder) set_closing(draft.add(FactKind::closed), world.today(), world, terms);
  auto& asked = draft.add(FactKind::erasure_asked);
  const Date day = std::min(world.today().plus_days(terms.erasure_regret_days),
                            world.today().plus_months(terms.erasure_within_months));
  asked.until = kernel::start_of_day(day, world.zone);
  asked.last_day = day.plus_days(-1);
  if (world.refusable_until && *asked.until < *world.refusable_until) {
    asked.until = world.refusable_until;
    asked.last_day = kernel::date_in(Instant{asked.until->ms - 1}, world.zone);
  }
  return draft.done();
}

Decision decide_refuse(const Life& life, const World& world, const Presented& presented) {
  if (dead(life, world)) return refused(Refusal::not_now);
  if (!world.minor || !presented.representative_session || world.acting.value == 0) return refused(Refusal::not_signed_in);
  const bool may = life.refusable && world.now < life.refusable->until && life.refusable->by != world.acting.value;
  if (!may || life.state() == State::suspended) return refused(Refusal::not_now);
  Drafting draft(life, world);
  auto& no = draft.add(FactKind::refused_by_parent);
  no.by = world.acting.value;
  no.until = kernel::start_of_day(world.today().plus_days(1), world.zone);
  return draft.done();
}

Decision decide_suspend(const Life& life, const World& world, const Terms& terms) {
  const State state = life.state();
  if (dead(life, world)) return refused(Refusal::not_now);
  if (state == State::suspended) return unchanged();
  if (state != State::opened_by_default && state != State::opened_by_holder) return refused(Refusal::not_now);
  Drafting draft(life, world);
  auto& suspended = draft.add(FactKind::suspended);
  const Date closes = world.today().plus_days(terms.suspension_days + 1);
  set_closing(suspended, closes, world, terms);
  suspended.until = kernel::start_of_day(closes, world.zone);
  return draft.done();
}

Decision decide_lift(const Life& life, const World& world) {
  if (life.dead() || life.state() != State::suspended) return refused(Refusal::not_now);
  Drafting draft(life, world);
  draft.add(FactKind::suspension_lifted);
  return draft.done();
}

Decision decide_object_to_suspension(const Life& life, const World& world) {
  if (life.dead() || life.state() != State::suspended) return refused(Refusal::not_now);
  if (life.suspension->objected) return unchanged();
  Drafting draft(life, world);
  draft.add(FactKind::suspension_objected);
  return draft.done();
}

Decision decide_die(const Life& life, const World& world, const Terms& terms, Date on) {
  if (life.dead() || on > world.today()) return refused(Refusal::not_now);
  Drafting draft(life, world);
  auto& died = draft.add(FactKind::died);
  died.died_on = on;
  died.last_day = on.plus_years(terms.archive_years);
  died.erased_at = kernel::start_of_day(died.last_day->plus_days(1), world.zone);
  return draft.done();
}

Decision decide_revert_death(const Life& life, const World& world) {
  if (!life.dead()) return refused(Refusal::not_now);
  Drafting draft(life, world);
  draft.add(FactKind::death_reverted);
  return draft.done();
}

Decision decide_road_closed(const Life& life, const World& world, CounterKind counter) {
  if (life.road_is_closed(counter)) return unchanged();
  Drafting draft(life, world);
  auto& closed = draft.add(FactKind::road_closed);
  closed.counter = counter;
  closed.campaign = life.campaign;
  return draft.done();
}

Gate gate_of(const Counter& counter, Instant now, const Terms& terms, bool capped) {
  if (capped && counter.tries >= terms.max_tries) return Gate::closed;
  return now < may_try_from(counter, terms) ? Gate::wait : Gate::judge;
}

Instant may_try_from(const Counter& counter, const Terms& terms) { return may_try_from(counter, terms.ladder); }

Instant may_try_from(const Counter& counter, const std::vector<Terms::Rung>& ladder) {
  std::int64_t wait_s = 0;
  for (const auto& rung : ladder)
    if (counter.misses >= rung.misses) wait_s = rung.wait_s;
  return wait_s == 0 ? Instant{} : counter.last_miss.plus(std::chrono::seconds(wait_s));
}

Counter recorded(Counter counter, Instant now) {
  ++counter.tries;
  ++counter.misses;
  counter.last_miss = now;
  return counter;
}

Counter judged_right(Counter counter) {
  counter.misses = 0;
  return counter;
}

}  // namespace carnet::enrollment
