#include "apps/wiring/demonstration_client.hpp"

#include <fmt/format.h>

#include "apps/wiring/house.hpp"
#include "foundation/crypto/crypto.hpp"

namespace carnet::wiring {
namespace {

namespace json = kernel::json;
using kernel::Result;
using kernel::Status;

constexpr unsigned private_file = 0600;
constexpr std::string_view key_id = "demonstration-1";
constexpr std::int64_t assertion_life_s = 120;

std::string part(const json::object& object) { return kernel::to_base64url(kernel::as_bytes(json::serialize(object))); }

// The raw 32 bytes of an Ed25519 public key are the last of its SubjectPublicKeyInfo (RFC 8410).
std::string raw_public_key(const crypto::SigningKey& key) {
  std::string pem = key.public_pem();
  const auto begin = pem.find('\n') + 1;
  const auto spki = kernel::from_base64(pem.substr(begin, pem.find("-----END") - begin), kernel::WhiteSpace::skip);
  CARNET_INVARIANT(spki && spki->size() >= 32, "an Ed25519 key has 32 bytes");
  return kernel::to_base64url(kernel::ByteView(*spki).last(32));
}

json::object coding(std::string_view system, std::string_view code) {
  return {{"coding", json::array{json::object{{"system", system}, {"code", code}}}}};
}
json::object reference_to(std::string_view target) { return {{"reference", target}}; }

json::object patient_resource(const Patient& patient) {
  return {{"resourceType", "Patient"},
          {"id", "patient"},
          {"identifier", json::array{json::object{{"system", "urn:oid:" + patient.system}, {"value", patient.number}}}},
          {"name", json::array{json::object{{"use", "official"}, {"family", patient.birth_name}, {"given", json::array{json::string(patient.given_name)}}}}},
          {"gender", patient.sex},
          {"birthDate", patient.birth_date}};
}

// Documents write numbers with the digit that says their kind: 8 before an RPPS, 1 before a FINESS.
std::string without_kind(const std::string& number, std::size_t length, char kind) {
  return number.size() == length + 1 && number.front() == kind ? number.substr(1) : number;
}

json::array contained_of(const Patient& patient, const DocumentToSend& document) {
  json::object practitioner{{"resourceType", "Practitioner"},
                            {"id", "author"},
                            {"identifier", json::array{json::object{{"system", "https://rpps.esante.gouv.fr"}, {"value", without_kind(document.author_rpps, 11, '8')}}}},
                            {"name", json::array{json::object{{"text", document.author_name}}}}};
  json::object organization{{"resourceType", "Organization"},
                            {"id", "structure"},
                            {"identifier", json::array{json::object{{"system", "urn:oid:1.2.250.1.71.4.2.2"}, {"value", "1" + without_kind(document.structure_id, 9, '1')}}}},
                            {"name", document.structure_name}};
  return {patient_resource(patient), std::move(practitioner), std::move(organization)};
}

json::object document_reference(const Patient& patient, const DocumentToSend& document, std::string_view now) {
  const std::string sha1 = kernel::to_base64(crypto::sha1(document.bytes));
  json::object attachment{{"contentType", document.media_type}, {"language", "fr-FR"}, {"url", "urn:uuid:00000000-0000-4000-8000-000000000003"},
                          {"size", document.bytes.size()},      {"hash", sha1},        {"title", document.title},
                          {"creation", document.act_date}};
  json::object resource{
      {"resourceType", "DocumentReference"},
      {"contained", contained_of(patient, document)},
      {"masterIdentifier", json::object{{"system", "urn:ietf:rfc:3986"}, {"value", document.unique_id}}},
      {"status", "current"},
      {"type", coding(document.type_system == "2.16.840.1.113883.6.1" ? "http://loinc.org" : "urn:oid:" + document.type_system, document.type_code)},
      {"category", json::array{coding("urn:oid:1.2.250.1.213.1.1.4.1", document.class_code)}},
      {"subject", reference_to("#patient")},
      {"date", now},
      {"author", json::array{reference_to("#author"), reference_to("#structure")}},
      {"securityLabel", json::array{coding("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", document.confidentiality)}},
      {"content", json::array{json::object{{"attachment", std::move(attachment)}}}},
      {"context", json::object{{"sourcePatientInfo", reference_to("#patient")}}}};
  if (!document.replaces.empty())
    resource["relatesTo"] = json::array{json::object{
        {"code", "replaces"},
        {"target", json::object{{"identifier", json::object{{"system", "urn:ietf:rfc:3986"}, {"value", document.replaces}}}}}}};
  return resource;
}

json::object submission_set(const Patient& patient, const DocumentToSend& document, std::string_view now) {
  return {{"resourceType", "List"},
          {"contained", json::array{patient_resource(patient)}},
          {"identifier", json::array{json::object{{"use", "official"}, {"system", "urn:ietf:rfc:3986"}, {"value", document.unique_id + ".1"}}}},
          {"status", "current"},
          {"mode", "working"},
          {"code", coding("https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes", "submissionset")},
          {"subject", reference_to("#patient")},
          {"date", now},
          {"entry", json::array{json::object{{"item", reference_to("urn:uuid:00000000-0000-4000-8000-000000000002")}}}}};
}

json::object entry(std::string_view full_url, json::object resource, std::string_view type) {
  return {{"fullUrl", full_url}, {"resource", std::move(resource)}, {"request", json::object{{"method", "POST"}, {"url", type}}}};
}

std::unexpected<kernel::Error> answered(const http::Response& response) {
  return std::unexpected(kernel::Error{kernel::ErrorKind::forbidden, "demo.refused",
                                       fmt::format("the service answered {}: {}", response.status, response.body)});
}

}  // namespace

io::Task<Status> register_demonstration_client(House& house, const Country& country) {
  const auto file = house.data() / "demonstration" / "hospital-key.pem";
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (!std::filesystem::exists(file)) {
    const auto key = crypto::SigningKey::generate_ed25519(house.entropy());
    const auto pem = key.to_pem();
    CARNET_CO_CHECK(io::replace_file(file, pem.reveal(), private_file));
  }
  CARNET_CO_TRY(pem_bytes, io::read_file(file, 4096));
  CARNET_CO_TRY(key, crypto::SigningKey::from_pem(kernel::SecretBytes(std::move(pem_bytes))));
  json::array structures;
  for (const auto& structure : country.structures) structures.push_back(json::string(structure.finess));
  const json::object client{
      {"client_id", demonstration_client},
      {"name", "Hôpital de démonstration"},
      {"structures", std::move(structures)},
      {"scopes", json::array{"documents.deposit", "documents.read", "record.write", "record.read"}},
      {"jwks", json::object{{"keys", json::array{json::object{{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", key_id}, {"alg", "EdDSA"},
                                                              {"use", "sig"}, {"x", raw_public_key(key)}}}}}}};
  const auto added = co_await house.identity().add_client(json::serialize(client));
  if (!added && added.error().kind != kernel::ErrorKind::conflict) co_return std::unexpected(added.error());
  co_return Status{};
}

std::string provide_document_bundle(const Patient& patient, const DocumentToSend& document, std::string_view now) {
  json::object binary{{"resourceType", "Binary"}, {"contentType", document.media_type}, {"data", kernel::to_base64(document.bytes)}};
  return json::serialize(json::object{
      {"resourceType", "Bundle"},
      {"meta", json::object{{"profile", json::array{"https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle"}}}},
      {"type", "transaction"},
      {"entry", json::array{entry("urn:uuid:00000000-0000-4000-8000-000000000001", submission_set(patient, document, now), "List"),
                            entry("urn:uuid:00000000-0000-4000-8000-000000000002", document_reference(patient, document, now), "DocumentReference"),
                            entry("urn:uuid:00000000-0000-4000-8000-000000000003", std::move(binary), "Binary")}}});
}

DemonstrationClient::DemonstrationClient(std::string base_url, kernel::SecretBytes key_pem, std::string finess,
                                         http::Client& connection)
    : base_url_(std::move(base_url)), key_(std::move(key_pem)), finess_(std::move(finess)), connection_(connection) {}

Result<std::string> DemonstrationClient::token(const std::string& rpps, const std::string& purpose, const std::string& reason,
                                               std::int64_t now_s) {
  CARNET_TRY(key, crypto::SigningKey::from_pem(key_.copy()));
  json::object iua{{"subject_organization_id", finess_}, {"purpose_of_use", purpose}};
  if (!rpps.empty()) iua["national_provider_identifier"] = rpps;
  if (!reason.empty()) iua["reason"] = reason;
  io::SystemEntropy entropy;
  const json::object head{{"alg", "EdDSA"}, {"typ", "JWT"}, {"kid", key_id}};
  const json::object claims{{"iss", demonstration_client},
                            {"sub", demonstration_client},
                            {"aud", base_url_ + "/oauth/token"},
                            {"iat", now_s},
                            {"exp", now_s + assertion_life_s},
                            {"jti", kernel::to_base32(entropy.bytes("jti", 16))},
                            {"extensions", json::object{{"ihe_iua", std::move(iua)}}}};
  const std::string signed_part = part(head) + "." + part(claims);
  const std::string assertion =
      signed_part + "." + kernel::to_base64url(key.sign(crypto::PublicKey::Algorithm::eddsa, kernel::as_bytes(signed_part)));
  const std::string form = fmt::format(
      "grant_type=client_credentials&scope={}&client_assertion_type={}&client_assertion={}",
      http::percent_encode("documents.deposit documents.read record.write record.read"),
      http::percent_encode("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), http::percent_encode(assertion));
  CARNET_TRY(response, connection_.request("POST", "/oauth/token", {{"Content-Type", "application/x-www-form-urlencoded"}}, form));
  if (response.status != 200) return answered(response);
  CARNET_TRY(body, kernel::parse_object(response.body));
  kernel::Reader in(body);
  std::string token = in.text("access_token", 4096);
  if (!in.ok()) return in.error();
  return token;
}

Result<DemonstrationClient::Answer> DemonstrationClient::provide(const std::string& token, const std::string& bundle) {
  CARNET_TRY(response, connection_.request("POST", "/fhir/R4",
                                           {{"Content-Type", "application/fhir+json"}, {"Authorization", "Bearer " + token}}, bundle));
  return Answer{response.status, response.body, std::string(http::header_of(response, "Location"))};
}

Result<DemonstrationClient::Answer> DemonstrationClient::find_documents(const std::string& token, const Patient& patient) {
  const std::string form = fmt::format("patient.identifier={}&status=current&_sort=-date",
                                       http::percent_encode(fmt::format("urn:oid:{}|{}", patient.system, patient.number)));
  CARNET_TRY(response, connection_.request("POST", "/fhir/R4/DocumentReference/_search",
                                           {{"Content-Type", "application/x-www-form-urlencoded"}, {"Authorization", "Bearer " + token}}, form));
  return Answer{response.status, response.body, {}};
}

Result<DemonstrationClient::Answer> DemonstrationClient::retrieve(const std::string& token, const std::string& path) {
  CARNET_TRY(response, connection_.request("GET", path, {{"Accept", "*/*"}, {"Authorization", "Bearer " + token}}));
  return Answer{response.status, response.body, std::string(http::header_of(response, "Content-Type"))};
}

}  // namespace carnet::wiring
