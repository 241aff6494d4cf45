#include "standards/mail/message.hpp"

#include <gmime/gmime-utils.h>

#include <algorithm>
#include <unordered_set>

#include "standards/mail/decode.hpp"
#include "standards/mail/html.hpp"
#include "standards/mail/structure.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

std::optional<Instant> read_date(const std::string& value) {
  if (value.size() > 200) return std::nullopt;
  GDateTime* date = g_mime_utils_header_decode_date(value.c_str());
  if (date == nullptr) return std::nullopt;
  const Instant instant{g_date_time_to_unix(date) * 1000};
  g_date_time_unref(date);
  return instant;
}

bool is_list_field(const HeaderField& field) {
  return starts_with(field.name, "list-") || field.is("precedence") || field.is("auto-submitted");
}

std::string without_angles(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('<')) text.remove_prefix(1);
  if (text.ends_with('>')) text.remove_suffix(1);
  return std::string(trimmed(text));
}

// What is spent on one message, nested ones included.
struct Spent {
  std::size_t parts = 0;
  std::size_t text_bytes = 0;
  std::size_t image_bytes = 0;
  std::size_t images = 0;
  std::size_t nested_bytes = 0;  // decoded
  std::uint32_t alternatives = 0;
};

class Reader {
 public:
  Reader(Message& message, const Limits& limits, Spent& spent, std::size_t depth)
      : message_(message), limits_(limits), spent_(spent), depth_(depth) {}

  void read(HeaderBlock&& block) {
    if (block.line_without_colon) odd("header-no-colon");
    if (block.bare_cr) odd("header-bare-cr");
    message_.headers = std::move(block.fields);
    message_.from_fields = block.smuggled_from;
    read_headers();
    entity(message_.headers, block.body, "text/plain", depth_, std::nullopt);
    mark_shown();
    compare_alternatives();
  }

 private:
  void odd(std::string_view code) {
    auto& list = message_.oddities;
    if (std::find(list.begin(), list.end(), code) == list.end()) list.emplace_back(code);
  }
  void hit(std::string_view limit) {
    auto& list = message_.limits_hit;
    if (std::find(list.begin(), list.end(), limit) == list.end()) list.emplace_back(limit);
  }

  void add_addresses(std::vector<Address>& to, const HeaderField& field) {
    auto found = parse_addresses(field.raw);
    constexpr std::size_t max_kept = 1'000;
    if (to.size() + found.size() <= max_kept) std::move(found.begin(), found.end(), std::back_inserter(to));
  }

  void read_headers() {
    for (const auto& field : message_.headers) {
      if (std::any_of(field.raw.begin(), field.raw.end(), [](char c) { return static_cast<signed char>(c) < 0; })) {
        message_.eight_bit_headers = true;
      }
      if (field.is("from")) {
        ++message_.from_fields;
        add_addresses(message_.from, field);
      } else if (field.is("sender")) {
        add_addresses(message_.sender, field);
      } else if (field.is("reply-to")) {
        add_addresses(message_.reply_to, field);
      } else if (field.is("to")) {
        add_addresses(message_.to, field);
      } else if (field.is("cc")) {
        add_addresses(message_.cc, field);
      } else if (field.is("subject")) {
        if (++message_.subject_fields == 1) message_.subject = field.decoded();
      } else if (field.is("date")) {
        if (!message_.date) message_.date = read_date(field.unfolded());
      } else if (field.is("message-id")) {
        if (message_.message_id.empty()) message_.message_id = scrubbed(without_angles(field.unfolded()));
      } else if (field.is("return-path")) {
        if (message_.return_path.empty()) message_.return_path = scrubbed(without_angles(field.unfolded()));
      } else if (is_list_field(field)) {
        message_.list_fields.push_back(field);
      }
    }
    if (message_.from_fields != 1) odd("from-fields");
  }

  struct PartFacts {
    ContentType type;
    Disposition disposition;
    Transfer transfer = Transfer::plain;
    std::string content_id;
    std::string name() const { return disposition.file_name.empty() ? type.name : disposition.file_name; }
  };

  PartFacts facts(const std::vector<HeaderField>& fields, std::string_view default_type) {
    PartFacts out;
    out.type = read_content_type(find_field(fields, "content-type"), default_type);
    out.disposition = read_disposition(find_field(fields, "content-disposition"));
    if (const auto* encoding = find_field(fields, "content-transfer-encoding")) {
      out.transfer = transfer_of(encoding->unfolded());
      if (out.transfer == Transfer::unknown) odd("encoding-unknown");
    }
    if (const auto* id = find_field(fields, "content-id")) out.content_id = without_angles(id->unfolded());
    return out;
  }

  void entity(const std::vector<HeaderField>& fields, std::string_view body, std::string_view default_type,
              std::size_t depth, std::optional<std::uint32_t> alternative) {
    if (++spent_.parts > limits_.parts) return hit("parts");
    const auto part = facts(fields, default_type);
    if (part.type.type.starts_with("multipart/")) {
      if (depth >= limits_.depth) return hit("depth");
      if (multipart(part, body, depth, alternative)) return;
      return leaf(part, body, depth, alternative, "text/plain");
    }
    leaf(part, body, depth, alternative, part.type.type);
  }

  // False: it is none, and its bytes are shown as a text.
  bool multipart(const PartFacts& part, std::string_view body, std::size_t depth,
                 std::optional<std::uint32_t> alternative) {
    bool cut = false;
    const auto parts = split_multipart(body, part.type.boundary, limits_.parts, cut);
    if (!parts) {
      odd(part.type.boundary.empty() ? "boundary-missing" : "boundary-absent");
      return false;
    }
    if (cut) hit("parts");
    if (part.type.type == "multipart/signed") message_.signed_smime_or_pgp = true;
    if (part.type.type == "multipart/encrypted") message_.encrypted = true;
    if (part.type.type == "multipart/alternative") alternative = spent_.alternatives++;
    const auto child_type = part.type.type == "multipart/digest" ? "message/rfc822" : "text/plain";
    for (const auto child : *parts) {
      if (spent_.parts > limits_.parts) return true;
      auto block = split_headers(child, limits_);
      if (block.too_large) {
        hit("header_bytes");
        continue;
      }
      // Neither field nor blank line: all of it is text that some readers show.
      if (block.fields.empty() && block.body.empty()) block.body = child;
      entity(block.fields, block.body, child_type, depth + 1, alternative);
    }
    return true;
  }

  void leaf(const PartFacts& part, std::string_view body, std::size_t depth, std::optional<std::uint32_t> alternative,
            std::string_view type) {
    const bool attached = part.disposition.kind == "attachment";
    if (type == "message/rfc822" || type == "message/global") return nested(part, body, depth);
    if (type.starts_with("image/")) return image(part, body, attached);
    if (type == "application/pkcs7-mime" || type == "application/x-pkcs7-mime") {
      (part.type.smime_type.find("sign") != std::string::npos ? message_.signed_smime_or_pgp : message_.encrypted) =
          true;
    }
    const auto name = lowered(part.name());
    const bool page = type == "text/html" || type == "application/xhtml+xml" || name.ends_with(".html") ||
                      name.ends_with(".htm") || name.ends_with(".xhtml");
    const bool plain = type == "text/plain" || type == "text/enriched" || (type.starts_with("text/") && !attached);
    if (page || (plain && type != "text/calendar")) {
      text(part, body, attached || !(page ? type == "text/html" : plain), page, alternative);
      if (!attached && type.starts_with("text/")) return;
    }
    attachment(part, body, type);
  }

  void text(const PartFacts& part, std::string_view encoded, bool attached, bool page,
            std::optional<std::uint32_t> alternative) {
    bool cut = false;
    bool damaged = false;
    bool known = true;
    const auto bytes = decode_transfer(encoded, part.transfer, limits_.text_bytes - spent_.text_bytes, cut);
    spent_.text_bytes += bytes.size();
    if (cut) hit("text_bytes");
    std::string charset = part.type.charset;
    if (page && charset.empty()) charset = charset_in_page(bytes);
    const auto utf8 = to_utf8(bytes, charset, damaged, known);
    if (!known) odd("charset-unknown");
    Body body;
    if (page) {
      auto read = read_page(utf8, limits_);
      body = std::move(read.body);
      for (const auto& limit : read.limits_hit) hit(limit);
      for (auto& shown : read.shown) shown_.push_back(std::move(shown));
      for (auto& picture : read.data_images) keep_image(std::move(picture));
    } else {
      body = read_plain(utf8, part.type.format == "flowed", part.type.delsp == "yes");
    }
    body.charset = scrubbed(part.type.charset);
    body.malformed = damaged;
    body.attached = attached;
    body.alternative_of = alternative;
    message_.bodies.push_back(std::move(body));
  }

  static std::string charset_in_page(std::string_view bytes) {
    const auto head = lowered(bytes.substr(0, 2048));
    const auto at = head.find("charset=");
    if (at == std::string::npos) return {};
    auto rest = std::string_view(head).substr(at + 8);
    if (rest.starts_with('"') || rest.starts_with('\'')) rest.remove_prefix(1);
    const std::string name(rest.substr(0, rest.find_first_of("\"' />;\r\n")));
    return is_known_charset(name) && !name.starts_with("utf-16") ? name : std::string();
  }

  void keep_image(Image image) {
    if (spent_.images >= limits_.images || spent_.image_bytes + image.bytes.size() > limits_.image_bytes) {
      return hit("images");
    }
    ++spent_.images;
    spent_.image_bytes += image.bytes.size();
    message_.images.push_back(std::move(image));
  }

  void image(const PartFacts& part, std::string_view body, bool attached) {
    bool cut = false;
    Image out;
    out.bytes = kernel::to_bytes(decode_transfer(body, part.transfer, limits_.image_bytes - spent_.image_bytes, cut));
    if (cut) return hit("images");
    out.type = part.type.type;
    out.name = part.name();
    out.content_id = part.content_id;
    out.shown = !attached;
    keep_image(std::move(out));
  }

  void attachment(const PartFacts& part, std::string_view body, std::string_view type) {
    bool cut = false;
    const auto bytes = decode_transfer(body, part.transfer, limits_.bytes, cut);
    message_.attachments.push_back(
        {part.name(), std::string(type), bytes.size(), bytes.substr(0, std::min<std::size_t>(16, bytes.size())), {}});
    // A picture under another type is a picture: who wants to hide a code from the eye of a filter does that.
    const std::string_view head = bytes;
    const bool picture = head.starts_with("\x89PNG") || head.starts_with("\xFF\xD8\xFF") || head.starts_with("GIF8");
    if (!picture) return;
    Image out;
    out.type = head.starts_with("\x89PNG") ? "image/png" : head.starts_with("GIF8") ? "image/gif" : "image/jpeg";
    out.bytes = kernel::to_bytes(bytes);
    out.name = part.name();
    out.content_id = part.content_id;
    keep_image(std::move(out));
  }

  void nested(const PartFacts& part, std::string_view body, std::size_t depth) {
    // Only an encoding that mail forbids here needs a copy; copies inside copies are counted.
    std::string decoded;
    std::string_view bytes = body;
    if (part.transfer != Transfer::plain && part.transfer != Transfer::unknown) {
      bool cut = false;
      decoded = decode_transfer(body, part.transfer, limits_.bytes - spent_.nested_bytes, cut);
      spent_.nested_bytes += decoded.size();
      if (cut) hit("bytes");
      bytes = decoded;
    }
    Attachment out{part.name(), "message/rfc822", bytes.size(), {}, {}};
    auto block = split_headers(bytes, limits_);
    if (depth >= limits_.depth || block.too_large) {
      hit(block.too_large ? "header_bytes" : "depth");
    } else if (!block.fields.empty()) {
      Message inner;
      Reader(inner, limits_, spent_, depth + 1).read(std::move(block));
      for (const auto& limit : inner.limits_hit) hit(limit);
      out.nested = static_cast<std::uint32_t>(message_.nested.size());
      message_.nested.push_back(std::move(inner));
    }
    message_.attachments.push_back(std::move(out));
  }

  void mark_shown() {
    for (const auto& shown : shown_) {
      for (auto& image : message_.images) {
        if (image.content_id.empty() || image.content_id != shown.content_id) continue;
        image.shown = true;
        if (image.alternative_text.empty()) image.alternative_text = shown.alternative_text;
      }
    }
  }

  static std::unordered_set<std::size_t> words(std::string_view text) {
    constexpr std::size_t max_words = 50'000;
    std::unordered_set<std::size_t> out;
    const auto lower_case = lowered(text);
    for (std::size_t at = 0; at < lower_case.size() && out.size() < max_words;) {
      const auto is_part = [&](std::size_t i) {
        const char c = lower_case[i];
        return is_letter(c) || is_digit(c) || static_cast<signed char>(c) < 0;
      };
      while (at < lower_case.size() && !is_part(at)) ++at;
      const auto start = at;
      while (at < lower_case.size() && is_part(at)) ++at;
      if (at - start >= 3)
        out.insert(std::hash<std::string_view>()(std::string_view(lower_case).substr(start, at - start)));
    }
    return out;
  }

  void compare_alternatives() {
    constexpr std::size_t max_compared = 8;
    std::vector<std::pair<std::uint32_t, std::unordered_set<std::size_t>>> sets;
    for (const auto& body : message_.bodies) {
      if (!body.alternative_of || body.attached || sets.size() == max_compared) continue;
      auto found = words(body.visible);
      if (!found.empty()) sets.emplace_back(*body.alternative_of, std::move(found));
    }
    for (std::size_t i = 0; i < sets.size(); ++i) {
      for (std::size_t j = i + 1; j < sets.size(); ++j) {
        if (sets[i].first != sets[j].first) continue;
        const auto& [less, more] = sets[i].second.size() < sets[j].second.size()
                                       ? std::tie(sets[i].second, sets[j].second)
                                       : std::tie(sets[j].second, sets[i].second);
        const auto lacking =
            std::count_if(less.begin(), less.end(), [&](std::size_t word) { return !more.contains(word); });
        const double share = static_cast<double>(lacking) / static_cast<double>(less.size());
        message_.alternatives_differ_by = std::max(message_.alternatives_differ_by.value_or(0), share);
      }
    }
  }

  Message& message_;
  const Limits& limits_;
  Spent& spent_;
  std::size_t depth_;
  std::vector<Page::Shown> shown_;
};

}  // namespace

std::string_view name_of(Hiding hiding) {
  constexpr std::string_view names[] = {"none",         "not_displayed", "invisible",    "transparent",      "tiny",
                                        "same_colour",  "clipped",       "off_screen",   "aria_hidden",      "comment",
                                        "outlook_only", "not_rendered",  "picture_text", "invisible_symbols"};
  return names[static_cast<std::size_t>(hiding)];
}

const HeaderField* Message::field(std::string_view name) const {
  return find_field(headers, name);
}

std::size_t Message::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(headers.begin(), headers.end(), [&](const HeaderField& f) { return f.is(name); }));
}

std::string Message::visible_text() const {
  std::string out;
  for (const auto& body : bodies) {
    if (body.attached) continue;
    const bool better = body.alternative_of && std::any_of(bodies.begin(), bodies.end(), [&](const Body& other) {
                          if (&other == &body || other.attached || other.alternative_of != body.alternative_of)
                            return false;
                          return other.kind != body.kind ? other.kind == BodyKind::html : &other > &body;
                        });
    if (better || body.visible.empty()) continue;
    if (!out.empty()) out += '\n';
    out += body.visible;
  }
  return out;
}

kernel::Result<Message> parse(ByteView raw, const Limits& limits) {
  using kernel::ErrorKind;
  if (raw.size() > limits.bytes) return kernel::refuse(ErrorKind::too_large, "mail.too-large");
  auto text = kernel::as_text(raw);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  if (text.empty()) return kernel::refuse(ErrorKind::invalid, "mail.empty");
  auto block = split_headers(text, limits);
  if (block.too_large) return kernel::refuse(ErrorKind::invalid, "mail.header-bomb");
  if (block.fields.empty()) return kernel::refuse(ErrorKind::invalid, "mail.not-a-message");
  start_gmime();
  Message message;
  Spent spent;
  Reader(message, limits, spent, 0).read(std::move(block));
  return message;
}

}  // namespace carnet::mail
