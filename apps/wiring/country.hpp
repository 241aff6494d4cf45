// The demonstration country: invented people, professionals and structures from a seeded generator. The same seed gives
// the same country. Numbers are under the demonstration OID with correct keys, but for the three people of the official
// sample documents, whose published numbers are kept as they are.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "foundation/kernel/result.hpp"
#include "identity/identity.hpp"

namespace carnet::wiring {

class House;

struct CastMember {
  std::string role;  // "holder" "parent" "objector" "ruth" "marie" "alice" "child"
  std::string name, number, serial;
  std::string identifier;  // has an account already when not empty
  std::string birth_name, given_name, birth_date;  // as the register has them
  bool female = false;
};
inline constexpr std::string_view demonstration_password = "carnet de demonstration";
inline constexpr std::uint64_t demonstration_seed = 20'220'203;

struct Country {
  std::string register_csv;  // docs/formats/register.md
  std::vector<CastMember> cast;
  std::vector<identity::Structure> structures;
  std::vector<identity::Professional> professionals;
};
// The day on which the data directory's country was invented: kept at the first call, so that ages stay the same.
kernel::Result<kernel::Date> founding_day(const std::filesystem::path& data, kernel::Date today);

// `people` counts everyone, the cast included. Ages are reckoned on `today`.
Country invent_country(std::uint64_t seed, std::size_t people, kernel::Date today);

// First start of a demonstration: register, directory, demonstration clients, the opened spaces of the cast with their
// care team, and a first wave that tells the cast and some two hundred others.
io::Task<kernel::Status> found_country(House& house, const Country& country,
                                       std::function<void(std::int64_t, std::int64_t, std::string)> progress);

// The doctor and hospital that `carnet demo` speaks for.
inline constexpr std::string_view demonstration_client = "hopital-de-demonstration";

}  // namespace carnet::wiring
