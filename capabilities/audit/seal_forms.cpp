#include "audit/seal_forms.hpp"

#include <fmt/format.h>

namespace carnet::audit {
namespace {

void put(kernel::Bytes& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }
void put(kernel::Bytes& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}
void put(kernel::Bytes& out, const Hash& hash) { out.insert(out.end(), hash.begin(), hash.end()); }

}  // namespace

Hash lane_commitment(const Hash& salt, std::int64_t sequence, const Hash& head) {
  kernel::Bytes all;
  put(all, "carnet lane v1\n");
  put(all, salt);
  put(all, static_cast<std::uint64_t>(sequence));
  put(all, head);
  return crypto::sha256(all);
}

kernel::Bytes space_leaf(std::string_view name, SpaceId space, std::uint64_t seal, const Hash& ordinary,
                         const Hash& reserved) {
  kernel::Bytes all;
  all.reserve(160);
  put(all, "carnet space v1\n");
  put(all, name);
  put(all, static_cast<std::uint64_t>(space.value));
  put(all, seal);
  put(all, ordinary);
  put(all, reserved);
  return all;
}

kernel::Bytes log_entry(const SealEntry& entry) {
  return kernel::to_bytes(fmt::format("carnet seal v1\n{}\n{}\n{}\n{}\n", entry.seal, entry.at.ms, entry.spaces,
                                      kernel::to_base64(entry.root)));
}

}  // namespace carnet::audit
