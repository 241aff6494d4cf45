// Opened records, for minutes: bounded in bytes, the least recently used goes first, zeroised as they go. What a commit
// of this process adds is handed over; a record that another process changed is found out by its head row and opened
// anew. Inside record only.
#pragma once
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>

#include "record/opened_record.hpp"

namespace carnet::record {

class RecordCache {
 public:
  struct Limits {
    std::size_t bytes = 256u << 20;
    std::chrono::milliseconds life = std::chrono::minutes(10);
  };
  explicit RecordCache(Limits limits) : limits_(limits) {}
  RecordCache(const RecordCache&) = delete;
  RecordCache& operator=(const RecordCache&) = delete;

  // All thread-safe. The record as it stands at `change` or later; null when it is not here, or not that far.
  std::shared_ptr<const OpenedRecord> find(SpaceId space, std::int64_t change, kernel::Instant now);
  void keep(std::shared_ptr<const OpenedRecord> record, kernel::Instant now);
  bool holds(SpaceId space) const;
  // What the change numbered `change` made, for a record that is here; changes may come in any order.
  void hand_over(SpaceId space, std::int64_t change, std::vector<ItemPtr> news, kernel::Instant now);
  void forget(SpaceId space);
  std::size_t bytes() const;

 private:
  struct Entry {
    std::shared_ptr<const OpenedRecord> record;
    std::map<std::int64_t, std::vector<ItemPtr>> news;  // by change, after the record's
    std::size_t bytes = 0, uses = 0;
    kernel::Instant kept_at{};
    std::list<SpaceId>::iterator use;
  };
  using Gone = std::vector<std::shared_ptr<const OpenedRecord>>;  // let go after the lock
  void drop(std::unordered_map<SpaceId, Entry>::iterator place, Gone& gone);
  void measure(Entry& entry);
  void make_room(kernel::Instant now, Gone& gone);

  const Limits limits_;
  mutable std::mutex mutex_;
  std::unordered_map<SpaceId, Entry> entries_;
  std::list<SpaceId> order_;  // most recently used first
  std::size_t bytes_ = 0;
};

}  // namespace carnet::record
