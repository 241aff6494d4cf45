// Batches and transactions.
#include "record/testing/verbs_case.hpp"

namespace carnet::record {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using http::Method;
using testing::RecordHouse;
namespace json = kernel::json;

class Bundles : public testing::VerbsCase {
 protected:
  static std::string entry(const std::string& method, const std::string& url, const std::string& resource = {},
                           const std::string& full_url = {}, const std::string& more = {}) {
    return "{" + (full_url.empty() ? "" : "\"fullUrl\":\"" + full_url + "\",") +
           (resource.empty() ? "" : "\"resource\":" + resource + ",") + R"("request":{"method":")" + method +
           R"(","url":")" + url + "\"" + more + "}}";
  }
  http::Response send(const std::string& type, const std::vector<std::string>& entries, Headers headers = {}) {
    std::string bundle = R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)";
    for (std::size_t i = 0; i < entries.size(); ++i) bundle += (i == 0 ? "" : ",") + entries[i];
    return post("", bundle + "]}", std::move(headers));
  }
  static constexpr const char* first_uuid = "urn:uuid:11111111-1111-4111-8111-111111111111";
  static constexpr const char* second_uuid = "urn:uuid:22222222-2222-4222-8222-222222222222";
};
INSTANTIATE_TEST_SUITE_P(Engines, Bundles, ::testing::Values("sqlite", "postgres"),
                         [](const auto& test) { return test.param; });

TEST_P(Bundles, AnEntryOfABatchStandsAlone) {
  const std::string there = created(observation("8867-4", "5"));
  const auto response = send("batch", {entry("POST", "Observation", observation()),
                                       entry("POST", "Observation", R"({"resourceType":"Observation"})"),
                                       entry("GET", "Observation/" + there), entry("GET", "Observation/x"),
                                       entry("DELETE", "Observation/" + there),
                                       entry("GET", "Observation?patient=Patient/" + patient)});
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(statuses(response), ElementsAre("201 Created", "422 Unprocessable Content", "200 OK", "404 Not Found",
                                              "204 No Content", "200 OK"));
  const auto body = parsed(response);
  EXPECT_EQ(body.at("type").as_string(), "batch-response");
  EXPECT_EQ(body.at("entry").at(1).at("response").at("outcome").at("resourceType").as_string(), "OperationOutcome");
  EXPECT_EQ(body.at("entry").at(2).at("resource").at("id").as_string(), there);
  EXPECT_EQ(body.at("entry").at(5).at("resource").at("total").as_int64(), 1);
}

TEST_P(Bundles, EntriesOfATransactionReferToEachOther) {
  const std::string encounter =
      R"({"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/)" + patient +
      R"("},"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><a href=\")" +
      std::string(second_uuid) + R"(\">x</a></div>"}})";
  const auto response =
      send("transaction",
           {entry("POST", "Observation",
                  observation("8867-4", "1", "", R"(,"encounter":{"reference":")" + std::string(first_uuid) + R"("})"), second_uuid),
            entry("POST", "Encounter", encounter, first_uuid)});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(statuses(response), ElementsAre("201 Created", "201 Created"));
  const std::string observed = id_in(location(response, 0)), met = id_in(location(response, 1));
  EXPECT_THAT(get("/Observation/" + observed).body, HasSubstr(R"("reference":"Encounter/)" + met));
  EXPECT_THAT(get("/Encounter/" + met).body, HasSubstr(R"(href=\"Observation/)" + observed));
  EXPECT_THAT(ids(get("/Observation?encounter=Encounter/" + met + "&patient=" + patient)), ElementsAre(observed));
}

TEST_P(Bundles, ReferencesRelativeToTheirFullUrlAreResolvedToo) {
  const std::string encounter =
      R"({"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/)" + patient + R"("}})";
  const auto response = send(
      "transaction",
      {entry("POST", "Encounter", encounter, "http://lab.example/fhir/Encounter/e1"),
       entry("POST", "Observation", observation("8867-4", "1", "", R"(,"encounter":{"reference":"Encounter/e1"})"),
             "http://lab.example/fhir/Observation/o1")});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(get("/Observation/" + id_in(location(response, 1))).body,
              HasSubstr(R"("reference":"Encounter/)" + id_in(location(response, 0))));
}

TEST_P(Bundles, AllOfATransactionOrNothing) {
  const std::string there = created(observation("8867-4", "5"));
  const auto before = rows();
  const auto refused = [&](const std::vector<std::string>& entries, int status, const std::string& issue) {
    const auto response = send("transaction", entries);
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_THAT(RecordHouse::issues(response), ::testing::Contains(issue)) << response.body;
    EXPECT_EQ(rows(), before);
  };
  const std::string good = entry("POST", "Observation", observation(), first_uuid);
  refused({good, entry("POST", "Observation", observation("8867-4", "\"x\""), second_uuid)}, 422,
          "structure Bundle.entry[1].resource.valueQuantity.value");
  refused({good, entry("PUT", "Observation/" + there, observation("8867-4", "6", there), {}, R"(,"ifMatch":"W/\"9\"")")}, 412,
          "conflict Bundle.entry[1]");
  refused({good, entry("DELETE", "Observation/00000000000000000000000000")}, 404, "not-found Bundle.entry[1]");
  refused({good, entry("POST", "Observation",
                       observation("8867-4", "1", "", R"(,"encounter":{"reference":"urn:uuid:33333333-3333-4333-8333-333333333333"})"),
                       second_uuid)},
          422, "not-found Bundle.entry[1].resource.encounter.reference");
  refused({good, entry("POST", "Consent", R"({"resourceType":"Consent"})")}, 422, "not-supported Bundle.entry[1].request");
  refused({good, entry("PUT", "Observation/" + there, observation("8867-4", "6", there)),
           entry("DELETE", "Observation/" + there)},
          422, "duplicate Bundle.entry[1].request.url Bundle.entry[2].request.url");
  std::string for_paul = observation();
  for_paul.replace(for_paul.find(patient), patient.size(), other_patient);
  refused({good, entry("POST", "Observation", for_paul, second_uuid)}, 422,
          "business-rule Bundle.entry[0].resource.subject.reference Bundle.entry[1].resource.subject.reference");
}

TEST_P(Bundles, VerbsOfATransactionHaveTheirOrder) {
  const std::string identified = R"(,"identifier":[{"system":"urn:lab","value":"7"}])";
  const std::string old = created(observation("8867-4", "5", "", identified)), kept = created(observation("8867-4", "6"));
  const auto response = send(
      "transaction",
      {entry("GET", "Observation?identifier=urn:lab|7&patient=" + patient),
       entry("PUT", "Observation/" + kept, observation("8867-4", "8", kept)),
       entry("POST", "Observation", observation("8867-4", "7", "", identified), first_uuid, R"(,"ifNoneExist":"identifier=urn:lab|7")"),
       entry("DELETE", "Observation/" + old)});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(statuses(response), ElementsAre("200 OK", "200 OK", "201 Created", "204 No Content"));
  const std::string made = id_in(location(response, 2));
  const auto found = parsed(response).at("entry").at(0).at("resource");
  EXPECT_EQ(found.at("total").as_int64(), 1);
  EXPECT_EQ(found.at("entry").at(0).at("resource").at("id").as_string(), made) << "read last";
  EXPECT_EQ(get("/Observation/" + old).status, 410);
}

TEST_P(Bundles, ConditionsOfATransactionLookAtTheRecord) {
  const std::string encounter = R"({"resourceType":"Encounter","identifier":[{"system":"urn:e","value":"1"}],"status":"finished",)"
                                R"("class":{"code":"AMB"},"subject":{"reference":"Patient/)" + patient + R"("}})";
  const std::string met = created(encounter, "Encounter");
  const std::string observed = observation("8867-4", "1", "", R"(,"encounter":{"reference":"Encounter?identifier=urn:e|1"})");
  auto response = send("transaction", {entry("POST", "Observation", observed, first_uuid),
                                       entry("POST", "Encounter", encounter, second_uuid, R"(,"ifNoneExist":"identifier=urn:e|1")")});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(statuses(response), ElementsAre("201 Created", "200 OK"));
  EXPECT_EQ(id_in(location(response, 1)), met);
  EXPECT_THAT(get("/Observation/" + id_in(location(response, 0))).body, HasSubstr("Encounter/" + met));
  const std::string lost = observation("8867-4", "1", "", R"(,"encounter":{"reference":"Encounter?identifier=urn:e|2"})");
  response = send("transaction", {entry("POST", "Observation", lost, first_uuid)});
  EXPECT_EQ(response.status, 412);
  EXPECT_THAT(RecordHouse::issues(response), ElementsAre("not-found Bundle.entry[0].resource.encounter.reference"));
  created(encounter, "Encounter");
  response = send("transaction", {entry("POST", "Observation", observed, first_uuid)});
  EXPECT_EQ(response.status, 412);
  response = send("transaction", {entry("PUT", "Encounter?identifier=urn:e|1", encounter)});
  EXPECT_EQ(response.status, 412);
}

TEST_P(Bundles, ThePatientMayBeNamedByNumber) {
  const std::string number = "urn:oid:1.2.250.1.213.1.4.11|" + nadia.number();
  std::string observed = observation();
  observed.replace(observed.find("Patient/" + patient), 8 + patient.size(), "Patient?identifier=" + number);
  auto response = send("transaction", {entry("POST", "Observation", observed, first_uuid)});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(get("/Observation/" + id_in(location(response, 0))).body, HasSubstr(R"("reference":"Patient/)" + patient));
  observed = observation();
  observed.replace(observed.find("Patient/" + patient), 8 + patient.size(), second_uuid);
  const std::string someone = R"({"resourceType":"Patient"})";
  response = send("transaction", {entry("POST", "Patient", someone, second_uuid, R"(,"ifNoneExist":"identifier=)" + number + "\""),
                                  entry("POST", "Observation", observed, first_uuid)});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(statuses(response), ElementsAre("200 OK", "201 Created"));
  EXPECT_THAT(get("/Observation/" + id_in(location(response, 1))).body, HasSubstr(R"("reference":"Patient/)" + patient));
}

TEST_P(Bundles, FiveHundredEntriesAreOneWrite) {
  std::vector<std::string> entries;
  for (int i = 0; i < 500; ++i)
    entries.push_back(entry("POST", "Observation", observation("8867-4", std::to_string(i)),
                            fmt::format("urn:uuid:00000000-0000-4000-8000-{:012}", i)));
  const auto response = send("transaction", entries);
  ASSERT_EQ(response.status, 200) << response.body.substr(0, 500);
  EXPECT_EQ(statuses(response).size(), 500u);
  EXPECT_EQ(rows(), 500);
  EXPECT_THAT(get("/Observation?_summary=count&patient=" + patient).body, HasSubstr("\"total\":500"));
}

TEST_P(Bundles, ATransactionIsDoneOnceUnderItsKey) {  // P2
  const Headers key{{"idempotency-key", "t-1"}};
  const std::vector<std::string> entries{entry("POST", "Observation", observation(), first_uuid)};
  const auto first = send("transaction", entries, key), again = send("transaction", entries, key);
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(location(again, 0), location(first, 0));
  EXPECT_EQ(rows(), 1);
}

TEST_P(Bundles, APatchInATransaction) {
  const std::string id = created(observation());
  const std::string patch = R"([{"op":"replace","path":"/status","value":"amended"}])";
  const std::string binary = R"({"resourceType":"Binary","contentType":"application/json-patch+json","data":")" +
                             kernel::to_base64(kernel::as_bytes(patch)) + "\"}";
  const auto response = send("transaction", {entry("PATCH", "Observation/" + id, binary)});
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(get("/Observation/" + id).body, HasSubstr("amended"));
}

TEST_P(Bundles, DocumentsComeAlong) {
  const auto sample = RecordHouse::sample_of(nadia);
  auto bundle = json::parse(sample.bundle()).as_object();
  json::array entries;
  for (const auto& one : bundle.at("entry").as_array())
    if (one.at("resource").at("resourceType").as_string() != "List") entries.push_back(one);
  entries.push_back(json::parse(entry("POST", "Observation", observation(), second_uuid)));
  bundle["entry"] = entries;
  const auto response = post("", json::serialize(bundle));
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(statuses(response), ElementsAre("201 Created", "201 Created", "201 Created"));
  EXPECT_EQ(get("/DocumentReference/" + id_in(location(response, 0))).status, 200);
  EXPECT_EQ(get("/Observation/" + id_in(location(response, 2))).status, 200);
}

}  // namespace
}  // namespace carnet::record
