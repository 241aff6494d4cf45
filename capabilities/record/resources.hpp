// Every structured resource of a person, in one sealed shape: found, read, listed through their versions, written many
// at once. The verbs of FHIR (fhir_*.cpp) are made of these calls and of nothing below them. Inside record only.
//
// A read: open_record / read_item / history_of -> items whose `text` is what is given out.
// A write: what must be looked at first (a condition, a patch) by open_record; then write_batch, which judges again
// inside its transaction.
#pragma once
#include <functional>
#include <span>

#include "record/deposit.hpp"
#include "record/opened_record.hpp"
#include "record/opening.hpp"
#include "record/resource_row.hpp"

namespace carnet::record {

// ---- reading --------------------------------------------------------------------------------------------------------
struct OpenedBy {
  PermittedRecord record;
  keyring::SpaceKey key;        // for read_parts (opening.hpp)
  audit::TraceReceipt receipt;  // of the trace that this reading left
};
// One trace (`reason.action`: record_searched, documents_listed, exported), then the record: from memory when it is the
// one that the head row names in this request's snapshot, else from the rows. Errors: as the door says.
io::Task<kernel::Result<OpenedBy>> open_record(Shared& shared, Door door, Reason reason);

struct ItemRead {
  access::AccessGrant grant;
  ItemPtr item;  // not a tombstone
  keyring::SpaceKey key;
  audit::TraceReceipt receipt;
};
// One item, under one trace that names it and says its title, in the lane that its flags ask for. `type` as the address
// says it: an item of another type is not found. `not_found` and `gone` (a tombstone that the grant permits) leave no
// trace but the one of the listing that loads a record which is not in memory. reason.action: resource_read,
// documents_listed (metadata of a document), document_read (its content).
io::Task<kernel::Result<ItemRead>> read_item(Shared& shared, Door door, std::string_view type, std::int64_t local,
                                             Reason reason);

struct HistoryOf {
  std::string type;          // empty: of the whole space
  std::int64_t local = 0;    // 0: of the type, or of the space
  std::int64_t version = 0;  // only this one (vread); with local
};
struct History {
  access::AccessGrant grant;
  std::vector<ItemPtr> versions;  // newest first (updated, then local, then version); tombstones included
};
// One trace (history_read; resource_read for one version). A version is shown when the grant permits it both as it was
// and as its item is now. Of one item: `not_found` when there is none, nor of that version. A version that is a
// tombstone is in the list: whoever asked for that one answers `gone`.
io::Task<kernel::Result<History>> history_of(Shared& shared, Door door, HistoryOf what, Reason reason);

// ---- writing --------------------------------------------------------------------------------------------------------
struct WriteOp {
  enum class Kind { create, update, remove, revise_document } kind = Kind::create;
  std::string type;
  // Of create: 0, or one that reserve_locals gave. Of the others: which item.
  std::int64_t local = 0;
  std::optional<std::int64_t> if_version;  // If-Match: `precondition` "record.version" when another is in force
  // The resource as it came, valid and of `type`; id, meta.versionId and meta.lastUpdated in it are not kept. Empty for
  // remove and revise_document.
  std::string text{};
  fhir::Value parsed{};  // instead of `text`: the resource where it was parsed, which stays until write_batch returns
  // Of revise_document (flags, status, archive, delete; by the author only): changes the facts in a new version.
  // Called inside the transaction, perhaps more than once.
  std::function<kernel::Status(Document&)> revise{};
  std::string path{};  // "Bundle.entry[3]": before the path of every issue about this one
};

// A write that its caller may send again: the same key with the same request is answered as it was the first time, for
// a day; with another request it is `conflict` "record.idempotency".
struct Once {
  std::string key;      // Idempotency-Key
  std::string request;  // digest of method, address and body
};

struct WriteBatch {
  CallerPtr caller;
  Door door;  // access::Act::deposit
  std::string request_id;
  std::vector<WriteOp> ops;
  // What was looked at before (PermittedRecord::change): `conflict` "record.changed", and nothing written, when the
  // record has changed since. For conditional writes and references; ask again, look again.
  std::optional<std::int64_t> expected_change{};
  std::optional<Once> once{};
  // Documents filed in the same transaction (deposit.hpp): whom they are for.
  std::shared_ptr<std::vector<Draft>> documents{};
  std::optional<Whom> whom{};
  access::Act act = access::Act::deposit;  // that of the door
};

struct Written {
  enum class Outcome { created, updated, removed, unchanged } outcome = Outcome::created;  // unchanged: it was gone
  std::int64_t local = 0, version = 1;
  kernel::Instant updated{};
  ItemPtr item;  // as given out; null in a repeated answer, and for documents
};
struct BatchWritten {
  SpaceId space;
  std::int64_t change = 0;
  std::vector<Written> written;  // as many as ops, in their order
  std::optional<Filed> filed;
  bool repeated = false;  // nothing was done now: the answer of the first time
};
// All of it, with its traces, in one transaction, or none; durable on return. One trace for a single op, with its item
// and title; else one for each kind of act and lane, with a count. Errors, with issues under each op's path:
//   forbidden     as the door says; "record.authors_only": the caller may see the item, and its author's structure is
//                 another
//   not_found     no such item, or one that the caller may not know of
//   gone          an update of what was removed
//   precondition  "record.version"
//   conflict      "record.changed", "record.idempotency", "record.unique_id" (documents)
// A removal of what is gone is done already (`unchanged`).
io::Task<kernel::Result<BatchWritten>> write_batch(Shared& shared, std::shared_ptr<const WriteBatch> batch);

// Local ids for creates whose ids must be known before they are written (references inside a Bundle); those that are
// not used stay unused. Judged by the door; nothing is written.
struct Reserved {
  access::AccessGrant grant;
  std::int64_t first = 0;  // and the following
};
io::Task<kernel::Result<Reserved>> reserve_locals(Shared& shared, Door door, std::size_t count);

// ---- text -----------------------------------------------------------------------------------------------------------
// `stored` (without id, versionId, lastUpdated) as it is given out. Work that does not grow with what the resource
// says, but for the copy.
std::string splice_identity(std::string_view stored, std::string_view type, std::string_view id, std::int64_t version,
                            kernel::Instant updated);
// What is stored of a resource that came: its bytes without id, meta.versionId and meta.lastUpdated (and without a meta
// or member that this leaves empty).
std::string without_identity(fhir::Value resource);

// ---- between the files of this --------------------------------------------------------------------------------------
// What the register says of the holder and documents show (a former name is shown to nobody): when it changes, they are
// made ready anew.
std::string shown_for(const identity::Person& person);
ItemPtr item_of(const Shared& shared, SpaceId space, const StoredResource& resource, std::int64_t local,
                std::int64_t version);
// `resource`: the DocumentReference as it came.
ItemPtr item_of(const Shared& shared, SpaceId space, const identity::Person& person, OpenedDocument opened,
                kernel::ByteView resource);

}  // namespace carnet::record
