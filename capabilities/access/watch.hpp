// How many distinct people a professional reads in a day. In memory, bounded; when it is full nobody new is let in.
#pragma once
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "access/access.hpp"

namespace carnet::access {

class ReaderWatch {
 public:
  struct Bounds {
    std::int64_t people_per_day = 200;
    std::int64_t slowed_ms = 30'000;
    std::size_t professionals = 200'000;  // followed at once, of one day
  };
  // 0: may read; else how long to wait, in ms. Who was read today already is not counted again.
  std::int64_t wait_for(std::string_view rpps, PersonId person, Date today, Instant now, const Bounds& bounds);
  std::vector<Access::Unusual> unusual() const;

 private:
  struct Reader {
    std::unordered_set<std::int64_t> people;
    Instant last_new{};
    Instant unusual_at{};
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };
  mutable std::mutex mutex_;
  Date day_{};
  std::unordered_map<std::string, Reader, Hash, std::equal_to<>> readers_;
};

}  // namespace carnet::access
