#include "audit/seal_rows.hpp"

#include <fmt/format.h>

#include <map>

namespace carnet::audit {
namespace {

Hash hash_of(kernel::ByteView bytes) {
  Hash out{};
  if (bytes.size() == out.size()) std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

SealRow seal_of(const store::Row& row) {
  SealRow out{row.integer(0), kernel::Instant{row.integer(1)}, row.integer(2), row.integer(3), {}};
  if (!row.is_null(4)) out.root = hash_of(row.blob(4));
  return out;
}

struct Grown {
  std::optional<Head> ordinary, reserved;
};

// The newest head of each lane that has one after the last seal.
kernel::Result<std::map<std::int64_t, Grown>> grown_lanes(store::Tx& tx, bool has_positions, std::int64_t after,
                                                          std::int64_t& last) {
  std::map<std::int64_t, Grown> grown;
  const auto note = [&](const store::Row& row) {
    auto& lanes = grown[row.integer(1)];
    auto& lane = row.integer(2) == 0 ? lanes.ordinary : lanes.reserved;
    if (!lane || lane->sequence < row.integer(3)) lane = Head{row.integer(3), 0, hash_of(row.blob(4))};
    last = std::max(last, row.integer(0));
    return true;
  };
  if (has_positions) {
    CARNET_CHECK(tx.query("SELECT position, space_id, lane, sequence, hash FROM trace WHERE position > $1 ORDER BY position",
                          {after}, note));
  } else {
    CARNET_CHECK(tx.query("SELECT 0, t.space_id, t.lane, t.sequence, t.hash FROM trace t JOIN (SELECT space_id, lane,"
                          " MAX(sequence) AS top FROM trace GROUP BY space_id, lane) m ON t.space_id = m.space_id"
                          " AND t.lane = m.lane AND t.sequence = m.top",
                          {}, note));
  }
  return grown;
}

constexpr std::string_view head_columns = "space_id, slot, ordinary_sequence, ordinary_hash, reserved_sequence, reserved_hash";

SpaceHeads heads_of_row(const store::Row& row) {
  return {SpaceId(row.integer(0)), row.integer(1), row.integer(2), row.integer(4), hash_of(row.blob(3)), hash_of(row.blob(5))};
}

kernel::Result<std::int64_t> next_slot(store::Snapshot& at) {
  std::int64_t next = 0;
  CARNET_CHECK(at.query("SELECT slot FROM seal_head ORDER BY slot DESC LIMIT 1", {}, [&](const store::Row& row) {
    next = row.integer(0) + 1;
    return false;
  }));
  return next;
}

}  // namespace

kernel::Result<std::optional<SealRow>> last_seal(store::Snapshot& at) {
  std::optional<SealRow> found;
  CARNET_CHECK(at.query("SELECT seal, at_ms, position, spaces, root FROM seal ORDER BY seal DESC LIMIT 1", {},
                        [&](const store::Row& row) {
                          found = seal_of(row);
                          return false;
                        }));
  return found;
}

kernel::Result<std::optional<SealRow>> seal_row(store::Snapshot& at, std::int64_t seal) {
  std::optional<SealRow> found;
  CARNET_CHECK(at.query("SELECT seal, at_ms, position, spaces, root FROM seal WHERE seal = $1", {seal},
                        [&](const store::Row& row) {
                          found = seal_of(row);
                          return false;
                        }));
  return found;
}

kernel::Status insert_seal(store::Tx& tx, const SealRow& row) {
  CARNET_CHECK(tx.execute("INSERT INTO seal (seal, at_ms, position, spaces) VALUES ($1, $2, $3, $4)",
                          {row.seal, row.at.ms, row.position, row.spaces}));
  return {};
}

kernel::Status finish_seal(store::Tx& tx, std::int64_t seal, std::int64_t spaces, const Hash& root) {
  CARNET_CHECK(tx.execute("UPDATE seal SET spaces = $2, root = $3 WHERE seal = $1", {seal, spaces, root}));
  return {};
}

kernel::Result<std::int64_t> take_heads(store::Tx& tx, bool has_positions, std::int64_t after, std::int64_t seal) {
  std::int64_t last = after;
  CARNET_TRY(grown, grown_lanes(tx, has_positions, after, last));
  CARNET_TRY(slot, next_slot(tx));
  for (const auto& [space, lanes] : grown) {
    CARNET_TRY(known, heads_of(tx, SpaceId(space)));
    auto heads = known.value_or(SpaceHeads{SpaceId(space), known ? 0 : slot++, 0, 0, {}, {}});
    const auto before = heads;
    if (lanes.ordinary) {
      heads.ordinary_sequence = lanes.ordinary->sequence;
      heads.ordinary_hash = lanes.ordinary->hash;
    }
    if (lanes.reserved) {
      heads.reserved_sequence = lanes.reserved->sequence;
      heads.reserved_hash = lanes.reserved->hash;
    }
    if (heads.ordinary_sequence == before.ordinary_sequence && heads.reserved_sequence == before.reserved_sequence) continue;
    CARNET_CHECK(tx.execute("INSERT INTO seal_head (space_id, slot, ordinary_sequence, ordinary_hash, reserved_sequence,"
                            " reserved_hash) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (space_id) DO UPDATE SET"
                            " ordinary_sequence = $3, ordinary_hash = $4, reserved_sequence = $5, reserved_hash = $6",
                            {space, heads.slot, heads.ordinary_sequence, heads.ordinary_hash, heads.reserved_sequence, heads.reserved_hash}));
    CARNET_CHECK(tx.execute("INSERT INTO seal_change (space_id, seal, ordinary_sequence, reserved_sequence) VALUES ($1, $2, $3, $4)",
                            {space, seal, heads.ordinary_sequence, heads.reserved_sequence}));
  }
  return last;
}

kernel::Result<std::vector<SpaceHeads>> heads_from(store::Snapshot& at, std::int64_t slot, std::size_t limit) {
  static const std::string sql = fmt::format("SELECT {} FROM seal_head WHERE slot >= $1 ORDER BY slot LIMIT $2", head_columns);
  std::vector<SpaceHeads> found;
  CARNET_CHECK(at.query(sql, {slot, limit}, [&](const store::Row& row) {
    found.push_back(heads_of_row(row));
    return true;
  }));
  return found;
}

kernel::Result<std::optional<SpaceHeads>> heads_of(store::Snapshot& at, SpaceId space) {
  static const std::string sql = fmt::format("SELECT {} FROM seal_head WHERE space_id = $1", head_columns);
  std::optional<SpaceHeads> found;
  CARNET_CHECK(at.query(sql, {space.value}, [&](const store::Row& row) {
    found = heads_of_row(row);
    return false;
  }));
  return found;
}

kernel::Result<std::vector<Change>> changes_of(store::Snapshot& at, SpaceId space) {
  std::vector<Change> found;
  CARNET_CHECK(at.query("SELECT seal, ordinary_sequence, reserved_sequence FROM seal_change WHERE space_id = $1 ORDER BY seal",
                        {space.value}, [&](const store::Row& row) {
                          found.push_back({row.integer(0), row.integer(1), row.integer(2)});
                          return true;
                        }));
  return found;
}

kernel::Status put_checkpoint(store::Tx& tx, std::int64_t size, std::string_view note) {
  CARNET_CHECK(tx.execute("INSERT INTO seal_checkpoint (size, note) VALUES ($1, $2) ON CONFLICT (size) DO UPDATE SET note = $2",
                          {size, note}));
  return {};
}

kernel::Result<std::optional<CheckpointRow>> last_checkpoint(store::Snapshot& at) {
  std::optional<CheckpointRow> found;
  CARNET_CHECK(at.query("SELECT size, note FROM seal_checkpoint ORDER BY size DESC LIMIT 1", {}, [&](const store::Row& row) {
    found = CheckpointRow{row.integer(0), std::string(row.text(1))};
    return false;
  }));
  return found;
}

kernel::Result<std::optional<kernel::Bytes>> seal_key(store::Snapshot& at) {
  std::optional<kernel::Bytes> found;
  CARNET_CHECK(at.query("SELECT sealed_pem FROM seal_key WHERE id = 1", {}, [&](const store::Row& row) {
    const auto pem = row.blob(0);
    found.emplace(pem.begin(), pem.end());
    return false;
  }));
  return found;
}

kernel::Status insert_seal_key(store::Tx& tx, kernel::ByteView sealed_pem) {
  CARNET_CHECK(tx.execute("INSERT INTO seal_key (id, sealed_pem) VALUES (1, $1)", {sealed_pem}));
  return {};
}

}  // namespace carnet::audit
