// Invariants ENR-1 ... ENR-9 at the level of the pure rules.
#include "enrollment/rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace carnet::enrollment {
namespace {

using kernel::parse_date;
using kernel::Zone;
using notices::Channel;
using namespace std::chrono_literals;

Date day(std::string_view text) { return parse_date(text).value(); }
Instant at(std::string_view text) { return kernel::parse_rfc3339(text).value(); }

Terms terms_2025() {
  Terms terms;
  terms.public_holidays = {day("2025-04-21"), day("2025-05-01"), day("2025-05-08"), day("2025-05-29")};
  return terms;
}

// One person of the tests: keeps facts, folds, decides.
class Someone {
 public:
  explicit Someone(std::string_view zone = "Europe/Paris") : zone_(Zone::named(zone).value()) {}
  World world(Instant now) {
    World world = about;
    world.now = now;
    world.zone = zone_;
    return world;
  }
  Life life(Instant now) const { return fold(facts, now); }
  State state(Instant now) const { return life(now).state(); }
  // Writes what time did, then the decision's facts; checks that sequence numbers have no gap.
  Decision keep(Instant now, const Decision& decision) {
    if (!decision.done()) return decision;
    sweep(now);
    for (const auto& fact : decision.facts) {
      EXPECT_EQ(fact.seq, static_cast<std::int64_t>(facts.size()) + 1);
      facts.push_back(fact);
    }
    return decision;
  }
  void sweep(Instant now) {
    for (auto fact : life(now).unrecorded) {
      fact.seq = static_cast<std::int64_t>(facts.size()) + 1;
      facts.push_back(fact);
    }
  }
  Decision notify(Instant now, Channel channel = Channel::email, std::string_view campaign = "2025") {
    return keep(now, decide_notify(life(now), world(now), terms, channel, campaign));
  }
  Decision open(Instant now, const Presented& presented) {
    return keep(now, decide_open(life(now), world(now), terms, presented));
  }
  Decision object(Instant now, const Presented& presented) {
    return keep(now, decide_object(life(now), world(now), presented));
  }
  Decision ask(Instant now, CodeKind purpose) { return keep(now, decide_ask_code(life(now), world(now), terms, purpose)); }
  Decision close(Instant now) { return keep(now, decide_close(life(now), world(now), terms, {.signed_in = true})); }
  Decision reopen(Instant now) { return keep(now, decide_reopen(life(now), world(now), {.signed_in = true})); }

  std::vector<Fact> facts;
  World about;
  Terms terms = terms_2025();

 private:
  Zone zone_;
};

constexpr Presented in_person{.in_person = true};

// ---- ENR-1: the evidence table ---------------------------------------------------------------------------------------

Evidence subset(unsigned bits) {
  return Evidence{.code = (bits & 1) != 0, .number = (bits & 2) != 0, .serial = (bits & 4) != 0,
                  .contact = (bits & 8) != 0, .in_person = (bits & 16) != 0};
}

// Does the subset hold all the letters of one of the lines?
bool holds_one_of(unsigned bits, std::initializer_list<std::string_view> lines) {
  constexpr std::string_view letters = "CNSFP";
  return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
    return std::all_of(line.begin(), line.end(), [&](char c) { return (bits >> letters.find(c) & 1) != 0; });
  });
}

TEST(EvidenceTable, EverySubsetForAdults) {
  for (unsigned bits = 0; bits < 32; ++bits) {
    const auto evidence = subset(bits);
    for (const bool typed : {false, true}) {
      const auto on_file = suffices(Act::open, evidence, typed, false, false, true);
      EXPECT_EQ(on_file == Sufficiency::yes, holds_one_of(bits, {"CNSF", "NSF", "P"})) << bits;
      EXPECT_NE(on_file, Sufficiency::with_second_letter) << bits;
      const auto none_on_file = suffices(Act::open, evidence, typed, false, false, false);
      EXPECT_EQ(none_on_file == Sufficiency::yes, holds_one_of(bits, {"P"})) << bits;
      EXPECT_EQ(none_on_file == Sufficiency::with_second_letter,
                typed && holds_one_of(bits, {"CNS"}) && !holds_one_of(bits, {"P"})) << bits;
      for (const auto act : {Act::object, Act::close_unopened}) {
        EXPECT_EQ(suffices(act, evidence, typed, false, false, true) == Sufficiency::yes,
                  holds_one_of(bits, {"CN", "NSF", "P"})) << bits;
        EXPECT_EQ(suffices(act, evidence, typed, false, false, false) == Sufficiency::yes,
                  holds_one_of(bits, {"CN", "P"})) << bits;
        EXPECT_EQ(suffices(act, evidence, typed, true, false, true) == Sufficiency::yes, holds_one_of(bits, {"CNS"}))
            << bits;
      }
    }
  }
}

TEST(EvidenceTable, EverySubsetForMinors) {
  for (unsigned bits = 0; bits < 32; ++bits) {
    for (const bool session : {false, true}) {
      for (const bool on_file : {false, true}) {
        auto evidence = subset(bits);
        evidence.representative_session = session;
        const bool with_code = session && holds_one_of(bits, {"C"});
        EXPECT_EQ(suffices(Act::open, evidence, true, false, true, on_file) == Sufficiency::yes,
                  with_code || holds_one_of(bits, {"CNS", "P"})) << bits;
        EXPECT_NE(suffices(Act::open, evidence, true, false, true, on_file), Sufficiency::with_second_letter);
        EXPECT_EQ(suffices(Act::object, evidence, false, false, true, on_file) == Sufficiency::yes,
                  with_code || holds_one_of(bits, {"CN", "P"})) << bits;
        EXPECT_EQ(suffices(Act::close_unopened, evidence, false, true, true, on_file) == Sufficiency::yes,
                  holds_one_of(bits, {"CNS"})) << bits;
      }
    }
  }
}

// ---- ENR-2: the state table, written out ------------------------------------------------------------------------------

TEST(StateTable, RowByRow) {
  const auto row = [](State state) {
    const auto a = allowed_in(state);
    std::string out;
    for (const bool cell : {a.deposit, a.team_reads, a.holder_signs_in, a.archive_copy, a.open, a.object, a.close})
      out += cell ? 'y' : '.';
    return out;
  };
  //                                                 dep team sign copy open object close
  EXPECT_EQ(row(State::eligible), "....yy.");
  EXPECT_EQ(row(State::notified), "....yy.");
  EXPECT_EQ(row(State::objected), "....y..");
  EXPECT_EQ(row(State::opened_by_default), "yy..y.y");
  EXPECT_EQ(row(State::opened_by_holder), "yyy...y");
  EXPECT_EQ(row(State::suspended), ".y....y");
  EXPECT_EQ(row(State::closed), "...yy..");
  EXPECT_EQ(row(State::archived), "...yy..");
  EXPECT_EQ(row(State::erased), "....yy.");
}

// ---- ENR-3: six weeks ------------------------------------------------------------------------------------------------

TEST(SixWeeks, TheLastDayAndTheMorningAfter) {
  Someone person;
  ASSERT_TRUE(person.notify(at("2025-03-04T09:00:00Z")).done());  // a Tuesday
  const auto life = person.life(at("2025-03-04T09:00:00Z"));
  EXPECT_EQ(life.notice_last_day, day("2025-04-15"));
  EXPECT_EQ(life.opens_by_default_at(), at("2025-04-15T22:00:00Z"));  // 00:00 in Paris, summer time
  EXPECT_EQ(person.state(at("2025-04-15T21:59:59.999Z")), State::notified);
  EXPECT_EQ(person.state(at("2025-04-15T22:00:00Z")), State::opened_by_default);
  const auto* code = life.live_code(CodeKind::campaign);
  ASSERT_NE(code, nullptr);
  EXPECT_TRUE(code->good_at(at("2025-04-15T21:59:59.999Z")));
  EXPECT_FALSE(code->good_at(at("2025-04-15T22:00:00Z")));
}

TEST(SixWeeks, ALetterHasItsGrace) {
  Someone person;
  ASSERT_TRUE(person.notify(at("2025-03-04T09:00:00Z"), Channel::letter).done());
  EXPECT_EQ(person.life(at("2025-03-04T09:00:00Z")).notice_last_day, day("2025-04-23"));
}

TEST(SixWeeks, TheLineIsOpenOnTheLastDay) {
  const Terms terms = terms_2025();
  EXPECT_EQ(last_day_of(day("2025-03-01"), 42, false, terms), day("2025-04-14"));  // Saturday -> Monday
  EXPECT_EQ(last_day_of(day("2025-03-10"), 42, false, terms), day("2025-04-22"));  // Easter Monday -> Tuesday
  EXPECT_EQ(last_day_of(day("2025-03-08"), 42, false, terms), day("2025-04-22"));  // Saturday, then Easter Monday
  EXPECT_EQ(last_day_of(day("2024-02-29"), 42, false, terms), day("2024-04-11"));
}

TEST(SixWeeks, CountInTheHoldersTerritory) {
  Someone noumea("Pacific/Noumea"), martinique("America/Martinique");
  const auto sent = at("2025-03-03T14:30:00Z");  // Tuesday 01:30 in Noumea, Monday 10:30 in Martinique
  noumea.notify(sent);
  martinique.notify(sent);
  EXPECT_EQ(noumea.life(sent).opens_by_default_at(), at("2025-04-15T13:00:00Z"));
  EXPECT_EQ(martinique.life(sent).opens_by_default_at(), at("2025-04-15T04:00:00Z"));
}

// ---- ENR-4: a late sweeper changes nothing ---------------------------------------------------------------------------

TEST(LateSweeper, TheTransitionDatesFromWhenItWasDue) {
  Someone person;
  person.notify(at("2025-03-04T09:00:00Z"));
  const auto late = at("2025-06-01T10:00:00Z");
  const auto before = person.life(late);
  ASSERT_EQ(before.unrecorded.size(), 1u);
  EXPECT_EQ(before.since, at("2025-04-15T22:00:00Z"));
  person.sweep(late);
  const auto after = person.life(late);
  EXPECT_TRUE(after.unrecorded.empty());
  EXPECT_EQ(after.state(), before.state());
  EXPECT_EQ(after.since, before.since);
  person.sweep(late);
  EXPECT_EQ(person.facts.size(), 2u);
}

TEST(LateSweeper, ACommandMakesDurableWhatWasDueFirst) {
  Someone person;
  person.notify(at("2025-03-04T09:00:00Z"));
  EXPECT_TRUE(person.open(at("2025-06-01T10:00:00Z"), in_person).done());
  ASSERT_EQ(person.facts.size(), 3u);
  EXPECT_EQ(person.facts[1].kind, FactKind::opened_by_default);
  EXPECT_EQ(person.facts[1].at, at("2025-04-15T22:00:00Z"));
  EXPECT_EQ(person.facts[2].kind, FactKind::opened);
}

TEST(LateSweeper, ManyTransitionsAtOnce) {
  Someone person;
  const auto now = at("2025-03-04T09:00:00Z");
  person.notify(now);
  person.open(now, in_person);
  person.keep(now, decide_suspend(person.life(now), person.world(now), person.terms));
  const auto much_later = at("2040-01-01T00:00:00Z");
  const auto life = person.life(much_later);
  EXPECT_EQ(life.state(), State::erased);
  ASSERT_EQ(life.unrecorded.size(), 3u);
  EXPECT_EQ(life.unrecorded[0].kind, FactKind::closed_by_time);
  EXPECT_EQ(life.unrecorded[0].at, at("2025-04-15T22:00:00Z"));
  EXPECT_EQ(life.unrecorded[1].kind, FactKind::archived);
  EXPECT_EQ(life.unrecorded[2].kind, FactKind::erased);
  person.sweep(much_later);
  EXPECT_EQ(person.life(much_later).state(), State::erased);
}

// ---- ENR-5: whoever was not informed is told anew, and does not open by default ---------------------------------------

TEST(NotInformed, AReturnedNoticeVoidsClockAndCode) {
  Someone person;
  person.notify(at("2025-03-04T09:00:00Z"));
  const auto back = at("2025-03-10T09:00:00Z");
  EXPECT_TRUE(person.keep(back, decide_returned(person.life(back), person.world(back))).done());
  EXPECT_EQ(person.state(at("2025-12-01T00:00:00Z")), State::eligible);
  EXPECT_EQ(person.life(back).live_code(CodeKind::campaign), nullptr);
  EXPECT_TRUE(person.notify(back, Channel::letter).done());
  EXPECT_EQ(person.life(back).notice_last_day, day("2025-04-29"));  // day 50
  EXPECT_FALSE(person.keep(at("2026-01-01T09:00:00Z"), decide_returned(person.life(at("2026-01-01T09:00:00Z")),
                                                                       person.world(at("2026-01-01T09:00:00Z")))).done());
}

TEST(NotInformed, OncePerCampaignAndNeverTheDead) {
  Someone person;
  const auto now = at("2025-03-04T09:00:00Z");
  EXPECT_TRUE(person.notify(now).done());
  EXPECT_FALSE(person.notify(now).done());
  EXPECT_FALSE(person.notify(now, Channel::letter, "another").done());
  Someone dead;
  dead.about.dead_in_register = true;
  EXPECT_FALSE(dead.notify(now).done());
  Someone died;
  died.keep(now, decide_die(died.life(now), died.world(now), died.terms, day("2025-03-01")));
  EXPECT_FALSE(died.notify(now).done());
}

TEST(NotInformed, AnExhaustedRoadStopsTheDefaultOpening) {
  for (const auto counter : {CounterKind::opening, CounterKind::objecting}) {
    Someone person;
    person.notify(at("2025-03-04T09:00:00Z"));
    const auto now = at("2025-03-20T09:00:00Z");
    person.keep(now, decide_road_closed(person.life(now), person.world(now), counter));
    EXPECT_FALSE(person.life(now).opens_by_default_at());
    const auto later = at("2025-06-02T09:00:00Z");
    EXPECT_EQ(person.state(later), State::notified);
    EXPECT_FALSE(person.notify(later).done());
    EXPECT_TRUE(person.notify(later, Channel::letter, "next").done());
    EXPECT_TRUE(person.life(later).opens_by_default_at());
  }
}

// ---- ENR-6: objecting -------------------------------------------------------------------------------------------------

TEST(Objecting, TheDefaultOpeningWaitsForAnAskedCode) {
  Someone person;
  person.about.email_on_file = true;
  person.notify(at("2025-03-04T09:00:00Z"));
  const auto asked = at("2025-04-15T08:00:00Z");
  ASSERT_TRUE(person.ask(asked, CodeKind::objecting_on_request).done());
  EXPECT_EQ(person.life(asked).opens_by_default_at(), at("2025-05-27T22:00:00Z"));  // Tuesday 27 May, day 42
  EXPECT_EQ(person.state(at("2025-05-27T21:59:00Z")), State::notified);
  EXPECT_EQ(person.state(at("2025-05-27T22:00:00Z")), State::opened_by_default);
  // entered in time, it objects; the code is spent
  const auto* code = person.life(asked).live_code(CodeKind::objecting_on_request);
  const Presented typed{.code = code->fact, .number = true};
  EXPECT_TRUE(person.object(at("2025-05-27T21:00:00Z"), typed).done());
  EXPECT_EQ(person.state(at("2025-12-01T00:00:00Z")), State::objected);
  EXPECT_EQ(person.object(at("2025-05-27T21:30:00Z"), typed).refusal, Refusal::evidence);
}

TEST(Objecting, HoldsAndMayBeReversedAtAnyTime) {
  Someone person;
  const auto now = at("2025-03-04T09:00:00Z");
  person.notify(now);
  const auto code = person.life(now).live_code(CodeKind::campaign)->fact;
  EXPECT_TRUE(person.object(now, {.code = code, .number = true}).done());
  EXPECT_EQ(person.state(at("2044-01-01T00:00:00Z")), State::objected);
  EXPECT_FALSE(person.notify(at("2025-09-01T09:00:00Z"), Channel::email, "next").done());
  EXPECT_TRUE(person.object(now, in_person).done());  // said twice
  EXPECT_TRUE(person.open(at("2030-01-01T09:00:00Z"), in_person).done());
  EXPECT_EQ(person.object(at("2030-01-02T09:00:00Z"), in_person).refusal, Refusal::already_open);
}

// ---- ENR-7: opening ---------------------------------------------------------------------------------------------------

TEST(Opening, ATypedContactWaitsForTheSecondLetter) {
  Someone person;
  const auto now = at("2025-03-04T09:00:00Z");
  person.notify(now, Channel::letter);
  const auto code = person.life(now).live_code(CodeKind::campaign)->fact;
  Presented typed{.code = code, .number = true, .serial = true, .typed_contact = true};
  ASSERT_TRUE(person.open(now, typed).done());
  const auto standing = standing_of(person.life(now), PersonId(7));
  EXPECT_TRUE(standing.second_letter_awaited);
  EXPECT_EQ(standing.shown_from, now);
  const auto* letter = person.life(now).live_code(CodeKind::second_letter);
  ASSERT_NE(letter, nullptr);
  EXPECT_EQ(letter->last_day, day("2025-04-23"));
  // A second letter's code is for nothing else.
  const auto closing = decide_close_unopened(person.life(now), person.world(now), person.terms,
                                             {.code = letter->fact, .number = true});
  EXPECT_EQ(closing.refusal, Refusal::evidence);
  const Presented entered{.code = letter->fact, .signed_in = true};
  EXPECT_TRUE(person.keep(now, decide_second_letter(person.life(now), person.world(now), entered)).done());
  EXPECT_FALSE(standing_of(person.life(now), PersonId(7)).second_letter_awaited);
  EXPECT_EQ(person.open(now, typed).refusal, Refusal::evidence);  // the code is spent
}

TEST(Opening, AnAskedCodeThatWentToTheContactOnFileProvesIt) {
  Someone person;
  person.about.phone_on_file = true;
  const auto now = at("2025-03-04T09:00:00Z");
  ASSERT_TRUE(person.ask(now, CodeKind::opening_on_request).done());
  const auto code = person.life(now).live_code(CodeKind::opening_on_request)->fact;
  const Presented presented{.code = code, .number = true, .serial = true};
  EXPECT_EQ(person.open(at("2025-03-04T09:10:00Z"), presented).refusal, Refusal::evidence);  // ten minutes by SMS
  EXPECT_TRUE(person.open(at("2025-03-04T09:09:59.999Z"), presented).done());
}

TEST(Opening, ErasedThenOpenedIsANewSpace) {
  Someone person;
  const auto now = at("2025-03-04T09:00:00Z");
  person.open(now, in_person);
  const auto first = standing_of(person.life(now), PersonId(7)).space;
  person.keep(now, decide_ask_erasure(person.life(now), person.world(now), person.terms, {.signed_in = true}));
  EXPECT_EQ(person.state(now), State::closed);
  EXPECT_EQ(person.life(now).kept_until(), day("2025-04-02"));
  EXPECT_EQ(person.state(at("2025-04-02T21:59:59Z")), State::closed);
  const auto gone = at("2025-04-02T22:00:00Z");
  EXPECT_EQ(person.state(gone), State::erased);
  EXPECT_EQ(standing_of(person.life(gone), PersonId(7)).space, first);
  person.open(gone, in_person);
  const auto second = standing_of(person.life(gone), PersonId(7)).space;
  EXPECT_NE(second, first);
  EXPECT_EQ(person_of(second), PersonId(7));
}

TEST(Opening, ANewAdultTakesOverWhatTheirParentsOpened) {
  Someone child;
  child.about.minor = true;
  const auto then = at("2025-03-04T09:00:00Z"), now = at("2026-03-04T09:00:00Z");
  child.notify(then);
  const auto code = child.life(then).live_code(CodeKind::campaign)->fact;
  EXPECT_EQ(child.open(then, {.code = code, .number = true}).refusal, Refusal::evidence);
  ASSERT_TRUE(child.open(then, {.code = code, .representative_session = true}).done());
  child.about.minor = false;
  EXPECT_EQ(child.close(now).refusal, Refusal::not_signed_in);
  ASSERT_TRUE(child.keep(now, decide_majority_notice(child.life(now), child.world(now), child.terms, Channel::letter)).done());
  EXPECT_FALSE(decide_majority_notice(child.life(now), child.world(now), child.terms, Channel::letter).done());
  EXPECT_EQ(child.state(now), State::opened_by_holder);
  const auto theirs = child.life(now).live_code(CodeKind::campaign)->fact;
  EXPECT_TRUE(child.open(now, {.code = theirs, .number = true, .serial = true, .typed_contact = true}).done());
  EXPECT_TRUE(child.close(now).done());
}

// ---- ENR-8: closing, archive, erasure, suspension, death ---------------------------------------------------------------

TEST(Closing, KeptTenYearsToTheDay) {
  Someone person;
  const auto now = at("2024-02-29T09:00:00Z");
  person.open(now, in_person);
  ASSERT_TRUE(person.close(now).done());
  EXPECT_EQ(person.life(now).kept_until(), day("2034-02-28"));
  EXPECT_EQ(person.state(at("2024-03-29T22:59:59Z")), State::closed);
  EXPECT_EQ(person.state(at("2024-03-29T23:00:00Z")), State::archived);  // 00:00 of 30 March in Paris
  EXPECT_EQ(person.state(at("2034-02-28T22:59:59Z")), State::archived);
  EXPECT_EQ(person.state(at("2034-02-28T23:00:00Z")), State::erased);
  EXPECT_TRUE(person.close(now).done());
  EXPECT_EQ(person.facts.size(), 2u);
  EXPECT_TRUE(person.reopen(at("2033-01-01T09:00:00Z")).done());
  EXPECT_EQ(person.state(at("2050-01-01T09:00:00Z")), State::opened_by_holder);
}

TEST(Closing, WithoutHavingOpened) {
  Someone person;
  person.notify(at("2025-03-04T09:00:00Z"));
  const auto now = at("2025-05-02T09:00:00Z");
  const Presented by_table{.number = true, .serial = true, .contact = true};
  person.about.email_on_file = true;
  ASSERT_TRUE(person.keep(now, decide_close_unopened(person.life(now), person.world(now), person.terms, by_table)).done());
  EXPECT_EQ(person.state(now), State::closed);
  EXPECT_EQ(person.reopen(now).refusal, Refusal::not_signed_in);
  EXPECT_TRUE(person.open(now, by_table).done());
}

TEST(Suspension, SixWeeksWithoutObjectionClose) {
  Someone person;
  const auto now = at("2025-03-04T09:00:00Z");
  person.open(now, in_person);
  person.keep(now, decide_suspend(person.life(now), person.world(now), person.terms));
  EXPECT_EQ(person.open(now, in_person).refusal, Refusal::suspended);
  EXPECT_EQ(person.state(at("2025-04-15T21:59:59Z")), State::suspended);
  EXPECT_EQ(person.state(at("2025-04-15T22:00:00Z")), State::closed);
  EXPECT_EQ(person.life(at("2025-04-16T00:00:00Z")).kept_until(), day("2035-04-16"));
  const auto later = at("2025-04-01T09:00:00Z");
  Someone other = person;
  other.keep(later, decide_object_to_suspension(other.life(later), other.world(later)));
  EXPECT_EQ(other.state(at("2026-01-01T00:00:00Z")), State::suspended);
  Someone lifted = person;
  lifted.keep(later, decide_lift(lifted.life(later), lifted.world(later)));
  EXPECT_EQ(lifted.state(at("2026-01-01T00:00:00Z")), State::opened_by_holder);
}

TEST(Death, ArchivesAndIsReversible) {
  Someone person;
  const auto now = at("2025-03-04T09:00:00Z"), error = at("2025-03-20T09:00:00Z");
  person.open(now, in_person);
  person.keep(now, decide_die(person.life(now), person.world(now), person.terms, day("2025-03-01")));
  EXPECT_EQ(person.state(now), State::archived);
  EXPECT_EQ(person.life(now).kept_until(), day("2035-03-01"));
  EXPECT_EQ(person.state(at("2035-03-01T23:00:00Z")), State::erased);
  EXPECT_EQ(person.open(now, in_person).refusal, Refusal::not_now);
  person.keep(error, decide_revert_death(person.life(error), person.world(error)));
  EXPECT_EQ(person.state(error), State::opened_by_holder);
  EXPECT_EQ(person.state(at("2040-01-01T00:00:00Z")), State::opened_by_holder);
}

TEST(Death, AnObjectionMadeInLifeHoldsAndACodeDoesNot) {
  const auto now = at("2025-03-04T09:00:00Z");
  Someone objector;
  objector.object(now, in_person);
  objector.keep(now, decide_die(objector.life(now), objector.world(now), objector.terms, day("2025-03-04")));
  EXPECT_EQ(objector.state(now), State::objected);
  Someone told;
  told.notify(now);
  told.keep(now, decide_die(told.life(now), told.world(now), told.terms, day("2025-03-04")));
  EXPECT_EQ(told.state(at("2025-12-01T00:00:00Z")), State::eligible);
  EXPECT_EQ(told.life(now).live_code(CodeKind::campaign), nullptr);
}

// ---- ENR-9: the ladder of tries ----------------------------------------------------------------------------------------

TEST(Ladder, WaitsGrowAndTheRoadClosesAtTwenty) {
  const Terms terms;
  Counter counter;
  Instant now = at("2025-03-04T09:00:00Z");
  const auto wait_after = [&](int misses) -> std::int64_t {
    return misses >= 10 ? 86'400'000 : misses >= 5 ? 900'000 : misses >= 3 ? 30'000 : 0;
  };
  for (int miss = 1; miss <= 19; ++miss) {
    ASSERT_EQ(gate_of(counter, now, terms), Gate::judge);
    counter = recorded(counter, now);
    if (const auto wait = wait_after(miss); wait > 0) {
      EXPECT_EQ(gate_of(counter, now.plus(std::chrono::milliseconds(wait - 1)), terms), Gate::wait) << miss;
      now = now.plus(std::chrono::milliseconds(wait));
    }
  }
  counter = judged_right(recorded(counter, now));
  EXPECT_EQ(gate_of(counter, now, terms), Gate::closed);
  EXPECT_EQ(gate_of(counter, now, terms, false), Gate::judge);
}

TEST(Codes, OneByPostInTenDaysAndTheNewOneVoidsTheOld) {
  Someone person;
  const auto now = at("2025-03-04T09:00:00Z");
  ASSERT_TRUE(person.ask(now, CodeKind::opening_on_request).done());
  const auto first = person.life(now).live_code(CodeKind::opening_on_request)->fact;
  EXPECT_EQ(person.ask(now.plus(240h - 1ms), CodeKind::closing_on_request).refusal, Refusal::nothing_leaves);
  ASSERT_TRUE(person.ask(now.plus(240h), CodeKind::opening_on_request).done());
  EXPECT_EQ(person.life(now.plus(240h)).code_of_fact(first, now.plus(240h)), nullptr);
}

TEST(Facts, TextReadsBackTheSame) {
  Someone person;
  person.about.email_on_file = true;
  const auto now = at("2025-03-04T09:00:00Z");
  person.notify(now);
  person.facts.back().reference = "C7QM-2W9F";
  person.ask(now, CodeKind::objecting_on_request);
  person.open(now, in_person);
  person.keep(now, decide_suspend(person.life(now), person.world(now), person.terms));
  person.keep(now, decide_die(person.life(now), person.world(now), person.terms, day("2025-03-01")));
  person.keep(now, decide_road_closed(person.life(now), person.world(now), CounterKind::objecting));
  for (const auto& fact : person.facts) {
    const auto back = fact_of(fact.seq, static_cast<std::int64_t>(fact.kind), fact.at, data_of(fact));
    ASSERT_TRUE(back.has_value());
    EXPECT_TRUE(*back == fact) << data_of(fact);
  }
  EXPECT_FALSE(fact_of(1, 99, now, ""));
  EXPECT_FALSE(fact_of(1, 1, now, "news=1"));
  EXPECT_FALSE(fact_of(1, 1, now, "until="));
  EXPECT_FALSE(fact_of(1, 1, now, "code=6"));
}

}  // namespace
}  // namespace carnet::enrollment
