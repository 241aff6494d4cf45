// Searching, paging, everything, and the statement of what is done.
#include <set>

#include "record/testing/verbs_case.hpp"

namespace carnet::record {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;
using http::Method;
using testing::RecordHouse;
namespace json = kernel::json;

class Finding : public testing::VerbsCase {
 protected:
  std::string by() const { return "/Observation?patient=Patient/" + patient; }
};
INSTANTIATE_TEST_SUITE_P(Engines, Finding, ::testing::Values("sqlite", "postgres"),
                         [](const auto& test) { return test.param; });

TEST_P(Finding, ByGetByPostAndInTheCompartment) {
  const std::string pulse = created(observation("8867-4", "70")), weight = created(observation("29463-7", "60"));
  EXPECT_THAT(ids(get(by())), UnorderedElementsAre(pulse, weight));
  EXPECT_THAT(ids(get(by() + "&code=8867-4")), ElementsAre(pulse));
  EXPECT_THAT(ids(get("/Observation?subject=Patient/" + patient + "&code=http://loinc.org|29463-7")), ElementsAre(weight));
  EXPECT_THAT(ids(form("/Observation/_search", RecordHouse::by_number(nadia) + "&code=8867-4")), ElementsAre(pulse));
  EXPECT_THAT(ids(get("/Patient/" + patient + "/Observation?code=8867-4")), ElementsAre(pulse));
  EXPECT_THAT(ids(form("/Patient/" + patient + "/Observation/_search", "code=8867-4")), ElementsAre(pulse));
  EXPECT_THAT(ids(get("/Observation?_id=" + weight)), ElementsAre(weight)) << "an id names its person to the server";
  EXPECT_THAT(ids(get("/Observation?patient=Patient/" + other_patient)), IsEmpty());
  const auto bundle = parsed(get(by() + "&code=8867-4"));
  EXPECT_EQ(bundle.at("type").as_string(), "searchset");
  EXPECT_EQ(bundle.at("total").as_int64(), 1);
  EXPECT_THAT(std::string(bundle.at("entry").at(0).at("fullUrl").as_string()), HasSubstr("/fhir/R4/Observation/" + pulse));
}

TEST_P(Finding, APersonIsNamedOnceAndAnInsByPostOnly) {
  EXPECT_EQ(get("/Observation").status, 400);
  EXPECT_EQ(get("/Observation?code=8867-4").status, 400);
  EXPECT_EQ(get("/Observation?patient=" + patient + "," + other_patient).status, 400);
  EXPECT_EQ(get("/Observation?patient=" + patient + "&subject=Patient/" + other_patient).status, 400);
  EXPECT_EQ(get("/Observation?" + RecordHouse::by_number(nadia)).status, 400);
  EXPECT_THAT(ids(get(by() + "&performer=Patient/1")), IsEmpty()) << "a performer whom nobody knows names no second person";
  EXPECT_EQ(get("/Observation?performer=Patient/1").status, 400);
  EXPECT_EQ(form("/Observation/_search", RecordHouse::by_number(nadia) + "&_format=xml").status, 406) << "what the form asks counts too";
  const auto answer = form("/Observation/_search", RecordHouse::by_number(nadia));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, Not(HasSubstr(nadia.number()))) << "nor in the links";
  EXPECT_EQ(form("/Observation/_search", RecordHouse::by_number({.n = 77})).status, 404);
}

TEST_P(Finding, UnknownParametersAreReportedOrRefused) {
  created(observation());
  const auto lenient = get(by() + "&colour=red");
  EXPECT_EQ(lenient.status, 200);
  EXPECT_EQ(ids(lenient).size(), 1u);
  EXPECT_THAT(lenient.body, HasSubstr("the parameter colour was not applied"));
  EXPECT_THAT(link(lenient, "self"), Not(HasSubstr("colour")));
  const auto strict = get(by() + "&colour=red", {{"prefer", "handling=strict"}});
  EXPECT_EQ(strict.status, 400);
  EXPECT_THAT(RecordHouse::issues(strict), ElementsAre("not-supported colour"));
  EXPECT_EQ(get(by() + "&date=soon").status, 400);
}

TEST_P(Finding, PagesStayStableUnderWrites) {
  std::vector<std::string> by_value;
  for (int i = 0; i < 7; ++i) by_value.push_back(created(observation("8867-4", std::to_string(60 + i))));
  std::vector<std::string> seen;
  std::string next = by() + "&_sort=value-quantity&_count=2";
  bool first = true;
  while (!next.empty()) {
    const auto page = get(next);
    ASSERT_EQ(page.status, 200) << page.body;
    for (auto& id : ids(page)) seen.push_back(id);
    next = link(page, "next");
    if (!first) continue;
    first = false;
    created(observation("8867-4", "50"));                    // before what was told
    ask(Method::del, "/Observation/" + by_value[1]);         // the very last that was told
    ask(Method::del, "/Observation/" + by_value[4]);         // to come
  }
  EXPECT_THAT(seen, ElementsAre(by_value[0], by_value[1], by_value[2], by_value[3], by_value[5], by_value[6]));
  seen.clear();
  for (next = by() + "&_count=4"; !next.empty();) {
    const auto page = get(next);
    for (auto& id : ids(page)) {
      seen.push_back(id);
      ask(Method::del, "/Observation/" + id);
    }
    next = link(page, "next");
  }
  EXPECT_EQ(seen.size(), 6u) << "all are found even when each page goes as it is read";
  EXPECT_EQ(get(by() + "&_cursor=abc").status, 400);
}

TEST_P(Finding, CountsSummariesElementsAndIncludes) {
  const std::string base = created(observation("8867-4", "1"));
  const std::string derived =
      created(observation("8867-4", "2", "", R"(,"derivedFrom":[{"reference":"Observation/)" + base + R"("}])"));
  EXPECT_THAT(get(by() + "&_summary=count").body, HasSubstr("\"total\":2"));
  EXPECT_THAT(ids(get(by() + "&_count=0")), IsEmpty());
  EXPECT_THAT(get(by() + "&_total=none").body, Not(HasSubstr("\"total\"")));
  const auto some = get(by() + "&_elements=status&_id=" + base);
  EXPECT_THAT(some.body, HasSubstr("SUBSETTED"));
  EXPECT_THAT(some.body, Not(HasSubstr("valueQuantity")));
  EXPECT_THAT(get("/Observation/" + base + "?_elements=status").body, Not(HasSubstr("valueQuantity")));
  const auto with_base = get("/Observation?_id=" + derived + "&_include=Observation:derived-from");
  EXPECT_THAT(ids(with_base), ElementsAre(derived, base));
  EXPECT_THAT(with_base.body, HasSubstr("\"mode\":\"include\""));
  EXPECT_THAT(ids(get("/Observation?_id=" + base + "&_revinclude=Observation:derived-from")), ElementsAre(base, derived));
  EXPECT_THAT(ids(get("/Observation?_id=" + base + "&_include=Observation:subject")), ElementsAre(base, patient));
  EXPECT_THAT(ids(get(by() + "&subject:Patient.family=martin&_count=1")).size(), 1u);
  EXPECT_THAT(ids(get(by() + "&_has:Observation:derived-from:code=8867-4")), ElementsAre(base));
}

TEST_P(Finding, WhatIsHiddenIsNeitherFoundNorCounted) {  // P6
  const auto world = [&](bool with_hidden) {
    if (with_hidden)
      created(observation("8867-4", "1", "",
                          R"(,"meta":{"security":[{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"MASQUE_PS"}]})"));
  };
  created(observation("8867-4", "2"));
  const auto other = doctor_elsewhere();
  const auto told = [&](const std::string& path) {
    const auto mine = std::exchange(who, other);
    const auto answer = get(path);
    EXPECT_EQ(answer.status, 200) << answer.body;
    who = mine;
    return answer.body;
  };
  const std::vector<std::string> paths{by(), by() + "&_summary=count", "/Patient/" + patient + "/$everything",
                                       "/_history?patient=" + patient, by() + "&code=8867-4&_sort=-date"};
  std::vector<std::string> before, after;
  for (const auto& path : paths) before.push_back(told(path));
  world(true);
  for (const auto& path : paths) after.push_back(told(path));
  EXPECT_EQ(before, after);
}

TEST_P(Finding, EverythingIsAllOfIt) {
  const std::string one = created(observation());
  const auto sample = RecordHouse::sample_of(nadia);
  const std::string document = house.deposited(sample);
  const std::string path = "/Patient/" + patient + "/$everything";
  EXPECT_THAT(ids(get(path)), ElementsAre(patient, one, document));
  EXPECT_THAT(ids(get(path + "?_type=DocumentReference")), ElementsAre(patient, document));
  std::vector<std::string> paged;
  for (std::string next = path + "?_count=1"; !next.empty();) {
    const auto page = get(next);
    for (auto& id : ids(page)) paged.push_back(id);
    next = link(page, "next");
  }
  EXPECT_THAT(paged, ElementsAre(patient, one, document));
  EXPECT_THAT(house.traces(nadia_id), ::testing::Contains("exported"));
  EXPECT_EQ(get("/Patient/nobody/$everything").status, 404);
}

TEST_P(Finding, EverythingOfATimeOfCare) {
  const std::string spring = created(observation());  // of 2025-03-01
  const std::string undated = created(R"({"resourceType":"Basic","code":{"text":"x"},"subject":{"reference":"Patient/)" + patient + "\"}}", "Basic");
  const auto of = [&](const std::string& query) { return ids(get("/Patient/" + patient + "/$everything?" + query)); };
  EXPECT_THAT(of("start=2025-03-01&end=2025-03-01"), ElementsAre(patient, spring, undated)) << "what has no date is of no time";
  EXPECT_THAT(of("start=2025&end=2025-03"), ElementsAre(patient, spring, undated));
  EXPECT_THAT(of("start=2025-03-02"), ElementsAre(patient, undated));
  EXPECT_THAT(of("end=2025-02"), ElementsAre(patient, undated));
  EXPECT_THAT(of("start=2026&_type=Observation"), ElementsAre(patient));
  EXPECT_EQ(get("/Patient/" + patient + "/$everything?start=spring").status, 400);
  EXPECT_THAT(link(get("/Patient/" + patient + "/$everything?start=2025&_count=1"), "next"), HasSubstr("start=2025"));
}

// ---- what lies outside of the record: professionals and structures of the directory
TEST_P(Finding, WhoIsReferredToComesAlong) {
  const std::string doctor(testing::doctor_rpps), clinic(testing::hospital);
  const std::string by_them = R"(,"performer":[{"reference":"Practitioner/)" + doctor + R"("},{"reference":"Organization/)" + clinic +
                              R"("},{"reference":"Practitioner/nobody"},{"reference":"https://elsewhere.example/Practitioner/)" + doctor + "\"}]";
  const std::string one = created(observation("8867-4", "72.0", {}, by_them));
  EXPECT_THAT(ids(get(by())), ElementsAre(one));
  const auto included = get(by() + "&_include=Observation:performer");
  EXPECT_THAT(ids(included), ElementsAre(one, doctor, clinic));
  EXPECT_THAT(included.body, HasSubstr("\"total\":1"));
  EXPECT_THAT(included.body, HasSubstr("Hôpital des Tilleuls"));
  EXPECT_THAT(ids(get(by() + "&_include=Observation:performer:Practitioner")), ElementsAre(one, doctor));
  EXPECT_THAT(ids(get(by() + "&_include=Observation:encounter")), ElementsAre(one));
  EXPECT_THAT(ids(get(by() + "&_include=*")), ElementsAre(one, patient, doctor, clinic));
  EXPECT_THAT(ids(get("/Patient/" + patient + "/$everything")), ElementsAre(patient, one, doctor, clinic));
  EXPECT_THAT(ids(get("/Patient/" + patient + "/$everything?_type=Observation,Practitioner")), ElementsAre(patient, one, doctor));
}

TEST_P(Finding, FromThePatientToWhatIsTheirs) {
  const std::string pulse = created(observation("8867-4", "70"));
  const std::string by_id = "/Patient?_id=" + patient;
  EXPECT_THAT(ids(get(by_id)), ElementsAre(patient));
  const auto with = get(by_id + "&_revinclude=Observation:subject");
  EXPECT_THAT(ids(with), ElementsAre(patient, pulse));
  EXPECT_THAT(with.body, HasSubstr("\"total\":1"));
  EXPECT_THAT(ids(get(by_id + "&_has:Observation:patient:code=8867-4")), ElementsAre(patient));
  EXPECT_THAT(ids(get(by_id + "&_has:Observation:patient:code=29463-7")), IsEmpty());
  EXPECT_THAT(ids(get(by_id + "&family=nobody")), IsEmpty());
  EXPECT_THAT(ids(get("/Patient?_id=nobody&_revinclude=Observation:subject")), IsEmpty());
}

// ---- metadata: what is said is done, what is not done is not said
TEST_P(Finding, TheStatementTellsTheTruth) {
  const auto statement = parsed(get("/metadata"));
  const auto& rest = statement.at("rest").at(0);
  std::set<std::string> types;
  for (const auto& resource : rest.at("resource").as_array()) {
    const std::string type(resource.at("type").as_string());
    types.insert(type);
    if (type == "AuditEvent") continue;  // told by access, on a route of its own
    std::set<std::string> said;
    for (const auto& one : resource.at("interaction").as_array()) said.insert(std::string(one.at("code").as_string()));
    const std::string id = type == "Patient" ? patient : "00000000000000000000000000";
    const auto done = [&](const std::string& interaction, const http::Response& response) {
      const bool done = response.status != 405 && response.body.find("fhir.not_done") == std::string::npos;
      EXPECT_EQ(said.contains(interaction), done) << type << " " << interaction << " " << response.status;
    };
    if (type == "Patient" || type == "Practitioner" || type == "Organization" || type == "Binary") {
      done("create", post("/" + type, "{}"));
      done("update", ask(Method::put, "/" + type + "/" + id, "{}"));
      done("patch", ask(Method::patch, "/" + type + "/" + id, "[]"));
      done("delete", ask(Method::del, "/" + type + "/" + id));
      done("history-instance", get("/" + type + "/" + id + "/_history"));
      continue;
    }
    done("read", get("/" + type + "/" + id));
    done("vread", get("/" + type + "/" + id + "/_history/1"));
    done("history-instance", get("/" + type + "/" + id + "/_history"));
    done("history-type", get("/" + type + "/_history?patient=" + patient));
    done("create", post("/" + type, "{}"));
    done("update", ask(Method::put, "/" + type + "/" + id, "{}"));
    done("patch", ask(Method::patch, "/" + type + "/" + id, "[]"));
    done("delete", ask(Method::del, "/" + type + "/" + id));
    done("search-type", get("/" + type + "?patient=" + patient));
    EXPECT_EQ(said.size(), 9u) << type;
    EXPECT_EQ(resource.at("conditionalCreate").as_bool(), type != "DocumentReference");
    EXPECT_EQ(resource.at("conditionalDelete").as_string(), "single");
    EXPECT_EQ(ask(Method::del, "/" + type + "?patient=Patient/" + patient + "&_id=none").status, 204) << type;
  }
  for (const auto* kept : {"Observation", "Condition", "MedicationRequest", "DocumentReference", "List", "Binary", "Patient"})
    EXPECT_TRUE(types.contains(kept)) << kept;
  for (const auto* not_kept : {"AuditEvent", "Consent", "ValueSet", "StructureDefinition", "RelatedPerson"}) {
    EXPECT_EQ(types.contains(not_kept), not_kept == std::string_view("AuditEvent")) << not_kept;
    EXPECT_EQ(post(std::string("/") + not_kept, "{}").status, 404) << not_kept;
  }
  std::set<std::string> system;
  for (const auto& one : rest.at("interaction").as_array()) system.insert(std::string(one.at("code").as_string()));
  EXPECT_THAT(system, UnorderedElementsAre("transaction", "batch", "history-system"));
}

TEST_P(Finding, EveryParameterThatIsSaidIsKnown) {
  const auto statement = parsed(get("/metadata"));
  for (const auto& resource : statement.at("rest").at(0).at("resource").as_array()) {
    const std::string type(resource.at("type").as_string());
    if (!resource.as_object().contains("searchParam") || type == "Patient" || type == "Practitioner" || type == "Organization" ||
        type == "AuditEvent")
      continue;
    const auto own = [](std::string_view name) { return name == "creation" || name == "designationType" || name == "sourceId"; };
    std::string all = "/" + type + "?patient=" + patient;
    for (const auto& one : resource.at("searchParam").as_array())
      if (const std::string name(one.at("name").as_string()); name.front() != '_' && !own(name) && name != "patient")
        all += "&" + name + ":missing=true";
    const auto answer = get(all, {{"prefer", "handling=strict"}});
    EXPECT_EQ(answer.status, 200) << type << " " << answer.body;
  }
}

}  // namespace
}  // namespace carnet::record
