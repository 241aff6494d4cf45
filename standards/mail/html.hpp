// HTML to what its reader sees. Internal to standards/mail.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "standards/mail/message.hpp"

namespace carnet::mail {

struct Page {
  Body body;
  struct Shown {
    std::string content_id, alternative_text;
  };
  std::vector<Shown> shown;        // pictures of the same message that the page shows
  std::vector<Image> data_images;  // pictures written in the page itself
  std::vector<std::string> limits_hit;
};
Page read_page(std::string_view utf8_html, const Limits& limits);

// What a picture's data: URI holds, and an address as written, made what it leads to.
std::string clean_target(std::string_view written, std::string_view base);
// Text and addresses of a piece of HTML without building a tree: for what stands in comments, and as the last resort.
struct Pieces {
  std::string text;
  std::vector<std::string> targets;
};
Pieces scan_pieces(std::string_view html);
// Addresses written in a script.
std::vector<std::string> scan_script(std::string_view script);

}  // namespace carnet::mail
