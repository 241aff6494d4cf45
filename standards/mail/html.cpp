#include "standards/mail/html.hpp"

#include <gumbo.h>

#include <algorithm>

#include "standards/mail/decode.hpp"
#include "standards/mail/html_text.hpp"
#include "standards/mail/html_tokens.hpp"
#include "standards/mail/html_tree.hpp"
#include "standards/mail/style.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

bool is_block(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_P:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_H1:
    case GUMBO_TAG_H2:
    case GUMBO_TAG_H3:
    case GUMBO_TAG_H4:
    case GUMBO_TAG_H5:
    case GUMBO_TAG_H6:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_BODY:
      return true;
    default:
      return false;
  }
}

bool asks_for_secrets(std::string_view type, std::string_view hints) {
  if (same(type, "password")) return true;
  constexpr std::string_view signs[] = {"cc-number", "cc-csc", "cardnumber",   "card_number",     "card-number", "cvv",
                                        "cvc",       "passw",  "mot de passe", "numero de carte", "iban"};
  return std::any_of(std::begin(signs), std::end(signs), [&](std::string_view sign) { return contains(hints, sign); });
}

class Walk {
 public:
  Walk(const HtmlTokens& tokens, const Limits& limits, Page& page)
      : tokens_(tokens), limits_(limits), page_(page), text_(page.body), sheet_(tokens.styles) {}

  void run(const GumboNode* root) {
    open(root, Style{});
    while (!frames_.empty()) {
      auto& frame = frames_.back();
      const auto& children =
          frame.node->type == GUMBO_NODE_DOCUMENT ? frame.node->v.document.children : frame.node->v.element.children;
      if (frame.next_child == children.length) {
        close();
        continue;
      }
      visit(static_cast<const GumboNode*>(children.data[frame.next_child++]));
    }
    if (sheet_.exhausted()) page_.limits_hit.emplace_back("style_matching");
    text_.finish();
  }

 private:
  struct Frame {
    const GumboNode* node = nullptr;
    unsigned next_child = 0;
    Style style;
    Hiding hiding = Hiding::none;
    bool block = false;
    bool preformatted = false;
    bool in_path = false;
    std::optional<std::size_t> link;
    std::size_t text_before = 0, hidden_before = 0;
  };

  static std::string_view attribute(const GumboNode* node, const char* name) {
    if (node->v.element.attributes.length == 0) return {};
    const GumboAttribute* found = gumbo_get_attribute(&node->v.element.attributes, name);
    return found == nullptr ? std::string_view() : std::string_view(found->value);
  }
  static bool has(const GumboNode* node, const char* name) {
    return gumbo_get_attribute(&node->v.element.attributes, name) != nullptr;
  }

  void visit(const GumboNode* node) {
    const auto& frame = frames_.back();
    switch (node->type) {
      case GUMBO_NODE_TEXT:
      case GUMBO_NODE_CDATA:
      case GUMBO_NODE_WHITESPACE:
        if (frame.style.overridden && frame.style.right_to_left) {
          text_.add(reversed(node->v.text.text), frame.hiding, frame.preformatted);
        } else {
          text_.add(node->v.text.text, frame.hiding, frame.preformatted);
        }
        return;
      case GUMBO_NODE_COMMENT:
        return comment(node->v.text.text);
      case GUMBO_NODE_ELEMENT:
      case GUMBO_NODE_TEMPLATE:
        return open(node, frame.style);
      default:
        return;
    }
  }

  ElementFacts facts(const GumboNode* node) const {
    ElementFacts out;
    const auto tag = node->v.element.tag;
    if (tag != GUMBO_TAG_UNKNOWN) out.tag = gumbo_normalized_tagname(tag);
    out.id = lowered(attribute(node, "id"));
    for (const auto name : split(attribute(node, "class"), ' ')) {
      if (!trimmed(name).empty() && out.classes.size() < 32) out.classes.push_back(lowered(trimmed(name)));
    }
    return out;
  }

  Style style_of(const GumboNode* node, const Style& parent) {
    std::vector<Declaration> own;
    if (node->v.element.attributes.length > 0) {
      if (has(node, "hidden")) own.push_back({Property::display, "none", false});
      if (const auto v = attribute(node, "bgcolor"); !v.empty())
        own.push_back({Property::background, lowered(v), false});
      if (const auto v = attribute(node, "color"); !v.empty()) own.push_back({Property::colour, lowered(v), false});
      if (!attribute(node, "background").empty()) own.push_back({Property::background_image, "url(", false});
      const auto dir = attribute(node, "dir");
      if (!dir.empty()) own.push_back({Property::direction, lowered(dir), false});
    }
    if (node->v.element.tag == GUMBO_TAG_BDO) own.push_back({Property::unicode_bidi, "bidi-override", false});
    auto style = sheet_.style_of(path_, parent, std::move(own), attribute(node, "style"));
    if (same(attribute(node, "aria-hidden"), "true")) style.aria_hidden = true;
    const auto* above = frames_.empty() ? nullptr : frames_.back().node;
    if (above != nullptr && above->type == GUMBO_NODE_ELEMENT && above->v.element.tag == GUMBO_TAG_DETAILS &&
        node->v.element.tag != GUMBO_TAG_SUMMARY && !has(above, "open")) {
      style.displayed = false;
    }
    return style;
  }

  void open(const GumboNode* node, const Style& parent) {
    Frame frame;
    frame.node = node;
    frame.style = parent;
    if (node->type != GUMBO_NODE_DOCUMENT) {
      const auto tag = node->v.element.tag;
      path_.push_back(facts(node));
      frame.in_path = true;
      frame.style = style_of(node, parent);
      frame.hiding = node->type == GUMBO_NODE_TEMPLATE ? Hiding::not_rendered : frame.style.hiding();
      if (frame.hiding == Hiding::none && !frames_.empty() && frames_.back().hiding == Hiding::not_rendered) {
        frame.hiding = Hiding::not_rendered;
      }
      const bool shown = frame.hiding == Hiding::none || frame.hiding == Hiding::aria_hidden;
      frame.preformatted = tag == GUMBO_TAG_PRE || (!frames_.empty() && frames_.back().preformatted);
      frame.block =
          shown && (frame.style.flow == Flow::block || (frame.style.flow == Flow::by_element && is_block(tag)));
      if (frame.block) text_.block();
      if (shown && (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH)) text_.gap();
      frame.link = element(node, tag, frame.hiding);
      frame.text_before = text_.size();
      frame.hidden_before = text_.hidden_count();
    }
    frames_.push_back(std::move(frame));
  }

  // What an element is besides a box of text. Gives the link it opens, if it does.
  std::optional<std::size_t> element(const GumboNode* node, GumboTag tag, Hiding hiding) {
    switch (tag) {
      case GUMBO_TAG_A: {
        auto href = attribute(node, "href");
        if (href.empty()) href = attribute(node, "xlink:href");
        return href.empty() ? std::nullopt : add_link(Link::Kind::anchor, href, hiding);
      }
      case GUMBO_TAG_AREA:
        add_link(Link::Kind::area, attribute(node, "href"), hiding);
        add_link(Link::Kind::form, attribute(node, "action"), hiding);
        break;
      case GUMBO_TAG_FORM:
        add_link(Link::Kind::form, attribute(node, "action"), hiding);
        break;
      case GUMBO_TAG_BASE:
        if (base_.empty()) base_ = std::string(trimmed(attribute(node, "href")));
        break;
      case GUMBO_TAG_META:
        refresh(node);
        break;
      case GUMBO_TAG_EMBED:
      case GUMBO_TAG_FRAME:
        add_link(Link::Kind::frame, attribute(node, "src"), hiding);
        break;
      case GUMBO_TAG_OBJECT:
        add_link(Link::Kind::frame, attribute(node, "data"), hiding);
        break;
      case GUMBO_TAG_BR:
        text_.line_break(hiding);
        break;
      case GUMBO_TAG_IMG:
      case GUMBO_TAG_IMAGE:
        picture(node, hiding);
        break;
      case GUMBO_TAG_INPUT:
      case GUMBO_TAG_BUTTON:
        field(node, hiding);
        break;
      default:
        break;
    }
    return std::nullopt;
  }

  std::optional<std::size_t> add_link(Link::Kind kind, std::string_view written, Hiding hiding) {
    if (trimmed(written).empty()) return std::nullopt;
    auto& links = page_.body.links;
    if (links.size() >= limits_.links) {
      if (page_.limits_hit.empty() || page_.limits_hit.back() != "links") page_.limits_hit.emplace_back("links");
      return std::nullopt;
    }
    Link link;
    link.kind = kind;
    link.target = clean_target(written, base_);
    link.hiding = hiding;
    link.at = text_.size();
    links.push_back(std::move(link));
    return links.size() - 1;
  }

  void refresh(const GumboNode* node) {
    if (!same(attribute(node, "http-equiv"), "refresh")) return;
    const auto content = attribute(node, "content");
    const auto lower_case = lowered(content);
    const auto at = lower_case.find("url=");
    if (at == std::string::npos) return;
    auto target = trimmed(content.substr(at + 4));
    if (target.starts_with('\'') || target.starts_with('"')) target = target.substr(1, target.find(target[0], 1) - 1);
    add_link(Link::Kind::refresh, target, Hiding::none);
  }

  void picture(const GumboNode* node, Hiding hiding) {
    const auto alternative = attribute(node, "alt");
    const auto source = trimmed(attribute(node, "src"));
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
      if (!frame->link) continue;
      auto& link = page_.body.links[*frame->link];
      link.holds_picture = true;
      if (link.text.empty()) link.text = std::string(trimmed(alternative));
      break;
    }
    if (!trimmed(alternative).empty()) text_.hidden(alternative, Hiding::picture_text);
    if (starts_with(source, "cid:")) {
      if (page_.shown.size() < 10'000) page_.shown.push_back({std::string(source.substr(4)), std::string(alternative)});
    } else if (starts_with(source, "data:")) {
      data_image(source, alternative);
    } else if (!source.empty()) {
      add_link(Link::Kind::image, source, hiding);
    }
  }

  void data_image(std::string_view source, std::string_view alternative) {
    const auto comma = source.find(',');
    if (comma == std::string_view::npos) return;
    const auto head = lowered(source.substr(5, comma - 5));
    if (head.find(";base64") == std::string::npos || !head.starts_with("image/")) return;
    bool cut = false;
    const auto bytes =
        decode_transfer(source.substr(comma + 1), Transfer::base64, limits_.image_bytes - data_bytes_, cut);
    if (cut || page_.data_images.size() >= limits_.images) {
      page_.limits_hit.emplace_back("images");
      return;
    }
    data_bytes_ += bytes.size();
    Image image;
    image.bytes = kernel::to_bytes(bytes);
    image.type = head.substr(0, head.find(';'));
    image.alternative_text = std::string(alternative);
    image.shown = true;
    page_.data_images.push_back(std::move(image));
  }

  void field(const GumboNode* node, Hiding hiding) {
    const auto type = attribute(node, "type");
    add_link(Link::Kind::form, attribute(node, "formaction"), hiding);
    if (same(type, "hidden")) return;
    const auto placeholder = attribute(node, "placeholder");
    std::string hints(attribute(node, "name"));
    hints.append(" ").append(attribute(node, "autocomplete")).append(" ").append(placeholder);
    if (asks_for_secrets(type, hints)) page_.body.passwords_asked = true;
    if (node->v.element.tag == GUMBO_TAG_BUTTON) return;
    const auto words = attribute(node, "value").empty() ? placeholder : attribute(node, "value");
    text_.gap();
    text_.add(words, hiding, false);
    text_.gap();
  }

  void comment(std::string_view number) {
    const auto index = to_number(number);
    if (!index || *index >= tokens_.comments.size()) return;
    const std::string_view content = tokens_.comments[*index];
    if (!starts_with(trimmed(content), "[if")) {
      text_.hidden(content, Hiding::comment);
      return;
    }
    const auto open_end = content.find("]>");
    const auto close = content.rfind("<!");
    if (open_end == std::string_view::npos || close == std::string_view::npos || close < open_end + 2) return;
    const auto pieces = scan_pieces(content.substr(open_end + 2, close - open_end - 2));
    text_.hidden(pieces.text, Hiding::outlook_only);
    for (const auto& target : pieces.targets) add_link(Link::Kind::anchor, target, Hiding::outlook_only);
  }

  void close() {
    auto frame = std::move(frames_.back());
    frames_.pop_back();
    if (frame.in_path) path_.pop_back();
    if (frame.link) finish_link(page_.body.links[*frame.link], frame);
    if (frame.block) text_.block();
    const bool shown = frame.hiding == Hiding::none || frame.hiding == Hiding::aria_hidden;
    if (shown && frame.in_path &&
        (frame.node->v.element.tag == GUMBO_TAG_TD || frame.node->v.element.tag == GUMBO_TAG_TH)) {
      text_.gap();
    }
  }

  void finish_link(Link& link, const Frame& frame) {
    const std::string_view visible = page_.body.visible;
    const auto inside = visible.substr(std::min(frame.text_before, visible.size()));
    const auto seen = trimmed(inside);
    if (!seen.empty()) {
      link.at = static_cast<std::size_t>(seen.data() - visible.data());
      link.text = std::string(seen);
      link.text_is_visible = true;
      return;
    }
    link.at = visible.size();
    if (!link.text.empty()) return;
    for (auto i = frame.hidden_before; i < page_.body.hidden.size() && link.text.size() < 1'000; ++i) {
      link.text += page_.body.hidden[i].text;
      if (link.hiding == Hiding::none && !link.holds_picture) link.hiding = page_.body.hidden[i].why;
    }
  }

  const HtmlTokens& tokens_;
  const Limits& limits_;
  Page& page_;
  PageText text_;
  StyleSheet sheet_;
  std::vector<Frame> frames_;
  std::vector<ElementFacts> path_;
  std::string base_;
  std::size_t data_bytes_ = 0;
};

bool walk(const HtmlTokens& tokens, const Limits& limits, Page& page) {
  const HtmlTree tree(tokens.plain_form, limits.html_memory);
  if (tree.root() == nullptr) return false;
  Walk(tokens, limits, page).run(tree.root());
  return true;
}

void add_beside(Page& page, const HtmlTokens& tokens, const Limits& limits) {
  for (const auto& title : tokens.titles) {
    if (!trimmed(title).empty()) page.body.hidden.push_back({title, Hiding::not_rendered, 0, false, false});
  }
  for (const auto& script : tokens.scripts) {
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
  constexpr std::size_t max_tag_steps = 60'000'000;  // tags times depth: what a page may cost the tree builder
  Page page;
  auto tokens = tokenize_html(utf8_html, TagsKept::all);
  const bool deep = tokens.depth > limits.html_depth || tokens.tags * (tokens.depth + 1) > max_tag_steps;
  if (deep || !walk(tokens, limits, page)) {
    page = Page();
    page.limits_hit.emplace_back(deep ? "html_depth" : "html_memory");
    tokens = tokenize_html(utf8_html, TagsKept::flat);
    if (!walk(tokens, limits, page)) {
      page.body = Body();
      page.limits_hit.emplace_back("html_memory");
      page.body.visible = scan_pieces(tokens.plain_form).text;
    }
    page.body.flattened = true;
  }
  page.body.kind = BodyKind::html;
  add_beside(page, tokens, limits);
  return page;
}

Body read_html(std::string_view utf8_html, const Limits& limits, std::vector<Image>* images) {
  auto page = read_page(scrubbed(utf8_html.substr(0, limits.text_bytes)), limits);
  if (images != nullptr) std::move(page.data_images.begin(), page.data_images.end(), std::back_inserter(*images));
  return std::move(page.body);
}

}  // namespace carnet::mail
