#include "foundation/store/sqlite/footprint.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <memory>
#include <span>

namespace carnet::store {

namespace {

using Words = std::vector<std::string>;

// Words, numbers, $n and single marks, in capitals; text between quotes is one word of its own.
Words words_of(std::string_view sql) {
  Words words;
  const auto is_wordly = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$'; };
  for (std::size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    std::size_t end = at + 1;
    if (c == '\'' || c == '"') {
      end = sql.find(c, at + 1);
      end = end == std::string_view::npos ? sql.size() : end + 1;
      words.emplace_back(sql.substr(at, end - at));
    } else if (is_wordly(c)) {
      while (end < sql.size() && is_wordly(sql[end])) ++end;
      std::string word(sql.substr(at, end - at));
      std::ranges::transform(word, word.begin(), [](unsigned char one) { return std::toupper(one); });
      words.push_back(std::move(word));
    } else if (std::isspace(static_cast<unsigned char>(c)) == 0) {
      words.emplace_back(1, c);
    }
    at = end;
  }
  return words;
}

std::string capitals(std::string_view name) {
  std::string out(name);
  std::ranges::transform(out, out.begin(), [](unsigned char one) { return std::toupper(one); });
  return out;
}

bool starts_with(const Words& words, std::initializer_list<std::string_view> expected) {
  return words.size() >= expected.size() && std::equal(expected.begin(), expected.end(), words.begin());
}

std::optional<std::size_t> parameter_number(const std::string& word) {
  std::size_t number = 0;
  if (word.size() < 2 || word[0] != '$') return std::nullopt;
  const auto [stopped, problem] = std::from_chars(word.data() + 1, word.data() + word.size(), number);
  if (problem != std::errc() || stopped != word.data() + word.size() || number == 0) return std::nullopt;
  return number - 1;
}

// `... WHERE a AND key = $n AND b`, one table, no choice and no denial anywhere.
std::optional<std::size_t> compared(const Words& words, std::string_view key) {
  static constexpr std::array<std::string_view, 9> unplain{"OR",   "UNION",   "EXCEPT", "INTERSECT", "JOIN",
                                                           "CASE", "BETWEEN", "EXISTS", "WITH"};
  if (std::ranges::any_of(words, [](const auto& word) { return std::ranges::find(unplain, word) != unplain.end(); })) return std::nullopt;
  for (std::size_t i = 0; i < words.size(); ++i)  // NULL may be denied, nothing else
    if (words[i] == "NOT" && (i + 1 == words.size() || words[i + 1] != "NULL")) return std::nullopt;
  if (std::ranges::count(words, "WHERE") != 1) return std::nullopt;
  const auto where = std::ranges::find(words, "WHERE");
  for (auto at = where; at + 3 < words.end(); ++at) {
    if ((*at == "WHERE" || *at == "AND") && *(at + 1) == key && *(at + 2) == "=") {
      const bool ends = at + 4 == words.end() || std::isalpha(static_cast<unsigned char>((at + 4)->front())) != 0;
      if (const auto number = parameter_number(*(at + 3)); number && ends) return number;
    }
  }
  return std::nullopt;
}

// The items between `(` at `at` and its `)`; moves past it. Empty: not a plain list of single words.
std::vector<std::string> plain_list(const Words& words, std::size_t& at) {
  std::vector<std::string> items;
  if (at >= words.size() || words[at] != "(") return {};
  for (++at; at + 1 < words.size(); at += 2) {
    items.push_back(words[at]);
    if (words[at + 1] == ")") {
      at += 2;
      return items;
    }
    if (words[at + 1] != ",") return {};
  }
  return {};
}

// INSERT INTO t (columns) VALUES (one row) [ON CONFLICT (columns) DO ...]: a conflict is on rows of the same key.
std::optional<std::size_t> inserted(const Words& words, std::string_view key) {
  std::size_t at = 3;
  const auto columns = plain_list(words, at);
  const auto place = std::ranges::find(columns, key);
  if (place == columns.end() || at >= words.size() || words[at] != "VALUES") return std::nullopt;
  const auto values = plain_list(words, ++at);
  if (values.size() != columns.size()) return std::nullopt;
  if (at != words.size()) {
    if (at + 2 >= words.size() || words[at] != "ON" || words[at + 1] != "CONFLICT") return std::nullopt;
    at += 2;
    const auto target = plain_list(words, at);
    if (std::ranges::find(target, key) == target.end()) return std::nullopt;
    if (std::find(words.begin() + static_cast<std::ptrdiff_t>(at), words.end(), key) != words.end()) return std::nullopt;
  }
  return parameter_number(values[static_cast<std::size_t>(place - columns.begin())]);
}

}  // namespace

std::optional<std::size_t> key_parameter(std::string_view sql, std::string_view table, std::string_view key_column) {
  const Words words = words_of(sql);
  const std::string name = capitals(table), key = capitals(key_column);
  if (std::ranges::count(words, "SELECT") > (words.empty() || words[0] != "SELECT" ? 0 : 1)) return std::nullopt;
  if (starts_with(words, {"INSERT", "INTO", name})) return inserted(words, key);
  if (starts_with(words, {"DELETE", "FROM", name, "WHERE"})) return compared(words, key);
  if (starts_with(words, {"UPDATE", name, "SET"}))
    return std::ranges::count(words, key) == 1 ? compared(words, key) : std::nullopt;
  if (!starts_with(words, {"SELECT"})) return std::nullopt;
  const auto from = std::ranges::find(words, "FROM");
  if (std::ranges::count(words, "FROM") != 1 || words.end() - from < 3 || *(from + 1) != name || *(from + 2) != "WHERE") return std::nullopt;
  return compared(words, key);
}

std::uint32_t Names::number(std::map<std::string, std::uint32_t, std::less<>>& known, std::string_view name) {
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  return known.emplace(std::string(name), static_cast<std::uint32_t>(known.size() + 1)).first->second;
}

std::uint32_t Names::table(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  return number(tables_, name);
}

std::uint32_t Names::text(std::string_view sql) {
  const std::scoped_lock lock(mutex_);
  return texts_.size() < most_texts || texts_.contains(sql) ? number(texts_, sql) : 0;
}

std::optional<Footprint> Names::known(std::string_view sql) {
  const std::scoped_lock lock(mutex_);
  const auto found = footprints_.find(sql);
  return found == footprints_.end() ? std::nullopt : std::optional(found->second);
}

void Names::keep(std::string_view sql, const Footprint& footprint) {
  const std::scoped_lock lock(mutex_);
  if (footprints_.size() < most_texts) footprints_.emplace(std::string(sql), footprint);
}

void Names::forget() {
  const std::scoped_lock lock(mutex_);
  footprints_.clear();
}

Noting::Noting(sqlite3* db) : db_(db) { sqlite3_set_authorizer(db, &Noting::note, this); }
Noting::~Noting() { sqlite3_set_authorizer(db_, nullptr, nullptr); }

int Noting::note(void* self, int action, const char* first, const char* second, const char*, const char*) {
  auto& noting = *static_cast<Noting*>(self);
  const auto add = [](std::vector<std::string>& names, const char* name) {
    if (name != nullptr && std::ranges::find(names, name) == names.end()) names.emplace_back(name);
  };
  // Of its rows and parameters alone; any other function may answer otherwise the next time.
  static constexpr std::array<std::string_view, 9> steady{"count", "max", "min", "sum", "coalesce", "length", "abs", "substr", "ifnull"};
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      break;
    case SQLITE_READ:
      add(noting.reads_, first);
      break;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      add(noting.writes_, first);
      break;
    case SQLITE_FUNCTION:
      if (second == nullptr || std::ranges::find(steady, std::string_view(second)) == steady.end()) noting.is_told_apart_ = false;
      break;
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_PRAGMA:
      noting.is_told_apart_ = false;
      break;
    default:  // tables made, dropped, changed, attached
      noting.is_told_apart_ = false;
      noting.changes_schema_ = true;
  }
  return SQLITE_OK;
}

std::optional<TableKey> Noting::key_of(const std::string& table) const {
  sqlite3_stmt* asked = nullptr;
  constexpr const char* sql =
      "SELECT i.name, i.type FROM pragma_table_info(?1) i JOIN sqlite_master m ON m.name = ?1 AND m.type = 'table' "
      "WHERE i.pk = 1 AND instr(upper(m.sql), 'COLLATE') = 0";
  if (sqlite3_prepare_v2(db_, sql, -1, &asked, nullptr) != SQLITE_OK) return std::nullopt;
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> closer(asked, &sqlite3_finalize);
  sqlite3_bind_text(asked, 1, table.c_str(), -1, SQLITE_STATIC);
  if (sqlite3_step(asked) != SQLITE_ROW) return std::nullopt;
  const auto text = [&](int column) { return std::string(reinterpret_cast<const char*>(sqlite3_column_text(asked, column))); };
  TableKey key{text(0)};
  const std::string type = text(1);
  if (type == "TEXT") {
    key.type = TableKey::Type::text;
  } else if (type == "BLOB") {
    key.type = TableKey::Type::blob;
  } else if (type != "INTEGER") {
    return std::nullopt;
  }
  return key;
}

Touch Noting::touch(std::string_view sql, const std::string& table, bool alone, Names& names) const {
  Touch touch{names.table(table)};
  if (!alone) return touch;
  if (const auto key = key_of(table)) {
    touch.parameter = key_parameter(sql, table, key->column);
    touch.type = key->type;
  }
  return touch;
}

Footprint Noting::footprint(std::string_view sql, Names& names) const {
  sqlite3_set_authorizer(db_, nullptr, nullptr);  // its own questions are not noted
  Footprint out;
  out.changes_schema = changes_schema_;
  std::vector<std::string> all = reads_;
  for (const auto& name : writes_)
    if (std::ranges::find(all, name) == all.end()) all.push_back(name);
  const bool alone = all.size() == 1;
  for (const auto& name : reads_) out.reads.push_back(touch(sql, name, alone, names));
  for (const auto& name : writes_) out.writes.push_back(touch(sql, name, alone, names));
  // A constant is not worth a place.
  if (is_told_apart_ && writes_.empty() && !reads_.empty() && !changes_schema_) out.text = names.text(sql);
  return out;
}

}  // namespace carnet::store
