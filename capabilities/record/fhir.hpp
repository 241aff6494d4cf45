// The handlers of /fhir/R4. Inside record only.
#pragma once
#include "record/opening.hpp"
#include "standards/fhir/fhir.hpp"

namespace carnet::record {

using Answer = io::Task<kernel::Result<http::Response>>;

Answer provide_documents(Shared& shared, http::Exchange& exchange);                  // ITI-65
Answer search_documents(Shared& shared, http::Exchange& exchange, bool by_address);  // ITI-67
Answer read_resource(Shared& shared, http::Exchange& exchange, Part part);           // DocumentReference, List
Answer read_binary(Shared& shared, http::Exchange& exchange);                        // ITI-68
Answer search_patients(Shared& shared, http::Exchange& exchange);
Answer tell_capability(Shared& shared, http::Exchange& exchange);

// Refuses what asks for XML only (406), or sends it (415).
kernel::Status accepts_json(const http::Request& request);
http::Response fhir_response(std::string body, int status = 200);
// Whose documents are shown: a former number, sex or name of theirs is not (rules.md 2).
io::Task<kernel::Result<identity::Person>> person_shown(Shared& shared, PersonId person);
fhir::Presentation presentation_for(const identity::Person& person);
// The Document as FHIR shows it.
std::string present(const Shared& shared, kernel::SpaceId space, const identity::Person& person,
                    const OpenedDocument& opened, kernel::ByteView resource);

}  // namespace carnet::record
