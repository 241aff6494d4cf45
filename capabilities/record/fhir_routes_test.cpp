// The interface as the server routes it: every address by the router itself, not by a look at one route.
#include "record/testing/verbs_case.hpp"

namespace carnet::record {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using http::Method;
using testing::RecordHouse;

class Routes : public testing::VerbsCase {
 protected:
  using Parameters = std::vector<std::pair<std::string, std::string>>;
  static std::vector<std::string> segments(const std::string& path) {
    std::vector<std::string> out{""};
    for (const char c : path)
      if (c == '/')
        out.emplace_back();
      else
        out.back() += c;
    return out;
  }
  static bool is_name(const std::string& segment) { return segment.starts_with('{'); }
  static std::optional<Parameters> matched(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
    if (pattern.size() != path.size()) return std::nullopt;
    Parameters out;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (is_name(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return std::nullopt;
      if (is_name(pattern[i])) out.emplace_back(pattern[i].substr(1, pattern[i].size() - 2), path[i]);
    }
    return out;
  }
  static constexpr std::string_view methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
  // As the server has it: the path decides first, literals before names, and only then the method.
  const http::Route* route_of(Method method, const std::string& path, Parameters& parameters, std::string& allow) const {
    std::optional<std::vector<bool>> best;
    const http::Route* found = nullptr;
    for (const auto& route : routes) {
      const auto pattern = segments(route.path_template);
      const auto match = matched(pattern, segments(path));
      if (!match) continue;
      std::vector<bool> names(pattern.size());
      std::transform(pattern.begin(), pattern.end(), names.begin(), is_name);
      if (best && names > *best) continue;
      if (!best || names < *best) {
        best = names;
        found = nullptr;
        allow.clear();
      }
      allow += std::string(allow.empty() ? "" : ", ") + std::string(methods[static_cast<std::size_t>(route.method)]);
      if (route.method != method) continue;
      found = &route;
      parameters = *match;
    }
    return found;
  }
  http::Response sent(Method method, const std::string& target, const std::string& body = {},
                      const std::string& type = "application/fhir+json", Headers headers = {}) {
    house.clock().advance(std::chrono::seconds(1));
    http::Request request;
    request.method = method;
    const auto mark = target.find('?');
    request.path = "/fhir/R4" + target.substr(0, mark);
    if (mark != std::string::npos) request.query = target.substr(mark + 1);
    request.request_id = "0123456789abcdefghjkmnpqrs";
    request.body = kernel::to_bytes(body);
    if (!body.empty() && !type.empty()) request.headers.emplace_back("content-type", type);
    for (auto& header : headers) request.headers.push_back(std::move(header));
    Parameters parameters;
    std::string allow;
    const auto* route = route_of(method, request.path, parameters, allow);
    if (route == nullptr) {
      auto none = http::Response::empty(allow.empty() ? 404 : 405);
      return allow.empty() ? none : none.with("Allow", allow);
    }
    http::Exchange exchange{request, parameters, who};
    auto response = io::run(route->handler(exchange));
    return response ? *response : Record::render_operation_outcome(response.error(), request.request_id);
  }
  http::Response fetched(const std::string& target, Headers headers = {}) {
    return sent(Method::get, target, {}, {}, std::move(headers));
  }

  const std::vector<http::Route> routes = house.record().fhir_routes();
};
INSTANTIATE_TEST_SUITE_P(Engines, Routes, ::testing::Values("sqlite", "postgres"),
                         [](const auto& test) { return test.param; });

TEST_P(Routes, DocumentsAreSearchedAndRevisedAtTheirOwnAddress) {
  const std::string id = house.deposited(RecordHouse::sample_of(nadia));
  const auto found = fetched("/DocumentReference?patient=Patient/" + patient + "&status=current");
  ASSERT_EQ(found.status, 200) << found.body;
  EXPECT_THAT(ids(found), ElementsAre(id));
  EXPECT_EQ(fetched("/DocumentReference/" + id).status, 200);
  const auto whole = fetched("/DocumentReference/" + id).body;
  EXPECT_EQ(sent(Method::put, "/DocumentReference/" + id, whole).status, 200);
  const auto conditional = sent(Method::put, "/DocumentReference?identifier=x", whole);
  EXPECT_EQ(conditional.status, 405);
  EXPECT_EQ(header(conditional, "Allow"), "GET, HEAD, POST, PATCH, DELETE");
}

TEST_P(Routes, ASlashAtTheEndChangesNothing) {
  const std::string id = created(observation());
  EXPECT_EQ(fetched("/Observation/" + id + "/").body, fetched("/Observation/" + id).body);
  EXPECT_EQ(sent(Method::post, "/Observation/", observation()).status, 201);
  EXPECT_EQ(fetched("/metadata/").status, 200);
  const std::string batch =
      R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Observation/)" + id + R"("}}]})";
  for (const auto* base : {"", "/"}) {
    const auto answered = sent(Method::post, base, batch);
    EXPECT_EQ(answered.status, 200) << base << answered.body;
    EXPECT_THAT(statuses(answered), ElementsAre("200 OK"));
  }
  EXPECT_THAT(ids(fetched("/Patient/" + patient + "/Observation/")), ::testing::Contains(id));
}

TEST_P(Routes, AMethodThatIsNotTakenIsToldWhichAre) {
  const std::string id = created(observation());
  for (const auto& [method, target] : std::vector<std::pair<Method, std::string>>{
           {Method::get, "/Foo/1"}, {Method::post, "/Foo"}, {Method::get, "/StructureDefinition/Patient"},
           {Method::get, "/Patient/" + patient + "/_history"}, {Method::get, "/Patient/" + patient + "/_history/1"},
           {Method::get, "/Binary/" + id + "/_history"}}) {
    const auto answered = sent(method, target, method == Method::post ? "{}" : "");
    EXPECT_EQ(answered.status, 404) << target;
    EXPECT_THAT(RecordHouse::issues(answered), ElementsAre("not-supported")) << target;
  }
  const auto refused = sent(Method::put, "/Patient/" + patient, "{}");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(header(refused, "Allow"), "GET, HEAD");
  EXPECT_THAT(RecordHouse::issues(refused), ElementsAre("not-supported"));
}

TEST_P(Routes, WhatIsNotKnownOfPeopleIsToldOrRefused) {
  const std::string doctor = "/Practitioner?_id=" + std::string(testing::doctor_rpps);
  EXPECT_THAT(ids(fetched(doctor)), ElementsAre(std::string(testing::doctor_rpps))) << "the id is the number";
  const auto told = fetched(doctor + "&name=x");
  EXPECT_EQ(ids(told).size(), 1u);
  EXPECT_THAT(told.body, HasSubstr("the parameter name was not applied"));
  EXPECT_EQ(fetched(doctor + "&name=x", {{"prefer", "handling=strict"}}).status, 400);
  const std::string nadia_herself = "/Patient?_id=" + patient;
  EXPECT_THAT(ids(fetched(nadia_herself + "&name=x")), IsEmpty()) << "of one person every parameter is applied";
  EXPECT_THAT(fetched(nadia_herself + "&shoe=38").body, HasSubstr("the parameter shoe was not applied"));
  EXPECT_EQ(fetched(nadia_herself + "&shoe=38", {{"prefer", "handling=strict"}}).status, 400);
}

TEST_P(Routes, WhatMustNotBeThereYetIsNotOverwritten) {  // RFC 9110 13.1.2
  const std::string by = R"(,"identifier":[{"system":"urn:lab","value":"7"}])";
  const std::string id = created(observation("8867-4", "72.0", {}, by));
  const Headers absent{{"if-none-match", "*"}};
  EXPECT_EQ(sent(Method::put, "/Observation/" + id, observation("8867-4", "73.0", id, by), "application/fhir+json", absent).status, 412);
  EXPECT_EQ(sent(Method::put, "/Observation?identifier=urn:lab|7", observation("8867-4", "73.0", {}, by), "application/fhir+json", absent).status, 412);
  EXPECT_EQ(sent(Method::put, "/Observation?identifier=urn:lab|8", observation("8867-4", "73.0"), "application/fhir+json", absent).status, 201);
  EXPECT_THAT(fetched("/Observation/" + id).body, HasSubstr("72.0"));
  EXPECT_EQ(sent(Method::post, "/Observation", observation("8867-4", "72.0", {}, by), "application/fhir+json", {{"if-none-exist", "?identifier=urn:lab|7"}}).status, 200)
      << "with the question mark that some clients write";
}

TEST_P(Routes, OneFormOneVersionOneAlphabet) {
  const std::string id = created(observation());
  EXPECT_EQ(sent(Method::post, "/Observation", observation(), "text/plain").status, 415);
  EXPECT_EQ(sent(Method::post, "/Observation", observation(), "").status, 415);
  const auto latin = sent(Method::post, "/Observation", observation(), "application/fhir+json; charset=iso-8859-1");
  EXPECT_EQ(latin.status, 415);
  EXPECT_THAT(RecordHouse::issues(latin), ElementsAre("not-supported"));
  const auto fifth = fetched("/Observation/" + id, {{"accept", "application/fhir+json;fhirVersion=5.0"}});
  EXPECT_EQ(fifth.status, 406);
  EXPECT_THAT(RecordHouse::issues(fifth), ElementsAre("not-supported"));
  EXPECT_EQ(fetched("/Observation/" + id, {{"accept", "application/fhir+json;fhirVersion=4.0"}}).status, 200);
}

TEST_P(Routes, WhoMayNotKnowOfItCannotDeleteIt) {
  const std::string id = created(observation());
  who = RecordHouse::software(testing::other_rpps, std::string(testing::hospital));  // of the author's own structure
  const auto read = fetched("/Observation/" + id);
  const std::string body = observation("8867-4", "1", id);
  EXPECT_EQ(read.status, 404);
  for (const auto method : {Method::del, Method::put}) {
    const auto refused = sent(method, "/Observation/" + id, method == Method::put ? body : "");
    EXPECT_EQ(refused.status, 404);
    EXPECT_EQ(refused.body, read.body);
  }
  const std::string entry = R"({"request":{"method":"DELETE","url":"Observation/)" + id + R"("}})";
  const auto whole = sent(Method::post, "", R"({"resourceType":"Bundle","type":"transaction","entry":[)" + entry + "]}");
  EXPECT_EQ(whole.status, 404) << whole.body;
  who = RecordHouse::doctor();
  EXPECT_EQ(fetched("/Observation/" + id).status, 200);
  EXPECT_EQ(sent(Method::del, "/Observation/" + id).status, 204);
  EXPECT_EQ(sent(Method::del, "/Observation/" + id).status, 204) << "it is gone already";
}

TEST_P(Routes, ANumberBesideAReferenceIsThePersons) {
  const auto with = [&](const std::string& number) {
    return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/)" + patient +
           R"(","identifier":{"system":"urn:oid:1.2.250.1.213.1.4.11","value":")" + number + R"("}}})";
  };
  EXPECT_EQ(sent(Method::post, "/Observation", with(nadia.number())).status, 201);
  const auto other = sent(Method::post, "/Observation", with(paul.number()));
  EXPECT_EQ(other.status, 422) << other.body;
  EXPECT_THAT(RecordHouse::issues(other), ElementsAre("business-rule Observation.subject.identifier.value"));
  const std::string bundle = R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":)" + with(paul.number()) +
                             R"(,"request":{"method":"POST","url":"Observation"}}]})";
  EXPECT_EQ(sent(Method::post, "", bundle).status, 422);
}

TEST_P(Routes, OnlyAnIdentityIsRefusedInAnAddress) {
  const std::string by = "?patient=Patient/" + patient + "&identifier=";
  EXPECT_EQ(fetched("/ServiceRequest" + by + "urn:oid:1.3.4.5.6.7%7C2345234234234").status, 200);
  EXPECT_EQ(fetched("/ServiceRequest" + by + "2345234234234").status, 200);
  const auto bare = fetched("/ServiceRequest" + by + nadia.number());
  EXPECT_EQ(bare.status, 400);
  EXPECT_THAT(RecordHouse::issues(bare), ElementsAre("not-supported identifier"));
  EXPECT_EQ(fetched("/ServiceRequest" + by + "urn:oid:1.2.250.1.213.1.4.8%7C1").status, 400);
  EXPECT_EQ(fetched("/Observation?patient.identifier=" + nadia.number()).status, 400);
  EXPECT_EQ(fetched("/Patient?identifier=" + nadia.number()).status, 400);
  EXPECT_EQ(fetched("/List?patient=" + patient + "&item.identifier=urn:oid:1.2%7CR1").status, 200);
}

TEST_P(Routes, EverythingTakesParameters) {
  created(observation());
  created(observation());
  const std::string path = "/Patient/" + patient + "/$everything";
  const auto with = [&](const std::string& parameter) {
    return sent(Method::post, path, R"({"resourceType":"Parameters","parameter":[)" + parameter + "]}");
  };
  const auto page = with(R"({"name":"_count","valueInteger":2})");
  EXPECT_EQ(ids(page).size(), 2u) << page.body;
  EXPECT_EQ(ids(fetched(link(page, "next"))).size(), 1u);
  EXPECT_THAT(ids(with(R"({"name":"_type","valueCode":"Condition"})")), ElementsAre(patient));
  EXPECT_EQ(with(R"({"name":"_type","valueCode":"Foo"})").status, 400);
  EXPECT_EQ(fetched(path + "?_type=Foo").status, 400);
  EXPECT_EQ(sent(Method::post, path, observation()).status, 400);
}

TEST_P(Routes, ValidationSaysWhatItDidNotJudge) {
  const auto said = [&](const std::string& target, const std::string& body) {
    const auto answered = sent(Method::post, target, body);
    EXPECT_EQ(answered.status, 200) << answered.body;
    return RecordHouse::issues(answered);
  };
  EXPECT_THAT(said("/Observation/$validate", observation()), ElementsAre("informational"));
  EXPECT_THAT(said("/Observation/$validate?profile=http://x", observation()), ElementsAre("not-supported profile"));
  EXPECT_THAT(said("/Observation/$validate?mode=delete", observation()), ElementsAre("not-supported mode"));
  const std::string two = observation("8867-4", "1", "", R"(,"performer":[{"reference":"Patient/)" + other_patient + R"("}])");
  EXPECT_THAT(said("/Observation/$validate", two),
              ElementsAre("business-rule Observation.subject.reference Observation.performer[0].reference"));
  EXPECT_EQ(rows(), 0);
}

TEST_P(Routes, APatientIsFoundByIdAndNobodyIsAnEmptyAnswer) {
  const std::string one = created(observation()), two = created(observation());
  const auto found = fetched("/Patient?_id=" + patient);
  ASSERT_EQ(found.status, 200) << found.body;
  EXPECT_THAT(ids(found), ElementsAre(patient));
  EXPECT_THAT(found.body, HasSubstr("birthDate"));
  EXPECT_THAT(ids(fetched("/Patient?_id=nobody")), IsEmpty());
  EXPECT_EQ(fetched("/Patient?name=x").status, 400);
  EXPECT_EQ(ids(fetched("/Observation?subject=" + patient)).size(), 2u);
  EXPECT_EQ(ids(fetched("/Observation?_id=" + one + "," + two)).size(), 2u);
  for (const auto* nobody : {"nope", "aaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    const auto none = fetched(std::string("/Observation?_id=") + nobody);
    EXPECT_EQ(none.status, 200) << none.body;
    EXPECT_THAT(ids(none), IsEmpty());
  }
  who = RecordHouse::software(testing::other_rpps, std::string(elsewhere));
  EXPECT_THAT(ids(fetched("/Observation?_id=" + one)), IsEmpty());
  EXPECT_THAT(ids(fetched("/Patient?_id=" + patient)), IsEmpty());
}

TEST_P(Routes, ARevisedDocumentIsShownAsItIsNow) {
  const std::string id = house.deposited(RecordHouse::sample_of(nadia));
  const std::string shown = fetched("/DocumentReference/" + id).body;
  const auto now = sent(Method::put, "/DocumentReference/" + id, shown);
  EXPECT_EQ(now.status, 200) << now.body;
  EXPECT_EQ(now.body, fetched("/DocumentReference/" + id).body);
  EXPECT_EQ(header(now, "ETag"), "W/\"2\"");
  EXPECT_EQ(sent(Method::put, "/DocumentReference/" + id, now.body, "application/fhir+json",
                 {{"prefer", "return=minimal"}}).body, "");
}

}  // namespace
}  // namespace carnet::record
