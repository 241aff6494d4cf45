#include "audit/heads.hpp"

#include <algorithm>

namespace carnet::audit {

std::optional<Head> Heads::find(LaneKey key) const {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  return found->second.head;
}

void Heads::put(LaneKey key, const Head& head) {
  auto [place, added] = entries_.try_emplace(key);
  if (added || !place->second.unwritten) ++unwritten_;
  place->second = {head, true};
}

void Heads::recovered(LaneKey key, const Head& head) {
  std::lock_guard lock(mutex_);
  put(key, head);
}

void Heads::advanced(const std::map<LaneKey, Head>& committed) {
  std::lock_guard lock(mutex_);
  for (const auto& [key, head] : committed) put(key, head);
  if (entries_.size() <= limits_.keep) return;
  std::size_t to_drop = limits_.keep / 2;
  std::erase_if(entries_, [&to_drop](const auto& item) {
    if (item.second.unwritten || to_drop == 0) return false;
    --to_drop;
    return true;
  });
}

Heads::Step Heads::next(std::int64_t last_position) {
  std::lock_guard lock(mutex_);
  if (round_.empty()) {
    if (unwritten_ < limits_.flush_at) return {};
    for (const auto& [key, entry] : entries_) {
      if (entry.unwritten) round_.push_back(key);
    }
    std::sort(round_.begin(), round_.end());  // in the order of the table
    done_ = 0;
    target_ = last_position;
  }
  Step step;
  const auto end = std::min(round_.size(), done_ + limits_.per_batch);
  step.lanes.assign(round_.begin() + static_cast<std::ptrdiff_t>(done_),
                    round_.begin() + static_cast<std::ptrdiff_t>(end));
  if (end == round_.size()) step.mark = target_;
  return step;
}

void Heads::written(const Step& step) {
  std::lock_guard lock(mutex_);
  for (const auto& key : step.lanes) {
    auto found = entries_.find(key);
    if (found == entries_.end() || !found->second.unwritten) continue;
    found->second.unwritten = false;
    --unwritten_;
  }
  done_ += step.lanes.size();
  if (step.mark) round_.clear();
}

void Heads::forget() {
  std::lock_guard lock(mutex_);
  entries_.clear();
  round_.clear();
  unwritten_ = 0;
}

}  // namespace carnet::audit
