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

// A Bundle of any length, written once: resources are copied as they are.
class BundleWriter {
 public:
  BundleWriter(std::string_view type, std::size_t expected_bytes);
  // Before everything else: what holds of the whole Bundle, as a code and in words.
  void tag(std::string_view code, std::string_view display);
  // Before the first entry.
  void total(std::int64_t total);
  void link(std::string_view relation, std::string_view url);

  void found(std::string_view full_url, std::string_view resource, std::string_view mode);  // match, include, outcome
  struct Done {
    std::string_view status;    // "201 Created"
    std::string_view location;  // the rest may be empty
    std::string_view etag;
    std::string_view last_modified;  // instant
  };
  // A version; without text when it is a deletion. `method` and `url` are those that made it.
  void version(std::string_view full_url, std::string_view resource, std::string_view method, std::string_view url,
               const Done& done);
  // What an entry of a batch or transaction was answered: a resource, an outcome, or neither.
  void answer(std::string_view resource, const Done& done, std::string_view outcome);
  std::size_t size() const { return out_.size(); }  // so far
  std::string take();

 private:
  void begin_entry();
  void member(std::string_view before, std::string_view text);  // of our own making: needs no escape
  void response(const Done& done, std::string_view outcome);
  std::string out_;
  bool in_links_ = false, in_entries_ = false;
};

// The same JSON with line breaks and two spaces for each level.
std::string pretty(std::string_view json);

// An OperationOutcome that says what is wrong with a resource, or that nothing is; and, as warnings, what was not judged.
std::string validation_outcome(const std::vector<kernel::Issue>& issues, const std::vector<kernel::Issue>& unjudged = {});

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

// What is done, type by type: written by whoever does it.
struct ParameterCapability {
  std::string_view name, type, says;
};
struct TypeCapability {
  std::string_view type, profile, says;
  std::vector<std::string_view> interactions;  // "read", "search-type" ...
  std::string_view versioning = "no-version";  // "versioned"
  bool conditional_create = false, conditional_update = false, conditional_read = false,
       conditional_delete = false;
  std::vector<ParameterCapability> parameters;
  std::vector<std::string> includes, reverse_includes;
  std::vector<std::string_view> operations;  // "validate"
};
struct Capability {
  std::string_view base_url, date;
  std::string_view token_url;  // where software asks for its tokens
  std::vector<std::string_view> interactions{};  // of the whole system
  std::vector<TypeCapability> types{};
};
std::string capability_statement(const Capability& of);

}  // namespace carnet::fhir
