// What a durable trace costs a read: the same reads by two servers that differ in one thing, whether the disk's sync takes time.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace carnet::proof {

struct TraceCostAsked {
  int seconds = 5;  // of each of the rounds, which the two servers take in turns
  std::vector<std::size_t> connections;
  std::size_t doctors = 8;
};
// For each number of connections three lines: synced, free, and how they differ; the first line is the disk's own sync.
std::vector<std::string> trace_cost(const std::filesystem::path& directory, const TraceCostAsked& asked);

}  // namespace carnet::proof
