// The one door to "now". Production reads the system; demonstration adds a durable offset; tests and simulation set it.
#pragma once
#include <atomic>

#include "foundation/kernel/time.hpp"

namespace carnet::io {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual kernel::Instant now() const = 0;  // civil time of the service; thread-safe
};

class SystemClock final : public Clock {
 public:
  kernel::Instant now() const override;
};

// System time plus an offset that only grows (demonstration: `carnet clock forward`).
class ForwardedClock final : public Clock {
 public:
  kernel::Instant now() const override;
  void set_offset(std::chrono::milliseconds offset) { offset_ms_.store(offset.count()); }

 private:
  std::atomic<std::int64_t> offset_ms_{0};
};

class ManualClock final : public Clock {
 public:
  explicit ManualClock(kernel::Instant start) : ms_(start.ms) {}
  kernel::Instant now() const override { return {ms_.load()}; }
  void set(kernel::Instant instant) { ms_.store(instant.ms); }
  void advance(std::chrono::milliseconds d) { ms_.fetch_add(d.count()); }

 private:
  std::atomic<std::int64_t> ms_;
};

}  // namespace carnet::io
