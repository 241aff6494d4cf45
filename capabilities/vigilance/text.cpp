#include "vigilance/text.hpp"

#include <algorithm>

namespace carnet::vigilance {
namespace {

// One code point; 0 length when the bytes are not UTF-8.
struct Decoded {
  char32_t point = 0;
  std::size_t length = 0;
};
Decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const char32_t first = byte(at);
  if (first < 0x80) return {first, 1};
  if (first >= 0xC2 && first < 0xE0 && follows(at + 1)) return {((first & 0x1F) << 6) | (byte(at + 1) & 0x3F), 2};
  if (first >= 0xE0 && first < 0xF0 && follows(at + 1) && follows(at + 2)) {
    const char32_t point = ((first & 0x0F) << 12) | ((byte(at + 1) & 0x3F) << 6) | (byte(at + 2) & 0x3F);
    if (point >= 0x800 && (point < 0xD800 || point > 0xDFFF)) return {point, 3};
  }
  if (first >= 0xF0 && first < 0xF5 && follows(at + 1) && follows(at + 2) && follows(at + 3)) {
    const char32_t point = ((first & 0x07) << 18) | ((byte(at + 1) & 0x3F) << 12) | ((byte(at + 2) & 0x3F) << 6) |
                           (byte(at + 3) & 0x3F);
    if (point >= 0x10000 && point <= 0x10FFFF) return {point, 4};
  }
  return {};
}

// Digits and signs that pass for a letter between letters.
char letter_for(char c) {
  switch (c) {
    case '0': return 'o';
    case '1': case '!': case '|': return 'i';
    case '3': return 'e';
    case '4': case '@': return 'a';
    case '5': case '$': return 's';
    case '7': return 't';
    case '8': return 'b';
    case '9': return 'g';
    default: return c;
  }
}
bool is_disguise(char c) { return c == '@' || c == '$' || c == '!' || c == '|'; }

}  // namespace

Plain plain_of(std::string_view utf8, const Glyphs& glyphs) {
  Plain out;
  out.text.reserve(utf8.size() + 1);
  out.from.reserve(utf8.size() + 2);
  out.marks.reserve(utf8.size() + 1);
  bool after_invisible = false;
  for (std::size_t at = 0; at < utf8.size();) {
    const auto decoded = decode(utf8, at);
    if (decoded.length == 0) {
      ++out.malformed;
      ++at;
      continue;
    }
    const auto& glyph = glyphs.of(decoded.point);
    if (glyph.length == 0) {
      // A variation selector, an accent or a soft hyphen is nothing to notice; zero-width signs between letters are.
      after_invisible = after_invisible || (decoded.point >= 0x200B && decoded.point <= 0x2064) || decoded.point == 0xFEFF;
    }
    for (std::uint8_t i = 0; i < glyph.length; ++i) {
      auto marks = glyph.marks;
      if (after_invisible && is_word(glyph.text[i]) && !out.text.empty() && is_word(out.text.back())) {
        marks |= Glyphs::after_invisible;
        ++out.invisible_inside_words;
      }
      after_invisible = false;
      out.text += glyph.text[i];
      out.from.push_back(static_cast<std::uint32_t>(at));
      out.marks.push_back(marks);
    }
    at += decoded.length;
  }
  out.from.push_back(static_cast<std::uint32_t>(utf8.size()));
  return out;
}

void append_shape(std::string& out, std::string_view word) {
  const bool has_letter = std::any_of(word.begin(), word.end(), is_letter);
  const std::size_t begin = out.size();
  for (char c : word) {
    if (has_letter) c = letter_for(c);
    if (c == 'l') c = 'i';
    const bool follows = out.size() > begin;
    if (follows && c == 'n' && out.back() == 'r') {
      out.back() = 'm';
      c = 0;
    } else if (follows && c == 'v' && out.back() == 'v') {
      out.back() = 'w';
      c = 0;
    }
    if (c != 0) out += c;
    if (out.size() >= begin + 2 && is_letter(out.back()) && out.back() == out[out.size() - 2] && out.back() != 'w') out.pop_back();
  }
}

std::string shape_of(std::string_view words) {
  std::string out;
  while (!words.empty()) {
    const auto space = std::min(words.find(' '), words.size());
    append_shape(out, words.substr(0, space));
    if (space < words.size()) out += ' ';
    words.remove_prefix(std::min(space + 1, words.size()));
  }
  return out;
}

namespace {

// Cuts plain text into words and sentences.
class Cutter {
 public:
  Cutter(const Plain& plain, const std::vector<Range>& links) : plain_(plain), text_(plain.text), links_(links) {
    out_.shape.reserve(text_.size() + 2);
    out_.token_at.reserve(text_.size() + 2);
    out_.tokens.reserve(text_.size() / 5 + 2);
  }

  Words cut() {
    std::size_t at = 0;
    open_sentence(true);
    while (at < text_.size()) {
      if (next_link_ < links_.size() && at >= links_[next_link_].begin) {
        add_link(links_[next_link_]);
        at = std::max<std::size_t>(at + 1, links_[next_link_].end);
        ++next_link_;
      } else if (is_word(text_[at])) {
        at = add_word(at);
      } else {
        at = pass_separators(at);
      }
    }
    close_sentence();
    push_shape(' ');
    return std::move(out_);
  }

 private:
  std::size_t limit() const { return next_link_ < links_.size() ? links_[next_link_].begin : text_.size(); }

  void push_shape(char c) {
    out_.shape += c;
    out_.token_at.push_back(static_cast<std::uint32_t>(out_.tokens.size()));
  }
  void add_link(const Range& link) {
    push_shape(' ');
    Token token;
    token.begin = static_cast<std::uint32_t>(out_.shape.size());
    push_shape('~');
    finish(token, link.begin, link.end);
    out_.tokens.back().is_link = true;
  }
  void finish(Token token, std::size_t from, std::size_t to) {
    token.end = static_cast<std::uint32_t>(out_.shape.size());
    token.from = static_cast<std::uint32_t>(from);
    token.to = static_cast<std::uint32_t>(to);
    token.sentence = static_cast<std::uint32_t>(out_.sentences.size() - 1);
    out_.tokens.push_back(token);
  }

  // "r e m b o u r s e" or "v.i.t.a.l.e": single letters with one separator between them are one word.
  std::size_t spaced_out(std::size_t at) const {
    std::size_t letters = 1, end = at + 1;
    const std::size_t stop = limit();
    if (end >= stop || is_word(text_[end]) || text_[end] == '\n' || text_[end] == '\'') return at;
    const char separator = text_[end];
    while (end + 1 < stop && text_[end] == separator && is_letter(text_[end + 1]) &&
           (end + 2 >= stop || !is_word(text_[end + 2]))) {
      end += 2;
      ++letters;
    }
    return letters >= 4 ? end : at;
  }
  std::size_t word_end(std::size_t at) const {
    const std::size_t stop = limit();
    std::size_t end = at;
    while (end < stop && (is_word(text_[end]) || (is_disguise(text_[end]) && end + 1 < stop && is_letter(text_[end + 1]) &&
                                                  end > at && is_letter(text_[end - 1]))))
      ++end;
    return end;
  }
  std::size_t add_word(std::size_t at) {
    std::size_t end = spaced_out(at);
    word_.clear();
    if (end == at) {
      end = word_end(at);
      word_.assign(text_, at, end - at);
    } else {
      for (std::size_t i = at; i < end; i += 2) word_ += text_[i];
    }
    push_shape(' ');
    Token token;
    token.begin = static_cast<std::uint32_t>(out_.shape.size());
    append_shape(out_.shape, word_);
    out_.token_at.resize(out_.shape.size(), static_cast<std::uint32_t>(out_.tokens.size()));
    bool foreign = false, own = false;
    for (std::size_t i = at; i < end; ++i) {
      foreign = foreign || (plain_.marks[i] & Glyphs::foreign) != 0;
      own = own || (plain_.marks[i] & (Glyphs::foreign | Glyphs::beyond_ascii)) == 0;
    }
    token.mixed = foreign && own;
    finish(token, at, end);
    line_has_words_ = true;
    return end;
  }

  std::size_t pass_separators(std::size_t at) {
    const std::size_t stop = std::max(limit(), at + 1);
    bool ends = false, line = false, colon = false, question = false, bullet = false;
    while (at < stop && at < text_.size() && !is_word(text_[at])) {
      const char c = text_[at];
      const char next = at + 1 < text_.size() ? text_[at + 1] : '\n';
      if (c == '\n') line = true, bullet = false;
      if ((c == '-' || c == '*' || is_bullet(at)) && (line || out_.tokens.empty())) bullet = true;
      if ((c == '.' || c == '!' || c == '?' || c == ';') && !is_word(next)) ends = true;
      if (c == '?') question = true;
      if (c == ':') colon = true;
      if (is_word(next) && c == '?') ends = true;
      ++at;
    }
    if ((ends || line) && line_has_words_) {
      auto& sentence = out_.sentences.back();
      sentence.question = question;
      sentence.opens_list = colon && line;
      close_sentence();
      open_sentence(line);
    }
    if (bullet) out_.sentences.back().bullet = true;
    return at;
  }
  // A bullet sign beyond ASCII was folded to a space; a dash to '-'.
  bool is_bullet(std::size_t at) const { return text_[at] == ' ' && (plain_.marks[at] & Glyphs::beyond_ascii) != 0; }

  void open_sentence(bool line_start) {
    Sentence sentence;
    sentence.first = static_cast<std::uint32_t>(out_.tokens.size());
    sentence.line_start = line_start;
    out_.sentences.push_back(sentence);
    line_has_words_ = false;
  }
  void close_sentence() { out_.sentences.back().last = static_cast<std::uint32_t>(out_.tokens.size()); }

  const Plain& plain_;
  const std::string& text_;
  const std::vector<Range>& links_;
  std::size_t next_link_ = 0;
  Words out_;
  std::string word_;
  bool line_has_words_ = false;
};

}  // namespace

Words words_of(const Plain& plain, const std::vector<Range>& links) { return Cutter(plain, links).cut(); }

}  // namespace carnet::vigilance
