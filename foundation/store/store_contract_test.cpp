// The contract of store.hpp, the same for every engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <future>
#include <latch>
#include <thread>

#include "foundation/store/store.hpp"
#include "foundation/store/testing/store_case.hpp"

namespace carnet::store {
namespace {

using kernel::ErrorKind;
using kernel::Result;
using kernel::Status;
using ::testing::ElementsAre;
using testing::StoreCase;

const std::vector<Migration> schema = {
    {"test", "0001_item.sql",
     "CREATE TABLE item (id INTEGER NOT NULL, name TEXT, body BLOB, PRIMARY KEY (id)) WITHOUT ROWID;"}};

std::int64_t count_items(Snapshot& snapshot) {
  std::int64_t count = -1;
  auto status = snapshot.query("SELECT count(*) FROM item", {}, [&](const Row& row) {
    count = row.integer(0);
    return true;
  });
  EXPECT_TRUE(status) << status.error().detail;
  return count;
}

Result<std::int64_t> insert(Tx& tx, std::int64_t id, std::string_view name = "x") {
  return tx.execute("INSERT INTO item (id, name) VALUES ($1, $2)", {id, name});
}

class StoreContract : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    case_ = StoreCase::make(GetParam());
    open();
  }
  void open() {
    store_.reset();
    auto opened = Store::open(case_->location(), case_->options());
    ASSERT_TRUE(opened) << opened.error().code << " " << opened.error().detail;
    store_ = std::move(*opened);
    auto migrated = store_->migrate(schema);
    ASSERT_TRUE(migrated) << migrated.error().code << " " << migrated.error().detail;
  }
  std::int64_t count() {
    auto counted = store_->read_now<std::int64_t>([](Snapshot& s) -> Result<std::int64_t> { return count_items(s); });
    EXPECT_TRUE(counted);
    return counted.value_or(-1);
  }
  bool sqlite() const { return GetParam() == "sqlite"; }

  std::unique_ptr<StoreCase> case_;
  std::unique_ptr<Store> store_;
};

TEST_P(StoreContract, WhatIsWrittenIsReadAfterReopening) {
  auto wrote = store_->write_now<std::int64_t>([](Tx& tx) { return insert(tx, 7, "seven"); });
  ASSERT_TRUE(wrote) << wrote.error().detail;
  EXPECT_EQ(*wrote, 1);
  open();
  auto name = store_->read_now<std::string>([](Snapshot& snapshot) -> Result<std::string> {
    std::string found;
    CARNET_CHECK(snapshot.query("SELECT name FROM item WHERE id = $1", {7}, [&](const Row& row) {
      found = row.text(0);
      return true;
    }));
    return found;
  });
  ASSERT_TRUE(name);
  EXPECT_EQ(*name, "seven");
}

TEST_P(StoreContract, ValuesOfEveryKindComeBackExactly) {
  const Bytes all_bytes = [] {
    Bytes bytes(256);
    for (std::size_t i = 0; i < 256; ++i) bytes[i] = static_cast<std::uint8_t>(i);
    return bytes;
  }();
  const std::optional<std::string> absent;
  auto status = store_->write_now<void>([&](Tx& tx) -> Status {
    CARNET_CHECK(tx.execute("INSERT INTO item (id, name, body) VALUES ($1, $2, $3)",
                            {std::numeric_limits<std::int64_t>::min(), absent, all_bytes}));
    CARNET_CHECK(tx.execute("INSERT INTO item (id, name, body) VALUES ($1, $2, $3)",
                            {std::numeric_limits<std::int64_t>::max(), "é \xF0\x9F\xA9\xBA 'quoted'", std::nullopt}));
    CARNET_CHECK(tx.execute("INSERT INTO item (id, name, body) VALUES ($1, $2, $3)",
                            {std::int64_t{0}, std::string_view(), ByteView()}));
    return {};
  });
  ASSERT_TRUE(status) << status.error().detail;
  std::vector<std::string> seen;
  auto read = store_->read_now<void>([&](Snapshot& snapshot) {
    return snapshot.query("SELECT id, name, body FROM item ORDER BY id", {}, [&](const Row& row) {
      seen.push_back(std::to_string(row.integer(0)) + "|" + (row.is_null(1) ? "NULL" : std::string(row.text(1))) + "|" +
                     (row.is_null(2) ? "NULL" : std::to_string(row.blob(2).size())));
      if (row.integer(0) < 0) EXPECT_TRUE(std::ranges::equal(row.blob(2), all_bytes));
      return true;
    });
  });
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_THAT(seen, ElementsAre("-9223372036854775808|NULL|256", "0||0",
                                "9223372036854775807|é \xF0\x9F\xA9\xBA 'quoted'|NULL"));
}

TEST_P(StoreContract, ParametersGoByTheirNumberNotByTheirPlace) {
  auto status = store_->write_now<void>([](Tx& tx) -> Status {
    CARNET_CHECK(tx.execute("INSERT INTO item (name, id) VALUES ($2, $1)", {5, "five"}));
    CARNET_CHECK(tx.execute("UPDATE item SET name = $2 WHERE name = $3 AND id = $1 AND name = $3", {5, "V", "five"}));
    return {};
  });
  ASSERT_TRUE(status) << status.error().detail;
  EXPECT_EQ(count(), 1);
  auto wrong = store_->write_now<void>([](Tx& tx) -> Status {
    CARNET_CHECK(tx.execute("DELETE FROM item WHERE id = $1", {5, "too many"}));
    return {};
  });
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "store.failed");
}

TEST_P(StoreContract, RowsChangedAreCounted) {
  auto counts = store_->write_now<std::vector<std::int64_t>>([](Tx& tx) -> Result<std::vector<std::int64_t>> {
    std::vector<std::int64_t> changed;
    for (int id = 0; id < 3; ++id) {
      CARNET_TRY(one, insert(tx, id));
      changed.push_back(one);
    }
    CARNET_TRY(all, tx.execute("UPDATE item SET name = $1", {"y"}));
    CARNET_TRY(none, tx.execute("DELETE FROM item WHERE id = $1", {99}));
    CARNET_TRY(kept, tx.execute("INSERT INTO item (id, name) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", {0, "z"}));
    changed.insert(changed.end(), {all, none, kept});
    return changed;
  });
  ASSERT_TRUE(counts) << counts.error().detail;
  EXPECT_THAT(*counts, ElementsAre(1, 1, 1, 3, 0, 0));
}

TEST_P(StoreContract, UniqueRefusalIsAConflictAndTheTransactionGoesOn) {
  auto status = store_->write_now<void>([](Tx& tx) -> Status {
    CARNET_CHECK(insert(tx, 1));
    auto twice = insert(tx, 1);
    EXPECT_FALSE(twice);
    EXPECT_EQ(twice.error().kind, ErrorKind::conflict);
    EXPECT_EQ(twice.error().code, "store.unique");
    CARNET_CHECK(insert(tx, 2));
    return {};
  });
  ASSERT_TRUE(status) << status.error().detail;
  EXPECT_EQ(count(), 2);
}

TEST_P(StoreContract, AnyOtherErrorDoomsTheTransactionEvenWhenIgnored) {
  auto status = store_->write_now<void>([](Tx& tx) -> Status {
    CARNET_CHECK(insert(tx, 1));
    EXPECT_FALSE(tx.execute("INSERT INTO no_such_table VALUES ($1)", {1}));
    return {};
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "store.failed");
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(store_->healthy());
}

TEST_P(StoreContract, ARefusalKeepsNothingAndReachesTheCaller) {
  auto status = store_->write_now<void>([](Tx& tx) -> Status {
    CARNET_CHECK(insert(tx, 1));
    return kernel::refuse(ErrorKind::forbidden, "test.no", "said so");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "test.no");
  EXPECT_EQ(count(), 0);
}

TEST_P(StoreContract, AnExceptionInAClosureIsAFaultAndKeepsNothing) {
  auto status = store_->write_now<void>([](Tx& tx) -> Status {
    CARNET_CHECK(insert(tx, 1));
    throw std::runtime_error("inside");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "store.closure_threw");
  EXPECT_EQ(count(), 0);
}

TEST_P(StoreContract, AFailingJobInsideABatchLeavesItsNeighboursAlone) {
  // The first job holds the writer while the others gather behind it, in one batch on SQLite.
  std::promise<void> gathered;
  std::latch all_done(10);
  std::vector<Status> statuses(10);
  auto wait = gathered.get_future().share();
  for (int i = 0; i < 10; ++i) {
    store_->submit_write(
        [i, wait](Tx& tx) -> Status {
          if (i == 0) wait.wait();
          CARNET_CHECK(insert(tx, 100 + i));
          if (i % 3 == 2) return kernel::refuse(ErrorKind::conflict, "test.fails");
          return {};
        },
        [&, i](Status status) {
          statuses[static_cast<std::size_t>(i)] = std::move(status);
          all_done.count_down();
        });
  }
  gathered.set_value();
  all_done.wait();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(statuses[static_cast<std::size_t>(i)].has_value(), i % 3 != 2) << i;
  EXPECT_EQ(count(), 7);
  if (sqlite()) EXPECT_GE(store_->figures().batches_waited, 1U);
}

TEST_P(StoreContract, AfterCommitRunsOnceCommittedAndBeforeTheCallerResumes) {
  std::atomic<int> ran{0};
  auto kept = store_->write_now<void>([&](Tx& tx) -> Status {
    tx.after_commit([&] { ran = 1; });
    CARNET_CHECK(insert(tx, 1));
    EXPECT_EQ(ran, 0);
    return {};
  });
  ASSERT_TRUE(kept);
  EXPECT_EQ(ran, 1);
  auto refused = store_->write_now<void>([&](Tx& tx) -> Status {
    tx.after_commit([&] { ran = 2; });
    return kernel::refuse(ErrorKind::conflict, "test.no");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(ran, 1);
}

TEST_P(StoreContract, WhatAHookSeesIsCommitted) {
  std::promise<std::int64_t> seen;
  auto kept = store_->write_now<void>([&](Tx& tx) -> Status {
    tx.after_commit([&] {
      auto result = std::make_shared<std::int64_t>(-1);
      store_->submit_read(
          [result](Snapshot& snapshot) -> Status {
            *result = count_items(snapshot);
            return {};
          },
          [&seen, result](Status) { seen.set_value(*result); });
    });
    CARNET_CHECK(insert(tx, 1));
    return {};
  });
  ASSERT_TRUE(kept);
  EXPECT_EQ(seen.get_future().get(), 1);
}

TEST_P(StoreContract, AReadKeepsOneSnapshot) {
  std::promise<void> first_look, written;
  auto wait = written.get_future().share();
  std::promise<std::pair<std::int64_t, std::int64_t>> result;
  auto looks = std::make_shared<std::pair<std::int64_t, std::int64_t>>();
  store_->submit_read(
      [&, wait, looks](Snapshot& snapshot) -> Status {
        looks->first = count_items(snapshot);
        first_look.set_value();
        wait.wait();
        looks->second = count_items(snapshot);
        return {};
      },
      [&, looks](Status) { result.set_value(*looks); });
  first_look.get_future().wait();
  ASSERT_TRUE(store_->write_now<std::int64_t>([](Tx& tx) { return insert(tx, 1); }));
  written.set_value();
  const auto seen = result.get_future().get();
  EXPECT_EQ(seen.first, 0);
  EXPECT_EQ(seen.second, 0);
  EXPECT_EQ(count(), 1);
}

TEST_P(StoreContract, AReaderCannotWrite) {
  auto status = store_->read_now<void>([](Snapshot& snapshot) {
    return snapshot.query("INSERT INTO item (id) VALUES (1) RETURNING id", {}, [](const Row&) { return true; });
  });
  EXPECT_FALSE(status);
  EXPECT_EQ(count(), 0);
}

TEST_P(StoreContract, QueriesNestAndStopEarly) {
  ASSERT_TRUE(store_->write_now<void>([](Tx& tx) -> Status {
    for (int id = 0; id < 10; ++id) CARNET_CHECK(insert(tx, id));
    return {};
  }));
  auto rows = store_->read_now<std::int64_t>([](Snapshot& snapshot) -> Result<std::int64_t> {
    constexpr const char* same_text = "SELECT id FROM item WHERE id >= $1 ORDER BY id";
    std::int64_t outer = 0, inner = 0;
    CARNET_CHECK(snapshot.query(same_text, {0}, [&](const Row& row) {
      const auto id = row.integer(0);
      EXPECT_TRUE(snapshot.query(same_text, {id}, [&](const Row&) { return ++inner % 2 != 0; }));
      EXPECT_EQ(row.integer(0), id);
      return ++outer < 5;
    }));
    return outer * 100 + inner;
  });
  ASSERT_TRUE(rows);
  EXPECT_EQ(*rows, 510);
}

TEST_P(StoreContract, ReturningGivesRowsAndKeepsTheUniqueRefusal) {
  auto status = store_->write_now<void>([](Tx& tx) -> Status {
    std::int64_t returned = 0;
    const auto keep = [&](const Row& row) {
      returned = row.integer(0);
      return true;
    };
    CARNET_CHECK(tx.query("INSERT INTO item (id) VALUES ($1) RETURNING id", {42}, keep));
    EXPECT_EQ(returned, 42);
    auto twice = tx.query("INSERT INTO item (id) VALUES ($1) RETURNING id", {42}, keep);
    EXPECT_FALSE(twice);
    EXPECT_EQ(twice.error().code, "store.unique");
    return {};
  });
  ASSERT_TRUE(status) << status.error().detail;
  EXPECT_EQ(count(), 1);
}

TEST_P(StoreContract, LargeBlobs) {
  Bytes large(30 << 20);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::uint8_t>(i * 2654435761U >> 13);
  ASSERT_TRUE(store_->write_now<std::int64_t>(
      [&](Tx& tx) { return tx.execute("INSERT INTO item (id, body) VALUES ($1, $2)", {1, large}); }));
  bool same = false;
  ASSERT_TRUE(store_->read_now<void>([&](Snapshot& snapshot) {
    return snapshot.query("SELECT body FROM item", {}, [&](const Row& row) {
      same = std::ranges::equal(row.blob(0), large);
      return true;
    });
  }));
  EXPECT_TRUE(same);
}

TEST_P(StoreContract, ObjectsAreReadBackDuringAfterAndAcrossReopening) {
  Bytes sealed(100'000, 0x5a);
  sealed[1] = 1;
  ObjectRef first, second, empty;
  auto status = store_->write_now<void>([&](Tx& tx) -> Status {
    CARNET_TRY(one, tx.append_object(sealed));
    CARNET_TRY(two, tx.append_object(kernel::as_bytes("second")));
    CARNET_TRY(none, tx.append_object({}));
    first = one, second = two, empty = none;
    CARNET_TRY(back, tx.object(one));
    EXPECT_EQ(back, sealed);
    return {};
  });
  ASSERT_TRUE(status) << status.error().detail;
  EXPECT_EQ(first.length, 100'000);
  open();
  auto read = store_->read_now<std::vector<Bytes>>([&](Snapshot& snapshot) -> Result<std::vector<Bytes>> {
    CARNET_TRY(one, snapshot.object(first));
    CARNET_TRY(two, snapshot.object(second));
    CARNET_TRY(none, snapshot.object(empty));
    return std::vector<Bytes>{one, two, none};
  });
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ((*read)[0], sealed);
  EXPECT_EQ((*read)[1], kernel::to_bytes("second"));
  EXPECT_TRUE((*read)[2].empty());
}

TEST_P(StoreContract, AnObjectThatIsNotThereIsAFault) {
  for (const ObjectRef ref : {ObjectRef{9, 0, 1}, ObjectRef{1, 1 << 20, 1}, ObjectRef{0, 0, 0}, ObjectRef{1, -1, 1},
                              ObjectRef{1, 0, std::numeric_limits<std::int64_t>::max()}}) {
    auto read = store_->read_now<Bytes>([&](Snapshot& snapshot) { return snapshot.object(ref); });
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, "store.failed");
  }
}

TEST_P(StoreContract, WithoutAPackDirectoryObjectsAreRefused) {
  store_.reset();
  Options options = case_->options();
  options.objects.clear();
  auto opened = Store::open(case_->location(), options);
  ASSERT_TRUE(opened);
  auto status = (*opened)->write_now<ObjectRef>([](Tx& tx) { return tx.append_object(kernel::as_bytes("x")); });
  EXPECT_FALSE(status);
}

// Coroutines

io::Task<void> write_many(Store& store, std::int64_t first, std::int64_t how_many, std::thread::id expected,
                          std::atomic<int>& wrong) {
  for (std::int64_t id = first; id < first + how_many; ++id) {
    auto wrote = co_await store.write<std::int64_t>([id](Tx& tx) { return insert(tx, id); });
    if (!wrote || *wrote != 1 || std::this_thread::get_id() != expected) ++wrong;
    auto read = co_await store.read<std::int64_t>([id](Snapshot& snapshot) -> Result<std::int64_t> {
      std::int64_t found = 0;
      CARNET_CHECK(snapshot.query("SELECT count(*) FROM item WHERE id = $1", {id}, [&](const Row& row) {
        found = row.integer(0);
        return true;
      }));
      return found;
    });
    if (!read || *read != 1 || std::this_thread::get_id() != expected) ++wrong;
  }
}

TEST_P(StoreContract, ManyCoroutinesOnTwoIoThreadsResumeOnTheirOwn) {
  constexpr int per_thread = 32, each = 10;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      boost::asio::io_context context(1);
      for (int c = 0; c < per_thread; ++c) {
        io::spawn(context.get_executor(),
                  write_many(*store_, 1000 * t + each * c, each, std::this_thread::get_id(), wrong));
      }
      context.run();
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(count(), 2 * per_thread * each);
}

io::Task<Status> refused_write(Store& store) {
  co_return co_await store.write<void>([](Tx&) -> Status { return kernel::refuse(ErrorKind::gone, "test.gone"); });
}

TEST_P(StoreContract, ACoroutineReceivesTheRefusal) {
  auto status = io::run(refused_write(*store_));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "test.gone");
}

io::Task<Result<std::unique_ptr<int>>> move_only(Store& store) {
  co_return co_await store.read<std::unique_ptr<int>>(
      [](Snapshot&) -> Result<std::unique_ptr<int>> { return std::make_unique<int>(5); });
}

TEST_P(StoreContract, ResultsMayBeMoveOnly) {
  EXPECT_EQ(**io::run(move_only(*store_)), 5);
}

// Each reads, then writes what it read plus one: were two of them let through together, a step would be lost.
io::Task<void> count_up(Store& store, int steps, std::atomic<int>& failures) {
  for (int i = 0; i < steps; ++i) {
    auto status = co_await store.write<void>([](Tx& tx) -> Status {
      std::string text;
      CARNET_CHECK(tx.query("SELECT name FROM item WHERE id = 1", {}, [&](const Row& row) {
        text = row.text(0);
        return true;
      }));
      CARNET_CHECK(tx.execute("UPDATE item SET name = $1 WHERE id = 1", {std::to_string(std::stoi(text) + 1)}));
      return {};
    });
    if (!status) ++failures;
  }
}

TEST_P(StoreContract, TransactionsThatMeetBehaveAsIfOneAfterTheOther) {
  ASSERT_TRUE(store_->write_now<std::int64_t>([](Tx& tx) { return insert(tx, 1, "0"); }));
  std::atomic<int> failures{0};
  boost::asio::io_context context(1);
  for (int c = 0; c < 4; ++c) io::spawn(context.get_executor(), count_up(*store_, 25, failures));
  context.run();
  EXPECT_EQ(failures, 0);
  auto total = store_->read_now<std::string>([](Snapshot& snapshot) -> Result<std::string> {
    std::string text;
    CARNET_CHECK(snapshot.query("SELECT name FROM item", {}, [&](const Row& row) {
      text = row.text(0);
      return true;
    }));
    return text;
  });
  EXPECT_EQ(*total, "100");
}

TEST_P(StoreContract, ClosingDrainsWhatWasAsked) {
  std::atomic<int> done{0}, kept{0};
  for (int id = 0; id < 200; ++id) {
    store_->submit_write(
        [id](Tx& tx) -> Status {
          CARNET_CHECK(insert(tx, id));
          return {};
        },
        [&](Status status) {
          ++done;
          if (status) ++kept;
        });
  }
  store_.reset();
  EXPECT_EQ(done, 200);
  EXPECT_EQ(kept, 200);
  open();
  EXPECT_EQ(count(), 200);
}

TEST_P(StoreContract, ScrubKeepsTheRows) {
  ASSERT_TRUE(store_->write_now<std::int64_t>([](Tx& tx) { return insert(tx, 1); }));
  auto scrubbed = io::run(store_->scrub());
  EXPECT_TRUE(scrubbed) << scrubbed.error().detail;
  EXPECT_EQ(count(), 1);
}

// Migrations

TEST_P(StoreContract, MigrationsApplyOnceAndForward) {
  auto more = schema;
  more.push_back(
      {"test", "0002_more.sql", "ALTER TABLE item ADD COLUMN extra TEXT; CREATE INDEX by_name ON item (name);"});
  ASSERT_TRUE(store_->migrate(more));
  ASSERT_TRUE(store_->migrate(more));
  ASSERT_TRUE(store_->write_now<std::int64_t>(
      [](Tx& tx) { return tx.execute("INSERT INTO item (id, extra) VALUES ($1, $2)", {1, "e"}); }));
}

TEST_P(StoreContract, AnotherMayReadWhatIsOpenAndChangesNothing) {
  ASSERT_TRUE(store_->write_now<std::int64_t>([](Tx& tx) { return insert(tx, 1); }));
  auto options = case_->options();
  options.objects.clear();
  options.read_only = true;
  auto opened = Store::open(case_->location(), options);
  ASSERT_TRUE(opened) << opened.error().detail;
  auto& looking = **opened;
  EXPECT_TRUE(looking.migrate(schema));
  const auto seen = [&] { return *looking.read_now<std::int64_t>([](Snapshot& s) -> Result<std::int64_t> { return count_items(s); }); };
  EXPECT_EQ(seen(), 1);
  ASSERT_TRUE(store_->write_now<std::int64_t>([](Tx& tx) { return insert(tx, 2); }));
  EXPECT_EQ(seen(), 2) << "what is written meanwhile is seen";
  const auto refused = looking.write_now<std::int64_t>([](Tx& tx) { return insert(tx, 3); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "store.read_only");
  auto more = schema;
  more.push_back({"test", "0002_more.sql", "CREATE TABLE more (id INTEGER NOT NULL, PRIMARY KEY (id)) WITHOUT ROWID;"});
  EXPECT_EQ(looking.migrate(more).error().code, "store.schema_older");
  EXPECT_EQ(count(), 2);
}

TEST_P(StoreContract, AnUnknownMigrationIsRefused) {
  auto status = store_->migrate({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "store.schema_unknown");
}

TEST_P(StoreContract, AChangedMigrationIsRefused) {
  auto changed = schema;
  changed[0].sql += " ";
  auto status = store_->migrate(changed);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "store.schema_changed");
}

TEST_P(StoreContract, AMigrationThatShouldHaveComeEarlierIsRefused) {
  auto early = schema;
  early.push_back({"test", "0000_early.sql", "CREATE TABLE early (id INTEGER PRIMARY KEY);"});
  auto status = store_->migrate(early);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "store.schema_order");
}

TEST_P(StoreContract, AFailingMigrationLeavesNothingOfItself) {
  auto broken = schema;
  broken.push_back(
      {"test", "0002_broken.sql", "CREATE TABLE half (id INTEGER PRIMARY KEY); CREATE TABLE item (id INTEGER);"});
  ASSERT_FALSE(store_->migrate(broken));
  broken.back().sql = "CREATE TABLE half (id INTEGER PRIMARY KEY);";
  auto status = store_->migrate(broken);
  EXPECT_TRUE(status) << status.error().detail;
}

TEST_P(StoreContract, EachEngineRunsItsOwnFiles) {
  auto both = schema;
  both.push_back({"test", "0002_own.sqlite.sql", "CREATE TABLE own (on_sqlite INTEGER PRIMARY KEY);"});
  both.push_back({"test", "0002_own.postgres.sql", "CREATE TABLE own (on_postgres BIGINT PRIMARY KEY);"});
  ASSERT_TRUE(store_->migrate(both));
  const std::string column = "on_" + std::string(store_->engine());
  EXPECT_TRUE(store_->read_now<void>([&](Snapshot& snapshot) {
    return snapshot.query("SELECT " + column + " FROM own", {}, [](const Row&) { return true; });
  }));
}

TEST_P(StoreContract, AClosureThatWaitsForItsOwnStoreAborts) {
  store_.reset();
  EXPECT_DEATH(
      {
        auto store = Store::open(case_->location(), case_->options());
        (void)(*store)->write_now<void>(
            [&](Tx&) -> Status { return (*store)->read_now<void>([](Snapshot&) -> Status { return {}; }); });
      },
      "waits for the store that runs it");
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreContract, ::testing::ValuesIn(testing::store_cases()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace carnet::store
