// What the generated source gives to definitions.cpp, and to it alone.
#pragma once
#include "standards/fhir/definitions.hpp"

namespace carnet::fhir::rows {

struct ResourceRow {
  const TypeInfo* type;
  std::span<const SearchParameterInfo> parameters;
  std::span<const std::string_view> patient_links;
};

std::span<const TypeInfo> types();         // sorted by name
std::span<const ResourceRow> resources();  // concrete resource types, sorted by name
std::span<const std::string_view> expressions();

}  // namespace carnet::fhir::rows
