#include "foundation/store/sqlite/reads_here.hpp"

#include "foundation/store/engine.hpp"

namespace carnet::store {

namespace {

constexpr std::chrono::microseconds long_read{500};
constexpr int long_ones_in_a_row = 3;  // one alone may have lost the processor for a moment
constexpr int away_after_them = 200;
constexpr unsigned one_in =
    64;  // of a thread's reads goes to the reader threads, which lets the others have their turn

std::unexpected<kernel::Error> no_objects() {
  return kernel::fault("store.failed", "this store has no object packs");
}

class SqliteSnapshot final : public Snapshot {
 public:
  SqliteSnapshot(Connection& connection, Packs* packs, Recall* recall) : connection_(connection), packs_(packs), recall_(recall) {}
  using Snapshot::query;
  kernel::Status query(std::string_view sql, std::span<const Param> params,
                       const std::function<bool(const Row&)>& each) override {
    if (recall_ == nullptr) return connection_.query(sql, params, each);
    if (has_moved_) return moved();
    auto status = connection_.query(sql, params, each, *recall_);
    if (!status && status.error().code == "store.moved") has_moved_ = true;
    return status;
  }
  kernel::Result<Bytes> object(ObjectRef ref) override {
    if (packs_ == nullptr) return no_objects();
    return packs_->read(ref);
  }
  bool has_moved() const { return has_moved_; }

 protected:
  std::shared_ptr<const void> recall_made(const std::type_info& kind, std::string_view key) override {
    return recall_ != nullptr && !has_moved_ ? recall_->made(kind, key) : nullptr;
  }
  void begin_making() override {
    if (recall_ != nullptr) recall_->begin_making();
  }
  void end_making(const std::type_info& kind, std::string_view key, std::shared_ptr<const void> object,
                  std::size_t bytes) override {
    if (recall_ != nullptr) recall_->end_making(kind, key, std::move(object), bytes);
  }

 private:
  static std::unexpected<kernel::Error> moved() {
    return kernel::refuse(kernel::ErrorKind::conflict, "store.moved", "another moment than before");
  }

  Connection& connection_;
  Packs* packs_;
  Recall* recall_;
  bool has_moved_ = false;
};

}  // namespace

kernel::Status read_once(Connection& connection, Packs* packs, Remembered* memory,
                         const std::function<kernel::Status(Snapshot&)>& job) {
  if (memory != nullptr) {
    Recall recall(*memory);
    SqliteSnapshot snapshot(connection, packs, &recall);
    auto status = run_guarded<Snapshot>(job, snapshot);
    if (connection.in_transaction()) (void)connection.execute("ROLLBACK", {});  // nothing was written
    if (!snapshot.has_moved()) return status;
  }
  // The snapshot begins with the first statement and holds for all of them.
  CARNET_CHECK(connection.execute("BEGIN", {}));
  SqliteSnapshot snapshot(connection, packs, nullptr);
  auto status = run_guarded<Snapshot>(job, snapshot);
  (void)connection.execute("ROLLBACK", {});  // nothing was written
  return status;
}

ReadsHere::ReadsHere(std::vector<std::unique_ptr<Connection>> connections, Packs* packs, std::shared_ptr<Remembered> memory)
    : places_(connections.size()), packs_(packs), memory_(std::move(memory)) {
  for (std::size_t i = 0; i < places_.size(); ++i) places_[i].connection = std::move(connections[i]);
}

// Each thread has a place it tries first, so that its statements and pages are warm there.
ReadsHere::Place* ReadsHere::take() {
  static std::atomic<std::size_t> threads{0};
  thread_local const std::size_t first = threads++;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    auto& place = places_[(first + i) % places_.size()];
    if (!place.taken.exchange(true, std::memory_order_acquire)) return &place;
  }
  return nullptr;
}

ReadsHere::Kind& ReadsHere::of(const std::type_info& kind) {
  return kinds_[(reinterpret_cast<std::uintptr_t>(&kind) >> 3) % kinds_.size()];
}

std::optional<kernel::Status> ReadsHere::run(const Store* store, const std::type_info& kind,
                                             const std::function<kernel::Status(Snapshot&)>& job) {
  thread_local unsigned reads = 0;
  Kind& known = of(kind);
  if (known.away.load(std::memory_order_relaxed) > 0) {
    known.away.fetch_sub(1, std::memory_order_relaxed);
    return std::nullopt;
  }
  if (++reads % one_in == 0) return std::nullopt;
  Place* const place = take();
  if (place == nullptr) return std::nullopt;
  const auto begun = std::chrono::steady_clock::now();
  const Store* const served = serve_on_this_thread(store);
  auto status = read_once(*place->connection, packs_, memory_.get(), job);
  serve_on_this_thread(served);
  place->taken.store(false, std::memory_order_release);
  if (std::chrono::steady_clock::now() - begun < long_read) {
    if (known.long_ones.load(std::memory_order_relaxed) > 0) known.long_ones.store(0, std::memory_order_relaxed);
  } else if (known.long_ones.fetch_add(1, std::memory_order_relaxed) + 1 >= long_ones_in_a_row) {
    known.long_ones.store(0, std::memory_order_relaxed);
    known.away.store(away_after_them, std::memory_order_relaxed);
  }
  return status;
}

}  // namespace carnet::store
