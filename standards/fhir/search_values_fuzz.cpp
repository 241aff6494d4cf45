// Any resource: its values are extracted and compared, whatever it says; dates, quantities and folded text among them.
// Built with CARNET_FUZZ.
#include <cstdint>
#include <cstdlib>

#include "standards/fhir/date_time.hpp"
#include "standards/fhir/search_match.hpp"
#include "standards/fhir/ucum.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto once = fhir::folded(text);
  if (fhir::folded(once) != once && text.find_first_not_of("\r\n\t -") != std::string::npos) {
    // Bytes that are no UTF-8 may fold again; text does not.
    for (const char c : text)
      if (static_cast<unsigned char>(c) >= 0x80) return 0;
    std::abort();
  }
  if (const auto unit = fhir::unit_conversion(text); unit && (unit->dimension == 0 || !(unit->factor > 0)))
    std::abort();
  if (const auto test = fhir::parse_date_test(text); test && test->period.earliest >= test->period.end) std::abort();
  const auto json = fhir::Json::parse(text);
  if (!json) return 0;
  const std::string type = json->root()["resourceType"].text();
  for (const auto& parameter : fhir::search_parameters_of(type)) {
    const auto values = fhir::extract(*json, parameter, "https://h/fhir/R4");
    if (fhir::compare(values, values, false) != 0) std::abort();
  }
  return 0;
}
