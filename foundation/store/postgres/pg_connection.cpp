#include "foundation/store/postgres/pg_connection.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <list>
#include <utility>

#include "foundation/store/dialect.hpp"

namespace carnet::store {

namespace {

// Type numbers of the system catalogue: fixed since PostgreSQL has existed.
constexpr Oid oid_bool = 16, oid_bytea = 17, oid_int8 = 20, oid_int2 = 21, oid_int4 = 23, oid_text = 25,
              oid_numeric = 1700;
constexpr int binary = 1;
constexpr std::size_t most_statements = 256;

std::uint64_t big_endian(const char* data, std::size_t length) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < length; ++i) value = value << 8 | static_cast<unsigned char>(data[i]);
  return value;
}

// What sum() answers: base 10000 digits, the first worth 10000^weight. Fractions are dropped.
std::int64_t integer_of_numeric(const char* data) {
  const auto digits = static_cast<std::int16_t>(big_endian(data, 2));
  const auto weight = static_cast<std::int16_t>(big_endian(data + 2, 2));
  const bool negative = big_endian(data + 4, 2) == 0x4000;
  std::int64_t value = 0;
  for (int i = 0; i <= weight; ++i) {
    value = value * 10'000 + (i < digits ? static_cast<std::int64_t>(big_endian(data + 8 + 2 * i, 2)) : 0);
  }
  return negative ? -value : value;
}

class PgRow final : public Row {
 public:
  explicit PgRow(const PGresult* result) : result_(result) {}
  void move_to(int row) {
    row_ = row;
    texts_.clear();
  }
  bool is_null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }
  std::int64_t integer(int column) const override {
    const char* data = PQgetvalue(result_, row_, column);
    const auto size = static_cast<std::size_t>(PQgetlength(result_, row_, column));
    if (size == 0) return 0;
    switch (PQftype(result_, column)) {
      case oid_int8:
        return static_cast<std::int64_t>(big_endian(data, 8));
      case oid_int4:
        return static_cast<std::int32_t>(big_endian(data, 4));
      case oid_int2:
        return static_cast<std::int16_t>(big_endian(data, 2));
      case oid_bool:
        return data[0] != 0 ? 1 : 0;
      case oid_numeric:
        return integer_of_numeric(data);
      default: {
        std::int64_t value = 0;
        std::from_chars(data, data + size, value);
        return value;
      }
    }
  }
  std::string_view text(int column) const override {
    if (is_null(column)) return {};
    switch (PQftype(result_, column)) {
      case oid_int8:
      case oid_int4:
      case oid_int2:
      case oid_bool:
      case oid_numeric:
        return texts_.emplace_back(std::to_string(integer(column)));
      default:
        return kernel::as_text(blob(column));
    }
  }
  ByteView blob(int column) const override {
    return {reinterpret_cast<const std::uint8_t*>(PQgetvalue(result_, row_, column)),
            static_cast<std::size_t>(PQgetlength(result_, row_, column))};
  }

 private:
  const PGresult* result_;
  int row_ = 0;
  mutable std::list<std::string> texts_;  // numbers asked for as text, until the next row
};

}  // namespace

// Parameters in binary form, as the library wants them. Each has its type said: what a statement means never depends on
// the values of its first use.
struct PgConnection::Arguments {
  std::vector<Oid> types;
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
  std::vector<std::array<char, 8>> numbers;
  std::string signature;

  explicit Arguments(std::span<const Param> params) {
    numbers.reserve(params.size());  // values_ points into it
    for (const auto& param : params) add(param.value());
  }
  void add(const Param::Value& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      auto& bytes = numbers.emplace_back();
      for (std::size_t i = 0; i < 8; ++i)
        bytes[i] = static_cast<char>(static_cast<std::uint64_t>(*number) >> (56 - 8 * i));
      push('i', oid_int8, bytes.data(), 8);
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      push('t', oid_text, text->data(), text->size());
    } else if (const auto* bytes = std::get_if<ByteView>(&value)) {
      push('b', oid_bytea, reinterpret_cast<const char*>(bytes->data()), bytes->size());
    } else {
      signature += 'n';
      types.push_back(0);  // the server infers it from its place
      values.push_back(nullptr);
      lengths.push_back(0);
      formats.push_back(binary);
    }
  }
  void push(char letter, Oid type, const char* data, std::size_t size) {
    signature += letter;
    types.push_back(type);
    values.push_back(data != nullptr ? data : "");
    lengths.push_back(static_cast<int>(size));
    formats.push_back(binary);
  }
  int count() const { return static_cast<int>(values.size()); }
};

kernel::Result<std::unique_ptr<PgConnection>> PgConnection::open(const std::string& conninfo) {
  // The later keyword wins: what the operator wrote overrides the first.
  const char* keywords[] = {"connect_timeout", "application_name", "dbname", nullptr};
  const char* values[] = {"10", "carnet", conninfo.c_str(), nullptr};
  std::unique_ptr<PgConnection> made(new PgConnection(PQconnectdbParams(keywords, values, 1)));
  if (PQstatus(made->connection_) != CONNECTION_OK) {
    // The library's message may repeat the connection string, password included.
    return kernel::refuse(kernel::ErrorKind::unavailable, "store.unavailable", "PostgreSQL does not answer");
  }
  PQsetNoticeProcessor(made->connection_, [](void*, const char*) {}, nullptr);
  CARNET_CHECK(made->script("SET client_encoding TO 'UTF8'; SET client_min_messages TO warning"));
  if (PQenterPipelineMode(made->connection_) != 1) return kernel::fault("store.failed", "no pipeline mode");
  CARNET_CHECK(made->check_server());
  return made;
}

PgConnection::~PgConnection() {
  PQfinish(connection_);
}

kernel::Status PgConnection::check_server() {
  if (PQserverVersion(connection_) < 150000) return kernel::fault("store.failed", "PostgreSQL 15 or later is needed");
  std::string fsync, synchronous, encoding;
  CARNET_CHECK(
      query("SELECT current_setting('fsync'), current_setting('synchronous_commit'),"
            " current_setting('server_encoding')",
            {}, Guard::no, [&](const Row& row) {
              fsync = row.text(0), synchronous = row.text(1), encoding = row.text(2);
              return true;
            }));
  if (fsync == "off") return kernel::fault("store.failed", "the server runs with fsync=off");
  if (encoding != "UTF8") return kernel::fault("store.failed", "the database is not in UTF8");
  if (synchronous == "off") return command("SET synchronous_commit TO on");
  return {};
}

kernel::Error PgConnection::lost_error() {
  lost_ = true;
  return {kernel::ErrorKind::unavailable, "store.unavailable", "the connection to PostgreSQL was lost"};
}

kernel::Error PgConnection::error_of(const PGresult* result) {
  const char* state_text = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  if (state_text == nullptr || PQstatus(connection_) == CONNECTION_BAD) return lost_error();
  const std::string_view state(state_text);
  if (state == "23505") {
    const char* key = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    return {kernel::ErrorKind::conflict, "store.unique", key != nullptr ? key : ""};
  }
  if (state == "40001" || state == "40P01") retry_ = true;
  if (state.starts_with("57P") || state.starts_with("08")) lost_ = true;  // the server ends the session
  std::string detail = fmt::format("PostgreSQL {}", state);
  // Messages of classes 22 and 23 quote the values; the others name tables, columns and words of our own SQL.
  if (const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
      message != nullptr && !state.starts_with("22") && !state.starts_with("23")) {
    detail += fmt::format(": {}", message);
  }
  const bool later = retry_ || lost_ || state.starts_with("53") || state == "55P03" || state == "57014";
  return {later ? kernel::ErrorKind::unavailable : kernel::ErrorKind::fault,
          later ? "store.unavailable" : "store.failed", detail};
}

// Asks whether an answer is whole before taking it: in pipeline mode the library can otherwise wait for one that the
// server sends only after reading more.
PgConnection::Answer PgConnection::next() {
  while (PQisBusy(connection_) != 0) {
    pollfd waiting{PQsocket(connection_), POLLIN, 0};
    if (::poll(&waiting, 1, -1) < 0 && errno != EINTR) break;
    if (PQconsumeInput(connection_) != 1) break;
  }
  return Answer(PQgetResult(connection_));
}

// One answer for each step sent, then the end of the pipeline. The first error counts; what follows it was not done.
kernel::Result<PgConnection::Answer> PgConnection::collect(int steps, int wanted) {
  Answer kept;
  std::optional<kernel::Error> error;
  steps_done_ = 0;
  for (int step = 0; step < steps; ++step) {
    auto answer = next();
    if (!answer) return std::unexpected(lost_error());
    const auto status = PQresultStatus(answer.get());
    if (status == PGRES_FATAL_ERROR && !error) error = error_of(answer.get());
    if (!error) steps_done_ = step + 1;
    if (PQstatus(connection_) == CONNECTION_BAD) return std::unexpected(error ? std::move(*error) : lost_error());
    if (step == wanted && status != PGRES_FATAL_ERROR) kept = std::move(answer);
    while (next()) {
    }
  }
  const auto end = next();
  if (!end || PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC) return std::unexpected(error ? *error : lost_error());
  if (error) return std::unexpected(std::move(*error));
  return kept;
}

kernel::Status PgConnection::forget_statements() {
  prepared_.clear();
  return command("DEALLOCATE ALL");
}

kernel::Result<PgConnection::Answer> PgConnection::run(std::string_view sql, std::span<const Param> params,
                                                       Guard guard) {
  if (lost_) return std::unexpected(lost_error());
  if (highest_parameter(sql) != params.size()) return kernel::fault("store.failed", "wrong number of parameters");
  const Arguments arguments(params);
  const std::string name = text_fingerprint(sql) + arguments.signature;
  bool sent = true;
  int steps = 0;
  const auto plain = [&](const char* text) {
    sent = sent && PQsendQueryParams(connection_, text, 0, nullptr, nullptr, nullptr, nullptr, binary) == 1;
    ++steps;
  };
  const bool fresh = !prepared_.contains(name);
  if (fresh) {
    if (prepared_.size() >= most_statements) CARNET_CHECK(forget_statements());
    const std::string text(sql);
    sent = PQsendPrepare(connection_, name.c_str(), text.c_str(), arguments.count(), arguments.types.data()) == 1;
    ++steps;
  }
  if (guard == Guard::yes) plain("SAVEPOINT guard");
  const int wanted = steps++;
  sent = sent && PQsendQueryPrepared(connection_, name.c_str(), arguments.count(), arguments.values.data(),
                                     arguments.lengths.data(), arguments.formats.data(), binary) == 1;
  if (guard == Guard::yes) plain("RELEASE SAVEPOINT guard");
  if (!sent || PQpipelineSync(connection_) != 1) return std::unexpected(lost_error());
  auto answer = collect(steps, wanted);
  if (fresh && steps_done_ > 0) prepared_.insert(name);  // a prepared statement outlives the error that followed
  if (!answer && !lost_ && guard == Guard::yes && answer.error().code == "store.unique") {
    CARNET_CHECK(command("ROLLBACK TO SAVEPOINT guard"));
    CARNET_CHECK(command("RELEASE SAVEPOINT guard"));
  }
  return answer;
}

kernel::Status PgConnection::query(std::string_view sql, std::span<const Param> params, Guard guard,
                                   const std::function<bool(const Row&)>& each) {
  CARNET_TRY(answer, run(sql, params, guard));
  PgRow row(answer.get());
  const int rows = PQntuples(answer.get());
  for (int i = 0; i < rows; ++i) {
    row.move_to(i);
    if (!each(row)) break;
  }
  return {};
}

kernel::Result<std::int64_t> PgConnection::execute(std::string_view sql, std::span<const Param> params, Guard guard) {
  CARNET_TRY(answer, run(sql, params, guard));
  if (std::string_view(PQcmdStatus(answer.get())).starts_with("SELECT")) return 0;
  const std::string_view text = PQcmdTuples(answer.get());
  std::int64_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

kernel::Status PgConnection::command(const char* sql) {
  if (lost_) return std::unexpected(lost_error());
  if (PQsendQueryParams(connection_, sql, 0, nullptr, nullptr, nullptr, nullptr, binary) != 1 ||
      PQpipelineSync(connection_) != 1) {
    return std::unexpected(lost_error());
  }
  CARNET_CHECK(collect(1, 0));
  return {};
}

kernel::Status PgConnection::script(std::string_view sql) {
  if (lost_) return std::unexpected(lost_error());
  const bool piped = PQpipelineStatus(connection_) != PQ_PIPELINE_OFF;
  if (piped && PQexitPipelineMode(connection_) != 1) return std::unexpected(lost_error());
  const std::string text(sql);
  const Answer answer(PQexec(connection_, text.c_str()));
  kernel::Status status;
  const auto outcome = PQresultStatus(answer.get());
  if (outcome != PGRES_COMMAND_OK && outcome != PGRES_TUPLES_OK && outcome != PGRES_EMPTY_QUERY) {
    status = std::unexpected(answer ? error_of(answer.get()) : lost_error());
  }
  if (piped && PQenterPipelineMode(connection_) != 1) return std::unexpected(lost_error());
  return status;
}

// An answer that says the server undid the transaction is known; silence, or the end of the session, is not.
PgConnection::Commit PgConnection::commit(kernel::Status& why) {
  if (PQsendQueryParams(connection_, "COMMIT", 0, nullptr, nullptr, nullptr, nullptr, binary) != 1 ||
      PQpipelineSync(connection_) != 1) {
    why = std::unexpected(lost_error());
    return Commit::unknown;
  }
  auto answer = collect(1, 0);
  if (answer && std::string_view(PQcmdStatus(answer->get())) == "COMMIT") return Commit::done;
  if (answer) {
    why = kernel::fault("store.failed", "the server rolled the transaction back");
    return Commit::refused;
  }
  why = std::unexpected(std::move(answer).error());
  if (lost_) return Commit::unknown;
  if (take_retry()) return Commit::retry;
  if (why.error().code == "store.unique" || why.error().detail.starts_with("PostgreSQL 23")) return Commit::refused;
  lost_ = true;  // an error nobody foresaw while committing: do not guess, and begin anew
  return Commit::unknown;
}

}  // namespace carnet::store
