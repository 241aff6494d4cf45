// A page's tokens, read as the HTML standard reads them: what is a tag, an attribute, a comment, a text. Only
// attributes that decide what a reader sees are kept; scripts, styles and titles are set apart. Linear time. Internal
// to standards/mail.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carnet::mail {

enum class HtmlName : std::uint8_t {
  style,
  klass,
  id,
  href,
  src,
  alt,
  hidden,
  aria_hidden,
  color,
  bgcolor,
  type,
  value,
  name,
  action,
  background,
  open,
  content,
  http_equiv,
  xlink_href,
  dir,
  placeholder,
  formaction,
  autocomplete,
  data,
  count
};
const char* text_of(HtmlName name);  // as written in a page

struct HtmlAttribute {
  HtmlName name = HtmlName::count;
  std::string_view value;
};

// What a page is made of, in order. Views point into the page; entities are not decoded.
class TokenSink {
 public:
  virtual ~TokenSink() = default;
  virtual void open(const std::string& element, std::span<const HtmlAttribute> attributes) = 0;  // lower-case
  virtual void close(const std::string& element) = 0;
  virtual void text(std::string_view raw) = 0;  // may hold '<' that begins no tag
  virtual void comment(std::string_view content) = 0;
};

struct HtmlAside {
  std::string styles;  // text of all <style> elements
  std::vector<std::string_view> scripts, titles;
};
HtmlAside tokenize_html(std::string_view html, TokenSink& sink);

// Elements without content; and those that a page need not close before the next of their kind, which therefore do not
// nest without something else between.
bool is_void_element(std::string_view element);
bool is_self_closing(std::string_view element);

// Entities of plain mail: numbers, and the names that French and English mails use; others stay as they are written.
std::string decode_entities(std::string_view text);

}  // namespace carnet::mail
