// CDA R2 documents as the French framework (CI-SIS) writes them: bytes -> facts of the header, and bytes -> our own
// HTML page. Pure: no file, no clock, no network; the document's own stylesheet is never run and nothing it names is
// fetched. Hostile bytes are expected. A Result holds an error of kind `invalid` (issues say where) or `too_large` (a
// cap below); nothing throws except std::bad_alloc. Callers outside apps/sandbox should go through the sandbox program.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"
#include "foundation/kernel/time.hpp"

namespace carnet::cda {

using kernel::Bytes;
using kernel::ByteView;
using kernel::Result;

// What a document may cost. The largest official sample: 2.9 MB, 3,436 elements, depth 19.
inline constexpr std::size_t max_document_bytes = 25u << 20;  // as every deposited document
inline constexpr std::size_t max_utf8_bytes = 40u << 20;      // after conversion from another encoding
inline constexpr std::size_t max_depth = 256;                 // of open elements
inline constexpr std::size_t max_nodes = 400'000;             // elements, texts, comments, instructions
inline constexpr std::size_t max_attributes = 400'000;        // in all
inline constexpr std::size_t max_attributes_per_element = 256;
inline constexpr std::size_t max_name_bytes = 256;             // of an element or attribute
inline constexpr std::size_t max_attribute_bytes = 64u << 10;  // of one value
inline constexpr std::size_t max_page_bytes = 48u << 20;       // of a rendered page

enum class Kind { pdf, png, jpeg, cda_xml, unknown };
Kind sniff(ByteView bytes);  // by magic bytes only; cda_xml: markup that speaks of a ClinicalDocument, not yet read

struct Identifier {
  std::string root;       // OID or UUID
  std::string extension;  // may be empty
  std::string text() const { return extension.empty() ? root : root + "^" + extension; }
  bool operator==(const Identifier&) const = default;
};

struct Code {
  std::string code;
  std::string system;  // OID
  std::string display;
  bool operator==(const Code&) const = default;
};

// An HL7 TS. iso: "2021", "2021-07", "2021-07-29", or "2021-07-29T12:17:00+01:00" (no offset when the source has none).
// Below the precision, minutes and seconds are written 00; fractions of a second are cut.
enum class Precision { year, month, day, hour, minute, second };
struct Time {
  std::string iso;
  Precision precision = Precision::day;
  bool zoned = false;
  kernel::Instant earliest(const kernel::Zone& zone_when_none) const;  // first instant the text may mean
  kernel::Date first_day() const;                                      // as written, in the document's own offset
  bool operator==(const Time&) const = default;
};
std::optional<Time> parse_time(std::string_view ts);

struct Period {
  std::optional<Time> start;
  std::optional<Time> end;
  bool operator==(const Period&) const = default;
};

struct Organization {
  std::vector<Identifier> ids;
  std::string name;
  Code setting;  // standardIndustryClassCode
  bool operator==(const Organization&) const = default;
};

// A person, or a device when `device` is not empty, acting for an organisation.
struct Actor {
  std::vector<Identifier> ids;  // RPPS, ADELI under 1.2.250.1.71.4.2.1
  std::string prefix, given, family, suffix;
  std::string device;
  Code profession;  // G15 profession / specialty
  Code function;
  Organization organization;
  std::optional<Time> time;
  bool operator==(const Actor&) const = default;
};

struct Patient {
  std::vector<Identifier> ids;
  std::string birth_name;
  std::string used_name;           // empty when none
  std::vector<std::string> given;  // those of birth, in order; one entry may hold several
  std::string first_given;
  std::string used_given;
  std::optional<Time> birth;     // day or month may be unknown
  std::string sex;               // administrativeGenderCode: M, F, U ...; empty when unknown
  std::string birthplace_insee;  // empty when absent
  bool operator==(const Patient&) const = default;
};

struct Service {  // documentationOf/serviceEvent
  Code code;
  Period when;
  std::optional<Actor> performer;
  bool operator==(const Service&) const = default;
};

struct Encounter {  // componentOf/encompassingEncounter
  Code code;
  Period when;
  Organization place;  // setting: healthCareFacility/code
  bool operator==(const Encounter&) const = default;
};

struct Related {
  std::string type;  // RPLC, APND, XFRM
  std::vector<Identifier> ids;
  bool operator==(const Related&) const = default;
};

enum class BodyKind { embedded, structured };  // level 1: one file in base64; level 3: sections
struct Body {
  BodyKind kind = BodyKind::structured;
  std::string media_type;           // embedded only
  std::uint64_t decoded_bytes = 0;  // embedded only
  bool operator==(const Body&) const = default;
};

struct Document {
  Identifier id;  // uniqueId
  std::optional<Identifier> set_id;
  std::optional<std::int64_t> version;
  std::vector<Identifier> template_ids;
  std::string title;
  Code type;
  Code confidentiality;
  Time effective;
  std::string language;  // BCP 47; empty when absent
  Patient patient;
  std::vector<Actor> authors;  // at least one
  Organization custodian;
  std::optional<Actor> legal_authenticator;
  std::vector<Service> services;
  std::optional<Encounter> encounter;
  std::vector<Related> related;
  Body body;
  bool unwrapped = false;  // taken out of an xsl:stylesheet root
  bool operator==(const Document&) const = default;
};

// The facts of the header, all issues gathered. Accepts exactly one ClinicalDocument of namespace urn:hl7-org:v3, as
// the root or anywhere inside an xsl:stylesheet root. UTF-8, UTF-16, ISO-8859-1, ISO-8859-15, windows-1252, US-ASCII.
// Refuses any DOCTYPE, any entity but the five and numeric ones, and what is not well formed. A level 1 body whose
// bytes are not valid base64, or not what its media type says, is refused here.
Result<Document> read(ByteView xml);

// The file inside a level 1 document; `invalid` when the body is structured.
struct Embedded {
  std::string media_type;
  Bytes bytes;
};
Result<Embedded> embedded_body(ByteView xml);

// One object, strict both ways: from_json refuses unknown, missing or mistyped members.
std::string to_json(const Document& document);
Result<Document> from_json(std::string_view text);

// Every word of the page that is not the document's. The defaults are French; callers fill it from their catalogue.
// A fact of the header whose word is empty is left out.
struct RenderWords {
  std::string language = "fr";
  std::string page_title = "Document de santé";  // <title>: never a person's datum
  std::string facts = "Qui, quand, où";
  std::string type = "Nature du document";
  std::string written = "Date du document";
  std::string author = "Auteur";
  std::string signatory = "Responsable du document";
  std::string custodian = "Conservé par";
  std::string act = "Acte";
  std::string act_date = "Date de l’acte";
  std::string performer = "Réalisé par";
  std::string place = "Lieu de prise en charge";
  std::string confidentiality = "Confidentialité";
  std::string confidentiality_n = "Normale";
  std::string confidentiality_r = "Restreinte";
  std::string confidentiality_v = "Très restreinte";
  std::string patient = "Personne concernée";
  std::string birth_name = "Nom de naissance";
  std::string used_name = "Nom utilisé";
  std::string given_names = "Prénoms";
  std::string birth_date = "Date de naissance";
  std::string sex = "Sexe";
  std::string sex_f = "Féminin";
  std::string sex_m = "Masculin";
  std::string sex_other = "Non précisé";
  std::string period = "du {start} au {end}";
  std::string since = "depuis : {start}";
  std::string until = "jusqu’à : {end}";
  std::string date = "{day} {month} {year}";
  std::string date_month = "{month} {year}";
  std::string date_time = "{date}, {hour} h {minute}";
  std::string first_of_month = "1er";
  std::array<std::string, 12> months = {"janvier", "février", "mars",      "avril",   "mai",      "juin",
                                        "juillet", "août",    "septembre", "octobre", "novembre", "décembre"};
  std::string coded_only = "Cette rubrique ne contient que des données codées, sans texte à lire.";
  std::string empty_section = "Cette rubrique est vide.";
  std::string table = "Tableau";
  std::string image = "Image";
  std::string image_not_shown = "Image non affichée";
  std::string image_repeated = "Image déjà affichée plus haut";
  std::string attachment = "Pièce jointe";
  std::string attachment_missing = "Pièce jointe absente du document";
  std::string notes = "Notes";
  std::string inserted = "Ajouté :";
  std::string deleted = "Supprimé :";
  std::string embedded_pdf = "Le contenu de ce document est un fichier PDF, affiché à part.";
  std::string embedded_file = "Le contenu de ce document est un fichier, à télécharger.";
  std::string bytes = "{count} octets";
  std::string kilobytes = "{count} Ko";
  std::string megabytes = "{count} Mo";
  bool operator==(const RenderWords&) const = default;
};

// A whole HTML page: the header in plain words, then level 3 sections, or for level 1 the image or text inside (a PDF
// is named; serve its bytes with embedded_body). Markup is ours; everything of the document is escaped text, except
// images (declared PNG, JPEG or GIF and one of them by their bytes, at most 40 million pixels) as data: URIs. No
// script, link, event or external reference can be in it. One <style>, whose hash for a CSP is style_sha256(). Refuses
// what read() refuses.
Result<std::string> render_html(ByteView xml, const RenderWords& words);
std::string_view style_sha256();  // base64, for style-src 'sha256-...'

// A second opinion on a page, by its grammar alone: whoever receives it from a process that read hostile bytes asks
// this before serving it. Accepts only what render_html can write: its elements, its attributes, its style to the byte,
// images as data: URIs; everything else is an issue.
kernel::Status check_page(std::string_view html);

}  // namespace carnet::cda
