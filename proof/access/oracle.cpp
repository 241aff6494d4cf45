#include "proof/access/oracle.hpp"

#include <algorithm>
#include <chrono>

// The person's side: the person, those who act for them, their apps; and those who read an archive. What professionals
// may do is in oracle_professionals.cpp.
namespace carnet::proof::access_oracle {

namespace {

using namespace std::chrono;

constexpr Verdict yes(std::string_view reason) {
  return {.permit = true, .reason = reason};
}
constexpr Verdict no(std::string_view reason) {
  return {.permit = false, .reason = reason};
}

Day number_of(year_month_day date) {
  return static_cast<Day>(sys_days(date).time_since_epoch().count());
}

Day day_of_minute(Minute minute) {
  return static_cast<Day>(minute >= 0 ? minute / minutes_per_day : (minute + 1) / minutes_per_day - 1);
}

bool is_about_an_item(Deed deed) {
  return deed == Deed::read_item || deed == Deed::list_item || deed == Deed::export_item ||
         deed == Deed::read_trace_of_item || deed == Deed::contest_item || deed == Deed::mask_item;
}

bool is_copy(Deed deed) {
  return deed == Deed::export_item || deed == Deed::export_space;
}

}  // namespace

Day day_of(int y, unsigned m, unsigned d) {
  return number_of(year(y) / month(m) / day(d));
}

Minute at(Day day, int hour, int minute) {
  return day * minutes_per_day + hour * 60 + minute;
}

std::expected<Oracle, std::string> Oracle::make(Matrix matrix, Terms terms) {
  Oracle oracle(std::move(matrix), std::move(terms));
  const Matrix& m = oracle.matrix_;
  oracle.physician_ = m.profession("10");
  oracle.directives_ = m.type("EXPPAT_3");
  oracle.wishes_ = m.type("EXPPAT_1");
  oracle.appointment_ = m.type("56446-8");
  if (std::min({oracle.physician_, oracle.directives_, oracle.wishes_, oracle.appointment_}) < 0)
    return std::unexpected("the matrix lacks physicians, directives, wishes or appointments");
  for (int column = 0; column < m.types(); ++column) {
    const std::string_view code = m.type_code(column);
    oracle.own_types_.push_back(code.starts_with("DOCPAT") || code.starts_with("EXPPAT"));
  }
  return oracle;
}

// ---- clocks ----

Day Oracle::birthday(const Birth& birth, int age) {
  // A day or a month that is unknown: the last it can be. Born on 29 February: the day after the 28th.
  const auto y = year(birth.year + age);
  const auto m = birth.month == 0 ? month(12) : month(birth.month);
  const bool unknown = birth.day == 0 || birth.month == 0;
  const auto d = unknown ? (year(birth.year) / m / last).day() : day(birth.day);
  const year_month_day date = y / m / d;
  return date.ok() ? number_of(date) : number_of(y / month(3) / day(1));
}

Day Oracle::first_word_due(Minute deposited) const {
  return day_of_minute(deposited) + terms_.first_word_days;
}

Minute Oracle::shows_from(Minute deposited) const {
  const year_month_day filed{sys_days(days(day_of_minute(deposited)))};
  year_month_day same = filed + months(terms_.invisible_months);
  if (!same.ok()) same = same.year() / same.month() / last;
  auto date = sys_days(same);
  const auto is_working_day = [&](sys_days when) {
    const weekday in_week(when);
    const auto number = static_cast<Day>(when.time_since_epoch().count());
    return in_week != Saturday && in_week != Sunday &&
           !std::binary_search(terms_.holidays.begin(), terms_.holidays.end(), number);
  };
  while (!is_working_day(date)) date += days(1);
  return at(number_of(date)) + terms_.morning_minute;
}

bool Oracle::is_dead(const Question& q) const {
  return q.space.died && *q.space.died <= day_of_minute(q.now);
}

// The dead grow no older.
bool Oracle::is_minor(const Question& q) const {
  const Day day = is_dead(q) ? *q.space.died : day_of_minute(q.now);
  return day < birthday(q.space.birth, terms_.majority_age);
}

bool Oracle::is_old_enough_for_own_access(const Question& q) const {
  return day_of_minute(q.now) >= birthday(q.space.birth, terms_.minor_own_access_age);
}

State Oracle::state_now(const Question& q) const {
  State state = q.space.state;
  const bool open = state == State::opened_by_default || state == State::opened_by_holder || state == State::suspended;
  if (open && is_dead(q)) state = State::archived;
  if ((state == State::closed || state == State::archived) && q.space.archived_on) {
    // « Conservé jusqu'au … »: that day included.
    const year_month_day kept{sys_days(days(*q.space.archived_on))};
    auto until = kept + years(terms_.archive_years);
    if (!until.ok()) until = until.year() / until.month() / last;
    if (day_of_minute(q.now) > number_of(until)) state = State::erased;
  }
  return state;
}

bool Oracle::not_announced(const Question& q) const {
  if (!q.item.invisible_to_patient) return false;
  if (q.item.announced && *q.item.announced <= q.now) return false;
  return q.now < shows_from(q.item.deposited);
}

// ---- who is asked ----

Verdict Oracle::judge(const Question& q) const {
  switch (q.actor.who) {
    case Who::insurer:
    case Who::complementary_insurer:
    case Who::employer:
    case Who::anyone_else:
      return no("never");
    case Who::agent:
    case Who::mediator:
      return no("blind_to_content");
    case Who::operator_of_service:
      return q.deed == Deed::delete_item ? judge_deletion(q) : no("blind_to_content");
    case Who::producer:
      if (q.deed == Deed::deposit) return judge_deposit(q);
      return q.deed == Deed::delete_item ? judge_deletion(q) : no("only_deposits");
    case Who::professional:
    case Who::occupational_physician:
      return judge_professional(q);
    case Who::heir:
    case Who::court_expert:
      return judge_archive_reader(q);
    default:
      return judge_person_side(q);
  }
}

Verdict Oracle::judge_archive_reader(const Question& q) const {
  if (!is_copy(q.deed)) return no("only_a_copy_of_the_archive");
  const State state = state_now(q);
  if (state != State::closed && state != State::archived) return no("state");
  if (q.actor.who == Who::heir) {
    if (!is_dead(q)) return no("holder_lives");
    if (!q.actor.reason_written) return no("reason_missing");
    if (q.space.opposed_to_heirs) return no("opposed_in_life");
  }
  if (q.deed == Deed::export_item) {
    if (q.item.contested) return no("contested");
    if (q.item.deleted) return no("deleted");
    if (not_announced(q)) return no("not_announced");
    if (q.actor.who == Who::heir && q.actor.is_a_parent && q.item.invisible_to_representatives)
      return no("hidden_from_representatives");
  }
  return yes("archive");
}

Verdict Oracle::judge_person_side(const Question& q) const {
  if (const auto why = why_no_standing(q); !why.empty()) return no(why);
  if (q.space.frozen) return no("frozen");
  if (const auto why = why_state_forbids(q); !why.empty()) return no(why);
  if (q.deed == Deed::delete_item) return judge_deletion(q);
  if (const auto why = why_no_power(q); !why.empty()) return no(why);
  if (is_about_an_item(q.deed)) {
    if (const auto why = why_hidden_from_person_side(q); !why.empty()) return no(why);
  }
  if (q.deed == Deed::add_own && !is_own_type(q.item.type)) return no("not_a_type_of_the_holder");
  Verdict verdict = yes("own_space");
  verdict.without_the_place =
      is_kept_from_the_place(q) && (is_about_an_item(q.deed) || is_copy(q.deed) || q.deed == Deed::read_traces);
  return verdict;
}

std::string_view Oracle::why_no_standing(const Question& q) const {
  switch (q.actor.who) {
    case Who::holder:
      if (is_dead(q)) return "dead";
      return why_minor_has_no_access(q);
    case Who::parent:
      if (!is_minor(q)) return "majority";
      if (q.actor.authority_ended_by_judge && *q.actor.authority_ended_by_judge <= q.now) return "judge";
      return {};
    case Who::guardian:
      return is_dead(q) ? "dead" : why_guardian_has_no_standing(q);
    case Who::carer:
      return is_dead(q) ? "dead" : why_carer_has_no_standing(q);
    default:
      return is_dead(q) ? "dead" : why_app_has_no_standing(q);
  }
}

std::string_view Oracle::why_minor_has_no_access(const Question& q) const {
  if (!is_minor(q)) return {};
  if (!is_old_enough_for_own_access(q)) return "too_young";
  const bool agreed = q.space.minor_access == Agreement::one_parent || q.space.minor_access == Agreement::both_parents;
  return agreed ? "" : "no_agreement_of_parents";
}

std::string_view Oracle::why_guardian_has_no_standing(const Question& q) const {
  if (q.actor.last_day && day_of_minute(q.now) > *q.actor.last_day) return "ended";
  if (q.actor.protection == Protection::representation) return {};
  if (q.actor.protection == Protection::assistance) return q.actor.with_the_person ? "" : "not_without_the_person";
  return "no_protection_of_the_person";
}

std::string_view Oracle::why_carer_has_no_standing(const Question& q) const {
  if (!q.actor.is_adult) return "carer_is_minor";
  if (q.actor.last_day && day_of_minute(q.now) > *q.actor.last_day) return "ended";
  if (q.actor.given_by == Delegator::holder) return is_minor(q) ? "minor_delegates_nothing" : "";
  if (!is_minor(q)) return "majority";
  if (q.actor.authority_ended_by_judge && *q.actor.authority_ended_by_judge <= q.now) return "judge";
  return {};
}

std::string_view Oracle::why_app_has_no_standing(const Question& q) const {
  if (!q.actor.person_bound || !q.actor.paired) return "not_paired";
  if (q.actor.last_day && day_of_minute(q.now) > *q.actor.last_day) return "ended";
  if (q.actor.given_by == Delegator::holder) return why_minor_has_no_access(q);
  if (!is_minor(q)) return "majority";
  if (q.actor.authority_ended_by_judge && *q.actor.authority_ended_by_judge <= q.now) return "judge";
  return {};
}

// The columns "holder signs in" and "close" of the table of states.
std::string_view Oracle::why_state_forbids(const Question& q) const {
  const State state = state_now(q);
  const bool archive = state == State::closed || state == State::archived;
  if (q.deed == Deed::close) {
    const bool may_close =
        state == State::opened_by_default || state == State::opened_by_holder || state == State::suspended;
    return may_close ? "" : "state";
  }
  if (state == State::opened_by_holder) return {};
  const bool by_themselves = q.actor.who != Who::carer && q.actor.who != Who::app;
  // "The holder reads the traces at any time."
  const bool traces = q.deed == Deed::read_traces || q.deed == Deed::read_trace_of_item;
  if (archive && by_themselves && (is_copy(q.deed) || traces || q.deed == Deed::erase)) return {};
  return "state";
}

std::string_view Oracle::why_no_power(const Question& q) const {
  if (q.deed == Deed::deposit) return "not_a_professional";
  switch (q.actor.who) {
    case Who::holder:
      if (is_minor(q) && (q.deed == Deed::close || q.deed == Deed::erase || q.deed == Deed::change_delegations))
        return "for_the_parents";
      return {};
    case Who::parent:
      return why_parents_disagree(q);
    case Who::carer:
      return why_carer_has_no_power(q);
    case Who::app:
      if (q.deed == Deed::read_item || q.deed == Deed::list_item) return q.actor.category_in_scope ? "" : "scope";
      if (q.deed == Deed::add_own) return q.actor.category_in_scope && q.actor.may_write ? "" : "scope";
      return "scope";
    default:
      return {};
  }
}

std::string_view Oracle::why_parents_disagree(const Question& q) const {
  if (q.deed != Deed::close && q.deed != Deed::erase) return {};
  if (!q.space.other_parent_told || !q.space.other_parent_refused) return {};
  const Day refused = *q.space.other_parent_refused;
  const bool in_time =
      refused <= day_of_minute(q.now) && refused <= *q.space.other_parent_told + terms_.parents_refusal_days;
  return in_time ? "parents_in_conflict" : "";
}

std::string_view Oracle::why_carer_has_no_power(const Question& q) const {
  const Scope& scope = q.actor.scope;
  switch (q.deed) {
    case Deed::read_item:
    case Deed::list_item:
      return scope.read ? "" : "scope";
    case Deed::export_item:
    case Deed::export_space:
      return scope.take_copy ? "" : "scope";
    case Deed::read_traces:
    case Deed::read_trace_of_item:
      return scope.traces ? "" : "scope";
    case Deed::contest_item:
      return scope.contest ? "" : "scope";
    case Deed::add_own:
      if (is_kept_from_carers(q.item.type)) return "never_for_carers";
      return scope.add ? "" : "scope";
    case Deed::mask_item:
    case Deed::change_settings:
      return scope.settings ? "" : "scope";
    default:
      return "never_for_carers";
  }
}

std::string_view Oracle::why_hidden_from_person_side(const Question& q) const {
  // The entries of the traces stay, of a document that was hidden or deleted: nothing is left out silently.
  if (q.deed != Deed::read_trace_of_item) {
    if (q.item.contested) return "contested";
    if (q.item.deleted) return "deleted";
  }
  if (not_announced(q)) return "not_announced";
  if (q.space.second_letter_awaited && q.item.deposited < q.space.opened) return "second_letter_awaited";
  const auto who = q.actor.who;
  const bool delegate = who == Who::carer || who == Who::app;
  const bool of_a_representative = who == Who::parent || who == Who::guardian ||
                                   (delegate && q.actor.given_by == Delegator::representative) ||
                                   (who == Who::carer && q.actor.is_a_parent);
  if (of_a_representative && q.item.invisible_to_representatives) return "hidden_from_representatives";
  if (who == Who::carer && is_kept_from_carers(q.item.type)) return "never_for_carers";
  if (is_kept_from_the_place(q) && q.item.type == appointment_) return "discretion";
  return {};
}

// What a parent may not learn of the other one's whereabouts, neither may those the parent sends.
bool Oracle::is_kept_from_the_place(const Question& q) const {
  const auto who = q.actor.who;
  const bool of_a_parent =
      who == Who::parent || ((who == Who::carer || who == Who::app) && q.actor.given_by == Delegator::representative);
  return of_a_parent && q.actor.discretion == Discretion::asked_against_this_side && is_minor(q);
}

Verdict Oracle::judge_deletion(const Question& q) const {
  const State state = state_now(q);
  const auto who = q.actor.who;
  const bool professional_side = who == Who::professional || who == Who::occupational_physician || who == Who::producer;
  if (state != State::opened_by_holder && state != State::opened_by_default) return no("state");
  if (q.item.deleted) return no("deleted");
  if (who == Who::operator_of_service)
    return q.item.contested && q.actor.written_decision ? yes("written_decision") : no("blind_to_content");
  if (professional_side) {
    if (q.actor.is_author) return yes("author");
    return q.item.contested && q.actor.own_structure_filed_it ? yes("contested") : no("not_the_author");
  }
  if (who == Who::app) return no("scope");
  if (const auto why = why_hidden_from_person_side(q); !why.empty()) return no(why);
  if (who == Who::carer) return q.actor.is_author ? yes("author") : no("not_the_author");
  return q.item.by_holder ? yes("author") : no("not_the_author");
}

}  // namespace carnet::proof::access_oracle
