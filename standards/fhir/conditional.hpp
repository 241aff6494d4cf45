// The conditions and wishes of a request's headers (RFC 9110 8.8 and 13, RFC 7240; FHIR R4 3.1.0.1). Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/time.hpp"

namespace carnet::fhir {

// The entity tag of a version: W/"3".
std::string etag_of(std::int64_t version);

// If-Match, If-None-Match.
struct EntityTags {
  bool any = false;                    // "*"
  std::vector<std::int64_t> versions;  // a tag that no version of ours bears matches nothing, and is left out
  bool matches(std::int64_t version) const;
};
// nullopt: not a list of entity tags. Empty text: no tag.
std::optional<EntityTags> read_entity_tags(std::string_view text);

// "Sun, 06 Nov 1994 08:49:37 GMT", in UTC, whole seconds.
std::string to_http_date(kernel::Instant instant);
std::optional<kernel::Instant> parse_http_date(std::string_view text);  // that form only

// A conditional read: true when what the caller holds is still in force. If-None-Match decides when it is there; what
// cannot be read asks for nothing.
bool is_not_modified(std::string_view if_none_match, std::string_view if_modified_since, std::int64_t version,
                     kernel::Instant updated);

struct Prefer {
  enum class Answer { unsaid, minimal, representation, outcome } answer = Answer::unsaid;
  enum class Handling { unsaid, lenient, strict } handling = Handling::unsaid;
  bool is_strict() const { return handling == Handling::strict; }
};
Prefer read_prefer(std::string_view text);  // wishes that are not known are not wishes

// What the caller reads, and what they send.
bool accepts_json_form(std::string_view accept);  // an Accept header; empty: yes
bool is_json_format(std::string_view format);     // a _format parameter: "json", "application/fhir+json" ...
bool is_json_type(std::string_view content_type); // of a body that is FHIR JSON
bool is_patch_type(std::string_view content_type);

}  // namespace carnet::fhir
