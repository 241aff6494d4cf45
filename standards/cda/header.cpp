#include <fmt/core.h>

#include <algorithm>

#include "standards/cda/cda.hpp"
#include "standards/cda/media.hpp"
#include "standards/cda/tree.hpp"

namespace carnet::cda {

namespace {

using pugi::xml_node;

constexpr std::size_t max_text = 512;     // bytes of a name or display
constexpr std::size_t max_title = 1024;   // bytes
constexpr std::size_t max_id_part = 256;  // bytes of a root or extension
constexpr std::size_t max_repeats = 64;   // of any repeated element of the header
constexpr std::size_t max_issues = 50;

bool is_oid(std::string_view text) {
  if (text.size() < 3 || text.size() > 128 || text[0] < '0' || text[0] > '2' || text[1] != '.') return false;
  bool dot = false;
  for (const char c : text) {
    if (c == '.' && dot) return false;
    dot = c == '.';
    if (!dot && (c < '0' || c > '9')) return false;
  }
  return !dot;
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char lower = static_cast<char>(text[i] | 0x20);
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !((text[i] >= '0' && text[i] <= '9') || (lower >= 'a' && lower <= 'f'))) return false;
  }
  return true;
}

bool is_language(std::string_view text) {
  return text.size() >= 2 && text.size() <= 35 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
         });
}

bool says_nothing(xml_node node) {
  return !node || !attribute(node, "nullFlavor").empty();
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

// Reads the header and gathers every issue; a part with an issue is left empty.
class HeaderReader {
 public:
  Result<Document> run(const Tree& tree) {
    const xml_node root = tree.document();
    out_.unwrapped = tree.unwrapped();
    identity(root);
    coded_facts(root);
    patient(root);
    people(root);
    acts(root);
    body(root);
    if (!issues_.empty()) return kernel::invalid("cda.header", std::move(issues_));
    return std::move(out_);
  }

 private:
  void issue(std::string_view code, xml_node at, std::string_view below, std::string_view says) {
    if (issues_.size() >= max_issues) return;
    std::string path = path_of(at);
    if (!below.empty()) path += below.starts_with('[') ? std::string(below) : "/" + std::string(below);
    issues_.push_back({std::string(code), std::move(path), std::string(says)});
  }

  // The child of that name; a second one is an issue unless the first alone counts.
  enum class Repeat { refused, first_counts };
  enum class Need { required, optional };
  xml_node child(xml_node parent, const char* name, Need need, Repeat repeat = Repeat::refused) {
    const xml_node found = parent.child(name);
    if (!found && parent && need == Need::required) issue("required", parent, name, "is missing");
    if (found && repeat == Repeat::refused && found.next_sibling(name))
      issue("multiple", parent, name, "is written twice");
    return found;
  }
  template <class Use>
  void each(xml_node parent, const char* name, Use use) {
    std::size_t count = 0;
    for (xml_node node = parent.child(name); node; node = node.next_sibling(name)) {
      if (++count > max_repeats)
        return issue("too-many", parent, name, fmt::format("at most {} are accepted", max_repeats));
      use(node);
    }
  }
  std::string bounded(xml_node at, std::string_view below, std::string value, std::size_t max_bytes) {
    if (value.size() <= max_bytes) return value;
    issue("too-long", at, below, fmt::format("at most {} bytes", max_bytes));
    return {};
  }
  std::string text(xml_node node, std::size_t max_bytes = max_text) {
    return node ? bounded(node, "", text_of(node, max_bytes), max_bytes) : std::string{};
  }
  std::string value(xml_node node, const char* name, std::size_t max_bytes = max_text) {
    return bounded(node, std::string("@") + name, trimmed(attribute(node, name)), max_bytes);
  }

  std::optional<Identifier> identifier(xml_node node) {
    if (says_nothing(node)) return std::nullopt;
    Identifier id{value(node, "root", max_id_part), value(node, "extension", max_id_part)};
    if (!is_oid(id.root) && !is_uuid(id.root)) {
      issue("value", node, "@root", "must be an OID or a UUID");
      return std::nullopt;
    }
    return id;
  }
  std::vector<Identifier> identifiers(xml_node parent, const char* name = "id") {
    std::vector<Identifier> ids;
    each(parent, name, [&](xml_node node) {
      if (auto id = identifier(node)) ids.push_back(std::move(*id));
    });
    return ids;
  }
  Code code(xml_node node) {
    if (says_nothing(node)) return {};
    return {value(node, "code", 64), value(node, "codeSystem", 128), value(node, "displayName")};
  }
  Code required_code(xml_node parent, const char* name) {
    const xml_node node = child(parent, name, Need::required);
    if (!node) return {};
    Code found = code(node);
    if (found.code.empty()) issue("required", node, "@code", "is missing");
    if (found.system.empty()) issue("required", node, "@codeSystem", "is missing");
    return found;
  }
  std::optional<Time> time(xml_node node) {
    if (says_nothing(node)) return std::nullopt;
    const std::string written = value(node, "value", 64);
    if (written.empty()) return std::nullopt;
    auto parsed = parse_time(written);
    if (!parsed) issue("value", node, "@value", "not a date and time as HL7 writes them");
    return parsed;
  }
  Period period(xml_node node) {
    if (says_nothing(node)) return {};
    if (auto at = time(node)) return {at, std::nullopt};
    return {time(node.child("low")), time(node.child("high"))};
  }
  std::string names(xml_node parent, const char* name) {
    std::string all;
    each(parent, name, [&](xml_node node) {
      const std::string one = text(node);
      if (!one.empty()) all += (all.empty() ? "" : " ") + one;
    });
    return all;
  }
  Organization organization(xml_node node) {
    if (says_nothing(node)) return {};
    return {identifiers(node), text(node.child("name")), code(node.child("standardIndustryClassCode"))};
  }

  Actor actor(xml_node outer, xml_node role, const char* organization_name) {
    Actor who;
    who.ids = identifiers(role);
    who.profession = code(role.child("code"));
    who.function = code(outer.child("functionCode"));
    who.time = time(outer.child("time"));
    const xml_node name = role.child("assignedPerson").child("name");
    who.prefix = names(name, "prefix");
    who.given = names(name, "given");
    who.family = names(name, "family");
    who.suffix = names(name, "suffix");
    // A name written as one text, without parts, is kept whole.
    if (name && who.given.empty() && who.family.empty()) who.family = text(name);
    if (const xml_node device = role.child("assignedAuthoringDevice")) {
      who.device = text(device.child("softwareName"));
      if (who.device.empty()) who.device = text(device.child("manufacturerModelName"));
    }
    who.organization = organization(role.child(organization_name));
    return who;
  }

  void identity(xml_node root) {
    const xml_node type_id = child(root, "typeId", Need::required);
    if (type_id &&
        (attribute(type_id, "root") != "2.16.840.1.113883.1.3" || attribute(type_id, "extension") != "POCD_HD000040")) {
      issue("value", type_id, "", "must be POCD_HD000040 of 2.16.840.1.113883.1.3");
    }
    out_.template_ids = identifiers(root, "templateId");
    const xml_node id = child(root, "id", Need::required);
    if (auto found = identifier(id)) {
      out_.id = std::move(*found);
    } else if (id && says_nothing(id)) {
      issue("required", id, "@root", "is missing");
    }
    out_.set_id = identifier(child(root, "setId", Need::optional));
    const xml_node version = child(root, "versionNumber", Need::optional);
    if (const std::string written = says_nothing(version) ? std::string{} : value(version, "value", 32);
        !written.empty()) {
      const bool digits = written.size() <= 9 && written.find_first_not_of("0123456789") == std::string::npos;
      if (digits) out_.version = std::stoll(written);
      if (!digits) issue("value", version, "@value", "must be a whole number");
    }
  }

  void coded_facts(xml_node root) {
    out_.type = required_code(root, "code");
    const xml_node title = child(root, "title", Need::required);
    out_.title = text(title, max_title);
    if (title && out_.title.empty()) issue("required", title, "", "is empty");
    const xml_node effective = child(root, "effectiveTime", Need::required);
    if (auto at = time(effective)) {
      out_.effective = std::move(*at);
    } else if (effective && attribute(effective, "value").empty()) {
      issue("required", effective, "@value", "is missing");
    }
    out_.confidentiality = required_code(root, "confidentialityCode");
    const std::string& level = out_.confidentiality.code;
    if (!level.empty() && (level.size() != 1 || std::string_view("ULMNRV").find(level[0]) == std::string_view::npos)) {
      issue("value", root.child("confidentialityCode"), "@code", "must be one of U, L, M, N, R, V");
    }
    const xml_node language = child(root, "languageCode", Need::optional);
    out_.language = says_nothing(language) ? std::string{} : value(language, "code", 64);
    if (!out_.language.empty() && !is_language(out_.language)) {
      issue("value", language, "@code", "not a language tag");
      out_.language.clear();
    }
  }

  void patient(xml_node root) {
    const xml_node role = child(child(root, "recordTarget", Need::required), "patientRole", Need::required);
    if (!role) return;
    Patient& who = out_.patient;
    who.ids = identifiers(role);
    if (who.ids.empty()) issue("required", role, "id", "is missing");
    const xml_node node = child(role, "patient", Need::required);
    const xml_node name = child(node, "name", Need::required, Repeat::first_counts);
    if (!name) return;
    family_names(name, who);
    given_names(name, who);
    if (who.birth_name.empty()) issue("required", name, "family", "is missing or empty");
    if (who.given.empty()) issue("required", name, "given", "is missing or empty");
    who.birth = time(child(node, "birthTime", Need::optional));
    who.sex = code(child(node, "administrativeGenderCode", Need::optional)).code;
    const xml_node place = node.child("birthplace").child("place").child("addr");
    who.birthplace_insee = text(place.child("county"));
  }

  void family_names(xml_node name, Patient& who) {
    std::string plain;
    std::string spouse;
    each(name, "family", [&](xml_node node) {
      const std::string_view qualifier = attribute(node, "qualifier");
      std::string& place = qualifier == "BR"   ? who.birth_name
                           : qualifier == "CL" ? who.used_name
                           : qualifier == "SP" ? spouse
                                               : plain;
      if (place.empty()) place = text(node);
    });
    if (who.birth_name.empty()) who.birth_name = plain;
    if (who.used_name.empty()) who.used_name = spouse;
  }

  void given_names(xml_node name, Patient& who) {
    each(name, "given", [&](xml_node node) {
      const std::string_view qualifier = attribute(node, "qualifier");
      std::string one = text(node);
      if (one.empty()) return;
      if (qualifier == "CL") {
        who.used_given += (who.used_given.empty() ? "" : " ") + one;
        return;
      }
      if (qualifier == "BR" && who.first_given.empty()) who.first_given = one;
      who.given.push_back(std::move(one));
    });
    // "RUTH" beside "RUTH ISABELLE": the second holds them all.
    const std::string head = who.first_given + " ";
    const bool whole =
        !who.first_given.empty() &&
        std::any_of(who.given.begin(), who.given.end(), [&](const std::string& g) { return g.starts_with(head); });
    if (whole) who.given.erase(std::find(who.given.begin(), who.given.end(), who.first_given));
    if (who.first_given.empty() && !who.given.empty()) who.first_given = who.given.front();
  }

  void people(xml_node root) {
    if (!root.child("author")) issue("required", root, "author", "is missing");
    each(root, "author", [&](xml_node node) {
      const xml_node role = child(node, "assignedAuthor", Need::required);
      Actor who = actor(node, role, "representedOrganization");
      if (role && who.family.empty() && who.given.empty() && who.device.empty() && who.ids.empty() &&
          who.organization.name.empty()) {
        issue("required", role, "", "says nobody");
      }
      out_.authors.push_back(std::move(who));
    });
    const xml_node custodian = child(root, "custodian", Need::required);
    const xml_node assigned = child(custodian, "assignedCustodian", Need::required);
    out_.custodian = organization(child(assigned, "representedCustodianOrganization", Need::required));
    if (const xml_node legal = child(root, "legalAuthenticator", Need::optional)) {
      out_.legal_authenticator =
          actor(legal, child(legal, "assignedEntity", Need::required), "representedOrganization");
    }
  }

  void acts(xml_node root) {
    each(root, "documentationOf", [&](xml_node node) {
      const xml_node event = child(node, "serviceEvent", Need::required);
      Service service{code(event.child("code")), period(event.child("effectiveTime")), std::nullopt};
      if (const xml_node performer = event.child("performer")) {
        service.performer = actor(performer, performer.child("assignedEntity"), "representedOrganization");
      }
      out_.services.push_back(std::move(service));
    });
    if (const xml_node encounter = child(root, "componentOf", Need::optional).child("encompassingEncounter")) {
      const xml_node facility = encounter.child("location").child("healthCareFacility");
      Organization place{identifiers(facility), text(facility.child("location").child("name")),
                         code(facility.child("code"))};
      if (place.name.empty()) place.name = text(facility.child("serviceProviderOrganization").child("name"));
      out_.encounter =
          Encounter{code(encounter.child("code")), period(encounter.child("effectiveTime")), std::move(place)};
    }
    each(root, "relatedDocument", [&](xml_node node) {
      Related related{value(node, "typeCode", 16), identifiers(node.child("parentDocument"))};
      if (related.type.empty()) issue("required", node, "@typeCode", "is missing");
      if (related.ids.empty()) issue("required", node, "parentDocument/id", "is missing");
      out_.related.push_back(std::move(related));
    });
  }

  void body(xml_node root) {
    const xml_node component = child(root, "component", Need::required);
    const xml_node embedded = child(component, "nonXMLBody", Need::optional);
    const xml_node structured = child(component, "structuredBody", Need::optional);
    if (component && !embedded && !structured)
      issue("required", component, "", "must hold nonXMLBody or structuredBody");
    if (embedded && structured) issue("multiple", component, "", "must hold nonXMLBody or structuredBody, not both");
    if (!embedded) return;
    out_.body.kind = BodyKind::embedded;
    const xml_node content = child(embedded, "text", Need::required);
    if (!content) return;
    std::string joined;
    auto checked = check_embedded(content, joined);
    if (!checked) {
      for (auto& found : checked.error().issues) issues_.push_back(std::move(found));
      return;
    }
    out_.body.media_type = checked->media_type;
    out_.body.decoded_bytes = checked->decoded_bytes;
  }

  Document out_;
  std::vector<kernel::Issue> issues_;
};

}  // namespace

Result<Document> read_header(const Tree& tree) {
  return HeaderReader{}.run(tree);
}

Result<Document> read(ByteView xml) {
  CARNET_TRY(tree, Tree::load(xml));
  return read_header(tree);
}

Result<Embedded> embedded_body(ByteView xml) {
  CARNET_TRY(tree, Tree::load(xml));
  const xml_node text = tree.document().child("component").child("nonXMLBody").child("text");
  if (!text) {
    return kernel::invalid("cda.body", {{"structure", "ClinicalDocument/component",
                                         "the document holds no file: its body is structured"}});
  }
  std::string joined;
  CARNET_TRY(checked, check_embedded(text, joined));
  auto bytes = kernel::from_base64(checked.base64, kernel::WhiteSpace::skip);
  CARNET_INVARIANT(bytes.has_value(), "base64 that was checked decodes");
  return Embedded{checked.media_type, std::move(*bytes)};
}

}  // namespace carnet::cda
