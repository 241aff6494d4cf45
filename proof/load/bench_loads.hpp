// The loads of the bench, by name.
#pragma once
#include <optional>

#include "proof/load/bench_world.hpp"

namespace carnet::proof {

inline constexpr std::size_t bench_patients = 190;  // the two hundred people told, but for those who objected

struct BenchLoad {
  std::string name;
  Load load;
  double units = 1;  // what one answer counts for: resources of a Bundle
};

struct PreparedLoad {
  std::string name;
  // Puts into the world what the load needs. None: the service does not serve it.
  std::optional<BenchLoad> (*make)(BenchWorld&);
};
std::vector<PreparedLoad> all_loads();

}  // namespace carnet::proof
