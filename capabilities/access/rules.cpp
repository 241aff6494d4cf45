// The decision. Pure: everything it needs is an argument. Each `return` names the rule of rules.md that it carries out.
#include "access/access.hpp"

namespace carnet::access {
namespace {

using enrollment::State;

bool in_emergency(const Actor& actor) { return actor.mode != audit::Mode::normal; }

Decision software_on_space(const Actor& actor, Act act, const enrollment::Allowed& allowed, const Settings& settings) {
  if (act == Act::deposit)
    return allowed.deposit ? Decision::yes({"access.producer"}) : Decision::no("access.state_refuses_deposit");
  if (act != Act::list && act != Act::read) return Decision::no("access.not_for_software");
  if (actor.rpps.empty()) return Decision::no("access.no_professional");
  if (actor.blocked && actor.mode != audit::Mode::centre_15) return Decision::no("access.blocked");
  if (!allowed.team_reads) return Decision::no("access.state_refuses_reading");
  switch (actor.mode) {
    case audit::Mode::bris_de_glace:
      return settings.allows_bris_de_glace ? Decision::yes({"access.bris_de_glace"}) : Decision::no("access.emergency_refused");
    case audit::Mode::centre_15:
      return settings.allows_centre_15 ? Decision::yes({"access.centre_15"}) : Decision::no("access.emergency_refused");
    case audit::Mode::normal: break;
  }
  switch (actor.relation) {
    case Relation::declared_gp: return Decision::yes({"access.declared_gp"});
    case Relation::care_team: return Decision::yes({"access.care_team"});
    case Relation::author: return Decision::yes({"access.author"});
    default: return Decision::no("access.no_relation");
  }
}

Decision person_on_space(const Actor& actor, Act act, State state, const enrollment::Allowed& allowed) {
  if (actor.relation != Relation::self && actor.relation != Relation::representative) return Decision::no("access.no_relation");
  const std::string_view relation = actor.relation == Relation::self ? "access.self" : "access.representative";
  switch (act) {
    case Act::list:
    case Act::read:
    case Act::export_copy:
      if (allowed.holder_signs_in) return Decision::yes({relation});
      if (allowed.archive_copy) return Decision::yes({relation, "access.archive_copy"});
      return Decision::no("access.state_refuses_holder");
    case Act::read_traces:  // at any time, once a space was opened by its holder (rules.md 7)
      return allowed.holder_signs_in || allowed.archive_copy || state == State::suspended
                 ? Decision::yes({relation})
                 : Decision::no("access.state_refuses_holder");
    case Act::add_own:
    case Act::contest:
    case Act::change_settings:
      return allowed.holder_signs_in ? Decision::yes({relation}) : Decision::no("access.state_refuses_holder");
    case Act::close: return allowed.close ? Decision::yes({relation}) : Decision::no("access.state_refuses_closing");
    case Act::deposit: return Decision::no("access.not_for_persons");
  }
  return Decision::no("access.unknown_act");
}

Decision professional_on_item(const Actor& actor, const ItemFacts& item, const RoleMatrix& matrix) {
  const bool author = actor.is_author_of_item || (!item.author_rpps.empty() && item.author_rpps == actor.rpps);
  if (author) return Decision::yes({"access.author"});
  if (actor.relation == Relation::author && !in_emergency(actor)) return Decision::no("access.only_own_documents");
  if (item.masque_ps) {
    if (in_emergency(actor)) {
      if (!item.visible_in_emergency) return Decision::no("access.hidden_in_emergency");
    } else if (actor.relation != Relation::declared_gp) {
      return Decision::no("access.hidden_from_professionals");
    }
  }
  switch (matrix.cell(actor.profession, item.doc_type)) {
    case RoleMatrix::Cell::yes: return Decision::yes({"access.matrix"});
    case RoleMatrix::Cell::no: return Decision::no("access.matrix_refuses");
    case RoleMatrix::Cell::unknown:
      return !item.structure.empty() && item.structure == actor.structure ? Decision::yes({"access.own_structure"})
                                                                         : Decision::no("access.matrix_unknown");
  }
  return Decision::no("access.matrix_refuses");
}

Decision person_on_item(const Actor& actor, const ItemFacts& item, const enrollment::Standing& standing, Instant now) {
  if (item.invisible_patient && (!item.patient_visible_from || now < *item.patient_visible_from))
    return Decision::no("access.announcement_awaited");
  if (actor.relation == Relation::representative && item.invisible_representants)
    return Decision::no("access.hidden_from_representatives");
  if (standing.second_letter_awaited && standing.shown_from && item.deposited_at < *standing.shown_from)
    return Decision::no("access.second_letter_awaited");
  return Decision::yes({actor.relation == Relation::self ? std::string_view("access.self") : "access.representative"});
}

}  // namespace

Decision Decision::yes(std::initializer_list<std::string_view> because) {
  Decision decision;
  decision.permit = true;
  for (const auto rule : because)
    if (decision.rule_count < decision.rules.size()) decision.rules[decision.rule_count++] = rule;
  return decision;
}

Decision Decision::no(std::string_view because) {
  Decision decision;
  decision.rules[0] = because;
  decision.rule_count = 1;
  return decision;
}

Decision decide_space(const Actor& actor, Act act, const enrollment::Standing& standing, const Settings& settings, Instant) {
  const auto allowed = enrollment::allowed_in(standing.state);
  return actor.kind == identity::Caller::Kind::software ? software_on_space(actor, act, allowed, settings)
                                                        : person_on_space(actor, act, standing.state, allowed);
}

Decision decide_item(const Actor& actor, Act act, const ItemFacts& item, const enrollment::Standing& standing,
                     const Settings& settings, const RoleMatrix& matrix, Instant now) {
  const Decision space = decide_space(actor, act, standing, settings, now);
  if (!space.permit) return space;
  if (act == Act::deposit) return space;
  if (item.contested) return Decision::no("access.contested");
  return actor.kind == identity::Caller::Kind::software ? professional_on_item(actor, item, matrix)
                                                        : person_on_item(actor, item, standing, now);
}

}  // namespace carnet::access
