#include "standards/mail/structure.hpp"

#include <gmime/gmime.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>

#include "standards/mail/decode.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::size_t max_parameter_bytes = 8u << 10;

struct Unreferenced {
  void operator()(void* object) const { g_object_unref(object); }
};

// One line, as the C interface wants it, and no character set in it that the C library should not be asked for.
std::string tamed(std::string_view raw) {
  std::string line(raw.substr(0, max_parameter_bytes));
  std::replace_if(line.begin(), line.end(), [](char c) { return c == '\0' || c == '\r' || c == '\n'; }, ' ');
  const auto forget = [&](std::size_t from, std::size_t end) {
    if (is_known_charset(std::string_view(line).substr(from, end - from))) return;
    std::fill(line.begin() + static_cast<std::ptrdiff_t>(from), line.begin() + static_cast<std::ptrdiff_t>(end), 'x');
  };
  for (auto at = line.find("=?"); at != std::string::npos; at = line.find("=?", at + 2)) {
    const auto end = line.find_first_of("?* ", at + 2);
    if (end != std::string::npos) forget(at + 2, end);
  }
  for (auto at = line.find("*"); at != std::string::npos; at = line.find("*", at + 1)) {
    const auto value = line.find_first_not_of("0123456789*= \"", at);
    const auto end = value == std::string::npos ? value : line.find('\'', value);
    if (end != std::string::npos && end - value < 40) forget(value, end);
  }
  return line;
}

std::string parameter(GMimeParamList* list, const char* name) {
  GMimeParam* found = list == nullptr ? nullptr : g_mime_param_list_get_parameter(list, name);
  const char* value = found == nullptr ? nullptr : g_mime_param_get_value(found);
  return value == nullptr ? std::string() : scrubbed(decode_words(value));
}

bool has_bare_cr(std::string_view value) {
  for (auto at = value.find('\r'); at != std::string_view::npos; at = value.find('\r', at + 1)) {
    if (at + 1 >= value.size() || value[at + 1] != '\n') return true;
  }
  return false;
}

void take_field(HeaderBlock& block, std::string_view line) {
  const auto colon = line.find(':');
  auto name = line.substr(0, colon);
  while (!name.empty() && is_blank(name.back())) name.remove_suffix(1);  // RFC 5322, section 4.5: "From :"
  if (colon == std::string_view::npos || name.empty() || name.find_first_of(" \t") != std::string_view::npos) {
    block.line_without_colon = true;
    return;
  }
  const auto value = line.substr(colon + 1);
  block.fields.push_back({std::string(name), std::string(value)});
  block.bare_cr = block.bare_cr || has_bare_cr(value);
  block.smuggled_from += smuggled_from(value);
}

}  // namespace

void start_gmime() {
  static std::once_flag once;
  std::call_once(once, [] { g_mime_init(); });
}

std::size_t smuggled_from(std::string_view field_value) {
  std::size_t count = 0;
  for (auto at = field_value.find('\r'); at != std::string_view::npos; at = field_value.find('\r', at + 1)) {
    auto rest = field_value.substr(at + 1);
    if (!starts_with(rest, "from")) continue;
    rest.remove_prefix(4);
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
    if (rest.starts_with(':')) ++count;
  }
  return count;
}

HeaderBlock split_headers(std::string_view entity, const Limits& limits) {
  HeaderBlock block;
  std::size_t at = 0;
  // The separator line of an mbox file is no header field.
  if ((starts_with(entity, "from ") && !trimmed(entity.substr(4, 80)).starts_with(':')) ||
      entity.starts_with(">From ")) {
    const auto end = entity.find('\n');
    at = end == std::string_view::npos ? entity.size() : end + 1;
  }
  const std::size_t start = at;
  while (at < entity.size()) {
    std::size_t end = entity.find('\n', at);
    if (end == std::string_view::npos) end = entity.size();
    const auto first = entity.substr(at, end - at);
    if (first.empty() || first == "\r") {
      block.body = entity.substr(std::min(end + 1, entity.size()));
      return block;
    }
    // Lines that begin with white space continue the field.
    while (end + 1 < entity.size() && is_blank(entity[end + 1])) {
      end = entity.find('\n', end + 1);
      if (end == std::string_view::npos) end = entity.size();
    }
    auto line = entity.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = std::min(end + 1, entity.size());
    if (at - start > limits.header_bytes || block.fields.size() >= limits.header_fields) {
      block.too_large = true;
      return block;
    }
    take_field(block, line);
  }
  return block;
}

const HeaderField* find_field(const std::vector<HeaderField>& fields, std::string_view name) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const HeaderField& f) { return f.is(name); });
  return found == fields.end() ? nullptr : &*found;
}

ContentType read_content_type(const HeaderField* field, std::string_view by_default) {
  ContentType out;
  out.type = std::string(by_default);
  if (field == nullptr || trimmed(field->raw).empty()) return out;
  start_gmime();
  const std::unique_ptr<GMimeContentType, Unreferenced> parsed(
      g_mime_content_type_parse(nullptr, tamed(trimmed(field->raw)).c_str()));
  if (!parsed) return out;
  const char* media = g_mime_content_type_get_media_type(parsed.get());
  const char* sub = g_mime_content_type_get_media_subtype(parsed.get());
  if (media != nullptr && sub != nullptr) out.type = lowered(scrubbed(std::string(media) + "/" + sub));
  GMimeParamList* list = g_mime_content_type_get_parameters(parsed.get());
  out.charset = parameter(list, "charset");
  out.name = parameter(list, "name");
  out.format = lowered(parameter(list, "format"));
  out.delsp = lowered(parameter(list, "delsp"));
  out.protocol = lowered(parameter(list, "protocol"));
  out.smime_type = lowered(parameter(list, "smime-type"));
  // As written: a boundary is bytes, not words.
  GMimeParam* boundary = g_mime_param_list_get_parameter(list, "boundary");
  if (boundary != nullptr && g_mime_param_get_value(boundary) != nullptr) {
    out.boundary = g_mime_param_get_value(boundary);
  }
  return out;
}

Disposition read_disposition(const HeaderField* field) {
  Disposition out;
  if (field == nullptr) return out;
  start_gmime();
  const std::unique_ptr<GMimeContentDisposition, Unreferenced> parsed(
      g_mime_content_disposition_parse(nullptr, tamed(trimmed(field->raw)).c_str()));
  if (!parsed) return out;
  const char* kind = g_mime_content_disposition_get_disposition(parsed.get());
  if (kind != nullptr) out.kind = lowered(scrubbed(kind));
  out.file_name = parameter(g_mime_content_disposition_get_parameters(parsed.get()), "filename");
  return out;
}

std::optional<std::vector<std::string_view>> split_multipart(std::string_view body, std::string_view boundary,
                                                             std::size_t limit, bool& cut) {
  constexpr std::size_t max_boundary = 200;  // RFC 2046 allows 70
  if (boundary.empty() || boundary.size() > max_boundary) return std::nullopt;
  std::vector<std::string_view> parts;
  const std::string mark = "--" + std::string(boundary);
  const auto find_mark = [&](std::size_t from) {  // in linear time for any boundary, which find() does not promise
    if (from >= body.size()) return body.size();
    const void* found = memmem(body.data() + from, body.size() - from, mark.data(), mark.size());
    return found == nullptr ? body.size() : static_cast<std::size_t>(static_cast<const char*>(found) - body.data());
  };
  std::optional<std::size_t> open;  // where the current part begins
  for (auto at = find_mark(0); at < body.size(); at = find_mark(at)) {
    if (at != 0 && body[at - 1] != '\n') {
      at += mark.size();
      continue;
    }
    const std::size_t end = std::min(body.find('\n', at), body.size());
    const auto rest = body.substr(at + mark.size(), end - at - mark.size());
    const bool closes = rest.starts_with("--");
    if (!closes && !trimmed(rest).empty()) {
      at += mark.size();
      continue;
    }
    if (open) {
      auto part = body.substr(*open, at > *open ? at - *open : 0);
      if (part.ends_with('\n')) part.remove_suffix(1);  // the line break before a boundary belongs to it
      if (part.ends_with('\r')) part.remove_suffix(1);
      if (parts.size() == limit) {
        cut = true;
        return parts;
      }
      parts.push_back(part);
    }
    open = std::min(end + 1, body.size());
    if (closes) return parts;
    at = *open;
  }
  if (!open) return std::nullopt;
  if (parts.size() == limit) {
    cut = true;
  } else {
    parts.push_back(body.substr(*open));  // never closed: the rest is the last part
  }
  return parts;
}

}  // namespace carnet::mail
