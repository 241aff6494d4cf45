// A batch or a transaction, as it was sent: what each entry asks, in which order it is done, and the references of its
// resources. Pure.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/result.hpp"
#include "standards/fhir/json.hpp"

namespace carnet::fhir {

inline constexpr std::size_t max_bundle_entries = 5000;

enum class Verb { del, post, put, patch, get, head };  // in the order in which a transaction does them
std::string_view code_of(Verb verb);

// "Observation/ab12/_history/3?_summary=true", relative or below `base`, in its parts.
struct RelativeUrl {
  std::string type, id, version;  // as far as they are there
  std::string operation;          // "$everything", "_search", "_history"; "_history" with a version is a vread
  std::string query;              // after '?', as written
  bool has_query = false;
};
// nullopt: not an address of this interface.
std::optional<RelativeUrl> parse_relative_url(std::string_view url, std::string_view base);

struct BundleEntry {
  std::size_t index = 0;
  std::string path;  // "Bundle.entry[3]"
  std::string full_url;
  Verb verb = Verb::get;
  RelativeUrl url;
  std::string written_url;
  std::string if_match, if_none_match, if_modified_since, if_none_exist;
  Value resource;  // none for get, head, del
  std::vector<kernel::Issue> issues;  // of a batch, whose entries stand alone: why this one cannot be asked
};
struct BundleRequest {
  bool transaction = false;
  std::vector<BundleEntry> entries;  // as they came
};

// Structure only: what an entry asks is judged when it is done. `invalid` "fhir.bundle" with every issue found, but for
// those of an entry of a batch, which are its own. In a transaction, two entries that change the same resource, or bear the same fullUrl, are issues too. Keeps views of `json`.
kernel::Result<BundleRequest> read_bundle_request(const Json& json, std::string_view base);
// Indexes of the entries: a transaction does DELETE, POST, PUT and PATCH, GET and HEAD, in this order; a batch as it came.
std::vector<std::size_t> order_of(const BundleRequest& request);

// What points from one resource to another: `reference`s, elements of the types uri and url, and links and images of the
// narrative. Not identifiers.
struct ReferenceFound {
  Value value;        // the string; of a narrative, the whole div
  std::string text;   // the reference
  bool is_reference;  // of type Reference; else an address that may be anything
};
std::vector<ReferenceFound> references_in(Value resource);

// The resource with each reference that `resolve` gives another text for; everything else byte for byte.
using Resolve = std::function<std::optional<std::string>(const ReferenceFound&)>;
std::string with_references(Value resource, const std::vector<ReferenceFound>& references, const Resolve& resolve);

}  // namespace carnet::fhir
