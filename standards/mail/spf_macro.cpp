#include <fmt/format.h>

#include <algorithm>

#include "standards/mail/spf_record.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::string_view delimiter_set = ".-+,/_=";

struct Macro {
  char letter = 0;
  bool escaped = false;  // an upper-case letter asks for URL escapes
  std::size_t keep = 0;  // rightmost labels; 0: all
  bool reverse = false;
  std::string_view delimiters = ".";
};

// The inside of "%{...}". nullopt: not one.
std::optional<Macro> read_macro(std::string_view inside) {
  Macro macro;
  if (inside.empty() || std::string_view("slodiphv").find(lower(inside[0])) == std::string_view::npos)
    return std::nullopt;
  macro.letter = lower(inside[0]);
  macro.escaped = macro.letter != inside[0];
  std::size_t at = 1;
  while (at < inside.size() && is_digit(inside[at])) ++at;
  if (at > 1) {
    const auto keep = to_number(inside.substr(1, at - 1));
    if (!keep || *keep == 0) return std::nullopt;
    macro.keep = static_cast<std::size_t>(*keep);
  }
  if (at < inside.size() && lower(inside[at]) == 'r') {
    macro.reverse = true;
    ++at;
  }
  const auto delimiters = inside.substr(at);
  if (delimiters.find_first_not_of(delimiter_set) != std::string_view::npos) return std::nullopt;
  if (!delimiters.empty()) macro.delimiters = delimiters;
  return macro;
}

std::string value_of(const Macro& macro, const MacroValues& values) {
  switch (macro.letter) {
    case 's':
      return values.sender;
    case 'l':
      return values.local_part;
    case 'o':
      return values.sender_domain;
    case 'd':
      return values.domain;
    case 'i':
      return values.ip.text();
    case 'p':
      return values.validated_name ? values.validated_name() : "unknown";
    case 'v':
      return values.ip.v6 ? "ip6" : "in-addr";
    default:
      return values.helo;
  }
}

std::string escaped_for_url(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string expanded(const Macro& macro, const MacroValues& values) {
  const auto value = value_of(macro, values);
  std::vector<std::string> parts(1);
  for (const char c : value) {
    if (macro.delimiters.find(c) != std::string_view::npos) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (macro.reverse) std::reverse(parts.begin(), parts.end());
  const std::size_t first = macro.keep == 0 || macro.keep >= parts.size() ? 0 : parts.size() - macro.keep;
  std::string out;
  for (std::size_t i = first; i < parts.size(); ++i) {
    if (i > first) out += '.';
    out += parts[i];
  }
  return macro.escaped ? escaped_for_url(out) : out;
}

}  // namespace

bool is_macro_string(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] < 0x21 || text[at] > 0x7E) return false;
    if (text[at] != '%') continue;
    if (++at == text.size()) return false;
    if (text[at] == '%' || text[at] == '_' || text[at] == '-') continue;
    const auto end = text.find('}', at);
    if (text[at] != '{' || end == std::string_view::npos || !read_macro(text.substr(at + 1, end - at - 1)))
      return false;
    at = end;
  }
  return true;
}

bool is_domain_spec(std::string_view text) {
  if (!is_macro_string(text) || text.empty()) return false;
  if (text.ends_with('}')) {
    const auto open = text.rfind("%{");
    if (open != std::string_view::npos && text.find('}', open) == text.size() - 1) return true;
  }
  // Else it ends with a dot and a top label: letters, digits, inner hyphens, not all digits.
  if (text.ends_with('.')) text.remove_suffix(1);
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos) return false;
  const auto top = text.substr(dot + 1);
  if (top.empty() || top.front() == '-' || top.back() == '-') return false;
  const bool fits = std::all_of(top.begin(), top.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
  return fits && !std::all_of(top.begin(), top.end(), is_digit);
}

std::string expand_macros(std::string_view spec, const MacroValues& values) {
  constexpr std::size_t max_name = 253;
  constexpr std::size_t max_expansion = 8u << 10;
  std::string out;
  for (std::size_t at = 0; at < spec.size() && out.size() < max_expansion; ++at) {
    if (spec[at] != '%' || at + 1 >= spec.size()) {
      out += spec[at];
      continue;
    }
    const char kind = spec[++at];
    if (kind == '%') out += '%';
    if (kind == '_') out += ' ';
    if (kind == '-') out += "%20";
    if (kind != '{') continue;
    const auto end = spec.find('}', at);
    if (const auto macro = read_macro(spec.substr(at + 1, end - at - 1))) out += expanded(*macro, values);
    at = end;
  }
  if (out.ends_with('.')) out.pop_back();
  while (out.size() > max_name) {
    const auto dot = out.find('.');
    out.erase(0, dot == std::string::npos ? out.size() - max_name : dot + 1);
  }
  return out;
}

}  // namespace carnet::mail
