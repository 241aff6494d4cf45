// Professionals, in the three modes: what they read, what traces they see, what they file.
#include "proof/access/oracle.hpp"

namespace carnet::proof::access_oracle {

namespace {

constexpr Verdict yes(std::string_view reason) {
  return {.permit = true, .reason = reason};
}
constexpr Verdict no(std::string_view reason) {
  return {.permit = false, .reason = reason};
}

bool team_reads(State state) {
  return state == State::opened_by_default || state == State::opened_by_holder || state == State::suspended;
}

}  // namespace

Verdict Oracle::judge_professional(const Question& q) const {
  if (q.actor.who == Who::professional && q.actor.profession < 0) return no("not_of_the_nomenclature");
  // One answer whether refused or never answered, whatever is asked.
  if (q.actor.who == Who::occupational_physician && !q.actor.personal_grant) return no("occupational");
  switch (q.deed) {
    case Deed::read_item:
    case Deed::list_item:
      return judge_professional_reads(q);
    case Deed::read_traces:
    case Deed::read_trace_of_item:
      return judge_professional_traces(q);
    case Deed::deposit:
      return judge_deposit(q);
    case Deed::delete_item:
      return judge_deletion(q);
    default:
      return no("for_the_person");
  }
}

// "outside the team: consent at that consultation: code on the holder's phone, or the card read there, or the
// professional's declaration". A declaration is the professional's word: it does not undo the holder's refusal.
bool Oracle::consented(const Question& q) const {
  if (q.actor.consent == Consent::none || q.now >= q.actor.consent_ends) return false;
  return q.actor.consent != Consent::declaration || !q.actor.refused_by_holder;
}

// Authorised for the space, in the normal mode. Empty: not.
std::string_view Oracle::what_authorises(const Question& q) const {
  if (q.actor.who == Who::occupational_physician) return q.actor.personal_grant ? "personal_grant" : "";
  if (q.actor.in_care_team && !q.actor.refused_by_holder) return "care_team";
  if (consented(q)) return "consultation";
  if (q.actor.gp == Gp::declared_by_insurer && q.actor.who == Who::professional) return "declared_gp";
  return {};
}

std::string_view Oracle::why_mode_is_refused(const Question& q) const {
  if (q.mode == Mode::bris_de_glace) {
    if (q.space.refuses_bris_de_glace) return "refused_bris_de_glace";
    if (!q.reason_given) return "reason_missing";
  }
  if (q.mode == Mode::centre_15 && q.space.refuses_centre_15) return "refused_centre_15";
  return {};
}

std::string_view Oracle::why_matrix_refuses(const Question& q) const {
  const int row = q.actor.who == Who::occupational_physician ? physician_ : q.actor.profession;
  switch (matrix_.cell(row, q.item.type)) {
    case Cell::yes:
      return {};
    case Cell::no:
      return "matrix";
    default:
      return q.actor.own_structure_filed_it ? "" : "matrix_unknown";
  }
}

// "its author and the insurer-declared GP still see it". One who is blocked comes by centre_15 alone, and is there
// neither author nor GP.
bool Oracle::mask_hides(const Question& q) const {
  if (!q.item.masked) return false;
  const bool gp = q.actor.gp == Gp::declared_by_insurer && q.actor.who == Who::professional;
  if (!q.actor.blocked && (q.actor.is_author || gp)) return false;
  return q.mode == Mode::normal || !q.item.visible_in_emergency;
}

Verdict Oracle::judge_professional_reads(const Question& q) const {
  if (!team_reads(state_now(q))) return no("state");
  if (const auto why = why_mode_is_refused(q); !why.empty()) return no(why);
  if (q.actor.blocked && q.mode != Mode::centre_15) return no("blocked");
  std::string_view by = q.mode == Mode::bris_de_glace ? "bris_de_glace" : "centre_15";
  if (q.mode == Mode::normal) {
    by = what_authorises(q);
    if (by.empty() && q.actor.is_author) by = "author";
    if (by.empty()) return no("not_authorised");
  }
  if (q.item.contested) return no("contested");
  if (q.item.deleted) return no("deleted");
  if (const auto why = why_matrix_refuses(q); !why.empty()) return no(why);
  if (mask_hides(q)) return no("masked");
  Verdict verdict = yes(by);
  verdict.warned = not_announced(q);
  verdict.mode_shown = q.mode != Mode::normal;
  return verdict;
}

// "The holder reads the traces at any time ...; so may the GP and, for their own acts, the professional." The modes
// open documents, not traces.
Verdict Oracle::judge_professional_traces(const Question& asked) const {
  Question q = asked;
  q.mode = Mode::normal;
  if (!team_reads(state_now(q))) return no("state");
  if (q.actor.blocked) return no("blocked");
  const bool gp = q.actor.gp == Gp::declared_by_insurer && q.actor.who == Who::professional;
  if (!gp && !q.actor.own_act) return no("not_own_act");
  if (q.deed == Deed::read_trace_of_item) {
    if (mask_hides(q)) return no("masked");
    if (!q.actor.own_act) {
      if (const auto why = why_matrix_refuses(q); !why.empty()) return no(why);
    }
  }
  return yes(q.actor.own_act ? "own_act" : "declared_gp");
}

Verdict Oracle::judge_deposit(const Question& q) const {
  const State state = state_now(q);
  if (state != State::opened_by_default && state != State::opened_by_holder) return no("state");
  if (q.item.masked && q.item.invisible_to_patient) return no("flags_cannot_be_combined");
  if (q.actor.secret_connection && q.actor.who != Who::producer && !q.item.invisible_to_representatives)
    return no("secret_connection");
  if (q.space.act_not_to_be_recorded && is_minor(q)) return no("act_not_recorded");
  if (q.space.objects_to_deposit && (q.space.legitimate_motive || what_authorises(q).empty())) return no("objection");
  return yes("deposit");
}

}  // namespace carnet::proof::access_oracle
