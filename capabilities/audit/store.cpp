#include "audit/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace carnet::audit {

namespace {

constexpr int sequences_per_query = 200;

std::int64_t number(Lane lane) {
  return static_cast<std::int64_t>(lane);
}

template <std::size_t N>
std::array<std::uint8_t, N> exactly(kernel::ByteView bytes) {
  std::array<std::uint8_t, N> out{};  // of another length: zeros, which no hash and no id equals
  if (bytes.size() == N) std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

// Columns: space_id, lane, sequence, at_ms, entry_id, previous, hash, body.
constexpr std::string_view link_columns = "space_id, lane, sequence, at_ms, entry_id, previous, hash, body";

Link link_of(const store::Row& row) {
  Link link;
  link.header.space = SpaceId(row.integer(0));
  link.header.lane = static_cast<Lane>(row.integer(1));
  link.header.sequence = row.integer(2);
  link.header.at = kernel::Instant{row.integer(3)};
  link.header.id = exactly<16>(row.blob(4));
  link.previous = exactly<32>(row.blob(5));
  link.hash = exactly<32>(row.blob(6));
  const auto body = row.blob(7);
  link.body.assign(body.begin(), body.end());
  return link;
}

Pending pending_of_row(const store::Row& row) {
  Pending pending;
  pending.header.id = exactly<16>(row.blob(0));
  pending.header.space = SpaceId(row.integer(1));
  pending.header.lane = static_cast<Lane>(row.integer(2));
  pending.header.at = kernel::Instant{row.integer(3)};
  const auto body = row.blob(4);
  pending.body.assign(body.begin(), body.end());
  return pending;
}

}  // namespace

kernel::Error chain_broken(LaneKey key, std::int64_t sequence, std::string_view what) {
  return {kernel::ErrorKind::fault, "audit.chain_broken",
          fmt::format("space {} lane {} sequence {}: {}", key.space.value, number(key.lane), sequence, what)};
}

kernel::Status JournalTable::insert(store::Tx& tx, const Link& link) const {
  const auto& header = link.header;
  if (positions_) {
    CARNET_CHECK(
        tx.execute("INSERT INTO trace (space_id, lane, sequence, at_ms, entry_id, previous, hash, body, position,"
                   " previous_position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                   {header.space.value, number(header.lane), header.sequence, header.at.ms, header.id, link.previous,
                    link.hash, link.body, link.position, link.previous_position}));
  } else {
    CARNET_CHECK(
        tx.execute("INSERT INTO trace (space_id, lane, sequence, at_ms, entry_id, previous, hash, body, position)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                   {header.space.value, number(header.lane), header.sequence, header.at.ms, header.id, link.previous,
                    link.hash, link.body, link.position}));
  }
  return {};
}

kernel::Result<std::optional<std::int64_t>> JournalTable::sequence_of(store::Snapshot& snapshot, SpaceId space,
                                                                      const EntryId& id) const {
  std::optional<std::int64_t> sequence;
  CARNET_CHECK(snapshot.query("SELECT sequence FROM trace WHERE space_id = $1 AND entry_id = $2", {space.value, id},
                              [&](const store::Row& row) {
                                sequence = row.integer(0);
                                return false;
                              }));
  return sequence;
}

kernel::Result<Head> JournalTable::head_of(store::Snapshot& snapshot, LaneKey key) const {
  Head head;
  const std::string_view sql = positions_
                                   ? "SELECT sequence, hash, position FROM trace_lane WHERE space_id = $1 AND lane = $2"
                                   : "SELECT sequence, hash, 0 FROM trace WHERE space_id = $1 AND lane = $2"
                                     " ORDER BY sequence DESC LIMIT 1";
  CARNET_CHECK(snapshot.query(sql, {key.space.value, number(key.lane)}, [&](const store::Row& row) {
    head = {row.integer(0), row.integer(2), exactly<32>(row.blob(1))};
    return false;
  }));
  return head;
}

kernel::Status JournalTable::walk(store::Snapshot& snapshot, LaneKey key, const Head& head, std::int64_t highest,
                                  const std::function<bool(const Link&)>& each) const {
  if (positions_) return walk_positions(snapshot, key, head, highest, each);
  return walk_sequences(snapshot, key, std::min(head.sequence, highest), each);
}

kernel::Status JournalTable::walk_positions(store::Snapshot& snapshot, LaneKey key, const Head& head,
                                            std::int64_t highest, const std::function<bool(const Link&)>& each) const {
  static const std::string sql =
      fmt::format("SELECT {}, previous_position FROM trace WHERE position = $1", link_columns);
  std::int64_t position = head.position;
  for (std::int64_t sequence = head.sequence; sequence > 0; --sequence) {
    std::optional<Link> link;
    CARNET_CHECK(snapshot.query(sql, {position}, [&](const store::Row& row) {
      link = link_of(row);
      link->position = position;
      link->previous_position = row.integer(8);
      return false;
    }));
    if (!link) return std::unexpected(chain_broken(key, sequence, "missing"));
    if (link->header.space != key.space || link->header.lane != key.lane || link->header.sequence != sequence) {
      return std::unexpected(chain_broken(key, sequence, "another trace stands in its place"));
    }
    if (sequence <= highest && !each(*link)) return {};
    position = link->previous_position;
  }
  return {};
}

kernel::Status JournalTable::walk_sequences(store::Snapshot& snapshot, LaneKey key, std::int64_t from,
                                            const std::function<bool(const Link&)>& each) const {
  static const std::string sql = fmt::format(
      "SELECT {} FROM trace WHERE space_id = $1 AND lane = $2 AND sequence <= $3 ORDER BY sequence DESC LIMIT {}",
      link_columns, sequences_per_query);
  std::int64_t expected = from;
  while (expected > 0) {
    const std::int64_t before = expected;
    bool stopped = false, gap = false;
    CARNET_CHECK(snapshot.query(sql, {key.space.value, number(key.lane), expected}, [&](const store::Row& row) {
      const auto link = link_of(row);
      gap = link.header.sequence != expected;
      if (gap) return false;
      --expected;
      stopped = !each(link);
      return !stopped;
    }));
    if (stopped) return {};
    if (gap || expected == before) return std::unexpected(chain_broken(key, expected, "missing"));
  }
  return {};
}

kernel::Result<std::vector<Link>> JournalTable::between(store::Snapshot& snapshot, const EntryId& from,
                                                        const EntryId& to) const {
  const std::string sql = fmt::format("SELECT {}, {} FROM trace WHERE entry_id >= $1 AND entry_id < $2 ORDER BY entry_id",
                                      link_columns, positions_ ? "previous_position" : "0");
  std::vector<Link> found;
  CARNET_CHECK(snapshot.query(sql, {from, to}, [&](const store::Row& row) {
    found.push_back(link_of(row));
    found.back().previous_position = row.integer(8);
    return true;
  }));
  return found;
}

kernel::Result<bool> JournalTable::follows(store::Snapshot& snapshot, const Link& link) const {
  const auto& header = link.header;
  if (header.sequence == 1) return link.previous == Hash{};
  bool right = false;
  const auto look = [&](const store::Row& row) {
    right = exactly<32>(row.blob(0)) == link.previous;
    return false;
  };
  if (positions_) {
    CARNET_CHECK(snapshot.query("SELECT hash FROM trace WHERE position = $1 AND space_id = $2 AND lane = $3 AND sequence = $4",
                                {link.previous_position, header.space.value, number(header.lane), header.sequence - 1}, look));
  } else {
    CARNET_CHECK(snapshot.query("SELECT hash FROM trace WHERE space_id = $1 AND lane = $2 AND sequence = $3",
                                {header.space.value, number(header.lane), header.sequence - 1}, look));
  }
  return right;
}

kernel::Status JournalTable::put_lane(store::Tx& tx, LaneKey key, const Head& head) const {
  CARNET_CHECK(
      tx.execute("INSERT INTO trace_lane (space_id, lane, sequence, position, hash) VALUES ($1, $2, $3, $4, $5)"
                 " ON CONFLICT (space_id, lane) DO UPDATE SET sequence = $3, position = $4, hash = $5",
                 {key.space.value, number(key.lane), head.sequence, head.position, head.hash}));
  return {};
}

kernel::Status JournalTable::put_mark(store::Tx& tx, std::int64_t position) const {
  CARNET_CHECK(tx.execute(
      "INSERT INTO trace_mark (mark, position) VALUES (1, $1) ON CONFLICT (mark) DO UPDATE SET position = $1",
      {position}));
  return {};
}

kernel::Result<std::int64_t> JournalTable::replay(store::Snapshot& snapshot,
                                                  const std::function<void(LaneKey, const Head&)>& each) const {
  std::int64_t last = 0;
  CARNET_CHECK(snapshot.query("SELECT position FROM trace_mark WHERE mark = 1", {}, [&](const store::Row& row) {
    last = row.integer(0);
    return false;
  }));
  bool mark_found = last == 0, gap = false;
  CARNET_CHECK(snapshot.query(
      "SELECT position, space_id, lane, sequence, hash FROM trace WHERE position >= $1 ORDER BY position", {last},
      [&](const store::Row& row) {
        if (!mark_found) {
          mark_found = row.integer(0) == last;
          return mark_found;
        }
        gap = row.integer(0) != last + 1;
        if (gap) return false;
        ++last;
        each({SpaceId(row.integer(1)), static_cast<Lane>(row.integer(2))},
             {row.integer(3), last, exactly<32>(row.blob(4))});
        return true;
      }));
  if (!mark_found || gap) return kernel::fault("audit.journal_truncated", fmt::format("after position {}", last));
  return last;
}

kernel::Result<std::int64_t> JournalTable::end(store::Snapshot& snapshot) const {
  std::int64_t last = 0;
  CARNET_CHECK(snapshot.query("SELECT position FROM trace WHERE position > 0 ORDER BY position DESC LIMIT 1", {}, [&](const store::Row& row) {
    last = row.integer(0);
    return false;
  }));
  return last;
}

kernel::Result<JournalTable::After> JournalTable::after(store::Snapshot& snapshot, std::int64_t position,
                                                        std::int64_t most) const {
  After found;
  CARNET_TRY(last, end(snapshot));
  found.end = last;
  found.reached = std::min(last, position + most);
  static const std::string sql = fmt::format(
      "SELECT {} FROM trace WHERE position > 0 AND position > $1 AND position <= $2 AND lane = 0"
      " ORDER BY position", link_columns);
  CARNET_CHECK(snapshot.query(sql, {position, found.reached}, [&](const store::Row& row) {
    found.links.push_back(link_of(row));
    return true;
  }));
  return found;
}

kernel::Status insert_pending(store::Tx& tx, const Pending& pending) {
  CARNET_CHECK(
      tx.execute("INSERT INTO trace_pending (entry_id, space_id, lane, at_ms, body) VALUES ($1, $2, $3, $4, $5)",
                 {pending.header.id, pending.header.space.value, number(pending.header.lane), pending.header.at.ms,
                  pending.body}));
  return {};
}

kernel::Status delete_pending(store::Tx& tx, const EntryId& id) {
  CARNET_CHECK(tx.execute("DELETE FROM trace_pending WHERE entry_id = $1", {id}));
  return {};
}

kernel::Result<std::vector<Pending>> pending_after(store::Snapshot& snapshot, kernel::ByteView after, int limit) {
  std::vector<Pending> found;
  CARNET_CHECK(snapshot.query(
      "SELECT entry_id, space_id, lane, at_ms, body FROM trace_pending WHERE entry_id > $1 ORDER BY entry_id LIMIT $2",
      {after, limit}, [&](const store::Row& row) {
        found.push_back(pending_of_row(row));
        return true;
      }));
  return found;
}

kernel::Result<std::vector<Pending>> pending_of(store::Snapshot& snapshot, LaneKey key) {
  std::vector<Pending> found;
  CARNET_CHECK(
      snapshot.query("SELECT entry_id, space_id, lane, at_ms, body FROM trace_pending WHERE space_id = $1 AND lane = $2"
                     " ORDER BY entry_id",
                     {key.space.value, number(key.lane)}, [&](const store::Row& row) {
                       found.push_back(pending_of_row(row));
                       return true;
                     }));
  return found;
}

}  // namespace carnet::audit
