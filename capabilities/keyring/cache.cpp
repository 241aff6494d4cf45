#include "keyring/cache.hpp"

namespace carnet::keyring {

void KeyCache::drop(std::list<Entry>::iterator entry) {
  places_.erase(entry->space);
  entries_.erase(entry);
}

std::optional<kernel::SecretBytes> KeyCache::find(SpaceId space, kernel::Instant now) {
  std::lock_guard lock(mutex_);
  const auto found = places_.find(space);
  if (found == places_.end()) return std::nullopt;
  const auto entry = found->second;
  // A clock that went back ends it as well.
  if (now < entry->kept_at || now.since(entry->kept_at) >= limits_.life) {
    drop(entry);
    return std::nullopt;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->key.copy();
}

void KeyCache::keep(SpaceId space, const kernel::SecretBytes& key, kernel::Instant now) {
  std::lock_guard lock(mutex_);
  if (forbidden_.contains(space)) return;
  if (const auto found = places_.find(space); found != places_.end()) drop(found->second);
  entries_.push_front({space, key.copy(), now});
  places_[space] = entries_.begin();
  while (!entries_.empty() && (entries_.size() > limits_.keys || now.since(entries_.back().kept_at) >= limits_.life)) {
    drop(std::prev(entries_.end()));
  }
}

void KeyCache::forbid(SpaceId space) {
  std::lock_guard lock(mutex_);
  forbidden_.insert(space);
  if (const auto found = places_.find(space); found != places_.end()) drop(found->second);
}

std::size_t KeyCache::size() const {
  std::lock_guard lock(mutex_);
  return entries_.size();
}

}  // namespace carnet::keyring
