// gumbo behind a wall: its tree lives in one arena with a budget, because the library trusts its allocator and frees by
// recursion. Internal to standards/mail.
#pragma once
#include <gumbo.h>

#include <cstddef>
#include <memory>
#include <string_view>

namespace carnet::mail {

class HtmlTree {
 public:
  // `html` must outlive the tree. document() is nullptr when the page needs more than `budget` bytes.
  HtmlTree(std::string_view html, std::size_t budget);
  ~HtmlTree();
  HtmlTree(const HtmlTree&) = delete;
  HtmlTree& operator=(const HtmlTree&) = delete;
  const GumboNode* document() const { return document_; }

 private:
  struct Arena;
  std::unique_ptr<Arena> arena_;
  const GumboNode* document_ = nullptr;
};

}  // namespace carnet::mail
