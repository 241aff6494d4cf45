// A trace as bytes: its body, its header, its place in the chain. Pure; docs/formats/trace.md says the same to the
// byte. Inside audit only.
#pragma once
#include <array>
#include <mutex>

#include "audit/audit.hpp"

namespace carnet::audit {

using EntryId = std::array<std::uint8_t, 16>;
using Hash = crypto::Digest;

// What stands in clear beside the sealed body.
struct Header {
  SpaceId space;
  Lane lane = Lane::ordinary;
  std::int64_t sequence = 0;  // 0 while pending
  kernel::Instant at;
  EntryId id{};
};

// The body: compact JSON of the codes and parameters; members that are empty or zero are left out.
std::string encode_body(const Entry& entry);
// Members it does not know are ignored (a later version wrote them); a member of another type is not.
std::optional<Entry> decode_body(std::string_view json, SpaceId space, Lane lane);

kernel::Bytes header_bytes(const Header& header);
kernel::Bytes body_binding(const Header& header, const Hash& previous);  // associated data of a body in the journal
kernel::Bytes pending_binding(const Header& header);                     // and of one that waits in trace_pending
Hash chain_hash(const Hash& previous, kernel::ByteView sealed_body, const Header& header);

// Time-ordered ids: 6 bytes of milliseconds, 2 of a counter, 8 random. Each is greater than the one before, whatever
// the clock does. Thread-safe.
class EntryIds {
 public:
  explicit EntryIds(io::Entropy& entropy) : entropy_(&entropy) {}
  EntryId next(kernel::Instant now);

 private:
  io::Entropy* entropy_;
  std::mutex mutex_;
  std::int64_t last_ms_ = 0;
  std::uint32_t counter_ = 0;
};

}  // namespace carnet::audit
