#include "standards/mail/html_walk.hpp"

#include <algorithm>

#include "standards/mail/decode.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

bool asks_for_secrets(std::string_view type, std::string_view hints) {
  if (same(type, "password")) return true;
  constexpr std::string_view signs[] = {"cc-number", "cc-csc", "cardnumber",   "card_number",     "card-number", "cvv",
                                        "cvc",       "passw",  "mot de passe", "numero de carte", "iban"};
  return std::any_of(std::begin(signs), std::end(signs), [&](std::string_view sign) { return contains(hints, sign); });
}

}  // namespace

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

const char* Element::find(HtmlName name, std::string_view& value) const {
  for (const auto& attribute : values) {
    if (attribute.name != name) continue;
    value = attribute.value;
    return text_of(name);
  }
  const GumboAttribute* found = written == nullptr ? nullptr : gumbo_get_attribute(written, text_of(name));
  if (found == nullptr) return nullptr;
  value = found->value;
  return found->name;
}

std::string_view Element::attribute(HtmlName name) const {
  std::string_view value;
  return find(name, value) == nullptr ? std::string_view() : value;
}

bool Element::has(HtmlName name) const {
  std::string_view value;
  return find(name, value) != nullptr;
}

PageReader::PageReader(std::string_view styles, const Limits& limits, Page& page)
    : limits_(limits), page_(page), text_(page.body), sheet_(styles), frames_(1) {}

void PageReader::hit(std::string_view limit) {
  auto& list = page_.limits_hit;
  if (std::find(list.begin(), list.end(), limit) == list.end()) list.emplace_back(limit);
}

void PageReader::text(std::string_view decoded) {
  const auto& frame = frames_.back();
  if (frame.style.overridden && frame.style.right_to_left) {
    text_.add(reversed(decoded), frame.hiding, frame.preformatted);
  } else {
    text_.add(decoded, frame.hiding, frame.preformatted);
  }
}

ElementFacts PageReader::facts(const Element& element) const {
  ElementFacts out;
  if (sheet_.empty()) return out;
  if (element.tag != GUMBO_TAG_UNKNOWN) out.tag = gumbo_normalized_tagname(element.tag);
  out.id = lowered(element.attribute(HtmlName::id));
  for (const auto name : split(element.attribute(HtmlName::klass), ' ')) {
    if (!trimmed(name).empty() && out.classes.size() < 32) out.classes.push_back(lowered(trimmed(name)));
  }
  return out;
}

Style PageReader::style_of(const Element& element) {
  const auto& above = frames_.back();
  std::vector<Declaration> own;
  if (!element.bare()) {
    const auto declare = [&](Property property, std::string_view value) {
      if (!value.empty()) own.push_back({property, lowered(value), false});
    };
    if (element.has(HtmlName::hidden)) declare(Property::display, "none");
    declare(Property::background, element.attribute(HtmlName::bgcolor));
    declare(Property::colour, element.attribute(HtmlName::color));
    declare(Property::direction, element.attribute(HtmlName::dir));
    if (element.has(HtmlName::background)) declare(Property::background_image, "url(");
  }
  if (element.tag == GUMBO_TAG_BDO) own.push_back({Property::unicode_bidi, "bidi-override", false});
  auto style = sheet_.style_of(path_, above.style, own, element.attribute(HtmlName::style));
  if (same(element.attribute(HtmlName::aria_hidden), "true")) style.aria_hidden = true;
  if (above.closed_details && element.tag != GUMBO_TAG_SUMMARY) style.displayed = false;
  return style;
}

void PageReader::begin(const Element& element) {
  Frame frame;
  const auto tag = frame.tag = element.tag;
  path_.push_back(facts(element));
  frame.style = style_of(element);
  const auto& above = frames_.back();
  frame.hiding =
      element.is_template || above.hiding == Hiding::not_rendered ? Hiding::not_rendered : frame.style.hiding();
  frame.preformatted = tag == GUMBO_TAG_PRE || above.preformatted;
  frame.closed_details = tag == GUMBO_TAG_DETAILS && !element.has(HtmlName::open);
  frame.block =
      frame.shown() && (frame.style.flow == Flow::block || (frame.style.flow == Flow::by_element && is_block(tag)));
  if (frame.block) text_.block();
  if (frame.shown() && (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH)) text_.gap();
  frame.link = special(element, frame.hiding);
  frame.text_before = text_.size();
  frame.hidden_before = text_.hidden_count();
  frames_.push_back(std::move(frame));
}

void PageReader::end() {
  const auto frame = std::move(frames_.back());
  frames_.pop_back();
  path_.pop_back();
  if (frame.link) finish_link(page_.body.links[*frame.link], frame);
  if (frame.block) text_.block();
  if (frame.shown() && (frame.tag == GUMBO_TAG_TD || frame.tag == GUMBO_TAG_TH)) text_.gap();
}

void PageReader::finish() {
  while (frames_.size() > 1) end();
  if (sheet_.exhausted()) hit("style_matching");
  text_.finish();
}

// What an element is besides a box of text. Gives the link it opens, if it does.
std::optional<std::size_t> PageReader::special(const Element& element, Hiding hiding) {
  switch (element.tag) {
    case GUMBO_TAG_A: {
      const auto href = element.attribute(HtmlName::href);
      return add_link(Link::Kind::anchor, href.empty() ? element.attribute(HtmlName::xlink_href) : href, hiding);
    }
    case GUMBO_TAG_AREA:
      add_link(Link::Kind::area, element.attribute(HtmlName::href), hiding);
      break;
    case GUMBO_TAG_FORM:
      add_link(Link::Kind::form, element.attribute(HtmlName::action), hiding);
      break;
    case GUMBO_TAG_BASE:
      if (base_.empty()) base_ = std::string(trimmed(element.attribute(HtmlName::href)));
      break;
    case GUMBO_TAG_META:
      refresh(element);
      break;
    case GUMBO_TAG_EMBED:
    case GUMBO_TAG_FRAME:
      add_link(Link::Kind::frame, element.attribute(HtmlName::src), hiding);
      break;
    case GUMBO_TAG_OBJECT:
      add_link(Link::Kind::frame, element.attribute(HtmlName::data), hiding);
      break;
    case GUMBO_TAG_BR:
      text_.line_break(hiding);
      break;
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_IMAGE:
      picture(element, hiding);
      break;
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_BUTTON:
      field(element, hiding);
      break;
    default:
      break;
  }
  return std::nullopt;
}

std::optional<std::size_t> PageReader::add_link(Link::Kind kind, std::string_view written, Hiding hiding) {
  if (trimmed(written).empty()) return std::nullopt;
  auto& links = page_.body.links;
  if (links.size() >= limits_.links) {
    hit("links");
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

void PageReader::refresh(const Element& element) {
  if (!same(element.attribute(HtmlName::http_equiv), "refresh")) return;
  const auto content = element.attribute(HtmlName::content);
  const auto lower_case = lowered(content);
  const auto at = lower_case.find("url=");
  if (at == std::string::npos) return;
  auto target = trimmed(content.substr(at + 4));
  if (target.starts_with('\'') || target.starts_with('"')) target = target.substr(1, target.find(target[0], 1) - 1);
  add_link(Link::Kind::refresh, target, Hiding::none);
}

void PageReader::picture(const Element& element, Hiding hiding) {
  const auto alternative = element.attribute(HtmlName::alt);
  const auto source = trimmed(element.attribute(HtmlName::src));
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

void PageReader::data_image(std::string_view source, std::string_view alternative) {
  const auto comma = source.find(',');
  if (comma == std::string_view::npos) return;
  const auto head = lowered(source.substr(5, comma - 5));
  if (head.find(";base64") == std::string::npos || !head.starts_with("image/")) return;
  bool cut = false;
  const auto bytes =
      decode_transfer(source.substr(comma + 1), Transfer::base64, limits_.image_bytes - data_bytes_, cut);
  if (cut || page_.data_images.size() >= limits_.images) {
    hit("images");
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

void PageReader::field(const Element& element, Hiding hiding) {
  const auto type = element.attribute(HtmlName::type);
  add_link(Link::Kind::form, element.attribute(HtmlName::formaction), hiding);
  if (same(type, "hidden")) return;
  const auto placeholder = element.attribute(HtmlName::placeholder);
  std::string hints(element.attribute(HtmlName::name));
  hints.append(" ").append(element.attribute(HtmlName::autocomplete)).append(" ").append(placeholder);
  if (asks_for_secrets(type, hints)) page_.body.passwords_asked = true;
  if (element.tag == GUMBO_TAG_BUTTON) return;
  const auto words = element.attribute(HtmlName::value).empty() ? placeholder : element.attribute(HtmlName::value);
  text_.gap();
  text_.add(words, hiding, false);
  text_.gap();
}

void PageReader::comment(std::string_view content) {
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

void PageReader::finish_link(Link& link, const Frame& frame) {
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

}  // namespace carnet::mail
