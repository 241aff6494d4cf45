// What the embedded store does when the disk says no. This program's own write and sync calls stand before those of the
// C library, for SQLite and the packs alike; they fail on files under the test's directory when told to.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/store/store.hpp"
#include "foundation/store/testing/temp_directory.hpp"

namespace {

// The file behind a descriptor when it lies under a test's directory, else nothing.
std::string tested_file(int fd) {
  char link[64], path[PATH_MAX];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const auto length = ::readlink(link, path, sizeof path);
  if (length < 0) return {};
  const std::string_view name(path, static_cast<std::size_t>(length));
  return name.find("/carnet-") == std::string_view::npos ? std::string() : std::string(name);
}

// What was synced and written, in order, while recording.
struct Recorder {
  std::mutex mutex;
  std::atomic<bool> recording{false};
  std::vector<std::string> events;
  void note(const char* what, int fd) {
    if (!recording) return;
    const auto path = tested_file(fd);
    if (path.empty()) return;
    std::lock_guard lock(mutex);
    events.push_back(what + path.substr(path.rfind('/')));
  }
};
Recorder recorder;

// Counts down to the call that fails; then fails for good, or once.
struct Fault {
  std::atomic<int> calls_left{INT_MAX};
  std::atomic<bool> armed{false}, once{false}, happened{false};
  int number = EIO;

  bool fails(int fd) {
    if (!armed) return false;
    if (tested_file(fd).empty()) return false;
    const int left = --calls_left;
    if (left > 0 || (once && left < 0)) return false;
    happened = true;
    errno = number;
    return true;
  }
  void arm(int at_call, int error_number, bool only_once) {
    calls_left = at_call;
    number = error_number;
    once = only_once;
    happened = false;
    armed = true;
  }
};
Fault write_fault, sync_fault;

}  // namespace

extern "C" {
ssize_t write(int fd, const void* data, size_t size) {
  if (write_fault.fails(fd)) return -1;
  recorder.note("write ", fd);
  return ::syscall(SYS_write, fd, data, size);
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  if (write_fault.fails(fd)) return -1;
  recorder.note("write ", fd);
  return ::syscall(SYS_pwrite64, fd, data, size, offset);
}
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  if (write_fault.fails(fd)) return -1;
  recorder.note("write ", fd);
  return ::syscall(SYS_pwrite64, fd, data, size, offset);
}
// A write that is durable when it returns: both at once, and either may fail.
ssize_t pwritev2(int fd, const iovec* pieces, int count, off_t offset, int flags) {
  if (write_fault.fails(fd)) return -1;
  recorder.note("write ", fd);
  if ((flags & RWF_DSYNC) != 0) {
    if (sync_fault.fails(fd)) {
      (void)::pwritev(fd, pieces, count, offset);
      errno = sync_fault.number;
      return -1;
    }
    recorder.note("sync ", fd);
  }
  return ::syscall(SYS_pwritev2, fd, pieces, count, offset, 0L, flags);
}
ssize_t pwritev64v2(int fd, const iovec* pieces, int count, off64_t offset, int flags) {
  return pwritev2(fd, pieces, count, offset, flags);
}
int fsync(int fd) {
  if (sync_fault.fails(fd)) return -1;
  recorder.note("sync ", fd);
  return static_cast<int>(::syscall(SYS_fsync, fd));
}
int fdatasync(int fd) {
  if (sync_fault.fails(fd)) return -1;
  recorder.note("sync ", fd);
  return static_cast<int>(::syscall(SYS_fdatasync, fd));
}
}

namespace carnet::store {
namespace {

using kernel::Result;
using kernel::Status;

const std::vector<Migration> schema = {
    {"test", "0001_pair.sql",
     "CREATE TABLE one (id INTEGER NOT NULL, pack INTEGER, place INTEGER, size INTEGER, filler BLOB,"
     " PRIMARY KEY (id)) WITHOUT ROWID; CREATE TABLE two (id INTEGER NOT NULL, PRIMARY KEY (id)) WITHOUT ROWID;"}};

class FailingDisk : public ::testing::Test {
 protected:
  void TearDown() override { disarm(); }
  static void disarm() { write_fault.armed = sync_fault.armed = false; }

  std::unique_ptr<Store> open(const testing::TempDirectory& directory) {
    Options options;
    options.objects = directory / "objects";
    auto opened = Store::open("sqlite:" + (directory / "store.db").string(), options);
    EXPECT_TRUE(opened) << opened.error().detail;
    EXPECT_TRUE((*opened)->migrate(schema));
    return std::move(*opened);
  }
  static Status write_pair(Store& store, std::int64_t id) {
    return store.write_now<void>([id](Tx& tx) -> Status {
      CARNET_TRY(ref, tx.append_object(Bytes(5'000, static_cast<std::uint8_t>(id))));
      CARNET_CHECK(tx.execute("INSERT INTO one (id, pack, place, size, filler) VALUES ($1, $2, $3, $4, $5)",
                              {id, ref.pack, ref.offset, ref.length, Bytes(3'000, 1)}));
      CARNET_CHECK(tx.execute("INSERT INTO two (id) VALUES ($1)", {id}));
      return {};
    });
  }
  // What an act writes and syncs, in order, once the store has been written to.
  template <class Act>
  static std::vector<std::string> recorded(Store& store, const Act& act) {
    EXPECT_TRUE(write_pair(store, 1));
    recorder.events.clear();
    recorder.recording = true;
    EXPECT_TRUE(act());
    recorder.recording = false;
    return recorder.events;
  }
  // Everything acknowledged is there and whole, and nothing is there by half.
  void check(Store& store, const std::vector<std::int64_t>& acknowledged) {
    auto status = store.read_now<void>([&](Snapshot& snapshot) -> Status {
      for (const auto id : acknowledged) {
        ObjectRef ref;
        CARNET_CHECK(snapshot.query("SELECT pack, place, size FROM one WHERE id = $1", {id}, [&](const Row& row) {
          ref = {row.integer(0), row.integer(1), row.integer(2)};
          return true;
        }));
        CARNET_TRY(object, snapshot.object(ref));
        EXPECT_EQ(object, Bytes(5'000, static_cast<std::uint8_t>(id)));
      }
      return snapshot.query(
          "SELECT (SELECT count(*) FROM one WHERE id NOT IN (SELECT id FROM two)) + "
          "(SELECT count(*) FROM two WHERE id NOT IN (SELECT id FROM one))",
          {}, [](const Row& row) {
            EXPECT_EQ(row.integer(0), 0);
            return true;
          });
    });
    EXPECT_TRUE(status) << status.error().detail;
  }
};

TEST_F(FailingDisk, ObjectsAreDurableBeforeTheRowsThatNameThemAndBothBeforeTheCallerKnows) {
  testing::TempDirectory directory;
  auto store = open(directory);
  const auto events = recorded(*store, [&] { return write_pair(*store, 2); });
  ASSERT_GE(events.size(), 4U);
  EXPECT_EQ(events[0], "write /pack-00000001");
  EXPECT_EQ(events[1], "sync /pack-00000001");
  for (std::size_t i = 2; i + 1 < events.size(); ++i) EXPECT_EQ(events[i], "write /store.db-wal");
  EXPECT_EQ(events.back(), "sync /store.db-wal");
}

// The same story, with the fault at the first call, the second, ... until none is left to fail.
constexpr int story_length = 6;

TEST_F(FailingDisk, AFailedSyncIsNeverAcknowledgedAndEndsWriting) {
  int sites = 0;
  for (int at = 1;; ++at) {
    testing::TempDirectory directory;
    auto store = open(directory);
    std::vector<std::int64_t> acknowledged;
    sync_fault.arm(at, EIO, true);
    bool refused = false;
    for (std::int64_t id = 1; id <= story_length; ++id) {
      const auto status = write_pair(*store, id);
      if (status) acknowledged.push_back(id);
      // Once a sync has failed nothing is acknowledged any more, though the disk would take it again.
      if (refused) EXPECT_FALSE(status) << "sync " << at << " write " << id;
      refused = refused || !status;
    }
    const bool happened = sync_fault.happened;
    disarm();
    EXPECT_EQ(refused, happened) << at;
    EXPECT_EQ(store->healthy(), !happened) << at;
    store.reset();
    store = open(directory);
    check(*store, acknowledged);
    EXPECT_TRUE(write_pair(*store, 1'000));
    if (!happened) break;
    ++sites;
  }
  EXPECT_GE(sites, 2 * story_length);  // a pack and the log for each write
}

// The pages of a commit reach the log by one write that is durable when it returns.
TEST_F(FailingDisk, ACommitIsOneDurableWriteOfTheLog) {
  testing::TempDirectory directory;
  auto store = open(directory);
  const auto events = recorded(*store, [&] {
    return store->write_now<void>([](Tx& tx) -> Status {
      for (int id = 10; id < 60; ++id)
        CARNET_CHECK(tx.execute("INSERT INTO one (id, filler) VALUES ($1, $2)", {id, Bytes(3'000, 1)}));
      return {};
    });
  });
  EXPECT_EQ(events, (std::vector<std::string>{"write /store.db-wal", "sync /store.db-wal"}));
}

// More than memory holds of it goes to the log before the commit, is read back from there, and may be taken back.
TEST_F(FailingDisk, ALargeTransactionIsWholeOrNotThere) {
  testing::TempDirectory directory;
  auto store = open(directory);
  const auto fill = [&](std::int64_t from, bool keeps) {
    return store->write_now<std::int64_t>([&](Tx& tx) -> Result<std::int64_t> {
      for (std::int64_t id = from; id < from + 1'500; ++id)
        CARNET_CHECK(tx.execute("INSERT INTO one (id, filler) VALUES ($1, $2)", {id, Bytes(20'000, static_cast<std::uint8_t>(id))}));
      std::int64_t whole = 0;
      CARNET_CHECK(tx.query("SELECT id, filler FROM one", {}, [&](const Row& row) {
        whole += row.blob(1).size() == 20'000 && row.blob(1)[7] == static_cast<std::uint8_t>(row.integer(0)) ? 1 : 0;
        return true;
      }));
      if (!keeps) return kernel::refuse(kernel::ErrorKind::conflict, "taken.back");
      return whole;
    });
  };
  EXPECT_EQ(fill(10'000, true).value_or(-1), 1'500);
  EXPECT_FALSE(fill(20'000, false));
  EXPECT_EQ(fill(30'000, true).value_or(-1), 3'000);
  store.reset();
  store = open(directory);
  const auto rows = store->read_now<std::int64_t>([](Snapshot& at) -> Result<std::int64_t> {
    std::int64_t count = 0;
    CARNET_CHECK(at.query("SELECT id, filler FROM one", {}, [&](const Row& row) {
      count += row.blob(1)[19'999] == static_cast<std::uint8_t>(row.integer(0)) ? 1 : 0;
      return true;
    }));
    return count;
  });
  EXPECT_EQ(rows.value_or(-1), 3'000);
}

TEST_F(FailingDisk, AFullDiskAtEveryWriteSiteLosesNothingAcknowledged) {
  int sites = 0, refusals = 0;
  for (int at = 1;; ++at) {
    testing::TempDirectory directory;
    auto store = open(directory);
    std::vector<std::int64_t> acknowledged;
    write_fault.arm(at, ENOSPC, false);
    for (std::int64_t id = 1; id <= story_length; ++id) {
      if (write_pair(*store, id)) {
        acknowledged.push_back(id);
      } else {
        ++refusals;
      }
    }
    const bool happened = write_fault.happened;
    disarm();
    check(*store, acknowledged);
    store.reset();
    store = open(directory);
    check(*store, acknowledged);
    EXPECT_TRUE(write_pair(*store, 1'000));
    if (!happened) break;
    ++sites;
  }
  EXPECT_GE(sites, 2 * story_length);  // a pack and the log for each write
  EXPECT_GE(refusals, sites);
}

TEST_F(FailingDisk, AFullPackDirectoryRefusesAndWorksAgainWhenThereIsRoom) {
  testing::TempDirectory directory;
  auto store = open(directory);
  write_fault.arm(1, ENOSPC, false);
  const auto refused = write_pair(*store, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "store.unavailable");
  disarm();
  EXPECT_TRUE(store->healthy());
  EXPECT_TRUE(write_pair(*store, 2));
  check(*store, {2});
}

}  // namespace
}  // namespace carnet::store
