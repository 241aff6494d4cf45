// Addresses in a page: as written, as scanned, as they resolve.
#include <algorithm>

#include "standards/mail/html.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::size_t max_target_bytes = 8u << 10;
constexpr std::size_t max_scanned = 200;

bool has_scheme(std::string_view target) {
  const auto colon = target.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_letter(target[0])) return false;
  return std::all_of(target.begin(), target.begin() + static_cast<std::ptrdiff_t>(colon),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.'; });
}

std::string with_ampersands(std::string_view text) {
  std::string out(text);
  for (auto at = out.find("&amp;"); at != std::string::npos; at = out.find("&amp;", at + 1)) out.erase(at + 1, 4);
  return out;
}

}  // namespace

std::string clean_target(std::string_view written, std::string_view base) {
  std::string target;
  for (const char c : trimmed(written.substr(0, max_target_bytes))) {
    // As browsers do: tabs and line breaks inside vanish, other control characters never belonged.
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) target += c;
  }
  if (target.empty() || target.starts_with('#') || has_scheme(target)) return target;
  std::replace(target.begin(), target.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(target.size(), 2)),
               '\\', '/');
  if (base.empty()) return target.starts_with("//") ? "https:" + target : target;
  const auto scheme_end = base.find("://");
  if (target.starts_with("//")) return std::string(base.substr(0, base.find(':'))) + ":" + target;
  if (scheme_end == std::string_view::npos) return target;
  const auto path = base.find('/', scheme_end + 3);
  if (target.starts_with('/')) return std::string(base.substr(0, path)) + target;
  if (path == std::string_view::npos) return std::string(base) + "/" + target;
  return std::string(base.substr(0, base.rfind('/') + 1)) + target;
}

Pieces scan_pieces(std::string_view html) {
  Pieces pieces;
  for (std::size_t at = 0; at < html.size();) {
    const auto open = std::min(html.find('<', at), html.size());
    pieces.text += html.substr(at, open - at);
    if (open == html.size()) break;
    const auto end = std::min(html.find('>', open), html.size());
    const auto tag = html.substr(open, end - open);
    const auto href = tag.find("href=");
    if (href != std::string_view::npos && pieces.targets.size() < max_scanned) {
      auto value = tag.substr(href + 5);
      const bool quoted = value.starts_with('"') || value.starts_with('\'');
      const auto stop = quoted ? value.find(value[0], 1) : value.find(' ');
      value = value.substr(quoted ? 1 : 0, stop == std::string_view::npos ? stop : stop - (quoted ? 1 : 0));
      pieces.targets.push_back(clean_target(with_ampersands(value), ""));
    }
    pieces.text += ' ';
    at = end + 1;
  }
  return pieces;
}

std::vector<std::string> scan_script(std::string_view script) {
  std::vector<std::string> found;
  for (auto at = script.find("http"); at != std::string_view::npos && found.size() < max_scanned;
       at = script.find("http", at + 4)) {
    const auto rest = script.substr(at, max_target_bytes);
    if (!rest.starts_with("http://") && !rest.starts_with("https://")) continue;
    const auto end = std::min(rest.find_first_of("\"'`<>\\ \t\r\n)"), rest.size());
    found.push_back(clean_target(rest.substr(0, end), ""));
  }
  return found;
}

}  // namespace carnet::mail
