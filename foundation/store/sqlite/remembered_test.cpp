// Answers told from memory are those the database would give, at one moment, whoever writes meanwhile.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "foundation/store/sqlite/footprint.hpp"
#include "foundation/store/sqlite/remembered.hpp"
#include "foundation/store/store.hpp"
#include "foundation/store/testing/temp_directory.hpp"

namespace carnet::store {
namespace {

using kernel::Result;
using kernel::Status;

// ---- which key a text names

struct Said {
  std::string_view sql;
  std::optional<std::size_t> parameter;
};

TEST(KeyParameter, OnlyWhatEveryRowSurelyHas) {
  const std::vector<Said> all = {
      {"SELECT a FROM t WHERE id = $1", 0},
      {"SELECT a FROM t WHERE id = $2 AND a = $1 ORDER BY a LIMIT 1", 1},
      {"select a from T where a = $1 and ID = $2", 1},
      {"SELECT a FROM t WHERE id = $1 AND a IN ('', $2)", 0},
      {"SELECT a FROM t WHERE id = $1 AND a IS NOT NULL", 0},
      {"SELECT a FROM t WHERE a = ' OR ' AND id = $1", 0},
      {"SELECT a FROM t WHERE id = $1 OR a = $2", {}},
      {"SELECT a FROM t WHERE id = $1 + 1", {}},
      {"SELECT a FROM t WHERE id = $1 || 'x'", {}},
      {"SELECT a FROM t WHERE id >= $1", {}},
      {"SELECT a FROM t WHERE id = 5", {}},
      {"SELECT a FROM t WHERE NOT (id = $1)", {}},
      {"SELECT a FROM t WHERE NOT (a = 1 AND id = $1)", {}},
      {"SELECT a FROM t WHERE a BETWEEN 1 AND id = $1", {}},
      {"SELECT a FROM t WHERE CASE WHEN a = 1 THEN 1 ELSE a = 2 AND id = $1 END", {}},
      {"SELECT a FROM t x WHERE id = $1", {}},
      {"SELECT a FROM t, t y WHERE id = $1", {}},
      {"SELECT a FROM t WHERE id = $1 UNION SELECT a FROM t", {}},
      {"SELECT a FROM t WHERE id = $1 AND a = (SELECT max(a) FROM t)", {}},
      {"SELECT a FROM t", {}},
      {"SELECT a FROM other WHERE id = $1", {}},
      {"SELECT a FROM t WHERE ida = $1", {}},
      {"INSERT INTO t (id, a) VALUES ($1, $2)", 0},
      {"INSERT INTO t (a, id) VALUES ($1, $2)", 1},
      {"INSERT INTO t (a, id) VALUES (1, $1)", 0},
      {"INSERT INTO t (id, a) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET a = excluded.a", 0},
      {"INSERT INTO t (id, a) VALUES ($1, $2) ON CONFLICT (id, a) DO NOTHING", 0},
      {"INSERT INTO t (id, a) VALUES ($1, $2) ON CONFLICT (a) DO UPDATE SET a = 3", {}},
      {"INSERT INTO t (id, a) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET id = $2", {}},
      {"INSERT INTO t (id, a) VALUES ($1, $2), ($3, $4)", {}},
      {"INSERT INTO t (id, a) VALUES ($1 + 1, $2)", {}},
      {"INSERT INTO t (id, a) VALUES (7, $1)", {}},
      {"INSERT INTO t VALUES ($1, $2)", {}},
      {"INSERT INTO t (id, a) SELECT $1, $2", {}},
      {"INSERT OR REPLACE INTO t (id, a) VALUES ($1, $2)", {}},
      {"REPLACE INTO t (id, a) VALUES ($1, $2)", {}},
      {"UPDATE t SET a = $1 WHERE id = $2", 1},
      {"UPDATE t SET a = a + 1 WHERE a = $1 AND id = $2 AND a < 5", 1},
      {"UPDATE t SET id = $1 WHERE id = $2", {}},
      {"UPDATE t SET a = $1", {}},
      {"UPDATE t SET a = 1 WHERE id = $1 OR a = 2", {}},
      {"DELETE FROM t WHERE id = $1", 0},
      {"DELETE FROM t WHERE a = $1", {}},
      {"DELETE FROM t", {}},
      {"DELETE FROM t WHERE id IN ($1)", {}},
      {"WITH x AS (SELECT 1) SELECT a FROM t WHERE id = $1", {}},
      {"", {}},
  };
  for (const auto& one : all) EXPECT_EQ(key_parameter(one.sql, "t", "id"), one.parameter) << one.sql;
}

// ---- a store, its memory, and a second connection that has none

const std::vector<Migration> schema = {
    {"test", "0001_bank.sql",
     "CREATE TABLE purse (owner INTEGER NOT NULL, coin TEXT NOT NULL, amount INTEGER NOT NULL, note TEXT,"
     " PRIMARY KEY (owner, coin)) WITHOUT ROWID;"
     "CREATE TABLE named (name TEXT NOT NULL, owner INTEGER NOT NULL, seal BLOB, PRIMARY KEY (name)) WITHOUT ROWID;"}};

class RememberedTest : public ::testing::Test {
 protected:
  void SetUp() override { store_ = opened({}); }
  std::unique_ptr<Store> opened(Options options) {
    auto store = Store::open("sqlite:" + (directory_ / "store.db").string(), options);
    EXPECT_TRUE(store);
    EXPECT_TRUE((*store)->migrate(schema));
    return std::move(*store);
  }
  void put(std::int64_t owner, std::string_view coin, std::int64_t amount) {
    ASSERT_TRUE(store_->write_now<void>([&](Tx& tx) -> Status {
      CARNET_CHECK(tx.execute("INSERT INTO purse (owner, coin, amount, note) VALUES ($1, $2, $3, NULL) "
                              "ON CONFLICT (owner, coin) DO UPDATE SET amount = excluded.amount",
                              {owner, coin, amount}));
      return {};
    }));
  }
  static Result<std::int64_t> amount(Snapshot& at, std::int64_t owner, std::string_view coin) {
    std::int64_t found = -1;
    CARNET_CHECK(at.query("SELECT amount FROM purse WHERE owner = $1 AND coin = $2", {owner, coin}, [&](const Row& row) {
      found = row.integer(0);
      return false;
    }));
    return found;
  }
  std::int64_t amount_now(std::int64_t owner, std::string_view coin) {
    return store_->read_now<std::int64_t>([&](Snapshot& at) -> Result<std::int64_t> { return amount(at, owner, coin); }).value_or(-2);
  }
  static Result<std::string> rows_of(Snapshot& at, std::string_view sql, std::int64_t owner, std::int64_t number) {
    std::string rows;
    CARNET_CHECK(at.query(sql, {owner, number}, [&](const Row& row) {
      rows += std::string(row.text(0)) + ";";
      return true;
    }));
    return rows;
  }
  std::uint64_t told() const { return store_->figures().remembered; }

  testing::TempDirectory directory_;
  std::unique_ptr<Store> store_;
};

TEST_F(RememberedTest, IsToldAgainUntilItIsWritten) {
  put(1, "euro", 5);
  EXPECT_EQ(amount_now(1, "euro"), 5);
  const auto before = told();
  EXPECT_EQ(amount_now(1, "euro"), 5);
  EXPECT_EQ(told(), before + 1);
  put(2, "euro", 9);  // another key: still known
  EXPECT_EQ(amount_now(1, "euro"), 5);
  EXPECT_EQ(told(), before + 2);
  put(1, "euro", 6);
  EXPECT_EQ(amount_now(1, "euro"), 6);
  EXPECT_EQ(amount_now(7, "euro"), -1);  // that there is none is known as well
  EXPECT_EQ(amount_now(7, "euro"), -1);
  put(7, "euro", 3);
  EXPECT_EQ(amount_now(7, "euro"), 3);
}

// What a closure knows before its first question is in what it is told.
TEST_F(RememberedTest, TheSnapshotBeginsWithTheFirstQuestion) {
  put(1, "euro", 5);
  (void)amount_now(1, "euro");
  const auto seen = store_->read_now<std::int64_t>([&](Snapshot& at) -> Result<std::int64_t> {
    std::thread([&] { put(1, "euro", 6); }).join();
    return amount(at, 1, "euro");
  });
  EXPECT_EQ(seen.value_or(-1), 6);
}

TEST_F(RememberedTest, AKeyOfAnotherTypeIsTheWholeTable) {
  put(1, "euro", 5);
  EXPECT_EQ(amount_now(1, "euro"), 5);
  ASSERT_TRUE(store_->write_now<void>([](Tx& tx) -> Status {
    CARNET_CHECK(tx.execute("UPDATE purse SET amount = 8 WHERE owner = $1", {std::string_view("1")}));
    return {};
  }));
  EXPECT_EQ(amount_now(1, "euro"), 8);
}

TEST_F(RememberedTest, ATransactionReadsItsOwnRows) {
  put(1, "euro", 5);
  (void)amount_now(1, "euro");
  const auto seen = store_->write_now<std::int64_t>([&](Tx& tx) -> Result<std::int64_t> {
    CARNET_CHECK(tx.execute("UPDATE purse SET amount = 6 WHERE owner = $1", {1}));
    return amount(tx, 1, "euro");
  });
  EXPECT_EQ(seen.value_or(-1), 6);
  EXPECT_EQ(amount_now(1, "euro"), 6);
}

TEST_F(RememberedTest, ARolledBackWriteChangesNothing) {
  put(1, "euro", 5);
  (void)amount_now(1, "euro");
  EXPECT_FALSE(store_->write_now<void>([&](Tx& tx) -> Status {
    CARNET_CHECK(tx.execute("UPDATE purse SET amount = 6 WHERE owner = $1", {1}));
    return kernel::fault("test", "no");
  }));
  EXPECT_EQ(amount_now(1, "euro"), 5);
}

// Rows of every type, and the conversions of SQLite's own columns, first from the database and then from memory.
TEST_F(RememberedTest, ColumnsAnswerAlike) {
  const Bytes seal{0, 1, 2, 0};
  ASSERT_TRUE(store_->write_now<void>([&](Tx& tx) -> Status {
    CARNET_CHECK(tx.execute("INSERT INTO named (name, owner, seal) VALUES ($1, $2, $3)", {std::string_view("12 m"), -7, seal}));
    CARNET_CHECK(tx.execute("INSERT INTO named (name, owner, seal) VALUES ($1, $2, NULL)", {std::string_view(""), 8}));
    return {};
  }));
  const auto all = [&] {
    return *store_->read_now<std::string>([](Snapshot& at) -> Result<std::string> {
      std::string said;
      CARNET_CHECK(at.query("SELECT name, owner, seal FROM named ORDER BY name", {}, [&](const Row& row) {
        for (int i = 0; i < 3; ++i) {
          const auto blob = row.blob(i);
          said += std::string(blob.begin(), blob.end()) + "/";  // a copy: asked for as a text, it may move
          said += std::to_string(row.is_null(i)) + "/" + std::to_string(row.integer(i)) + "/" + std::string(row.text(i)) + ";";
        }
        return true;
      }));
      return said;
    });
  };
  const auto first = all();
  const auto before = told();
  EXPECT_EQ(all(), first);
  EXPECT_EQ(told(), before + 1);
}

TEST_F(RememberedTest, NeitherWhereNothingMayStayNorWhereOthersWrite) {
  put(1, "euro", 5);
  store_.reset();
  for (const bool only_reads : {false, true}) {
    Options options;
    options.secure_delete = !only_reads;
    options.read_only = only_reads;
    store_ = opened(options);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(amount_now(1, "euro"), 5);
    EXPECT_EQ(told(), 0U);
    store_.reset();
  }
}

TEST_F(RememberedTest, LongAnswersAreAskedForAgain) {
  for (int i = 0; i < 60; ++i) put(1, "coin" + std::to_string(i), i);
  const auto count = [&] {
    return *store_->read_now<int>([](Snapshot& at) -> Result<int> {
      int rows = 0;
      CARNET_CHECK(at.query("SELECT coin FROM purse WHERE owner = $1", {1}, [&](const Row&) { return ++rows < 1000; }));
      return rows;
    });
  };
  const auto before = told();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(count(), 60);
  EXPECT_EQ(told(), before);
}

// ---- what is worked out from answers

struct Wealth {
  std::int64_t amount = 0;
};
struct Household {
  std::shared_ptr<const Wealth> first, second;
};

class MadeTest : public RememberedTest {
 protected:
  Result<std::shared_ptr<const Wealth>> wealth(Snapshot& at, std::int64_t owner) {
    return at.made<Wealth>(std::to_string(owner), [&](Snapshot& from) -> Result<Wealth> {
      ++makings_;
      CARNET_TRY(euros, amount(from, owner, "euro"));
      CARNET_TRY(francs, amount(from, owner, "franc"));
      if (euros == 13) return kernel::refuse(kernel::ErrorKind::conflict, "unlucky");
      return Wealth{euros + francs};
    });
  }
  std::int64_t wealth_now(std::int64_t owner) {
    return store_->read_now<std::int64_t>([&](Snapshot& at) -> Result<std::int64_t> {
      CARNET_TRY(found, wealth(at, owner));
      return found->amount;
    }).value_or(-2);
  }
  int makings_ = 0;
};

TEST_F(MadeTest, IsGivenAgainUntilARowItWasReadFromIsWritten) {
  put(1, "euro", 5), put(1, "franc", 6), put(2, "euro", 7);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(wealth_now(1), 11);
  EXPECT_EQ(makings_, 1);
  put(2, "euro", 8);
  EXPECT_EQ(wealth_now(1), 11);
  EXPECT_EQ(makings_, 1) << "a row of somebody else";
  put(1, "franc", 7);
  EXPECT_EQ(wealth_now(1), 12);
  EXPECT_EQ(makings_, 2);
  EXPECT_EQ(wealth_now(2), 7) << "8 and no franc";
}

TEST_F(MadeTest, HoldsWhatThoseWithinWereMadeFrom) {
  put(1, "euro", 1), put(1, "franc", 1), put(2, "euro", 2), put(2, "franc", 2);
  const auto both = [&] {
    return *store_->read_now<std::int64_t>([&](Snapshot& at) -> Result<std::int64_t> {
      CARNET_TRY(home, at.made<Household>("1+2", [&](Snapshot& from) -> Result<Household> {
        CARNET_TRY(first, wealth(from, 1));
        CARNET_TRY(second, wealth(from, 2));
        return Household{first, second};
      }));
      return home->first->amount + home->second->amount;
    });
  };
  EXPECT_EQ(wealth_now(2), 4);  // one of the two is known before
  for (int i = 0; i < 3; ++i) EXPECT_EQ(both(), 6);
  EXPECT_EQ(makings_, 2);
  put(2, "franc", 9);
  EXPECT_EQ(both(), 13);
  put(1, "euro", 3);
  EXPECT_EQ(both(), 15);
  EXPECT_EQ(makings_, 4) << "of each the one that changed";
}

TEST_F(MadeTest, AnErrorIsNotKept) {
  put(1, "euro", 13), put(1, "franc", 0);
  EXPECT_EQ(wealth_now(1), -2);
  EXPECT_EQ(wealth_now(1), -2);
  EXPECT_EQ(makings_, 2);
  put(1, "euro", 14);
  EXPECT_EQ(wealth_now(1), 14);
}

// A transaction sees what it wrote; what it took back was never there, neither for it nor for anybody after.
TEST_F(MadeTest, InATransaction) {
  put(1, "euro", 5), put(1, "franc", 5);
  EXPECT_EQ(wealth_now(1), 10);
  const auto refused = store_->write_now<void>([&](Tx& tx) -> Status {
    CARNET_TRY(before, wealth(tx, 1));
    EXPECT_EQ(before->amount, 10);
    EXPECT_EQ(makings_, 1) << "known already";
    CARNET_CHECK(tx.execute("UPDATE purse SET amount = 50 WHERE owner = $1 AND coin = 'euro'", {1}));
    CARNET_TRY(after, wealth(tx, 1));
    EXPECT_EQ(after->amount, 55);
    return kernel::refuse(kernel::ErrorKind::conflict, "taken.back");
  });
  EXPECT_FALSE(refused);
  EXPECT_EQ(wealth_now(1), 10);
  ASSERT_TRUE(store_->write_now<void>([&](Tx& tx) -> Status {
    CARNET_TRY(made, wealth(tx, 1));
    EXPECT_EQ(made->amount, 10);
    CARNET_CHECK(tx.execute("UPDATE purse SET amount = 6 WHERE owner = $1 AND coin = 'euro'", {1}));
    return {};
  }));
  EXPECT_EQ(wealth_now(1), 11);
  const int so_far = makings_;
  ASSERT_TRUE(store_->write_now<void>([&](Tx& tx) -> Status {
    CARNET_TRY(made, wealth(tx, 1));
    EXPECT_EQ(made->amount, 11);
    return {};
  }));
  EXPECT_EQ(makings_, so_far) << "what a reader made serves a writer";
}

TEST_F(MadeTest, WithoutMemoryItIsMadeEachTime) {
  put(1, "euro", 5), put(1, "franc", 5);
  store_.reset();
  Options options;
  options.secure_delete = true;
  store_ = opened(options);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(wealth_now(1), 10);
  EXPECT_EQ(makings_, 3);
}

// Random acts of one thread: every answer is that of a connection without memory.
TEST_F(RememberedTest, AgreesWithTheDatabaseAfterAnyAct) {
  std::mt19937 random(11);
  const auto below = [&](int bound) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(bound)); };
  sqlite3* plain = nullptr;
  ASSERT_EQ(sqlite3_open_v2((directory_ / "store.db").c_str(), &plain, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  const std::vector<std::string> writes = {
      "INSERT INTO purse (owner, coin, amount, note) VALUES ($1, 'a', $2, 'x') ON CONFLICT (owner, coin) DO UPDATE SET amount = $2",
      "INSERT INTO purse (owner, coin, amount) SELECT owner + 1, 'b', $2 FROM purse WHERE owner = $1 ON CONFLICT DO NOTHING",
      "UPDATE purse SET amount = amount + $2 WHERE owner = $1",
      "UPDATE purse SET amount = $2 WHERE owner > $1",
      "UPDATE purse SET coin = 'c' WHERE owner = $1 AND amount = $2 AND coin = 'a' AND 0 = (SELECT count(*) FROM purse p WHERE p.owner = $1 AND p.coin = 'c')",
      "DELETE FROM purse WHERE owner = $1 AND amount > $2",
      "DELETE FROM purse WHERE amount = $2 AND owner <> $1",
      "INSERT OR REPLACE INTO purse (owner, coin, amount) VALUES ($1, 'a', $2)"};
  const std::vector<std::string> reads = {
      "SELECT coin, amount, note FROM purse WHERE owner = $1 AND amount <> $2 ORDER BY coin",
      "SELECT coin, amount FROM purse WHERE owner = $1 OR amount = $2 ORDER BY owner, coin",
      "SELECT sum(amount), count(*) FROM purse WHERE owner <> $1 AND amount > $2",
      "SELECT p.amount FROM purse p JOIN purse q ON q.owner = p.owner WHERE p.owner = $1 AND q.amount >= $2 ORDER BY 1"};
  for (int step = 0; step < 4'000; ++step) {
    const std::int64_t owner = below(4), number = below(2);
    if (below(12) == 0) {
      const auto& sql = writes[static_cast<std::size_t>(below(static_cast<int>(writes.size())))];
      const bool is_kept = below(3) != 0;
      (void)store_->write_now<void>([&](Tx& tx) -> Status {
        CARNET_CHECK(tx.execute(sql, {owner, number}));
        // What memory tells a transaction is what the database tells it: the second text can not be remembered.
        for (const auto& asked : reads) {
          const auto known = rows_of(tx, asked, owner, number);
          EXPECT_EQ(known.value_or("?"), rows_of(tx, asked + " LIMIT 1000 + 0 * abs(random() % 2)", owner, number).value_or("!"))
              << sql << " then " << asked;
        }
        return is_kept ? Status() : kernel::refuse(kernel::ErrorKind::conflict, "taken.back");
      });
      continue;
    }
    const auto& sql = reads[static_cast<std::size_t>(below(static_cast<int>(reads.size())))];
    std::string expected;
    sqlite3_stmt* statement = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(plain, sql.c_str(), -1, &statement, nullptr), SQLITE_OK);
    sqlite3_bind_int64(statement, 1, owner);
    sqlite3_bind_int64(statement, 2, number);
    while (sqlite3_step(statement) == SQLITE_ROW) {
      const auto* said = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
      expected += std::string(said != nullptr ? said : "") + ";";
    }
    sqlite3_finalize(statement);
    const bool as_object = below(2) == 0;
    const auto told = store_->read_now<std::string>([&](Snapshot& at) -> Result<std::string> {
      if (!as_object) return rows_of(at, sql, owner, number);
      const auto key = sql + std::to_string(owner) + "/" + std::to_string(number);
      CARNET_TRY(made, at.made<std::string>(key, [&](Snapshot& from) { return rows_of(from, sql, owner, number); }));
      return *made;
    });
    ASSERT_EQ(told.value_or("?"), expected) << sql << " " << owner << " " << number << " at step " << step;
  }
  sqlite3_close(plain);
  EXPECT_GT(told(), 500U);
}

// Writers move coins between purses; the sum of a snapshot, read purse by purse from memory and database, never changes,
// and who reads after an acknowledgement reads no less than it.
TEST_F(RememberedTest, OneMomentWhoeverWrites) {
  constexpr std::int64_t purses = 8, each_holds = 100;
  for (std::int64_t i = 0; i < purses; ++i) put(i, "euro", each_holds);
  put(100, "count", 0);
  std::atomic<bool> stop{false};
  std::atomic<std::int64_t> acknowledged{0}, moved{0};
  std::thread writer([&] {
    std::mt19937 random(5);
    for (std::int64_t n = 1; n <= 3'000; ++n) {
      const std::int64_t from = random() % purses, to = random() % purses;
      ASSERT_TRUE(store_->write_now<void>([&](Tx& tx) -> Status {
        CARNET_CHECK(tx.execute("UPDATE purse SET amount = amount - 1 WHERE owner = $1", {from}));
        CARNET_CHECK(tx.execute("UPDATE purse SET amount = amount + 1 WHERE owner = $1", {to}));
        CARNET_CHECK(tx.execute("UPDATE purse SET amount = $1 WHERE owner = $2", {n, 100}));
        return {};
      }));
      acknowledged = n;
    }
    stop = true;
  });
  std::vector<std::thread> readers;
  for (unsigned seed = 0; seed < 3; ++seed) {
    readers.emplace_back([&, seed] {
      std::mt19937 random(seed);
      while (!stop) {
        const auto known = acknowledged.load();
        const std::int64_t first = random() % purses;
        int runs = 0;
        const auto sum = store_->read_now<std::int64_t>([&](Snapshot& at) -> Result<std::int64_t> {
          ++runs;
          std::int64_t all = 0;
          for (std::int64_t i = 0; i < purses; i += 2) {
            const std::int64_t one = (first + i) % purses, other = (first + i + 1) % purses;
            const auto pair = [&](Snapshot& from) -> Result<Wealth> {
              CARNET_TRY(its, amount(from, one, "euro"));
              CARNET_TRY(others, amount(from, other, "euro"));
              return Wealth{its + others};
            };
            if (seed == 0) {
              CARNET_TRY(both, pair(at));
              all += both.amount;
            } else {
              CARNET_TRY(both, at.made<Wealth>(std::to_string(one) + "," + std::to_string(other), pair));
              all += both->amount;
            }
          }
          CARNET_TRY(count, amount(at, 100, "count"));
          return count < known ? -1 : all;
        });
        if (runs > 1) ++moved;
        ASSERT_EQ(sum.value_or(-2), purses * each_holds);
      }
    });
  }
  writer.join();
  for (auto& reader : readers) reader.join();
  EXPECT_GT(told(), 1'000U);
  RecordProperty("ran_again", static_cast<int>(moved.load()));
}

}  // namespace
}  // namespace carnet::store
