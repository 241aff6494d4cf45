// Whether a resource is what R4 says it may be: structure, cardinality, types and formats, required codes, references,
// contained resources, narrative, sizes and invariants, judged from the tables of definitions.hpp. Profiles are not.
// A member that stands twice is refused earlier, by Json::parse.
#pragma once
#include <vector>

#include "foundation/kernel/result.hpp"
#include "standards/fhir/json.hpp"

namespace carnet::fhir {

struct ValidateOptions {
  bool invariants = true;
  std::size_t max_issues = 100;  // the rest is not looked for
};

inline constexpr std::size_t max_string_bytes = 1u
                                                << 20;  // R4: strings shall not exceed 1 MB; base64Binary and xhtml may

// Empty: valid. The root must be a resource; the resources inside it (contained, of Bundle entries, of Parameters) are
// judged too. Every issue has the path of the element in fault ("Observation.component[1].valueQuantity.value"; of one
// that is absent, the path it should have, value[x] by that name), an issue type of FHIR as code (structure, required,
// value, code-invalid, invariant, too-long), and says the mend without repeating the value.
std::vector<kernel::Issue> validate(const Json& resource, const ValidateOptions& options = {});

}  // namespace carnet::fhir
