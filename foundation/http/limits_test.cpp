#include "foundation/http/limits.hpp"

#include <gtest/gtest.h>

namespace carnet::http {
namespace {

using Fails = Limit::Fails;
constexpr kernel::Instant start{1'700'000'000'000};
kernel::Instant at(std::int64_t seconds) {
  return start.plus(std::chrono::seconds(seconds));
}
PeerKey peer(int n) {
  return *peer_key("10.0." + std::to_string(n / 250) + "." + std::to_string(n % 250));
}

TEST(Limits, BucketEmptiesAndRefills) {
  Limits limits({{"sign_in", 3, 0.5, Fails::open, "guessing"}});
  const auto row = *limits.index_of("sign_in");
  EXPECT_FALSE(limits.index_of("other"));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limits.take(row, peer(1), at(0)));
  const auto refused = limits.take(row, peer(1), at(0));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, kernel::ErrorKind::too_many);
  EXPECT_EQ(refused.error().code, "http.limit");
  EXPECT_EQ(refused.error().retry_after_s, 2);
  EXPECT_TRUE(limits.take(row, peer(2), at(0))) << "another peer has its own";
  EXPECT_FALSE(limits.take(row, peer(1), at(1)));
  EXPECT_TRUE(limits.take(row, peer(1), at(2))) << "refused requests cost nothing";
  EXPECT_FALSE(limits.take(row, peer(1), at(2)));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limits.take(row, peer(1), at(1000)));
  EXPECT_FALSE(limits.take(row, peer(1), at(1000))) << "never more than the bucket";
}

TEST(Limits, RowsDoNotShareTokens) {
  Limits limits({{"a", 1, 1, Fails::open, ""}, {"b", 1, 1, Fails::open, ""}});
  EXPECT_TRUE(limits.take(0, peer(1), at(0)));
  EXPECT_TRUE(limits.take(1, peer(1), at(0)));
  EXPECT_FALSE(limits.take(0, peer(1), at(0)));
}

TEST(Limits, AClockThatStepsBackGivesAndTakesNothing) {
  Limits limits({{"a", 2, 1, Fails::open, ""}});
  EXPECT_TRUE(limits.take(0, peer(1), at(100)));
  EXPECT_TRUE(limits.take(0, peer(1), at(50)));
  EXPECT_FALSE(limits.take(0, peer(1), at(50)));
  EXPECT_FALSE(limits.take(0, peer(1), at(100)));
  EXPECT_TRUE(limits.take(0, peer(1), at(101)));
}

TEST(Limits, WithoutRefillTheWaitIsBounded) {
  Limits limits({{"a", 1, 0, Fails::open, ""}});
  EXPECT_TRUE(limits.take(0, peer(1), at(0)));
  EXPECT_EQ(limits.take(0, peer(1), at(0)).error().retry_after_s, 3600);
}

TEST(Limits, AFullOpenTableForgetsTheOldest) {
  Limits limits({{"a", 1, 0.001, Fails::open, ""}}, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limits.take(0, peer(i), at(i)));
  EXPECT_FALSE(limits.take(0, peer(0), at(3))) << "seen again: no longer the oldest";
  EXPECT_TRUE(limits.take(0, peer(9), at(4)));
  EXPECT_FALSE(limits.take(0, peer(0), at(5)));
  EXPECT_TRUE(limits.take(0, peer(1), at(6))) << "was forgotten";
}

TEST(Limits, AFullClosedTableRefusesNewcomers) {
  Limits limits({{"a", 2, 0.01, Fails::closed, ""}}, 3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limits.take(0, peer(i), at(0)));
  EXPECT_FALSE(limits.take(0, peer(9), at(1)));
  EXPECT_TRUE(limits.take(0, peer(0), at(1))) << "those it knows are still counted";
  EXPECT_TRUE(limits.take(0, peer(9), at(100))) << "peer 1 is full again and may be forgotten without loss";
  EXPECT_TRUE(limits.take(0, peer(1), at(100)));
}

TEST(Limits, PeersAreCountedByAddressOrNetwork) {
  EXPECT_EQ(peer_key("192.0.2.1"), peer_key("::ffff:192.0.2.1"));
  EXPECT_NE(peer_key("192.0.2.1"), peer_key("192.0.2.2"));
  EXPECT_EQ(peer_key("2001:db8:1:2::1"), peer_key("2001:db8:1:2:ffff::9"));
  EXPECT_NE(peer_key("2001:db8:1:2::1"), peer_key("2001:db8:1:3::1"));
  EXPECT_FALSE(peer_key("unix"));
  EXPECT_FALSE(peer_key(""));
}

}  // namespace
}  // namespace carnet::http
