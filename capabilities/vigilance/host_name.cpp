#include <algorithm>
#include <charconv>

#include "vigilance/hosts.hpp"
#include "vigilance/text.hpp"

namespace carnet::vigilance {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string without_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

void append_utf8(std::string& out, char32_t point) {
  const auto add = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) return add(point);
  if (point < 0x800) return add(0xC0 | (point >> 6)), add(0x80 | (point & 0x3F));
  if (point < 0x10000) return add(0xE0 | (point >> 12)), add(0x80 | ((point >> 6) & 0x3F)), add(0x80 | (point & 0x3F));
  add(0xF0 | (point >> 18)), add(0x80 | ((point >> 12) & 0x3F)), add(0x80 | ((point >> 6) & 0x3F)), add(0x80 | (point & 0x3F));
}

// RFC 3492, for one label after "xn--"; the label itself when it is not punycode.
std::string punycode(std::string_view label) {
  constexpr std::uint32_t base = 36, least = 1, most = 26, skew = 38, damp = 700;
  std::u32string points;
  const auto dash = label.rfind('-');
  std::size_t at = 0;
  if (dash != std::string_view::npos) {
    for (char c : label.substr(0, dash)) points += static_cast<char32_t>(static_cast<unsigned char>(c));
    at = dash + 1;
  }
  std::uint32_t n = 128, i = 0, bias = 72;
  while (at < label.size()) {
    const std::uint32_t before = i;
    for (std::uint32_t weight = 1, k = base;; k += base) {
      if (at >= label.size()) return std::string(label);
      const char c = label[at++];
      const std::uint32_t digit = is_digit(c) ? static_cast<std::uint32_t>(c - '0') + 26 : is_letter(c) ? static_cast<std::uint32_t>(c - 'a') : base;
      if (digit >= base || weight > 0x3FFFFF) return std::string(label);
      i += digit * weight;
      const std::uint32_t threshold = k <= bias ? least : k >= bias + most ? most : k - bias;
      if (digit < threshold) break;
      weight *= base - threshold;
    }
    const auto count = static_cast<std::uint32_t>(points.size()) + 1;
    std::uint32_t delta = before == 0 ? (i - before) / damp : (i - before) / 2;
    delta += delta / count;
    std::uint32_t k = 0;
    for (; delta > ((base - least) * most) / 2; k += base) delta /= base - least;
    bias = k + (base - least + 1) * delta / (delta + skew);
    n += i / count;
    i %= count;
    if (n > 0x10FFFF) return std::string(label);
    points.insert(points.begin() + i, static_cast<char32_t>(n));
    ++i;
  }
  std::string out;
  for (const char32_t point : points) append_utf8(out, point);
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// 1.2.3.4, 0x7f.1, 2130706433, 017700000001, [::1]
bool is_ip_literal(std::string_view host) {
  if (host.starts_with('[')) return true;
  if (host.empty()) return false;
  std::size_t parts = 0;
  while (true) {
    const auto dot = std::min(host.find('.'), host.size());
    auto part = host.substr(0, dot);
    if (part.starts_with("0x")) {
      part.remove_prefix(2);
      if (!std::all_of(part.begin(), part.end(), [](char c) { return hex_digit(c) >= 0; })) return false;
    } else if (part.empty() || !std::all_of(part.begin(), part.end(), is_digit)) {
      return false;
    }
    ++parts;
    if (dot == host.size()) return parts <= 4;
    host.remove_prefix(dot + 1);
  }
}

}  // namespace

HostName read_host(std::string_view written, const Glyphs& glyphs) {
  HostName out;
  std::string text(written);
  if (text.find('%') != std::string::npos) {
    text = without_percent(text);
    out.percent = text.size() != written.size();
  }
  if (!is_ascii(text)) {
    out.foreign = true;
    text = plain_of(text, glyphs).text;
  }
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  if (text.find("xn--") != std::string::npos) {
    out.foreign = true;
    std::string decoded;
    for (std::string_view rest = text;;) {
      const auto dot = std::min(rest.find('.'), rest.size());
      const auto label = rest.substr(0, dot);
      decoded += label.starts_with("xn--") ? punycode(label.substr(4)) : std::string(label);
      if (dot == rest.size()) break;
      decoded += '.';
      rest.remove_prefix(dot + 1);
    }
    const auto plain = plain_of(decoded, glyphs);
    bool own = false, other = false;
    for (std::size_t i = 0; i < plain.text.size(); ++i) {
      if (plain.text[i] == '.') {
        out.mixed = out.mixed || (own && other);
        own = other = false;
      }
      other = other || (plain.marks[i] & Glyphs::foreign) != 0;
      own = own || (is_letter(plain.text[i]) && (plain.marks[i] & Glyphs::beyond_ascii) == 0);
    }
    out.mixed = out.mixed || (own && other);
    text = plain.text;
  }
  std::erase(text, ' ');
  while (text.ends_with('.')) text.pop_back();
  while (text.starts_with('.')) text.erase(0, 1);
  out.is_address = is_ip_literal(text);
  out.ascii = std::move(text);
  return out;
}

}  // namespace carnet::vigilance
