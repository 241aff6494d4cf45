// A deposit, from what the request says and what the document says of itself.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "record/rules.hpp"

namespace carnet::record {

namespace {

using kernel::Issue;

// Where a CDA says it; document of the request in hand first, so that both paths stand in one issue.
constexpr std::string_view cda_id = "ClinicalDocument/id", cda_code = "ClinicalDocument/code",
                           cda_confidentiality = "ClinicalDocument/confidentialityCode",
                           cda_patient_id = "ClinicalDocument/recordTarget/patientRole/id";
constexpr std::array<std::string_view, 4> cda_traits{
    "ClinicalDocument/recordTarget/patientRole/patient/name/family",
    "ClinicalDocument/recordTarget/patientRole/patient/name/given",
    "ClinicalDocument/recordTarget/patientRole/patient/birthTime",
    "ClinicalDocument/recordTarget/patientRole/patient/administrativeGenderCode"};

std::string both(const std::string& ours, std::string_view theirs) {
  return fmt::format("{} | {}", ours, theirs);
}

std::string first_of(const std::string& a, const std::string& b) {
  return a.empty() ? b : a;
}

identity::Sex sex_of_cda(std::string_view code) {
  if (code == "M") return identity::Sex::male;
  if (code == "F") return identity::Sex::female;
  return identity::Sex::unknown;
}

// The French header writes "G15_10/SM26" (profession/specialty), under a system of its own.
std::string profession_of(const cda::Code& code) {
  constexpr std::string_view prefix = "G15_";
  if (code.system == fhir::oid::profession) return code.code;
  if (!code.code.starts_with(prefix)) return {};
  return code.code.substr(prefix.size(), code.code.find('/') - prefix.size());
}

std::string name_of(const cda::Actor& actor) {
  std::string name;
  for (const auto* part : {&actor.prefix, &actor.given, &actor.family}) {
    if (part->empty()) continue;
    if (!name.empty()) name += ' ';
    name += *part;
  }
  return name.empty() ? actor.device : name;
}

class Preparer {
 public:
  Preparer(const fhir::ProvidedDocument& provided, Media media, const std::optional<cda::Document>& header,
           const DocumentTypes& types, std::vector<Issue>& issues)
      : said_(provided.reference), header_(header), types_(types), issues_(issues) {
    draft_.document.media = media;
    draft_.document.media_type = said_.attachment.content_type.text;
    draft_.document.size = static_cast<std::int64_t>(provided.bytes.size());
    if (header_ && header_->body.kind == cda::BodyKind::embedded) draft_.document.embedded = header_->body.media_type;
    draft_.resource = said_.raw;
    draft_.replaces = said_.replaces;
  }

  Draft run() {
    take_unique_id();
    take_type();
    take_confidentiality();
    take_visibility();
    take_dates();
    take_author();
    take_replaced();
    auto& document = draft_.document;
    document.title = said_.attachment.title.text;
    if (document.title.empty() && header_) document.title = header_->title;
    if (document.title.empty()) document.title = types_.label(document.facts.doc_type);
    return std::move(draft_);
  }

 private:
  void issue(std::string_view code, std::string path, std::string says) {
    issues_.push_back({std::string(code), std::move(path), std::move(says)});
  }

  void take_unique_id() {
    auto& id = draft_.document.unique_id;
    id = said_.unique_id.text;
    draft_.unique_path = said_.unique_id.path;
    if (header_) {
      const std::string inside = fhir::unique_id_from_cda(header_->id.root, header_->id.extension);
      if (inside.empty()) return issue("value", std::string(cda_id), "is neither an OID nor a UUID");
      if (!id.empty() && id != inside)
        issue("business-rule", both(said_.unique_id.path, cda_id), "the request and the document differ");
      if (id.empty()) {
        id = inside;
        draft_.unique_path = cda_id;
      }
    }
    if (id.empty()) issue("required", said_.path + ".masterIdentifier", "is required");
  }

  void take_type() {
    auto& facts = draft_.document.facts;
    const auto& said = said_.type;
    if (header_ && !said.empty() && said.code != header_->type.code)
      issue("business-rule", both(said.path, cda_code), "the request and the document differ");
    facts.doc_type = said.empty() && header_ ? header_->type.code : said.code;
    draft_.document.type_system = said.empty() && header_ ? header_->type.system : said.system;
    if (facts.doc_type.empty()) return issue("required", said_.path + ".type", "is required");
    const std::string path = said.empty() ? std::string(cda_code) : said.path;
    const auto* type = types_.find(facts.doc_type);
    if (type == nullptr || type->doc_class.empty() || type->system != draft_.document.type_system)
      return issue("code-invalid", path, "is not a type of document that is taken here");
    if (facts.doc_type.starts_with("DOCPAT"))
      return issue("business-rule", path, "is for documents that the holder adds");
    if (!said_.document_class.empty() && said_.document_class.code != type->doc_class)
      issue("business-rule", both(said_.document_class.path, path),
            fmt::format("the class of this type is {}", type->doc_class));
    facts.doc_class = type->doc_class;
  }

  void take_confidentiality() {
    auto& code = draft_.document.confidentiality;
    const bool from_header = said_.confidentiality.empty() && header_;
    code = from_header ? header_->confidentiality.code : said_.confidentiality.code;
    if (code.empty()) return issue("required", said_.path + ".securityLabel", "a confidentiality is required");
    if (code != "N" && code != "R" && code != "V")
      issue("code-invalid", from_header ? std::string(cda_confidentiality) : said_.confidentiality.path,
            "is N, R or V");
  }

  // By meaning, not by place (rules.md 13).
  void take_visibility() {
    auto& facts = draft_.document.facts;
    std::string patient_path;
    for (const auto& label : said_.visibility) {
      if (label.code == "MASQUE_PS") {
        facts.masque_ps = true;
      } else if (label.code == "INVISIBLE_PATIENT") {
        facts.invisible_patient = true;
        patient_path = label.path;
      } else if (label.code == "INVISIBLE_REPRESENTANTS_LEGAUX" || label.code == "INVISIBLE_REP_LEGAUX") {
        facts.invisible_representants = true;
      } else {
        issue("code-invalid", label.path, "is not a visibility that this service knows");
      }
    }
    if (facts.masque_ps && facts.invisible_patient)
      issue("business-rule", patient_path, "cannot be combined with MASQUE_PS");
  }

  void take_dates() {
    auto& document = draft_.document;
    document.creation = span_of(first_of(said_.attachment.creation.text, header_ ? header_->effective.iso : ""));
    document.reference = span_of(said_.date.text);
    std::string act = said_.period_start.text;
    if (act.empty() && header_ && !header_->services.empty() && header_->services.front().when.start)
      act = header_->services.front().when.start->iso;
    if (act.empty()) act = said_.attachment.creation.text;
    if (act.empty() && header_) act = header_->effective.iso;
    if (act.empty()) act = said_.date.text;
    if (act.empty()) return issue("required", said_.attachment.path + ".creation", "a date is required");
    constexpr std::size_t day = 10;
    document.act = span_of(act);
    document.act_date = act.substr(0, std::min(act.size(), day));
  }

  void take_author() {
    auto& document = draft_.document;
    const auto& said = said_.author;
    document.facts.author_rpps = said.rpps;
    document.author_name = said.name;
    document.profession = said.profession;
    document.author_structure = said.structure;
    document.structure_name = said.structure_name;
    if (!header_ || header_->authors.empty()) return;
    const auto& author = header_->authors.front();
    if (said.rpps.empty() && said.name.empty()) {
      document.author_name = name_of(author);
      for (const auto& id : author.ids)
        if (document.facts.author_rpps.empty())
          document.facts.author_rpps = fhir::rpps_of("urn:oid:" + id.root, id.extension);
    }
    if (document.profession.empty()) document.profession = profession_of(author.profession);
    if (said.structure.empty() && said.structure_name.empty()) {
      document.structure_name = author.organization.name;
      for (const auto& id : author.organization.ids)
        if (document.author_structure.empty())
          document.author_structure = fhir::finess_of("urn:oid:" + id.root, id.extension);
    }
  }

  void take_replaced() {
    if (header_)
      for (const auto& related : header_->related) {
        if (related.type != "RPLC") continue;
        for (const auto& id : related.ids) {
          const std::string unique = fhir::unique_id_from_cda(id.root, id.extension);
          const bool known =
              std::ranges::any_of(draft_.replaces, [&](const auto& one) { return one.unique_id == unique; });
          if (!unique.empty() && !known) draft_.replaces.push_back({unique, {}, "ClinicalDocument/relatedDocument"});
        }
      }
    for (const auto& one : draft_.replaces) {
      if (!one.unique_id.empty() && one.unique_id == draft_.document.unique_id)
        issue("business-rule", one.path, "a document does not replace itself");
      if (!draft_.document.replaces.empty()) draft_.document.replaces += '\n';
      draft_.document.replaces += one.unique_id;
    }
  }

  const fhir::DocumentReferenceSaid& said_;
  const std::optional<cda::Document>& header_;
  const DocumentTypes& types_;
  std::vector<Issue>& issues_;
  Draft draft_;
};

// What is said of the person, in the request and in the document.
class People {
 public:
  People(Prepared& prepared, std::vector<Issue>& issues) : prepared_(prepared), issues_(issues) {}

  void add(const fhir::PatientSaid& patient) {
    for (const auto& id : patient.identifiers) add_number(id.system, id.value, id.path);
    std::ranges::copy(patient.references, std::back_inserter(prepared_.patient_references));
    TraitsSaid said;
    said.traits.birth_name = patient.birth_name.text;
    said.traits.given_names = patient.given_names;
    said.traits.birth_date = patient.birth_date.text;
    said.traits.sex = sex_of_fhir(patient.sex.text);
    said.paths = {patient.birth_name.path, patient.given_name.path, patient.birth_date.path, patient.sex.path};
    prepared_.traits.push_back(std::move(said));
  }

  void add(const cda::Document& header) {
    bool found = false;
    for (const auto& id : header.patient.ids) {
      found = found || is_ins(id.root);
      add_number(id.root, id.extension, std::string(cda_patient_id));
    }
    if (!found) issues_.push_back({"required", std::string(cda_patient_id), "no identifier is an INS"});
    TraitsSaid said;
    said.traits.birth_name = header.patient.birth_name;
    if (!header.patient.first_given.empty())
      said.traits.given_names = {header.patient.first_given};
    else
      said.traits.given_names = header.patient.given;
    if (header.patient.birth) {
      constexpr std::size_t day = 10;
      said.traits.birth_date = header.patient.birth->iso.substr(0, day);
    }
    said.traits.sex = sex_of_cda(header.patient.sex);
    std::ranges::copy(cda_traits, said.paths.begin());
    prepared_.traits.push_back(std::move(said));
  }

  // Of one document: the number and the traits that make an identity must be said somewhere.
  void require(const std::string& patient_path, std::size_t first_trait, bool is_named) {
    if (!is_named)
      issues_.push_back({"required", patient_path, "an INS is required: an identifier under one of its four OIDs"});
    const auto said = std::span(prepared_.traits).subspan(first_trait);
    const auto lacks = [&](auto member) {
      return std::ranges::all_of(said, [&](const TraitsSaid& one) { return (one.traits.*member).empty(); });
    };
    if (lacks(&identity::Traits::birth_name))
      issues_.push_back({"required", patient_path, "the birth name is required"});
    if (lacks(&identity::Traits::given_names))
      issues_.push_back({"required", patient_path, "the first given name is required"});
    if (lacks(&identity::Traits::birth_date))
      issues_.push_back({"required", patient_path, "the birth date is required"});
  }

 private:
  void add_number(std::string_view system, std::string_view value, const std::string& path) {
    if (is_ins(system)) prepared_.numbers.push_back({std::string(system), std::string(value), path});
  }
  Prepared& prepared_;
  std::vector<Issue>& issues_;
};

}  // namespace

bool is_ins(std::string_view oid) {
  return oid == identity::oid_nir || oid == identity::oid_nia || oid == identity::oid_test ||
         oid == identity::oid_demonstration;
}

bool may_name(std::string_view said_system, std::string_view register_system) {
  const auto real = [](std::string_view oid) { return oid == identity::oid_nir || oid == identity::oid_nia; };
  return real(said_system) || !real(register_system);
}

identity::Sex sex_of_fhir(std::string_view code) {
  if (code == "male") return identity::Sex::male;
  if (code == "female") return identity::Sex::female;
  return identity::Sex::unknown;
}

kernel::Result<Prepared> prepare(fhir::ProvideBundle& provided, std::span<const Media> media,
                                 std::span<const std::optional<cda::Document>> headers, const DocumentTypes& types) {
  Prepared prepared;
  std::vector<Issue> issues;
  People people(prepared, issues);
  for (std::size_t i = 0; i < provided.documents.size(); ++i) {
    auto& document = provided.documents[i];
    const std::size_t first_trait = prepared.traits.size();
    const std::size_t named_before = prepared.numbers.size() + prepared.patient_references.size();
    people.add(document.reference.patient);
    if (headers[i]) people.add(*headers[i]);
    people.require(document.reference.path + ".context.sourcePatientInfo", first_trait,
                   prepared.numbers.size() + prepared.patient_references.size() > named_before);
    Draft draft = Preparer(document, media[i], headers[i], types, issues).run();
    for (const auto& other : prepared.drafts)
      if (other.document.unique_id == draft.document.unique_id && !draft.document.unique_id.empty())
        issues.push_back({"duplicate", draft.unique_path, "two documents of this transaction have this uniqueId"});
    draft.content = std::move(document.bytes);
    draft.submission = provided.submission_set.raw;
    prepared.drafts.push_back(std::move(draft));
  }
  for (const auto& id : provided.submission_set.patient.identifiers)
    if (is_ins(id.system)) prepared.numbers.push_back({id.system, id.value, id.path});
  std::ranges::copy(provided.submission_set.patient.references, std::back_inserter(prepared.patient_references));
  prepared.entries = std::move(provided.entries);
  if (!issues.empty()) return kernel::invalid("record.deposit_refused", std::move(issues));
  return prepared;
}

}  // namespace carnet::record
