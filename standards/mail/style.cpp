#include "standards/mail/style.hpp"

#include <algorithm>
#include <cmath>

#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::size_t property_count = static_cast<std::size_t>(Property::count);
using Winning = std::array<const Declaration*, property_count>;

constexpr double tiny_font_px = 3;
constexpr double least_opacity = 0.1;
constexpr double least_contrast = 1.25;  // #ededed on white is 1.17, and nobody reads it
constexpr double far_px = -400;
constexpr double slit_px = 2;

std::vector<std::string_view> words_of(std::string_view value) {
  std::vector<std::string_view> out;
  std::size_t at = 0;
  while (at < value.size()) {
    while (at < value.size() && is_space(value[at])) ++at;
    const auto start = at;
    int depth = 0;
    while (at < value.size() && (depth > 0 || !is_space(value[at]))) {
      if (value[at] == '(') ++depth;
      if (value[at] == ')' && depth > 0) --depth;
      ++at;
    }
    if (at > start) out.push_back(value.substr(start, at - start));
  }
  return out;
}

std::optional<double> number_at(std::string_view text, std::size_t& at) {
  const auto start = at;
  double sign = 1;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) sign = text[at++] == '-' ? -1 : 1;
  double value = 0;
  double scale = 1;
  bool digits = false;
  bool fraction = false;
  for (; at < text.size() && (is_digit(text[at]) || (text[at] == '.' && !fraction)); ++at) {
    if (text[at] == '.') {
      fraction = true;
      continue;
    }
    digits = true;
    if (at - start > 20) continue;
    value = value * 10 + (text[at] - '0');
    if (fraction) scale *= 10;
  }
  if (!digits) {
    at = start;
    return std::nullopt;
  }
  return sign * value / scale;
}

// A length in px; `of` is what a percentage and em are of. Keywords give nothing.
std::optional<double> length(std::string_view value, double of) {
  value = trimmed(value);
  std::size_t at = 0;
  const auto number = number_at(value, at);
  if (!number) return std::nullopt;
  auto unit = value.substr(at);
  unit = unit.substr(0, unit.find_first_of(" /,"));
  if (unit.empty())
    return *number == 0 ? std::optional(0.0) : std::optional(*number);  // unitless: quirks read it as px
  if (unit == "px") return *number;
  if (unit == "pt") return *number * 4 / 3;
  if (unit == "em") return *number * of;
  if (unit == "rem") return *number * 16;
  if (unit == "%") return *number * of / 100;
  if (unit == "ex" || unit == "ch") return *number * of / 2;
  if (unit == "pc") return *number * 16;
  if (unit == "in") return *number * 96;
  if (unit == "cm") return *number * 37.8;
  if (unit == "mm") return *number * 3.78;
  if (unit == "vw" || unit == "vh") return *number * 8;
  return std::nullopt;
}

std::optional<double> font_size(std::string_view value, double parent_px) {
  struct Keyword {
    std::string_view name;
    double px;
  };
  static constexpr Keyword keywords[] = {{"xx-small", 9}, {"x-small", 10}, {"small", 13},   {"medium", 16},
                                         {"large", 18},   {"x-large", 24}, {"xx-large", 32}};
  for (const auto& keyword : keywords) {
    if (value == keyword.name) return keyword.px;
  }
  if (value == "smaller") return parent_px / 1.2;
  if (value == "larger") return parent_px * 1.2;
  return length(value, parent_px);
}

double linear(double channel) {
  const double c = channel / 255;
  return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(const Colour& colour) {
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

Colour over(const Colour& front, const Colour& back) {
  const auto mix = [&](double f, double b) { return f * front.alpha + b * (1 - front.alpha); };
  return {mix(front.red, back.red), mix(front.green, back.green), mix(front.blue, back.blue), 1};
}

bool alike(const Colour& a, const Colour& b) {
  const auto brightness = [](const Colour& c) { return 0.3 * c.red + 0.59 * c.green + 0.11 * c.blue; };
  constexpr double far_apart = 80;  // spares the powers: such a pair has a contrast of 1.6 at least
  return std::abs(brightness(a) - brightness(b)) < far_apart && contrast(a, b) < least_contrast;
}

std::string_view of(const Winning& winning, Property property) {
  const auto* found = winning[static_cast<std::size_t>(property)];
  return found == nullptr ? std::string_view() : std::string_view(found->value);
}

bool at_most(std::string_view value, double limit_px, double font_px) {
  const auto px = value.empty() ? std::nullopt : length(value, font_px);
  return px && *px <= limit_px;
}

void apply_colours(Style& style, const Winning& winning, const Style& parent) {
  if (const auto value = of(winning, Property::colour); !value.empty() && value != "inherit") {
    style.colour = value == "currentcolor" ? parent.colour : read_colour(value);
  }
  const auto background = of(winning, Property::background);
  const auto image = of(winning, Property::background_image);
  if (background.find("url(") != std::string_view::npos || background.find("gradient") != std::string_view::npos ||
      (!image.empty() && image != "none")) {
    style.background = std::nullopt;
    return;
  }
  for (const auto word : words_of(background)) {
    const auto colour = read_colour(word);
    if (!colour) continue;
    if (colour->alpha >= 1) {
      style.background = colour;
    } else if (style.background) {
      style.background = over(*colour, *style.background);
    }
    return;
  }
}

void apply_box(Style& style, const Winning& winning) {
  const double font = style.font_px;
  const bool cut = of(winning, Property::overflow).find("hidden") != std::string_view::npos ||
                   of(winning, Property::overflow).find("clip") != std::string_view::npos;
  for (const auto side : {Property::height, Property::max_height, Property::width, Property::max_width}) {
    if (cut && at_most(of(winning, side), slit_px, font)) style.clipped = true;
  }
  const auto clip = of(winning, Property::clip);
  if (clip.starts_with("rect(0") || clip.starts_with("rect(1px") || clip.starts_with("inset(50%") ||
      clip.starts_with("inset(100%") || clip.starts_with("circle(0")) {
    style.clipped = true;
  }
  const auto transform = of(winning, Property::transform);
  if (transform.find("scale(0)") != std::string_view::npos || transform.find("scale(0,") != std::string_view::npos) {
    style.clipped = true;
  }
  const auto position = of(winning, Property::position);
  const bool moved = position == "absolute" || position == "fixed" || position == "relative";
  for (const auto side : {Property::left, Property::top, Property::right}) {
    if (moved && at_most(of(winning, side), far_px, font)) style.off_screen = true;
  }
  for (const auto side : {Property::text_indent, Property::margin_left, Property::margin_top}) {
    if (at_most(of(winning, side), far_px, font)) style.off_screen = true;
  }
}

void apply_flow(Style& style, const Winning& winning) {
  const auto display = of(winning, Property::display);
  style.flow = display.empty()                                          ? Flow::by_element
               : display.starts_with("inline") || display == "contents" ? Flow::inside_line
                                                                        : Flow::block;
  if (display == "none") style.displayed = false;
  if (const auto value = of(winning, Property::visibility); !value.empty() && value != "inherit") {
    style.visible = value != "hidden" && value != "collapse";
  }
  if (const auto value = of(winning, Property::direction); !value.empty()) style.right_to_left = value == "rtl";
  if (const auto value = of(winning, Property::unicode_bidi); !value.empty()) {
    style.overridden = value.find("override") != std::string_view::npos;
  }
}

Style computed(const Winning& winning, const Style& parent) {
  Style style = parent;
  apply_flow(style, winning);
  std::size_t at = 0;
  if (const auto value = of(winning, Property::opacity); !value.empty()) {
    const auto number = number_at(value, at);
    if (number) style.opacity *= std::clamp(value.ends_with('%') ? *number / 100 : *number, 0.0, 1.0);
  }
  if (const auto value = of(winning, Property::filter);
      value.starts_with("opacity(0)") || value.starts_with("opacity(0%")) {
    style.opacity = 0;
  }
  if (const auto value = of(winning, Property::font_size); !value.empty()) {
    if (const auto px = font_size(value, parent.font_px)) style.font_px = std::clamp(*px, 0.0, 1000.0);
  }
  apply_colours(style, winning, parent);
  apply_box(style, winning);
  return style;
}

}  // namespace

double contrast(const Colour& a, const Colour& b) {
  const double x = luminance(a);
  const double y = luminance(b);
  return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

Hiding Style::hiding() const {
  if (!displayed) return Hiding::not_displayed;
  if (!visible) return Hiding::invisible;
  if (opacity < least_opacity || (colour && colour->alpha < least_opacity)) return Hiding::transparent;
  if (font_px < tiny_font_px) return Hiding::tiny;
  if (clipped) return Hiding::clipped;
  if (off_screen) return Hiding::off_screen;
  if (colour && background && alike(over(*colour, *background), *background)) return Hiding::same_colour;
  return aria_hidden ? Hiding::aria_hidden : Hiding::none;
}

Style StyleSheet::style_of(const std::vector<ElementFacts>& path, const Style& parent,
                           const std::vector<Declaration>& by_attributes, std::string_view inline_style) {
  if (rules_.empty() && by_attributes.empty() && inline_style.empty()) {
    Style same_as_parent = parent;
    same_as_parent.flow = Flow::by_element;
    return same_as_parent;
  }
  struct Candidate {
    const std::vector<Declaration>* declarations;
    unsigned specificity;
    std::size_t order;
  };
  std::vector<Candidate> candidates{{&by_attributes, 0, 0}};
  const auto consider = [&](const std::string& key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    for (const auto index : found->second) {
      if (budget_ == 0) return;
      if (matches(rules_[index], path)) {
        candidates.push_back({&declarations_[rules_[index].declarations], rules_[index].specificity, index + 1});
      }
    }
  };
  if (!rules_.empty()) {
    const auto& self = path.back();
    consider("*");
    consider(self.tag);
    if (!self.id.empty()) consider("#" + self.id);
    for (const auto& name : self.classes) consider("." + name);
  }
  const auto own = inline_style.empty() ? std::vector<Declaration>() : read_declarations(inline_style);
  constexpr unsigned inline_specificity = 1u << 30;
  candidates.push_back({&own, inline_specificity, rules_.size() + 1});
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.specificity != b.specificity ? a.specificity < b.specificity : a.order < b.order;
  });
  Winning winning{};
  for (const bool important : {false, true}) {
    for (const auto& candidate : candidates) {
      for (const auto& declaration : *candidate.declarations) {
        if (declaration.important == important) winning[static_cast<std::size_t>(declaration.property)] = &declaration;
      }
    }
  }
  return computed(winning, parent);
}

}  // namespace carnet::mail
