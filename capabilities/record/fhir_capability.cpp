// What is done for which type, in one table: perform() obeys it, the CapabilityStatement tells it.
#include <algorithm>

#include "record/fhir.hpp"

namespace carnet::record {

namespace {

constexpr unsigned bits(std::initializer_list<Does> all) {
  unsigned out = 0;
  for (const auto one : all) out |= static_cast<unsigned>(one);
  return out;
}

constexpr unsigned of_structured =
    bits({Does::read, Does::vread, Does::history, Does::history_type, Does::search, Does::create, Does::update,
          Does::patch, Does::remove, Does::conditional_write, Does::conditional_change, Does::validate});

struct OfType {
  std::string_view type, profile, says;
  unsigned does;
};
// Those that are not kept in the one shape of all others.
constexpr OfType particular[] = {
    {"DocumentReference",
     "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference",
     "Without date or status, a professional's search covers the last two years (vaccination excepted) and current "
     "documents; the self link says what was applied. Create takes the content in the attachment (ITI-105). Update and "
     "patch change visibility, confidentiality and archiving, by the author; the rest of a document is replaced by "
     "another document.",
     bits({Does::read, Does::vread, Does::history, Does::history_type, Does::search, Does::create, Does::update,
           Does::patch, Does::remove, Does::conditional_change, Does::validate})},
    {"Binary", {}, "The document as it was deposited, or a Binary for application/fhir+json.", bits({Does::read})},
    {"Patient", {}, "Of the register: an opaque id for an INS, given by POST. With one _id, _revinclude, _has and the other parameters of R4 too.",
     bits({Does::read, Does::search, Does::everything})},
    {"Practitioner", {}, "Of the directory; the id is the RPPS number.", bits({Does::read, Does::search})},
    {"Organization", {}, "Of the directory; the id is the FINESS number.", bits({Does::read, Does::search})},
};

const OfType* particular_of(std::string_view type) {
  const auto found = std::ranges::find(particular, type, &OfType::type);
  return found == std::end(particular) ? nullptr : found;
}

unsigned all_of(const Shared& shared, std::string_view type) {
  if (const auto* one = particular_of(type)) return one->does;
  return shared.resource_types.knows(type) ? of_structured : 0;
}

constexpr std::pair<Does, std::string_view> interactions[] = {
    {Does::read, "read"},     {Does::vread, "vread"},          {Does::update, "update"},
    {Does::patch, "patch"},   {Does::remove, "delete"},        {Does::history, "history-instance"},
    {Does::create, "create"}, {Does::search, "search-type"},   {Does::history_type, "history-type"},
};

std::string_view code_of(fhir::SearchKind kind) {
  constexpr std::string_view codes[] = {"number",    "date",     "string", "token", "reference",
                                        "composite", "quantity", "uri",    "special"};
  return codes[static_cast<std::size_t>(kind)];
}

// Documents are found by what MHD says too; people only by what the register answers.
void add_parameters(fhir::TypeCapability& out) {
  if (out.type == "Patient" || out.type == "Practitioner" || out.type == "Organization") {
    out.parameters.push_back({"_id", "token", {}});
    out.parameters.push_back({"identifier", "token", out.type == "Patient" ? "INS, by POST only" : "RPPS or FINESS"});
    return;
  }
  if (out.type == "Binary") return;
  for (const auto& parameter : fhir::search_parameters_of(out.type)) {
    if (!is_searchable(parameter)) continue;
    out.parameters.push_back({parameter.code, code_of(parameter.kind), {}});
    if (parameter.kind == fhir::SearchKind::reference)
      out.includes.push_back(std::string(out.type) + ":" + std::string(parameter.code));
  }
  if (fhir::find_search_parameter(out.type, "patient") == nullptr)
    out.parameters.push_back({"patient", "reference", "whose record is searched"});
  if (out.type == "List") {
    out.parameters.push_back({"designationType", "token", "of a SubmissionSet (MHD)"});
    out.parameters.push_back({"sourceId", "token", "of a SubmissionSet (MHD)"});
  }
  if (out.type == "DocumentReference") out.parameters.push_back({"creation", "date", "date of the document (MHD)"});
}

fhir::TypeCapability capability_of(const Shared& shared, std::string_view type) {
  const unsigned done = all_of(shared, type);
  const auto has = [done](Does what) { return (done & static_cast<unsigned>(what)) != 0; };
  fhir::TypeCapability out;
  out.type = type;
  if (const auto* one = particular_of(type)) {
    out.profile = one->profile;
    out.says = one->says;
  }
  for (const auto& [what, code] : interactions)
    if (has(what)) out.interactions.push_back(code);
  out.versioning = has(Does::vread) ? "versioned" : "no-version";
  out.conditional_create = out.conditional_update = has(Does::conditional_write);
  out.conditional_delete = has(Does::conditional_change);
  out.conditional_read = has(Does::vread);
  if (has(Does::search)) add_parameters(out);
  if (has(Does::validate)) out.operations.push_back("validate");
  if (has(Does::everything)) out.operations.push_back("everything");
  return out;
}

}  // namespace

bool does(const Shared& shared, std::string_view type, Does what) {
  return (all_of(shared, type) & static_cast<unsigned>(what)) != 0;
}

bool keeps(const Shared& shared, std::string_view type) {
  return all_of(shared, type) != 0;
}

bool is_searchable(const fhir::SearchParameterInfo& parameter) {
  const bool of_every_resource = parameter.code == "_id" || parameter.code == "_lastUpdated";
  return of_every_resource || (!parameter.expression.empty() && parameter.kind != fhir::SearchKind::special);
}

// SMART App Launch 2, of backend services: where a client gets its token, and how it proves who it is.
Answer tell_smart_configuration(Shared& shared) {
  const auto texts = [](std::initializer_list<std::string_view> all) {
    kernel::json::array out;
    for (const auto one : all) out.push_back(kernel::json::string(one));
    return out;
  };
  const kernel::json::object said{
      {"issuer", shared.settings.main_origin},
      {"token_endpoint", shared.settings.main_origin + "/oauth/token"},
      {"grant_types_supported", texts({"client_credentials"})},
      {"token_endpoint_auth_methods_supported", texts({"private_key_jwt"})},
      {"token_endpoint_auth_signing_alg_values_supported", texts({"ES256", "RS256", "PS256", "EdDSA"})},
      {"scopes_supported", texts({"documents.deposit", "documents.read", "record.read", "record.write"})},
      {"capabilities", texts({"client-confidential-asymmetric"})}};
  co_return http::Response::json(kernel::json::serialize(said));
}

Answer tell_capability(Shared& shared) {
  const std::string token_url = shared.settings.main_origin + "/oauth/token", date = kernel::to_text(shared.today());
  fhir::Capability all{shared.settings.base_url, date, token_url};
  all.interactions = {"transaction", "batch", "history-system"};
  for (const auto& type : fhir::all_types())
    if (all_of(shared, type.name) != 0) all.types.push_back(capability_of(shared, type.name));
  // The traces of a person's space: access tells them, beside what is kept here.
  fhir::TypeCapability traces;
  traces.type = "AuditEvent";
  traces.says = "Who looked: for the declared GP, and for a professional their own acts. Read only.";
  traces.interactions = {"search-type"};
  traces.versioning = "no-version";
  traces.parameters = {{"patient", "reference", "whose traces; newest first, without those of the reserved lane"}};
  all.types.push_back(std::move(traces));
  std::ranges::sort(all.types, {}, &fhir::TypeCapability::type);
  // What refers to what: the includes of others, seen from the type that they lead to.
  for (auto& type : all.types) {
    if (!does(shared, type.type, Does::search) || (type.versioning == "no-version" && type.type != "Patient")) continue;
    for (const auto& other : all.types)
      for (const auto& parameter : fhir::search_parameters_of(other.type)) {
        const bool refers = parameter.kind == fhir::SearchKind::reference &&
                            std::ranges::find(parameter.targets, type.type) != parameter.targets.end() &&
                            !other.includes.empty() && is_searchable(parameter);
        if (refers) type.reverse_includes.push_back(std::string(other.type) + ":" + std::string(parameter.code));
      }
  }
  co_return fhir_response(fhir::capability_statement(all));
}

}  // namespace carnet::record
