// What holders, structures and agents change: a version, and a trace of the space, in one transaction.
#include <fmt/format.h>

#include <algorithm>

#include "access/state.hpp"

namespace carnet::access {

using kernel::ErrorKind;
using kernel::Result;
using kernel::Status;

namespace {

std::unexpected<kernel::Error> bad(std::string_view code, std::string_view path, std::string_view says) {
  return kernel::invalid(code, {{"value", std::string(path), std::string(says)}});
}

Version version_of(Kind kind, std::string subject, Instant now, bool on = true) {
  Version version;
  version.kind = kind;
  version.subject = std::move(subject);
  version.valid_from = version.recorded_at = now;
  version.on = on;
  return version;
}

Status change(State& state, store::Tx& tx, PersonId person, const Version& version, const Change& told) {
  CARNET_CHECK(rows::add(tx, person, version));
  return trace_change(state, tx, person, told);
}

Result<std::map<std::string, std::string>> names_of(State& state, store::Snapshot& at, std::string_view rpps,
                                                    std::string_view structure) {
  CARNET_TRY(professional, state.identity.professional(at, rpps));
  CARNET_TRY(place, state.identity.structure(at, structure));
  return std::map<std::string, std::string>{{"professional", professional ? professional->name : std::string(rpps)},
                                            {"structure", place ? place->name : std::string(structure)}};
}

}  // namespace

Status trace_change(State& state, store::Tx& tx, PersonId person, const Change& change) {
  CARNET_TRY(standing, state.enrollment.standing(tx, person));
  if (standing.space.value == 0) return {};
  audit::Entry entry;
  if (change.by != nullptr) {
    entry = change.by->trace(change.action);
    if (!change.rpps.empty()) {
      CARNET_TRY(about, state.identity.professional(tx, change.rpps));
      entry.item_title = about ? about->name : std::string(change.rpps);
    }
  } else {
    CARNET_TRY(professional, state.identity.professional(tx, change.rpps));
    entry.space = standing.space;
    entry.action = change.action;
    entry.actor = change.desk;
    entry.actor_id = std::string(change.rpps.empty() ? change.motive : change.rpps);
    if (professional) {
      entry.actor_name = professional->name;
      entry.profession = professional->profession;
    }
  }
  entry.lane = change.lane;
  entry.reason = std::string(change.reason);
  CARNET_TRY(receipt, state.journal.append(tx, std::move(entry)));
  (void)receipt;
  return {};
}

Status Access::declare_care_team(store::Tx& tx, PersonId person, std::string_view rpps, std::string_view structure, Instant from,
                                 std::optional<Instant> to) {
  if (to && *to < from) return bad("access.end_before_start", "/to", "ends before it starts");
  CARNET_TRY(before, rows::of_subject(tx, person, rpps));
  const Held held = hold(before, rpps, structure, from, all_known);
  Version version = version_of(Kind::care_team, std::string(rpps), state_->clock.now());
  version.place = structure;
  version.valid_from = from;
  version.valid_to = to;
  CARNET_CHECK(change(*state_, tx, person, version, {audit::Action::relation_declared, "access.care_team", rpps}));
  if (held.care_team || held.refused) return {};  // known already, or refused: no news
  CARNET_TRY(standing, state_->enrollment.standing(tx, person));
  if (!enrollment::allowed_in(standing.state).team_reads) return {};  // nothing to read, and perhaps no space at all
  CARNET_TRY(names, names_of(*state_, tx, rpps, structure));
  return tell(*state_, tx, person, Told::care_team_joined, names);
}

Status Access::note_author(store::Tx& tx, PersonId person, std::string_view rpps) {
  CARNET_TRY(before, rows::of_subject(tx, person, rpps));
  if (hold(before, rpps, {}, state_->clock.now(), all_known).author) return {};
  return rows::add(tx, person, version_of(Kind::author, std::string(rpps), state_->clock.now()));
}

Status Access::refuse_emergency(store::Tx& tx, PersonId person, audit::Mode mode, bool refused,
                                const AccessGrant* by) {
  if (mode == audit::Mode::normal) return bad("access.mode", "/mode", "is not an emergency mode");
  const Kind kind = mode == audit::Mode::bris_de_glace ? Kind::refuses_bris : Kind::refuses_centre;
  return change(*state_, tx, person, version_of(kind, {}, state_->clock.now(), refused),
                {audit::Action::setting_changed, refused ? "access.emergency_refused" : "access.emergency_allowed", {}, by});
}

Status Access::block(store::Tx& tx, PersonId person, std::string_view rpps, const AccessGrant* by) {
  return change(*state_, tx, person, version_of(Kind::blocked, std::string(rpps), state_->clock.now()),
                {audit::Action::setting_changed, "access.blocked", rpps, by});
}

Status Access::unblock(store::Tx& tx, PersonId person, std::string_view rpps, const AccessGrant* by) {
  return change(*state_, tx, person, version_of(Kind::blocked, std::string(rpps), state_->clock.now(), false),
                {audit::Action::setting_changed, "access.unblocked", rpps, by});
}

Status Access::refuse_professional(store::Tx& tx, PersonId person, std::string_view rpps, bool refused,
                                   const AccessGrant* by) {
  return change(*state_, tx, person, version_of(Kind::refused, std::string(rpps), state_->clock.now(), refused),
                {refused ? audit::Action::relation_ended : audit::Action::relation_declared,
                 refused ? "access.refused_by_holder" : "access.care_team", rpps, by});
}

Status Access::grant_occupational(store::Tx& tx, PersonId person, std::string_view rpps, bool granted,
                                  const AccessGrant* by) {
  return change(*state_, tx, person, version_of(Kind::occupational, std::string(rpps), state_->clock.now(), granted),
                {granted ? audit::Action::relation_declared : audit::Action::relation_ended,
                 "access.occupational_grant", rpps, by});
}

Status Access::consent(store::Tx& tx, PersonId person, std::string_view rpps, std::string_view structure,
                       std::string_view means) {
  if (means != "code" && means != "card" && means != "declaration")
    return bad("access.means", "/means", "must be code, card or declaration");
  const Instant now = state_->clock.now();
  Version version = version_of(Kind::consented, std::string(rpps), now);
  version.valid_to = now.plus(std::chrono::hours(state_->parameter("access.consultation_hours")));
  version.detail = means;
  CARNET_CHECK(change(*state_, tx, person, version,
                      {audit::Action::relation_declared, fmt::format("access.consented_{}", means), rpps}));
  if (means != "declaration") return {};
  CARNET_TRY(names, names_of(*state_, tx, rpps, structure));
  return tell(*state_, tx, person, Told::consent_declared, names);
}

Status Access::add_carer(store::Tx& tx, PersonId person, PersonId carer, std::uint32_t classes, Instant until,
                         PersonId giver) {
  const Instant now = state_->clock.now();
  const Date today = kernel::date_in(now, kernel::Zone::paris());
  const Date latest = today.plus_months(static_cast<int>(state_->parameter("access.carer_most_months")));
  if (until <= now) return bad("access.end_before_start", "/until", "ends before it starts");
  if (kernel::date_in(until, kernel::Zone::paris()) > latest) return bad("access.until", "/until", "is too far ahead");
  if (classes == 0) return bad("access.scope", "/classes", "at least one class is shared");
  if (carer == person) return bad("access.scope", "/carer", "nobody is their own carer");
  CARNET_TRY(facts, state_->identity.people().person(tx, carer));
  if (kernel::age_on(facts.latest_birth(), today) < state_->parameter("enrollment.majority_age"))
    return bad("access.carer_minor", "/carer", "a carer is of age");
  Version version = version_of(Kind::carer, subject_of(carer), now);
  version.valid_to = until;
  version.detail = fmt::format("{}/{}", classes, giver == person ? std::string() : subject_of(giver));
  CARNET_CHECK(change(*state_, tx, person, version, {audit::Action::relation_declared, "access.carer"}));
  const Date last = kernel::date_in(Instant{until.ms - 1}, kernel::Zone::paris());
  return tell(*state_, tx, person, Told::carer_added,
              {{"carer", facts.display_name()}, {"until_day", kernel::to_text(last)}});
}

Status Access::end_carer(store::Tx& tx, PersonId person, PersonId carer, const AccessGrant* by) {
  CARNET_TRY(facts, state_->identity.people().person(tx, carer));
  CARNET_CHECK(change(*state_, tx, person, version_of(Kind::carer, subject_of(carer), state_->clock.now(), false),
                      {audit::Action::relation_ended, "access.carer", {}, by}));
  return tell(*state_, tx, person, Told::carer_ended, {{"carer", facts.display_name()}});
}

Status Access::record_guardian(store::Tx& tx, PersonId person, PersonId guardian, Guardianship kind,
                               std::optional<Instant> until) {
  const Instant now = state_->clock.now();
  if (until && *until <= now) return bad("access.end_before_start", "/until", "ends before it starts");
  Version version = version_of(Kind::guardian, subject_of(guardian), now, kind != Guardianship::none);
  version.valid_to = until;
  version.detail = kind == Guardianship::representation ? "representation" : "assistance";
  return change(*state_, tx, person, version,
                {version.on ? audit::Action::relation_declared : audit::Action::relation_ended, "access.guardian"});
}

Status Access::record_judge(store::Tx& tx, PersonId person, PersonId representative, bool ended) {
  return change(*state_, tx, person, version_of(Kind::judge_ended, subject_of(representative), state_->clock.now(), ended),
                {ended ? audit::Action::relation_ended : audit::Action::relation_declared, "access.judge_decided"});
}

Status Access::agree_to_own_access(store::Tx& tx, PersonId minor, PersonId parent, bool agreed,
                                   const AccessGrant* by) {
  const Date today = kernel::date_in(state_->clock.now(), kernel::Zone::paris());
  CARNET_TRY(parents, state_->identity.people().representatives(tx, minor, today));
  if (std::ranges::find(parents, parent) == parents.end())
    return kernel::refuse(ErrorKind::forbidden, "access.not_a_parent");
  Version version = version_of(Kind::own_access, {}, state_->clock.now(), agreed);
  version.detail = subject_of(parent);
  return change(*state_, tx, minor, version,
                {audit::Action::setting_changed, agreed ? "access.own_access_agreed" : "access.own_access_ended", {}, by});
}

// Its trace is for the holder alone: in a child's space the other parent must not read it.
Status Access::ask_discretion(store::Tx& tx, PersonId person, PersonId asked_by, bool on) {
  Version version = version_of(Kind::discretion, {}, state_->clock.now(), on);
  version.place = subject_of(asked_by);
  return change(*state_, tx, person, version,
                {audit::Action::setting_changed, "access.discretion", {}, nullptr, audit::Lane::reserved});
}

Status Access::tell_record_updated(store::Tx& tx, PersonId person) {
  return tell(*state_, tx, person, Told::record_updated, {});
}

Status choose_alerts(State& state, store::Tx& tx, const AccessGrant& by, PersonId hearer, std::string choice) {
  Version version = version_of(Kind::alerts, subject_of(hearer), state.clock.now());
  version.detail = std::move(choice);
  return change(state, tx, by.person(), version, {audit::Action::setting_changed, "access.alerts", {}, &by});
}

namespace {

Status set_frozen(State& state, store::Tx& tx, PersonId person, bool frozen, Change change_by) {
  if (frozen) CARNET_CHECK(state.identity.end_sessions(tx, person));
  change_by.reason = frozen ? "access.frozen" : "access.thawed";
  CARNET_CHECK(change(state, tx, person, version_of(Kind::frozen, {}, state.clock.now(), frozen), change_by));
  return tell(state, tx, person, frozen ? Told::frozen : Told::thawed, {});
}

Result<bool> is_frozen(store::Snapshot& at, PersonId person, Instant now) {
  CARNET_TRY(versions, rows::of_subject(at, person, {}));
  return hold(versions, {}, {}, now, all_known).settings.frozen;
}

}  // namespace

Status Access::freeze(store::Tx& tx, PersonId person, bool frozen, const AccessGrant* by) {
  return set_frozen(*state_, tx, person, frozen, {audit::Action::setting_changed, {}, {}, by});
}

Status Access::freeze_by(store::Tx& tx, PersonId person, bool frozen, const Desk& desk) {
  CARNET_TRY(now_frozen, is_frozen(tx, person, state_->clock.now()));
  if (now_frozen == frozen) return kernel::refuse(ErrorKind::conflict, frozen ? "access.frozen" : "access.not_frozen");
  Change by{audit::Action::setting_changed, {}};
  by.desk = desk.kind;
  by.motive = desk.motive;
  return set_frozen(*state_, tx, person, frozen, by);
}

Status Access::may_act(store::Snapshot& at, const identity::Caller& caller, PersonId person) const {
  const Instant now = state_->clock.now();
  CARNET_TRY(space, is_frozen(at, person, now));
  bool frozen = space;
  if (!frozen && caller.person != person) {
    CARNET_TRY(own, is_frozen(at, caller.person, now));
    frozen = own;
  }
  return frozen ? Status(kernel::refuse(ErrorKind::forbidden, "access.frozen")) : Status{};
}

}  // namespace carnet::access
