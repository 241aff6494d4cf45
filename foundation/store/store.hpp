// One port to durable rows, two engines: embedded SQLite (one writer thread, group commit) and PostgreSQL 15.
//
// A capability writes plain SQL that both engines accept, with $1..$n parameters, in its own store.cpp, and runs it in
// closures:  co_await store.write(fn)  /  co_await store.read(fn).  fn is synchronous, may be run more than once (retry
// on 40001/40P01) and on another thread: it must not touch anything but its Tx and its own captures.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "foundation/io/task.hpp"
#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::store {

using kernel::Bytes;
using kernel::ByteView;

// A parameter: borrowed for the duration of the call.
class Param {
 public:
  Param(std::nullopt_t) : value_(std::monostate{}) {}
  Param(std::int64_t v) : value_(v) {}
  Param(int v) : value_(static_cast<std::int64_t>(v)) {}
  Param(bool v) : value_(static_cast<std::int64_t>(v)) {}
  Param(std::string_view v) : value_(v) {}
  Param(const std::string& v) : value_(std::string_view(v)) {}
  Param(const char* v) : value_(std::string_view(v)) {}
  Param(ByteView v) : value_(v) {}
  Param(const Bytes& v) : value_(ByteView(v)) {}
  template <class T>
  Param(const std::optional<T>& v) : value_(v ? Param(*v).value_ : Value(std::monostate{})) {}
  using Value = std::variant<std::monostate, std::int64_t, std::string_view, ByteView>;
  const Value& value() const { return value_; }

 private:
  Value value_;
};

// The current row of a query; columns counted from 0. Views live until the next step.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual ByteView blob(int column) const = 0;
};

// A reference to sealed bytes in the append-only packs; stored by the capability as three integers or as text().
struct ObjectRef {
  std::int64_t pack = 0;
  std::int64_t offset = 0;
  std::int64_t length = 0;
  auto operator<=>(const ObjectRef&) const = default;
};

// Read access at one consistent snapshot.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  // Calls `each` for every row in order; `each` returns false to stop early.
  virtual kernel::Status query(std::string_view sql, std::span<const Param> params,
                               const std::function<bool(const Row&)>& each) = 0;
  virtual kernel::Result<Bytes> object(ObjectRef ref) = 0;  // as appended; the caller's seal detects bit rot

  kernel::Status query(std::string_view sql, std::initializer_list<Param> params,
                       const std::function<bool(const Row&)>& each) {
    return query(sql, std::span<const Param>(params.begin(), params.size()), each);
  }
};

// A write transaction. Everything it did is kept together or not at all.
class Tx : public Snapshot {
 public:
  using Snapshot::query;
  virtual kernel::Result<std::int64_t> execute(std::string_view sql, std::span<const Param> params) = 0;  // rows changed
  kernel::Result<std::int64_t> execute(std::string_view sql, std::initializer_list<Param> params) {
    return execute(sql, std::span<const Param>(params.begin(), params.size()));
  }
  // Appends sealed bytes to the packs; durable when the transaction is. If it rolls back they are orphans, swept later.
  virtual kernel::Result<ObjectRef> append_object(ByteView sealed) = 0;
  // Runs after the commit is durable, on the writer's thread, before the caller resumes; never after a rollback.
  // Must be quick and not fail (wake a worker, update a cache).
  virtual void after_commit(std::function<void()> fn) = 0;
};

// What an error of the engine looks like to a capability.
//   code "store.unique"   a unique key refused the row (kind conflict); the transaction may go on
//   code "store.unavailable" / "store.failed"   nothing was acknowledged; after a failed fsync the store refuses all writes

// A capability's migrations: its schema/*.sql, embedded in the program by name order. One text for both engines:
// BLOB becomes BYTEA, WITHOUT ROWID is dropped and INTEGER becomes BIGINT on PostgreSQL; a file named *.sqlite.sql or
// *.postgres.sql is for that engine only.
struct Migration {
  std::string owner;  // capability
  std::string name;   // "0001_person.sql"
  std::string sql;
};

struct Options {
  bool create = true;
  unsigned readers = 4;           // SQLite read connections, PostgreSQL pool size for reads
  unsigned writers = 4;           // PostgreSQL only; SQLite always has one. 1 gives strict order on both engines
  std::filesystem::path objects;  // pack directory; empty: append_object refuses
};

class Store {
 public:
  // "sqlite:PATH" or "postgres:CONNINFO" (libpq connection string or URI).
  static kernel::Result<std::unique_ptr<Store>> open(std::string_view location, const Options& options);
  virtual ~Store() = default;  // drains pending writes

  // Forward-only: applies what is missing in (owner order given, name) order, each in a transaction; refuses when the
  // database holds a migration this program does not know or whose text has changed (SHA-256 kept).
  virtual kernel::Status migrate(std::span<const Migration> migrations) = 0;

  // On return with a value the effects are durable (P1). On an error nothing of fn is kept. With SQLite, fn runs on the
  // writer thread under a savepoint within the shared batch; one fsync per batch.
  template <class T>
  io::Task<kernel::Result<T>> write(std::function<kernel::Result<T>(Tx&)> fn);
  template <class T>
  io::Task<kernel::Result<T>> read(std::function<kernel::Result<T>(Snapshot&)> fn);

  // The same for code without a coroutine (start-up, command line, tests).
  template <class T>
  kernel::Result<T> write_now(std::function<kernel::Result<T>(Tx&)> fn);
  template <class T>
  kernel::Result<T> read_now(std::function<kernel::Result<T>(Snapshot&)> fn);

  virtual kernel::Status backup_to(const std::filesystem::path& directory, const std::function<void(double)>& progress) = 0;
  virtual bool healthy() const = 0;  // false once a write could not be made durable
  virtual std::string_view engine() const = 0;  // "sqlite" | "postgres"

  struct Figures {
    std::uint64_t commits = 0, batches_waited = 0, rows_written = 0, worst_commit_us = 0;
  };
  virtual Figures figures() const = 0;

 protected:
  // Queues the job; `done` is called exactly once, after durability or failure, on an engine thread.
  virtual void submit_write(std::function<kernel::Status(Tx&)> job, std::function<void(kernel::Status)> done) = 0;
  virtual void submit_read(std::function<kernel::Status(Snapshot&)> job, std::function<void(kernel::Status)> done) = 0;
};

}  // namespace carnet::store

#include "foundation/store/store.inl"
