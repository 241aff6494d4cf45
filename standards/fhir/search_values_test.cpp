#include "standards/fhir/search_values.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "standards/fhir/search_match.hpp"
#include "standards/fhir/search_projection.hpp"
#include "standards/fhir/search_query.hpp"
#include "standards/fhir/testing/memory_space.hpp"
#include "standards/fhir/ucum.hpp"

namespace carnet::fhir {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Folded, ComparesByLetters) {
  EXPECT_EQ(folded("L’Œuvre  Saint-Éloi"), "l'oeuvre saint eloi");
  EXPECT_EQ(folded("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸÆ"), "aaaceeeeiioouuuyae");
  EXPECT_EQ(folded("Zoe\u0301"), "zoe") << "a combining accent";
  EXPECT_EQ(folded("Straße Łódź Þór"), "strasse lodz thor");
  EXPECT_EQ(folded(" \t a\u00A0b\u202Fc – d "), "a b c d");
  EXPECT_EQ(folded("ΑΒΓ Москва"), "αβγ москва");
  EXPECT_EQ(folded("d`Arc d´Arc d'Arc"), "d'arc d'arc d'arc");
  EXPECT_EQ(folded(""), "");
  EXPECT_EQ(folded("𝒳 日本"), "𝒳 日本");
  EXPECT_EQ(folded("\xC3"), folded("\xC3")) << "bytes that are no text harm nothing";
}

TEST(Ucum, Converts) {
  const auto same = [](double a, std::string_view from, double b, std::string_view to) {
    const auto left = unit_conversion(from), right = unit_conversion(to);
    ASSERT_TRUE(left && right) << from << " " << to;
    EXPECT_EQ(left->dimension, right->dimension) << from << " " << to;
    const double x = a * left->factor + left->offset, y = b * right->factor + right->offset;
    EXPECT_NEAR(x, y, std::abs(x) * 1e-9) << from << " " << to;
  };
  same(1, "kg", 1000, "g");
  same(1, "[lb_av]", 453.59237, "g");
  same(1, "[in_i]", 2.54, "cm");
  same(1, "L", 1, "dm3");
  same(1, "dL", 100, "mL");
  same(1, "mg/dL", 10, "mg/L");
  same(1, "g/L", 1, "mg/mL");
  same(37, "Cel", 98.6, "[degF]");
  same(37, "Cel", 310.15, "K");
  same(120, "mm[Hg]", 15.99864, "kPa");
  same(1, "h", 60, "min");
  same(1, "wk", 7, "d");
  same(1, "mmol/L", 1000, "umol/L");
  same(72, "/min", 72, "{beats}/min");
  same(5, "10*9/L", 5000, "/uL");
  same(1, "kg/m2", 1000, "g/m2");
  same(1, "%", 0.01, "1");
  same(1, "[iU]/L", 1, "m[iU]/mL");
  same(1, "U/L", 1.0 / 60, "umol/s/L");
  same(4.184, "kJ", 1, "kcal");
  same(1, "m/s", 1, "m.s-1");
  for (const auto* unknown :
       {"", "foo", "kg/", "/", "m[", "kg{", "(kg", "[pH]", "kkg", "mmin", "m99999", "0", "10*", "kg kg"})
    if (std::string_view(unknown) != "10*") EXPECT_FALSE(unit_conversion(unknown).has_value()) << unknown;
  EXPECT_NE(unit_conversion("kg")->dimension, unit_conversion("m")->dimension);
  EXPECT_NE(unit_conversion("1")->dimension, 0u);
}

// Dates of every precision against every prefix, beside ranges of whole hours counted one by one.
TEST(DateRanges, AgreeWithHoursCountedOneByOne) {
  std::mt19937 random(7);
  const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto written = [&] {
    std::string text = "2024";
    const int precision = pick(4);
    if (precision > 0) text += std::string("-0") + static_cast<char>('1' + pick(2));
    if (precision > 1) text += std::string("-0") + static_cast<char>('1' + pick(4));
    if (precision > 2) text += std::string("T0") + static_cast<char>('0' + pick(4)) + ":00:00+01:00";
    return text;
  };
  const auto* parameter = find_search_parameter("Observation", "date");
  ASSERT_NE(parameter, nullptr);
  constexpr std::string_view prefixes[] = {"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"};
  for (int i = 0; i < 20'000; ++i) {
    const std::string value = written(), asked = written();
    const auto prefix = prefixes[pick(8)];
    const auto v = *parse_date_time(value), a = *parse_date_time(asked);
    bool all_inside = true, some_after = false, some_before = false, all_after = true, all_before = true;
    constexpr std::int64_t step_ms = 1'000;
    const std::int64_t marks[] = {
        v.earliest.ms, v.earliest.ms + step_ms / 2, a.earliest.ms - 1, a.earliest.ms, a.end.ms - 1, a.end.ms,
        v.end.ms - 1};
    for (const auto instant : marks) {
      if (instant < v.earliest.ms || instant >= v.end.ms) continue;
      const bool before = instant < a.earliest.ms, after = instant >= a.end.ms;
      all_inside &= !before && !after;
      some_before |= before;
      some_after |= after;
      all_after &= after;
      all_before &= before;
    }
    const bool expected = prefix == "eq"   ? all_inside
                          : prefix == "ne" ? !all_inside
                          : prefix == "gt" ? some_after
                          : prefix == "lt" ? some_before
                          : prefix == "ge" ? some_after || all_inside
                          : prefix == "le" ? some_before || all_inside
                          : prefix == "sa" ? all_after
                                           : all_before;
    const std::string text = R"({"resourceType":"Observation","effectiveDateTime":")" + value + R"("})";
    const auto json = Json::parse(text);
    const auto query = read_search("Observation", Pairs{{"date", std::string(prefix) + asked}}, {});
    ASSERT_TRUE(json && query);
    EXPECT_EQ(matches(query->filters.at(0), extract(*json, *parameter)), expected) << value << " " << prefix << asked;
  }
}

TEST(Dates, OfTimingAndOpenPeriods) {
  const auto* occurrence = find_search_parameter("ServiceRequest", "occurrence");
  ASSERT_NE(occurrence, nullptr);
  const auto holds = [&](std::string_view member, std::string_view asked) {
    const std::string text = R"({"resourceType":"ServiceRequest",)" + std::string(member) + "}";
    const auto json = Json::parse(text);
    const auto query = read_search("ServiceRequest", Pairs{{"occurrence", std::string(asked)}}, {});
    return matches(query.value().filters.at(0), extract(json.value(), *occurrence));
  };
  constexpr std::string_view timing = R"("occurrenceTiming":{"event":["2024-01-05","2024-02-01"]})";
  EXPECT_TRUE(holds(timing, "ge2024-01-20"));
  EXPECT_FALSE(holds(timing, "sa2024-01-20"));
  EXPECT_TRUE(
      holds(R"("occurrenceTiming":{"repeat":{"boundsPeriod":{"start":"2024-01-01","end":"2024-01-31"}}})", "2024-01"));
  EXPECT_TRUE(holds(R"("occurrencePeriod":{"start":"2024-01-01"})", "gt2090"));
  EXPECT_TRUE(holds(R"("occurrencePeriod":{"end":"2024-01-01"})", "lt1990"));
  EXPECT_FALSE(holds(R"("occurrencePeriod":{"end":"2024-01-01"})", "2024"));
}

TEST(Decimals, ImplyTheirPrecision) {
  const auto* parameter = find_search_parameter("RiskAssessment", "probability");
  const auto holds = [&](std::string_view value, std::string_view asked) {
    const std::string text =
        R"({"resourceType":"RiskAssessment","prediction":[{"probabilityDecimal":)" + std::string(value) + "}]}";
    const auto json = Json::parse(text);
    const auto query = read_search("RiskAssessment", Pairs{{"probability", std::string(asked)}}, {});
    return matches(query.value().filters.at(0), extract(json.value(), *parameter));
  };
  EXPECT_TRUE(holds("99.5", "100"));
  EXPECT_FALSE(holds("100.5", "100"));
  EXPECT_FALSE(holds("99.5", "100.00"));
  EXPECT_TRUE(holds("5.35", "5.4"));
  EXPECT_FALSE(holds("5.45", "5.4"));
  EXPECT_TRUE(holds("0.005395", "5.40e-3"));
  EXPECT_FALSE(holds("0.005405", "5.40e-3"));
  EXPECT_TRUE(holds("95", "1e2"));
  EXPECT_FALSE(holds("94.9", "1e2"));
  EXPECT_TRUE(holds("0.1", "0.1"));
  EXPECT_TRUE(holds("-3", "-3"));
  EXPECT_TRUE(holds("100.1", "gt100"));
  EXPECT_FALSE(holds("100", "gt100"));
  EXPECT_TRUE(holds("109", "ap100"));
  EXPECT_FALSE(holds("111", "ap100"));
}

TEST(SearchValues, KeepTheirTextsWhenMoved) {
  const std::string text = R"({"resourceType":"Patient","name":[{"family":"a\u00e9\"b","given":["Éa"]}]})";
  const auto json = Json::parse(text);
  auto made = extract(json.value(), *find_search_parameter("Patient", "name"));
  std::vector<SearchValues> all;
  all.push_back(std::move(made));
  all.reserve(100);
  ASSERT_EQ(all[0].values.size(), 2u);
  EXPECT_EQ(all[0].values[0].text, "aé\"b");
  EXPECT_EQ(all[0].values[0].code, "ae\"b");
  EXPECT_EQ(all[0].values[1].code, "ea");
  EXPECT_GT(all[0].bytes(), 0u);
}

TEST(Projection, SplicesAndTags) {
  const auto of = [](std::string_view text, const Pairs& pairs) {
    const auto json = Json::parse(text);
    const auto query = read_search("Observation", pairs, {});
    EXPECT_TRUE(is_projected(*query));
    const std::string out = project(json.value(), *query);
    EXPECT_TRUE(Json::parse(out).has_value()) << out;
    return out;
  };
  constexpr std::string_view observation =
      R"({"id":"a","resourceType":"Observation","meta":{"versionId":"1","tag":[{"code":"x"}]},"text":{"status":"empty","div":"d"},"status":"final","_status":{"id":"s"},"code":{"text":"c"},"note":[{"text":"n"}],"valueQuantity":{"value":1.50}})";
  const std::string tag =
      R"({"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"})";
  const std::string head =
      R"({"resourceType":"Observation","id":"a","meta":{"versionId":"1","tag":[{"code":"x"},)" + tag + "]},";
  EXPECT_EQ(of(observation, {{"_elements", "value"}}),
            head + R"("status":"final","_status":{"id":"s"},"code":{"text":"c"},"valueQuantity":{"value":1.50}})");
  EXPECT_EQ(of(observation, {{"_summary", "true"}}),
            head + R"("status":"final","_status":{"id":"s"},"code":{"text":"c"},"valueQuantity":{"value":1.50}})");
  EXPECT_EQ(of(observation, {{"_summary", "text"}}),
            head + R"("text":{"status":"empty","div":"d"},"status":"final","_status":{"id":"s"},"code":{"text":"c"}})");
  EXPECT_EQ(
      of(observation, {{"_summary", "data"}}),
      head +
          R"("status":"final","_status":{"id":"s"},"code":{"text":"c"},"note":[{"text":"n"}],"valueQuantity":{"value":1.50}})");
  EXPECT_EQ(of(R"({"resourceType":"Observation"})", {{"_summary", "true"}}),
            R"({"resourceType":"Observation","meta":{"tag":[)" + tag + "]}}");
  EXPECT_EQ(of(R"({"resourceType":"Observation","meta":{}})", {{"_elements", "Observation.code"}}),
            R"({"resourceType":"Observation","meta":{"tag":[)" + tag + "]}}");
  EXPECT_FALSE(is_projected(read_search("Observation", Pairs{{"_summary", "false"}}, {}).value()));
}

// What the service spends on each candidate; printed, and bounded only far above what is usual.
TEST(SearchCost, IsSmall) {
  const std::string text =
      R"({"resourceType":"Observation","id":"o1","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
      "code":{"coding":[{"system":"http://loinc.org","code":"29463-7","display":"Poids du corps"}],"text":"Poids"},"subject":{"reference":"Patient/abcdefghijklmnopqrstuvwxyz"},
      "effectiveDateTime":"2024-03-10T10:00:00+01:00","issued":"2024-03-10T10:00:00.000+01:00","valueQuantity":{"value":72.5,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}})";
  const auto json = Json::parse(text);
  const auto measure = [](auto&& work) {
    constexpr int times = 20'000;
    work();
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < times; ++i) work();
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count() / times;
  };
  const std::pair<const char*, const char*> asked[] = {{"subject", "Patient/abcdefghijklmnopqrstuvwxyz"},
                                                       {"code", "http://loinc.org|29463-7"},
                                                       {"date", "ge2024-01-01"},
                                                       {"value-quantity", "gt70||kg"},
                                                       {"patient", "abcdefghijklmnopqrstuvwxyz"}};
  for (const auto& [name, value] : asked) {
    const auto* parameter = find_search_parameter("Observation", name);
    const auto query = read_search("Observation", Pairs{{name, value}}, {});
    const auto values = extract(json.value(), *parameter);
    std::size_t found = 0;
    const double extracting = measure([&] { found += extract(json.value(), *parameter).values.size(); });
    const double matching = measure([&] { found += matches(query->filters[0], values) ? 1 : 0; });
    std::cout << name << ": extracted in " << extracting << " ns, matched in " << matching << " ns\n";
    EXPECT_GT(found, 0u);
    EXPECT_LT(extracting, 50'000);
    EXPECT_LT(matching, 5'000);
  }
}

}  // namespace
}  // namespace carnet::fhir
