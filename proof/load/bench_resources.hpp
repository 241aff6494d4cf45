// Invented resources of a person, as other software would send them.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace carnet::proof {

// A measure with its unit, some 700 bytes; the nth differs from the others in date and value.
std::string observation(std::string_view patient_id, std::uint64_t n);
// A transaction Bundle of one person's resources, as a hospital takes its patients along: visits, problems, measures,
// treatments and vaccines that refer to each other. `entries` in all.
std::string patient_bundle(std::string_view patient_id, std::uint64_t n, std::size_t entries);

}  // namespace carnet::proof
