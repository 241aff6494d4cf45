// The one door: finds the facts a decision needs, decides, and makes the grant.
#include <algorithm>

#include "access/state.hpp"

namespace carnet::access {

using identity::Caller;
using kernel::ErrorKind;
using kernel::Result;
using kernel::Status;

namespace {

std::unexpected<kernel::Error> unknown() { return kernel::refuse(ErrorKind::not_found, "not_found"); }

// Whose space it is may be said to: the person, a representative, a professional with a relation, a producer that
// deposits (it holds the INS, and must hear why a deposit is refused). Everyone else hears what a stranger hears.
bool may_know(const Actor& actor, Act act) {
  if (actor.kind == Caller::Kind::person) return actor.relation != Relation::none;
  return act == Act::deposit || actor.relation != Relation::none;
}

}  // namespace

Access::Access() = default;
Access::~Access() = default;

std::vector<store::Migration> Access::migrations() { return schema_files(""); }

Result<std::unique_ptr<Access>> Access::open(store::Store& main, std::filesystem::path rules,
                                             const parameters::Parameters& parameters, audit::Journal& journal,
                                             identity::Identity& identity, enrollment::Enrollment& enrollment,
                                             const io::Clock& clock) {
  CARNET_TRY(matrix, RoleMatrix::load(rules));
  std::unique_ptr<Access> access(new Access);
  access->state_ = std::make_unique<State>(
      State{main, parameters, journal, identity, enrollment, clock, std::move(matrix), {}, {}});
  return access;
}

const RoleMatrix& Access::matrix() const { return state_->matrix; }

void Access::on_new_documents(std::function<io::Task<Result<std::int64_t>>(const Caller&, PersonId)> count) {
  state_->new_documents = std::move(count);
}

void Access::on_extract(std::function<io::Task<Result<std::string>>(SpaceId, audit::Lane)> make) {
  state_->extract = std::move(make);
}

Result<Actor> Access::actor_of(store::Snapshot& at, const Caller& caller, PersonId person) const {
  const Instant now = state_->clock.now();
  Actor actor;
  actor.kind = caller.kind;
  if (caller.kind == Caller::Kind::person) {
    if (caller.person == person) {
      actor.relation = Relation::self;
      return actor;
    }
    const Date today = kernel::date_in(now, kernel::Zone::paris());
    CARNET_TRY(parents, state_->identity.people().representatives(at, person, today));
    if (std::ranges::find(parents, caller.person) != parents.end()) actor.relation = Relation::representative;
    return actor;
  }
  actor.rpps = caller.rpps;
  actor.profession = caller.profession;
  actor.structure = caller.structure_id;
  actor.mode = caller.purpose;
  if (caller.rpps.empty()) {
    actor.relation = Relation::producer;
    return actor;
  }
  CARNET_TRY(facts, state_->identity.people().person(at, person));
  CARNET_TRY(relations, relations_of(at, person, caller.rpps, caller.structure_id, now));
  actor.blocked = relations.blocked;
  if (!facts.declared_gp.empty() && facts.declared_gp == caller.rpps)
    actor.relation = Relation::declared_gp;
  else if (relations.care_team)
    actor.relation = Relation::care_team;
  else if (relations.author)
    actor.relation = Relation::author;
  return actor;
}

Result<AccessGrant> Access::authorise(store::Snapshot& at, const Caller& caller, PersonId person, Act act) const {
  CARNET_TRY(actor, actor_of(at, caller, person));
  CARNET_TRY(standing, state_->enrollment.standing(at, person));
  CARNET_TRY(settings, settings_of(at, person));
  const Instant now = state_->clock.now();
  const Decision decision = decide_space(actor, act, standing, settings, now);
  if (!decision.permit) {
    if (!may_know(actor, act)) return unknown();
    return kernel::refuse(ErrorKind::forbidden, decision.rule());
  }
  AccessGrant grant;
  grant.person_ = person;
  grant.act_ = act;
  grant.actor_ = std::move(actor);
  grant.standing_ = standing;
  grant.settings_ = settings;
  grant.now_ = now;
  grant.matrix_ = &state_->matrix;
  grant.reason_ = decision.rule();
  if (caller.kind == Caller::Kind::person) {
    grant.actor_name_ = caller.name;
    grant.actor_id_ = state_->identity.people().opaque(caller.person);
  } else {
    grant.actor_name_ = caller.professional_name;
    grant.actor_id_ = caller.rpps.empty() ? caller.client_id : caller.rpps;
    grant.structure_name_ = caller.structure_name;
    grant.emergency_reason_ = caller.emergency_reason;
  }
  return grant;
}

Result<AccessGrant> Access::authorise_who(store::Snapshot& at, const Caller& caller, std::string_view who, Act act) const {
  CARNET_TRY(person, state_->enrollment.resolve_who(at, caller, who));
  return authorise(at, caller, person, act);
}

bool AccessGrant::permits(const ItemFacts& item) const { return explain(item).permit; }

Decision AccessGrant::explain(const ItemFacts& item) const {
  return decide_item(actor_, act_, item, standing_, settings_, *matrix_, now_);
}

audit::Entry AccessGrant::trace(audit::Action action) const {
  audit::Entry entry;
  entry.space = standing_.space;
  entry.action = action;
  if (actor_.kind == Caller::Kind::person)
    entry.actor = actor_.relation == Relation::self ? audit::ActorKind::holder : audit::ActorKind::representative;
  else
    entry.actor = actor_.rpps.empty() ? audit::ActorKind::producer : audit::ActorKind::professional;
  entry.actor_id = actor_id_;
  entry.actor_name = actor_name_;
  entry.profession = actor_.profession;
  entry.structure_id = actor_.structure;
  entry.structure_name = structure_name_;
  entry.mode = actor_.mode;
  entry.reason = actor_.mode == audit::Mode::normal || emergency_reason_.empty() ? std::string(reason_) : emergency_reason_;
  return entry;
}

// A change of who may see is a trace of the space itself, in the same transaction.
Status Access::trace_change(store::Tx& tx, PersonId person, audit::Action action, std::string_view rpps) const {
  CARNET_TRY(standing, state_->enrollment.standing(tx, person));
  if (standing.space.value == 0) return {};
  CARNET_TRY(professional, state_->identity.professional(tx, rpps));
  audit::Entry entry;
  entry.space = standing.space;
  entry.action = action;
  entry.actor = audit::ActorKind::machine;
  entry.actor_id = std::string(rpps);
  if (professional) {
    entry.actor_name = professional->name;
    entry.profession = professional->profession;
  }
  CARNET_TRY(receipt, state_->journal.append(tx, std::move(entry)));
  (void)receipt;
  return {};
}

Status Access::declare_care_team(store::Tx& tx, PersonId person, std::string_view rpps, std::string_view structure, Instant from,
                                 std::optional<Instant> to) {
  CARNET_CHECK(insert_care_team(tx, person, rpps, structure, from, to, state_->clock.now()));
  return trace_change(tx, person, audit::Action::relation_declared, rpps);
}

Status Access::note_author(store::Tx& tx, PersonId person, std::string_view rpps) {
  return insert_author(tx, person, rpps, state_->clock.now());
}

Status Access::refuse_emergency(store::Tx& tx, PersonId person, audit::Mode mode, bool refused) {
  CARNET_CHECK(insert_emergency_refusal(tx, person, mode, refused, state_->clock.now()));
  return trace_change(tx, person, audit::Action::setting_changed, {});
}

Status Access::block(store::Tx& tx, PersonId person, std::string_view rpps) {
  CARNET_CHECK(insert_blocked(tx, person, rpps, true, state_->clock.now()));
  return trace_change(tx, person, audit::Action::setting_changed, rpps);
}

Status Access::unblock(store::Tx& tx, PersonId person, std::string_view rpps) {
  CARNET_CHECK(insert_blocked(tx, person, rpps, false, state_->clock.now()));
  return trace_change(tx, person, audit::Action::setting_changed, rpps);
}

}  // namespace carnet::access
