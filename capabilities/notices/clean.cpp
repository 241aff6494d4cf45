// Texts that come from elsewhere, made fit to stand in one line of a message.
#include "notices/words.hpp"

namespace carnet::notices {
namespace {

constexpr char32_t replacement = 0xFFFD;

struct Symbol {
  char32_t value;
  std::size_t length;  // bytes it took
};

// RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF. A byte that begins no symbol stands for itself alone.
Symbol first_symbol(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char head = byte(0);
  if (head < 0x80) return {head, 1};
  const std::size_t length = head >= 0xF0 ? 4 : head >= 0xE0 ? 3 : 2;
  if (head < 0xC2 || head > 0xF4 || text.size() < length) return {replacement, 1};
  char32_t value = head & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {replacement, 1};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {replacement, 1};
  return {value, length};
}

bool ends_or_controls(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029; }

// Directional marks, embeddings, overrides and isolates: a name cannot turn the sentence it stands in.
bool turns_direction(char32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string one_line(std::string_view text, std::size_t most_bytes) {
  std::string out;
  while (!text.empty()) {
    const auto symbol = first_symbol(text);
    std::string_view kept = text.substr(0, symbol.length);
    text.remove_prefix(symbol.length);
    if (turns_direction(symbol.value)) continue;
    if (symbol.value == replacement) kept = "\xEF\xBF\xBD";
    if (ends_or_controls(symbol.value)) kept = " ";
    if (kept == " " && (out.empty() || out.back() == ' ')) continue;
    if (out.size() + kept.size() > most_bytes) break;
    out += kept;
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

}  // namespace carnet::notices
