#include "foundation/io/clock.hpp"

namespace carnet::io {

kernel::Instant SystemClock::now() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()};
}

kernel::Instant ForwardedClock::now() const {
  return {SystemClock().now().ms + offset_ms_.load()};
}

}  // namespace carnet::io
