// Who is told of what. A minor's space is told to the representatives; where discretion was asked, no letter leaves.
#include <algorithm>
#include <array>

#include "access/state.hpp"

namespace carnet::access {

using kernel::Result;
using kernel::Status;
using notices::Channel;

namespace {

bool asked_discretion(const std::vector<Version>& versions, Instant now) {
  const auto last = last_known(versions, all_known);
  return std::ranges::any_of(last, [&](const Version& one) { return one.kind == Kind::discretion && one.holds_at(now); });
}

// Who stands in a minor's place: the parents, but those whose access a judge ended; without any, who represents the minor.
Result<std::vector<PersonId>> in_place_of_minor(State& state, store::Snapshot& at, PersonId minor,
                                                const std::vector<Version>& versions, Date today) {
  const Instant now = state.clock.now();
  const auto held = [&](PersonId person) { return hold(versions, subject_of(person), {}, now, all_known); };
  CARNET_TRY(parents, state.identity.people().representatives(at, minor, today));
  std::erase_if(parents, [&](PersonId parent) { return held(parent).ended_by_judge; });
  if (!parents.empty()) return parents;
  for (const auto& version : last_known(versions, all_known)) {
    const auto person = person_of(version.subject);
    if (!person || version.kind != Kind::guardian) continue;
    const Held theirs = held(*person);
    if (theirs.guardian == Access::Guardianship::representation && !theirs.ended_by_judge) parents.push_back(*person);
  }
  return parents;
}

}  // namespace

Result<Hearers> hearers_of(State& state, store::Snapshot& at, PersonId person) {
  Hearers found;
  CARNET_TRY(holder, state.identity.people().person(at, person));
  found.holder = std::move(holder);
  if (found.holder.died) return found;
  const Instant now = state.clock.now();
  CARNET_TRY(versions, rows::of_space(at, person));
  found.letters = !asked_discretion(versions, now);
  const Date today = kernel::date_in(now, zone_of(found.holder));
  const Age age = age_on(found.holder.latest_birth(), today, state.parameters.integer("enrollment.majority_age", today),
                         state.parameters.integer("enrollment.minor_own_access_age", today));
  if (age != Age::adult) {
    CARNET_TRY(others, in_place_of_minor(state, at, person, versions, today));
    for (const auto other : others) {
      CARNET_TRY(facts, state.identity.people().person(at, other));
      if (facts.died) continue;
      found.people.push_back({std::move(facts), hold(versions, subject_of(other), {}, now, all_known).discreet});
    }
  }
  if (found.people.empty()) found.people.push_back({found.holder, false});
  return found;
}

Status tell(State& state, store::Tx& tx, PersonId person, Told what, const std::map<std::string, std::string>& said,
            identity::Letter letter) {
  const auto chosen = state.means.templates.find(what);
  if (state.means.notices == nullptr || chosen == state.means.templates.end()) return {};
  CARNET_TRY(told, hearers_of(state, tx, person));
  for (const auto& to : told.people) {
    auto words = said;
    words["holder"] = told.holder.display_name();
    // Who asked for discretion keeps from the other parent who treats the child, and where.
    if (to.discreet)
      for (const char* const name : {"professional", "structure"})
        if (words.contains(name)) words[name].clear();
    CARNET_TRY(reached, identity::tell(*state.means.notices, tx,
                                       {to.person, person, chosen->second, words, told.letters ? letter : identity::Letter::never}));
    (void)reached;
  }
  return {};
}

namespace {

// The directory knows no address of a GP: by letter, to the structure where they treat this person.
Status tell_gp(State& state, store::Tx& tx, const identity::Person& holder, std::map<std::string, std::string> said) {
  const auto chosen = state.means.templates.find(Told::emergency_gp);
  if (state.means.notices == nullptr || chosen == state.means.templates.end() || holder.declared_gp.empty() || holder.died) return {};
  CARNET_TRY(gp, state.identity.professional(tx, holder.declared_gp));
  if (!gp) return {};
  CARNET_TRY(versions, rows::of_subject(tx, holder.id, holder.declared_gp));
  if (hold(versions, holder.declared_gp, {}, state.clock.now(), all_known).blocked) return {};
  said["holder"] = holder.display_name();
  notices::Notice letter{chosen->second, Channel::letter, {}, {}, std::move(said)};
  letter.to.person = holder.id;
  letter.to.name = gp->name;
  for (const auto& version : last_known(versions, all_known)) {
    if (version.kind != Kind::care_team) continue;
    CARNET_TRY(structure, state.identity.structure(tx, version.place));
    if (structure) letter.to.postal.lines = {structure->name, "FINESS " + structure->finess};
  }
  if (letter.to.postal.lines.empty()) letter.to.postal.lines = {"RPPS " + gp->rpps};
  letter.to.postal.country = "FR";
  CARNET_TRY(posted, identity::enqueue_if_there(*state.means.notices, tx, letter));
  (void)posted;
  return {};
}

}  // namespace

Status note_emergency(State& state, store::Tx& tx, PersonId person, const rows::Emergency& event) {
  // Several reads may have seen that nobody was told: the first to write tells.
  const Instant since{event.opened_at.ms - state.parameter("access.emergency_hours") * 3'600'000};
  CARNET_TRY(told, rows::told_since(tx, person, event, since));
  if (told) return {};
  CARNET_CHECK(rows::add_emergency(tx, person, event));
  CARNET_TRY(holder, state.identity.people().person(tx, person));
  CARNET_TRY(professional, state.identity.professional(tx, event.rpps));
  CARNET_TRY(structure, state.identity.structure(tx, event.structure));
  constexpr std::array<std::string_view, 3> modes{"normal", "bris_de_glace", "centre_15"};
  const std::map<std::string, std::string> said{
      {"professional", professional ? professional->name : event.rpps},
      {"structure", structure ? structure->name : event.structure},
      {"mode", std::string(modes.at(static_cast<std::size_t>(event.mode)))},
      {"opened_at", kernel::to_rfc3339(event.opened_at)}};
  CARNET_CHECK(tell(state, tx, person, Told::emergency_holder, said, identity::Letter::without_email));
  return event.rpps == holder.declared_gp ? Status{} : tell_gp(state, tx, holder, said);
}

}  // namespace carnet::access
