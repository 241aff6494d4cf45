#include "standards/cda/media.hpp"

#include <algorithm>
#include <array>

#include "standards/cda/cda.hpp"
#include "standards/cda/tree.hpp"

namespace carnet::cda {

namespace {

using kernel::ByteView;

bool starts_with(ByteView bytes, std::string_view head) {
  return bytes.size() >= head.size() && kernel::as_text(bytes.first(head.size())) == head;
}

std::uint32_t big16(ByteView b, std::size_t at) {
  return static_cast<std::uint32_t>(b[at] << 8 | b[at + 1]);
}
std::uint32_t big32(ByteView b, std::size_t at) {
  return big16(b, at) << 16 | big16(b, at + 2);
}

// Walks the segments up to the frame header, which holds the size.
std::optional<PixelSize> jpeg_size(ByteView b) {
  std::size_t at = 2;
  while (at + 9 < b.size()) {
    if (b[at] != 0xFF) return std::nullopt;
    const std::uint8_t marker = b[at + 1];
    if (marker == 0xFF) {
      ++at;
      continue;
    }
    const bool frame = marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (frame) return PixelSize{big16(b, at + 7), big16(b, at + 5)};
    if (marker == 0xD9 || marker == 0xDA) return std::nullopt;
    at += 2;
    if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) continue;
    at += std::max<std::uint32_t>(big16(b, at), 2);
  }
  return std::nullopt;
}

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_symbol(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

struct Accepted {
  std::string_view media_type;
  Format format;
};
constexpr std::array<Accepted, 8> accepted_bodies{{{"application/pdf", Format::pdf},
                                                   {"image/png", Format::png},
                                                   {"image/jpeg", Format::jpeg},
                                                   {"image/jpg", Format::jpeg},
                                                   {"image/tiff", Format::tiff},
                                                   {"text/rtf", Format::rtf},
                                                   {"application/rtf", Format::rtf},
                                                   {"text/plain", Format::unknown}}};

std::unexpected<kernel::Error> wrong_body(std::string_view code, pugi::xml_node node, std::string_view at,
                                          std::string_view says) {
  return kernel::invalid("cda.body", {{std::string(code), path_of(node) + std::string(at), std::string(says)}});
}

}  // namespace

Format format_of(ByteView head) {
  using namespace std::string_view_literals;
  if (starts_with(head, "%PDF-")) return Format::pdf;
  if (starts_with(head, "\x89PNG\r\n\x1a\n"sv)) return Format::png;
  if (starts_with(head, "\xFF\xD8\xFF"sv)) return Format::jpeg;
  if (starts_with(head, "GIF87a") || starts_with(head, "GIF89a")) return Format::gif;
  if (starts_with(head, "II*\0"sv) || starts_with(head, "MM\0*"sv)) return Format::tiff;
  if (starts_with(head, "{\\rtf")) return Format::rtf;
  return Format::unknown;
}

std::optional<PixelSize> pixel_size(Format format, ByteView head) {
  switch (format) {
    case Format::png:
      if (head.size() < 24) return std::nullopt;
      return PixelSize{big32(head, 16), big32(head, 20)};
    case Format::gif:
      if (head.size() < 10) return std::nullopt;
      return PixelSize{static_cast<std::uint32_t>(head[7] << 8 | head[6]),
                       static_cast<std::uint32_t>(head[9] << 8 | head[8])};
    case Format::jpeg:
      return jpeg_size(head);
    default:
      return std::nullopt;
  }
}

std::string_view raw_text(pugi::xml_node element, std::string& joined) {
  std::string_view only;
  std::size_t pieces = 0;
  for (const auto child : element.children()) {
    if (child.type() != pugi::node_pcdata && child.type() != pugi::node_cdata) continue;
    if (pieces == 1) joined.assign(only);
    if (pieces >= 1) joined += child.value();
    only = child.value();
    ++pieces;
  }
  return pieces > 1 ? std::string_view(joined) : only;
}

std::optional<std::size_t> base64_size(std::string_view text) {
  std::size_t symbols = 0;
  std::size_t padding = 0;
  char last = 'A';
  for (const char c : text) {
    if (is_space(c)) continue;
    if (c == '=') {
      if (++padding > 2) return std::nullopt;
      continue;
    }
    if (padding > 0 || !is_symbol(c)) return std::nullopt;
    ++symbols;
    last = c;
  }
  if ((symbols + padding) % 4 != 0) return std::nullopt;
  // Bits after the last whole byte must be zero, or two texts would mean the same bytes.
  if (padding == 2 && std::string_view("AQgw").find(last) == std::string_view::npos) return std::nullopt;
  if (padding == 1 && std::string_view("AEIMQUYcgkosw048").find(last) == std::string_view::npos) return std::nullopt;
  return symbols * 3 / 4;
}

kernel::Bytes base64_head(std::string_view text, std::size_t max_bytes) {
  std::string symbols;
  for (const char c : text) {
    if (symbols.size() / 4 * 3 >= max_bytes && symbols.size() % 4 == 0) break;
    if (!is_space(c)) symbols += c;
  }
  return kernel::from_base64(symbols).value_or(kernel::Bytes{});
}

kernel::Result<EmbeddedText> check_embedded(pugi::xml_node text, std::string& joined) {
  const std::string_view declared = attribute(text, "mediaType");
  const auto known = std::find_if(accepted_bodies.begin(), accepted_bodies.end(),
                                  [&](const Accepted& a) { return a.media_type == declared; });
  if (known == accepted_bodies.end())
    return wrong_body("media-type", text, "/@mediaType", "not a type that is accepted");
  if (attribute(text, "representation") != "B64") return wrong_body("value", text, "/@representation", "must be B64");
  if (!attribute(text, "compression").empty()) return wrong_body("value", text, "/@compression", "must be absent");
  if (text.child("reference"))
    return wrong_body("not-supported", text, "/reference", "the content must be inside the document");
  EmbeddedText found{known->format == Format::jpeg ? "image/jpeg" : std::string(declared), raw_text(text, joined), 0};
  const auto size = base64_size(found.base64);
  if (!size) return wrong_body("base64", text, "", "not base64");
  if (*size == 0) return wrong_body("required", text, "", "the content is empty");
  found.decoded_bytes = *size;
  if (known->format != Format::unknown && format_of(base64_head(found.base64, 16)) != known->format) {
    return wrong_body("media-type", text, "", "the bytes are not what the media type says");
  }
  return found;
}

Kind sniff(ByteView bytes) {
  switch (format_of(bytes)) {
    case Format::pdf:
      return Kind::pdf;
    case Format::png:
      return Kind::png;
    case Format::jpeg:
      return Kind::jpeg;
    default:
      break;
  }
  // Only the beginning is looked at: a name in UTF-16 is the same letters with a zero between.
  constexpr std::size_t looked_at = 256u << 10;
  std::string letters;
  letters.reserve(std::min(bytes.size(), looked_at));
  for (const std::uint8_t b : bytes.first(std::min(bytes.size(), looked_at))) {
    if (b != 0) letters.push_back(static_cast<char>(b));
  }
  std::string_view text = letters;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) text.remove_prefix(2);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || text[first] != '<') return Kind::unknown;
  return text.find("ClinicalDocument") != std::string_view::npos ? Kind::cda_xml : Kind::unknown;
}

}  // namespace carnet::cda
