#include "standards/fhir/definitions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace {

using namespace carnet::fhir;

TEST(definitions, hold_the_types_of_r4) {
  std::size_t resources = 0;
  for (const auto& type : all_types()) resources += type.family == Family::resource && !type.abstract;
  EXPECT_EQ(resources, 146u);
  for (const char* name :
       {"Observation", "Quantity", "dateTime", "Observation.component", "Timing.repeat", "Extension"})
    ASSERT_NE(find_type(name), nullptr) << name;
  EXPECT_EQ(find_type("Observations"), nullptr);
  EXPECT_EQ(find_type(""), nullptr);
  EXPECT_NE(find_resource_type("Patient"), nullptr);
  EXPECT_EQ(find_resource_type("Quantity"), nullptr);
  EXPECT_EQ(find_resource_type("DomainResource"), nullptr);
  EXPECT_TRUE(find_type("Age")->is_a("Quantity"));
  EXPECT_TRUE(find_type("Observation")->is_a("Resource"));
  EXPECT_FALSE(find_type("Bundle")->is_a("DomainResource"));
}

TEST(definitions, every_member_is_found_by_its_name_and_no_other_name_is) {
  std::set<std::string_view> every_name;
  for (const auto& type : all_types())
    for (const auto& member : type.members) every_name.insert(member.json_name);
  for (const auto& type : all_types()) {
    ASSERT_TRUE(std::ranges::is_sorted(all_types(), {}, &TypeInfo::name));
    std::set<std::string_view> own;
    for (const auto& member : type.members) {
      own.insert(member.json_name);
      EXPECT_EQ(find_member(type, member.json_name), &member) << type.name << "." << member.json_name;
    }
    for (const auto name : every_name)
      if (!own.contains(name)) EXPECT_EQ(find_member(type, name), nullptr) << type.name << "." << name;
    EXPECT_EQ(find_member(type, ""), nullptr);
    for (const auto& element : type.elements) {
      EXPECT_EQ(find_element(type, element.name), &element) << type.name << "." << element.name;
      EXPECT_FALSE(element.members.empty());
    }
  }
}

TEST(definitions, say_what_an_element_is) {
  const auto& observation = *find_type("Observation");
  const auto* value = find_member(observation, "valueQuantity");
  ASSERT_NE(value, nullptr);
  EXPECT_EQ(value->type, find_type("Quantity"));
  EXPECT_EQ(value->element->name, "value");
  EXPECT_TRUE(value->element->choice);
  EXPECT_EQ(value->element, find_element(observation, "value"));
  EXPECT_EQ(value->element->members.size(), 11u);
  const auto* status = find_member(observation, "status");
  EXPECT_EQ(status->element->min, 1);
  EXPECT_EQ(status->element->binding, Strength::required);
  EXPECT_TRUE(has_code(*status->element->values, "final"));
  EXPECT_TRUE(has_code(*status->element->values, "http://hl7.org/fhir/observation-status", "final"));
  EXPECT_FALSE(has_code(*status->element->values, "http://example.org", "final"));
  EXPECT_FALSE(has_code(*status->element->values, "finale"));
  const auto* subject = find_member(observation, "subject");
  EXPECT_TRUE(std::ranges::binary_search(subject->targets, "Patient"));
  EXPECT_FALSE(std::ranges::binary_search(subject->targets, "Practitioner"));
  EXPECT_TRUE(find_member(observation, "focus")->targets.empty());
  EXPECT_TRUE(find_member(observation, "component")->element->array);
  EXPECT_EQ(find_member(*find_type("Observation.component"), "referenceRange")->type,
            find_type("Observation.referenceRange"));
  EXPECT_EQ(find_member(observation, "id")->type->primitive, Primitive::id);
  EXPECT_EQ(find_member(*find_type("Quantity"), "id")->type->primitive, Primitive::string);
  EXPECT_EQ(find_member(*find_type("Extension"), "url")->type->primitive, Primitive::uri);
  EXPECT_FALSE(find_member(observation, "method")->element->summary);
  EXPECT_TRUE(status->element->summary);
}

TEST(definitions, required_sets_are_listed_but_for_those_that_cannot_be) {
  std::set<std::string> unlisted;
  for (const auto& type : all_types())
    for (const auto& element : type.elements) {
      if (element.binding != Strength::required) continue;
      ASSERT_NE(element.values, nullptr) << type.name << "." << element.name;
      EXPECT_TRUE(std::ranges::is_sorted(element.values->codes, {}, &Code::code));
      if (element.values->codes.empty()) unlisted.insert(std::string(element.values->url));
    }
  EXPECT_EQ(unlisted, (std::set<std::string>{
                          "http://hl7.org/fhir/ValueSet/mimetypes", "http://hl7.org/fhir/ValueSet/currencies",
                          "http://hl7.org/fhir/ValueSet/ucum-units",
                          "http://hl7.org/fhir/ValueSet/characteristic-combination", "http://loinc.org/vs/LL379-9"}));
}

TEST(definitions, invariants_stand_where_they_are_judged) {
  const auto has = [](std::span<const InvariantInfo> invariants, std::string_view key) {
    return std::ranges::any_of(invariants, [key](const auto& i) { return i.key == key; });
  };
  EXPECT_TRUE(has(find_type("Observation")->invariants, "obs-6"));
  EXPECT_FALSE(has(find_type("Observation")->invariants, "dom-2"));
  EXPECT_TRUE(has(find_type("DomainResource")->invariants, "dom-2"));
  EXPECT_TRUE(has(find_type("Quantity")->invariants, "qty-3"));
  EXPECT_TRUE(has(find_type("Extension")->invariants, "ext-1"));
  EXPECT_TRUE(has(find_type("Element")->invariants, "ele-1"));
  EXPECT_TRUE(has(find_member(*find_type("Observation"), "referenceRange")->element->invariants, "obs-3"));
  EXPECT_TRUE(has(find_member(*find_type("Observation.referenceRange"), "low")->element->invariants, "sqty-1"));
  for (const auto& type : all_types())
    for (const auto& invariant : type.invariants)
      EXPECT_EQ(distinct_expressions()[invariant.expression_id], invariant.expression);
}

TEST(definitions, search_parameters_are_said_for_one_type) {
  const auto* code = find_search_parameter("Observation", "code");
  ASSERT_NE(code, nullptr);
  EXPECT_EQ(code->expression, "Observation.code");
  EXPECT_EQ(code->kind, SearchKind::token);
  EXPECT_EQ(find_search_parameter("AllergyIntolerance", "code")->expression,
            "AllergyIntolerance.code | AllergyIntolerance.reaction.substance");
  EXPECT_EQ(find_search_parameter("MedicationRequest", "code")->expression,
            "(MedicationRequest.medication as CodeableConcept)");
  EXPECT_EQ(find_search_parameter("Observation", "_id")->expression, "Resource.id");
  EXPECT_NE(find_search_parameter("Observation", "_text"), nullptr);
  EXPECT_EQ(find_search_parameter("Bundle", "_text"), nullptr);
  const auto* composite = find_search_parameter("Observation", "code-value-quantity");
  ASSERT_EQ(composite->components.size(), 2u);
  EXPECT_EQ(composite->components[0].code, "code");
  EXPECT_EQ(composite->components[1].code, "value-quantity");
  EXPECT_TRUE(std::ranges::binary_search(find_search_parameter("Observation", "subject")->targets, "Patient"));
  for (const auto& parameter : search_parameters_of("Observation"))
    for (const auto& part : parameter.components)
      EXPECT_NE(find_search_parameter("Observation", part.code), nullptr) << parameter.code << " " << part.code;
  EXPECT_TRUE(search_parameters_of("Nothing").empty());
}

TEST(definitions, the_patient_compartment) {
  EXPECT_TRUE(in_patient_compartment("Observation"));
  EXPECT_TRUE(in_patient_compartment("Patient"));
  EXPECT_FALSE(in_patient_compartment("Medication"));
  EXPECT_FALSE(in_patient_compartment("Bundle"));
  std::size_t types = 0;
  for (const auto& type : all_types()) {
    types += in_patient_compartment(type.name);
    for (const auto link : patient_links_of(type.name))
      EXPECT_NE(find_search_parameter(type.name, link), nullptr) << type.name << " " << link;
  }
  EXPECT_EQ(types, 67u);
}

}  // namespace
