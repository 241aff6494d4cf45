// The role matrix, from the folder of what is known of it: rows, columns, and the cells public summaries give.
#include <fmt/format.h>

#include <array>
#include <fstream>

#include "proof/access/oracle.hpp"

namespace carnet::proof::access_oracle {

namespace {

using Fields = std::vector<std::string>;

Fields split(std::string_view text, char separator) {
  Fields out;
  while (true) {
    const auto end = text.find(separator);
    if (const auto field = text.substr(0, end); separator != ' ' || !field.empty()) out.emplace_back(field);
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

struct Table {
  std::string path;
  std::vector<Fields> lines;  // without the heading; line n of the file is lines[n - 2]
};

std::expected<Table, std::string> read_table(const std::string& folder, std::string_view name,
                                             std::string_view heading) {
  Table table{fmt::format("{}/{}", folder, name), {}};
  std::ifstream file(table.path);
  std::string line;
  if (!std::getline(file, line)) return std::unexpected(table.path + ": cannot be read");
  const auto columns = split(heading, ' ');
  if (split(line, '\t') != columns)
    return std::unexpected(fmt::format("{}:1: the heading is not \"{}\"", table.path, heading));
  while (std::getline(file, line)) {
    table.lines.push_back(split(line, '\t'));
    if (table.lines.back().size() != columns.size())
      return std::unexpected(fmt::format("{}:{}: not {} columns", table.path, table.lines.size() + 1, columns.size()));
  }
  return table;
}

bool is_code_of_profession(std::string_view word) {
  return word.size() == 2 && word[0] >= '0' && word[0] <= '9' && word[1] >= '0' && word[1] <= '9';
}

}  // namespace

int Matrix::profession(std::string_view code) const {
  const auto found = profession_rows_.find(code);
  return found == profession_rows_.end() ? -1 : found->second;
}

int Matrix::type(std::string_view code) const {
  const auto found = type_columns_.find(code);
  return found == type_columns_.end() ? -1 : found->second;
}

Cell Matrix::cell(int row, int column) const {
  return cells_[static_cast<std::size_t>(row * types() + column)];
}

class MatrixReader {
 public:
  std::string read_professions(const Table& table) {
    for (std::size_t i = 0; i < table.lines.size(); ++i) {
      const auto& fields = table.lines[i];
      const int row = matrix_.professions();
      matrix_.profession_codes_.push_back(fields[0]);
      // "Orthoprothésiste (et 82 podo-orthésiste, ...)": other codes of the same row stand in the parenthesis.
      Fields codes{fields[0]};
      if (const auto open = fields[1].find("(et "); open != std::string::npos) {
        for (const auto& word : split(std::string_view(fields[1]).substr(open + 4), ' '))
          if (is_code_of_profession(word)) codes.push_back(word);
      }
      for (const auto& code : codes)
        if (!is_code_of_profession(code) || !matrix_.profession_rows_.emplace(code, row).second)
          return fmt::format("{}:{}: {} is no code, or was met before", table.path, i + 2, code);
    }
    return {};
  }

  std::string read_types(const Table& table) {
    for (std::size_t i = 0; i < table.lines.size(); ++i) {
      const auto& code = table.lines[i][0];
      if (code.empty() || !matrix_.type_columns_.emplace(code, matrix_.types()).second)
        return fmt::format("{}:{}: {} was met before", table.path, i + 2, code);
      matrix_.type_codes_.push_back(code);
    }
    return {};
  }

  // Forms of a line: "10 | all but T", "40 | T T T", "* | T T (words) for 10 21".
  std::string read_cells(const Table& table) {
    matrix_.cells_.assign(static_cast<std::size_t>(matrix_.professions() * matrix_.types()), Cell::unknown);
    for (std::size_t i = 0; i < table.lines.size(); ++i) {
      const auto& fields = table.lines[i];
      if (fields[2] != "yes" && fields[2] != "no") return fmt::format("{}:{}: neither yes nor no", table.path, i + 2);
      if (auto wrong = read_line(fields[0], fields[1], fields[2] == "yes" ? Cell::yes : Cell::no); !wrong.empty())
        return fmt::format("{}:{}: {}", table.path, i + 2, wrong);
    }
    return {};
  }

  Matrix take() { return std::move(matrix_); }

 private:
  std::string read_line(const std::string& whose, std::string_view what, Cell cell) {
    constexpr std::string_view all_but = "all but ";
    Fields rows{whose};
    if (whose == "*") {
      const auto cut = what.find(" for ");
      if (cut == std::string_view::npos) return "does not say for whom";
      rows = split(what.substr(cut + 5), ' ');
      what = what.substr(0, cut);
    }
    const bool inverse = what.starts_with(all_but);
    if (inverse) what.remove_prefix(all_but.size());
    what = what.substr(0, what.find(" ("));
    std::vector<bool> named(static_cast<std::size_t>(matrix_.types()));
    for (const auto& code : split(what, ' ')) {
      const int column = matrix_.type(code);
      if (column < 0) return "unknown type " + code;
      named[static_cast<std::size_t>(column)] = true;
    }
    for (const auto& code : rows) {
      const int row = matrix_.profession(code);
      if (row < 0) return "unknown profession " + code;
      for (int column = 0; column < matrix_.types(); ++column) {
        if (named[static_cast<std::size_t>(column)] == inverse) continue;
        auto& known = matrix_.cells_[static_cast<std::size_t>(row * matrix_.types() + column)];
        if (known != Cell::unknown && known != cell) return "says the contrary of a line before";
        known = cell;
      }
    }
    return {};
  }

  Matrix matrix_;
};

std::expected<Matrix, std::string> Matrix::load(const std::string& folder) {
  const auto professions = read_table(folder, "professions.tsv", "code profession group");
  if (!professions) return std::unexpected(professions.error());
  const auto types = read_table(folder, "type-class.tsv", "type system class source label");
  if (!types) return std::unexpected(types.error());
  const auto cells = read_table(folder, "known-cells.tsv", "profession types may_read source");
  if (!cells) return std::unexpected(cells.error());
  MatrixReader reader;
  if (auto wrong = reader.read_professions(*professions); !wrong.empty()) return std::unexpected(wrong);
  if (auto wrong = reader.read_types(*types); !wrong.empty()) return std::unexpected(wrong);
  if (auto wrong = reader.read_cells(*cells); !wrong.empty()) return std::unexpected(wrong);
  return reader.take();
}

}  // namespace carnet::proof::access_oracle
