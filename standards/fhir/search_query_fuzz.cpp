// Any string as a search of any type: read or refused, and what is read can be matched. Built with CARNET_FUZZ.
#include <cstdint>
#include <cstdlib>

#include "standards/fhir/search_match.hpp"
#include "standards/fhir/search_projection.hpp"

namespace {

using namespace carnet;

constexpr std::string_view resource =
    R"({"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1-8"}],
    "text":"x"},"subject":{"reference":"Patient/p"},"effectivePeriod":{"start":"2024-01-01"},"valueQuantity":{"value":1.5,
    "system":"http://unitsofmeasure.org","code":"kg"},"hasMember":[{"reference":"Observation/o"}]})";

// One resource, which refers to itself.
class One final : public fhir::SearchSpace {
 public:
  One() : json_(std::move(*fhir::Json::parse(resource))) {}
  std::string_view type_of(Index) const override { return "Observation"; }
  std::string_view id_of(Index) const override { return "o"; }
  kernel::Instant last_updated_of(Index) const override { return {}; }
  std::optional<Index> find(std::string_view type, std::string_view id) const override {
    return type == "Observation" && id == "o" ? std::optional<Index>(0) : std::nullopt;
  }
  std::span<const Index> of_type(std::string_view type) const override {
    return type == "Observation" ? std::span<const Index>(all_) : std::span<const Index>{};
  }
  std::span<const Index> all() const override { return all_; }
  const fhir::SearchValues& values(Index, const fhir::SearchParameterInfo& parameter) const override {
    kept_.push_back(std::make_unique<fhir::SearchValues>(fhir::extract(json_, parameter)));
    return *kept_.back();
  }
  const fhir::Json& json() const { return json_; }
  void forget() { kept_.clear(); }

 private:
  fhir::Json json_;
  const Index all_[1] = {0};
  mutable std::vector<std::unique_ptr<fhir::SearchValues>> kept_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static One space;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Lines "name=value".
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t from = 0; from < text.size() && pairs.size() < 8;) {
    const auto end = std::min(text.find('\n', from), text.size());
    const auto line = text.substr(from, end - from);
    const auto equals = line.find('=');
    if (equals != std::string_view::npos) pairs.emplace_back(line.substr(0, equals), line.substr(equals + 1));
    from = end + 1;
  }
  fhir::SearchOptions options;
  options.now = {1'700'000'000'000};
  options.base = "https://h/fhir/R4";
  for (const auto* type : {"Observation", "Patient"}) {
    const auto query = fhir::read_search(type, pairs, options);
    if (!query) {
      if (query.error().issues.empty()) std::abort();
      continue;
    }
    const auto searched = fhir::search(*query, space);
    if (!searched) continue;
    const auto& found = *searched;
    fhir::included(*query, found, space, 10);
    if (fhir::is_projected(*query) && !fhir::Json::parse(fhir::project(space.json(), *query))) std::abort();
    space.forget();
  }
  return 0;
}
