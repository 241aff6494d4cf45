// Units of UCUM that convert into each other: mass, length, volume, time, temperature, pressure, amount of substance,
// catalytic activity, energy and what is made of these (concentrations, rates). An unknown unit is equal only to itself.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace carnet::fhir {

// value * factor + offset is in base units (g, m, s, K, mol, C, rad, [iU]); units that convert into each other have the
// same dimension. A dimension is never 0, not even that of a plain number.
struct UnitConversion {
  std::uint64_t dimension = 0;
  double factor = 1;
  double offset = 0;
};
// By UCUM code, case-sensitive ("mg/dL", "10*9/L"); annotations ("{beats}/min") count for nothing.
std::optional<UnitConversion> unit_conversion(std::string_view code);

}  // namespace carnet::fhir
