// Code systems and identifiers under the names that this service uses.
#include <algorithm>
#include <array>

#include "standards/fhir/document_reference.hpp"

namespace carnet::fhir {

namespace {

constexpr std::string_view oid_prefix = "urn:oid:", uuid_prefix = "urn:uuid:";
constexpr std::string_view uri_system = "urn:ietf:rfc:3986";

struct Known {
  std::string_view uri, oid;
};
constexpr std::array known_systems{
    Known{"http://loinc.org", oid::loinc},
    Known{"http://terminology.hl7.org/CodeSystem/v3-Confidentiality", oid::confidentiality},
    Known{"https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument-CISIS/FHIR/TRE-A03-ClasseDocument-CISIS",
          oid::document_class},
    Known{"https://mos.esante.gouv.fr/NOS/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire",
          oid::type_fr},
    Known{"https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument",
          oid::visibility},
    Known{"https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante", oid::profession},
};
// The terminology server spells the end of these URLs in more than one way.
constexpr std::array known_parts{
    Known{"/TRE_A03-", oid::document_class}, Known{"/TRE_A05-", oid::type_fr},    Known{"/TRE-A05-", oid::type_fr},
    Known{"/TRE_A07-", oid::visibility},     Known{"/TRE-A07-", oid::visibility}, Known{"/TRE_G15-", oid::profession},
    Known{"/TRE-A03-", oid::document_class}, Known{"/TRE-G15-", oid::profession},
};

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_oid(std::string_view text) {
  if (text.size() < 3 || text.size() > 128 || text.front() < '0' || text.front() > '2') return false;
  char before = '.';
  for (const char c : text) {
    if (c != '.' && (c < '0' || c > '9')) return false;
    if (c == '.' && before == '.') return false;
    before = c;
  }
  return before != '.' && text.find('.') != std::string_view::npos;
}

// "root" or "root^extension".
std::string rooted(std::string_view root, std::string_view extension) {
  constexpr std::size_t longest_extension = 128;
  if (extension.empty()) {
    if (is_uuid(root)) return lower(root);
    return is_oid(root) ? std::string(root) : std::string();
  }
  if ((!is_oid(root) && !is_uuid(root)) || extension.size() > longest_extension) return {};
  return (is_uuid(root) ? lower(root) : std::string(root)).append("^").append(extension);
}

}  // namespace

std::string oid_of(std::string_view system) {
  if (system.starts_with(oid_prefix)) return std::string(system.substr(oid_prefix.size()));
  for (const auto& known : known_systems)
    if (known.uri == system) return std::string(known.oid);
  if (system.starts_with("https://mos.esante.gouv.fr/NOS/"))
    for (const auto& known : known_parts)
      if (system.find(known.uri) != std::string_view::npos) return std::string(known.oid);
  return std::string(system);
}

std::string system_of(std::string_view oid) {
  for (const auto& known : known_systems)
    if (known.oid == oid) return std::string(known.uri);
  return is_oid(oid) ? std::string(oid_prefix).append(oid) : std::string(oid);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !hex) return false;
  }
  return true;
}

std::string unique_id_of(std::string_view system, std::string_view value) {
  if (system == uri_system || system.empty()) {
    if (value.starts_with(uuid_prefix)) return is_uuid(value.substr(9)) ? lower(value.substr(9)) : std::string();
    if (!value.starts_with(oid_prefix)) return {};
    value.remove_prefix(oid_prefix.size());
    const auto caret = value.find('^');
    if (caret == std::string_view::npos) return rooted(value, {});
    return rooted(value.substr(0, caret), value.substr(caret + 1));
  }
  if (system.starts_with(oid_prefix)) return rooted(system.substr(oid_prefix.size()), value);
  return {};
}

std::string unique_id_from_cda(std::string_view root, std::string_view extension) {
  return rooted(root, extension);
}

std::string rpps_of(std::string_view system, std::string_view value) {
  constexpr std::size_t digits = 11;
  if (!all_digits(value)) return {};
  const bool prefixed = value.size() == digits + 1 && value.front() == '8';
  if (oid_of(system) == oid::practitioner) return prefixed ? std::string(value.substr(1)) : std::string();
  if (system != "https://rpps.esante.gouv.fr" && system != "http://rpps.fr") return {};
  if (prefixed) return std::string(value.substr(1));
  return value.size() == digits ? std::string(value) : std::string();
}

std::string finess_of(std::string_view system, std::string_view value) {
  constexpr std::size_t length = 9;
  const bool structure = oid_of(system) == oid::structure;
  if (!structure && system.find("finess") == std::string_view::npos) return {};
  if (value.size() == length + 1 && value.front() == '1') return std::string(value.substr(1));
  return value.size() == length ? std::string(value) : std::string();
}

}  // namespace carnet::fhir
