// Any bytes: judged or refused in bounded work, never more issues than asked, each with a path. Built with CARNET_FUZZ.
#include <cstdint>
#include <cstdlib>

#include "standards/fhir/validate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = fhir::Json::parse(text);
  if (!json) return 0;
  const fhir::ValidateOptions options;
  const auto issues = fhir::validate(*json, options);
  if (issues.size() > options.max_issues) std::abort();
  for (const auto& issue : issues)
    if (issue.code.empty() || issue.path.empty() || issue.says.empty()) std::abort();
  return 0;
}
