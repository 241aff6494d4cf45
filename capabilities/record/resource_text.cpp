// A resource's text between what came, what is stored and what is given out.
#include <fmt/format.h>

#include "record/resources.hpp"

namespace carnet::record {

namespace {

constexpr std::string_view type_member = R"({"resourceType":")", meta_member = R"(,"meta":{)";

// The same JSON without the white space between its tokens.
void append_dense(std::string& out, std::string_view text) {
  bool in_string = false;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      out += text.substr(kept, i - kept);
      kept = i + 1;
    }
  }
  out += text.substr(kept);
}

void append_member(std::string& out, fhir::Value member) {
  out += out.back() == '{' ? "\"" : ",\"";
  out += member.name();
  out += "\":";
  append_dense(out, member.raw());
}

}  // namespace

std::string without_identity(fhir::Value root) {
  std::string out;
  out.reserve(root.raw().size());
  out += type_member;
  out += root["resourceType"].plain_text();
  out += '"';
  if (const auto meta = root["meta"]) {
    const std::size_t before = out.size();
    out += meta_member;
    for (auto member = meta.first(); member; member = member.next()) {
      const auto name = member.name();
      if (name != "versionId" && name != "lastUpdated" && name != "_versionId" && name != "_lastUpdated")
        append_member(out, member);
    }
    if (out.back() == '{')
      out.resize(before);
    else
      out += '}';
  }
  for (auto member = root.first(); member; member = member.next()) {
    const auto name = member.name();
    if (name != "resourceType" && name != "meta" && name != "id" && name != "_id") append_member(out, member);
  }
  out += '}';
  return out;
}

std::string splice_identity(std::string_view stored, std::string_view type, std::string_view id, std::int64_t version,
                            kernel::Instant updated) {
  const std::size_t head = type_member.size() + type.size() + 1;  // up to the quote that ends the type
  std::string_view rest = stored.substr(std::min(head, stored.size()));
  const bool has_meta = rest.starts_with(meta_member);
  if (has_meta) rest.remove_prefix(meta_member.size());
  constexpr std::size_t added = 160;
  std::string out;
  out.reserve(stored.size() + added);
  out += stored.substr(0, head);
  out += R"(,"id":")";
  out += id;
  out += R"(","meta":{"versionId":")";
  out += fmt::format_int(version).c_str();
  out += R"(","lastUpdated":")";
  out += kernel::to_rfc3339(updated);
  out += has_meta ? "\"," : "\"}";
  out += rest;
  return out;
}

}  // namespace carnet::record
