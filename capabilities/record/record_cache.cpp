#include "record/record_cache.hpp"

namespace carnet::record {

namespace {

constexpr std::size_t uses_between_measures = 64;  // values are made of items as they are searched
constexpr std::size_t most_news = 1024;            // changes that wait for a reader

}  // namespace

std::shared_ptr<const OpenedRecord> RecordCache::find(SpaceId space, std::int64_t change, kernel::Instant now) {
  Gone gone;
  const std::lock_guard lock(mutex_);
  const auto place = entries_.find(space);
  if (place == entries_.end()) return nullptr;
  Entry& entry = place->second;
  if (now.since(entry.kept_at) > limits_.life || now < entry.kept_at) {
    drop(place, gone);
    return nullptr;
  }
  order_.splice(order_.begin(), order_, entry.use);
  if (!entry.news.empty()) {
    std::vector<ItemPtr> news;
    std::int64_t reached = entry.record->change();
    for (auto next = entry.news.begin(); next != entry.news.end() && next->first == reached + 1;
         next = entry.news.erase(next), ++reached)
      news.insert(news.end(), next->second.begin(), next->second.end());
    if (reached > entry.record->change()) {
      gone.push_back(entry.record);
      entry.record = entry.record->with(news, reached);
    }
  }
  if (entry.record->change() < change) {
    // Another process wrote in between: what waits can never join what is here.
    drop(place, gone);
    return nullptr;
  }
  if (++entry.uses % uses_between_measures == 0) measure(entry);
  auto found = entry.record;
  make_room(now, gone);
  return found;
}

void RecordCache::keep(std::shared_ptr<const OpenedRecord> record, kernel::Instant now) {
  const SpaceId space = record->space();
  Gone gone;
  const std::lock_guard lock(mutex_);
  if (const auto place = entries_.find(space); place != entries_.end()) {
    if (place->second.record->change() > record->change()) return;
    drop(place, gone);
  }
  order_.push_front(space);
  Entry entry;
  entry.record = std::move(record);
  entry.kept_at = now;
  entry.use = order_.begin();
  measure(entries_.emplace(space, std::move(entry)).first->second);
  make_room(now, gone);
}

bool RecordCache::holds(SpaceId space) const {
  const std::lock_guard lock(mutex_);
  return entries_.contains(space);
}

void RecordCache::hand_over(SpaceId space, std::int64_t change, std::vector<ItemPtr> news, kernel::Instant now) {
  Gone gone;
  const std::lock_guard lock(mutex_);
  const auto place = entries_.find(space);
  if (place == entries_.end() || change <= place->second.record->change()) return;
  for (const auto& item : news) {
    const std::size_t added = item->memory();
    place->second.bytes += added;
    bytes_ += added;
  }
  place->second.news.emplace(change, std::move(news));
  if (place->second.news.size() > most_news) drop(place, gone);
  make_room(now, gone);
}

void RecordCache::forget(SpaceId space) {
  Gone gone;
  const std::lock_guard lock(mutex_);
  if (const auto place = entries_.find(space); place != entries_.end()) drop(place, gone);
}

std::size_t RecordCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

void RecordCache::drop(std::unordered_map<SpaceId, Entry>::iterator place, Gone& gone) {
  bytes_ -= place->second.bytes;
  gone.push_back(std::move(place->second.record));
  order_.erase(place->second.use);
  entries_.erase(place);
}

void RecordCache::measure(Entry& entry) {
  bytes_ -= entry.bytes;
  entry.bytes = entry.record->memory();
  bytes_ += entry.bytes;
}

// The least recently used go, also those that fit but have had their time: what nobody asks for does not stay.
void RecordCache::make_room(kernel::Instant now, Gone& gone) {
  while (!order_.empty()) {
    const auto oldest = entries_.find(order_.back());
    const bool too_old = now.since(oldest->second.kept_at) > limits_.life;
    if (bytes_ <= limits_.bytes && !too_old) return;
    drop(oldest, gone);
  }
}

}  // namespace carnet::record
