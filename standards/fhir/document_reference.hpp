// What a DocumentReference says, as IHE MHD 4.2 (comprehensive metadata, contained people) and the French PDSm use it:
// values with the element path where each stands, and the issues of what cannot be understood. What is absent is empty;
// what must be present is for the caller to judge, who may know it from the document itself.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/bytes.hpp"
#include "standards/fhir/json.hpp"

namespace carnet::fhir {

// OIDs by which code systems are known here; URLs of the French terminology server and of HL7 are brought to them.
namespace oid {
inline constexpr std::string_view loinc = "2.16.840.1.113883.6.1", type_fr = "1.2.250.1.213.1.1.4.12",
                                  document_class = "1.2.250.1.213.1.1.4.1", visibility = "1.2.250.1.213.1.1.4.13",
                                  confidentiality = "2.16.840.1.113883.5.25", profession = "1.2.250.1.71.1.2.7",
                                  practitioner = "1.2.250.1.71.4.2.1", structure = "1.2.250.1.71.4.2.2";
}  // namespace oid
std::string oid_of(std::string_view system);  // without "urn:oid:"; a system that is not known stays as it is
std::string system_of(std::string_view oid);  // the URI that FHIR writes

// Identifiers of documents in one form: "1.2.3", "1.2.3^abc", or a lower-case UUID; empty when it is none.
std::string unique_id_of(std::string_view system, std::string_view value);
std::string unique_id_from_cda(std::string_view root, std::string_view extension);
bool is_uuid(std::string_view text);
// RPPS (11 digits) of a practitioner's identifier, FINESS (9) of a structure's, prefixes of PS_IdNat and Struct_IdNat
// taken off; empty when it is another number.
std::string rpps_of(std::string_view system, std::string_view value);
std::string finess_of(std::string_view system, std::string_view value);

struct Said {
  std::string text;
  std::string path;
  bool empty() const { return text.empty(); }
};
struct Coding {
  std::string system;  // OID where known
  std::string code, display;
  std::string path;
  bool empty() const { return code.empty(); }
};
struct Identifier {
  std::string system;  // OID where known
  std::string value;
  std::string path;  // of the value
};

struct PatientSaid {
  std::vector<Identifier> identifiers;
  Said birth_name, given_name, birth_date, sex;  // sex: FHIR's male, female, other, unknown
  std::vector<std::string> given_names;
  std::vector<Said> references;  // "Patient/..." where the subject, or the source, is one of ours
};
struct AuthorSaid {
  std::string rpps, name, profession;     // profession: code of G15
  std::string structure, structure_name;  // FINESS
};
struct RelatedSaid {
  std::string unique_id;  // or else
  std::string reference;  // "DocumentReference/..." as written
  std::string path;
};
struct AttachmentSaid {
  Said content_type, url, title, creation;
  std::optional<std::int64_t> size;
  kernel::Bytes sha1;  // empty when not said
  std::string path;
};

struct DocumentReferenceSaid {
  std::string path;
  std::string_view raw;
  Said unique_id;
  Coding type, document_class, confidentiality;
  std::vector<Coding> visibility;  // codes of TRE_A07
  Said date, period_start;
  PatientSaid patient;
  AuthorSaid author;
  std::vector<RelatedSaid> replaces;
  AttachmentSaid attachment;
};

// `resource` is an object whose resourceType is DocumentReference.
DocumentReferenceSaid read_document_reference(Value resource, std::vector<kernel::Issue>& issues);

// What a Patient resource says: identifiers and the traits of birth.
PatientSaid read_patient(Value patient);

// A stored DocumentReference as it is given out: what came, byte for byte, but for what the service knows better.
struct Presentation {
  std::string_view id, version, last_updated;
  std::string_view status;      // in place of the one that came
  std::string_view url;         // of the content, absolute
  std::string_view subject;     // "Patient/<opaque>": added as subject.reference when it came without one
  Coding type, document_class;  // written when none came
  std::string_view title;
  // The labels in force, when they may have changed since: confidentiality, codes of visibility; and archiving (the
  // extension of PDSm). Where they are those that came, the bytes stay. No confidentiality: they are not looked at.
  std::string_view confidentiality;
  std::vector<std::string_view> visibility;
  bool archived = false;
  // A contained Patient for whom this is false is given as {"resourceType","id","identifier":[identity]} instead: a
  // former number or name is shown to nobody. Empty: all are given as they came.
  std::function<bool(const PatientSaid&)> is_current;
  Identifier identity;  // system as an OID
};
inline constexpr std::string_view archived_extension =
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived";
bool is_archived(Value document_reference);
// `resource`: what read_document_reference accepted.
std::string present(std::string_view resource, const Presentation& with);
// The SubmissionSet with which one document came: its entries are reduced to that document, because of the others the
// reader may know nothing.
std::string present_submission_set(std::string_view resource, const Presentation& with, std::string_view document);

}  // namespace carnet::fhir
