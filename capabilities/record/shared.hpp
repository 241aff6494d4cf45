// What the parts of record have in common. Inside record only.
#pragma once
#include "record/document_types.hpp"
#include "record/local_ids.hpp"
#include "record/record_cache.hpp"
#include "record/resource_types.hpp"
#include "record/rows.hpp"
#include "record/tickets.hpp"
#include "record/uploads.hpp"
#include "standards/cda/sandboxed.hpp"

namespace carnet::record {

using CallerPtr = std::shared_ptr<const identity::Caller>;

struct Shared {
  Shared(store::Store& main, const kernel::SecretBytes& master, Settings given_settings,
         const parameters::Parameters& given_parameters, audit::Journal& given_journal, keyring::Keyring& given_keyring,
         notices::Notices& given_notices, identity::Identity& given_identity, enrollment::Enrollment& given_enrollment,
         access::Access& given_access, const io::Clock& given_clock, io::Entropy& given_entropy, io::Pool& given_pool,
         DocumentTypes given_types, ResourceTypes given_resource_types);

  store::Store& store;
  const Settings settings;
  const parameters::Parameters& parameters;
  audit::Journal& journal;
  keyring::Keyring& keyring;
  notices::Notices& notices;
  identity::Identity& identity;
  enrollment::Enrollment& enrollment;
  access::Access& access;
  const io::Clock& clock;
  io::Entropy& entropy;
  io::Pool& pool;
  const DocumentTypes types;
  const ResourceTypes resource_types;

  const crypto::IdPermutation ids;      // logicalId <-> (space, local)
  const crypto::BlindIndex unique_ids;  // of documents, within a space
  const crypto::BlindIndex contents;
  const crypto::BlindIndex once;     // idempotency keys, and what was asked under them
  const crypto::BlindIndex authors;  // keys of a filter
  const crypto::Sealer cursors;      // places of a list's pages
  const cda::Sandboxed cda;
  RecordCache records;
  LocalIds locals;
  Uploads uploads;
  Tickets tickets;

  kernel::Date today() const { return kernel::date_in(clock.now(), kernel::Zone::paris()); }
  std::int64_t parameter(std::string_view name) const { return parameters.integer(name, today()); }
  std::string id_of(kernel::SpaceId space, std::int64_t local) const { return ids.seal({space.value, local}); }
};

// What does not exist, and what the caller may not know of.
inline std::unexpected<kernel::Error> not_found() {
  return kernel::refuse(kernel::ErrorKind::not_found, "not_found");
}
inline std::unexpected<kernel::Error> busy() {
  return std::unexpected(kernel::Error{kernel::ErrorKind::unavailable, "record.busy", "ask again", {}, 1});
}

CallerPtr caller_of(const http::Exchange& exchange);
bool has_scope(const identity::Caller& caller, std::string_view scope);

}  // namespace carnet::record
