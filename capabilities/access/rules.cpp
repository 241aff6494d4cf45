// The decision. Pure: everything it needs is an argument. Each `return` names the rule of rules.md that it carries out.
#include <algorithm>

#include "access/access.hpp"

namespace carnet::access {
namespace {

bool in_emergency(const Actor& actor) { return actor.mode != audit::Mode::normal; }
bool occupational(const Actor& actor) { return actor.station == Station::occupational_physician; }
bool delegate(const Actor& actor) { return actor.relation == Relation::carer || actor.station == Station::app; }

// Some never read nor file, whatever is granted; some see states and never content.
std::string_view never(const Actor& actor) {
  switch (actor.station) {
    case Station::payer:
    case Station::complementary_insurer:
    case Station::employer: return "access.never";
    case Station::agent:
    case Station::mediator:
    case Station::operator_: return "access.states_only";
    case Station::app:  // paired by a person, under a convention in force; else there is no such app
      return actor.paired && actor.kind == identity::Caller::Kind::person ? std::string_view() : "access.no_catalogue";
    case Station::occupational_physician: return actor.personally_granted ? std::string_view() : "access.occupational";
    case Station::ordinary: return {};
  }
  return "access.never";
}

// ---- professionals and their software

Decision emergency_on_space(const Actor& actor, const Settings& settings) {
  if (actor.mode == audit::Mode::bris_de_glace) {
    if (!settings.allows_bris_de_glace) return Decision::no("access.emergency_refused");
    return actor.reason_given ? Decision::yes({"access.bris_de_glace"}) : Decision::no("access.reason_needed");
  }
  return settings.allows_centre_15 ? Decision::yes({"access.centre_15"}) : Decision::no("access.emergency_refused");
}

// In the normal mode. In an occupational capacity the personal grant is the only road.
Decision relation_on_space(const Actor& actor) {
  if (occupational(actor)) return Decision::yes({"access.occupational_grant"});
  switch (actor.relation) {
    case Relation::declared_gp: return Decision::yes({"access.declared_gp"});
    case Relation::care_team: return Decision::yes({"access.care_team"});
    case Relation::consented: return Decision::yes({"access.consented"});
    case Relation::author: return Decision::yes({"access.author"});
    default: return Decision::no("access.no_relation");
  }
}

bool is_declared_gp(const Actor& actor) { return actor.relation == Relation::declared_gp && !occupational(actor); }

bool authorised(const Actor& actor) {
  return occupational(actor) || (actor.relation != Relation::author && relation_on_space(actor).permit);
}

Decision deposit_on_space(const Actor& actor, const enrollment::Allowed& allowed, const Settings& settings) {
  if (!allowed.deposit) return Decision::no("access.state_refuses_deposit");
  if (settings.not_recorded && settings.age != Age::adult) return Decision::no("access.not_recorded");
  if (settings.objects_to_deposit && (settings.legitimate_motive || !authorised(actor)))
    return Decision::no("access.objected");
  return Decision::yes({"access.producer"});
}

Decision software_on_space(const Actor& actor, Act act, const enrollment::Allowed& allowed, const Settings& settings) {
  if (const auto refusal = never(actor); !refusal.empty()) return Decision::no(refusal);
  if (act == Act::deposit) return deposit_on_space(actor, allowed, settings);
  if (act != Act::list && act != Act::read && act != Act::read_traces) return Decision::no("access.not_for_software");
  if (actor.rpps.empty()) return Decision::no("access.no_professional");
  if (!allowed.team_reads) return Decision::no("access.state_refuses_reading");
  if (act == Act::read_traces) {  // all of them for the declared GP, for others their own acts; no mode opens more
    if (actor.blocked) return Decision::no("access.blocked");
    if (is_declared_gp(actor)) return Decision::yes({"access.declared_gp"});
    return actor.own_act ? Decision::yes({"access.own_acts"}) : Decision::no("access.not_own_act");
  }
  if (actor.blocked && actor.mode != audit::Mode::centre_15) return Decision::no("access.blocked");
  return in_emergency(actor) ? emergency_on_space(actor, settings) : relation_on_space(actor);
}

// The author and the declared GP see what is masked; blocked, they are readers in emergency like any other. `mode`: the
// actor's, or the normal one where modes open nothing.
std::string_view masked_from(const Actor& actor, const ItemFacts& item, bool wrote, audit::Mode mode) {
  if (!item.masque_ps) return {};
  if (!actor.blocked && (wrote || is_declared_gp(actor))) return {};
  if (mode == audit::Mode::normal) return "access.hidden_from_professionals";
  return item.visible_in_emergency ? std::string_view() : "access.hidden_in_emergency";
}

Decision matrix_on_item(const Actor& actor, const ItemFacts& item, const RoleMatrix& matrix, Instant now) {
  // What is near to no type of document stands in no column: nothing is known of who may read it.
  const auto cell = item.doc_type.empty() ? RoleMatrix::Cell::unknown : matrix.cell(actor.profession, item.doc_type, now);
  switch (cell) {
    case RoleMatrix::Cell::yes: return Decision::yes({"access.matrix"});
    case RoleMatrix::Cell::no: return Decision::no("access.matrix_refuses");
    case RoleMatrix::Cell::unknown:
      return !item.structure.empty() && item.structure == actor.structure ? Decision::yes({"access.own_structure"})
                                                                         : Decision::no("access.matrix_unknown");
  }
  return Decision::no("access.matrix_refuses");
}

Decision deposited_item(const Actor& actor, const ItemFacts& item) {
  if (item.masque_ps && item.invisible_patient) return Decision::no("access.flags_not_together");
  if (actor.secret_connection && !item.invisible_representants) return Decision::no("access.secret_connection");
  return Decision::yes({"access.producer"});
}

Decision professional_on_item(const Actor& actor, Act act, const ItemFacts& item, const RoleMatrix& matrix, Instant now) {
  if (act == Act::deposit) return deposited_item(actor, item);
  const bool wrote = actor.is_author_of_item || (!item.author_rpps.empty() && item.author_rpps == actor.rpps);
  if (act == Act::read_traces) {  // an entry that names the item
    if (const auto refusal = masked_from(actor, item, wrote, audit::Mode::normal); !refusal.empty())
      return Decision::no(refusal);
    return actor.own_act ? Decision::yes({"access.own_acts"}) : matrix_on_item(actor, item, matrix, now);
  }
  const bool only_own = actor.relation == Relation::author && !in_emergency(actor) && !occupational(actor);
  if (only_own && !wrote) return Decision::no("access.only_own_documents");
  if (const auto refusal = masked_from(actor, item, wrote, actor.mode); !refusal.empty()) return Decision::no(refusal);
  return matrix_on_item(actor, item, matrix, now);
}

// ---- the person, and those who act for them

std::string_view minor_refused(const Settings& settings) {
  if (settings.age == Age::child) return "access.minor_too_young";
  return settings.age == Age::adult || settings.own_access_agreed ? std::string_view() : "access.agreement_awaited";
}

// What a parent gave ends with their authority; what a holder gave, a holder who is of age gave.
std::string_view delegate_refused(const Actor& actor, const Settings& settings) {
  const bool minor = settings.age != Age::adult;
  if (actor.by_representative) {
    if (!minor) return "access.majority";
    return actor.ended_by_judge ? std::string_view("access.judge_decided") : std::string_view();
  }
  if (actor.station == Station::app) return minor_refused(settings);
  return minor ? std::string_view("access.minor_delegates_nothing") : std::string_view();
}

// Empty: this person stands where they say, today.
std::string_view person_refused(const Actor& actor, const Settings& settings) {
  const bool minor = settings.age != Age::adult;
  if (settings.dead && actor.relation != Relation::representative) return "access.dead";
  if (delegate(actor)) return delegate_refused(actor, settings);
  switch (actor.relation) {
    case Relation::self: return minor_refused(settings);
    case Relation::representative:
      if (!minor) return "access.majority";
      return actor.ended_by_judge ? std::string_view("access.judge_decided") : std::string_view();
    case Relation::guardian:
      if (actor.ended_by_judge) return "access.judge_decided";
      return actor.assists_only && !actor.with_the_person ? std::string_view("access.assistance_only") : std::string_view();
    default: return "access.no_relation";
  }
}

std::string_view rule_of(const Actor& actor) {
  if (actor.station == Station::app) return "access.app";
  switch (actor.relation) {
    case Relation::self: return "access.self";
    case Relation::representative: return "access.representative";
    case Relation::guardian: return "access.guardian";
    case Relation::carer: return "access.carer";
    default: return "access.no_relation";
  }
}

// A carer does what the delegation says; closing, erasing and delegating are never theirs.
Decision carer_on_space(const Actor& actor, Act act, const enrollment::Allowed& allowed) {
  constexpr std::uint32_t reads = 0xFFFF;
  const auto needs = [act]() -> std::uint32_t {
    switch (act) {
      case Act::list:
      case Act::read: return reads;
      case Act::read_traces: return carer_traces;
      case Act::contest: return carer_contest;
      case Act::add_own: return carer_add;
      case Act::mask:
      case Act::change_settings: return carer_settings;
      case Act::export_copy: return carer_copy;
      default: return 0;
    }
  }();
  if (needs == 0) return Decision::no("access.never_for_carers");
  if (!allowed.holder_signs_in) return Decision::no("access.state_refuses_holder");
  return (actor.classes & needs) != 0 ? Decision::yes({"access.carer"}) : Decision::no("access.out_of_scope");
}

Decision app_on_space(const Actor& actor, Act act, const enrollment::Allowed& allowed) {
  if (!allowed.holder_signs_in) return Decision::no("access.state_refuses_holder");
  const bool reads = act == Act::list || act == Act::read;
  const bool writes = act == Act::add_own && actor.may_write;
  return actor.in_scope && (reads || writes) ? Decision::yes({"access.app"}) : Decision::no("access.out_of_scope");
}

// Heirs, with their reason, unless the dead opposed it in life; an expert named by a court: a copy of the archive.
Decision archive_on_space(const Actor& actor, Act act, const enrollment::Allowed& allowed, const Settings& settings) {
  if (act != Act::export_copy) return Decision::no("access.archive_copy_only");
  if (!allowed.archive_copy) return Decision::no("access.state_refuses_holder");
  if (actor.relation == Relation::court_expert) return Decision::yes({"access.court_expert", "access.archive_copy"});
  if (!settings.dead) return Decision::no("access.holder_lives");
  if (!actor.reason_given) return Decision::no("access.reason_needed");
  if (settings.opposed_to_heirs) return Decision::no("access.opposed_in_life");
  return Decision::yes({"access.heir", "access.archive_copy"});
}

Decision own_on_space(const Actor& actor, Act act, const enrollment::Allowed& allowed, const Settings& settings) {
  const std::string_view relation = rule_of(actor);
  const bool minor_alone = actor.relation == Relation::self && settings.age != Age::adult;
  if (minor_alone && (act == Act::close || act == Act::erase || act == Act::change_delegations))
    return Decision::no("access.for_the_parents");
  switch (act) {
    case Act::list:
    case Act::read:
    case Act::export_copy:
    case Act::read_traces:  // at any time (rules.md 7)
    case Act::erase:
      if (allowed.holder_signs_in) return Decision::yes({relation});
      return allowed.archive_copy ? Decision::yes({relation, "access.archive_copy"})
                                  : Decision::no("access.state_refuses_holder");
    case Act::add_own:
    case Act::contest:
    case Act::mask:
    case Act::change_settings:
    case Act::change_delegations:
      return allowed.holder_signs_in ? Decision::yes({relation}) : Decision::no("access.state_refuses_holder");
    case Act::close: return allowed.close ? Decision::yes({relation}) : Decision::no("access.state_refuses_closing");
    case Act::deposit: return Decision::no("access.not_for_persons");
  }
  return Decision::no("access.unknown_act");
}

Decision person_on_space(const Actor& actor, Act act, const enrollment::Allowed& allowed, const Settings& settings) {
  if (const auto refusal = never(actor); !refusal.empty()) return Decision::no(refusal);
  if (actor.relation == Relation::heir || actor.relation == Relation::court_expert)
    return archive_on_space(actor, act, allowed, settings);
  if (const auto refusal = person_refused(actor, settings); !refusal.empty()) return Decision::no(refusal);
  if (settings.frozen) return Decision::no("access.frozen");
  if (actor.station == Station::app) return app_on_space(actor, act, allowed);
  return actor.relation == Relation::carer ? carer_on_space(actor, act, allowed)
                                           : own_on_space(actor, act, allowed, settings);
}

// Advance directives and wishes (organ donation among them) are for no carer.
bool never_for_carers(std::string_view type) { return type == "EXPPAT_1" || type == "EXPPAT_3"; }
constexpr std::string_view notice_of_appointment = "56446-8";

std::string_view hidden_from_person(const Actor& actor, const ItemFacts& item, const enrollment::Standing& standing,
                                    Instant now) {
  if (item.invisible_patient && (!item.patient_visible_from || now < *item.patient_visible_from))
    return "access.announcement_awaited";
  const bool represents = actor.relation == Relation::representative || actor.relation == Relation::guardian ||
                          (delegate(actor) && actor.by_representative) ||
                          (actor.is_a_parent && (actor.relation == Relation::carer || actor.relation == Relation::heir));
  if (represents && item.invisible_representants) return "access.hidden_from_representatives";
  if (standing.second_letter_awaited && standing.shown_from && item.deposited_at < *standing.shown_from &&
      actor.relation != Relation::heir && actor.relation != Relation::court_expert)
    return "access.second_letter_awaited";
  return {};
}

Decision person_on_item(const Actor& actor, Act act, const ItemFacts& item, const enrollment::Standing& standing,
                        const Settings& settings, Instant now) {
  const bool carer = actor.relation == Relation::carer;
  const bool adds = act == Act::add_own;
  if (adds && !item.doc_type.starts_with("DOCPAT") && !item.doc_type.starts_with("EXPPAT"))
    return Decision::no("access.not_a_type_of_the_holder");
  if (const auto refusal = adds ? std::string_view() : hidden_from_person(actor, item, standing, now); !refusal.empty())
    return Decision::no(refusal);
  if (carer && never_for_carers(item.doc_type)) return Decision::no("access.never_for_carers");
  if (carer && (actor.classes & class_bit(item.doc_class)) == 0 && (act == Act::list || act == Act::read))
    return Decision::no("access.out_of_scope");
  if (!adds && keeps_place_from(actor, settings) && item.doc_type == notice_of_appointment)
    return Decision::no("access.discretion");
  return Decision::yes({rule_of(actor)});
}

}  // namespace

std::uint32_t class_bit(std::string_view doc_class) {
  constexpr auto classes =
      std::to_array<std::string_view>({"10", "11", "31", "42", "43", "44", "45", "52", "60", "90", "95"});
  const auto found = std::ranges::find(classes, doc_class);
  return found == classes.end() ? 0U : 1U << (found - classes.begin());
}

std::string_view code_of(Station station) {
  constexpr auto codes =
      std::to_array<std::string_view>({"ordinary", "occupational_physician", "payer", "complementary_insurer",
                                       "employer", "agent", "mediator", "operator", "app"});
  return codes.at(static_cast<std::size_t>(station));
}

std::string_view code_of(Relation relation) {
  constexpr auto codes =
      std::to_array<std::string_view>({"none", "self", "representative", "care_team", "declared_gp", "author", "producer",
                                       "consented", "guardian", "carer", "heir", "court_expert"});
  return codes.at(static_cast<std::size_t>(relation));
}

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

bool keeps_place_from(const Actor& actor, const Settings& settings) {
  const bool of_a_parent = actor.relation == Relation::representative || (delegate(actor) && actor.by_representative);
  return actor.discreet && of_a_parent && settings.age != Age::adult;
}

Decision decide_space(const Actor& actor, Act act, const enrollment::Standing& standing, const Settings& settings, Instant) {
  const auto allowed = enrollment::allowed_in(standing.state);
  return actor.kind == identity::Caller::Kind::software ? software_on_space(actor, act, allowed, settings)
                                                        : person_on_space(actor, act, allowed, settings);
}

// What allows the item comes first, then what allowed the space: that is the whole reason.
Decision decide_item(const Actor& actor, Act act, const ItemFacts& item, const enrollment::Standing& standing,
                     const Settings& settings, const RoleMatrix& matrix, Instant now) {
  const Decision space = decide_space(actor, act, standing, settings, now);
  if (!space.permit) return space;
  // The traces that name what was contested or deleted stay; what is filed is neither yet.
  if (act != Act::read_traces && act != Act::deposit && act != Act::add_own) {
    if (item.contested) return Decision::no("access.contested");
    if (item.deleted) return Decision::no("access.deleted");
  }
  Decision decision = actor.kind == identity::Caller::Kind::software
                          ? professional_on_item(actor, act, item, matrix, now)
                          : person_on_item(actor, act, item, standing, settings, now);
  if (!decision.permit) return decision;
  for (std::size_t i = 0; i < space.rule_count && decision.rule_count < decision.rules.size(); ++i)
    if (space.rules[i] != decision.rule()) decision.rules[decision.rule_count++] = space.rules[i];
  return decision;
}

}  // namespace carnet::access
