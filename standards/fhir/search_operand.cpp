#include "standards/fhir/search_operand.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "standards/fhir/search_terms.hpp"
#include "standards/fhir/search_values.hpp"
#include "standards/fhir/ucum.hpp"

namespace carnet::fhir {

namespace {

using Prefix = DateTest::Prefix;

// Where it stands without a backslash before it.
std::size_t find_unescaped(std::string_view text, char wanted) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == wanted)
      return i;
  }
  return std::string_view::npos;
}

std::optional<Operand> read_token(std::string_view text) {
  Operand out;
  const auto bar = find_unescaped(text, '|');
  if (bar == std::string_view::npos) {
    out.code = unescaped(text);
    return out;
  }
  out.any_system = false;
  out.system = unescaped(text.substr(0, bar));
  out.code = unescaped(text.substr(bar + 1));
  out.any_code = out.code.empty();
  if (out.any_code && out.system.empty()) return std::nullopt;
  return out;
}

// "system|code|identifier" of a type.
std::optional<Operand> read_of_type(std::string_view text) {
  const auto parts = split_unescaped(text, '|');
  if (parts.size() != 3 || parts[1].empty() || parts[2].empty()) return std::nullopt;
  Operand out;
  out.any_system = false;
  out.system = unescaped(parts[0]);
  out.code = unescaped(parts[1]);
  out.text = unescaped(parts[2]);
  return out;
}

std::optional<Operand> read_string(std::string_view text, Modifier modifier) {
  Operand out;
  out.text = unescaped(text);
  if (modifier != Modifier::exact) out.text = folded(out.text);
  if (out.text.empty()) return std::nullopt;
  return out;
}

std::optional<Operand> read_reference(std::string_view text, const SearchOptions& options) {
  Operand out;
  out.text = unescaped(text);
  if (const auto local = local_reference(out.text, options.base)) {
    out.system = local->type;
    out.code = local->id;
    if (find_resource_type(out.system) == nullptr) return std::nullopt;
    return out;
  }
  if (out.text.find(':') != std::string::npos) return out;  // an absolute URL, a URN, a canonical
  if (out.text.empty() || out.text.find('/') != std::string::npos) return std::nullopt;
  out.code = out.text;
  return out;
}

std::optional<Operand> read_uri(std::string_view text) {
  Operand out;
  out.code = unescaped(text);
  if (out.code.empty()) return std::nullopt;
  return out;
}

Prefix take_prefix(std::string_view& text) {
  constexpr std::array<std::string_view, 9> prefixes{"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
  const auto found = std::ranges::find(prefixes, text.substr(0, 2));
  if (found == prefixes.end()) return Prefix::eq;
  text.remove_prefix(2);
  return static_cast<Prefix>(found - prefixes.begin());
}

std::optional<Operand> read_number(std::string_view text) {
  Operand out;
  out.prefix = take_prefix(text);
  const auto number = parse_decimal(text);
  if (!number) return std::nullopt;
  // ap: a tenth more or less (R4 leaves it to the server and recommends this).
  const double around =
      out.prefix == Prefix::ap ? std::max(std::abs(number->value) / 10, number->half_unit) : number->half_unit;
  out.value = number->value;
  out.low = number->value - around;
  out.high = number->value + around;
  return out;
}

// "5.4", "5.4|system|code", "5.4||code or unit".
std::optional<Operand> read_quantity(std::string_view text) {
  const auto parts = split_unescaped(text, '|');
  if (parts.size() != 1 && parts.size() != 3) return std::nullopt;
  auto out = read_number(parts[0]);
  if (!out || parts.size() == 1) return out;
  out->any_system = false;
  out->system = unescaped(parts[1]);
  out->code = unescaped(parts[2]);
  if (out->system.empty() && out->code.empty()) out->any_system = true;
  if (!out->system.empty() && out->system != ucum_system) return out;
  if (const auto unit = unit_conversion(out->code)) {
    out->dimension = unit->dimension;
    out->canonical_value = out->value * unit->factor + unit->offset;
    out->canonical_low = out->low * unit->factor + unit->offset;
    out->canonical_high = out->high * unit->factor + unit->offset;
  }
  return out;
}

std::optional<Operand> read_composite(std::string_view resource_type, const SearchParameterInfo& parameter,
                                      std::string_view text, const SearchOptions& options) {
  const auto parts = split_unescaped(text, '$');
  if (parts.size() != parameter.components.size()) return std::nullopt;
  Operand out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto* component = find_search_parameter(resource_type, parameter.components[i].code);
    if (component == nullptr || component->kind == SearchKind::composite || parts[i].empty()) return std::nullopt;
    std::string_view why;
    auto part = read_operand(resource_type, *component, Modifier::none, parts[i], options, why);
    if (!part) return std::nullopt;
    out.parts.push_back(std::move(*part));
  }
  return out;
}

}  // namespace

std::vector<std::string_view> split_unescaped(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = find_unescaped(text, separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '\\' && i + 1 < text.size() && std::string_view(",|$\\").find(text[i + 1]) != std::string_view::npos;
    if (escape) ++i;
    out += text[i];
  }
  return out;
}

std::optional<Operand> read_date_operand(std::string_view text, const SearchOptions& options) {
  const auto test = parse_date_test(text);
  if (!test) return std::nullopt;
  Operand out;
  out.prefix = test->prefix;
  out.period = test->period;
  if (out.prefix == Prefix::ap) {
    // As DateTest: a tenth of the time between then and now.
    const auto slack = std::chrono::milliseconds(std::abs(options.now.since(out.period.earliest).count()) / 10);
    out.period = {out.period.earliest.plus(-slack), out.period.end.plus(slack)};
  }
  return out;
}

std::optional<Operand> read_operand(std::string_view resource_type, const SearchParameterInfo& parameter,
                                    Modifier modifier, std::string_view text, const SearchOptions& options,
                                    std::string_view& why) {
  if (modifier == Modifier::identifier) {
    why = "is code, system|code, |code or system|";
    return read_token(text);
  }
  switch (parameter.kind) {
    case SearchKind::token:
      if (modifier == Modifier::of_type) {
        why = "is system|code|identifier";
        return read_of_type(text);
      }
      why = modifier == Modifier::text ? "is some text" : "is code, system|code, |code or system|";
      return modifier == Modifier::text ? read_string(text, modifier) : read_token(text);
    case SearchKind::string:
      why = "is some text";
      return read_string(text, modifier);
    case SearchKind::date:
      why = "is a date, with or without a prefix";
      return read_date_operand(text, options);
    case SearchKind::reference:
      why = "is an id, Type/id or a URL";
      return read_reference(text, options);
    case SearchKind::number:
      why = "is a number, with or without a prefix";
      return read_number(text);
    case SearchKind::quantity:
      why = "is number, number|system|code or number||code, with or without a prefix";
      return read_quantity(text);
    case SearchKind::uri:
      why = "is a URI";
      return read_uri(text);
    case SearchKind::composite:
      why = "has one value for each component, with $ between them";
      return read_composite(resource_type, parameter, text, options);
    default:
      why = "cannot be searched";
      return std::nullopt;
  }
}

}  // namespace carnet::fhir
