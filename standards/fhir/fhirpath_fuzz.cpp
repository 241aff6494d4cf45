// Any expression: compiled or refused, and evaluated within its budget. Built with CARNET_FUZZ.
#include <cstdint>

#include "standards/fhir/fhirpath.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  static constexpr std::string_view resource =
      R"({"resourceType":"Patient","id":"p","contained":[{"resourceType":"Organization","id":"o","name":"n"}],"active":true,
      "name":[{"family":"a","given":["b","c"]}],"_birthDate":{"id":"x"},"birthDate":"2000-01-01",
      "managingOrganization":{"reference":"#o"},"multipleBirthInteger":2,"extension":[{"url":"u","valueQuantity":{"value":1}}]})";
  static const auto json = fhir::Json::parse(resource);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto compiled = fhir::FhirPath::compile(text);
  if (!compiled) return 0;
  const auto focus = fhir::Focus::of(json->root());
  std::vector<fhir::Item> items;
  compiled->select(focus, items);
  (void)compiled->holds(focus);
  return 0;
}
