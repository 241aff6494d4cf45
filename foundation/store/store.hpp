// One port to durable rows, two engines: embedded SQLite (one writer thread, group commit) and PostgreSQL 15.
//
// A capability writes plain SQL that both engines accept, with $1..$n parameters, in its own store.cpp, and runs it in
// closures:  co_await store.write(fn)  /  co_await store.read(fn).  fn is synchronous, may be run more than once (retry
// on 40001/40P01; a read whose remembered answers are of another moment, "store.moved") and on another thread: it must not
// touch anything but its Tx and its own captures.
#pragma once
#include <array>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>
#include <variant>
#include <vector>

#include "foundation/io/task.hpp"
#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::store {

using kernel::Bytes;
using kernel::ByteView;

// A parameter: borrows text and bytes, so it lives no longer than the call it is written in:
//   tx.execute("...", {space.value, name, sealed})     temporaries in the braces live until the call returns
// Never keep a Param or a container of them beyond the values they were made from.
class Param {
 public:
  using Value = std::variant<std::monostate, std::int64_t, std::string_view, ByteView>;

  Param(std::nullopt_t) : value_(std::monostate{}) {}
  template <class T>
    requires(std::integral<T> && !std::same_as<T, char>)
  Param(T v) : value_(static_cast<std::int64_t>(v)) {}  // bool is 0 or 1
  Param(std::string_view v) : value_(v) {}
  Param(const std::string& v) : value_(std::string_view(v)) {}
  Param(const char* v) : value_(std::string_view(v)) {}
  Param(ByteView v) : value_(v) {}
  Param(const Bytes& v) : value_(ByteView(v)) {}
  template <std::size_t N>
  Param(const std::array<std::uint8_t, N>& v) : value_(ByteView(v)) {}
  template <class T>
  Param(const std::optional<T>& v) : value_(v ? Param(*v).value_ : Value(std::monostate{})) {}
  template <class T>
  Param(T*) = delete;  // a pointer is not a boolean
  Param(std::nullptr_t) = delete;
  const Value& value() const { return value_; }

 private:
  Value value_;
};

// The current row of a query; columns counted from 0. Views live until the next step, or the column is asked for as another type.
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

  // What `make(snapshot)`, a kernel::Result<T>, works out from what it reads here and from nothing else: no clock, no
  // chance, nothing of its captures that `key` does not say, nor a setting that changes while the program runs. The
  // embedded engine gives the same object again until a row it was read from is written (ADR 14); an error is not kept.
  // T belongs to one such making; its bytes(), where it has them, are the memory it holds, about.
  template <class T, class Make>
  kernel::Result<std::shared_ptr<const T>> made(std::string_view key, const Make& make) {
    if (auto known = recall_made(typeid(T), key)) return std::static_pointer_cast<const T>(std::move(known));
    begin_making();
    kernel::Result<T> fresh = make(*this);
    if (!fresh) {
      end_making(typeid(T), key, nullptr, 0);
      return std::unexpected(std::move(fresh).error());
    }
    auto object = std::make_shared<const T>(std::move(*fresh));
    std::size_t bytes = sizeof(T);
    if constexpr (requires { object->bytes(); }) bytes += object->bytes();
    end_making(typeid(T), key, object, bytes);
    return object;
  }

 protected:
  // For an engine that remembers: every begin has its end, also of one within another; no object: nothing to keep.
  virtual std::shared_ptr<const void> recall_made(const std::type_info&, std::string_view) { return nullptr; }
  virtual void begin_making() {}
  virtual void end_making(const std::type_info&, std::string_view, std::shared_ptr<const void>, std::size_t) {}
};

// A write transaction. Everything it did is kept together or not at all.
class Tx : public Snapshot {
 public:
  using Snapshot::query;
  virtual kernel::Result<std::int64_t> execute(std::string_view sql,
                                               std::span<const Param> params) = 0;  // rows changed
  kernel::Result<std::int64_t> execute(std::string_view sql, std::initializer_list<Param> params) {
    return execute(sql, std::span<const Param>(params.begin(), params.size()));
  }
  // Appends sealed bytes to the packs; durable when the transaction is. If it rolls back they are orphans, swept later.
  virtual kernel::Result<ObjectRef> append_object(ByteView sealed) = 0;
  // Runs after the commit is durable, on the writer's thread, before the caller resumes; never after a rollback.
  // Must be quick and not fail (wake a worker, update a cache).
  virtual void after_commit(std::function<void()> fn) = 0;
};

// What an error of the engine looks like to a capability:
//   "store.unique"           conflict: a unique key refused the row; the transaction may go on
//   "store.unavailable"      unavailable: nothing was done, and the store may answer later (full disk, lost server)
//   "store.failed"           fault: nothing was acknowledged; after a failed sync or commit every later write is
//   refused "store.unknown_outcome"  fault: the server was lost while it committed; the effects may or may not be there
// Any error other than store.unique dooms its transaction: it is rolled back even when fn ignores the error.

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
  bool secure_delete = false;     // SQLite only: deleted bytes are overwritten with zeros in the database file
  // For a program that only looks, also at a store that another process has open: every write is refused, forbidden
  // "store.read_only", and migrate refuses a database that lacks one.
  bool read_only = false;
};

// Told once how an asynchronous act ended.
using Done = std::move_only_function<void(kernel::Status)>;

// Suspends the awaiting coroutine until the Done given to `start` is called, from any thread, and resumes it on its own
// executor. Store calls and audit.durable are built on it. The io_context must outlive the act.
io::Task<kernel::Status> completion(std::move_only_function<void(Done)> start);
kernel::Status completion_now(std::move_only_function<void(Done)> start);  // blocks the thread instead

class Store {
 public:
  // "sqlite:PATH" or "postgres:CONNINFO" (libpq connection string or URI).
  static kernel::Result<std::unique_ptr<Store>> open(std::string_view location, const Options& options);
  virtual ~Store() = default;  // drains pending writes

  // Forward-only: applies what is missing in (owner order given, name) order, each in a transaction; refuses when the
  // database holds a migration this program does not know, whose text has changed (a 128-bit fingerprint is kept), or
  // that should have come later. Called once, with the migrations of every capability that uses this store.
  virtual kernel::Status migrate(std::span<const Migration> migrations) = 0;

  // On return with a value the effects are durable (P1). On an error nothing of fn is kept. With SQLite, fn runs on the
  // writer thread under a savepoint within the shared batch; one fsync per batch. A read that has shown itself short may
  // run where it is awaited, without suspending.
  template <class T>
  io::Task<kernel::Result<T>> write(std::function<kernel::Result<T>(Tx&)> fn);
  template <class T>
  io::Task<kernel::Result<T>> read(std::function<kernel::Result<T>(Snapshot&)> fn);

  // The same for code without a coroutine (start-up, command line, tests).
  template <class T>
  kernel::Result<T> write_now(std::function<kernel::Result<T>(Tx&)> fn);
  template <class T>
  kernel::Result<T> read_now(std::function<kernel::Result<T>(Snapshot&)> fn);

  // Queues a job without a coroutine: for a part that batches by itself (audit's journal). `done` is called exactly
  // once, after durability or failure, on an engine thread, and must be quick.
  virtual void submit_write(std::function<kernel::Status(Tx&)> job, Done done) = 0;
  virtual void submit_read(std::function<kernel::Status(Snapshot&)> job, Done done) = 0;

  // SQLite: a consistent copy of the database, then of the packs, into `directory` (made; refused when not empty),
  // under the names they have; writes go on meanwhile. PostgreSQL refuses: its own tool is pg_dump.
  virtual kernel::Status backup_to(const std::filesystem::path& directory,
                                   const std::function<void(double)>& progress) = 0;
  // After a deletion that must leave no copy: SQLite empties its write-ahead log into the database (unavailable while a
  // long read or a backup holds it: ask again); PostgreSQL vacuums, which frees the space without promising zeros.
  io::Task<kernel::Status> scrub();
  virtual bool healthy() const = 0;             // false once a write could not be made durable
  virtual std::string_view engine() const = 0;  // "sqlite" | "postgres"

  struct Figures {
    std::uint64_t commits = 0;         // transactions of the engine made durable
    std::uint64_t batches_waited = 0;  // those that carried more than one job
    std::uint64_t rows_written = 0;
    std::uint64_t worst_commit_us = 0;
    std::uint64_t commit_us = 0;  // all commits together
    std::uint64_t remembered = 0;  // answers told from memory, without asking the database
  };
  virtual Figures figures() const = 0;

 protected:
  virtual void submit_scrub(Done done) = 0;
  // Runs the job on this thread, at its own snapshot, when a connection is free for that and jobs of its kind are short.
  // None: it was not run. `kind` tells closures written at different places apart.
  virtual std::optional<kernel::Status> read_here(const std::type_info& kind,
                                                  const std::function<kernel::Status(Snapshot&)>& job);
};

}  // namespace carnet::store

#include "foundation/store/store.inl"
