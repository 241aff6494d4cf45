// ENR-9 and ENR-7 (P7) against races and kills: tries counted >= tries judged, and a code that serves once.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "enrollment/testing/enrollment_house.hpp"
#include "foundation/store/testing/killed_child.hpp"

namespace carnet::enrollment {
namespace {

using testing::EnrollmentHouse;
using testing::must;
using testing::Someone;

const Someone nadia{.n = 1, .email = "nadia@courriel.example"};

http::Response try_facts(EnrollmentHouse& house, const std::string& code, const std::string& peer) {
  return house.call({http::Method::post, "/api/activation/facts",
                     {{"code", code}, {"number", nadia.number()}, {"serial", nadia.serial()}}, {}, peer, {}});
}

std::int64_t tries_of(EnrollmentHouse& house) { return house.count("SELECT COALESCE(SUM(tries), 0) FROM code_counter"); }

// Runs `act` with numbers 0 ... count - 1 from several threads at once.
void at_once(int count, const std::function<void(int)>& act) {
  std::atomic<int> next{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int mine = next.fetch_add(1); mine < count; mine = next.fetch_add(1)) act(mine);
    });
  }
  for (auto& thread : threads) thread.join();
}

class Tries : public ::testing::TestWithParam<std::string> {};

TEST_P(Tries, AThousandWayRaceWinsNoExtraJudgement) {
  EnrollmentHouse house(GetParam());
  house.keep_time();
  house.import({nadia});
  house.notify(house.find(nadia));
  std::vector<std::string> wrong;
  for (int i = 0; i < 1000; ++i) wrong.push_back(ProvisionalCode::draw(house.entropy()).grouped());
  std::atomic<int> judged{0}, waiting{0}, busy{0};
  at_once(1000, [&](int i) {
    const int status = try_facts(house, wrong[static_cast<std::size_t>(i)], fmt::format("2001:db8:{:x}::1", i)).status;
    ++(status == 422 ? judged : status == 429 ? waiting : busy);
  });
  // Three misses, then everyone waits: the clock stands still.
  EXPECT_EQ(tries_of(house), 3);
  EXPECT_LE(judged, 3);
  EXPECT_EQ(judged + waiting + busy, 1000);
  EXPECT_GE(waiting, 900);
}

TEST_P(Tries, ACodeServesOnceHoweverManyBringIt) {
  EnrollmentHouse house(GetParam());
  house.keep_time();
  house.import({nadia});
  house.notify(house.find(nadia));
  const auto code = house.last_code();
  std::atomic<int> done{0}, other{0};
  at_once(60, [&](int i) {
    const EnrollmentHouse::Asked asked{http::Method::post, "/api/objection", {{"code", code}, {"number", nadia.number()}}, {},
                                       fmt::format("2001:db8:{:x}::1", i), {}};
    ++(house.call(asked).status == 201 ? done : other);
  });
  EXPECT_EQ(done, 1);
  EXPECT_EQ(other, 59);
  EXPECT_EQ(house.count("SELECT COUNT(*) FROM receipt"), 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, Tries, ::testing::ValuesIn(store::testing::store_cases()),
                         [](const auto& one) { return one.param; });

// The child misses until it is killed; each miss it was answered stands in the counter.
TEST(TriesKilled, DISABLED_child) {
  EnrollmentHouse house("sqlite", 12, store::testing::child_argument());
  for (int i = 0;; ++i) {
    const auto status = try_facts(house, ProvisionalCode::draw(house.entropy()).grouped(), fmt::format("2001:db8:{:x}::1", i)).status;
    if (status == 422) store::testing::acknowledge("judged");
    house.clock().advance(std::chrono::hours(24));
  }
}

TEST(TriesKilled, WhatWasJudgedWasCounted) {
  for (std::size_t after : {1u, 2u, 5u, 11u}) {
    const store::testing::TempDirectory directory;
    {
      EnrollmentHouse house("sqlite", 11, directory.path().string());
      house.import({nadia});
      house.notify(house.find(nadia));
    }
    const auto judged = store::testing::run_and_kill("TriesKilled.DISABLED_child", directory.path().string(), after);
    EnrollmentHouse house("sqlite", 13, directory.path().string());
    EXPECT_GE(tries_of(house), static_cast<std::int64_t>(judged.size()));
    EXPECT_GE(judged.size(), after);
  }
}

}  // namespace
}  // namespace carnet::enrollment
