// What is hashed and signed in a seal, to the byte (docs/formats/seal.md). Pure. Inside audit only.
#pragma once
#include "audit/codec.hpp"
#include "standards/tlog/tlog.hpp"

namespace carnet::audit {

// A space's two lanes at a seal.
struct SpaceHeads {
  SpaceId space;
  std::int64_t slot = 0;
  std::int64_t ordinary_sequence = 0, reserved_sequence = 0;
  Hash ordinary_hash{}, reserved_hash{};
};

Hash lane_commitment(const Hash& salt, std::int64_t sequence, const Hash& head);
kernel::Bytes space_leaf(std::string_view name, SpaceId space, std::uint64_t seal, const Hash& ordinary,
                         const Hash& reserved);

struct SealEntry {
  std::uint64_t seal = 0;
  kernel::Instant at{};
  std::uint64_t spaces = 0;
  Hash root{};
};
kernel::Bytes log_entry(const SealEntry& entry);

}  // namespace carnet::audit
