// A question in words, for whoever reads a mismatch.
#include <fmt/format.h>

#include <array>
#include <chrono>

#include "proof/access/oracle_grid.hpp"

namespace carnet::proof::access_oracle {

namespace {

std::string date(Day day) {
  const std::chrono::year_month_day d{std::chrono::sys_days(std::chrono::days(day))};
  return fmt::format("{:04}-{:02}-{:02}", int(d.year()), unsigned(d.month()), unsigned(d.day()));
}

std::string instant(Minute minute) {
  const auto day = static_cast<Day>(minute / minutes_per_day);
  return fmt::format("{} {:02}:{:02}", date(day), minute % minutes_per_day / 60, minute % 60);
}

std::string maybe(std::optional<Day> day) {
  return day ? date(*day) : "none";
}
std::string maybe_instant(std::optional<Minute> minute) {
  return minute ? instant(*minute) : "none";
}

void flag(std::string& out, std::string_view name, bool value) {
  if (value) out += fmt::format(" {}", name);
}

std::string actor_in_words(const Actor& a, const Matrix& matrix) {
  std::string out = fmt::format("actor: {}", word(a.who));
  if (a.profession >= 0) out += " of profession " + matrix.profession_code(a.profession);
  out += fmt::format(
      " consent={}until {} gp={} protection={} given_by={} discretion={} last_day={} judge={} scope={}{}{}{}{}{}",
      int(a.consent), instant(a.consent_ends), int(a.gp), int(a.protection), int(a.given_by), int(a.discretion),
      maybe(a.last_day), maybe_instant(a.authority_ended_by_judge), a.scope.read ? 'r' : '-',
      a.scope.traces ? 't' : '-', a.scope.contest ? 'c' : '-', a.scope.add ? 'a' : '-', a.scope.settings ? 's' : '-',
      a.scope.take_copy ? 'e' : '-');
  flag(out, "in_care_team", a.in_care_team);
  flag(out, "refused_by_holder", a.refused_by_holder);
  flag(out, "blocked", a.blocked);
  flag(out, "personal_grant", a.personal_grant);
  flag(out, "secret_connection", a.secret_connection);
  flag(out, "is_author", a.is_author);
  flag(out, "own_structure_filed_it", a.own_structure_filed_it);
  flag(out, "own_act", a.own_act);
  flag(out, "with_the_person", a.with_the_person);
  flag(out, "not_adult", !a.is_adult);
  flag(out, "is_a_parent", a.is_a_parent);
  flag(out, "paired", a.paired);
  flag(out, "person_bound", a.person_bound);
  flag(out, "category_in_scope", a.category_in_scope);
  flag(out, "may_write", a.may_write);
  flag(out, "reason_written", a.reason_written);
  flag(out, "written_decision", a.written_decision);
  return out;
}

std::string space_in_words(const Space& s) {
  std::string out = fmt::format(
      "space: {} born {:04}-{:02}-{:02} died={} archived_on={} opened={} minor_access={} told={} refused={}",
      word(s.state), s.birth.year, s.birth.month, s.birth.day, maybe(s.died), maybe(s.archived_on), instant(s.opened),
      int(s.minor_access), maybe(s.other_parent_told), maybe(s.other_parent_refused));
  flag(out, "frozen", s.frozen);
  flag(out, "second_letter_awaited", s.second_letter_awaited);
  flag(out, "refuses_bris_de_glace", s.refuses_bris_de_glace);
  flag(out, "refuses_centre_15", s.refuses_centre_15);
  flag(out, "opposed_to_heirs", s.opposed_to_heirs);
  flag(out, "objects_to_deposit", s.objects_to_deposit);
  flag(out, "legitimate_motive", s.legitimate_motive);
  flag(out, "act_not_to_be_recorded", s.act_not_to_be_recorded);
  return out;
}

std::string item_in_words(const Item& i, const Matrix& matrix) {
  std::string out = fmt::format("item: {} deposited {} announced={}", matrix.type_code(i.type), instant(i.deposited),
                                maybe_instant(i.announced));
  flag(out, "by_holder", i.by_holder);
  flag(out, "MASQUE_PS", i.masked);
  flag(out, "visible_in_emergency", i.visible_in_emergency);
  flag(out, "INVISIBLE_PATIENT", i.invisible_to_patient);
  flag(out, "INVISIBLE_REPRESENTANTS_LEGAUX", i.invisible_to_representatives);
  flag(out, "contested", i.contested);
  flag(out, "deleted", i.deleted);
  return out;
}

}  // namespace

std::string_view word(Who who) {
  constexpr std::array<std::string_view, whos> words{"holder",
                                                     "parent",
                                                     "guardian",
                                                     "carer",
                                                     "app",
                                                     "professional",
                                                     "occupational_physician",
                                                     "producer",
                                                     "agent",
                                                     "mediator",
                                                     "operator",
                                                     "insurer",
                                                     "complementary_insurer",
                                                     "employer",
                                                     "heir",
                                                     "court_expert",
                                                     "anyone_else"};
  return words[static_cast<std::size_t>(who)];
}

std::string_view word(Deed deed) {
  constexpr std::array<std::string_view, deeds> words{
      "read_item",   "list_item", "export_item", "read_trace_of_item", "contest_item",    "mask_item",
      "delete_item", "deposit",   "add_own",     "read_traces",        "change_settings", "change_delegations",
      "close",       "erase",     "export_space"};
  return words[static_cast<std::size_t>(deed)];
}

std::string_view word(State state) {
  constexpr std::array<std::string_view, states> words{
      "eligible", "notified", "objected", "opened_by_default", "opened_by_holder", "suspended",
      "closed",   "archived", "erased"};
  return words[static_cast<std::size_t>(state)];
}

std::string_view word(Mode mode) {
  constexpr std::array<std::string_view, 3> words{"normal", "bris_de_glace", "centre_15"};
  return words[static_cast<std::size_t>(mode)];
}

std::string in_words(const Question& q, const Matrix& matrix) {
  return fmt::format("{} in mode {}{} at {}\n{}\n{}\n{}\n", word(q.deed), word(q.mode),
                     q.reason_given ? " with a reason" : "", instant(q.now), actor_in_words(q.actor, matrix),
                     space_in_words(q.space), item_in_words(q.item, matrix));
}

}  // namespace carnet::proof::access_oracle
