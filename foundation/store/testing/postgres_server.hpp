// A PostgreSQL 15 of the test's own: started in a temporary directory on a Unix socket, gone with the program.
//   auto location = "postgres:" + PostgresServer::shared().create_database();
// One server per test program; each store gets its own database. Running as root, the server runs as `postgres`.
#pragma once
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "foundation/store/testing/temp_directory.hpp"

namespace carnet::store::testing {

class PostgresServer {
 public:
  static PostgresServer& shared() {
    static PostgresServer server;
    return server;
  }

  PostgresServer() {
    std::filesystem::permissions(directory_.path(), std::filesystem::perms(0755));
    copy_cluster();
    start();
  }
  ~PostgresServer() {
    if (postmaster_ > 0) stop(SIGQUIT);
  }
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // A libpq connection string for a new, empty database.
  std::string create_database() {
    static std::atomic<int> counter{0};
    const std::string name = "carnet_" + std::to_string(counter.fetch_add(1));
    must(run({program("createdb"), "-h", socket_directory(), "-U", "carnet", "-T", "template0", name}), "createdb");
    return connection_to(name);
  }
  std::string connection_to(const std::string& database) const {
    return "host=" + socket_directory() + " user=carnet dbname=" + database;
  }
  // Runs one statement as the owner, by psql.
  void sql(const std::string& text) {
    must(run({program("psql"), "-q", "-h", socket_directory(), "-U", "carnet", "-d", "postgres", "-c", text}), "psql");
  }
  // The server dies as by a power cut, without a last word, and starts again.
  void crash_and_restart() {
    stop(SIGQUIT);
    start();
  }
  std::string socket_directory() const { return directory_.path().string(); }
  std::string socket_path() const { return socket_directory() + "/.s.PGSQL.5432"; }

 private:
  static std::string program(std::string_view name) { return "/usr/lib/postgresql/15/bin/" + std::string(name); }

  static void must(bool worked, const char* what) {
    if (worked) return;
    std::fprintf(stderr, "the tests' PostgreSQL: %s failed (is postgresql-15 installed?)\n", what);
    std::abort();
  }

  // The server refuses to run as root: the command that becomes `postgres`, or nothing for anybody else. The signal is
  // the one it gets when the test dies before it.
  static std::vector<std::string> as_server_user(bool ends_with_test) {
    std::vector<std::string> prefix = {"/usr/bin/setpriv"};
    if (ends_with_test) prefix.insert(prefix.end(), {"--pdeathsig", "QUIT"});
    if (::geteuid() == 0) prefix.insert(prefix.end(), {"--reuid", "postgres", "--regid", "postgres", "--clear-groups"});
    return prefix.size() == 1 ? std::vector<std::string>{} : prefix;
  }
  static void give_to_server_user(const std::filesystem::path& path) {
    if (::geteuid() != 0) return;
    const passwd* user = ::getpwnam("postgres");
    must(user != nullptr && ::chown(path.c_str(), user->pw_uid, user->pw_gid) == 0, "chown");
  }

  static pid_t spawn(std::vector<std::string> words, const std::string& output) {
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    pid_t child = -1;
    must(::posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ) == 0, arguments[0]);
    posix_spawn_file_actions_destroy(&actions);
    return child;
  }
  static bool run(std::vector<std::string> words, const std::string& output = "/dev/null") {
    int status = 0;
    ::waitpid(spawn(std::move(words), output), &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  // initdb takes seconds and every test program needs its result: it is made once per machine and user, and copied.
  static std::filesystem::path cluster() {
    const auto made = std::filesystem::temp_directory_path() / ("carnet-postgres-15-" + std::to_string(::geteuid()));
    const int lock = ::open((made.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    must(lock >= 0 && ::flock(lock, LOCK_EX) == 0, "lock");
    if (!std::filesystem::exists(made / "ready")) {
      std::error_code ignored;
      std::filesystem::remove_all(made, ignored);
      std::filesystem::create_directory(made);
      give_to_server_user(made);
      auto command = as_server_user(false);
      command.insert(command.end(), {program("initdb"), "-D", (made / "data").string(), "-U", "carnet", "-A", "trust",
                                     "-E", "UTF8", "--locale=C", "--wal-segsize=1", "--no-sync"});
      must(run(command), "initdb");
      std::fclose(std::fopen((made / "ready").c_str(), "w"));
    }
    ::close(lock);
    return made / "data";
  }

  void copy_cluster() {
    must(run({"/bin/cp", "-a", cluster().string(), data()}), "cp");
    give_to_server_user(directory_.path());  // its socket goes there
  }

  std::string data() const { return (directory_ / "data").string(); }

  void start() {
    auto command = as_server_user(true);
    command.insert(command.end(), {program("postgres"), "-D", data(), "-k", socket_directory(), "-c",
                                   "listen_addresses=", "-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c",
                                   "min_wal_size=4MB", "-c", "max_wal_size=64MB"});
    postmaster_ = spawn(command, (directory_ / "log").string());
    for (int tries = 0; tries < 3000; ++tries) {
      if (run({program("pg_isready"), "-q", "-h", socket_directory(), "-U", "carnet", "-d", "postgres"})) return;
      must(::waitpid(postmaster_, nullptr, WNOHANG) == 0, "start");
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    must(false, "start");
  }
  void stop(int signal) {
    ::kill(postmaster_, signal);
    ::waitpid(postmaster_, nullptr, 0);
    postmaster_ = -1;
  }

  TempDirectory directory_;
  pid_t postmaster_ = -1;
};

}  // namespace carnet::store::testing
