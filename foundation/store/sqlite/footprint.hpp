// What a statement reads and writes, learnt from SQLite itself when it is prepared: which tables, and, where its text
// says so plainly, which key of them. In doubt it is the whole table, or nothing that may be remembered.
#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/result.hpp"

namespace carnet::store {

// The first column of a table's primary key, when its values are told apart byte by byte.
struct TableKey {
  enum class Type { integer, text, blob };
  std::string column;
  Type type = Type::integer;
};

// Rows of one table: those whose key equals parameter number `parameter` (from 0), or any.
struct Touch {
  std::uint32_t table = 0;
  std::optional<std::size_t> parameter{};
  TableKey::Type type = TableKey::Type::integer;
};

struct Footprint {
  std::uint32_t text = 0;  // the number of this text, from 1; 0: its answers depend on more than rows
  std::vector<Touch> reads, writes;
  bool changes_schema = false;
};

// Numbers for the tables and texts of one database, the same on all of its connections. Thread safe.
class Names {
 public:
  std::uint32_t table(std::string_view name);
  std::uint32_t text(std::string_view sql);  // 0: there are too many already
  // What was learnt of a text before: to learn it makes SQLite prepare all other statements of the connection again.
  std::optional<Footprint> known(std::string_view sql);
  void keep(std::string_view sql, const Footprint& footprint);
  void forget();  // the schema changes

 private:
  static constexpr std::size_t most_texts = 4096;
  static std::uint32_t number(std::map<std::string, std::uint32_t, std::less<>>& known, std::string_view name);
  std::mutex mutex_;
  std::map<std::string, std::uint32_t, std::less<>> tables_, texts_;
  std::map<std::string, Footprint, std::less<>> footprints_;
};

// While it lives, what is prepared on this connection is noted.
class Noting {
 public:
  explicit Noting(sqlite3* db);
  ~Noting();
  Noting(const Noting&) = delete;
  Noting& operator=(const Noting&) = delete;
  // Of the statement just prepared from `sql`.
  Footprint footprint(std::string_view sql, Names& names) const;

 private:
  static int note(void* self, int action, const char* first, const char* second, const char* database, const char* inside);
  std::optional<TableKey> key_of(const std::string& table) const;
  Touch touch(std::string_view sql, const std::string& table, bool alone, Names& names) const;

  sqlite3* db_;
  std::vector<std::string> reads_, writes_;
  bool is_told_apart_ = true;  // by its rows and parameters alone
  bool changes_schema_ = false;
};

// The parameter (from 0) that a statement on `table` alone compares with, or gives to, the key column, when every row it
// touches has that key; none when its text does not say so plainly.
std::optional<std::size_t> key_parameter(std::string_view sql, std::string_view table, std::string_view key_column);

}  // namespace carnet::store
