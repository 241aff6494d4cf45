// The one door to randomness. Labels separate streams, so that in simulation two worlds which differ by one hidden
// item still draw the same bytes elsewhere; the system source ignores them.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "foundation/kernel/bytes.hpp"

namespace carnet::io {

class Entropy {
 public:
  virtual ~Entropy() = default;
  // Fills `out` wholly with unpredictable bytes, or aborts the process (no weaker fallback). Thread-safe.
  virtual void fill(std::string_view label, std::span<std::uint8_t> out) = 0;
  kernel::Bytes bytes(std::string_view label, std::size_t count) {
    kernel::Bytes out(count);
    fill(label, out);
    return out;
  }
};

class SystemEntropy final : public Entropy {  // getrandom(2)
 public:
  void fill(std::string_view label, std::span<std::uint8_t> out) override;
};

class SeededEntropy final : public Entropy {  // tests, simulation and the demonstration country only
 public:
  explicit SeededEntropy(std::uint64_t seed) : seed_(seed) {}
  void fill(std::string_view label, std::span<std::uint8_t> out) override;

 private:
  std::uint64_t seed_;
  std::mutex mutex_;
  std::map<std::string, std::uint64_t, std::less<>> states_;
};

}  // namespace carnet::io
