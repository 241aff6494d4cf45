#include "apps/auditor/judging.hpp"

#include <algorithm>

namespace carnet::auditor {
namespace {

using access::Act;
using audit::Action;
using audit::ActorKind;
using kernel::Result;

constexpr std::string_view identity_shown = "Identité";  // the title in the trace of a Patient, which lies under no key

bool is_person(const audit::Entry& entry) {
  return entry.actor == ActorKind::holder || entry.actor == ActorKind::representative;
}
bool is_software(const audit::Entry& entry) {
  return entry.actor == ActorKind::professional || entry.actor == ActorKind::producer;
}

// What was asked of access for such an action; any one that is permitted justifies it. Empty: access was not asked.
std::vector<Act> acts_of(const audit::Entry& entry) {
  const bool person = is_person(entry);
  switch (entry.action) {
    case Action::documents_listed:
    case Action::record_searched: return {Act::list};
    case Action::document_read:
    case Action::resource_read:
    case Action::history_read: return {Act::read};
    case Action::space_archived_read: return person ? std::vector{Act::read, Act::export_copy} : std::vector{Act::read};
    case Action::exported: return person ? std::vector{Act::export_copy} : std::vector{Act::list};
    case Action::document_deposited:
    case Action::document_replaced:
    case Action::document_added_by_holder:
    case Action::resource_written:
    case Action::resource_deleted: return {person ? Act::add_own : Act::deposit};
    case Action::document_contested: return {Act::contest};
    case Action::traces_read: return {Act::read_traces};
    case Action::relation_declared:
    case Action::relation_ended:
    case Action::setting_changed:
      return person ? std::vector{Act::change_settings, Act::change_delegations, Act::mask} : std::vector<Act>{};
    default: return {};
  }
}

std::optional<identity::Caller> caller_of(const identity::Identity& identity, const audit::Entry& entry) {
  identity::Caller caller;
  if (is_person(entry)) {
    const auto person = identity.people().from_opaque(entry.actor_id);
    if (!person) return std::nullopt;
    caller.kind = identity::Caller::Kind::person;
    caller.person = *person;
    return caller;
  }
  caller.kind = identity::Caller::Kind::software;
  if (entry.actor == ActorKind::professional) caller.rpps = entry.actor_id;
  if (entry.actor == ActorKind::producer) caller.client_id = entry.actor_id;
  caller.profession = entry.profession;
  caller.structure_id = entry.structure_id;
  caller.purpose = entry.mode;
  // A rule's own code stands where no reason was given.
  if (entry.mode != audit::Mode::normal && !entry.reason.starts_with("access.")) caller.emergency_reason = entry.reason;
  return caller;
}

// The register keeps no past: who was declared GP, parent, or not yet known to be dead, on that day.
bool hangs_on_the_register(const audit::Entry& entry, std::string_view refusal) {
  if (refusal == "access.dead") return true;
  const bool of_a_tie = refusal == "access.no_relation" || refusal == "access.not_own_act";
  return of_a_tie && (entry.reason == "access.declared_gp" || entry.actor == ActorKind::representative);
}

Result<Judgement> ask(wiring::House& house, store::Snapshot& at, const audit::Trace& trace, const access::Question& question,
                      kernel::Instant instant) {
  CARNET_TRY(then, house.enrollment().standing_as_of(at, trace.entry.space, instant));
  CARNET_TRY(decision, house.access().judge_as_of(at, question, then, instant));
  if (decision.permit) return Judgement{Verdict::justified, std::string(decision.rule())};
  const bool unsure = hangs_on_the_register(trace.entry, decision.rule());
  return Judgement{unsure ? Verdict::undecided : Verdict::unjustified, std::string(decision.rule())};
}

}  // namespace

Result<Judgement> judge(wiring::House& house, store::Snapshot& at, const audit::Trace& trace, std::chrono::milliseconds grace) {
  const auto& entry = trace.entry;
  const auto acts = is_person(entry) || is_software(entry) ? acts_of(entry) : std::vector<Act>{};
  // Nobody but persons and software is shown a record: whoever else is said to have read had no right to.
  const bool stranger = !is_person(entry) && !is_software(entry) && entry.actor != ActorKind::machine;
  if (stranger && opens(entry) == Opens::to_read) return Judgement{Verdict::unjustified, "access.states_only"};
  if (acts.empty()) return Judgement{Verdict::no_question, std::string(audit::code_of(entry.action))};
  const auto caller = caller_of(house.identity(), entry);
  if (!caller) return Judgement{Verdict::unjustified, "audit.actor_unknown"};
  CARNET_TRY(whose, house.enrollment().standing_as_of(at, entry.space, trace.at));
  // Who was shown their own acts alone needs no other right; the trace says that it was so.
  const bool own = entry.action == Action::traces_read && is_software(entry) && entry.reason == "access.own_acts";
  Judgement first;
  for (const auto& instant : {trace.at, trace.at.plus(-grace)}) {
    for (const auto act : acts) {
      auto judged = ask(house, at, trace, access::Question{*caller, whose.person, act, {}, {}, own}, instant);
      if (!judged && judged.error().kind == kernel::ErrorKind::not_found) judged = Judgement{Verdict::unjustified, "audit.person_unknown"};
      if (!judged) return judged;
      if (judged->verdict == Verdict::justified) return judged;
      if (first.reason.empty()) first = std::move(*judged);
    }
  }
  return first;
}

Opens opens(const audit::Entry& entry) {
  if (entry.actor == ActorKind::machine) return entry.actor_id == "record" ? Opens::to_write : Opens::nothing;
  switch (entry.action) {
    case Action::resource_read: return entry.item.empty() && entry.item_title == identity_shown ? Opens::nothing : Opens::to_read;
    case Action::documents_listed:
    case Action::document_read:
    case Action::history_read:
    case Action::record_searched:
    case Action::exported:
    case Action::space_archived_read: return Opens::to_read;
    case Action::document_deposited:
    case Action::document_replaced:
    case Action::document_added_by_holder:
    case Action::document_contested:
    case Action::resource_written:
    case Action::resource_deleted: return Opens::to_write;
    default: return Opens::nothing;
  }
}

}  // namespace carnet::auditor
