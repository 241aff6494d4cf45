// Documents after their deposit: ITI-66, ITI-105, visibility and archiving by meaning, deletion.
#include "record/fhir_document_rules.hpp"
#include "record/testing/verbs_case.hpp"

namespace carnet::record {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;
using http::Method;
using testing::RecordHouse;
namespace json = kernel::json;

class Documents : public testing::VerbsCase {
 protected:
  std::string document() { return house.deposited(RecordHouse::sample_of(nadia)); }
  static std::string flag(const std::string& code) {
    return R"({"coding":[{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":")" + code + R"("}]})";
  }
  http::Response patch(const std::string& id, const std::string& operations, Headers headers = {}) {
    return ask(Method::patch, "/DocumentReference/" + id, operations, std::move(headers));
  }
  std::string read(const std::string& id) { return get("/DocumentReference/" + id).body; }
};
INSTANTIATE_TEST_SUITE_P(Engines, Documents, ::testing::Values("sqlite", "postgres"),
                         [](const auto& test) { return test.param; });

TEST_P(Documents, SubmissionSetsAreFound) {  // ITI-66
  const std::string id = document();
  const auto found = get("/List?code=submissionset&patient=Patient/" + patient);
  EXPECT_THAT(ids(found), ElementsAre(id)) << found.body;
  EXPECT_THAT(ids(form("/List/_search", RecordHouse::by_number(nadia) + "&code=submissionset&status=current")), ElementsAre(id));
  EXPECT_THAT(ids(get("/List?code=other&patient=Patient/" + patient)), IsEmpty());
  EXPECT_EQ(get("/List/" + id).status, 200);
  const std::string problems = created(R"({"resourceType":"List","status":"current","mode":"working","subject":{"reference":"Patient/)" +
                                           patient + R"("}})", "List");
  EXPECT_EQ(ids(get("/List?patient=Patient/" + patient)).size(), 2u) << "a list of problems is one too";
  EXPECT_EQ(get("/List/" + problems).status, 200);
  // By R4 `patient` is whom a list is about, not who drew it up.
  const std::string drawn = created(R"({"resourceType":"List","status":"current","mode":"working","source":{"reference":"Patient/)" +
                                        patient + R"("}})", "List");
  EXPECT_THAT(ids(get("/List?patient=Patient/" + patient)), UnorderedElementsAre(id, problems));
  EXPECT_THAT(ids(get("/Patient/" + patient + "/List")), UnorderedElementsAre(id, problems, drawn));
}

// Who may read documents reaches nothing else by way of them.
TEST_P(Documents, AListLeadsNoFurtherThanTheScopes) {
  const std::string set = document();
  const std::string observation = created(
      R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/)" + patient + R"("}})", "Observation");
  const std::string problems = created(R"({"resourceType":"List","status":"current","mode":"working","subject":{"reference":"Patient/)" + patient +
                                           R"("},"entry":[{"item":{"reference":"Observation/)" + observation + R"("}}]})", "List");
  EXPECT_EQ(ids(get("/List?patient=Patient/" + patient + "&item:Observation.status=final")).size(), 1u);
  auto reader = std::make_shared<identity::Caller>(*RecordHouse::doctor());
  reader->scopes = {"documents.read"};
  who = reader;
  EXPECT_THAT(get("/List?patient=Patient/" + patient + "&_include=List:item").body, Not(HasSubstr(observation)));
  EXPECT_THAT(ids(get("/List?patient=Patient/" + patient)), ElementsAre(set));
  EXPECT_THAT(ids(get("/List?patient=Patient/" + patient + "&item:Observation.status=final")), IsEmpty());
  EXPECT_EQ(get("/List/" + problems).status, 404);
  EXPECT_EQ(get("/List/" + problems + "/_history/1").status, 404);
  EXPECT_EQ(get("/List/" + problems + "/_history").status, 403);
  EXPECT_EQ(get("/List/" + set).status, 200);
}

TEST_P(Documents, OneCanBePublishedByItself) {  // ITI-105
  auto bundle = json::parse(RecordHouse::sample_of(nadia).bundle()).as_object();
  json::value reference, binary;
  for (const auto& one : bundle.at("entry").as_array()) {
    const auto& resource = one.at("resource");
    if (resource.at("resourceType").as_string() == "DocumentReference") reference = resource;
    if (resource.at("resourceType").as_string() == "Binary") binary = resource;
  }
  auto& attachment = reference.at("content").at(0).at("attachment").as_object();
  attachment.erase("url");
  EXPECT_EQ(post("/DocumentReference", json::serialize(reference)).status, 422) << "without its content";
  attachment["data"] = binary.at("data");
  const auto response = post("/DocumentReference", json::serialize(reference));
  ASSERT_EQ(response.status, 201) << response.body;
  const std::string id = id_in(header(response, "Location"));
  EXPECT_THAT(read(id), Not(HasSubstr("\"data\"")));
  EXPECT_THAT(read(id), HasSubstr("/Binary/" + id));
  EXPECT_THAT(get("/Binary/" + id, {{"accept", "application/fhir+json"}}).body,
              HasSubstr(std::string(binary.at("data").as_string())));
  EXPECT_EQ(get("/List/" + id).status, 404) << "it came in no submission";
  EXPECT_EQ(post("/DocumentReference", json::serialize(reference)).status, 200) << "there already";
}

TEST_P(Documents, ReplacingTheFirstLabelMasksAndKeepsTheConfidentiality) {  // rules.md 13.4
  const std::string id = document();
  const auto response = patch(id, R"([{"op":"replace","path":"/securityLabel/0","value":)" + flag("MASQUE_PS") + "}]");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_THAT(read(id), HasSubstr("\"code\":\"MASQUE_PS\""));
  EXPECT_THAT(read(id), HasSubstr("\"code\":\"N\""));
  EXPECT_EQ(parsed(get("/DocumentReference/" + id)).at("meta").at("versionId").as_string(), "2");
  const auto again = patch(id, R"([{"op":"replace","path":"/securityLabel/0","value":)" +
                                   flag("INVISIBLE_REPRESENTANTS_LEGAUX") + "}]");
  ASSERT_EQ(again.status, 200) << again.body;
  for (const auto* code : {"MASQUE_PS", "INVISIBLE_REPRESENTANTS_LEGAUX", "\"N\""}) EXPECT_THAT(read(id), HasSubstr(code));
  who = doctor_elsewhere();
  EXPECT_EQ(get("/DocumentReference/" + id).status, 404) << "it is hidden from others";
  EXPECT_EQ(get("/Binary/" + id).status, 404);
  EXPECT_THAT(ids(get("/DocumentReference?patient=" + patient)), IsEmpty());
}

TEST_P(Documents, WhatIsHiddenIsNotShownAgainBySoftware) {
  const std::string id = document();
  ASSERT_EQ(patch(id, R"([{"op":"add","path":"/securityLabel/-","value":)" + flag("MASQUE_PS") + "}]").status, 200);
  const auto body = parsed(get("/DocumentReference/" + id));
  std::size_t index = 0;
  while (json::serialize(body.at("securityLabel").at(index)).find("MASQUE_PS") == std::string::npos) ++index;
  const std::string remove = fmt::format(R"([{{"op":"remove","path":"/securityLabel/{}"}}])", index);
  EXPECT_EQ(patch(id, remove).status, 422) << "an index may mean another";
  const auto refused = patch(id, remove, {{"if-match", "W/\"2\""}});
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(RecordHouse::issues(refused), ElementsAre("business-rule DocumentReference.securityLabel"));
  EXPECT_THAT(read(id), HasSubstr("MASQUE_PS"));
}

TEST_P(Documents, ArchivedAndConfidentialByUpdateAndNothingElse) {
  const std::string id = document();
  auto body = parsed(get("/DocumentReference/" + id)).as_object();
  body["extension"] = json::array{json::object{{"url", std::string(fhir::archived_extension)}, {"valueBoolean", true}}};
  const auto put = [&](const json::object& resource, Headers headers = {}) {
    return ask(Method::put, "/DocumentReference/" + id, json::serialize(resource), std::move(headers));
  };
  EXPECT_EQ(put(body, {{"if-match", "W/\"5\""}}).status, 412);
  ASSERT_EQ(put(body, {{"if-match", "W/\"1\""}}).status, 200);
  EXPECT_THAT(read(id), HasSubstr("pdsm-ext-is-archived"));
  body.erase("extension");
  ASSERT_EQ(put(body).status, 200);
  EXPECT_THAT(read(id), Not(HasSubstr("pdsm-ext-is-archived")));
  body["description"] = "another";
  auto refused = put(body);
  EXPECT_EQ(refused.status, 422);
  EXPECT_THAT(RecordHouse::issues(refused), ElementsAre("business-rule DocumentReference.description"));
  body.erase("description");
  body["status"] = "entered-in-error";
  ASSERT_EQ(put(body).status, 200);
  EXPECT_THAT(ids(get("/DocumentReference?patient=" + patient)), IsEmpty()) << "no longer current";
  EXPECT_THAT(ids(get("/DocumentReference?status=entered-in-error&patient=" + patient)), ElementsAre(id));
}

TEST_P(Documents, OnlyTheAuthorDeletes) {
  const std::string id = document();
  who = doctor_elsewhere();
  EXPECT_EQ(ask(Method::del, "/DocumentReference/" + id).status, 403);
  EXPECT_EQ(patch(id, R"([{"op":"add","path":"/securityLabel/-","value":)" + flag("MASQUE_PS") + "}]").status, 403);
  who = RecordHouse::doctor();
  EXPECT_EQ(ask(Method::del, "/DocumentReference/" + id).status, 204);
  EXPECT_EQ(get("/DocumentReference/" + id).status, 410);
  EXPECT_NE(get("/Binary/" + id).status, 200);
  EXPECT_THAT(ids(get("/DocumentReference?patient=" + patient)), IsEmpty());
  EXPECT_THAT(house.traces(nadia_id), Contains(HasSubstr("resource_deleted")));
}

TEST_P(Documents, TheirVersionsAreTold) {
  const std::string id = document();
  patch(id, R"([{"op":"replace","path":"/securityLabel/0","value":)" + flag("MASQUE_PS") + "}]");
  EXPECT_EQ(parsed(get("/DocumentReference/" + id + "/_history")).at("total").as_int64(), 2);
  EXPECT_THAT(get("/DocumentReference/" + id + "/_history/1").body, Not(HasSubstr("MASQUE_PS")));
  EXPECT_THAT(get("/DocumentReference/" + id + "/_history/2").body, HasSubstr("MASQUE_PS"));
}

// ---- the rule alone
TEST(DocumentRules, INVISIBLE_PATIENT_EndsByItsAuthorAndDoesNotGoWithMasking) {
  Document one;
  one.facts.invisible_patient = true;
  one.facts.patient_visible_from = kernel::Instant{5};
  DocumentWish wish;
  ASSERT_TRUE(apply(wish, one, kernel::Instant{}));
  EXPECT_FALSE(one.facts.invisible_patient);
  EXPECT_EQ(one.facts.patient_visible_from, kernel::Instant{}) << "it was announced now";
  wish.masque_ps = wish.invisible_patient = true;
  EXPECT_FALSE(apply(wish, one, kernel::Instant{}));
  wish.invisible_patient = false;
  ASSERT_TRUE(apply(wish, one, kernel::Instant{}));
  wish.masque_ps = false;
  EXPECT_FALSE(apply(wish, one, kernel::Instant{})) << "what the holder hid";
}

}  // namespace
}  // namespace carnet::record
