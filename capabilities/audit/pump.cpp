#include "audit/pump.hpp"

#include <fmt/format.h>

namespace carnet::audit {

namespace {
constexpr int per_page = 256;
}  // namespace

void Pump::wake() {
  {
    std::lock_guard lock(mutex_);
    if (closing_) return;
    wanted_ = true;
    if (running_) return;
    running_ = true;
  }
  start_pass();
}

void Pump::wake_if_stalled() {
  {
    std::lock_guard lock(mutex_);
    if (!stalled_) return;
  }
  wake();
}

void Pump::settle(store::Done done) {
  {
    std::unique_lock lock(mutex_);
    if (closing_) {
      lock.unlock();
      return done(kernel::refuse(kernel::ErrorKind::unavailable, "audit.closing"));
    }
    waiters_.push_back(std::move(done));
  }
  wake();
}

void Pump::close() {
  std::unique_lock lock(mutex_);
  closing_ = true;
  idle_.wait(lock, [this] { return !running_; });
}

bool Pump::closing() {
  std::lock_guard lock(mutex_);
  return closing_;
}

// From here to finish() one step follows the other, each on the thread that ended the one before.
void Pump::start_pass() {
  {
    std::lock_guard lock(mutex_);
    wanted_ = false;
  }
  after_.clear();
  unreadable_ = 0;
  read();
}

void Pump::read() {
  main_.submit_read(
      [this](store::Snapshot& snapshot) -> kernel::Status {
        CARNET_TRY(page, pending_after(snapshot, after_, per_page));
        page_ = std::move(page);
        return {};
      },
      [this](kernel::Status status) { have_read(std::move(status)); });
}

void Pump::have_read(kernel::Status status) {
  if (!status) return finish(std::move(status));
  if (closing()) return finish(kernel::refuse(kernel::ErrorKind::unavailable, "audit.closing"));
  if (page_.empty()) {
    if (unreadable_ == 0) return finish({});
    return finish(kernel::fault("audit.pending_unreadable", fmt::format("{} traces", unreadable_)));
  }
  after_.assign(page_.back().header.id.begin(), page_.back().header.id.end());
  std::vector<Item> items;
  moving_.clear();
  for (const auto& pending : page_) {
    const auto body = sealer_.open(pending.body, pending_binding(pending.header));
    if (!body) {
      ++unreadable_;  // stays where it is, as evidence; the others go on
      continue;
    }
    moving_.push_back(pending.header.id);
    items.push_back({pending.header, std::string(kernel::as_text(*body)), true,
                     [this](kernel::Status one) { moved(std::move(one)); }});
  }
  if (items.empty()) return read();
  unanswered_ = items.size();
  page_status_ = {};
  for (auto& item : items) chain_.add(std::move(item));
}

// Answers come one at a time, but for a journal that refuses more: that one comes from the thread that adds.
void Pump::moved(kernel::Status status) {
  {
    std::lock_guard lock(mutex_);
    if (!status) page_status_ = std::move(status);
    if (--unanswered_ > 0) return;
  }
  if (!page_status_) return finish(std::move(page_status_));
  remove();
}

void Pump::remove() {
  main_.submit_write(
      [this](store::Tx& tx) -> kernel::Status {
        for (const auto& id : moving_) CARNET_CHECK(delete_pending(tx, id));
        return {};
      },
      [this](kernel::Status status) {
        if (!status) return finish(std::move(status));
        read();
      });
}

void Pump::finish(kernel::Status status) {
  std::vector<store::Done> waiters;
  {
    std::unique_lock lock(mutex_);
    // What does not open now will not open when the journal works again.
    stalled_ = !status && status.error().code != "audit.pending_unreadable";
    if (status && wanted_ && !closing_) {
      lock.unlock();
      return start_pass();
    }
    waiters.swap(waiters_);
    running_ = false;
    idle_.notify_all();  // under the lock: close() may destroy this as soon as it is released
  }
  for (auto& waiter : waiters) waiter(status);
}

}  // namespace carnet::audit
