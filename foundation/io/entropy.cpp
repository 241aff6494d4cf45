#include "foundation/io/entropy.hpp"

#include <sys/random.h>

#include <cerrno>

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

void SystemEntropy::fill(std::string_view, std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    CARNET_INVARIANT(got > 0, "getrandom failed");
    out = out.subspan(static_cast<std::size_t>(got));
  }
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
