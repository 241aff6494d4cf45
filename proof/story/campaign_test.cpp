// A wave over the real services: once each, whatever stops it (CAM-1 to CAM-3).
#include <gtest/gtest.h>

#include <thread>

#include "proof/story/stage.hpp"

namespace carnet::proof {
namespace {

struct Told {
  std::int64_t notices = 0, people = 0, most_for_one = 0;
};

Told told_in(Stage& stage) {
  std::function<kernel::Result<Told>(store::Snapshot&)> count = [](store::Snapshot& at) -> kernel::Result<Told> {
    Told told;
    CARNET_CHECK(at.query("SELECT COUNT(*) FROM notice WHERE template = 1 GROUP BY person_id", {}, [&](const store::Row& row) {
      ++told.people;
      told.notices += row.integer(0);
      told.most_for_one = std::max(told.most_for_one, row.integer(0));
      return true;
    }));
    return told;
  };
  return *stage.house().main().read_now<Told>(count);
}

campaign::Wave everyone(std::string name) {
  campaign::Wave wave;
  wave.name = std::move(name);
  return wave;
}

class CampaignStory : public testing::Test {
 protected:
  static StageOptions options() {
    StageOptions chosen;
    chosen.people = 700;
    return chosen;
  }
  campaign::Progress run(const std::string& name, std::function<bool()> stop = [] { return false; }) {
    auto done = io::run(stage.house().campaign().run(everyone(name), [](const auto&) {}, std::move(stop)));
    EXPECT_TRUE(done);
    return done ? *done : campaign::Progress{};
  }
  Stage stage{options()};
};

TEST_F(CampaignStory, CAM_1_StoppedAndResumedTellsEveryoneOnce) {
  const auto before = told_in(stage);
  int batches = 0;
  const auto part = run("country", [&] { return ++batches > 2; });
  EXPECT_FALSE(part.done);
  stage.restart();
  const auto whole = run("country");
  EXPECT_TRUE(whole.done);
  EXPECT_EQ(whole.seen, 700);
  const auto after = told_in(stage);
  EXPECT_EQ(after.most_for_one, 1) << "nobody twice";
  EXPECT_EQ(after.notices, before.notices + whole.told);
  EXPECT_EQ(whole.told + whole.passed_over, whole.seen) << "nobody skipped";
  EXPECT_EQ(whole.told, whole.by_email + whole.by_letter);
}

TEST_F(CampaignStory, CAM_2_TwoRunsOfOneNameAtOnceTellNobodyTwice) {
  std::thread other([&] { (void)io::run(stage.house().campaign().run(everyone("twice"), [](const auto&) {}, [] { return false; })); });
  run("twice");
  other.join();
  EXPECT_EQ(told_in(stage).most_for_one, 1);
  EXPECT_EQ(run("twice").seen, 700);
}

TEST_F(CampaignStory, CAM_3_WhoeverHasAnsweredIsPassedOver) {
  const auto& objector = stage.cast("objector");
  Browser browser(stage);
  const auto code = browser.newest_code(objector.name);
  ASSERT_EQ(browser.post("/api/objection", {{"code", code}, {"number", objector.number}}).status, 201);
  const auto before = told_in(stage);
  run("again");
  const auto second = run("and-again");
  EXPECT_EQ(second.told, 0) << "everyone has been told or has answered";
  EXPECT_EQ(told_in(stage).most_for_one, 1);
  EXPECT_GT(told_in(stage).people, before.people);
}

}  // namespace
}  // namespace carnet::proof
