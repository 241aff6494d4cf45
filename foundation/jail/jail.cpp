#include "foundation/jail/jail.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace carnet::jail {

namespace {

using Steady = std::chrono::steady_clock;  // of this machine, not of the service: a limit on real work

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { close(); }
  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

struct Pair {
  Descriptor ours;
  Descriptor theirs;
};

std::unexpected<kernel::Error> failed(const char* what) {
  const int error = errno;
  std::array<char, 128> text{};
  return kernel::fault("jail.start", std::string(what) + ": " + ::strerror_r(error, text.data(), text.size()));
}

kernel::Result<Pair> readable_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return failed("pipe");
  Pair pair{Descriptor(ends[0]), Descriptor(ends[1])};
  if (::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) return failed("fcntl");
  return pair;
}

// Standard input is a socket, because writing to one whose reader is gone need not raise SIGPIPE.
kernel::Result<Pair> writable_socket() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return failed("socketpair");
  Pair pair{Descriptor(ends[0]), Descriptor(ends[1])};
  if (::fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) return failed("fcntl");
  return pair;
}

// posix_spawn: no copy of this process's page tables, however large it is, and nothing of ours runs in between.
kernel::Result<pid_t> spawn(const Program& program, int in, int out, int err) {
  // A descriptor below 3 among the sources would be closed or overwritten by an earlier dup2.
  if (std::min({in, out, err}) < 3) return kernel::fault("jail.start", "a standard stream of this process is closed");
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  if (::posix_spawn_file_actions_init(&actions) != 0) return failed("posix_spawn_file_actions_init");
  if (::posix_spawnattr_init(&attributes) != 0) {
    ::posix_spawn_file_actions_destroy(&actions);
    return failed("posix_spawnattr_init");
  }
  int wrong = 0;
  wrong |= ::posix_spawn_file_actions_adddup2(&actions, in, 0);
  wrong |= ::posix_spawn_file_actions_adddup2(&actions, out, 1);
  wrong |= ::posix_spawn_file_actions_adddup2(&actions, err, 2);
  wrong |= ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  wrong |= ::posix_spawn_file_actions_addchdir_np(&actions, "/");
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  wrong |=
      ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  wrong |= ::posix_spawnattr_setpgroup(&attributes, 0);
  wrong |= ::posix_spawnattr_setsigmask(&attributes, &none);
  wrong |= ::posix_spawnattr_setsigdefault(&attributes, &all);
  std::vector<std::string> texts{program.path.string()};
  texts.insert(texts.end(), program.arguments.begin(), program.arguments.end());
  std::vector<char*> arguments;
  for (auto& text : texts) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  std::array<char*, 1> environment{nullptr};
  pid_t child = -1;
  if (wrong == 0)
    wrong = ::posix_spawn(&child, program.path.c_str(), &actions, &attributes, arguments.data(), environment.data());
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (wrong != 0) {
    errno = wrong;
    return failed("posix_spawn");
  }
  return child;
}

bool limit(pid_t child, __rlimit_resource what, std::uint64_t value) {
  const struct rlimit both{value, value};
  return ::prlimit(child, what, &both, nullptr) == 0;
}

class Run {
 public:
  Run(kernel::ByteView input, const Limits& limits) : rest_(input), limits_(limits), started_(Steady::now()) {}

  kernel::Result<Outcome> start(const Program& program) {
    CARNET_TRY(in, writable_socket());
    CARNET_TRY(out, readable_pipe());
    CARNET_TRY(err, readable_pipe());
    CARNET_TRY(child, spawn(program, in.theirs.get(), out.theirs.get(), err.theirs.get()));
    child_ = child;
    in_ = std::move(in.ours);
    out_ = std::move(out.ours);
    err_ = std::move(err.ours);
    ended_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, child_, 0)));
    // The program waits for input that comes only after its limits are set.
    const bool limited = ended_.open() && limit(child_, RLIMIT_CORE, 0) &&
                         limit(child_, RLIMIT_CPU, static_cast<std::uint64_t>(limits_.cpu.count())) &&
                         (limits_.memory_bytes == 0 || limit(child_, RLIMIT_AS, limits_.memory_bytes));
    if (!limited && errno != ESRCH) {
      const auto why = failed("limits");
      reap();
      return why;
    }
    in.theirs.close();
    out.theirs.close();
    err.theirs.close();
    exchange();
    reap();
    return std::move(outcome_);
  }

 private:
  // Until the program has ended, or has earned its end.
  void exchange() {
    if (rest_.empty()) in_.close();
    const auto deadline = started_ + limits_.wall;
    bool running = true;
    while (running || out_.open()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now());
      if (left.count() <= 0) return stop(End::out_of_time);
      std::array<pollfd, 4> waits{{{in_.get(), POLLOUT, 0},
                                   {out_.get(), POLLIN, 0},
                                   {err_.get(), POLLIN, 0},
                                   {running ? ended_.get() : -1, POLLIN, 0}}};
      const int ready =
          ::poll(waits.data(), waits.size(), static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
      if (ready < 0 && errno != EINTR) return stop(End::out_of_time);
      if (ready <= 0) continue;
      if (waits[0].revents != 0) give();
      if (waits[1].revents != 0 && !take()) return stop(End::too_much_output);
      if (waits[2].revents != 0) take_errors();
      if (waits[3].revents != 0) {
        // Something it left behind must not keep the streams open.
        ::kill(-child_, SIGKILL);
        running = false;
        in_.close();
      }
    }
    take_errors();
  }

  void give() {
    const ssize_t count = ::send(in_.get(), rest_.data(), rest_.size(), MSG_NOSIGNAL);
    if (count > 0) rest_ = rest_.subspan(static_cast<std::size_t>(count));
    const bool gone = count < 0 && errno != EAGAIN && errno != EINTR;
    if (rest_.empty() || gone) in_.close();
  }

  bool take() {
    const ssize_t count = ::read(out_.get(), buffer_.data(), buffer_.size());
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) out_.close();
    if (count <= 0) return true;
    const auto size = static_cast<std::size_t>(count);
    if (outcome_.output.size() + size > limits_.output_bytes) return false;
    outcome_.output.insert(outcome_.output.end(), buffer_.begin(), buffer_.begin() + count);
    return true;
  }

  void take_errors() {
    if (!err_.open()) return;
    const ssize_t count = ::read(err_.get(), buffer_.data(), buffer_.size());
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) err_.close();
    if (count <= 0) return;
    const std::size_t room = limits_.error_bytes - std::min(limits_.error_bytes, outcome_.errors.size());
    outcome_.errors.append(buffer_.data(), std::min(room, static_cast<std::size_t>(count)));
  }

  void stop(End why) {
    outcome_.end = why;
    outcome_.output.clear();
  }

  // Nobody else reaps it, so its number is still its own when it is killed.
  void reap() {
    ::kill(-child_, SIGKILL);
    int status = 0;
    struct rusage used{};
    pid_t done = -1;
    do {
      done = ::wait4(child_, &status, 0, &used);
    } while (done < 0 && errno == EINTR);
    const auto micros = [](const timeval& t) {
      return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
    };
    outcome_.wall = std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - started_);
    outcome_.cpu = micros(used.ru_utime) + micros(used.ru_stime);
    outcome_.max_resident_kib = used.ru_maxrss;
    if (outcome_.end != End::exited || done != child_) return;
    if (WIFEXITED(status)) {
      outcome_.exit_code = WEXITSTATUS(status);
    } else {
      outcome_.end = End::signalled;
      outcome_.signal = WTERMSIG(status);
    }
  }

  kernel::ByteView rest_;
  const Limits& limits_;
  Steady::time_point started_;
  pid_t child_ = -1;
  Descriptor in_, out_, err_, ended_;
  Outcome outcome_;
  std::vector<char> buffer_ = std::vector<char>(256u << 10);
};

}  // namespace

kernel::Result<Outcome> run(const Program& program, kernel::ByteView input, const Limits& limits) {
  if (!program.path.is_absolute()) return kernel::fault("jail.start", "the program's path must be absolute");
  return Run(input, limits).start(program);
}

namespace {

std::unexpected<kernel::Error> costly(std::string detail) {
  return std::unexpected(
      kernel::Error{kernel::ErrorKind::invalid,
                    "jail.cost",
                    std::move(detail),
                    {{"too-costly", "/", "cannot be worked on within the time and memory allowed"}}});
}

}  // namespace

kernel::Result<kernel::Bytes> output_of(const Program& program, kernel::ByteView input, const Limits& limits) {
  CARNET_TRY(outcome, run(program, input, limits));
  switch (outcome.end) {
    case End::out_of_time:
      if (outcome.cpu * 2 < limits.cpu) return kernel::refuse(kernel::ErrorKind::unavailable, "jail.busy");
      return costly("out of time");
    case End::too_much_output:
      return costly("too much output");
    case End::signalled:
      return costly("ended by signal " + std::to_string(outcome.signal));
    case End::exited:
      break;
  }
  if (outcome.exit_code != 0) return kernel::fault("jail.exit", "exit code " + std::to_string(outcome.exit_code));
  return std::move(outcome.output);
}

}  // namespace carnet::jail
