#include <fmt/format.h>

#include <algorithm>

#include "standards/fhir/validate_primitives.hpp"
#include "standards/fhir/validate_walk.hpp"

namespace carnet::fhir {

namespace {

// "Patient/123" or "Patient/123/_history/4" at the end of what is given; nothing otherwise.
LiteralReference read_relative(std::string_view text) {
  if (const auto history = text.find("/_history/"); history != std::string_view::npos) {
    if (!is_id(text.substr(history + 10))) return {};
    text = text.substr(0, history);
  }
  const auto slash = text.rfind('/');
  if (slash == std::string_view::npos) return {};
  const auto before = text.substr(0, slash).rfind('/');
  const auto from = before == std::string_view::npos ? 0 : before + 1;
  const auto type = text.substr(from, slash - from), id = text.substr(slash + 1);
  if (find_resource_type(type) == nullptr || !is_id(id)) return {};
  return {from == 0 ? LiteralReference::Form::relative : LiteralReference::Form::absolute, type, id};
}

bool has_scheme(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  return std::ranges::all_of(text.substr(0, colon), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '.';
  });
}

}  // namespace

LiteralReference read_reference(std::string_view text) {
  using Form = LiteralReference::Form;
  if (text.starts_with('#')) return {Form::fragment, {}, text.substr(1)};
  if (has_scheme(text)) {
    const auto end = read_relative(text);
    return {Form::absolute, end.type, end.id};
  }
  if (const auto question = text.find('?'); question != std::string_view::npos) {
    const auto type = text.substr(0, question);
    if (find_resource_type(type) == nullptr || question + 1 == text.size()) return {};
    return {Form::conditional, type, {}};
  }
  const auto relative = read_relative(text);
  return relative.form == Form::relative ? relative : LiteralReference{};
}

void Walk::reference(Value value, const MemberInfo& member, Home& home) {
  const Value type = value["type"];
  if (type.is(Kind::string)) target_type(type, type.plain_text(), member);
  const Value literal_text = value["reference"];
  if (!literal_text.is(Kind::string)) return;
  const auto plain = literal_text.plain_text();
  literal(literal_text, plain.empty() ? literal_text.text() : plain, member, home);
}

void Walk::literal(Value place, std::string_view text, const MemberInfo& member, Home& home) {
  using Form = LiteralReference::Form;
  const auto read = read_reference(text);
  switch (read.form) {
    case Form::fragment:
      return contained_target(place, read.id, member, home);
    case Form::relative:
    case Form::absolute:
      return target_type(place, read.type, member);
    case Form::conditional:
      if (!home.conditional)
        return issue("value", place, "must name its target by an id: a search stands only in a transaction or batch");
      return target_type(place, read.type, member);
    case Form::wrong:
      return issue("value", place, "must be Type/id, a full address, or # and the id of a contained resource");
  }
}

void Walk::target_type(Value place, std::string_view type, const MemberInfo& member) {
  if (type.empty() || member.targets.empty() || std::ranges::binary_search(member.targets, type)) return;
  if (find_resource_type(type) == nullptr) return;  // a type may be an address of a logical model
  issue("value", place.path(), "must refer to " + list_of(member.targets, 12));
}

void Walk::contained_target(Value place, std::string_view id, const MemberInfo& member, Home& home) {
  if (id.empty()) return target_type(place, home.resource["resourceType"].plain_text(), member);
  const auto found = std::ranges::lower_bound(home.by_id, id, {}, &std::pair<std::string_view, Value>::first);
  if (found == home.by_id.end() || found->first != id)
    return issue("value", place, "must name a resource that is contained here: none has that id");
  home.mentions.push_back(found->first);
  target_type(place, found->second["resourceType"].plain_text(), member);
}

void Walk::index_contained(Home& home) {
  for (Value each = home.contained.first(); each; each = each.next())
    if (const auto id = each["id"].plain_text(); !id.empty()) home.by_id.emplace_back(id, each);
  std::ranges::sort(home.by_id, {}, [](const auto& each) { return std::pair(each.first, each.second.begin()); });
  for (std::size_t i = 1; i < home.by_id.size(); ++i)
    if (home.by_id[i].first == home.by_id[i - 1].first)
      issue("structure", home.by_id[i].second["id"], "must not be the id of another contained resource");
}

// dom-2, dom-4, dom-5 and the ids; what is contained lives in the same space of "#id" as its container.
void Walk::contained(Value array, Home& home) {
  for (Value each = array.first(); each && !full(); each = each.next()) {
    if (!each.is(Kind::object)) {
      issue("structure", each, "must be an object: a resource");
      continue;
    }
    const Value id = each["id"], meta = each["meta"];
    if (!id) issue("required", each.path_of("id"), "is required: what is contained is referred to by # and its id");
    if (each["contained"]) issue("structure", each["contained"], "must not be in a resource that is contained itself");
    for (const char* name : {"versionId", "lastUpdated", "security"})
      if (meta[name]) issue("structure", meta[name], "must not be in a resource that is contained");
    resource(each, &home, home.conditional);
  }
}

// dom-3: each is referred to, or refers to its container.
void Walk::unmentioned(Home& home) {
  std::ranges::sort(home.mentions);
  for (const auto& [id, each] : home.by_id) {
    if (std::ranges::binary_search(home.mentions, id) || mentions_container(each)) continue;
    issue("invariant", each,
          "must be referred to from the resource that contains it, by # and its id, or refer to it (dom-3)");
  }
}

bool Walk::mentions_container(Value place) {
  for (Value inside = place.first(); inside; inside = inside.next()) {
    if (inside.has_text("#")) return true;
    if ((inside.is(Kind::object) || inside.is(Kind::array)) && mentions_container(inside)) return true;
  }
  return false;
}

}  // namespace carnet::fhir
