// A page's tokens, read as the HTML standard reads them and written again in one plain form: every value quoted, only
// the attributes that decide what a reader sees, no script. The tree builder then meets no tag nobody counted, which is
// what bounds its time and memory. Internal to standards/mail.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace carnet::mail {

struct HtmlTokens {
  std::string plain_form;             // comments stand in it as <!--number-->, an index into `comments`
  std::vector<std::string> comments;  // cut at 64 kB each
  std::string styles;                 // text of all <style> elements
  std::vector<std::string> scripts;
  std::vector<std::string> titles;
  std::size_t tags = 0;
  std::size_t depth = 0;  // at least what the tree's will be
};
enum class TagsKept { all, flat };  // flat: links, pictures and line breaks only, so that nothing nests
HtmlTokens tokenize_html(std::string_view html, TagsKept kept);

}  // namespace carnet::mail
