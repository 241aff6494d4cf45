// The role matrix as data: every cell of (profession x type), or the file is refused saying where.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "access/access.hpp"
#include "foundation/io/files.hpp"

namespace carnet::access {
namespace {

using kernel::Issue;
using kernel::Result;

constexpr std::size_t max_file = 4u << 20;

struct Line {
  int number;
  std::vector<std::string_view> fields;
};

// Tab-separated; '#' starts a comment line; the first other line is the heading.
std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  int number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    ++number;
    if (line.empty() || line.front() == '#') continue;
    Line found{number, {}};
    while (true) {
      const auto tab = line.find('\t');
      found.fields.push_back(line.substr(0, tab));
      if (tab == std::string_view::npos) break;
      line = line.substr(tab + 1);
    }
    lines.push_back(std::move(found));
  }
  if (!lines.empty()) lines.erase(lines.begin());
  return lines;
}

Issue at_line(std::string_view file, int line, std::string_view field, std::string_view code, std::string says) {
  return {std::string(code), fmt::format("{}, line {}, {}", file, line, field), std::move(says)};
}

struct Hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};
using Index = std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>>;

}  // namespace

struct RoleMatrix::Tables {
  Index professions, types;
  std::vector<std::uint8_t> cells;  // 0: hole
  std::size_t type_count = 0;
};

namespace {

void read_professions(std::string_view text, Index& index, std::vector<Issue>& issues) {
  std::size_t row = 0;
  for (const auto& line : lines_of(text)) {
    if (line.fields.size() < 3) {
      issues.push_back(at_line("professions.tsv", line.number, "line", "structure", "needs code, label, group, also"));
      continue;
    }
    const auto put = [&](std::string_view code) {
      if (!index.emplace(std::string(code), row).second)
        issues.push_back(at_line("professions.tsv", line.number, "code", "duplicate", "this profession stands twice"));
    };
    put(line.fields[0]);
    std::string_view also = line.fields.size() > 3 ? line.fields[3] : std::string_view{};
    while (!also.empty()) {
      const auto bar = also.find('|');
      put(also.substr(0, bar));
      also = bar == std::string_view::npos ? std::string_view{} : also.substr(bar + 1);
    }
    ++row;
  }
}

void read_types(std::string_view text, Index& index, std::vector<Issue>& issues) {
  for (const auto& line : lines_of(text))
    if (!index.emplace(std::string(line.fields[0]), index.size()).second)
      issues.push_back(at_line("document-types.tsv", line.number, "type", "duplicate", "this type stands twice"));
}

std::uint8_t cell_number(std::string_view word) {
  if (word == "yes") return 1;
  if (word == "no") return 2;
  if (word == "unknown") return 3;
  return 0;
}

}  // namespace

Result<RoleMatrix> RoleMatrix::load(const std::filesystem::path& rules) {
  CARNET_TRY(professions, io::read_file(rules / "professions.tsv", max_file));
  CARNET_TRY(types, io::read_file(rules / "document-types.tsv", max_file));
  CARNET_TRY(matrix, io::read_file(rules / "role-matrix.tsv", max_file));
  return parse(kernel::as_text(professions), kernel::as_text(types), kernel::as_text(matrix));
}

Result<RoleMatrix> RoleMatrix::parse(std::string_view professions, std::string_view types, std::string_view matrix) {
  auto tables = std::make_shared<Tables>();
  std::vector<Issue> issues;
  read_professions(professions, tables->professions, issues);
  read_types(types, tables->types, issues);
  std::size_t rows = 0;
  for (const auto& [code, row] : tables->professions) rows = std::max(rows, row + 1);
  tables->type_count = tables->types.size();
  tables->cells.assign(rows * tables->type_count, 0);
  for (const auto& line : lines_of(matrix)) {
    const auto refuse = [&](std::string_view field, std::string_view code, std::string says) {
      issues.push_back(at_line("role-matrix.tsv", line.number, field, code, std::move(says)));
    };
    if (line.fields.size() != 4 || line.fields[3].empty()) {
      refuse("line", "structure", "needs profession, type, cell and source");
      continue;
    }
    const auto profession = tables->professions.find(line.fields[0]);
    const auto type = tables->types.find(line.fields[1]);
    const auto cell = cell_number(line.fields[2]);
    if (profession == tables->professions.end()) refuse("profession", "unknown", "is not a profession of professions.tsv");
    if (type == tables->types.end()) refuse("type", "unknown", "is not a type of document-types.tsv");
    if (cell == 0) refuse("cell", "value", "must be yes, no or unknown");
    if (profession == tables->professions.end() || type == tables->types.end() || cell == 0) continue;
    auto& place = tables->cells[profession->second * tables->type_count + type->second];
    if (place != 0) refuse("line", "duplicate", "this cell stands twice");
    place = cell;
  }
  for (const auto& [profession, row] : tables->professions)
    for (const auto& [type, column] : tables->types)
      if (tables->cells[row * tables->type_count + column] == 0 && issues.size() < 50)
        issues.push_back({"hole", fmt::format("role-matrix.tsv, profession {}, type {}", profession, type), "has no cell"});
  if (!issues.empty()) return kernel::invalid("access.matrix_refused", std::move(issues));
  RoleMatrix loaded;
  loaded.tables_ = std::move(tables);
  return loaded;
}

RoleMatrix::Cell RoleMatrix::cell(std::string_view profession, std::string_view type) const {
  const auto row = tables_->professions.find(profession);
  const auto column = tables_->types.find(type);
  if (row == tables_->professions.end() || column == tables_->types.end()) return Cell::no;
  switch (tables_->cells[row->second * tables_->type_count + column->second]) {
    case 1: return Cell::yes;
    case 3: return Cell::unknown;
    default: return Cell::no;
  }
}

}  // namespace carnet::access
