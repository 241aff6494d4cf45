#include "standards/fhir/json_text.hpp"

namespace carnet::fhir {

namespace {

int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

void append_utf8(std::string& out, int code) {
  const auto put = [&out](int byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

}  // namespace

int code_unit(std::string_view four) {
  int unit = 0;
  for (const char c : four.substr(0, 4)) {
    const int digit = hex_of(c);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return four.size() < 4 ? -1 : unit;
}

bool is_high_surrogate(int unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low_surrogate(int unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

std::string without_escapes(std::string_view inside) {
  std::string out;
  out.reserve(inside.size());
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] != '\\') {
      out.push_back(inside[i]);
      continue;
    }
    const char c = inside[++i];
    constexpr std::string_view letters = "bfnrt", meanings = "\b\f\n\r\t";
    if (const auto at = letters.find(c); at != std::string_view::npos) {
      out.push_back(meanings[at]);
    } else if (c != 'u') {
      out.push_back(c);
    } else {
      int unit = code_unit(inside.substr(i + 1));
      i += 4;
      if (is_high_surrogate(unit)) {
        const int low = code_unit(inside.substr(i + 3));
        i += 6;
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
      }
      append_utf8(out, unit);
    }
  }
  return out;
}

}  // namespace carnet::fhir
