#include "foundation/kernel/compress.hpp"

#include <gtest/gtest.h>

namespace carnet::kernel {
namespace {

constexpr std::string_view dictionary = R"("system":"http://loinc.org","code":"8302-2","display":"Body Height")";
constexpr std::string_view value =
    R"({"coding":[{"system":"http://loinc.org","code":"29463-7","display":"Body Weight"}]})";

TEST(Compressor, GivesBackWhatItTook) {
  const Compressor plain, taught(dictionary);
  for (const std::size_t size : {0U, 1U, 83U, 100'000U}) {
    std::string text;
    while (text.size() < size) text += value;
    text.resize(size);
    EXPECT_EQ(plain.expand(plain.compress(as_bytes(text)), size), to_bytes(text));
    EXPECT_EQ(taught.expand(taught.compress(as_bytes(text)), size), to_bytes(text));
  }
}

TEST(Compressor, DictionaryMakesSmallValuesSmaller) {
  EXPECT_LT(Compressor(dictionary).compress(as_bytes(value)).size() + 20,
            Compressor().compress(as_bytes(value)).size());
}

TEST(Compressor, RefusesWhatIsNotOneFrameOfItsDictionary) {
  const Compressor plain, taught(dictionary);
  const auto packed = taught.compress(as_bytes(value));
  EXPECT_NE(plain.expand(packed, 1000), to_bytes(value));
  EXPECT_FALSE(taught.expand(packed, value.size() - 1));
  EXPECT_FALSE(taught.expand({}, 1000));
  EXPECT_FALSE(taught.expand(as_bytes("not a frame"), 1000));
  EXPECT_FALSE(taught.expand(ByteView(packed).first(packed.size() - 1), 1000));
  auto longer = packed;
  longer.push_back(0);
  EXPECT_FALSE(taught.expand(longer, 1000));
}

}  // namespace
}  // namespace carnet::kernel
