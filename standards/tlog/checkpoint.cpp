// A checkpoint's text: origin, size, root, then extension lines.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "standards/tlog/tlog.hpp"

namespace carnet::tlog {
namespace {

std::unexpected<kernel::Error> bad(std::string_view why) {
  return kernel::refuse(kernel::ErrorKind::invalid, "tlog.checkpoint", why);
}

}  // namespace

std::string write_checkpoint(const Checkpoint& checkpoint) {
  std::string out = fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.size, kernel::to_base64(checkpoint.root));
  for (const auto& line : checkpoint.extensions) out += line + "\n";
  return out;
}

kernel::Result<Checkpoint> read_checkpoint(std::string_view text) {
  if (!text.ends_with('\n')) return bad("the last line is not ended");
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  if (lines.size() < 3 || std::ranges::any_of(lines, [](auto line) { return line.empty(); }))
    return bad("a checkpoint has an origin, a size and a root, and no empty line");
  Checkpoint out;
  out.origin = std::string(lines[0]);
  const auto* end = lines[1].data() + lines[1].size();
  const auto [at, error] = std::from_chars(lines[1].data(), end, out.size);
  if (error != std::errc{} || at != end || (lines[1].size() > 1 && lines[1][0] == '0')) return bad("the size is not a number");
  const auto root = kernel::from_base64(lines[2]);
  if (!root || root->size() != out.root.size()) return bad("the root is not the base64 of a SHA-256");
  std::ranges::copy(*root, out.root.begin());
  for (std::size_t i = 3; i < lines.size(); ++i) out.extensions.emplace_back(lines[i]);
  return out;
}

}  // namespace carnet::tlog
