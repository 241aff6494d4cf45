// Counts of receipts that opened a key, gathered in memory and added to the key store from time to time. Inside keyring only.
#pragma once
#include <map>
#include <mutex>

#include "keyring/keyring.hpp"

namespace carnet::keyring {

class Openings {
 public:
  explicit Openings(store::Store& keys) : keys_(keys) {}
  // Thread-safe; never waits for the store.
  void note(const audit::TraceReceipt& receipt, std::optional<kernel::Instant> now);
  kernel::Status keep();  // on return what was noted is durable

 private:
  struct Count {
    std::int64_t durable = 0, in_transaction = 0;
  };
  using Counts = std::map<std::pair<std::int64_t, int>, Count>;  // by day and part
  static kernel::Status add(store::Tx& tx, const Counts& counts);

  store::Store& keys_;
  std::mutex mutex_;
  Counts counts_;
  std::int64_t noted_ = 0;
  std::optional<kernel::Instant> since_;
};

}  // namespace carnet::keyring
