#include "access/watch.hpp"

namespace carnet::access {

std::int64_t ReaderWatch::wait_for(std::string_view rpps, PersonId person, Date today, Instant now, const Bounds& bounds) {
  const std::scoped_lock lock(mutex_);
  if (today != day_) {
    day_ = today;
    readers_.clear();
  }
  auto found = readers_.find(rpps);
  if (found == readers_.end()) {
    if (readers_.size() >= bounds.professionals) return bounds.slowed_ms;  // unknown is not innocent
    found = readers_.emplace(std::string(rpps), Reader{}).first;
  }
  Reader& reader = found->second;
  if (reader.people.contains(person.value)) return 0;
  if (static_cast<std::int64_t>(reader.people.size()) >= bounds.people_per_day) {
    if (reader.unusual_at.ms == 0) reader.unusual_at = now;
    const auto waited = now.since(reader.last_new).count();
    if (waited < bounds.slowed_ms) return bounds.slowed_ms - std::max<std::int64_t>(waited, 0);
  }
  reader.people.insert(person.value);
  reader.last_new = now;
  return 0;
}

std::vector<Access::Unusual> ReaderWatch::unusual() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Access::Unusual> found;
  for (const auto& [rpps, reader] : readers_)
    if (reader.unusual_at.ms != 0)
      found.push_back({rpps, reader.unusual_at, static_cast<std::int64_t>(reader.people.size())});
  return found;
}

}  // namespace carnet::access
