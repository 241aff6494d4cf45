#include <initializer_list>

#include "standards/fhir/answers.hpp"
#include "standards/fhir/writer.hpp"

namespace carnet::fhir {

namespace {

struct Parameter {
  std::string_view name, type, says;
};

void write_resource(Writer& out, std::string_view type, std::string_view profile, std::string_view says,
                    std::initializer_list<std::string_view> interactions, std::initializer_list<Parameter> parameters) {
  out.object().text("type", type).text_unless_empty("profile", profile).text("documentation", says);
  out.array("interaction");
  for (const auto code : interactions) out.object().text("code", code).end_object();
  out.end_array();
  out.text("versioning", "versioned").boolean("readHistory", false);
  if (parameters.size() > 0) {
    out.array("searchParam");
    for (const auto& one : parameters)
      out.object().text("name", one.name).text("type", one.type).text("documentation", one.says).end_object();
    out.end_array();
  }
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
  Writer out(4096);
  out.object().text("resourceType", "CapabilityStatement").text("status", "active").text("date", of.date);
  out.text("kind", "instance").text("fhirVersion", "4.0.1");
  out.array("format").item("json").item(json_media_type).end_array();
  out.array("instantiates").item("https://profiles.ihe.net/ITI/MHD/CapabilityStatement/IHE.MHD.DocumentRecipient");
  out.item("https://profiles.ihe.net/ITI/MHD/CapabilityStatement/IHE.MHD.DocumentResponder").end_array();
  out.object("software").text("name", "Carnet").end_object();
  out.object("implementation").text("description", "Documents of the personal health space").text("url", of.base_url);
  out.end_object();
  out.array("rest").object().text("mode", "server");
  out.text(
      "documentation",
      "IHE MHD: ITI-65 by POST of a transaction to the base, ITI-67, ITI-68. An INS is given by POST _search only. "
      "What the caller may not know of answers as what does not exist.");
  write_security(out, of.token_url);
  out.array("resource");
  write_resource(
      out, "DocumentReference",
      "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference",
      "Found by patient. Without date or status, a professional's search covers the last two years (vaccination "
      "excepted) and current documents; the self link says what was applied.",
      {"read", "search-type"},
      {{"patient.identifier", "token", "INS, by POST only"},
       {"subject.identifier", "token", "the same"},
       {"patient", "reference", "Patient/<id> as answered by Patient/_search"},
       {"subject", "reference", "the same"},
       {"identifier", "token", "uniqueId of the document"},
       {"status", "token", "current, superseded"},
       {"type", "token", "LOINC or TRE_A05"},
       {"category", "token", "class, TRE_A03"},
       {"date", "date", "date of the reference"},
       {"creation", "date", "date of the document"}});
  write_resource(out, "Binary", {}, "The document as it was deposited, or a Binary for application/fhir+json.",
                 {"read"}, {});
  write_resource(out, "List", {}, "The SubmissionSet with which a document came.", {"read"}, {});
  write_resource(out, "Patient", {}, "An opaque id for an INS, given by POST.", {"search-type"},
                 {{"identifier", "token", "INS"}});
  out.end_array();
  out.array("interaction").object().text("code", "transaction").end_object().end_array();
  return out.end_object().end_array().end_object().take();
}

}  // namespace carnet::fhir
