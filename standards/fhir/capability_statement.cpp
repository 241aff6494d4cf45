#include "standards/fhir/answers.hpp"
#include "standards/fhir/writer.hpp"

namespace carnet::fhir {

namespace {

void write_codes(Writer& out, std::string_view name, const std::vector<std::string_view>& codes) {
  if (codes.empty()) return;
  out.array(name);
  for (const auto code : codes) out.object().text("code", code).end_object();
  out.end_array();
}

void write_texts(Writer& out, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  out.array(name);
  for (const auto& text : texts) out.item(text);
  out.end_array();
}

void write_operations(Writer& out, const TypeCapability& type) {
  if (type.operations.empty()) return;
  out.array("operation");
  for (const auto name : type.operations) {
    const bool of_patient = name == "everything";
    out.object().text("name", name);
    out.text("definition", std::string("http://hl7.org/fhir/OperationDefinition/") +
                               (of_patient ? "Patient-" : "Resource-") + std::string(name));
    out.end_object();
  }
  out.end_array();
}

void write_type(Writer& out, const TypeCapability& type) {
  out.object().text("type", type.type).text_unless_empty("profile", type.profile);
  out.text_unless_empty("documentation", type.says);
  write_codes(out, "interaction", type.interactions);
  const bool versioned = type.versioning != "no-version";
  out.text("versioning", type.versioning).boolean("readHistory", versioned).boolean("updateCreate", false);
  out.boolean("conditionalCreate", type.conditional_create);
  out.text("conditionalRead", type.conditional_read ? "full-support" : "not-supported");
  out.boolean("conditionalUpdate", type.conditional_update).text("conditionalDelete", type.conditional_delete ? "single" : "not-supported");
  if (versioned) out.array("referencePolicy").item("literal").item("local").end_array();
  write_texts(out, "searchInclude", type.includes);
  write_texts(out, "searchRevInclude", type.reverse_includes);
  if (!type.parameters.empty()) {
    out.array("searchParam");
    for (const auto& one : type.parameters)
      out.object()
          .text("name", one.name)
          .text("type", one.type)
          .text_unless_empty("documentation", one.says)
          .end_object();
    out.end_array();
  }
  write_operations(out, type);
  out.end_object();
}

void write_security(Writer& out, std::string_view token_url) {
  out.object("security").boolean("cors", false);
  out.array("service")
      .concept_of({}, "http://terminology.hl7.org/CodeSystem/restful-security-service", "OAuth")
      .end_array();
  out.array("extension").object().text("url", "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris");
  out.array("extension").object().text("url", "token").text("valueUri", token_url).end_object().end_array();
  out.end_object().end_array();
  out.text("description",
           "OAuth 2.0 client credentials with private_key_jwt; the signed assertion names the professional and the "
           "purpose.");
  out.end_object();
}

}  // namespace

std::string capability_statement(const Capability& of) {
  Writer out(64u << 10);
  out.object().text("resourceType", "CapabilityStatement").text("status", "active").text("date", of.date);
  out.text("kind", "instance").text("fhirVersion", "4.0.1");
  out.array("format").item("json").item(json_media_type).end_array();
  out.array("patchFormat").item("application/json-patch+json").end_array();
  out.array("instantiates").item("https://profiles.ihe.net/ITI/MHD/CapabilityStatement/IHE.MHD.DocumentRecipient");
  out.item("https://profiles.ihe.net/ITI/MHD/CapabilityStatement/IHE.MHD.DocumentResponder").end_array();
  out.object("software").text("name", "Carnet").end_object();
  out.object("implementation").text("description", "The health record of a person").text("url", of.base_url);
  out.end_object();
  out.array("rest").object().text("mode", "server");
  out.text("documentation",
           "One person at a time: every search and every history names one patient. An INS is given by POST only. "
           "Ids are given by the server. What the caller may not know of answers as what does not exist. "
           "IHE MHD: ITI-65 by POST of a transaction to the base, ITI-66, ITI-67, ITI-68, ITI-105.");
  write_security(out, of.token_url);
  out.array("resource");
  for (const auto& type : of.types) write_type(out, type);
  out.end_array();
  write_codes(out, "interaction", of.interactions);
  return out.end_object().end_array().end_object().take();
}

}  // namespace carnet::fhir
