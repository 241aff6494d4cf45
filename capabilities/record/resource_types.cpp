#include "record/resource_types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "foundation/io/files.hpp"

namespace carnet::record {

namespace {

constexpr std::size_t max_file = 1u << 20;
constexpr std::size_t columns = 4;

// Types whose own code may be that of a document.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> said_by{
    std::pair{std::string_view("Composition"), std::string_view("type")},
    std::pair{std::string_view("DiagnosticReport"), std::string_view("code")}};

std::array<std::string_view, columns> fields_of(std::string_view line, bool& whole) {
  std::array<std::string_view, columns> fields{};
  std::size_t count = 0;
  while (true) {
    const auto tab = line.find('\t');
    if (count < columns) fields[count] = line.substr(0, tab);
    ++count;
    if (tab == std::string_view::npos) break;
    line.remove_prefix(tab + 1);
  }
  whole = count == columns && !fields[0].empty() && !fields[3].empty();
  return fields;
}

// Codes of a CodeableConcept, of a list of them, or of a list of codes.
void add_codes(fhir::Value value, std::vector<std::string>& out) {
  if (value.is(fhir::Kind::array)) {
    for (auto one = value.first(); one; one = one.next()) add_codes(one, out);
  } else if (value.is(fhir::Kind::string)) {
    out.push_back(value.text());
  } else {
    for (auto coding = value["coding"].first(); coding; coding = coding.next())
      if (const auto code = coding["code"]) out.push_back(code.text());
  }
}

}  // namespace

kernel::Result<ResourceTypes> ResourceTypes::load(const std::filesystem::path& rules, const DocumentTypes& documents) {
  CARNET_TRY(text, io::read_file(rules / "resource-types.tsv", max_file));
  return parse(kernel::as_text(text), documents);
}

kernel::Result<ResourceTypes> ResourceTypes::parse(std::string_view tsv, const DocumentTypes& documents) {
  ResourceTypes types;
  std::vector<kernel::Issue> issues;
  bool heading = true;
  for (int number = 1; !tsv.empty(); ++number) {
    const auto end = tsv.find('\n');
    const auto line = tsv.substr(0, end);
    tsv.remove_prefix(end == std::string_view::npos ? tsv.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    if (std::exchange(heading, false)) continue;
    bool whole = false;
    const auto [type, category, near, label] = fields_of(line, whole);
    const auto issue = [&issues, number](std::string_view code, std::string_view says) {
      issues.push_back({std::string(code), fmt::format("resource-types.tsv, line {}", number), std::string(says)});
    };
    if (!whole) {
      issue("structure", "needs type, category, near, label");
      continue;
    }
    const auto* document = documents.find(near);
    if (!near.empty() && (document == nullptr || document->doc_class.empty()))
      issue("value", "is near to no document type that this service knows");
    const Nearness nearness{document == nullptr ? std::string() : document->doc_class, std::string(near),
                            std::string(label)};
    const auto [row, is_new] = types.rows_.try_emplace(std::string(type));
    if (is_new != category.empty())
      issue("structure", "the row of a type without category stands first, and once");
    else if (is_new)
      row->second.general = nearness;
    else if (!row->second.by_category.emplace(category, nearness).second)
      issue("duplicate", "this category stands twice");
  }
  if (types.rows_.empty()) issues.push_back({"required", "resource-types.tsv", "holds no type"});
  if (!issues.empty()) return kernel::invalid("record.types_refused", std::move(issues));
  documents.each([&types](const DocumentType& type) {
    if (!type.doc_class.empty() && !is_holders_type(type.code))
      types.documents_.emplace(type.code, Nearness{type.doc_class, type.code, type.label});
  });
  return types;
}

bool ResourceTypes::knows(std::string_view type) const {
  return rows_.contains(type);
}

const Nearness* ResourceTypes::named(std::string_view type, std::string_view category) const {
  const auto row = rows_.find(type);
  if (row == rows_.end()) return nullptr;
  if (const auto found = row->second.by_category.find(category); found != row->second.by_category.end())
    return &found->second;
  if (std::ranges::find(said_by, type, &std::pair<std::string_view, std::string_view>::first) == said_by.end())
    return nullptr;
  const auto document = documents_.find(category);
  return document == documents_.end() ? nullptr : &document->second;
}

const Nearness& ResourceTypes::of(std::string_view type, std::span<const std::string> categories) const {
  static const Nearness nothing;
  for (const auto& category : categories)
    if (const auto* found = named(type, category)) return *found;
  const auto row = rows_.find(type);
  return row == rows_.end() ? nothing : row->second.general;
}

std::vector<std::string> ResourceTypes::categories_of(std::string_view type, fhir::Value resource) const {
  std::vector<std::string> codes;
  for (const auto& [said_type, member] : said_by)
    if (said_type == type) add_codes(resource[member], codes);
  add_codes(resource["category"], codes);
  std::erase_if(codes, [&](const std::string& code) { return named(type, code) == nullptr; });
  return codes;
}

}  // namespace carnet::record
