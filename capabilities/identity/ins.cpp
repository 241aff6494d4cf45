#include <fmt/core.h>

#include "identity/identity.hpp"
#include "identity/text.hpp"

namespace carnet::identity {

namespace {

constexpr std::size_t body_size = 13, number_size = 15;
constexpr std::size_t department = 5;  // two characters: "2A" and "2B" are the departments of Corsica

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_corsican(std::string_view number, std::size_t at) {
  return at == department + 1 && number[department] == '2' && (number[at] == 'A' || number[at] == 'B');
}

std::unexpected<kernel::Error> refuse_number(std::string_view code, std::string_view says) {
  return kernel::invalid("identity.number", {{std::string(code), "/number", std::string(says)}});
}

}  // namespace

// A digit at a time: (10 a + d) mod 97 never leaves an int. 2A counts as 19 and 2B as 18.
int key_of(std::string_view thirteen) {
  CARNET_INVARIANT(thirteen.size() == body_size, "a matricule has 13 characters before its key");
  int rest = 0;
  for (std::size_t i = 0; i < body_size; ++i) {
    int digit = thirteen[i] - '0';
    if (i == department && is_corsican(thirteen, department + 1)) digit = 1;
    if (is_corsican(thirteen, i)) digit = thirteen[i] == 'A' ? 9 : 8;
    CARNET_INVARIANT(digit >= 0 && digit <= 9, "a matricule is made of digits, but for 2A and 2B");
    rest = (rest * 10 + digit) % 97;
  }
  return 97 - rest;
}

kernel::Result<ParsedNumber> parse_number(std::string_view typed) {
  ParsedNumber parsed;
  for (const char c : without_spaces(typed)) {
    if (c == '.') continue;
    parsed.value += c == 'a' || c == 'b' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  const std::string& value = parsed.value;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!is_digit(value[i]) && !is_corsican(value, i)) {
      return refuse_number("character", "digits only, but for 2A or 2B at the sixth and seventh place");
    }
  }
  if (value.size() == body_size) return refuse_number("length", "the key, the last 2 digits, is missing");
  if (value.size() != number_size) return refuse_number("length", "15 characters are needed");
  parsed.key_is_right = key_of(std::string_view(value).substr(0, body_size)) == (value[13] - '0') * 10 + (value[14] - '0');
  return parsed;
}

}  // namespace carnet::identity
