#include "standards/fhir/validate.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "standards/fhir/validate_walk.hpp"

namespace carnet::fhir {

namespace {

// One bit for each element of a type: no type of R4 has more than these.
constexpr std::size_t max_elements = 128;

std::string_view called(Kind kind) {
  switch (kind) {
    case Kind::object:
      return "an object";
    case Kind::array:
      return "an array";
    case Kind::string:
      return "a string";
    case Kind::number:
      return "a number";
    case Kind::boolean:
      return "a boolean";
    case Kind::null:
      return "null";
  }
  return "";
}

Kind kind_of(Value value) {
  for (const auto kind : {Kind::object, Kind::array, Kind::string, Kind::number, Kind::boolean})
    if (value.is(kind)) return kind;
  return Kind::null;
}

const TypeInfo& element_type() {
  static const TypeInfo& type = *find_type("Element");
  return type;
}

bool is_concrete(const TypeInfo& type) {
  return type.family != Family::resource || !type.abstract;
}

bool only_an_id(Value object) {
  return object.size() == 1 && object.first().name() == "id";
}

}  // namespace

void Walk::issue(std::string_view code, std::string path, std::string says) {
  if (!full()) issues_.push_back({std::string(code), std::move(path), std::move(says)});
}

void Walk::whole(Value root) {
  constexpr std::size_t for_any = 200'000, for_a_byte = 4;  // measured: official examples take less than one for a byte
  work_ = for_any + for_a_byte * root.raw().size();
  resource(root, nullptr, false);
}

void Walk::resource(Value place, Home* container, bool conditional) {
  if (!place.is(Kind::object)) return issue("structure", place, "must be an object: a resource");
  const Value named = place["resourceType"];
  if (!named) return issue("required", place.path_of("resourceType"), "is required: it says what the resource is");
  const TypeInfo* type = find_resource_type(named.plain_text());
  if (type == nullptr)
    return issue("value", named.path(), "must be a resource type of R4" + nearest_resource_type(named.text()));
  const Value outer = std::exchange(resource_, place);
  if (container != nullptr) {
    object(place, *type, *container);
  } else {
    contain(place, *type, conditional);
  }
  resource_ = outer;
}

// A resource that is not contained: a space of "#id" of its own.
void Walk::contain(Value place, const TypeInfo& type, bool conditional) {
  Home home{.root = place,
            .resource = place,
            .contained = place["contained"],
            .conditional = conditional,
            .by_id = {},
            .mentions = {}};
  if (type.name == "Bundle")
    home.conditional = place["type"].has_text("transaction") || place["type"].has_text("batch");
  if (home.contained) index_contained(home);
  object(place, type, home);
  if (home.contained) unmentioned(home);
}

void Walk::object(Value place, const TypeInfo& type, Home& home) {
  if (!place.is(Kind::object))
    return issue("structure", place.path(), fmt::format("must be an object, not {}", called(kind_of(place))));
  const bool is_resource = type.family == Family::resource;
  if (place.size() == 0 || (!is_resource && only_an_id(place)))
    return issue("structure", place, "must hold something besides an id, or be left out");
  const auto faults = issues_.size();
  std::array<std::uint64_t, max_elements / 64> present{};
  for (Value value = place.first(); value && !full(); value = value.next()) {
    auto name = value.name();
    const bool beside = name.starts_with('_');
    if (beside) name.remove_prefix(1);
    const MemberInfo* found = find_member(type, name);
    if (found == nullptr || (beside && found->type->family != Family::primitive)) {
      if (!(is_resource && !beside && name == "resourceType")) unknown(value, type);
      continue;
    }
    const auto index = static_cast<std::size_t>(found->element - type.elements.data());
    auto& bits = present[index / 64];
    const auto bit = std::uint64_t{1} << index % 64;
    if ((bits & bit) != 0 && found->element->choice) other_choice(place, *found);
    bits |= bit;
    if (beside)
      companion(place, value, *found, home);
    else
      member(place, value, *found, home);
  }
  missing(place, type, present.data());
  if (type.name == "Extension") extension_content(place);
  if (options_.invariants && issues_.size() == faults) type_invariants(place, type, home);
}

// ext-1
void Walk::extension_content(Value place) {
  bool has_value = false, has_extension = false;
  for (Value each = place.first(); each; each = each.next()) {
    has_value = has_value || each.name().starts_with("value") || each.name().starts_with("_value");
    has_extension = has_extension || each.name() == "extension";
  }
  if (has_value == has_extension)
    issue("invariant", place,
          has_value ? "must have either extensions or a value, not both (ext-1)"
                    : "must have a value, or extensions (ext-1)");
}

// Says once, at the second of them, that a choice was made already.
void Walk::other_choice(Value object, const MemberInfo& member) {
  std::string_view first;
  Value second;
  for (Value value = object.first(); value; value = value.next()) {
    auto name = value.name();
    if (name.starts_with('_')) name.remove_prefix(1);
    const bool same = name == member.json_name;
    if (!same && !first.empty()) continue;
    if (same) {
      if (first.empty()) return;  // the other comes later, and will say so
      second = second ? second : value;
      continue;
    }
    for (const auto& each : member.element->members)
      if (each.json_name == name) first = each.json_name;
  }
  if (first.empty() || !second) return;
  auto path = second.path();
  if (!issues_.empty() && issues_.back().path == path && issues_.back().code == "structure") return;
  issue("structure", std::move(path),
        fmt::format("{}[x] is already given as {}: only one may stand", member.element->name, first));
}

void Walk::missing(Value object, const TypeInfo& type, const std::uint64_t* present) {
  for (std::size_t i = 0; i < type.elements.size(); ++i) {
    const auto& element = type.elements[i];
    if (element.min == 0 || (present[i / 64] >> i % 64 & 1) != 0) continue;
    if (!element.choice) {
      issue("required", object.path_of(element.name), "is required");
      continue;
    }
    std::vector<std::string_view> names;
    for (const auto& each : element.members) names.push_back(each.json_name);
    issue("required", object.path_of(fmt::format("{}[x]", element.name)), "is required: one of " + list_of(names, 12));
  }
}

void Walk::unknown(Value value, const TypeInfo& type) {
  issue("structure", value.path(), advice_for_unknown(type, value.name()));
}

void Walk::member(Value object, Value value, const MemberInfo& member, Home& home) {
  if (member.element->array) return list(object, value, member, home);
  if (value.is(Kind::array)) return issue("structure", value, "must not be an array: only one may stand");
  if (value.is(Kind::null)) return issue("structure", value, "must not be null: leave it out");
  one(value, member, home);
}

void Walk::list(Value object, Value array, const MemberInfo& member, Home& home) {
  if (!array.is(Kind::array))
    return issue("structure", array.path(),
                 fmt::format("must be an array, not {}: write it between [ and ]", called(kind_of(array))));
  if (array.size() == 0) return issue("structure", array, "must not be an empty array: leave it out");
  if (member.element->max != 0 && array.size() > member.element->max)
    return issue("structure", array.path(), fmt::format("must not have more than {} items", member.element->max));
  if (member.json_name == "contained") return contained(array, home);
  // null holds the place of a value that has only an extension.
  const bool primitives = member.type->family == Family::primitive;
  bool looked = false;
  for (Value item = array.first(), with; item && !full(); item = item.next(), with = with.next()) {
    if (!item.is(Kind::null)) {
      one(item, member, home);
      continue;
    }
    if (primitives && !looked) {
      looked = true;
      with = object[fmt::format("_{}", member.json_name)].first();
      for (Value before = array.first(); with && before.begin() != item.begin(); before = before.next())
        with = with.next();
    }
    if (!with.is(Kind::object)) issue("structure", item, "must not be null: leave it out");
  }
}

void Walk::one(Value value, const MemberInfo& member, Home& home) {
  const auto faults = issues_.size();
  one_structure(value, member, home);
  if (options_.invariants && !member.element->invariants.empty() && issues_.size() == faults)
    judge(member.element->invariants, value, *member.type, home);
}

void Walk::one_structure(Value value, const MemberInfo& member, Home& home) {
  const TypeInfo& type = *member.type;
  if (type.family == Family::primitive) return primitive(value, member, home);
  if (!is_concrete(type)) return resource(value, nullptr, home.conditional);
  object(value, type, home);
  if (!value.is(Kind::object)) return;
  if (type.name == "Reference") reference(value, member, home);
  if (member.element->values != nullptr && type.name == "CodeableConcept") required_concept(value, *member.element);
}

void Walk::companion(Value object, Value value, const MemberInfo& member, Home& home) {
  if (member.element->array) return companion_list(object, value, member, home);
  if (!value.is(Kind::object))
    return issue("structure", value, "must be an object: the id and extensions of the value beside it");
  const bool alone = !object[member.json_name];
  if (!alone && only_an_id(value)) {
    const auto& id = *find_member(element_type(), "id");
    return primitive(value.first(), id, home);
  }
  this->object(value, element_type(), home);
}

void Walk::companion_list(Value object, Value array, const MemberInfo& member, Home& home) {
  if (!array.is(Kind::array)) return issue("structure", array, "must be an array, as the values beside it are");
  const Value values = object[member.json_name];
  if (values.is(Kind::array) && values.size() != array.size())
    return issue("structure", array, "must be as long as the array of values: fill it with null");
  if (array.size() == 0) return issue("structure", array, "must not be an empty array: leave it out");
  Value with = values.is(Kind::array) ? values.first() : Value{};
  for (Value item = array.first(); item && !full(); item = item.next(), with = with.next()) {
    const bool alone = !with || with.is(Kind::null);
    if (item.is(Kind::null)) {
      if (alone && !with) issue("structure", item, "must not be null: there is no value beside it");
    } else if (!alone && item.is(Kind::object) && only_an_id(item)) {
      primitive(item.first(), *find_member(element_type(), "id"), home);
    } else {
      this->object(item, element_type(), home);
    }
  }
}

std::vector<kernel::Issue> validate(const Json& resource, const ValidateOptions& options) {
  Walk walk(options);
  walk.whole(resource.root());
  return walk.take();
}

}  // namespace carnet::fhir
