// As much of CSS as decides whether a text is seen: inline declarations and style sheets of simple selectors (element,
// class, id, descendant, child), cascade, inheritance. What is not understood hides nothing. Internal to
// standards/mail.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "standards/mail/message.hpp"

namespace carnet::mail {

struct Colour {
  double red = 0, green = 0, blue = 0, alpha = 1;  // 0 to 255; alpha 0 to 1
};
std::optional<Colour> read_colour(std::string_view value);
// WCAG contrast ratio, 1 to 21.
double contrast(const Colour& a, const Colour& b);

enum class Property : std::uint8_t {
  display,
  visibility,
  opacity,
  filter,
  font_size,
  colour,
  background,
  background_image,
  overflow,
  height,
  max_height,
  width,
  max_width,
  text_indent,
  position,
  left,
  top,
  right,
  margin_left,
  margin_top,
  clip,
  transform,
  direction,
  unicode_bidi,
  count
};
struct Declaration {
  Property property = Property::count;
  std::string value;  // lower-case, escapes decoded
  bool important = false;
};
std::vector<Declaration> read_declarations(std::string_view text);

enum class Flow : std::uint8_t { by_element, inside_line, block };

// What an element's text inherits or suffers from all its ancestors.
struct Style {
  bool displayed = true;
  bool visible = true;
  double opacity = 1;
  double font_px = 16;
  std::optional<Colour> colour = Colour{};                        // nullopt: not known
  std::optional<Colour> background = Colour{255, 255, 255, 1.0};  // nullopt: a picture, or not known
  bool clipped = false;
  bool off_screen = false;
  bool aria_hidden = false;
  bool right_to_left = false;
  bool overridden = false;  // unicode-bidi: letters are shown in the order of `right_to_left`, whatever they are
  Flow flow = Flow::by_element;

  Hiding hiding() const;
};

// What selectors ask of an element; lower-case.
struct ElementFacts {
  std::string tag, id;
  std::vector<std::string> classes;
};

class StyleSheet {
 public:
  explicit StyleSheet(std::string_view css);
  // Of the last element of `path`, whose ancestors precede it. `inline_style` wins as CSS says.
  Style style_of(const std::vector<ElementFacts>& path, const Style& parent,
                 const std::vector<Declaration>& by_attributes, std::string_view inline_style);
  bool empty() const { return rules_.empty(); }
  bool exhausted() const { return budget_ == 0; }  // the page asked for more matching than a page needs

 private:
  struct Compound {
    std::string tag, id;
    std::vector<std::string> classes;
    bool child = false;  // must be the direct child of what the compound before matched
  };
  struct Rule {
    std::vector<Compound> selector;
    unsigned specificity = 0;
    std::size_t declarations = 0;  // index
  };
  void read_block(std::string_view css, int depth);
  void add_rules(std::string_view selectors, std::string_view body);
  static std::optional<Rule> read_selector(std::string_view text);
  static bool fits(const Compound& compound, const ElementFacts& element);
  bool matches(const Rule& rule, const std::vector<ElementFacts>& path);

  std::vector<Rule> rules_;
  std::vector<std::vector<Declaration>> declarations_;
  std::unordered_map<std::string, std::vector<std::size_t>>
      by_key_;  // ".class", "#id", "tag", "*" of the last compound
  std::size_t budget_ = 3'000'000;
};

}  // namespace carnet::mail
