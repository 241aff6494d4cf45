#include "audit/chain_writer.hpp"

namespace carnet::audit {

namespace {

constexpr std::size_t most_per_batch = 1024;
constexpr std::size_t most_waiting = 65'536;  // beyond, reads are refused rather than kept in memory
constexpr int most_attempts = 3;

}  // namespace

ChainWriter::~ChainWriter() {
  close();
}

kernel::Status ChainWriter::recover() {
  if (!table_.has_positions()) return {};
  auto last = journal_.read_now<std::int64_t>([this](store::Snapshot& snapshot) {
    return table_.replay(snapshot, [this](LaneKey key, const Head& head) { heads_.recovered(key, head); });
  });
  if (!last) return std::unexpected(std::move(last).error());
  last_position_ = *last;
  return {};
}

void ChainWriter::add(Item item) {
  std::unique_lock lock(mutex_);
  if (waiting_.size() >= most_waiting) {
    lock.unlock();
    return item.done(kernel::refuse(kernel::ErrorKind::unavailable, "audit.busy"));
  }
  waiting_.push_back(std::move(item));
  if (busy_) return;
  busy_ = true;
  lock.unlock();
  submit();
}

void ChainWriter::close() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return !busy_; });
}

// Called by whoever made the writer busy, or by the end of the batch before.
void ChainWriter::submit() {
  journal_.submit_write([this](store::Tx& tx) { return write(tx); },
                        [this](kernel::Status status) { finished(std::move(status)); });
}

// What has come until the journal's writer takes it up leaves with it, and shares its sync.
void ChainWriter::take_what_waits() {
  const std::lock_guard lock(mutex_);
  while (!waiting_.empty() && batch_.size() < most_per_batch) {
    batch_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

// May be run again by the engine: everything it leaves behind is made anew.
kernel::Status ChainWriter::write(store::Tx& tx) {
  take_what_waits();
  overlay_.clear();
  if (table_.has_positions()) {
    position_ = last_position_;
  } else {
    CARNET_TRY(last, table_.end(tx));  // two servers cannot take the same place: one of them begins again
    position_ = last;
  }
  for (const auto& item : batch_) {
    const LaneKey key{item.header.space, item.header.lane};
    if (item.moved) {
      CARNET_TRY(present, table_.sequence_of(tx, key.space, item.header.id));
      if (present) continue;
    }
    CARNET_TRY(head, head_for(tx, key));
    const Link link = link_after(head, item, ++position_);
    CARNET_CHECK(table_.insert(tx, link));
    overlay_[key] = {link.header.sequence, table_.has_positions() ? link.position : 0, link.hash};
  }
  step_ = {};
  if (!table_.has_positions()) return {};
  step_ = heads_.next(last_position_);
  for (const auto& key : step_.lanes) {
    CARNET_TRY(head, head_for(tx, key));
    CARNET_CHECK(table_.put_lane(tx, key, head));
  }
  if (step_.mark) CARNET_CHECK(table_.put_mark(tx, *step_.mark));
  return {};
}

kernel::Result<Head> ChainWriter::head_for(store::Tx& tx, LaneKey key) {
  if (const auto found = overlay_.find(key); found != overlay_.end()) return found->second;
  if (const auto found = heads_.find(key)) return *found;
  return table_.head_of(tx, key);
}

Link ChainWriter::link_after(const Head& head, const Item& item, std::int64_t position) const {
  Link link;
  link.header = item.header;
  link.header.sequence = head.sequence + 1;
  link.position = position;
  link.previous_position = head.position;
  link.previous = head.hash;
  Salt salt{};
  entropy_.fill("audit.salt", salt);
  link.body = seal_body(sealer_, salt, item.body, link.header, link.previous);
  link.hash = chain_hash(link.previous, link.body, link.header);
  return link;
}

void ChainWriter::finished(kernel::Status status) {
  if (status) {
    last_position_ = position_;
    heads_.advanced(overlay_);
    heads_.written(step_);
  } else if (!table_.has_positions()) {
    // Another server may write the same journal, or the outcome is unknown: the tail decides.
    heads_.forget();
    if (status.error().code == "store.unique" && ++attempts_ < most_attempts) return submit();
  }
  attempts_ = 0;
  if (!status && batch_.empty()) take_what_waits();  // the journal did not even begin
  auto answered = std::move(batch_);
  batch_.clear();
  for (auto& item : answered) item.done(status);
  if (status && on_batch_) on_batch_();
  std::unique_lock lock(mutex_);
  if (waiting_.empty()) {
    busy_ = false;
    idle_.notify_all();  // under the lock: close() may destroy this as soon as it is released
    return;
  }
  lock.unlock();
  submit();
}

}  // namespace carnet::audit
