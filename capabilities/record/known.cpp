#include "record/known.hpp"

namespace carnet::record {

KnownSpaces::Place* KnownSpaces::touch(kernel::SpaceId space) {
  const auto found = spaces_.find(space);
  if (found == spaces_.end()) return nullptr;
  order_.splice(order_.begin(), order_, found->second.use);
  return &found->second;
}

bool KnownSpaces::has(kernel::SpaceId space) {
  const std::lock_guard lock(mutex_);
  return touch(space) != nullptr;
}

std::optional<Known> KnownSpaces::find(kernel::SpaceId space, std::int64_t local) {
  const std::lock_guard lock(mutex_);
  const Place* place = touch(space);
  if (place == nullptr) return std::nullopt;
  const auto item = place->items.find(local);
  return item == place->items.end() ? std::nullopt : std::optional(item->second);
}

std::optional<KnownItems> KnownSpaces::all(kernel::SpaceId space) {
  const std::lock_guard lock(mutex_);
  const Place* place = touch(space);
  return place == nullptr ? std::nullopt : std::optional(place->items);
}

void KnownSpaces::keep(kernel::SpaceId space, KnownItems items) {
  const std::lock_guard lock(mutex_);
  Place* place = touch(space);
  if (place == nullptr) {
    order_.push_front(space);
    place = &spaces_.emplace(space, Place{{}, order_.begin()}).first->second;
    ++items_;  // the space itself counts for one, so that empty ones are bounded too
  }
  items_ += items.size();
  items_ -= place->items.size();
  place->items = std::move(items);
  make_room();
}

void KnownSpaces::update(kernel::SpaceId space, std::int64_t local, Known known) {
  const std::lock_guard lock(mutex_);
  Place* place = touch(space);
  if (place == nullptr) return;
  const auto [item, added] = place->items.insert_or_assign(local, std::move(known));
  (void)item;
  if (added) ++items_;
  make_room();
}

void KnownSpaces::forget(kernel::SpaceId space) {
  const std::lock_guard lock(mutex_);
  const auto found = spaces_.find(space);
  if (found == spaces_.end()) return;
  items_ -= found->second.items.size() + 1;
  order_.erase(found->second.use);
  spaces_.erase(found);
}

void KnownSpaces::make_room() {
  while (items_ > most_items_ && order_.size() > 1) {
    const auto oldest = spaces_.find(order_.back());
    items_ -= oldest->second.items.size() + 1;
    order_.pop_back();
    spaces_.erase(oldest);
  }
}

}  // namespace carnet::record
