#include "audit/heads.hpp"

#include <gtest/gtest.h>

namespace carnet::audit {
namespace {

LaneKey lane(std::int64_t space) {
  return {SpaceId(space), Lane::ordinary};
}
Head head(std::int64_t sequence) {
  return {sequence, sequence * 10, {}};
}

TEST(Heads, NothingIsWrittenBeforeEnoughIsWaiting) {
  Heads heads({.flush_at = 3, .per_batch = 2, .keep = 100});
  heads.advanced({{lane(1), head(1)}, {lane(2), head(1)}});
  EXPECT_TRUE(heads.next(2).lanes.empty());
}

TEST(Heads, ARoundWritesAllThatWaitedThenTheMarkOfItsStart) {
  Heads heads({.flush_at = 3, .per_batch = 2, .keep = 100});
  heads.advanced({{lane(1), head(1)}, {lane(2), head(1)}, {lane(3), head(1)}});
  const auto first = heads.next(30);
  EXPECT_EQ(first.lanes, (std::vector{lane(1), lane(2)}));
  EXPECT_FALSE(first.mark);
  EXPECT_EQ(heads.next(30).lanes, first.lanes);  // not written yet: the same again
  heads.written(first);
  heads.advanced({{lane(4), head(1)}});
  const auto second = heads.next(40);
  EXPECT_EQ(second.lanes, std::vector{lane(3)});
  EXPECT_EQ(second.mark, 30);
  heads.written(second);
  EXPECT_TRUE(heads.next(40).lanes.empty());
}

TEST(Heads, OnlyWrittenHeadsAreForgotten) {
  Heads heads({.flush_at = 2, .per_batch = 2, .keep = 2});
  heads.advanced({{lane(1), head(1)}, {lane(2), head(1)}});
  heads.written(heads.next(2));
  heads.advanced({{lane(3), head(1)}, {lane(4), head(1)}});
  EXPECT_TRUE(heads.find(lane(3)));
  EXPECT_TRUE(heads.find(lane(4)));
  EXPECT_NE(heads.find(lane(1)).has_value(), heads.find(lane(2)).has_value());
  heads.forget();
  EXPECT_FALSE(heads.find(lane(3)));
}

}  // namespace
}  // namespace carnet::audit
