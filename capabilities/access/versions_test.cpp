// What versions say at an instant, of what was known at another; and the watch over readers.
#include <gtest/gtest.h>

#include "access/state.hpp"

namespace carnet::access {
namespace {

Version version(Kind kind, std::string subject, std::int64_t at, bool on = true, std::string place = {}) {
  Version made;
  made.kind = kind;
  made.subject = std::move(subject);
  made.place = std::move(place);
  made.valid_from = made.recorded_at = Instant{at};
  made.on = on;
  return made;
}
Held held(const std::vector<Version>& versions, std::string_view subject, std::int64_t at, std::int64_t known) {
  return hold(versions, subject, "hospital", Instant{at}, Instant{known});
}

TEST(Versions, ACC_17_TheLastKnownHoldsAndThePastIsJudgedAsItWas) {
  const std::vector<Version> versions{version(Kind::blocked, "1", 100), version(Kind::blocked, "1", 200, false),
                                      version(Kind::blocked, "1", 300)};
  EXPECT_FALSE(held(versions, "1", 50, 50).blocked);
  EXPECT_TRUE(held(versions, "1", 150, 150).blocked);
  EXPECT_FALSE(held(versions, "1", 250, 250).blocked);
  EXPECT_TRUE(held(versions, "1", 350, 350).blocked);
  EXPECT_FALSE(held(versions, "2", 350, 350).blocked) << "of somebody else";
}

TEST(Versions, WhatWasRecordedLaterIsNotKnownBefore) {
  auto backdated = version(Kind::care_team, "1", 500, true, "hospital");
  backdated.valid_from = Instant{100};
  EXPECT_FALSE(held({backdated}, "1", 200, 200).care_team);
  EXPECT_TRUE(held({backdated}, "1", 200, 600).care_team);
}

TEST(Versions, EndsActOnTheInstantAndAStructureIsItsOwn) {
  auto team = version(Kind::care_team, "1", 100, true, "hospital");
  team.valid_to = Instant{200};
  EXPECT_TRUE(held({team}, "1", 199, 1000).care_team);
  EXPECT_FALSE(held({team}, "1", 200, 1000).care_team);
  EXPECT_FALSE(hold(std::vector{team}, "1", "clinic", Instant{150}, all_known).care_team);
  auto carer = version(Kind::carer, "p7", 100);
  carer.valid_to = Instant{200};
  carer.detail = "5/p9";
  EXPECT_EQ(held({carer}, "p7", 150, 150).carer_classes, 5U);
  EXPECT_EQ(held({carer}, "p7", 150, 150).giver, PersonId(9));
  EXPECT_FALSE(held({carer}, "p7", 200, 200).carer_classes);
}

TEST(Versions, RefusedIsNotInTheCareTeamHoweverOftenDeclared) {
  const std::vector<Version> versions{version(Kind::care_team, "1", 100, true, "hospital"), version(Kind::refused, "1", 200),
                                      version(Kind::care_team, "1", 300, true, "hospital")};
  EXPECT_EQ(relation_of_professional(held(versions, "1", 150, 150), false), Relation::care_team);
  EXPECT_EQ(relation_of_professional(held(versions, "1", 350, 350), false), Relation::none);
  EXPECT_EQ(relation_of_professional(held(versions, "1", 350, 350), true), Relation::declared_gp);
}

TEST(Versions, DiscretionBindsTheOtherParentOnly) {
  const std::vector<Version> versions{version(Kind::discretion, "", 100, true, "p1")};
  EXPECT_FALSE(held(versions, "p1", 150, 150).discreet);
  EXPECT_TRUE(held(versions, "p2", 150, 150).discreet);
  EXPECT_FALSE(held(versions, "10001", 150, 150).discreet) << "professionals see where care was given";
}

TEST(Versions, AgeCountsOnTheDay) {
  const Date born{2008, 3, 4};
  EXPECT_EQ(age_on(born, {2024, 3, 3}, 18, 16), Age::child);
  EXPECT_EQ(age_on(born, {2024, 3, 4}, 18, 16), Age::of_own_access);
  EXPECT_EQ(age_on(born, {2026, 3, 3}, 18, 16), Age::of_own_access);
  EXPECT_EQ(age_on(born, {2026, 3, 4}, 18, 16), Age::adult);
}

TEST(Watch, ACC_18_AnUnusualNumberOfPeopleIsSlowedAndFlagged) {
  ReaderWatch watch;
  const ReaderWatch::Bounds bounds{.people_per_day = 3, .slowed_ms = 1000, .professionals = 2};
  const Date today{2025, 3, 4};
  const auto ask = [&](std::string_view rpps, std::int64_t person, std::int64_t at, Date on) {
    return watch.wait_for(rpps, PersonId(person), on, Instant{at}, bounds);
  };
  for (std::int64_t person = 1; person <= 3; ++person) EXPECT_EQ(ask("a", person, 10'000, today), 0);
  EXPECT_TRUE(watch.unusual().empty());
  EXPECT_EQ(ask("a", 4, 10'400, today), 600);
  EXPECT_EQ(ask("a", 2, 10'400, today), 0) << "somebody read already";
  ASSERT_EQ(watch.unusual().size(), 1U);
  EXPECT_EQ(watch.unusual().front().rpps, "a");
  EXPECT_EQ(watch.unusual().front().people, 3);
  EXPECT_EQ(ask("a", 4, 11'000, today), 0) << "one more, a while later";
  EXPECT_EQ(ask("a", 5, 11'500, today), 500);
  EXPECT_EQ(ask("b", 1, 11'500, today), 0);
  EXPECT_EQ(ask("c", 1, 11'500, today), 1000) << "the table is full: nobody new";
  EXPECT_EQ(ask("c", 1, 11'500, today.plus_days(1)), 0) << "another day";
  EXPECT_EQ(ask("a", 9, 11'500, today.plus_days(1)), 0);
}

}  // namespace
}  // namespace carnet::access
