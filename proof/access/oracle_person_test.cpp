// The person, those who act for them, their apps, and those who read an archive: sentence by sentence.
#include "proof/access/oracle_examples.hpp"

namespace carnet::proof::access_oracle::examples {
namespace {

TEST(Holder, InEveryState) {
  constexpr auto archive =
      "the holder (signed in again), a child's representatives, heirs, a court expert get a traced copy";
  permits("| opened_by_holder | yes | yes | yes | - | no | yes |", holder(), "own_space");
  permits("The holder reads the traces at any time", holder(Deed::read_traces), "own_space");
  for (const State state : {State::eligible, State::notified, State::objected, State::opened_by_default,
                            State::suspended, State::closed, State::archived, State::erased})
    refuses("holder signs in", holder().in(state), "state");
  refuses("no app, no session until the holder opens it", app().in(State::opened_by_default), "state");
  refuses("no app, no session until the holder opens it", parent().in(State::opened_by_default), "state");
  permits(archive, holder(Deed::export_space).in(State::archived), "own_space");
  permits(archive, holder(Deed::export_item).in(State::closed), "own_space");
  permits(archive, parent(Deed::export_space).in(State::archived), "own_space");
  refuses(archive, carer(Deed::export_space).in(State::archived), "state");
  refuses(archive, app(Deed::read_item).in(State::archived), "state");
  permits("**without having to open first**", holder(Deed::close).in(State::opened_by_default), "own_space");
  permits("| suspended (operator) | no | yes | no | no | no | yes |", holder(Deed::close).in(State::suspended),
          "own_space");
  refuses("| objected | no | no | no | yes | - | no |", holder(Deed::close).in(State::objected), "state");
  refuses("| closed, archived | no | no | copy of the archive only | yes (archive restored) | - | - |",
          holder(Deed::close).in(State::closed), "state");
  permits("within 3 months, the holder is told", holder(Deed::erase), "own_space");
  permits("within 3 months, the holder is told", holder(Deed::erase).in(State::archived), "own_space");
}

TEST(Archive, TenYears) {
  constexpr auto sentence = "Conservé jusqu'au … ; vous pouvez rouvrir";
  const auto copy = [] {
    return holder(Deed::export_space).in(State::archived).with(&Space::archived_on, day_of(2015, 3, 4));
  };
  permits(sentence, copy().on(2025, 3, 4, 23, 59), "own_space");
  refuses(sentence, copy().on(2025, 3, 5, 0, 0), "state");
}

TEST(Freeze, StopsThePersonsSide) {
  constexpr auto sentence = "sessions, apps, carers stopped; care team unaffected; never leads to closing";
  for (const auto& ask : {holder(), parent(), guardian(), carer(), app(), holder(Deed::close)})
    refuses(sentence, Ask(ask).with(&Space::frozen, true), "frozen");
  permits(sentence, Ask(Who::producer, Deed::deposit).with(&Space::frozen, true), "deposit");
}

TEST(SecondLetter, NothingReceivedEarlier) {
  constexpr auto sentence = "nothing received earlier is shown until the code of a second letter is entered, or P";
  const auto waits = [](Deed deed, unsigned opened) {
    return holder(deed).with(&Space::second_letter_awaited, true).with(&Space::opened, at(day_of(2025, 2, opened), 12));
  };
  refuses(sentence, waits(Deed::read_item, 21), "second_letter_awaited");
  refuses(sentence, waits(Deed::read_trace_of_item, 21), "second_letter_awaited");
  refuses(sentence, waits(Deed::export_item, 21), "second_letter_awaited");
  permits(sentence, waits(Deed::read_item, 20), "own_space");  // received at that very minute: not earlier
  permits(sentence, holder().with(&Space::opened, at(day_of(2025, 2, 21))), "own_space");
  permits(sentence, professional("10").with(&Space::second_letter_awaited, true), "care_team");
}

TEST(Unannounced, HiddenFromThePersonsSide) {
  constexpr auto sentence =
      "hidden from the holder, representatives, carers, apps, exports, traces, message copies until the announcement "
      "visit";
  for (const auto deed : {Deed::read_item, Deed::list_item, Deed::export_item, Deed::read_trace_of_item,
                          Deed::contest_item, Deed::mask_item})
    refuses(sentence, holder(deed).unannounced(), "not_announced");
  for (const auto& ask : {parent(), guardian(), carer(), app()})
    refuses(sentence, Ask(ask).unannounced(), "not_announced");
  permits(sentence, holder().unannounced().with(&Item::announced, at(day_of(2025, 3, 4), 10)), "own_space");
  refuses(sentence, holder().unannounced().with(&Item::announced, at(day_of(2025, 3, 4), 10, 1)), "not_announced");
  refuses(sentence,
          Ask(Who::heir, Deed::export_item).in(State::archived).with(&Space::died, day_of(2025, 3, 1)).unannounced(),
          "not_announced");
  constexpr auto warned = "a professional who reads it is warned";
  EXPECT_TRUE(permits(warned, professional("10").unannounced(), "care_team").warned);
  EXPECT_FALSE(permits(warned, professional("10"), "care_team").warned);
  EXPECT_FALSE(permits(warned, professional("10").unannounced().on(2025, 3, 20), "care_team").warned);
}

TEST(Unannounced, OneCalendarMonthThenAWorkingMorning) {
  constexpr auto sentence = "**one calendar month from deposit** it becomes visible (a working-day morning)";
  // Deposited on Thursday 20 February 2025.
  refuses(sentence, holder().unannounced().on(2025, 3, 20, 7, 59), "not_announced");
  permits(sentence, holder().unannounced().on(2025, 3, 20, 8, 0), "own_space");
  const auto shows = [](int y, unsigned m, unsigned d) { return oracle().shows_from(at(day_of(y, m, d), 23, 59)); };
  EXPECT_EQ(shows(2025, 1, 31), at(day_of(2025, 2, 28), 8));  // the last day of a shorter month
  EXPECT_EQ(shows(2024, 1, 31), at(day_of(2024, 2, 29), 8));
  EXPECT_EQ(shows(2025, 2, 1), at(day_of(2025, 3, 3), 8));    // Saturday, to Monday
  EXPECT_EQ(shows(2025, 2, 2), at(day_of(2025, 3, 3), 8));    // Sunday
  EXPECT_EQ(shows(2025, 3, 21), at(day_of(2025, 4, 22), 8));  // Easter Monday
  EXPECT_EQ(shows(2025, 4, 1), at(day_of(2025, 5, 2), 8));    // 1 May
  EXPECT_EQ(shows(2024, 12, 1), at(day_of(2025, 1, 2), 8));
  EXPECT_EQ(oracle().first_word_due(at(day_of(2025, 2, 20), 12)), day_of(2025, 3, 6)) << "within 2 weeks of deposit";
}

TEST(HiddenFromRepresentatives, LeaksNowhere) {
  constexpr auto sentence = "hidden from parents; leaks nowhere: count, notice, reimbursement, log, gap, timing.";
  for (const auto deed : {Deed::read_item, Deed::list_item, Deed::export_item, Deed::read_trace_of_item,
                          Deed::contest_item, Deed::mask_item})
    refuses(sentence, parent(deed).secret(), "hidden_from_representatives");
  refuses(sentence, parent().type("REMB").secret(), "hidden_from_representatives");
  refuses(sentence, guardian().secret(), "hidden_from_representatives");
  refuses(sentence, carer().child().with(&Actor::given_by, Delegator::representative).secret(),
          "hidden_from_representatives");
  refuses(sentence, app().child().with(&Actor::given_by, Delegator::representative).secret(),
          "hidden_from_representatives");
  refuses(sentence, carer().with(&Actor::is_a_parent, true).secret(), "hidden_from_representatives");
  permits(sentence, carer().secret(), "own_space");
  permits(sentence, professional("10").child().secret(), "care_team");
  permits(sentence, holder().born(2008, 6, 1).with(&Space::minor_access, Agreement::one_parent).secret(), "own_space");
  permits(sentence, parent(Deed::read_traces), "own_space");
}

TEST(MinorsOwnAccess, From16WithAgreement) {
  constexpr auto sentence = "from `minor_own_access_age` (16), beside the parents, with their agreement";
  const auto minor = [](Agreement agreement) {
    return holder().born(2009, 3, 4).with(&Space::minor_access, agreement);
  };
  permits(sentence, minor(Agreement::one_parent).on(2025, 3, 4, 0, 0), "own_space");
  permits(sentence, minor(Agreement::both_parents), "own_space");
  refuses(sentence, minor(Agreement::both_parents).on(2025, 3, 3, 23, 59), "too_young");
  refuses(sentence, minor(Agreement::nobody), "no_agreement_of_parents");
  refuses("on conflict the space stays as it is", minor(Agreement::in_conflict), "no_agreement_of_parents");
  permits("beside the parents", Ask(Who::parent, Deed::read_item).born(2009, 3, 4), "own_space");
  for (const auto deed : {Deed::close, Deed::erase, Deed::change_delegations})
    refuses("each holder of parental authority may see and act alone",
            holder(deed).born(2009, 3, 4).with(&Space::minor_access, Agreement::both_parents), "for_the_parents");
}

TEST(Majority, OnTheDay) {
  constexpr auto sentence = "representatives' sessions, exports, apps and calendars end";
  const auto at_17 = [](Ask ask) { return std::move(ask).born(2007, 3, 5).on(2025, 3, 4, 23, 59); };
  const auto at_18 = [](Ask ask) { return std::move(ask).born(2007, 3, 5).on(2025, 3, 5, 0, 0); };
  const auto by_parent = [](Ask ask) { return std::move(ask).with(&Actor::given_by, Delegator::representative); };
  permits(sentence, at_17(parent()), "own_space");
  refuses(sentence, at_18(parent()), "majority");
  refuses(sentence, at_18(parent(Deed::export_space).in(State::archived)), "majority");
  permits(sentence, at_17(by_parent(app())), "own_space");
  refuses(sentence, at_18(by_parent(app())), "majority");
  refuses(sentence, at_18(by_parent(carer())), "majority");
  refuses(sentence, at_17(holder()), "no_agreement_of_parents");
  permits(sentence, at_18(holder()), "own_space");
  EXPECT_EQ(Oracle::birthday({2008, 2, 29}, 18), day_of(2026, 3, 1));
  EXPECT_EQ(Oracle::birthday({2008, 2, 29}, 16), day_of(2024, 2, 29));
  EXPECT_EQ(Oracle::birthday({2007, 4, 0}, 18), day_of(2025, 4, 30)) << "day or month may be unknown";
  EXPECT_EQ(Oracle::birthday({2007, 0, 0}, 18), day_of(2025, 12, 31)) << "day or month may be unknown";
}

TEST(TwoParents, EachAlone) {
  constexpr auto alone = "each holder of parental authority may see and act alone";
  constexpr auto told =
      "objecting, closing or erasing is told to the other, who may refuse within 6 weeks; on conflict the space stays "
      "as "
      "it is";
  for (const auto deed : {Deed::read_item, Deed::read_traces, Deed::change_settings, Deed::change_delegations,
                          Deed::close, Deed::erase, Deed::export_space, Deed::contest_item})
    permits(alone, parent(deed), "own_space");
  permits(alone, parent(Deed::add_own).type("DOCPAT01"), "own_space");
  const auto refused_after = [](Day days) {
    return parent(Deed::close)
        .with(&Space::other_parent_told, day_of(2025, 1, 10))
        .with(&Space::other_parent_refused, day_of(2025, 1, 10) + days);
  };
  refuses(told, refused_after(42), "parents_in_conflict");
  permits(told, refused_after(43), "own_space");
  permits(told, parent(Deed::close).with(&Space::other_parent_told, day_of(2025, 1, 10)), "own_space");
  constexpr auto judge = "A judge's decision recorded by an agent ends that parent's access the same hour";
  refuses(judge, parent().with(&Actor::authority_ended_by_judge, at(day_of(2025, 3, 4), 10)), "judge");
  permits(judge, parent().with(&Actor::authority_ended_by_judge, at(day_of(2025, 3, 4), 10, 1)), "own_space");
}

TEST(Discretion, TheOtherParentSeesNoPlace) {
  constexpr auto sentence = "in a child's space the other parent sees no structure, author, place or appointment";
  const auto other = [](Deed deed) {
    return parent(deed).with(&Actor::discretion, Discretion::asked_against_this_side);
  };
  EXPECT_TRUE(permits(sentence, other(Deed::read_item), "own_space").without_the_place);
  EXPECT_TRUE(permits(sentence, other(Deed::list_item), "own_space").without_the_place);
  EXPECT_TRUE(permits(sentence, other(Deed::read_traces), "own_space").without_the_place);
  EXPECT_TRUE(permits(sentence, other(Deed::export_space), "own_space").without_the_place);
  refuses(sentence, other(Deed::read_item).type("56446-8"), "discretion");
  const auto asker = parent().with(&Actor::discretion, Discretion::asked_by_this_side);
  EXPECT_FALSE(permits(sentence, asker, "own_space").without_the_place);
  permits(sentence, parent().type("56446-8"), "own_space");
}

TEST(ProtectedAdult, GuardiansByKind) {
  constexpr auto representation = "a guardian with representation for the person may act";
  constexpr auto assistance = "with mere assistance nothing is done without the person";
  permits("keeps their own sign-in and sees the other's traces", holder(Deed::read_traces), "own_space");
  for (const auto deed : {Deed::read_item, Deed::change_settings, Deed::close, Deed::export_space})
    permits(representation, guardian(deed), "own_space");
  refuses(assistance, guardian().with(&Actor::protection, Protection::assistance), "not_without_the_person");
  permits(assistance, guardian().with(&Actor::protection, Protection::assistance).with(&Actor::with_the_person, true),
          "own_space");
  refuses(representation, guardian().with(&Actor::protection, Protection::property_only),
          "no_protection_of_the_person");
  refuses(representation, guardian().with(&Actor::protection, Protection::none), "no_protection_of_the_person");
  refuses(representation, guardian().with(&Actor::last_day, day_of(2025, 3, 3)), "ended");
}

TEST(Carer, ScopeAndEnd) {
  constexpr auto sentence = "adult the holder has delegated to, with scope and end date";
  permits(sentence, carer(), "own_space");
  refuses(sentence, carer().with(&Actor::scope, Scope{.traces = true}), "scope");
  permits(sentence, carer(Deed::read_traces).with(&Actor::scope, Scope{.traces = true}), "own_space");
  refuses(sentence, carer(Deed::add_own).type("DOCPAT01").with(&Actor::scope, Scope{.read = true}), "scope");
  permits(sentence, carer().with(&Actor::last_day, day_of(2025, 3, 4)).on(2025, 3, 4, 23, 59), "own_space");
  refuses(sentence, carer().with(&Actor::last_day, day_of(2025, 3, 4)).on(2025, 3, 5, 0, 0), "ended");
  refuses(sentence, carer().with(&Actor::is_adult, false), "carer_is_minor");
  refuses(sentence, carer().child(), "minor_delegates_nothing");
  constexpr auto never = "never advance directives, organ wishes, delegation settings";
  for (const auto* type : {"EXPPAT_3", "EXPPAT_1"}) {
    for (const auto deed : {Deed::read_item, Deed::list_item, Deed::export_item, Deed::add_own})
      refuses(never, carer(deed).type(type), "never_for_carers");
    permits(never, holder().type(type), "own_space");
  }
  permits(never, carer().type("EXPPAT_2"), "own_space");
  for (const auto deed : {Deed::change_delegations, Deed::close, Deed::erase})
    refuses(never, carer(deed), "never_for_carers");
}

TEST(App, ConsentScopeAndTerm) {
  constexpr auto consent = "The holder pairs it by an express, prior, revocable consent, from either side";
  permits("scopes by data category", app(), "own_space");
  permits("scopes by data category", app(Deed::add_own).type("DOCPAT01"), "own_space");
  refuses("scopes by data category", app().with(&Actor::category_in_scope, false), "scope");
  refuses("scopes by data category", app(Deed::add_own).type("DOCPAT01").with(&Actor::may_write, false), "scope");
  refuses(consent, app().with(&Actor::paired, false), "not_paired");
  refuses("fail closed: a token with no person bound opens nothing", app().with(&Actor::person_bound, false),
          "not_paired");
  refuses("A listed app has a convention (data categories, term).", app().with(&Actor::last_day, day_of(2025, 3, 3)),
          "ended");
  for (const auto deed : {Deed::read_traces, Deed::export_space, Deed::change_settings})
    refuses("scopes by data category", app(deed), "scope");
}

TEST(OwnDocuments, TypesOfTheHolder) {
  constexpr auto sentence = "A document deposited by the holder (types DOCPAT01-10 and EXPPAT, author the holder";
  for (const auto* type : {"DOCPAT01", "DOCPAT09", "EXPPAT_1", "EXPPAT_3"})
    permits(sentence, holder(Deed::add_own).type(type), "own_space");
  refuses(sentence, holder(Deed::add_own).type("SYNTH"), "not_a_type_of_the_holder");
  refuses(sentence, holder(Deed::add_own).type("74465-6"), "not_a_type_of_the_holder");
  refuses("| suspended (operator) | no | yes | no | no | no | yes |",
          holder(Deed::add_own).type("DOCPAT01").in(State::suspended), "state");
}

TEST(Death, HeirsWithAReason) {
  constexpr auto sentence =
      "heirs for the causes of death, memory, rights, with the reason written; an opposition made in life holds";
  const auto dead = [](Ask ask) { return std::move(ask).in(State::archived).with(&Space::died, day_of(2025, 3, 1)); };
  const auto heir = [&](Deed deed) { return dead(Ask(Who::heir, deed)); };
  permits(sentence, heir(Deed::export_space), "archive");
  permits(sentence, heir(Deed::export_item), "archive");
  refuses(sentence, heir(Deed::read_item), "only_a_copy_of_the_archive");
  refuses(sentence, heir(Deed::export_space).with(&Actor::reason_written, false), "reason_missing");
  refuses(sentence, heir(Deed::export_space).with(&Space::opposed_to_heirs, true), "opposed_in_life");
  refuses(sentence, Ask(Who::heir, Deed::export_space).in(State::archived), "holder_lives");
  permits("heirs, a court expert get a traced copy", Ask(Who::court_expert, Deed::export_space).in(State::archived),
          "archive");
  refuses("heirs, a court expert get a traced copy", Ask(Who::court_expert, Deed::export_space), "state");
  refuses(sentence, dead(holder(Deed::export_space)), "dead");
  refuses("archived 10 years", professional("10").with(&Space::died, day_of(2025, 3, 1)), "state");
  permits("a child's representatives", dead(parent(Deed::export_item)), "own_space");
  refuses("hidden from parents; leaks nowhere", dead(parent(Deed::export_item)).secret(),
          "hidden_from_representatives");
  refuses("hidden from parents; leaks nowhere", heir(Deed::export_item).secret().with(&Actor::is_a_parent, true),
          "hidden_from_representatives");
}

}  // namespace
}  // namespace carnet::proof::access_oracle::examples
