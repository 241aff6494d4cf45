// The rules of the record, pure: what may be deposited and how it is described, what a person sees as new, in what
// order. Inside record only.
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "record/document.hpp"
#include "record/document_types.hpp"
#include "standards/cda/cda.hpp"
#include "standards/fhir/fhir.hpp"

namespace carnet::record {

// ---- a deposit, as it was said
// ----------------------------------------------------------------------------------------- A national identity number
// that the request or the document gives: all must name the same person.
struct NumberSaid {
  std::string system, value, path;
};
struct TraitsSaid {
  identity::Traits traits;
  std::array<std::string, 4> paths;  // of birth name, first given name, birth date, sex
};
inline constexpr std::array<std::string_view, 4> trait_names{"birth-name", "given-name", "birth-date", "sex"};

// One document ready to be stored, but for what only the space and the instant decide.
struct Draft {
  Document document;
  std::string resource;    // the DocumentReference as it came
  std::string submission;  // the SubmissionSet as it came
  kernel::Bytes content;
  std::vector<fhir::RelatedSaid> replaces;
  std::string unique_path;
};
struct Prepared {
  std::vector<Draft> drafts;
  std::vector<NumberSaid> numbers;  // at least one
  std::vector<TraitsSaid> traits;
  std::vector<fhir::Said> patient_references;  // "Patient/..." wherever the request named one of ours
  std::vector<fhir::ProvidedEntry> entries;
};

// What each document is, by its first bytes; refused: too large, other than said, of no kind taken here. `sha1_of` is
// asked only where the request says a hash.
using Sha1 = std::array<std::uint8_t, 20> (*)(kernel::ByteView);
kernel::Result<std::vector<Media>> check_content(const fhir::ProvideBundle& provided, std::int64_t max_bytes,
                                                 Sha1 sha1_of);

// `headers`: for each document, what its CDA header says (absent for other media). Facts that the request lacks are
// taken from the header; what both say must agree. Every issue found, with its path in the Bundle, in the
// ClinicalDocument, or in both ("a | b"). The contents move out of `provided`.
kernel::Result<Prepared> prepare(fhir::ProvideBundle& provided, std::span<const Media> media,
                                 std::span<const std::optional<cda::Document>> headers, const DocumentTypes& types);

// One of the four OIDs of an INS.
bool is_ins(std::string_view oid);
// A number under a test or demonstration OID never names a real person.
bool may_name(std::string_view said_system, std::string_view register_system);

// ---- dates
// ------------------------------------------------------------------------------------------------------------- A
// document kept for an announcement: the morning of the first working day on or after `months` calendar months from the
// day of deposit, in the holder's zone.
kernel::Instant visible_to_patient_from(kernel::Instant deposited, int months, int morning_minute,
                                        std::span<const kernel::Date> holidays, const kernel::Zone& zone);

// By when the person is told that their record was updated: the morning of the last working day before `days` days from
// the day of deposit are over.
kernel::Instant told_of_update_at(kernel::Instant deposited, int days, int morning_minute,
                                  std::span<const kernel::Date> holidays, const kernel::Zone& zone);

// ---- traces and lists
// -------------------------------------------------------------------------------------------------- Acts on what some
// reader of the traces may not know of go to the reserved lane.
audit::Lane lane_of(const access::ItemFacts& facts, kernel::Instant now);
// INVISIBLE_PATIENT, and neither announced nor visible by its day.
bool awaits_announcement(const access::ItemFacts& facts, kernel::Instant now);
// When the item came into the person's sight: deposit, the announcement, or the end of a wait.
kernel::Instant shown_since(const access::ItemFacts& facts);
// Newest act first; among equals the later deposit, then the later id.
bool before_in_list(const Document& a, std::int64_t a_local, const Document& b, std::int64_t b_local);
// Vaccination is exempt from the two years of a professional's first search (rules.md 6).
bool is_vaccination(std::string_view type);

Span span_of(std::string_view iso);  // empty when it is no date
identity::Sex sex_of_fhir(std::string_view code);

}  // namespace carnet::record
