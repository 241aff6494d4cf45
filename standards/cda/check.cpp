#include <algorithm>
#include <array>

#include "standards/cda/cda.hpp"
#include "standards/cda/style.hpp"

namespace carnet::cda {

namespace {

using kernel::Status;

constexpr auto elements = std::to_array<std::string_view>(
    {"html", "head", "meta", "title", "style", "body",  "main",  "h1",  "h2",     "h3", "h4",     "div", "dl",
     "dt",   "dd",   "p",    "span",  "br",    "img",   "sub",   "sup", "strong", "em", "u",      "del", "ins",
     "ul",   "ol",   "li",   "table", "thead", "tbody", "tfoot", "tr",  "th",     "td", "caption"});
constexpr auto void_elements = std::to_array<std::string_view>({"meta", "br", "img"});
constexpr auto classes =
    std::to_array<std::string_view>({"card", "card patient", "text", "table", "p", "plain", "notes", "caption", "media",
                                     "line", "help", "said", "c", "r"});

template <std::size_t N>
bool among(const std::array<std::string_view, N>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}
bool all_of(std::string_view text, bool (*allowed)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool image_source(std::string_view value) {
  for (const std::string_view head : {"data:image/png;base64,", "data:image/jpeg;base64,", "data:image/gif;base64,"}) {
    if (!value.starts_with(head)) continue;
    return all_of(value.substr(head.size()),
                  [](char c) { return letter(c) || digit(c) || c == '+' || c == '/' || c == '='; });
  }
  return false;
}

bool attribute_allowed(std::string_view element, std::string_view name, std::string_view value) {
  if (name == "class") return among(classes, value);
  if (name == "lang") return all_of(value, [](char c) { return letter(c) || digit(c) || c == '-'; });
  if (element == "div" && name == "role") return value == "region";
  if (element == "div" && name == "tabindex") return value == "0";
  if (element == "div" && name == "aria-label") return true;
  if (element == "th" && name == "scope") return value == "col" || value == "row";
  if ((element == "th" || element == "td") && (name == "colspan" || name == "rowspan")) return all_of(value, digit);
  if (element == "li" && name == "value") return all_of(value, digit);
  if (element == "img" && name == "alt") return true;
  if (element == "img" && (name == "width" || name == "height")) return all_of(value, digit);
  if (element == "img" && name == "src") return image_source(value);
  return false;
}

class Checker {
 public:
  explicit Checker(std::string_view page) : rest_(page), whole_(page.size()) {}

  Status run() {
    if (!accept("<!DOCTYPE html>\n<html lang=\"")) return wrong("the page does not begin as ours do");
    const auto quote = rest_.find('"');
    if (quote == std::string_view::npos || !attribute_allowed("html", "lang", rest_.substr(0, quote)))
      return wrong("lang");
    rest_.remove_prefix(quote);
    if (!accept("\">") || !head()) return wrong("the head is not ours");
    open_ = {"html", "body"};
    while (!open_.empty()) {
      const auto next = rest_.find('<');
      if (next == std::string_view::npos) return wrong("the page ends too early");
      if (rest_.substr(0, next).find('\0') != std::string_view::npos) return wrong("a NUL");
      rest_.remove_prefix(next);
      if (!tag()) return wrong("an element or attribute that we never write");
    }
    if (rest_ != "\n") return wrong("something follows the page");
    return {};
  }

 private:
  std::unexpected<kernel::Error> wrong(std::string_view says) const {
    return kernel::invalid("cda.page",
                           {{"structure", "byte " + std::to_string(whole_ - rest_.size()), std::string(says)}});
  }
  bool accept(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  // The head is constant but for the title.
  bool head() {
    if (!accept("<head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
                "'none'; img-src data:; style-src 'sha256-") ||
        !accept(style_sha256()) ||
        !accept("'\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
                "<meta name=\"referrer\" content=\"no-referrer\"><title>")) {
      return false;
    }
    rest_.remove_prefix(std::min(rest_.find('<'), rest_.size()));
    return accept("</title><style>") && accept(style().text()) && accept("</style></head><body>");
  }

  bool tag() {
    rest_.remove_prefix(1);
    const bool closing = accept("/");
    const auto length = static_cast<std::size_t>(
        std::find_if_not(rest_.begin(), rest_.end(), [](char c) { return (c >= 'a' && c <= 'z') || digit(c); }) -
        rest_.begin());
    const std::string_view name = rest_.substr(0, length);
    if (!among(elements, name)) return false;
    rest_.remove_prefix(length);
    if (closing) {
      if (open_.empty() || open_.back() != name || !accept(">")) return false;
      open_.pop_back();
      return true;
    }
    if (name == "html" || name == "head" || name == "meta" || name == "title" || name == "style" || name == "body")
      return false;
    while (accept(" ")) {
      if (!attribute(name)) return false;
    }
    if (!accept(">")) return false;
    if (!among(void_elements, name)) open_.push_back(name);
    return open_.size() < 4 * max_depth;
  }

  bool attribute(std::string_view element) {
    const auto equals = rest_.find("=\"");
    if (equals == std::string_view::npos || equals > 16) return false;
    const std::string_view name = rest_.substr(0, equals);
    rest_.remove_prefix(equals + 2);
    const auto quote = rest_.find('"');
    if (quote == std::string_view::npos) return false;
    const std::string_view value = rest_.substr(0, quote);
    rest_.remove_prefix(quote + 1);
    return value.find_first_of("<>'") == std::string_view::npos && attribute_allowed(element, name, value);
  }

  std::string_view rest_;
  std::size_t whole_;
  std::vector<std::string_view> open_;
};

}  // namespace

Status check_page(std::string_view html) {
  return Checker(html).run();
}

}  // namespace carnet::cda
