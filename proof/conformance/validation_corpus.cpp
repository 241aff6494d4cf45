#include "proof/conformance/validation_corpus.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>

#include "standards/fhir/json.hpp"
#include "standards/fhir/validate.hpp"

namespace carnet::conformance {

namespace {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_known(const std::string& name) {
  return std::ranges::any_of(known_faults(), [&name](const auto& fault) {
    const auto& pattern = fault.first;
    return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : name == pattern;
  });
}

}  // namespace

std::vector<Example> read_examples(const std::filesystem::path& build_dir) {
  const auto folder = build_dir.parent_path() / "conformance/node_modules/hl7.fhir.r4.examples";
  std::vector<Example> examples;
  std::error_code absent;
  for (const auto& file : std::filesystem::directory_iterator(folder, absent)) {
    const auto name = file.path().filename().string();
    if (file.path().extension() != ".json" || name == "package.json" || name.starts_with('.')) continue;
    auto text = text_of(file.path());
    const auto at = text.find("\"resourceType\"");
    if (at == std::string::npos) continue;
    const auto from = text.find('"', at + 14) + 1;
    auto type = text.substr(from, text.find('"', from) - from);
    examples.push_back({name, std::move(type), std::move(text)});
  }
  std::ranges::sort(examples, {}, &Example::name);
  return examples;
}

Judged judge(const std::vector<Example>& examples) {
  Judged judged;
  const auto of_text = [&judged](const std::string& text) {
    const auto json = fhir::Json::parse(text);
    if (!json) return json.error().issues;
    const auto start = std::chrono::steady_clock::now();
    auto issues = fhir::validate(*json);
    judged.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return issues;
  };
  for (const auto& example : examples) {
    auto issues = of_text(example.text);
    ++judged.examples;
    judged.bytes += example.text.size();
    const bool known = is_known(example.name);
    if (issues.empty()) {
      ++judged.accepted;
      if (known) judged.healed.push_back(example.name);
    } else {
      (known ? judged.known : judged.unforeseen).push_back({example.name, std::move(issues)});
    }
  }
  return judged;
}

const std::map<std::string, std::string>& known_faults() {
  static const std::map<std::string, std::string> faults{
      {"ActivityDefinition-blood-tubes-supply.json", "its narrative is empty (txt-2)"},
      {"ActivityDefinition-heart-valve-replacement.json", "its narrative is empty (txt-2)"},
      {"Bundle-dataelements.json", "more values than a resource of a record may have (limit of 200,000)"},
      {"Bundle-resources.json", "more values than a resource of a record may have (limit of 200,000)"},
      {"Bundle-valueset-expansions.json", "more values than a resource of a record may have (limit of 200,000)"},
      {"DeviceMetric-example.json", "parent refers to a DeviceDefinition; R4 allows a Device"},
      {"DeviceUseStatement-example.json", "reasonReference refers to a Procedure, which R4 does not allow there"},
      {"EventDefinition-example.json", "its narrative is empty (txt-2)"},
      {"ImplementationGuide-fhir.json", "no name, no status, and a reference with an id of more than 64 characters"},
      {"MedicationRequest-medrx0301.json",
       "dispenseRequest.performer refers to a Practitioner; R4 allows an Organization"},
      {"Observation-clinical-gender.json", "performer refers to an Encounter, which R4 does not allow there"},
      {"Questionnaire-qs1.json", "display items without a linkId, which is required"},
      {"Questionnaire-zika-virus-exposure-assessment.json", "its narrative is empty (txt-2)"},
      {"SearchParameter-codesystem-extensions-*", "no base, which is required"},
      {"SearchParameter-questionnaireresponse-extensions-QuestionnaireResponse-item-subject.json",
       "its id is longer than 64 characters"},
      {"SearchParameter-valueset-extensions-*", "no base, which is required"},
      {"StructureDefinition-Definition.json", "a pattern without baseDefinition that is not abstract (sdf-4)"},
      {"StructureDefinition-Event.json", "a pattern without baseDefinition that is not abstract (sdf-4)"},
      {"StructureDefinition-FiveWs.json", "a pattern without baseDefinition that is not abstract (sdf-4)"},
      {"StructureDefinition-Request.json", "a pattern without baseDefinition that is not abstract (sdf-4)"},
      {"ig-r4.json", "no name, no status, and a reference with an id of more than 64 characters"},
  };
  return faults;
}

}  // namespace carnet::conformance
