// A folder of built web pages, served from memory.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "foundation/http/http.hpp"

namespace carnet::http {

struct StaticSite {
  std::filesystem::path folder;            // read once; a file that changes later is not seen
  std::vector<std::string> page_prefixes;  // "/" or "/espace": paths at and under them answer index.html, as "/" does
  std::size_t max_total_bytes = 64u << 20;
};

// One GET route (Access::anonymous) for each file at the folder's top, for each sub-folder, and for each prefix. Only
// what was found while loading is ever served: no path reaches the disk. "x.js.gz" beside "x.js" is sent to whoever
// accepts gzip. Strong ETags (SHA-256); /assets/* is immutable for a year, the rest is asked again each time.
// Refuses (invalid "http.static") a missing folder or index.html, a link that leads out of the folder, too many bytes.
kernel::Result<std::vector<Route>> static_routes(const StaticSite& site);

}  // namespace carnet::http
