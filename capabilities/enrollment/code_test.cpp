// ENR-10: the check symbols catch every single slip and every swap of two neighbours.
#include <gtest/gtest.h>

#include <set>

#include "enrollment/enrollment.hpp"

namespace carnet::enrollment {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

TEST(ProvisionalCode, ReadsBackWhatItDrew) {
  io::SeededEntropy entropy(1);
  std::set<std::string> seen;
  for (int i = 0; i < 2000; ++i) {
    const auto code = ProvisionalCode::draw(entropy);
    EXPECT_EQ(code.symbols().size(), 12u);
    EXPECT_EQ(code.grouped().size(), 14u);
    const auto back = ProvisionalCode::read(code.grouped());
    ASSERT_TRUE(back);
    EXPECT_EQ(back->symbols(), code.symbols());
    seen.insert(code.symbols());
  }
  EXPECT_EQ(seen.size(), 2000u);
}

TEST(ProvisionalCode, CatchesEverySingleSlip) {
  io::SeededEntropy entropy(2);
  for (int i = 0; i < 2000; ++i) {
    const auto right = ProvisionalCode::draw(entropy).symbols();
    for (std::size_t at = 0; at < right.size(); ++at) {
      auto typed = right;
      for (const char other : alphabet) {
        if (other == right[at]) continue;
        typed[at] = other;
        ASSERT_FALSE(ProvisionalCode::read(typed)) << "position " << at << " of draw " << i;
      }
    }
  }
}

TEST(ProvisionalCode, CatchesEveryNeighbourSwap) {
  io::SeededEntropy entropy(3);
  int swaps = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto right = ProvisionalCode::draw(entropy).symbols();
    for (std::size_t at = 0; at + 1 < right.size(); ++at) {
      if (right[at] == right[at + 1]) continue;
      auto typed = right;
      std::swap(typed[at], typed[at + 1]);
      ASSERT_FALSE(ProvisionalCode::read(typed)) << "position " << at << " of draw " << i;
      ++swaps;
    }
  }
  EXPECT_GT(swaps, 20'000);
}

TEST(ProvisionalCode, TakesWhatPeopleType) {
  // Ten zeros have the checksum 0: a code that can be written by hand.
  for (const auto* typed : {"0000-0000-0000", "oooo oooo oooo", " OoOo\u00a00000\u20130000 ", "000000000000", "0000\u20110000-0000"})
    EXPECT_TRUE(ProvisionalCode::read(typed)) << typed;
  // 1 at the tenth place weighs 37 = 1 * 32 + 5.
  for (const auto* typed : {"0000-0000-0115", "0000-0000-0I15", "oooo-oooo-ol15", "0000-0000-0Li5"}) {
    const auto code = ProvisionalCode::read(typed);
    ASSERT_TRUE(code) << typed;
    EXPECT_EQ(code->grouped(), "0000-0000-0115");
  }
}

TEST(ProvisionalCode, RefusesOtherLengthsAndSymbols) {
  for (const auto* typed : {"", "0000-0000-000", "0000-0000-0000-0", "0000-0000-000U", "0000-0000-000\xc3\xa9", "0000_0000_0000"})
    EXPECT_FALSE(ProvisionalCode::read(typed)) << typed;
  EXPECT_FALSE(ProvisionalCode::read(std::string(1'000'000, ' ')));
}

// What the ten-symbol sum of 1020 looks like: the largest check, so that both check symbols are exercised to the end.
TEST(ProvisionalCode, ChecksumsStayBelowTheModulus) {
  io::SeededEntropy entropy(4);
  for (int i = 0; i < 20'000; ++i) {
    const auto symbols = ProvisionalCode::draw(entropy).symbols();
    const auto check = alphabet.find(symbols[10]) * 32 + alphabet.find(symbols[11]);
    ASSERT_LT(check, 1021u);
  }
}

}  // namespace
}  // namespace carnet::enrollment
