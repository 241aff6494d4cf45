// Faults put on purpose into official examples, each with the path at which it must be refused.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proof/conformance/validation_corpus.hpp"

namespace carnet::conformance {

struct Mutant {
  std::string kind;  // "required element removed"
  std::string from;  // the example's name
  std::string path;
  std::string text;
};

struct Tally {
  std::string kind;
  std::size_t made = 0, refused = 0, at_path = 0;
};
struct Hunt {
  std::vector<Tally> tallies;
  std::size_t made = 0, refused = 0, at_path = 0;
  std::vector<std::string> missed;  // the first few: kind, example, path, what was said
};

// `count` mutants of the kinds in turn, from examples that are valid themselves. The same seed makes the same mutants.
Hunt hunt_mutants(const std::vector<Example>& examples, std::size_t count, std::uint64_t seed);

}  // namespace carnet::conformance
