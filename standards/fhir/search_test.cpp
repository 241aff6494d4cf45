#include "standards/fhir/search.hpp"

#include <gtest/gtest.h>

#include "standards/fhir/document_reference.hpp"

namespace carnet::fhir {
namespace {

using kernel::Instant;

Instant at(std::string_view text) {
  return kernel::parse_rfc3339(text).value();
}

TEST(DateTime, SpansWhatItsPrecisionLeavesOpen) {
  EXPECT_EQ(parse_date_time("2021")->earliest, at("2020-12-31T23:00:00Z")) << "the calendar of Paris";
  EXPECT_EQ(parse_date_time("2021")->end, at("2021-12-31T23:00:00Z"));
  EXPECT_EQ(parse_date_time("2021-07")->end, at("2021-07-31T22:00:00Z"));
  EXPECT_EQ(parse_date_time("2021-07-29T12:17:00+02:00")->earliest, at("2021-07-29T10:17:00Z"));
  for (const std::string_view bad :
       {"", "21", "2021-13", "2021-02-30", "2021-07-29T12:17:00", "2021-07-29T12:17+02:00", "today"})
    EXPECT_FALSE(parse_date_time(bad)) << bad;
}

TEST(DateTest, EveryPrefixComparesRanges) {
  const Instant now = at("2024-06-01T00:00:00Z");
  const auto holds = [&](std::string_view test, std::string_view value) {
    return parse_date_test(test)->holds(*parse_date_time(value), now);
  };
  EXPECT_TRUE(holds("2021-07", "2021-07-29"));
  EXPECT_FALSE(holds("eq2021-07-29", "2021-07")) << "a month is not within a day";
  EXPECT_TRUE(holds("ne2021-07-29", "2021-07"));
  EXPECT_TRUE(holds("gt2021-07-28", "2021-07-29"));
  EXPECT_FALSE(holds("gt2021-07-29", "2021-07-29"));
  EXPECT_TRUE(holds("ge2021-07-29", "2021-07-29"));
  EXPECT_TRUE(holds("lt2021-07-30", "2021-07-29"));
  EXPECT_TRUE(holds("le2021-07-29", "2021-07-29"));
  EXPECT_FALSE(holds("le2021-07-28", "2021-07-29"));
  EXPECT_TRUE(holds("sa2021-07-28", "2021-07-29"));
  EXPECT_FALSE(holds("sa2021-07-29", "2021-07-29T12:00:00Z"));
  EXPECT_TRUE(holds("eb2021-07-30", "2021-07-29"));
  EXPECT_TRUE(holds("ap2021-07-29", "2021-09-01"));
  EXPECT_FALSE(holds("ap2024-05-20", "2021-09-01"));
  EXPECT_TRUE(parse_date_test("ge2024-01-01T10:00+01:00")) << "a search may leave out the seconds";
  EXPECT_TRUE(holds("2024-01-01T10:00:00 01:00", "2024-01-01T09:00:00Z")) << "a plus sign that was not escaped";
  EXPECT_FALSE(parse_date_test("2024-01-01T10:00:00 x1:00"));
  EXPECT_FALSE(parse_date_test("around2024"));
}

TEST(DocumentSearch, ReadsWhatItKnows) {
  const auto read = read_document_search({{"type", "http://loinc.org|11502-2,REMB"},
                                          {"category", "10"},
                                          {"status", "current,superseded"},
                                          {"date", "ge2020-01-01"},
                                          {"date", "lt2024"},
                                          {"_sort", "creation"},
                                          {"identifier", "urn:ietf:rfc:3986|urn:oid:1.2.3"}});
  ASSERT_TRUE(read);
  ASSERT_EQ(read->types.size(), 1u);
  EXPECT_EQ(read->types[0][0].system, oid::loinc);
  EXPECT_EQ(read->types[0][1].code, "REMB");
  EXPECT_EQ(read->statuses.size(), 2u);
  EXPECT_EQ(read->dates.size(), 2u);
  EXPECT_EQ(read->unique_ids, (std::vector<std::vector<std::string>>{{"1.2.3"}}));
}

TEST(DocumentSearch, RefusesValuesThatMeanNothing) {
  for (const auto& [name, value] :
       Pairs{{"date", "soon"}, {"_sort", "author"}, {"status", "new"}}) {
    const auto read = read_document_search({{name, value}});
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(read.error().issues.front().path, name);
  }
}

}  // namespace
}  // namespace carnet::fhir
