// Whole-file operations with stated durability. Paths are UTF-8.
#pragma once
#include <filesystem>
#include <vector>

#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::io {

// not_found when there is no such file, too_large above `max_bytes`, else a fault.
kernel::Result<kernel::Bytes> read_file(const std::filesystem::path& path, std::size_t max_bytes);
// Replaces the file atomically: on return the new content and its directory entry are durable; on any error the file
// holds the old content whole, but for "files.unknown": the new one stands and may be lost in a power cut. `mode` is
// the permission of the new file (0600 for keys), whatever the umask.
kernel::Status replace_file(const std::filesystem::path& path, kernel::ByteView content, unsigned mode);
kernel::Status sync_directory(const std::filesystem::path& directory);

// The regular files directly in a folder, by name.
kernel::Result<std::vector<std::filesystem::path>> files_in(const std::filesystem::path& directory);
kernel::Status remove_file(const std::filesystem::path& path);  // durable on return; absent already: done

// An exclusive advisory lock on a file, held while the object lives: one process owns a data directory.
class FileLock {
 public:
  static kernel::Result<FileLock> take(const std::filesystem::path& path);  // conflict when another process holds it
  FileLock(FileLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace carnet::io
