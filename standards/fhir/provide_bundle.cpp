#include "standards/fhir/provide_bundle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace carnet::fhir {

namespace {

using kernel::Issue;
using Type = ProvidedEntry::Type;

constexpr std::string_view uuid_prefix = "urn:uuid:";
constexpr std::string_view list_types = "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes";

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

struct Entry {
  Value entry, resource;
  std::string full_url;  // lower case
  Type type = Type::submission_set;
};

class Reader {
 public:
  explicit Reader(Value bundle) : bundle_(bundle) {}

  kernel::Result<ProvideBundle> run() {
    read_entries();
    if (issues_.empty()) read_submission_set();
    if (issues_.empty()) read_documents();
    if (issues_.empty()) check_set_lists_all();
    if (!issues_.empty()) return kernel::invalid("fhir.provide_bundle", std::move(issues_));
    return std::move(out_);
  }

 private:
  void issue(std::string_view code, std::string path, std::string says) {
    issues_.push_back({std::string(code), std::move(path), std::move(says)});
  }

  void read_entries() {
    if (!bundle_["resourceType"].has_text("Bundle"))
      return issue("structure", bundle_.path_of("resourceType"), "a Bundle is expected");
    if (!bundle_["type"].has_text("transaction"))
      return issue("value", bundle_.path_of("type"), "a transaction is expected");
    refuse_unknown_members(
        bundle_,
        {"resourceType", "meta", "language", "identifier", "type", "timestamp", "total", "link", "entry", "signature"},
        issues_);
    const Value list = bundle_["entry"];
    if (!list.is(Kind::array) || list.size() == 0) return issue("required", bundle_.path_of("entry"), "is required");
    for (Value one = list.first(); one; one = one.next()) {
      if (entries_.size() > 2 * max_documents_provided)
        return issue("too-costly", one.path(),
                     fmt::format("at most {} documents are taken at once", max_documents_provided));
      read_entry(one);
    }
    const auto sets = std::ranges::count(entries_, Type::submission_set, &Entry::type);
    if (issues_.empty() && sets != 1)
      issue(sets == 0 ? "required" : "business-rule", list.path(), "exactly one SubmissionSet (List) is expected");
  }

  void read_entry(Value one) {
    refuse_unknown_members(one, {"link", "fullUrl", "resource", "search", "request", "response"}, issues_);
    Entry entry{one, one["resource"], lower(one["fullUrl"].text()), Type::submission_set};
    const std::string type = entry.resource["resourceType"].text();
    if (type == "DocumentReference") {
      entry.type = Type::document_reference;
    } else if (type == "Binary") {
      entry.type = Type::binary;
    } else if (type == "Patient") {
      entry.type = Type::patient;
    } else if (type == "Parameters" && one["request"]["method"].has_text("PATCH")) {
      return read_superseded(std::move(entry));
    } else if (type != "List") {
      const std::string path =
          entry.resource["resourceType"] ? entry.resource["resourceType"].path() : one.path_of("resource");
      return issue(type.empty() ? "required" : "not-supported", path,
                   "List, DocumentReference, Binary and Patient are provided here; others are contained in them");
    }
    const Value request = one["request"];
    const bool is_patient = entry.type == Type::patient && request["method"].has_text("PUT");
    if (is_patient) {  // Patient?identifier=..., as some sources send who they know
      if (!request["url"].text().starts_with("Patient")) issue("value", request.path_of("url"), "must be of a Patient");
    } else if (!request["method"].has_text("POST")) {
      const bool present = static_cast<bool>(request["method"]);
      issue(present ? "not-supported" : "required", request ? request.path_of("method") : one.path_of("request"),
            "POST is expected");
    } else if (!request["url"].has_text(type)) {
      issue("value", request.path_of("url"), "must be " + type);
    }
    if (request["ifNoneExist"] && entry.type != Type::patient)
      issue("not-supported", request.path_of("ifNoneExist"), "a repeated uniqueId is recognised without it");
    const std::string_view url = entry.full_url;
    if (entry.type == Type::patient && !url.empty())
      (void)by_url_.emplace(entry.full_url, entries_.size());  // of any form: what refers to it was led elsewhere
    else if (!url.starts_with(uuid_prefix) || !is_uuid(url.substr(uuid_prefix.size())))
      issue(url.empty() ? "required" : "value", one.path_of("fullUrl"), "must be a UUID, urn:uuid:...");
    else if (entry.type != Type::patient && !by_url_.emplace(entry.full_url, entries_.size()).second)
      issue("business-rule", one.path_of("fullUrl"), "stands twice");
    entries_.push_back(std::move(entry));
  }

  // One operation: replace DocumentReference.status by superseded.
  void read_superseded(Entry entry) {
    entry.type = Type::superseded;
    std::string path, kind, value;
    for (Value part = entry.resource["parameter"].first()["part"].first(); part; part = part.next()) {
      if (part["name"].has_text("path")) path = part["valueString"].text();
      if (part["name"].has_text("type")) kind = part["valueCode"].text();
      if (part["name"].has_text("value")) value = (part["valueCode"] ? part["valueCode"] : part["valueString"]).text();
    }
    const bool is_that = entry.resource["parameter"].size() == 1 && kind == "replace" && value == "superseded" &&
                         (path == "DocumentReference.status" || path == "status");
    if (!is_that)
      return issue("not-supported", entry.resource.path(), "may only say that a document which is replaced becomes superseded");
    entries_.push_back(std::move(entry));
  }

  // What becomes superseded is what a document of this transaction replaces.
  ProvidedEntry superseded_of(const Entry& entry) {
    const Value url = entry.entry["request"]["url"];
    const std::string reference = url.text();
    const bool is_replaced = std::ranges::any_of(out_.documents, [&](const ProvidedDocument& document) {
      return std::ranges::any_of(document.reference.replaces, [&](const RelatedSaid& one) {
        return one.reference == reference || one.reference.ends_with("/" + reference);
      });
    });
    if (!is_replaced || reference.empty())
      issue("business-rule", entry.entry["request"].path_of("url"), "is replaced by no document of this transaction");
    return {Type::superseded, 0, reference};
  }

  const Entry* entry_at(const std::string& url) const {
    const auto found = by_url_.find(lower(url));
    return found == by_url_.end() ? nullptr : &entries_[found->second];
  }

  void read_submission_set() {
    const Value list = std::ranges::find(entries_, Type::submission_set, &Entry::type)->resource;
    refuse_unknown_members(list,
                           {"resourceType", "meta", "language", "text", "contained", "identifier", "status", "mode",
                            "title", "code", "subject", "date", "source", "note", "entry"},
                           issues_);
    out_.submission_set.path = list.path();
    out_.submission_set.raw = list.raw();
    const auto must_be = [&](std::string_view member, std::string_view value) {
      const Value found = list[member];
      if (!found.has_text(value))
        issue(found ? "value" : "required", list.path_of(member), fmt::format("must be \"{}\"", value));
    };
    must_be("status", "current");
    must_be("mode", "working");
    bool is_set = false;
    for (Value coding = list["code"]["coding"].first(); coding; coding = coding.next())
      is_set = is_set || (coding["system"].has_text(list_types) && coding["code"].has_text("submissionset"));
    if (!is_set) issue(list["code"] ? "value" : "required", list.path_of("code"), "must be the code submissionset");
    if (!list["entry"].is(Kind::array) || list["entry"].size() == 0)
      issue("required", list.path_of("entry"), "is required");
    // The subject is read as that of a document is: the two must name the same person.
    const Value subject = list["subject"];
    if (const Value identifier = subject["identifier"]["value"])
      out_.submission_set.patient.identifiers.push_back(
          {oid_of(subject["identifier"]["system"].text()), identifier.text(), identifier.path()});
    const std::string reference = subject["reference"].text();
    if (reference.starts_with("Patient/")) out_.submission_set.patient.references.push_back({reference, subject["reference"].path()});
    if (!reference.starts_with('#')) return;
    for (Value one = list["contained"].first(); one; one = one.next()) {
      if (!one["id"].has_text(std::string_view(reference).substr(1))) continue;
      for (Value id = one["identifier"].first(); id; id = id.next())
        if (const Value value = id["value"])
          out_.submission_set.patient.identifiers.push_back({oid_of(id["system"].text()), value.text(), value.path()});
    }
  }

  void read_documents() {
    std::map<const Entry*, std::size_t> owner;  // of each Binary
    std::vector<std::size_t> document_of(entries_.size(), 0);
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].type != Type::document_reference) continue;
      ProvidedDocument document;
      document.reference = read_document_reference(entries_[i].resource, issues_);
      const auto& url = document.reference.attachment.url;
      const Entry* binary = entry_at(url.text);
      if (!url.empty() && (binary == nullptr || binary->type != Type::binary)) {
        issue("not-found", url.path, "is the fullUrl of no Binary of this transaction");
      } else if (binary != nullptr) {
        if (!owner.emplace(binary, out_.documents.size()).second)
          issue("business-rule", url.path, "another document has this Binary already");
        read_binary(*binary, document);
      }
      document_of[i] = out_.documents.size();
      out_.documents.push_back(std::move(document));
    }
    if (out_.documents.empty()) issue("required", bundle_.path_of("entry"), "no DocumentReference is provided");
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].type == Type::superseded) {
        out_.entries.push_back(superseded_of(entries_[i]));
        continue;
      }
      const auto found = owner.find(&entries_[i]);
      if (entries_[i].type == Type::binary && found == owner.end())
        issue("business-rule", entries_[i].entry.path_of("fullUrl"), "no DocumentReference points to this Binary");
      out_.entries.push_back({entries_[i].type, found == owner.end() ? document_of[i] : found->second, {}});
    }
  }

  void read_binary(const Entry& binary, ProvidedDocument& document) {
    refuse_unknown_members(binary.resource,
                           {"resourceType", "meta", "language", "contentType", "securityContext", "data"}, issues_);
    const auto& attachment = document.reference.attachment;
    const Value type = binary.resource["contentType"];
    if (!type.has_text(attachment.content_type.text))
      issue(type ? "value" : "required", binary.resource.path_of("contentType"),
            "must be that of the attachment, " + attachment.content_type.path);
    const Value data = binary.resource["data"];
    document.data_path = binary.resource.path_of("data");
    if (!data.is(Kind::string) || data.size() != 0 || data.raw().size() <= 2)
      return issue("required", document.data_path, "is required");
    const auto plain = data.plain_text();
    auto bytes = plain.empty() ? decode_base64(data.text()) : decode_base64(plain);
    if (!bytes || bytes->empty()) return issue("value", document.data_path, "is not base64");
    document.bytes = std::move(*bytes);
    if (attachment.size && *attachment.size != static_cast<std::int64_t>(document.bytes.size()))
      issue("value", attachment.path + ".size",
            fmt::format("says {} bytes, and the Binary holds {}", *attachment.size, document.bytes.size()));
  }

  void check_set_lists_all() {
    const Value list = std::ranges::find(entries_, Type::submission_set, &Entry::type)->resource;
    std::map<const Entry*, int> listed;
    for (Value one = list["entry"].first(); one; one = one.next()) {
      const Value reference = one["item"]["reference"];
      const Entry* entry = entry_at(reference.text());
      if (entry == nullptr || entry->type != Type::document_reference)
        issue("not-found", one["item"].path_of("reference"),
              "is the fullUrl of no DocumentReference of this transaction");
      else if (listed[entry]++ > 0)
        issue("business-rule", reference.path(), "is listed twice");
    }
    for (const auto& entry : entries_)
      if (entry.type == Type::document_reference && listed[&entry] == 0)
        issue("business-rule", entry.entry.path_of("fullUrl"), "the SubmissionSet does not list this document");
  }

  Value bundle_;
  std::vector<Issue> issues_;
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t> by_url_;
  ProvideBundle out_;
};

}  // namespace

kernel::Result<ProvideBundle> read_provide_bundle(const Json& json) {
  return Reader(json.root()).run();
}

}  // namespace carnet::fhir
