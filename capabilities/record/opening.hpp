// The way to what is sealed: a door (access), a trace (audit), a key (keyring), and every document judged by the grant
// before anyone sees it. Inside record only.
#pragma once
#include <functional>

#include "record/opened_record.hpp"
#include "record/shared.hpp"

namespace carnet::record {

// Asks access, inside the read that looks.
using Door = std::function<kernel::Result<access::AccessGrant>(store::Snapshot&)>;
Door door_to(const Shared& shared, CallerPtr caller, PersonId person, access::Act act);
Door door_to_who(const Shared& shared, CallerPtr caller, std::string who, access::Act act);
// By a document's id: the space that the id names, if it is the person's present one.
Door door_to_space(const Shared& shared, CallerPtr caller, kernel::SpaceId space, access::Act act);

struct OpenedSpace {
  access::AccessGrant grant;
  std::vector<OpenedDocument> documents;  // those that the grant permits, by local id
};
// One trace, then every permitted document of the space.
struct Reason {
  audit::Action action = audit::Action::documents_listed;
  keyring::Purpose purpose = keyring::Purpose::read_record;
  std::string request_id{};
};
io::Task<kernel::Result<OpenedSpace>> open_space(Shared& shared, Door door, Reason reason);
// The same, and the key: for who reads parts afterwards (search results, export).
struct OpenedWithKey {
  OpenedSpace space;
  keyring::SpaceKey key;
};
io::Task<kernel::Result<OpenedWithKey>> open_space_with_key(Shared& shared, Door door, Reason reason);

struct OpenedPart {
  access::AccessGrant grant;
  OpenedDocument opened;
  kernel::Bytes bytes;                         // of the part asked for, if one was
  std::optional<audit::TraceReceipt> receipt;  // of the trace that this reading left
};
// One document, `not_found` when there is none or the grant does not permit it: nothing is traced then, and a space
// whose facts are known answers both alike. One trace with the document's title, in the lane that its flags ask for.
io::Task<kernel::Result<OpenedPart>> open_document(Shared& shared, Door door, std::int64_t local,
                                                   std::optional<Part> part, Reason reason);
// The record for its facts alone, of which nothing leaves: without a trace when it is in memory; else it is opened,
// which is a listing and is traced as one.
io::Task<kernel::Result<PermittedRecord>> facts_of(Shared& shared, Door door, std::string request_id);

// A part again, under a receipt that was given for it.
io::Task<kernel::Result<OpenedPart>> open_again(Shared& shared, const Ticket& ticket, Part part);

// Reads parts of several documents, in order.
io::Task<kernel::Result<std::vector<kernel::Bytes>>> read_parts(Shared& shared, const keyring::SpaceKey& key,
                                                                std::vector<ItemRow> rows, Part part);
// Opens the row of a document; a fault when it does not open under this key and place.
kernel::Result<Document> open_row(const keyring::SpaceKey& key, const ItemRow& row);
audit::Action action_in(const access::AccessGrant& grant, audit::Action action);

}  // namespace carnet::record
