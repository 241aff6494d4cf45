// $validate: what a create of this resource would be told, and nothing written. The resource alone, or in Parameters.
#include "record/fhir.hpp"
#include "standards/fhir/validate.hpp"

namespace carnet::record {

Answer validate_one(Shared& shared, const Asked& asked) {
  (void)shared;
  CARNET_CO_CHECK(may_write(*asked.caller, asked.url.type));
  CARNET_CO_TRY(json, fhir::Json::parse(asked.body));
  fhir::Value resource = json.root();
  if (resource["resourceType"].has_text("Parameters")) {
    fhir::Value inside;
    for (auto one = resource["parameter"].first(); one; one = one.next())
      if (one["name"].has_text("resource")) inside = one["resource"];
    if (!inside)
      co_return kernel::invalid("fhir.request",
                                {{"required", "Parameters.parameter", "one called resource is expected"}});
    resource = inside;
  }
  std::vector<kernel::Issue> issues;
  const std::string text(resource.raw());  // as a resource of its own: its paths begin with its type
  CARNET_CO_TRY(alone, fhir::Json::parse(text));
  if (!alone.root()["resourceType"].has_text(asked.url.type))
    issues.push_back({"invalid", alone.root().path_of("resourceType"), "must be " + asked.url.type});
  else
    issues = fhir::validate(alone);
  co_return fhir_response(fhir::validation_outcome(issues));
}

}  // namespace carnet::record
