// The text of CSS: declarations, colours, rules and their selectors.
#include <algorithm>

#include "standards/mail/style.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::size_t max_rules = 4'000;
constexpr std::size_t max_css_bytes = 512u << 10;
constexpr std::size_t max_compounds = 8;
constexpr int max_nesting = 4;

int nibble(char c) {
  return is_digit(c) ? c - '0' : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

// Lower-case, comments gone, backslash escapes decoded: what hides a property's name from a plain search.
std::string plain_css(std::string_view css) {
  std::string out;
  out.reserve(css.size());
  for (std::size_t i = 0; i < css.size(); ++i) {
    if (css[i] == '/' && i + 1 < css.size() && css[i + 1] == '*') {
      const auto end = css.find("*/", i + 2);
      if (end == std::string_view::npos) break;
      i = end + 1;
      out += ' ';
    } else if (css[i] == '\\' && i + 1 < css.size()) {
      char32_t code = 0;
      std::size_t digits = 0;
      while (digits < 6 && i + 1 < css.size() && nibble(css[i + 1]) >= 0) {
        code = code * 16 + static_cast<char32_t>(nibble(css[++i]));
        ++digits;
      }
      if (digits > 0) {
        if (i + 1 < css.size() && is_space(css[i + 1])) ++i;
        if (code >= 0x20 && code < 0x7F) out += lower(static_cast<char>(code));
      } else {
        out += lower(css[++i]);
      }
    } else {
      out += lower(css[i]);
    }
  }
  return out;
}

struct Name {
  std::string_view text;
  Property property;
};
constexpr Name names[] = {{"display", Property::display},
                          {"visibility", Property::visibility},
                          {"opacity", Property::opacity},
                          {"filter", Property::filter},
                          {"font-size", Property::font_size},
                          {"color", Property::colour},
                          {"background", Property::background},
                          {"background-color", Property::background},
                          {"background-image", Property::background_image},
                          {"overflow", Property::overflow},
                          {"overflow-x", Property::overflow},
                          {"overflow-y", Property::overflow},
                          {"height", Property::height},
                          {"max-height", Property::max_height},
                          {"width", Property::width},
                          {"max-width", Property::max_width},
                          {"text-indent", Property::text_indent},
                          {"position", Property::position},
                          {"left", Property::left},
                          {"top", Property::top},
                          {"right", Property::right},
                          {"margin-left", Property::margin_left},
                          {"margin-top", Property::margin_top},
                          {"clip", Property::clip},
                          {"clip-path", Property::clip},
                          {"transform", Property::transform},
                          {"direction", Property::direction},
                          {"unicode-bidi", Property::unicode_bidi}};

// "italic bold 0/0 a": the size is the first word that is a length or a size keyword.
std::string size_in_font(std::string_view value) {
  for (auto word : split(value, ' ')) {
    word = trimmed(word.substr(0, word.find('/')));
    if (word.empty()) continue;
    const bool weight = word.size() == 3 && word.ends_with("00");
    if (!weight && (is_digit(word[0]) || word[0] == '.' || word.ends_with("small") || word.ends_with("large"))) {
      return std::string(word);
    }
  }
  return {};
}

void add_declaration(std::vector<Declaration>& out, std::string_view name, std::string_view value) {
  Declaration declaration;
  const auto mark = value.rfind('!');
  if (mark != std::string_view::npos && trimmed(value.substr(mark + 1)) == "important") {
    declaration.important = true;
    value = trimmed(value.substr(0, mark));
  }
  if (value.empty()) return;
  if (name == "font") {
    declaration.property = Property::font_size;
    declaration.value = size_in_font(value);
    if (!declaration.value.empty()) out.push_back(std::move(declaration));
    return;
  }
  const auto found = std::find_if(std::begin(names), std::end(names), [&](const Name& n) { return n.text == name; });
  if (found == std::end(names)) return;
  declaration.property = found->property;
  declaration.value = std::string(value);
  out.push_back(std::move(declaration));
}

std::vector<Declaration> declarations_in(std::string_view plain) {
  std::vector<Declaration> out;
  for (const auto piece : split(plain, ';')) {
    const auto colon = piece.find(':');
    if (colon == std::string_view::npos) continue;
    add_declaration(out, trimmed(piece.substr(0, colon)), trimmed(piece.substr(colon + 1)));
  }
  return out;
}

struct NamedColour {
  std::string_view name;
  unsigned rgb;
};
constexpr NamedColour named_colours[] = {
    {"white", 0xFFFFFF},       {"black", 0x000000},       {"red", 0xFF0000},       {"green", 0x008000},
    {"blue", 0x0000FF},        {"yellow", 0xFFFF00},      {"gray", 0x808080},      {"grey", 0x808080},
    {"silver", 0xC0C0C0},      {"lightgray", 0xD3D3D3},   {"lightgrey", 0xD3D3D3}, {"whitesmoke", 0xF5F5F5},
    {"gainsboro", 0xDCDCDC},   {"snow", 0xFFFAFA},        {"ivory", 0xFFFFF0},     {"ghostwhite", 0xF8F8FF},
    {"floralwhite", 0xFFFAF0}, {"azure", 0xF0FFFF},       {"beige", 0xF5F5DC},     {"linen", 0xFAF0E6},
    {"navy", 0x000080},        {"orange", 0xFFA500},      {"purple", 0x800080},    {"maroon", 0x800000},
    {"teal", 0x008080},        {"aqua", 0x00FFFF},        {"cyan", 0x00FFFF},      {"lime", 0x00FF00},
    {"fuchsia", 0xFF00FF},     {"magenta", 0xFF00FF},     {"olive", 0x808000},     {"darkgray", 0xA9A9A9},
    {"darkgrey", 0xA9A9A9},    {"dimgray", 0x696969},     {"darkblue", 0x00008B},  {"darkred", 0x8B0000},
    {"darkgreen", 0x006400},   {"mintcream", 0xF5FFFA},   {"honeydew", 0xF0FFF0},  {"aliceblue", 0xF0F8FF},
    {"seashell", 0xFFF5EE},    {"lightyellow", 0xFFFFE0}, {"lightblue", 0xADD8E6}, {"pink", 0xFFC0CB}};

Colour from_rgb(unsigned rgb) {
  return {static_cast<double>((rgb >> 16) & 0xFF), static_cast<double>((rgb >> 8) & 0xFF),
          static_cast<double>(rgb & 0xFF), 1};
}

std::optional<Colour> hex_colour(std::string_view digits) {
  if (digits.size() != 3 && digits.size() != 4 && digits.size() != 6 && digits.size() != 8) return std::nullopt;
  if (std::any_of(digits.begin(), digits.end(), [](char c) { return nibble(c) < 0; })) return std::nullopt;
  const bool is_short = digits.size() < 6;
  const auto channel = [&](std::size_t i) {
    return static_cast<double>(is_short ? nibble(digits[i]) * 17
                                        : nibble(digits[2 * i]) * 16 + nibble(digits[2 * i + 1]));
  };
  Colour colour{channel(0), channel(1), channel(2), 1};
  if (digits.size() == 4 || digits.size() == 8) colour.alpha = channel(3) / 255;
  return colour;
}

std::optional<Colour> function_colour(std::string_view value) {
  const auto open = value.find('(');
  std::string inside(value.substr(open + 1, value.find(')') - open - 1));
  std::replace_if(inside.begin(), inside.end(), [](char c) { return c == ',' || c == '/'; }, ' ');
  std::array<double, 4> channels{0, 0, 0, 1};
  std::size_t count = 0;
  for (const auto word : split(inside, ' ')) {
    if (word.empty() || count == channels.size()) continue;
    double number = 0, scale = 1;
    bool fraction = false;
    for (const char c : word.substr(0, 12)) {
      if (c == '.') fraction = true;
      if (!is_digit(c)) continue;
      number = number * 10 + (c - '0');
      if (fraction) scale *= 10;
    }
    number /= scale;
    if (word.ends_with('%')) number *= count == 3 ? 0.01 : 2.55;
    channels[count++] = number;
  }
  if (count < 3) return std::nullopt;
  return Colour{std::min(channels[0], 255.0), std::min(channels[1], 255.0), std::min(channels[2], 255.0),
                std::min(channels[3], 1.0)};
}

}  // namespace

std::optional<Colour> read_colour(std::string_view value) {
  value = trimmed(value);
  if (value.starts_with('#')) return hex_colour(value.substr(1));
  if (value.starts_with("rgb")) return function_colour(value);
  if (value == "transparent") return Colour{0, 0, 0, 0};
  for (const auto& named : named_colours) {
    if (named.name == value) return from_rgb(named.rgb);
  }
  return value.size() == 6 ? hex_colour(value) : std::nullopt;  // bgcolor and <font color> without the #
}

std::vector<Declaration> read_declarations(std::string_view text) {
  return declarations_in(plain_css(text.substr(0, max_css_bytes)));
}

StyleSheet::StyleSheet(std::string_view css) {
  if (css.find('{') == std::string_view::npos) return;
  std::string plain = plain_css(css.substr(0, max_css_bytes));
  for (const std::string_view mark : {"<!--", "-->"}) {
    for (auto at = plain.find(mark); at != std::string::npos; at = plain.find(mark, at))
      plain.replace(at, mark.size(), " ");
  }
  read_block(plain, 0);
}

void StyleSheet::read_block(std::string_view css, int depth) {
  std::size_t at = 0;
  while (at < css.size() && rules_.size() < max_rules) {
    const auto open = css.find_first_of("{;", at);
    if (open == std::string_view::npos) return;
    const auto prelude = trimmed(css.substr(at, open - at));
    if (css[open] == ';') {  // @import, @charset, or a stray
      at = open + 1;
      continue;
    }
    int nesting = 1;
    auto end = open + 1;
    for (; end < css.size() && nesting > 0; ++end) nesting += css[end] == '{' ? 1 : css[end] == '}' ? -1 : 0;
    const auto body = css.substr(open + 1, end - open - 1 - (nesting == 0 ? 1 : 0));
    at = end;
    if (!prelude.starts_with('@')) {
      add_rules(prelude, body);
    } else if (prelude.starts_with("@media") && depth < max_nesting && prelude.find('(') == std::string_view::npos &&
               prelude.find("print") == std::string_view::npos && prelude.find("not") == std::string_view::npos) {
      read_block(body, depth + 1);  // a medium without conditions: a screen of any size
    }
  }
}

void StyleSheet::add_rules(std::string_view selectors, std::string_view body) {
  auto declarations = declarations_in(body);
  if (declarations.empty()) return;
  declarations_.push_back(std::move(declarations));
  for (const auto text : split(selectors, ',')) {
    auto rule = read_selector(text);
    if (!rule || rules_.size() >= max_rules) continue;
    rule->declarations = declarations_.size() - 1;
    const auto& last = rule->selector.back();
    by_key_[!last.id.empty()        ? "#" + last.id
            : !last.classes.empty() ? "." + last.classes[0]
            : !last.tag.empty()     ? last.tag
                                    : "*"]
        .push_back(rules_.size());
    rules_.push_back(std::move(*rule));
  }
}

std::optional<StyleSheet::Rule> StyleSheet::read_selector(std::string_view text) {
  Rule rule;
  bool child = false;
  text = trimmed(text);
  for (std::size_t at = 0; at < text.size();) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    if (text[at] == '>') {
      child = true;
      ++at;
      continue;
    }
    Compound compound;
    compound.child = child;
    child = false;
    while (at < text.size() && !is_space(text[at]) && text[at] != '>') {
      const char kind = text[at];
      if (kind == '*') {
        ++at;
        continue;
      }
      if (kind == ':' || kind == '[' || kind == '+' || kind == '~') return std::nullopt;
      if (kind == '.' || kind == '#') ++at;
      const auto end = std::min(text.find_first_of(" \t\r\n\f.#:[>+~*", at), text.size());
      if (end == at) return std::nullopt;
      std::string name(text.substr(at, end - at));
      at = end;
      rule.specificity += kind == '#' ? 1u << 20 : kind == '.' ? 1u << 10 : 1u;
      if (kind == '.') {
        compound.classes.push_back(std::move(name));
      } else {
        (kind == '#' ? compound.id : compound.tag) = std::move(name);
      }
    }
    rule.selector.push_back(std::move(compound));
    if (rule.selector.size() > max_compounds) return std::nullopt;
  }
  if (rule.selector.empty()) return std::nullopt;
  return rule;
}

bool StyleSheet::fits(const Compound& compound, const ElementFacts& element) {
  if (!compound.tag.empty() && compound.tag != element.tag) return false;
  if (!compound.id.empty() && compound.id != element.id) return false;
  return std::all_of(compound.classes.begin(), compound.classes.end(), [&](const std::string& name) {
    return std::find(element.classes.begin(), element.classes.end(), name) != element.classes.end();
  });
}

bool StyleSheet::matches(const Rule& rule, const std::vector<ElementFacts>& path) {
  // From the element up; the nearest ancestor that fits is taken, which errs only towards "does not match".
  std::size_t level = path.size();
  for (std::size_t i = rule.selector.size(); i-- > 0;) {
    const auto& compound = rule.selector[i];
    const bool direct = i + 1 == rule.selector.size() || rule.selector[i + 1].child;
    for (;;) {
      if (level == 0 || budget_ == 0) return false;
      --budget_;
      --level;
      if (fits(compound, path[level])) break;
      if (direct) return false;
    }
  }
  return true;
}

}  // namespace carnet::mail
