#include "identity/text.hpp"

#include <array>
#include <cstdint>

namespace carnet::identity {

namespace {

// One code point from the head of `text`, which loses it; nullopt when what stands there is not UTF-8.
std::optional<char32_t> take(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t head = byte(0);
  if (head < 0x80) {
    text.remove_prefix(1);
    return head;
  }
  const std::size_t length = head >= 0xf0 ? 4 : head >= 0xe0 ? 3 : 2;
  if (head < 0xc2 || head > 0xf4 || text.size() < length) return std::nullopt;
  char32_t value = head & (0x7f >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
    value = value << 6 | (byte(i) & 0x3f);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

void put(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  } else {
    out += static_cast<char>(0xf0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
}

// Base letters of U+00C0 to U+017F; '=' keeps the code point.
constexpr std::string_view latin_1 =
    "aaaaaa=ceeeeiiiidnooooo=ouuuuy==aaaaaa=ceeeeiiiidnooooo=ouuuuy=y";
constexpr std::string_view latin_a =
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii==jjkkkllllllllllnnnnnnnnnoooooo==rrrrrrsssssssstt"
    "ttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(latin_1.size() == 64 && latin_a.size() == 128);

bool is_space(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0xa0 || (c >= 0x2000 && c <= 0x200b) || c == 0x202f || c == 0x205f ||
         c == 0x3000 || c == 0xfeff;
}
bool is_combining(char32_t c) { return c >= 0x300 && c <= 0x36f; }
bool is_hyphen(char32_t c) { return c == '-' || c == 0xad || (c >= 0x2010 && c <= 0x2015) || c == 0x2212; }
bool is_apostrophe(char32_t c) { return c == '\'' || c == '`' || c == 0xb4 || (c >= 0x2018 && c <= 0x201b) || c == 0x2bc || c == 0x2032; }

void put_folded(std::string& out, char32_t c) {
  if (c >= 'A' && c <= 'Z') return put(out, c - 'A' + 'a');
  if (c < 0xc0) return put(out, c);
  switch (c) {
    case 0xc6: case 0xe6: out += "ae"; return;
    case 0x152: case 0x153: out += "oe"; return;
    case 0x132: case 0x133: out += "ij"; return;
    case 0xde: put(out, 0xfe); return;
    case 0xdf: case 0x1e9e: out += "ss"; return;
    default: break;
  }
  const std::string_view table = c < 0x100 ? latin_1 : latin_a;
  const std::size_t place = c < 0x100 ? c - 0xc0 : c - 0x100;
  if (c <= 0x17f && table[place] != '=') {
    out += table[place];
  } else if ((c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f)) {  // Greek and Cyrillic capitals
    put(out, c + 0x20);
  } else {
    put(out, c);
  }
}

enum class Punctuation { is_space, stays };

std::string fold(std::string_view text, Punctuation punctuation) {
  std::string out;
  bool gap = false;
  while (!text.empty()) {
    const auto c = take(text);
    if (!c) return out;  // callers have refused what is not UTF-8
    if (is_combining(*c)) continue;
    const bool mark = is_hyphen(*c) || is_apostrophe(*c);
    if (is_space(*c) || (mark && punctuation == Punctuation::is_space)) {
      gap = true;
      continue;
    }
    if (gap && !out.empty()) out += ' ';
    gap = false;
    if (mark) {
      out += is_hyphen(*c) ? '-' : '\'';
    } else {
      put_folded(out, *c);
    }
  }
  return out;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && static_cast<signed char>(text[plain]) > 0) ++plain;
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto c = take(text);
    if (!c || *c == 0) return false;
  }
  return true;
}

std::optional<std::vector<char32_t>> code_points(std::string_view text) {
  std::vector<char32_t> out;
  while (!text.empty()) {
    const auto c = take(text);
    if (!c) return std::nullopt;
    out.push_back(*c);
  }
  return out;
}

std::string fold_name(std::string_view text) { return fold(text, Punctuation::is_space); }

std::string fold_identifier(std::string_view text) { return fold(text, Punctuation::stays); }

std::string_view trimmed(std::string_view text) {
  const auto plain = [](char c) { return c > ' ' && c < 0x7f; };
  if (text.empty() || (plain(text.front()) && plain(text.back()))) return text;
  std::string_view rest = text, kept_end = text.substr(0, 0);
  bool started = false;
  std::size_t begin = text.size(), end = text.size();
  while (!rest.empty()) {
    const std::size_t at = text.size() - rest.size();
    const auto c = take(rest);
    if (!c) return text;
    if (is_space(*c)) continue;
    if (!started) begin = at;
    started = true;
    end = text.size() - rest.size();
  }
  return started ? text.substr(begin, end - begin) : kept_end;
}

std::string without_spaces(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::string_view before = text;
    const auto c = take(text);
    if (!c) {
      out += before;
      return out;
    }
    if (!is_space(*c)) put(out, *c);
  }
  return out;
}

}  // namespace carnet::identity
