// Every official example of R4 (CC0) of a searchable type is found by what it says itself: for each of its type's
// search parameters, a query is written from each extracted value, and must find it. Skipped when the corpus was not
// fetched (proof/conformance/fetch.sh).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "standards/fhir/search_match.hpp"
#include "standards/fhir/search_projection.hpp"

namespace carnet::fhir {
namespace {

using Form = SearchValue::Form;

std::filesystem::path corpus() {
  return std::filesystem::path(CARNET_BUILD_DIR).parent_path() / "conformance/node_modules/hl7.fhir.r4.examples";
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view(",|$\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// A query that asks for this value: modifier and text.
std::pair<std::string, std::string> query_for(const SearchValue& value) {
  switch (value.form) {
    case Form::token:
      if (value.implied || value.system.empty()) return {"", escaped(value.code)};
      return {"", escaped(value.system) + "|" + escaped(value.code)};
    case Form::text:
      return {":text", escaped(value.text)};
    case Form::of_type:
      return {":of-type", escaped(value.system) + "|" + escaped(value.code) + "|" + escaped(value.text)};
    case Form::string:
      return {":exact", escaped(value.text)};
    case Form::date:
      if (value.period.earliest.ms < -60'000'000'000'000) return {"", "lt2200"};  // no beginning
      return {"", "ge" + kernel::to_rfc3339(value.period.earliest)};
    case Form::reference:
      return {"", escaped(value.text)};
    case Form::identifier:
      return {":identifier", escaped(value.system) + "|" + escaped(value.code)};
    case Form::number:
      return {"", std::isfinite(value.low) ? fmt::format("{}", value.low) : "lt1000000000"};
    case Form::quantity:
      return {"", (std::isfinite(value.low) ? fmt::format("{}", value.low) : "lt1000000000") + "|" +
                      escaped(value.system) + "|" + escaped(value.code.empty() ? value.text : value.code)};
    case Form::uri:
      return {"", escaped(value.code)};
  }
  return {};
}

class Corpus : public ::testing::Test {
 protected:
  struct Entry {
    std::string name, text;
  };
  void SetUp() override {
    if (!std::filesystem::exists(corpus())) GTEST_SKIP() << "the official examples were not fetched";
    for (const auto& entry : std::filesystem::directory_iterator(corpus())) {
      const auto name = entry.path().filename().string();
      if (entry.path().extension() != ".json" || entry.file_size() > (1u << 20)) continue;
      if (!in_patient_compartment(name.substr(0, name.find('-')))) continue;
      std::ifstream file(entry.path());
      entries.push_back({name, {std::istreambuf_iterator<char>(file), {}}});
    }
    std::ranges::sort(entries, {}, &Entry::name);
    ASSERT_GT(entries.size(), 300u);
  }
  std::vector<Entry> entries;
};

TEST_F(Corpus, EachIsFoundByItsOwnValues) {
  std::size_t queries = 0;
  std::map<std::string, std::set<std::string>> said;  // type -> parameters of which an example says something
  for (const auto& entry : entries) {
    const auto json = Json::parse(entry.text);
    ASSERT_TRUE(json.has_value()) << entry.name;
    const std::string type = json->root()["resourceType"].text();
    for (const auto& parameter : search_parameters_of(type)) {
      const auto values = extract(*json, parameter);
      if (!values.empty()) said[type].emplace(parameter.code);
      for (const auto& value : values.values) {
        auto [modifier, text] = query_for(value);
        if (text.empty() || text == "|") continue;
        const std::string name = std::string(parameter.code) + modifier;
        const auto query = read_search(type, std::vector<std::pair<std::string, std::string>>{{name, text}}, {});
        ASSERT_TRUE(query.has_value()) << entry.name << " " << name << "=" << text << " "
                                       << query.error().issues[0].says;
        ASSERT_EQ(query->filters.size(), 1u) << entry.name << " " << name;
        EXPECT_TRUE(matches(query->filters[0], values)) << entry.name << " " << name << "=" << text;
        ++queries;
      }
    }
  }
  std::size_t parameters = 0, met = 0;
  for (const auto& type : all_types()) {
    if (!in_patient_compartment(type.name) || type.family != Family::resource) continue;
    for (const auto& parameter : search_parameters_of(type.name)) {
      const auto code = parameter.code;
      if (code.starts_with('_') || parameter.expression.empty()) continue;
      ++parameters;
      met += said[std::string(type.name)].contains(std::string(code)) ? 1 : 0;
    }
  }
  std::cout << entries.size() << " examples, " << queries << " queries; of " << parameters << " parameters " << met
            << " have a value in some example\n";
  EXPECT_GT(queries, 5'000u);
  EXPECT_GT(met * 10, parameters * 5);
}

// Selected by an expression, and nothing to compare: a reference of which only the name is given, a schedule without
// limits, an amount without a number, another type of a choice than the parameter's.
bool says_nothing(const Item& item, SearchKind kind) {
  const auto is = [&](std::string_view type) { return item.type != nullptr && item.type->is_a(type); };
  if (!item.value) return item.form == Item::Form::node;  // only an extension
  if (kind == SearchKind::reference)
    return is("Attachment") || (is("Reference") && !item.value["reference"] && !item.value["identifier"]["system"] &&
                                !item.value["identifier"]["value"]);
  if (kind == SearchKind::date)
    return is("string") || (is("Timing") && !item.value["event"] && !item.value["repeat"]["boundsPeriod"]) ||
           (is("Period") && !item.value["start"] && !item.value["end"]);
  if (kind == SearchKind::quantity) return is("SampledData") || (is("Quantity") && !item.value["value"]);
  if (kind == SearchKind::token) return is("Identifier") && !item.value["system"] && !item.value["value"];
  return false;
}

// What an element's presence promises: when a parameter's expression selects something that can be compared, there is
// a value.
TEST_F(Corpus, WhatIsSelectedIsExtracted) {
  for (const auto& entry : entries) {
    const auto json = Json::parse(entry.text);
    const Focus focus = Focus::of(json->root());
    for (const auto& parameter : search_parameters_of(focus.type->name)) {
      if (parameter.expression.empty() || parameter.code == "_id" || parameter.code == "_lastUpdated") continue;
      const auto path = FhirPath::compile(parameter.expression);
      ASSERT_TRUE(path.has_value()) << parameter.expression;
      std::vector<Item> items;
      path->select(focus, items);
      std::erase_if(items, [&](const Item& item) { return says_nothing(item, parameter.kind); });
      if (items.empty() || parameter.kind == SearchKind::composite) continue;
      EXPECT_FALSE(extract(*json, parameter).empty()) << entry.name << " " << parameter.code;
    }
  }
}

TEST_F(Corpus, ProjectionsAreResources) {
  for (const auto& entry : entries) {
    const auto json = Json::parse(entry.text);
    const std::string type = json->root()["resourceType"].text();
    for (const auto* summary : {"true", "text", "data"}) {
      const auto query = read_search(type, std::vector<std::pair<std::string, std::string>>{{"_summary", summary}}, {});
      const auto out = project(*json, *query);
      const auto again = Json::parse(out);
      ASSERT_TRUE(again.has_value()) << entry.name << " " << summary;
      EXPECT_TRUE(again->root()["meta"]["tag"]) << entry.name;
    }
  }
}

// Invariants hold on what the standard itself gives as examples.
TEST_F(Corpus, InvariantsOfTheRootHold) {
  std::map<std::string_view, FhirPath> compiled;
  for (const auto expression : distinct_expressions())
    if (auto made = FhirPath::compile(expression)) compiled.emplace(expression, std::move(*made));
  std::map<std::string, std::vector<std::string>> broken;
  std::size_t judged = 0;
  for (const auto& entry : entries) {
    const auto json = Json::parse(entry.text);
    const Focus focus = Focus::of(json->root());
    for (const auto* type = focus.type; type != nullptr; type = type->base)
      for (const auto& invariant : type->invariants) {
        const auto found = compiled.find(invariant.expression);
        if (!invariant.error || found == compiled.end()) continue;
        ++judged;
        if (found->second.holds(focus) == false) broken[std::string(invariant.key)].push_back(entry.name);
      }
  }
  std::size_t count = 0;
  for (const auto& [key, names] : broken) {
    std::cout << key << " is broken by " << names.size() << ", as " << names.front() << "\n";
    count += names.size();
  }
  std::cout << judged << " invariants judged\n";
  EXPECT_EQ(count, 0u);
  EXPECT_GT(judged, 2'000u);
}

}  // namespace
}  // namespace carnet::fhir
