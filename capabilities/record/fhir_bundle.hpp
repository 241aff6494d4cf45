// What the two kinds of Bundles have in common. Inside record only.
#pragma once
#include "record/fhir_incoming.hpp"

namespace carnet::record {

// An entry as a request of its own.
Asked asked_of_entry(const Asked& bundle, const fhir::BundleEntry& entry, std::string_view body);
// What a request was answered, as the answer of an entry.
void add_answer(fhir::BundleWriter& out, const kernel::Result<http::Response>& answer, const std::string& request_id);

Answer take_transaction(Shared& shared, const Asked& asked, const fhir::Json& json, fhir::BundleRequest request);

}  // namespace carnet::record
