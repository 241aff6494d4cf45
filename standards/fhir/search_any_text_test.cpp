// Texts near to good ones, tens of thousands of them: each is read or refused, and whatever is read can be used. The
// fuzzers beside go further.
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "standards/fhir/date_time.hpp"
#include "standards/fhir/search_match.hpp"
#include "standards/fhir/search_projection.hpp"
#include "standards/fhir/testing/memory_space.hpp"
#include "standards/fhir/ucum.hpp"

namespace carnet::fhir {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

class AnyText : public ::testing::Test {
 protected:
  // A few symbols dropped, doubled, replaced, or taken from another text.
  std::string mutated(std::string text, std::string_view other) {
    constexpr std::string_view symbols = ".,|$\\:()[]'%@-+*/=!<>&{}~ 0129azAZ_\n\xC3\xA9\xFF";
    const std::size_t changes = 1 + pick(4);
    for (std::size_t i = 0; i < changes; ++i) {
      const std::size_t at = pick(text.size() + 1);
      switch (pick(4)) {
        case 0:
          text.erase(at, 1 + pick(3));
          break;
        case 1:
          text.insert(at, 1, symbols[pick(symbols.size())]);
          break;
        case 2:
          text.insert(at, other.substr(pick(other.size()), 1 + pick(12)));
          break;
        default:
          text.insert(at, text.substr(pick(text.size() + 1), pick(8)));
      }
    }
    return text;
  }
  std::size_t pick(std::size_t below) { return random() % std::max<std::size_t>(below, 1); }
  std::mt19937 random{20'240'601};
};

TEST_F(AnyText, Expressions) {
  constexpr std::string_view text =
      R"({"resourceType":"Patient","id":"p","contained":[{"resourceType":"Organization","id":"o","name":"n"}],"active":true,
      "name":[{"family":"a","given":["b","c"]}],"_birthDate":{"id":"x"},"birthDate":"2000-01-01","multipleBirthInteger":2,
      "managingOrganization":{"reference":"#o"},"extension":[{"url":"u","valueQuantity":{"value":1,"code":"kg"}}]})";
  const auto json = Json::parse(text);
  const auto focus = Focus::of(json->root());
  const auto seeds = distinct_expressions();
  std::size_t compiled = 0;
  for (int i = 0; i < 30'000; ++i) {
    const auto made = FhirPath::compile(mutated(std::string(seeds[pick(seeds.size())]), seeds[pick(seeds.size())]));
    if (!made) {
      ASSERT_EQ(made.error().issues.size(), 1u);
      continue;
    }
    ++compiled;
    std::vector<Item> items;
    made->select(focus, items);
    (void)made->holds(focus);
  }
  EXPECT_GT(compiled, 1'000u);
}

TEST_F(AnyText, Searches) {
  testing::MemorySpace space;
  space.add(R"({"resourceType":"Patient","id":"p","name":[{"family":"x"}],"birthDate":"2000"})");
  space.add(R"({"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"s","code":"c"}]},
    "subject":{"reference":"Patient/p"},"effectivePeriod":{"start":"2024-01-01"},"hasMember":[{"reference":"Observation/o"}],
    "valueQuantity":{"value":1.5,"system":"http://unitsofmeasure.org","code":"kg"}})");
  const Pairs seeds = {{"code", "http://loinc.org|1-8,\\,2"},
                       {"date", "ge2024-01-01T10:00:00+01:00"},
                       {"subject:Patient.family:exact", "x"},
                       {"_has:Observation:patient:code", "s|c"},
                       {"value-quantity", "ap1.5e0|http://unitsofmeasure.org|kg"},
                       {"code-value-quantity", "c$gt1||g"},
                       {"_include:iterate", "Observation:has-member:Observation"},
                       {"_revinclude", "Observation:subject"},
                       {"_sort", "-date,_id,code"},
                       {"_count", "10"},
                       {"_elements", "status,code"},
                       {"hasMember.has-member.subject.name", "x"},
                       {"_lastUpdated", "le2030"},
                       {"category:missing", "true"}};
  SearchOptions options;
  options.base = "https://h/fhir/R4";
  std::size_t answered = 0;
  for (int i = 0; i < 30'000; ++i) {
    Pairs pairs;
    for (std::size_t n = 1 + pick(3); n > 0; --n) {
      auto pair = seeds[pick(seeds.size())];
      const auto& other = seeds[pick(seeds.size())];
      if (pick(3) == 0) pair.first = mutated(pair.first, other.first);
      if (pick(2) == 0) pair.second = mutated(pair.second, other.second);
      pairs.push_back(std::move(pair));
    }
    options.strict = pick(2) == 0;
    const auto query = read_search(pick(2) == 0 ? "Observation" : "Patient", pairs, options);
    if (!query) {
      ASSERT_FALSE(query.error().issues.empty());
      for (const auto& issue : query.error().issues) ASSERT_FALSE(issue.path.empty());
      continue;
    }
    ++answered;
    const auto found = *search(*query, space);
    (void)included(*query, found, space, 10);
    if (is_projected(*query))
      for (const auto index : found) ASSERT_TRUE(Json::parse(project(space.json(index), *query)).has_value());
  }
  EXPECT_GT(answered, 1'000u);
}

TEST_F(AnyText, UnitsDatesAndWords) {
  constexpr std::string_view seeds[] = {"mg/dL",
                                        "10*9/L",
                                        "mm[Hg]",
                                        "{beats}/min",
                                        "kg.m2/s-2",
                                        "2024-02-29T10:00",
                                        "ge2024-01-01T10:00:00.123Z",
                                        "L’Œuvre Saint-Éloi"};
  for (int i = 0; i < 50'000; ++i) {
    const auto text = mutated(std::string(seeds[pick(8)]), seeds[pick(8)]);
    if (const auto unit = unit_conversion(text)) {
      ASSERT_NE(unit->dimension, 0u) << text;
      ASSERT_GT(unit->factor, 0) << text;
    }
    if (const auto test = parse_date_test(text)) {
      ASSERT_LT(test->period.earliest.ms, test->period.end.ms) << text;
    }
    ASSERT_LE(folded(text).size(), 2 * text.size() + 4) << text;
  }
}

// What costs the most that a caller may ask: each link reads the space once.
TEST_F(AnyText, ChainsDoNotMultiply) {
  testing::MemorySpace space;
  space.add(R"({"resourceType":"Patient","id":"p"})");
  for (int i = 0; i < 1'000; ++i)
    space.add(R"({"resourceType":"Observation","id":"o)" + std::to_string(i) +
              R"(","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p"}})");
  const auto query = read_search(
      "Observation",
      Pairs{{"subject:Patient._has:Observation:patient:subject:Patient._has:Observation:patient:status", "final"}}, {});
  ASSERT_TRUE(query.has_value());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(search(*query, space)->size(), 1'000u);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST_F(AnyText, ValuesAskedForTimesValuesThereAreBounded) {
  std::string many, asked = "z";
  for (int i = 0; i < 60'000; ++i) many += R"({"value":"v"},)";
  for (int i = 0; i < 400; ++i) asked += ",z" + std::to_string(i);
  testing::MemorySpace space;
  for (const std::string id : {"a", "b", "c"})
    space.add(R"({"resourceType":"Observation","id":")" + id + R"(","status":"final","code":{"text":"x"},"identifier":[)" + many +
              R"({"value":"w"}]})");
  const auto found = [&](const std::string& values) {
    const auto query = read_search("Observation", Pairs{{"identifier", values}}, {});
    return search(*query, space);
  };
  const auto refused = found(asked);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().issues.front().code, "too-costly");
  ASSERT_TRUE(found("w,z").has_value());
  EXPECT_EQ(found("w,z")->size(), 3u);
}

}  // namespace
}  // namespace carnet::fhir
