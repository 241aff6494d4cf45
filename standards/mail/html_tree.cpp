#include "standards/mail/html_tree.hpp"

#include <algorithm>
#include <csetjmp>
#include <vector>

namespace carnet::mail {

struct HtmlTree::Arena {
  std::vector<std::unique_ptr<std::max_align_t[]>> blocks;
  std::byte* next = nullptr;
  std::size_t left = 0;
  std::size_t budget = 0;
  std::jmp_buf out_of_budget;

  static constexpr std::size_t unit = sizeof(std::max_align_t);
  static constexpr std::size_t block_bytes = 256u << 10;

  void* take(std::size_t size) {
    const std::size_t rounded = (size + unit - 1) / unit * unit;
    if (rounded > left) {
      const std::size_t wanted = std::max(rounded, block_bytes);
      // The library does not look at what it is given: the only way out of its C frames is a jump, which skips no
      // destructor of ours.
      if (wanted > budget) std::longjmp(out_of_budget, 1);
      budget -= wanted;
      blocks.push_back(std::make_unique_for_overwrite<std::max_align_t[]>(wanted / unit + 1));
      next = reinterpret_cast<std::byte*>(blocks.back().get());
      left = wanted;
    }
    void* given = next;
    next += rounded;
    left -= rounded;
    return given;
  }
};

HtmlTree::HtmlTree(std::string_view html, std::size_t budget) : arena_(std::make_unique<Arena>()) {
  Arena* arena = arena_.get();
  arena->budget = budget;
  GumboOptions options = kGumboDefaultOptions;
  options.userdata = arena;
  options.allocator = [](void* userdata, std::size_t size) { return static_cast<Arena*>(userdata)->take(size); };
  options.deallocator = [](void*, void*) {};  // all at once, with the arena
  options.max_errors = 0;
  if (setjmp(arena->out_of_budget) != 0) return;
  document_ = gumbo_parse_with_options(&options, html.data(), html.size())->document;
}

HtmlTree::~HtmlTree() = default;

}  // namespace carnet::mail
