// Writes a page in which the document can only ever be text. Internal to standards/cda.
#pragma once
#include <string>
#include <string_view>

namespace carnet::cda {

// Markup that was written in our own source: it cannot be built from anything that was read.
class Markup {
 public:
  template <std::size_t N>
  consteval Markup(const char (&literal)[N]) : text_(literal, N - 1) {}
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

class Html {
 public:
  explicit Html(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  Html& markup(Markup markup) { return add(markup.text()); }
  // For elements and for quoted attribute values alike.
  Html& text(std::string_view text) {
    std::size_t from = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
      const std::string_view instead = escaped(text[at]);
      if (instead.empty()) continue;
      add(text.substr(from, at - from)).add(instead);
      from = at + 1;
    }
    return add(text.substr(from));
  }
  Html& number(std::size_t number) { return add(std::to_string(number)); }
  // Keeps only the symbols of base64, so that it may stand in a data: URI.
  Html& base64(std::string_view text) {
    for (const char c : text) {
      const bool symbol = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
                          c == '/' || c == '=';
      if (symbol && room(1)) out_ += c;
    }
    return *this;
  }

  bool overflowed() const { return overflowed_; }
  std::string take() { return std::move(out_); }

 private:
  static std::string_view escaped(char c) {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '"':
        return "&quot;";
      case '\'':
        return "&#39;";
      default:
        return {};
    }
  }
  bool room(std::size_t bytes) {
    if (max_bytes_ - out_.size() >= bytes) return true;
    overflowed_ = true;
    return false;
  }
  // Past the cap nothing more is written: the page is then refused as a whole.
  Html& add(std::string_view text) {
    if (!overflowed_ && room(text.size())) out_ += text;
    return *this;
  }

  std::string out_;
  std::size_t max_bytes_;
  bool overflowed_ = false;
};

}  // namespace carnet::cda
