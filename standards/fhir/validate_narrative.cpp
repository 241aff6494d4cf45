// The XHTML of a narrative: one div, well formed, of the elements R4 allows, and nothing that a browser would run.
#include <algorithm>
#include <array>

#include "standards/fhir/validate_walk.hpp"

namespace carnet::fhir {

namespace {

// Sorted. Chapters 7 to 11 and 15 of HTML 4.0, but for forms, scripts and objects.
constexpr std::array allowed_elements = std::to_array<std::string_view>(
    {"a",       "abbr",   "acronym", "address", "area",  "b",        "bdo",    "big", "blockquote", "br",
     "caption", "center", "cite",    "code",    "col",   "colgroup", "dd",     "del", "dfn",        "div",
     "dl",      "dt",     "em",      "font",    "h1",    "h2",       "h3",     "h4",  "h5",         "h6",
     "hr",      "i",      "img",     "ins",     "kbd",   "li",       "map",    "ol",  "p",          "pre",
     "q",       "s",      "samp",    "small",   "span",  "strike",   "strong", "sub", "sup",        "table",
     "tbody",   "td",     "tfoot",   "th",      "thead", "tr",       "tt",     "u",   "ul",         "var"});
static_assert(std::ranges::is_sorted(allowed_elements));

constexpr std::string_view spaces = " \t\r\n";
constexpr std::string_view not_well_formed = "must be well-formed XHTML: every element closed, every attribute quoted";

class Scanner {
 public:
  explicit Scanner(std::string_view div) : rest_(div) {}

  std::string_view fault() {
    skip_spaces();
    if (!rest_.starts_with("<div")) return "must begin with <div xmlns=\"http://www.w3.org/1999/xhtml\">";
    while (true) {
      const auto open = rest_.find('<');
      has_content_ = has_content_ || rest_.substr(0, open).find_first_not_of(spaces) != std::string_view::npos;
      if (open == std::string_view::npos) return not_well_formed;
      rest_.remove_prefix(open + 1);
      if (const auto found = markup(); !found.empty()) return found;
      if (depth_ > 0) continue;
      if (rest_.find_first_not_of(spaces) != std::string_view::npos) return "must end with its </div>";
      return has_content_ ? "" : "must have some content (txt-2)";
    }
  }

 private:
  void skip_spaces() { rest_.remove_prefix(std::min(rest_.find_first_not_of(spaces), rest_.size())); }

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  std::string_view name() {
    const auto end = std::min(rest_.find_first_of(" \t\r\n/>=\"'<"), rest_.size());
    const auto found = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return found;
  }

  // What follows "<".
  std::string_view markup() {
    if (take("!--")) {
      const auto end = rest_.find("-->");
      if (end == std::string_view::npos) return not_well_formed;
      rest_.remove_prefix(end + 3);
      return "";
    }
    return take("/") ? end_of_element() : element();
  }

  std::string_view end_of_element() {
    const auto closed = name();
    skip_spaces();
    if (!take(">") || depth_ == 0 || open_[depth_ - 1] != closed) return not_well_formed;
    --depth_;
    return "";
  }

  std::string_view element() {
    const auto called = name();
    if (called.empty()) return not_well_formed;
    if (!std::ranges::binary_search(allowed_elements, called))
      return "must hold only the XHTML elements that R4 allows in a narrative (txt-1)";
    has_content_ = has_content_ || called == "img";
    while (true) {
      skip_spaces();
      if (take("/>")) return depth_ == 0 ? "must have some content (txt-2)" : "";
      if (take(">")) break;
      if (const auto found = attribute(); !found.empty()) return found;
    }
    if (depth_ == open_.size()) return "must not be nested so deep";
    open_[depth_++] = called;
    return "";
  }

  std::string_view attribute() {
    const auto called = name();
    skip_spaces();
    if (called.empty() || !take("=")) return not_well_formed;
    skip_spaces();
    const char quote = rest_.empty() ? ' ' : rest_.front();
    if (quote != '"' && quote != '\'') return not_well_formed;
    const auto end = rest_.find(quote, 1);
    if (end == std::string_view::npos) return not_well_formed;
    const auto value = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    if (value.find('<') != std::string_view::npos) return not_well_formed;
    const bool runs = called.starts_with("on") || called.starts_with("ON") || is_script(value);
    if (runs) return "must hold nothing that runs: no on... attribute, no script address (txt-1)";
    if (called == "xmlns" && value != "http://www.w3.org/1999/xhtml")
      return "must be in the namespace http://www.w3.org/1999/xhtml";
    return "";
  }

  static bool is_script(std::string_view value) {
    std::array<char, 11> start{};
    std::size_t length = 0;
    for (const char c : value) {
      if (length == start.size()) break;
      if (static_cast<unsigned char>(c) > ' ') start[length++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    const std::string_view begins(start.data(), length);
    return begins == "javascript:" || begins.starts_with("vbscript:");
  }

  std::string_view rest_;
  std::array<std::string_view, 128> open_{};
  std::size_t depth_ = 0;
  bool has_content_ = false;
};

}  // namespace

std::string_view fault_of_narrative(std::string_view div) {
  return Scanner(div).fault();
}

}  // namespace carnet::fhir
