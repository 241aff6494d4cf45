#include "standards/fhir/fhirpath.hpp"

#include <unordered_set>

#include "standards/fhir/fhirpath_evaluation.hpp"

namespace carnet::fhir {

Focus Focus::of(Value whole_resource) {
  Focus focus;
  focus.root = focus.resource = focus.node = whole_resource;
  focus.type = find_resource_type(whole_resource["resourceType"].plain_text());
  return focus;
}

FhirPath::FhirPath(std::unique_ptr<const Program> program) : program_(std::move(program)) {}
FhirPath::FhirPath(FhirPath&&) noexcept = default;
FhirPath& FhirPath::operator=(FhirPath&&) noexcept = default;
FhirPath::~FhirPath() = default;

kernel::Result<FhirPath> FhirPath::compile(std::string_view expression) {
  CARNET_TRY(program, parse_fhirpath(expression));
  return FhirPath(std::make_unique<const Program>(std::move(program)));
}

void FhirPath::select(const Focus& focus, std::vector<Item>& out) const {
  const auto before = out.size();
  PathEvaluation evaluation(*program_, focus);
  if (!evaluation.run(out)) out.resize(before);
}

std::optional<bool> FhirPath::holds(const Focus& focus) const {
  std::size_t work = PathEvaluation::work_allowed;
  return holds(focus, work);
}

std::optional<bool> FhirPath::holds(const Focus& focus, std::size_t& work) const {
  std::vector<Item> out;
  PathEvaluation evaluation(*program_, focus, work);
  const bool ran = evaluation.run(out);
  const auto truth = ran ? evaluation.truth(out) : std::nullopt;
  work = evaluation.work_left();
  return truth;
}

}  // namespace carnet::fhir
