// The ways in which an access log is attacked, and what it is before.
#pragma once
#include <functional>

#include "foundation/kernel/json.hpp"
#include "proof/seals/sealed_log.hpp"

namespace carnet::proof {

inline constexpr std::int64_t attacked_space = 7, other_space = 9;

// A log of 1,000 entries in the attacked space under 300 seals (more than a tile), with neighbours and a reserved lane, and
// what an attacker may hold besides.
struct Scene {
  explicit Scene(const std::filesystem::path& directory);
  SealedLog log;
  std::string clean, older, other;         // extracts: of today, of a week ago, of another space
  std::string older_checkpoint;            // of a week ago, cosigned
  std::string uncosigned;                  // the extract of today before the witness saw it
  std::string fork;                        // of a copy of the service that went on without 40 entries; not cosigned
  std::filesystem::path published, older_published, fork_published;  // under /log/
};

using Extract = kernel::json::object;
struct ExtractAttack {
  std::string name;
  std::function<std::string(const Scene&)> make;  // the extract as shown
};
std::vector<ExtractAttack> extract_attacks();

struct LogAttack {
  std::string name;
  std::function<void(const Scene&, const std::filesystem::path& shown)> make;  // `shown`: a copy of what is published
};
std::vector<LogAttack> log_attacks();

}  // namespace carnet::proof
