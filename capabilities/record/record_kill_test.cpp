// REC-1, for real: a process killed while it writes batches of resources.
#include <boost/asio/io_context.hpp>
#include <set>
#include <sstream>

#include "foundation/store/testing/killed_child.hpp"
#include "record/testing/inside.hpp"

namespace carnet::record {
namespace {

using testing::must;
using testing::RecordHouse;
using testing::Resources;
using testing::Someone;

constexpr int cycles = 6;  // of each engine
constexpr int writers = 8;
constexpr std::size_t batch_size = 3;
const std::array people{Someone{.n = 1}, Someone{.n = 2}};

io::Task<void> write_until_killed(RecordHouse& house, int writer) {
  const std::size_t whose = static_cast<std::size_t>(writer) % people.size();
  const PersonId person = house.find(people[whose].number());
  Shared& shared = testing::Inside::of(house.record());
  while (true) {
    auto batch = std::make_shared<WriteBatch>();
    batch->caller = RecordHouse::doctor();
    batch->door = door_to(shared, batch->caller, person, access::Act::deposit);
    for (std::size_t i = 0; i < batch_size; ++i)
      batch->ops.push_back(Resources::op(WriteOp::Kind::create, 0, testing::observation_text("1", "1")));
    const auto written = co_await write_batch(shared, batch);
    if (!written) continue;
    std::string line = std::to_string(whose);
    for (const auto& one : written->written) line += fmt::format(" {}", one.local);
    store::testing::acknowledge(line);
  }
}

TEST(RecordKillChild, DISABLED_Writes) {
  std::istringstream in(store::testing::child_argument());
  testing::Places places;
  std::string objects;
  std::uint64_t seed = 0;
  in >> seed >> std::ws;
  std::getline(in, places.main);
  std::getline(in, places.journal);
  std::getline(in, places.keys);
  std::getline(in, objects);
  places.objects = objects;
  RecordHouse house(places, seed);
  boost::asio::io_context context(1);
  for (int writer = 0; writer < writers; ++writer) io::spawn(context.get_executor(), write_until_killed(house, writer));
  context.run();
}

class RecordKill : public ::testing::TestWithParam<std::string> {};

TEST_P(RecordKill, REC_1_EachAcknowledgedBatchIsThereWholeWithItsTrace) {
  RecordHouse house(GetParam());
  for (const auto& someone : people) house.add_open(someone);
  must(io::run(house.journal().settle()));
  house.close();
  const auto& places = house.places();
  std::set<std::pair<std::size_t, std::int64_t>> acknowledged;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    const auto argument = fmt::format("{}\n{}\n{}\n{}\n{}", 100 + cycle, places.main, places.journal, places.keys,
                                      places.objects.string());
    const auto least = static_cast<std::size_t>(1 + cycle * 13 % 40);
    for (const auto& line : store::testing::run_and_kill("RecordKillChild.DISABLED_Writes", argument, least)) {
      std::istringstream in(line);
      std::size_t whose = 0;
      in >> whose;
      for (std::int64_t local = 0; in >> local;) acknowledged.emplace(whose, local);
    }
  }
  EXPECT_GE(acknowledged.size(), batch_size * cycles);
  house.open();
  must(io::run(house.journal().settle()));
  std::size_t lost = 0;
  for (std::size_t whose = 0; whose < people.size(); ++whose) {
    const PersonId person = house.find(people[whose].number());
    Resources resources(house, house.record(), person);
    const auto opened = must(resources.open());
    const auto found = opened.record.of_type("Observation").size();
    EXPECT_EQ(found % batch_size, 0u) << "a batch is there whole or not at all";
    EXPECT_EQ(opened.record.change(), static_cast<std::int64_t>(found / batch_size));
    for (const auto& [of, local] : acknowledged)
      if (of == whose && !opened.record.find(local)) ++lost;
    audit::Filter all;
    all.limit = 1'000'000;
    std::size_t traced = 0;
    for (const auto& trace : must(io::run(house.journal().read(house.space_of(person), all))))
      if (trace.entry.action == audit::Action::resource_written) traced += static_cast<std::size_t>(trace.entry.count);
    EXPECT_EQ(traced, found);
  }
  EXPECT_EQ(lost, 0u) << "of " << acknowledged.size();
}

INSTANTIATE_TEST_SUITE_P(Engines, RecordKill, ::testing::ValuesIn(store::testing::store_cases()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace carnet::record
