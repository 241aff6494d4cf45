// One value of a search parameter, read as its kind asks; inside search_query*.cpp only.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "standards/fhir/search_query.hpp"

namespace carnet::fhir {

// "a,b\,c" at each ',' without a backslash before it; the backslashes stay.
std::vector<std::string_view> split_unescaped(std::string_view text, char separator);
// "\," -> ",", "\|" -> "|", "\$" -> "$", "\\" -> "\".
std::string unescaped(std::string_view text);

// `resource_type` names the components of a composite. nullopt: no value of that kind; `why` says what one looks like.
std::optional<Operand> read_operand(std::string_view resource_type, const SearchParameterInfo& parameter,
                                    Modifier modifier, std::string_view text, const SearchOptions& options,
                                    std::string_view& why);
std::optional<Operand> read_date_operand(std::string_view text, const SearchOptions& options);

}  // namespace carnet::fhir
