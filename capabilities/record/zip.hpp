// A ZIP archive of stored files (APPNOTE 6.3.9, method 0, UTF-8 names), written in order into one text. Documents are
// compressed already. No file and no archive of 4 GiB. Inside record only.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/time.hpp"

namespace carnet::record {

class Zip {
 public:
  explicit Zip(kernel::Instant written, std::size_t expected_bytes = 0);
  void add(std::string_view name, std::string_view content);
  std::string finish();  // the archive; nothing is added after

 private:
  struct Entry {
    std::string name;
    std::uint32_t crc, size, offset;
  };
  std::string out_;
  std::vector<Entry> entries_;
  std::uint16_t date_, time_;
};
std::uint32_t crc32(std::string_view bytes);

}  // namespace carnet::record
