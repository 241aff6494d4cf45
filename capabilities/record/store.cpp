#include <fmt/format.h>

#include "record/rows.hpp"

namespace carnet::record {

using kernel::Result;

store::ObjectRef part_of(const ItemRow& row, Part part) {
  store::ObjectRef ref = row.object;
  switch (part) {
    case Part::resource:
      ref.length = row.resource_length;
      break;
    case Part::content:
      ref.offset += row.resource_length;
      ref.length = row.content_length;
      break;
    case Part::submission:
      ref.offset += row.resource_length + row.content_length;
      ref.length = row.submission_length;
      break;
  }
  return ref;
}

std::string place_of_document(std::int64_t local, std::int64_t version) {
  return fmt::format("item/{}/{}", local, version);
}

std::string place_of_part(std::int64_t local, Part part) {
  constexpr std::string_view names[] = {"resource", "content", "submission"};
  return fmt::format("item/{}/1/{}", local, names[static_cast<std::size_t>(part)]);
}

namespace rows {

namespace {

constexpr std::string_view columns =
    "local_id, version, sealed, pack, pack_offset, resource_length, content_length, submission_length, kind";

ItemRow read(const store::Row& row) {
  ItemRow item;
  item.local = row.integer(0);
  item.version = row.integer(1);
  const auto sealed = row.blob(2);
  item.sealed.assign(sealed.begin(), sealed.end());
  item.resource_length = row.integer(5);
  item.content_length = row.integer(6);
  item.submission_length = row.integer(7);
  item.kind = static_cast<ItemKind>(row.integer(8));
  item.object = {row.integer(3), row.integer(4), item.resource_length + item.content_length + item.submission_length};
  return item;
}

}  // namespace

Result<Head> head(store::Snapshot& at, SpaceId space) {
  Head found;
  CARNET_CHECK(at.query("SELECT change_number, last_local FROM record_head WHERE space_id = $1", {space.value},
                        [&](const store::Row& row) {
                          found = {row.integer(0), row.integer(1)};
                          return false;
                        }));
  return found;
}

kernel::Status put_head(store::Tx& tx, SpaceId space, Head head) {
  CARNET_CHECK(tx.execute(
      "INSERT INTO record_head (space_id, change_number, last_local) VALUES ($1, $2, $3) "
      "ON CONFLICT (space_id) DO UPDATE SET change_number = excluded.change_number, last_local = excluded.last_local",
      {space.value, head.change, head.last_local}));
  return {};
}

Result<std::vector<ItemRow>> current(store::Snapshot& at, SpaceId space) {
  static const std::string sql =
      fmt::format("SELECT {} FROM item WHERE space_id = $1 ORDER BY local_id, version", columns);
  std::vector<ItemRow> found;
  CARNET_CHECK(at.query(sql, {space.value}, [&](const store::Row& row) {
    auto item = read(row);
    if (!found.empty() && found.back().local == item.local)
      found.back() = std::move(item);
    else
      found.push_back(std::move(item));
    return true;
  }));
  return found;
}

Result<std::optional<ItemRow>> current_one(store::Snapshot& at, SpaceId space, std::int64_t local) {
  static const std::string sql =
      fmt::format("SELECT {} FROM item WHERE space_id = $1 AND local_id = $2 ORDER BY version DESC LIMIT 1", columns);
  std::optional<ItemRow> found;
  CARNET_CHECK(at.query(sql, {space.value, local}, [&](const store::Row& row) {
    found = read(row);
    return false;
  }));
  return found;
}

Result<std::vector<ItemRow>> versions(store::Snapshot& at, SpaceId space, std::int64_t local) {
  static const std::string of_one =
      fmt::format("SELECT {} FROM item WHERE space_id = $1 AND local_id = $2 ORDER BY local_id, version", columns);
  static const std::string of_all =
      fmt::format("SELECT {} FROM item WHERE space_id = $1 ORDER BY local_id, version", columns);
  std::vector<ItemRow> found;
  const auto each = [&found](const store::Row& row) {
    found.push_back(read(row));
    return true;
  };
  if (local == 0)
    CARNET_CHECK(at.query(of_all, {space.value}, each));
  else
    CARNET_CHECK(at.query(of_one, {space.value, local}, each));
  return found;
}

kernel::Status insert(store::Tx& tx, SpaceId space, const ItemRow& row) {
  CARNET_CHECK(
      tx.execute("INSERT INTO item (space_id, local_id, version, kind, sealed, pack, pack_offset, resource_length, "
                 "content_length, submission_length) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                 {space.value, row.local, row.version, static_cast<int>(row.kind), row.sealed, row.object.pack,
                  row.object.offset, row.resource_length, row.content_length, row.submission_length}));
  return {};
}

kernel::Status erase(store::Tx& tx, SpaceId space) {
  CARNET_CHECK(tx.execute("DELETE FROM item WHERE space_id = $1", {space.value}));
  CARNET_CHECK(tx.execute("DELETE FROM document_unique WHERE space_id = $1", {space.value}));
  CARNET_CHECK(tx.execute("DELETE FROM seen WHERE space_id = $1", {space.value}));
  CARNET_CHECK(tx.execute("DELETE FROM record_head WHERE space_id = $1", {space.value}));
  CARNET_CHECK(tx.execute("DELETE FROM write_once WHERE space_id = $1", {space.value}));
  CARNET_CHECK(tx.execute("DELETE FROM awaited_notice WHERE space_id = $1", {space.value}));
  return {};
}

Result<std::optional<Unique>> find_unique(store::Snapshot& at, SpaceId space, kernel::ByteView unique_index) {
  std::optional<Unique> found;
  CARNET_CHECK(at.query("SELECT local_id, content_index FROM document_unique WHERE space_id = $1 AND unique_index = $2",
                        {space.value, unique_index}, [&](const store::Row& row) {
                          const auto content = row.blob(1);
                          found = Unique{row.integer(0), {content.begin(), content.end()}};
                          return false;
                        }));
  return found;
}

kernel::Status insert_unique(store::Tx& tx, SpaceId space, kernel::ByteView unique_index, const Unique& unique) {
  CARNET_CHECK(
      tx.execute("INSERT INTO document_unique (space_id, unique_index, local_id, content_index) "
                 "VALUES ($1, $2, $3, $4)",
                 {space.value, unique_index, unique.local, unique.content_index}));
  return {};
}

Result<std::optional<DoneOnce>> find_once(store::Snapshot& at, SpaceId space, kernel::ByteView key_index,
                                          kernel::Instant not_before) {
  std::optional<DoneOnce> found;
  CARNET_CHECK(at.query(
      "SELECT request_index, outcome FROM write_once WHERE space_id = $1 AND key_index = $2 AND written_at >= $3",
      {space.value, key_index, not_before.ms}, [&](const store::Row& row) {
        const auto request = row.blob(0), outcome = row.blob(1);
        found = DoneOnce{{request.begin(), request.end()}, {outcome.begin(), outcome.end()}};
        return false;
      }));
  return found;
}

kernel::Status put_once(store::Tx& tx, SpaceId space, kernel::ByteView key_index, const DoneOnce& done,
                        kernel::Instant now, kernel::Instant not_before) {
  CARNET_CHECK(
      tx.execute("DELETE FROM write_once WHERE space_id = $1 AND written_at < $2", {space.value, not_before.ms}));
  CARNET_CHECK(
      tx.execute("INSERT INTO write_once (space_id, key_index, request_index, written_at, outcome) "
                 "VALUES ($1, $2, $3, $4, $5)",
                 {space.value, key_index, done.request_index, now.ms, done.outcome}));
  return {};
}

kernel::Status put_awaited(store::Tx& tx, SpaceId space, std::int64_t local, kernel::PersonId person, kernel::Instant due) {
  CARNET_CHECK(tx.execute("INSERT INTO awaited_notice (space_id, local_id, person_id, due_at) VALUES ($1, $2, $3, $4)",
                    {space.value, local, person.value, due.ms}));
  return {};
}

kernel::Status drop_awaited(store::Tx& tx, SpaceId space, std::int64_t local) {
  CARNET_CHECK(tx.execute("DELETE FROM awaited_notice WHERE space_id = $1 AND local_id = $2", {space.value, local}));
  return {};
}

kernel::Status drop_due_awaited(store::Tx& tx, SpaceId space, kernel::Instant now) {
  CARNET_CHECK(tx.execute("DELETE FROM awaited_notice WHERE space_id = $1 AND due_at <= $2", {space.value, now.ms}));
  return {};
}

Result<std::vector<std::pair<SpaceId, kernel::PersonId>>> due_awaited(store::Snapshot& at, kernel::Instant now,
                                                                      std::size_t most) {
  std::vector<std::pair<SpaceId, kernel::PersonId>> found;
  CARNET_CHECK(at.query(
      "SELECT DISTINCT space_id, person_id FROM awaited_notice WHERE due_at <= $1 ORDER BY space_id LIMIT $2",
      {now.ms, static_cast<std::int64_t>(most)}, [&](const store::Row& row) {
        found.emplace_back(SpaceId(row.integer(0)), kernel::PersonId(row.integer(1)));
        return true;
      }));
  return found;
}

Result<kernel::Instant> seen_at(store::Snapshot& at, SpaceId space, kernel::PersonId reader) {
  kernel::Instant when{0};
  CARNET_CHECK(at.query("SELECT seen_at FROM seen WHERE space_id = $1 AND reader_id = $2", {space.value, reader.value},
                        [&](const store::Row& row) {
                          when.ms = row.integer(0);
                          return false;
                        }));
  return when;
}

kernel::Status put_seen(store::Tx& tx, SpaceId space, kernel::PersonId reader, kernel::Instant when) {
  CARNET_CHECK(
      tx.execute("INSERT INTO seen (space_id, reader_id, seen_at) VALUES ($1, $2, $3) "
                 "ON CONFLICT (space_id, reader_id) DO UPDATE SET seen_at = excluded.seen_at",
                 {space.value, reader.value, when.ms}));
  return {};
}

}  // namespace rows
}  // namespace carnet::record
