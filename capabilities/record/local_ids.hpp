// Local ids given before they are written. Inside record only.
#pragma once
#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "foundation/kernel/id.hpp"

namespace carnet::record {

// The next free ones of a space, above `last` (that of its head row) and above all that this process gave. Another
// process may give the same: then one of the two writes is refused by the rows' key, and is tried again with others.
class LocalIds {
 public:
  std::int64_t take(kernel::SpaceId space, std::int64_t last, std::int64_t count) {
    const std::lock_guard lock(mutex_);
    if (given_.size() >= most_spaces) given_.clear();  // only those not yet written could be given again
    auto& highest = given_[space];
    highest = std::max(highest, last) + count;
    return highest - count + 1;
  }

 private:
  static constexpr std::size_t most_spaces = 100'000;
  std::mutex mutex_;
  std::unordered_map<kernel::SpaceId, std::int64_t> given_;
};

}  // namespace carnet::record
