// Faults that integrators found once, each through the routes.
#include <gmock/gmock.h>

#include "record/testing/verbs_case.hpp"

namespace carnet::record {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using http::Method;
using testing::other_rpps;
using testing::RecordHouse;
namespace json = kernel::json;

class Faults : public testing::VerbsCase {
 protected:
  std::string of_subject(const std::string& type, const std::string& more) const {
    return R"({"resourceType":")" + type + R"(","subject":{"reference":"Patient/)" + patient + R"("})" + more + "}";
  }
  // Without a word about this person: of another structure, in no relation.
  static RecordHouse::Principal stranger() { return RecordHouse::software(other_rpps, elsewhere); }
  http::Response as(const RecordHouse::Principal& other, Method method, const std::string& path,
                    const std::string& body = {}) {
    const auto before = std::exchange(who, other);
    auto response = ask(method, path, body);
    who = before;
    return response;
  }
  std::string sent_with_patient(const std::string& patient_entry) {
    auto sample = RecordHouse::sample_of(nadia, 1);
    std::string bundle = sample.bundle();
    const auto first = bundle.find("\"entry\":[") + 9;
    return bundle.substr(0, first) + patient_entry + "," + bundle.substr(first);
  }
};

TEST_P(Faults, WhatIsNearToNoDocumentIsReadByItsAuthorsStructure) {
  const std::string basic = created(of_subject("Basic", R"(,"code":{"text":"x"})"), "Basic");
  EXPECT_EQ(get("/Basic/" + basic).status, 200);
  EXPECT_THAT(ids(get("/Basic?patient=" + patient)), ElementsAre(basic));
  house.join(nadia_id, other_rpps);
  EXPECT_EQ(as(RecordHouse::software(other_rpps), Method::get, "/Basic/" + basic).status, 200) << "a colleague";
  EXPECT_EQ(as(doctor_elsewhere(), Method::get, "/Basic/" + basic).status, 404);
}

TEST_P(Faults, WritingOpensNobodysIdentity) {  // REC-19
  who = stranger();
  EXPECT_EQ(get("/Patient/" + patient).status, 404);
  const std::string own = created(observation());
  EXPECT_EQ(get("/Observation/" + own).status, 200) << "what they wrote they find again";
  EXPECT_EQ(get("/Patient/" + patient).status, 404);
  EXPECT_EQ(get("/Patient/" + patient + "/$everything").status, 404);
  EXPECT_THAT(ids(get("/Patient?_id=" + patient + "&_revinclude=Observation:subject")), ::testing::IsEmpty());
  EXPECT_THAT(ids(get("/Patient?_id=" + patient + "&gender=female,male,unknown")), ::testing::IsEmpty());
  const auto joined = get("/Observation?_id=" + own + "&_include=Observation:subject");
  EXPECT_THAT(ids(joined), ElementsAre(own));
  EXPECT_THAT(joined.body, Not(HasSubstr("MARTIN")));
  // The id alone is no identity: whoever asks for it says the number.
  const auto by_number = form("/Patient/_search", "identifier=" + http::percent_encode("urn:oid:1.2.250.1.213.1.4.11|" + nadia.number()));
  EXPECT_THAT(by_number.body, Not(HasSubstr("MARTIN")));
}

TEST_P(Faults, WhatIsHiddenAndWhatIsNotThereAnswerAlikeToEveryVerb) {  // REC-19
  const std::string id = created(observation());
  const std::string absent(26, 'a');
  const auto with_id = [&](std::string_view of) { return observation("8867-4", "73", std::string(of)); };
  const auto bundle = [&](const std::string& verb, const std::string& of) {
    return R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":")" + verb +
           R"(","url":"Observation/)" + of + R"("})" + (verb == "PUT" ? ",\"resource\":" + with_id(of) : "") + "}]}";
  };
  // Also a professional of the author's own structure whom the record does not know.
  for (const auto& other : {stranger(), RecordHouse::software(other_rpps)})
    for (const bool in_memory : {false, true}) {
      if (!in_memory) house.reopen();
      if (in_memory) EXPECT_EQ(get("/Observation/" + id).status, 200);
      const auto alike = [&](const http::Response& hidden, const http::Response& nowhere) {
        EXPECT_EQ(hidden.status, 404);
        EXPECT_EQ(nowhere.status, 404);
        EXPECT_EQ(hidden.body, nowhere.body);
      };
      alike(as(other, Method::get, "/Observation/" + id), as(other, Method::get, "/Observation/" + absent));
      alike(as(other, Method::put, "/Observation/" + id, with_id(id)), as(other, Method::put, "/Observation/" + absent, with_id(absent)));
      alike(as(other, Method::del, "/Observation/" + id), as(other, Method::del, "/Observation/" + absent));
      const std::string patch = R"([{"op":"replace","path":"/status","value":"amended"}])";
      alike(as(other, Method::patch, "/Observation/" + id, patch), as(other, Method::patch, "/Observation/" + absent, patch));
      for (const char* verb : {"PUT", "DELETE"})
        alike(as(other, Method::post, "", bundle(verb, id)), as(other, Method::post, "", bundle(verb, absent)));
    }
  EXPECT_EQ(get("/Observation/" + id).status, 200);
}

// Of a transaction: which entries it may be, the same for what is hidden and for what is not there.
TEST_P(Faults, ATransactionTellsWhereNothingIsAndNotWhatIsHidden) {  // REC-8
  const std::string id = created(observation("8867-4", "72", {}, R"(,"meta":{"security":[{"code":"MASQUE_PS"}]})"));
  const std::string shown = created(observation()), absent(26, 'a');
  const auto other = doctor_elsewhere();
  EXPECT_EQ(as(other, Method::get, "/Observation/" + shown).status, 200);
  const auto told = [&](const std::string& verb, const std::string& of) {
    const std::string resource = verb == "PUT"     ? observation("8867-4", "73", of)
                                 : verb == "PATCH" ? R"({"resourceType":"Binary","contentType":"application/json-patch+json","data":"W10="})"
                                                   : "";
    return as(other, Method::post, "",
              R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Observation"},"resource":)" +
                  observation() + R"(},{"request":{"method":")" + verb + R"(","url":"Observation/)" + of + "\"}" +
                  (resource.empty() ? "" : ",\"resource\":" + resource) + "}]}");
  };
  for (const auto* verb : {"PUT", "DELETE", "PATCH"}) {
    const auto hidden = told(verb, id);
    EXPECT_EQ(hidden.status, 404) << verb;
    EXPECT_THAT(hidden.body, HasSubstr(R"("expression":["Bundle.entry[1]"])")) << verb;
    EXPECT_EQ(hidden.body, told(verb, absent).body) << verb;
  }
}

TEST_P(Faults, AMisspeltVisibilityIsRefusedAndNotDropped) {
  const std::string said = observation("8867-4", "72", {}, R"(,"meta":{"security":[{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"MASQUE_SP"}]})");
  const auto refused = post("/Observation", said);
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr(R"("expression":["Observation.meta.security[0].code"])"));
  EXPECT_THAT(post("/Observation/$validate", said).body, HasSubstr("Observation.meta.security[0].code"));
  const auto bundle = post("", R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Observation"},"resource":)" + said + "}]}");
  EXPECT_EQ(bundle.status, 422);
  EXPECT_THAT(bundle.body, HasSubstr("Bundle.entry[0].resource.meta.security[0].code"));
  EXPECT_EQ(rows(), 0);
}

TEST_P(Faults, AWriteIsJudgedWithoutALookAtEverything) {
  const std::string id = created(observation());
  house.reopen();
  const auto listings = [&] {
    const auto all = house.traces(nadia_id);
    return std::ranges::count_if(all, [](const std::string& one) { return one.starts_with("documents_listed") || one.starts_with("record_searched"); });
  };
  const auto before = listings();
  EXPECT_EQ(ask(Method::put, "/Observation/" + id, observation("8867-4", "73", id)).status, 200);
  EXPECT_EQ(ask(Method::del, "/Observation/" + id).status, 204);
  EXPECT_EQ(listings(), before);
}

TEST_P(Faults, AnIdHasOneSpelling) {
  const auto upper = [](std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
  };
  std::string loud = observation();
  loud.replace(loud.find(patient), patient.size(), upper(patient));
  EXPECT_EQ(post("/Observation", loud).status, 422);
  const std::string id = created(observation());
  EXPECT_EQ(get("/Observation/" + upper(id)).status, 404);
  EXPECT_EQ(get("/Patient/" + upper(patient)).status, 404);
}

TEST_P(Faults, AChainGoesIntoWhatIsContained) {
  const std::string request = created(
      R"({"resourceType":"MedicationRequest","contained":[{"resourceType":"Medication","id":"m","code":{"coding":[{"system":"http://x","code":"doliprane"}]}},)"
      R"({"resourceType":"Practitioner","id":"p","name":[{"family":"Benali","given":["Lina"]}]}],"status":"active","intent":"order",)"
      R"("medicationReference":{"reference":"#m"},"requester":{"reference":"#p"},"subject":{"reference":"Patient/)" + patient + R"("}})",
      "MedicationRequest");
  const std::string by = "/MedicationRequest?patient=" + patient + "&";
  EXPECT_THAT(ids(get(by + "medication.code=doliprane")), ElementsAre(request));
  EXPECT_THAT(ids(get(by + "medication.code=aspirine")), SizeIs(0));
  EXPECT_THAT(ids(get(by + "requester:Practitioner.family=benali")), ElementsAre(request));
  EXPECT_THAT(ids(get(by + "requester.given=lina")), ElementsAre(request));
  // MHD: a document by its author, who is contained.
  auto sample = RecordHouse::sample_of(nadia, 1);
  std::string bundle = sample.bundle();
  const std::string in_words = R"("name":[{"text":"Dr Lina Benali"}])";
  for (auto at = bundle.find(in_words); at != std::string::npos; at = bundle.find(in_words, at + 1))
    bundle.replace(at, in_words.size(), R"("name":[{"family":"Benali","given":["Lina"]}])");
  ASSERT_EQ(post("", bundle).status, 200);
  EXPECT_THAT(ids(get("/DocumentReference?patient=" + patient + "&author.family=Benali")), SizeIs(1));
  EXPECT_THAT(ids(get("/DocumentReference?patient=" + patient + "&author.family=Roche")), SizeIs(0));
}

TEST_P(Faults, ASubmissionSetIsFoundByItsSourceAndDesignation) {  // ITI-66
  auto sample = RecordHouse::sample_of(nadia, 1);
  std::string bundle = sample.bundle();
  const std::string code = R"("mode":"working",)";
  bundle.replace(bundle.find(code), code.size(),
                 code + R"("extension":[{"url":"https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId","valueIdentifier":{"system":"urn:ietf:rfc:3986","value":"urn:oid:1.2.3"}},)"
                        R"({"url":"https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType","valueCodeableConcept":{"coding":[{"system":"http://x","code":"visit"}]}}],)");
  ASSERT_EQ(post("", bundle).status, 200);
  const std::string by = "/List?code=submissionset&patient=" + patient + "&";
  for (const std::string& one : {"sourceId=urn:oid:1.2.3", "sourceId=urn:ietf:rfc:3986%7Curn:oid:1.2.3", "designationType=visit",
                                 "designationType=http://x%7Cvisit", "designationType=other,visit"}) {
    const auto found = get(by + one);
    EXPECT_THAT(ids(found), SizeIs(1)) << one;
    EXPECT_THAT(found.body, Not(HasSubstr("was not applied")));
  }
  EXPECT_THAT(ids(get(by + "sourceId=urn:oid:1.2.4")), SizeIs(0));
  EXPECT_THAT(ids(get(by + "designationType=http://y%7Cvisit")), SizeIs(0));
}

TEST_P(Faults, APatientMayComeAlongWithDocuments) {  // MHD 4.2, 3.65.4.1.2
  const std::string said = R"("resource":{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:oid:1.2.250.1.213.1.4.11","value":")" +
                           nadia.number() + R"("}],"name":[{"use":"official","family":"MARTIN","given":["Nadia1"]}],"gender":"female","birthDate":"1984-02-13"})";
  for (const std::string& request : {R"({"method":"POST","url":"Patient"})", R"({"method":"PUT","url":"Patient?identifier=x"})"}) {
    const auto done = post("", sent_with_patient(R"({"fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000f1",)" + said + R"(,"request":)" + request + "}"));
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(location(done, 0), "Patient/" + patient);
  }
  std::string other = said;
  other.replace(other.find("MARTIN"), 6, "DURAND");
  const auto refused = post("", sent_with_patient(R"({"fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000f1",)" + other +
                                                  R"(,"request":{"method":"POST","url":"Patient"}})"));
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(refused.body, HasSubstr("birth-name"));
}

TEST_P(Faults, APatientOfATransactionIsWhoItsNumberSays) {
  const std::string person = R"({"fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000f1","resource":{"resourceType":"Patient","identifier":[{"system":"urn:oid:1.2.250.1.213.1.4.11","value":")" +
                             nadia.number() + R"("}]},"request":{"method":"POST","url":"Patient"}})";
  std::string measure = observation();
  measure.replace(measure.find("Patient/" + patient), 8 + patient.size(), "urn:uuid:00000000-0000-4000-8000-0000000000f1");
  const auto done = post("", R"({"resourceType":"Bundle","type":"transaction","entry":[)" + person + R"(,{"resource":)" + measure +
                                 R"(,"request":{"method":"POST","url":"Observation"}}]})");
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_THAT(statuses(done), ElementsAre("200 OK", "201 Created"));
  EXPECT_THAT(ids(get("/Observation?patient=" + patient)), SizeIs(1));
  const auto nobody = post("", R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Practitioner"},"request":{"method":"POST","url":"Practitioner"}}]})");
  EXPECT_THAT(nobody.body, HasSubstr("Practitioner?identifier=")) << "the words say what to do instead";
}

TEST_P(Faults, ADocumentIsFiledOnceUnderAKey) {
  const auto bundle = [&](int number) { return RecordHouse::sample_of(nadia, number).bundle(); };
  const testing::VerbsCase::Headers key{{"idempotency-key", "abc"}};
  const auto first = post("", bundle(1), key), again = post("", bundle(1), key);
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(again.body, first.body) << "answered as it was the first time";
  EXPECT_EQ(post("", bundle(2), key).status, 409);
  EXPECT_THAT(ids(get("/DocumentReference?patient=" + patient)), SizeIs(1));
}

TEST_P(Faults, TheStatementAndTheDiscoverySayWhatThereIs) {
  EXPECT_THAT(get("/metadata").body, HasSubstr(R"("type":"AuditEvent")"));
  const auto smart = house.fhir(nullptr, {Method::get, "/fhir/R4/.well-known/smart-configuration"});
  ASSERT_EQ(smart.status, 200);
  const auto said = json::parse(smart.body);
  EXPECT_EQ(said.at("token_endpoint").as_string(), "https://localhost:8443/oauth/token");
  EXPECT_EQ(said.at("token_endpoint_auth_methods_supported").at(0).as_string(), "private_key_jwt");
}

INSTANTIATE_TEST_SUITE_P(Engines, Faults, ::testing::ValuesIn(store::testing::store_cases()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace carnet::record
