// What the interface answers: OperationOutcome, Bundles, the CapabilityStatement.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/result.hpp"

namespace carnet::fhir {

inline constexpr std::string_view json_media_type = "application/fhir+json";

// One issue per issue of the error, or one for the error itself. `expression` holds the element path; a path
// "a | b" is two places that disagree, and becomes two expressions. details.coding holds our stable code. Faults say
// only `reference`, which the operator finds in the log.
std::string operation_outcome(const kernel::Error& error, std::string_view reference);
// A single issue that is no error, for a searchset.
std::string outcome_note(std::string_view severity, std::string_view code, std::string_view says);

struct FoundEntry {
  std::string full_url;
  std::string resource;  // JSON
  enum class Mode { match, outcome } mode = Mode::match;
};
struct Searchset {
  std::string self;  // link: the search as it was carried out
  std::string next;  // empty on the last page
  std::int64_t total = 0;
  std::vector<FoundEntry> entries;
};
std::string searchset(const Searchset& found);

struct ProvidedAnswer {
  std::string status;    // "201 Created"
  std::string location;  // "DocumentReference/<id>/_history/1"
  std::string etag;
  std::string last_modified;  // instant
};
std::string transaction_response(std::string_view self, const std::vector<ProvidedAnswer>& entries);

// ITI-68 as a resource.
std::string binary(std::string_view id, std::string_view media_type, std::string_view security_context,
                   std::string_view base64);

struct Capability {
  std::string_view base_url, date;
  std::string_view token_url;  // where software asks for its tokens
};
std::string capability_statement(const Capability& of);

}  // namespace carnet::fhir
