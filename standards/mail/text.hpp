// ASCII and UTF-8 texts as mail needs them. Internal to standards/mail.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carnet::mail {

inline char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
inline bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
inline bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}
inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
std::string lowered(std::string_view text);
bool same(std::string_view a, std::string_view b);  // ASCII case-blind
bool starts_with(std::string_view text, std::string_view lower_case_prefix);
bool contains(std::string_view text, std::string_view lower_case_part);
std::string_view trimmed(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::optional<std::uint64_t> to_number(std::string_view digits);  // only digits, no overflow
// Without a trailing dot, lower-case.
std::string host(std::string_view name);

bool is_utf8(std::string_view text);
// Valid UTF-8: each ill-formed sequence becomes U+FFFD; `damaged` is set when there was one. NUL becomes a space.
std::string scrubbed(std::string_view text, bool& damaged);
inline std::string scrubbed(std::string_view text) {
  bool ignored = false;
  return scrubbed(text, ignored);
}
// The code point at `at`, which moves past it. The text is valid UTF-8.
char32_t next_code_point(std::string_view text, std::size_t& at);
void append_utf8(std::string& out, char32_t code);

}  // namespace carnet::mail
