#include "foundation/jail/jail.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace carnet::jail {
namespace {

using namespace std::chrono_literals;

Outcome must_run(const Program& program, std::string_view input = {}, const Limits& limits = {}) {
  auto outcome = run(program, kernel::as_bytes(input), limits);
  EXPECT_TRUE(outcome) << outcome.error().detail;
  return outcome ? std::move(*outcome) : Outcome{};
}
std::string text(const Outcome& outcome) {
  return std::string(kernel::as_text(outcome.output));
}
Program shell(std::string script) {
  return {"/bin/sh", {"-c", std::move(script)}};
}

TEST(Jail, BytesGoInAndComeOutWholeWhateverTheirSize) {
  std::string bytes(3 << 20, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 131 >> 3);
  const Outcome outcome = must_run({"/bin/cat", {}}, bytes);
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(text(outcome), bytes);
  EXPECT_GT(outcome.max_resident_kib, 0);
}

TEST(Jail, AProgramThatReadsNothingHarmsNobody) {
  const Outcome outcome = must_run({"/bin/true", {}}, std::string(10 << 20, 'x'));
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(outcome.output.empty());
}

TEST(Jail, AnExitCodeAndASignalAreTold) {
  EXPECT_EQ(must_run(shell("exit 7")).exit_code, 7);
  const Outcome outcome = must_run(shell("kill -SEGV $$"));
  EXPECT_EQ(outcome.end, End::signalled);
  EXPECT_EQ(outcome.signal, SIGSEGV);
}

TEST(Jail, ASleeperIsKilledAtItsTime) {
  Limits limits;
  limits.wall = 200ms;
  const Outcome outcome = must_run({"/bin/sleep", {"60"}}, {}, limits);
  EXPECT_EQ(outcome.end, End::out_of_time);
  EXPECT_GE(outcome.wall, 200ms);
  EXPECT_LT(outcome.wall, 10s);
}

TEST(Jail, OneThatClosesItsOutputAndStaysIsKilledToo) {
  Limits limits;
  limits.wall = 200ms;
  const Outcome outcome = must_run(shell("exec >&- 2>&-; exec /bin/sleep 60"), {}, limits);
  EXPECT_EQ(outcome.end, End::out_of_time);
}

TEST(Jail, ASpinnerIsKilledByItsProcessorTime) {
  Limits limits;
  limits.wall = 60s;
  limits.cpu = 1s;
  const Outcome outcome = must_run(shell("while :; do :; done"), {}, limits);
  EXPECT_EQ(outcome.end, End::signalled);
  EXPECT_TRUE(outcome.signal == SIGXCPU || outcome.signal == SIGKILL) << outcome.signal;
  EXPECT_GE(outcome.cpu, 500ms) << "it was let run; the two clocks of the kernel differ by some ticks";
}

TEST(Jail, TooMuchOutputEndsItAndIsNotKept) {
  Limits limits;
  limits.output_bytes = 1 << 20;
  const Outcome outcome = must_run({"/usr/bin/yes", {}}, {}, limits);
  EXPECT_EQ(outcome.end, End::too_much_output);
  EXPECT_TRUE(outcome.output.empty());
}

TEST(Jail, StandardErrorIsKeptUpToItsCap) {
  Limits limits;
  limits.error_bytes = 100;
  const Outcome outcome = must_run(shell("/usr/bin/head -c 500000 /dev/zero >&2; echo done"), {}, limits);
  EXPECT_EQ(text(outcome), "done\n");
  EXPECT_EQ(outcome.errors.size(), 100u);
}

TEST(Jail, MemoryIsLimitedBeforeTheFirstByteOfInput) {
  Limits limits;
  limits.memory_bytes = 64 << 20;
  const Program greedy = shell("read go; exec /bin/dd if=/dev/zero of=/dev/null bs=512M count=1");
  const Outcome outcome = must_run(greedy, "go\n", limits);
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_NE(outcome.exit_code, 0);
  limits.memory_bytes = 0;
  EXPECT_EQ(must_run(greedy, "go\n", limits).exit_code, 0);
}

TEST(Jail, NothingOfOursIsInherited) {
  const int leak = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC, as a careless library would
  ASSERT_GE(::fcntl(leak, F_DUPFD, 50), 50);
  ASSERT_EQ(::setenv("CARNET_JAIL_TEST", "inherited", 1), 0);
  sigset_t blocked;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  EXPECT_EQ(text(must_run({"/usr/bin/env", {}})), "");
  EXPECT_EQ(text(must_run({"/bin/ls", {"/proc/self/fd"}})), "0\n1\n2\n3\n");  // 3: the folder that ls reads
  EXPECT_EQ(text(must_run({"/bin/pwd", {}})), "/\n");
  const std::string status = text(must_run({"/bin/cat", {"/proc/self/status"}}));
  EXPECT_NE(status.find("SigBlk:\t0000000000000000"), std::string::npos) << status;
  ::pthread_sigmask(SIG_UNBLOCK, &blocked, nullptr);
  ::close(leak);
  ::close(50);
}

// State letter in /proc, or '-' once the process is gone.
char state_of(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string id, name;
  char state = '-';
  file >> id >> name >> state;
  return state;
}

TEST(Jail, WhatItLeavesBehindIsKilled) {
  const Outcome outcome = must_run(shell("/bin/sleep 100 & echo $!"));
  EXPECT_EQ(outcome.end, End::exited);
  EXPECT_LT(outcome.wall, 4s);
  const std::string pid = text(outcome).substr(0, text(outcome).find('\n'));
  ASSERT_FALSE(pid.empty());
  const auto until = std::chrono::steady_clock::now() + 5s;
  char state = state_of(pid);
  while (state != '-' && state != 'Z' && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
    state = state_of(pid);
  }
  EXPECT_TRUE(state == '-' || state == 'Z') << state;
}

TEST(Jail, AProgramThatIsNotThereIsAFault) {
  const auto outcome = run({"/nowhere/at/all", {}}, {}, {});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, kernel::ErrorKind::fault);
  EXPECT_FALSE(run({"cat", {}}, {}, {}));
}

TEST(Jail, OutputOfSaysWhyThereIsNone) {
  Limits limits;
  limits.wall = 300ms;
  const auto kind_of = [&](const Program& program) { return output_of(program, {}, limits).error(); };
  EXPECT_EQ(output_of({"/bin/cat", {}}, kernel::as_bytes("x"), {}).value(), kernel::to_bytes("x"));
  EXPECT_EQ(kind_of({"/bin/sleep", {"60"}}).kind, kernel::ErrorKind::unavailable);
  EXPECT_EQ(kind_of({"/bin/false", {}}).kind, kernel::ErrorKind::fault);
  const auto crashed = kind_of(shell("kill -SEGV $$"));
  EXPECT_EQ(crashed.kind, kernel::ErrorKind::invalid);
  EXPECT_EQ(crashed.issues.at(0).code, "too-costly");
}

TEST(Jail, ManyAtOnceKeepTheirBytesApart) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([i] {
      const std::string mine(200'000, static_cast<char>('a' + i));
      for (int round = 0; round < 5; ++round) EXPECT_EQ(text(must_run({"/bin/cat", {}}, mine)), mine);
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace carnet::jail
