// A part of a resource, as _summary and _elements ask: bytes of the stored text, spliced.
#pragma once
#include <span>
#include <string>

#include "standards/fhir/json.hpp"
#include "standards/fhir/search_query.hpp"

namespace carnet::fhir {

// True when the query asks for less than whole resources.
bool is_projected(const SearchQuery& query);
// The members of the resource that the query keeps, with the required ones of the top level (of _summary and _elements)
// and the tag SUBSETTED in meta. The shape is that of the source: resourceType first, no id that was not there.
std::string project(const Json& resource, const SearchQuery& query);

}  // namespace carnet::fhir
