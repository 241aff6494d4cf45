// AUD-6, for real: a process killed while commands and reads are traced.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <map>
#include <set>
#include <sstream>

#include "audit/audit.hpp"
#include "foundation/store/testing/killed_child.hpp"
#include "foundation/store/testing/store_case.hpp"

namespace carnet::audit {
namespace {

using kernel::Status;
using store::testing::StoreCase;

constexpr int cycles = 12;  // of each engine
constexpr int writers = 12;
constexpr std::int64_t spaces = 3;

// Both stores and the journal over them, as a process opens them.
struct House {
  std::unique_ptr<store::Store> main, traces;
  kernel::SecretBytes master{kernel::Bytes(32, 3)};
  io::SystemEntropy entropy;
  io::SystemClock clock;
  std::unique_ptr<Journal> journal;

  House(const std::string& main_location, const std::string& journal_location) {
    store::Options options;
    options.writers = 1;
    main = std::move(*store::Store::open(main_location, options));
    traces = std::move(*store::Store::open(journal_location, options));
    EXPECT_TRUE(main->migrate(Journal::main_migrations()));
    EXPECT_TRUE(traces->migrate(Journal::journal_migrations()));
    auto opened = Journal::open(*main, *traces, crypto::Sealer(master, "traces", entropy), clock, entropy);
    EXPECT_TRUE(opened) << opened.error().code << " " << opened.error().detail;
    journal = std::move(*opened);
  }
  ~House() {
    journal.reset();
    traces.reset();
    main.reset();
  }
};

Entry entry_of(int writer, int round, int number) {
  Entry entry;
  entry.space = SpaceId(1 + writer % spaces);
  entry.request_id = std::to_string(round) + "/" + std::to_string(writer);
  entry.count = number;
  return entry;
}

// Even writers trace reads, odd ones commands.
io::Task<void> trace_until_killed(House& house, int writer, int round) {
  for (int number = 1;; ++number) {
    const auto entry = entry_of(writer, round, number);
    bool worked = false;
    if (writer % 2 == 0) {
      worked = (co_await house.journal->durable(entry)).has_value();
    } else {
      auto status = co_await house.main->write<void>([&house, entry](store::Tx& tx) -> Status {
        CARNET_CHECK(house.journal->append(tx, entry));
        return {};
      });
      worked = status.has_value();
    }
    if (worked) store::testing::acknowledge(entry.request_id + " " + std::to_string(number));
  }
}

TEST(AuditKillChild, DISABLED_Traces) {
  std::istringstream in(store::testing::child_argument());
  std::string round, main_location, journal_location;
  std::getline(in, round);
  std::getline(in, main_location);
  std::getline(in, journal_location);
  House house(main_location, journal_location);
  boost::asio::io_context context(1);
  for (int w = 0; w < writers; ++w) {
    io::spawn(context.get_executor(), trace_until_killed(house, w, std::stoi(round)));
  }
  context.run();
}

class AuditKill : public ::testing::TestWithParam<std::string> {};

TEST_P(AuditKill, AUD_6_EachAcknowledgedTraceIsThereOnceAndInOrder) {
  auto main = StoreCase::make(GetParam());
  auto traces = StoreCase::make(GetParam());
  std::set<std::string> acknowledged;
  for (int round = 0; round < cycles; ++round) {
    const auto argument = std::to_string(round) + "\n" + main->location() + "\n" + traces->location();
    for (auto& line : store::testing::run_and_kill("AuditKillChild.DISABLED_Traces", argument,
                                                   static_cast<std::size_t>(1 + round * 11 % 70))) {
      acknowledged.insert(std::move(line));
    }
  }
  House house(main->location(), traces->location());
  ASSERT_TRUE(io::run(house.journal->settle()));
  std::set<std::string> found;
  std::int64_t total = 0;
  for (std::int64_t space = 1; space <= spaces; ++space) {
    Filter all;
    all.limit = 1'000'000;
    auto read = io::run(house.journal->read(SpaceId(space), all));
    ASSERT_TRUE(read) << read.error().detail;
    std::map<std::string, std::int64_t> last;  // newest first: each writer's numbers go down
    for (const auto& trace : *read) {
      const auto [place, first] = last.try_emplace(trace.entry.request_id, trace.entry.count);
      if (!first) {
        EXPECT_LT(trace.entry.count, place->second) << trace.entry.request_id;
        place->second = trace.entry.count;
      }
      EXPECT_TRUE(found.insert(trace.entry.request_id + " " + std::to_string(trace.entry.count)).second);
    }
    auto verified = house.journal->verify(SpaceId(space), Lane::ordinary);
    ASSERT_TRUE(verified) << verified.error().detail;
    EXPECT_EQ(*verified, static_cast<std::int64_t>(read->size()));
    total += *verified;
  }
  std::size_t lost = 0;
  for (const auto& one : acknowledged) lost += found.contains(one) ? 0 : 1;
  EXPECT_EQ(lost, 0U) << "of " << acknowledged.size();
  EXPECT_GE(acknowledged.size(), static_cast<std::size_t>(cycles));
  EXPECT_GE(total, static_cast<std::int64_t>(acknowledged.size()));
}

INSTANTIATE_TEST_SUITE_P(Engines, AuditKill, ::testing::ValuesIn(store::testing::store_cases()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace carnet::audit
