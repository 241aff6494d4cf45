// One version of a structured resource as it is kept (docs/formats/record.md): facts, then the compressed text, sealed
// under the space's key at the place of its row. Inside record only.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "foundation/kernel/compress.hpp"
#include "keyring/keyring.hpp"
#include "record/rows.hpp"
#include "standards/fhir/json.hpp"

namespace carnet::record {

struct StoredResource {
  std::string type;
  std::vector<std::string> categories;  // codes that may say which document type it is near to (resource_types.hpp)
  // Without doc_class and doc_type: the rules of today say them.
  access::ItemFacts facts;
  kernel::Instant updated{};
  bool deleted = false;
  std::string text;  // without id, meta.versionId, meta.lastUpdated; empty when deleted
};

// What it says itself (type, categories, text), compressed: the work of a write that needs neither its instant nor its
// version. And the whole, to be sealed. `unpack` is nullopt for anything that `pack` would not have written.
kernel::Bytes pack_text(const StoredResource& resource);
kernel::Bytes pack(const StoredResource& resource, kernel::ByteView packed_text);
std::optional<StoredResource> unpack(kernel::ByteView packed);

std::string place_of_resource(std::int64_t local, std::int64_t version);  // associated data
kernel::Result<StoredResource> open_resource(const keyring::SpaceKey& key, const ItemRow& row);

// What such texts have in common: the dictionary of format 1. Never edited: another one is another format.
std::string_view resource_dictionary();

}  // namespace carnet::record
