// How text is compared: by its letters.
#include <string>
#include <string_view>

#include "standards/fhir/search_values.hpp"

namespace carnet::fhir {

namespace {

// The letter under the accent, from the decompositions of Unicode; '.' for none, a digit for one of `ligatures`.
constexpr std::string_view latin_1 =  // from U+00C0
    "aaaaaa1ceeeeiiiidnooooo.ouuuuy43aaaaaa1ceeeeiiiidnooooo.ouuuuy4yaaaaaaccccccccddddeeeeeeeeeegggg"
    "gggghhhhiiiiiiiiii55jjkkkllllll..llnnnnnnnnnoooooo22rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
constexpr std::string_view latin_b =  // from U+01CD
    "aaiioouuuuuuuuuu.aaaa11..ggkkoooo..j...gg..nnaa11ooaaaaeeeeiiiioooorrrruuuusstt..hh......aaeeooo"
    "oooooyy";
constexpr std::string_view latin_additional =  // from U+1E00
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrrrrrr"
    "ssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy.s..3.aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";
constexpr std::string_view ligatures[] = {"", "ae", "oe", "ss", "th", "ij"};

char letter_of(char32_t c) {
  constexpr char32_t first = 0xC0, b = 0x1CD, additional = 0x1E00;
  if (c >= first && c < first + latin_1.size()) return latin_1[c - first];
  if (c >= b && c < b + latin_b.size()) return latin_b[c - b];
  if (c >= additional && c < additional + latin_additional.size()) return latin_additional[c - additional];
  return '.';
}

bool is_combining(char32_t c) {
  return (c >= 0x300 && c <= 0x36F) || c == 0xAD || c == 0x200B || c == 0x200C || c == 0x200D || c == 0xFEFF;
}
bool is_apostrophe(char32_t c) {
  return c == '\'' || c == '`' || c == 0xB4 || (c >= 0x2018 && c <= 0x201B) || c == 0x2BC || c == 0x2032 || c == 0xFF07;
}
bool separates(char32_t c) {
  return c <= ' ' || c == '-' || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x2015) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x2212 || c == 0x3000;
}

// Greek and Cyrillic capitals.
char32_t small_of(char32_t c) {
  if (c >= 0x391 && c <= 0x3A9) return c + 0x20;
  if (c == 0x3C2) return 0x3C3;
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  return c;
}

void append_utf8(char32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

// The next code point; a byte that begins none stands for itself.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at++);
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
  if (more == 0) return lead;
  char32_t c = lead & (0x3F >> more);
  for (int i = 0; i < more && at < text.size() && (byte(at) & 0xC0) == 0x80; ++i) c = c << 6 | (byte(at++) & 0x3F);
  return c;
}

}  // namespace

std::string folded(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  bool space = false;
  for (std::size_t at = 0; at < utf8.size();) {
    const char32_t c = next_code_point(utf8, at);
    if (is_combining(c)) continue;
    if (separates(c)) {
      space = !out.empty();
      continue;
    }
    if (space) out += ' ';
    space = false;
    if (c >= 'A' && c <= 'Z')
      out += static_cast<char>(c + ('a' - 'A'));
    else if (is_apostrophe(c))
      out += '\'';
    else if (c < 0x80)
      out += static_cast<char>(c);
    else if (const char letter = letter_of(c); letter >= 'a')
      out += letter;
    else if (letter >= '1' && letter <= '5')
      out += ligatures[letter - '0'];
    else
      append_utf8(small_of(c), out);
  }
  return out;
}

}  // namespace carnet::fhir
