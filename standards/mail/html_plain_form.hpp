// A page written again in one plain form for the tree builder: every value quoted, no script, nothing it does not need.
// The tree builder then meets no tag that was not counted, which bounds its time and memory; and long texts and values
// without unusual entities go round it, as numbers. Internal to standards/mail.
#pragma once
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>

#include "standards/mail/html_tokens.hpp"

namespace carnet::mail {

inline constexpr std::string_view text_mark = "\xEE\x80\x80";  // U+E000

// Comments stand in the plain form as <!--number-->, an index into `comments`; texts as U+E000 number U+E000, an index
// into `texts`; a tag's attributes as a="number", an index into `attributes`, unless they are written out.
class PlainForm final : public TokenSink {
 public:
  explicit PlainForm(std::string_view html);  // which must outlive it
  void open(const std::string& element, std::span<const HtmlAttribute> attributes) override;
  void close(const std::string& element) override;
  void text(std::string_view raw) override;
  void comment(std::string_view content) override;

  const std::string& written() const { return out_; }
  std::span<const HtmlAttribute> attributes(std::size_t number) const;  // empty beyond what was written
  std::optional<std::string_view> text(std::size_t number) const;
  std::string_view comment(std::size_t number) const;
  std::size_t tags() const { return tags_; }
  std::size_t depth() const { return depth_; }  // at least what the tree's will be

 private:
  bool number_attributes(const std::string& element, std::span<const HtmlAttribute> attributes);
  void write_text(std::string_view raw);

  std::string out_;
  std::vector<std::string_view> comments_, texts_;
  std::vector<HtmlAttribute> values_;                            // entities decoded
  std::vector<std::pair<std::size_t, std::size_t>> attributes_;  // where they begin in values_, how many
  std::deque<std::string> decoded_;                              // what values_ points at when not into the page
  std::unordered_map<std::string, std::size_t> opened_;
  std::size_t open_ = 0, depth_ = 0, tags_ = 0, foreign_ = 0;
  bool numbers_;  // the page itself does not hold the mark
};

}  // namespace carnet::mail
