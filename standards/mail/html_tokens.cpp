#include "standards/mail/html_tokens.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::size_t max_attributes = 24;
constexpr std::size_t max_comment_bytes = 64u << 10;
constexpr std::size_t max_name_bytes = 60;

template <std::size_t count>
bool one_of(std::string_view name, const std::array<std::string_view, count>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What decides what is seen, said, or followed.
constexpr std::array<std::string_view, 24> kept_attributes{
    "style",   "class",      "id",         "href",  "src",         "alt",        "hidden",       "aria-hidden",
    "color",   "bgcolor",    "type",       "value", "name",        "action",     "background",   "open",
    "content", "http-equiv", "xlink:href", "dir",   "placeholder", "formaction", "autocomplete", "data"};

constexpr std::array<std::string_view, 16> void_elements{"area",   "base",  "br",     "col",  "embed", "hr",
                                                         "img",    "input", "keygen", "link", "meta",  "param",
                                                         "source", "track", "wbr",    "frame"};

// Elements that the tree builder closes by itself before a sibling: they do not nest without something counted between.
constexpr std::array<std::string_view, 18> self_closing{"p",    "li",     "dt",       "dd",       "tr",   "td",
                                                        "th",   "tbody",  "thead",    "tfoot",    "html", "head",
                                                        "body", "option", "optgroup", "colgroup", "rt",   "rp"};

constexpr std::array<std::string_view, 22> line_breakers{
    "p",  "div", "tr", "li", "h1", "h2", "h3",  "h4",         "h5",      "h6",     "table",
    "ul", "ol",  "dl", "dt", "dd", "hr", "pre", "blockquote", "section", "center", "form"};

constexpr std::array<std::string_view, 8> raw_text{"script",  "style",    "xmp",   "iframe",
                                                   "noembed", "noframes", "title", "textarea"};

struct Attribute {
  std::string name;
  std::string_view value;  // entities not decoded
};

class Tokenizer {
 public:
  Tokenizer(std::string_view html, TagsKept kept) : html_(html), kept_(kept) { out_.plain_form.reserve(html.size()); }

  HtmlTokens run() {
    while (at_ < html_.size()) {
      const auto next = std::min(html_.find('<', at_), html_.size());
      out_.plain_form += html_.substr(at_, next - at_);
      at_ = next;
      if (at_ < html_.size()) markup();
    }
    return std::move(out_);
  }

 private:
  char peek(std::size_t ahead) const { return at_ + ahead < html_.size() ? html_[at_ + ahead] : '\0'; }

  void markup() {
    if (is_letter(peek(1))) return tag();
    if (peek(1) == '/' && is_letter(peek(2))) return end_tag();
    if (html_.substr(at_).starts_with("<!--")) return comment();
    if (peek(1) == '!' || peek(1) == '?' || (peek(1) == '/' && peek(2) != '\0')) return bogus();
    out_.plain_form += "&lt;";
    ++at_;
  }

  void keep_comment(std::string_view text) {
    out_.plain_form += "<!--" + std::to_string(out_.comments.size()) + "-->";
    out_.comments.emplace_back(text.substr(0, max_comment_bytes));
  }

  void comment() {
    const auto start = at_ + 4;
    // <!--> and <!---> are whole comments; --!> closes one too.
    for (const std::string_view short_form : {">", "->"}) {
      if (!html_.substr(start).starts_with(short_form)) continue;
      at_ = start + short_form.size();
      return;
    }
    auto end = std::string_view::npos;
    std::size_t closing = 3;
    for (auto dashes = html_.find("--", start); dashes != std::string_view::npos;
         dashes = html_.find("--", dashes + 1)) {
      const auto rest = html_.substr(dashes + 2, 2);
      if (!rest.starts_with('>') && rest != "!>") continue;
      end = dashes;
      closing = rest.starts_with('>') ? 3 : 4;
      break;
    }
    keep_comment(html_.substr(start, end == std::string_view::npos ? end : end - start));
    at_ = end == std::string_view::npos ? html_.size() : end + closing;
  }

  void bogus() {
    const auto end = html_.find('>', at_);
    const auto text = html_.substr(at_ + 2, end == std::string_view::npos ? end : end - at_ - 2);
    if (!starts_with(text, "doctype")) keep_comment(text);
    at_ = end == std::string_view::npos ? html_.size() : end + 1;
  }

  std::string name() {
    const auto start = at_;
    while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '/' && html_[at_] != '>') ++at_;
    return lowered(html_.substr(start, std::min(at_ - start, max_name_bytes)));
  }

  // Leaves at_ after '>', or at the end of the page: then the tag does not count.
  bool attributes(std::vector<Attribute>& found) {
    while (at_ < html_.size()) {
      while (at_ < html_.size() && (is_space(html_[at_]) || html_[at_] == '/')) ++at_;
      if (at_ >= html_.size()) return false;
      if (html_[at_] == '>') {
        ++at_;
        return true;
      }
      attribute(found);
    }
    return false;
  }

  void attribute(std::vector<Attribute>& found) {
    const auto start = at_;
    if (html_[at_] == '=') ++at_;  // a name may begin with it
    while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '/' && html_[at_] != '>' && html_[at_] != '=') {
      ++at_;
    }
    const auto attribute_name = html_.substr(start, std::min(at_ - start, max_name_bytes));
    auto after = at_;
    while (after < html_.size() && is_space(html_[after])) ++after;
    std::string_view value;
    if (after < html_.size() && html_[after] == '=') {
      at_ = after + 1;
      value = attribute_value();
    }
    auto name = lowered(attribute_name);
    if (found.size() >= max_attributes || !one_of(name, kept_attributes)) return;
    const auto twice = std::any_of(found.begin(), found.end(), [&](const Attribute& a) { return a.name == name; });
    if (!twice) found.push_back({std::move(name), value});  // the first of two counts
  }

  std::string_view attribute_value() {
    while (at_ < html_.size() && is_space(html_[at_])) ++at_;
    if (at_ >= html_.size()) return {};
    const char quote = html_[at_];
    if (quote == '"' || quote == '\'') {
      const auto end = std::min(html_.find(quote, at_ + 1), html_.size());
      const auto value = html_.substr(at_ + 1, end - at_ - 1);
      at_ = std::min(end + 1, html_.size());
      return value;
    }
    const auto start = at_;
    while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '>') ++at_;
    return html_.substr(start, at_ - start);
  }

  void write_tag(const std::string& element, const std::vector<Attribute>& attributes) {
    auto& out = out_.plain_form;
    out += '<';
    out += element;
    for (const auto& [attribute_name, value] : attributes) {
      out += ' ';
      out += attribute_name;
      out += "=\"";
      for (const char c : value) {
        if (c == '"') {
          out += "&quot;";
        } else {
          out += c;
        }
      }
      out += '"';
    }
    out += '>';
  }

  void tag() {
    ++at_;
    const auto element = name();
    std::vector<Attribute> found;
    if (!attributes(found)) return;
    ++out_.tags;
    if (element == "svg" || element == "math") ++foreign_;
    if (element == "plaintext") {
      text_to(html_.size());
      return;
    }
    if (foreign_ == 0 && one_of(element, raw_text)) return raw(element, found);
    if (kept_ == TagsKept::flat) return flat_tag(element, found);
    write_tag(element, found);
    if (one_of(element, void_elements) || (foreign_ == 0 && one_of(element, self_closing))) return;
    ++opened_[element];
    out_.depth = std::max(out_.depth, ++open_);
  }

  void flat_tag(const std::string& element, const std::vector<Attribute>& found) {
    if (element == "a") {
      end_flat_link();
      write_tag(element, found);
      flat_link_ = true;
    } else if (element == "img" || element == "area" || element == "input" || element == "base" || element == "meta") {
      write_tag(element, found);
    } else if (element == "form") {
      write_tag("area", found);  // its action is read there too
    } else if (element == "br" || one_of(element, line_breakers)) {
      out_.plain_form += "<br>";
    } else if (element == "td" || element == "th") {
      out_.plain_form += ' ';
    }
  }

  void end_flat_link() {
    if (flat_link_) out_.plain_form += "</a>";
    flat_link_ = false;
  }

  void end_tag() {
    at_ += 2;
    const auto element = name();
    std::vector<Attribute> ignored;
    if (!attributes(ignored)) return;
    ++out_.tags;
    if ((element == "svg" || element == "math") && foreign_ > 0) --foreign_;
    if (kept_ == TagsKept::flat) {
      if (element == "a") end_flat_link();
      if (one_of(element, line_breakers)) out_.plain_form += "<br>";
      return;
    }
    out_.plain_form += "</" + element + ">";
    const auto counted = opened_.find(element);
    if (counted == opened_.end() || counted->second == 0) return;
    --counted->second;
    --open_;
  }

  void text_to(std::size_t end) {
    for (; at_ < end; ++at_) {
      if (html_[at_] == '<') {
        out_.plain_form += "&lt;";
      } else {
        out_.plain_form += html_[at_];
      }
    }
  }

  // Elements whose content is text up to their own end tag.
  void raw(const std::string& element, const std::vector<Attribute>& found) {
    const auto start = at_;
    std::size_t end = html_.size();
    for (auto close = html_.find("</", at_); close != std::string_view::npos; close = html_.find("</", close + 2)) {
      const auto rest = html_.substr(close + 2);
      if (!starts_with(rest, element)) continue;
      const char after = rest.size() > element.size() ? rest[element.size()] : '>';
      if (!is_space(after) && after != '/' && after != '>') continue;
      end = close;
      break;
    }
    const auto content = html_.substr(start, end - start);
    if (element == "style") {
      out_.styles += content;
      out_.styles += '\n';
    } else if (element == "script") {
      out_.scripts.emplace_back(content);
    } else if (element == "title") {
      out_.titles.emplace_back(content);
    } else if (element == "textarea" || element == "xmp") {
      text_to(end);
    } else if (element == "iframe") {
      write_tag("embed", found);  // a void element with the same src
    }
    const auto close = html_.find('>', end);
    at_ = close == std::string_view::npos ? html_.size() : close + 1;
  }

  std::string_view html_;
  TagsKept kept_;
  std::size_t at_ = 0;
  HtmlTokens out_;
  std::unordered_map<std::string, std::size_t> opened_;
  std::size_t open_ = 0;
  std::size_t foreign_ = 0;
  bool flat_link_ = false;
};

}  // namespace

HtmlTokens tokenize_html(std::string_view html, TagsKept kept) {
  return Tokenizer(html, kept).run();
}

}  // namespace carnet::mail
