// Facts of the documents of spaces whose key was opened a moment ago: enough to decide on one document, and to say its
// title in a trace, before the trace that opens the key is written. In memory only, bounded; the oldest space goes
// first. Inside record only.
#pragma once
#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "record/document.hpp"

namespace carnet::record {

struct Known {
  std::int64_t version =
      0;  // of the item; versions never change, so a fact is right while its version is the current one
  access::ItemFacts facts;
  std::string title;
  DocumentStatus status = DocumentStatus::current;
};
using KnownItems = std::map<std::int64_t, Known>;  // by local id; every item of the space

class KnownSpaces {
 public:
  explicit KnownSpaces(std::size_t most_items = 100'000) : most_items_(most_items) {}
  bool has(kernel::SpaceId space);
  std::optional<Known> find(kernel::SpaceId space, std::int64_t local);
  std::optional<KnownItems> all(kernel::SpaceId space);
  void keep(kernel::SpaceId space, KnownItems items);
  // A new item or version of a space that is known; else nothing.
  void update(kernel::SpaceId space, std::int64_t local, Known known);
  void forget(kernel::SpaceId space);

 private:
  struct Place {
    KnownItems items;
    std::list<kernel::SpaceId>::iterator use;
  };
  Place* touch(kernel::SpaceId space);
  void make_room();
  const std::size_t most_items_;
  std::mutex mutex_;
  std::unordered_map<kernel::SpaceId, Place> spaces_;
  std::list<kernel::SpaceId> order_;  // most recently used first
  std::size_t items_ = 0;
};

}  // namespace carnet::record
