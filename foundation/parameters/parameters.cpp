#include "foundation/parameters/parameters.hpp"

#include <fmt/core.h>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "foundation/io/files.hpp"

namespace carnet::parameters {

namespace {

using kernel::Date;
using kernel::Issue;
using Value = Parameters::Value;

constexpr std::size_t max_file_bytes = 1 << 20;
constexpr std::string_view type_names[] = {"integer", "text", "boolean", "list"};  // in the order of the variant

std::string_view type_of(const decltype(Value::value)& value) {
  return type_names[value.index()];
}

struct Place {
  std::string file;
  std::int64_t line;
  std::string text() const { return fmt::format("{}, line {}", file, line); }
};

struct Entry {
  std::string name;
  Value value;
  Place place;
};

struct Declaration {
  std::string_view type;
  Place place;
};

bool is_name(std::string_view text) {
  const auto is_word = [](std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
  };
  const auto dot = text.find('.');
  return dot != std::string_view::npos && is_word(text.substr(0, dot)) && is_word(text.substr(dot + 1));
}

// Gathers what all files say, with every issue, before anything is judged across files.
class Reading {
 public:
  void add(std::string_view text, const std::string& file) {
    const toml::parse_result parsed = toml::parse(text, file);
    if (!parsed) {
      tell("syntax", {file, parsed.error().source().begin.line}, std::string(parsed.error().description()));
      return;
    }
    for (const auto& [key, node] : parsed.table()) {
      if (key == "parameter" && node.is_array_of_tables()) {
        for (const auto& table : *node.as_array()) add_entry(*table.as_table(), file);
      } else if (key == "names" && node.is_table()) {
        for (const auto& [name, declared] : *node.as_table()) add_declaration(name.str(), declared, file);
      } else {
        tell("unknown", {file, key.source().begin.line},
             fmt::format("'{}' is not [[parameter]] or [names]", key.str()));
      }
    }
  }

  kernel::Result<std::map<std::string, std::vector<Value>, std::less<>>> judged() {
    std::stable_sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.name, a.value.from) < std::tie(b.name, b.value.from);
    });
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      judge_declared(entries_[i]);
      if (i > 0 && entries_[i].name == entries_[i - 1].name) judge_pair(entries_[i - 1], entries_[i]);
    }
    for (const auto& [name, declaration] : declared_) {
      const bool given = std::any_of(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.name == name; });
      if (!given) tell("required", declaration.place, fmt::format("'{}' is declared and has no value", name));
    }
    if (!issues_.empty()) return kernel::invalid("parameters.invalid", std::move(issues_));
    std::map<std::string, std::vector<Value>, std::less<>> out;
    for (auto& entry : entries_) out[entry.name].push_back(std::move(entry.value));
    return out;
  }

 private:
  void tell(std::string_view code, const Place& place, std::string says) {
    issues_.push_back({std::string(code), place.text(), std::move(says)});
  }

  void add_entry(const toml::table& table, const std::string& file) {
    const Place place{file, table.source().begin.line};
    const std::size_t issues_before = issues_.size();
    for (const auto& [key, node] : table) {
      if (key != "name" && key != "from" && key != "value" && key != "source") {
        tell("unknown", {file, key.source().begin.line}, fmt::format("unknown key '{}'", key.str()));
      }
    }
    Entry entry{text_member(table, "name", place), {}, place};
    if (!entry.name.empty() && !is_name(entry.name)) {
      tell("value", place, fmt::format("'{}' is not of the form room.name_of_the_value", entry.name));
    }
    entry.value.source = text_member(table, "source", place);
    if (const auto from = table["from"].value_exact<toml::date>()) {
      entry.value.from = {from->year, from->month, from->day};
    } else {
      tell("required", place, "'from' must be a date like 2022-01-01, without quotes");
    }
    read_value(table, entry);
    if (issues_.size() == issues_before) entries_.push_back(std::move(entry));
  }

  std::string text_member(const toml::table& table, std::string_view key, const Place& place) {
    const auto text = table[key].value_exact<std::string>();
    if (!text || text->empty()) {
      tell("required", place, fmt::format("'{}' must be a text that is not empty", key));
      return {};
    }
    return *text;
  }

  void read_value(const toml::table& table, Entry& entry) {
    const toml::node_view node = table["value"];
    if (const auto integer = node.value_exact<std::int64_t>()) {
      entry.value.value = *integer;
    } else if (const auto text = node.value_exact<std::string>()) {
      entry.value.value = *text;
    } else if (const auto boolean = node.value_exact<bool>()) {
      entry.value.value = *boolean;
    } else if (const toml::array* list = node.as_array(); list != nullptr) {
      std::vector<std::string> texts;
      for (const auto& item : *list) {
        if (const auto text_item = item.value_exact<std::string>()) {
          texts.push_back(*text_item);
        } else {
          tell("type", {entry.place.file, item.source().begin.line}, "a list holds texts only");
        }
      }
      entry.value.value = std::move(texts);
    } else {
      tell(node ? "type" : "required", entry.place, "'value' must be an integer, a text, a boolean or a list of texts");
    }
  }

  void add_declaration(std::string_view name, const toml::node& node, const std::string& file) {
    const Place place{file, node.source().begin.line};
    any_declaration_ = true;
    const toml::table* table = node.as_table();
    if (table == nullptr || !is_name(name)) {
      tell("value", place, fmt::format("'{}' must be of the form \"room.name\" = {{ type = ..., says = ... }}", name));
      return;
    }
    for (const auto& [key, unused] : *table) {
      if (key != "type" && key != "says") tell("unknown", place, fmt::format("unknown key '{}'", key.str()));
    }
    (void)text_member(*table, "says", place);
    const std::string type = text_member(*table, "type", place);
    const auto known = std::find(std::begin(type_names), std::end(type_names), type);
    if (known == std::end(type_names)) {
      tell("value", place, fmt::format("the type of '{}' must be integer, text, boolean or list", name));
      return;
    }
    if (!declared_.try_emplace(std::string(name), Declaration{*known, place}).second) {
      tell("duplicate", place, fmt::format("'{}' is declared twice", name));
    }
  }

  void judge_declared(const Entry& entry) {
    if (!any_declaration_) return;
    const auto found = declared_.find(entry.name);
    if (found == declared_.end()) {
      tell("unknown", entry.place, fmt::format("nobody declared '{}' in [names]", entry.name));
    } else if (found->second.type != type_of(entry.value.value)) {
      tell("type", entry.place, fmt::format("'{}' is declared as {}", entry.name, found->second.type));
    }
  }

  void judge_pair(const Entry& earlier, const Entry& later) {
    if (earlier.value.from == later.value.from) {
      tell("duplicate", later.place,
           fmt::format("'{}' from {} stands already at {}", later.name, kernel::to_text(later.value.from),
                       earlier.place.text()));
    }
    if (earlier.value.value.index() != later.value.value.index()) {
      tell("type", later.place,
           fmt::format("'{}' is {} here and {} at {}", later.name, type_of(later.value.value),
                       type_of(earlier.value.value), earlier.place.text()));
    }
  }

  std::vector<Entry> entries_;
  std::map<std::string, Declaration, std::less<>> declared_;
  bool any_declaration_ = false;
  std::vector<Issue> issues_;
};

const Value* in_force(const std::map<std::string, std::vector<Value>, std::less<>>& values, std::string_view name,
                      Date on) {
  const auto found = values.find(name);
  if (found == values.end()) return nullptr;
  const auto& versions = found->second;
  const auto after = std::upper_bound(versions.begin(), versions.end(), on,
                                      [](Date date, const Value& value) { return date < value.from; });
  return after == versions.begin() ? nullptr : &*std::prev(after);
}

template <class T>
const T& value_as(const std::map<std::string, std::vector<Value>, std::less<>>& values, std::string_view name,
                  Date on) {
  const Value* value = in_force(values, name, on);
  const T* typed = value == nullptr ? nullptr : std::get_if<T>(&value->value);
  if (typed == nullptr) {
    kernel::broken_invariant(fmt::format("no parameter '{}' of that type on {}", name, kernel::to_text(on)).c_str(),
                             __FILE__, __LINE__);
  }
  return *typed;
}

}  // namespace

kernel::Result<Parameters> Parameters::parse(std::string_view toml, std::string_view file_name) {
  Reading reading;
  reading.add(toml, std::string(file_name));
  CARNET_TRY(values, reading.judged());
  Parameters out;
  out.values_ = std::move(values);
  return out;
}

kernel::Result<Parameters> Parameters::load(const std::filesystem::path& directory) {
  std::error_code error;
  std::set<std::filesystem::path> files;
  std::filesystem::directory_iterator entry(directory, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    if (entry->path().extension() == ".toml") files.insert(entry->path());
  }
  if (error) return kernel::fault("parameters.unreadable", directory.string() + ": " + error.message());
  if (files.empty()) return kernel::fault("parameters.unreadable", "no *.toml in " + directory.string());
  Reading reading;
  for (const auto& file : files) {
    CARNET_TRY(bytes, io::read_file(file, max_file_bytes));
    reading.add(kernel::as_text(bytes), file.string());
  }
  CARNET_TRY(values, reading.judged());
  Parameters out;
  out.values_ = std::move(values);
  return out;
}

kernel::Status Parameters::require(std::span<const std::string_view> names, Date on) const {
  std::vector<Issue> issues;
  for (const auto name : names) {
    if (in_force(values_, name, on) == nullptr) {
      issues.push_back({"required", std::string(name), "no value in force on " + kernel::to_text(on)});
    }
  }
  if (!issues.empty()) return kernel::invalid("parameters.missing", std::move(issues));
  return {};
}

std::int64_t Parameters::integer(std::string_view name, Date on) const {
  return value_as<std::int64_t>(values_, name, on);
}

const std::string& Parameters::text(std::string_view name, Date on) const {
  return value_as<std::string>(values_, name, on);
}

const std::vector<std::string>& Parameters::list(std::string_view name, Date on) const {
  return value_as<std::vector<std::string>>(values_, name, on);
}

bool Parameters::boolean(std::string_view name, Date on) const {
  return value_as<bool>(values_, name, on);
}

}  // namespace carnet::parameters
