#include "standards/fhir/validate.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace {

using namespace carnet;

std::vector<kernel::Issue> judge(const std::string& text) {
  const auto json = fhir::Json::parse(text);
  if (!json) return json.error().issues;
  return fhir::validate(*json);
}

std::string shown(const std::vector<kernel::Issue>& issues) {
  std::string all;
  for (const auto& each : issues) all += fmt::format("  {} at {}: {}\n", each.code, each.path, each.says);
  return all;
}

std::string observation(const std::string& more) {
  return R"({"resourceType":"Observation","status":"final","code":{"text":"weight"})" + more + "}";
}
std::string patient(const std::string& more) {
  return R"({"resourceType":"Patient","active":true)" + more + "}";
}

void accepts(const std::string& text) {
  const auto issues = judge(text);
  EXPECT_TRUE(issues.empty()) << text << "\n" << shown(issues);
}

// One issue, at `path`, with `code`, whose words hold `says`.
void refuses(const std::string& text, const std::string& code, const std::string& path, const std::string& says) {
  const auto issues = judge(text);
  ASSERT_EQ(issues.size(), 1u) << text << "\n" << shown(issues);
  EXPECT_EQ(issues[0].path, path) << text;
  EXPECT_EQ(issues[0].code, code) << text;
  EXPECT_NE(issues[0].says.find(says), std::string::npos) << text << "\n" << shown(issues);
}

TEST(validate, a_whole_observation_is_accepted) {
  accepts(observation(R"(,"id":"a-1","meta":{"profile":["http://example.org/p|1.0"],"tag":[{"code":"x"}]},
    "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>72&#160;kg</p></div>"},
    "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
    "subject":{"reference":"Patient/p"},"effectiveDateTime":"2024-02-29T10:00:00.5+01:00","issued":"2024-02-29T10:00:00Z",
    "performer":[{"reference":"https://example.org/fhir/Practitioner/7/_history/2"},{"display":"someone"}],
    "valueQuantity":{"value":72.50,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"},
    "component":[{"code":{"text":"a"},"valueInteger":-3,"referenceRange":[{"low":{"value":1e1}}]}])"));
  accepts(
      patient(R"(,"birthDate":"1970","_birthDate":{"extension":[{"url":"http://e.org/x","valueDateTime":"1970-01"}]},
    "name":[{"given":["A",null],"_given":[null,{"extension":[{"url":"http://e.org/x","valueCode":"y"}]}]}],
    "multipleBirthInteger":2)"));
}

TEST(validate, the_root_is_a_resource_of_r4) {
  refuses(R"({"id":"a"})", "required", "Resource.resourceType", "is required");
  refuses(R"({"resourceType":"Observaton"})", "value", "Observaton.resourceType", "perhaps \"Observation\"");
  refuses(R"({"resourceType":"Quantity"})", "value", "Quantity.resourceType", "resource type of R4");
  refuses(R"({"resourceType":"DomainResource"})", "value", "DomainResource.resourceType", "resource type of R4");
  refuses(R"({"resourceType":5})", "value", "Resource.resourceType", "resource type of R4");
}

TEST(validate, unknown_elements_are_named_with_what_may_be_meant) {
  refuses(observation(R"(,"stauts":"final")"), "structure", "Observation.stauts", "perhaps \"status\"");
  refuses(observation(R"(,"Subject":{"display":"x"})"), "structure", "Observation.Subject", "perhaps \"subject\"");
  refuses(observation(R"(,"weather":"fine")"), "structure", "Observation.weather", "is not an element of Observation");
  refuses(observation(R"(,"valueMoney":{"value":1})"), "structure", "Observation.valueMoney", "value[x] may be");
  refuses(observation(R"(,"value":{"value":1})"), "structure", "Observation.value", "must say its type");
  refuses(observation(R"(,"_subject":{"id":"a"})"), "structure", "Observation._subject", "no primitive type");
  refuses(observation(R"(,"_statu":{"id":"a"})"), "structure", "Observation._statu", "perhaps \"_status\"");
  refuses(observation(R"(,"component":[{"code":{"text":"a"},"unit":"kg"}])"), "structure",
          "Observation.component[0].unit", "is not an element of Observation.component");
  refuses(observation(R"(,"component":[{"code":{"text":"a"},"resourceType":"Observation"}])"), "structure",
          "Observation.component[0].resourceType", "is not an element");
  refuses(observation(R"(,"":1)"), "structure", "Observation.", "is not an element");
}

TEST(validate, what_is_required_is_named_where_it_should_stand) {
  refuses(R"({"resourceType":"Observation","status":"final"})", "required", "Observation.code", "is required");
  refuses(observation(R"(,"component":[{"valueString":"x"}])"), "required", "Observation.component[0].code", "");
  refuses(R"({"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"display":"x"}})",
          "required", "MedicationRequest.medication[x]", "medicationCodeableConcept or medicationReference");
  accepts(R"({"resourceType":"Observation","code":{"text":"a"},
    "_status":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}})");
}

TEST(validate, one_or_many) {
  refuses(observation(R"(,"category":{"text":"x"})"), "structure", "Observation.category", "must be an array");
  refuses(observation(R"(,"issued":["2024-02-29T10:00:00Z"])"), "structure", "Observation.issued",
          "must not be an array");
  refuses(observation(R"(,"category":[])"), "structure", "Observation.category", "empty array");
  refuses(observation(R"(,"category":[[{"text":"x"}]])"), "structure", "Observation.category[0]", "must be an object");
  refuses(observation(R"(,"category":[null])"), "structure", "Observation.category[0]", "must not be null");
  refuses(observation(R"(,"subject":null)"), "structure", "Observation.subject", "must not be null");
  refuses(observation(R"(,"subject":{})"), "structure", "Observation.subject", "besides an id");
  refuses(observation(R"(,"subject":{"id":"a"})"), "structure", "Observation.subject", "besides an id");
  refuses(observation(R"(,"subject":"Patient/1")"), "structure", "Observation.subject",
          "must be an object, not a string");
}

TEST(validate, a_member_that_stands_twice) {
  const auto issues = judge(R"({"resourceType":"Observation","status":"final","status":"final"})");
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].path, "Observation.status");
}

TEST(validate, only_one_of_a_choice) {
  refuses(observation(R"(,"valueString":"a","valueInteger":1)"), "structure", "Observation.valueInteger",
          "already given as valueString");
  accepts(observation(R"(,"valueString":"a","_valueString":{"id":"i"})"));
  refuses(observation(R"(,"valueInteger":1,"_valueString":{"extension":[{"url":"http://e.org/x","valueCode":"y"}]})"),
          "structure", "Observation._valueString", "already given as valueInteger");
}

TEST(validate, json_kinds_of_primitives) {
  refuses(patient(R"(,"multipleBirthInteger":"2")"), "structure", "Patient.multipleBirthInteger", "without quotes");
  refuses(patient(R"(,"deceasedBoolean":"true")"), "structure", "Patient.deceasedBoolean", "true or false");
  refuses(patient(R"(,"birthDate":1970)"), "structure", "Patient.birthDate", "between quotes");
  refuses(patient(R"(,"birthDate":{"value":"1970"})"), "structure", "Patient.birthDate", "between quotes");
  refuses(patient(R"(,"birthDate":"")"), "value", "Patient.birthDate", "empty string");
  refuses(patient(R"(,"name":[{"given":["a",1]}])"), "structure", "Patient.name[0].given[1]", "between quotes");
}

TEST(validate, extensions_of_primitives) {
  const std::string extension = R"({"extension":[{"url":"http://e.org/x","valueCode":"y"}]})";
  accepts(patient(R"(,"_birthDate":)" + extension));
  accepts(patient(R"(,"name":[{"_given":[)" + extension + "]}]"));
  refuses(patient(R"(,"_birthDate":{"id":"a"})"), "structure", "Patient._birthDate", "besides an id");
  refuses(patient(R"(,"_birthDate":"1970")"), "structure", "Patient._birthDate", "must be an object");
  refuses(patient(R"(,"birthDate":"1970","_birthDate":{"value":"1970"})"), "structure", "Patient._birthDate.value",
          "is not an element of Element");
  refuses(patient(R"(,"name":[{"_given":{}}])"), "structure", "Patient.name[0]._given", "must be an array");
  refuses(patient(R"(,"name":[{"given":["a","b"],"_given":[)" + extension + "]}]"), "structure",
          "Patient.name[0]._given", "as long as");
  refuses(patient(R"(,"name":[{"given":["a",null],"_given":[)" + extension + ",null]}]"), "structure",
          "Patient.name[0].given[1]", "must not be null");
}

TEST(validate, required_codes) {
  refuses(R"({"resourceType":"Observation","status":"finished","code":{"text":"a"}})", "code-invalid",
          "Observation.status", "must be one of amended, cancelled");
  refuses(patient(R"(,"gender":"M")"), "code-invalid", "Patient.gender", "female, male, other or unknown");
  refuses(patient(R"(,"telecom":[{"system":"fax","value":"1","use":"office"}])"), "code-invalid",
          "Patient.telecom[0].use", "work");
  const auto allergy = [](const std::string& status) {
    return R"({"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/1"},"clinicalStatus":)" + status +
           "}";
  };
  const std::string system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
  accepts(
      allergy(R"({"coding":[{"system":"http://e.org","code":"x"},{"system":")" + system + R"(","code":"active"}]})"));
  refuses(allergy(R"({"coding":[{"system":")" + system + R"(","code":"actif"}]})"), "code-invalid",
          "AllergyIntolerance.clinicalStatus.coding", "active");
  refuses(allergy(R"({"text":"active"})"), "code-invalid", "AllergyIntolerance.clinicalStatus.coding", "active");
  const auto photo = [](const std::string& type) { return patient(R"(,"photo":[{"contentType":")" + type + "\"}]"); };
  accepts(photo("text/plain; charset=utf-8"));
  refuses(photo("picture"), "code-invalid", "Patient.photo[0].contentType", "media type");
  const auto invoice = [](const std::string& currency) {
    return R"({"resourceType":"Invoice","status":"issued","totalNet":{"value":1,"currency":")" + currency + "\"}}";
  };
  accepts(invoice("EUR"));
  refuses(invoice("Euro"), "code-invalid", "Invoice.totalNet.currency", "EUR");
}

TEST(validate, references) {
  const auto about = [](const std::string& reference) {
    return observation(R"(,"subject":{"reference":")" + reference + "\"}");
  };
  for (const char* good :
       {"Patient/1", "Patient/1/_history/2", "http://e.org/fhir/Patient/1",
        "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "urn:oid:1.2.3", "Group/g", "https://e.org/anything"})
    accepts(about(good));
  for (const char* bad :
       {"Patient", "patient/1", "Patient/", "Patient/a b", "/Patient/1", "1", "Patient/1/2", "Patiente/1"})
    refuses(about(bad), "value", "Observation.subject.reference", "must be Type/id");
  for (const char* other : {"Practitioner/1", "http://e.org/fhir/Practitioner/1"})
    refuses(about(other), "value", "Observation.subject.reference", "must refer to Device, Group, Location or Patient");
  refuses(observation(R"(,"subject":{"type":"Practitioner","display":"x"})"), "value", "Observation.subject.type",
          "refer to");
  refuses(about("Patient?identifier=a"), "value", "Observation.subject.reference", "must name its target by an id");
  accepts(
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"POST","url":"Observation"},"resource":)" +
      about("Patient?identifier=http://e.org%7C1") + "}]}");
}

TEST(validate, contained_resources) {
  const auto with = [](const std::string& contained, const std::string& reference) {
    return observation(R"(,"contained":[)" + contained + R"(],"subject":{"reference":")" + reference + "\"}");
  };
  accepts(with(R"({"resourceType":"Patient","id":"p","active":true})", "#p"));
  refuses(with(R"({"resourceType":"Patient","id":"p","activ":true})", "#p"), "structure",
          "Observation.contained[0].activ", "perhaps \"active\"");
  refuses(observation(R"(,"subject":{"reference":"#p"})"), "value", "Observation.subject.reference",
          "none has that id");
  refuses(with(R"({"resourceType":"Practitioner","id":"p","active":true})", "#p"), "value",
          "Observation.subject.reference", "must refer to");
  refuses(with(R"({"resourceType":"Patient","id":"p","active":true})", "Patient/1"), "invariant",
          "Observation.contained[0]", "dom-3");
  accepts(with(R"({"resourceType":"Provenance","id":"v","target":[{"reference":"#"}],"recorded":"2024-02-29T10:00:00Z",
    "agent":[{"who":{"display":"x"}}]})",
               "Patient/1"));
  refuses(with(R"({"resourceType":"Patient","id":"p","meta":{"versionId":"1"},"active":true})", "#p"), "structure",
          "Observation.contained[0].meta.versionId", "must not be in a resource that is contained");
  refuses(
      with(
          R"({"resourceType":"Patient","id":"p","active":true},{"resourceType":"Group","id":"p","type":"person","actual":true})",
          "#p"),
      "structure", "Observation.contained[1].id", "another contained resource");
  refuses(observation(R"(,"contained":[{"resourceType":"Patient","active":true}])"), "required",
          "Observation.contained[0].id", "is required");
  refuses(with(R"({"resourceType":"Patient","id":"p","contained":[{"resourceType":"Patient","id":"q","active":true}],
    "link":[{"other":{"reference":"#p"},"type":"refer"}]})",
               "#p"),
          "structure", "Observation.contained[0].contained", "contained itself");
  refuses(observation(R"(,"contained":["x"])"), "structure", "Observation.contained[0]", "must be an object");
}

TEST(validate, entries_of_a_bundle_and_parameters) {
  const auto bundle = [](const std::string& resource) {
    return R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://e.org/a","resource":{"resourceType":"Patient","active":true}},{"resource":)" +
           resource + "}]}";
  };
  refuses(bundle(R"({"resourceType":"Observation","status":"final"})"), "required", "Bundle.entry[1].resource.code",
          "");
  refuses(bundle(R"({"status":"final"})"), "required", "Bundle.entry[1].resource.resourceType", "");
  refuses(bundle(R"({"resourceType":"Patient","birthDate":"19700101"})"), "value", "Bundle.entry[1].resource.birthDate",
          "");
  refuses(
      R"({"resourceType":"Parameters","parameter":[{"name":"a","resource":{"resourceType":"Patient","gender":"f"}}]})",
      "code-invalid", "Parameters.parameter[0].resource.gender", "female");
  refuses(R"({"resourceType":"Parameters","parameter":[{"name":"a","part":[{"valueString":"x"}]}]})", "required",
          "Parameters.parameter[0].part[0].name", "");
}

TEST(validate, invariants_name_themselves_where_they_are_broken) {
  refuses(observation(R"(,"valueString":"x","dataAbsentReason":{"text":"unknown"})"), "invariant", "Observation",
          "(obs-6)");
  refuses(observation(R"(,"referenceRange":[{"type":{"text":"x"}}])"), "invariant", "Observation.referenceRange[0]",
          "(obs-3)");
  refuses(observation(R"(,"component":[{"code":{"text":"a"},"valueQuantity":{"value":1,"code":"kg"}}])"), "invariant",
          "Observation.component[0].valueQuantity", "(qty-3)");
  refuses(observation(R"(,"referenceRange":[{"low":{"value":1,"comparator":"<"}}])"), "invariant",
          "Observation.referenceRange[0].low", "(sqty-1)");
  refuses(observation(R"(,"effectivePeriod":{"start":"2024-02-01","end":"2024-01-01"})"), "invariant",
          "Observation.effectivePeriod", "(per-1)");
  refuses(patient(R"(,"contact":[{"gender":"male"}])"), "invariant", "Patient.contact[0]", "(pat-1)");
  refuses(patient(R"(,"telecom":[{"value":"1"}])"), "invariant", "Patient.telecom[0]", "(cpt-2)");
  refuses(patient(R"(,"extension":[{"url":"http://e.org/x"}])"), "invariant", "Patient.extension[0]", "(ext-1)");
  refuses(
      patient(R"(,"extension":[{"url":"http://e.org/x","valueString":"a","extension":[{"url":"y","valueCode":"z"}]}])"),
      "invariant", "Patient.extension[0]", "(ext-1)");
  refuses(R"({"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"http://e.org/a"}]})", "invariant",
          "Bundle.entry[0]", "(bdl-5)");
  refuses(observation(R"(,"contained":[{"resourceType":"Observation","id":"o","status":"final","code":{"text":"x"},
    "valueString":"x","dataAbsentReason":{"text":"y"}}],"hasMember":[{"reference":"#o"}])"),
          "invariant", "Observation.contained[0]", "(obs-6)");
  const auto json = fhir::Json::parse(R"({"resourceType":"Patient","contact":[{"gender":"male"}]})");
  EXPECT_TRUE(fhir::validate(*json, {.invariants = false}).empty());
}

TEST(validate, narratives) {
  const auto with = [](const std::string& div) {
    return patient(R"(,"text":{"status":"generated","div":")" + div + "\"}");
  };
  const std::string open = R"(<div xmlns=\"http://www.w3.org/1999/xhtml\">)";
  accepts(with(open + "<b class='x'>a</b><br/><!-- c --> &amp; b</div>"));
  accepts(with(open + "<img src='a.png'/></div>\\n"));
  for (const std::string bad : {"plain", "<p>x</p>"})
    refuses(with(bad), "value", "Patient.text.div", "begin with <div");
  for (const std::string bad : {"<b>x</div>", "<b>x</b>", "x<b", "<a name=x>y</a></div>", "x</div"})
    refuses(with(open + bad), "value", "Patient.text.div", "well-formed");
  for (const std::string bad : {"<script>x</script></div>", "<iframe/>x</div>", "<form>x</form></div>"})
    refuses(with(open + bad), "value", "Patient.text.div", "elements that R4 allows");
  for (const std::string bad : {"<b onclick='x'>y</b></div>", "<a href=' java\\nScript:x'>y</a></div>"})
    refuses(with(open + bad), "value", "Patient.text.div", "nothing that runs");
  refuses(with(open + " </div>"), "value", "Patient.text.div", "some content");
  refuses(with(open + "a</div><div>b</div>"), "value", "Patient.text.div", "end with its </div>");
  refuses(with("<div xmlns='http://e.org'>a</div>"), "value", "Patient.text.div", "namespace");
  std::string deep = open;
  for (int i = 0; i < 200; ++i) deep += "<b>";
  refuses(with(deep), "value", "Patient.text.div", "nested so deep");
}

TEST(validate, sizes) {
  const std::string most(fhir::max_string_bytes, 'a');
  accepts(patient(R"(,"name":[{"text":")" + most + "\"}]"));
  refuses(patient(R"(,"name":[{"text":")" + most + "a\"}]"), "too-long", "Patient.name[0].text", "1 MB");
  accepts(R"({"resourceType":"Binary","contentType":"text/plain","data":")" + most + most + "\"}");
  std::string many;
  for (int i = 0; i < 500; ++i) many += fmt::format(",\"x{}\":1", i);
  EXPECT_EQ(judge(patient(many)).size(), fhir::ValidateOptions{}.max_issues);
}

// What would cost a square of its length must not: nulls beside extensions, contained resources and their references.
TEST(validate, long_lists_take_linear_time) {
  std::string nulls, extensions, contained, references;
  for (int i = 0; i < 20'000; ++i) {
    nulls += i == 0 ? "null" : ",null";
    extensions += fmt::format("{}{{\"extension\":[{{\"url\":\"u\",\"valueInteger\":1}}]}}", i == 0 ? "" : ",");
    contained += fmt::format("{}{{\"resourceType\":\"Group\",\"id\":\"g{}\",\"type\":\"person\",\"actual\":true}}",
                             i == 0 ? "" : ",", i);
    references += fmt::format("{}{{\"reference\":\"#g{}\"}}", i == 0 ? "" : ",", 19'999 - i);
  }
  accepts(patient(R"(,"name":[{"given":[)" + nulls + R"(],"_given":[)" + extensions + "]}]"));
  accepts(observation(R"(,"contained":[)" + contained + R"(],"focus":[)" + references + "]"));
}

TEST(validate, an_answer_that_exists_is_a_boolean) {  // que-7
  const auto questionnaire = [](std::string_view operation, std::string_view answer) {
    return fmt::format(
        R"({{"resourceType":"Questionnaire","status":"active","item":[{{"linkId":"1","type":"boolean"}},{{"linkId":"2","type":"string","enableWhen":[{{"question":"1","operator":"{}",{}}}]}}]}})",
        operation, answer);
  };
  accepts(questionnaire("exists", R"("answerBoolean":true)"));
  accepts(questionnaire("=", R"("answerInteger":1)"));
  refuses(questionnaire("exists", R"("answerInteger":1)"), "invariant", "Questionnaire.item[1].enableWhen[0]", "que-7");
}

TEST(validate, what_is_made_to_be_hard_to_judge_is_refused) {
  std::string codings, components;
  for (int i = 0; i < 1500; ++i) {
    codings += fmt::format(R"({}{{"code":"c{}"}})", i == 0 ? "" : ",", i);
    components += fmt::format(R"({}{{"code":{{"coding":[{{"code":"d{}"}}]}},"valueInteger":1}})", i == 0 ? "" : ",", i);
  }
  const auto issues = judge(R"({"resourceType":"Observation","status":"final","valueInteger":1,"code":{"coding":[)" + codings +
                            R"(]},"component":[)" + components + "]}");
  ASSERT_EQ(issues.size(), 1u) << shown(issues);
  EXPECT_EQ(issues.front().code, "too-costly");
}

}  // namespace
