// A store that can be told to refuse: everything passes to the one behind it until then. What it refuses never reaches
// the engine, as if the process had stopped before.
#pragma once
#include <atomic>

#include "foundation/store/store.hpp"

namespace carnet::store::testing {

class FailingStore final : public Store {
 public:
  explicit FailingStore(Store& behind) : behind_(behind) {}
  std::atomic<bool> refuse_writes{false};
  std::atomic<bool> refuse_reads{false};

  kernel::Status migrate(std::span<const Migration> migrations) override { return behind_.migrate(migrations); }
  kernel::Status backup_to(const std::filesystem::path& directory,
                           const std::function<void(double)>& progress) override {
    return behind_.backup_to(directory, progress);
  }
  bool healthy() const override { return behind_.healthy(); }
  std::string_view engine() const override { return behind_.engine(); }
  Figures figures() const override { return behind_.figures(); }
  void submit_write(std::function<kernel::Status(Tx&)> job, Done done) override {
    if (refuse_writes) return done(refused());
    behind_.submit_write(std::move(job), std::move(done));
  }
  void submit_read(std::function<kernel::Status(Snapshot&)> job, Done done) override {
    if (refuse_reads) return done(refused());
    behind_.submit_read(std::move(job), std::move(done));
  }

 protected:
  void submit_scrub(Done done) override { done({}); }

 private:
  static std::unexpected<kernel::Error> refused() {
    return kernel::refuse(kernel::ErrorKind::unavailable, "store.unavailable", "told to refuse");
  }
  Store& behind_;
};

}  // namespace carnet::store::testing
