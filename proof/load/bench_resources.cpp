#include "proof/load/bench_resources.hpp"

#include <fmt/format.h>

#include <array>

namespace carnet::proof {
namespace {

struct Measure {
  std::string_view code, display, unit, ucum;
  double low, step;
};
constexpr std::array measures{
    Measure{"8867-4", "Heart rate", "beats/minute", "/min", 55, 1},      Measure{"29463-7", "Body weight", "kg", "kg", 48, 0.5},
    Measure{"8302-2", "Body height", "cm", "cm", 150, 1},                Measure{"8310-5", "Body temperature", "Cel", "Cel", 36, 0.1},
    Measure{"2708-6", "Oxygen saturation in Arterial blood", "%", "%", 90, 0.5},
    Measure{"2339-0", "Glucose [Mass/volume] in Blood", "mg/dL", "mg/dL", 70, 1},
    Measure{"4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", "%", 5, 0.1},
    Measure{"9279-1", "Respiratory rate", "breaths/minute", "/min", 11, 1}};

std::string day_of(std::uint64_t n) {
  return fmt::format("{}-{:02}-{:02}", 2015 + n / 336 % 10, n / 28 % 12 + 1, n % 28 + 1);
}

std::string urn(std::uint64_t n, std::size_t entry) {
  return fmt::format("urn:uuid:{:08x}-0000-4000-8000-{:012x}", n & 0xffffffff, entry);
}

std::string observation_of(std::string_view patient_id, std::uint64_t n, std::string_view encounter) {
  const auto& m = measures[n % measures.size()];
  return fmt::format(
      R"({{"resourceType":"Observation","status":"final","category":[{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs","display":"Vital Signs"}}],"text":"Vital Signs"}}],)"
      R"("code":{{"coding":[{{"system":"http://loinc.org","code":"{}","display":"{}"}}],"text":"{}"}},"subject":{{"reference":"Patient/{}"}},{})"
      R"("effectiveDateTime":"{}T08:30:00+01:00","issued":"{}T08:31:00.000+01:00","valueQuantity":{{"value":{:.1f},"unit":"{}","system":"http://unitsofmeasure.org","code":"{}"}}}})",
      m.code, m.display, m.display, patient_id,
      encounter.empty() ? std::string() : fmt::format(R"("encounter":{{"reference":"{}"}},)", encounter), day_of(n), day_of(n),
      m.low + m.step * static_cast<double>(n % 40), m.unit, m.ucum);
}

std::string encounter(std::string_view patient_id, std::uint64_t n) {
  return fmt::format(
      R"({{"resourceType":"Encounter","status":"finished","class":{{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}},)"
      R"("type":[{{"coding":[{{"system":"http://snomed.info/sct","code":"185345009","display":"Encounter for symptom"}}]}}],"subject":{{"reference":"Patient/{}"}},)"
      R"("period":{{"start":"{}T08:00:00+01:00","end":"{}T08:45:00+01:00"}}}})",
      patient_id, day_of(n), day_of(n));
}

std::string condition(std::string_view patient_id, std::uint64_t n, std::string_view visit) {
  return fmt::format(
      R"({{"resourceType":"Condition","clinicalStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-clinical","code":"active"}}]}},)"
      R"("verificationStatus":{{"coding":[{{"system":"http://terminology.hl7.org/CodeSystem/condition-ver-status","code":"confirmed"}}]}},)"
      R"("code":{{"coding":[{{"system":"http://snomed.info/sct","code":"38341003","display":"Hypertensive disorder"}}],"text":"Hypertension"}},)"
      R"("subject":{{"reference":"Patient/{}"}},"encounter":{{"reference":"{}"}},"onsetDateTime":"{}"}})",
      patient_id, visit, day_of(n));
}

std::string medication_request(std::string_view patient_id, std::uint64_t n, std::string_view visit) {
  return fmt::format(
      R"({{"resourceType":"MedicationRequest","status":"active","intent":"order","medicationCodeableConcept":{{"coding":[{{"system":"http://www.whocc.no/atc","code":"C09AA05","display":"ramipril"}}],"text":"Ramipril 5 mg"}},)"
      R"("subject":{{"reference":"Patient/{}"}},"encounter":{{"reference":"{}"}},"authoredOn":"{}","dosageInstruction":[{{"text":"un comprimé le matin"}}]}})",
      patient_id, visit, day_of(n));
}

std::string immunization(std::string_view patient_id, std::uint64_t n, std::string_view visit) {
  return fmt::format(
      R"({{"resourceType":"Immunization","status":"completed","vaccineCode":{{"coding":[{{"system":"http://hl7.org/fhir/sid/cvx","code":"140","display":"Influenza, seasonal"}}]}},)"
      R"("patient":{{"reference":"Patient/{}"}},"encounter":{{"reference":"{}"}},"occurrenceDateTime":"{}","primarySource":true}})",
      patient_id, visit, day_of(n));
}

}  // namespace

std::string observation(std::string_view patient_id, std::uint64_t n) {
  return observation_of(patient_id, n, {});
}

std::string patient_bundle(std::string_view patient_id, std::uint64_t n, std::size_t entries) {
  constexpr std::size_t of_one_visit = 10;
  std::string out = R"({"resourceType":"Bundle","type":"transaction","entry":[)";
  std::string visit;
  for (std::size_t i = 0; i < entries; ++i) {
    std::string_view type = "Observation";
    std::string resource;
    const auto day = n * 7 + i;
    if (i % of_one_visit == 0) {
      visit = urn(n, i);
      type = "Encounter";
      resource = encounter(patient_id, day);
    } else if (i % of_one_visit == 1) {
      type = "Condition";
      resource = condition(patient_id, day, visit);
    } else if (i % of_one_visit == 2) {
      type = "MedicationRequest";
      resource = medication_request(patient_id, day, visit);
    } else if (i % of_one_visit == 3) {
      type = "Immunization";
      resource = immunization(patient_id, day, visit);
    } else {
      resource = observation_of(patient_id, day, visit);
    }
    out += fmt::format(R"({}{{"fullUrl":"{}","resource":{},"request":{{"method":"POST","url":"{}"}}}})", i == 0 ? "" : ",", urn(n, i),
                       resource, type);
  }
  return out + "]}";
}

}  // namespace carnet::proof
