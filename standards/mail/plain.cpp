// Plain text as shown: RFC 3676 (format=flowed), line ends, white space at the end of lines.
#include "standards/mail/html_text.hpp"
#include "standards/mail/message.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

struct Line {
  std::size_t quotes = 0;
  std::string_view text;
  bool flows = false;  // ends with a soft break
};

Line read_line(std::string_view raw, bool flowed) {
  Line line;
  if (raw.ends_with('\r')) raw.remove_suffix(1);
  if (!flowed) {
    line.text = raw;
    return line;
  }
  while (raw.starts_with('>')) {
    raw.remove_prefix(1);
    ++line.quotes;
  }
  if (raw.starts_with(' ')) raw.remove_prefix(1);  // space-stuffing
  line.text = raw;
  line.flows = raw.ends_with(' ') && raw != "-- ";
  return line;
}

}  // namespace

Body read_plain(std::string_view utf8_text, bool flowed, bool del_sp) {
  Body body;
  body.kind = BodyKind::plain;
  auto& out = body.visible;
  out.reserve(utf8_text.size());
  std::optional<std::size_t> open_quotes;  // depth of the paragraph that a soft break left open
  while (!utf8_text.empty()) {
    const auto end = utf8_text.find('\n');
    const auto line = read_line(utf8_text.substr(0, end), flowed);
    utf8_text.remove_prefix(end == std::string_view::npos ? utf8_text.size() : end + 1);
    if (open_quotes && *open_quotes != line.quotes) out += '\n';
    if (!open_quotes || *open_quotes != line.quotes) {
      out.append(line.quotes, '>');
      if (line.quotes > 0) out += ' ';
    }
    auto text = line.text;
    if (line.flows && del_sp) text.remove_suffix(1);
    if (!line.flows) {
      while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    }
    out += text;
    if (line.flows) {
      open_quotes = line.quotes;
    } else {
      out += '\n';
      open_quotes.reset();
    }
  }
  PageText(body).finish();
  return body;
}

}  // namespace carnet::mail
