// The heads of the chains in memory, and the plan by which they reach trace_lane: lazily, a few with each batch, so
// that a trace costs one append and not one more page of a table ordered by space. Inside audit only.
#pragma once
#include <map>
#include <mutex>
#include <unordered_map>

#include "audit/store.hpp"

namespace carnet::audit {

class Heads {
 public:
  struct Limits {
    std::size_t flush_at =
        20'000;                   // unwritten heads at which writing begins: about what a start reads on from the mark
    std::size_t per_batch = 256;  // heads written with one batch
    std::size_t keep = 200'000;   // heads kept in all; beyond, written ones are forgotten (60 bytes each)
  };
  // What one batch writes beside its traces.
  struct Step {
    std::vector<LaneKey> lanes;
    std::optional<std::int64_t> mark;  // written last: the table is right up to this position
  };

  Heads() : Heads(Limits{}) {}
  explicit Heads(Limits limits) : limits_(limits) {}

  // All thread-safe; those that change are called by the one that writes the journal.
  std::optional<Head> find(LaneKey key) const;
  void recovered(LaneKey key, const Head& head);  // from the tail: not in the table
  void advanced(const std::map<LaneKey, Head>& committed);
  // What the next batch should write; the same again until written() is told that it has.
  Step next(std::int64_t last_position);
  void written(const Step& step);
  void forget();  // all of them: what is in the database is no longer known

 private:
  struct Entry {
    Head head;
    bool unwritten = true;
  };
  struct KeyHash {
    std::size_t operator()(const LaneKey& key) const {
      return std::hash<std::int64_t>{}(key.space.value * 2 + static_cast<std::int64_t>(key.lane));
    }
  };
  void put(LaneKey key, const Head& head);

  Limits limits_;
  mutable std::mutex mutex_;
  std::unordered_map<LaneKey, Entry, KeyHash> entries_;
  std::size_t unwritten_ = 0;
  // The round under way: everything that was unwritten when the journal ended at target_.
  std::vector<LaneKey> round_;
  std::size_t done_ = 0;
  std::int64_t target_ = 0;
};

}  // namespace carnet::audit
