// Any bytes: parsed or refused, and what is accepted can be presented again. Built with CARNET_FUZZ.
#include <cstdint>
#include <cstdlib>

#include "standards/fhir/fhir.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto json = fhir::Json::parse(text);
  if (!json) return 0;
  if (const auto read = fhir::read_provide_bundle(*json)) {
    for (const auto& document : read->documents) {
      fhir::Presentation with;
      with.id = "a";
      with.version = "1";
      with.status = "current";
      with.url = "u";
      if (!fhir::Json::parse(fhir::present(document.reference.raw, with))) std::abort();
    }
  }
  std::vector<kernel::Issue> issues;
  fhir::read_document_reference(json->root(), issues);
  return 0;
}
