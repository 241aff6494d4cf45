#include <fmt/core.h>
#include <gtest/gtest.h>

#include <random>

#include "identity/identity.hpp"

namespace carnet::identity {
namespace {

std::string with_key(const std::string& thirteen) { return fmt::format("{}{:02}", thirteen, key_of(thirteen)); }

// The definition read literally, in wide arithmetic.
int key_by_definition(std::string text) {
  if (text.substr(5, 2) == "2A") text.replace(5, 2, "19");
  if (text.substr(5, 2) == "2B") text.replace(5, 2, "18");
  return static_cast<int>(97 - std::stoull(text) % 97);
}

class InsProperty : public ::testing::Test {
 protected:
  std::mt19937_64 random_{20250304};
  std::string draw() {
    std::string digits;
    for (int i = 0; i < 13; ++i) digits += static_cast<char>('0' + random_() % 10);
    if (random_() % 5 == 0) digits.replace(5, 2, random_() % 2 == 0 ? "2A" : "2B");
    return digits;
  }
};

TEST_F(InsProperty, ID_1_KeyIsTheDefinition) {
  for (int i = 0; i < 20'000; ++i) {
    const std::string thirteen = draw();
    ASSERT_EQ(key_of(thirteen), key_by_definition(thirteen)) << thirteen;
    const auto parsed = parse_number(with_key(thirteen));
    ASSERT_TRUE(parsed.has_value()) << thirteen;
    ASSERT_TRUE(parsed->key_is_right);
    ASSERT_EQ(parsed->value, with_key(thirteen));
  }
}

TEST_F(InsProperty, ID_1_EveryOtherKeyIsWrong) {
  for (int i = 0; i < 300; ++i) {
    const std::string thirteen = draw();
    for (int key = 0; key < 100; ++key) {
      const auto parsed = parse_number(fmt::format("{}{:02}", thirteen, key));
      ASSERT_TRUE(parsed.has_value());
      ASSERT_EQ(parsed->key_is_right, key == key_of(thirteen)) << thirteen << " " << key;
    }
  }
}

TEST_F(InsProperty, ID_1_EverySlipOfOneDigitAndEveryNeighbourSwapIsCaught) {
  for (int i = 0; i < 500; ++i) {
    std::string thirteen;
    while (thirteen.empty() || thirteen.find_first_of("AB") != std::string::npos) thirteen = draw();
    const std::string good = with_key(thirteen);
    for (std::size_t at = 0; at < 13; ++at) {
      for (char digit = '0'; digit <= '9'; ++digit) {
        std::string slipped = good;
        slipped[at] = digit;
        ASSERT_EQ(parse_number(slipped)->key_is_right, slipped == good) << good << " " << slipped;
      }
      if (at == 12) continue;
      std::string swapped = good;
      std::swap(swapped[at], swapped[at + 1]);
      ASSERT_EQ(parse_number(swapped)->key_is_right, swapped == good) << good << " " << swapped;
    }
  }
}

TEST(Ins, KnownNumbers) {
  EXPECT_EQ(key_of("2550814168025"), 38);  // the example of the official leaflet
  EXPECT_EQ(key_of("123452A112345"), key_by_definition("123452A112345"));
  EXPECT_TRUE(parse_number("277076322082910")->key_is_right);
  EXPECT_FALSE(parse_number("209053105611201")->key_is_right);  // two of the three official samples have a wrong key
  EXPECT_FALSE(parse_number("276059205062865")->key_is_right);
}

TEST(Ins, ReadsWhatPeopleType) {
  EXPECT_EQ(parse_number(" 2 55 08 14 168 025 38 ")->value, "255081416802538");
  EXPECT_EQ(parse_number("2.55.08.14.168.025.38")->value, "255081416802538");
  EXPECT_EQ(parse_number("2\u00a055\u202f08 14 168 025 38")->value, "255081416802538");
  EXPECT_EQ(parse_number("1 83 05 2a 112 001 " + std::to_string(key_of("183052A112001")))->value.substr(5, 2), "2A");
}

TEST(Ins, RefusesWithTheReason) {
  const auto reason = [](std::string_view typed) {
    const auto parsed = parse_number(typed);
    return parsed ? std::string("accepted") : parsed.error().issues.front().code + " " + parsed.error().issues.front().path;
  };
  EXPECT_EQ(reason(""), "length /number");
  EXPECT_EQ(reason("2550814168025"), "length /number");
  EXPECT_EQ(reason("25508141680253"), "length /number");
  EXPECT_EQ(reason("2550814168025380"), "length /number");
  EXPECT_EQ(reason("25508141680253X"), "character /number");
  EXPECT_EQ(reason("2A5081416802538"), "character /number");  // a letter elsewhere than in the department
  EXPECT_EQ(reason("255083A16802538"), "character /number");
  EXPECT_EQ(reason("255082C16802538"), "character /number");
  EXPECT_EQ(reason("25508141680253\xff"), "character /number");
  EXPECT_EQ(reason("-55081416802538"), "character /number");
}

}  // namespace
}  // namespace carnet::identity
