// Opened keys, for minutes: bounded, the least recently used goes first, zeroised as they go. Inside keyring only.
#pragma once
#include <list>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "keyring/keyring.hpp"

namespace carnet::keyring {

class KeyCache {
 public:
  struct Limits {
    std::size_t keys = 10'000;
    std::chrono::milliseconds life = std::chrono::minutes(5);
  };
  KeyCache() : KeyCache(Limits{}) {}
  explicit KeyCache(Limits limits) : limits_(limits) {}

  // All thread-safe.
  std::optional<kernel::SecretBytes> find(SpaceId space, kernel::Instant now);
  void keep(SpaceId space, const kernel::SecretBytes& key, kernel::Instant now);
  // Drops the key and keeps it out from now on: an opening that began before the destruction may end after it.
  void forbid(SpaceId space);
  std::size_t size() const;

 private:
  struct Entry {
    SpaceId space;
    kernel::SecretBytes key;
    kernel::Instant kept_at;
  };
  void drop(std::list<Entry>::iterator entry);

  Limits limits_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // most recently used first
  std::unordered_map<SpaceId, std::list<Entry>::iterator> places_;
  std::unordered_set<SpaceId> forbidden_;
};

}  // namespace carnet::keyring
