// A stored DocumentReference, given out again.
#include <array>

#include "standards/fhir/document_reference.hpp"
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

}  // namespace

std::string present(std::string_view resource, const Presentation& with) {
  const auto json = Json::parse(resource);
  CARNET_INVARIANT(json.has_value(), "what is stored was read before");
  const Value root = json->root();
  Writer out(resource.size() + 512);
  out.object().text("resourceType", "DocumentReference").text("id", with.id);
  write_meta(out, root["meta"], with);
  bool has_type = false, has_class = false, has_subject = false;
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
    } else {
      out.raw(name, member.raw());
      has_type = has_type || name == "type";
      has_class = has_class || name == "category";
    }
  }
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
