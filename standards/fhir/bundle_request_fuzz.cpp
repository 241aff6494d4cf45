// Any bytes as a Bundle: a plan whose entries are all ordered, and references that can be replaced. Built with CARNET_FUZZ.
#include <cstdint>
#include <cstdlib>

#include "standards/fhir/bundle_request.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto json = fhir::Json::parse(text);
  if (!json) {
    fhir::parse_relative_url(text, "https://h/fhir/R4");
    return 0;
  }
  const auto request = fhir::read_bundle_request(*json, "https://h/fhir/R4");
  if (!request) return 0;
  if (fhir::order_of(*request).size() != request->entries.size()) std::abort();
  for (const auto& entry : request->entries) {
    if (!entry.resource) continue;
    const auto references = fhir::references_in(entry.resource);
    const auto same = fhir::with_references(entry.resource, references, [](const auto&) { return std::nullopt; });
    if (same != entry.resource.raw()) std::abort();
    const auto changed = fhir::with_references(entry.resource, references,
                                               [](const auto&) { return std::optional<std::string>("Patient/p\"\\"); });
    if (entry.resource.is(fhir::Kind::object) && !fhir::Json::parse(changed)) std::abort();
  }
  return 0;
}
