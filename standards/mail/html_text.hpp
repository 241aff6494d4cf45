// The text of a page as it grows under the walk: what is seen, what is not and where it stood. Internal to
// standards/mail.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "standards/mail/message.hpp"

namespace carnet::mail {

class PageText {
 public:
  explicit PageText(Body& body) : body_(&body) {}
  // Text as it stands in the source, entities decoded; white space folds as on a page unless `preformatted`.
  void add(std::string_view text, Hiding hiding, bool preformatted);
  void line_break(Hiding hiding);                  // a <br>
  void block();                                    // a new line unless at the head of one
  void gap();                                      // a space between cells
  void hidden(std::string_view text, Hiding why);  // beside the flow: comments, alternative texts
  // Where the next visible character will stand.
  std::size_t next_offset() const;
  std::size_t size() const { return body_->visible.size(); }
  std::size_t hidden_count() const { return body_->hidden.size(); }
  // Trims, moves padding symbols out of the text, and tells which hidden texts stand in a word or before all words.
  void finish();

 private:
  void flush_space();
  Body* body_;
  enum class Pending : unsigned char { none, space, line };
  Pending pending_ = Pending::none;
  bool space_after_hidden_ = false;
  Hiding last_hidden_ = Hiding::none;  // of the hidden text being gathered
};

// Letters in reverse, as a right-to-left override shows them.
std::string reversed(std::string_view utf8);

}  // namespace carnet::mail
