// Files too large to hold: read in pieces, or written at their end.
#pragma once
#include <cstdint>
#include <filesystem>

#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::io {

class InputFile {
 public:
  static kernel::Result<InputFile> open(const std::filesystem::path& path);  // not_found; a directory or device: invalid
  InputFile(InputFile&& other) noexcept : fd_(other.fd_), size_(other.size_) { other.fd_ = -1; }
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile();
  std::int64_t size() const { return size_; }  // when it was opened
  // Fills `out` from `offset`; fewer bytes, or none, only at the end of the file.
  kernel::Result<std::size_t> read(std::int64_t offset, std::span<std::uint8_t> out) const;

 private:
  InputFile(int fd, std::int64_t size) : fd_(fd), size_(size) {}
  int fd_;
  std::int64_t size_;
};

class AppendFile {
 public:
  // Made when absent (0600). What stands after the first `keep` bytes is cut off; a shorter file is refused (invalid).
  static kernel::Result<AppendFile> open(const std::filesystem::path& path, std::int64_t keep);
  AppendFile(AppendFile&& other) noexcept : fd_(other.fd_), size_(other.size_) { other.fd_ = -1; }
  AppendFile& operator=(AppendFile&&) = delete;
  ~AppendFile();
  std::int64_t size() const { return size_; }
  kernel::Status append(kernel::ByteView bytes);
  kernel::Status sync();  // on return, what was appended is durable

 private:
  AppendFile(int fd, std::int64_t size) : fd_(fd), size_(size) {}
  int fd_;
  std::int64_t size_;
};

}  // namespace carnet::io
