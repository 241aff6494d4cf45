// Runs another program at arm's length: bytes in, bytes out, nothing else shared. For work on bytes that nobody vouches
// for. The program should also bind itself (apps/sandbox does) before it reads its input: what stands here holds even
// if it does not.
#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::jail {

struct Program {
  std::filesystem::path path;  // absolute; never looked up in PATH
  std::vector<std::string> arguments;
};

// A program built with a sanitizer reserves terabytes of addresses; it is built as this one is.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr std::uint64_t default_memory_bytes = 0;
#elif defined(__has_feature) && (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
inline constexpr std::uint64_t default_memory_bytes = 0;
#else
inline constexpr std::uint64_t default_memory_bytes = 256u << 20;
#endif

struct Limits {
  std::chrono::milliseconds wall{5000};
  std::chrono::seconds cpu{2};
  std::uint64_t memory_bytes = default_memory_bytes;  // address space; 0: not limited
  std::size_t output_bytes = 64u << 20;
  std::size_t error_bytes = 4096;  // of standard error kept; the rest is read and dropped
};

enum class End { exited, signalled, out_of_time, too_much_output };

struct Outcome {
  End end = End::exited;
  int exit_code = 0;  // exited
  int signal = 0;     // signalled
  kernel::Bytes output;
  std::string errors;
  std::chrono::microseconds wall{0};
  std::chrono::microseconds cpu{0};   // user and system
  std::int64_t max_resident_kib = 0;  // never less than this process had when it started the child: an upper bound
};

// Starts the program with an empty environment, the root directory as its place, no open file but its three streams, in
// a process group of its own; sets its limits, and only then gives it `input` on standard input, then the end; gathers what it writes. On return the
// program has ended and been waited for, and what it may have started in its group is killed. At `wall` or past
// `output_bytes` it is killed. Blocks the calling thread: meant for io::Pool. Thread-safe; works in a process of any
// size and any signal dispositions, SIGCHLD ignored excepted. Faults: the program cannot be started.
kernel::Result<Outcome> run(const Program& program, kernel::ByteView input, const Limits& limits);

// The same for who wants only the output. Errors: `invalid` "jail.cost" when the input made the program crash, spin or
// write without end (one issue, "too-costly"); `unavailable` "jail.busy" when its time passed though it hardly ran;
// a fault when it cannot be started or exits with another code than 0.
kernel::Result<kernel::Bytes> output_of(const Program& program, kernel::ByteView input, const Limits& limits);

}  // namespace carnet::jail
