// Dated parameters: values of the rules with a start date and a source, read from rules/*.toml, never from code.
#pragma once
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "foundation/kernel/result.hpp"
#include "foundation/kernel/time.hpp"

namespace carnet::parameters {

// File form:   [[parameter]]  name = "enrollment.code_valid_days"  from = 2022-01-01  value = 42  source = "CSP
// R1111-28" value: integer, text, boolean or list of text. A table [names] declares names, so that a misspelt one is
// caught:
//     [names]  "enrollment.code_valid_days" = { type = "integer", says = "days a provisional code lives" }
// Once one file has such a table, every name must stand in one, with its type. Loading refuses, with file and line and
// all at once: unknown keys, no source, duplicate (name, from), a type that changes between two dates, a name nobody
// declared, a declared name without value.
class Parameters {
 public:
  // Every *.toml directly in `directory`, judged together; other forms of data live in sub-folders.
  static kernel::Result<Parameters> load(const std::filesystem::path& directory);
  static kernel::Result<Parameters> parse(std::string_view toml, std::string_view file_name);

  // The value in force on `on`. Programs list what they need once, through require(), which refuses a name without a
  // value on that day; a later call for a name or date without a value, or for another type, aborts.
  kernel::Status require(std::span<const std::string_view> names, kernel::Date on) const;
  std::int64_t integer(std::string_view name, kernel::Date on) const;
  const std::string& text(std::string_view name, kernel::Date on) const;
  const std::vector<std::string>& list(std::string_view name, kernel::Date on) const;
  bool boolean(std::string_view name, kernel::Date on) const;

  struct Value {
    kernel::Date from;
    std::variant<std::int64_t, std::string, bool, std::vector<std::string>> value;
    std::string source;
  };
  const std::map<std::string, std::vector<Value>, std::less<>>& all() const { return values_; }

 private:
  std::map<std::string, std::vector<Value>, std::less<>> values_;  // by start date
};

}  // namespace carnet::parameters
