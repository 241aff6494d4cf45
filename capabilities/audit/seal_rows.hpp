// The SQL of seals. Inside audit only.
#pragma once
#include "audit/seal_trees.hpp"
#include "audit/store.hpp"

namespace carnet::audit {

struct SealRow {
  std::int64_t seal = 0;
  kernel::Instant at{};
  std::int64_t position = 0, spaces = 0;
  std::optional<Hash> root{};
};
kernel::Result<std::optional<SealRow>> last_seal(store::Snapshot& at);
kernel::Result<std::optional<SealRow>> seal_row(store::Snapshot& at, std::int64_t seal);
kernel::Status insert_seal(store::Tx& tx, const SealRow& row);
kernel::Status finish_seal(store::Tx& tx, std::int64_t seal, std::int64_t spaces, const Hash& root);

// Brings seal_head to what the journal holds now, and notes at `seal` each space whose lanes grew. Value: the journal's
// last position. Whole in the writer's transaction: nothing is appended meanwhile.
kernel::Result<std::int64_t> take_heads(store::Tx& tx, bool has_positions, std::int64_t after, std::int64_t seal);
// In the order of slots, from `slot` on; at most `limit`.
kernel::Result<std::vector<SpaceHeads>> heads_from(store::Snapshot& at, std::int64_t slot, std::size_t limit);
kernel::Result<std::optional<SpaceHeads>> heads_of(store::Snapshot& at, SpaceId space);

struct Change {
  std::int64_t seal = 0, ordinary_sequence = 0, reserved_sequence = 0;
};
kernel::Result<std::vector<Change>> changes_of(store::Snapshot& at, SpaceId space);  // oldest first

kernel::Status put_checkpoint(store::Tx& tx, std::int64_t size, std::string_view note);
struct CheckpointRow {
  std::int64_t size = 0;
  std::string note;
};
kernel::Result<std::optional<CheckpointRow>> last_checkpoint(store::Snapshot& at);
kernel::Result<std::optional<kernel::Bytes>> seal_key(store::Snapshot& at);
kernel::Status insert_seal_key(store::Tx& tx, kernel::ByteView sealed_pem);

}  // namespace carnet::audit
