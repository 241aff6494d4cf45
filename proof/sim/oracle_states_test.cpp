// The oracle against examples worked out by hand: every act in every state, the archive, suspension, death, majority.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "proof/sim/oracle_examples.hpp"

namespace carnet::proof {
namespace {

// ---- every act in every state ----

// An adult brought to a state before 2 June 2025. "suspended" is told apart by what it was.
Oracle brought_to(std::string_view state) {
  Oracle oracle(adult_with_email(), usual());
  const auto by_holder = shown(Act::open, "2025-01-06T09:00:00Z", evidence("P"));
  const auto by_default = notice("2025-01-06T09:00:00Z");
  if (state == "notified") oracle.apply(notice("2025-05-30T09:00:00Z"));
  if (state == "objected") oracle.apply(shown(Act::object, "2025-01-06T09:00:00Z", evidence("P")));
  if (state == "opened_by_default" || state == "suspended, default") oracle.apply(by_default);
  if (state == "opened_by_holder" || state == "suspended, holder") oracle.apply(by_holder);
  if (state.starts_with("suspended")) oracle.apply(plain(Act::suspend, "2025-05-30T09:00:00Z"));
  if (state == "closed" || state == "archived" || state == "erased") oracle.apply(by_holder);
  if (state == "closed") oracle.apply(plain(Act::close, "2025-05-30T09:00:00Z"));
  if (state == "archived") oracle.apply(plain(Act::close, "2025-01-06T09:00:00Z"));
  if (state == "erased") oracle.apply(plain(Act::ask_erasure, "2025-01-06T09:00:00Z"));
  return oracle;
}

std::vector<Command> acts_on(std::string_view at) {
  return {shown(Act::open, at, evidence("P")),
          shown(Act::object, at, evidence("P")),
          shown(Act::close_unopened, at, evidence("P")),
          shown(Act::close_unopened, at, evidence("NSF")),
          notice(at, Channel::letter, 2),
          plain(Act::returned, at),
          plain(Act::close, at),
          plain(Act::reopen, at),
          plain(Act::ask_erasure, at),
          plain(Act::suspend, at),
          plain(Act::lift, at),
          plain(Act::object_to_suspension, at),
          second_letter(at, true),
          ask(Command::Asked::object, at),
          plain(Act::majority_notice, at),
          plain(Act::revert_death, at),
          death(at, 5),
          plain(Act::sweep, at),
          plain(Act::restart, at)};
}

struct StateAndAnswers {
  std::string_view brought_to;
  State state;
  std::string_view answers;  // to acts_on, in order: d done, r refused, n nothing
};
// open, object, close unopened with P, with N+S+F; notice, returned; close, reopen, erase; suspend, lift, object to it;
// second letter, ask; majority, revert; die, sweep, restart
constexpr StateAndAnswers answers_of_the_living[] = {
    {"eligible", State::eligible, "ddrr dr rrr rrr rd rr ddd"},
    {"notified", State::notified, "ddrr rd rrr rrr rd rr ddd"},
    {"objected", State::objected, "ddrr rr rrr rrr rd rr ddd"},
    {"opened_by_default", State::opened_by_default, "drdd rr rrr drr rd rr ddd"},
    {"opened_by_holder", State::opened_by_holder, "rrdr rr ddd drr rn rr ddd"},
    {"suspended, default", State::suspended, "rrdd rr rrr ddd rd rr ddd"},
    {"suspended, holder", State::suspended, "rrdr rr rrr ddd rn rr ddd"},
    {"closed", State::closed, "drrr rr ddd rrr rd rr ddd"},
    {"archived", State::archived, "drrr rr ddd rrr rd rr ddd"},
    {"erased", State::erased, "ddrr rr rrr rrr rd rr ddd"},
};
constexpr std::string_view answers_of_the_dead = "rrrr rr rrr rrr rn rd rdd";

std::string answers(const Oracle& oracle, std::string_view at, std::string_view like) {
  std::string found;
  for (const Command& command : acts_on(at)) {
    while (found.size() < like.size() && like[found.size()] == ' ') found += ' ';
    Oracle asked = oracle;
    const Outcome outcome = asked.apply(command);
    found += outcome == Outcome::done      ? 'd'
             : outcome == Outcome::refused ? 'r'
             : outcome == Outcome::nothing ? 'n'
                                           : 'w';
  }
  return found;
}

TEST(EveryAct, InEveryStateOfTheLiving) {
  for (const auto& row : answers_of_the_living) {
    SCOPED_TRACE(row.brought_to);
    const Oracle oracle = brought_to(row.brought_to);
    EXPECT_EQ(state_at(oracle, "2025-06-02T09:00:00Z"), row.state);
    EXPECT_EQ(answers(oracle, "2025-06-02T09:00:00Z", row.answers), row.answers);
  }
}

TEST(EveryAct, InEveryStateOfTheDead) {
  for (const auto& row : answers_of_the_living) {
    SCOPED_TRACE(row.brought_to);
    Oracle oracle = brought_to(row.brought_to);
    ASSERT_EQ(oracle.apply(death("2025-06-02T09:00:00Z", 0)), Outcome::done);
    EXPECT_EQ(answers(oracle, "2025-06-02T09:00:00Z", answers_of_the_dead), answers_of_the_dead);
    State expected = row.state;
    if (row.state == State::notified) expected = State::eligible;
    const bool archived_by_death =
        row.state == State::opened_by_default || row.state == State::opened_by_holder || row.state == State::suspended;
    if (archived_by_death) expected = State::archived;
    EXPECT_EQ(state_at(oracle, "2025-06-02T09:00:00Z"), expected);
    ASSERT_EQ(oracle.apply(plain(Act::revert_death, "2025-06-02T09:00:00Z")), Outcome::done);
    EXPECT_EQ(state_at(oracle, "2025-06-02T09:00:00Z"), row.state == State::notified ? State::eligible : row.state);
  }
}

// ---- opening, closing, the archive ----

TEST(Opening, NothingOnFileASecondLetterIsAwaited) {
  Oracle oracle(adult(), usual());
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  EXPECT_EQ(oracle.apply(second_letter("2025-01-06T10:00:00Z", true)), Outcome::refused);
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-01-06T11:00:00Z", evidence("CNST"))), Outcome::done);
  const Observed seen = oracle.observe(utc("2025-01-06T11:00:00Z"));
  EXPECT_EQ(seen.state, State::opened_by_holder);
  EXPECT_TRUE(seen.second_letter_awaited && seen.holder_signs_in && seen.deposit && seen.team_reads && seen.close);
  EXPECT_FALSE(seen.open || seen.object || seen.archive_copy);
  EXPECT_EQ(oracle.apply(second_letter("2025-01-07T10:00:00Z", false)), Outcome::nothing);
  // Good to the end of 25 February; then a new one is asked for, whatever the purpose said.
  EXPECT_EQ(oracle.apply(second_letter("2025-02-25T23:00:00Z", true)), Outcome::nothing);
  EXPECT_EQ(oracle.apply(ask(Command::Asked::close, "2025-02-26T09:00:00Z")), Outcome::done);
  oracle.apply(plain(Act::close, "2025-02-26T10:00:00Z"));
  EXPECT_FALSE(oracle.observe(utc("2025-02-26T10:00:00Z")).second_letter_awaited);
  oracle.apply(plain(Act::reopen, "2025-02-26T11:00:00Z"));
  EXPECT_TRUE(oracle.observe(utc("2025-02-26T11:00:00Z")).second_letter_awaited);
  EXPECT_EQ(oracle.apply(second_letter("2025-02-27T09:00:00Z", true)), Outcome::done);
  EXPECT_FALSE(oracle.observe(utc("2025-02-27T09:00:00Z")).second_letter_awaited);
  EXPECT_EQ(oracle.apply(second_letter("2025-02-27T09:00:00Z", true)), Outcome::refused);
}

TEST(Opening, InPersonEndsTheWaitForTheLetter) {
  Oracle oracle(adult(), usual());
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  oracle.apply(shown(Act::open, "2025-01-06T11:00:00Z", evidence("CNST")));
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-01-06T12:00:00Z", evidence("P"))), Outcome::done);
  EXPECT_FALSE(oracle.observe(utc("2025-01-06T12:00:00Z")).second_letter_awaited);
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-01-06T13:00:00Z", evidence("P"))), Outcome::refused);
}

// Opened in person at 09:00 on the day, closed the same day.
Oracle closed_on(std::string_view day, PersonFacts person = adult()) {
  Oracle oracle(person, usual());
  const std::string at = std::string(day) + "T09:00:00Z";
  EXPECT_EQ(oracle.apply(shown(Act::open, at, evidence("P"))), Outcome::done);
  EXPECT_EQ(oracle.apply(plain(Act::close, at)), Outcome::done);
  return oracle;
}

TEST(Archive, TenYearsThenErased) {
  Oracle oracle = closed_on("2025-03-10");
  EXPECT_EQ(oracle.observe(utc("2025-03-10T09:00:00Z")).kept_until, (Date{2035, 3, 10}));
  EXPECT_EQ(state_at(oracle, "2025-04-08T21:59:59.999Z"), State::closed);  // 10 March + 30 = 9 April, summer time
  const Observed archived = oracle.observe(utc("2025-04-08T22:00:00Z"));
  EXPECT_EQ(archived.state, State::archived);
  EXPECT_TRUE(archived.archive_copy && archived.open);
  EXPECT_FALSE(archived.deposit || archived.team_reads || archived.holder_signs_in || archived.object ||
               archived.close);
  EXPECT_EQ(state_at(oracle, "2035-03-10T22:59:59.999Z"), State::archived);
  const Observed erased = oracle.observe(utc("2035-03-10T23:00:00Z"));
  EXPECT_EQ(erased.state, State::erased);
  EXPECT_EQ(erased.kept_until, std::nullopt);
  EXPECT_TRUE(erased.open && erased.object);
  // A new, empty space.
  EXPECT_EQ(oracle.apply(plain(Act::reopen, "2035-03-10T23:00:00Z")), Outcome::refused);
  EXPECT_EQ(oracle.apply(notice("2035-03-10T23:00:00Z")), Outcome::refused);
  EXPECT_EQ(oracle.apply(shown(Act::open, "2035-03-10T23:00:00Z", evidence("P"))), Outcome::done);
}

TEST(Archive, ClosedOnALeapDay) {
  Oracle oracle = closed_on("2024-02-29");
  EXPECT_EQ(oracle.observe(utc("2024-02-29T09:00:00Z")).kept_until, (Date{2034, 2, 28}));
  EXPECT_EQ(state_at(oracle, "2034-02-28T22:59:59.999Z"), State::archived);
  EXPECT_EQ(state_at(oracle, "2034-02-28T23:00:00Z"), State::erased);
}

TEST(Archive, ErasureAskedForAndRegretted) {
  Oracle oracle = closed_on("2025-01-06");
  EXPECT_EQ(oracle.apply(plain(Act::ask_erasure, "2025-01-10T09:00:00Z")), Outcome::done);
  EXPECT_EQ(oracle.apply(plain(Act::ask_erasure, "2025-01-20T09:00:00Z")), Outcome::done);  // changes nothing
  EXPECT_EQ(oracle.observe(utc("2025-01-20T09:00:00Z")).kept_until, (Date{2025, 2, 8}));
  EXPECT_EQ(state_at(oracle, "2025-02-08T22:59:59.999Z"), State::archived);
  EXPECT_EQ(state_at(oracle, "2025-02-08T23:00:00Z"), State::erased);  // 10 January + 30 = 9 February 00:00
  EXPECT_EQ(oracle.apply(plain(Act::reopen, "2025-02-08T22:00:00Z")), Outcome::done);
  EXPECT_EQ(state_at(oracle, "2030-02-08T23:00:00Z"), State::opened_by_holder);
  // Asked in the archive's last days: the archive's end is sooner.
  Oracle late = closed_on("2025-01-06");
  late.apply(plain(Act::ask_erasure, "2035-01-05T09:00:00Z"));
  EXPECT_EQ(late.observe(utc("2035-01-05T09:00:00Z")).kept_until, (Date{2035, 1, 6}));
}

TEST(Archive, OnlyWhoHasEnteredClosesSignedIn) {
  Oracle oracle(adult(), usual());
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  for (const Act act : {Act::close, Act::reopen, Act::ask_erasure, Act::enter_second_letter}) {
    EXPECT_EQ(oracle.apply(plain(act, "2025-02-18T09:00:00Z")), Outcome::refused);
  }
  EXPECT_EQ(oracle.apply(shown(Act::close_unopened, "2025-02-18T09:00:00Z", evidence("P"))), Outcome::done);
  EXPECT_EQ(oracle.apply(plain(Act::reopen, "2025-02-18T09:00:00Z")), Outcome::refused);
}

TEST(Archive, AnErasureAskedForIsForgottenByReopening) {
  for (const bool by_opening : {false, true}) {
    Oracle oracle = closed_on("2025-01-06");
    oracle.apply(plain(Act::ask_erasure, "2025-01-06T09:00:00Z"));
    const Command back = by_opening ? shown(Act::open, "2025-01-07T09:00:00Z", evidence("P"))
                                    : plain(Act::reopen, "2025-01-07T09:00:00Z");
    EXPECT_EQ(oracle.apply(back), Outcome::done);
    EXPECT_EQ(oracle.apply(plain(Act::close, "2025-01-08T09:00:00Z")), Outcome::done);
    EXPECT_EQ(oracle.observe(utc("2025-01-08T09:00:00Z")).kept_until, (Date{2035, 1, 8}));
  }
}

TEST(Archive, TheNewSpaceAfterErasureKnowsNothingOfTheFormer) {
  Oracle oracle(adult(), usual());
  oracle.apply(notice("2025-01-06T09:00:00Z", Channel::letter));
  oracle.apply(shown(Act::open, "2025-01-06T09:00:00Z", evidence("CNST")));
  oracle.apply(plain(Act::ask_erasure, "2025-01-06T09:00:00Z"));
  // 6 January + 30 = 5 February. In person: no letter of the former space is awaited.
  EXPECT_EQ(oracle.apply(plain(Act::reopen, "2025-02-04T23:00:00Z")), Outcome::refused);
  EXPECT_EQ(oracle.apply(shown(Act::object, "2025-02-05T09:00:00Z", evidence("P"))), Outcome::done);
  EXPECT_EQ(state_at(oracle, "2045-02-05T09:00:00Z"), State::objected);
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-02-05T10:00:00Z", evidence("P"))), Outcome::done);
  EXPECT_FALSE(oracle.observe(utc("2025-02-05T10:00:00Z")).second_letter_awaited);
  EXPECT_EQ(oracle.observe(utc("2045-02-05T10:00:00Z")).state, State::opened_by_holder);
}

// ---- suspension ----

TEST(Suspension, SixWeeksThenClosedUnlessObjectedTo) {
  Oracle oracle(adult(), usual());
  EXPECT_EQ(oracle.apply(plain(Act::suspend, "2025-01-11T08:00:00Z")), Outcome::refused);
  oracle.apply(shown(Act::open, "2025-01-11T08:00:00Z", evidence("P")));
  EXPECT_EQ(oracle.apply(plain(Act::suspend, "2025-01-11T09:00:00Z")), Outcome::done);
  const Observed seen = oracle.observe(utc("2025-01-11T09:00:00Z"));
  EXPECT_TRUE(seen.team_reads && seen.close);
  EXPECT_FALSE(seen.deposit || seen.holder_signs_in || seen.open || seen.object || seen.archive_copy);
  Oracle objected = oracle;
  // + 42 = Saturday 22 February: no phone-line rule. Closed on 23 February.
  EXPECT_EQ(state_at(oracle, "2025-02-22T22:59:59.999Z"), State::suspended);
  EXPECT_EQ(oracle.observe(utc("2025-02-22T23:00:00Z")).kept_until, (Date{2035, 2, 23}));
  EXPECT_EQ(state_at(oracle, "2025-02-22T23:00:00Z"), State::closed);
  EXPECT_EQ(objected.apply(plain(Act::object_to_suspension, "2025-02-22T22:59:59.999Z")), Outcome::done);
  EXPECT_EQ(state_at(objected, "2026-02-22T23:00:00Z"), State::suspended);
  EXPECT_EQ(objected.apply(plain(Act::lift, "2026-02-22T23:00:00Z")), Outcome::done);
  EXPECT_EQ(state_at(objected, "2026-02-22T23:00:00Z"), State::opened_by_holder);
  EXPECT_EQ(objected.apply(plain(Act::lift, "2026-02-22T23:00:00Z")), Outcome::refused);
}

TEST(Suspension, SuspendedAgainTheSixWeeksRunOnAndLiftedTheyAreOver) {
  Oracle oracle(adult(), usual());
  oracle.apply(shown(Act::open, "2025-01-06T09:00:00Z", evidence("P")));
  oracle.apply(plain(Act::suspend, "2025-01-06T09:00:00Z"));
  EXPECT_EQ(oracle.apply(plain(Act::suspend, "2025-01-20T09:00:00Z")), Outcome::done);
  EXPECT_EQ(state_at(oracle, "2025-02-17T23:00:00Z"), State::closed);
  oracle.apply(plain(Act::lift, "2025-01-20T10:00:00Z"));
  EXPECT_EQ(state_at(oracle, "2025-02-17T23:00:00Z"), State::opened_by_holder);
  oracle.apply(plain(Act::suspend, "2025-01-21T09:00:00Z"));
  EXPECT_EQ(state_at(oracle, "2025-03-04T22:59:59.999Z"), State::suspended);  // 21 January + 42 = 4 March
  EXPECT_EQ(state_at(oracle, "2025-03-04T23:00:00Z"), State::closed);
}

// ---- death ----

TEST(Death, TenYearsFromTheDayOfDeath) {
  Oracle oracle(adult(), usual());
  oracle.apply(shown(Act::open, "2025-01-06T09:00:00Z", evidence("P")));
  EXPECT_EQ(oracle.apply(death("2025-03-03T09:00:00Z", 3)), Outcome::done);  // died 28 February
  const Observed seen = oracle.observe(utc("2025-03-03T09:00:00Z"));
  EXPECT_EQ(seen.state, State::archived);
  EXPECT_EQ(seen.kept_until, (Date{2035, 2, 28}));
  EXPECT_EQ(oracle.apply(plain(Act::close, "2025-03-04T09:00:00Z")), Outcome::refused);
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-03-04T09:00:00Z", evidence("NS"))), Outcome::nothing);
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-03-04T09:00:00Z", evidence("P"))), Outcome::refused);
  EXPECT_EQ(oracle.apply(ask(Command::Asked::open, "2025-03-04T09:00:00Z")), Outcome::nothing);
  EXPECT_EQ(oracle.apply(death("2025-03-04T09:00:00Z", 0)), Outcome::refused);
  Oracle reverted = oracle;
  EXPECT_EQ(reverted.apply(plain(Act::revert_death, "2035-02-28T22:59:59.999Z")), Outcome::done);
  EXPECT_EQ(state_at(reverted, "2035-02-28T23:00:00Z"), State::opened_by_holder);
  EXPECT_EQ(oracle.apply(plain(Act::revert_death, "2035-02-28T23:00:00Z")), Outcome::done);
  EXPECT_EQ(state_at(oracle, "2035-02-28T23:00:00Z"), State::erased);
  EXPECT_EQ(oracle.apply(plain(Act::revert_death, "2035-02-28T23:00:00Z")), Outcome::refused);
}

TEST(Death, StopsTheNoticeAndHoldsAnObjection) {
  Oracle told(adult(), usual());
  told.apply(notice("2025-01-06T09:00:00Z"));
  told.apply(death("2025-01-07T09:00:00Z", 0));
  EXPECT_EQ(state_at(told, "2025-06-07T09:00:00Z"), State::eligible);
  EXPECT_EQ(told.apply(notice("2025-06-07T09:00:00Z")), Outcome::refused);
  told.apply(plain(Act::revert_death, "2025-06-07T10:00:00Z"));
  EXPECT_EQ(state_at(told, "2026-06-07T09:00:00Z"), State::eligible);
  EXPECT_EQ(told.apply(notice("2026-06-08T09:00:00Z")), Outcome::done);
  told.apply(shown(Act::object, "2026-06-08T09:00:00Z", evidence("CN")));
  told.apply(death("2026-06-09T09:00:00Z", 0));
  EXPECT_EQ(state_at(told, "2046-06-07T09:00:00Z"), State::objected);
}

TEST(Death, TheSuspensionRunsOnBelow) {
  Oracle oracle(adult(), usual());
  oracle.apply(shown(Act::open, "2025-01-06T09:00:00Z", evidence("P")));
  oracle.apply(plain(Act::suspend, "2025-01-06T09:00:00Z"));
  oracle.apply(death("2025-01-08T09:00:00Z", 1));
  EXPECT_EQ(oracle.observe(utc("2025-03-01T09:00:00Z")).kept_until, (Date{2035, 1, 7}));
  EXPECT_EQ(oracle.apply(plain(Act::revert_death, "2025-03-01T09:00:00Z")), Outcome::done);
  EXPECT_EQ(state_at(oracle, "2025-03-01T09:00:00Z"), State::closed);  // since 18 February
  EXPECT_EQ(oracle.observe(utc("2025-03-01T09:00:00Z")).kept_until, (Date{2035, 2, 18}));
}

TEST(Death, VoidsEveryCodeAndTriesStillCount) {
  Oracle oracle(adult_with_email(), usual());
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  oracle.apply(ask(Command::Asked::object, "2025-01-06T09:00:00Z"));
  oracle.apply(death("2025-01-07T09:00:00Z", 0));
  for (const auto code : {TypedCode::announced, TypedCode::asked_to_object, TypedCode::wrong}) {
    EXPECT_EQ(oracle.apply(shown(Act::object, "2025-01-08T09:00:00Z", with_code(code))), Outcome::nothing);
  }
  EXPECT_EQ(oracle.apply(shown(Act::object, "2025-01-08T09:00:29Z", evidence("CNSF"))), Outcome::wait);
  EXPECT_EQ(oracle.apply(shown(Act::object, "2025-01-08T09:00:30Z", evidence("CNSF"))), Outcome::refused);
  EXPECT_EQ(oracle.apply(plain(Act::revert_death, "2025-01-09T09:00:00Z")), Outcome::done);
  EXPECT_EQ(oracle.apply(shown(Act::object, "2025-01-09T09:00:00Z", evidence("CN"))), Outcome::nothing);
  // Told again: the void objection code delays nothing. 9 January + 42 = Thursday 20 February.
  oracle.apply(notice("2025-01-09T10:00:00Z"));
  EXPECT_EQ(oracle.observe(utc("2025-01-09T10:00:00Z")).opens_by_default_at, utc("2025-02-20T23:00:00Z"));
}

// ---- majority ----

Command majority(std::string_view at) {
  return {.act = Act::majority_notice, .at = utc(at), .channel = Channel::letter};
}

TEST(Majority, BornOnALeapDayOfAgeOnTheFirstOfMarch) {
  Oracle oracle({.birth = {2008, 2, 29}}, usual());
  Command by_parent = shown(Act::open, "2025-01-06T10:00:00Z", evidence("CR"));
  oracle.apply(notice("2025-01-06T09:00:00Z", Channel::letter));
  EXPECT_EQ(oracle.apply(by_parent), Outcome::done);
  EXPECT_FALSE(oracle.observe(utc("2025-01-06T10:00:00Z")).second_letter_awaited);
  EXPECT_EQ(oracle.apply(majority("2026-02-28T22:59:59.999Z")), Outcome::refused);  // 28 February, 23:59:59.999
  EXPECT_EQ(oracle.apply(majority("2026-02-28T23:00:00Z")), Outcome::done);
  EXPECT_EQ(oracle.apply(majority("2026-02-28T23:00:00Z")), Outcome::refused);           // once per life
  EXPECT_EQ(oracle.apply(plain(Act::close, "2026-03-02T09:00:00Z")), Outcome::refused);  // has not entered
  EXPECT_EQ(oracle.apply(shown(Act::open, "2026-03-02T09:00:00Z", evidence("CNST"))), Outcome::done);
  EXPECT_TRUE(oracle.observe(utc("2026-03-02T09:00:00Z")).second_letter_awaited);
  EXPECT_EQ(oracle.apply(plain(Act::close, "2026-03-02T09:00:00Z")), Outcome::done);
}

TEST(Majority, WhoWasToldGetsANewClockWhoObjectedKeepsTheirState) {
  for (const bool objected : {false, true}) {
    Oracle oracle({.birth = {2007, 1, 20}}, usual());
    oracle.apply(notice("2025-01-06T09:00:00Z"));
    if (objected) oracle.apply(shown(Act::object, "2025-01-06T10:00:00Z", evidence("CR")));
    ASSERT_EQ(oracle.apply(majority("2025-01-20T09:00:00Z")), Outcome::done);
    const Observed seen = oracle.observe(utc("2025-01-20T09:00:00Z"));
    EXPECT_EQ(seen.state, objected ? State::objected : State::notified);
    // 20 January + 50 = Tuesday 11 March.
    if (!objected) EXPECT_EQ(seen.opens_by_default_at, utc("2025-03-11T23:00:00Z"));
    EXPECT_EQ(oracle.apply(shown(Act::open, "2025-03-11T22:59:59.999Z", evidence("CNST"))), Outcome::done);
  }
}

TEST(Majority, ItsCampaignIsOfItsOwn) {
  // Nothing on file, of age before the notice; the tries of campaign 1 are all spent on opening.
  Oracle oracle({.birth = {2007, 1, 20}}, usual());
  oracle.apply(notice("2025-01-19T09:00:00Z"));
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(oracle.apply(shown(Act::open, "2025-01-20T09:00:00Z", evidence("CNS"))), Outcome::nothing);
  }
  EXPECT_EQ(oracle.observe(utc("2025-01-20T09:00:00Z")).opens_by_default_at, std::nullopt);
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-01-20T09:00:00Z", evidence("CNST"))), Outcome::nothing);
  ASSERT_EQ(oracle.apply(majority("2025-01-20T10:00:00Z")), Outcome::done);
  EXPECT_TRUE(oracle.observe(utc("2025-01-20T10:00:00Z")).opens_by_default_at.has_value());
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-01-20T11:00:00Z", evidence("CNST"))), Outcome::done);
}

TEST(Majority, ANewAdultWhoHasNotEnteredMayAskForACode) {
  Oracle oracle({.birth = {2007, 1, 20}, .email_on_file = true}, usual());
  oracle.apply(shown(Act::open, "2025-01-06T09:00:00Z", evidence("P")));
  EXPECT_EQ(oracle.apply(ask(Command::Asked::open, "2025-01-19T22:59:59.999Z")), Outcome::nothing);
  EXPECT_EQ(oracle.apply(ask(Command::Asked::open, "2025-01-19T23:00:00Z")), Outcome::done);
  const auto asked = shown(Act::open, "2025-01-20T09:00:00Z", with_code(TypedCode::asked_to_open));
  EXPECT_EQ(oracle.apply(asked), Outcome::done);
  EXPECT_EQ(oracle.apply(ask(Command::Asked::open, "2025-01-20T10:00:00Z")), Outcome::nothing);
}

TEST(Majority, NobodyDidAnythingForThem) {
  Oracle oracle({.birth = {2007, 1, 20}}, usual());
  EXPECT_EQ(oracle.apply(shown(Act::object, "2025-01-06T10:00:00Z", evidence("NS"))), Outcome::nothing);
  EXPECT_EQ(oracle.apply(plain(Act::sweep, "2025-01-06T10:00:00Z")), Outcome::done);
  EXPECT_EQ(oracle.apply(plain(Act::restart, "2025-01-06T10:00:00Z")), Outcome::done);
  EXPECT_EQ(oracle.apply(majority("2025-01-20T09:00:00Z")), Outcome::refused);
}

}  // namespace
}  // namespace carnet::proof
