#include "foundation/parameters/parameters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>

namespace carnet::parameters {
namespace {

using kernel::Date;
using kernel::Issue;

const std::string days =
    "[[parameter]]\nname = \"enrollment.days\"\nfrom = 2022-01-01\nvalue = 42\nsource = \"CSP R1111-28\"\n";

std::vector<Issue> issues_of(std::string_view text) {
  const auto parsed = Parameters::parse(text, "rules.toml");
  return parsed ? std::vector<Issue>{} : parsed.error().issues;
}

// The one issue of `text`, as "code at place".
std::string only_issue(std::string_view text) {
  const auto issues = issues_of(text);
  if (issues.size() != 1) return std::to_string(issues.size()) + " issues";
  EXPECT_FALSE(issues[0].says.empty());
  return issues[0].code + " at " + issues[0].path;
}

TEST(Parameters, GivesTheValueInForceOnEachDay) {
  const auto parsed = Parameters::parse(
      "[[parameter]]\nname = \"a.days\"\nfrom = 2025-07-01\nvalue = 30\nsource = \"s2\"\n"
      "[[parameter]]\nname = \"a.days\"\nfrom = 2022-01-01\nvalue = 42\nsource = \"s1\"\n",
      "rules.toml");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->integer("a.days", {2022, 1, 1}), 42);
  EXPECT_EQ(parsed->integer("a.days", {2025, 6, 30}), 42);
  EXPECT_EQ(parsed->integer("a.days", {2025, 7, 1}), 30);
  EXPECT_EQ(parsed->integer("a.days", {2099, 1, 1}), 30);
  ASSERT_EQ(parsed->all().at("a.days").size(), 2U);
  EXPECT_EQ(parsed->all().at("a.days")[0].source, "s1");
  EXPECT_EQ(parsed->all().at("a.days")[1].from, (Date{2025, 7, 1}));
}

TEST(Parameters, ReadsEachType) {
  const auto parsed = Parameters::parse(
      "[[parameter]]\nname = \"a.text\"\nfrom = 2022-01-01\nvalue = \"3422\"\nsource = \"s\"\n"
      "[[parameter]]\nname = \"a.flag\"\nfrom = 2022-01-01\nvalue = true\nsource = \"s\"\n"
      "[[parameter]]\nname = \"a.list\"\nfrom = 2022-01-01\nvalue = [\"x\", \"y\"]\nsource = \"s\"\n"
      "[[parameter]]\nname = \"a.empty\"\nfrom = 2022-01-01\nvalue = []\nsource = \"s\"\n",
      "rules.toml");
  ASSERT_TRUE(parsed);
  const Date on{2024, 2, 29};
  EXPECT_EQ(parsed->text("a.text", on), "3422");
  EXPECT_TRUE(parsed->boolean("a.flag", on));
  EXPECT_EQ(parsed->list("a.list", on), (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(parsed->list("a.empty", on).empty());
}

TEST(Parameters, RequireNamesAllThatIsMissingOnThatDay) {
  const auto parsed = Parameters::parse(days, "rules.toml");
  ASSERT_TRUE(parsed);
  const std::string_view needed[] = {"enrollment.days", "enrollment.other"};
  EXPECT_TRUE(parsed->require(std::span(needed).first(1), {2022, 1, 1}));
  const auto refused = parsed->require(needed, {2021, 12, 31});
  ASSERT_FALSE(refused);
  ASSERT_EQ(refused.error().issues.size(), 2U);
  EXPECT_EQ(refused.error().issues[0].path, "enrollment.days");
  EXPECT_EQ(refused.error().issues[1].path, "enrollment.other");
}

TEST(ParametersDeathTest, AskingForWhatIsNotThereAborts) {
  const auto parsed = Parameters::parse(days, "rules.toml");
  ASSERT_TRUE(parsed);
  EXPECT_DEATH((void)parsed->integer("enrollment.other", {2025, 1, 1}), "enrollment.other");
  EXPECT_DEATH((void)parsed->integer("enrollment.days", {2021, 12, 31}), "2021-12-31");
  EXPECT_DEATH((void)parsed->text("enrollment.days", {2025, 1, 1}), "of that type");
}

TEST(Parameters, RefusesUnknownKeys) {
  EXPECT_EQ(only_issue(days + "sorce = \"twice\"\n"), "unknown at rules.toml, line 6");
  EXPECT_EQ(only_issue(days + "[other]\nx = 1\n"), "unknown at rules.toml, line 6");
  EXPECT_EQ(only_issue("title = 1\n" + days), "unknown at rules.toml, line 1");
  EXPECT_EQ(only_issue("parameter = 1\n"), "unknown at rules.toml, line 1");
}

TEST(Parameters, RefusesWhatIsMissing) {
  EXPECT_EQ(only_issue("[[parameter]]\nname = \"a.b\"\nfrom = 2022-01-01\nvalue = 1\n"),
            "required at rules.toml, line 1");
  EXPECT_EQ(only_issue("\n[[parameter]]\nname = \"a.b\"\nfrom = 2022-01-01\nvalue = 1\nsource = \"\"\n"),
            "required at rules.toml, line 2");
  EXPECT_EQ(only_issue("[[parameter]]\nname = \"a.b\"\nvalue = 1\nsource = \"s\"\n"), "required at rules.toml, line 1");
  EXPECT_EQ(only_issue("[[parameter]]\nname = \"a.b\"\nfrom = \"2022-01-01\"\nvalue = 1\nsource = \"s\"\n"),
            "required at rules.toml, line 1");
  EXPECT_EQ(only_issue("[[parameter]]\nname = \"a.b\"\nfrom = 2022-01-01T00:00:00Z\nvalue = 1\nsource = \"s\"\n"),
            "required at rules.toml, line 1");
  EXPECT_EQ(only_issue("[[parameter]]\nname = \"a.b\"\nfrom = 2022-01-01\nsource = \"s\"\n"),
            "required at rules.toml, line 1");
  EXPECT_EQ(only_issue("[[parameter]]\nfrom = 2022-01-01\nvalue = 1\nsource = \"s\"\n"),
            "required at rules.toml, line 1");
}

TEST(Parameters, RefusesNamesAndTypesOfAnotherForm) {
  const auto with = [](std::string_view name, std::string_view value) {
    return "[[parameter]]\nname = \"" + std::string(name) + "\"\nfrom = 2022-01-01\nvalue = " + std::string(value) +
           "\nsource = \"s\"\n";
  };
  EXPECT_TRUE(issues_of(with("a.b_1", "1")).empty());
  for (const auto* name : {"days", "a.", ".b", "A.b", "a.b.c", "a b.c", "a-b.c"}) {
    EXPECT_EQ(only_issue(with(name, "1")), "value at rules.toml, line 1") << name;
  }
  EXPECT_EQ(only_issue(with("a.b", "1.5")), "type at rules.toml, line 1");
  EXPECT_EQ(only_issue(with("a.b", "2022-01-01")), "type at rules.toml, line 1");
  EXPECT_EQ(only_issue(with("a.b", "{ x = 1 }")), "type at rules.toml, line 1");
  EXPECT_EQ(only_issue(with("a.b", "[\"x\",\n 2]")), "type at rules.toml, line 5");
}

TEST(Parameters, RefusesTheSameDayTwiceAndATypeThatChanges) {
  EXPECT_EQ(only_issue(days + days), "duplicate at rules.toml, line 6");
  EXPECT_EQ(only_issue(days + "[[parameter]]\nname = \"enrollment.days\"\nfrom = 2023-01-01\nvalue = \"42\"\n"
                              "source = \"s\"\n"),
            "type at rules.toml, line 6");
}

TEST(Parameters, RefusesTextThatIsNotToml) {
  EXPECT_EQ(only_issue("[[parameter]]\nname = \n"), "syntax at rules.toml, line 2");
  EXPECT_EQ(only_issue("[[parameter]]\nfrom = 2023-02-29\n"), "syntax at rules.toml, line 2");
}

TEST(Parameters, DeclarationsCatchMisspeltNames) {
  const std::string names = "[names]\n\"enrollment.days\" = { type = \"integer\", says = \"days\" }\n";
  EXPECT_TRUE(issues_of(names + days).empty());
  EXPECT_EQ(only_issue(names + days +
                       "[[parameter]]\nname = \"enrollment.dayss\"\nfrom = 2023-01-01\nvalue = 1\n"
                       "source = \"s\"\n"),
            "unknown at rules.toml, line 8");
  EXPECT_EQ(only_issue(names), "required at rules.toml, line 2");
  EXPECT_EQ(only_issue("[names]\n\"enrollment.days\" = { type = \"text\", says = \"days\" }\n" + days),
            "type at rules.toml, line 3");
  EXPECT_EQ(only_issue("[names]\n\"a.b\" = 1\n"), "value at rules.toml, line 2");
  EXPECT_EQ(only_issue("[names]\n\"a.b\" = { type = \"number\", says = \"x\" }\n"), "value at rules.toml, line 2");
  EXPECT_EQ(issues_of("[names]\n\"enrollment.days\" = { type = \"integer\", unit = \"d\" }\n" + days).size(), 2U);
}

TEST(Parameters, TellsAllRefusalsAtOnce) {
  EXPECT_EQ(issues_of("x = 1\n[[parameter]]\nname = \"bad\"\nvalue = 1.5\n" + days + days).size(), 6U);
}

class Directory : public testing::Test {
 protected:
  void SetUp() override {
    std::string form = (std::filesystem::temp_directory_path() / "parameters_test.XXXXXX").string();
    ASSERT_NE(::mkdtemp(form.data()), nullptr);
    path = form;
  }
  void TearDown() override { std::filesystem::remove_all(path); }
  void put(const std::string& name, std::string_view text) { std::ofstream(path / name) << text; }
  std::filesystem::path path;
};

TEST_F(Directory, LoadJudgesAllFilesTogether) {
  EXPECT_FALSE(Parameters::load(path)) << "a folder without rules is a mistake";
  EXPECT_FALSE(Parameters::load(path / "absent"));
  put("a.toml", days);
  put("sources.md", "not a rule");
  ASSERT_TRUE(Parameters::load(path));
  put("b.toml", "\n" + days);
  const auto doubled = Parameters::load(path);
  ASSERT_FALSE(doubled);
  ASSERT_EQ(doubled.error().issues.size(), 1U);
  EXPECT_EQ(doubled.error().issues[0].path, (path / "b.toml").string() + ", line 2");
}

// The rules that ship.
class Shipped : public testing::Test {
 protected:
  void SetUp() override {
    auto loaded = Parameters::load(std::filesystem::path(CARNET_SOURCE_DIR) / "rules");
    if (!loaded) {
      for (const auto& issue : loaded.error().issues) ADD_FAILURE() << issue.path << ": " << issue.says;
      FAIL() << loaded.error().code << " " << loaded.error().detail;
    }
    rules = std::move(*loaded);
  }
  Parameters rules;
};

TEST_F(Shipped, LoadsWithTheValuesOfTheLaw) {
  const Date on{2025, 3, 4};
  EXPECT_EQ(rules.integer("enrollment.code_valid_days", on), 42);
  EXPECT_EQ(rules.integer("enrollment.archive_years", on), 10);
  EXPECT_EQ(rules.integer("enrollment.code_tries_per_campaign", on), 20);
  EXPECT_EQ(rules.list("enrollment.code_waits", on), (std::vector<std::string>{"3:30", "5:900", "10:86400"}));
  EXPECT_EQ(rules.integer("record.document_max_bytes", on), 25 * 1024 * 1024);
  EXPECT_EQ(rules.text("support.phone_number", on), "3422");
}

TEST_F(Shipped, EveryValueHoldsFromTheFirstDayAndHasASource) {
  for (const auto& [name, values] : rules.all()) {
    EXPECT_LE(values.front().from, (Date{2022, 1, 1})) << name;
    for (const auto& value : values) EXPECT_GT(value.source.size(), 8U) << name;
  }
}

// Easter by the anonymous Gregorian computus (Meeus), apart from whatever wrote the file.
Date easter_of(int year) {
  const int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, f = (b + 8) / 25;
  const int g = (b - f + 1) / 3, h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4;
  const int l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
  const int packed = h + l - 7 * m + 114;
  return {year, static_cast<unsigned>(packed / 31), static_cast<unsigned>(packed % 31 + 1)};
}

TEST_F(Shipped, HolidaysAreTheElevenOfEachYear) {
  EXPECT_EQ(easter_of(2025), (Date{2025, 4, 20}));
  EXPECT_EQ(easter_of(2027), (Date{2027, 3, 28}));
  const auto& years = rules.all().at("calendar.public_holidays");
  ASSERT_GE(years.size(), 9U);
  for (std::size_t i = 0; i < years.size(); ++i) {
    const int year = 2022 + static_cast<int>(i);
    ASSERT_EQ(years[i].from, (Date{year, 1, 1}));
    const auto easter = easter_of(year);
    const std::set<Date> expected = {{year, 1, 1},         easter.plus_days(1),  {year, 5, 1},  {year, 5, 8},
                                     easter.plus_days(39), easter.plus_days(50), {year, 7, 14}, {year, 8, 15},
                                     {year, 11, 1},        {year, 11, 11},       {year, 12, 25}};
    std::set<Date> listed;
    for (const auto& text : rules.list("calendar.public_holidays", {year, 12, 31})) {
      const auto date = kernel::parse_date(text);
      ASSERT_TRUE(date) << text;
      listed.insert(*date);
    }
    EXPECT_EQ(listed, expected) << year;
  }
}

}  // namespace
}  // namespace carnet::parameters
