// A sample of the lives that proof_lives tells in full: P11's single notice, ENR-1, ENR-2, ENR-4 and all dates between.
#include <gtest/gtest.h>

#include "proof/sim/lives.hpp"

namespace carnet::proof {
namespace {

TEST(Lives, TheRulesAndTheOracleAgreeAtEveryStep) {
  const auto tally = compare_lives(20260, 2000, Storyteller::Level::rules);
  EXPECT_EQ(tally.mismatches, 0) << tally.first;
  EXPECT_GT(tally.steps, 40'000);
  EXPECT_GT(tally.reached.size(), 250u);  // of 9 states, 18 acts, 4 outcomes; many cannot be
}

TEST(Lives, TheServiceAndTheOracleAgreeAtEveryStep) {
  const auto tally = compare_lives(20261, 40, Storyteller::Level::service);
  EXPECT_EQ(tally.mismatches, 0) << tally.first;
  EXPECT_GT(tally.steps, 800);
  EXPECT_GT(tally.reached.size(), 120u);
}

// A life is a function of its seed, so that a mismatch can be told again.
TEST(Lives, ALifeCanBeToldAgain) {
  std::string first, second;
  for (auto* story : {&first, &second}) {
    Storyteller storyteller(7, Storyteller::Level::rules);
    const auto person = storyteller.person();
    Instant now = person.start;
    for (int step = 0; step < storyteller.steps(); ++step) {
      const auto command = storyteller.next(person, Observed{}, now);
      now = command.at;
      *story += told(command) + "\n";
    }
  }
  EXPECT_EQ(first, second);
  EXPECT_FALSE(first.empty());
}

}  // namespace
}  // namespace carnet::proof
