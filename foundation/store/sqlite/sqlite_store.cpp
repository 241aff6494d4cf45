#include "foundation/store/sqlite/sqlite_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

#include "foundation/store/engine.hpp"
#include "foundation/store/objects.hpp"
#include "foundation/store/sqlite/connection.hpp"
#include "foundation/store/sqlite/reads_here.hpp"

namespace carnet::store {

namespace {

constexpr int pages_per_backup_step = 256;  // 2 MiB between two reports of progress
constexpr int scrub_wait_ms = 250;          // the writer waits no longer than this for readers

std::unexpected<kernel::Error> no_objects() {
  return kernel::fault("store.failed", "this store has no object packs");
}

class SqliteTx final : public EngineTx {
 public:
  SqliteTx(Connection& connection, Packs* packs, Remembered* memory) : connection_(connection), packs_(packs) {
    if (memory != nullptr) recall_.emplace(*memory, Recall::Writing());
  }
  using Tx::execute;
  using Tx::query;

  kernel::Status query(std::string_view sql, std::span<const Param> params,
                       const std::function<bool(const Row&)>& each) override {
    if (doomed_) return std::unexpected(*doomed_);
    return judged(recall_ ? connection_.query(sql, params, each, *recall_) : connection_.query(sql, params, each));
  }
  kernel::Result<std::int64_t> execute(std::string_view sql, std::span<const Param> params) override {
    if (doomed_) return std::unexpected(*doomed_);
    auto changed = judged(connection_.execute(sql, params));
    if (changed) rows_ += static_cast<std::uint64_t>(*changed);
    return changed;
  }
  kernel::Status script(std::string_view sql) override {
    if (doomed_) return std::unexpected(*doomed_);
    return judged(connection_.script(sql));
  }
  kernel::Result<Bytes> object(ObjectRef ref) override {
    if (packs_ == nullptr) return no_objects();
    return packs_->read(ref);
  }
  kernel::Result<ObjectRef> append_object(ByteView sealed) override {
    if (doomed_) return std::unexpected(*doomed_);
    if (packs_ == nullptr) return judged(kernel::Result<ObjectRef>(no_objects()));
    return judged(packs_->append(sealed));
  }
  void after_commit(std::function<void()> fn) override { hooks_.push_back(std::move(fn)); }

  const std::optional<kernel::Error>& doomed() const { return doomed_; }
  std::vector<std::function<void()>> take_hooks() { return std::move(hooks_); }
  std::uint64_t rows() const { return rows_; }

 protected:
  std::shared_ptr<const void> recall_made(const std::type_info& kind, std::string_view key) override {
    return recall_ && !doomed_ ? recall_->made(kind, key) : nullptr;
  }
  void begin_making() override {
    if (recall_) recall_->begin_making();
  }
  void end_making(const std::type_info& kind, std::string_view key, std::shared_ptr<const void> object,
                  std::size_t bytes) override {
    if (recall_) recall_->end_making(kind, key, std::move(object), bytes);
  }

 private:
  template <class T>
  kernel::Result<T> judged(kernel::Result<T> result) {
    if (!result && result.error().code != "store.unique") doomed_ = result.error();
    return result;
  }

  Connection& connection_;
  Packs* packs_;
  std::optional<Recall> recall_;
  std::optional<kernel::Error> doomed_;
  std::vector<std::function<void()>> hooks_;
  std::uint64_t rows_ = 0;
};

class SqliteStore final : public Store {
 public:
  // `lock` and `writer`: none of a store that is only read.
  SqliteStore(std::filesystem::path path, std::optional<io::FileLock> lock, std::unique_ptr<Connection> writer,
              std::vector<std::unique_ptr<Connection>> readers, std::vector<std::unique_ptr<Connection>> here,
              std::unique_ptr<Packs> packs, std::shared_ptr<Remembered> memory)
      : path_(std::move(path)),
        lock_(std::move(lock)),
        writer_(std::move(writer)),
        readers_(std::move(readers)),
        packs_(std::move(packs)),
        memory_(std::move(memory)),
        here_(std::make_unique<ReadsHere>(std::move(here), packs_.get(), memory_)) {
    if (writer_) threads_.emplace_back([this] { write_loop(); });
    for (auto& reader : readers_) threads_.emplace_back([this, &reader] { read_loop(*reader); });
  }
  ~SqliteStore() override {
    {
      std::scoped_lock both(write_mutex_, read_mutex_);
      stopping_ = true;
    }
    write_wake_.notify_all();
    read_wake_.notify_all();
    for (auto& thread : threads_) thread.join();
    here_.reset();
    readers_.clear();  // before the writer: the last to close makes the checkpoint
  }

  kernel::Status migrate(std::span<const Migration> migrations) override {
    return writer_ ? apply_migrations(*this, migrations) : check_migrations(*this, migrations);
  }
  kernel::Status backup_to(const std::filesystem::path& directory,
                           const std::function<void(double)>& progress) override;
  bool healthy() const override { return !failed_.load(); }
  std::string_view engine() const override { return "sqlite"; }
  Figures figures() const override {
    return {commits_, batches_waited_, rows_written_, worst_commit_us_, commit_us_, memory_ ? memory_->told() : 0};
  }

  void submit_write(std::function<kernel::Status(Tx&)> job, Done done) override {
    if (!writer_) return done(only_read());
    std::unique_lock lock(write_mutex_);
    if (stopping_) {
      lock.unlock();
      return done(stopped());
    }
    writes_.push_back({std::move(job), std::move(done)});
    lock.unlock();
    write_wake_.notify_one();
  }
  void submit_read(std::function<kernel::Status(Snapshot&)> job, Done done) override {
    std::unique_lock lock(read_mutex_);
    if (stopping_) {
      lock.unlock();
      return done(stopped());
    }
    reads_.push_back({std::move(job), std::move(done)});
    lock.unlock();
    read_wake_.notify_one();
  }

 protected:
  void submit_scrub(Done done) override {
    if (!writer_) return done(only_read());
    std::unique_lock lock(write_mutex_);
    if (stopping_) {
      lock.unlock();
      return done(stopped());
    }
    scrubs_.push_back(std::move(done));
    lock.unlock();
    write_wake_.notify_one();
  }
  std::optional<kernel::Status> read_here(const std::type_info& kind,
                                          const std::function<kernel::Status(Snapshot&)>& job) override {
    return here_->run(this, kind, job);
  }

 private:
  struct Outcome {
    kernel::Status status;
    std::vector<std::function<void()>> hooks;
    std::uint64_t rows = 0;
  };

  static std::unexpected<kernel::Error> stopped() {
    return kernel::refuse(kernel::ErrorKind::unavailable, "store.unavailable", "the store is stopping");
  }

  void write_loop() noexcept;
  void read_loop(Connection& reader) noexcept;
  void write_batch(std::deque<WriteJob>& batch);
  kernel::Status run_batch(std::deque<WriteJob>& batch, std::vector<Outcome>& outcomes);
  kernel::Status run_job(const WriteJob& job, Outcome& outcome);
  kernel::Status commit();
  kernel::Status run_plain(std::string_view sql);
  kernel::Status empty_log();

  std::filesystem::path path_;
  std::optional<io::FileLock> lock_;
  std::unique_ptr<Connection> writer_;
  std::vector<std::unique_ptr<Connection>> readers_;
  std::unique_ptr<Packs> packs_;
  std::shared_ptr<Remembered> memory_;  // none of a store that is only read, nor of one whose deletions leave no copy
  std::unique_ptr<ReadsHere> here_;

  std::mutex write_mutex_, read_mutex_;
  std::condition_variable write_wake_, read_wake_;
  std::deque<WriteJob> writes_;
  std::deque<Done> scrubs_;
  std::deque<ReadJob> reads_;
  bool stopping_ = false;
  std::atomic<bool> failed_{false};
  std::atomic<std::uint64_t> commits_{0}, batches_waited_{0}, rows_written_{0}, worst_commit_us_{0}, commit_us_{0};
  std::vector<std::thread> threads_;
};

void SqliteStore::write_loop() noexcept {
  serve_on_this_thread(this);
  while (true) {
    std::deque<WriteJob> batch;
    std::deque<Done> scrubs;
    {
      std::unique_lock lock(write_mutex_);
      write_wake_.wait(lock, [this] { return stopping_ || !writes_.empty() || !scrubs_.empty(); });
      if (writes_.empty() && scrubs_.empty()) return;
      batch.swap(writes_);
      scrubs.swap(scrubs_);
    }
    if (!batch.empty()) write_batch(batch);
    WakeBatch wakes;
    for (auto& done : scrubs) done(empty_log());
  }
}

// One transaction for all that waited: each job under a savepoint, one sync, then everybody is told.
void SqliteStore::write_batch(std::deque<WriteJob>& batch) {
  std::vector<Outcome> outcomes(batch.size());
  const kernel::Status whole = run_batch(batch, outcomes);
  if (memory_) memory_->batch_ended();
  WakeBatch wakes;
  for (auto& outcome : outcomes) {
    if (!whole && outcome.status) outcome.status = whole;
    if (!outcome.status) continue;
    rows_written_ += outcome.rows;
    for (auto& hook : outcome.hooks) hook();
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i].run = nullptr;  // what the closure captured goes before its caller continues
    batch[i].done(std::move(outcomes[i].status));
  }
}

kernel::Status SqliteStore::run_batch(std::deque<WriteJob>& batch, std::vector<Outcome>& outcomes) {
  if (failed_) return kernel::fault("store.failed", "an earlier write could not be made durable");
  CARNET_CHECK(run_plain("BEGIN IMMEDIATE"));
  kernel::Status whole;
  for (std::size_t i = 0; i < batch.size() && whole; ++i) whole = run_job(batch[i], outcomes[i]);
  if (whole) {
    const auto started = std::chrono::steady_clock::now();
    whole = commit();
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started);
    const auto us = static_cast<std::uint64_t>(took.count());
    commit_us_ += us;
    if (us > worst_commit_us_) worst_commit_us_ = us;  // this thread alone writes it
    if (!whole) failed_ = true;
  }
  if (!whole) {
    if (writer_->disk_failed()) failed_ = true;
    if (writer_->in_transaction()) (void)run_plain("ROLLBACK");
    return whole;
  }
  ++commits_;
  if (batch.size() > 1) ++batches_waited_;
  return {};
}

// An error is the end of the whole batch; what the job itself answered goes to its outcome.
kernel::Status SqliteStore::run_job(const WriteJob& job, Outcome& outcome) {
  CARNET_CHECK(run_plain("SAVEPOINT job"));
  SqliteTx tx(*writer_, packs_.get(), memory_.get());
  outcome.status = run_guarded<Tx>(job.run, tx);
  if (outcome.status && tx.doomed()) outcome.status = std::unexpected(*tx.doomed());
  if (!writer_->in_transaction()) {
    // SQLite gave up the transaction by itself: the jobs before this one are gone as well.
    if (!outcome.status) return outcome.status;
    return kernel::fault("store.failed", "the transaction was lost");
  }
  if (outcome.status) {
    outcome.hooks = tx.take_hooks();
    outcome.rows = tx.rows();
  } else {
    CARNET_CHECK(run_plain("ROLLBACK TO job"));
  }
  return run_plain("RELEASE job");
}

// Objects first: a durable row never names bytes that are not.
kernel::Status SqliteStore::commit() {
  if (packs_) CARNET_CHECK(packs_->sync());
  return run_plain("COMMIT");
}

kernel::Status SqliteStore::run_plain(std::string_view sql) {
  CARNET_CHECK(writer_->execute(sql, {}));
  return {};
}

kernel::Status SqliteStore::empty_log() {
  if (failed_) return kernel::fault("store.failed", "an earlier write could not be made durable");
  sqlite3_busy_timeout(writer_->handle(), scrub_wait_ms);
  const int code = sqlite3_wal_checkpoint_v2(writer_->handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(writer_->handle(), 5000);
  if (code == SQLITE_OK) return {};
  if ((code & 0xff) == SQLITE_BUSY) {
    return kernel::refuse(kernel::ErrorKind::unavailable, "store.unavailable", "a reader holds the write-ahead log");
  }
  failed_ = true;
  return kernel::fault("store.failed", fmt::format("checkpoint: sqlite {}", code));
}

void SqliteStore::read_loop(Connection& reader) noexcept {
  serve_on_this_thread(this);
  while (true) {
    ReadJob job;
    {
      std::unique_lock lock(read_mutex_);
      read_wake_.wait(lock, [this] { return stopping_ || !reads_.empty(); });
      if (reads_.empty()) return;
      job = std::move(reads_.front());
      reads_.pop_front();
    }
    auto status = read_once(reader, packs_.get(), memory_.get(), job.run);
    job.run = nullptr;
    job.done(std::move(status));
  }
}

kernel::Status copy_database(Connection& from, const std::filesystem::path& to,
                             const std::function<void(double)>& progress) {
  sqlite3* copy = nullptr;
  int code = sqlite3_open_v2(to.c_str(), &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> closer(copy, &sqlite3_close);
  if (code != SQLITE_OK) return kernel::fault("store.backup_failed", fmt::format("sqlite {}", code));
  sqlite3_backup* backup = sqlite3_backup_init(copy, "main", from.handle(), "main");
  if (backup == nullptr) return kernel::fault("store.backup_failed", sqlite3_errmsg(copy));
  while ((code = sqlite3_backup_step(backup, pages_per_backup_step)) == SQLITE_OK) {
    const int total = sqlite3_backup_pagecount(backup);
    if (progress && total > 0) progress(1.0 - static_cast<double>(sqlite3_backup_remaining(backup)) / total);
  }
  sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) return kernel::fault("store.backup_failed", fmt::format("sqlite {}", code));
  return {};
}

kernel::Status SqliteStore::backup_to(const std::filesystem::path& directory,
                                      const std::function<void(double)>& progress) {
  CARNET_CHECK(make_empty_directory(directory));
  CARNET_TRY(source, Connection::open(path_, Connection::Access::read_only));
  // A read transaction of its own holds one snapshot for all the steps, so that writers never make the copy start
  // again.
  CARNET_CHECK(source->execute("BEGIN", {}));
  CARNET_CHECK(source->query("SELECT count(*) FROM sqlite_master", {}, [](const Row&) { return true; }));
  const double share = packs_ ? 0.5 : 1.0;
  CARNET_CHECK(copy_database(*source, directory / path_.filename(), [&](double part) {
    if (progress) progress(part * share);
  }));
  source.reset();
  // After the rows: every object a copied row names is in the packs by now.
  if (packs_) {
    CARNET_CHECK(packs_->copy_to(directory / "objects", [&](double part) {
      if (progress) progress(share + part * (1 - share));
    }));
  }
  CARNET_CHECK(io::sync_directory(directory));
  if (progress) progress(1.0);
  return {};
}

kernel::Status make_file(const std::filesystem::path& path) {
  std::error_code problem;
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  std::filesystem::create_directories(parent, problem);
  // Made here, not by SQLite: its log and index files take the permissions of this one.
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return kernel::fault("store.failed", fmt::format("cannot make {}: {}", path.string(), std::strerror(errno)));
  }
  ::close(fd);
  return io::sync_directory(parent);
}

kernel::Status prepare_writer(Connection& writer, bool secure_delete) {
  // The page size first: it cannot change once the log exists.
  CARNET_CHECK(writer.script("PRAGMA page_size=8192"));
  std::string mode;
  CARNET_CHECK(writer.query("PRAGMA journal_mode=WAL", {}, [&](const Row& row) {
    mode = row.text(0);
    return true;
  }));
  if (mode != "wal") return kernel::fault("store.failed", "no write-ahead log on this file system");
  CARNET_CHECK(writer.script("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=1000"));
  CARNET_CHECK(writer.script(secure_delete ? "PRAGMA secure_delete=ON" : "PRAGMA secure_delete=OFF"));
  // Recovers the log, if a crash left one, before any reader opens.
  return writer.query("SELECT count(*) FROM sqlite_master", {}, [](const Row&) { return true; });
}

}  // namespace

kernel::Result<std::unique_ptr<Store>> open_sqlite(const std::filesystem::path& path, const Options& options) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    if (!options.create || options.read_only) return kernel::fault("store.missing", "there is no store at " + path.string());
    CARNET_CHECK(make_file(path));
  }
  std::optional<io::FileLock> lock;
  std::unique_ptr<Connection> writer;
  // Another process may write what is only read here.
  const auto memory = options.read_only || options.secure_delete ? nullptr : std::make_shared<Remembered>();
  if (!options.read_only) {
    CARNET_TRY(taken, io::FileLock::take(path.string() + ".lock"));
    lock.emplace(std::move(taken));
    CARNET_TRY(opened, Connection::open(path, Connection::Access::read_write, memory));
    writer = std::move(opened);
    CARNET_CHECK(prepare_writer(*writer, options.secure_delete));
  }
  std::vector<std::unique_ptr<Connection>> readers, here;
  for (unsigned i = 0; i < std::max(1U, options.readers); ++i) {
    CARNET_TRY(reader, Connection::open(path, Connection::Access::read_only, memory));
    readers.push_back(std::move(reader));
    CARNET_TRY(another, Connection::open(path, Connection::Access::read_only, memory));
    here.push_back(std::move(another));
  }
  std::unique_ptr<Packs> packs;
  if (!options.objects.empty()) {
    CARNET_TRY(opened, Packs::open(options.objects));
    packs = std::move(opened);
  }
  return std::unique_ptr<Store>(
      new SqliteStore(path, std::move(lock), std::move(writer), std::move(readers), std::move(here), std::move(packs), memory));
}

}  // namespace carnet::store
