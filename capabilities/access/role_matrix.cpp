// The role matrix as data: every cell of (profession x type), or the file is refused saying where.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
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

// What a cell says, and when: [from, to), in instants of Paris.
struct Period {
  std::int64_t from = 0, to = 0;
  std::uint8_t cell = 0;
};

struct RoleMatrix::Tables {
  Index professions, types;
  // Of each cell the period in force last, in one row; the ones before it, of the few cells that changed, aside.
  std::vector<Period> cells;  // cell 0: hole
  std::unordered_map<std::size_t, std::vector<Period>> before;
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

constexpr std::int64_t always = std::numeric_limits<std::int64_t>::max();

// The day as the first instant of it; `to` is the last day, so that it ends with the next one. Empty: no bound.
std::optional<std::int64_t> bound(std::string_view day, int plus, std::int64_t otherwise) {
  if (day.empty()) return otherwise;
  const auto date = kernel::parse_date(day);
  if (!date) return std::nullopt;
  return kernel::start_of_day(date->plus_days(plus), kernel::Zone::paris()).ms;
}

// Sorted by their start: overlaps and gaps, or nothing wrong.
std::string_view wrong_in(std::vector<Period>& periods) {
  std::ranges::sort(periods, {}, &Period::from);
  for (std::size_t i = 1; i < periods.size(); ++i) {
    if (periods[i].from < periods[i - 1].to) return "duplicate";
    if (periods[i].from > periods[i - 1].to) return "hole";
  }
  return periods.back().to == always ? std::string_view() : "hole";
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
  tables->cells.assign(rows * tables->type_count, Period{});
  std::unordered_map<std::size_t, std::pair<int, std::vector<Period>>> found;  // with the line of the last one
  for (const auto& line : lines_of(matrix)) {
    const auto refuse = [&](std::string_view field, std::string_view code, std::string says) {
      issues.push_back(at_line("role-matrix.tsv", line.number, field, code, std::move(says)));
    };
    const auto count = line.fields.size();
    if (count < 4 || count > 6 || line.fields[3].empty()) {
      refuse("line", "structure", "needs profession, type, cell and source; then from and to, or neither");
      continue;
    }
    const auto profession = tables->professions.find(line.fields[0]);
    const auto type = tables->types.find(line.fields[1]);
    const auto cell = cell_number(line.fields[2]);
    const auto from = bound(count > 4 ? line.fields[4] : std::string_view(), 0, std::numeric_limits<std::int64_t>::min());
    const auto to = bound(count > 5 ? line.fields[5] : std::string_view(), 1, always);
    if (profession == tables->professions.end()) refuse("profession", "unknown", "is not a profession of professions.tsv");
    if (type == tables->types.end()) refuse("type", "unknown", "is not a type of document-types.tsv");
    if (cell == 0) refuse("cell", "value", "must be yes, no or unknown");
    if (!from) refuse("from", "value", "must be a day, or empty");
    if (!to) refuse("to", "value", "must be a day, or empty");
    if (from && to && *to <= *from) refuse("to", "end_before_start", "ends before it starts");
    if (profession == tables->professions.end() || type == tables->types.end() || cell == 0 || !from || !to || *to <= *from)
      continue;
    auto& at = found[profession->second * tables->type_count + type->second];
    at.first = line.number;
    at.second.push_back({*from, *to, cell});
  }
  for (auto& [place, periods] : found) {
    const auto wrong = wrong_in(periods.second);
    if (!wrong.empty())
      issues.push_back(at_line("role-matrix.tsv", periods.first, "line", wrong,
                               wrong == "hole" ? "this cell has days without a value" : "this cell stands twice"));
    tables->cells[place] = periods.second.back();
    periods.second.pop_back();
    if (!periods.second.empty()) tables->before.emplace(place, std::move(periods.second));
  }
  for (const auto& [profession, row] : tables->professions)
    for (const auto& [type, column] : tables->types)
      if (tables->cells[row * tables->type_count + column].cell == 0 && issues.size() < 50)
        issues.push_back({"hole", fmt::format("role-matrix.tsv, profession {}, type {}", profession, type), "has no cell"});
  if (!issues.empty()) return kernel::invalid("access.matrix_refused", std::move(issues));
  RoleMatrix loaded;
  loaded.tables_ = std::move(tables);
  return loaded;
}

RoleMatrix::Cell RoleMatrix::cell(std::string_view profession, std::string_view type) const {
  return cell(profession, type, Instant{always - 1});
}

RoleMatrix::Cell RoleMatrix::cell(std::string_view profession, std::string_view type, Instant at) const {
  const auto row = tables_->professions.find(profession);
  const auto column = tables_->types.find(type);
  if (row == tables_->professions.end() || column == tables_->types.end()) return Cell::no;
  const std::size_t place = row->second * tables_->type_count + column->second;
  std::uint8_t number = 0;
  if (const Period& last = tables_->cells[place]; last.from <= at.ms) {
    number = last.cell;
  } else if (const auto before = tables_->before.find(place); before != tables_->before.end()) {
    for (const auto& period : before->second)
      if (period.from <= at.ms && at.ms < period.to) number = period.cell;
  }
  return number == 1 ? Cell::yes : number == 3 ? Cell::unknown : Cell::no;
}

std::vector<std::string> RoleMatrix::professions() const {
  std::vector<std::string> codes;
  for (const auto& [code, row] : tables_->professions) codes.push_back(code);
  std::ranges::sort(codes);
  return codes;
}

Result<Stations> Stations::load(const std::filesystem::path& rules) {
  CARNET_TRY(text, io::read_file(rules / "access-stations.tsv", max_file));
  return parse(kernel::as_text(text));
}

Result<Stations> Stations::parse(std::string_view text) {
  Stations loaded;
  std::vector<Issue> issues;
  for (const auto& line : lines_of(text)) {
    const auto refuse = [&](std::string_view field, std::string_view code, std::string says) {
      issues.push_back(at_line("access-stations.tsv", line.number, field, code, std::move(says)));
    };
    if (line.fields.size() != 4 || line.fields[3].empty()) {
      refuse("line", "structure", "needs of, code, station and source");
      continue;
    }
    if (line.fields[0] != "specialty" && line.fields[0] != "structure") refuse("of", "value", "must be specialty or structure");
    std::optional<Station> station;
    for (int i = 1; i <= static_cast<int>(Station::app); ++i)
      if (code_of(static_cast<Station>(i)) == line.fields[2]) station = static_cast<Station>(i);
    if (!station) refuse("station", "unknown", "is not a station");
    for (const auto& entry : loaded.entries)
      if (entry.of == line.fields[0] && entry.code == line.fields[1]) refuse("code", "duplicate", "this code stands twice");
    if (station) loaded.entries.push_back({std::string(line.fields[0]), std::string(line.fields[1]), *station});
  }
  if (!issues.empty()) return kernel::invalid("access.stations_refused", std::move(issues));
  return loaded;
}

Station Stations::station_of(std::string_view specialty, std::string_view structure_kind) const {
  for (const auto& entry : entries)
    if (entry.of == "structure" && !structure_kind.empty() && entry.code == structure_kind) return entry.station;
  for (const auto& entry : entries)
    if (entry.of == "specialty" && !specialty.empty() && entry.code == specialty) return entry.station;
  return Station::ordinary;
}

}  // namespace carnet::access
