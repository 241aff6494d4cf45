// Writes traces into the journal: gathers what arrives, gives each its place in its chain, commits them together. One
// batch is under way at a time, so that a chain's head in memory is always the committed one. Inside audit only.
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>

#include "audit/heads.hpp"

namespace carnet::audit {

// A trace on its way.
struct Item {
  Header header;  // sequence 0
  std::string body;
  bool moved = false;  // comes from trace_pending: it may be in the journal already
  store::Done done;    // once it is durable, or cannot be
};

class ChainWriter {
 public:
  ChainWriter(store::Store& journal, const crypto::Sealer& sealer, io::Entropy& entropy)
      : journal_(journal), sealer_(sealer), entropy_(entropy), table_(journal) {}
  ~ChainWriter();
  ChainWriter(const ChainWriter&) = delete;
  ChainWriter& operator=(const ChainWriter&) = delete;

  // Before anything else: reads the tail of the journal.
  kernel::Status recover();
  // Told after each batch that became durable; set before anything is added.
  void on_batch(std::function<void()> fn) { on_batch_ = std::move(fn); }
  // Any thread. Calls done at once with `unavailable` when too many wait.
  void add(Item item);
  void close();  // returns when everything added has been answered

  const JournalTable& table() const { return table_; }
  // The head a reader may follow. Ask before the snapshot is taken; absent: it is in the tables.
  std::optional<Head> head(LaneKey key) const { return heads_.find(key); }

 private:
  void submit();
  void take_what_waits();
  kernel::Status write(store::Tx& tx);
  kernel::Result<Head> head_for(store::Tx& tx, LaneKey key);
  Link link_after(const Head& head, const Item& item, std::int64_t position) const;
  void finished(kernel::Status status);

  store::Store& journal_;
  const crypto::Sealer& sealer_;
  io::Entropy& entropy_;
  JournalTable table_;
  Heads heads_;
  std::function<void()> on_batch_;

  std::mutex mutex_;
  std::condition_variable idle_;
  std::deque<Item> waiting_;
  bool busy_ = false;

  // Of the batch under way; touched by its closure and its end only.
  std::vector<Item> batch_;
  int attempts_ = 0;
  std::map<LaneKey, Head> overlay_;  // heads as the batch leaves them
  std::int64_t position_ = 0;        // the journal's end as the batch leaves it
  std::int64_t last_position_ = 0;   // and as it is
  Heads::Step step_;
};

}  // namespace carnet::audit
