#include "standards/mail/decode.hpp"

#include <gmime/gmime-encodings.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <memory>

#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// windows-1252 from 0x80 to 0x9F; what mailers call iso-8859-1 or us-ascii is this in practice.
constexpr std::array<char16_t, 32> windows_1252{0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                                0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0x8D,   0x17D,  0x8F,
                                                0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

std::string from_windows_1252(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) {
      out += ' ';
    } else {
      append_utf8(out, byte >= 0x80 && byte < 0xA0 ? windows_1252[byte - 0x80u] : byte);
    }
  }
  return out;
}

struct Charset {
  std::string_view name;   // as mail writes it, lower-case
  std::string_view iconv;  // as the C library knows it; "" for UTF-8, "1252" for what is read as windows-1252
};
constexpr Charset charsets[] = {
    {"utf-8", ""},
    {"utf8", ""},
    {"us-ascii", "1252"},
    {"ascii", "1252"},
    {"ansi_x3.4-1968", "1252"},
    {"iso-8859-1", "1252"},
    {"iso8859-1", "1252"},
    {"iso_8859-1", "1252"},
    {"latin1", "1252"},
    {"windows-1252", "1252"},
    {"cp1252", "1252"},
    {"x-cp1252", "1252"},
    {"iso-8859-15", "ISO-8859-15"},
    {"latin-9", "ISO-8859-15"},
    {"latin9", "ISO-8859-15"},
    {"iso-8859-2", "ISO-8859-2"},
    {"iso-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4"},
    {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-6", "ISO-8859-6"},
    {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-8", "ISO-8859-8"},
    {"iso-8859-8-i", "ISO-8859-8"},
    {"iso-8859-9", "ISO-8859-9"},
    {"iso-8859-10", "ISO-8859-10"},
    {"iso-8859-11", "CP874"},
    {"iso-8859-13", "ISO-8859-13"},
    {"iso-8859-14", "ISO-8859-14"},
    {"iso-8859-16", "ISO-8859-16"},
    {"windows-874", "CP874"},
    {"tis-620", "CP874"},
    {"windows-1250", "CP1250"},
    {"windows-1251", "CP1251"},
    {"windows-1253", "CP1253"},
    {"windows-1254", "CP1254"},
    {"windows-1255", "CP1255"},
    {"windows-1256", "CP1256"},
    {"windows-1257", "CP1257"},
    {"windows-1258", "CP1258"},
    {"cp1250", "CP1250"},
    {"cp1251", "CP1251"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"macintosh", "MACINTOSH"},
    {"x-mac-roman", "MACINTOSH"},
    {"cp437", "CP437"},
    {"ibm437", "CP437"},
    {"cp850", "CP850"},
    {"ibm850", "CP850"},
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"gb18030", "GB18030"},
    {"big5", "BIG5"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"sjis", "CP932"},
    {"euc-jp", "EUC-JP"},
    {"iso-2022-jp", "ISO-2022-JP"},
    {"euc-kr", "CP949"},
    {"ks_c_5601-1987", "CP949"},
    {"utf-7", "UTF-7"},
    {"utf-16", "UTF-16"},
    {"utf-16le", "UTF-16LE"},
    {"utf-16be", "UTF-16BE"},
    {"utf-32", "UTF-32"},
};

const Charset* find_charset(std::string_view name) {
  const auto found = std::find_if(std::begin(charsets), std::end(charsets),
                                  [&](const Charset& charset) { return same(charset.name, name); });
  return found == std::end(charsets) ? nullptr : found;
}

struct Closed {
  void operator()(void* handle) const { iconv_close(handle); }
};

std::string convert(std::string_view bytes, const char* from, bool& damaged) {
  const iconv_t opened = iconv_open("UTF-8", from);
  if (opened == reinterpret_cast<iconv_t>(-1)) return scrubbed(bytes, damaged);
  const std::unique_ptr<void, Closed> handle(opened);
  std::string out;
  std::array<char, 4096> buffer;
  char* in = const_cast<char*>(bytes.data());  // the C interface; it is only read
  std::size_t left = bytes.size();
  while (left > 0) {
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const char* before = in;
    const auto status = iconv(handle.get(), &in, &left, &to, &room);
    out.append(buffer.data(), buffer.size() - room);
    if (status != static_cast<std::size_t>(-1)) break;
    if (errno == E2BIG && (in != before || room < buffer.size())) continue;
    // An ill-formed or cut sequence: one byte of it is given up, the rest is tried.
    damaged = true;
    out += replacement;
    if (left == 0) break;
    ++in;
    --left;
  }
  bool scrub = false;
  return scrubbed(out, scrub);
}

std::string guessed(std::string_view bytes) {
  return is_utf8(bytes) ? scrubbed(bytes) : from_windows_1252(bytes);
}

std::string decode_q_word(std::string_view text) {
  std::string out;
  const auto nibble = [](char c) {
    return is_digit(c) ? c - '0' : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      out += ' ';
    } else if (text[i] == '=' && i + 2 < text.size() && nibble(text[i + 1]) >= 0 && nibble(text[i + 2]) >= 0) {
      out += static_cast<char>(nibble(text[i + 1]) * 16 + nibble(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

struct Word {
  std::string_view charset;
  std::string bytes;
  std::size_t size = 0;  // of its source
};

// "=?charset*lang?B?text?=" at the head of `value`.
std::optional<Word> encoded_word(std::string_view value) {
  if (!value.starts_with("=?")) return std::nullopt;
  const auto charset_end = value.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end == 2 || charset_end > 60) return std::nullopt;
  if (charset_end + 2 >= value.size() || value[charset_end + 2] != '?') return std::nullopt;
  const char encoding = lower(value[charset_end + 1]);
  // Spaces inside are against the rule, and common in what forges headers: taken as most readers take them.
  const auto end = value.find("?=", charset_end + 3);
  if (end == std::string_view::npos || (encoding != 'b' && encoding != 'q')) return std::nullopt;
  const auto text = value.substr(charset_end + 3, end - charset_end - 3);
  if (text.find('\n') != std::string_view::npos) return std::nullopt;
  Word word;
  word.charset = value.substr(2, charset_end - 2);
  word.charset = word.charset.substr(0, word.charset.find('*'));
  bool cut = false;
  word.bytes = encoding == 'q' ? decode_q_word(text) : decode_transfer(text, Transfer::base64, text.size(), cut);
  word.size = end + 2;
  return word;
}

}  // namespace

bool is_known_charset(std::string_view name) {
  return find_charset(name) != nullptr;
}

Transfer transfer_of(std::string_view content_transfer_encoding) {
  const auto name = trimmed(content_transfer_encoding.substr(0, content_transfer_encoding.find_first_of(";(")));
  if (name.empty() || same(name, "7bit") || same(name, "8bit") || same(name, "binary")) return Transfer::plain;
  if (same(name, "base64")) return Transfer::base64;
  if (same(name, "quoted-printable")) return Transfer::quoted_printable;
  if (same(name, "x-uuencode") || same(name, "uuencode") || same(name, "x-uue")) return Transfer::uuencode;
  return Transfer::unknown;
}

std::string decode_transfer(std::string_view encoded, Transfer transfer, std::size_t limit, bool& cut) {
  std::string out;
  if (transfer == Transfer::plain || transfer == Transfer::unknown) {
    cut = cut || encoded.size() > limit;
    return std::string(encoded.substr(0, limit));
  }
  GMimeEncoding state;
  g_mime_encoding_init_decode(&state, transfer == Transfer::base64     ? GMIME_CONTENT_ENCODING_BASE64
                                      : transfer == Transfer::uuencode ? GMIME_CONTENT_ENCODING_UUENCODE
                                                                       : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
  constexpr std::size_t step = 64u << 10;
  std::string buffer;
  for (std::size_t at = 0; at < encoded.size() && out.size() <= limit; at += step) {
    const auto piece = encoded.substr(at, step);
    buffer.resize(g_mime_encoding_outlen(&state, piece.size()) + 16);
    out.append(buffer.data(), g_mime_encoding_step(&state, piece.data(), piece.size(), buffer.data()));
  }
  buffer.resize(64);
  out.append(buffer.data(), g_mime_encoding_flush(&state, "", 0, buffer.data()));
  if (out.size() > limit) {
    out.resize(limit);
    cut = true;
  }
  return out;
}

std::string to_utf8(std::string_view bytes, std::string_view charset, bool& damaged, bool& known) {
  charset = trimmed(charset);
  if (charset.empty()) return guessed(bytes);
  const Charset* found = find_charset(charset);
  if (found == nullptr) {
    known = false;
    return guessed(bytes);
  }
  if (found->iconv.empty()) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    return scrubbed(bytes, damaged);
  }
  if (found->iconv != "1252") return convert(bytes, std::string(found->iconv).c_str(), damaged);
  // Declared ASCII or Latin, in fact UTF-8: readers differ, and the words are those that make sense.
  const bool eight_bit =
      std::any_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<signed char>(c) < 0; });
  if (eight_bit && charset.size() <= 8 && (same(charset, "us-ascii") || same(charset, "ascii"))) {
    damaged = true;
    return guessed(bytes);
  }
  return from_windows_1252(bytes);
}

std::string decode_words(std::string_view value) {
  std::string out;
  std::string pending;  // bytes of adjacent words of one character set
  std::string_view pending_charset;
  std::size_t plain_from = 0;
  bool damaged = false;
  bool known = true;
  bool after_word = false;
  const auto flush_words = [&] {
    if (!pending.empty()) out += to_utf8(pending, pending_charset, damaged, known);
    pending.clear();
  };
  const auto flush_plain = [&](std::size_t end) {
    const auto plain = value.substr(plain_from, end - plain_from);
    if (plain.empty()) return;
    // White space between two words is theirs, not the reader's.
    const bool only_space = std::all_of(plain.begin(), plain.end(), is_space);
    if (after_word && only_space && end < value.size()) return;
    flush_words();
    out += guessed(plain);
  };
  for (std::size_t at = 0; at < value.size();) {
    at = value.find("=?", at);
    if (at == std::string_view::npos) break;
    auto word = encoded_word(value.substr(at));
    if (!word) {
      at += 2;
      continue;
    }
    flush_plain(at);
    if (!pending.empty() && !same(pending_charset, word->charset)) flush_words();
    pending += word->bytes;
    pending_charset = word->charset;
    at += word->size;
    plain_from = at;
    after_word = true;
  }
  flush_plain(value.size());
  flush_words();
  std::replace_if(out.begin(), out.end(), [](char c) { return c == '\n' || c == '\r' || c == '\0'; }, ' ');
  return out;
}

}  // namespace carnet::mail
