// One SQLite connection with its cache of prepared statements. Used by one thread at a time.
#pragma once
#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>

#include "foundation/store/sqlite/remembered.hpp"
#include "foundation/store/store.hpp"

namespace carnet::store {

class Connection {
 public:
  enum class Access { read_only, read_write };
  // `memory`: what it writes is marked there, and what it reads for a Recall is looked for and kept there; none: neither.
  static kernel::Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path, Access access,
                                                          std::shared_ptr<Remembered> memory = nullptr);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  kernel::Status query(std::string_view sql, std::span<const Param> params,
                       const std::function<bool(const Row&)>& each);
  // The same within a snapshot that this begins when memory does not have the answer. "store.moved", a conflict, before any
  // row is told: the snapshot is not that of what was told before.
  kernel::Status query(std::string_view sql, std::span<const Param> params, const std::function<bool(const Row&)>& each,
                       Recall& recall);
  kernel::Result<std::int64_t> execute(std::string_view sql, std::span<const Param> params);
  kernel::Status script(std::string_view sql);  // several statements, no parameters

  // False when SQLite has rolled the whole transaction back by itself (full disk, I/O error, memory).
  bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  bool disk_failed() const { return disk_failed_; }  // an I/O error was seen, ever
  sqlite3* handle() { return db_; }

 private:
  struct Statement;
  class Lease;
  Connection(sqlite3* db, std::shared_ptr<Remembered> memory);
  kernel::Result<Statement*> statement_of(std::string_view sql);  // prepared, until the next call
  kernel::Result<Lease> lease(std::string_view sql);
  kernel::Result<std::unique_ptr<Statement>> prepare(std::string_view sql);
  void make_room();
  std::unexpected<kernel::Error> error(int code);
  int begin_with(const Statement& statement, std::span<const Param> params);

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  sqlite3* db_;
  std::shared_ptr<Remembered> memory_;
  bool disk_failed_ = false;
  std::uint64_t tick_ = 0;
  std::unordered_map<std::string, std::unique_ptr<Statement>, TextHash, std::equal_to<>> statements_;
};

}  // namespace carnet::store
