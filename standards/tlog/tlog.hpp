// tlog: a transparency log as the C2SP texts write it: tlog-tiles (Merkle tree of RFC 6962, tiles of height 8),
// tlog-checkpoint, signed-note, tlog-cosignature v1, and tlog-proof-like inclusion and consistency proofs. Pure: what is
// stored is asked for through an interface, time is an argument.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/crypto/crypto.hpp"

namespace carnet::tlog {

using Hash = crypto::Digest;

// ---- the tree (RFC 6962, section 2.1) -------------------------------------------------------------------------------
Hash leaf_hash(kernel::ByteView entry);                    // SHA-256(0x00 | entry)
Hash node_hash(const Hash& left, const Hash& right);       // SHA-256(0x01 | left | right)
Hash empty_root();                                         // SHA-256("")

// Hashes of complete subtrees: (level, index) is the root of leaves [index << level, (index + 1) << level). Asked only
// for subtrees that are complete in the tree in question; nullopt is a fault of the storage.
using Subtrees = std::function<std::optional<Hash>(unsigned level, std::uint64_t index)>;

// Of the tree of the first `size` leaves. A fault "tlog.storage" when a subtree cannot be had.
kernel::Result<Hash> root_of(std::uint64_t size, const Subtrees& subtrees);
using Proof = std::vector<Hash>;
// Refuses (invalid "tlog.proof") index >= size, and old_size > size.
kernel::Result<Proof> inclusion_proof(std::uint64_t index, std::uint64_t size, const Subtrees& subtrees);
kernel::Result<Proof> consistency_proof(std::uint64_t old_size, std::uint64_t size, const Subtrees& subtrees);
// RFC 9162, 2.1.3.2 and 2.1.4.2. Never true for a proof that has a hash too many or too few.
bool verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size, const Proof& proof, const Hash& root);
bool verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t size, const Hash& root,
                        const Proof& proof);

// The subtrees that adding one leaf completes, lowest first: what an append-only storage has to keep.
struct Completed {
  unsigned level = 0;
  std::uint64_t index = 0;
  Hash hash{};
};
kernel::Result<std::vector<Completed>> add_leaf(std::uint64_t size, const Hash& leaf, const Subtrees& subtrees);

// ---- tiles (tlog-tiles) ---------------------------------------------------------------------------------------------
// "tile/1/x001/x234/067.p/8"; `width` 256 is a full tile, without ".p". Level 0 holds leaf hashes.
inline constexpr unsigned tile_height = 8, tile_width = 256;
std::string tile_path(unsigned tile_level, std::uint64_t index, unsigned width);
std::string entries_path(std::uint64_t index, unsigned width);
struct TileName {
  unsigned level = 0;
  std::uint64_t index = 0;
  unsigned width = tile_width;
  bool entries = false;
  bool operator==(const TileName&) const = default;
};
std::optional<TileName> read_tile_path(std::string_view path);  // canonical names only

// ---- notes (signed-note) --------------------------------------------------------------------------------------------
enum class SignatureType : std::uint8_t { ed25519 = 1, cosignature_v1 = 4 };
struct VerifierKey {
  std::string name;
  SignatureType type = SignatureType::ed25519;
  std::uint32_t id = 0;
  kernel::Bytes key;  // 32 bytes
  bool operator==(const VerifierKey&) const = default;
};
// "name+hex id+base64(type | key)". invalid "tlog.key" when malformed or when the id is not that of the key.
kernel::Result<VerifierKey> read_verifier_key(std::string_view text);
std::string write_verifier_key(const VerifierKey& key);
// The public half of one of our Ed25519 keys.
VerifierKey verifier_of(std::string_view name, SignatureType type, const crypto::SigningKey& key);

struct NoteSignature {
  std::string name;
  std::uint32_t id = 0;
  kernel::Bytes bytes;  // after the id
};
struct Note {
  std::string text;  // ends with a line break
  std::vector<NoteSignature> signatures;
};
kernel::Result<Note> read_note(std::string_view text);  // invalid "tlog.note"; at most 1 MiB and 100 signatures
std::string write_note(const Note& note);
NoteSignature sign_note(std::string_view text, std::string_view name, const crypto::SigningKey& key);
// At least one signature by this key, all of them valid.
bool is_signed_by(const Note& note, const VerifierKey& key);

// A witness's cosignature of a checkpoint's note, with the time at which it saw it.
NoteSignature cosign_note(std::string_view text, std::string_view name, const crypto::SigningKey& key,
                          std::int64_t seconds);
std::optional<std::int64_t> cosigned_at(const Note& note, const VerifierKey& key);  // seconds; nullopt: not cosigned

// ---- checkpoints (tlog-checkpoint) ----------------------------------------------------------------------------------
struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
  std::vector<std::string> extensions{};  // lines, none empty
};
std::string write_checkpoint(const Checkpoint& checkpoint);                   // the note's text
kernel::Result<Checkpoint> read_checkpoint(std::string_view text);            // invalid "tlog.checkpoint"

}  // namespace carnet::tlog
