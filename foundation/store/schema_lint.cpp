#include "foundation/store/schema_lint.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "foundation/store/dialect.hpp"

namespace carnet::store {

namespace {

constexpr std::string_view exception_mark = "-- lint: not person data:";
constexpr std::size_t shortest_reason = 10;

struct Statement {
  std::string raw;                 // with its comments, those before it included
  std::vector<std::string> words;  // in capitals, but for quoted ones; punctuation apart
};

std::vector<std::string> words_of(std::string_view sql) {
  std::vector<std::string> words;
  const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t at = 0; at < sql.size();) {
    const char c = sql[at];
    std::size_t length = 1;
    if (c == '\'' || c == '"') {
      const auto end = sql.find(c, at + 1);
      length = (end == std::string_view::npos ? sql.size() : end + 1) - at;
    } else if (in_word(c)) {
      while (at + length < sql.size() && in_word(sql[at + length])) ++length;
    }
    if (std::isspace(static_cast<unsigned char>(c)) == 0) {
      std::string word(sql.substr(at, length));
      if (c != '\'' && c != '"')
        std::ranges::transform(word, word.begin(), [](unsigned char l) { return std::toupper(l); });
      words.push_back(std::move(word));
    }
    at += length;
  }
  return words;
}

// Statements end at a semicolon that is in no comment and no string.
std::vector<Statement> statements_of(std::string_view sql) {
  std::vector<Statement> statements;
  std::size_t start = 0;
  char quote = 0;
  for (std::size_t at = 0; at <= sql.size(); ++at) {
    if (at < sql.size()) {
      const char c = sql[at];
      if (quote != 0) {
        if (c == quote) quote = 0;
        continue;
      }
      if (c == '\'' || c == '"') quote = c;
      if (sql.substr(at, 2) == "--") at = std::min(sql.find('\n', at), sql.size() - 1);
      if (sql.substr(at, 2) == "/*") at = std::min(sql.find("*/", at + 2), sql.size() - 2) + 1;
      if (c != ';') continue;
    }
    const auto raw = sql.substr(start, at - start);
    start = at + 1;
    auto words = words_of(without_comments(raw));
    if (!words.empty()) statements.push_back({std::string(raw), std::move(words)});
  }
  return statements;
}

// The reason given, empty when none is; absent when the statement asks for no exception.
std::optional<std::string> exception_in(std::string_view raw) {
  const auto at = raw.find(exception_mark);
  if (at == std::string_view::npos) return std::nullopt;
  const auto rest = raw.substr(at + exception_mark.size());
  const auto line = rest.substr(0, rest.find('\n'));
  const auto first = line.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string() : std::string(line.substr(first));
}

bool names_person(const std::string& column) {
  return column == "SPACE_ID" || column == "PERSON_ID";
}

class Linter {
 public:
  std::vector<LintIssue> issues;

  void file(const Migration& migration) {
    file_ = migration.owner + "/" + migration.name;
    for_sqlite_ = meant_for(migration.name, Engine::sqlite);
    for (const auto& statement : statements_of(migration.sql)) lint(statement);
  }

 private:
  void say(std::string says) { issues.push_back({file_, about_, std::move(says)}); }

  void lint(const Statement& statement) {
    const auto& words = statement.words;
    about_ = words.size() > 1 ? words[0] + " " + words[1] : words[0];
    for (std::size_t i = 0; i < words.size(); ++i) forbid(i > 0 ? words[i - 1] : "", words[i]);
    const auto reason = exception_in(statement.raw);
    if (reason && reason->size() < shortest_reason) say("an exception needs its reason");
    if (words.size() > 2 && words[0] == "CREATE" && words[1] == "TABLE") {
      table(words, reason.has_value());
    } else if (words.size() > 3 && words[0] == "CREATE" && words[1] == "UNIQUE" && words[2] == "INDEX") {
      unique_index(words, reason.has_value());
    } else if (words.size() > 2 && words[0] == "ALTER" && words[1] == "TABLE") {
      about_ = words[2];
      if (!exempt_.contains(words[2]) && !reason) {
        for (const auto& word : words) {
          if (word == "UNIQUE" || word == "REFERENCES") say("a key added later is not checked: make it in its table");
        }
      }
    }
  }

  // Some words are harmless as names: these count only after the one beside them.
  void forbid(const std::string& before, const std::string& word) {
    static const std::set<std::string> always = {"AUTOINCREMENT", "SERIAL",     "BIGSERIAL", "SMALLSERIAL",
                                                 "NEXTVAL",       "DEFERRABLE", "EXCLUDE"};
    static const std::set<std::pair<std::string, std::string>> pairs = {
        {"CREATE", "TRIGGER"}, {"CONSTRAINT", "TRIGGER"}, {"CREATE", "SEQUENCE"}, {"AS", "IDENTITY"}, {"", "LISTEN"},
        {"", "NOTIFY"}};
    if (always.contains(word) || pairs.contains({before, word})) say(word + " is not allowed");
  }

  static std::size_t skip_if_not_exists(const std::vector<std::string>& words, std::size_t at) {
    return at < words.size() && words[at] == "IF" ? at + 3 : at;
  }

  void unique_index(const std::vector<std::string>& words, bool excepted) {
    const auto name = skip_if_not_exists(words, 3);
    if (name < words.size()) about_ = words[name];
    const auto on = std::find(words.begin(), words.end(), "ON");
    if (words.end() - on < 4) return say("not understood");
    if (excepted || exempt_.contains(*(on + 1))) return;
    if (!names_person(*(on + 3))) say("a unique index begins with space_id or person_id");
  }

  void table(const std::vector<std::string>& words, bool excepted) {
    const auto name = skip_if_not_exists(words, 2);
    if (name + 1 >= words.size()) return say("not understood");
    about_ = words[name];
    if (excepted) exempt_.insert(about_);
    const auto last = std::find(words.rbegin(), words.rend(), ")");
    if (last == words.rend() || words[name + 1] != "(") return say("not understood");
    const auto end = static_cast<std::size_t>(words.rend() - last) - 1;
    const std::vector<std::string> tail(words.begin() + static_cast<std::ptrdiff_t>(end) + 1, words.end());
    columns_and_keys(
        {words.begin() + static_cast<std::ptrdiff_t>(name) + 2, words.begin() + static_cast<std::ptrdiff_t>(end)},
        excepted, tail == std::vector<std::string>{"WITHOUT", "ROWID"});
  }

  // One item for each column or constraint: what lies between commas outside parentheses.
  static std::vector<std::vector<std::string>> items_of(const std::vector<std::string>& words) {
    std::vector<std::vector<std::string>> items(1);
    int depth = 0;
    for (const auto& word : words) {
      if (word == "(") ++depth;
      if (word == ")") --depth;
      if (word == "," && depth == 0) {
        items.emplace_back();
      } else {
        items.back().push_back(word);
      }
    }
    return items;
  }

  void columns_and_keys(const std::vector<std::string>& words, bool excepted, bool without_rowid) {
    bool has_key = false, integer_key = false;
    for (auto item : items_of(words)) {
      if (item.size() > 2 && item[0] == "CONSTRAINT") item.erase(item.begin(), item.begin() + 2);
      if (item.empty()) continue;
      const bool own = item[0] == "PRIMARY" || item[0] == "UNIQUE" || item[0] == "FOREIGN";
      // The column that a constraint begins with: in its parentheses, or the one it is written after.
      const auto open = std::find(item.begin(), item.end(), "(");
      const std::string first = own ? (item.end() - open > 1 ? *(open + 1) : "") : item[0];
      for (std::size_t i = own ? 0 : 1; i < item.size(); ++i) {
        const bool primary = item[i] == "PRIMARY";
        if (primary) has_key = true;
        if (primary && !own && item[1] == "INTEGER") integer_key = true;
        const bool key = primary || item[i] == "UNIQUE" || item[i] == "FOREIGN" || (!own && item[i] == "REFERENCES");
        if (key && !excepted && !names_person(first)) say(item[i] + " does not begin with space_id or person_id");
      }
    }
    if (!has_key) say("no primary key");
    if (for_sqlite_ && !without_rowid && !integer_key) say("not WITHOUT ROWID");
  }

  std::string file_, about_;
  bool for_sqlite_ = true;
  std::set<std::string> exempt_;
};

}  // namespace

std::vector<LintIssue> lint_schema(std::span<const Migration> migrations) {
  Linter linter;
  for (const auto& migration : migrations) linter.file(migration);
  return std::move(linter.issues);
}

}  // namespace carnet::store
