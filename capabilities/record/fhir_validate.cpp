// $validate: what a create of this resource would be told, and nothing written. The resource alone, or in Parameters.
// What was not judged (a profile, the right to delete) is said: silence would pass for approval.
#include <fmt/format.h>

#include "record/fhir_incoming.hpp"

namespace carnet::record {

using kernel::Issue;
using kernel::Result;

namespace {

struct Question {
  fhir::Value resource;
  std::vector<std::string> profiles;  // named by the request
  std::string mode;
};

Result<Question> question_of(const Asked& asked, fhir::Value root) {
  Question question{root, {}, {}};
  const auto take = [&](std::string_view name, const std::string& value) {
    if (name == "profile") question.profiles.push_back(value);
    if (name == "mode") question.mode = value;
  };
  for (const auto& [name, value] : asked.pairs) take(name, value);
  if (!root["resourceType"].has_text("Parameters")) return question;
  question.resource = {};
  for (auto one = root["parameter"].first(); one; one = one.next()) {
    if (one["name"].has_text("resource")) question.resource = one["resource"];
    for (auto member = one.first(); member; member = member.next())
      if (member.name().starts_with("value")) take(one["name"].text(), member.text());
  }
  if (!question.resource)
    return kernel::invalid("fhir.request", {{"required", "Parameters.parameter", "one called resource is expected"}});
  return question;
}

// Whom it refers to, as a create would judge it.
void judge_people(const Shared& shared, std::string_view type, const fhir::Json& json, std::vector<Issue>& issues) {
  if (type == "DocumentReference") return;  // by its content, when it is deposited
  const auto aim = aim_of_references(shared, fhir::references_in(json.root()));
  if (!aim) {
    issues.insert(issues.end(), aim.error().issues.begin(), aim.error().issues.end());
  } else if (!aim->aim.person && !aim->aim.space) {
    issues.push_back({"required", std::string(type), "a reference to Patient/<id> must say whose this is"});
  }
}

}  // namespace

Answer validate_one(Shared& shared, const Asked& asked) {
  CARNET_CO_CHECK(may_write(*asked.caller, asked.url.type));
  CARNET_CO_TRY(json, fhir::Json::parse(asked.body));
  CARNET_CO_TRY(question, question_of(asked, json.root()));
  std::vector<Issue> issues;
  const std::string text(question.resource.raw());  // as a resource of its own: its paths begin with its type
  CARNET_CO_TRY(alone, fhir::Json::parse(text));
  if (!alone.root()["resourceType"].has_text(asked.url.type))
    issues.push_back({"invalid", alone.root().path_of("resourceType"), "must be " + asked.url.type});
  else
    issues = faults_of(alone);
  if (issues.empty()) judge_people(shared, asked.url.type, alone, issues);
  const std::string base = "http://hl7.org/fhir/StructureDefinition/" + asked.url.type;
  for (const auto& profile : question.profiles)
    if (profile != base) issues.push_back({"not-supported", "profile", "is not a profile that is known here: R4 alone was judged"});
  std::vector<Issue> unjudged;
  for (auto profile = alone.root()["meta"]["profile"].first(); profile; profile = profile.next())
    if (!profile.has_text(base)) unjudged.push_back({"not-supported", profile.path(), "was not judged: R4 alone was"});
  if (!question.mode.empty() && question.mode != "create" && question.mode != "update")
    unjudged.push_back({"not-supported", "mode", "was not judged: what a create would be told is"});
  co_return fhir_response(fhir::validation_outcome(issues, unjudged));
}

}  // namespace carnet::record
