// The walk over a page, whoever builds its tree: what each element and text is to the reader. Internal to
// standards/mail.
#pragma once
#include <gumbo.h>

#include <span>

#include "standards/mail/html.hpp"
#include "standards/mail/html_text.hpp"
#include "standards/mail/html_tokens.hpp"
#include "standards/mail/style.hpp"

namespace carnet::mail {

struct Element {
  GumboTag tag = GUMBO_TAG_UNKNOWN;
  bool is_template = false;
  std::span<const HtmlAttribute> values;  // entities decoded
  const GumboVector* written = nullptr;   // when they are the tree builder's

  const char* find(HtmlName name, std::string_view& value) const;  // nullptr: absent
  std::string_view attribute(HtmlName name) const;                 // "" when absent
  bool has(HtmlName name) const;
  bool bare() const { return values.empty() && written == nullptr; }
};

class PageReader {
 public:
  PageReader(std::string_view styles, const Limits& limits, Page& page);
  void begin(const Element& element);
  void end();  // of the element last begun
  void text(std::string_view decoded);
  void comment(std::string_view content);
  std::size_t depth() const { return frames_.size(); }
  void finish();  // all elements ended

 private:
  struct Frame {
    GumboTag tag = GUMBO_TAG_UNKNOWN;
    Style style;
    Hiding hiding = Hiding::none;
    bool block = false;
    bool preformatted = false;
    bool closed_details = false;
    std::optional<std::size_t> link;
    std::size_t text_before = 0, hidden_before = 0;
    bool shown() const { return hiding == Hiding::none || hiding == Hiding::aria_hidden; }
  };

  Style style_of(const Element& element);
  ElementFacts facts(const Element& element) const;
  std::optional<std::size_t> special(const Element& element, Hiding hiding);
  std::optional<std::size_t> add_link(Link::Kind kind, std::string_view written, Hiding hiding);
  void refresh(const Element& element);
  void picture(const Element& element, Hiding hiding);
  void data_image(std::string_view source, std::string_view alternative);
  void field(const Element& element, Hiding hiding);
  void finish_link(Link& link, const Frame& frame);
  void hit(std::string_view limit);

  const Limits& limits_;
  Page& page_;
  PageText text_;
  StyleSheet sheet_;
  std::vector<Frame> frames_;  // the first is the page itself
  std::vector<ElementFacts> path_;
  std::string base_;
  std::size_t data_bytes_ = 0;
};

bool is_block(GumboTag tag);

}  // namespace carnet::mail
