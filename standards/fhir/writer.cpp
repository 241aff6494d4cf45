#include "standards/fhir/writer.hpp"

#include <fmt/format.h>

#include <iterator>

namespace carnet::fhir {

void Writer::start(std::string_view name) {
  if (!first_) out_.push_back(',');
  first_ = false;
  if (name.empty()) return;
  quote(name);
  out_.push_back(':');
}

void Writer::quote(std::string_view value) {
  out_.push_back('"');
  std::size_t from = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto c = static_cast<unsigned char>(value[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out_.append(value, from, i - from);
    from = i + 1;
    if (c == '"' || c == '\\')
      out_.append({'\\', static_cast<char>(c)});
    else if (c == '\n')
      out_.append("\\n");
    else
      fmt::format_to(std::back_inserter(out_), "\\u{:04x}", c);
  }
  out_.append(value, from);
  out_.push_back('"');
}

Writer& Writer::object(std::string_view name) {
  start(name);
  out_.push_back('{');
  first_ = true;
  return *this;
}
Writer& Writer::end_object() {
  out_.push_back('}');
  first_ = false;
  return *this;
}
Writer& Writer::array(std::string_view name) {
  start(name);
  out_.push_back('[');
  first_ = true;
  return *this;
}
Writer& Writer::end_array() {
  out_.push_back(']');
  first_ = false;
  return *this;
}
Writer& Writer::text(std::string_view name, std::string_view value) {
  start(name);
  quote(value);
  return *this;
}
Writer& Writer::text_unless_empty(std::string_view name, std::string_view value) {
  return value.empty() ? *this : text(name, value);
}
Writer& Writer::item(std::string_view value) {
  start({});
  quote(value);
  return *this;
}
Writer& Writer::number(std::string_view name, std::int64_t value) {
  start(name);
  out_.append(std::to_string(value));
  return *this;
}
Writer& Writer::boolean(std::string_view name, bool value) {
  start(name);
  out_.append(value ? "true" : "false");
  return *this;
}
Writer& Writer::raw(std::string_view name, std::string_view json) {
  start(name);
  out_.append(json);
  return *this;
}
Writer& Writer::concept_of(std::string_view name, std::string_view system, std::string_view code,
                           std::string_view display) {
  return object(name)
      .array("coding")
      .object()
      .text_unless_empty("system", system)
      .text("code", code)
      .text_unless_empty("display", display)
      .end_object()
      .end_array()
      .end_object();
}

}  // namespace carnet::fhir
