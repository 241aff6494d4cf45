// Does a read cost more in a large country? The same reads where a thousand people have a record and where a million do.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace carnet::proof {

// A country of `people`, each with an open space of ten Observations, made at once and then served as ever. Lines: how long
// it took to make; each of some hundred records read for the first time after a start, one after another, the files out of
// the system's memory; then the same reads for `seconds` at 64 connections.
std::vector<std::string> scale(const std::filesystem::path& directory, std::size_t people, int seconds);

}  // namespace carnet::proof
