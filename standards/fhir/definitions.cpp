#include "standards/fhir/definitions.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "standards/fhir/definitions_rows.hpp"

namespace carnet::fhir {

namespace {

// Little-endian loads, as the generator computes them (standards/fhir/generate/hash.mjs).
std::uint64_t load8(const char* at) {
  std::uint64_t value;
  std::memcpy(&value, at, 8);
  return value;
}
std::uint64_t load4(const char* at) {
  std::uint32_t value;
  std::memcpy(&value, at, 4);
  return value;
}
static_assert(std::endian::native == std::endian::little);

// A name as one word: its first and last eight bytes, and its length.
std::uint64_t word_of(std::string_view name) {
  const std::size_t n = name.size();
  const char* at = name.data();
  constexpr std::uint64_t mixer = 0x9e3779b97f4a7c15;
  if (n >= 8) return (load8(at) ^ std::rotl(load8(at + n - 8), 29)) + n * mixer;
  if (n >= 4) return (load4(at) | load4(at + n - 4) << 32) + n * mixer;
  const auto byte = [at](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(at[i])}; };
  return (byte(0) | byte(n / 2) << 8 | byte(n - 1) << 16) + n * mixer;
}

const rows::ResourceRow* find_row(std::string_view name) {
  const auto all = rows::resources();
  const auto found = std::ranges::lower_bound(all, name, {}, [](const auto& row) { return row.type->name; });
  return found != all.end() && found->type->name == name ? &*found : nullptr;
}

}  // namespace

bool has_code(const ValueSetInfo& set, std::string_view code) {
  return std::ranges::binary_search(set.codes, code, {}, &Code::code);
}

bool has_code(const ValueSetInfo& set, std::string_view system, std::string_view code) {
  const auto same = std::ranges::equal_range(set.codes, code, {}, &Code::code);
  return std::ranges::any_of(same, [system](const Code& each) { return each.system == system; });
}

std::span<const std::string_view> distinct_expressions() {
  return rows::expressions();
}

std::span<const TypeInfo> all_types() {
  return rows::types();
}

bool TypeInfo::is_a(std::string_view ancestor_or_self) const {
  for (const TypeInfo* type = this; type != nullptr; type = type->base)
    if (type->name == ancestor_or_self) return true;
  return false;
}

const TypeInfo* find_type(std::string_view name) {
  const auto all = rows::types();
  const auto found = std::ranges::lower_bound(all, name, {}, &TypeInfo::name);
  return found != all.end() && found->name == name ? &*found : nullptr;
}

const TypeInfo* find_resource_type(std::string_view name) {
  const auto* row = find_row(name);
  return row == nullptr ? nullptr : row->type;
}

const MemberInfo* find_member(const TypeInfo& type, std::string_view json_name) {
  if (type.slots.empty() || json_name.empty()) return nullptr;
  const auto shift = 64 - std::countr_zero(type.slots.size());
  const auto slot = type.slots[(word_of(json_name) * type.multiplier) >> shift];
  if (slot == 0) return nullptr;
  const MemberInfo& member = type.members[slot - 1u];
  return member.json_name == json_name ? &member : nullptr;
}

const ElementInfo* find_element(const TypeInfo& type, std::string_view name) {
  // All but value[x] are written in JSON as they are called.
  if (const auto* member = find_member(type, name); member != nullptr && !member->element->choice)
    return member->element;
  const auto found = std::ranges::find(type.elements, name, &ElementInfo::name);
  return found == type.elements.end() ? nullptr : &*found;
}

std::span<const SearchParameterInfo> search_parameters_of(std::string_view resource_type) {
  const auto* row = find_row(resource_type);
  return row == nullptr ? std::span<const SearchParameterInfo>{} : row->parameters;
}

const SearchParameterInfo* find_search_parameter(std::string_view resource_type, std::string_view code) {
  const auto all = search_parameters_of(resource_type);
  const auto found = std::ranges::lower_bound(all, code, {}, &SearchParameterInfo::code);
  return found != all.end() && found->code == code ? &*found : nullptr;
}

bool in_patient_compartment(std::string_view resource_type) {
  return !patient_links_of(resource_type).empty();
}

std::span<const std::string_view> patient_links_of(std::string_view resource_type) {
  const auto* row = find_row(resource_type);
  return row == nullptr ? std::span<const std::string_view>{} : row->patient_links;
}

}  // namespace carnet::fhir
