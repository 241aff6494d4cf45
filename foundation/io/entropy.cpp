#include "foundation/io/entropy.hpp"

#include <pthread.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "foundation/kernel/result.hpp"

namespace carnet::io {

namespace {

// SplitMix64: a counter stepped by the golden ratio, then mixed. Good spread from any start; not for secrets.
constexpr std::uint64_t golden = 0x9E3779B97F4A7C15ULL;

constexpr std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

std::uint64_t first_state(std::uint64_t seed, std::string_view label) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;  // FNV-1a
  for (const char c : label) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  return mixed(mixed(seed + golden) ^ hash);
}

}  // namespace

namespace {

void draw(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    CARNET_INVARIANT(got > 0, "getrandom failed");
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

// Nonces and ids: drawn some at a time, a call to the system being dearer than they are. What is given out is wiped
// here. A child process draws anew, and so does everyone in a new second: a machine woken from a copy of its memory
// must not give out what its twin gave. Keys and secrets are longer and always come straight from the system.
constexpr std::size_t small = 16;
struct Drawn {
  std::array<std::uint8_t, 512> bytes;
  std::size_t used = sizeof bytes;
  std::uint64_t generation = 0;
  time_t second = 0;
};
time_t this_second() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME_COARSE, &time);
  return time.tv_sec;
}
std::atomic<std::uint64_t> generation = [] {
  pthread_atfork(nullptr, nullptr, [] { generation.fetch_add(1); });
  return std::uint64_t{1};
}();

}  // namespace

void SystemEntropy::fill(std::string_view, std::span<std::uint8_t> out) {
  if (out.size() > small) return draw(out);
  thread_local Drawn drawn;
  const auto current = generation.load(std::memory_order_relaxed);
  const auto second = this_second();
  if (drawn.used + out.size() > drawn.bytes.size() || drawn.generation != current || drawn.second != second) {
    draw(drawn.bytes);
    drawn.used = 0;
    drawn.generation = current;
    drawn.second = second;
  }
  const auto given = std::span(drawn.bytes).subspan(drawn.used, out.size());
  std::ranges::copy(given, out.begin());
  explicit_bzero(given.data(), given.size());
  drawn.used += out.size();
}

void SeededEntropy::fill(std::string_view label, std::span<std::uint8_t> out) {
  std::lock_guard lock(mutex_);
  auto found = states_.find(label);
  if (found == states_.end()) found = states_.emplace(std::string(label), first_state(seed_, label)).first;
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) word = mixed(found->second += golden);
    out[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
  }
}

}  // namespace carnet::io
