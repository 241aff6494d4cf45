// What is hidden, from whom, and who is told: masking by the holder, discretion, the announcement visit.
#include <gmock/gmock.h>

#include "record/testing/record_house.hpp"

namespace carnet::record {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using http::Method;
using testing::other_rpps;
using testing::RecordHouse;
using testing::Sample;
using testing::Someone;
namespace json = kernel::json;

class Hiding : public ::testing::TestWithParam<std::string> {
 protected:
  std::string add(const Someone& one, int number, std::string_view label = {}) {
    Sample sample = RecordHouse::sample_of(one, number);
    sample.unique_id += fmt::format(".{}", one.n);
    sample.title = fmt::format("Document {}", number);
    if (!label.empty()) sample.labels = labels(label);
    return house.deposited(sample);
  }
  static std::string labels(std::string_view label) {
    return fmt::format(
        R"([{{"coding":[{{"system":"urn:oid:2.16.840.1.113883.5.25","code":"N"}}]}},{{"coding":[{{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"{}"}}]}}])",
        label);
  }
  json::object answer(const http::Response& response) {
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body).as_object();
  }
  http::Response hide(const std::string& id, const json::object& wish, const std::string& who = "moi") {
    return house.web(self, {Method::post, "/api/spaces/" + who + "/documents/" + id + "/visibility",
                            json::serialize(wish), "application/json"});
  }
  json::object shown(const std::string& id) {
    return answer(house.web(self, {Method::get, "/api/spaces/moi/documents/" + id}));
  }
  // What another doctor of the care team finds; with the bytes of the answer.
  http::Response found_by_colleague(audit::Mode mode = audit::Mode::normal) {
    house.join(person, other_rpps);
    auto caller = std::make_shared<identity::Caller>(*RecordHouse::software(other_rpps));
    caller->purpose = mode;
    if (mode == audit::Mode::bris_de_glace) caller->emergency_reason = "inconscient";
    return house.search(caller, RecordHouse::by_number(nadia));
  }
  static std::int64_t total(const http::Response& response) {
    return json::parse(response.body).at("total").as_int64();
  }
  std::string explain(const std::string& id, const json::object& viewer, const json::object& settings = {}) {
    const auto response = house.access_routes(
        self, {Method::post, "/api/spaces/moi/explain",
               json::serialize(json::object{{"document", id}, {"viewer", viewer}, {"settings", settings}}),
               "application/json"});
    if (response.status != 200) return std::to_string(response.status);
    const auto body = json::parse(response.body);
    return std::string(body.at("answer").as_string()) + " " + std::string(body.at("rules").at(0).as_string());
  }

  RecordHouse house{GetParam()};
  const Someone nadia{.n = 1, .email = "nadia@courriel.example"};
  const PersonId person = house.add_open(nadia);
  const std::shared_ptr<const identity::Caller> self = RecordHouse::person(person);
};

TEST_P(Hiding, TheHolderMasksADocumentAndShowsItAgain) {  // REC-17
  const std::string id = add(nadia, 1), other = add(nadia, 2);
  const auto before = shown(id);
  EXPECT_FALSE(before.at("masked").as_bool());
  EXPECT_TRUE(before.at("may_mask").as_bool());
  EXPECT_EQ(total(found_by_colleague()), 2);
  const auto masked = answer(hide(id, {{"masked", true}}));
  EXPECT_TRUE(masked.at("masked").as_bool());
  EXPECT_FALSE(masked.at("visible_in_emergency").as_bool());
  EXPECT_EQ(masked.at("version").as_int64(), before.at("version").as_int64() + 1) << "a version of its metadata";
  EXPECT_THAT(house.traces(person), Contains("setting_changed Document 1"));
  EXPECT_EQ(total(found_by_colleague()), 1);
  EXPECT_EQ(total(found_by_colleague(audit::Mode::bris_de_glace)), 1);
  EXPECT_EQ(total(house.search(RecordHouse::doctor(), RecordHouse::by_number(nadia))), 2) << "its author still sees it";
  EXPECT_THAT(house.search(RecordHouse::doctor(), RecordHouse::by_number(nadia)).body, HasSubstr("\"MASQUE_PS\""));
  answer(hide(id, {{"masked", true}, {"visible_in_emergency", true}}));
  EXPECT_EQ(total(found_by_colleague()), 1);
  EXPECT_EQ(total(found_by_colleague(audit::Mode::bris_de_glace)), 2);
  EXPECT_TRUE(shown(id).at("visible_in_emergency").as_bool());
  const auto again = answer(hide(id, {{"masked", false}}));
  EXPECT_FALSE(again.at("masked").as_bool());
  EXPECT_EQ(total(found_by_colleague()), 2);
  const auto version = again.at("version").as_int64();
  EXPECT_EQ(answer(hide(id, {{"masked", false}})).at("version").as_int64(), version) << "nothing changed";
  EXPECT_EQ(hide(id, {}).status, 422);
  EXPECT_EQ(hide(id, {{"masked", true}, {"hidden", true}}).status, 422);
  EXPECT_EQ(hide(std::string(26, '0'), {{"masked", true}}).status, 404);
  (void)other;
}

TEST_P(Hiding, AMaskStaysWhenItsAuthorPatchesTheFirstLabel) {  // rules.md 13, 4
  const std::string id = add(nadia, 1);
  answer(hide(id, {{"masked", true}}));
  const auto patched = house.fhir(
      RecordHouse::doctor(),
      {Method::patch, "/fhir/R4/DocumentReference/" + id,
       R"([{"op":"replace","path":"/securityLabel/0","value":{"coding":[{"system":"urn:oid:2.16.840.1.113883.5.25","code":"R"}]}}])", "application/json-patch+json"});
  EXPECT_EQ(patched.status, 200) << patched.body;
  EXPECT_TRUE(shown(id).at("masked").as_bool());
  EXPECT_EQ(total(found_by_colleague()), 0);
}

TEST_P(Hiding, WhoMaskedIsToldApart) {
  const std::string id = add(nadia, 1);
  EXPECT_FALSE(shown(id).contains("masked_by"));
  const auto patched = house.fhir(
      RecordHouse::doctor(),
      {Method::patch, "/fhir/R4/DocumentReference/" + id,
       R"([{"op":"add","path":"/securityLabel/-","value":{"coding":[{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"MASQUE_PS"}]}}])", "application/json-patch+json"});
  ASSERT_EQ(patched.status, 200) << patched.body;
  EXPECT_EQ(shown(id).at("masked_by"), "author");
  EXPECT_EQ(answer(hide(id, {{"masked", true}, {"visible_in_emergency", true}})).at("masked_by"), "holder") << "from now on it is the holder's";
  EXPECT_FALSE(answer(hide(id, {{"masked", false}})).contains("masked_by"));
}

TEST_P(Hiding, NobodyMasksForSomebodyElse) {
  const std::string id = add(nadia, 1);
  const Someone stranger{.n = 2};
  const auto other = RecordHouse::person(house.add_open(stranger));
  const auto refused = house.web(other, {Method::post, "/api/spaces/moi/documents/" + id + "/visibility",
                                         R"({"masked":true})", "application/json"});
  EXPECT_EQ(refused.status, 404);
  EXPECT_FALSE(shown(id).at("masked").as_bool());
}

TEST_P(Hiding, EveryProfessionalListSaysThatSomethingMayBeMasked) {  // rules.md 6
  constexpr std::string_view words = R"("meta":{"tag":[{"code":"may-be-masked","display":"Des informations peuvent être masquées"}]})";
  const std::string nothing = found_by_colleague().body;
  EXPECT_THAT(nothing, HasSubstr(std::string(words)));
  const std::string id = add(nadia, 1);
  answer(hide(id, {{"masked", true}}));
  EXPECT_EQ(found_by_colleague().body, nothing) << "the same bytes whether something is masked or not";
  const std::string patient = house.identity().people().opaque(person);
  for (const std::string& path : {"/Observation?patient=" + patient, "/Patient/" + patient + "/$everything",
                                 "/Patient/" + patient + "/DocumentReference", std::string("/Observation?_id=") + std::string(26, 'a'),
                                 "/_history?patient=" + patient})
    EXPECT_THAT(house.fhir(RecordHouse::doctor(), {Method::get, "/fhir/R4" + path}).body, HasSubstr(std::string(words))) << path;
}

TEST_P(Hiding, WhoMaySeeADocumentIsExplained) {
  const std::string id = add(nadia, 1);
  EXPECT_EQ(explain(id, {{"kind", "care_team"}}), "yes access.matrix");
  EXPECT_EQ(explain(id, {{"kind", "stranger"}}), "no access.no_relation");
  EXPECT_EQ(explain(id, {{"kind", "care_team"}}, {{"masked", true}}), "no access.hidden_from_professionals")
      << "before it is saved";
  answer(hide(id, {{"masked", true}}));
  EXPECT_EQ(explain(id, {{"kind", "care_team"}}), "no access.hidden_from_professionals");
  EXPECT_EQ(explain(id, {{"kind", "professional"}, {"rpps", std::string(testing::doctor_rpps)}}), "yes access.matrix")
      << "its author";
  EXPECT_EQ(explain(id, {{"kind", "bris_de_glace"}}), "no access.hidden_in_emergency");
  EXPECT_EQ(explain(id, {{"kind", "bris_de_glace"}}, {{"visible_in_emergency", true}}), "yes access.matrix");
  const std::string awaited = add(nadia, 2, "INVISIBLE_PATIENT");
  EXPECT_EQ(explain(awaited, {{"kind", "care_team"}}), "404") << "nothing is told of what is hidden from the asker";
  EXPECT_EQ(explain(std::string(26, 'a'), {{"kind", "care_team"}}), "404");
  const Someone stranger{.n = 2};
  house.add_open(stranger);
  EXPECT_EQ(explain(add(stranger, 3), {{"kind", "care_team"}}), "404");
}

// ---- discretion

TEST_P(Hiding, AParentFromWhomThePlaceIsKeptSeesNeitherStructureNorAuthor) {  // REC-18
  const Someone father{.n = 5};
  const PersonId father_id = house.add_open(father);
  const Someone child{.n = 3, .birth_date = "2015-05-01", .parents = nadia.number() + "|" + father.number()};
  const PersonId minor = house.add_open(child);
  const std::string base = "/api/spaces/" + house.identity().people().opaque(minor) + "/documents";
  Sample sample = RecordHouse::sample_of(child, 1);
  sample.title = "Bilan aux Tilleuls";
  const std::string id = house.deposited(sample);
  const auto his = RecordHouse::person(father_id);
  const auto list = [&](const auto& who, const std::string& query = {}) {
    return house.web(who, {Method::get, base + query}).body;
  };
  const std::string author_key(
      json::parse(list(his)).at("facets").at("authors").at(0).at("key").as_string());
  EXPECT_THAT(list(his), HasSubstr("Tilleuls"));
  house.write([&](store::Tx& tx) { return house.access().ask_discretion(tx, minor, person, true); });
  EXPECT_THAT(list(self), HasSubstr("Hôpital des Tilleuls")) << "who asked sees everything";
  for (const std::string& body : {list(his), house.web(his, {Method::get, base + "/" + id}).body}) {
    EXPECT_THAT(body, Not(HasSubstr("Tilleuls")));
    EXPECT_THAT(body, Not(HasSubstr("Benali")));
    EXPECT_THAT(body, HasSubstr("CR d'examens biologiques"));
  }
  EXPECT_TRUE(json::parse(list(his)).at("facets").at("authors").as_array().empty());
  EXPECT_EQ(json::parse(list(his, "?by=" + author_key)).at("filtered_total").as_int64(), 0) << "nor by asking for them";
  const auto bytes = house.web(his, {Method::get, base + "/" + id + "/content"});
  EXPECT_EQ(bytes.status, 403);
  EXPECT_EQ(house.last_error().code, "record.place_withheld");
  EXPECT_EQ(house.web(his, {Method::post, base + "/" + id + "/view"}).status, 403);
  EXPECT_EQ(house.web(self, {Method::get, base + "/" + id + "/content"}).status, 200);
}

// ---- the announcement visit

TEST_P(Hiding, WhatAwaitsAnAnnouncementIsToldOfWithinTwoWeeks) {  // REC-17
  add(nadia, 1, "INVISIBLE_PATIENT");
  add(nadia, 2, "INVISIBLE_PATIENT");
  const auto sweep = [&] { return testing::must(io::run(house.record().sweep())).people; };
  const auto letters = [&] {
    int count = 0;
    for (const auto& one : house.outbox())
      if (json::serialize(one).find("Votre dossier a été mis à jour") != std::string::npos) ++count;
    return count;
  };
  house.set_clock("2025-03-16T23:00:00Z");
  EXPECT_EQ(sweep(), 0);
  house.set_clock("2025-03-17T09:00:00Z");  // deposited on 4 March: the morning of the day before two weeks are over
  EXPECT_EQ(sweep(), 1);
  EXPECT_EQ(sweep(), 0) << "once";
  EXPECT_EQ(letters(), 1) << "for both documents, in one message";
  EXPECT_THAT(json::serialize(house.outbox()), Not(HasSubstr("Document 1")));
}

TEST_P(Hiding, WhatWasAnnouncedIsShownAndNotToldOfAgain) {  // REC-17
  const std::string id = add(nadia, 1, "INVISIBLE_PATIENT");
  EXPECT_EQ(house.web(self, {Method::get, "/api/spaces/moi/documents/" + id}).status, 404);
  answer(house.web(self, {Method::get, "/api/spaces/moi/documents"}));
  const auto read = house.fhir(RecordHouse::doctor(), {Method::get, "/fhir/R4/DocumentReference/" + id});
  EXPECT_THAT(read.headers, Contains(::testing::Pair("Warning", HasSubstr("INVISIBLE_PATIENT")))) << "its reader is warned";
  house.set_clock("2025-03-10T09:00:00Z");
  // The label goes by what it says, wherever it stands.
  const auto labels = json::parse(read.body).at("securityLabel").as_array();
  std::size_t place = 0;
  while (json::serialize(labels.at(place)).find("INVISIBLE_PATIENT") == std::string::npos) ++place;
  const auto patched = house.fhir(RecordHouse::doctor(),
                                  {Method::patch, "/fhir/R4/DocumentReference/" + id,
                                   fmt::format(R"([{{"op":"test","path":"/securityLabel/{0}","value":{1}}},{{"op":"remove","path":"/securityLabel/{0}"}}])",
                                               place, json::serialize(labels.at(place))),
                                   "application/json-patch+json"});
  ASSERT_EQ(patched.status, 200) << patched.body;
  const auto seen = shown(id);
  EXPECT_TRUE(seen.at("is_new").as_bool()) << "it came into sight now";
  house.set_clock("2025-03-20T09:00:00Z");
  EXPECT_EQ(testing::must(io::run(house.record().sweep())).people, 0);
  const auto quiet = house.fhir(RecordHouse::doctor(), {Method::get, "/fhir/R4/DocumentReference/" + id});
  for (const auto& [name, value] : quiet.headers) EXPECT_NE(name, "Warning");
}

TEST_P(Hiding, ParentsAreNotToldOfWhatAMinorKeepsFromThem) {
  const Someone child{.n = 3, .birth_date = "2010-05-01", .parents = nadia.number()};
  house.add_open(child);
  Sample sample = RecordHouse::sample_of(child, 1);
  sample.labels =
      R"([{"coding":[{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"INVISIBLE_PATIENT"}]},{"coding":[{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"INVISIBLE_REPRESENTANTS_LEGAUX"}]},{"coding":[{"system":"urn:oid:2.16.840.1.113883.5.25","code":"N"}]}])";
  house.deposited(sample);
  house.set_clock("2025-03-20T09:00:00Z");
  EXPECT_EQ(testing::must(io::run(house.record().sweep())).people, 0);
}

TEST_P(Hiding, WhatAwaitsCannotBeMaskedBySoftwareToo) {
  const std::string id = add(nadia, 1, "INVISIBLE_PATIENT");
  EXPECT_EQ(hide(id, {{"masked", true}}).status, 404) << "the holder does not know of it";
  house.set_clock("2025-04-08T09:00:00Z");  // a month later it is visible, and may be masked like any other
  EXPECT_TRUE(answer(hide(id, {{"masked", true}})).at("masked").as_bool());
  EXPECT_EQ(total(found_by_colleague()), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, Hiding, ::testing::ValuesIn(store::testing::store_cases()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace carnet::record
