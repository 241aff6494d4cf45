#include "foundation/store/sqlite/log_writes.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <optional>
#include <string>

namespace carnet::store {

namespace {

constexpr char name[] = "carnet-log-writes";
constexpr std::size_t most_gathered = 4u << 20;
constexpr std::size_t most_at_once = 64u << 10;  // the system's own file takes no more than 128 KiB in one call

sqlite3_vfs* system_vfs() {
  static sqlite3_vfs* const found = sqlite3_vfs_find(nullptr);
  return found;
}

struct Gathered {
  std::string bytes;
  sqlite3_int64 begins = 0;  // where they go
  int descriptor = -1;       // of the same file, for writes that are durable when they return
  bool is_unsynced = true;   // something was written otherwise; a new file's own entry, to begin with

  ~Gathered() { let_go_of_descriptor(); }
  void let_go_of_descriptor() {
    if (descriptor >= 0) ::close(descriptor);
    descriptor = -1;
  }
};

// A log file as SQLite sees it; the system's own file lies right behind it.
struct LogFile {
  sqlite3_file base;
  Gathered* waiting;

  sqlite3_file* own() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  int let_go() {
    auto& bytes = waiting->bytes;
    if (bytes.empty()) return SQLITE_OK;
    waiting->is_unsynced = true;
    int code = SQLITE_OK;
    for (std::size_t done = 0; done < bytes.size() && code == SQLITE_OK; done += most_at_once) {
      const auto size = static_cast<int>(std::min(most_at_once, bytes.size() - done));
      code = own()->pMethods->xWrite(own(), bytes.data() + done, size, waiting->begins + static_cast<sqlite3_int64>(done));
    }
    bytes.clear();
    return code;
  }
  // None: not done, or not wholly; SQLite's own way follows, from the first gathered byte.
  std::optional<int> let_go_durably() {
    auto& bytes = waiting->bytes;
    if (bytes.empty() || waiting->is_unsynced || waiting->descriptor < 0) return std::nullopt;
    const iovec piece{bytes.data(), bytes.size()};
    ssize_t written = 0;
    do {
      written = ::pwritev2(waiting->descriptor, &piece, 1, waiting->begins, RWF_DSYNC);
    } while (written < 0 && errno == EINTR);
    if (written == static_cast<ssize_t>(bytes.size())) {
      bytes.clear();
      return SQLITE_OK;
    }
    if (written < 0 && errno == EIO) {  // what has reached the disk is not known: no second try may say that all has
      bytes.clear();
      return SQLITE_IOERR_FSYNC;
    }
    if (written < 0 && errno != ENOSPC && errno != EDQUOT) waiting->let_go_of_descriptor();  // a file system that does not know this
    return std::nullopt;
  }
};

LogFile& log_of(sqlite3_file* file) { return *reinterpret_cast<LogFile*>(file); }

int close_log(sqlite3_file* file) {
  LogFile& log = log_of(file);
  const int written = log.let_go();
  const int closed = log.own()->pMethods->xClose(log.own());
  delete log.waiting;
  log.base.pMethods = nullptr;
  return written != SQLITE_OK ? written : closed;
}
int read_log(sqlite3_file* file, void* into, int size, sqlite3_int64 at) {
  if (const int code = log_of(file).let_go(); code != SQLITE_OK) return code;
  return log_of(file).own()->pMethods->xRead(log_of(file).own(), into, size, at);
}
int write_log(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
  LogFile& log = log_of(file);
  auto& waiting = *log.waiting;
  const bool follows = at == waiting.begins + static_cast<sqlite3_int64>(waiting.bytes.size());
  if (!follows || waiting.bytes.size() >= most_gathered)
    if (const int code = log.let_go(); code != SQLITE_OK) return code;
  if (waiting.bytes.empty()) waiting.begins = at;
  try {
    waiting.bytes.append(static_cast<const char*>(from), static_cast<std::size_t>(size));
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
  return SQLITE_OK;
}
int truncate_log(sqlite3_file* file, sqlite3_int64 size) {
  if (const int code = log_of(file).let_go(); code != SQLITE_OK) return code;
  return log_of(file).own()->pMethods->xTruncate(log_of(file).own(), size);
}
int sync_log(sqlite3_file* file, int flags) {
  if (const auto done = log_of(file).let_go_durably()) return *done;
  if (const int code = log_of(file).let_go(); code != SQLITE_OK) return code;
  const int code = log_of(file).own()->pMethods->xSync(log_of(file).own(), flags);
  if (code == SQLITE_OK) log_of(file).waiting->is_unsynced = false;
  return code;
}
int size_of_log(sqlite3_file* file, sqlite3_int64* size) {
  if (const int code = log_of(file).let_go(); code != SQLITE_OK) return code;
  return log_of(file).own()->pMethods->xFileSize(log_of(file).own(), size);
}
int lock_log(sqlite3_file* file, int kind) { return log_of(file).own()->pMethods->xLock(log_of(file).own(), kind); }
int unlock_log(sqlite3_file* file, int kind) { return log_of(file).own()->pMethods->xUnlock(log_of(file).own(), kind); }
int is_locked(sqlite3_file* file, int* answer) {
  return log_of(file).own()->pMethods->xCheckReservedLock(log_of(file).own(), answer);
}
int control_log(sqlite3_file* file, int act, void* argument) {
  return log_of(file).own()->pMethods->xFileControl(log_of(file).own(), act, argument);
}
int sector_size(sqlite3_file* file) { return log_of(file).own()->pMethods->xSectorSize(log_of(file).own()); }
int traits_of(sqlite3_file* file) { return log_of(file).own()->pMethods->xDeviceCharacteristics(log_of(file).own()); }

const sqlite3_io_methods log_methods{1,        close_log, read_log,  write_log,   truncate_log, sync_log, size_of_log, lock_log, unlock_log,
                                     is_locked, control_log, sector_size, traits_of, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};

// Only a log is wrapped: any other file is the system's from its first byte.
int open_file(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* given) {
  if ((flags & SQLITE_OPEN_WAL) == 0) return system_vfs()->xOpen(system_vfs(), path, file, flags, given);
  auto& log = *new (file) LogFile{};
  const int code = system_vfs()->xOpen(system_vfs(), path, log.own(), flags, given);
  if (code != SQLITE_OK) return code;  // base.pMethods stays null: SQLite closes nothing
  log.waiting = new (std::nothrow) Gathered;
  if (log.waiting == nullptr) {
    log.own()->pMethods->xClose(log.own());
    return SQLITE_NOMEM;
  }
  log.waiting->descriptor = ::open(path, O_WRONLY | O_CLOEXEC);  // none: written as SQLite does
  log.base.pMethods = &log_methods;
  return SQLITE_OK;
}

}  // namespace

const char* log_writes() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs made = *system_vfs();
    made.zName = name;
    made.szOsFile = static_cast<int>(sizeof(LogFile)) + system_vfs()->szOsFile;
    made.pNext = nullptr;
    made.xOpen = open_file;
    return made;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  return registered == SQLITE_OK ? name : nullptr;
}

}  // namespace carnet::store
