// Professionals, sentence by sentence.
#include "proof/access/oracle_examples.hpp"

namespace carnet::proof::access_oracle::examples {
namespace {

TEST(NeverAnyAccess, WhateverIsGranted) {
  constexpr auto sentence =
      "Never any access, whatever is granted: insurers as payers, complementary insurers (mutuelles), employers.";
  for (const Who who : {Who::insurer, Who::complementary_insurer, Who::employer}) {
    for (std::size_t deed = 0; deed < deeds; ++deed) {
      refuses(sentence,
              Ask(who, static_cast<Deed>(deed))
                  .with(&Actor::in_care_team, true)
                  .with(&Actor::personal_grant, true)
                  .with(&Actor::consent, Consent::code_on_phone)
                  .with(&Actor::consent_ends, Minute{1} << 40U),
              "never");
    }
  }
  refuses("Outside the team", Ask(Who::anyone_else, Deed::read_item), "never");
}

TEST(NeverAnyAccess, BlindHelpers) {
  refuses("phone support; sees states, never content", Ask(Who::agent, Deed::read_item), "blind_to_content");
  refuses("phone support; sees states, never content", Ask(Who::agent, Deed::read_traces), "blind_to_content");
  refuses("helps a holder in person; blind to content", Ask(Who::mediator, Deed::list_item), "blind_to_content");
  refuses("runs the service; reads no content", Ask(Who::operator_of_service, Deed::read_item), "blind_to_content");
  refuses("runs the service; reads no content", Ask(Who::operator_of_service, Deed::export_item), "blind_to_content");
  refuses("software that deposits documents", Ask(Who::producer, Deed::read_item), "only_deposits");
}

TEST(OccupationalPhysician, OnlyByPersonalGrant) {
  constexpr auto sentence =
      "Occupational physician: denied by default, only by the holder's explicit, personal grant; a refusal and no "
      "answer "
      "look alike to them";
  const auto physician = [](Deed deed = Deed::read_item) {
    return Ask(Who::occupational_physician, deed).with(&Actor::personal_grant, false);
  };
  refuses(sentence, physician(), "occupational");
  refuses(sentence, physician().with(&Actor::in_care_team, true), "occupational");
  refuses(sentence, physician().with(&Actor::gp, Gp::declared_by_insurer), "occupational");
  refuses(sentence, physician().with(&Actor::is_author, true), "occupational");
  refuses(sentence, physician().in(Mode::bris_de_glace), "occupational");
  refuses(sentence, physician().in(Mode::centre_15), "occupational");
  refuses(sentence, physician(Deed::deposit), "occupational");
  refuses(sentence, physician(Deed::read_traces).with(&Actor::own_act, true), "occupational");
  refuses(sentence, physician().with(&Actor::refused_by_holder, true), "occupational");  // alike
  permits(sentence, Ask(Who::occupational_physician, Deed::read_item), "personal_grant");
  refuses("physicians all but proof of residence",
          Ask(Who::occupational_physician, Deed::read_item).type("ATTEST-RESID"), "matrix");
  refuses("hidden from professionals by the holder, reversible",
          Ask(Who::occupational_physician, Deed::read_item).masked(), "masked");
}

TEST(CareTeam, DeemedAuthorised) {
  constexpr auto sentence = "deemed authorised, the holder informed, may refuse anyone without a reason";
  permits(sentence, professional("10"), "care_team");
  permits(sentence, professional("10", Deed::list_item), "care_team");
  refuses(sentence, professional("10").with(&Actor::refused_by_holder, true), "not_authorised");
  refuses(sentence, professional("10").stranger(), "not_authorised");
  refuses("identified by RPPS, with a profession and a structure (FINESS)",
          professional("10").with(&Actor::profession, -1), "not_of_the_nomenclature");
}

TEST(Consultation, ConsentThere) {
  constexpr auto sentence =
      "consent at that consultation: code on the holder's phone, or the card read there, or the professional's "
      "declaration, told to the holder the same day";
  for (const auto consent : {Consent::code_on_phone, Consent::card, Consent::declaration}) {
    const auto seen = [&](Minute ends) {
      return professional("10").stranger().with(&Actor::consent, consent).with(&Actor::consent_ends, ends);
    };
    permits(sentence, seen(at(day_of(2025, 3, 4), 10, 1)), "consultation");
    refuses(sentence, seen(at(day_of(2025, 3, 4), 10)), "not_authorised");
    judged("may refuse anyone without a reason", seen(at(day_of(2025, 3, 4), 11)).with(&Actor::refused_by_holder, true),
           consent != Consent::declaration, consent != Consent::declaration ? "consultation" : "not_authorised");
  }
}

TEST(RoleMatrix, KnownCells) {
  constexpr auto physicians = "physicians all but proof of residence; others by type";
  permits(physicians, professional("10").type("68599-0"), "care_team");
  permits(physicians, professional("10").type("E1762"), "care_team");
  refuses(physicians, professional("10").type("ATTEST-RESID"), "matrix");
  refuses(physicians, professional("10").type("ATTEST-RESID").with(&Actor::own_structure_filed_it, true), "matrix");
  constexpr auto dentists = "psychological and psychiatric reports, telemedicine requests";
  for (const auto* type : {"83901-9", "68599-0", "75496-0"}) {
    refuses(dentists, professional("40").type(type), "matrix");
    refuses(dentists, professional("40").type(type).with(&Actor::own_structure_filed_it, true), "matrix");
    refuses(dentists, professional("40").type(type).with(&Actor::is_author, true), "matrix");
  }
  constexpr auto nurses = "telemedicine requests, psychiatric summaries, child prevention reports";
  for (const auto* type : {"75496-0", "68599-0", "68817-6", "59283-2"})
    refuses(nurses, professional("60").type(type).with(&Actor::own_structure_filed_it, true), "matrix");
  constexpr auto vaccines = "they prescribe or administer vaccines";
  for (const auto* profession : {"10", "21", "40", "50", "60"}) {
    permits(vaccines, professional(profession).type("11369-6"), "care_team");
    permits(vaccines, professional(profession).type("87273-9"), "care_team");
  }
  refuses(vaccines, professional("70").type("11369-6"), "matrix_unknown");
}

TEST(RoleMatrix, StrictDefault) {
  constexpr auto sentence =
      "a cell not known is marked `unknown` and its default is the strict one: **the documents that the reader's own "
      "structure filed, and no other**";
  for (const auto* profession :
       {"21", "26", "28", "35", "36", "40", "50", "60", "70", "80", "81", "86", "91", "92", "94", "95", "96", "98"}) {
    refuses(sentence, professional(profession), "matrix_unknown");
    permits(sentence, professional(profession).with(&Actor::own_structure_filed_it, true), "care_team");
  }
  refuses(sentence, professional("21").with(&Actor::is_author, true), "matrix_unknown");  // filed elsewhere
  refuses(sentence, professional("21").in(Mode::bris_de_glace), "matrix_unknown");
  refuses("Outside the team", professional("21").stranger().with(&Actor::own_structure_filed_it, true),
          "not_authorised");
  EXPECT_EQ(oracle().matrix().profession("83"), oracle().matrix().profession("81"));
  EXPECT_EQ(oracle().matrix().profession("37"), oracle().matrix().profession("35"));
}

TEST(Blocked, OnlyCentre15Passes) {
  constexpr auto sentence = "sees nothing, even if authorised, author or GP; only `centre_15` passes";
  const auto blocked = [] { return professional("10").with(&Actor::blocked, true); };
  refuses(sentence, blocked(), "blocked");
  refuses(sentence, blocked().with(&Actor::is_author, true), "blocked");
  refuses(sentence, blocked().with(&Actor::gp, Gp::declared_by_insurer), "blocked");
  refuses(sentence, blocked().with(&Actor::consent, Consent::card).with(&Actor::consent_ends, at(day_of(2025, 3, 5))),
          "blocked");
  refuses(sentence, blocked().in(Mode::bris_de_glace), "blocked");
  permits(sentence, blocked().in(Mode::centre_15), "centre_15");
  refuses("two **separate** refusals by the holder",
          blocked().in(Mode::centre_15).with(&Space::refuses_centre_15, true), "refused_centre_15");
  refuses(sentence, blocked().in(Mode::centre_15).masked().with(&Actor::is_author, true), "masked");
  permits(sentence, blocked().in(Mode::centre_15).masked().with(&Item::visible_in_emergency, true), "centre_15");
  refuses(sentence, professional("10", Deed::read_traces).with(&Actor::own_act, true).with(&Actor::blocked, true),
          "blocked");
}

TEST(Mask, HiddenFromProfessionals) {
  constexpr auto sentence = "hidden from professionals by the holder, reversible";
  constexpr auto still = "its author and the **insurer-declared** GP still see it (said before masking)";
  refuses(sentence, professional("10").masked(), "masked");
  refuses(sentence, professional("10", Deed::list_item).masked(), "masked");
  permits(still, professional("10").masked().with(&Actor::is_author, true), "care_team");
  permits(still, professional("10").stranger().masked().with(&Actor::is_author, true), "author");
  permits(still, professional("10").stranger().masked().with(&Actor::gp, Gp::declared_by_insurer), "declared_gp");
  refuses(still, professional("10").masked().with(&Actor::gp, Gp::named_by_holder_only), "masked");
  refuses(still, professional("10").masked().with(&Actor::own_structure_filed_it, true), "masked");
  for (const auto& ask : {holder(), parent(), carer(), app()}) permits(sentence, Ask(ask).masked(), "own_space");
}

TEST(Mask, InEmergencies) {
  constexpr auto sentence = "in emergency modes hidden unless « visible en cas d'urgence » was ticked";
  for (const auto mode : {Mode::bris_de_glace, Mode::centre_15}) {
    const auto word = mode == Mode::centre_15 ? "centre_15" : "bris_de_glace";
    refuses(sentence, professional("10").stranger().in(mode).masked(), "masked");
    permits(sentence, professional("10").stranger().in(mode).masked().with(&Item::visible_in_emergency, true), word);
    permits("its author and the **insurer-declared** GP still see it",
            professional("10").in(mode).masked().with(&Actor::is_author, true), word);
  }
  refuses(sentence, professional("10").masked().with(&Item::visible_in_emergency, true), "masked");
}

TEST(Modes, ReasonAndTwoRefusals) {
  constexpr auto reason = "`bris_de_glace` (cannot express themselves, immediate risk; reason required)";
  constexpr auto refusals = "two **separate** refusals by the holder, both allowed by default";
  const auto in = [](Mode mode) { return professional("10").stranger().in(mode); };
  EXPECT_TRUE(permits(refusals, in(Mode::bris_de_glace), "bris_de_glace").mode_shown);
  EXPECT_TRUE(permits("the mode is displayed during the whole access", in(Mode::centre_15), "centre_15").mode_shown);
  EXPECT_FALSE(permits("the mode is displayed during the whole access", professional("10"), "care_team").mode_shown);
  refuses(reason, in(Mode::bris_de_glace).with(&Question::reason_given, false), "reason_missing");
  permits(reason, in(Mode::centre_15).with(&Question::reason_given, false), "centre_15");
  refuses(refusals, in(Mode::bris_de_glace).with(&Space::refuses_bris_de_glace, true), "refused_bris_de_glace");
  permits(refusals, in(Mode::bris_de_glace).with(&Space::refuses_centre_15, true), "bris_de_glace");
  refuses(refusals, in(Mode::centre_15).with(&Space::refuses_centre_15, true), "refused_centre_15");
  permits(refusals, in(Mode::centre_15).with(&Space::refuses_bris_de_glace, true), "centre_15");
  permits(refusals, professional("10").with(&Space::refuses_bris_de_glace, true), "care_team");
  refuses(refusals, professional("10").in(Mode::bris_de_glace).with(&Space::refuses_bris_de_glace, true),
          "refused_bris_de_glace");
}

TEST(DeclaredGp, ReadsAsTheTeam) {
  constexpr auto sentence = "\"team\" = care team, declared GP, emergency modes, each by section 6";
  permits(sentence, professional("10").stranger().with(&Actor::gp, Gp::declared_by_insurer), "declared_gp");
  refuses(sentence, professional("10").stranger().with(&Actor::gp, Gp::named_by_holder_only), "not_authorised");
}

TEST(States, WhereTheTeamReads) {
  constexpr auto opened = "| opened_by_default | yes | yes | no | yes | no | yes |";
  const auto judges = [](std::string_view sentence, State state, bool reads, bool deposits) {
    for (const auto mode : {Mode::normal, Mode::bris_de_glace, Mode::centre_15}) {
      const auto verdict = oracle().judge(professional("10").in(state).in(mode).question());
      EXPECT_EQ(verdict.permit, reads) << sentence << word(mode);
    }
    EXPECT_EQ(oracle().judge(professional("10", Deed::deposit).in(state).question()).permit, deposits) << sentence;
    EXPECT_EQ(oracle().judge(Ask(Who::producer, Deed::deposit).in(state).question()).permit, deposits) << sentence;
  };
  judges("| eligible, notified | no | no | no | yes | yes | no |", State::eligible, false, false);
  judges("| eligible, notified | no | no | no | yes | yes | no |", State::notified, false, false);
  judges("| objected | no | no | no | yes | - | no |", State::objected, false, false);
  judges(opened, State::opened_by_default, true, true);
  judges("| opened_by_holder | yes | yes | yes | - | no | yes |", State::opened_by_holder, true, true);
  judges("| suspended (operator) | no | yes | no | no | no | yes |", State::suspended, true, false);
  judges("| closed, archived | no | no | copy of the archive only | yes (archive restored) | - | - |", State::closed,
         false, false);
  judges("no deposit; no professional, app or carer, emergency included", State::archived, false, false);
  judges("| erased | no | no | no | yes (a new, empty space) | yes | - |", State::erased, false, false);
  permits("sessions, apps, carers stopped; care team unaffected; never leads to closing",
          professional("10").with(&Space::frozen, true), "care_team");
}

TEST(Traces, GpAndOwnActs) {
  constexpr auto sentence =
      "The holder reads the traces at any time, in words a person understands, with the machine's own reads labelled "
      "and "
      "folded; so may the GP and, for their own acts, the professional";
  const auto gp = [](Deed deed) {
    return professional("10", deed).stranger().with(&Actor::gp, Gp::declared_by_insurer);
  };
  permits(sentence, gp(Deed::read_traces), "declared_gp");
  permits(sentence, gp(Deed::read_trace_of_item).masked(), "declared_gp");
  refuses(sentence, gp(Deed::read_trace_of_item).type("ATTEST-RESID"), "matrix");
  refuses(sentence, professional("10", Deed::read_traces), "not_own_act");
  permits(sentence, professional("10", Deed::read_traces).with(&Actor::own_act, true), "own_act");
  permits(sentence, professional("60", Deed::read_trace_of_item).stranger().with(&Actor::own_act, true), "own_act");
  refuses("two worlds that differ only by an item the viewer may not see give that viewer identical bytes",
          professional("10", Deed::read_trace_of_item).masked().with(&Actor::own_act, true), "masked");
  refuses("no deposit; no professional, app or carer, emergency included", gp(Deed::read_traces).in(State::archived),
          "state");
}

TEST(Deposit, WhoAndWhat) {
  constexpr auto objection =
      "the holder is informed, may object only for a legitimate motive once a professional is authorised";
  const auto filed = [] { return professional("60", Deed::deposit); };
  permits("software that deposits documents", Ask(Who::producer, Deed::deposit), "deposit");
  permits(objection, filed(), "deposit");
  permits(objection, filed().stranger(), "deposit");
  permits(objection, filed().with(&Space::objects_to_deposit, true), "deposit");
  refuses(objection, filed().with(&Space::objects_to_deposit, true).with(&Space::legitimate_motive, true), "objection");
  refuses(objection, filed().stranger().with(&Space::objects_to_deposit, true), "objection");
  permits("sees nothing, even if authorised, author or GP", filed().with(&Actor::blocked, true), "deposit");
  refuses("a minor may ask that an act is **not recorded at all**, refunds included",
          filed().child().with(&Space::act_not_to_be_recorded, true), "act_not_recorded");
  permits("a minor may ask that an act is **not recorded at all**, refunds included",
          filed().with(&Space::act_not_to_be_recorded, true), "deposit");
  refuses("cannot be combined with `MASQUE_PS`", filed().masked().unannounced(), "flags_cannot_be_combined");
  constexpr auto secret = "a professional session in which only documents hidden from representatives can be filed";
  refuses(secret, filed().child().with(&Actor::secret_connection, true), "secret_connection");
  permits(secret, filed().child().secret().with(&Actor::secret_connection, true), "deposit");
  refuses("types DOCPAT01-10 and EXPPAT, author the holder", holder(Deed::deposit), "not_a_professional");
  for (const auto deed : {Deed::add_own, Deed::change_settings, Deed::close, Deed::export_space, Deed::mask_item})
    refuses("hidden from professionals by the holder, reversible", professional("10", deed), "for_the_person");
}

TEST(Deletion, TheAuthorsOnly) {
  constexpr auto sentence = "Deleting is logical and the **author's** only.";
  constexpr auto contested =
      "hides it from all at once and alerts author and structure; they, or the operator by written decision, remove it";
  const auto removes = [](Who who) { return Ask(who, Deed::delete_item); };
  permits(sentence, removes(Who::professional).with(&Actor::is_author, true), "author");
  refuses(sentence, removes(Who::professional), "not_the_author");
  refuses(sentence, removes(Who::producer).with(&Actor::own_structure_filed_it, true), "not_the_author");
  permits(contested, removes(Who::producer).with(&Actor::own_structure_filed_it, true).with(&Item::contested, true),
          "contested");
  permits(contested, removes(Who::operator_of_service).with(&Item::contested, true), "written_decision");
  refuses(contested, removes(Who::operator_of_service), "blind_to_content");
  refuses(sentence, removes(Who::holder), "not_the_author");
  permits(sentence, removes(Who::holder).with(&Item::by_holder, true), "author");
}

TEST(Contested, HiddenFromAll) {
  constexpr auto sentence = "« Ce document n'est pas à moi » hides it from all at once and alerts author and structure";
  refuses(sentence, professional("10").with(&Item::contested, true), "contested");
  refuses(sentence, professional("10").with(&Actor::is_author, true).with(&Item::contested, true), "contested");
  refuses(sentence, professional("10").in(Mode::centre_15).with(&Item::contested, true), "contested");
  refuses(sentence, holder().with(&Item::contested, true), "contested");
  permits("Nothing is left out silently", holder(Deed::read_trace_of_item).with(&Item::contested, true), "own_space");
}

}  // namespace
}  // namespace carnet::proof::access_oracle::examples
