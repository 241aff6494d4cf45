// Any document and any patch, apart by a NUL: refused, or an object that can be read again. Built with CARNET_FUZZ.
#include <cstdint>
#include <cstdlib>

#include "standards/fhir/json_patch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto middle = text.find('\0');
  const std::string document = text.substr(0, middle);
  const std::string patch = middle == std::string::npos ? std::string() : text.substr(middle + 1);
  const auto operations = fhir::read_json_patch(patch);
  const auto json = fhir::Json::parse(document);
  if (!operations || !json) return 0;
  if (const auto result = fhir::apply_json_patch(*json, *operations); result && !fhir::Json::parse(*result)) std::abort();
  for (const bool guarded : {false, true}) {
    const auto result = fhir::apply_json_patch(*json, *operations, fhir::Labels{{"securityLabel"}, guarded});
    if (result && !fhir::Json::parse(*result)) std::abort();
  }
  return 0;
}
