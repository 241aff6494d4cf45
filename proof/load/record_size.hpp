// How large a database of records is beside the same resources compressed one by one.
#pragma once
#include <filesystem>
#include <string>

namespace carnet::proof {

// Puts that many Observations into the records of the bench's patients, ends the server, which empties its log into the
// database, and answers one line: bytes of the database, of its growth, and of each resource at `zstd -3`.
std::string record_size(const std::filesystem::path& directory, std::size_t observations, std::size_t doctors);

}  // namespace carnet::proof
