#include "standards/mail/html_tokens.hpp"

#include <algorithm>
#include <array>

#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::size_t max_attributes = 24;
constexpr std::size_t max_name_bytes = 60;

template <std::size_t count>
bool one_of(std::string_view name, const std::array<std::string_view, count>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What decides what is seen, said, or followed.
constexpr std::array<const char*, static_cast<std::size_t>(HtmlName::count)> kept_attributes{
    "style",   "class",      "id",         "href",  "src",         "alt",        "hidden",       "aria-hidden",
    "color",   "bgcolor",    "type",       "value", "name",        "action",     "background",   "open",
    "content", "http-equiv", "xlink:href", "dir",   "placeholder", "formaction", "autocomplete", "data"};

constexpr std::array<std::string_view, 16> void_elements{"area",   "base",  "br",     "col",  "embed", "hr",
                                                         "img",    "input", "keygen", "link", "meta",  "param",
                                                         "source", "track", "wbr",    "frame"};

constexpr std::array<std::string_view, 18> self_closing{"p",    "li",     "dt",       "dd",       "tr",   "td",
                                                        "th",   "tbody",  "thead",    "tfoot",    "html", "head",
                                                        "body", "option", "optgroup", "colgroup", "rt",   "rp"};

constexpr std::array<std::string_view, 8> raw_text{"script",  "style",    "xmp",   "iframe",
                                                   "noembed", "noframes", "title", "textarea"};

class Tokenizer {
 public:
  Tokenizer(std::string_view html, TokenSink& sink) : html_(html), sink_(sink) {}

  HtmlAside run() {
    std::size_t text_start = 0;
    while (at_ < html_.size()) {
      at_ = std::min(html_.find('<', at_), html_.size());
      if (at_ < html_.size() && !is_markup()) {
        ++at_;
        continue;
      }
      if (at_ > text_start) sink_.text(html_.substr(text_start, at_ - text_start));
      if (at_ < html_.size()) markup();
      text_start = at_;
    }
    if (at_ > text_start) sink_.text(html_.substr(text_start, at_ - text_start));
    return std::move(aside_);
  }

 private:
  char peek(std::size_t ahead) const { return at_ + ahead < html_.size() ? html_[at_ + ahead] : '\0'; }

  bool is_markup() const {
    const char next = peek(1);
    return is_letter(next) || next == '!' || next == '?' || (next == '/' && peek(2) != '\0');
  }

  void markup() {
    if (is_letter(peek(1))) return tag();
    if (peek(1) == '/' && is_letter(peek(2))) return end_tag();
    if (html_.substr(at_).starts_with("<!--")) return comment();
    bogus();
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
    sink_.comment(html_.substr(start, end == std::string_view::npos ? end : end - start));
    at_ = end == std::string_view::npos ? html_.size() : end + closing;
  }

  void bogus() {
    const auto end = html_.find('>', at_);
    const auto text = html_.substr(at_ + 2, end == std::string_view::npos ? end : end - at_ - 2);
    if (!starts_with(text, "doctype")) sink_.comment(text);
    at_ = end == std::string_view::npos ? html_.size() : end + 1;
  }

  std::string name() {
    const auto start = at_;
    while (at_ < html_.size() && !is_space(html_[at_]) && html_[at_] != '/' && html_[at_] != '>') ++at_;
    return lowered(html_.substr(start, std::min(at_ - start, max_name_bytes)));
  }

  // Leaves at_ after '>', or at the end of the page: then the tag does not count.
  bool attributes(std::vector<HtmlAttribute>& found) {
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

  void attribute(std::vector<HtmlAttribute>& found) {
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
    const auto known = std::find_if(kept_attributes.begin(), kept_attributes.end(),
                                    [&](const char* name) { return same(attribute_name, name); });
    if (found.size() >= max_attributes || known == kept_attributes.end()) return;
    const auto name = static_cast<HtmlName>(known - kept_attributes.begin());
    const auto twice = std::any_of(found.begin(), found.end(), [&](const HtmlAttribute& a) { return a.name == name; });
    if (!twice) found.push_back({name, value});  // the first of two counts
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

  void tag() {
    ++at_;
    const auto element = name();
    found_.clear();
    if (!attributes(found_)) return;
    if (element == "svg" || element == "math") ++foreign_;
    if (element == "plaintext") {
      if (at_ < html_.size()) sink_.text(html_.substr(at_));
      at_ = html_.size();
    } else if (foreign_ == 0 && one_of(element, raw_text)) {
      raw(element);
    } else {
      sink_.open(element, found_);
    }
  }

  void end_tag() {
    at_ += 2;
    const auto element = name();
    found_.clear();
    if (!attributes(found_)) return;
    if ((element == "svg" || element == "math") && foreign_ > 0) --foreign_;
    sink_.close(element);
  }

  // Elements whose content is text up to their own end tag.
  void raw(const std::string& element) {
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
      aside_.styles += content;
      aside_.styles += '\n';
    } else if (element == "script") {
      aside_.scripts.push_back(content);
    } else if (element == "title") {
      aside_.titles.push_back(content);
    } else if (element == "textarea" || element == "xmp") {
      if (!content.empty()) sink_.text(content);
    } else if (element == "iframe") {
      sink_.open("embed", found_);  // a void element with the same src
    }
    const auto close = html_.find('>', end);
    at_ = close == std::string_view::npos ? html_.size() : close + 1;
  }

  std::string_view html_;
  TokenSink& sink_;
  std::size_t at_ = 0;
  HtmlAside aside_;
  std::vector<HtmlAttribute> found_;
  std::size_t foreign_ = 0;
};

struct Entity {
  std::string_view name;
  char32_t code;
};
constexpr Entity entities[] = {
    {"amp", '&'},       {"lt", '<'},        {"gt", '>'},       {"quot", '"'},     {"apos", '\''},   {"nbsp", 0xA0},
    {"eacute", 0xE9},   {"egrave", 0xE8},   {"ecirc", 0xEA},   {"euml", 0xEB},    {"agrave", 0xE0}, {"acirc", 0xE2},
    {"ccedil", 0xE7},   {"icirc", 0xEE},    {"iuml", 0xEF},    {"ocirc", 0xF4},   {"ugrave", 0xF9}, {"ucirc", 0xFB},
    {"uuml", 0xFC},     {"oelig", 0x153},   {"Eacute", 0xC9},  {"Egrave", 0xC8},  {"Agrave", 0xC0}, {"Ccedil", 0xC7},
    {"rsquo", 0x2019},  {"lsquo", 0x2018},  {"ldquo", 0x201C}, {"rdquo", 0x201D}, {"laquo", 0xAB},  {"raquo", 0xBB},
    {"hellip", 0x2026}, {"ndash", 0x2013},  {"mdash", 0x2014}, {"euro", 0x20AC},  {"copy", 0xA9},   {"reg", 0xAE},
    {"trade", 0x2122},  {"bull", 0x2022},   {"middot", 0xB7},  {"deg", 0xB0},     {"shy", 0xAD},    {"zwnj", 0x200C},
    {"zwj", 0x200D},    {"lrm", 0x200E},    {"rlm", 0x200F},   {"period", '.'},   {"sol", '/'},     {"colon", ':'},
    {"commat", '@'},    {"hyphen", 0x2010}, {"dash", 0x2010},  {"lowbar", '_'},   {"Tab", '\t'},    {"NewLine", '\n'}};

// "#233" or "#xE9". 0: not a number.
char32_t numeric_entity(std::string_view name) {
  name.remove_prefix(1);
  const bool hex = !name.empty() && lower(name[0]) == 'x';
  if (hex) name.remove_prefix(1);
  char32_t code = 0;
  for (const char c : name) {
    const char l = lower(c);
    const int digit = is_digit(c) ? c - '0' : hex && l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
    if (digit < 0 || code > 0x10FFFF) return 0;
    code = code * (hex ? 16 : 10) + static_cast<char32_t>(digit);
  }
  return code > 0x10FFFF || (code >= 0xD800 && code < 0xE000) ? 0xFFFD : code;
}

}  // namespace

const char* text_of(HtmlName name) {
  return kept_attributes[static_cast<std::size_t>(name)];
}

bool is_void_element(std::string_view element) {
  return one_of(element, void_elements);
}

bool is_self_closing(std::string_view element) {
  return one_of(element, self_closing);
}

HtmlAside tokenize_html(std::string_view html, TokenSink& sink) {
  return Tokenizer(html, sink).run();
}

std::string decode_entities(std::string_view text) {
  constexpr std::size_t longest = 12;
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto next = std::min(text.find('&', at), text.size());
    out += text.substr(at, next - at);
    at = next;
    if (at == text.size()) break;
    const auto rest = text.substr(at + 1, longest);
    const auto end = rest.find(';');
    const auto name = rest.substr(0, end);
    char32_t code = 0;
    if (end != std::string_view::npos && name.starts_with('#')) {
      code = numeric_entity(name);
    } else if (end != std::string_view::npos) {
      for (const auto& entity : entities) {
        if (entity.name == name) code = entity.code;
      }
    }
    if (code == 0) {
      out += text[at++];
      continue;
    }
    append_utf8(out, code);
    at += 1 + end + 1;
  }
  return out;
}

}  // namespace carnet::mail
