// The rows of this capability. Inside record only; the SQL is in store.cpp.
#pragma once
#include <optional>
#include <vector>

#include "record/document.hpp"

namespace carnet::record {

using kernel::SpaceId;

// One version of one item, as stored.
struct ItemRow {
  std::int64_t local = 0, version = 1;
  ItemKind kind = ItemKind::document;
  kernel::Bytes sealed;     // Document, or StoredResource, which has no object
  store::ObjectRef object;  // resource, content and submission, one after the other
  std::int64_t resource_length = 0, content_length = 0, submission_length = 0;
};
enum class Part { resource, content, submission };
store::ObjectRef part_of(const ItemRow& row, Part part);
// Where each sealed thing stands: associated data under the space's key.
std::string place_of_document(std::int64_t local, std::int64_t version);
std::string place_of_part(std::int64_t local, Part part);

// How far a space's record has come.
struct Head {
  std::int64_t change = 0, last_local = 0;
};

namespace rows {

kernel::Result<Head> head(store::Snapshot& at, SpaceId space);  // zeros when nothing was ever written
kernel::Status put_head(store::Tx& tx, SpaceId space, Head head);
// The highest version of each item, by local id.
kernel::Result<std::vector<ItemRow>> current(store::Snapshot& at, SpaceId space);
kernel::Result<std::optional<ItemRow>> current_one(store::Snapshot& at, SpaceId space, std::int64_t local);
// Every version, by local id and version: of one item, or (0) of all.
kernel::Result<std::vector<ItemRow>> versions(store::Snapshot& at, SpaceId space, std::int64_t local);
kernel::Status insert(store::Tx& tx, SpaceId space, const ItemRow& row);  // conflict "store.unique"
kernel::Status erase(store::Tx& tx, SpaceId space);                       // every row of the space, in every table

struct Unique {
  std::int64_t local = 0;
  kernel::Bytes content_index;
};
kernel::Result<std::optional<Unique>> find_unique(store::Snapshot& at, SpaceId space, kernel::ByteView unique_index);
kernel::Status insert_unique(store::Tx& tx, SpaceId space, kernel::ByteView unique_index, const Unique& unique);

// What a write with an idempotency key did, and for which request.
struct DoneOnce {
  kernel::Bytes request_index, outcome;
};
kernel::Result<std::optional<DoneOnce>> find_once(store::Snapshot& at, SpaceId space, kernel::ByteView key_index,
                                                  kernel::Instant not_before);
// Those of the space that are older than `not_before` go.
kernel::Status put_once(store::Tx& tx, SpaceId space, kernel::ByteView key_index, const DoneOnce& done,
                        kernel::Instant now, kernel::Instant not_before);

// By when a person is told of what awaits an announcement.
kernel::Status put_awaited(store::Tx& tx, SpaceId space, std::int64_t local, kernel::PersonId person, kernel::Instant due);
kernel::Status drop_awaited(store::Tx& tx, SpaceId space, std::int64_t local);
kernel::Status drop_due_awaited(store::Tx& tx, SpaceId space, kernel::Instant now);
kernel::Result<std::vector<std::pair<SpaceId, kernel::PersonId>>> due_awaited(store::Snapshot& at, kernel::Instant now,
                                                                            std::size_t most);

kernel::Result<kernel::Instant> seen_at(store::Snapshot& at, SpaceId space, kernel::PersonId reader);
kernel::Status put_seen(store::Tx& tx, SpaceId space, kernel::PersonId reader, kernel::Instant when);

}  // namespace rows
}  // namespace carnet::record
