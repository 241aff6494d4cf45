// Conditional patch and conditional delete (R4 3.1.0.8, 3.1.0.7.1): one of a person's resources, by what it says.
#include "record/fhir_incoming.hpp"

namespace carnet::record {

using kernel::Result;

namespace {

constexpr int most_tries = 12;  // of a change whose record changed while it was looked at

// The condition, without what only says whose record is searched: documents may name their subject otherwise, and not
// every type has the parameter. What is left must ask for something.
Result<std::string> condition_of(const Asked& asked, const fhir::Pairs& pairs) {
  const bool has_patient = asked.url.type != "DocumentReference" && fhir::find_search_parameter(asked.url.type, "patient") != nullptr;
  std::string condition;
  bool asks = false;
  for (const auto& [name, value] : pairs) {
    const bool says_whose = name == "patient" || name == "subject";
    if (says_whose && !has_patient) continue;
    asks = asks || (!says_whose && !value.empty());
    condition.append(condition.empty() ? "" : "&").append(http::percent_encode(name)).append("=").append(http::percent_encode(value));
  }
  if (!asks) return bad_request("required", asked.url.type, "a condition says more than whose resource it is");
  return condition;
}

}  // namespace

Answer change_by_condition(Shared& shared, const Asked& asked) {
  constexpr int no_content = 204;
  CARNET_CO_CHECK(may_write(*asked.caller, asked.url.type));
  fhir::Pairs pairs = asked.pairs;
  CARNET_CO_TRY(aim, co_await aim_of(shared, asked.url.type, pairs));
  CARNET_CO_TRY(condition, condition_of(asked, pairs));
  for (int tries = 1;; ++tries) {
    CARNET_CO_TRY(found, co_await look_up(shared, asked, door_to_aim(shared, asked.caller, aim, access::Act::list),
                                          asked.url.type, condition));
    if (found.matches.size() > 1) co_return several_match(asked.path);
    if (found.matches.empty()) {
      if (asked.verb == fhir::Verb::del) co_return http::Response::empty(no_content);
      co_return not_found();
    }
    Asked one = asked;
    one.url.id = found.matches.front()->root()["id"].text();
    one.url.query.clear();
    one.url.has_query = false;
    one.pairs.clear();
    one.matched_version = found.matches.front()->version;
    auto done = co_await perform(shared, one);
    const bool again = !done && asked.if_match.empty() && tries < most_tries &&
                       (done.error().code == "record.changed" || done.error().code == "record.version");
    if (!again) co_return done;
  }
}

}  // namespace carnet::record
