// Any number and any unit, a line each: a quantity that says them is found by them, and the prefixes agree with each
// other. Built with CARNET_FUZZ.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "standards/fhir/search_match.hpp"
#include "standards/fhir/search_terms.hpp"
#include "standards/fhir/ucum.hpp"
#include "standards/fhir/writer.hpp"

namespace {

using namespace carnet;

void must(bool holds) {
  if (!holds) std::abort();
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ',' || c == '|' || c == '$' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

bool finds(const fhir::SearchValues& values, std::string_view prefix, std::string_view asked) {
  const std::pair<std::string, std::string> pair{"value-quantity", std::string(prefix).append(asked)};
  const auto query = fhir::read_search("Observation", {&pair, 1}, {});
  must(query.has_value());
  return fhir::matches(query->filters.front(), values);
}

void compare(const fhir::SearchValues& values, std::string_view asked) {
  const auto holds = [&](std::string_view prefix) { return finds(values, prefix, asked); };
  must(holds("") && holds("eq") && holds("ge") && holds("le") && holds("ap") && !holds("ne"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = std::min(text.find('\n'), text.size());
  const auto number = text.substr(0, line), unit = text.substr(std::min(line + 1, text.size()));
  const auto conversion = fhir::unit_conversion(unit);
  if (conversion) {
    must(conversion->dimension != 0 && conversion->factor > 0 && std::isfinite(conversion->factor));
    if (unit.find('{') == std::string_view::npos && unit.size() < 32 && unit != "Cel" && unit != "[degF]") {
      const auto annotated = fhir::unit_conversion(std::string(unit) + "{x}");
      must(!annotated || annotated->dimension == conversion->dimension);
    }
  }
  if (!fhir::parse_decimal(number) || unit.empty()) return 0;
  fhir::Writer out;
  out.object().text("resourceType", "Observation").object("valueQuantity").raw("value", number);
  out.text("system", fhir::ucum_system).text("code", unit).end_object().end_object();
  const std::string resource = out.take();  // the values point into it
  const auto json = fhir::Json::parse(resource);
  if (!json) return 0;
  const auto* parameter = fhir::find_search_parameter("Observation", "value-quantity");
  const auto values = fhir::extract(*json, *parameter);
  if (values.empty()) return 0;
  compare(values, number);
  compare(values, std::string(number) + "||" + escaped(unit));
  compare(values, std::string(number) + "|http://unitsofmeasure.org|" + escaped(unit));
  return 0;
}
