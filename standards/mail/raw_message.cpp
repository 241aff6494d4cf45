#include "standards/mail/raw_message.hpp"

#include <algorithm>

#include "standards/mail/structure.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

bool has_bare_line_feed(std::string_view raw) {
  for (auto at = raw.find('\n'); at != std::string_view::npos; at = raw.find('\n', at + 1)) {
    if (at == 0 || raw[at - 1] != '\r') return true;
  }
  return false;
}

std::string with_crlf(std::string_view raw) {
  std::string out;
  out.reserve(raw.size() + raw.size() / 32);
  char before = '\0';
  for (const char c : raw) {
    if (c == '\n' && before != '\r') out += '\r';
    out += c;
    before = c;
  }
  return out;
}

// Runs of blanks become one space, and those at the end vanish.
void append_folded(std::string& out, std::string_view line) {
  bool blank = false;
  for (const char c : line) {
    if (is_blank(c)) {
      blank = true;
      continue;
    }
    if (blank) out += ' ';
    blank = false;
    out += c;
  }
}

bool is_tag_name(std::string_view name) {
  return !name.empty() && is_letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

}  // namespace

RawMessage::RawMessage(std::string_view raw) {
  if (has_bare_line_feed(raw)) {
    made_crlf_ = with_crlf(raw);
    raw = made_crlf_;
  }
  std::size_t at = 0;
  while (at < raw.size()) {
    if (raw.substr(at, 2) == "\r\n") {
      body_ = raw.substr(at + 2);
      break;
    }
    auto end = raw.find("\r\n", at);
    while (end != std::string_view::npos && end + 2 < raw.size() && is_blank(raw[end + 2]))
      end = raw.find("\r\n", end + 2);
    const auto whole = raw.substr(at, end == std::string_view::npos ? end : end - at);
    at = end == std::string_view::npos ? raw.size() : end + 2;
    RawField field;
    field.whole = whole;
    const auto colon = whole.find(':');
    if (colon != std::string_view::npos) {
      field.name = lowered(trimmed(whole.substr(0, colon)));
      field.value = whole.substr(colon + 1);
      from_fields_ += (field.name == "from" ? 1u : 0u) + smuggled_from(field.value);
    }
    fields_.push_back(std::move(field));
  }
}

std::string canonical_field(const RawField& field, Canonical how) {
  if (how == Canonical::simple) return std::string(field.whole) + "\r\n";
  std::string unfolded;
  unfolded.reserve(field.value.size());
  for (std::size_t i = 0; i < field.value.size(); ++i) {
    if (field.value.substr(i, 2) == "\r\n") {
      ++i;
    } else {
      unfolded += field.value[i];
    }
  }
  std::string out = field.name + ":";
  std::string_view value = unfolded;
  while (!value.empty() && is_blank(value.front())) value.remove_prefix(1);
  append_folded(out, value);
  return out + "\r\n";
}

std::string canonical_body(std::string_view body, Canonical how) {
  std::string out;
  if (how == Canonical::simple) {
    while (body.ends_with("\r\n")) body.remove_suffix(2);
    out.reserve(body.size() + 2);
    out += body;
    return out += "\r\n";
  }
  out.reserve(body.size() + 2);
  std::size_t empty_lines = 0;
  std::string line;
  while (!body.empty()) {
    const auto end = body.find("\r\n");
    line.clear();
    append_folded(line, body.substr(0, end));
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 2);
    if (line.empty()) {
      ++empty_lines;  // kept only when something follows
      continue;
    }
    for (; empty_lines > 0; --empty_lines) out += "\r\n";
    out += line;
    out += "\r\n";
  }
  return out;
}

std::optional<Tags> read_tags(std::string_view text) {
  constexpr std::size_t max_bytes = 32u << 10;
  constexpr std::size_t max_tags = 100;
  Tags tags;
  if (text.size() > max_bytes) return std::nullopt;
  const auto pieces = split(text, ';');
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto piece = trimmed(pieces[i]);
    if (piece.empty() && i + 1 == pieces.size() && i > 0) break;  // one semicolon may end the list
    const auto equals = piece.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const auto name = trimmed(piece.substr(0, equals));
    if (!is_tag_name(name) || tag(tags, name) != nullptr || tags.size() == max_tags) return std::nullopt;
    tags.emplace_back(name, trimmed(piece.substr(equals + 1)));
  }
  return tags;
}

const std::string* tag(const Tags& tags, std::string_view name) {
  const auto found = std::find_if(tags.begin(), tags.end(), [&](const auto& t) { return t.first == name; });
  return found == tags.end() ? nullptr : &found->second;
}

std::string without_space(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return !is_space(c); });
  return out;
}

std::string without_signature(std::string_view whole) {
  std::string out;
  auto at = whole.find(':');
  if (at == std::string_view::npos) return std::string(whole);
  out += whole.substr(0, at + 1);
  bool first = true;
  for (const auto piece : split(whole.substr(at + 1), ';')) {
    if (!first) out += ';';
    first = false;
    const auto equals = piece.find('=');
    const bool signature = equals != std::string_view::npos && trimmed(piece.substr(0, equals)) == "b";
    out += signature ? piece.substr(0, equals + 1) : piece;
  }
  return out;
}

}  // namespace carnet::mail
