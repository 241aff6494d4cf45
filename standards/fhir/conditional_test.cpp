#include "standards/fhir/conditional.hpp"

#include <gtest/gtest.h>

namespace carnet::fhir {
namespace {

TEST(Conditional, TagsAreWeakVersionsAListOrAll) {
  EXPECT_EQ(etag_of(3), "W/\"3\"");
  EXPECT_TRUE(read_entity_tags("W/\"3\"")->matches(3));
  EXPECT_TRUE(read_entity_tags("\"3\"")->matches(3));
  EXPECT_FALSE(read_entity_tags("W/\"3\"")->matches(4));
  EXPECT_TRUE(read_entity_tags("\"1\" , W/\"7\"")->matches(7));
  EXPECT_TRUE(read_entity_tags("*")->matches(12));
  EXPECT_FALSE(read_entity_tags("\"a,b\"")->matches(1));
  EXPECT_FALSE(read_entity_tags("")->any);
  for (const auto* broken : {"3", "W/3", "\"3", "\"1\",", "\"1\"\"2\"", "W/\"1\" \"2\"", "**"})
    EXPECT_FALSE(read_entity_tags(broken)) << broken;
}

TEST(Conditional, DatesOfHttpAreWrittenAndReadInOneForm) {
  const kernel::Instant instant = *kernel::parse_rfc3339("1994-11-06T08:49:37.900Z");
  EXPECT_EQ(to_http_date(instant), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT")->ms, instant.ms - 900);
  EXPECT_EQ(to_http_date({-1000}), "Wed, 31 Dec 1969 23:59:59 GMT");
  for (const auto* broken : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Mon, 06 Nov 1994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 31 Feb 1994 08:49:37 GMT",
                             "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT"})
    EXPECT_FALSE(parse_http_date(broken)) << broken;
}

TEST(Conditional, WhatTheCallerHoldsIsStillInForce) {
  const kernel::Instant updated = *kernel::parse_rfc3339("1994-11-06T08:49:37.900Z");
  EXPECT_TRUE(is_not_modified("W/\"2\"", "", 2, updated));
  EXPECT_FALSE(is_not_modified("W/\"1\"", "", 2, updated));
  EXPECT_TRUE(is_not_modified("", "Sun, 06 Nov 1994 08:49:37 GMT", 2, updated));
  EXPECT_FALSE(is_not_modified("", "Sun, 06 Nov 1994 08:49:36 GMT", 2, updated));
  EXPECT_FALSE(is_not_modified("W/\"1\"", "Sun, 06 Nov 1994 08:49:37 GMT", 2, updated)) << "the tag decides";
  EXPECT_FALSE(is_not_modified("", "yesterday", 2, updated));
  EXPECT_FALSE(is_not_modified("", "", 2, updated));
}

TEST(Conditional, WishesAreReadInAnyOrder) {
  const auto prefer = read_prefer("respond-async, return=\"minimal\"; x=1, handling=strict");
  EXPECT_EQ(prefer.answer, Prefer::Answer::minimal);
  EXPECT_TRUE(prefer.is_strict());
  EXPECT_EQ(read_prefer("return=OperationOutcome").answer, Prefer::Answer::outcome);
  EXPECT_EQ(read_prefer("return=representation, handling=lenient").handling, Prefer::Handling::lenient);
  EXPECT_EQ(read_prefer("return=everything").answer, Prefer::Answer::unsaid);
  EXPECT_EQ(read_prefer("").handling, Prefer::Handling::unsaid);
}

TEST(Conditional, OnlyJsonIsSpoken) {
  for (const auto* yes : {"", "*/*", "application/fhir+json", "application/fhir+json; fhirVersion=4.0",
                          "application/fhir+xml;q=0.9, application/json;q=0.1", "text/html, */*;q=0.8"})
    EXPECT_TRUE(accepts_json_form(yes)) << yes;
  for (const auto* no : {"application/fhir+xml", "text/xml", "text/html", "application/fhir+json;q=0", "text/*",
                         "application/fhir+json; fhirVersion=5.0", "application/fhir+json;charset=iso-8859-1"})
    EXPECT_FALSE(accepts_json_form(no)) << no;
  for (const auto* yes : {"json", "application/fhir+json", "application/fhir json", "application/json"})
    EXPECT_TRUE(is_json_format(yes)) << yes;
  for (const auto* no : {"xml", "application/fhir+xml", "ttl", "", "jsonx"}) EXPECT_FALSE(is_json_format(no)) << no;
  EXPECT_TRUE(is_json_type("application/fhir+json;charset=utf-8"));
  EXPECT_FALSE(is_json_type("application/fhir+xml"));
  EXPECT_FALSE(is_json_type(""));
  EXPECT_FALSE(is_json_type("application/fhir+json; charset=iso-8859-1"));
  EXPECT_TRUE(is_json_type("application/fhir+json; fhirVersion=\"4.0\"; charset=UTF-8"));
  EXPECT_FALSE(is_json_type("application/fhir+json; fhirVersion=5.0"));
  EXPECT_TRUE(is_patch_type("application/json-patch+json"));
}

}  // namespace
}  // namespace carnet::fhir
