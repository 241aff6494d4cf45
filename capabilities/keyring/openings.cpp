#include "keyring/openings.hpp"

namespace carnet::keyring {

namespace {
constexpr std::int64_t most_noted = 5'000;
constexpr auto kept_every = std::chrono::seconds(10);
}  // namespace

int opening_part(SpaceId space) {
  // Ids of spaces differ in their low digits the least: all of them are mixed in.
  const auto mixed = static_cast<std::uint64_t>(space.value) * 0x9E3779B97F4A7C15U;
  return static_cast<int>(mixed >> 54);
}

void Openings::note(const audit::TraceReceipt& receipt, std::optional<kernel::Instant> now) {
  if (!receipt.first_use()) return;
  Counts full;
  {
    const std::scoped_lock lock(mutex_);
    auto& count = counts_[{audit::day_of_entry(receipt.entry_id()), opening_part(receipt.space())}];
    ++(receipt.is_durable() ? count.durable : count.in_transaction);
    ++noted_;
    if (!since_) since_ = now;
    const bool due = noted_ >= most_noted || (now && since_ && *now >= since_->plus(kept_every));
    if (!due) return;
    full.swap(counts_);
    noted_ = 0;
    since_.reset();
  }
  // The store says by its own health that it cannot keep anything.
  keys_.submit_write([full = std::move(full)](store::Tx& tx) { return add(tx, full); }, [](const kernel::Status&) {});
}

kernel::Status Openings::keep() {
  Counts all;
  {
    const std::scoped_lock lock(mutex_);
    all.swap(counts_);
    noted_ = 0;
    since_.reset();
  }
  if (all.empty()) return {};
  return keys_.write_now<void>([&](store::Tx& tx) { return add(tx, all); });
}

kernel::Status Openings::add(store::Tx& tx, const Counts& counts) {
  for (const auto& [place, count] : counts)
    CARNET_CHECK(tx.execute("INSERT INTO key_opening (day, part, durable, in_transaction) VALUES ($1, $2, $3, $4)"
                            " ON CONFLICT (day, part) DO UPDATE SET durable = key_opening.durable + $3,"
                            " in_transaction = key_opening.in_transaction + $4",
                            {place.first, place.second, count.durable, count.in_transaction}));
  return {};
}

kernel::Result<std::vector<OpeningCount>> Keyring::openings(store::Snapshot& keys, std::int64_t from_day, std::int64_t to_day) {
  std::vector<OpeningCount> counts;
  CARNET_CHECK(keys.query("SELECT day, part, durable, in_transaction FROM key_opening WHERE day >= $1 AND day < $2 ORDER BY day, part",
                          {from_day, to_day}, [&](const store::Row& row) {
                            counts.push_back({row.integer(0), static_cast<int>(row.integer(1)), row.integer(2), row.integer(3)});
                            return true;
                          }));
  return counts;
}

}  // namespace carnet::keyring
