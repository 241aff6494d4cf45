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

// A body as the journal keeps it: what anyone may know of it (a commitment to its text), and the text, sealed. The chain
// binds both, so that whoever holds the rows checks a chain without a key, and whoever was given a text and its salt
// checks that it is the one (docs/formats/trace.md).
using Salt = std::array<std::uint8_t, 16>;
Hash commitment_of(const Salt& salt, std::string_view body);
kernel::Bytes seal_body(const crypto::Sealer& sealer, const Salt& salt, std::string_view body, const Header& header,
                        const Hash& previous);
struct OpenedBody {
  std::string text;
  std::optional<Salt> salt;  // none: written before commitments were kept
};
// nullopt: it does not open at this place, or its text is not the one committed to.
std::optional<OpenedBody> open_body(const crypto::Sealer& sealer, kernel::ByteView body, const Header& header,
                                    const Hash& previous);
Hash chain_hash(const Hash& previous, kernel::ByteView body, const Header& header);
// The same from what an extract holds.
Hash chain_hash(const Hash& previous, const Hash& commitment, const Hash& sealed_hash, const Header& header);
// What a body shows without a key; nullopt for one without commitment.
struct BodySeen {
  Hash commitment{}, sealed_hash{};
};
std::optional<BodySeen> seen_of(kernel::ByteView body);

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
