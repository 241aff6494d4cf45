// Documents on their way from a request to the record, whichever request brought them (ITI-65, ITI-105, a transaction).
// Inside record only.
#pragma once
#include "record/deposit.hpp"
#include "record/fhir.hpp"

namespace carnet::record {

struct ReadyDocuments {
  std::shared_ptr<std::vector<Draft>> drafts;
  Whom whom;
  std::vector<fhir::ProvidedEntry> entries;
};
// What was provided, checked against its content and the register. Bytes that need a parser are read by carnet-sandbox.
io::Task<kernel::Result<ReadyDocuments>> make_ready(Shared& shared, fhir::ProvideBundle provided);

}  // namespace carnet::record
