// Who asks, gathered from the register, the directory and the versions, as the pure decision needs it.
#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>

#include "access/state.hpp"

namespace carnet::access {

using identity::Caller;
using kernel::Result;

kernel::Zone zone_of(const identity::Person& person) {
  const auto named = kernel::Zone::named(person.zone);
  return named ? *named : kernel::Zone::paris();
}

namespace {

// A person: holder, parent, guardian or carer, the first that holds.
Result<Relation> relation_of_person(State& state, store::Snapshot& db, const Question& question, const Held& held, Date on) {
  if (question.caller.person == question.person) return Relation::self;
  if (held.settings.age != Age::adult) {
    CARNET_TRY(parents, state.identity.people().representatives(db, question.person, on));
    if (std::ranges::find(parents, question.caller.person) != parents.end()) return Relation::representative;
  }
  if (held.guardian != Access::Guardianship::none) return Relation::guardian;
  return held.carer_classes ? Relation::carer : Relation::none;
}

// Who sent the carer, with whose authority the delegation ends; and whether the carer is, or was, a parent.
kernel::Status describe_carer(State& state, store::Snapshot& db, const Question& question, const Held& held,
                              const identity::Person& holder, Instant at, Instant known, Actor& actor) {
  if (!held.carer_classes) return {};
  // No rule of the service, and nothing hidden from a representative, is older than its first day.
  constexpr Date first_day{2022, 1, 1};
  const Date as_minor = std::max(holder.latest_birth(), first_day);
  CARNET_TRY(parents, state.identity.people().representatives(db, holder.id, as_minor));
  actor.is_a_parent = std::ranges::find(parents, question.caller.person) != parents.end();
  if (!held.giver) return {};
  actor.by_representative = true;
  const std::string giver = subject_of(*held.giver);
  CARNET_TRY(versions, rows::of_subject(db, holder.id, giver));
  const Held theirs = hold(versions, giver, {}, at, known);
  actor.ended_by_judge = theirs.ended_by_judge;
  actor.discreet = theirs.discreet;
  return {};
}

// What the directory says the reader is; asked inside the caller's snapshot.
Result<Station> station_of(State& state, store::Snapshot& db, const Question& question) {
  std::string specialty(question.specialty);
  if (specialty.empty() && !question.caller.rpps.empty()) {
    CARNET_TRY(professional, state.identity.professional(db, question.caller.rpps));
    if (professional) specialty = professional->specialty;
  }
  std::string kind;
  if (!question.caller.structure_id.empty()) {
    CARNET_TRY(structure, state.identity.structure(db, question.caller.structure_id));
    if (structure) kind = structure->kind;
  }
  return state.stations.station_of(specialty, kind);
}

// What the rows say of a holder and of who asks; no hour enters into it.
struct Rows {
  std::shared_ptr<const identity::Person> holder;
  std::vector<Version> versions;
  Station station = Station::ordinary;
  std::size_t bytes() const {
    constexpr std::size_t of_a_holder = 2048;  // with names, contacts and address, generously
    return of_a_holder + versions.size() * sizeof(Version);
  }
};
Result<std::shared_ptr<const Rows>> rows_of(State& state, store::Snapshot& db, const Question& question, std::string_view subject) {
  const Caller& caller = question.caller;
  const bool software = caller.kind == Caller::Kind::software;
  const auto key = fmt::format(FMT_COMPILE("{}/{}/{}/{}/{}"), question.person.value, software ? 's' : 'p', subject,
                               caller.structure_id, question.specialty);
  return db.made<Rows>(key, [&](store::Snapshot& at) -> Result<Rows> {
    Rows found;
    CARNET_TRY(holder, state.identity.people().shared_person(at, question.person));
    CARNET_TRY(versions, rows::of_subject(at, question.person, subject));
    found.holder = std::move(holder);
    found.versions = std::move(versions);
    if (!software) return found;
    CARNET_TRY(station, station_of(state, at, question));
    found.station = station;
    return found;
  });
}

}  // namespace

Result<Asker> asker_of(State& state, store::Snapshot& db, const Question& question, Instant at, Instant known) {
  const Caller& caller = question.caller;
  const bool software = caller.kind == Caller::Kind::software;
  const std::string subject = software ? caller.rpps : subject_of(caller.person);
  CARNET_TRY(rows, rows_of(state, db, question, subject));
  const identity::Person& holder = *rows->holder;
  Held held = hold(rows->versions, subject, caller.structure_id, at, known);
  const Date on = kernel::date_in(at, zone_of(holder));
  held.settings.age = age_on(holder.latest_birth(), on, state.parameters.integer("enrollment.majority_age", on),
                             state.parameters.integer("enrollment.minor_own_access_age", on));
  Asker asker;
  asker.settings = held.settings;
  asker.settings.dead = holder.died.has_value();
  Actor& actor = asker.actor;
  actor.kind = caller.kind;
  if (software) {
    actor.rpps = caller.rpps;
    actor.profession = caller.profession;
    actor.structure = caller.structure_id;
    actor.mode = caller.purpose;
    actor.reason_given = !caller.emergency_reason.empty();
    actor.blocked = held.blocked;
    actor.personally_granted = held.occupational;
    asker.refused = held.refused;
    actor.station = rows->station;
    actor.relation = caller.rpps.empty()
                         ? Relation::producer
                         : relation_of_professional(held, !holder.declared_gp.empty() && holder.declared_gp == caller.rpps);
  } else {
    actor.ended_by_judge = held.ended_by_judge;
    actor.discreet = held.discreet;
    actor.assists_only = held.guardian == Access::Guardianship::assistance;
    actor.classes = held.carer_classes.value_or(0);
    CARNET_CHECK(describe_carer(state, db, question, held, holder, at, known, actor));
    CARNET_TRY(relation, relation_of_person(state, db, question, held, on));
    actor.relation = relation;
  }
  asker.holder = rows->holder;
  return asker;
}

}  // namespace carnet::access
