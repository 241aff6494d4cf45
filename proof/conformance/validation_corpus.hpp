// The official examples of R4 (npm hl7.fhir.r4.examples), judged by fhir::validate.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "foundation/kernel/result.hpp"

namespace carnet::conformance {

struct Example {
  std::string name;  // "Observation-bgpanel.json"
  std::string type;
  std::string text;
};

// Empty when the corpus was not fetched (proof/conformance/fetch.sh). Sorted by name; without what is no resource.
std::vector<Example> read_examples(const std::filesystem::path& build_dir);

struct Refused {
  std::string name;
  std::vector<kernel::Issue> issues;
};

struct Judged {
  std::size_t examples = 0, accepted = 0;
  std::vector<Refused> known;       // with faults of their own, as known_faults says
  std::vector<Refused> unforeseen;  // none, when validation is right
  std::vector<std::string> healed;  // said to be faulty, and accepted
  double seconds = 0;               // of validation alone
  std::size_t bytes = 0;
};
Judged judge(const std::vector<Example>& examples);

// Official examples that are not what R4 says, by name: why, in a sentence. A name may end in '*'.
const std::map<std::string, std::string>& known_faults();

}  // namespace carnet::conformance
