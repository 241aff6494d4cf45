// Text as the eye reads it, with the way back to its bytes: compatibility forms, accents, case, invisible characters and
// look-alike letters are folded; every folded byte knows where it came from.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/result.hpp"

namespace carnet::vigilance {

// What each code point looks like, in ASCII. Built once from ICU (NFKD and the confusables of UTS 39) and a list of ours.
class Glyphs {
 public:
  enum Mark : std::uint8_t { upper = 1, foreign = 2, compatible = 4, after_invisible = 8, beyond_ascii = 16 };
  // `extra`: lines "cp <tab> ascii" of confusables_extra.tsv, already split.
  explicit Glyphs(const std::vector<std::pair<char32_t, std::string>>& extra);

  struct Glyph {
    char text[3] = {};
    std::uint8_t length = 0;  // 0: invisible
    std::uint8_t marks = 0;
  };
  const Glyph& of(char32_t point) const {
    return point < table_.size() ? table_[point] : other_;
  }

 private:
  std::vector<Glyph> table_;
  Glyph other_{{' '}, 1, beyond_ascii};
};

// One ASCII byte per visible sign, lower-case.
struct Plain {
  std::string text;
  std::vector<std::uint32_t> from;  // source offset of each byte; one more at the end
  std::vector<std::uint8_t> marks;
  std::size_t malformed = 0;  // bytes that were not UTF-8
  std::size_t invisible_inside_words = 0;
};
Plain plain_of(std::string_view utf8, const Glyphs& glyphs);

// The shape of a word: i, l, 1 and | are one letter, rn is m, vv is w, digits among letters are letters, doubled letters
// are one. Both the text and the lexicon go through it.
void append_shape(std::string& out, std::string_view word);
std::string shape_of(std::string_view words);  // words separated by one space

struct Token {
  std::uint32_t begin = 0, end = 0;        // in Words::shape
  std::uint32_t from = 0, to = 0;          // in Plain::text
  std::uint32_t sentence = 0;
  bool is_link = false, mixed = false;     // mixed: ASCII letters and look-alikes of another script in one word
};
struct Sentence {
  std::uint32_t first = 0, last = 0;  // tokens [first, last)
  bool bullet = false, opens_list = false, question = false, quoted = false, line_start = false;
};
// Words in shape form, one space before each and one at the end.
struct Words {
  std::string shape;
  std::vector<Token> tokens;
  std::vector<std::uint32_t> token_at;  // by position in shape
  std::vector<Sentence> sentences;
};
struct Range {
  std::uint32_t begin = 0, end = 0;
};
// `links`: ranges of plain that are links, in order; each becomes one token.
Words words_of(const Plain& plain, const std::vector<Range>& links);

inline bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_word(char c) { return is_letter(c) || is_digit(c); }

}  // namespace carnet::vigilance
