// Two ways to build a page's tree: gumbo, as browsers do, and for pages of a size or depth that would cost too much, a
// stack of what is open.
#include "standards/mail/html.hpp"

#include <algorithm>

#include "standards/mail/html_plain_form.hpp"
#include "standards/mail/html_tree.hpp"
#include "standards/mail/html_walk.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

class TreeWalk {
 public:
  TreeWalk(const PlainForm& form, PageReader& reader) : form_(form), reader_(reader) {}

  void run(const GumboNode* document) {
    struct Place {
      const GumboVector* children;
      unsigned next;
    };
    std::vector<Place> places{{&document->v.document.children, 0}};
    while (!places.empty()) {
      auto& place = places.back();
      if (place.next == place.children->length) {
        places.pop_back();
        if (!places.empty()) reader_.end();
        continue;
      }
      const auto* node = static_cast<const GumboNode*>(place.children->data[place.next++]);
      if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE) {
        reader_.begin(element(node));
        places.push_back({&node->v.element.children, 0});
      } else if (node->type == GUMBO_NODE_COMMENT) {
        if (const auto number = to_number(node->v.text.text)) reader_.comment(form_.comment(*number));
      } else if (node->type != GUMBO_NODE_DOCUMENT) {
        text(node->v.text.text);
      }
    }
  }

 private:
  Element element(const GumboNode* node) const {
    Element out;
    out.tag = node->v.element.tag;
    out.is_template = node->type == GUMBO_NODE_TEMPLATE;
    const auto& attributes = node->v.element.attributes;
    if (attributes.length == 0) return out;
    const auto* first = static_cast<const GumboAttribute*>(attributes.data[0]);
    const bool numbered = first->name[0] == 'a' && first->name[1] == '\0';
    const auto number = numbered ? to_number(first->value) : std::nullopt;
    if (number) {
      out.values = form_.attributes(*number);
    } else {
      out.written = &attributes;
    }
    return out;
  }

  // The texts that a text node holds by number, between what it holds itself.
  void text(std::string_view content) {
    const auto add = [&](std::string_view piece) {
      if (!piece.empty()) reader_.text(piece);
    };
    for (auto mark = content.find(text_mark); mark != std::string_view::npos; mark = content.find(text_mark)) {
      const auto end = content.find(text_mark, mark + text_mark.size());
      if (end == std::string_view::npos) break;
      const auto number = to_number(content.substr(mark + text_mark.size(), end - mark - text_mark.size()));
      const auto piece = number ? form_.text(*number) : std::nullopt;
      if (!piece) break;
      add(content.substr(0, mark));
      add(*piece);
      content.remove_prefix(end + text_mark.size());
    }
    add(content);
  }

  const PlainForm& form_;
  PageReader& reader_;
};

// The open elements, closed by the main rules of the HTML standard: a block ends a paragraph, a cell ends a cell, an
// end tag ends what it names unless a block stands between. Beyond `max_depth` elements are only counted, not styled.
class StackWalk final : public TokenSink {
 public:
  explicit StackWalk(PageReader& reader) : reader_(reader) {}

  void open(const std::string& name, std::span<const HtmlAttribute> attributes) override {
    const auto tag = gumbo_tagn_enum(name.data(), static_cast<unsigned>(name.size()));
    close_implied(tag);
    decoded_.clear();
    values_.assign(attributes.begin(), attributes.end());
    decoded_.reserve(values_.size());
    for (auto& [attribute_name, value] : values_) {
      if (value.find('&') == std::string_view::npos) continue;
      decoded_.push_back(decode_entities(value));
      value = decoded_.back();
    }
    Element element;
    element.tag = tag;
    element.is_template = tag == GUMBO_TAG_TEMPLATE;
    element.values = values_;
    if (is_void_element(name)) {
      reader_.begin(element);
      reader_.end();
      return;
    }
    reader_.begin(element);
    const bool held = reader_.depth() < max_depth;
    if (!held) reader_.end();
    stack_.push_back({tag, held});
  }

  void close(const std::string& name) override {
    constexpr std::size_t furthest = 300;
    const auto tag = gumbo_tagn_enum(name.data(), static_cast<unsigned>(name.size()));
    std::size_t looked = 0;
    for (auto i = stack_.size(); i-- > 0 && looked++ < furthest;) {
      if (stack_[i].tag == tag) return close_to(i);
      if (is_block(stack_[i].tag) && !is_block(tag) && !is_cell(tag)) return;
      if (stack_[i].tag == GUMBO_TAG_TABLE && tag != GUMBO_TAG_TABLE) return;
    }
  }

  void text(std::string_view raw) override {
    if (raw.find('&') == std::string_view::npos) return reader_.text(raw);
    reader_.text(decode_entities(raw));
  }

  void comment(std::string_view content) override {
    if (!starts_with(content, "doctype")) reader_.comment(content.substr(0, 64u << 10));
  }

 private:
  static constexpr std::size_t max_depth = 20'000;
  struct Open {
    GumboTag tag;
    bool held;
  };

  static bool is_cell(GumboTag tag) { return tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH || tag == GUMBO_TAG_TR; }

  void close_to(std::size_t index) {
    while (stack_.size() > index) {
      if (stack_.back().held) reader_.end();
      stack_.pop_back();
    }
  }

  void close_implied(GumboTag tag) {
    constexpr std::size_t furthest = 8;  // how many inline elements may stand between
    std::size_t looked = 0;
    for (auto i = stack_.size(); i-- > 0 && looked++ < furthest;) {
      const auto open_tag = stack_[i].tag;
      if (open_tag == GUMBO_TAG_P && is_block(tag)) return close_to(i);
      if (open_tag == tag && (tag == GUMBO_TAG_LI || tag == GUMBO_TAG_OPTION || is_cell(tag))) return close_to(i);
      if (is_cell(open_tag) && tag == GUMBO_TAG_TR && open_tag != GUMBO_TAG_TR) continue;
      if (is_block(open_tag)) return;
    }
  }

  PageReader& reader_;
  std::vector<Open> stack_;
  std::vector<HtmlAttribute> values_;
  std::vector<std::string> decoded_;
};

bool read_as_browsers_do(const PlainForm& form, const HtmlAside& aside, const Limits& limits, Page& page) {
  constexpr std::size_t max_tag_steps = 60'000'000;  // tags times depth: what a page may cost the tree builder
  constexpr std::size_t tag_bytes = 250;             // of a tree, measured: 500 for a beginning and its end
  const bool deep = form.depth() > limits.html_depth || form.tags() * (form.depth() + 1) > max_tag_steps;
  if (!deep && form.tags() * tag_bytes < limits.html_memory) {
    const HtmlTree tree(form.written(), limits.html_memory);
    if (tree.document() != nullptr) {
      PageReader reader(aside.styles, limits, page);
      TreeWalk(form, reader).run(tree.document());
      reader.finish();
      return true;
    }
  }
  page.limits_hit.emplace_back(deep ? "html_depth" : "html_memory");
  return false;
}

void add_beside(Page& page, const HtmlAside& aside, const Limits& limits) {
  for (const auto& title : aside.titles) {
    if (!trimmed(title).empty())
      page.body.hidden.push_back({std::string(title), Hiding::not_rendered, 0, false, false});
  }
  for (const auto& script : aside.scripts) {
    for (auto& target : scan_script(script)) {
      if (page.body.links.size() >= limits.links) return;
      Link link;
      link.kind = Link::Kind::script;
      link.target = std::move(target);
      link.hiding = Hiding::not_rendered;
      page.body.links.push_back(std::move(link));
    }
  }
}

}  // namespace

Page read_page(std::string_view utf8_html, const Limits& limits) {
  Page page;
  HtmlAside aside;
  bool read = false;
  {
    PlainForm form(utf8_html);
    aside = tokenize_html(utf8_html, form);
    read = read_as_browsers_do(form, aside, limits, page);
  }
  if (!read) {
    PageReader reader(aside.styles, limits, page);
    StackWalk walk(reader);
    tokenize_html(utf8_html, walk);
    reader.finish();
    page.body.flattened = true;
  }
  page.body.kind = BodyKind::html;
  add_beside(page, aside, limits);
  return page;
}

Body read_html(std::string_view utf8_html, const Limits& limits, std::vector<Image>* images) {
  auto page = read_page(scrubbed(utf8_html.substr(0, limits.text_bytes)), limits);
  if (images != nullptr) std::move(page.data_images.begin(), page.data_images.end(), std::back_inserter(*images));
  return std::move(page.body);
}

}  // namespace carnet::mail
