// What only the server engine has to face: a server that goes away, at the worst moment.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <thread>

#include "foundation/store/store.hpp"
#include "foundation/store/testing/postgres_server.hpp"

namespace carnet::store {
namespace {

using kernel::ErrorKind;
using kernel::Result;
using kernel::Status;
using testing::PostgresServer;

const std::vector<Migration> schema = {
    {"test", "0001_item.sql", "CREATE TABLE item (id INTEGER NOT NULL, PRIMARY KEY (id)) WITHOUT ROWID;"}};

std::unique_ptr<Store> open(const std::string& conninfo) {
  auto opened = Store::open("postgres:" + conninfo, {});
  EXPECT_TRUE(opened) << opened.error().detail;
  return std::move(*opened);
}

Status insert(Store& store, std::int64_t id) {
  return store.write_now<void>([id](Tx& tx) -> Status {
    CARNET_CHECK(tx.execute("INSERT INTO item (id) VALUES ($1)", {id}));
    return {};
  });
}

bool present(Store& store, std::int64_t id) {
  auto found = store.read_now<bool>([id](Snapshot& snapshot) -> Result<bool> {
    bool any = false;
    CARNET_CHECK(snapshot.query("SELECT id FROM item WHERE id = $1", {id}, [&](const Row&) { return any = true; }));
    return any;
  });
  EXPECT_TRUE(found) << found.error().detail;
  return found.value_or(false);
}

// Stands between the store and the server, and cuts the line at a COMMIT: before it is passed on, or after the answer.
class Cutter {
 public:
  enum class Cut { none, before, after };
  std::atomic<Cut> cut{Cut::none};

  Cutter(std::string directory, std::string server_socket) : directory_(directory), server_(std::move(server_socket)) {
    listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto own = address(directory_ + "/.s.PGSQL.5432");
    EXPECT_EQ(::bind(listening_, reinterpret_cast<const sockaddr*>(&own), sizeof own), 0);
    EXPECT_EQ(::listen(listening_, 16), 0);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~Cutter() {
    ::shutdown(listening_, SHUT_RDWR);
    acceptor_.join();
    for (auto& line : lines_) line.join();
    ::close(listening_);
  }

 private:
  static sockaddr_un address(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
  }
  void accept_all() {
    while (true) {
      const int client = ::accept(listening_, nullptr, nullptr);
      if (client < 0) return;
      const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const auto its = address(server_);
      EXPECT_EQ(::connect(server, reinterpret_cast<const sockaddr*>(&its), sizeof its), 0);
      lines_.emplace_back([this, client, server] { pass(client, server); });
    }
  }
  void pass(int client, int server) {
    bool committing = false;
    char bytes[65536];
    while (true) {
      pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      if (::poll(both, 2, -1) < 0) break;
      if (both[0].revents != 0) {
        const auto got = ::read(client, bytes, sizeof bytes);
        if (got <= 0) break;
        if (std::string_view(bytes, static_cast<std::size_t>(got)).find("COMMIT") != std::string_view::npos) {
          if (cut == Cut::before) break;
          committing = cut == Cut::after;
        }
        if (::write(server, bytes, static_cast<std::size_t>(got)) != got) break;
      }
      if (both[1].revents != 0) {
        const auto got = ::read(server, bytes, sizeof bytes);
        if (got <= 0 || committing) break;
        if (::write(client, bytes, static_cast<std::size_t>(got)) != got) break;
      }
    }
    ::close(client);
    ::close(server);
  }

  std::string directory_, server_;
  int listening_ = -1;
  std::thread acceptor_;
  std::vector<std::thread> lines_;
};

TEST(PostgresStore, AnOutcomeThatIsNotKnownIsNeverASuccess) {
  auto& server = PostgresServer::shared();
  const auto direct = server.create_database();
  const auto database = direct.substr(direct.find("dbname="));
  testing::TempDirectory directory;
  Cutter cutter(directory.path().string(), server.socket_path());
  auto store = open("host=" + directory.path().string() + " user=carnet " + database);
  ASSERT_TRUE(store->migrate(schema));

  cutter.cut = Cutter::Cut::before;
  auto lost = insert(*store, 1);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, "store.unknown_outcome");
  EXPECT_EQ(lost.error().kind, ErrorKind::fault);

  cutter.cut = Cutter::Cut::after;
  auto kept = insert(*store, 2);
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, "store.unknown_outcome");

  cutter.cut = Cutter::Cut::none;
  EXPECT_FALSE(present(*store, 1));
  EXPECT_TRUE(present(*store, 2));
  EXPECT_TRUE(insert(*store, 3));
  store.reset();
}

TEST(PostgresStore, AConnectionLostBeforeTheCommitIsTriedAgain) {
  auto store = open(PostgresServer::shared().create_database());
  ASSERT_TRUE(store->migrate(schema));
  std::atomic<int> runs{0};
  auto status = store->write_now<void>([&](Tx& tx) -> Status {
    CARNET_CHECK(tx.execute("INSERT INTO item (id) VALUES ($1)", {1}));
    if (++runs == 1) {
      (void)tx.query("SELECT pg_terminate_backend(pg_backend_pid())", {}, [](const Row&) { return true; });
    }
    return {};
  });
  EXPECT_TRUE(status) << status.error().detail;
  EXPECT_EQ(runs, 2);
  EXPECT_TRUE(present(*store, 1));
}

TEST(PostgresStore, AServerThatCrashesKeepsWhatWasAcknowledgedAndIsFoundAgain) {
  PostgresServer server;
  auto store = open(server.create_database());
  ASSERT_TRUE(store->migrate(schema));
  for (std::int64_t id = 0; id < 50; ++id) ASSERT_TRUE(insert(*store, id));
  server.crash_and_restart();
  EXPECT_TRUE(insert(*store, 50));
  for (std::int64_t id = 0; id <= 50; ++id) EXPECT_TRUE(present(*store, id));
  // A server that would acknowledge what it can lose is refused.
  server.sql("ALTER SYSTEM SET fsync = off");
  server.crash_and_restart();
  auto unsafe = Store::open("postgres:" + server.connection_to("postgres"), {});
  ASSERT_FALSE(unsafe);
  EXPECT_NE(unsafe.error().detail.find("fsync"), std::string::npos);
}

TEST(PostgresStore, AServerThatIsNotThereIsUnavailableAndItsPasswordUntold) {
  auto opened = Store::open("postgres:host=/nonexistent password=hunter2 dbname=x", {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(opened.error().detail.find("hunter2"), std::string::npos);
}

TEST(PostgresStore, ValuesDoNotReachTheErrorsDetail) {
  auto store = open(PostgresServer::shared().create_database());
  ASSERT_TRUE(store->migrate(schema));
  auto status = store->write_now<std::int64_t>([](Tx& tx) {
    return tx.execute("INSERT INTO item (id) VALUES (CAST(CAST($1 AS TEXT) AS BIGINT))", {"Lina Benali"});
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().detail, "PostgreSQL 22P02");
}

TEST(PostgresStore, BackupNamesTheRightTool) {
  auto store = open(PostgresServer::shared().create_database());
  auto status = store->backup_to("/nowhere", {});
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().detail.find("pg_dump"), std::string::npos);
}

TEST(PostgresStore, SumsAndTypesOfExpressions) {
  auto store = open(PostgresServer::shared().create_database());
  auto status = store->read_now<void>([](Snapshot& snapshot) {
    return snapshot.query(
        "SELECT sum(x), sum(-x), 1 = 1, 7::smallint, 8::int, 'z', max(x) FROM (VALUES (9223372036854775807::bigint),"
        " (-9223372036854640000)) AS v(x)",
        {}, [](const Row& row) {
          EXPECT_EQ(row.integer(0), 135'807);
          EXPECT_EQ(row.integer(1), -135'807);
          EXPECT_EQ(row.integer(2), 1);
          EXPECT_EQ(row.integer(3), 7);
          EXPECT_EQ(row.integer(4), 8);
          EXPECT_EQ(row.text(5), "z");
          EXPECT_EQ(row.text(6), "9223372036854775807");
          return true;
        });
  });
  EXPECT_TRUE(status) << status.error().detail;
}

}  // namespace
}  // namespace carnet::store
