#include "standards/fhir/document_reference.hpp"

#include <algorithm>
#include <charconv>

#include "standards/fhir/date_time.hpp"

namespace carnet::fhir {

namespace {

using kernel::Issue;

constexpr std::size_t longest_text = 1000;  // of a title, a name

class Reader {
 public:
  Reader(Value resource, std::vector<Issue>& issues) : resource_(resource), issues_(issues) {}

  DocumentReferenceSaid run() {
    check_shape();
    DocumentReferenceSaid said;
    said.path = resource_.path();
    said.raw = resource_.raw();
    read_identity(said);
    read_codes(said);
    read_labels(said);
    said.date = date(resource_["date"]);
    said.period_start = date(resource_["context"]["period"]["start"]);
    read_patient(resource_["subject"], said.patient);
    read_patient(resource_["context"]["sourcePatientInfo"], said.patient);
    for (Value author = resource_["author"].first(); author; author = author.next()) read_author(author, said.author);
    read_related(said);
    read_attachment(said.attachment);
    return said;
  }
  void add_patient(Value resource, PatientSaid& patient) {
    for (Value one = resource["identifier"].first(); one; one = one.next()) add_identifier(one, patient.identifiers);
    read_traits(resource, patient);
  }

 private:
  void issue(std::string_view code, std::string path, std::string says) {
    issues_.push_back({std::string(code), std::move(path), std::move(says)});
  }

  void check_shape() {
    refuse_unknown_members(resource_,
                           {"resourceType",  "meta",    "language",      "text",      "contained", "masterIdentifier",
                            "identifier",    "status",  "docStatus",     "type",      "category",  "subject",
                            "date",          "author",  "authenticator", "custodian", "relatesTo", "description",
                            "securityLabel", "content", "context"},
                           issues_);
    for (Value label = resource_["securityLabel"].first(); label; label = label.next()) {
      refuse_unknown_members(label, {"coding", "text"}, issues_);
      for (Value coding = label["coding"].first(); coding; coding = coding.next())
        refuse_unknown_members(coding, {"system", "version", "code", "display", "userSelected"}, issues_);
    }
    for (Value relation = resource_["relatesTo"].first(); relation; relation = relation.next())
      refuse_unknown_members(relation, {"code", "target"}, issues_);
    refuse_unknown_members(
        resource_["context"],
        {"encounter", "event", "period", "facilityType", "practiceSetting", "sourcePatientInfo", "related"}, issues_);
    for (const std::string_view name : {"contained", "category", "author", "relatesTo", "securityLabel", "content"})
      if (const Value list = resource_[name]; list && !list.is(Kind::array))
        issue("structure", list.path(), "must be an array");
  }

  Said text(Value value) {
    if (!value) return {};
    if (!value.is(Kind::string)) {
      issue("structure", value.path(), "must be a string");
      return {};
    }
    Said said{value.text(), value.path()};
    if (said.text.size() > longest_text) {
      issue("too-long", said.path, "is too long");
      return {};
    }
    return said;
  }

  Said date(Value value) {
    Said said = text(value);
    if (!said.empty() && !parse_date_time(said.text)) {
      issue("value", said.path, "is not a date, or a date and time with its offset");
      return {};
    }
    return said;
  }

  void read_identity(DocumentReferenceSaid& said) {
    const Value master = resource_["masterIdentifier"];
    const Said value = text(master["value"]);
    const Said system = text(master["system"]);
    if (master && value.empty()) issue("required", master.path_of("value"), "is required");
    if (!value.empty()) {
      said.unique_id = {unique_id_of(system.text, value.text), value.path};
      if (said.unique_id.empty())
        issue("value", value.path, "is not an OID or a UUID written as a URI, nor a value under an OID");
    }
    const Value status = resource_["status"];
    if (!status)
      issue("required", resource_.path_of("status"), "is required");
    else if (!status.has_text("current"))
      issue("value", status.path(), "a document that is provided is current");
  }

  Coding coding(Value value) {
    const Said code = text(value["code"]);
    return {oid_of(text(value["system"]).text), code.text, text(value["display"]).text, code.path};
  }

  // The coding of one of those systems, else none; a concept that has only others is an issue.
  Coding coded(Value codeable, std::initializer_list<std::string_view> systems) {
    for (Value one = codeable["coding"].first(); one; one = one.next()) {
      Coding read = coding(one);
      if (!read.empty() && std::ranges::find(systems, read.system) != systems.end()) return read;
    }
    return {};
  }

  void read_codes(DocumentReferenceSaid& said) {
    const Value type = resource_["type"];
    said.type = coded(type, {oid::loinc, oid::type_fr});
    if (type && said.type.empty()) issue("code-invalid", type.path(), "has no code of LOINC or of TRE_A05");
    const Value category = resource_["category"];
    for (Value one = category.first(); one && said.document_class.empty(); one = one.next())
      said.document_class = coded(one, {oid::document_class});
  }

  void read_labels(DocumentReferenceSaid& said) {
    for (Value label = resource_["securityLabel"].first(); label; label = label.next()) {
      for (Value one = label["coding"].first(); one; one = one.next()) {
        Coding read = coding(one);
        if (read.system == oid::visibility) {
          said.visibility.push_back(std::move(read));
        } else if (read.system == oid::confidentiality) {
          if (!said.confidentiality.empty() && said.confidentiality.code != read.code)
            issue("business-rule", read.path, "a second confidentiality differs from the first");
          else
            said.confidentiality = std::move(read);
        }
      }
    }
  }

  // The contained resource that "#id" means; none when the reference is of another kind.
  Value contained(Value reference) {
    const Value target = reference["reference"];
    const std::string text = target.text();
    if (!text.starts_with('#')) return {};
    for (Value one = resource_["contained"].first(); one; one = one.next())
      if (one["id"].has_text(std::string_view(text).substr(1))) return one;
    issue("not-found", target.path(), "no contained resource has this id");
    return {};
  }

  void add_identifier(Value identifier, std::vector<Identifier>& to) {
    const Said value = text(identifier["value"]);
    if (!value.empty()) to.push_back({oid_of(text(identifier["system"]).text), value.text, value.path});
  }

  void read_patient(Value reference, PatientSaid& patient) {
    if (!reference) return;
    add_identifier(reference["identifier"], patient.identifiers);
    const Value resource = contained(reference);
    if (!resource) {
      const Said literal = text(reference["reference"]);
      if (!literal.empty() && !literal.text.starts_with('#')) {
        if (literal.text.find("Patient/") != std::string::npos)
          patient.references.push_back(literal);
        else
          issue("not-supported", literal.path, "the patient must be contained, be named by an identifier, or be a Patient of this service");
      }
      return;
    }
    if (!resource["resourceType"].has_text("Patient"))
      return issue("structure", resource.path(), "a contained Patient is expected");
    add_patient(resource, patient);
  }

  // The birth name is the official one (FR Core); without a use, the first.
  static Value official_name(Value patient) {
    Value chosen;
    for (Value name = patient["name"].first(); name; name = name.next()) {
      if (name["use"].has_text("official")) return name;
      if (!chosen && !name["use"]) chosen = name;
    }
    return chosen;
  }

  void read_traits(Value resource, PatientSaid& patient) {
    const Value name = official_name(resource);
    if (const Said family = text(name["family"]); !family.empty()) patient.birth_name = family;
    if (const Value first = name["given"].first()) {
      patient.given_name = text(first);
      patient.given_names.clear();
      for (Value given = first; given; given = given.next()) patient.given_names.push_back(text(given).text);
    }
    const Said birth = text(resource["birthDate"]);
    if (!birth.empty() && (birth.text.size() > 10 || !parse_date_time(birth.text)))
      issue("value", birth.path, "is not a date");
    else if (!birth.empty())
      patient.birth_date = birth;
    if (const Said sex = text(resource["gender"]); !sex.empty()) {
      constexpr std::string_view codes[] = {"male", "female", "other", "unknown"};
      if (std::ranges::find(codes, sex.text) == std::end(codes))
        issue("code-invalid", sex.path, "is not an administrative gender");
      else
        patient.sex = sex;
    }
  }

  static std::string name_of(Value human_name) {
    if (const std::string whole = human_name["text"].text(); !whole.empty()) return whole;
    std::string name;
    const auto add = [&name](const std::string& part) {
      if (part.empty()) return;
      if (!name.empty()) name += ' ';
      name += part;
    };
    for (Value prefix = human_name["prefix"].first(); prefix; prefix = prefix.next()) add(prefix.text());
    for (Value given = human_name["given"].first(); given; given = given.next()) add(given.text());
    add(human_name["family"].text());
    return name;
  }

  void read_practitioner(Value resource, AuthorSaid& author) {
    for (Value one = resource["identifier"].first(); one && author.rpps.empty(); one = one.next())
      author.rpps = rpps_of(one["system"].text(), one["value"].text());
    if (author.name.empty()) author.name = name_of(resource["name"].first());
    for (Value one = resource["qualification"].first(); one && author.profession.empty(); one = one.next())
      author.profession = coded(one["code"], {oid::profession}).code;
  }

  void read_organization(Value resource, AuthorSaid& author) {
    for (Value one = resource["identifier"].first(); one && author.structure.empty(); one = one.next())
      author.structure = finess_of(one["system"].text(), one["value"].text());
    if (author.structure_name.empty()) author.structure_name = text(resource["name"]).text;
  }

  // The first person and the first structure are kept.
  void read_author(Value reference, AuthorSaid& author) {
    const Value resource = contained(reference);
    if (!resource) {
      const Value identifier = reference["identifier"];
      const std::string system = identifier["system"].text(), value = identifier["value"].text();
      if (author.rpps.empty()) author.rpps = rpps_of(system, value);
      if (author.structure.empty()) author.structure = finess_of(system, value);
      if (author.name.empty() && !author.rpps.empty()) author.name = text(reference["display"]).text;
      return;
    }
    const Value type = resource["resourceType"];
    if (type.has_text("Practitioner")) {
      read_practitioner(resource, author);
    } else if (type.has_text("Organization")) {
      read_organization(resource, author);
    } else if (type.has_text("PractitionerRole")) {
      if (author.profession.empty())
        for (Value one = resource["code"].first(); one && author.profession.empty(); one = one.next())
          author.profession = coded(one, {oid::profession}).code;
      if (const Value practitioner = resource["practitioner"]) read_author(practitioner, author);
      if (const Value organization = resource["organization"]) read_author(organization, author);
    }
  }

  void read_related(DocumentReferenceSaid& said) {
    for (Value relation = resource_["relatesTo"].first(); relation; relation = relation.next()) {
      if (!relation["code"].has_text("replaces")) continue;
      const Value target = relation["target"];
      const Value value = target["identifier"]["value"];
      RelatedSaid related{unique_id_of(target["identifier"]["system"].text(), value.text()), target["reference"].text(),
                          value ? value.path() : target.path()};
      if (related.unique_id.empty() && related.reference.empty())
        issue("value", related.path, "names no document");
      else
        said.replaces.push_back(std::move(related));
    }
  }

  void read_attachment(AttachmentSaid& attachment) {
    const Value content = resource_["content"];
    if (content.size() != 1) {
      issue(content.size() == 0 ? "required" : "structure", resource_.path_of("content"), "exactly one is expected");
      return;
    }
    refuse_unknown_members(content.first(), {"attachment", "format"}, issues_);
    const Value found = content.first()["attachment"];
    if (!found) return issue("required", content.first().path_of("attachment"), "is required");
    refuse_unknown_members(found, {"contentType", "language", "data", "url", "size", "hash", "title", "creation"},
                           issues_);
    attachment.path = found.path();
    attachment.content_type = text(found["contentType"]);
    attachment.url = text(found["url"]);
    attachment.title = text(found["title"]);
    attachment.creation = date(found["creation"]);
    if (attachment.content_type.empty()) issue("required", found.path_of("contentType"), "is required");
    if (attachment.url.empty()) issue("required", found.path_of("url"), "is required");
    if (const Value data = found["data"]) issue("not-supported", data.path(), "the content travels in a Binary");
    read_size(found["size"], attachment);
    if (const Value hash = found["hash"]) {
      auto bytes = decode_base64(hash.text());
      constexpr std::size_t sha1_bytes = 20;
      // The examples of MHD write the 40 hexadecimal digits of XDS in base64.
      if (bytes && bytes->size() == 2 * sha1_bytes)
        if (auto digits = kernel::from_hex(kernel::as_text(*bytes))) bytes = std::move(*digits);
      if (!bytes || bytes->size() != sha1_bytes)
        issue("value", hash.path(), "is not a SHA-1 in base64");
      else
        attachment.sha1 = *bytes;
    }
  }

  void read_size(Value size, AttachmentSaid& attachment) {
    if (!size) return;
    const auto raw = size.raw();
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
    if (!size.is(Kind::number) || problem != std::errc() || end != raw.data() + raw.size() || number < 0)
      issue("value", size.path(), "is not a whole number of bytes");
    else
      attachment.size = number;
  }

  Value resource_;
  std::vector<Issue>& issues_;
};

}  // namespace

PatientSaid read_patient(Value patient) {
  std::vector<Issue> issues;
  PatientSaid said;
  Reader(patient, issues).add_patient(patient, said);
  return said;
}

DocumentReferenceSaid read_document_reference(Value resource, std::vector<Issue>& issues) {
  return Reader(resource, issues).run();
}

}  // namespace carnet::fhir
