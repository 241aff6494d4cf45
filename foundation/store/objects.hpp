// Sealed bytes in append-only pack files: pack-00000001, pack-00000002 ... in one directory, raw, one object after the
// other. A row that names an object commits only after the object's bytes are synced; bytes that no row names are
// orphans. Format: docs/formats/packs.md.
#pragma once
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <mutex>

#include "foundation/io/files.hpp"
#include "foundation/store/store.hpp"

namespace carnet::store {

class Packs {
 public:
  static constexpr std::int64_t default_pack_bytes = 256LL << 20;  // a pack that has reached it is followed by another

  // Makes the directory when missing. One process owns it (a lock held while the object lives).
  static kernel::Result<std::unique_ptr<Packs>> open(const std::filesystem::path& directory,
                                                     std::int64_t pack_bytes = default_pack_bytes);
  ~Packs();
  Packs(const Packs&) = delete;
  Packs& operator=(const Packs&) = delete;

  // All thread-safe. An append that fails leaves the pack as it was.
  kernel::Result<ObjectRef> append(ByteView sealed);
  // On return everything appended before the call is durable. After one failure every later sync and append fails:
  // what the kernel dropped cannot be known.
  kernel::Status sync();
  kernel::Result<Bytes> read(ObjectRef ref);
  // Copies every pack, synced, into `directory`.
  kernel::Status copy_to(const std::filesystem::path& directory, const std::function<void(double)>& progress);

 private:
  class File;
  Packs(std::filesystem::path directory, std::int64_t pack_bytes, io::FileLock lock)
      : directory_(std::move(directory)), pack_bytes_(pack_bytes), lock_(std::move(lock)) {}
  std::filesystem::path path_of(std::int64_t pack) const;
  kernel::Status start_pack(std::int64_t pack);
  kernel::Result<std::shared_ptr<File>> file_of(std::int64_t pack);

  std::filesystem::path directory_;
  std::int64_t pack_bytes_;
  io::FileLock lock_;

  std::mutex append_mutex_;
  std::shared_ptr<File> tail_;  // the pack appended to
  std::int64_t tail_pack_ = 0;
  std::int64_t tail_size_ = 0;
  std::vector<std::shared_ptr<File>> unsynced_;  // packs with bytes not synced yet, the tail included
  bool directory_unsynced_ = false;
  bool failed_ = false;

  std::mutex read_mutex_;
  struct Opened {
    std::shared_ptr<File> file;
    std::list<std::int64_t>::iterator place;
  };
  std::map<std::int64_t, Opened> opened_;
  std::list<std::int64_t> recent_;  // most recently read first
};

}  // namespace carnet::store
