#include "record/document_types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "foundation/io/files.hpp"

namespace carnet::record {

namespace {

constexpr std::size_t max_file = 1u << 20;

struct Class {
  std::string_view code, label;
};
// TRE_A03, the classes of rules.md 5.
constexpr std::array classes{
    Class{"10", "Comptes rendus"},
    Class{"11", "Synthèses"},
    Class{"31", "Imagerie médicale"},
    Class{"42", "Traitements prescrits, soins prescrits"},
    Class{"43", "Dispensations"},
    Class{"44", "Plans de soins, protocoles de soins"},
    Class{"45", "Traitements administrés"},
    Class{"52", "Certificats, déclarations"},
    Class{"60", "Remboursements"},
    Class{"90", "Documents ajoutés par le titulaire"},
    Class{"95", "Documents administratifs"},
};

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  while (true) {
    const auto tab = line.find('\t');
    fields.push_back(line.substr(0, tab));
    if (tab == std::string_view::npos) return fields;
    line.remove_prefix(tab + 1);
  }
}

}  // namespace

bool is_document_class(std::string_view code) {
  return std::ranges::find(classes, code, &Class::code) != classes.end();
}

std::string_view class_label(std::string_view code) {
  const auto found = std::ranges::find(classes, code, &Class::code);
  return found == classes.end() ? code : found->label;
}

bool is_holders_type(std::string_view code) {
  return code.starts_with("DOCPAT") || code.starts_with("EXPPAT");
}

kernel::Result<DocumentTypes> DocumentTypes::load(const std::filesystem::path& rules) {
  CARNET_TRY(text, io::read_file(rules / "document-types.tsv", max_file));
  return parse(kernel::as_text(text));
}

kernel::Result<DocumentTypes> DocumentTypes::parse(std::string_view tsv) {
  DocumentTypes types;
  std::vector<kernel::Issue> issues;
  bool heading = true;
  for (int number = 1; !tsv.empty(); ++number) {
    const auto end = tsv.find('\n');
    const auto line = tsv.substr(0, end);
    tsv.remove_prefix(end == std::string_view::npos ? tsv.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    if (std::exchange(heading, false)) continue;
    const auto fields = fields_of(line);
    if (fields.size() != 5 || fields[0].empty() || fields[4].empty()) {
      issues.push_back({"structure", fmt::format("document-types.tsv, line {}", number),
                        "needs type, system, class, source, label"});
      continue;
    }
    DocumentType type{std::string(fields[0]), std::string(fields[1]), std::string(fields[2]), std::string(fields[4])};
    if (!is_document_class(type.doc_class)) type.doc_class.clear();
    if (!types.types_.emplace(type.code, type).second)
      issues.push_back(
          {"duplicate", fmt::format("document-types.tsv, line {}, type", number), "this type stands twice"});
  }
  if (types.types_.empty()) issues.push_back({"required", "document-types.tsv", "holds no type"});
  if (!issues.empty()) return kernel::invalid("record.types_refused", std::move(issues));
  return types;
}

const DocumentType* DocumentTypes::find(std::string_view code) const {
  const auto found = types_.find(code);
  return found == types_.end() ? nullptr : &found->second;
}

void DocumentTypes::each(const std::function<void(const DocumentType&)>& visit) const {
  for (const auto& [code, type] : types_) visit(type);
}

std::string_view DocumentTypes::label(std::string_view code) const {
  const auto* type = find(code);
  return type == nullptr ? code : std::string_view(type->label);
}

}  // namespace carnet::record
