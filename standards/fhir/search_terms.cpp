#include "standards/fhir/search_terms.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_map>

namespace carnet::fhir {

namespace {

using Expressions = std::unordered_map<std::string_view, FhirPath>;

void add_expression(Expressions& all, std::string_view expression) {
  if (expression.empty() || all.contains(expression)) return;
  if (auto made = FhirPath::compile(expression)) all.emplace(expression, std::move(*made));
}

// All of R4's, compiled when the first is asked for: constant from then on, like the tables they come from.
const Expressions& expressions() {
  static const Expressions all = [] {
    Expressions made;
    for (const auto& type : all_types()) {
      if (type.family != Family::resource) continue;
      for (const auto& parameter : search_parameters_of(type.name)) {
        add_expression(made, parameter.expression);
        for (const auto& component : parameter.components) add_expression(made, component.expression);
      }
    }
    return made;
  }();
  return all;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

const FhirPath* compiled(std::string_view expression) {
  const auto& all = expressions();
  const auto found = all.find(expression);
  return found == all.end() ? nullptr : &found->second;
}

std::optional<LocalReference> local_reference(std::string_view text, std::string_view base) {
  while (base.ends_with('/')) base.remove_suffix(1);
  if (!base.empty() && text.size() > base.size() && text.starts_with(base) && text[base.size()] == '/')
    text.remove_prefix(base.size() + 1);
  const auto slash = text.find('/');
  if (slash == 0 || slash == std::string_view::npos) return std::nullopt;
  LocalReference out{text.substr(0, slash), text.substr(slash + 1)};
  const auto after = out.id.find('/');
  if (after != std::string_view::npos) {
    if (!out.id.substr(after).starts_with("/_history/")) return std::nullopt;
    out.id = out.id.substr(0, after);
  }
  const bool is_type =
      std::ranges::all_of(out.type, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); });
  if (!is_type || out.id.empty()) return std::nullopt;
  return out;
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || text.size() > 64) return std::nullopt;
  Decimal out;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), out.value);
  if (problem != std::errc() || end != text.data() + text.size() || !std::isfinite(out.value)) return std::nullopt;
  const auto exponent_at = text.find_first_of("eE");
  const auto digits = text.substr(0, exponent_at);
  int exponent = 0;
  if (exponent_at != std::string_view::npos) {
    auto written = text.substr(exponent_at + 1);
    if (written.starts_with('+')) written.remove_prefix(1);
    std::from_chars(written.data(), written.data() + written.size(), exponent);
    // FHIR R4, 3.1.1.4.6, by its example: 1e2 is from 95 to 105.
    if (std::ranges::count_if(digits, is_digit) == 1) --exponent;
  }
  const auto point = digits.find('.');
  if (point != std::string_view::npos) exponent -= static_cast<int>(digits.size() - point - 1);
  out.half_unit = 0.5 * std::pow(10.0, exponent);
  return out;
}

std::string digits_of_telephone(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_digit(c) || (c == '+' && out.empty()))
      out += c;
    else if (std::string_view(" .-/()").find(c) == std::string_view::npos)
      return {};
  }
  constexpr std::size_t shortest = 4;
  return out.size() < shortest ? std::string() : out;
}

}  // namespace carnet::fhir
