// The compact tree of a compiled expression; inside fhirpath*.cpp only.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "standards/fhir/fhirpath.hpp"

namespace carnet::fhir {

enum class PathOp : std::uint8_t {
  literal,     // item; an empty collection when `empty`
  self,        // $this
  position,    // $index
  resource,    // %resource
  root,        // %rootResource
  context,     // %context: where the evaluation starts
  member,      // text, of target
  call,        // function, of target, with arguments
  refers_to,   // where(resolve() is <text>), of target
  element_at,  // target[arguments[0]]
  is_type,     // target is text
  as_type,     // target as text: those of the type
  negate,      // -target
  multiply,
  divide,
  whole_divide,
  remainder,
  add,
  subtract,
  concatenate,
  unite,
  less,
  more,
  at_most,
  at_least,
  equal,
  unequal,
  equivalent,
  not_equivalent,
  in,
  contains,
  logical_and,
  logical_or,
  logical_xor,
  implies
};

enum class PathFunction : std::uint8_t {
  none,
  empty,
  negation,
  exists,
  all,
  all_true,
  any_true,
  all_false,
  any_false,
  subset_of,
  superset_of,
  count,
  distinct,
  is_distinct,
  where,
  select,
  repeat,
  of_type,
  single,
  first,
  last,
  tail,
  skip,
  take,
  intersect,
  exclude,
  unite,
  combine,
  iif,
  to_boolean,
  to_integer,
  to_decimal,
  to_string,
  index_of,
  substring,
  starts_with,
  ends_with,
  contains,
  upper,
  lower,
  replace,
  matches,
  length,
  children,
  descendants,
  trace,
  is,
  as,
  extension,
  has_value,
  get_value,
  resolve,
  html_checks
};

struct PathNode {
  static constexpr std::uint16_t none = 0xFFFF;
  PathOp op = PathOp::literal;
  PathFunction function = PathFunction::none;
  bool empty = false;     // literal {}
  bool constant = false;  // says the same wherever in the resource it is asked
  std::uint16_t target = none;
  std::uint8_t argument_count = 0;
  std::array<std::uint16_t, 3> arguments{none, none, none};
  std::string text;
  Item item;
};

struct FhirPath::Program {
  std::vector<PathNode> nodes;
  std::uint16_t root = 0;
};

kernel::Result<FhirPath::Program> parse_fhirpath(std::string_view expression);

// "Patient" of Patient, "uri" of canonical; names as FHIRPath writes them ("FHIR.Patient", "System.String",
// "DateTime").
bool is_of_type(const Item& item, std::string_view name);
// The value of a node of a primitive or Quantity as a computed item; other items as they are.
Item computed(const Item& item);
bool has_value(const Item& item);
// Equal items have equal keys.
std::string key_of(const Item& item);
std::optional<bool> equal_items(const Item& a, const Item& b);
std::optional<int> compare_items(const Item& a, const Item& b);  // -1, 0, 1; nullopt: not comparable
std::optional<std::int64_t> integer_of(const Item& item);
std::optional<double> number_of(const Item& item);
std::optional<std::string> string_of(const Item& item);

// Steps down.
void append_member(const Item& from, std::string_view name, std::vector<Item>& out);
void append_children(const Item& from, std::vector<Item>& out);
// What a reference names: a contained resource of `root`, or of another only its type; nothing when that is not said.
std::optional<Item> resolved(const Item& reference, Value root);
// As where(resolve() is `type`): a reference that does not say what it refers to passes when its element allows `type`.
bool refers_to(const Item& reference, Value root, std::string_view type);

// The regular expressions of R4's invariants, without backtracking: nullopt when the pattern is none or not covered.
std::optional<bool> matches_pattern(std::string_view text, std::string_view pattern);

}  // namespace carnet::fhir
