// Steps from a place in the text to those below it, and to what it refers to.
#include <algorithm>

#include "standards/fhir/fhirpath_tree.hpp"

namespace carnet::fhir {

namespace {

// What stands where a resource may stand says itself which one it is.
const TypeInfo* actual_type(const TypeInfo* declared, Value value) {
  if (declared == nullptr || declared->family != Family::resource || !value.is(Kind::object)) return declared;
  return find_resource_type(value["resourceType"].plain_text());
}

void append_one(const MemberInfo& member, Value value, Value companion, std::vector<Item>& out) {
  if (companion && !companion.is(Kind::object)) companion = {};
  if (value.is(Kind::null) || value.is(Kind::array)) value = {};
  if (!value && !companion) return;
  Item& item = out.emplace_back();
  item.value = value;
  item.companion = companion;
  item.member = &member;
  item.type = actual_type(member.type, value);
}

// A member and the one that completes it: "given" and "_given", side by side when they are arrays.
void append_pair(const MemberInfo& member, Value value, Value companion, std::vector<Item>& out) {
  if (!value.is(Kind::array) && !companion.is(Kind::array)) return append_one(member, value, companion, out);
  Value one = value.is(Kind::array) ? value.first() : Value{};
  Value other = companion.is(Kind::array) ? companion.first() : Value{};
  while (one || other) {
    append_one(member, one, other, out);
    one = one.next();
    other = other.next();
  }
}

// The object whose members are below `from`, and its type: of a primitive, its id and extensions.
struct Container {
  Value object;
  const TypeInfo* type = nullptr;
};
Container container_of(const Item& from) {
  if (from.form != Item::Form::node || from.type == nullptr) return {};
  if (from.value.is(Kind::object)) return {from.value, from.type};
  static const TypeInfo* const element = find_type("Element");
  return {from.companion, element};
}

bool is_primitive(const MemberInfo& member) {
  return member.type != nullptr && member.type->primitive != Primitive::none;
}

void append_choice(const Container& container, const ElementInfo& element, std::vector<Item>& out) {
  for (Value one = container.object.first(); one; one = one.next()) {
    auto name = one.name();
    const bool is_companion = name.starts_with('_');
    if (is_companion) name.remove_prefix(1);
    if (name.size() <= element.name.size() || !name.starts_with(element.name)) continue;
    const auto* member = find_member(*container.type, name);
    if (member == nullptr || member->element != &element) continue;
    if (!is_companion) {
      const Value companion = is_primitive(*member) ? container.object[std::string("_").append(name)] : Value{};
      append_pair(*member, one, companion, out);
    } else if (!container.object[name]) {
      append_pair(*member, {}, one, out);
    }
  }
}

// "Patient/x" of "Patient/x", "https://a.example/fhir/Patient/x", "Patient/x/_history/2".
const TypeInfo* type_in(std::string_view reference) {
  if (const auto history = reference.find("/_history/"); history != std::string_view::npos)
    reference = reference.substr(0, history);
  const auto slash = reference.rfind('/');
  if (slash == std::string_view::npos) return nullptr;
  reference = reference.substr(0, slash);
  const auto before = reference.rfind('/');
  return find_resource_type(before == std::string_view::npos ? reference : reference.substr(before + 1));
}

Value contained(Value root, std::string_view id) {
  const Value all = root["contained"];
  for (Value one = all.is(Kind::array) ? all.first() : Value{}; one; one = one.next())
    if (one["id"].has_text(id)) return one;
  return {};
}

}  // namespace

void append_member(const Item& from, std::string_view name, std::vector<Item>& out) {
  const auto container = container_of(from);
  if (!container.object) return;
  const auto* element = find_element(*container.type, name);
  if (element == nullptr || element->members.empty()) return;
  if (element->choice) return append_choice(container, *element, out);
  const MemberInfo& member = element->members.front();
  if (!is_primitive(member)) return append_pair(member, container.object[member.json_name], {}, out);
  Value value, companion;
  for (Value one = container.object.first(); one; one = one.next()) {
    const auto written = one.name();
    if (written == member.json_name)
      value = one;
    else if (written.size() == member.json_name.size() + 1 && written[0] == '_' &&
             written.substr(1) == member.json_name)
      companion = one;
  }
  append_pair(member, value, companion, out);
}

void append_children(const Item& from, std::vector<Item>& out) {
  const auto container = container_of(from);
  for (Value one = container.object.first(); one; one = one.next()) {
    auto name = one.name();
    const bool is_companion = name.starts_with('_');
    if (is_companion) name.remove_prefix(1);
    const auto* member = find_member(*container.type, name);
    if (member == nullptr) continue;
    if (is_companion) {
      if (!container.object[name]) append_pair(*member, {}, one, out);
      continue;
    }
    const Value companion = is_primitive(*member) ? container.object[std::string("_").append(name)] : Value{};
    append_pair(*member, one, companion, out);
  }
}

std::optional<Item> resolved(const Item& reference, Value root) {
  if (reference.form != Item::Form::node || reference.type == nullptr) return std::nullopt;
  const bool is_reference = reference.value.is(Kind::object) && reference.type->is_a("Reference");
  const std::string text = is_reference ? reference.value["reference"].text() : reference.value.text();
  Item out;
  if (text.starts_with('#')) {
    out.value = text.size() == 1 ? root : contained(root, std::string_view(text).substr(1));
    if (!out.value) return std::nullopt;
    out.type = find_resource_type(out.value["resourceType"].plain_text());
    return out;
  }
  out.type = type_in(text);
  if (out.type == nullptr && is_reference) out.type = find_resource_type(reference.value["type"].plain_text());
  if (out.type == nullptr || text.empty()) return std::nullopt;
  return out;
}

bool refers_to(const Item& reference, Value root, std::string_view type) {
  if (const auto found = resolved(reference, root)) return found->type != nullptr && found->type->is_a(type);
  if (reference.form != Item::Form::node || !reference.value.is(Kind::object)) return false;
  if (reference.value["reference"].text().starts_with('#')) return false;
  if (const Value said = reference.value["type"]) return said.has_text(type);
  if (reference.member == nullptr || reference.member->targets.empty()) return true;
  return std::ranges::find(reference.member->targets, type) != reference.member->targets.end();
}

}  // namespace carnet::fhir
