// Internal to foundation/http: the memory one request's body takes of what all bodies share.
#pragma once
#include <algorithm>

#include "foundation/http/core.hpp"

namespace carnet::http {

inline constexpr std::size_t first_body_bytes = 64 * 1024;  // memory given to a body before any of it has come

class BodyMemory {
 public:
  explicit BodyMemory(Core& core) : core_(core) {}
  ~BodyMemory() { release(); }
  BodyMemory(const BodyMemory&) = delete;
  BodyMemory& operator=(const BodyMemory&) = delete;

  // Refuses at once what there is no memory for if it comes as announced; takes no more than a first piece of it.
  kernel::Status hold_first(std::uint64_t announced) {
    if (core_.in_flight_bytes + announced > core_.max_in_flight_bytes) return no_memory();
    return hold(static_cast<std::size_t>(std::min<std::uint64_t>(announced, first_body_bytes)));
  }
  // Counts the body as `capacity` bytes.
  kernel::Status hold(std::size_t capacity) {
    if (capacity <= held_) return {};
    const auto more = capacity - held_;
    if (core_.in_flight_bytes.fetch_add(more) + more > core_.max_in_flight_bytes) {
      core_.in_flight_bytes.fetch_sub(more);
      return no_memory();
    }
    held_ = capacity;
    return {};
  }
  // Adds to the body, whose memory follows the bytes that came.
  kernel::Status append(kernel::Bytes& body, kernel::ByteView more) {
    const auto size = body.size() + more.size();
    if (size > body.capacity() || size > held_) {
      const auto larger = size > body.capacity() ? std::max(size, body.capacity() * 2) : body.capacity();
      if (auto held = hold(larger); !held) return held;
      body.reserve(larger);
    }
    body.insert(body.end(), more.begin(), more.end());
    return {};
  }
  void release() {
    if (held_ > 0) core_.in_flight_bytes.fetch_sub(std::exchange(held_, 0));
  }

 private:
  static kernel::Status no_memory() {
    kernel::Error busy{kernel::ErrorKind::unavailable, "http.busy", {}};
    busy.retry_after_s = 1;
    return std::unexpected(std::move(busy));
  }
  Core& core_;
  std::size_t held_ = 0;
};

}  // namespace carnet::http
