#include "foundation/io/streams.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "foundation/io/files.hpp"

namespace carnet::io {

namespace {

std::unexpected<kernel::Error> failed(const char* what, const std::filesystem::path& path, int number) {
  if (number == ENOENT) return kernel::refuse(kernel::ErrorKind::not_found, "files.not_found", path.string());
  return kernel::fault("files.failed", std::string(what) + " " + path.string() + ": " + std::strerror(number));
}

int open_retrying(const std::filesystem::path& path, int flags) {
  int fd = -1;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

kernel::Result<std::int64_t> size_of_regular(int fd, const std::filesystem::path& path) {
  struct stat facts {};
  if (::fstat(fd, &facts) != 0) return failed("cannot look at", path, errno);
  if (!S_ISREG(facts.st_mode)) return kernel::refuse(kernel::ErrorKind::invalid, "files.not_a_file", path.string());
  return static_cast<std::int64_t>(facts.st_size);
}

}  // namespace

kernel::Result<InputFile> InputFile::open(const std::filesystem::path& path) {
  const int fd = open_retrying(path, O_RDONLY);
  if (fd < 0) return failed("cannot open", path, errno);
  InputFile file(fd, 0);
  CARNET_TRY(size, size_of_regular(fd, path));
  file.size_ = size;
  return file;
}

InputFile::~InputFile() {
  if (fd_ >= 0) ::close(fd_);
}

kernel::Result<std::size_t> InputFile::read(std::int64_t offset, std::span<std::uint8_t> out) const {
  std::size_t filled = 0;
  while (filled < out.size()) {
    const ssize_t got = ::pread(fd_, out.data() + filled, out.size() - filled, offset + static_cast<std::int64_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return kernel::fault("files.failed", std::string("cannot read: ") + std::strerror(errno));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

kernel::Result<AppendFile> AppendFile::open(const std::filesystem::path& path, std::int64_t keep) {
  const int fd = open_retrying(path, O_WRONLY | O_CREAT);
  if (fd < 0) return failed("cannot open", path, errno);
  AppendFile file(fd, keep);
  CARNET_TRY(size, size_of_regular(fd, path));
  if (size < keep) return kernel::refuse(kernel::ErrorKind::invalid, "files.shorter", path.string() + " is shorter than before");
  if (::ftruncate(fd, keep) != 0) return failed("cannot cut", path, errno);
  const auto parent = path.parent_path();
  CARNET_CHECK(sync_directory(parent.empty() ? "." : parent));
  return file;
}

AppendFile::~AppendFile() {
  if (fd_ >= 0) ::close(fd_);
}

kernel::Status AppendFile::append(kernel::ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd_, bytes.data(), bytes.size(), size_);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return kernel::fault("files.failed", std::string("cannot write: ") + std::strerror(errno));
    size_ += written;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

kernel::Status AppendFile::sync() {
  if (::fsync(fd_) != 0) return kernel::fault("files.failed", std::string("cannot sync: ") + std::strerror(errno));
  return {};
}

}  // namespace carnet::io
