#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "standards/cda/media.hpp"
#include "standards/cda/narrative.hpp"
#include "standards/cda/tree.hpp"

namespace carnet::cda {

namespace {

using pugi::xml_node;

// A picture of few bytes may ask a reader's machine for gigabytes of pixels.
constexpr std::uint64_t max_pixels = 40'000'000;
constexpr std::uint32_t max_side = 20'000;
constexpr std::size_t head_bytes = 1u << 20;  // where the size of a picture is looked for

struct Name {
  std::string_view media_type;
  std::string_view shown;
};
constexpr auto type_names = std::to_array<Name>({{"application/pdf", "PDF"},
                                                 {"image/png", "PNG"},
                                                 {"image/jpeg", "JPEG"},
                                                 {"image/gif", "GIF"},
                                                 {"image/tiff", "TIFF"},
                                                 {"image/svg+xml", "SVG"},
                                                 {"text/rtf", "RTF"},
                                                 {"application/rtf", "RTF"},
                                                 {"application/xml", "XML"},
                                                 {"text/xml", "XML"},
                                                 {"text/plain", "TXT"}});

std::string_view shown_type(std::string_view media_type) {
  const auto found =
      std::find_if(type_names.begin(), type_names.end(), [&](const Name& n) { return n.media_type == media_type; });
  if (found != type_names.end()) return found->shown;
  const bool plain =
      media_type.size() <= 64 && std::all_of(media_type.begin(), media_type.end(), [](char c) { return c > 0; });
  return plain ? media_type : std::string_view{};
}

Format declared_format(std::string_view media_type) {
  if (media_type == "image/png") return Format::png;
  if (media_type == "image/jpeg" || media_type == "image/jpg") return Format::jpeg;
  if (media_type == "image/gif") return Format::gif;
  return Format::unknown;
}

// All elements below, in order, without recursion of the caller's.
template <class Use>
void walk(xml_node root, const Use& use) {
  for (const auto child : root.children()) {
    if (child.type() != pugi::node_element) continue;
    use(child);
    walk(child, use);
  }
}

bool is(xml_node node, std::string_view name) {
  return name == node.name();
}

template <class Use>
void each_word(std::string_view words, const Use& use) {
  while (!words.empty()) {
    const auto end = std::min(words.find_first_of(" \t\r\n"), words.size());
    if (end > 0) use(words.substr(0, end));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
}

}  // namespace

std::string size_text(std::size_t bytes, const RenderWords& words) {
  if (bytes < 1000) return fill(words.bytes, {{"count", std::to_string(bytes)}});
  if (bytes < 1'000'000) return fill(words.kilobytes, {{"count", std::to_string((bytes + 500) / 1000)}});
  return fill(words.megabytes, {{"count", fmt::format("{}", (bytes + 500'000) / 1'000'000)}});
}

void Gallery::learn(xml_node body) {
  walk(body, [&](xml_node node) {
    if (is(node, "renderMultiMedia")) {
      each_word(attribute(node, "referencedObject"), [&](std::string_view id) { named_.insert(id); });
    } else if (is(node, "observationMedia") || is(node, "regionOfInterest")) {
      if (const auto id = attribute(node, "ID"); !id.empty()) by_id_.emplace(id, node);
    }
  });
}

void Gallery::show_named(std::string_view references, std::string_view caption) {
  each_word(references, [&](std::string_view id) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) return line(words_.attachment_missing, {}, caption);
    xml_node media = found->second;
    // A region of interest is drawn over the image that it holds; the image alone is shown.
    if (is(media, "regionOfInterest")) media = media.child("entryRelationship").child("observationMedia");
    if (!media) return line(words_.attachment_missing, {}, caption);
    show(media, caption);
  });
}

bool Gallery::show_rest(xml_node section) {
  bool any = false;
  for (auto entry = section.child("entry"); entry; entry = entry.next_sibling("entry")) {
    walk(entry, [&](xml_node node) {
      if (!is(node, "observationMedia") || shown_.contains(node.internal_object())) return;
      const auto id = attribute(node, "ID");
      const xml_node region = node.parent().parent();
      const auto region_id = is(region, "regionOfInterest") ? attribute(region, "ID") : std::string_view{};
      if ((!id.empty() && named_.contains(id)) || (!region_id.empty() && named_.contains(region_id))) return;
      show(node, {});
      any = true;
    });
  }
  return any;
}

void Gallery::show(xml_node media, std::string_view caption) {
  const xml_node value = media.child("value");
  const std::string_view type = attribute(value, "mediaType");
  // Shown once, however often it is named: a page is not larger than its document for it.
  if (!shown_.insert(media.internal_object()).second) {
    const bool image = declared_format(type) != Format::unknown;
    return line(image ? words_.image_repeated : words_.attachment, shown_type(type), caption);
  }
  std::string joined;
  const std::string_view base64 =
      attribute(value, "representation") == "B64" ? raw_text(value, joined) : std::string_view{};
  show_file(type, base64, caption);
}

void Gallery::show_file(std::string_view media_type, std::string_view base64, std::string_view caption) {
  const auto size = base64_size(base64);
  const Format declared = declared_format(media_type);
  const bool image = media_type.starts_with("image/");
  const std::string detail = size && *size > 0 ? std::string(shown_type(media_type)) + ", " + size_text(*size, words_)
                                               : std::string(shown_type(media_type));
  if (!size || *size == 0 || declared == Format::unknown) {
    return line(!size || *size == 0 ? words_.attachment_missing
                : image             ? words_.image_not_shown
                                    : words_.attachment,
                detail, caption);
  }
  const kernel::Bytes head = base64_head(base64, head_bytes);
  // Official samples call a PNG a JPEG: between the three that are safe, the bytes decide.
  const Format actual = format_of(head);
  const auto pixels = pixel_size(actual, head);
  const bool safe = pixels && pixels->width > 0 && pixels->height > 0 && pixels->width <= max_side &&
                    pixels->height <= max_side &&
                    static_cast<std::uint64_t>(pixels->width) * pixels->height <= max_pixels;
  if (!safe) return line(words_.image_not_shown, detail, caption);
  out_.markup("<span class=\"media\"><img alt=\"").text(caption.empty() ? std::string_view(words_.image) : caption);
  out_.markup("\" width=\"")
      .number(pixels->width)
      .markup("\" height=\"")
      .number(pixels->height)
      .markup("\" src=\"data:image/");
  if (actual == Format::png) out_.markup("png");
  if (actual == Format::jpeg) out_.markup("jpeg");
  if (actual == Format::gif) out_.markup("gif");
  out_.markup(";base64,").base64(base64).markup("\">");
  if (!caption.empty()) out_.markup("<span class=\"caption\">").text(caption).markup("</span>");
  out_.markup("</span>");
}

void Gallery::line(std::string_view what, std::string_view detail, std::string_view caption) {
  out_.markup("<span class=\"line\">").text(what);
  if (!detail.empty()) out_.markup(" : ").text(detail);
  if (!caption.empty()) out_.markup(" - ").text(caption);
  out_.markup("</span>");
}

}  // namespace carnet::cda
