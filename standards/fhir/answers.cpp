#include "standards/fhir/answers.hpp"

#include <algorithm>
#include <array>

#include "standards/fhir/writer.hpp"

namespace carnet::fhir {

namespace {

using kernel::ErrorKind;

constexpr std::string_view our_codes = "urn:carnet:problem";

// The value set issue-type of FHIR R4.
constexpr auto issue_types = std::to_array<std::string_view>(
    {"invalid",          "structure", "required",     "value",      "invariant",    "security",      "login",
     "unknown",          "expired",   "forbidden",    "suppressed", "processing",   "not-supported", "duplicate",
     "multiple-matches", "not-found", "deleted",      "too-long",   "code-invalid", "extension",     "too-costly",
     "business-rule",    "conflict",  "transient",    "lock-error", "no-store",     "exception",     "timeout",
     "incomplete",       "throttled", "informational"});

bool is_issue_type(std::string_view code) {
  return std::ranges::find(issue_types, code) != issue_types.end();
}

std::string_view type_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::unauthenticated:
      return "login";
    case ErrorKind::forbidden:
      return "forbidden";
    case ErrorKind::not_found:
      return "not-found";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::gone:
      return "deleted";
    case ErrorKind::precondition:
      return "conflict";
    case ErrorKind::too_large:
      return "too-long";
    case ErrorKind::too_many:
      return "throttled";
    case ErrorKind::unavailable:
      return "transient";
    case ErrorKind::fault:
      return "exception";
  }
  return "exception";
}

void write_details(Writer& out, std::string_view code) {
  if (code.empty()) return;
  out.object("details").array("coding").object().text("system", our_codes).text("code", code).end_object().end_array();
  out.end_object();
}

void write_expressions(Writer& out, std::string_view path) {
  constexpr std::string_view between = " | ";
  if (path.empty()) return;
  out.array("expression");
  while (true) {
    const auto end = path.find(between);
    out.item(path.substr(0, end));
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + between.size());
  }
  out.end_array();
}

void write_issue(Writer& out, std::string_view severity, const kernel::Error& error, const kernel::Issue& issue) {
  const bool known = is_issue_type(issue.code);
  out.object().text("severity", severity).text("code", known ? std::string_view(issue.code) : type_of(error.kind));
  write_details(out, known ? error.code : issue.code);
  out.text_unless_empty("diagnostics", issue.says);
  write_expressions(out, issue.path);
  out.end_object();
}

}  // namespace

std::string operation_outcome(const kernel::Error& error, std::string_view reference) {
  const bool ours = error.kind == ErrorKind::fault;
  const bool quiet = ours || error.kind == ErrorKind::unavailable;
  Writer out;
  out.object().text("resourceType", "OperationOutcome").array("issue");
  if (quiet || error.issues.empty()) {
    const bool of_method = error.code == "http.method";  // foundation/http knows no issue types
    out.object().text("severity", ours ? "fatal" : "error");
    out.text("code", of_method ? "not-supported" : type_of(error.kind));
    write_details(out, ours ? "fault" : error.code);
    if (quiet)
      out.text_unless_empty("diagnostics", reference);
    else
      out.text_unless_empty("diagnostics", error.detail);
    out.end_object();
  } else {
    for (const auto& issue : error.issues) write_issue(out, "error", error, issue);
  }
  return out.end_array().end_object().take();
}

std::string outcome_note(std::string_view severity, std::string_view code, std::string_view says) {
  return Writer()
      .object()
      .text("resourceType", "OperationOutcome")
      .array("issue")
      .object()
      .text("severity", severity)
      .text("code", code)
      .text("diagnostics", says)
      .end_object()
      .end_array()
      .end_object()
      .take();
}

std::string transaction_response(std::string_view self, const std::vector<ProvidedAnswer>& entries) {
  Writer out(256 + entries.size() * 256);
  out.object().text("resourceType", "Bundle").text("type", "transaction-response");
  out.array("link").object().text("relation", "self").text("url", self).end_object().end_array();
  out.array("entry");
  for (const auto& entry : entries)
    out.object()
        .object("response")
        .text("status", entry.status)
        .text_unless_empty("location", entry.location)
        .text_unless_empty("etag", entry.etag)
        .text_unless_empty("lastModified", entry.last_modified)
        .end_object()
        .end_object();
  return out.end_array().end_object().take();
}

std::string binary(std::string_view id, std::string_view media_type, std::string_view security_context,
                   std::string_view base64) {
  Writer out(base64.size() + 256);
  out.object().text("resourceType", "Binary").text("id", id).text("contentType", media_type);
  if (!security_context.empty()) out.object("securityContext").text("reference", security_context).end_object();
  return out.text("data", base64).end_object().take();
}

std::string validation_outcome(const std::vector<kernel::Issue>& issues, const std::vector<kernel::Issue>& unjudged) {
  if (issues.empty() && unjudged.empty())
    return outcome_note("information", "informational", "nothing is wrong with this resource");
  Writer out;
  out.object().text("resourceType", "OperationOutcome").array("issue");
  for (const auto& issue : issues) write_issue(out, "error", {ErrorKind::invalid, "fhir.invalid", {}}, issue);
  for (const auto& issue : unjudged) write_issue(out, "warning", {ErrorKind::invalid, "fhir.not_judged", {}}, issue);
  return out.end_array().end_object().take();
}

std::string pretty(std::string_view json) {
  std::string out;
  out.reserve(json.size() * 2);
  std::size_t level = 0;
  bool quoted = false;
  const auto new_line = [&] { out.append(1, '\n').append(2 * level, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted) {
      out.push_back(c);
      if (c == '\\') out.push_back(json[++i]);
      quoted = c != '"';
    } else if (c == '{' || c == '[') {
      out.push_back(c);
      const auto next = json.find_first_not_of(" \t\r\n", i + 1);
      if (next != std::string_view::npos && (json[next] == '}' || json[next] == ']')) {
        out.push_back(json[next]);
        i = next;
      } else {
        ++level;
        new_line();
      }
    } else if (c == '}' || c == ']') {
      --level;
      new_line();
      out.push_back(c);
    } else if (c == ',') {
      out.push_back(c);
      new_line();
    } else if (c == ':') {
      out.append(": ");
    } else if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
      out.push_back(c);
      quoted = c == '"';
    }
  }
  return out;
}

}  // namespace carnet::fhir
