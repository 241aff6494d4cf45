#include "standards/cda/charset.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>

#include "standards/cda/cda.hpp"

namespace carnet::cda {

namespace {

using kernel::Error;
using kernel::ErrorKind;
using kernel::Result;

enum class Encoding { utf8, ascii, latin1, latin9, windows1252, utf16le, utf16be };

std::unexpected<Error> refuse_encoding(std::string says) {
  return kernel::invalid("cda.encoding", {{"encoding", "/", std::move(says)}});
}

std::unexpected<Error> refuse_size() {
  return std::unexpected(
      Error{ErrorKind::too_large, "cda.limits", {}, {{"too-large", "/", "the document is too large"}}});
}

// The name in the XML declaration, lower case; empty when there is none. Reads ASCII only.
std::string declared_name(std::string_view head) {
  if (!head.starts_with("<?xml") || head.size() < 6 ||
      !(head[5] == ' ' || head[5] == '\t' || head[5] == '\r' || head[5] == '\n')) {
    return {};
  }
  head = head.substr(0, std::min(head.find("?>"), std::size_t{512}));
  auto at = head.find("encoding");
  if (at == std::string_view::npos) return {};
  at += 8;
  while (at < head.size() && (head[at] == ' ' || head[at] == '=' || head[at] == '\t')) ++at;
  if (at >= head.size() || (head[at] != '"' && head[at] != '\'')) return "?";
  const auto end = head.find(head[at], at + 1);
  if (end == std::string_view::npos) return "?";
  std::string name(head.substr(at + 1, end - at - 1));
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

std::optional<Encoding> named(std::string_view name) {
  struct Known {
    std::string_view name;
    Encoding encoding;
  };
  static constexpr std::array<Known, 15> known{{{"utf-8", Encoding::utf8},
                                                {"utf8", Encoding::utf8},
                                                {"us-ascii", Encoding::ascii},
                                                {"ascii", Encoding::ascii},
                                                {"iso-8859-1", Encoding::latin1},
                                                {"iso8859-1", Encoding::latin1},
                                                {"latin1", Encoding::latin1},
                                                {"iso-8859-15", Encoding::latin9},
                                                {"windows-1252", Encoding::windows1252},
                                                {"cp1252", Encoding::windows1252},
                                                {"utf-16", Encoding::utf16le},
                                                {"utf-16le", Encoding::utf16le},
                                                {"utf-16be", Encoding::utf16be},
                                                {"utf_8", Encoding::utf8},
                                                {"iso_8859-1", Encoding::latin1}}};
  const auto found = std::find_if(known.begin(), known.end(), [&](const Known& k) { return k.name == name; });
  if (found == known.end()) return std::nullopt;
  return found->encoding;
}

bool allowed(char32_t c) {
  if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
  return (c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

void append(std::string& out, char32_t c) {
  const auto byte = [&](char32_t b) { out.push_back(static_cast<char>(static_cast<unsigned char>(b))); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | (c >> 6));
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

// Length of the well-formed character at `at` and its code point; 0 for what UTF-8 does not allow (overlong forms,
// surrogates, above U+10FFFF, cut sequences).
std::pair<std::size_t, char32_t> utf8_character(kernel::ByteView bytes, std::size_t at) {
  const auto continuation = [&](std::size_t i) { return at + i < bytes.size() && (bytes[at + i] & 0xC0) == 0x80; };
  const auto low = [&](std::size_t i) { return static_cast<char32_t>(bytes[at + i] & 0x3F); };
  const std::uint8_t first = bytes[at];
  if (first < 0x80) return {1, first};
  if (first >= 0xC2 && first <= 0xDF && continuation(1))
    return {2, (static_cast<char32_t>(first & 0x1F) << 6) | low(1)};
  if (first >= 0xE0 && first <= 0xEF && continuation(1) && continuation(2)) {
    const char32_t c = (static_cast<char32_t>(first & 0x0F) << 12) | (low(1) << 6) | low(2);
    return {c >= 0x800 ? 3 : 0, c};
  }
  if (first >= 0xF0 && first <= 0xF4 && continuation(1) && continuation(2) && continuation(3)) {
    const char32_t c = (static_cast<char32_t>(first & 0x07) << 18) | (low(1) << 12) | (low(2) << 6) | low(3);
    return {c >= 0x10000 ? 4 : 0, c};
  }
  return {0, 0};
}

Result<std::string> from_utf8(kernel::ByteView bytes, bool ascii_only) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::uint8_t byte = bytes[at];
    if (byte >= 0x20 && byte < 0x80) {
      ++at;
      continue;
    }
    const auto [length, c] = utf8_character(bytes, at);
    if (length == 0 || (ascii_only && c >= 0x80)) {
      return refuse_encoding(fmt::format("byte {} is not {}", at, ascii_only ? "US-ASCII" : "well-formed UTF-8"));
    }
    if (!allowed(c)) return refuse_encoding(fmt::format("byte {} is a character that XML does not allow", at));
    at += length;
  }
  return std::string(kernel::as_text(bytes));
}

// windows-1252, 0x80 to 0x9F; 0 where the code page has nothing.
constexpr std::array<char16_t, 32> upper_1252 = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                 0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char32_t single_byte(std::uint8_t byte, Encoding encoding) {
  if (encoding == Encoding::windows1252 && byte >= 0x80 && byte < 0xA0) return upper_1252[byte - 0x80U];
  if (encoding == Encoding::latin9) {
    switch (byte) {
      case 0xA4:
        return 0x20AC;
      case 0xA6:
        return 0x0160;
      case 0xA8:
        return 0x0161;
      case 0xB4:
        return 0x017D;
      case 0xB8:
        return 0x017E;
      case 0xBC:
        return 0x0152;
      case 0xBD:
        return 0x0153;
      case 0xBE:
        return 0x0178;
      default:
        break;
    }
  }
  return byte;
}

Result<std::string> from_single_byte(kernel::ByteView bytes, Encoding encoding) {
  std::string out;
  out.reserve(std::min(bytes.size() + bytes.size() / 8, max_utf8_bytes));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const char32_t c = single_byte(bytes[at], encoding);
    if (!allowed(c)) return refuse_encoding(fmt::format("byte {} is a character that XML does not allow", at));
    append(out, c);
    if (out.size() > max_utf8_bytes) return refuse_size();
  }
  return out;
}

Result<std::string> from_utf16(kernel::ByteView bytes, bool little) {
  if (bytes.size() % 2 != 0) return refuse_encoding("UTF-16 with an odd number of bytes");
  const auto unit = [&](std::size_t at) {
    const char32_t a = bytes[at];
    const char32_t b = bytes[at + 1];
    return little ? (b << 8 | a) : (a << 8 | b);
  };
  std::string out;
  out.reserve(bytes.size() / 2 + bytes.size() / 16);
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    char32_t c = unit(at);
    if (c >= 0xD800 && c <= 0xDBFF && at + 3 < bytes.size()) {
      const char32_t second = unit(at + 2);
      if (second < 0xDC00 || second > 0xDFFF) return refuse_encoding(fmt::format("byte {} is half a character", at));
      c = 0x10000 + ((c - 0xD800) << 10) + (second - 0xDC00);
      at += 2;
    }
    if (!allowed(c)) return refuse_encoding(fmt::format("byte {} is a character that XML does not allow", at));
    append(out, c);
    if (out.size() > max_utf8_bytes) return refuse_size();
  }
  const std::string name = declared_name(out);
  if (!name.empty() && name != "utf-16" && name != (little ? "utf-16le" : "utf-16be")) {
    return refuse_encoding("the declared encoding is not the one of the bytes (UTF-16)");
  }
  return out;
}

bool starts_with(kernel::ByteView bytes, std::initializer_list<std::uint8_t> head) {
  return bytes.size() >= head.size() && std::equal(head.begin(), head.end(), bytes.begin());
}

}  // namespace

Result<std::string> to_utf8(kernel::ByteView xml) {
  if (xml.size() > max_document_bytes) return refuse_size();
  if (xml.empty()) return refuse_encoding("the document is empty");
  if (starts_with(xml, {0xFF, 0xFE})) return from_utf16(xml.subspan(2), true);
  if (starts_with(xml, {0xFE, 0xFF})) return from_utf16(xml.subspan(2), false);
  if (starts_with(xml, {'<', 0, '?', 0})) return from_utf16(xml, true);
  if (starts_with(xml, {0, '<', 0, '?'})) return from_utf16(xml, false);
  const bool marked = starts_with(xml, {0xEF, 0xBB, 0xBF});
  if (marked) xml = xml.subspan(3);
  const std::string name = declared_name(kernel::as_text(xml.first(std::min(xml.size(), std::size_t{1024}))));
  if (name.empty()) return from_utf8(xml, false);
  const auto encoding = named(name);
  if (!encoding) return refuse_encoding("the declared encoding is not one that is accepted");
  if (*encoding == Encoding::utf16le || *encoding == Encoding::utf16be || (marked && *encoding != Encoding::utf8)) {
    return refuse_encoding("the declared encoding is not the one of the bytes");
  }
  if (*encoding == Encoding::utf8) return from_utf8(xml, false);
  if (*encoding == Encoding::ascii) return from_utf8(xml, true);
  return from_single_byte(xml, *encoding);
}

}  // namespace carnet::cda
