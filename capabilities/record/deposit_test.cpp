// Deposits over FHIR: what is taken, what is refused and where, what is stored once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "record/testing/record_house.hpp"

namespace carnet::record {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::RecordHouse;
using testing::Sample;
using testing::Someone;
namespace json = kernel::json;

class Deposit : public ::testing::TestWithParam<std::string> {
 protected:
  RecordHouse house{GetParam()};
  Someone nadia{.n = 1};
  PersonId person = house.add_open(nadia);
  Sample sample = RecordHouse::sample_of(nadia);
  std::int64_t rows(const std::string& table = "item") { return house.count("SELECT COUNT(*) FROM " + table); }
  void expect_refused(const Sample& given, int status, const std::string& issue) {
    const auto response = house.deposit(given);
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_THAT(RecordHouse::issues(response), Contains(issue)) << response.body;
    EXPECT_EQ(rows(), 0);
  }
};

TEST_P(Deposit, IsStoredWithItsTraceAndGivenBackToTheByte) {  // REC-1
  const auto response = house.deposit(sample);
  ASSERT_EQ(response.status, 200) << response.body;
  const auto body = json::parse(response.body);
  ASSERT_EQ(body.at("entry").as_array().size(), 3u);
  EXPECT_EQ(body.at("entry").at(1).at("response").at("status").as_string(), "201 Created");
  const std::string id = RecordHouse::location_id(response, 1);
  EXPECT_THAT(house.traces(person), Contains("document_deposited Compte rendu de biologie"));
  const auto bytes = house.fhir(RecordHouse::doctor(), {http::Method::get, "/fhir/R4/Binary/" + id});
  EXPECT_EQ(bytes.body, sample.bytes);
  const auto resource = house.fhir(RecordHouse::doctor(), {http::Method::get, "/fhir/R4/DocumentReference/" + id});
  ASSERT_EQ(resource.status, 200) << resource.body;
  const auto shown = json::parse(resource.body);
  EXPECT_EQ(shown.at("masterIdentifier").at("value").as_string(), sample.unique_id);
  EXPECT_EQ(shown.at_pointer("/content/0/attachment/url").as_string(), "https://localhost:8443/fhir/R4/Binary/" + id);
  EXPECT_EQ(shown.at("meta").at("versionId").as_string(), "1");
}

TEST_P(Deposit, TheSameAgainIsDoneAndOtherBytesAreAConflict) {  // REC-2
  const std::string id = house.deposited(sample);
  const auto again = house.deposit(sample);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(RecordHouse::location_id(again, 1), id);
  EXPECT_THAT(again.body, HasSubstr("200 OK"));
  EXPECT_EQ(rows(), 1);
  sample.bytes += "more";
  const auto other = house.deposit(sample);
  EXPECT_EQ(other.status, 409);
  EXPECT_THAT(RecordHouse::issues(other), ElementsAre("conflict Bundle.entry[1].resource.masterIdentifier.value"));
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(rows("document_unique"), 1);
}

TEST_P(Deposit, ReplacingKeepsTheOldVersionAsSuperseded) {  // REC-3
  const std::string old_id = house.deposited(sample);
  Sample next = RecordHouse::sample_of(nadia, 2);
  next.extra = R"(,"relatesTo":[{"code":"replaces","target":{"identifier":{"system":"urn:ietf:rfc:3986","value":")" +
               sample.unique_id + R"("}}}])";
  const std::string new_id = house.deposited(next);
  EXPECT_NE(new_id, old_id);
  EXPECT_EQ(rows(), 3) << "the old one has a second version";
  const auto old = house.fhir(RecordHouse::doctor(), {http::Method::get, "/fhir/R4/DocumentReference/" + old_id});
  EXPECT_THAT(old.body, HasSubstr(R"("status":"superseded")"));
  EXPECT_THAT(old.body, HasSubstr(R"("versionId":"2")"));
  EXPECT_EQ(house.fhir(RecordHouse::doctor(), {http::Method::get, "/fhir/R4/Binary/" + old_id}).body, sample.bytes);
  const auto found = json::parse(house.search(RecordHouse::doctor(), RecordHouse::by_number(nadia)).body);
  EXPECT_EQ(found.at("total").as_int64(), 1) << "current documents only";
}

TEST_P(Deposit, ReplacingWhatIsNotHereIsAcceptedAndNoted) {
  sample.extra =
      R"(,"relatesTo":[{"code":"replaces","target":{"identifier":{"system":"urn:ietf:rfc:3986","value":"urn:oid:1.2.3.4"}}}])";
  const std::string id = house.deposited(sample);
  EXPECT_THAT(house.fhir(RecordHouse::doctor(), {http::Method::get, "/fhir/R4/DocumentReference/" + id}).body,
              HasSubstr("urn:oid:1.2.3.4"));
}

TEST_P(Deposit, TheWrongPersonIsRefusedAtTheirNumber) {  // REC-4
  Sample unknown = sample;
  unknown.number = testing::Someone{.n = 77}.number();
  expect_refused(unknown, 422, "not-found Bundle.entry[1].resource.contained[0].identifier[0].value");
  Sample malformed = sample;
  malformed.number = "12345";
  expect_refused(malformed, 422, "value Bundle.entry[1].resource.contained[0].identifier[0].value");
  const Someone marie{.n = 2};
  house.add_open(marie);
  Sample two = sample;
  std::string text = two.bundle();
  text.replace(text.find(nadia.number()), nadia.number().size(),
               marie.number());  // the SubmissionSet's, which comes first
  const auto response = house.deposit(RecordHouse::doctor(), text);
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(RecordHouse::issues(response),
              Contains("business-rule Bundle.entry[1].resource.contained[0].identifier[0].value "
                       "Bundle.entry[0].resource.contained[0].identifier[0].value"));
}

TEST_P(Deposit, EachTraitThatDiffersIsNamedWhereItStands) {  // REC-4
  Sample given = sample;
  given.birth_name = "DURAND";
  expect_refused(given, 422, "birth-name Bundle.entry[1].resource.contained[0].name[0].family");
  given = sample;
  given.given_name = "Claire";
  expect_refused(given, 422, "given-name Bundle.entry[1].resource.contained[0].name[0].given[0]");
  given = sample;
  given.birth_date = "1984-02-14";
  expect_refused(given, 422, "birth-date Bundle.entry[1].resource.contained[0].birthDate");
  given = sample;
  given.sex = "male";
  expect_refused(given, 422, "sex Bundle.entry[1].resource.contained[0].gender");
  given = sample;
  given.birth_name = "martin";
  EXPECT_EQ(house.deposit(given).status, 200) << "case is no difference";
}

TEST_P(Deposit, MetadataIsHeldToTheRules) {  // REC-5
  Sample given = sample;
  given.type = R"({"coding":[{"system":"http://loinc.org","code":"99999-9"}]})";
  expect_refused(given, 422, "code-invalid Bundle.entry[1].resource.type.coding[0].code");
  given = sample;
  given.type = R"({"coding":[{"system":"urn:oid:1.2.250.1.213.1.1.4.12","code":"DOCPAT01"}]})";
  given.category.clear();
  expect_refused(given, 422, "business-rule Bundle.entry[1].resource.type.coding[0].code");
  given = sample;
  given.category = R"([{"coding":[{"system":"urn:oid:1.2.250.1.213.1.1.4.1","code":"31"}]}])";
  expect_refused(
      given, 422,
      "business-rule Bundle.entry[1].resource.category[0].coding[0].code Bundle.entry[1].resource.type.coding[0].code");
  given = sample;
  given.labels.clear();
  expect_refused(given, 422, "required Bundle.entry[1].resource.securityLabel");
  given = sample;
  given.labels = R"([{"coding":[{"system":"urn:oid:2.16.840.1.113883.5.25","code":"U"}]}])";
  expect_refused(given, 422, "code-invalid Bundle.entry[1].resource.securityLabel[0].coding[0].code");
  given = sample;
  given.labels =
      R"([{"coding":[{"system":"urn:oid:2.16.840.1.113883.5.25","code":"N"},{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"MASQUE_PS"},{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"INVISIBLE_PATIENT"}]}])";
  expect_refused(given, 422, "business-rule Bundle.entry[1].resource.securityLabel[0].coding[2].code");
  given = sample;
  given.category.clear();
  EXPECT_EQ(house.deposit(given).status, 200) << "the class of a type is known";
}

TEST_P(Deposit, ContentIsWhatItIsSaidToBe) {  // REC-5
  Sample given = sample;
  given.bytes = "hello";
  expect_refused(given, 422, "value Bundle.entry[2].resource.data");
  given = sample;
  given.content_type = "image/png";
  expect_refused(given, 422,
                 "value Bundle.entry[1].resource.content[0].attachment.contentType Bundle.entry[2].resource.data");
  given = sample;
  given.content_type = "text/plain";
  expect_refused(given, 422, "not-supported Bundle.entry[1].resource.content[0].attachment.contentType");
  given = sample;
  given.attachment = R"(,"hash":"qZk+NkcGgWq6PiVxeFDCbJzQ2J0=")";
  expect_refused(given, 422, "value Bundle.entry[1].resource.content[0].attachment.hash Bundle.entry[2].resource.data");
  given.attachment = R"(,"hash":")" + kernel::to_base64(crypto::sha1(kernel::as_bytes(given.bytes))) + R"(","size":)" +
                     std::to_string(given.bytes.size());
  EXPECT_EQ(house.deposit(given).status, 200);
}

TEST_P(Deposit, TooLargeIsRefusedAsSuch) {
  sample.bytes = "%PDF-1.4\n" + std::string(26'214'401 - 9, ' ');
  expect_refused(sample, 413, "too-long Bundle.entry[2].resource.data");
  sample.bytes.pop_back();
  EXPECT_EQ(house.deposit(sample).status, 200) << "25 MiB exactly are taken";
}

TEST_P(Deposit, WhatIsNotJsonOrNoTransactionSaysWhere) {
  const auto who = RecordHouse::doctor();
  auto response = house.deposit(who, R"({"resourceType":"Bundle","type":"transaction","entry":[{"x":}]})");
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(RecordHouse::issues(response), ElementsAre("structure Bundle.entry[0].x"));
  response = house.deposit(who, R"({"resourceType":"Bundle","type":"collection"})");
  EXPECT_EQ(response.status, 422);
  EXPECT_THAT(RecordHouse::issues(response), ElementsAre("value Bundle.type"));
  response = house.fhir(who, {http::Method::post, "/fhir/R4", "<Bundle/>", "application/fhir+xml"});
  EXPECT_EQ(response.status, 415);
  response = house.fhir(who, {http::Method::get, "/fhir/R4/metadata", "", "", "application/fhir+xml"});
  EXPECT_EQ(response.status, 406);
  EXPECT_EQ(house.fhir(nullptr, {http::Method::get, "/fhir/R4/metadata"}).status, 200);
}

TEST_P(Deposit, NeedsASpaceThatTakesDocumentsAndTheScope) {  // REC-6
  const Someone untold{.n = 5};
  house.import(untold);
  EXPECT_EQ(house.deposit(RecordHouse::sample_of(untold)).status, 403);
  auto reader = std::make_shared<identity::Caller>(*RecordHouse::doctor());
  reader->scopes = {"documents.read"};
  EXPECT_EQ(house.deposit(reader, sample.bundle()).status, 403);
  testing::must(io::run(house.enrollment().close(*RecordHouse::person(person), person)));
  const auto closed = house.deposit(sample);
  EXPECT_EQ(closed.status, 403);
  EXPECT_THAT(closed.body, HasSubstr("access.state_refuses_deposit"));
  EXPECT_EQ(rows(), 0);
}

TEST_P(Deposit, AllOfATransactionOrNothing) {  // REC-1
  Sample first = sample, second = RecordHouse::sample_of(nadia, 2);
  second.bytes = "not a document";
  const auto entries_of = [](const Sample& one, std::string_view a, std::string_view b) {
    std::string text = one.bundle();
    text = text.substr(text.find(R"(,{"fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000b2")"));
    text = text.substr(0, text.rfind("]}"));
    for (const auto& [from, to] : {std::pair<std::string, std::string_view>{"00b2\"", a}, {"00b3\"", b}, {"00B3\"", b}})
      if (const auto at = text.find(from); at != std::string::npos) text.replace(at + 2, 2, to);
    return text;
  };
  std::string bundle = first.bundle();
  bundle = fhir::testing::with(
      bundle, R"({"item":{"reference":"urn:uuid:00000000-0000-4000-8000-0000000000b2"}})",
      R"({"item":{"reference":"urn:uuid:00000000-0000-4000-8000-0000000000b2"}},{"item":{"reference":"urn:uuid:00000000-0000-4000-8000-0000000000c2"}})");
  const auto with_second = [&](const Sample& one) {
    std::string whole = bundle;
    whole.insert(whole.rfind("]}"), entries_of(one, "c2", "c3"));
    return whole;
  };
  auto response = house.deposit(RecordHouse::doctor(), with_second(second));
  EXPECT_EQ(response.status, 422) << response.body;
  EXPECT_THAT(RecordHouse::issues(response), Contains("value Bundle.entry[4].resource.data"));
  EXPECT_EQ(rows(), 0);
  second.bytes = sample.bytes + "2";
  response = house.deposit(RecordHouse::doctor(), with_second(second));
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(rows(), 2);
  EXPECT_NE(RecordHouse::location_id(response, 1), RecordHouse::location_id(response, 3));
}

TEST_P(Deposit, ManyAtOnceInOneSpaceEachGetTheirPlace) {  // REC-2
  constexpr int threads = 4, each = 6;
  std::atomic<int> taken{0};
  std::vector<std::jthread> hospitals;
  for (int t = 0; t < threads; ++t)
    hospitals.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        // Two hospitals send each document.
        const Sample one = RecordHouse::sample_of(nadia, (t / 2) * each + i);
        const auto answer = house.fhir(RecordHouse::doctor(),
                                       {http::Method::post, "/fhir/R4", one.bundle(), "application/fhir+json"});
        if (answer.status == 200) ++taken;
      }
    });
  hospitals.clear();
  EXPECT_EQ(taken, threads * each);
  EXPECT_EQ(rows(), threads * each / 2);
  EXPECT_EQ(rows("document_unique"), threads * each / 2);
}

TEST_P(Deposit, AuthorsOfDocumentsFindTheirOwn) {
  Sample mine = sample, theirs = RecordHouse::sample_of(nadia, 2);
  theirs.rpps = testing::other_rpps;
  theirs.author = "Dr Paul Roche";
  house.deposited(mine);
  const std::string id = house.deposited(theirs);
  const auto author = RecordHouse::software(testing::other_rpps, "750000099");
  const auto found = json::parse(house.search(author, RecordHouse::by_number(nadia)).body);
  EXPECT_EQ(found.at("total").as_int64(), 1);
  EXPECT_EQ(house.fhir(author, {http::Method::get, "/fhir/R4/Binary/" + id}).status, 200);
}

INSTANTIATE_TEST_SUITE_P(Engines, Deposit, ::testing::ValuesIn(store::testing::store_cases()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace carnet::record
