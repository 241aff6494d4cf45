// The invariants of README.md, on every engine.
#include "audit/audit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <type_traits>

#include "foundation/store/schema_lint.hpp"
#include "foundation/store/testing/failing_store.hpp"
#include "foundation/store/testing/store_case.hpp"

namespace carnet::audit {
namespace {

using kernel::Result;
using kernel::Status;
using store::testing::FailingStore;
using store::testing::StoreCase;

// AUD-4: a receipt comes from a trace and from nowhere else, and serves once.
static_assert(!std::is_default_constructible_v<TraceReceipt>);
static_assert(!std::is_copy_constructible_v<TraceReceipt> && !std::is_copy_assignable_v<TraceReceipt>);
static_assert(!std::is_constructible_v<TraceReceipt, SpaceId, std::string>);
static_assert(!std::is_aggregate_v<TraceReceipt>);
static_assert(std::is_nothrow_move_constructible_v<TraceReceipt>);

Entry entry_of(std::int64_t space, std::string request, Lane lane = Lane::ordinary) {
  Entry entry;
  entry.space = SpaceId(space);
  entry.lane = lane;
  entry.action = Action::document_read;
  entry.actor = ActorKind::professional;
  entry.actor_name = "Dr Lina Benali";
  entry.request_id = std::move(request);
  return entry;
}

class AuditTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    main_case_ = StoreCase::make(GetParam());
    journal_case_ = StoreCase::make(GetParam());
    open();
  }
  void TearDown() override { close(); }
  void close() {
    journal_.reset();
    main_.reset();
    traces_.reset();
    main_engine_.reset();
    traces_engine_.reset();
  }
  void open() {
    ASSERT_NO_FATAL_FAILURE(open_stores());
    auto opened = open_journal();
    ASSERT_TRUE(opened) << opened.error().code << " " << opened.error().detail;
    journal_ = std::move(*opened);
  }
  void open_stores() {
    close();
    auto main = store::Store::open(main_case_->location(), main_case_->options());
    ASSERT_TRUE(main) << main.error().detail;
    main_engine_ = std::move(*main);
    auto options = journal_case_->options();
    options.writers = 1;
    auto traces = store::Store::open(journal_case_->location(), options);
    ASSERT_TRUE(traces) << traces.error().detail;
    traces_engine_ = std::move(*traces);
    ASSERT_TRUE(main_engine_->migrate(Journal::main_migrations()));
    ASSERT_TRUE(traces_engine_->migrate(Journal::journal_migrations()));
    main_ = std::make_unique<FailingStore>(*main_engine_);
    traces_ = std::make_unique<FailingStore>(*traces_engine_);
  }
  Result<std::unique_ptr<Journal>> open_journal() {
    return Journal::open(*main_, *traces_, crypto::Sealer(master_, "traces", entropy_), clock_, entropy_);
  }
  Status append(Entry entry) {
    return main_->write_now<void>([&](store::Tx& tx) -> Status {
      CARNET_CHECK(journal_->append(tx, entry));
      return {};
    });
  }
  std::vector<Trace> read(std::int64_t space, Filter filter = {}) {
    auto traces = io::run(journal_->read(SpaceId(space), filter));
    EXPECT_TRUE(traces) << traces.error().code << " " << traces.error().detail;
    return traces ? std::move(*traces) : std::vector<Trace>{};
  }
  std::vector<std::string> requests(std::int64_t space, Filter filter = {}) {
    std::vector<std::string> found;
    for (const auto& trace : read(space, filter)) found.push_back(trace.entry.request_id);
    return found;
  }
  std::int64_t count(store::Store& in, std::string_view sql) {
    return *in.read_now<std::int64_t>([&](store::Snapshot& snapshot) -> Result<std::int64_t> {
      std::int64_t found = -1;
      CARNET_CHECK(snapshot.query(sql, {}, [&](const store::Row& row) {
        found = row.integer(0);
        return true;
      }));
      return found;
    });
  }
  void alter(std::string sql) {
    auto changed = traces_engine_->write_now<std::int64_t>([&](store::Tx& tx) { return tx.execute(sql, {}); });
    ASSERT_TRUE(changed) << changed.error().detail;
    ASSERT_EQ(*changed, 1) << sql;
  }
  void expect_broken(std::int64_t space) {
    auto verified = journal_->verify(SpaceId(space), Lane::ordinary);
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().code, "audit.chain_broken");
  }

  std::unique_ptr<StoreCase> main_case_, journal_case_;
  std::unique_ptr<store::Store> main_engine_, traces_engine_;
  std::unique_ptr<FailingStore> main_, traces_;
  kernel::SecretBytes master_{kernel::Bytes(32, 7)};
  io::SeededEntropy entropy_{42};
  io::ManualClock clock_{kernel::Instant{1'700'000'000'000}};
  std::unique_ptr<Journal> journal_;
};

TEST_P(AuditTest, AUD_1_ADurableTraceIsInTheJournalWhenItReturns) {
  auto receipt = journal_->durable_now(entry_of(5, "one"));
  ASSERT_TRUE(receipt);
  EXPECT_EQ(receipt->space(), SpaceId(5));
  EXPECT_EQ(count(*traces_, "SELECT count(*) FROM trace"), 1);
  const auto traces = read(5);
  ASSERT_EQ(traces.size(), 1U);
  EXPECT_EQ(traces[0].sequence, 1);
  EXPECT_EQ(traces[0].entry_id, receipt->entry_id());
  EXPECT_EQ(traces[0].at, clock_.now());
  EXPECT_EQ(traces[0].entry.actor_name, "Dr Lina Benali");
  EXPECT_EQ(traces[0].entry.action, Action::document_read);
  EXPECT_EQ(traces[0].hash.size(), 32U);
  EXPECT_EQ(traces[0].previous, kernel::Bytes(32, 0));
}

TEST_P(AuditTest, AUD_1_WithoutTheJournalThereIsNoReceipt) {
  traces_->refuse_writes = true;
  auto receipt = journal_->durable_now(entry_of(5, "one"));
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, kernel::ErrorKind::unavailable);
  traces_->refuse_writes = false;
  EXPECT_TRUE(journal_->durable_now(entry_of(5, "two")));
  EXPECT_EQ(*journal_->verify(SpaceId(5), Lane::ordinary), 1);
}

TEST_P(AuditTest, AUD_2_SequencesHaveNoGapPerSpaceAndLane) {
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(journal_->durable_now(entry_of(5, "a" + std::to_string(i))));
    ASSERT_TRUE(journal_->durable_now(entry_of(6, "b" + std::to_string(i))));
    ASSERT_TRUE(journal_->durable_now(entry_of(5, "c" + std::to_string(i), Lane::reserved)));
  }
  EXPECT_EQ(*journal_->verify(SpaceId(5), Lane::ordinary), 5);
  EXPECT_EQ(*journal_->verify(SpaceId(5), Lane::reserved), 5);
  EXPECT_EQ(*journal_->verify(SpaceId(6), Lane::ordinary), 5);
  EXPECT_EQ(*journal_->verify(SpaceId(7), Lane::ordinary), 0);
  const auto traces = read(5);
  ASSERT_EQ(traces.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(traces[i].sequence, static_cast<std::int64_t>(5 - i));
  for (std::size_t i = 0; i + 1 < 5; ++i) EXPECT_EQ(traces[i].previous, traces[i + 1].hash);
}

io::Task<void> trace_many(Journal& journal, int writer, int how_many, std::atomic<int>& wrong) {
  for (int i = 0; i < how_many; ++i) {
    const std::int64_t space = 1 + (writer + i) % 7;
    auto receipt = co_await journal.durable(entry_of(space, std::to_string(writer) + "/" + std::to_string(i)));
    if (!receipt || receipt->space() != SpaceId(space)) ++wrong;
  }
}

TEST_P(AuditTest, AUD_2_SixtyFourCoroutinesAtOnceLeaveNoGap) {
  constexpr int writers = 64, each = 20;
  std::atomic<int> wrong{0};
  boost::asio::io_context context(1);
  for (int w = 0; w < writers; ++w) io::spawn(context.get_executor(), trace_many(*journal_, w, each, wrong));
  context.run();
  EXPECT_EQ(wrong, 0);
  std::int64_t total = 0;
  for (int space = 1; space <= 7; ++space) {
    auto verified = journal_->verify(SpaceId(space), Lane::ordinary);
    ASSERT_TRUE(verified) << verified.error().detail;
    total += *verified;
  }
  EXPECT_EQ(total, writers * each);
  // Gathered: far fewer commits than traces.
  EXPECT_LT(traces_->figures().commits, static_cast<std::uint64_t>(writers * each / 2));
}

TEST_P(AuditTest, AUD_2_ChainsGoOnAfterReopening) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(journal_->durable_now(entry_of(5, std::to_string(i))));
  open();
  ASSERT_TRUE(journal_->durable_now(entry_of(5, "3")));
  EXPECT_EQ(*journal_->verify(SpaceId(5), Lane::ordinary), 4);
  EXPECT_THAT(requests(5), ::testing::ElementsAre("3", "2", "1", "0"));
}

io::Task<void> one_trace_each(Journal& journal, std::int64_t first, std::int64_t last, std::atomic<int>& wrong) {
  for (std::int64_t space = first; space < last; ++space) {
    if (!co_await journal.durable(entry_of(space, "x"))) ++wrong;
  }
}

// Enough spaces that heads are written to trace_lane, with traces going on meanwhile.
TEST_P(AuditTest, AUD_2_HeadsWrittenLazilyAreRightAfterReopening) {
  if (GetParam() != "sqlite") GTEST_SKIP() << "PostgreSQL keeps no heads";
  constexpr std::int64_t tasks = 256, each = 120;
  for (int round = 0; round < 2; ++round) {
    std::atomic<int> wrong{0};
    boost::asio::io_context context(1);
    for (std::int64_t t = 0; t < tasks; ++t) {
      io::spawn(context.get_executor(), one_trace_each(*journal_, 1 + t * each, 1 + (t + 1) * each, wrong));
    }
    context.run();
    ASSERT_EQ(wrong, 0);
    open();
  }
  EXPECT_GT(count(*traces_, "SELECT count(*) FROM trace_lane"), 10'000);
  EXPECT_GT(count(*traces_, "SELECT position FROM trace_mark"), 0);
  for (std::int64_t space = 1; space <= tasks * each; space += 501) {
    auto verified = journal_->verify(SpaceId(space), Lane::ordinary);
    ASSERT_TRUE(verified) << verified.error().detail;
    EXPECT_EQ(*verified, 2);
  }
}

TEST_P(AuditTest, AUD_3_AnAppendedTraceLivesAndDiesWithItsTransaction) {
  ASSERT_TRUE(append(entry_of(5, "kept")));
  auto refused = main_->write_now<void>([&](store::Tx& tx) -> Status {
    CARNET_CHECK(journal_->append(tx, entry_of(5, "gone")));
    return kernel::refuse(kernel::ErrorKind::conflict, "test.no");
  });
  ASSERT_FALSE(refused);
  ASSERT_TRUE(io::run(journal_->settle()));
  EXPECT_THAT(requests(5), ::testing::ElementsAre("kept"));
  EXPECT_EQ(count(*main_, "SELECT count(*) FROM trace_pending"), 0);
  EXPECT_EQ(*journal_->verify(SpaceId(5), Lane::ordinary), 1);
}

TEST_P(AuditTest, AUD_3_TheTimeIsThatOfTheAppend) {
  const auto then = clock_.now();
  traces_->refuse_writes = true;
  ASSERT_TRUE(append(entry_of(5, "x")));
  EXPECT_FALSE(io::run(journal_->settle()));
  clock_.advance(std::chrono::hours(5));
  traces_->refuse_writes = false;
  ASSERT_TRUE(io::run(journal_->settle()));
  EXPECT_EQ(read(5).at(0).at, then);
}

TEST_P(AuditTest, AUD_5_WhatHasNotMovedIsReadAllTheSame) {
  ASSERT_TRUE(journal_->durable_now(entry_of(5, "1")));
  traces_->refuse_writes = true;
  for (const char* request : {"2", "3"}) ASSERT_TRUE(append(entry_of(5, request)));
  ASSERT_TRUE(append(entry_of(5, "other lane", Lane::reserved)));
  ASSERT_TRUE(append(entry_of(6, "other space")));
  EXPECT_FALSE(io::run(journal_->settle()));
  const auto traces = read(5);
  ASSERT_EQ(traces.size(), 3U);
  EXPECT_EQ(traces[0].sequence, 3);
  EXPECT_EQ(traces[0].entry.request_id, "3");
  EXPECT_TRUE(traces[0].hash.empty());
  EXPECT_EQ(traces[1].sequence, 2);
  EXPECT_EQ(traces[2].sequence, 1);
  EXPECT_FALSE(traces[2].hash.empty());
  Filter older;
  older.before_sequence = 3;
  older.limit = 1;
  EXPECT_THAT(requests(5, older), ::testing::ElementsAre("2"));
  traces_->refuse_writes = false;
  ASSERT_TRUE(io::run(journal_->settle()));
  EXPECT_THAT(requests(5), ::testing::ElementsAre("3", "2", "1"));
}

TEST_P(AuditTest, AUD_5_AJournalThatWorksAgainDrainsWithoutBeingAsked) {
  traces_->refuse_writes = true;
  ASSERT_TRUE(append(entry_of(5, "waits")));
  EXPECT_FALSE(io::run(journal_->settle()));
  traces_->refuse_writes = false;
  ASSERT_TRUE(journal_->durable_now(entry_of(6, "any")));
  ASSERT_TRUE(io::run(journal_->settle()));
  EXPECT_EQ(count(*traces_, "SELECT count(*) FROM trace"), 2);
}

TEST_P(AuditTest, AUD_6_ACrashBeforeTheMoveLeavesEachTraceOnceInOrder) {
  traces_->refuse_writes = true;
  for (int i = 0; i < 600; ++i) ASSERT_TRUE(append(entry_of(5, std::to_string(i))));
  open();
  EXPECT_EQ(count(*main_, "SELECT count(*) FROM trace_pending"), 0);
  Filter all;
  all.limit = 1000;
  const auto found = requests(5, all);
  ASSERT_EQ(found.size(), 600U);
  for (std::size_t i = 0; i < 600; ++i) EXPECT_EQ(found[i], std::to_string(599 - i));
  EXPECT_EQ(*journal_->verify(SpaceId(5), Lane::ordinary), 600);
}

TEST_P(AuditTest, AUD_6_ACrashBetweenTheMoveAndTheDeletionLeavesEachTraceOnce) {
  traces_->refuse_writes = true;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(append(entry_of(5, std::to_string(i))));
  EXPECT_FALSE(io::run(journal_->settle()));
  traces_->refuse_writes = false;
  main_->refuse_writes = true;  // moved, but not deleted
  EXPECT_FALSE(io::run(journal_->settle()));
  EXPECT_EQ(count(*traces_, "SELECT count(*) FROM trace"), 10);
  EXPECT_EQ(count(*main_, "SELECT count(*) FROM trace_pending"), 10);
  EXPECT_EQ(read(5).size(), 10U);  // in both places, read once
  open();
  EXPECT_EQ(count(*main_, "SELECT count(*) FROM trace_pending"), 0);
  EXPECT_EQ(count(*traces_, "SELECT count(*) FROM trace"), 10);
  EXPECT_EQ(*journal_->verify(SpaceId(5), Lane::ordinary), 10);
}

TEST_P(AuditTest, AUD_7_EachFieldThatIsTamperedWithIsFound) {
  for (std::int64_t space = 5; space < 7; ++space) {
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(journal_->durable_now(entry_of(space, std::to_string(i))));
  }
  const std::string where = " WHERE space_id = 5 AND lane = 0 AND sequence = 2";
  const std::string blob = GetParam() == "sqlite" ? "x'" : "'\\x";
  const auto hex32 = blob + std::string(64, 'a') + "'";
  ASSERT_EQ(*journal_->verify(SpaceId(5), Lane::ordinary), 3);
  struct Change {
    std::string set, back;
  };
  const Change changes[] = {
      {"space_id = 9", "space_id = 5"},
      {"lane = 1", "lane = 0"},
      {"sequence = 7", "sequence = 2"},
      {"at_ms = at_ms + 1", "at_ms = at_ms - 1"},
  };
  for (const auto& change : changes) {
    alter("UPDATE trace SET " + change.set + where);
    expect_broken(5);
    alter("UPDATE trace SET " + change.back + " WHERE space_id IN (5, 9) AND lane IN (0, 1) AND sequence IN (2, 7)" +
          " AND NOT (space_id = 5 AND lane = 0 AND sequence = 2 AND at_ms = 1700000000000)");
    ASSERT_EQ(*journal_->verify(SpaceId(5), Lane::ordinary), 3) << change.set;
  }
  for (const std::string column : {"entry_id", "previous", "hash", "body"}) {
    const auto original = *traces_->read_now<std::string>([&](store::Snapshot& snapshot) -> Result<std::string> {
      std::string hex;
      CARNET_CHECK(snapshot.query("SELECT " + column + " FROM trace" + where, {}, [&](const store::Row& row) {
        hex = kernel::to_hex(row.blob(0));
        return true;
      }));
      return hex;
    });
    alter("UPDATE trace SET " + column + " = " + hex32 + where);
    expect_broken(5);
    alter("UPDATE trace SET " + column + " = " + blob + original + "'" + where);
    ASSERT_EQ(*journal_->verify(SpaceId(5), Lane::ordinary), 3) << column;
  }
  alter("DELETE FROM trace" + where);
  expect_broken(5);
  EXPECT_EQ(*journal_->verify(SpaceId(6), Lane::ordinary), 3);
}

TEST_P(AuditTest, AUD_7_ABodyOfAnotherPlaceDoesNotOpen) {
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(journal_->durable_now(entry_of(5, std::to_string(i))));
  alter("UPDATE trace SET body = (SELECT body FROM trace WHERE sequence = 1) WHERE sequence = 2");
  expect_broken(5);
  EXPECT_FALSE(io::run(journal_->read(SpaceId(5), {})));
}

TEST_P(AuditTest, AUD_7_AJournalCutShortIsNoticed) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(journal_->durable_now(entry_of(5, std::to_string(i))));
  alter("DELETE FROM trace WHERE sequence = 2");
  journal_.reset();
  auto reopened = open_journal();
  if (GetParam() == "sqlite") {
    ASSERT_FALSE(reopened);
    EXPECT_EQ(reopened.error().code, "audit.journal_truncated");
  } else {
    ASSERT_TRUE(reopened);
    EXPECT_FALSE((*reopened)->verify(SpaceId(5), Lane::ordinary));
  }
}

TEST_P(AuditTest, AUD_7_APendingTraceThatDoesNotOpenStaysAndIsTold) {
  traces_->refuse_writes = true;
  ASSERT_TRUE(append(entry_of(5, "spoiled")));
  ASSERT_TRUE(append(entry_of(6, "sound")));
  EXPECT_FALSE(io::run(journal_->settle()));
  ASSERT_TRUE(main_engine_->write_now<std::int64_t>(
      [](store::Tx& tx) { return tx.execute("UPDATE trace_pending SET at_ms = 1 WHERE space_id = 5", {}); }));
  open();
  EXPECT_FALSE(io::run(journal_->settle()));
  EXPECT_EQ(count(*main_, "SELECT count(*) FROM trace_pending"), 1);
  EXPECT_FALSE(io::run(journal_->read(SpaceId(5), {})));
  EXPECT_THAT(requests(6), ::testing::ElementsAre("sound"));
}

TEST_P(AuditTest, AUD_13_AnAuditorMeetsEveryTraceOfThePeriodOnce) {
  ASSERT_TRUE(journal_->durable_now(entry_of(5, "before")));
  clock_.advance(std::chrono::hours(30));
  const auto from = clock_.now();
  std::vector<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    expected.push_back(std::to_string(i));
    ASSERT_TRUE(journal_->durable_now(entry_of(1 + i % 3, expected.back(), i % 7 == 0 ? Lane::reserved : Lane::ordinary)));
    clock_.advance(std::chrono::minutes(7));
  }
  traces_->refuse_writes = true;
  ASSERT_TRUE(append(entry_of(6, "waiting")));
  expected.emplace_back("waiting");
  clock_.advance(std::chrono::milliseconds(1));
  const auto to = clock_.now();
  ASSERT_TRUE(append(entry_of(6, "after")));
  std::vector<std::string> met, faults;
  const auto review = [&] {
    met.clear();
    faults.clear();
    EXPECT_TRUE(journal_->review(from, to, [&](const Reviewed& one) {
      met.push_back(one.trace.entry.request_id);
      if (!one.fault.empty()) faults.emplace_back(one.fault);
      return true;
    }));
  };
  review();
  EXPECT_EQ(met, expected);
  EXPECT_THAT(faults, ::testing::IsEmpty());
  alter("UPDATE trace SET at_ms = at_ms + 1 WHERE space_id = 1 AND lane = 0 AND sequence = 3");
  alter("DELETE FROM trace WHERE space_id = 2 AND lane = 0 AND sequence = 5");
  review();
  EXPECT_EQ(met.size(), expected.size() - 1);
  EXPECT_THAT(faults, ::testing::UnorderedElementsAre("body_unreadable", "not_in_chain"));
}

TEST_P(AuditTest, AUD_8_NothingOfABodyLiesInClear) {
  ASSERT_TRUE(journal_->durable_now(entry_of(5, "canary-request")));
  traces_->refuse_writes = true;
  ASSERT_TRUE(append(entry_of(5, "canary-request")));
  for (auto* in : {main_.get(), traces_.get()}) {
    const std::string sql = in == main_.get() ? "SELECT body FROM trace_pending" : "SELECT body FROM trace";
    ASSERT_TRUE(in->read_now<void>([&](store::Snapshot& snapshot) {
      return snapshot.query(sql, {}, [](const store::Row& row) {
        const auto body = kernel::as_text(row.blob(0));
        EXPECT_GT(body.size(), crypto::seal_overhead);
        EXPECT_EQ(body.find("canary"), std::string_view::npos);
        EXPECT_EQ(body.find("Benali"), std::string_view::npos);
        return true;
      });
    }));
  }
}

TEST_P(AuditTest, PagesAndPeriods) {
  const auto start = clock_.now();
  for (int i = 1; i <= 10; ++i) {
    ASSERT_TRUE(journal_->durable_now(entry_of(5, std::to_string(i))));
    clock_.advance(std::chrono::minutes(1));
  }
  Filter page;
  page.limit = 3;
  EXPECT_THAT(requests(5, page), ::testing::ElementsAre("10", "9", "8"));
  page.before_sequence = 8;
  EXPECT_THAT(requests(5, page), ::testing::ElementsAre("7", "6", "5"));
  Filter period;
  period.from = start.plus(std::chrono::minutes(2));
  period.to = start.plus(std::chrono::minutes(4));
  EXPECT_THAT(requests(5, period), ::testing::ElementsAre("4", "3"));
  EXPECT_TRUE(requests(77).empty());
}

TEST_P(AuditTest, ATraceIsOfASpace) {
  EXPECT_EQ(journal_->durable_now(entry_of(0, "x")).error().code, "audit.no_space");
  EXPECT_EQ(append(entry_of(-1, "x")).error().code, "audit.no_space");
}

TEST_P(AuditTest, AUD_4_AReceiptMovedFromIsOfNoSpace) {
  auto receipt = journal_->durable_now(entry_of(5, "x"));
  const TraceReceipt taken = std::move(*receipt);
  EXPECT_EQ(taken.space(), SpaceId(5));
  EXPECT_EQ(receipt->space(), SpaceId(0));
}

TEST(AuditSchema, PassesTheLint) {
  for (const auto& migrations : {Journal::main_migrations(), Journal::journal_migrations()}) {
    EXPECT_FALSE(migrations.empty());
    for (const auto& issue : store::lint_schema(migrations)) ADD_FAILURE() << issue.file << " " << issue.says;
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, AuditTest, ::testing::ValuesIn(store::testing::store_cases()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace carnet::audit
