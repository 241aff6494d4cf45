// Both worlds, side by side: a record told in each, the answers laid against each other.
#pragma once
#include <optional>

#include "proof/worlds/questions.hpp"

namespace carnet::proof {

struct Difference {
  std::string question, with, without;  // around the first byte that differs
};
struct Compared {
  std::int64_t answers = 0, bytes = 0;
  std::vector<Difference> differences;
  bool was_seen = false;  // the item was there for somebody, in the one world
};

class TwoWorlds {
 public:
  explicit TwoWorlds(std::uint64_t seed);
  ~TwoWorlds();
  // People of these records enter both registers; before any of them is told.
  void import(const std::vector<Life>& lives);
  // `control`: asked by those who may see the item, which must differ. `sealed`: seals the log, and compares the extracts.
  Compared compare(const Life& life, bool control, bool sealed);
  World& world(bool with_hidden) { return with_hidden ? *with_ : *without_; }
  // A smaller record that still differs; told under numbers above `from`.
  Life shrink(const Life& life, std::uint64_t from);

 private:
  std::filesystem::path directory_;
  std::unique_ptr<World> with_, without_;
};

}  // namespace carnet::proof
