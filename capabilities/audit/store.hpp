// The SQL of the tables that audit owns. Inside audit only.
#pragma once
#include "audit/codec.hpp"

namespace carnet::audit {

// One chain: a space's lane.
struct LaneKey {
  SpaceId space;
  Lane lane = Lane::ordinary;
  auto operator<=>(const LaneKey&) const = default;
};

// The last trace of a chain; sequence 0 when there is none.
struct Head {
  std::int64_t sequence = 0;
  std::int64_t position = 0;  // in the journal; SQLite only
  Hash hash{};
  bool operator==(const Head&) const = default;
};

// One row of the journal.
struct Link {
  Header header;
  std::int64_t position = 0;           // in the order of writing, over the whole journal
  std::int64_t previous_position = 0;  // SQLite only
  Hash previous{};
  Hash hash{};
  kernel::Bytes body;  // sealed
};

// The journal's rows. SQLite keeps them in the order of writing and chains them by position; PostgreSQL clusters them
// by space and sequence. A row that is not where the chain says is a fault, "audit.chain_broken".
class JournalTable {
 public:
  explicit JournalTable(const store::Store& journal) : positions_(journal.engine() == "sqlite") {}
  bool has_positions() const { return positions_; }

  kernel::Status insert(store::Tx& tx, const Link& link) const;
  // The sequence under which an entry stands in its lane, if it is there.
  kernel::Result<std::optional<std::int64_t>> sequence_of(store::Snapshot& snapshot, SpaceId space,
                                                          const EntryId& id) const;
  // The ordinary lanes' rows after a place in the order of writing, among the next `most` of the journal.
  struct After {
    std::vector<Link> links;
    std::int64_t reached = 0, end = 0;
  };
  kernel::Result<After> after(store::Snapshot& snapshot, std::int64_t position, std::int64_t most) const;
  kernel::Result<std::int64_t> end(store::Snapshot& snapshot) const;  // the place of the last row
  // As the tables say; on SQLite that may be an older head than the one in memory.
  kernel::Result<Head> head_of(store::Snapshot& snapshot, LaneKey key) const;
  // From sequence min(head, highest) down to 1; `each` returns false to stop.
  kernel::Status walk(store::Snapshot& snapshot, LaneKey key, const Head& head, std::int64_t highest,
                      const std::function<bool(const Link&)>& each) const;

  // Those whose ids lie in [from, to), in that order.
  kernel::Result<std::vector<Link>> between(store::Snapshot& snapshot, const EntryId& from, const EntryId& to) const;
  // Whether the trace before this one in its lane is there, and is the one that it holds the hash of.
  kernel::Result<bool> follows(store::Snapshot& snapshot, const Link& link) const;

  // SQLite only: heads written lazily, and found again by reading on from the mark.
  kernel::Status put_lane(store::Tx& tx, LaneKey key, const Head& head) const;
  kernel::Status put_mark(store::Tx& tx, std::int64_t position) const;
  // Calls `each` for every row after the mark, in order; the value is the position of the last row of the journal.
  kernel::Result<std::int64_t> replay(store::Snapshot& snapshot,
                                      const std::function<void(LaneKey, const Head&)>& each) const;

 private:
  kernel::Status walk_positions(store::Snapshot& snapshot, LaneKey key, const Head& head, std::int64_t highest,
                                const std::function<bool(const Link&)>& each) const;
  kernel::Status walk_sequences(store::Snapshot& snapshot, LaneKey key, std::int64_t from,
                                const std::function<bool(const Link&)>& each) const;
  bool positions_;
};

// What waits in the main store.
struct Pending {
  Header header;
  kernel::Bytes body;  // sealed
};
kernel::Status insert_pending(store::Tx& tx, const Pending& pending);
kernel::Status delete_pending(store::Tx& tx, const EntryId& id);
kernel::Result<std::vector<Pending>> pending_after(store::Snapshot& snapshot, kernel::ByteView after, int limit);
kernel::Result<std::vector<Pending>> pending_of(store::Snapshot& snapshot, LaneKey key);  // oldest first

kernel::Error chain_broken(LaneKey key, std::int64_t sequence, std::string_view what);

}  // namespace carnet::audit
