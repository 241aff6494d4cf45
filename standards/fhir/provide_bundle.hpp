// ITI-65: the transaction that provides documents. One SubmissionSet (List), and for each document a DocumentReference
// and the Binary it points to, bound by fullUrls. A Patient may come along: whoever reads the whole has judged it. So may
// the FHIRPath Patch by which MHD says that a document which is replaced becomes superseded: to replace does that anyhow.
#pragma once
#include <string>
#include <vector>

#include "standards/fhir/document_reference.hpp"

namespace carnet::fhir {

inline constexpr std::size_t max_documents_provided = 32;

struct SubmissionSetSaid {
  std::string path;
  std::string_view raw;
  PatientSaid patient;
};
struct ProvidedDocument {
  DocumentReferenceSaid reference;
  std::string data_path;  // of the Binary's data
  kernel::Bytes bytes;
};
// What each entry of the transaction is, in its order: the answer has as many.
struct ProvidedEntry {
  enum class Type { submission_set, document_reference, binary, patient, superseded } type = Type::submission_set;
  std::size_t document = 0;  // index in documents
  std::string reference;     // of superseded: the "DocumentReference/..." that a document of these replaces
};
struct ProvideBundle {
  SubmissionSetSaid submission_set;
  std::vector<ProvidedDocument> documents;  // at least one
  std::vector<ProvidedEntry> entries;
};

// `invalid` "fhir.provide_bundle" with every issue found, or "fhir.json". Sizes are checked here against the bytes; the
// hash is for the caller, who can compute one. What it answers points into `json`.
kernel::Result<ProvideBundle> read_provide_bundle(const Json& json);

}  // namespace carnet::fhir
