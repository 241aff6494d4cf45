// Moves what waits in trace_pending into the journal, oldest first: read a page, have it written, delete it. A crash
// between two steps repeats the page; the journal knows the ids it holds. Inside audit only.
#pragma once
#include <condition_variable>
#include <mutex>

#include "audit/chain_writer.hpp"

namespace carnet::audit {

class Pump {
 public:
  Pump(store::Store& main, ChainWriter& chain, const crypto::Sealer& sealer)
      : main_(main), chain_(chain), sealer_(sealer) {}
  ~Pump() { close(); }
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  void wake();                    // something has committed; quick, any thread
  void wake_if_stalled();         // the journal works again
  void settle(store::Done done);  // once all that had committed has moved, or cannot
  void close();

 private:
  void start_pass();
  void read();
  void have_read(kernel::Status status);
  void moved(kernel::Status status);
  void remove();
  void finish(kernel::Status status);
  bool closing();

  store::Store& main_;
  ChainWriter& chain_;
  const crypto::Sealer& sealer_;

  std::mutex mutex_;
  std::condition_variable idle_;
  bool running_ = false;
  bool wanted_ = false;   // woken while running: go round once more
  bool stalled_ = false;  // the last pass failed
  bool closing_ = false;
  std::vector<store::Done> waiters_;

  // Of the pass under way.
  kernel::Bytes after_;  // the last id seen
  std::vector<Pending> page_;
  std::vector<EntryId> moving_;
  std::size_t unanswered_ = 0;
  kernel::Status page_status_;
  std::int64_t unreadable_ = 0;
};

}  // namespace carnet::audit
