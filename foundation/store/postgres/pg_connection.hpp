// One connection to PostgreSQL with its prepared statements, always in pipeline mode: what a call needs goes out
// together and costs one round trip. Used by one thread at a time.
#pragma once
#include <libpq-fe.h>

#include <memory>
#include <string>
#include <unordered_set>

#include "foundation/store/store.hpp"

namespace carnet::store {

class PgConnection {
 public:
  // Refuses a server that would acknowledge what it could still lose.
  static kernel::Result<std::unique_ptr<PgConnection>> open(const std::string& conninfo);
  ~PgConnection();
  PgConnection(const PgConnection&) = delete;
  PgConnection& operator=(const PgConnection&) = delete;

  // `guard`: under a savepoint, so that a refusal by a unique key leaves the transaction usable.
  enum class Guard { no, yes };
  kernel::Status query(std::string_view sql, std::span<const Param> params, Guard guard,
                       const std::function<bool(const Row&)>& each);
  kernel::Result<std::int64_t> execute(std::string_view sql, std::span<const Param> params, Guard guard);
  kernel::Status command(const char* sql);      // BEGIN, ROLLBACK ...
  kernel::Status script(std::string_view sql);  // several statements, or one that wants no pipeline

  enum class Commit { done, retry, refused, unknown };
  Commit commit(kernel::Status& why);

  bool lost() const { return lost_; }                         // the server has gone: open another
  bool take_retry() { return std::exchange(retry_, false); }  // an error since the last call was 40001 or 40P01

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Answer = std::unique_ptr<PGresult, Clear>;
  struct Arguments;

  explicit PgConnection(PGconn* connection) : connection_(connection) {}
  kernel::Status check_server();
  kernel::Result<Answer> run(std::string_view sql, std::span<const Param> params, Guard guard);
  kernel::Result<Answer> collect(int steps, int wanted);
  Answer next();
  kernel::Status forget_statements();
  kernel::Error error_of(const PGresult* result);
  kernel::Error lost_error();

  PGconn* connection_;
  bool lost_ = false;
  bool retry_ = false;
  int steps_done_ = 0;                        // of the last pipeline, before its first error
  std::unordered_set<std::string> prepared_;  // names, made of the fingerprint of the text and its parameters' types
};

}  // namespace carnet::store
