// Bytes inside a document: base64 in the tree, and what the bytes are. Internal to standards/cda.
#pragma once
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::cda {

enum class Format { pdf, png, jpeg, gif, tiff, rtf, unknown };
Format format_of(kernel::ByteView head);  // by magic bytes

struct PixelSize {
  std::uint32_t width;
  std::uint32_t height;
};
// Of a PNG, JPEG or GIF, from its first bytes; nothing when they do not say.
std::optional<PixelSize> pixel_size(Format format, kernel::ByteView head);

// The element's own text, white space and all. Points into the tree, or into `joined` when it is in several pieces.
std::string_view raw_text(pugi::xml_node element, std::string& joined);

// The number of bytes that `text` decodes to as base64 (white space skipped), or nothing when it is not base64.
std::optional<std::size_t> base64_size(std::string_view text);
// The first decoded bytes, at most `max_bytes`; `text` passed base64_size.
kernel::Bytes base64_head(std::string_view text, std::size_t max_bytes);

// A level 1 body: its type is one of those that we know, its base64 is right and its bytes agree with its type.
struct EmbeddedText {
  std::string media_type;
  std::string_view base64;
  std::size_t decoded_bytes = 0;
};
kernel::Result<EmbeddedText> check_embedded(pugi::xml_node text, std::string& joined);

}  // namespace carnet::cda
