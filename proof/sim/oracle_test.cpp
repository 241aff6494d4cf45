// The oracle against examples worked out by hand: the calendar, the codes, the evidence, the tries.
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "proof/sim/oracle_examples.hpp"

namespace carnet::proof {
namespace {

// Told at `sent`, and if nobody does anything: opened by default at `opens`, and not a millisecond before.
void expect_default_opening(PersonFacts person, std::string_view sent, Channel channel, std::string_view opens) {
  SCOPED_TRACE(std::string(sent) + " in " + person.zone);
  Oracle oracle(person, usual());
  EXPECT_EQ(oracle.observe(utc(sent)).state, State::eligible);
  ASSERT_EQ(oracle.apply(notice(sent, channel)), Outcome::done);
  EXPECT_EQ(oracle.observe(utc(sent)).opens_by_default_at, utc(opens));
  EXPECT_EQ(oracle.observe(just_before(utc(opens))).state, State::notified);
  const Observed after = oracle.observe(utc(opens));
  EXPECT_EQ(after.state, State::opened_by_default);
  EXPECT_EQ(after.opens_by_default_at, std::nullopt);
  EXPECT_TRUE(after.deposit && after.team_reads && after.open && after.close);
  EXPECT_FALSE(after.holder_signs_in || after.object || after.archive_copy);
}

// ---- the calendar ----

TEST(Calendar, SixWeeksToMidnightOfDay42) {
  // Monday 6 January + 42 = Monday 17 February; good to 24:00, opens 18 February 00:00 = 17 February 23:00 UTC.
  expect_default_opening(adult(), "2025-01-06T09:00:00Z", Channel::email, "2025-02-17T23:00:00Z");
  // The first and the last millisecond of 6 January in Paris: the same day 0.
  expect_default_opening(adult(), "2025-01-05T23:00:00Z", Channel::email, "2025-02-17T23:00:00Z");
  expect_default_opening(adult(), "2025-01-06T22:59:59.999Z", Channel::email, "2025-02-17T23:00:00Z");
}

TEST(Calendar, ALetterHasEightDaysMore) {
  // 6 January + 50 = Tuesday 25 February.
  expect_default_opening(adult(), "2025-01-06T09:00:00Z", Channel::letter, "2025-02-25T23:00:00Z");
  // Friday 10 January + 50 = Saturday 1 March: Monday 3 March counts.
  expect_default_opening(adult(), "2025-01-10T09:00:00Z", Channel::letter, "2025-03-03T23:00:00Z");
}

TEST(Calendar, TheNextDayOfThePhoneLineCounts) {
  // Saturday 11 January + 42 = Saturday 22 February: Monday 24.
  expect_default_opening(adult(), "2025-01-11T09:00:00Z", Channel::email, "2025-02-24T23:00:00Z");
  // Sunday 12 January + 42 = Sunday 23 February: Monday 24 too.
  expect_default_opening(adult(), "2025-01-12T09:00:00Z", Channel::email, "2025-02-24T23:00:00Z");
  // Thursday 20 March + 42 = Thursday 1 May, a holiday: Friday 2 May. Summer time has begun.
  expect_default_opening(adult(), "2025-03-20T09:00:00Z", Channel::email, "2025-05-02T22:00:00Z");
  // Saturday 8 March + 42 = Saturday 19 April; Sunday; Easter Monday; Tuesday 22 April.
  expect_default_opening(adult(), "2025-03-08T09:00:00Z", Channel::email, "2025-04-22T22:00:00Z");
}

TEST(Calendar, SummerTimeEnds) {
  // Monday 15 September + 42 = Monday 27 October, the day after the clocks went back.
  expect_default_opening(adult(), "2025-09-15T09:00:00Z", Channel::email, "2025-10-27T23:00:00Z");
}

TEST(Calendar, LeapDay) {
  // Thursday 18 January 2024 + 42 = Thursday 29 February.
  expect_default_opening(adult(), "2024-01-18T09:00:00Z", Channel::email, "2024-02-29T23:00:00Z");
  // Friday 19 January 2024 + 42 = Friday 1 March; a year later, Friday 17 January 2025 + 42 = Friday 28 February.
  expect_default_opening(adult(), "2024-01-19T09:00:00Z", Channel::email, "2024-03-01T23:00:00Z");
  expect_default_opening(adult(), "2025-01-17T09:00:00Z", Channel::email, "2025-02-28T23:00:00Z");
}

TEST(Calendar, OverseasDaysAreLocal) {
  // 6 January 21:00 UTC is 7 January 01:00 in Réunion (+4): Tuesday 18 February, opens on the 19th at 00:00.
  expect_default_opening(adult("Indian/Reunion"), "2025-01-06T21:00:00Z", Channel::email, "2025-02-18T20:00:00Z");
  // It is still 6 January in Guadeloupe (-4) and Tahiti (-10): Monday 17 February.
  expect_default_opening(adult("America/Guadeloupe"), "2025-01-06T21:00:00Z", Channel::email, "2025-02-18T04:00:00Z");
  expect_default_opening(adult("Pacific/Tahiti"), "2025-01-06T21:00:00Z", Channel::email, "2025-02-18T10:00:00Z");
  // 7 January 08:00 in Nouméa (+11).
  expect_default_opening(adult("Pacific/Noumea"), "2025-01-06T21:00:00Z", Channel::email, "2025-02-18T13:00:00Z");
}

TEST(Calendar, TheCodeIsGoodToTheLastMillisecond) {
  for (const bool in_time : {true, false}) {
    Oracle oracle(adult(), usual());
    oracle.apply(notice("2025-01-06T09:00:00Z"));
    const std::string_view at = in_time ? "2025-02-17T22:59:59.999Z" : "2025-02-17T23:00:00Z";
    EXPECT_EQ(oracle.apply(shown(Act::object, at, evidence("CN"))), in_time ? Outcome::done : Outcome::nothing);
    EXPECT_EQ(state_at(oracle, at), in_time ? State::objected : State::opened_by_default);
  }
}

// ---- codes asked for ----

TEST(AskedCode, DefaultOpeningWaitsForTheObjectionCode) {
  // By e-mail, asked Monday 10 February: + 42 = Monday 24 March.
  Oracle oracle(adult_with_email(), usual());
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  ASSERT_EQ(oracle.apply(ask(Command::Asked::object, "2025-02-10T09:00:00Z")), Outcome::done);
  EXPECT_EQ(oracle.observe(utc("2025-02-20T09:00:00Z")).opens_by_default_at, utc("2025-03-24T23:00:00Z"));
  EXPECT_EQ(state_at(oracle, "2025-03-24T22:59:59.999Z"), State::notified);
  EXPECT_EQ(state_at(oracle, "2025-03-24T23:00:00Z"), State::opened_by_default);
  // Entered in the last minute: objected. The announced code has long been past.
  EXPECT_EQ(oracle.apply(shown(Act::object, "2025-03-24T22:59:00Z", evidence("CN"))), Outcome::nothing);
  EXPECT_EQ(oracle.apply(shown(Act::object, "2025-03-24T22:59:00Z", with_code(TypedCode::asked_to_object, "N"))),
            Outcome::done);
  EXPECT_EQ(state_at(oracle, "2026-03-24T23:00:00Z"), State::objected);
}

TEST(AskedCode, AnObjectionCodeByPostWaitsFiftyDays) {
  // Asked Monday 10 February, nothing on file: + 50 = Tuesday 1 April.
  Oracle oracle(adult(), usual());
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  ASSERT_EQ(oracle.apply(ask(Command::Asked::object, "2025-02-10T09:00:00Z")), Outcome::done);
  EXPECT_EQ(oracle.observe(utc("2025-02-10T09:00:00Z")).opens_by_default_at, utc("2025-04-01T22:00:00Z"));
}

TEST(AskedCode, AskedBeforeTheNoticeItDelaysNothingThatEndsLater) {
  Oracle oracle(adult_with_email(), usual());
  ASSERT_EQ(oracle.apply(ask(Command::Asked::object, "2025-01-03T09:00:00Z")), Outcome::done);
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  EXPECT_EQ(oracle.observe(utc("2025-01-06T09:00:00Z")).opens_by_default_at, utc("2025-02-17T23:00:00Z"));
}

TEST(AskedCode, OtherCodesDelayNothing) {
  Oracle oracle(adult_with_email(), usual());
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  oracle.apply(ask(Command::Asked::open, "2025-02-10T09:00:00Z"));
  oracle.apply(ask(Command::Asked::close, "2025-02-10T09:00:00Z"));
  EXPECT_EQ(oracle.observe(utc("2025-02-10T09:00:00Z")).opens_by_default_at, utc("2025-02-17T23:00:00Z"));
}

TEST(AskedCode, ToOpenLives24HoursByEmailTenMinutesBySms) {
  struct Case {
    PersonFacts person;
    std::string_view at;
    Outcome outcome;
  };
  const Case cases[] = {{adult_with_email(), "2025-01-07T08:59:59.999Z", Outcome::done},
                        {adult_with_email(), "2025-01-07T09:00:00Z", Outcome::nothing},
                        {adult_with_phone(), "2025-01-06T09:09:59.999Z", Outcome::done},
                        {adult_with_phone(), "2025-01-06T09:10:00Z", Outcome::nothing}};
  for (const auto& each : cases) {
    SCOPED_TRACE(each.at);
    Oracle oracle(each.person, usual());
    ASSERT_EQ(oracle.apply(ask(Command::Asked::open, "2025-01-06T09:00:00Z")), Outcome::done);
    // The code went to the contact on file: it is C and F at once.
    EXPECT_EQ(oracle.apply(shown(Act::open, each.at, with_code(TypedCode::asked_to_open))), each.outcome);
  }
}

TEST(AskedCode, ByPostItProvesNoContactAndLeavesEveryTenDays) {
  Oracle oracle(adult(), usual());
  EXPECT_EQ(oracle.apply(ask(Command::Asked::open, "2025-01-06T09:00:00Z")), Outcome::done);
  EXPECT_EQ(oracle.apply(ask(Command::Asked::object, "2025-01-16T08:59:59.999Z")), Outcome::nothing);
  EXPECT_EQ(oracle.apply(ask(Command::Asked::object, "2025-01-16T09:00:00Z")), Outcome::done);
  const auto alone = with_code(TypedCode::asked_to_open);
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-01-17T09:00:00Z", alone)), Outcome::nothing);
  // Good to the end of 6 January + 50 = 25 February.
  const auto and_contact = with_code(TypedCode::asked_to_open, "NST");
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-02-25T22:59:59.999Z", and_contact)), Outcome::done);
}

TEST(AskedCode, ANewOneOfItsKindVoidsTheLastAndASpentOneIsWrong) {
  Oracle oracle(adult_with_email(), usual());
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  oracle.apply(plain(Act::returned, "2025-01-07T09:00:00Z"));
  EXPECT_EQ(state_at(oracle, "2025-06-07T09:00:00Z"), State::eligible);
  EXPECT_EQ(oracle.apply(shown(Act::object, "2025-01-07T10:00:00Z", evidence("CN"))), Outcome::nothing);  // void
  oracle.apply(notice("2025-01-08T09:00:00Z"));
  EXPECT_EQ(oracle.apply(shown(Act::object, "2025-01-08T10:00:00Z", evidence("CN"))), Outcome::done);
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-01-08T11:00:00Z", evidence("CNSF"))), Outcome::done);  // by N+S+F
  EXPECT_EQ(oracle.apply(shown(Act::close_unopened, "2025-01-08T12:00:00Z", evidence("CN"))),
            Outcome::nothing);  // spent
}

// ---- evidence ----

constexpr std::string_view all_subsets[] = {
    "",  "C",  "N",  "CN",  "S",  "CS",  "NS",  "CNS",  "F",  "CF",  "NF",  "CNF",  "SF",  "CSF",  "NSF",  "CNSF",
    "P", "CP", "NP", "CNP", "SP", "CSP", "NSP", "CNSP", "FP", "CFP", "NFP", "CNFP", "SFP", "CSFP", "NSFP", "CNSFP"};

using Subsets = std::initializer_list<std::string_view>;

// Each subset in a space of its own. `sufficient` lists those without P; with P added all suffice, or no others.
void expect_sufficient(PersonFacts person, Act act, Subsets sufficient, bool in_person, bool by_phone = false,
                       std::string_view more = "") {
  for (const auto subset : all_subsets) {
    SCOPED_TRACE("\"" + std::string(subset) + "\"");
    Oracle oracle(person, usual());
    ASSERT_EQ(oracle.apply(notice("2025-01-06T09:00:00Z")), Outcome::done);
    std::string_view at = "2025-01-07T09:00:00Z";
    Evidence evidence_shown = evidence(std::string(subset) + std::string(more));
    if (act == Act::close_unopened) {  // opened by default; C is then a code asked for
      at = "2025-02-19T09:00:00Z";
      ASSERT_EQ(oracle.apply(ask(Command::Asked::close, "2025-02-18T09:00:00Z")), Outcome::done);
      if (evidence_shown.code != TypedCode::none) evidence_shown.code = TypedCode::asked_to_close;
    }
    bool enough = in_person && evidence_shown.in_person;
    std::string_view without_p = subset;
    if (evidence_shown.in_person) without_p.remove_suffix(1);
    for (const auto listed : sufficient) enough = enough || listed == without_p;
    const State before = state_at(oracle, at);
    EXPECT_EQ(oracle.apply(shown(act, at, evidence_shown, by_phone)), enough ? Outcome::done : Outcome::nothing);
    EXPECT_EQ(state_at(oracle, at) != before, enough);
  }
}

TEST(EvidenceTable, ToOpen) {
  expect_sufficient(adult_with_email(), Act::open, {"NSF", "CNSF"}, true);
  expect_sufficient(adult_with_phone(), Act::open, {"NSF", "CNSF"}, true);
  expect_sufficient(adult_with_email(), Act::open, {"NSF", "CNSF"}, true, false, "T");  // a contact typed adds nothing
  expect_sufficient(adult(), Act::open, {}, true);                                      // nothing on file: F is ignored
  expect_sufficient(adult(), Act::open, {"CNS", "CNSF"}, true, false, "T");
}

TEST(EvidenceTable, ToObjectOrCloseUnopened) {
  for (const Act act : {Act::object, Act::close_unopened}) {
    expect_sufficient(adult_with_email(), act, {"CN", "CNS", "CNF", "NSF", "CNSF"}, true);
    expect_sufficient(adult(), act, {"CN", "CNS", "CNF", "CNSF"}, true);
    expect_sufficient(adult_with_email(), act, {"CNS", "CNSF"}, false, true);  // by phone
    expect_sufficient(adult(), act, {"CNS", "CNSF"}, false, true);
  }
}

TEST(EvidenceTable, ForAMinor) {
  expect_sufficient(child(), Act::open, {"CNS", "CNSF"}, true);
  expect_sufficient(child(), Act::open, {"C", "CN", "CS", "CNS", "CF", "CNF", "CSF", "CNSF"}, true, false, "R");
  expect_sufficient(child(), Act::object, {"CN", "CNS", "CNF", "CNSF"}, true);
  expect_sufficient(child(), Act::object, {"C", "CN", "CS", "CNS", "CF", "CNF", "CSF", "CNSF"}, true, false, "R");
  expect_sufficient(child(), Act::object, {"CNS", "CNSF"}, false, true, "R");  // by phone the session says nothing
  expect_sufficient(adult(), Act::object, {"CN", "CNS", "CNF", "CNSF"}, true, false, "R");  // an adult has none
}

TEST(EvidenceTable, EvidenceIsJudgedBeforeTheState) {
  Oracle oracle(adult(), usual());
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  EXPECT_EQ(oracle.apply(shown(Act::close_unopened, "2025-01-06T10:00:00Z", evidence("NS"))), Outcome::nothing);
  EXPECT_EQ(oracle.apply(shown(Act::close_unopened, "2025-01-06T10:00:00Z", evidence("CN"))), Outcome::refused);
  EXPECT_EQ(oracle.apply(shown(Act::object, "2025-01-06T11:00:00Z", evidence("CN"))), Outcome::done);  // not spent
}

// ---- tries ----

Command wrong_open(Instant at) {
  return {.act = Act::open, .at = at, .evidence = with_code(TypedCode::wrong)};
}

TEST(Tries, ThreeMissesThirtySecondsFiveFifteenMinutesTenADay) {
  Oracle oracle(adult(), usual());
  Instant now = utc("2025-01-06T09:00:00Z");
  const std::int64_t waits[] = {0, 0, 30, 30, 900, 900, 900, 900, 900, 86400, 86400};
  for (const auto seconds : waits) {
    ASSERT_EQ(oracle.apply(wrong_open(now)), Outcome::nothing);
    const Instant next = now.plus(std::chrono::seconds(seconds));
    if (seconds > 0) {
      ASSERT_EQ(oracle.apply(wrong_open(now)), Outcome::wait);
      ASSERT_EQ(oracle.apply(wrong_open(just_before(next))), Outcome::wait);
    }
    now = next;
  }
}

TEST(Tries, AGoodCodeEndsTheRowAndTheOtherCounterIsApart) {
  Oracle oracle(adult(), usual());
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  for (int i = 0; i < 3; ++i) oracle.apply(wrong_open(utc("2025-01-06T09:00:00Z")));
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-01-06T09:00:29Z", evidence("CNST"))), Outcome::wait);
  EXPECT_EQ(oracle.apply(shown(Act::close_unopened, "2025-01-06T09:00:29Z", evidence("CNS"))), Outcome::refused);
  EXPECT_EQ(oracle.apply(shown(Act::open, "2025-01-06T09:00:30Z", evidence("CNS"))), Outcome::nothing);  // good, no T
  EXPECT_EQ(oracle.apply(wrong_open(utc("2025-01-06T09:00:31Z"))), Outcome::nothing);
  EXPECT_EQ(oracle.apply(wrong_open(utc("2025-01-06T09:00:31Z"))), Outcome::nothing);
  EXPECT_EQ(oracle.apply(wrong_open(utc("2025-01-06T09:00:31Z"))), Outcome::nothing);
  EXPECT_EQ(oracle.apply(wrong_open(utc("2025-01-06T09:00:31Z"))), Outcome::wait);
}

TEST(Tries, WithoutTheSerialItIsNobodysTry) {
  Oracle oracle(adult(), usual());
  const Evidence stranger = with_code(TypedCode::wrong, "N");
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(oracle.apply(shown(Act::object, "2025-01-06T09:00:00Z", stranger)), Outcome::nothing);
  }
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  EXPECT_TRUE(oracle.observe(utc("2025-01-06T09:00:00Z")).opens_by_default_at.has_value());
  EXPECT_EQ(oracle.apply(shown(Act::object, "2025-01-06T09:00:00Z", evidence("CNS"))), Outcome::done);
}

// Told by e-mail on 6 January in campaign 1; `tries` good codes typed to close what cannot be closed.
Oracle after_tries(PersonFacts person, int tries) {
  Oracle oracle(person, usual());
  oracle.apply(notice("2025-01-06T09:00:00Z"));
  for (int i = 0; i < tries; ++i) {
    EXPECT_EQ(oracle.apply(shown(Act::close_unopened, "2025-01-06T10:00:00Z", evidence("CNS"))), Outcome::refused);
  }
  return oracle;
}

TEST(Tries, TheTwentyFirstIsNotLookedAt) {
  Oracle nineteen = after_tries(adult(), 19);
  EXPECT_EQ(nineteen.apply(shown(Act::object, "2025-01-06T11:00:00Z", evidence("CNS"))), Outcome::done);
  Oracle twenty = after_tries(adult_with_email(), 20);
  EXPECT_EQ(twenty.apply(shown(Act::object, "2025-01-06T11:00:00Z", evidence("CNS"))), Outcome::nothing);
  EXPECT_EQ(twenty.apply(shown(Act::object, "2025-01-06T11:00:00Z", evidence("CN"))), Outcome::nothing);
  twenty.apply(ask(Command::Asked::object, "2025-01-06T11:30:00Z"));  // re-issuing refills nothing
  const auto asked = with_code(TypedCode::asked_to_object);
  EXPECT_EQ(twenty.apply(shown(Act::object, "2025-01-06T12:00:00Z", asked)), Outcome::nothing);
  EXPECT_EQ(twenty.apply(shown(Act::object, "2025-01-06T12:00:00Z", evidence("CNSF"))), Outcome::done);  // by N+S+F
}

TEST(Tries, NothingOpensByDefaultAtTheLimitAndAnotherCampaignMayTell) {
  Oracle oracle = after_tries(adult(), 20);
  EXPECT_EQ(oracle.observe(utc("2025-01-06T11:00:00Z")).opens_by_default_at, std::nullopt);
  EXPECT_EQ(state_at(oracle, "2026-01-06T11:00:00Z"), State::notified);
  EXPECT_EQ(oracle.apply(notice("2025-02-17T22:59:59.999Z", Channel::email, 2)), Outcome::refused);  // code still good
  EXPECT_EQ(oracle.apply(notice("2025-02-17T23:00:00Z", Channel::email, 1)), Outcome::refused);
  EXPECT_EQ(oracle.apply(notice("2025-02-17T23:00:00Z", Channel::email, 2)), Outcome::done);
  // 18 February in Paris + 42 = Tuesday 1 April.
  EXPECT_EQ(oracle.observe(utc("2025-02-17T23:00:00Z")).opens_by_default_at, utc("2025-04-01T22:00:00Z"));
  EXPECT_EQ(oracle.apply(shown(Act::object, "2025-02-18T09:00:00Z", evidence("CNS"))), Outcome::done);
}

}  // namespace
}  // namespace carnet::proof
