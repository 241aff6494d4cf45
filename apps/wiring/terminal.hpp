// Words and progress on a terminal, for carnetd's first start and carnet.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/kernel/result.hpp"

namespace carnet::wiring {

// "code: detail", then one line per issue with its place.
std::string describe(const kernel::Error& error);

// A progress bar on stderr when it is a terminal, else a line every tenth; finish() ends the line.
class ProgressBar {
 public:
  explicit ProgressBar(std::string title);
  void show(std::int64_t done, std::int64_t total, std::string_view words);
  void finish();

 private:
  std::string title_;
  bool terminal_;
  int last_ = -1;
  bool shown_ = false;
};

}  // namespace carnet::wiring
