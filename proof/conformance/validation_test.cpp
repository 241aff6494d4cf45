// The short form of proof_validation: every official example, and 10,000 mutants.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "proof/conformance/validation_corpus.hpp"
#include "proof/conformance/validation_mutants.hpp"

namespace {

using namespace carnet::conformance;

const std::vector<Example>& examples() {
  static const auto all = read_examples(CARNET_BUILD_DIR);
  return all;
}

class validation : public testing::Test {
 protected:
  void SetUp() override {
    if (examples().empty()) GTEST_SKIP() << "the official examples are not here: run proof/conformance/fetch.sh";
  }
};

TEST_F(validation, accepts_every_official_example_but_those_known_to_be_faulty) {
  const auto judged = judge(examples());
  fmt::print("examples={} accepted={} refused_as_foreseen={}\n", judged.examples, judged.accepted, judged.known.size());
  EXPECT_GE(judged.examples, 5'300u);
  for (const auto& each : judged.unforeseen)
    ADD_FAILURE() << each.name << " at " << each.issues[0].path << ": " << each.issues[0].says;
  for (const auto& name : judged.healed) ADD_FAILURE() << name << " is said to be faulty, and was accepted";
}

TEST_F(validation, refuses_mutants_at_the_right_path) {
  const auto hunt = hunt_mutants(examples(), 10'000, 20'240'229);
  for (const auto& tally : hunt.tallies) {
    fmt::print("mutants kind=\"{}\" made={} refused={} at_path={}\n", tally.kind, tally.made, tally.refused,
               tally.at_path);
    EXPECT_GT(tally.made, 100u) << tally.kind;
    EXPECT_GE(tally.at_path * 100, tally.made * 95) << tally.kind;
  }
  for (const auto& each : hunt.missed) fmt::print("missed {}\n", each);
  EXPECT_EQ(hunt.made, 10'000u);
  EXPECT_GE(hunt.at_path * 100, hunt.made * 99);
}

}  // namespace
