// A stored DocumentReference, given out again.
#include <algorithm>
#include <array>

#include "standards/fhir/document_reference.hpp"
#include "standards/fhir/json_patch.hpp"
#include "standards/fhir/writer.hpp"

namespace carnet::fhir {

namespace {

void write_meta(Writer& out, Value came, const Presentation& with) {
  out.object("meta").text("versionId", with.version).text("lastUpdated", with.last_updated);
  for (Value member = came.first(); member; member = member.next())
    if (member.name() != "versionId" && member.name() != "lastUpdated") out.raw(member.name(), member.raw());
  out.end_object();
}

// The content array as it came, but for the url of its attachment, and its title when it had none.
std::string content_of(Value content, std::string_view source, const Presentation& with) {
  const Value attachment = content.first()["attachment"];
  const Value url = attachment["url"];
  Writer quoted;
  quoted.item(with.url);
  std::string out(source.substr(content.begin(), url.begin() - content.begin()));
  out += quoted.take();
  if (!attachment["title"] && !with.title.empty()) {
    Writer title;
    title.text("title", with.title);
    out.append(",").append(title.take());
  }
  out += source.substr(url.end(), content.end() - url.end());
  return out;
}

// The subject as it came; when it named nobody of ours, our reference too.
void write_subject(Writer& out, Value subject, const Presentation& with) {
  if (with.subject.empty() || subject["reference"]) {
    if (subject) out.raw("subject", subject.raw());
    return;
  }
  out.object("subject").text("reference", with.subject);
  for (Value member = subject.first(); member; member = member.next()) out.raw(member.name(), member.raw());
  out.end_object();
}

// Contained resources as they came, but for the patients that are not current.
void write_contained(Writer& out, Value contained, const Presentation& with) {
  out.array("contained");
  for (Value one = contained.first(); one; one = one.next()) {
    const bool is_patient = one["resourceType"].has_text("Patient");
    if (!is_patient || !with.is_current || with.is_current(read_patient(one))) {
      out.raw({}, one.raw());
      continue;
    }
    out.object().text("resourceType", "Patient").text("id", one["id"].text());
    out.array("identifier").object().text("system", system_of(with.identity.system)).text("value", with.identity.value);
    out.end_object().end_array().end_object();
  }
  out.end_array();
}

// ---- labels and archiving, as they are now

constexpr std::string_view confidentiality_system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

std::string confidentiality_in(Value label) {
  for (Value coding = label["coding"].first(); coding; coding = coding.next())
    if (oid_of(coding["system"].text()) == oid::confidentiality) return coding["code"].text();
  return {};
}

enum class Label { kept, stale, other };
Label judge_label(Value label, const Presentation& with, std::vector<std::string>& there) {
  const std::string subject = subject_of_label(label);
  if (subject == "confidentiality") {
    if (confidentiality_in(label) != with.confidentiality) return Label::stale;
    there.push_back(subject);
    return Label::kept;
  }
  if (subject.find('|') != std::string::npos) return Label::other;
  if (std::ranges::find(with.visibility, subject) == with.visibility.end()) return Label::stale;
  there.push_back(subject);
  return Label::kept;
}

// The array in force; empty when it is that which came. A document whose confidentiality came with its content alone
// has no label to change.
std::string labels_of(Value came, const Presentation& with) {
  if (with.confidentiality.empty() || (!came && with.visibility.empty())) return {};
  std::vector<std::string> there;
  bool stale = false;
  Writer out;
  out.array();
  for (Value label = came.first(); label; label = label.next()) {
    const bool goes = judge_label(label, with, there) == Label::stale;
    stale = stale || goes;
    if (!goes) out.raw({}, label.raw());
  }
  const auto has = [&](std::string_view subject) { return std::ranges::find(there, subject) != there.end(); };
  bool added = false;
  if (!has("confidentiality")) {
    out.concept_of({}, confidentiality_system, with.confidentiality);
    added = true;
  }
  for (const auto code : with.visibility)
    if (!has(code)) {
      out.concept_of({}, system_of(oid::visibility), code);
      added = true;
    }
  return stale || added ? out.end_array().take() : std::string();
}

bool is_archived_extension(Value extension) {
  return extension["url"].has_text(archived_extension);
}

void write_extensions(Writer& out, Value came, bool archived) {
  std::vector<Value> others;
  for (Value one = came.first(); one; one = one.next())
    if (!is_archived_extension(one)) others.push_back(one);
  if (others.empty() && !archived) return;
  out.array("extension");
  for (const auto& one : others) out.raw({}, one.raw());
  if (archived) out.object().text("url", archived_extension).boolean("valueBoolean", true).end_object();
  out.end_array();
}

}  // namespace

bool is_archived(Value document_reference) {
  for (Value one = document_reference["extension"].first(); one; one = one.next())
    if (is_archived_extension(one)) return one["valueBoolean"].text() == "true";
  return false;
}

std::string present(std::string_view resource, const Presentation& with) {
  const auto json = Json::parse(resource);
  CARNET_INVARIANT(json.has_value(), "what is stored was read before");
  const Value root = json->root();
  Writer out(resource.size() + 512);
  out.object().text("resourceType", "DocumentReference").text("id", with.id);
  write_meta(out, root["meta"], with);
  bool has_type = false, has_class = false, has_subject = false;
  const std::string labels = labels_of(root["securityLabel"], with);
  const bool says_archiving = with.confidentiality.empty() || is_archived(root) == with.archived;
  for (Value member = root.first(); member; member = member.next()) {
    const auto name = member.name();
    if (name == "resourceType" || name == "id" || name == "meta") continue;
    if (name == "status") {
      out.text("status", with.status);
    } else if (name == "subject") {
      write_subject(out, member, with);
      has_subject = true;
    } else if (name == "contained") {
      write_contained(out, member, with);
    } else if (name == "content") {
      out.raw("content", content_of(member, json->source(), with));
    } else if ((name == "securityLabel" && !labels.empty()) || (name == "extension" && !says_archiving)) {
      continue;  // written below, as they are now
    } else {
      out.raw(name, member.raw());
      has_type = has_type || name == "type";
      has_class = has_class || name == "category";
    }
  }
  if (!labels.empty()) out.raw("securityLabel", labels);
  if (!says_archiving) write_extensions(out, root["extension"], with.archived);
  if (!has_subject) write_subject(out, {}, with);
  if (!has_type && !with.type.empty())
    out.concept_of("type", system_of(with.type.system), with.type.code, with.type.display);
  if (!has_class && !with.document_class.empty())
    out.array("category")
        .concept_of({}, system_of(with.document_class.system), with.document_class.code, with.document_class.display)
        .end_array();
  return out.end_object().take();
}

std::string present_submission_set(std::string_view resource, const Presentation& with, std::string_view document) {
  const auto json = Json::parse(resource);
  CARNET_INVARIANT(json.has_value(), "what is stored was read before");
  const Value root = json->root();
  Writer out(resource.size() + 512);
  out.object().text("resourceType", "List").text("id", with.id);
  write_meta(out, root["meta"], with);
  for (Value member = root.first(); member; member = member.next()) {
    const auto name = member.name();
    if (name == "resourceType" || name == "id" || name == "meta" || name == "entry") continue;
    if (name == "contained")
      write_contained(out, member, with);
    else
      out.raw(name, member.raw());
  }
  out.array("entry").object().object("item").text("reference", document).end_object().end_object().end_array();
  return out.end_object().take();
}

}  // namespace carnet::fhir
