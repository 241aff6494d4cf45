#include "foundation/io/entropy.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <thread>

#include "foundation/io/clock.hpp"

namespace carnet::io {
namespace {

using kernel::Bytes;

TEST(SystemEntropy, FillsAllAndDoesNotRepeat) {
  SystemEntropy entropy;
  std::set<Bytes> seen;
  for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(seen.insert(entropy.bytes("test", 16)).second);
  const auto large = entropy.bytes("test", 1'000'000);  // more than one getrandom call gives at once
  std::array<int, 256> counts{};
  for (const auto byte : large) ++counts[byte];
  for (const auto count : counts) EXPECT_NEAR(count, 1'000'000 / 256.0, 500) << "8 standard deviations";
  EXPECT_TRUE(entropy.bytes("test", 0).empty());
}

TEST(SeededEntropy, TheSameSeedGivesTheSameBytes) {
  SeededEntropy a(42);
  SeededEntropy b(42);
  SeededEntropy other(43);
  for (int i = 0; i < 100; ++i) {
    const auto drawn = a.bytes("codes", 13);
    EXPECT_EQ(drawn, b.bytes("codes", 13));
    EXPECT_NE(drawn, other.bytes("codes", 13));
  }
}

// Bytes drawn for one purpose do not move those of another: worlds that differ by one item stay comparable.
TEST(SeededEntropy, LabelsAreSeparateStreams) {
  SeededEntropy a(42);
  SeededEntropy b(42);
  (void)b.bytes("documents", 1'000);
  const auto codes = a.bytes("codes", 32);
  EXPECT_EQ(codes, b.bytes("codes", 32));
  EXPECT_NE(codes, a.bytes("nonces", 32));
  EXPECT_NE(codes, a.bytes("code", 32));
  EXPECT_NE(codes, a.bytes("", 32));
}

TEST(SeededEntropy, DoesNotRepeatAndLooksEven) {
  SeededEntropy entropy(0);
  std::set<Bytes> seen;
  std::array<int, 256> counts{};
  for (int i = 0; i < 100'000; ++i) {
    const auto drawn = entropy.bytes("test", 10);
    ASSERT_TRUE(seen.insert(drawn).second);
    for (const auto byte : drawn) ++counts[byte];
  }
  for (const auto count : counts) EXPECT_NEAR(count, 1'000'000 / 256.0, 500);
}

TEST(SeededEntropy, NeighbouringSeedsAndLabelsAreUnrelated) {
  std::set<Bytes> seen;
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    SeededEntropy entropy(seed);
    for (const auto* label : {"a", "b", "ab", "ba"}) EXPECT_TRUE(seen.insert(entropy.bytes(label, 8)).second);
  }
}

TEST(SeededEntropy, IsUsableFromManyThreads) {
  SeededEntropy entropy(5);
  std::array<std::set<Bytes>, 4> drawn;
  std::vector<std::thread> threads;
  for (auto& mine : drawn) {
    threads.emplace_back([&entropy, &mine] {
      for (int i = 0; i < 5'000; ++i) mine.insert(entropy.bytes("shared", 16));
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<Bytes> all;
  for (const auto& mine : drawn) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 20'000U);
}

TEST(Clocks, SystemIsNowAndForwardedIsAhead) {
  const SystemClock system;
  ForwardedClock forwarded;
  EXPECT_GT(system.now(), (kernel::Instant{1'700'000'000'000}));
  EXPECT_GE(forwarded.now(), system.now().plus(std::chrono::seconds(-5)));
  forwarded.set_offset(std::chrono::hours(24 * 42));
  const auto before = system.now();
  const auto ahead = forwarded.now();
  const auto after = system.now();
  EXPECT_GE(ahead, before.plus(std::chrono::hours(24 * 42)));
  EXPECT_LE(ahead, after.plus(std::chrono::hours(24 * 42)));
}

TEST(Clocks, ManualStandsStillUntilMoved) {
  ManualClock clock({1'000});
  EXPECT_EQ(clock.now().ms, 1'000);
  clock.advance(std::chrono::seconds(2));
  EXPECT_EQ(clock.now().ms, 3'000);
  clock.set({500});
  EXPECT_EQ(clock.now().ms, 500);
}

}  // namespace
}  // namespace carnet::io
