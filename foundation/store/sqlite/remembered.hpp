// Answers of short questions, kept in memory and given again for as long as nothing they were read from has been written:
// the same rows, at the same snapshot, as the database would give. What a statement reads and
// writes is learnt from SQLite (footprint.hpp), so no caller says it, or can forget it.
//
// Time is counted in batches: each transaction of the one writer has a number, and every row it writes is marked with that
// number before it can be seen. An answer carries the last batch that had ended before its snapshot began. It holds for
// a snapshot when no mark of its rows is later than both; so a read never sees less than was acknowledged before it
// began, nor two moments at once.
//
// An object worked out from several answers is kept the same way, with the marks of all of them.
//
// Only for a database with one writer process; and not where deleted bytes must leave no copy.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <typeinfo>
#include <vector>

#include "foundation/store/sqlite/footprint.hpp"
#include "foundation/store/store.hpp"

namespace carnet::store {

// Rows as they were read.
class RememberedRows {
 public:
  struct Value {
    enum class Kind : std::uint8_t { null, integer, text, blob };
    Kind kind = Kind::null;
    std::int64_t number = 0;  // of text and blob: where they begin
    std::size_t size = 0;
  };
  // Adds the statement's current row; false when it is of a kind, or a size, that is not remembered.
  bool add(sqlite3_stmt* statement);
  // To `each`, in order, until it answers false.
  void tell(const std::function<bool(const Row&)>& each) const;
  std::size_t bytes() const { return values_.size() * sizeof(Value) + content_.size(); }

 private:
  std::size_t columns_ = 0;
  std::vector<Value> values_;
  std::string content_;
};

class Remembered {
 public:
  using Batch = std::uint64_t;
  static constexpr std::size_t most_bytes = 48 * 1024 * 1024;  // of rows, in all
  static constexpr std::size_t most_answer_bytes = 4096, most_answer_rows = 48;

  Remembered();
  Names& names() { return names_; }

  // ---- the writer's thread
  // Before the statement runs: what it may write is marked with the batch under way.
  void mark(const Footprint& footprint, std::span<const Param> params);
  void mark_everything();
  // After the batch is durable, or undone, and before anybody is told.
  void batch_ended() { ended_.fetch_add(1); }

  // ---- readers
  Batch ended() const { return ended_.load(); }
  // What an answer was read from.
  using Marks = std::vector<const std::atomic<Batch>*>;
  static bool unmarked_since(const Marks& marks, Batch batch);
  struct Answer {
    std::string key;
    RememberedRows rows;
    std::shared_ptr<const void> made{};  // instead of rows: what was worked out from several answers
    std::size_t made_bytes = 0;
    Marks marks{};
    Batch since = 0;  // it holds for snapshots from this batch on, until a mark is later
  };
  // In this thread's own place, until it is asked for again; empty: too long to be remembered.
  static std::string_view key_of(const Footprint& footprint, std::span<const Param> params);
  static std::string_view key_of(const std::type_info& made, std::string_view key);
  std::shared_ptr<const Answer> find(std::string_view key, Batch snapshot) const;
  void keep(Answer answer);
  std::uint64_t told() const;  // answers found, ever
  Marks marks_of(const Footprint& footprint, std::span<const Param> params) const;

 private:
  static constexpr std::size_t most_tables = 512, row_marks = 1 << 15, sets = 1 << 15, ways = 2, locks = 64;
  struct TableMarks {
    std::atomic<Batch> any{0}, whole{0};
  };
  static std::size_t size_of(const Answer& answer);
  std::size_t row_of(const Touch& touch, std::span<const Param> params) const;  // row_marks: no key
  Batch under_way() const { return ended_.load() + 1; }

  Names names_;
  std::atomic<Batch> ended_{0}, everything_{0};
  std::unique_ptr<std::array<TableMarks, most_tables>> tables_;
  std::unique_ptr<std::array<std::atomic<Batch>, row_marks>> rows_;
  struct Guard {
    std::mutex mutex;
    std::uint64_t told = 0;
  };
  mutable std::array<Guard, locks> guards_;
  std::vector<std::array<std::shared_ptr<const Answer>, ways>> kept_;
  std::atomic<std::size_t> bytes_{0};
};

// What one snapshot has been told from memory, and whether that is still one moment: the snapshot begins with its first
// question, so that it holds all that its reader knew before. Used by one thread.
class Recall {
 public:
  explicit Recall(Remembered& memory) : memory_(memory) {}
  // Within a transaction of the writer, on its thread: what the batch under way has marked is asked of the database.
  struct Writing {};
  Recall(Remembered& memory, Writing) : memory_(memory), snapshot_(memory.ended()), is_asked_(true), has_begun_(true) {}
  std::shared_ptr<const Remembered::Answer> find(std::string_view key);
  // Around the statement that begins the database's own snapshot: false when something told before it has been written
  // since, so that the whole closure must run again.
  void about_to_begin() { begins_ = memory_.ended(); }
  bool begun();
  Remembered::Batch snapshot() const { return snapshot_; }
  Remembered& memory() { return memory_; }

  // What is read between the two, from memory or not, is what the object was made from; one making may hold others.
  std::shared_ptr<const void> made(const std::type_info& kind, std::string_view key);
  void begin_making() { makings_.emplace_back(); }
  void read_beside(const Footprint& footprint, std::span<const Param> params);  // of the database itself
  void end_making(const std::type_info& kind, std::string_view key, std::shared_ptr<const void> object, std::size_t bytes);

 private:
  struct Making {
    Remembered::Marks marks{};
    bool is_known = true;  // what it read
    void add(const Remembered::Marks& more) { marks.insert(marks.end(), more.begin(), more.end()); }
  };
  Remembered& memory_;
  std::vector<Making> makings_;
  Remembered::Batch snapshot_ = 0, begins_ = 0;
  bool is_asked_ = false;
  static constexpr std::size_t most_told = 64;  // marks; who needs more asks the database
  std::array<const std::atomic<Remembered::Batch>*, most_told> told_{};
  std::size_t told_count_ = 0;
  bool has_begun_ = false;
};

}  // namespace carnet::store
