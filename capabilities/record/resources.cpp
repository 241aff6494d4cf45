// Reading structured resources and documents: one record, opened once, behind a grant and a trace each time.
#include "record/resources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "record/fhir.hpp"
#include "record/rules.hpp"

namespace carnet::record {

using access::AccessGrant;
using kernel::Result;
using RecordPtr = std::shared_ptr<const OpenedRecord>;

namespace {

constexpr std::string_view document_type = "DocumentReference";
constexpr std::size_t small_record = 256u << 10;  // sealed bytes; above, opening leaves the thread of the connections

// What one short read tells: may this caller, and is the record that is in memory the one in force.
struct Look {
  AccessGrant grant;
  RecordPtr record;
};
Result<Look> look_at(Shared& shared, store::Snapshot& at, const Door& door) {
  CARNET_TRY(grant, door(at));
  CARNET_TRY(head, rows::head(at, grant.space()));
  auto record = shared.records.find(grant.space(), head.change, shared.clock.now());
  if (record && record->has_documents() && shown_for(grant.holder()) != record->shown_for()) record = nullptr;
  return Look{std::move(grant), std::move(record)};
}
io::Task<Result<Look>> look(Shared& shared, Door door) {
  std::function<Result<Look>(store::Snapshot&)> work = [&shared, door = std::move(door)](store::Snapshot& at) {
    return look_at(shared, at, door);
  };
  co_return co_await shared.store.read<Look>(std::move(work));
}

// Everything of a space as stored, of one snapshot.
struct SealedRecord {
  Head head;
  std::vector<ItemRow> rows;
  std::vector<kernel::Bytes> resources;  // of each row that is a document: its DocumentReference
  std::optional<identity::Person> person;
  std::size_t bytes = 0;
};
using Fetch = std::function<Result<std::vector<ItemRow>>(store::Snapshot&)>;

Result<SealedRecord> fetch_rows(Shared& shared, store::Snapshot& at, SpaceId space, PersonId person,
                                const Fetch& rows_of) {
  SealedRecord sealed;
  CARNET_TRY(head, rows::head(at, space));
  CARNET_TRY(rows, rows_of(at));
  sealed.head = head;
  sealed.resources.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    sealed.bytes += rows[i].sealed.size();
    if (rows[i].kind != ItemKind::document) continue;
    CARNET_TRY(resource, at.object(part_of(rows[i], Part::resource)));
    sealed.bytes += resource.size();
    sealed.resources[i] = std::move(resource);
    if (sealed.person) continue;
    CARNET_TRY(holder, shared.identity.people().person(at, person));
    sealed.person = std::move(holder);
  }
  sealed.rows = std::move(rows);
  return sealed;
}
io::Task<Result<SealedRecord>> fetch(Shared& shared, SpaceId space, PersonId person, Fetch rows_of) {
  std::function<Result<SealedRecord>(store::Snapshot&)> work = [&shared, space, person,
                                                                rows_of = std::move(rows_of)](store::Snapshot& at) {
    return fetch_rows(shared, at, space, person, rows_of);
  };
  co_return co_await shared.store.read<SealedRecord>(std::move(work));
}

Result<ItemPtr> open_item(const Shared& shared, const keyring::SpaceKey& key, SealedRecord& sealed, std::size_t index) {
  ItemRow& row = sealed.rows[index];
  if (row.kind == ItemKind::resource) {
    CARNET_TRY(resource, open_resource(key, row));
    return item_of(shared, key.space(), resource, row.local, row.version);
  }
  CARNET_TRY(document, open_row(key, row));
  const auto plain = key.open(sealed.resources[index], place_of_part(row.local, Part::resource));
  if (!plain) return kernel::fault("record.unreadable", "a sealed document does not open under its space's key");
  row.sealed = {};
  return item_of(shared, key.space(), *sealed.person, {std::move(document), std::move(row)}, *plain);
}
Result<std::vector<ItemPtr>> open_items(const Shared& shared, const keyring::SpaceKey& key, SealedRecord& sealed) {
  std::vector<ItemPtr> items;
  items.reserve(sealed.rows.size());
  for (std::size_t i = 0; i < sealed.rows.size(); ++i) {
    CARNET_TRY(item, open_item(shared, key, sealed, i));
    items.push_back(std::move(item));
  }
  return items;
}
io::Task<Result<std::vector<ItemPtr>>> open_all(Shared& shared, const keyring::SpaceKey& key, SealedRecord& sealed) {
  if (sealed.bytes <= small_record) co_return open_items(shared, key, sealed);
  std::optional<Result<std::vector<ItemPtr>>> items;
  const bool ran = co_await io::on_pool(shared.pool, [&] { items.emplace(open_items(shared, key, sealed)); });
  if (!ran) co_return busy();
  co_return std::move(*items);
}

audit::Entry entry_of(const AccessGrant& grant, const Reason& reason) {
  audit::Entry entry = grant.trace(action_in(grant, reason.action));
  // Who stands here as an author alone finds what they filed: that they looked would tell of what is hidden among it.
  if (grant.actor().relation == access::Relation::author) entry.lane = audit::Lane::reserved;
  entry.request_id = reason.request_id;
  return entry;
}

struct Opened {
  RecordPtr record;
  keyring::SpaceKey key;
  audit::TraceReceipt receipt;
};
// The trace, then the record, from memory or from the rows.
io::Task<Result<Opened>> open_after_trace(Shared& shared, const Look& found, audit::Entry entry, keyring::Purpose purpose) {
  CARNET_CO_TRY(receipt, co_await shared.journal.durable(std::move(entry)));
  CARNET_CO_TRY(key, co_await shared.keyring.open(receipt, purpose));
  if (found.record) co_return Opened{found.record, std::move(key), std::move(receipt)};
  const SpaceId space = found.grant.space();
  CARNET_CO_TRY(sealed, co_await fetch(shared, space, found.grant.person(),
                                       [space](store::Snapshot& at) { return rows::current(at, space); }));
  CARNET_CO_TRY(items, co_await open_all(shared, key, sealed));
  auto record = std::make_shared<const OpenedRecord>(space, sealed.head.change, std::move(items),
                                                     sealed.person ? shown_for(*sealed.person) : std::string());
  shared.records.keep(record, shared.clock.now());
  co_return Opened{std::move(record), std::move(key), std::move(receipt)};
}

// The record with which one item is judged, before that item's own trace. Whether it had to be opened depends on who was
// there before, somebody hidden perhaps: that trace is in the lane that no one infers from.
io::Task<Result<PermittedRecord>> judge_with(Shared& shared, Look found, Reason listing) {
  if (!found.record) {
    audit::Entry entry = entry_of(found.grant, listing);
    entry.lane = audit::Lane::reserved;
    CARNET_CO_TRY(opened, co_await open_after_trace(shared, found, std::move(entry), listing.purpose));
    found.record = std::move(opened.record);
  }
  co_return PermittedRecord(std::move(found.grant), std::move(found.record));
}

Reason listing_for(const Reason& reason, std::string_view type) {
  using audit::Action;
  return {type == document_type ? Action::documents_listed : Action::record_searched, keyring::Purpose::read_record,
          reason.request_id};
}

// The trace of one item, in the lane that its flags ask for.
audit::Entry entry_of(const Shared& shared, const AccessGrant& grant, const Reason& reason, const OpenedItem& item) {
  audit::Entry entry = entry_of(grant, reason);
  entry.lane = lane_of(item.facts, shared.clock.now());
  entry.item = shared.id_of(grant.space(), item.local);
  entry.item_title = item.title;
  if (reason.action == audit::Action::documents_listed) entry.count = 1;
  return entry;
}

bool newest_first(const ItemPtr& a, const ItemPtr& b) {
  return std::tie(b->updated, b->local, b->version) < std::tie(a->updated, a->local, a->version);
}

// A version is shown when the grant permits it as it was, and its item as it is now.
std::vector<ItemPtr> permitted_versions(const AccessGrant& grant, std::vector<ItemPtr> versions,
                                        const HistoryOf& what) {
  std::map<std::int64_t, bool> now;
  for (const auto& one : versions) now[one->local] = grant.permits(one->facts);  // the last of an item stays
  std::erase_if(versions, [&](const ItemPtr& one) {
    return !now[one->local] || !grant.permits(one->facts) || (!what.type.empty() && one->type != what.type) ||
           (what.version != 0 && one->version != what.version);
  });
  std::ranges::sort(versions, newest_first);
  return versions;
}

}  // namespace

std::string shown_for(const identity::Person& person) {
  const auto& traits = person.traits;
  std::string mark = fmt::format("{}\n{}\n{}\n{}\n{}", person.matricule.system, person.matricule.value,
                                 traits.birth_name, traits.birth_date, static_cast<int>(traits.sex));
  for (const auto& name : traits.given_names) (mark += '\n') += name;
  return mark;
}

ItemPtr item_of(const Shared& shared, SpaceId space, const StoredResource& resource, std::int64_t local,
                std::int64_t version) {
  auto item = std::make_shared<OpenedItem>();
  const auto& near = shared.resource_types.of(resource.type, resource.categories);
  item->local = local;
  item->version = version;
  item->updated = resource.updated;
  item->type = resource.type;
  item->title = near.label;
  item->facts = resource.facts;
  item->facts.doc_class = near.doc_class;
  item->facts.doc_type = near.doc_type;
  item->categories = resource.categories;
  item->deleted = resource.deleted;
  if (!resource.deleted)
    item->text = splice_identity(resource.text, resource.type, shared.id_of(space, local), version, resource.updated);
  return item;
}

ItemPtr item_of(const Shared& shared, SpaceId space, const identity::Person& person, OpenedDocument opened,
                kernel::ByteView resource) {
  auto item = std::make_shared<OpenedItem>();
  item->local = opened.row.local;
  item->version = opened.row.version;
  item->updated = opened.document.updated_at;
  item->type = document_type;
  item->title = opened.document.title;
  item->facts = opened.document.facts;
  item->deleted = opened.document.deleted;
  if (!item->deleted) item->text = present(shared, space, person, opened, resource);
  item->of_document = std::make_unique<const OpenedDocument>(std::move(opened));
  return item;
}

io::Task<Result<OpenedBy>> open_record(Shared& shared, Door door, Reason reason) {
  CARNET_CO_TRY(found, co_await look(shared, std::move(door)));
  CARNET_CO_TRY(opened, co_await open_after_trace(shared, found, entry_of(found.grant, reason), reason.purpose));
  co_return OpenedBy{PermittedRecord(std::move(found.grant), std::move(opened.record)), std::move(opened.key),
                     std::move(opened.receipt)};
}

io::Task<Result<PermittedRecord>> facts_of(Shared& shared, Door door, std::string request_id) {
  CARNET_CO_TRY(found, co_await look(shared, std::move(door)));
  co_return co_await judge_with(
      shared, std::move(found),
      {audit::Action::documents_listed, keyring::Purpose::read_record, std::move(request_id)});
}

io::Task<Result<ItemRead>> read_item(Shared& shared, Door door, std::string_view type, std::int64_t local,
                                     Reason reason) {
  CARNET_CO_TRY(found, co_await look(shared, std::move(door)));
  CARNET_CO_TRY(permitted, co_await judge_with(shared, std::move(found), listing_for(reason, type)));
  auto item = permitted.find(local);
  if (!item || item->type != type) co_return not_found();
  if (item->deleted) co_return kernel::refuse(kernel::ErrorKind::gone, "record.deleted", "it was deleted");
  CARNET_CO_TRY(receipt, co_await shared.journal.durable(entry_of(shared, permitted.grant(), reason, *item)));
  CARNET_CO_TRY(key, co_await shared.keyring.open(receipt, reason.purpose));
  co_return ItemRead{std::move(permitted).release_grant(), std::move(item), std::move(key), std::move(receipt)};
}

namespace {

// Of one item: judged before anything is traced of it.
io::Task<Result<History>> history_of_item(Shared& shared, Door door, HistoryOf what, Reason reason) {
  CARNET_CO_TRY(found, co_await look(shared, std::move(door)));
  CARNET_CO_TRY(permitted, co_await judge_with(shared, std::move(found), listing_for(reason, what.type)));
  const auto item = permitted.find(what.local);
  if (!item || (!what.type.empty() && item->type != what.type)) co_return not_found();
  if (what.version < 0 || what.version > item->version) co_return not_found();
  CARNET_CO_TRY(receipt, co_await shared.journal.durable(entry_of(shared, permitted.grant(), reason, *item)));
  CARNET_CO_TRY(key, co_await shared.keyring.open(receipt, reason.purpose));
  AccessGrant grant = std::move(permitted).release_grant();
  const Fetch rows_of = [space = grant.space(), local = what.local](store::Snapshot& at) {
    return rows::versions(at, space, local);
  };
  CARNET_CO_TRY(sealed, co_await fetch(shared, grant.space(), grant.person(), rows_of));
  CARNET_CO_TRY(items, co_await open_all(shared, key, sealed));
  auto versions = permitted_versions(grant, std::move(items), what);
  if (versions.empty()) co_return not_found();
  co_return History{std::move(grant), std::move(versions)};
}

// What the grant permits of the record now, and which of these items have versions before the one in force. What it
// does not permit is left out here, by the facts in memory: nothing of it is fetched or opened, nor costs time.
struct ShownNow {
  std::vector<ItemPtr> versions;
  std::vector<std::pair<std::int64_t, std::int64_t>> earlier;  // local id, version in force
};
ShownNow shown_now(const AccessGrant& grant, const OpenedRecord& record, std::string_view type) {
  ShownNow shown;
  for (const auto& item : record.items()) {
    if ((!type.empty() && item->type != type) || !grant.permits(item->facts)) continue;
    shown.versions.push_back(item);
    if (item->version > 1) shown.earlier.emplace_back(item->local, item->version);
  }
  return shown;
}

Result<std::vector<ItemRow>> rows_before(store::Snapshot& at, SpaceId space,
                                         std::span<const std::pair<std::int64_t, std::int64_t>> items) {
  std::vector<ItemRow> all;
  for (const auto& [local, in_force] : items) {
    CARNET_TRY(rows, rows::versions(at, space, local));
    for (auto& row : rows)
      if (row.version < in_force) all.push_back(std::move(row));
  }
  return all;
}

}  // namespace

io::Task<Result<History>> history_of(Shared& shared, Door door, HistoryOf what, Reason reason) {
  if (what.local != 0) co_return co_await history_of_item(shared, std::move(door), std::move(what), std::move(reason));
  CARNET_CO_TRY(found, co_await look(shared, std::move(door)));
  CARNET_CO_TRY(opened, co_await open_after_trace(shared, found, entry_of(found.grant, reason), reason.purpose));
  auto told = shown_now(found.grant, *opened.record, what.type);
  if (told.earlier.empty()) {
    std::ranges::sort(told.versions, newest_first);
    co_return History{std::move(found.grant), std::move(told.versions)};
  }
  const Fetch rows_of = [space = found.grant.space(), earlier = std::move(told.earlier)](store::Snapshot& at) {
    return rows_before(at, space, earlier);
  };
  CARNET_CO_TRY(sealed, co_await fetch(shared, found.grant.space(), found.grant.person(), rows_of));
  CARNET_CO_TRY(items, co_await open_all(shared, opened.key, sealed));
  for (auto& one : items)
    if (found.grant.permits(one->facts)) told.versions.push_back(std::move(one));
  std::ranges::sort(told.versions, newest_first);
  co_return History{std::move(found.grant), std::move(told.versions)};
}

}  // namespace carnet::record
