// What the two kinds of Bundles have in common. Inside record only.
#pragma once
#include "record/fhir_incoming.hpp"

namespace carnet::record {

// An entry as a request of its own.
Asked asked_of_entry(const Asked& bundle, const fhir::BundleEntry& entry, std::string_view body);
// What a request was answered, as the answer of an entry.
void add_answer(fhir::BundleWriter& out, const kernel::Result<http::Response>& answer, const std::string& request_id);

// The JSON Patch that the Binary of a PATCH holds; 415 when it holds another kind of patch.
kernel::Result<std::string> patch_of(const fhir::BundleEntry& entry);
// An entry that changes nothing.
bool is_read(const fhir::BundleEntry& entry);
// 413: of a reading, when the answers before it fill most_answer_bytes.
std::unexpected<kernel::Error> answer_is_full(const std::string& path);

// Who a Patient is that comes along in a transaction, as a search of the register: by its condition, else by its INS; empty
// when neither says. Nothing is written of it.
std::string condition_of_patient(const fhir::BundleEntry& entry);
// What to do instead of writing what is not written in a transaction.
std::string_view advice_for(std::string_view type);

Answer take_transaction(Shared& shared, const Asked& asked, const fhir::Json& json, fhir::BundleRequest request);

}  // namespace carnet::record
