// A mail as its receiver's program reads it: headers unfolded and decoded, the text decoded. Written from RFC 5322, 2045 and
// 2047, apart from the code that writes mails.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/kernel/bytes.hpp"

namespace carnet::notices::testing {

struct ReceivedMail {
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, values unfolded, as they came
  std::vector<std::string> header_lines;                     // before unfolding
  std::string body;                                          // as it came

  // The only header of this name; none when there is none or more than one.
  std::optional<std::string> header(std::string_view name) const {
    std::optional<std::string> found;
    for (const auto& [key, value] : headers) {
      if (key != name) continue;
      if (found) return std::nullopt;
      found = value;
    }
    return found;
  }
  std::string decoded(std::string_view name) const { return decode_words(header(name).value_or("(none)")); }
  // The text, with "\n" for line ends; none when it is not base64 of UTF-8 text with CRLF.
  std::optional<std::string> text() const {
    const auto bytes = kernel::from_base64(body, kernel::WhiteSpace::skip);
    if (!bytes || header("content-transfer-encoding") != "base64") return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < bytes->size(); ++i) {
      const char c = static_cast<char>((*bytes)[i]);
      if (c == '\r' && (i + 1 == bytes->size() || (*bytes)[i + 1] != '\n')) return std::nullopt;
      if (c == '\n' && (i == 0 || (*bytes)[i - 1] != '\r')) return std::nullopt;
      if (c != '\r') out += c;
    }
    return out;
  }

  // "=?UTF-8?B?...?=" wherever it stands as a word; white space between two of them is none.
  static std::string decode_words(std::string_view value) {
    constexpr std::string_view begin = "=?UTF-8?B?", end = "?=";
    std::string out;
    bool after_word = false;
    while (!value.empty()) {
      const auto at = value.find(begin);
      const auto stop = at == std::string_view::npos ? at : value.find(end, at + begin.size());
      if (stop == std::string_view::npos) return out.append(value);
      const auto between = value.substr(0, at);
      if (!after_word || between.find_first_not_of(" \t") != std::string_view::npos) out += between;
      const auto bytes = kernel::from_base64(value.substr(at + begin.size(), stop - at - begin.size()));
      out += bytes ? std::string(kernel::as_text(*bytes)) : "(not base64)";
      value.remove_prefix(stop + end.size());
      after_word = true;
    }
    return out;
  }
};

// Line ends are CRLF, or LF as in a mailbox on disk.
inline ReceivedMail read_mail(std::string_view raw) {
  ReceivedMail mail;
  while (!raw.empty()) {
    const auto end = std::min(raw.find('\n'), raw.size());
    std::string line(raw.substr(0, end));
    raw.remove_prefix(std::min(end + 1, raw.size()));
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) break;
    mail.header_lines.push_back(line);
    if ((line[0] == ' ' || line[0] == '\t') && !mail.headers.empty()) {
      mail.headers.back().second += line;
      continue;
    }
    const auto colon = std::min(line.find(':'), line.size());
    std::string name = line.substr(0, colon), value = colon < line.size() ? line.substr(colon + 1) : "";
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    value.erase(0, std::min(value.find_first_not_of(' '), value.size()));
    mail.headers.emplace_back(std::move(name), std::move(value));
  }
  mail.body = std::string(raw);
  return mail;
}

}  // namespace carnet::notices::testing
