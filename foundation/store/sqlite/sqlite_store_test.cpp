// What only the embedded engine promises.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "foundation/store/store.hpp"
#include "foundation/store/testing/temp_directory.hpp"

namespace carnet::store {
namespace {

using kernel::ErrorKind;
using kernel::Result;
using kernel::Status;

const std::vector<Migration> schema = {
    {"test", "0001_document.sql",
     "CREATE TABLE document (id INTEGER NOT NULL, pack INTEGER, place INTEGER, size INTEGER,"
     " PRIMARY KEY (id)) WITHOUT ROWID;"}};

class SqliteStoreTest : public ::testing::Test {
 protected:
  static std::unique_ptr<Store> open_in(const std::filesystem::path& directory) {
    Options options;
    options.objects = directory / "objects";
    auto opened = Store::open("sqlite:" + (directory / "store.db").string(), options);
    EXPECT_TRUE(opened) << opened.error().detail;
    EXPECT_TRUE((*opened)->migrate(schema));
    return std::move(*opened);
  }
  static Status deposit(Store& store, std::int64_t id) {
    return store.write_now<void>([id](Tx& tx) -> Status {
      CARNET_TRY(ref, tx.append_object(Bytes(2'000, static_cast<std::uint8_t>(id))));
      CARNET_CHECK(tx.execute("INSERT INTO document (id, pack, place, size) VALUES ($1, $2, $3, $4)",
                              {id, ref.pack, ref.offset, ref.length}));
      return {};
    });
  }
  static std::int64_t whole_documents(Store& store) {
    auto counted = store.read_now<std::int64_t>([](Snapshot& snapshot) -> Result<std::int64_t> {
      std::int64_t whole = 0;
      CARNET_CHECK(snapshot.query("SELECT id, pack, place, size FROM document", {}, [&](const Row& row) {
        const auto object = snapshot.object({row.integer(1), row.integer(2), row.integer(3)});
        EXPECT_TRUE(object);
        if (object && *object == Bytes(2'000, static_cast<std::uint8_t>(row.integer(0)))) ++whole;
        return true;
      }));
      return whole;
    });
    EXPECT_TRUE(counted);
    return counted.value_or(-1);
  }
  static std::string ask(Store& store, const std::string& pragma) {
    return *store.read_now<std::string>([&](Snapshot& snapshot) -> Result<std::string> {
      std::string answer;
      CARNET_CHECK(snapshot.query("PRAGMA " + pragma, {}, [&](const Row& row) {
        answer = row.text(0);
        return true;
      }));
      return answer;
    });
  }
  testing::TempDirectory directory_;
};

TEST_F(SqliteStoreTest, LayoutAndPermissions) {
  auto store = open_in(directory_.path());
  EXPECT_EQ(ask(*store, "page_size"), "8192");
  EXPECT_EQ(ask(*store, "journal_mode"), "wal");
  ASSERT_TRUE(deposit(*store, 1));
  int files = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(directory_.path())) {
    if (!file.is_regular_file()) continue;
    struct stat facts{};
    ASSERT_EQ(::stat(file.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600U) << file.path();
    ++files;
  }
  EXPECT_GE(files, 4);  // the database, its log and index, a pack
}

TEST_F(SqliteStoreTest, OneOwnerAtATime) {
  auto store = open_in(directory_.path());
  auto second = Store::open("sqlite:" + (directory_ / "store.db").string(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::conflict);
  store.reset();
  EXPECT_TRUE(Store::open("sqlite:" + (directory_ / "store.db").string(), {}));
}

TEST_F(SqliteStoreTest, NotMadeUnlessAsked) {
  Options options;
  options.create = false;
  auto missing = Store::open("sqlite:" + (directory_ / "none.db").string(), options);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, "store.missing");
  EXPECT_FALSE(std::filesystem::exists(directory_ / "none.db"));
  EXPECT_EQ(Store::open("mysql:x", {}).error().kind, ErrorKind::invalid);
}

TEST_F(SqliteStoreTest, ACleanCloseLeavesNoLog) {
  auto store = open_in(directory_.path());
  ASSERT_TRUE(deposit(*store, 1));
  store.reset();
  EXPECT_FALSE(std::filesystem::exists(directory_ / "store.db-wal"));
}

TEST_F(SqliteStoreTest, ABackupTakenWhileWritingIsConsistent) {
  auto store = open_in(directory_.path());
  for (std::int64_t id = 0; id < 500; ++id) ASSERT_TRUE(deposit(*store, id));
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (std::int64_t id = 500; !stop; ++id) EXPECT_TRUE(deposit(*store, id));
  });
  double last = 0;
  auto status = store->backup_to(directory_ / "backup", [&](double part) {
    EXPECT_GE(part, last);
    last = part;
  });
  stop = true;
  writer.join();
  ASSERT_TRUE(status) << status.error().detail;
  EXPECT_EQ(last, 1.0);
  auto again = store->backup_to(directory_ / "backup", {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "store.backup_not_empty");
  store.reset();
  auto restored = open_in(directory_ / "backup");
  EXPECT_EQ(ask(*restored, "integrity_check"), "ok");
  const auto count = restored->read_now<std::int64_t>([](Snapshot& snapshot) -> Result<std::int64_t> {
    std::int64_t rows = 0;
    CARNET_CHECK(snapshot.query("SELECT count(*) FROM document", {}, [&](const Row& row) {
      rows = row.integer(0);
      return true;
    }));
    return rows;
  });
  EXPECT_GE(*count, 500);
  EXPECT_EQ(whole_documents(*restored), *count);
}

TEST_F(SqliteStoreTest, ScrubIsUnavailableWhileAReadHoldsTheLog) {
  auto store = open_in(directory_.path());
  ASSERT_TRUE(deposit(*store, 1));
  std::atomic<bool> looked{false}, go_on{false};
  std::thread reader([&] {
    (void)store->read_now<void>([&](Snapshot& snapshot) -> Status {
      CARNET_CHECK(snapshot.query("SELECT count(*) FROM document", {}, [](const Row&) { return true; }));
      looked = true;
      looked.notify_all();
      go_on.wait(false);
      return {};
    });
  });
  looked.wait(false);
  ASSERT_TRUE(deposit(*store, 2));
  auto held = io::run(store->scrub());
  EXPECT_FALSE(held);
  EXPECT_EQ(held.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(store->healthy());
  go_on = true;
  go_on.notify_all();
  reader.join();
  EXPECT_TRUE(io::run(store->scrub()));
  EXPECT_EQ(std::filesystem::file_size(directory_ / "store.db-wal"), 0U);
}

}  // namespace
}  // namespace carnet::store
