// Finding and reading over FHIR: filters, pages, what is hidden, traces.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/testing/record_house.hpp"

namespace carnet::record {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::RecordHouse;
using testing::Sample;
using testing::Someone;
namespace json = kernel::json;

constexpr std::string_view visibility = "urn:oid:1.2.250.1.213.1.1.4.13";

std::string labels(std::string_view flag) {
  return fmt::format(
      R"([{{"coding":[{{"system":"urn:oid:2.16.840.1.113883.5.25","code":"N"}},{{"system":"{}","code":"{}"}}]}}])",
      visibility, flag);
}

class Reading : public ::testing::TestWithParam<std::string> {
 protected:
  RecordHouse house{GetParam()};
  Someone nadia{.n = 1};
  PersonId person = house.add_open(nadia);
  std::shared_ptr<const identity::Caller> doctor = RecordHouse::doctor();

  std::string add(int number, const std::function<void(Sample&)>& change = {}) {
    Sample sample = RecordHouse::sample_of(nadia, number);
    sample.title = fmt::format("Document {}", number);
    if (change) change(sample);
    return house.deposited(sample);
  }
  json::object found(const std::string& more = {}) {
    const auto response = house.search(doctor, RecordHouse::by_number(nadia) + more);
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body).as_object();
  }
  static std::vector<std::string> titles(const json::object& bundle) {
    std::vector<std::string> out;
    if (const auto* entries = bundle.if_contains("entry"))
      for (const auto& entry : entries->as_array())
        if (const auto* content = entry.at("resource").as_object().if_contains("content"))
          out.emplace_back(content->at(0).at("attachment").at("title").as_string());
    return out;
  }
  static std::string link(const json::object& bundle, std::string_view relation) {
    for (const auto& one : bundle.at("link").as_array())
      if (one.at("relation").as_string() == relation) return std::string(one.at("url").as_string());
    return {};
  }
  http::Response get(const std::string& path) { return house.fhir(doctor, {http::Method::get, "/fhir/R4/" + path}); }
};

TEST_P(Reading, FiltersByTypeClassStatusAndDates) {
  add(1);
  add(2, [](Sample& s) {
    s.type = R"({"coding":[{"system":"http://loinc.org","code":"18748-4"}]})";
    s.category = R"([{"coding":[{"system":"urn:oid:1.2.250.1.213.1.1.4.1","code":"31"}]}])";
    s.date = "2025-02-01T08:00:00+01:00";
    s.creation = "2019-06-01";
  });
  EXPECT_THAT(titles(found()), ElementsAre("Document 1", "Document 2")) << "newest first";
  EXPECT_THAT(titles(found("&_sort=date")), ElementsAre("Document 2", "Document 1"));
  EXPECT_THAT(titles(found("&_sort=creation")), ElementsAre("Document 2", "Document 1"));
  EXPECT_THAT(titles(found("&type=http%3A%2F%2Floinc.org%7C18748-4")), ElementsAre("Document 2"));
  EXPECT_THAT(titles(found("&type=11502-2,18748-4&category=10")), ElementsAre("Document 1"));
  EXPECT_THAT(titles(found("&date=lt2025-02-15")), ElementsAre("Document 2"));
  EXPECT_THAT(titles(found("&creation=2019")), ElementsAre("Document 2"));
  EXPECT_THAT(titles(found("&status=superseded")), IsEmpty());
  EXPECT_THAT(titles(found("&identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Aoid%3A1.2.250.1.999.1.1.2")),
              ElementsAre("Document 2"));
  EXPECT_EQ(house.search(doctor, RecordHouse::by_number(nadia) + "&date=soon").status, 400);
}

// ITI-67: `identifier` searches masterIdentifier and identifier.
TEST_P(Reading, ADocumentIsFoundByAnyOfItsIdentifiers) {
  add(1, [](Sample& s) {
    s.extra = R"(,"identifier":[{"use":"official","system":"urn:ietf:rfc:3986","value":"urn:uuid:0f0e0d0c-0000-4000-8000-000000000001"}])";
  });
  add(2, [](Sample& s) { s.extra = R"(,"identifier":[{"system":"http://hospital.example","value":"CR-7"}])"; });
  EXPECT_THAT(titles(found("&identifier=urn%3Auuid%3A0f0e0d0c-0000-4000-8000-000000000001")), ElementsAre("Document 1"));
  EXPECT_THAT(titles(found("&identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Auuid%3A0f0e0d0c-0000-4000-8000-000000000001")),
              ElementsAre("Document 1"));
  EXPECT_THAT(titles(found("&identifier=http%3A%2F%2Fhospital.example%7CCR-7")), ElementsAre("Document 2"));
  EXPECT_THAT(titles(found("&identifier=http%3A%2F%2Fhospital.example%7C")), ElementsAre("Document 2"));
  EXPECT_THAT(titles(found("&identifier=CR-7,urn%3Aoid%3A1.2.250.1.999.1.1.1")), ElementsAre("Document 2", "Document 1")) << "filed last, first";
  EXPECT_THAT(titles(found("&identifier=CR-7&identifier=urn%3Aoid%3A1.2.250.1.999.1.1.2")), ElementsAre("Document 2"));
  EXPECT_THAT(titles(found("&identifier=CR-7&identifier=urn%3Aoid%3A1.2.250.1.999.1.1.1")), IsEmpty());
  EXPECT_THAT(titles(found("&identifier=nothing")), IsEmpty());
}

TEST_P(Reading, FirstSearchOfAProfessionalCoversTwoYearsAndSaysSo) {
  add(1);
  add(2, [](Sample& s) { s.date = "2022-01-01"; });
  add(3, [](Sample& s) {
    s.date = "2015-01-01";
    s.type = R"({"coding":[{"system":"http://loinc.org","code":"11369-6"}]})";
    s.category.clear();
  });
  const auto bundle = found();
  EXPECT_THAT(titles(bundle), ElementsAre("Document 1", "Document 3")) << "vaccination is exempt";
  const std::string self = link(bundle, "self");
  EXPECT_THAT(self, HasSubstr("date=ge2023-03-04"));
  EXPECT_THAT(self, HasSubstr("status=current"));
  EXPECT_THAT(self, Not(HasSubstr(nadia.number()))) << "REC-13";
  EXPECT_THAT(titles(found("&date=ge2000")), ElementsAre("Document 1", "Document 2", "Document 3"));
}

TEST_P(Reading, PagesFollowEachOtherWithoutLossOrRepetition) {
  for (int i = 1; i <= 7; ++i) add(i, [i](Sample& s) { s.date = fmt::format("2025-02-{:02}", 1 + i / 2); });
  std::vector<std::string> seen;
  auto bundle = found("&_count=3");
  EXPECT_EQ(bundle.at("total").as_int64(), 7);
  for (int pages = 1;; ++pages) {
    for (auto& title : titles(bundle)) seen.push_back(std::move(title));
    const std::string next = link(bundle, "next");
    if (next.empty()) break;
    ASSERT_LT(pages, 5);
    const auto response = house.fhir(doctor, {http::Method::get, next.substr(next.find("/fhir"))});
    ASSERT_EQ(response.status, 200) << response.body;
    bundle = json::parse(response.body).as_object();
  }
  EXPECT_THAT(seen, ElementsAre("Document 7", "Document 6", "Document 5", "Document 4", "Document 3", "Document 2",
                                "Document 1"));
  EXPECT_EQ(house.search(doctor, RecordHouse::by_number(nadia) + "&_cursor=abc").status, 400);
  EXPECT_EQ(found("&_count=0").at("total").as_int64(), 7);
}

TEST_P(Reading, UnknownParametersAreReportedOrRefused) {
  add(1);
  const auto bundle = found("&colour=x");
  ASSERT_EQ(bundle.at("entry").as_array().size(), 2u);
  EXPECT_EQ(bundle.at("entry").at(1).at("search").at("mode").as_string(), "outcome");
  const auto strict = house.fhir(doctor, {http::Method::post, "/fhir/R4/DocumentReference/_search",
                                          RecordHouse::by_number(nadia) + "&colour=x",
                                          "application/x-www-form-urlencoded", "", "handling=strict"});
  EXPECT_EQ(strict.status, 400);
  EXPECT_THAT(RecordHouse::issues(strict), ElementsAre("not-supported colour"));
}

TEST_P(Reading, AnIdentityNeverStandsInAnAddress) {  // REC-13
  add(1);
  auto refused = house.fhir(doctor, {http::Method::get, "/fhir/R4/DocumentReference?" + RecordHouse::by_number(nadia)});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("never stands in an address"));
  EXPECT_THAT(refused.body, Not(HasSubstr(nadia.number())));
  refused = house.fhir(doctor, {http::Method::get, "/fhir/R4/DocumentReference?patient=" + nadia.number()});
  EXPECT_EQ(refused.status, 400);
  const auto patient = house.fhir(doctor, {http::Method::post, "/fhir/R4/Patient/_search",
                                           "identifier=" + nadia.number(), "application/x-www-form-urlencoded"});
  const std::string id(json::parse(patient.body).at("entry").at(0).at("resource").at("id").as_string());
  const auto by_id = house.fhir(doctor, {http::Method::get, "/fhir/R4/DocumentReference?patient=Patient/" + id});
  EXPECT_EQ(by_id.status, 200);
  EXPECT_EQ(json::parse(by_id.body).at("total").as_int64(), 1);
  EXPECT_THAT(link(json::parse(by_id.body).as_object(), "self"), HasSubstr("patient=Patient%2F" + id));
}

TEST_P(Reading, WhoMayNotKnowHearsWhatAStrangerHears) {  // REC-8
  const std::string id = add(1);
  const auto stranger = RecordHouse::software(testing::other_rpps);
  const std::string nobody = testing::Someone{.n = 99}.number();
  const auto known = house.search(stranger, RecordHouse::by_number(nadia)),
             unknown = house.search(stranger, RecordHouse::by_number({.n = 99}));
  EXPECT_EQ(known.status, 404);
  EXPECT_EQ(known.body, unknown.body);
  EXPECT_EQ(known.headers, unknown.headers);
  const auto patients = [&](const std::string& number) {
    return house
        .fhir(stranger, {http::Method::post, "/fhir/R4/Patient/_search", "identifier=" + number,
                         "application/x-www-form-urlencoded"})
        .body;
  };
  EXPECT_EQ(patients(nadia.number()), patients(nobody));
  const auto ask = [&](const std::string& path) {
    return house.fhir(stranger, {http::Method::get, "/fhir/R4/" + path});
  };
  std::string forged = id;
  forged[5] = forged[5] == 'a' ? 'b' : 'a';
  for (const std::string& other : {forged, std::string("x"), std::string(26, '0')}) {
    EXPECT_EQ(ask("Binary/" + id).body, ask("Binary/" + other).body);
    EXPECT_EQ(ask("DocumentReference/" + id).body, ask("DocumentReference/" + other).body);
  }
  EXPECT_EQ(ask("Binary/" + id).status, 404);
  EXPECT_THAT(house.traces(person), Not(Contains(HasSubstr("document_read"))));
}

// Two worlds that differ by one document that the caller may not see.
TEST_P(Reading, AHiddenDocumentChangesNoByte) {  // REC-8
  const auto look = [&](bool with_hidden, std::string_view flag, const std::shared_ptr<const identity::Caller>& who) {
    RecordHouse world(GetParam());
    const PersonId same = world.add_open(nadia);
    world.join(same, testing::other_rpps);
    const auto put = [&](int number, const std::string& with_labels) {
      Sample sample = RecordHouse::sample_of(nadia, number);
      sample.title = fmt::format("Document {}", number);
      if (!with_labels.empty()) sample.labels = with_labels;
      return world.deposited(sample);
    };
    put(1, {});
    std::string hidden;
    if (with_hidden)
      hidden = put(2, labels(flag));
    else
      world.clock().advance(std::chrono::seconds(1));
    put(3, {});
    std::string seen;
    const auto add_answer = [&](const http::Response& response) {
      seen += std::to_string(response.status);
      for (const auto& [name, value] : response.headers) seen += name + value;
      // Ids are opaque and drawn from the place: they may differ, and tell nothing.
      std::string body = response.body;
      for (std::size_t i = 0; i + 26 <= body.size(); ++i) {
        const auto is_symbol = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); };
        if (std::all_of(body.begin() + static_cast<std::ptrdiff_t>(i),
                        body.begin() + static_cast<std::ptrdiff_t>(i) + 26, is_symbol)) {
          std::fill_n(body.begin() + static_cast<std::ptrdiff_t>(i), 26, '#');
          i += 25;
        }
      }
      seen += body;
    };
    if (who->kind == identity::Caller::Kind::software) {
      add_answer(world.search(who, RecordHouse::by_number(nadia)));
      add_answer(world.search(who, RecordHouse::by_number(nadia) + "&_count=0"));
      add_answer(
          world.fhir(who, {http::Method::get, "/fhir/R4/Binary/" + (hidden.empty() ? std::string(26, 'a') : hidden)}));
    } else {
      const auto self = RecordHouse::person(same);
      add_answer(world.web(self, {http::Method::get, "/api/spaces/moi/documents"}));
      add_answer(world.web(
          self, {http::Method::get, "/api/spaces/moi/documents/" + (hidden.empty() ? std::string(26, 'a') : hidden)}));
      add_answer(world.web(
          self, {http::Method::get,
                 "/api/spaces/moi/documents/" + (hidden.empty() ? std::string(26, 'a') : hidden) + "/content"}));
      seen += std::to_string(testing::must(io::run(world.record().new_documents(*self, same))));
      for (const auto& line : world.traces(same)) seen += line + "\n";
    }
    return seen;
  };
  const auto other_doctor = RecordHouse::software(testing::other_rpps);
  EXPECT_EQ(look(true, "MASQUE_PS", other_doctor), look(false, {}, other_doctor));
  const auto holder = RecordHouse::person(PersonId(1));
  EXPECT_EQ(look(true, "INVISIBLE_PATIENT", holder), look(false, {}, holder));
}

TEST_P(Reading, ADocumentKeptForAnAnnouncementAppearsOnItsMorning) {
  const std::string id = add(1, [](Sample& s) { s.labels = labels("INVISIBLE_PATIENT"); });
  const auto self = RecordHouse::person(person);
  const auto total = [&] {
    return json::parse(house.web(self, {http::Method::get, "/api/spaces/moi/documents"}).body).at("total").as_int64();
  };
  EXPECT_EQ(total(), 0);
  EXPECT_EQ(found().at("total").as_int64(), 1) << "the care team sees it";
  EXPECT_EQ(get("Binary/" + id).status, 200);
  EXPECT_THAT(house.traces(person), Not(Contains(HasSubstr("Document 1"))));
  EXPECT_THAT(house.traces(person, audit::Lane::reserved),
              ElementsAre("document_read Document 1", "document_deposited Document 1"));
  house.set_clock("2025-04-04T06:29:59Z");
  EXPECT_EQ(total(), 0);
  house.set_clock("2025-04-04T06:30:00Z");
  EXPECT_EQ(total(), 1);
  EXPECT_EQ(testing::must(io::run(house.record().new_documents(*self, person))), 0) << "listed a moment ago";
}

TEST_P(Reading, OneTracePerSearchAndPerReadWithTheTitle) {  // REC-9
  const std::string id = add(1);
  found();
  get("Binary/" + id);
  get("Binary/" + id);
  EXPECT_THAT(house.traces(person),
              ElementsAre("document_read Document 1", "document_read Document 1", "documents_listed",
                          "document_deposited Document 1", "relation_declared", "space_opened"));
  house.reopen();
  get("Binary/" + id);
  EXPECT_THAT(house.traces(person).front(), "document_read Document 1");
  EXPECT_THAT(house.traces(person)[1], "document_read Document 1");
  EXPECT_THAT(house.traces(person, audit::Lane::reserved), ElementsAre("documents_listed"))
      << "facts are loaded first, which is a list; where nobody infers from it who was there before";
}

TEST_P(Reading, WithoutATraceNothingIsOpened) {  // REC-9
  const std::string id = add(1);
  auto nobody = std::make_shared<identity::Caller>(*doctor);
  nobody->scopes = {"documents.deposit"};
  const auto before = house.traces(person).size();
  EXPECT_EQ(house.fhir(nobody, {http::Method::get, "/fhir/R4/Binary/" + id}).status, 403);
  EXPECT_EQ(house.search(nobody, RecordHouse::by_number(nadia)).status, 403);
  EXPECT_EQ(house.traces(person).size(), before);
}

TEST_P(Reading, BinaryIsRawOrAResourceByAccept) {
  const std::string id = add(1);
  const auto raw = get("Binary/" + id);
  const auto type = std::ranges::find(raw.headers, "Content-Type", &http::Header::first);
  ASSERT_NE(type, raw.headers.end());
  EXPECT_EQ(type->second, "application/pdf");
  const auto resource =
      house.fhir(doctor, {http::Method::get, "/fhir/R4/Binary/" + id, "", "", "application/fhir+json"});
  const auto body = json::parse(resource.body);
  EXPECT_EQ(body.at("resourceType").as_string(), "Binary");
  EXPECT_EQ(*kernel::from_base64(std::string(body.at("data").as_string())), kernel::to_bytes(raw.body));
  EXPECT_EQ(house.fhir(doctor, {http::Method::get, "/fhir/R4/Binary/" + id, "", "", "application/fhir+xml"}).status,
            406);
  const auto list = get("List/" + id);
  EXPECT_EQ(list.status, 200);
  EXPECT_THAT(list.body, HasSubstr("DocumentReference/" + id));
}

TEST_P(Reading, NothingLiesInClear) {  // REC-10
  add(1, [](Sample& s) { s.title = "Sérologie Canari"; });
  found();
  std::string stored;
  house.read<bool>([&](store::Snapshot& at) -> kernel::Result<bool> {
    std::vector<store::ObjectRef> objects;
    const auto keep = [&](kernel::ByteView bytes) { stored.append(kernel::as_text(bytes)); };
    CARNET_CHECK(
        at.query("SELECT sealed, pack, pack_offset, resource_length + content_length + submission_length FROM item", {},
                 [&](const store::Row& row) {
                   keep(row.blob(0));
                   objects.push_back({row.integer(1), row.integer(2), row.integer(3)});
                   return true;
                 }));
    CARNET_CHECK(at.query("SELECT unique_index, content_index FROM document_unique", {}, [&](const store::Row& row) {
      keep(row.blob(0));
      keep(row.blob(1));
      return true;
    }));
    for (const auto& ref : objects) {
      CARNET_TRY(object, at.object(ref));
      keep(object);
    }
    return true;
  });
  EXPECT_GT(stored.size(), 2000u);
  for (const std::string_view word :
       {"Canari", "%PDF-1.4", "1.2.250.1.999.1.1.1", "11502-2", "10001234567", "MARTIN", "Tilleuls"})
    EXPECT_EQ(stored.find(word), std::string::npos) << word;
}

INSTANTIATE_TEST_SUITE_P(Engines, Reading, ::testing::ValuesIn(store::testing::store_cases()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace carnet::record
