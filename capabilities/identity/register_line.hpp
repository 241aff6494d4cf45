// One line of the register's CSV (docs/formats/register.md), read and judged. Pure. Inside identity only.
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "identity/identity.hpp"

namespace carnet::identity {

struct Card {
  std::string serial;  // as compared: no spaces, upper case
  bool lost = false;
};
std::string comparable_serial(std::string_view typed);

struct RegisterLine {
  Person person;  // without id and former traits, which the line does not know
  std::vector<Card> cards;
  std::vector<std::string> parents;  // matricules of 15 characters; the first declared the child
};

struct Trouble {
  std::string field;   // column's name; "line" for the line itself
  std::string reason;  // a word of the format: never the value
};

inline constexpr std::array<std::string_view, 27> register_columns{
    "system",   "matricule", "key",      "former_matricules", "birth_name", "given_names", "used_name",    "birth_date",
    "sex",      "birthplace", "scheme",  "zone",              "email",      "phone",       "address1",     "address2",
    "address3", "address4",  "postcode", "city",              "country",    "language",    "large_print",  "card_serials",
    "parents",  "declared_gp", "died"};

// A column by its name; a name that is none does not compile.
class Column {
 public:
  consteval Column(const char* name) : index_(find(name)) {}
  explicit constexpr Column(std::size_t index) : index_(index) {}
  constexpr std::size_t index() const { return index_; }
  constexpr std::string_view name() const { return register_columns[index_]; }

 private:
  static consteval std::size_t find(std::string_view name) {
    std::size_t index = 0;
    while (register_columns.at(index) != name) ++index;
    return index;
  }
  std::size_t index_;
};

// What the header line says: where each column stands. invalid "identity.register_header": unknown or repeated columns,
// required ones missing, not UTF-8.
class RegisterHeader {
 public:
  static kernel::Result<RegisterHeader> parse(std::string_view line);
  std::size_t width() const { return width_; }
  std::optional<std::size_t> place_of(Column column) const;

 private:
  std::array<int, register_columns.size()> places_{};  // by column of register_columns; -1: absent
  std::size_t width_ = 0;
};

// A wrong key is trouble when `keys_must_be_right` and the number is real (NIR, NIA). `today` bounds birth and death.
// On trouble the line is not to be used.
struct JudgedLine {
  RegisterLine line;
  std::vector<Trouble> troubles;
};
JudgedLine judge_line(const RegisterHeader& header, std::string_view text, bool keys_must_be_right, Date today);

// E.164; numbers without "+" are French, of the metropole or overseas. nullopt: not a phone number.
std::optional<std::string> phone_of(std::string_view typed);
bool is_mobile(std::string_view e164);  // of France and its overseas territories
bool is_email(std::string_view text);

// Fields of a line, quoted or not. nullopt: a quote is not closed, or text follows a closing quote.
std::optional<std::vector<std::string>> split_fields(std::string_view line);

}  // namespace carnet::identity
