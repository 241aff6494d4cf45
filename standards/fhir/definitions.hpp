// The definitions of FHIR R4 (4.0.1) as read-only tables, generated at build time from the official ones
// (standards/fhir/generate): every type of the standard, its elements, required value sets, invariants, search
// parameters, and the Patient compartment. Everything is constant data: lookups allocate nothing, and what they return
// lives as long as the program.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace carnet::fhir {

enum class Family : std::uint8_t { primitive, datatype, backbone, resource };

// The JSON form and the format of a primitive type; `none` for every other family.
enum class Primitive : std::uint8_t {
  none,
  boolean,
  integer,
  unsigned_int,
  positive_int,
  decimal,
  string,
  markdown,
  code,
  id,
  uri,
  url,
  canonical,
  oid,
  uuid,
  date,
  date_time,
  instant,
  time,
  base64_binary,
  xhtml
};

enum class Strength : std::uint8_t { none, example, preferred, extensible, required };

struct Code {
  std::string_view system, code;
};
// The codes a required binding allows, sorted by code, then system. None where they cannot be listed (media types,
// currencies, units: validation judges their form).
struct ValueSetInfo {
  std::string_view url;
  std::span<const Code> codes;
};
bool has_code(const ValueSetInfo&, std::string_view code);  // of any of its systems
bool has_code(const ValueSetInfo&, std::string_view system, std::string_view code);

struct InvariantInfo {
  std::string_view key;         // "obs-6"
  std::string_view expression;  // FHIRPath, on the type or element that carries it
  std::string_view human;       // what it asks, in English
  std::uint16_t expression_id;  // equal for equal expressions; less than distinct_expressions()
  bool error;                   // else a warning
};
// By expression_id, so that each is compiled once.
std::span<const std::string_view> distinct_expressions();

struct TypeInfo;
struct ElementInfo;

// One way an element is written in JSON: value[x] has a member for each of its types.
struct MemberInfo {
  std::string_view json_name;                 // "valueQuantity"
  const ElementInfo* element = nullptr;       // value[x]
  const TypeInfo* type = nullptr;             // Quantity; a backbone's type is called by its path
  std::span<const std::string_view> targets;  // of a Reference: resource types allowed; empty: any
};

struct ElementInfo {
  std::string_view name;  // as FHIRPath calls it: "value", without [x]
  std::uint16_t min = 0;
  std::uint16_t max = 0;  // 0: no limit
  bool array = false;     // how JSON writes it
  bool choice = false;    // value[x]: at most one of its members
  bool summary = false;   // is in _summary=true
  Strength binding = Strength::none;
  const ValueSetInfo* values = nullptr;  // only where binding is required
  std::span<const MemberInfo> members;   // one, or as many as value[x] has types
  std::span<const InvariantInfo> invariants;
};

struct TypeInfo {
  std::string_view name;  // "Observation", "Quantity", "dateTime", "Observation.component"
  Family family = Family::datatype;
  Primitive primitive = Primitive::none;
  bool abstract = false;                  // Resource, DomainResource, Element, BackboneElement
  const TypeInfo* base = nullptr;         // DomainResource, Resource, Element, BackboneElement, Quantity (of Age)...
  std::span<const ElementInfo> elements;  // in the order of the standard, those of its bases first
  std::span<const InvariantInfo> invariants;  // its own; those of its bases hold too
  std::span<const std::uint16_t> slots;       // perfect hash of json names: 1 + index in `members`, 0 for none
  std::uint64_t multiplier = 0;
  std::span<const MemberInfo> members;  // of all its elements
  bool is_a(std::string_view ancestor_or_self) const;
};

// "Observation", "Quantity", "dateTime", "Observation.component"; nullptr when R4 has none so called. A backbone that
// stands for another ("Observation.component.referenceRange") has no name of its own: its member's type is the other.
const TypeInfo* find_type(std::string_view name);
const TypeInfo* find_resource_type(std::string_view name);  // concrete resource types only
std::span<const TypeInfo> all_types();

// "valueQuantity" of Observation -> {value[x], Quantity}; nullptr when it is none of its elements.
const MemberInfo* find_member(const TypeInfo&, std::string_view json_name);
// "value" of Observation -> value[x], with all its members.
const ElementInfo* find_element(const TypeInfo&, std::string_view name);

enum class SearchKind : std::uint8_t { number, date, string, token, reference, composite, quantity, uri, special };

struct SearchComponentInfo {
  std::string_view code;        // of the search parameter it is made of, "code-value-quantity" -> "code"
  std::string_view expression;  // on what the composite's expression selects
};
struct SearchParameterInfo {
  std::string_view code;        // "value-quantity"
  std::string_view expression;  // FHIRPath on this resource type alone; empty for _text, _content and the like
  SearchKind kind = SearchKind::token;
  std::span<const std::string_view> targets;  // of a reference
  std::span<const SearchComponentInfo> components;
};
// Those of Resource and DomainResource included, sorted by code; empty for what is no resource type.
std::span<const SearchParameterInfo> search_parameters_of(std::string_view resource_type);
const SearchParameterInfo* find_search_parameter(std::string_view resource_type, std::string_view code);

// Of the compartment "Patient" of R4; Patient itself is in it.
bool in_patient_compartment(std::string_view resource_type);
// The search parameters by which a resource of that type belongs to a patient; empty when it is not in it.
std::span<const std::string_view> patient_links_of(std::string_view resource_type);

}  // namespace carnet::fhir
