// What the two engines share. Inside foundation/store only.
#pragma once
#include <cstddef>
#include <map>
#include <vector>

#include "foundation/store/store.hpp"

namespace carnet::store {

// A write transaction that can also run the several statements of a migration.
class EngineTx : public Tx {
 public:
  virtual kernel::Status script(std::string_view sql) = 0;
};

struct WriteJob {
  std::function<kernel::Status(Tx&)> run;
  Done done;
};
struct ReadJob {
  std::function<kernel::Status(Snapshot&)> run;
  Done done;
};

// While one lives on a thread, the coroutines completed by that thread are gathered, and each io_context is woken once,
// when it goes.
class WakeBatch {
 public:
  WakeBatch();
  ~WakeBatch();
  WakeBatch(const WakeBatch&) = delete;
  WakeBatch& operator=(const WakeBatch&) = delete;

  using Resume = std::move_only_function<void()>;
  static void add(const io::Executor& executor, Resume resume);

 private:
  struct Group {
    io::Executor executor;
    std::vector<Resume> resumes;
  };
  static void post(Group group);
  std::vector<Group> groups_;  // as many as io threads: a handful
  WakeBatch* outer_;
};

// Declares that this thread serves `store`: a closure that waited for its own store would wait for itself. Answers whom it
// served before.
const Store* serve_on_this_thread(const Store* store);

// Runs a closure; an exception that leaves it becomes a fault.
template <class View>
kernel::Status run_guarded(const std::function<kernel::Status(View&)>& job, View& view) {
  try {
    return job(view);
  } catch (const std::exception&) {
    return kernel::fault("store.closure_threw", "an exception left a closure");
  }
}

kernel::Status apply_migrations(Store& store, std::span<const Migration> migrations);
// Of a store that is only read: it must hold them all.
kernel::Status check_migrations(Store& store, std::span<const Migration> migrations);
inline std::unexpected<kernel::Error> only_read() {
  return kernel::refuse(kernel::ErrorKind::forbidden, "store.read_only", "this store was opened to be read");
}

// A directory for a new backup: made, or already there and empty.
kernel::Status make_empty_directory(const std::filesystem::path& directory);

}  // namespace carnet::store
