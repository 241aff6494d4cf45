// What names who reports is taken out before anything is kept or sent. Scans by hand, once, in linear time.
#include <array>

#include "vigilance/vigilance.hpp"

namespace carnet::vigilance {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80U) != 0; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// A run of digits with single separators between them; answers its end and counts its digits.
std::size_t digits_from(std::string_view text, std::size_t at, std::string& digits) {
  std::size_t end = at;
  while (at < text.size()) {
    if (is_digit(text[at])) {
      digits += text[at++];
      end = at;
    } else if ((text[at] == ' ' || text[at] == '.' || text[at] == '-') && at + 1 < text.size() && is_digit(text[at + 1])) {
      ++at;
    } else {
      break;
    }
  }
  return end;
}

bool passes_luhn(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int digit = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1 && (digit *= 2) > 9) digit -= 9;
    sum += digit;
  }
  return sum % 10 == 0;
}

std::string_view number_word(std::string_view digits) {
  if ((digits.size() == 13 || digits.size() == 15) && (digits[0] == '1' || digits[0] == '2')) return "[numéro]";
  if (digits.size() >= 15 && digits.size() <= 19 && passes_luhn(digits)) return "[carte]";
  if (digits.size() > 15) return "[numéro]";
  return {};
}

// "FR76 3000 ...": two letters, two digits, and at least ten more letters or digits.
std::size_t iban_from(std::string_view text, std::size_t at) {
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (at + 4 > text.size() || !upper(text[at]) || !upper(text[at + 1]) || !is_digit(text[at + 2]) || !is_digit(text[at + 3])) return at;
  std::size_t end = at + 4, count = 4, from = end;
  while (from < text.size() && count < 34) {
    if (is_digit(text[from]) || upper(text[from])) {
      end = ++from;
      ++count;
    } else if (text[from] == ' ' && from + 1 < text.size() && (is_digit(text[from + 1]) || upper(text[from + 1]))) {
      ++from;
    } else {
      break;
    }
  }
  return count >= 14 ? end : at;
}

constexpr std::array<std::string_view, 9> greetings{"bonjour", "bonsoir", "cher", "chère", "madame", "monsieur", "mme", "mr", "hello"};

// The names that follow a greeting: up to four words that begin with a capital.
std::size_t names_after(std::string_view text, std::size_t at) {
  std::size_t end = at;
  for (int words = 0; words < 4; ++words) {
    std::size_t from = end;
    while (from < text.size() && (text[from] == ' ' || text[from] == '.')) ++from;
    const bool capital = from < text.size() && ((text[from] >= 'A' && text[from] <= 'Z') || static_cast<unsigned char>(text[from]) == 0xC3);
    if (!capital || from == end) break;
    while (from < text.size() && (is_word(text[from]) || text[from] == '-' || text[from] == '\'')) ++from;
    end = from;
  }
  return end;
}

bool is_greeting(std::string_view word) {
  std::string folded;
  for (const char c : word) folded += lower(c);
  for (const auto one : greetings)
    if (folded == one) return true;
  return false;
}

}  // namespace

std::string redacted(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const bool starts = at == 0 || !is_word(text[at - 1]);
    if (starts && is_digit(text[at])) {
      std::string digits;
      const auto end = digits_from(text, at, digits);
      const auto word = number_word(digits);
      out += word.empty() ? text.substr(at, end - at) : word;
      at = end;
    } else if (const auto iban = starts ? iban_from(text, at) : at; iban != at) {
      out += "[compte]";
      at = iban;
    } else if (starts && is_word(text[at])) {
      std::size_t end = at;
      while (end < text.size() && is_word(text[end])) ++end;
      const auto word = text.substr(at, end - at);
      out += word;
      at = end;
      if (is_greeting(word))
        if (const auto names = names_after(text, at); names != at && !is_greeting(text.substr(at + 1, names - at - 1))) {
          out += " [nom]";
          at = names;
        }
    } else {
      out += text[at++];
    }
  }
  return out;
}

}  // namespace carnet::vigilance
