#include "foundation/store/postgres/postgres_store.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "foundation/store/dialect.hpp"
#include "foundation/store/engine.hpp"
#include "foundation/store/objects.hpp"
#include "foundation/store/postgres/pg_connection.hpp"

namespace carnet::store {

namespace {

constexpr int most_attempts = 12;  // of one transaction that others keep defeating; 1 ms to 128 ms between two
constexpr auto longest_pause = std::chrono::milliseconds(128);

std::unexpected<kernel::Error> no_objects() {
  return kernel::fault("store.failed", "this store has no object packs");
}

class PgSnapshot final : public Snapshot {
 public:
  PgSnapshot(PgConnection& connection, Packs* packs) : connection_(connection), packs_(packs) {}
  using Snapshot::query;
  kernel::Status query(std::string_view sql, std::span<const Param> params,
                       const std::function<bool(const Row&)>& each) override {
    return connection_.query(sql, params, PgConnection::Guard::no, each);
  }
  kernel::Result<Bytes> object(ObjectRef ref) override {
    if (packs_ == nullptr) return no_objects();
    return packs_->read(ref);
  }

 private:
  PgConnection& connection_;
  Packs* packs_;
};

class PgTx final : public EngineTx {
 public:
  PgTx(PgConnection& connection, Packs* packs) : connection_(connection), packs_(packs) {}
  using Tx::execute;
  using Tx::query;

  kernel::Status query(std::string_view sql, std::span<const Param> params,
                       const std::function<bool(const Row&)>& each) override {
    if (doomed_) return std::unexpected(*doomed_);
    return judged(connection_.query(sql, params, guard_for(sql), each));
  }
  kernel::Result<std::int64_t> execute(std::string_view sql, std::span<const Param> params) override {
    if (doomed_) return std::unexpected(*doomed_);
    auto changed = judged(connection_.execute(sql, params, guard_for(sql)));
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
    appended_ = true;
    return judged(packs_->append(sealed));
  }
  void after_commit(std::function<void()> fn) override { hooks_.push_back(std::move(fn)); }

  const std::optional<kernel::Error>& doomed() const { return doomed_; }
  const std::vector<std::function<void()>>& hooks() const { return hooks_; }
  std::uint64_t rows() const { return rows_; }
  bool appended() const { return appended_; }

 private:
  // Only these can meet a unique key.
  static PgConnection::Guard guard_for(std::string_view sql) {
    const auto word = first_word(sql);
    return word == "INSERT" || word == "UPDATE" || word == "WITH" ? PgConnection::Guard::yes : PgConnection::Guard::no;
  }
  template <class T>
  kernel::Result<T> judged(kernel::Result<T> result) {
    if (!result && result.error().code != "store.unique") doomed_ = result.error();
    return result;
  }

  PgConnection& connection_;
  Packs* packs_;
  std::optional<kernel::Error> doomed_;
  std::vector<std::function<void()>> hooks_;
  std::uint64_t rows_ = 0;
  bool appended_ = false;
};

class PostgresStore final : public Store {
 public:
  PostgresStore(std::string conninfo, const Options& options, std::unique_ptr<PgConnection> first,
                std::unique_ptr<Packs> packs)
      : conninfo_(std::move(conninfo)), packs_(std::move(packs)), read_only_(options.read_only) {
    for (unsigned i = 0; i < (read_only_ ? 0U : std::max(1U, options.writers)); ++i) {
      threads_.emplace_back([this, own = std::move(first)]() mutable { write_loop(std::move(own)); });
    }
    for (unsigned i = 0; i < std::max(1U, options.readers); ++i) threads_.emplace_back([this] { read_loop(); });
  }
  ~PostgresStore() override {
    {
      std::scoped_lock both(write_mutex_, read_mutex_);
      stopping_ = true;
    }
    write_wake_.notify_all();
    read_wake_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

  kernel::Status migrate(std::span<const Migration> migrations) override {
    return read_only_ ? check_migrations(*this, migrations) : apply_migrations(*this, migrations);
  }
  kernel::Status backup_to(const std::filesystem::path&, const std::function<void(double)>&) override {
    return kernel::refuse(
        kernel::ErrorKind::invalid, "store.use_pg_dump",
        "a PostgreSQL store is backed up with pg_dump or base backups, its packs with a copy after it");
  }
  bool healthy() const override { return !failed_.load(); }
  std::string_view engine() const override { return "postgres"; }
  Figures figures() const override { return {commits_, 0, rows_written_, worst_commit_us_}; }

  void submit_write(std::function<kernel::Status(Tx&)> job, Done done) override {
    if (read_only_) return done(only_read());
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
  void submit_scrub(Done done) override { submit_write(nullptr, std::move(done)); }

 private:
  using Own = std::unique_ptr<PgConnection>;

  static std::unexpected<kernel::Error> stopped() {
    return kernel::refuse(kernel::ErrorKind::unavailable, "store.unavailable", "the store is stopping");
  }

  void write_loop(Own connection) noexcept;
  void read_loop() noexcept;
  kernel::Status run_write(Own& connection, const WriteJob& job);
  enum class Attempt { over, again };
  Attempt attempt_write(PgConnection& connection, const WriteJob& job, kernel::Status& status);
  Attempt commit(PgConnection& connection, const PgTx& tx, kernel::Status& status);
  kernel::Status run_read(Own& connection, const ReadJob& job);
  kernel::Status scrub_on(Own& connection);
  kernel::Status ensure(Own& connection);

  std::string conninfo_;
  std::unique_ptr<Packs> packs_;
  const bool read_only_;
  std::mutex write_mutex_, read_mutex_;
  std::condition_variable write_wake_, read_wake_;
  std::deque<WriteJob> writes_;  // one without a closure is a scrub
  std::deque<ReadJob> reads_;
  bool stopping_ = false;
  std::atomic<bool> failed_{false};
  std::atomic<std::uint64_t> commits_{0}, rows_written_{0}, worst_commit_us_{0};
  std::vector<std::thread> threads_;
};

kernel::Status PostgresStore::ensure(Own& connection) {
  if (connection && !connection->lost()) return {};
  connection.reset();
  CARNET_TRY(opened, PgConnection::open(conninfo_));
  connection = std::move(opened);
  return {};
}

void PostgresStore::write_loop(Own connection) noexcept {
  serve_on_this_thread(this);
  while (true) {
    WriteJob job;
    {
      std::unique_lock lock(write_mutex_);
      write_wake_.wait(lock, [this] { return stopping_ || !writes_.empty(); });
      if (writes_.empty()) return;
      job = std::move(writes_.front());
      writes_.pop_front();
    }
    kernel::Status status = job.run ? run_write(connection, job) : scrub_on(connection);
    job.run = nullptr;  // what the closure captured goes before its caller continues
    job.done(std::move(status));
  }
}

// The closure runs again when another transaction was in its way, and when the server went before the commit was sent:
// nothing of it can have been kept then.
kernel::Status PostgresStore::run_write(Own& connection, const WriteJob& job) {
  kernel::Status status;
  auto pause = std::chrono::milliseconds(1);
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    if (failed_) return kernel::fault("store.failed", "an earlier write could not be made durable");
    if (attempt > 0) {
      std::this_thread::sleep_for(pause);
      pause = std::min(pause * 2, longest_pause);
    }
    status = ensure(connection);
    if (!status) continue;
    if (attempt_write(*connection, job, status) == Attempt::over) return status;
  }
  return status;
}

PostgresStore::Attempt PostgresStore::attempt_write(PgConnection& connection, const WriteJob& job,
                                                    kernel::Status& status) {
  status = connection.command("BEGIN ISOLATION LEVEL SERIALIZABLE");
  if (!status) return connection.lost() ? Attempt::again : Attempt::over;
  PgTx tx(connection, packs_.get());
  status = run_guarded<Tx>(job.run, tx);
  if (status && tx.doomed()) status = std::unexpected(*tx.doomed());
  if (connection.lost()) return Attempt::again;
  const bool retry = connection.take_retry();
  if (status && packs_ && tx.appended()) {
    status = packs_->sync();
    if (!status) failed_ = true;
  }
  if (!status) {
    (void)connection.command("ROLLBACK");
    return retry ? Attempt::again : Attempt::over;
  }
  return commit(connection, tx, status);
}

PostgresStore::Attempt PostgresStore::commit(PgConnection& connection, const PgTx& tx, kernel::Status& status) {
  const auto started = std::chrono::steady_clock::now();
  const auto outcome = connection.commit(status);
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started);
  switch (outcome) {
    case PgConnection::Commit::retry:
      return Attempt::again;
    case PgConnection::Commit::refused:
      return Attempt::over;
    case PgConnection::Commit::unknown:
      status = kernel::fault("store.unknown_outcome", status.error().detail);
      return Attempt::over;
    case PgConnection::Commit::done:
      break;
  }
  status = {};
  ++commits_;
  rows_written_ += tx.rows();
  auto worst = worst_commit_us_.load();
  const auto us = static_cast<std::uint64_t>(took.count());
  while (us > worst && !worst_commit_us_.compare_exchange_weak(worst, us)) {
  }
  for (const auto& hook : tx.hooks()) hook();
  return Attempt::over;
}

kernel::Status PostgresStore::scrub_on(Own& connection) {
  CARNET_CHECK(ensure(connection));
  return connection->script("VACUUM");
}

void PostgresStore::read_loop() noexcept {
  serve_on_this_thread(this);
  Own connection;
  while (true) {
    ReadJob job;
    {
      std::unique_lock lock(read_mutex_);
      read_wake_.wait(lock, [this] { return stopping_ || !reads_.empty(); });
      if (reads_.empty()) return;
      job = std::move(reads_.front());
      reads_.pop_front();
    }
    kernel::Status status = run_read(connection, job);
    job.run = nullptr;
    job.done(std::move(status));
  }
}

// Twice at most: the connection may have died while nobody used it.
kernel::Status PostgresStore::run_read(Own& connection, const ReadJob& job) {
  kernel::Status status;
  for (int attempt = 0; attempt < 2; ++attempt) {
    CARNET_CHECK(ensure(connection));
    status = connection->command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (status) {
      PgSnapshot snapshot(*connection, packs_.get());
      status = run_guarded<Snapshot>(job.run, snapshot);
    }
    if (!connection->lost()) {
      (void)connection->command("ROLLBACK");
      return status;
    }
  }
  return status;
}

}  // namespace

kernel::Result<std::unique_ptr<Store>> open_postgres(const std::string& conninfo, const Options& options) {
  CARNET_TRY(first, PgConnection::open(conninfo));  // a wrong address is told at once
  std::unique_ptr<Packs> packs;
  if (!options.objects.empty()) {
    CARNET_TRY(opened, Packs::open(options.objects));
    packs = std::move(opened);
  }
  return std::unique_ptr<Store>(new PostgresStore(conninfo, options, std::move(first), std::move(packs)));
}

}  // namespace carnet::store
