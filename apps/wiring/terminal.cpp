#include "apps/wiring/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace carnet::wiring {

std::string describe(const kernel::Error& error) {
  std::string text = error.code;
  if (!error.detail.empty()) text += ": " + error.detail;
  for (const auto& issue : error.issues) text += fmt::format("\n  {}: {} ({})", issue.path, issue.says, issue.code);
  return text;
}

ProgressBar::ProgressBar(std::string title) : title_(std::move(title)), terminal_(isatty(STDERR_FILENO) == 1) {}

void ProgressBar::show(std::int64_t done, std::int64_t total, std::string_view words) {
  const int percent = total <= 0 ? 0 : static_cast<int>(std::clamp<std::int64_t>(done * 100 / total, 0, 100));
  if (terminal_ ? percent == last_ && percent != 100 : percent / 10 == last_ / 10 && last_ >= 0) return;
  last_ = percent;
  shown_ = true;
  if (!terminal_) {
    fmt::print(stderr, "{} : {} % ({})\n", title_, percent, words);
    return;
  }
  constexpr int width = 30;
  const auto filled = static_cast<std::size_t>(percent * width / 100);
  fmt::print(stderr, "\r\033[K{} [{}{}] {} %  {}", title_, std::string(filled, '='),
             std::string(static_cast<std::size_t>(width) - filled, '-'), percent, words);
  std::fflush(stderr);
}

void ProgressBar::finish() {
  if (terminal_ && shown_) fmt::print(stderr, "\n");
  shown_ = false;
}

}  // namespace carnet::wiring
