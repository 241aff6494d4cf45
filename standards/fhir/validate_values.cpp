#include <fmt/format.h>

#include <algorithm>

#include "standards/fhir/validate_primitives.hpp"
#include "standards/fhir/validate_walk.hpp"

namespace carnet::fhir {

namespace {

bool is_number_type(Primitive type) {
  return type >= Primitive::integer && type <= Primitive::decimal;
}

std::string_view mend_of_kind(Primitive type) {
  if (type == Primitive::boolean) return "must be true or false, without quotes";
  if (is_number_type(type)) return "must be a number, without quotes";
  return "must be a string, between quotes";
}

bool has_kind(Value value, Primitive type) {
  if (type == Primitive::boolean) return value.is(Kind::boolean);
  return value.is(is_number_type(type) ? Kind::number : Kind::string);
}

// Three capital letters: currencies of ISO 4217, whose list is not among the definitions.
bool is_currency(std::string_view code) {
  return code.size() == 3 && std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
}

// The codes of a set, for an issue.
std::string codes_of(const ValueSetInfo& set) {
  std::vector<std::string_view> codes;
  for (const auto& each : set.codes)
    if (codes.empty() || codes.back() != each.code) codes.push_back(each.code);
  return list_of(codes, 12);
}

}  // namespace

void Walk::primitive(Value value, const MemberInfo& member, Home& home) {
  const auto type = member.type->primitive;
  if (!has_kind(value, type)) return issue("structure", value, mend_of_kind(type));
  if (type == Primitive::boolean) return;
  if (is_number_type(type)) {
    if (const auto fault = fault_of_primitive(type, value.raw()); !fault.empty()) issue("value", value, fault);
    return;
  }
  if (value.raw().size() == 2) return issue("value", value, "must not be an empty string: leave it out");
  auto text = value.plain_text();
  if (text.empty()) {
    buffer_ = value.text();
    text = buffer_;
  }
  string_value(value, text, member, home);
}

void Walk::string_value(Value value, std::string_view text, const MemberInfo& member, Home& home) {
  const auto type = member.type->primitive;
  if (type == Primitive::xhtml) return narrative(value);
  if (type != Primitive::base64_binary && text.size() > max_string_bytes)
    return issue("too-long", value, "must not be longer than 1 MB");
  if (const auto fault = fault_of_primitive(type, text); !fault.empty()) return issue("value", value, fault);
  if (member.element->values != nullptr) return required_code(value, text, *member.element);
  if (home.contained && text.starts_with('#') &&
      (type == Primitive::uri || type == Primitive::canonical || type == Primitive::url))
    home.mentions.push_back(value.plain_text().substr(std::min<std::size_t>(1, value.plain_text().size())));
}

void Walk::required_code(Value value, std::string_view code, const ElementInfo& element) {
  const auto& set = *element.values;
  if (!set.codes.empty()) {
    if (!has_code(set, code)) issue("code-invalid", value.path(), "must be one of " + codes_of(set));
  } else if (set.url.ends_with("/mimetypes")) {
    if (!is_media_type(code)) issue("code-invalid", value, "must be a media type, as application/pdf");
  } else if (set.url.ends_with("/currencies")) {
    if (!is_currency(code)) issue("code-invalid", value, "must be a currency of ISO 4217, as EUR");
  }
}

void Walk::required_concept(Value value, const ElementInfo& element) {
  const auto& set = *element.values;
  const Value codings = value["coding"];
  if (set.codes.empty()) return;
  for (Value coding = codings.first(); coding; coding = coding.next()) {
    const Value code = coding["code"], system = coding["system"];
    if (has_code(set, system.plain_text(), code.plain_text())) return;
  }
  issue("code-invalid", codings ? codings.path() : value.path_of("coding"),
        fmt::format("must have a code of {}: {}", set.codes.front().system, codes_of(set)));
}

void Walk::narrative(Value value) {
  const auto plain = value.plain_text();
  const auto fault = plain.empty() ? fault_of_narrative(buffer_) : fault_of_narrative(plain);
  if (!fault.empty()) issue("value", value, fault);
}

}  // namespace carnet::fhir
