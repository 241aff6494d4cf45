// Inside of JSON strings. Private to this room.
#pragma once
#include <string>
#include <string_view>

namespace carnet::fhir {

// The four digits after \u, or -1.
int code_unit(std::string_view digits);
bool is_high_surrogate(int unit);
bool is_low_surrogate(int unit);
// Of a string whose escapes are all well formed.
std::string without_escapes(std::string_view inside);

}  // namespace carnet::fhir
