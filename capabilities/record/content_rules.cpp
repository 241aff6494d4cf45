// What the bytes of a deposit are, against what is said of them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "record/rules.hpp"

namespace carnet::record {

namespace {

using kernel::Issue;

std::optional<Media> media_of(cda::Kind kind) {
  switch (kind) {
    case cda::Kind::pdf:
      return Media::pdf;
    case cda::Kind::png:
      return Media::png;
    case cda::Kind::jpeg:
      return Media::jpeg;
    case cda::Kind::cda_xml:
      return Media::cda;
    case cda::Kind::unknown:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Media> media_of(std::string_view media_type) {
  const auto end = media_type.find(';');
  auto name = media_type.substr(0, end);
  while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  if (name == "application/pdf") return Media::pdf;
  if (name == "image/png") return Media::png;
  if (name == "image/jpeg") return Media::jpeg;
  constexpr auto of_cda = std::to_array<std::string_view>({"text/xml", "application/xml", "application/hl7-v3+xml"});
  if (std::ranges::find(of_cda, name) != of_cda.end()) return Media::cda;
  return std::nullopt;
}

void check_document(const fhir::ProvidedDocument& document, Sha1 sha1_of, std::vector<Media>& media,
                    std::vector<Issue>& issues) {
  const auto& attachment = document.reference.attachment;
  const auto said = media_of(attachment.content_type.text);
  const auto found = media_of(cda::sniff(document.bytes));
  media.push_back(found.value_or(Media::pdf));
  if (!said)
    issues.push_back({"not-supported", attachment.content_type.path, "is not PDF, PNG, JPEG or CDA (text/xml)"});
  else if (!found)
    issues.push_back({"value", document.data_path, "the bytes are not PDF, PNG, JPEG or a ClinicalDocument"});
  else if (*said != *found)
    issues.push_back({"value", fmt::format("{} | {}", attachment.content_type.path, document.data_path),
                      fmt::format("says {}, and the bytes are {}", code_of(*said), code_of(*found))});
  if (attachment.sha1.empty()) return;
  const auto sha1 = sha1_of(document.bytes);
  if (!std::ranges::equal(sha1, attachment.sha1))
    issues.push_back({"value", fmt::format("{}.hash | {}", attachment.path, document.data_path),
                      "the SHA-1 of the bytes is another"});
}

}  // namespace

kernel::Result<std::vector<Media>> check_content(const fhir::ProvideBundle& provided, std::int64_t max_bytes,
                                                 Sha1 sha1_of) {
  std::vector<Issue> issues;
  for (const auto& document : provided.documents)
    if (static_cast<std::int64_t>(document.bytes.size()) > max_bytes)
      issues.push_back({"too-long", document.data_path, fmt::format("a document has at most {} bytes", max_bytes)});
  if (!issues.empty())
    return std::unexpected(kernel::Error{kernel::ErrorKind::too_large, "record.too_large", {}, std::move(issues)});
  std::vector<Media> media;
  for (const auto& document : provided.documents) check_document(document, sha1_of, media, issues);
  if (!issues.empty()) return kernel::invalid("record.content_refused", std::move(issues));
  return media;
}

}  // namespace carnet::record
