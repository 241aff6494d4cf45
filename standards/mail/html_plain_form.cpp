#include "standards/mail/html_plain_form.hpp"

#include <algorithm>
#include <cstring>

#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::size_t long_text = 12;  // shorter ones are as short as their numbers
constexpr std::size_t max_comment_bytes = 64u << 10;

// As itself, or as a number: "&#xE000;", "&#057344;". A page that could write the mark would have texts repeated.
bool may_hold_mark(std::string_view html) {
  if (html.find(text_mark) != std::string_view::npos) return true;
  if (html.find("&#") == std::string_view::npos) return false;
  constexpr std::string_view numbers[] = {"e000", "E000", "57344"};
  return std::any_of(std::begin(numbers), std::end(numbers), [&](std::string_view number) {
    return memmem(html.data(), html.size(), number.data(), number.size()) != nullptr;
  });
}

// The entities that addresses are made of; nullopt when there is another, or one without its semicolon.
std::optional<std::string> decode_plain_entities(std::string_view text) {
  for (auto at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
    const auto rest = text.substr(at + 1);
    if (!rest.starts_with("amp;") && !rest.starts_with("quot;") && !rest.starts_with("lt;") &&
        !rest.starts_with("gt;") && !rest.starts_with("#39;") && !rest.starts_with("nbsp;") &&
        !rest.starts_with("eacute;")) {
      return std::nullopt;
    }
  }
  return decode_entities(text);
}

}  // namespace

PlainForm::PlainForm(std::string_view html) : numbers_(!may_hold_mark(html)) {
  out_.reserve(html.size());
}

std::span<const HtmlAttribute> PlainForm::attributes(std::size_t number) const {
  if (number >= attributes_.size()) return {};
  return std::span(values_).subspan(attributes_[number].first, attributes_[number].second);
}

std::optional<std::string_view> PlainForm::text(std::size_t number) const {
  return number < texts_.size() ? std::optional(texts_[number]) : std::nullopt;
}

std::string_view PlainForm::comment(std::size_t number) const {
  return number < comments_.size() ? comments_[number].substr(0, max_comment_bytes) : std::string_view();
}

void PlainForm::text(std::string_view raw) {
  while (!raw.empty() && is_space(raw.front())) {  // white space says by itself where it may stand
    out_ += raw.front();
    raw.remove_prefix(1);
  }
  if (!numbers_ || raw.size() < long_text || raw.find('&') != std::string_view::npos) return write_text(raw);
  out_ += text_mark;
  out_ += std::to_string(texts_.size());
  out_ += text_mark;
  texts_.push_back(raw);
}

void PlainForm::write_text(std::string_view raw) {
  for (const char c : raw) {
    if (c == '<') {
      out_ += "&lt;";
    } else {
      out_ += c;
    }
  }
}

void PlainForm::comment(std::string_view content) {
  if (starts_with(content, "doctype")) return;
  out_ += "<!--" + std::to_string(comments_.size()) + "-->";
  comments_.push_back(content);
}

// False: an entity only the tree builder knows, or a tag whose attributes it looks at.
bool PlainForm::number_attributes(const std::string& element, std::span<const HtmlAttribute> attributes) {
  if (element == "html" || element == "body" || element == "input" || element == "font") return false;
  const auto first = values_.size();
  for (const auto& [name, value] : attributes) {
    if (value.find('&') == std::string_view::npos) {
      values_.push_back({name, value});
      continue;
    }
    auto decoded = decode_plain_entities(value);
    if (!decoded) {
      values_.resize(first);
      return false;
    }
    decoded_.push_back(std::move(*decoded));
    values_.push_back({name, decoded_.back()});
  }
  attributes_.emplace_back(first, values_.size() - first);
  return true;
}

void PlainForm::open(const std::string& element, std::span<const HtmlAttribute> attributes) {
  ++tags_;
  if (element == "svg" || element == "math") ++foreign_;
  out_ += '<';
  out_ += element;
  if (!attributes.empty() && number_attributes(element, attributes)) {
    out_ += " a=\"" + std::to_string(attributes_.size() - 1) + "\"";
  } else {
    for (const auto& [name, value] : attributes) {
      out_.append(" ").append(text_of(name)).append("=\"");
      for (const char c : value) {
        if (c == '"') {
          out_ += "&quot;";
        } else {
          out_ += c;
        }
      }
      out_ += '"';
    }
  }
  out_ += '>';
  if (is_void_element(element) || (foreign_ == 0 && is_self_closing(element))) return;
  ++opened_[element];
  depth_ = std::max(depth_, ++open_);
}

void PlainForm::close(const std::string& element) {
  ++tags_;
  if ((element == "svg" || element == "math") && foreign_ > 0) --foreign_;
  out_ += "</" + element + ">";
  // Only an end tag that has its beginning makes the page shallower.
  const auto counted = opened_.find(element);
  if (counted == opened_.end() || counted->second == 0) return;
  --counted->second;
  --open_;
}

}  // namespace carnet::mail
