// What the reading of a search and the extraction of values share; inside search_*.cpp only.
#pragma once
#include <limits>
#include <optional>
#include <string_view>

#include "standards/fhir/fhirpath.hpp"
#include "standards/fhir/search_values.hpp"

namespace carnet::fhir {

// An expression of a search parameter or of a component of one; nullptr when there is none, or it is not covered.
const FhirPath* compiled(std::string_view expression);

inline constexpr kernel::Instant long_ago{std::numeric_limits<std::int64_t>::min() / 4};
inline constexpr kernel::Instant far_ahead{std::numeric_limits<std::int64_t>::max() / 4};
inline constexpr std::string_view ucum_system = "http://unitsofmeasure.org";

// "Patient/12", "https://base/Patient/12/_history/3": type and id when it is relative or begins with `base`.
struct LocalReference {
  std::string_view type, id;
};
std::optional<LocalReference> local_reference(std::string_view text, std::string_view base);

struct Decimal {
  double value = 0;
  double half_unit = 0;  // half of the last place that is written
};
std::optional<Decimal> parse_decimal(std::string_view text);

// Of a telephone number: its digits (and a leading +); empty for what is none.
std::string digits_of_telephone(std::string_view text);

}  // namespace carnet::fhir
