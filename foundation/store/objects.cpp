#include "foundation/store/objects.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

#include "foundation/store/engine.hpp"

namespace carnet::store {

namespace {

constexpr std::size_t most_open_packs = 64;  // descriptors kept for reading; 16 GiB of packs
constexpr std::int64_t small_object_bytes = 1 << 20;
constexpr std::string_view pack_prefix = "pack-";

std::unexpected<kernel::Error> failed(const char* what, const std::filesystem::path& path) {
  return kernel::fault("store.failed", fmt::format("{} {}: {}", what, path.string(), std::strerror(errno)));
}

std::int64_t number_of(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  if (!name.starts_with(pack_prefix)) return 0;
  std::int64_t number = 0;
  const char* end = name.data() + name.size();
  const auto [stopped, problem] = std::from_chars(name.data() + pack_prefix.size(), end, number);
  return problem == std::errc() && stopped == end ? number : 0;
}

kernel::Result<std::vector<std::int64_t>> list_packs(const std::filesystem::path& directory) {
  std::vector<std::int64_t> packs;
  std::error_code problem;
  for (std::filesystem::directory_iterator entry(directory, problem), end; !problem && entry != end;
       entry.increment(problem)) {
    if (const auto number = number_of(entry->path()); number > 0) packs.push_back(number);
  }
  if (problem) return kernel::fault("store.failed", "cannot list " + directory.string());
  std::sort(packs.begin(), packs.end());
  return packs;
}

}  // namespace

class Packs::File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() { ::close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

  bool write_at(std::int64_t offset, ByteView bytes) const {
    while (!bytes.empty()) {
      const auto written = ::pwrite(fd_, bytes.data(), bytes.size(), offset);
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      offset += written;
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
  }
  // How many bytes were there.
  std::int64_t read_at(std::int64_t offset, std::span<std::uint8_t> out) const {
    std::int64_t total = 0;
    while (!out.empty()) {
      const auto got = ::pread(fd_, out.data(), out.size(), offset + total);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return -1;
      if (got == 0) break;
      total += got;
      out = out.subspan(static_cast<std::size_t>(got));
    }
    return total;
  }

 private:
  int fd_;
};

Packs::~Packs() = default;

kernel::Result<std::unique_ptr<Packs>> Packs::open(const std::filesystem::path& directory, std::int64_t pack_bytes) {
  std::error_code problem;
  std::filesystem::create_directories(directory, problem);
  if (problem) return kernel::fault("store.failed", "cannot make " + directory.string());
  CARNET_TRY(lock, io::FileLock::take(directory / "lock"));
  std::unique_ptr<Packs> packs(new Packs(directory, pack_bytes, std::move(lock)));
  CARNET_TRY(present, list_packs(directory));
  if (present.empty()) return packs;
  // The tail may end with bytes of a batch that never committed: no row names them, so they stay and new objects
  // follow.
  packs->tail_pack_ = present.back();
  CARNET_TRY(tail, packs->file_of(packs->tail_pack_));
  struct stat facts{};
  if (::fstat(tail->fd(), &facts) != 0) return failed("cannot examine", packs->path_of(packs->tail_pack_));
  packs->tail_ = tail;
  packs->tail_size_ = facts.st_size;
  return packs;
}

std::filesystem::path Packs::path_of(std::int64_t pack) const {
  return directory_ / fmt::format("{}{:08}", pack_prefix, pack);
}

kernel::Status Packs::start_pack(std::int64_t pack) {
  const int fd = ::open(path_of(pack).c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    return kernel::refuse(kernel::ErrorKind::unavailable, "store.unavailable",
                          fmt::format("cannot make {}: {}", path_of(pack).string(), std::strerror(errno)));
  }
  tail_ = std::make_shared<File>(fd);
  tail_pack_ = pack;
  tail_size_ = 0;
  directory_unsynced_ = true;
  return {};
}

kernel::Result<ObjectRef> Packs::append(ByteView sealed) {
  std::lock_guard lock(append_mutex_);
  if (failed_) return kernel::fault("store.failed", "objects could not be made durable earlier");
  const auto length = static_cast<std::int64_t>(sealed.size());
  if (!tail_ || (tail_size_ > 0 && tail_size_ + length > pack_bytes_)) CARNET_CHECK(start_pack(tail_pack_ + 1));
  // Written at the known end: what a failed append left there is written over by the next one.
  if (!tail_->write_at(tail_size_, sealed)) {
    return kernel::refuse(kernel::ErrorKind::unavailable, "store.unavailable",
                          fmt::format("cannot append to {}: {}", path_of(tail_pack_).string(), std::strerror(errno)));
  }
  const ObjectRef ref{tail_pack_, tail_size_, length};
  tail_size_ += length;
  if (unsynced_.empty() || unsynced_.back() != tail_) unsynced_.push_back(tail_);
  return ref;
}

kernel::Status Packs::sync() {
  std::lock_guard lock(append_mutex_);
  if (failed_) return kernel::fault("store.failed", "objects could not be made durable earlier");
  for (const auto& file : unsynced_) {
    if (::fdatasync(file->fd()) != 0) {
      failed_ = true;
      return failed("cannot sync a pack in", directory_);
    }
  }
  if (directory_unsynced_) {
    if (auto synced = io::sync_directory(directory_); !synced) {
      failed_ = true;
      return kernel::fault("store.failed", synced.error().detail);
    }
  }
  unsynced_.clear();
  directory_unsynced_ = false;
  return {};
}

kernel::Result<std::shared_ptr<Packs::File>> Packs::file_of(std::int64_t pack) {
  std::lock_guard lock(read_mutex_);
  if (auto found = opened_.find(pack); found != opened_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second.place);
    return found->second.file;
  }
  const int fd = ::open(path_of(pack).c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return failed("cannot open", path_of(pack));
  auto file = std::make_shared<File>(fd);
  recent_.push_front(pack);
  opened_.emplace(pack, Opened{file, recent_.begin()});
  if (opened_.size() > most_open_packs) {
    opened_.erase(recent_.back());
    recent_.pop_back();
  }
  return file;
}

kernel::Result<Bytes> Packs::read(ObjectRef ref) {
  if (ref.pack < 1 || ref.offset < 0 || ref.length < 0) {
    return kernel::fault("store.failed", "an object reference is not one");
  }
  CARNET_TRY(file, file_of(ref.pack));
  const auto ends_before = [&] {
    return kernel::fault("store.failed", fmt::format("pack {} ends before an object it should hold", ref.pack));
  };
  // No memory for what cannot be there: asked only for lengths that would hurt.
  if (ref.length > small_object_bytes) {
    struct stat facts{};
    if (::fstat(file->fd(), &facts) != 0) return failed("cannot examine", path_of(ref.pack));
    if (ref.offset > facts.st_size || ref.length > facts.st_size - ref.offset) return ends_before();
  }
  Bytes bytes(static_cast<std::size_t>(ref.length));
  const auto got = file->read_at(ref.offset, bytes);
  if (got >= 0 && got < ref.length) return ends_before();
  if (got != ref.length) return failed("cannot read", path_of(ref.pack));
  return bytes;
}

namespace {

kernel::Status copy_file_synced(const std::filesystem::path& from, const std::filesystem::path& to,
                                const std::function<void(std::int64_t)>& copied) {
  const int in = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return failed("cannot open", from);
  const int out = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  kernel::Status status;
  if (out < 0) status = failed("cannot make", to);
  std::vector<std::uint8_t> chunk(1 << 20);
  while (status) {
    const auto got = ::read(in, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) status = failed("cannot read", from);
    if (got <= 0) break;
    for (ssize_t done = 0; done < got && status;) {
      const auto put = ::write(out, chunk.data() + done, static_cast<std::size_t>(got - done));
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) {
        status = failed("cannot write", to);
      } else {
        done += put;
      }
    }
    copied(got);
  }
  if (status && ::fdatasync(out) != 0) status = failed("cannot sync", to);
  if (out >= 0 && ::close(out) != 0 && status) status = failed("cannot close", to);
  ::close(in);
  return status;
}

}  // namespace

kernel::Status Packs::copy_to(const std::filesystem::path& directory, const std::function<void(double)>& progress) {
  CARNET_CHECK(make_empty_directory(directory));
  CARNET_TRY(packs, list_packs(directory_));
  std::int64_t total = 1, copied = 0;
  for (const auto pack : packs) {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(path_of(pack), ignored);
    if (!ignored) total += static_cast<std::int64_t>(size);
  }
  for (const auto pack : packs) {
    CARNET_CHECK(copy_file_synced(path_of(pack), directory / path_of(pack).filename(), [&](std::int64_t bytes) {
      copied += bytes;
      if (progress) progress(std::min(1.0, static_cast<double>(copied) / static_cast<double>(total)));
    }));
  }
  return io::sync_directory(directory);
}

}  // namespace carnet::store
