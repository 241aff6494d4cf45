// A test that is killed: runs one disabled test of this same program in a process of its own, kills it with SIGKILL
// once it has acknowledged enough, and hands back every line it acknowledged.
#pragma once
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace carnet::store::testing {

inline constexpr int acknowledgement_fd = 9;

// In the child: one line, in one write, so that a kill leaves it whole or absent.
inline void acknowledge(std::string line) {
  line += '\n';
  if (::write(acknowledgement_fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
}
// In the child: what the parent passed.
inline std::string child_argument() {
  const char* given = std::getenv("CARNET_CHILD_ARGUMENT");
  return given != nullptr ? given : "";
}

inline std::vector<std::string> run_and_kill(const std::string& disabled_test, const std::string& argument,
                                             std::size_t acknowledgements) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], acknowledgement_fd);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  std::string filter = "--gtest_filter=" + disabled_test, also = "--gtest_also_run_disabled_tests", name = "child";
  char* arguments[] = {name.data(), filter.data(), also.data(), nullptr};
  std::string variable = "CARNET_CHILD_ARGUMENT=" + argument;
  std::vector<char*> environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    // Not those by which a test runner asks for a report of its own.
    if (!std::string_view(*entry).starts_with("GTEST_")) environment.push_back(*entry);
  }
  environment.push_back(variable.data());
  environment.push_back(nullptr);
  pid_t child = -1;
  if (::posix_spawn(&child, "/proc/self/exe", &actions, nullptr, arguments, environment.data()) != 0) std::abort();
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);

  std::string text;
  std::vector<std::string> lines;
  bool killed = false;
  char chunk[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], chunk, sizeof chunk)) > 0;) {
    text.append(chunk, static_cast<std::size_t>(got));
    for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos;) {
      lines.push_back(text.substr(0, end));
      text.erase(0, end + 1);
    }
    if (!killed && lines.size() >= acknowledgements) {
      ::kill(child, SIGKILL);
      killed = true;
    }
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the child ended by itself: " << status;
  return lines;
}

}  // namespace carnet::store::testing
