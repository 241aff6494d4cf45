// The one door: finds the facts a decision needs, decides, and makes the grant.
#include <algorithm>
#include <array>

#include "access/alerts.hpp"
#include "access/state.hpp"

namespace carnet::access {

using identity::Caller;
using kernel::ErrorKind;
using kernel::Result;
using kernel::Status;

namespace {

std::unexpected<kernel::Error> unknown() { return kernel::refuse(ErrorKind::not_found, "not_found"); }

constexpr auto parameters_used = std::to_array<std::string_view>(
    {"access.consultation_code_minutes", "access.consultation_code_tries", "access.consultation_hours",
     "access.carer_most_months", "access.carer_invitation_days", "access.emergency_hours",
     "access.distinct_people_per_day", "access.slowed_seconds", "access.alert_minutes", "access.alert_reads_per_day",
     "enrollment.majority_age",
     "enrollment.minor_own_access_age"});

// Whose space it is may be said to: the person, whoever acts for them, a professional with a relation, a producer that
// deposits (it holds the INS, and must hear why a deposit is refused). Everyone else hears what a stranger hears; so do
// those who never read, an occupational physician among them.
bool may_know(const Actor& actor, Act act) {
  if (actor.kind == Caller::Kind::person)
    return actor.relation != Relation::none && !actor.ended_by_judge && !actor.assists_only;
  if (act == Act::deposit) return true;
  return actor.station == Station::ordinary && actor.relation != Relation::none;
}

// A parent stands in the holder's place; a guardian and a carer are named for what they are.
audit::ActorKind actor_kind_of(const Actor& actor) {
  using enum audit::ActorKind;
  if (actor.kind != Caller::Kind::person) return actor.rpps.empty() ? producer : professional;
  switch (actor.relation) {
    case Relation::self: return holder;
    case Relation::carer: return carer;
    case Relation::guardian: return guardian;
    default: return representative;
  }
}

std::string reason_given(const Caller& caller) { return caller.kind == Caller::Kind::software ? caller.emergency_reason : ""; }

// A professional sees again what they did (rules.md 7), after the relation has ended too; who never read hears what a
// stranger hears.
Result<bool> acted_here(store::Snapshot& at, const Actor& actor, PersonId person) {
  if (may_know(actor, Act::read_traces)) return true;
  return rows::has_read(at, person, actor.rpps);
}

// An unusual number of people: slowed, whatever else is right.
Status watched(State& state, const Caller& caller, PersonId person, Act act, Instant now) {
  if (caller.kind != Caller::Kind::software || caller.rpps.empty() || (act != Act::list && act != Act::read)) return {};
  ReaderWatch::Bounds bounds;
  bounds.people_per_day = state.parameter("access.distinct_people_per_day");
  bounds.slowed_ms = state.parameter("access.slowed_seconds") * 1000;
  const auto wait = state.watch.wait_for(caller.rpps, person, kernel::date_in(now, kernel::Zone::paris()), now, bounds);
  if (wait == 0) return {};
  kernel::Error slowed{ErrorKind::too_many, "access.many_people", "more people than usual are being read"};
  slowed.retry_after_s = (wait + 999) / 1000;
  return std::unexpected(std::move(slowed));
}

// Told inside the caller's transaction when there is one; a read starts one of its own, which is under way before the
// trace is, so that nothing is shown that nobody hears of.
Status announce_emergency(State& state, store::Snapshot& at, const AccessGrant& grant, Instant now) {
  const Actor& actor = grant.actor();
  rows::Emergency event{0, actor.rpps, actor.structure, actor.mode, now, std::nullopt};
  const Instant since{now.ms - state.parameter("access.emergency_hours") * 3'600'000};
  CARNET_TRY(told, rows::told_since(at, grant.person(), event, since));
  if (told) return {};
  if (auto* tx = dynamic_cast<store::Tx*>(&at)) return note_emergency(state, *tx, grant.person(), event);
  {
    const std::scoped_lock lock(state.writing_mutex);
    ++state.writing;
  }
  auto shared = state.shared_from_this();
  state.main.submit_write(
      [shared, person = grant.person(), event](store::Tx& tx) { return note_emergency(*shared, tx, person, event); },
      [shared](Status) {
        const std::scoped_lock lock(shared->writing_mutex);
        --shared->writing;
        shared->written.notify_all();
      });
  return {};
}

}  // namespace

Access::Access() = default;
Access::~Access() {
  if (!state_) return;
  std::unique_lock lock(state_->writing_mutex);
  state_->written.wait(lock, [this] { return state_->writing == 0; });
}

std::vector<store::Migration> Access::migrations() { return schema_files(""); }

Result<std::unique_ptr<Access>> Access::open(store::Store& main, std::filesystem::path rules,
                                             const parameters::Parameters& parameters, audit::Journal& journal,
                                             identity::Identity& identity, enrollment::Enrollment& enrollment,
                                             const io::Clock& clock, Means means) {
  CARNET_TRY(matrix, RoleMatrix::load(rules));
  CARNET_TRY(stations, Stations::load(rules));
  CARNET_CHECK(parameters.require(parameters_used, kernel::date_in(clock.now(), kernel::Zone::paris())));
  std::unique_ptr<Access> access(new Access);
  access->state_ = std::make_shared<State>(main, parameters, journal, identity, enrollment, clock, std::move(matrix),
                                           std::move(stations), std::move(means));
  auto& state = *access->state_;
  if (!state.means.master.empty()) state.code_key = crypto::hkdf_sha256(state.means.master, "access.codes", 32);
  CARNET_CHECK(begin_alerts(state));
  return access;
}

const RoleMatrix& Access::matrix() const { return state_->matrix; }
std::vector<Access::Unusual> Access::unusual_readers() const { return state_->watch.unusual(); }

void Access::on_new_documents(std::function<io::Task<Result<std::int64_t>>(const Caller&, PersonId)> count) {
  state_->new_documents = std::move(count);
}
void Access::on_extract(std::function<io::Task<Result<std::string>>(SpaceId, audit::Lane)> make) {
  state_->extract = std::move(make);
}
void Access::on_item_facts(std::function<io::Task<Result<ItemFacts>>(const Caller&, PersonId, std::string)> find) {
  state_->item_facts = std::move(find);
}

Result<AccessGrant> Access::authorise(store::Snapshot& at, const Caller& caller, PersonId person, Act act) const {
  const Instant now = state_->clock.now();
  CARNET_TRY(asker, asker_of(*state_, at, Question{caller, person, act}, now, all_known));
  CARNET_TRY(standing, state_->enrollment.standing(at, person));
  Decision decision = decide_space(asker.actor, act, standing, asker.settings, now);
  if (!decision.permit && decision.rule() == "access.not_own_act") {
    CARNET_TRY(acted, acted_here(at, asker.actor, person));
    asker.actor.own_act = acted;
    if (acted) decision = decide_space(asker.actor, act, standing, asker.settings, now);
  }
  // Who is frozen acts for nobody either: that session may be somebody else's.
  if (decision.permit && caller.kind == Caller::Kind::person && caller.person != person)
    CARNET_CHECK(may_act(at, caller, caller.person));
  if (!decision.permit) {
    if (!may_know(asker.actor, act)) return unknown();
    return kernel::refuse(ErrorKind::forbidden, decision.rule());
  }
  CARNET_CHECK(watched(*state_, caller, person, act, now));
  AccessGrant grant;
  grant.person_ = person;
  grant.holder_ = std::move(asker.holder);
  grant.act_ = act;
  grant.actor_ = std::move(asker.actor);
  grant.standing_ = standing;
  grant.settings_ = asker.settings;
  grant.now_ = now;
  grant.matrix_ = &state_->matrix;
  grant.reason_ = decision.rule();
  grant.emergency_reason_ = reason_given(caller);
  if (caller.kind == Caller::Kind::person) {
    grant.actor_name_ = caller.name;
    grant.actor_id_ = state_->identity.people().opaque(caller.person);
  } else {
    grant.actor_name_ = caller.professional_name;
    grant.actor_id_ = caller.rpps.empty() ? caller.client_id : caller.rpps;
    grant.structure_name_ = caller.structure_name;
  }
  if (grant.actor_.mode != audit::Mode::normal && act != Act::deposit)
    CARNET_CHECK(announce_emergency(*state_, at, grant, now));
  return grant;
}

Result<PersonId> Access::resolve_who(store::Snapshot& at, const Caller& caller, std::string_view who) const {
  auto own = state_->enrollment.resolve_who(at, caller, who);
  if (own || own.error().kind != ErrorKind::not_found || caller.kind != Caller::Kind::person) return own;
  const auto person = state_->identity.people().from_opaque(who);
  if (!person) return unknown();
  CARNET_TRY(versions, rows::of_subject(at, *person, subject_of(caller.person)));
  const Held held = hold(versions, subject_of(caller.person), {}, state_->clock.now(), all_known);
  if (held.guardian == Guardianship::none && !held.carer_classes) return unknown();
  return *person;
}

Result<AccessGrant> Access::authorise_who(store::Snapshot& at, const Caller& caller, std::string_view who, Act act) const {
  CARNET_TRY(person, resolve_who(at, caller, who));
  return authorise(at, caller, person, act);
}

namespace {

// What a guardian or a carer may do in that space, so that the pages offer nothing else.
kernel::json::array open_acts(const Asker& asker, const enrollment::Standing& standing, Instant now) {
  constexpr auto words = std::to_array<std::pair<std::string_view, Act>>({{"traces", Act::read_traces},
                                                                          {"contest", Act::contest},
                                                                          {"add", Act::add_own},
                                                                          {"settings", Act::change_settings},
                                                                          {"copy", Act::export_copy},
                                                                          {"delegate", Act::change_delegations},
                                                                          {"close", Act::close}});
  kernel::json::array open;
  for (const auto& [word, act] : words)
    if (decide_space(asker.actor, act, standing, asker.settings, now).permit) open.push_back(kernel::json::string(word));
  return open;
}

}  // namespace

Result<kernel::json::array> Access::spaces_of(store::Snapshot& at, PersonId person) const {
  CARNET_TRY(spaces, state_->enrollment.spaces_of(at, person));
  CARNET_TRY(others, rows::delegating_to(at, person));
  Caller caller;
  caller.person = person;
  for (const auto other : others) {
    CARNET_TRY(asker, asker_of(*state_, at, Question{caller, other}, state_->clock.now(), all_known));
    CARNET_TRY(standing, state_->enrollment.standing(at, other));
    const auto relation = asker.actor.relation;
    const Instant now = state_->clock.now();
    if (relation != Relation::guardian && relation != Relation::carer) continue;  // a parent has it already
    if (!decide_space(asker.actor, Act::list, standing, asker.settings, now).permit) continue;
    spaces.push_back(kernel::json::object{{"who", state_->identity.people().opaque(other)},
                                          {"name", asker.holder->display_name()},
                                          {"relation", code_of(relation)},
                                          {"state", enrollment::code_of(standing.state)},
                                          {"may", open_acts(asker, standing, now)}});
  }
  return spaces;
}

Result<Decision> Access::judge_as_of(store::Snapshot& at, const Question& question, const enrollment::Standing& then,
                                     Instant instant) const {
  CARNET_TRY(asker, asker_of(*state_, at, question, instant, instant));
  asker.actor.own_act = question.own_act;
  return question.item ? decide_item(asker.actor, question.act, *question.item, then, asker.settings, state_->matrix, instant)
                       : decide_space(asker.actor, question.act, then, asker.settings, instant);
}

bool AccessGrant::permits(const ItemFacts& item) const { return explain(item).permit; }

Decision AccessGrant::explain(const ItemFacts& item) const {
  return decide_item(actor_, act_, item, standing_, settings_, *matrix_, now_);
}

audit::Entry AccessGrant::trace(audit::Action action) const {
  audit::Entry entry;
  entry.space = standing_.space;
  entry.action = action;
  entry.actor = actor_kind_of(actor_);
  entry.actor_id = actor_id_;
  entry.actor_name = actor_name_;
  entry.profession = actor_.profession;
  entry.structure_id = actor_.structure;
  entry.structure_name = structure_name_;
  entry.mode = actor_.mode;
  entry.reason = actor_.mode == audit::Mode::normal || emergency_reason_.empty() ? std::string(reason_) : emergency_reason_;
  return entry;
}

}  // namespace carnet::access
