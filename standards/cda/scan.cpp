#include "standards/cda/scan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "standards/cda/cda.hpp"

namespace carnet::cda {

namespace {

using kernel::Error;
using kernel::ErrorKind;
using kernel::Status;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
// Above ASCII the exact classes of XML are not checked: such names match nothing that we read.
bool starts_name(char c) {
  return is_letter(c) || c == '_' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}
bool in_name(char c) {
  return starts_name(c) || is_digit(c) || c == '-' || c == '.';
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) { open_.reserve(max_depth); }

  Status run() {
    if (text_.starts_with("<?xml") && text_.size() > 5 && is_space(text_[5])) CARNET_CHECK(declaration());
    while (at_ < text_.size()) {
      if (open_.empty()) {
        CARNET_CHECK(between());
      } else if (text_[at_] == '<') {
        CARNET_CHECK(markup());
      } else {
        CARNET_CHECK(characters());
      }
    }
    if (!open_.empty()) return wrong("syntax", "the document ends before this element does");
    if (!rooted_) return wrong("syntax", "there is no element");
    return {};
  }

 private:
  std::unexpected<Error> issue(ErrorKind kind, std::string_view error, std::string_view code,
                               std::string_view says) const {
    const auto line =
        1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(std::min(at_, text_.size())), '\n');
    return std::unexpected(
        Error{kind, std::string(error), {}, {{std::string(code), path(), fmt::format("line {}: {}", line, says)}}});
  }
  std::unexpected<Error> wrong(std::string_view code, std::string_view says) const {
    return issue(ErrorKind::invalid, "cda.xml", code, says);
  }
  std::unexpected<Error> too_much(std::string_view says) const {
    return issue(ErrorKind::too_large, "cda.limits", "too-costly", says);
  }
  std::string path() const {
    constexpr std::size_t shown = 12;
    std::string out;
    for (std::size_t i = 0; i < std::min(open_.size(), shown); ++i) {
      std::string_view name = open_[i];
      if (const auto colon = name.find(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
      if (!out.empty()) out += '/';
      // A cut inside a character would not be UTF-8: only ASCII names are shown.
      const bool plain = name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) { return c > 0; });
      out += plain ? name : std::string_view("...");
    }
    if (open_.size() > shown) out += "/...";
    return out.empty() ? "/" : out;
  }

  bool looking_at(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool skip_space() {
    const auto from = at_;
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    return at_ > from;
  }
  Status skip_past(std::string_view end, std::string_view what) {
    const auto found = text_.find(end, at_);
    if (found == std::string_view::npos) return wrong("syntax", fmt::format("{} without end", what));
    at_ = found + end.size();
    return {};
  }
  Status count_node() {
    if (++nodes_ > max_nodes) return too_much("more nodes than are accepted");
    return {};
  }

  Status declaration() {
    const auto end = text_.find("?>");
    if (end == std::string_view::npos) return wrong("syntax", "the XML declaration has no end");
    if (text_.substr(0, end).find('<', 1) != std::string_view::npos)
      return wrong("syntax", "the XML declaration has no end");
    at_ = end + 2;
    return {};
  }

  // Outside the root element: white space, comments, instructions, and once the root.
  Status between() {
    if (skip_space()) return {};
    if (here() != '<') return wrong("syntax", "text outside the root element");
    if (looking_at("<!DOCTYPE")) return wrong("doctype", "a DOCTYPE is never accepted");
    if (looking_at("<!--") || looking_at("<?")) return markup();
    if (rooted_) return wrong("syntax", "something follows the root element");
    rooted_ = true;
    return start_tag();
  }

  Status markup() {
    if (looking_at("</")) return end_tag();
    if (looking_at("<!--")) return comment();
    if (looking_at("<![CDATA[")) {
      CARNET_CHECK(count_node());
      return skip_past("]]>", "a CDATA section");
    }
    if (looking_at("<?")) return instruction();
    if (looking_at("<!DOCTYPE")) return wrong("doctype", "a DOCTYPE is never accepted");
    if (looking_at("<!")) return wrong("syntax", "a declaration that is not accepted");
    return start_tag();
  }

  Status comment() {
    CARNET_CHECK(count_node());
    const auto end = text_.find("--", at_ + 4);
    if (end == std::string_view::npos) return wrong("syntax", "a comment without end");
    if (!text_.substr(end).starts_with("-->")) return wrong("syntax", "two hyphens inside a comment");
    at_ = end + 3;
    return {};
  }

  Status instruction() {
    CARNET_CHECK(count_node());
    at_ += 2;
    CARNET_TRY(target, name());
    if (target.size() == 3 && (target[0] | 0x20) == 'x' && (target[1] | 0x20) == 'm' && (target[2] | 0x20) == 'l') {
      return wrong("syntax", "an XML declaration that is not at the start");
    }
    if (!is_space(here()) && !looking_at("?>")) return wrong("syntax", "an instruction is not well formed");
    return skip_past("?>", "an instruction");
  }

  kernel::Result<std::string_view> name() {
    const auto from = at_;
    if (!starts_name(here()) || at_ >= text_.size()) return wrong("syntax", "a name was expected");
    while (at_ < text_.size() && in_name(text_[at_])) ++at_;
    if (at_ - from > max_name_bytes) return too_much("a name is too long");
    return text_.substr(from, at_ - from);
  }

  Status start_tag() {
    CARNET_CHECK(count_node());
    ++at_;
    CARNET_TRY(element, name());
    names_.clear();
    for (;;) {
      const bool spaced = skip_space();
      if (at_ >= text_.size()) return wrong("syntax", "the document ends inside a tag");
      if (here() == '>') {
        ++at_;
        if (open_.size() >= max_depth) return too_much("elements are nested too deeply");
        open_.push_back(element);
        return {};
      }
      if (looking_at("/>")) {
        at_ += 2;
        return {};
      }
      if (!spaced) return wrong("syntax", fmt::format("a tag is not well formed"));
      CARNET_CHECK(attribute());
    }
  }

  Status attribute() {
    CARNET_TRY(attribute_name, name());
    if (names_.size() >= max_attributes_per_element || ++attributes_ > max_attributes) {
      return too_much("more attributes than are accepted");
    }
    if (std::find(names_.begin(), names_.end(), attribute_name) != names_.end()) {
      return wrong("syntax", "an attribute is written twice");
    }
    names_.push_back(attribute_name);
    skip_space();
    if (here() != '=') return wrong("syntax", "an attribute without value");
    ++at_;
    skip_space();
    const char quote = here();
    if (quote != '"' && quote != '\'') return wrong("syntax", "an attribute value without quotes");
    const auto from = ++at_;
    while (at_ < text_.size() && text_[at_] != quote) {
      if (text_[at_] == '<') return wrong("syntax", "a '<' inside an attribute value");
      if (text_[at_] == '&') {
        CARNET_CHECK(reference());
      } else {
        ++at_;
      }
      if (at_ - from > max_attribute_bytes) return too_much("an attribute value is too long");
    }
    if (at_ >= text_.size()) return wrong("syntax", "the document ends inside an attribute value");
    ++at_;
    return {};
  }

  Status end_tag() {
    at_ += 2;
    CARNET_TRY(element, name());
    if (element != open_.back()) return wrong("syntax", "an end tag that is not this element's");
    skip_space();
    if (here() != '>') return wrong("syntax", "an end tag is not well formed");
    ++at_;
    open_.pop_back();
    return {};
  }

  Status characters() {
    CARNET_CHECK(count_node());
    while (at_ < text_.size() && text_[at_] != '<') {
      if (text_[at_] == '&') {
        CARNET_CHECK(reference());
      } else if (text_[at_] == ']' && looking_at("]]>")) {
        return wrong("syntax", "']]>' in text");
      } else {
        ++at_;
      }
    }
    return {};
  }

  Status reference() {
    const auto end = text_.substr(at_, 16).find(';');
    const std::string_view body = end == std::string_view::npos ? std::string_view{} : text_.substr(at_ + 1, end - 1);
    const bool known = body == "amp" || body == "lt" || body == "gt" || body == "quot" || body == "apos";
    if (!known && !numeric(body)) return wrong("entity", "an entity that is not accepted");
    at_ += end + 1;
    return {};
  }

  static bool numeric(std::string_view body) {
    if (body.size() < 2 || body[0] != '#') return false;
    const bool hex = body[1] == 'x';
    const std::string_view digits = body.substr(hex ? 2 : 1);
    if (digits.empty() || digits.size() > 8) return false;
    std::uint64_t value = 0;
    for (const char c : digits) {
      const char lower = static_cast<char>(c | 0x20);
      if (is_digit(c)) {
        value = value * (hex ? 16U : 10U) + static_cast<unsigned>(c - '0');
      } else if (hex && lower >= 'a' && lower <= 'f') {
        value = value * 16U + static_cast<unsigned>(lower - 'a' + 10);
      } else {
        return false;
      }
    }
    if (value < 0x20) return value == '\t' || value == '\n' || value == '\r';
    return value <= 0xD7FF || (value >= 0xE000 && value <= 0xFFFD) || (value >= 0x10000 && value <= 0x10FFFF);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t nodes_ = 0;
  std::size_t attributes_ = 0;
  bool rooted_ = false;
  std::vector<std::string_view> open_;   // names of the open elements
  std::vector<std::string_view> names_;  // of the attributes of the present tag
};

}  // namespace

Status scan(std::string_view utf8) {
  return Scanner(utf8).run();
}

}  // namespace carnet::cda
