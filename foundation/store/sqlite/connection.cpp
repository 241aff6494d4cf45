#include "foundation/store/sqlite/connection.hpp"

#include <fmt/format.h>

#include <charconv>

#include "foundation/store/sqlite/log_writes.hpp"

namespace carnet::store {

namespace {

constexpr std::size_t most_statements = 256;

// A view of nothing still needs an address: SQLite takes a null address for NULL.
template <class T>
const T* address(const T* data) {
  static constexpr T nothing{};
  return data != nullptr ? data : &nothing;
}

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  std::string_view text(int column) const override {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return {address(data), size(column)};
  }
  ByteView blob(int column) const override {
    const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
    return {address(data), size(column)};
  }

 private:
  std::size_t size(int column) const { return static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)); }
  sqlite3_stmt* statement_;
};

int bind(sqlite3_stmt* statement, int index, const Param::Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return sqlite3_bind_int64(statement, index, *number);
  // SQLITE_STATIC: the caller's bytes outlive the step, and the binding is cleared after it.
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    return sqlite3_bind_text64(statement, index, address(text->data()), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  if (const auto* bytes = std::get_if<ByteView>(&value)) {
    return sqlite3_bind_blob64(statement, index, address(bytes->data()), bytes->size(), SQLITE_STATIC);
  }
  return sqlite3_bind_null(statement, index);
}

}  // namespace

struct Connection::Statement {
  sqlite3_stmt* handle = nullptr;
  std::vector<std::size_t> order;  // SQLite's parameter i+1 is the caller's number order[i] (from 0)
  std::size_t highest = 0;         // the highest $n of the text
  Footprint footprint{};
  std::uint64_t used_at = 0;
  bool busy = false;
  Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(handle); }

  int bind_all(std::span<const Param> params) const {
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (const int code = bind(handle, static_cast<int>(i) + 1, params[order[i]].value()); code != SQLITE_OK) {
        return code;
      }
    }
    return SQLITE_OK;
  }
};

// A statement in use; given back, reset and without bindings, when the lease ends.
class Connection::Lease {
 public:
  explicit Lease(Statement* cached) : statement_(cached) { statement_->busy = true; }
  explicit Lease(std::unique_ptr<Statement> own) : statement_(own.get()), own_(std::move(own)) {}
  Lease(Lease&& other) noexcept : statement_(other.statement_), own_(std::move(other.own_)) {
    other.statement_ = nullptr;
  }
  Lease& operator=(Lease&&) = delete;
  ~Lease() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_->handle);
    sqlite3_clear_bindings(statement_->handle);
    statement_->busy = false;
  }
  Statement* operator->() const { return statement_; }
  Statement& operator*() const { return *statement_; }

 private:
  Statement* statement_;
  std::unique_ptr<Statement> own_;
};

namespace {

// SQLite counts the memory it uses under one lock that every connection of the process takes at each allocation; nobody
// reads the count. Can only be said before its first use.
bool stop_counting_memory() {
  static const bool is_told = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
  return is_told;
}

}  // namespace

kernel::Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path, Access access,
                                                             std::shared_ptr<Remembered> memory) {
  (void)stop_counting_memory();
  sqlite3* db = nullptr;
  const int mode = access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const int code = sqlite3_open_v2(path.c_str(), &db, mode | SQLITE_OPEN_NOMUTEX, access == Access::read_write ? log_writes() : nullptr);
  std::unique_ptr<Connection> connection(new Connection(db, std::move(memory)));
  if (code != SQLITE_OK) return connection->error(code);
  sqlite3_extended_result_codes(db, 1);
  // Only a checkpoint at the writer's close, or a reader that recovers at start, ever makes another wait.
  sqlite3_busy_timeout(db, 5000);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  CARNET_CHECK(connection->script("PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16384; PRAGMA cell_size_check=ON"));
  return connection;
}

Connection::Connection(sqlite3* db, std::shared_ptr<Remembered> memory) : db_(db), memory_(std::move(memory)) {}

Connection::~Connection() {
  statements_.clear();
  sqlite3_close(db_);
}

std::unexpected<kernel::Error> Connection::error(int code) {
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID) {
    return kernel::refuse(kernel::ErrorKind::conflict, "store.unique", sqlite3_errmsg(db_));
  }
  const std::string detail = fmt::format("sqlite {}: {}", code, db_ != nullptr ? sqlite3_errmsg(db_) : "no memory");
  const int family = code & 0xff;
  if (family == SQLITE_IOERR || family == SQLITE_CORRUPT) disk_failed_ = true;
  if (family == SQLITE_FULL || family == SQLITE_BUSY || family == SQLITE_LOCKED || family == SQLITE_NOMEM) {
    return kernel::refuse(kernel::ErrorKind::unavailable, "store.unavailable", detail);
  }
  return kernel::fault("store.failed", detail);
}

kernel::Result<std::unique_ptr<Connection::Statement>> Connection::prepare(std::string_view sql) {
  auto statement = std::make_unique<Statement>();
  const char* rest = nullptr;
  auto known = memory_ ? memory_->names().known(sql) : std::optional(Footprint{});
  std::optional<Noting> noting;
  if (!known) noting.emplace(db_);
  const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement->handle, &rest);
  if (code != SQLITE_OK) return error(code);
  if (statement->handle == nullptr) return kernel::fault("store.failed", "an empty statement");
  const std::string_view tail(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
  if (tail.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    return kernel::fault("store.failed", "more than one statement in a call");
  }
  // SQLite numbers $1, $2 ... by first appearance, like any name; the caller numbers them by their digits.
  const int count = sqlite3_bind_parameter_count(statement->handle);
  for (int i = 1; i <= count; ++i) {
    const char* given = sqlite3_bind_parameter_name(statement->handle, i);
    const std::string_view name = given != nullptr ? given : "?";
    std::size_t number = 0;
    const auto [stopped, problem] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
    if (name[0] != '$' || problem != std::errc() || stopped != name.data() + name.size() || number == 0) {
      return kernel::fault("store.failed", "parameters are written $1 ... $n");
    }
    statement->order.push_back(number - 1);
    statement->highest = std::max(statement->highest, number);
  }
  if (!known) {
    known = noting->footprint(sql, memory_->names());
    memory_->names().keep(sql, *known);
  }
  statement->footprint = std::move(*known);
  return statement;
}

void Connection::make_room() {
  if (statements_.size() < most_statements) return;
  auto oldest = statements_.end();
  for (auto it = statements_.begin(); it != statements_.end(); ++it) {
    if (!it->second->busy && (oldest == statements_.end() || it->second->used_at < oldest->second->used_at))
      oldest = it;
  }
  if (oldest != statements_.end()) statements_.erase(oldest);
}

kernel::Result<Connection::Statement*> Connection::statement_of(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    CARNET_TRY(statement, prepare(sql));
    make_room();
    found = statements_.emplace(std::string(sql), std::move(statement)).first;
  }
  found->second->used_at = ++tick_;
  return found->second.get();
}

kernel::Result<Connection::Lease> Connection::lease(std::string_view sql) {
  CARNET_TRY(known, statement_of(sql));
  if (known->busy) {
    // The same text is being stepped through further up the stack.
    CARNET_TRY(statement, prepare(sql));
    return Lease(std::move(statement));
  }
  return Lease(known);
}

// What it may write is marked first.
int Connection::begin_with(const Statement& statement, std::span<const Param> params) {
  if (memory_ && (!statement.footprint.writes.empty() || statement.footprint.changes_schema))
    memory_->mark(statement.footprint, params);
  return statement.bind_all(params);
}

kernel::Status Connection::query(std::string_view sql, std::span<const Param> params,
                                 const std::function<bool(const Row&)>& each) {
  CARNET_TRY(statement, lease(sql));
  if (statement->highest != params.size()) return kernel::fault("store.failed", "wrong number of parameters");
  if (const int code = begin_with(*statement, params); code != SQLITE_OK) return error(code);
  const SqliteRow row(statement->handle);
  while (true) {
    const int code = sqlite3_step(statement->handle);
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return error(code);
    if (!each(row)) return {};
  }
}

kernel::Status Connection::query(std::string_view sql, std::span<const Param> params,
                                 const std::function<bool(const Row&)>& each, Recall& recall) {
  CARNET_TRY(known, statement_of(sql));
  if (known->highest != params.size()) return kernel::fault("store.failed", "wrong number of parameters");
  std::optional<Remembered::Answer> kept;
  if (known->footprint.text != 0) {
    const auto key = Remembered::key_of(known->footprint, params);
    if (const auto answer = recall.find(key)) {
      answer->rows.tell(each);
      return {};
    }
    if (!key.empty()) kept.emplace(std::string(key));
  }
  recall.read_beside(known->footprint, params);
  if (!in_transaction()) {
    recall.about_to_begin();
    CARNET_CHECK(execute("BEGIN", {}));
  }
  CARNET_TRY(statement, lease(sql));
  if (const int code = begin_with(*statement, params); code != SQLITE_OK) return error(code);
  const SqliteRow row(statement->handle);
  bool is_telling = true;
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) {
    code = sqlite3_step(statement->handle);
    if (code != SQLITE_ROW && code != SQLITE_DONE) return error(code);
    if (!recall.begun()) return kernel::refuse(kernel::ErrorKind::conflict, "store.moved", "another moment than before");
    if (code == SQLITE_DONE) break;
    // One step beyond what is asked for shows whether the answer is whole.
    if (kept && (!is_telling || !kept->rows.add(statement->handle))) kept.reset();
    if (is_telling) is_telling = each(row);
    if (!is_telling && !kept) return {};
  }
  if (kept) {
    kept->marks = recall.memory().marks_of(statement->footprint, params);
    kept->since = recall.snapshot();
    recall.memory().keep(std::move(*kept));
  }
  return {};
}

kernel::Result<std::int64_t> Connection::execute(std::string_view sql, std::span<const Param> params) {
  CARNET_TRY(statement, lease(sql));
  if (statement->highest != params.size()) return kernel::fault("store.failed", "wrong number of parameters");
  if (const int code = begin_with(*statement, params); code != SQLITE_OK) return error(code);
  const auto before = sqlite3_total_changes64(db_);
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement->handle);
  if (code != SQLITE_DONE) return error(code);
  // sqlite3_changes keeps the number of the last statement that changed rows, which may not be this one.
  return sqlite3_total_changes64(db_) == before ? 0 : sqlite3_changes64(db_);
}

kernel::Status Connection::script(std::string_view sql) {
  const std::string text(sql);
  if (memory_) memory_->mark_everything();
  if (const int code = sqlite3_exec(db_, text.c_str(), nullptr, nullptr, nullptr); code != SQLITE_OK)
    return error(code);
  return {};
}

}  // namespace carnet::store
