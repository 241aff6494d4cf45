// CAM-1 to CAM-4 on both engines; the wave over the whole program is in proof/story.
#include "campaign/campaign.hpp"

#include <gtest/gtest.h>

#include "enrollment/testing/enrollment_house.hpp"

namespace carnet::campaign {
namespace {

using enrollment::testing::EnrollmentHouse;
using enrollment::testing::must;
using enrollment::testing::Someone;

class Waves : public ::testing::TestWithParam<std::string> {
 protected:
  Waves() : house_(GetParam()) {
    house_.add_migrations(Campaign::migrations());
    std::vector<Someone> people;
    for (int n = 1; n <= 250; ++n) {
      Someone one{.n = n, .email = n % 3 == 0 ? "" : fmt::format("n{}@courriel.example", n)};
      if (n % 50 == 0) one.died = "2025-01-01";
      people.push_back(one);
    }
    house_.import(people);
    open();
  }
  void open() {
    campaign_ = must(Campaign::open(house_.store(), house_.identity(), house_.enrollment(), house_.clock()));
  }
  Progress run(Wave wave, std::function<bool()> stop = [] { return false; }) {
    // The clock moves, as it does: messages are numbered by it.
    return must(io::run(campaign_->run(std::move(wave), [this](const Progress&) { house_.clock().advance(std::chrono::milliseconds(5)); },
                                       std::move(stop))));
  }
  std::int64_t notices() { return house_.count("SELECT COUNT(*) FROM notice"); }
  std::int64_t most_for_one() {
    return house_.count("SELECT COALESCE(MAX(n), 0) FROM (SELECT COUNT(*) AS n FROM notice GROUP BY person_id) AS per_person");
  }

  EnrollmentHouse house_;
  std::unique_ptr<Campaign> campaign_;
};

TEST_P(Waves, CAM_1_StoppedRestartedAndDoneTellsEachOnce) {
  int batches = 0;
  const auto part = run({.name = "2025"}, [&] { return batches++ >= 1; });
  EXPECT_FALSE(part.done);
  EXPECT_GT(part.told, 0);
  campaign_.reset();
  house_.reopen();
  open();
  EXPECT_EQ(must(campaign_->progress("2025")).told, part.told);
  const auto whole = run({.name = "2025"});
  EXPECT_TRUE(whole.done);
  EXPECT_EQ(whole.seen, 250);
  EXPECT_EQ(whole.told, 245);  // five died
  EXPECT_EQ(whole.passed_over, 5);
  EXPECT_EQ(whole.by_email + whole.by_letter, whole.told);
  EXPECT_EQ(notices(), 245);
  EXPECT_EQ(most_for_one(), 1);
  EXPECT_EQ(run({.name = "2025"}).told, 245);
  EXPECT_EQ(notices(), 245);
  EXPECT_EQ(campaign_->progress("another").error().code, "campaign.unknown");
}

TEST_P(Waves, CAM_2_CAM_3_ALimitIsOfPeopleTold) {
  const auto some = run({.name = "first", .max_people = 30});
  EXPECT_EQ(some.told, 30);
  const auto rest = run({.name = "second"});
  EXPECT_EQ(rest.told, 215);
  EXPECT_EQ(rest.passed_over, 35);
  EXPECT_EQ(most_for_one(), 1);
}

TEST_P(Waves, CAM_4_WhoCannotBeToldIsSetAsideAndTriedAgain) {
  const auto victim = house_.find({.n = 120});
  // A fact written by a newer program: this one does not know it, and cannot tell this person.
  const auto spoil = [&](const char* sql) {
    must(house_.store().write_now<std::int64_t>([&](store::Tx& tx) { return tx.execute(sql, {victim.value}); }));
  };
  spoil("INSERT INTO life_fact (person_id, seq, kind, at, recorded_at, data) VALUES ($1, 1, 999, 0, 0, '')");
  const auto first = run({.name = "2025"});
  EXPECT_TRUE(first.done);
  EXPECT_EQ(first.told, 244);
  EXPECT_EQ(first.seen, 250);
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM campaign_set_aside"), 1);
  spoil("DELETE FROM life_fact WHERE person_id = $1");
  const auto second = run({.name = "2025"});
  EXPECT_EQ(second.told, 245);
  EXPECT_EQ(second.passed_over, 5);
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM campaign_set_aside"), 0);
  EXPECT_EQ(most_for_one(), 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, Waves, ::testing::ValuesIn(store::testing::store_cases()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace carnet::campaign
