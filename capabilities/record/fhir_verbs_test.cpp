// Each interaction on one resource, as a client meets it, on both engines.
#include "record/testing/verbs_case.hpp"

namespace carnet::record {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using http::Method;
using testing::RecordHouse;
namespace json = kernel::json;

class Verbs : public testing::VerbsCase {};
INSTANTIATE_TEST_SUITE_P(Engines, Verbs, ::testing::Values("sqlite", "postgres"),
                         [](const auto& test) { return test.param; });

TEST_P(Verbs, CreateGivesAnIdAVersionAndItsAddress) {
  const auto response = post("/Observation", observation("8867-4", "72.10", "mine"));
  ASSERT_EQ(response.status, 201) << response.body;
  const std::string id = id_in(header(response, "Location"));
  EXPECT_EQ(id.size(), 26u) << "ids are given by the server";
  EXPECT_THAT(header(response, "Location"), HasSubstr("/fhir/R4/Observation/" + id + "/_history/1"));
  EXPECT_EQ(header(response, "ETag"), "W/\"1\"");
  EXPECT_THAT(header(response, "Last-Modified"), HasSubstr(" GMT"));
  EXPECT_THAT(response.body, HasSubstr("\"value\":72.10,")) << "a decimal keeps its digits";
  const auto read = get("/Observation/" + id);
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(read.body, response.body);
  EXPECT_EQ(header(read, "ETag"), "W/\"1\"");
  EXPECT_EQ(parsed(read).at("meta").at("versionId").as_string(), "1");
}

TEST_P(Verbs, WhatComesBackIsWhatWasPutIn) {
  const std::string resource =
      R"({ "resourceType" : "Observation","meta":{"tag":[{"code":"t"}]},"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">é\u00e9</div>"},)"
      R"("status":"final","code":{"text":"x"},"subject":{"reference":"Patient/)" +
      patient + R"("},"valueQuantity":{"value":1.00,"unit":"kg"}})";
  const std::string id = created(resource);
  auto back = json::parse(get("/Observation/" + id).body).as_object();
  auto sent = json::parse(resource).as_object();
  back.erase("id");
  back.at("meta").as_object().erase("versionId");
  back.at("meta").as_object().erase("lastUpdated");
  EXPECT_EQ(back, sent);
}

TEST_P(Verbs, PreferSaysWhatIsAnswered) {
  EXPECT_EQ(post("/Observation", observation(), {{"prefer", "return=minimal"}}).body, "");
  EXPECT_THAT(post("/Observation", observation(), {{"prefer", "return=OperationOutcome"}}).body,
              HasSubstr("OperationOutcome"));
  EXPECT_THAT(post("/Observation", observation(), {{"prefer", "return=representation"}}).body,
              HasSubstr("\"resourceType\":\"Observation\""));
}

TEST_P(Verbs, WhatIsInvalidIsRefusedWithItsPathAndLeavesNothing) {
  const auto refused = [&](const std::string& resource, int status, const std::string& issue) {
    const auto response = post("/Observation", resource);
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_THAT(RecordHouse::issues(response), ::testing::Contains(issue)) << response.body;
  };
  refused("{", 400, "structure Resource");
  refused(observation("8867-4", "72.0", "", R"(,"status":"final")"), 400, "structure Observation.status");
  refused(observation("8867-4", "\"72\""), 422, "structure Observation.valueQuantity.value");
  refused(observation("8867-4", "72", "", R"(,"colour":"x")"), 422, "structure Observation.colour");
  refused(R"({"resourceType":"Condition"})", 422, "fhir.invalid Condition.resourceType");
  refused(R"({"resourceType":"Observation","status":"final","code":{"text":"x"}})", 422, "required Observation.subject");
  refused("", 400, "required Observation");
  EXPECT_EQ(rows(), 0);
}

TEST_P(Verbs, ReferencesThatCrossTwoPeopleAreRefusedWithTheirPath) {
  const std::string others = R"(,"performer":[{"reference":"Patient/)" + other_patient + R"("}])";
  auto response = post("/Observation", observation("8867-4", "1", "", others));
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(RecordHouse::issues(response),
              ElementsAre("business-rule Observation.subject.reference Observation.performer[0].reference"));
  const std::string mine = created(observation());
  std::swap(patient, other_patient);
  const std::string of_nadia = R"(,"derivedFrom":[{"reference":"Observation/)" + mine + R"("}])";
  response = post("/Observation", observation("8867-4", "1", "", of_nadia));
  EXPECT_EQ(response.status, 422) << response.body;
  EXPECT_THAT(RecordHouse::issues(response), ElementsAre("business-rule Observation.derivedFrom[0].reference"));
  response = post("/Observation", observation("8867-4", "1", "", R"(,"focus":[{"reference":"Patient/nobody"}])"));
  EXPECT_THAT(RecordHouse::issues(response), ElementsAre("not-found Observation.focus[0].reference"));
  EXPECT_EQ(rows(), 1);
}

TEST_P(Verbs, WhatWasSomeonesStaysTheirs) {  // or no search by them would find it
  const std::string id = created(observation());
  std::string nobodys = observation("8867-4", "73.0", id);
  const std::string subject = R"("subject":{"reference":"Patient/)" + patient + R"("},)";
  nobodys.erase(nobodys.find(subject), subject.size());
  const auto put = ask(Method::put, "/Observation/" + id, nobodys);
  EXPECT_EQ(put.status, 422);
  EXPECT_THAT(RecordHouse::issues(put), ::testing::ElementsAre("required Observation.subject"));
  const auto patched = ask(Method::patch, "/Observation/" + id, R"([{"op":"remove","path":"/subject"}])");
  EXPECT_EQ(patched.status, 422);
  EXPECT_THAT(RecordHouse::issues(patched), ::testing::ElementsAre("required Observation.subject"));
  const auto inside = post("", R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":)" + nobodys +
                                   R"(,"request":{"method":"PUT","url":"Observation/)" + id + "\"}}]}");
  EXPECT_EQ(inside.status, 422);
  EXPECT_THAT(RecordHouse::issues(inside), ::testing::ElementsAre("required Bundle.entry[0].resource.subject"));
  EXPECT_THAT(ids(get("/Observation?patient=Patient/" + patient)), ::testing::ElementsAre(id));
}

TEST_P(Verbs, AConditionalReadAnswersThatNothingChanged) {
  const std::string id = created(observation());
  auto same = get("/Observation/" + id, {{"if-none-match", "W/\"1\""}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(header(same, "ETag"), "W/\"1\"");
  same = get("/Observation/" + id, {{"if-modified-since", header(same, "Last-Modified")}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(get("/Observation/" + id, {{"if-none-match", "W/\"2\""}}).status, 200);
}

TEST_P(Verbs, UpdateNeedsTheVersionThatItNames) {
  const std::string id = created(observation());
  const auto put = [&](const std::string& value, Headers headers) {
    return ask(Method::put, "/Observation/" + id, observation("8867-4", value, id), std::move(headers));
  };
  auto response = put("80", {{"if-match", "W/\"1\""}});
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(header(response, "ETag"), "W/\"2\"");
  response = put("81", {{"if-match", "W/\"1\""}});
  EXPECT_EQ(response.status, 412);
  EXPECT_EQ(put("81", {{"if-match", "1"}}).status, 400);
  EXPECT_EQ(put("82", {}).status, 200);
  EXPECT_THAT(get("/Observation/" + id).body, HasSubstr("\"value\":82,"));
}

TEST_P(Verbs, UpdateIsOfOneThatIsThere) {
  const std::string id = created(observation());
  EXPECT_EQ(ask(Method::put, "/Observation/" + id, observation("8867-4", "1", "other")).status, 400);
  EXPECT_EQ(ask(Method::put, "/Observation/" + id, observation()).status, 400) << "no id in the body";
  const std::string nowhere = "00000000000000000000000000";
  for (const auto& unknown : {nowhere, std::string("mine")})
    EXPECT_EQ(ask(Method::put, "/Observation/" + unknown, observation("8867-4", "1", unknown)).status, 404)
        << "no id is chosen by a client";
  EXPECT_EQ(ask(Method::put, "/Condition/" + id, observation("8867-4", "1", id)).status, 422);
  std::swap(patient, other_patient);
  const auto moved = ask(Method::put, "/Observation/" + id, observation("8867-4", "1", id));
  EXPECT_EQ(moved.status, 422) << "a resource does not change its person";
  EXPECT_THAT(RecordHouse::issues(moved), ElementsAre("business-rule Observation.subject.reference"));
}

TEST_P(Verbs, AVersionCanBeReadAgain) {
  const std::string id = created(observation("8867-4", "1"));
  ask(Method::put, "/Observation/" + id, observation("8867-4", "2", id));
  const auto first = get("/Observation/" + id + "/_history/1"), second = get("/Observation/" + id + "/_history/2");
  EXPECT_THAT(first.body, HasSubstr("\"value\":1,"));
  EXPECT_EQ(header(first, "ETag"), "W/\"1\"");
  EXPECT_THAT(second.body, HasSubstr("\"value\":2,"));
  for (const auto* version : {"3", "0", "x", "-1"})
    EXPECT_EQ(get("/Observation/" + id + "/_history/" + version).status, 404) << version;
}

TEST_P(Verbs, WhatWasDeletedIsGone) {
  const std::string id = created(observation());
  auto response = ask(Method::del, "/Observation/" + id, {}, {{"if-match", "W/\"7\""}});
  EXPECT_EQ(response.status, 412);
  response = ask(Method::del, "/Observation/" + id);
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(get("/Observation/" + id).status, 410);
  EXPECT_EQ(get("/Observation/" + id + "/_history/1").status, 200);
  EXPECT_EQ(get("/Observation/" + id + "/_history/2").status, 410);
  EXPECT_EQ(ask(Method::del, "/Observation/" + id).status, 204) << "done already";
  EXPECT_EQ(ask(Method::put, "/Observation/" + id, observation("8867-4", "1", id)).status, 410);
  EXPECT_EQ(ask(Method::del, "/Observation/00000000000000000000000000").status, 404);
  EXPECT_THAT(ids(get("/Observation?patient=Patient/" + patient)), IsEmpty());
}

TEST_P(Verbs, HistoryOfOneOfATypeAndOfASpace) {
  const std::string id = created(observation("8867-4", "1"));
  ask(Method::put, "/Observation/" + id, observation("8867-4", "2", id));
  const std::string condition = created(
      R"({"resourceType":"Condition","subject":{"reference":"Patient/)" + patient + R"("},"code":{"text":"x"}})", "Condition");
  ask(Method::del, "/Observation/" + id);
  const auto told = [&](const http::Response& bundle) {
    std::vector<std::string> out;
    const auto body = parsed(bundle);
    EXPECT_EQ(body.at("type").as_string(), "history");
    if (body.as_object().contains("entry"))
      for (const auto& entry : body.at("entry").as_array())
        out.push_back(std::string(entry.at("request").at("method").as_string()) + " " +
                      std::string(entry.at("request").at("url").as_string()).substr(0, 11) +
                      (entry.as_object().contains("resource") ? "" : " gone"));
    return out;
  };
  EXPECT_THAT(told(get("/Observation/" + id + "/_history")),
              ElementsAre("DELETE Observation gone", "PUT Observation", "POST Observation"));
  EXPECT_THAT(told(get("/Condition/_history?patient=Patient/" + patient)), ElementsAre("POST Condition"));
  const auto space = get("/_history?patient=" + patient);
  EXPECT_THAT(told(space), ElementsAre("DELETE Observation gone", "POST Condition", "PUT Observation", "POST Observation"));
  EXPECT_EQ(told(form("/_history", RecordHouse::by_number(nadia))).size(), 4u) << "an INS comes by POST";
  EXPECT_EQ(get("/_history?" + RecordHouse::by_number(nadia)).status, 400);
  EXPECT_EQ(get("/_history").status, 400) << "one person at a time";
  EXPECT_THAT(told(get("/_history?patient=Patient/" + other_patient)), IsEmpty());
  const std::string since = std::string(parsed(space).at("entry").at(1).at("response").at("lastModified").as_string());
  EXPECT_EQ(told(get("/_history?patient=" + patient + "&_since=" + since)).size(), 2u);

  std::vector<std::string> paged;
  std::string next = "/_history?_count=3&patient=" + patient;
  for (int page = 0; page < 2; ++page) {
    const auto bundle = get(next);
    for (auto& one : told(bundle)) paged.push_back(one);
    next = link(bundle, "next");
    if (page == 0) created(observation("8867-4", "9"));
  }
  EXPECT_EQ(paged, told(space)) << "what comes between two pages moves nothing";
  EXPECT_EQ(next, "");
}

TEST_P(Verbs, AConditionalCreateIsDoneOnce) {
  const std::string identified = R"(,"identifier":[{"system":"urn:lab","value":"7"}])";
  const Headers once{{"if-none-exist", "identifier=urn:lab|7"}};
  const auto first = post("/Observation", observation("8867-4", "1", "", identified), once),
             again = post("/Observation", observation("8867-4", "1", "", identified), once);
  EXPECT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(header(again, "Location"), header(first, "Location"));
  EXPECT_EQ(rows(), 1);
  created(observation("8867-4", "1", "", identified));
  EXPECT_EQ(post("/Observation", observation("8867-4", "1", "", identified), once).status, 412);
  EXPECT_EQ(post("/Observation", observation(), {{"if-none-exist", "colour=x"}}).status, 400) << "a condition is not guessed";
}

TEST_P(Verbs, AConditionalUpdateFindsWhatItUpdates) {
  const std::string identified = R"(,"identifier":[{"system":"urn:lab","value":"7"}])";
  const std::string path = "/Observation?identifier=urn:lab|7";
  const auto first = ask(Method::put, path, observation("8867-4", "1", "", identified));
  EXPECT_EQ(first.status, 201) << first.body;
  const auto second = ask(Method::put, path, observation("8867-4", "2", "", identified));
  EXPECT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(header(second, "ETag"), "W/\"2\"");
  EXPECT_EQ(id_in(header(second, "Location")), id_in(header(first, "Location")));
  EXPECT_EQ(ask(Method::put, path, observation("8867-4", "2", "other", identified)).status, 400);
  EXPECT_EQ(ask(Method::put, "/Observation?identifier=urn:lab|8", observation("8867-4", "2", "other")).status, 400)
      << "no id is chosen by a client";
  created(observation("8867-4", "1", "", identified));
  EXPECT_EQ(ask(Method::put, path, observation("8867-4", "3", "", identified)).status, 412);
}

TEST_P(Verbs, APatchIsAppliedOrRefusedWhole) {
  const std::string id = created(observation("8867-4", "1.50"));
  auto response = ask(Method::patch, "/Observation/" + id,
                      R"([{"op":"test","path":"/status","value":"final"},{"op":"replace","path":"/status","value":"amended"}])",
                      {{"if-match", "W/\"1\""}});
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.body, HasSubstr("\"status\":\"amended\""));
  EXPECT_THAT(response.body, HasSubstr("1.50"));
  const auto refused = [&](const std::string& patch, int status, const std::string& issue, Headers headers = {}) {
    const auto answer = ask(Method::patch, "/Observation/" + id, patch, std::move(headers));
    EXPECT_EQ(answer.status, status) << answer.body;
    if (!issue.empty()) EXPECT_THAT(RecordHouse::issues(answer), ::testing::Contains(issue));
  };
  refused(R"([{"op":"test","path":"/status","value":"final"}])", 422, "processing [0].value");
  refused(R"([{"op":"remove","path":"/status"}])", 422, "required Observation.status");
  refused(R"([{"op":"replace","path":"/id","value":"x"}])", 422, "business-rule Observation.id");
  refused(R"([{"op":"jump"}])", 400, "value [0].op");
  refused(R"([{"op":"replace","path":"/status","value":"final"}])", 412, "", {{"if-match", "W/\"1\""}});
  EXPECT_EQ(house.fhir(who, {Method::patch, "/fhir/R4/Observation/" + id, "[]", "application/fhir+json"}).status, 415);
  EXPECT_EQ(rows(), 2);
}

TEST_P(Verbs, APatchOfTheFirstLabelUnhidesNothing) {  // rules.md 13.4
  const std::string hidden =
      R"(,"meta":{"security":[{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"INVISIBLE_REPRESENTANTS_LEGAUX"}]})";
  const std::string id = created(observation("8867-4", "1", "", hidden));
  const auto response = ask(
      Method::patch, "/Observation/" + id,
      R"([{"op":"replace","path":"/meta/security/0","value":{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"MASQUE_PS"}}])");
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(response.body, HasSubstr("INVISIBLE_REPRESENTANTS_LEGAUX"));
  EXPECT_THAT(response.body, HasSubstr("MASQUE_PS"));
}

TEST_P(Verbs, AnIdempotencyKeyHasItsEffectOnce) {  // P2
  const Headers key{{"idempotency-key", "k-1"}};
  const auto first = post("/Observation", observation(), key), again = post("/Observation", observation(), key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(header(again, "Location"), header(first, "Location"));
  EXPECT_EQ(header(again, "ETag"), header(first, "ETag"));
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(post("/Observation", observation("8867-4", "99"), key).status, 409);
  EXPECT_EQ(rows(), 1);
}

TEST_P(Verbs, ValidateTellsWhatACreateWouldAndWritesNothing) {
  auto response = post("/Observation/$validate", observation());
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, HasSubstr("\"severity\":\"information\""));
  response = post("/Observation/$validate", R"({"resourceType":"Parameters","parameter":[{"name":"resource","resource":)" +
                                                observation("8867-4", "\"x\"") + "}]}");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(RecordHouse::issues(response), ::testing::Contains("structure Observation.valueQuantity.value"));
  EXPECT_EQ(rows(), 0);
}

TEST_P(Verbs, OnlyJsonIsSpoken) {
  const std::string id = created(observation());
  const auto accept = [&](const std::string& type) {
    return house.fhir(who, {Method::get, "/fhir/R4/Observation/" + id, "", "", type}).status;
  };
  EXPECT_EQ(accept("application/fhir+xml"), 406);
  EXPECT_EQ(accept("application/fhir+json"), 200);
  EXPECT_EQ(get("/Observation/" + id + "?_format=xml").status, 406);
  EXPECT_EQ(get("/Observation/" + id + "?_format=json").status, 200);
  const auto xml = house.fhir(who, {Method::post, "/fhir/R4/Observation", "<Observation/>", "application/fhir+xml"});
  EXPECT_EQ(xml.status, 415);
  EXPECT_THAT(xml.body, HasSubstr("OperationOutcome"));
  const auto pretty = get("/Observation/" + id + "?_pretty=true");
  EXPECT_THAT(pretty.body, StartsWith("{\n  \"resourceType\": \"Observation\""));
  EXPECT_EQ(json::parse(pretty.body), json::parse(get("/Observation/" + id).body));
}

TEST_P(Verbs, ScopesAndRightsAreAsked) {
  const std::string id = created(observation());
  auto reader = std::make_shared<identity::Caller>(*RecordHouse::doctor());
  reader->scopes = {"documents.read", "documents.deposit"};
  who = reader;
  EXPECT_EQ(get("/Observation/" + id).status, 403);
  EXPECT_EQ(post("/Observation", observation()).status, 403);
  EXPECT_EQ(get("/_history?patient=" + patient).status, 403);
  who = RecordHouse::software(testing::other_rpps, "690000002");  // no relation with her
  const auto stranger = get("/Observation/" + id), nothing = get("/Observation/00000000000000000000000000");
  EXPECT_EQ(stranger.status, 404);
  EXPECT_EQ(stranger.body, nothing.body);
  EXPECT_EQ(ask(Method::del, "/Observation/" + id).status, 404);
  EXPECT_EQ(get("/Observation?patient=" + patient).status, 404);
  who = RecordHouse::doctor();
  EXPECT_EQ(get("/Condition/" + id).status, 404) << "the type is part of the address";
  EXPECT_EQ(get("/Nonsense/" + id).status, 404);
}

TEST_P(Verbs, ThePatientIsTheRegisters) {
  const auto response = get("/Patient/" + patient);
  ASSERT_EQ(response.status, 200) << response.body;
  const auto body = parsed(response);
  EXPECT_EQ(body.at("name").at(0).at("family").as_string(), "Martin");
  EXPECT_EQ(body.at("gender").as_string(), "female");
  EXPECT_EQ(body.at("birthDate").as_string(), "1984-02-13");
  EXPECT_EQ(body.at("identifier").at(0).at("value").as_string(), nadia.number());
  EXPECT_THAT(house.traces(nadia_id), ::testing::Contains("resource_read Identité"));
  EXPECT_EQ(get("/Patient/nobody").status, 404);
  EXPECT_EQ(post("/Patient", R"({"resourceType":"Patient"})").status, 405);
  EXPECT_THAT(get("/Practitioner/" + std::string(testing::doctor_rpps)).body, HasSubstr("Dr Lina Benali"));
  EXPECT_THAT(get("/Organization?identifier=" + std::string(testing::hospital)).body, HasSubstr("Tilleuls"));
  EXPECT_EQ(get("/Practitioner/99999999999").status, 404);
}

}  // namespace
}  // namespace carnet::record
