#include "record/record_cache.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace carnet::record {
namespace {

constexpr kernel::Instant now{1'000'000};
constexpr SpaceId one{1}, two{2}, three{3};

ItemPtr item(std::int64_t local, std::size_t bytes = 1000, std::int64_t version = 1) {
  return make_item("Observation", local, version, now, std::string(bytes, 'x'));
}
std::shared_ptr<const OpenedRecord> record(SpaceId space, std::int64_t change, int items, std::size_t bytes = 1000) {
  std::vector<ItemPtr> made;
  for (int i = 1; i <= items; ++i) made.push_back(item(i, bytes));
  return std::make_shared<const OpenedRecord>(space, change, std::move(made), "");
}

TEST(RecordCache, BoundsItsBytesAndDropsTheLeastRecentlyUsed) {
  RecordCache cache({30'000, std::chrono::minutes(10)});
  cache.keep(record(one, 1, 10), now);
  cache.keep(record(two, 1, 5), now);
  EXPECT_TRUE(cache.find(one, 1, now));
  cache.keep(record(three, 1, 10), now);
  EXPECT_LE(cache.bytes(), 30'000u);
  EXPECT_FALSE(cache.holds(two)) << "one was used since";
  cache.keep(record(two, 1, 100), now);
  EXPECT_FALSE(cache.holds(two)) << "larger than all there is";
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST(RecordCache, KeepsForMinutes) {
  RecordCache cache({30'000, std::chrono::minutes(10)});
  cache.keep(record(one, 1, 1), now);
  EXPECT_TRUE(cache.find(one, 1, now.plus(std::chrono::minutes(10))));
  EXPECT_FALSE(cache.find(one, 1, now.plus(std::chrono::minutes(11))));
  EXPECT_EQ(cache.bytes(), 0u);
  cache.keep(record(one, 1, 1), now);
  cache.keep(record(two, 1, 1), now.plus(std::chrono::minutes(11)));
  EXPECT_FALSE(cache.holds(one)) << "not asked for, and too old all the same";
}

TEST(RecordCache, TakesWhatIsHandedOverInAnyOrderAndNothingWithAGap) {
  RecordCache cache({1'000'000, std::chrono::minutes(10)});
  cache.hand_over(one, 1, {item(1)}, now);
  EXPECT_FALSE(cache.holds(one)) << "one item is not a whole record";
  cache.keep(record(one, 5, 3), now);
  cache.hand_over(one, 7, {item(5)}, now);
  cache.hand_over(one, 6, {item(2, 10, 2), item(4)}, now);
  cache.hand_over(one, 5, {item(9)}, now);
  const auto found = cache.find(one, 7, now);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->change(), 7);
  EXPECT_EQ(found->items().size(), 5u);
  EXPECT_EQ(found->at(2)->version, 2);
  EXPECT_EQ(found->at(9), nullptr);
  cache.hand_over(one, 9, {item(6)}, now);
  EXPECT_EQ(cache.find(one, 7, now)->change(), 7);
  EXPECT_FALSE(cache.find(one, 9, now)) << "another process made change 8";
  EXPECT_FALSE(cache.holds(one));
}

TEST(RecordCache, AnOlderRecordDoesNotTakeThePlaceOfANewerOne) {
  RecordCache cache({1'000'000, std::chrono::minutes(10)});
  cache.keep(record(one, 5, 3), now);
  cache.keep(record(one, 4, 1), now);
  EXPECT_EQ(cache.find(one, 4, now)->items().size(), 3u);
  cache.forget(one);
  EXPECT_FALSE(cache.find(one, 4, now));
}

struct Measured {
  int value = 0;
  std::size_t bytes() const { return 5000; }
};

TEST(RecordCache, CountsWhatIsMadeOfItems) {
  RecordCache cache({20'000, std::chrono::minutes(10)});
  const auto kept = record(one, 1, 5);
  cache.keep(kept, now);
  for (const auto& each : kept->items()) EXPECT_EQ(each->memo().get<Measured>(3, [] { return Measured{7}; }).value, 7);
  for (int i = 0; i < 64; ++i) (void)cache.find(one, 1, now);
  EXPECT_FALSE(cache.holds(one));
}

TEST(Memo, OneValueWinsWhoeverAsks) {
  for (int round = 0; round < 50; ++round) {
    const Memo memo;
    std::atomic<int> made{0};
    std::array<const int*, 4> seen{};
    {
      std::vector<std::jthread> threads;
      for (auto& slot : seen)
        threads.emplace_back([&memo, &made, &slot] {
          for (std::uint32_t number = 0; number < 20; ++number) (void)memo.get<int>(number, [&made] { return ++made; });
          slot = &memo.get<int>(7, [] { return -1; });
        });
    }
    for (const auto* slot : seen) {
      EXPECT_EQ(slot, seen[0]);
      EXPECT_GT(*slot, 0);
    }
  }
}

}  // namespace
}  // namespace carnet::record
