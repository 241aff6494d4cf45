#include "standards/fhir/search_projection.hpp"

#include <algorithm>

#include "standards/fhir/definitions.hpp"

namespace carnet::fhir {

namespace {

constexpr std::string_view subsetted =
    R"({"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"})";

std::string_view without_underscore(std::string_view name) {
  return name.starts_with('_') ? name.substr(1) : name;
}

class Projector {
 public:
  Projector(const TypeInfo* type, const SearchQuery& query) : type_(type), query_(query) {}

  bool keeps(std::string_view json_name) const {
    const auto name = without_underscore(json_name);
    if (name == "resourceType" || name == "id" || name == "meta") return true;
    const auto* member = type_ == nullptr ? nullptr : find_member(*type_, name);
    if (member == nullptr) return false;
    const ElementInfo& element = *member->element;
    if (query_.summary == Summary::text) return name == "text" || element.min > 0;
    if (query_.summary == Summary::data) return name != "text";
    bool kept = element.min > 0;
    if (query_.summary == Summary::all) kept = kept || element.summary;
    if (!query_.elements.empty())
      kept = kept ||
             std::ranges::any_of(query_.elements, [&](const std::string& asked) { return is(asked, name, element); });
    return kept;
  }

 private:
  // "status", "Observation.status", "value" or "valueQuantity".
  bool is(std::string_view asked, std::string_view name, const ElementInfo& element) const {
    if (asked.size() > type_->name.size() && asked.starts_with(type_->name) && asked[type_->name.size()] == '.')
      asked.remove_prefix(type_->name.size() + 1);
    asked = asked.substr(0, asked.find('.'));
    return asked == name || asked == element.name;
  }

  const TypeInfo* type_;
  const SearchQuery& query_;
};

// The object with one more member, or the array with one more value.
void append_with(std::string_view raw, bool was_empty, std::string_view added, std::string& out) {
  out.append(raw.substr(0, raw.size() - 1));
  if (!was_empty) out += ',';
  out.append(added);
  out += raw.back();
}

bool is_tagged(Value tag) {
  for (Value one = tag.first(); one; one = one.next())
    if (one["code"].has_text("SUBSETTED")) return true;
  return false;
}

void append_meta(Value meta, std::string& out) {
  const Value tag = meta["tag"];
  if (!tag.is(Kind::array)) {
    const std::string added = std::string("\"tag\":[").append(subsetted).append("]");
    return append_with(meta.raw(), meta.size() == 0, added, out);
  }
  if (is_tagged(tag)) {
    out.append(meta.raw());
    return;
  }
  const auto raw = meta.raw();
  out.append(raw.substr(0, tag.begin() - meta.begin()));
  append_with(tag.raw(), tag.size() == 0, subsetted, out);
  out.append(raw.substr(tag.end() - meta.begin()));
}

}  // namespace

bool is_projected(const SearchQuery& query) {
  return query.summary == Summary::all || query.summary == Summary::text || query.summary == Summary::data ||
         !query.elements.empty();
}

std::string project(const Json& resource, const SearchQuery& query) {
  const Value root = resource.root();
  const std::string type = root["resourceType"].text();
  const Projector projector(find_resource_type(type), query);
  std::string out;
  const auto member = [&](std::string_view name) -> std::string& {
    out += out.empty() ? "{\"" : ",\"";
    return out.append(name).append("\":");
  };
  member("resourceType").append(root["resourceType"].raw());
  if (const Value id = root["id"]) member("id").append(id.raw());
  if (const Value meta = root["meta"]; meta.is(Kind::object))
    append_meta(meta, member("meta"));
  else
    member("meta").append("{\"tag\":[").append(subsetted).append("]}");
  for (Value one = root.first(); one; one = one.next()) {
    const auto name = one.name();
    if (name == "resourceType" || name == "id" || name == "meta" || !projector.keeps(name)) continue;
    member(name).append(one.raw());
  }
  out += '}';
  return out;
}

}  // namespace carnet::fhir
