// A process killed while many write: what it acknowledged is there, whole; nothing is there by half.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <set>

#include "foundation/store/testing/killed_child.hpp"
#include "foundation/store/testing/store_case.hpp"

namespace carnet::store {
namespace {

using kernel::Result;
using kernel::Status;

constexpr int cycles = 20;  // of each engine; CARNET_KILL_CYCLES asks for more
constexpr int writers = 16;

const std::vector<Migration> schema = {{"test", "0001_pair.sql",
                                        "CREATE TABLE one (id INTEGER NOT NULL, pack INTEGER, place INTEGER, size "
                                        "INTEGER, PRIMARY KEY (id)) WITHOUT ROWID;"
                                        "CREATE TABLE two (id INTEGER NOT NULL, PRIMARY KEY (id)) WITHOUT ROWID;"}};

Bytes object_for(std::int64_t id) {
  return Bytes(static_cast<std::size_t>(500 + id % 3'000), static_cast<std::uint8_t>(id));
}

Options options_in(const std::filesystem::path& objects) {
  Options options;
  options.objects = objects;
  return options;
}

io::Task<void> write_until_killed(Store& store, std::int64_t next) {
  for (;; next += writers) {
    auto status = co_await store.write<void>([next](Tx& tx) -> Status {
      CARNET_TRY(ref, tx.append_object(object_for(next)));
      CARNET_CHECK(tx.execute("INSERT INTO one (id, pack, place, size) VALUES ($1, $2, $3, $4)",
                              {next, ref.pack, ref.offset, ref.length}));
      CARNET_CHECK(tx.execute("INSERT INTO two (id) VALUES ($1)", {next}));
      return {};
    });
    if (status) testing::acknowledge(std::to_string(next));
  }
}

// The argument: first id, objects, location.
TEST(StoreKillChild, DISABLED_Writes) {
  std::string first, objects, location;
  std::istringstream in(testing::child_argument());
  std::getline(in, first, '\n');
  std::getline(in, objects, '\n');
  std::getline(in, location, '\n');
  auto store = Store::open(location, options_in(objects));
  ASSERT_TRUE(store) << store.error().detail;
  boost::asio::io_context context(1);
  for (int w = 0; w < writers; ++w) {
    io::spawn(context.get_executor(), write_until_killed(**store, std::stoll(first) + w));
  }
  context.run();
}

class StoreKill : public ::testing::TestWithParam<std::string> {};

TEST_P(StoreKill, WhatWasAcknowledgedSurvives) {
  const char* asked = std::getenv("CARNET_KILL_CYCLES");
  const int rounds = asked != nullptr ? std::atoi(asked) : cycles;
  auto place = testing::StoreCase::make(GetParam());
  const auto objects = place->directory() / "objects";
  {
    auto store = Store::open(place->location(), options_in(objects));
    ASSERT_TRUE(store);
    ASSERT_TRUE((*store)->migrate(schema));
  }
  std::set<std::int64_t> acknowledged;
  for (int round = 0; round < rounds; ++round) {
    const std::string argument =
        std::to_string(1'000'000LL * (round + 1)) + "\n" + objects.string() + "\n" + place->location();
    for (const auto& line : testing::run_and_kill("StoreKillChild.DISABLED_Writes", argument,
                                                  static_cast<std::size_t>(1 + round * 7 % 60))) {
      acknowledged.insert(std::stoll(line));
    }
  }
  ASSERT_GE(acknowledged.size(), static_cast<std::size_t>(rounds));
  auto store = Store::open(place->location(), options_in(objects));
  ASSERT_TRUE(store) << store.error().detail;
  std::set<std::int64_t> ones, twos;
  std::int64_t damaged = 0;
  auto status = (*store)->read_now<void>([&](Snapshot& snapshot) -> Status {
    CARNET_CHECK(snapshot.query("SELECT id, pack, place, size FROM one", {}, [&](const Row& row) {
      ones.insert(row.integer(0));
      const auto object = snapshot.object({row.integer(1), row.integer(2), row.integer(3)});
      if (!object || *object != object_for(row.integer(0))) ++damaged;
      return true;
    }));
    return snapshot.query("SELECT id FROM two", {}, [&](const Row& row) {
      twos.insert(row.integer(0));
      return true;
    });
  });
  ASSERT_TRUE(status) << status.error().detail;
  EXPECT_EQ(damaged, 0);
  EXPECT_EQ(ones, twos);
  std::size_t lost = 0;
  for (const auto id : acknowledged) lost += ones.contains(id) ? 0 : 1;
  EXPECT_EQ(lost, 0U) << "of " << acknowledged.size();
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreKill, ::testing::ValuesIn(testing::store_cases()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace carnet::store
