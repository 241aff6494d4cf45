// Who may include whom, from layers.toml, and which doors lead to time, entropy, files, threads and network.
#pragma once
#include <expected>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "proof/house/tree.hpp"

namespace carnet::house {

struct Layers {
  using Edges = std::map<std::string, std::set<std::string>>;
  Edges foundation;    // room -> foundation rooms it may use
  Edges standards;     // room -> foundation rooms it may use
  Edges capabilities;  // capability -> capabilities whose header it may include
  Edges libraries;     // prefix of a header -> the only folders that may include it
};

std::expected<Layers, std::string> parse_layers(std::string_view toml);

Findings check_circles(const Layers& layers);
// Quoted includes: the edges, public headers only across rooms (and a room's testing/ for the tests of others), nobody
// includes apps/ or proof/.
Findings check_includes(const Tree& tree, const Layers& layers);
// Includes of a library outside the folders that may use it. Tests may use any.
Findings check_libraries(const Tree& tree, const Layers& layers);
// Every room on disk is in layers.toml, and the dependencies written in the root CMakeLists.txt keep to its edges.
Findings check_rooms(const Tree& tree, const Layers& layers);
// Calls that reach time, entropy, files, threads or network anywhere but behind their doors.
Findings check_doors(const Tree& tree);

}  // namespace carnet::house
