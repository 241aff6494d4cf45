#include "foundation/kernel/bytes.hpp"

#include <gtest/gtest.h>

#include <random>

#include "foundation/kernel/id.hpp"
#include "foundation/kernel/result.hpp"
#include "foundation/kernel/secret.hpp"

namespace carnet::kernel {
namespace {

Bytes random_bytes(std::mt19937& random, std::size_t size) {
  Bytes out(size);
  for (auto& byte : out) byte = static_cast<std::uint8_t>(random());
  return out;
}

TEST(Hex, RoundTripsAndIsStrict) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0x7f, 0xff, 0xa5}), "007fffa5");
  EXPECT_EQ(to_hex({}), "");
  EXPECT_EQ(from_hex("007FfFa5"), (Bytes{0x00, 0x7f, 0xff, 0xa5}));
  EXPECT_EQ(from_hex(""), Bytes{});
  for (const auto* text : {"0", "0g", "00 ", " 00", "0x00", "00a"}) EXPECT_FALSE(from_hex(text)) << text;
}

// RFC 4648 section 10.
TEST(Base64, Rfc4648Vectors) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(plain)), encoded);
    EXPECT_EQ(from_base64(encoded), to_bytes(plain));
    const auto bare = encoded.substr(0, encoded.find('='));
    EXPECT_EQ(to_base64url(as_bytes(plain)), bare);
    EXPECT_EQ(from_base64url(bare), to_bytes(plain));
  }
}

TEST(Base64, AlphabetsDiffer) {
  const Bytes all_ones{0xfb, 0xff, 0xfe};
  EXPECT_EQ(to_base64(all_ones), "+//+");
  EXPECT_EQ(to_base64url(all_ones), "-__-");
  EXPECT_FALSE(from_base64("-__-"));
  EXPECT_FALSE(from_base64url("+//+"));
}

TEST(Base64, RefusesWrongPaddingAndLeftoverBits) {
  for (const auto* text :
       {"Z",        "Zg",   "Zg=",  "Zg===", "Zm8",   "Zm8==",  "Zm9v=", "Zm9v====", "=",      "==",    "====",
        "Zg==Zg==", "Z=g=", "=Zg=", "Zg==a", "Zm9=v", "Zg=\n=", " Zg==", "Zg==\n",   "Zm\n9v", "Zm9v\t"}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
  EXPECT_FALSE(from_base64(std::string_view("Zm\0v", 4)));
  EXPECT_FALSE(from_base64("Zh==")) << "four leftover bits";
  EXPECT_FALSE(from_base64("Zm9=")) << "two leftover bits";
  for (const auto* text : {"Z", "Zh", "Zm9", "Zg==", "Zm8=", "Zm9vY", "Zg ", "Zm9v."}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
}

TEST(Base64, SkipsWhiteSpaceOnlyWhenAsked) {
  EXPECT_EQ(from_base64(" Zm9v\r\n\tYm\fFy \v", WhiteSpace::skip), to_bytes("foobar"));
  EXPECT_EQ(from_base64("Zg=\r\n=", WhiteSpace::skip), to_bytes("f"));
  EXPECT_EQ(from_base64("\n", WhiteSpace::skip), Bytes{});
  EXPECT_FALSE(from_base64("Zm9v\xC2\xA0", WhiteSpace::skip)) << "a no-break space is not ASCII white space";
  EXPECT_FALSE(from_base64("Zg=\n", WhiteSpace::skip));
}

TEST(Base32, CrockfordSymbols) {
  EXPECT_EQ(to_base32(Bytes{0x00}), "00");
  EXPECT_EQ(to_base32(Bytes{0xff}), "zw");
  EXPECT_EQ(to_base32(Bytes{0x00, 0x44, 0x32, 0x14, 0xc7}), "01234567") << "most significant bits first";
  EXPECT_EQ(to_base32(Bytes(16, 0xff)).size(), 26U);
  EXPECT_EQ(to_base32(Bytes(16, 0xff)), "zzzzzzzzzzzzzzzzzzzzzzzzzw");
}

TEST(Base32, DecodingIsCaseBlindAndExact) {
  const Bytes value{0xde, 0xad, 0xbe, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xca, 0xfe, 0xba, 0xbe};
  const auto text = to_base32(value);
  auto upper = text;
  for (auto& c : upper) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(from_base32(text, 16), value);
  EXPECT_EQ(from_base32(upper, 16), value);
  EXPECT_FALSE(from_base32(text, 15));
  EXPECT_FALSE(from_base32(text, 17));
  EXPECT_FALSE(from_base32(text.substr(1), 16));
  EXPECT_FALSE(from_base32(text + "0", 16));
  for (const char wrong : {'i', 'l', 'o', 'u', 'I', 'L', 'O', 'U', '-', ' ', '\0', '\xC3'}) {
    auto altered = text;
    altered[4] = wrong;
    EXPECT_FALSE(from_base32(altered, 16)) << static_cast<int>(wrong);
  }
  auto excess = to_base32(Bytes(16, 0));
  for (const char last : {'1', '2', '3'}) {
    excess.back() = last;
    EXPECT_FALSE(from_base32(excess, 16)) << "bits beyond the value";
  }
  excess.back() = '4';
  EXPECT_TRUE(from_base32(excess, 16));
  EXPECT_EQ(from_base32("", 0), Bytes{});
}

TEST(Encodings, RoundTripRandomValuesOfEverySize) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 100; ++size) {
    const auto value = random_bytes(random, size);
    ASSERT_EQ(from_hex(to_hex(value)), value);
    ASSERT_EQ(from_base64(to_base64(value)), value);
    ASSERT_EQ(from_base64url(to_base64url(value)), value);
    ASSERT_EQ(from_base32(to_base32(value), size), value);
  }
}

// A decoder that accepts a text must give it back: no two texts for one value.
TEST(Encodings, AcceptOnlyTheCanonicalText) {
  std::mt19937 random(2);
  const std::string_view symbols = "ABZaz059+/-_=";
  int accepted = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text(random() % 9, 'A');
    for (auto& c : text) c = symbols[random() % symbols.size()];
    if (const auto value = from_base64(text)) {
      ASSERT_EQ(to_base64(*value), text);
      ++accepted;
    }
    if (const auto value = from_base64url(text)) ASSERT_EQ(to_base64url(*value), text);
  }
  EXPECT_GT(accepted, 1000);
}

TEST(Secret, ConstantTimeComparisonIsAComparison) {
  EXPECT_TRUE(equal_in_constant_time({}, {}));
  EXPECT_TRUE(equal_in_constant_time(as_bytes("abc"), as_bytes("abc")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("abc"), as_bytes("abd")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("abc"), as_bytes("bbc")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("abc"), as_bytes("ab")));
  EXPECT_FALSE(equal_in_constant_time(as_bytes("abc"), {}));
}

TEST(Secret, MovesAndLeavesNothingBehind) {
  SecretBytes first("secret");
  SecretBytes second(std::move(first));
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): the header promises it
  EXPECT_EQ(second.reveal_text(), "secret");
  SecretBytes third("other");
  third = std::move(second);
  EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(third.reveal_text(), "secret");
  EXPECT_EQ(third.copy().reveal_text(), "secret");
  static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_convertible_v<std::string_view, SecretBytes>);
}

TEST(Secret, ZeroiseClears) {
  Bytes value = to_bytes("secret");
  zeroise(value.data(), value.size());
  EXPECT_EQ(value, Bytes(6, 0));
  zeroise(nullptr, 0);
}

TEST(Ids, KindsDoNotMix) {
  static_assert(!std::is_convertible_v<std::int64_t, PersonId> && !std::is_convertible_v<PersonId, SpaceId> &&
                !std::is_constructible_v<PersonId, SpaceId>);
  EXPECT_LT(PersonId(1), PersonId(2));
  EXPECT_EQ(std::hash<PersonId>{}(PersonId(7)), std::hash<PersonId>{}(PersonId(7)));
}

Result<int> half(int value) {
  if (value % 2 != 0) return refuse(ErrorKind::conflict, "test.odd", "cannot halve");
  return value / 2;
}
Result<int> quarter(int value) {
  CARNET_TRY(halved, half(value));
  return half(halved);
}
Status only_even(int value) {
  CARNET_CHECK(half(value));
  return {};
}

TEST(Result, RefusalsTravel) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(6).error().code, "test.odd");
  EXPECT_TRUE(only_even(2));
  EXPECT_EQ(only_even(3).error().kind, ErrorKind::conflict);
  const auto bad = Status(invalid("body", {{"required", "/code", "needed"}}));
  EXPECT_EQ(bad.error().kind, ErrorKind::invalid);
  EXPECT_EQ(bad.error().issues[0].path, "/code");
  EXPECT_EQ(Status(fault("disk", "full")).error().kind, ErrorKind::fault);
}

TEST(ResultDeathTest, ABrokenInvariantAbortsAndSaysWhere) {
  EXPECT_DEATH(CARNET_INVARIANT(1 == 2, "numbers still work"), "broken invariant: numbers still work .*bytes_test.cpp");
}

}  // namespace
}  // namespace carnet::kernel
