#include "foundation/io/files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>

namespace carnet::io {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  // Closes and says whether it went well: on some file systems a write error shows only here.
  bool close() {
    const int fd = fd_;
    fd_ = -1;
    return ::close(fd) == 0;
  }

 private:
  int fd_;
};

int open_retrying(const std::filesystem::path& path, int flags, mode_t mode = 0) {
  int fd = -1;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

std::unexpected<kernel::Error> failed(const char* code, const char* what, const std::filesystem::path& path,
                                      int number) {
  return kernel::fault(code, std::string(what) + " " + path.string() + ": " + std::strerror(number));
}

bool write_all(int fd, kernel::ByteView content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

// A new file beside `path`, of a name nobody else in this process or another one uses.
int create_beside(const std::filesystem::path& path, std::filesystem::path& made) {
  static std::atomic<unsigned> counter{0};
  for (int tries = 0; tries < 1000; ++tries) {
    made = path;
    made += "." + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1)) + ".new";
    const int fd = open_retrying(made, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}

bool fill_and_sync(Descriptor& file, kernel::ByteView content, unsigned mode) {
  return write_all(file.get(), content) && ::fchmod(file.get(), static_cast<mode_t>(mode)) == 0 &&
         ::fsync(file.get()) == 0 && file.close();
}

}  // namespace

kernel::Result<kernel::Bytes> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  Descriptor file(open_retrying(path, O_RDONLY));
  if (file.get() < 0) {
    if (errno == ENOENT) return kernel::refuse(kernel::ErrorKind::not_found, "files.missing", path.string());
    return failed("files.failed", "cannot open", path, errno);
  }
  struct stat facts{};
  if (::fstat(file.get(), &facts) != 0) return failed("files.failed", "cannot examine", path, errno);
  kernel::Bytes out;
  if (facts.st_size > 0 && static_cast<std::size_t>(facts.st_size) <= max_bytes) {
    out.reserve(static_cast<std::size_t>(facts.st_size));
  }
  // Judged by what is read, not by the size told: pipes and /proc tell none, and a file may grow meanwhile.
  std::uint8_t chunk[64 * 1024];
  while (true) {
    const ssize_t got = ::read(file.get(), chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("files.failed", "cannot read", path, errno);
    if (got == 0) return out;
    if (out.size() + static_cast<std::size_t>(got) > max_bytes) {
      return kernel::refuse(kernel::ErrorKind::too_large, "files.too_large",
                            path.string() + " has more than " + std::to_string(max_bytes) + " bytes");
    }
    out.insert(out.end(), chunk, chunk + got);
  }
}

kernel::Status replace_file(const std::filesystem::path& path, kernel::ByteView content, unsigned mode) {
  std::filesystem::path beside;
  Descriptor file(create_beside(path, beside));
  if (file.get() < 0) return failed("files.failed", "cannot create", beside, errno);
  if (!fill_and_sync(file, content, mode)) {
    const int number = errno;
    ::unlink(beside.c_str());
    return failed("files.failed", "cannot write", beside, number);
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) {
    const int number = errno;
    ::unlink(beside.c_str());
    return failed("files.failed", "cannot replace", path, number);
  }
  const auto parent = path.parent_path();
  if (auto synced = sync_directory(parent.empty() ? std::filesystem::path(".") : parent); !synced) {
    return kernel::fault("files.unknown", synced.error().detail);
  }
  return {};
}

kernel::Status sync_directory(const std::filesystem::path& directory) {
  Descriptor opened(open_retrying(directory, O_RDONLY | O_DIRECTORY));
  if (opened.get() < 0) return failed("files.failed", "cannot open", directory, errno);
  if (::fsync(opened.get()) != 0) return failed("files.failed", "cannot sync", directory, errno);
  return {};
}

kernel::Result<FileLock> FileLock::take(const std::filesystem::path& path) {
  const int fd = open_retrying(path, O_RDWR | O_CREAT, 0600);
  if (fd < 0) return failed("files.failed", "cannot open", path, errno);
  int rc = -1;
  do {
    rc = ::flock(fd, LOCK_EX | LOCK_NB);
  } while (rc != 0 && errno == EINTR);
  if (rc != 0) {
    const int number = errno;
    ::close(fd);
    if (number == EWOULDBLOCK) {
      return kernel::refuse(kernel::ErrorKind::conflict, "files.locked", path.string() + " is held by another process");
    }
    return failed("files.failed", "cannot lock", path, number);
  }
  return FileLock(fd);
}

// The file stays: unlinking it would let two processes lock two files of one name.
FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace carnet::io
