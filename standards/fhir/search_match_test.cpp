#include "standards/fhir/search_match.hpp"

#include <gtest/gtest.h>

#include "standards/fhir/testing/memory_space.hpp"

namespace carnet::fhir {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

const SearchOptions options{true, kernel::parse_rfc3339("2024-06-01T00:00:00Z").value(), "https://h/fhir/R4", {}};

class SearchOf : public ::testing::Test {
 protected:
  void SetUp() override {
    space.add(R"({"resourceType":"Patient","id":"p","gender":"female","birthDate":"1974-12-25","active":true,
      "name":[{"family":"Lefèvre-Œuvrard","given":["Zoé","Marie"]}],
      "telecom":[{"system":"phone","value":"06 12 34 56 78"},{"system":"email","value":"z@e.fr"}],
      "address":[{"city":"Saint-Étienne","postalCode":"42000"}],
      "identifier":[{"system":"urn:oid:1.2","value":"123","type":{"text":"Numéro","coding":[{"system":"http://v2","code":"MR"}]}}],
      "deceasedBoolean":false})");
    space.add(R"({"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p"},
      "code":{"coding":[{"system":"http://loinc.org","code":"29463-7","display":"Poids du corps"}],"text":"Poids"},
      "category":[{"coding":[{"system":"http://c","code":"vital-signs"}]}],
      "effectiveDateTime":"2024-03-10T10:00:00+01:00","encounter":{"reference":"Encounter/e"},
      "valueQuantity":{"value":72.5,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"},
      "meta":{"tag":[{"system":"http://t","code":"x"}],"profile":["http://p/weight|2.0"]}})");
    space.add(
        R"({"resourceType":"Observation","id":"o2","status":"preliminary","subject":{"reference":"https://h/fhir/R4/Patient/p/_history/2"},
      "code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}],"text":"Pression artérielle"},
      "effectivePeriod":{"start":"2024-03-11","end":"2024-03-12"},"hasMember":[{"reference":"Observation/o1"}],
      "component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":120,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
                   {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":80,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]})");
    space.add(
        R"({"resourceType":"Observation","id":"o3","status":"final","subject":{"identifier":{"system":"urn:oid:1.2","value":"123"}},
      "code":{"text":"Douleur"},"valueString":"L’œil gauche","performer":[{"reference":"https://elsewhere/Practitioner/7"}]})");
    space.add(
        R"({"resourceType":"Encounter","id":"e","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p"},
      "period":{"start":"2024-03-10"},"partOf":{"reference":"Encounter/f"}})");
    space.add(R"({"resourceType":"Encounter","id":"f","status":"finished","class":{"code":"IMP"}})");
    space.add(R"({"resourceType":"RiskAssessment","id":"r","status":"final","subject":{"reference":"Patient/p"},
      "prediction":[{"probabilityDecimal":0.5}]})");
    space.add(
        R"({"resourceType":"QuestionnaireResponse","id":"q","status":"completed","questionnaire":"http://h/Questionnaire/a|3"})");
  }

  // Ids found, joined by spaces; "!" and codes of the issues when it is refused.
  std::string of(std::string_view type, const Pairs& pairs, const SearchOptions& with = options) {
    const auto query = read_search(type, pairs, with);
    if (!query) {
      std::string out = "!";
      for (const auto& issue : query.error().issues) out += issue.code + ":" + issue.path + " ";
      return out.substr(0, out.size() - 1);
    }
    return ids(*search(*query, space));
  }
  std::string ids(const std::vector<SearchSpace::Index>& found) {
    std::string out;
    for (const auto i : found) out += (out.empty() ? "" : " ") + std::string(space.id_of(i));
    return out;
  }
  std::string observations(std::string name, std::string value) {
    return of("Observation", {{std::move(name), std::move(value)}});
  }
  std::string patients(std::string name, std::string value) {
    return of("Patient", {{std::move(name), std::move(value)}});
  }
  testing::MemorySpace space;
};

TEST_F(SearchOf, Tokens) {
  EXPECT_EQ(observations("code", "29463-7"), "o1");
  EXPECT_EQ(observations("code", "http://loinc.org|29463-7"), "o1");
  EXPECT_EQ(observations("code", "http://other|29463-7"), "");
  EXPECT_EQ(observations("code", "|29463-7"), "") << "it has a system";
  EXPECT_EQ(observations("code", "http://loinc.org|"), "o1 o2");
  EXPECT_EQ(observations("code", "29463-7,http://loinc.org|85354-9"), "o1 o2");
  EXPECT_EQ(observations("code:not", "29463-7"), "o2 o3");
  EXPECT_EQ(observations("code:text", "poids"), "o1");
  EXPECT_EQ(observations("code:text", "ARTERIELLE"), "o2") << "a word of it";
  EXPECT_EQ(observations("code:text", "oids"), "");
  EXPECT_EQ(observations("status", "final"), "o1 o3");
  EXPECT_EQ(observations("status", "http://hl7.org/fhir/observation-status|final"), "o1 o3");
  EXPECT_EQ(observations("status:not", "final"), "o2");
  EXPECT_EQ(observations("category:missing", "true"), "o2 o3");
  EXPECT_EQ(observations("category:missing", "false"), "o1");
  EXPECT_EQ(observations("_tag", "http://t|x"), "o1");
  EXPECT_EQ(observations("_profile", "http://p/weight"), "o1");
  EXPECT_EQ(observations("_profile", "http://p/weight|2.0"), "o1");
  EXPECT_EQ(observations("_profile", "http://p/weight|3.0"), "");
  EXPECT_EQ(observations("_id", "o2,o3"), "o2 o3");
  EXPECT_EQ(patients("identifier", "urn:oid:1.2|123"), "p");
  EXPECT_EQ(patients("identifier:of-type", "http://v2|MR|123"), "p");
  EXPECT_EQ(patients("identifier:of-type", "http://v2|MR|124"), "");
  EXPECT_EQ(patients("identifier:text", "numero"), "p");
  EXPECT_EQ(patients("active", "true"), "p");
  EXPECT_EQ(patients("deceased", "false"), "p");
  EXPECT_EQ(patients("deceased", "true"), "");
  EXPECT_EQ(patients("gender", "female,male"), "p");
  EXPECT_EQ(patients("phone", "0612345678"), "p");
  EXPECT_EQ(patients("email", "z@e.fr"), "p");
  EXPECT_EQ(patients("email", "0612345678"), "");
}

TEST_F(SearchOf, Strings) {
  EXPECT_EQ(patients("family", "lefevre"), "p");
  EXPECT_EQ(patients("family", "LEFÈVRE ŒUVRARD"), "p");
  EXPECT_EQ(patients("family", "lefevre-oeuv"), "p");
  EXPECT_EQ(patients("family", "oeuvrard"), "") << "not its start";
  EXPECT_EQ(patients("family:contains", "oeuvr"), "p");
  EXPECT_EQ(patients("family:exact", "Lefèvre-Œuvrard"), "p");
  EXPECT_EQ(patients("family:exact", "Lefevre-Oeuvrard"), "");
  EXPECT_EQ(patients("name", "zoe"), "p");
  EXPECT_EQ(patients("address", "saint etienne"), "p");
  EXPECT_EQ(patients("address-postalcode", "42"), "p");
  EXPECT_EQ(observations("value-string", "l'oeil"), "o3");
}

TEST_F(SearchOf, Dates) {
  EXPECT_EQ(observations("date", "2024-03-10"), "o1");
  EXPECT_EQ(observations("date", "2024-03"), "o1 o2");
  EXPECT_EQ(observations("date", "ge2024-03-11"), "o2");
  EXPECT_EQ(observations("date", "gt2024-03-11"), "o2") << "it goes on after";
  EXPECT_EQ(observations("date", "sa2024-03-11"), "");
  EXPECT_EQ(observations("date", "lt2024-03-11"), "o1");
  EXPECT_EQ(observations("date", "eb2024-03-11"), "o1");
  EXPECT_EQ(observations("date", "le2024-03-10T09:00:00Z"), "o1");
  EXPECT_EQ(observations("date", "2024-03-10T10:00"), "o1") << "the clock of Paris";
  EXPECT_EQ(observations("date", "ne2024-03-10"), "o2");
  EXPECT_EQ(observations("date", "ap2024-03-15"), "o1 o2");
  EXPECT_EQ(observations("date", "2023,2024"), "o1 o2");
  EXPECT_EQ(of("Observation", {{"date", "ge2024-03-10"}, {"date", "lt2024-03-11"}}), "o1");
  EXPECT_EQ(of("Encounter", {{"date", "ge2030"}}), "e") << "it has not ended";
  EXPECT_EQ(patients("birthdate", "1974-12"), "p");
  EXPECT_EQ(observations("_lastUpdated", "ge2024-01-03T00:00:00Z"), "o2 o3");
}

TEST_F(SearchOf, References) {
  EXPECT_EQ(observations("subject", "Patient/p"), "o1 o2");
  EXPECT_EQ(observations("subject", "p"), "o1 o2");
  EXPECT_EQ(observations("patient", "https://h/fhir/R4/Patient/p"), "o1 o2");
  EXPECT_EQ(observations("subject:Patient", "p"), "o1 o2");
  EXPECT_EQ(observations("subject:Group", "p"), "");
  EXPECT_EQ(observations("subject", "Group/p"), "");
  EXPECT_EQ(observations("patient:identifier", "urn:oid:1.2|123"), "o3");
  EXPECT_EQ(observations("subject:missing", "true"), "");
  EXPECT_EQ(observations("performer", "https://elsewhere/Practitioner/7"), "o3");
  EXPECT_EQ(observations("performer", "Practitioner/7"), "") << "of another server";
  EXPECT_EQ(of("QuestionnaireResponse", {{"questionnaire", "http://h/Questionnaire/a"}}), "q");
  EXPECT_EQ(of("QuestionnaireResponse", {{"questionnaire", "http://h/Questionnaire/a|3"}}), "q");
  EXPECT_EQ(of("QuestionnaireResponse", {{"questionnaire", "http://h/Questionnaire/a|4"}}), "");
}

TEST_F(SearchOf, QuantitiesAndNumbers) {
  EXPECT_EQ(observations("value-quantity", "72.5"), "o1");
  EXPECT_EQ(observations("value-quantity", "73"), "o1") << "two digits are asked for";
  EXPECT_EQ(observations("value-quantity", "72"), "");
  EXPECT_EQ(observations("value-quantity", "72.50"), "o1");
  EXPECT_EQ(observations("value-quantity", "72.5|http://unitsofmeasure.org|kg"), "o1");
  EXPECT_EQ(observations("value-quantity", "72500|http://unitsofmeasure.org|g"), "o1");
  EXPECT_EQ(observations("value-quantity", "gt70000||g"), "o1");
  EXPECT_EQ(observations("value-quantity", "lt70000||g"), "");
  EXPECT_EQ(observations("value-quantity", "72.5||cm"), "");
  EXPECT_EQ(observations("value-quantity", "72.5|http://other|kg"), "");
  EXPECT_EQ(observations("value-quantity", "ap70||kg"), "o1");
  EXPECT_EQ(observations("value-quantity", "ne72.5"), "");
  EXPECT_EQ(observations("component-value-quantity", "gt119||mm[Hg]"), "o2");
  EXPECT_EQ(observations("component-value-quantity", "16|http://unitsofmeasure.org|kPa"), "o2");
  EXPECT_EQ(of("RiskAssessment", {{"probability", "0.5"}}), "r");
  EXPECT_EQ(of("RiskAssessment", {{"probability", "gt0.4"}}), "r");
  EXPECT_EQ(of("RiskAssessment", {{"probability", "gt0.5"}}), "");
  EXPECT_EQ(of("RiskAssessment", {{"probability", "ge0.5"}}), "r");
  EXPECT_EQ(of("RiskAssessment", {{"probability", "sa0.5"}}), "");
}

TEST_F(SearchOf, Composites) {
  EXPECT_EQ(observations("code-value-quantity", "29463-7$gt70"), "o1");
  EXPECT_EQ(observations("code-value-quantity", "http://loinc.org|29463-7$gt70||kg"), "o1");
  EXPECT_EQ(observations("code-value-quantity", "29463-7$gt80"), "");
  EXPECT_EQ(observations("component-code-value-quantity", "8480-6$gt100"), "o2");
  EXPECT_EQ(observations("component-code-value-quantity", "8462-4$gt100"), "") << "not across components";
  EXPECT_EQ(observations("combo-code-value-quantity", "8480-6$120,29463-7$1"), "o2");
}

TEST_F(SearchOf, Chains) {
  EXPECT_EQ(observations("subject.family", "lefevre"), "o1 o2");
  EXPECT_EQ(observations("subject:Patient.family", "lefevre"), "o1 o2");
  EXPECT_EQ(observations("patient.identifier", "urn:oid:1.2|123"), "o1 o2");
  EXPECT_EQ(observations("subject:Patient.family:exact", "lefevre"), "");
  EXPECT_EQ(observations("encounter.class", "AMB"), "o1");
  EXPECT_EQ(observations("encounter.part-of.class", "IMP"), "o1");
  EXPECT_EQ(observations("encounter.patient.gender", "female"), "o1");
  EXPECT_EQ(patients("_has:Observation:patient:code", "29463-7"), "p");
  EXPECT_EQ(patients("_has:Observation:patient:code", "1"), "");
  EXPECT_EQ(of("Encounter", {{"_has:Observation:encounter:status", "final"}}), "e");
  EXPECT_EQ(of("Encounter", {{"_has:Encounter:part-of:_has:Observation:encounter:status", "final"}}), "f");
  EXPECT_EQ(observations("encounter._has:Observation:encounter:code", "29463-7"), "o1");
  EXPECT_EQ(observations("subject._id", "p"), "o1 o2");
  EXPECT_EQ(observations("a.b.c", "x"), "!not-supported:a.b.c");
  EXPECT_EQ(observations("has-member.has-member.has-member.has-member.has-member.code", "x").substr(0, 6), "!value");
}

TEST_F(SearchOf, OrderAndIncludes) {
  EXPECT_EQ(of("Observation", {{"_sort", "-date"}}), "o2 o1 o3") << "without a date last";
  EXPECT_EQ(of("Observation", {{"_sort", "date"}}), "o1 o2 o3");
  EXPECT_EQ(of("Observation", {{"_sort", "status,-_id"}}), "o3 o1 o2");
  EXPECT_EQ(of("Observation", {{"_sort", "-_lastUpdated"}}), "o3 o2 o1");
  EXPECT_EQ(of("Observation", {{"_sort", "nothing"}}), "!not-supported:_sort");
  const auto included_by = [&](std::string_view type, const Pairs& pairs, std::size_t limit = 100) {
    const auto query = read_search(type, pairs, options);
    EXPECT_TRUE(query.has_value());
    return ids(included(*query, *search(*query, space), space, limit));
  };
  EXPECT_EQ(included_by("Observation", {{"_id", "o1"}, {"_include", "Observation:subject"}}), "p");
  EXPECT_EQ(included_by("Observation", {{"_id", "o1"}, {"_include", "Observation:subject:Group"}}), "");
  EXPECT_EQ(included_by("Observation", {{"_id", "o1"}, {"_include", "Observation:*"}}), "e p");
  EXPECT_EQ(included_by("Observation", {{"_id", "o1"}, {"_include", "*"}}, 1), "e");
  EXPECT_EQ(included_by(
                "Observation",
                {{"_id", "o2"}, {"_include", "Observation:has-member"}, {"_include:iterate", "Observation:encounter"}}),
            "o1 e");
  EXPECT_EQ(included_by("Patient", {{"_revinclude", "Observation:subject"}}), "o1 o2");
  EXPECT_EQ(included_by(
                "Encounter",
                {{"_id", "f"}, {"_revinclude", "Encounter:part-of"}, {"_revinclude:iterate", "Observation:encounter"}}),
            "e o1");
}

TEST_F(SearchOf, RefusesAndReports) {
  EXPECT_EQ(observations("nothing", "x"), "!not-supported:nothing");
  EXPECT_EQ(observations("_text", "x"), "!not-supported:_text");
  EXPECT_EQ(observations("date", "yesterday"), "!value:date");
  EXPECT_EQ(observations("date:exact", "2024"), "!not-supported:date:exact");
  EXPECT_EQ(observations("code:above", "x"), "!not-supported:code:above");
  EXPECT_EQ(observations("code", "|"), "!value:code");
  EXPECT_EQ(observations("value-quantity", "1|2"), "!value:value-quantity");
  EXPECT_EQ(observations("value-quantity", "much"), "!value:value-quantity");
  EXPECT_EQ(observations("code-value-quantity", "1$2$3"), "!value:code-value-quantity");
  EXPECT_EQ(observations("subject", "Nothing/1"), "!value:subject");
  EXPECT_EQ(observations("code.text", "x"), "!value:code.text");
  EXPECT_EQ(observations("category:missing", "maybe"), "!value:category:missing");
  EXPECT_EQ(observations("_count", "-1"), "!value:_count");
  EXPECT_EQ(observations("_summary", "some"), "!value:_summary");
  EXPECT_EQ(observations("_total", "x"), "!value:_total");
  EXPECT_EQ(observations("_include", "Observation"), "!value:_include");
  EXPECT_EQ(observations("_has:Observation", "x"), "!value:_has:Observation");
  const SearchOptions lenient{false, options.now, options.base, {}};
  const std::string_view own[] = {"_cursor"};
  const SearchOptions with_own{true, options.now, options.base, own};
  const auto query = read_search(
      "Observation", Pairs{{"nothing", "x"}, {"code", "29463-7"}, {"_format", "json"}, {"code", ""}}, lenient);
  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(query->unknown, std::vector<std::string>{"nothing"});
  EXPECT_EQ(query->applied, (Pairs{{"code", "29463-7"}}));
  EXPECT_EQ(ids(*search(*query, space)), "o1");
  EXPECT_TRUE(read_search("Observation", Pairs{{"_cursor", "z"}}, with_own).has_value());
  EXPECT_FALSE(read_search("Observation", Pairs(200, {"code", "x"}), lenient).has_value());
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "x,";
  EXPECT_FALSE(read_search("Observation", Pairs{{"code", many}}, lenient).has_value());
}

TEST_F(SearchOf, Escapes) {
  space.add(R"({"resourceType":"Basic","id":"b","code":{"coding":[{"system":"http://s","code":"a,b|c$d\\e"}]}})");
  EXPECT_EQ(of("Basic", {{"code", R"(a\,b\|c\$d\\e)"}}), "b");
  EXPECT_EQ(of("Basic", {{"code", R"(http://s|a\,b\|c\$d\\e,z)"}}), "b");
  EXPECT_EQ(of("Basic", {{"code", "a,b|c$d"}}), "");
}

TEST_F(SearchOf, HowMuchIsAnswered) {
  const auto read = [&](const Pairs& pairs) { return read_search("Observation", pairs, options).value(); };
  EXPECT_EQ(read({{"_count", "20"}}).count, 20u);
  EXPECT_EQ(read({{"_count", "0"}}).summary, Summary::count);
  EXPECT_EQ(read({{"_summary", "true"}}).summary, Summary::all);
  EXPECT_EQ(read({{"_total", "accurate"}}).total, Total::accurate);
  EXPECT_EQ(read({{"_elements", "status,code"}}).elements, (std::vector<std::string>{"status", "code"}));
}

}  // namespace
}  // namespace carnet::fhir
