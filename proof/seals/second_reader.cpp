#include "proof/seals/second_reader.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace carnet::proof {

Ran run_program(const std::vector<std::string>& command) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) return {};
  std::vector<char*> arguments;
  for (const auto& one : command) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  pid_t child = -1;
  const bool started = posix_spawn(&child, arguments[0], &actions, nullptr, arguments.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  Ran ran;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; started && (count = read(ends[0], buffer.data(), buffer.size())) > 0;)
    ran.printed.append(buffer.data(), static_cast<std::size_t>(count));
  close(ends[0]);
  int status = 0;
  if (started && waitpid(child, &status, 0) == child && WIFEXITED(status)) ran.exit_code = WEXITSTATUS(status);
  return ran;
}

Said second_reader(const std::vector<std::string>& arguments) {
  const std::string source = CARNET_SOURCE_DIR;
  std::vector<std::string> command{source + "/.node/bin/node", source + "/proof/seals/check.mjs"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  auto ran = run_program(command);
  while (ran.printed.ends_with('\n')) ran.printed.pop_back();
  return {ran.exit_code == 0 && ran.printed.starts_with("agrees:"), ran.exit_code == 1 && ran.printed.starts_with("differs:"), ran.printed};
}

}  // namespace carnet::proof
