#include "standards/fhir/bundle_request.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace carnet::fhir {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view base = "https://h/fhir/R4";

std::string parts(std::string_view url) {
  const auto read = parse_relative_url(url, base);
  if (!read) return "none";
  return read->type + "," + read->id + "," + read->operation + "," + read->version + "," +
         (read->has_query ? "?" + read->query : "");
}

TEST(BundleRequest, AddressesInTheirParts) {
  EXPECT_EQ(parts("Observation"), "Observation,,,,");
  EXPECT_EQ(parts("/Observation/a1"), "Observation,a1,,,");
  EXPECT_EQ(parts("https://h/fhir/R4/Observation/a1/_history/2"), "Observation,a1,_history,2,");
  EXPECT_EQ(parts("Observation?code=a|b&x=y?z"), "Observation,,,,?code=a|b&x=y?z");
  EXPECT_EQ(parts("Patient/p/$everything"), "Patient,p,$everything,,");
  EXPECT_EQ(parts("Patient/p/Observation?code=1"), "Patient,p,Observation,,?code=1");
  EXPECT_EQ(parts("Patient/_search"), "Patient,,_search,,");
  EXPECT_EQ(parts("_history"), ",,_history,,");
  EXPECT_EQ(parts(""), ",,,,");
  for (const auto* other : {"https://other/fhir/R4/Observation", "https://h/fhir/R4x/Observation", "Observation/a/b",
                            "observation", "Observation/a b", "Observation//a", "Observation/a/_history/1/2"})
    EXPECT_EQ(parts(other), "none") << other;
}

std::vector<std::string> issues(std::string_view text) {
  const auto json = Json::parse(text);
  const auto read = read_bundle_request(*json, base);
  std::vector<std::string> out;
  const auto add = [&](const std::vector<kernel::Issue>& found) {
    for (const auto& issue : found) out.push_back(issue.code + " " + issue.path);
  };
  if (!read) add(read.error().issues);
  if (read)
    for (const auto& entry : read->entries) add(entry.issues);
  return out;
}

TEST(BundleRequest, EveryIssueSaysWhere) {
  EXPECT_THAT(issues(R"({"resourceType":"Bundle","type":"collection"})"), ElementsAre("value Bundle.type"));
  EXPECT_THAT(issues(R"({"resourceType":"Bundle","type":"batch","entry":[
      {}, {"request":{"method":"POKE","url":"Observation"}}, {"request":{"method":"GET","url":"ftp://a/b"}},
      {"request":{"method":"POST","url":"Observation"}},
      {"request":{"method":"POST","url":"Observation"},"resource":{"resourceType":"List"}},
      {"request":{"method":"GET","url":"Observation/1"},"resource":{"resourceType":"Observation"}}]})"),
              ElementsAre("required Bundle.entry[0].request", "value Bundle.entry[1].request.method",
                          "value Bundle.entry[2].request.url", "required Bundle.entry[3].resource",
                          "invalid Bundle.entry[4].resource.resourceType | Bundle.entry[4].request.url",
                          "structure Bundle.entry[5].resource"));
  EXPECT_THAT(issues(R"({"resourceType":"Bundle","type":"batch"})"), IsEmpty());
  // Those of a transaction are of the whole; those of a batch, of their entry.
  for (const std::string type : {"transaction", "batch"}) {
    const std::string text = R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[{},{"request":{"method":"GET","url":"List/1"}}]})";
    const auto json = Json::parse(text);
    EXPECT_EQ(read_bundle_request(*json, base).has_value(), type == "batch");
  }
}

TEST(BundleRequest, AResourceStandsOnceInATransaction) {
  const std::string entries = R"(,"entry":[
      {"request":{"method":"PUT","url":"Observation/1"},"resource":{"resourceType":"Observation"}},
      {"request":{"method":"DELETE","url":"Observation/1"}},
      {"fullUrl":"urn:uuid:1","request":{"method":"POST","url":"List"},"resource":{"resourceType":"List"}},
      {"fullUrl":"urn:uuid:1","request":{"method":"POST","url":"List"},"resource":{"resourceType":"List"}}]})";
  EXPECT_THAT(issues(R"({"resourceType":"Bundle","type":"transaction")" + entries),
              ElementsAre("duplicate Bundle.entry[0].request.url | Bundle.entry[1].request.url",
                          "duplicate Bundle.entry[2].fullUrl | Bundle.entry[3].fullUrl"));
  EXPECT_THAT(issues(R"({"resourceType":"Bundle","type":"batch")" + entries), IsEmpty());
}

TEST(BundleRequest, ATransactionHasItsOrder) {
  const std::string entries = R"("entry":[{"request":{"method":"GET","url":"List/1"}},
      {"request":{"method":"PUT","url":"List/2"},"resource":{"resourceType":"List"}},
      {"request":{"method":"PATCH","url":"List/3"},"resource":{"resourceType":"Binary"}},
      {"request":{"method":"POST","url":"List"},"resource":{"resourceType":"List"}},
      {"request":{"method":"DELETE","url":"List/4"}},
      {"request":{"method":"POST","url":"List"},"resource":{"resourceType":"List"}}]})";
  const std::string of_transaction = R"({"resourceType":"Bundle","type":"transaction",)" + entries;
  const auto json = Json::parse(of_transaction);
  EXPECT_THAT(order_of(*read_bundle_request(*json, base)), ElementsAre(4, 3, 5, 1, 2, 0));
  const std::string of_batch = R"({"resourceType":"Bundle","type":"batch",)" + entries;
  const auto batch = Json::parse(of_batch);
  EXPECT_THAT(order_of(*read_bundle_request(*batch, base)), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(BundleRequest, ReferencesAreReplacedAndNothingElse) {
  const std::string text =
      R"({ "resourceType":"Observation", "text":{"div":"<div><a href=\"urn:uuid:1\">x</a><img src='#i'/>urn:uuid:1</div>"},
 "identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:uuid:1"}], "subject":{"reference":"urn:uuid:1"},
 "derivedFrom":[{"reference":"Observation\/9"}], "valueAttachment":{"url":"urn:uuid:1"}, "valueQuantity":{"value":1.50} })";
  const auto json = Json::parse(text);
  const auto found = references_in(json->root());
  std::vector<std::string> texts;
  for (const auto& one : found) texts.push_back(one.text + (one.is_reference ? " R" : ""));
  EXPECT_THAT(texts, ElementsAre("urn:uuid:1", "#i", "urn:uuid:1 R", "Observation/9 R", "urn:uuid:1"));
  const auto resolve = [](const ReferenceFound& one) {
    return one.text == "urn:uuid:1" ? std::optional<std::string>("Patient/p") : std::nullopt;
  };
  EXPECT_EQ(
      with_references(json->root(), found, resolve),
      R"({ "resourceType":"Observation", "text":{"div":"<div><a href=\"Patient/p\">x</a><img src='#i'/>urn:uuid:1</div>"},
 "identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:uuid:1"}], "subject":{"reference":"Patient/p"},
 "derivedFrom":[{"reference":"Observation\/9"}], "valueAttachment":{"url":"Patient/p"}, "valueQuantity":{"value":1.50} })");
  EXPECT_EQ(with_references(json->root(), found, [](const auto&) { return std::nullopt; }), text);
}

}  // namespace
}  // namespace carnet::fhir
