// Work begun on the pool before anyone waits for it: the next batch is read while the present one is written.
#pragma once
#include <memory>
#include <mutex>
#include <optional>

#include "foundation/io/task.hpp"
#include "foundation/store/store.hpp"

namespace carnet::identity {

template <class T>
class Ahead {
 public:
  // `work` runs once, on the pool, or here when the pool takes no more.
  Ahead(io::Pool& pool, std::function<T()> work) : state_(std::make_shared<State>()) {
    const bool taken = pool.submit([state = state_, work] { state->finish(work()); });
    if (!taken) state_->finish(work());
  }
  io::Task<T> wait() {
    auto state = state_;
    (void)co_await store::completion([state](store::Done done) { state->call_when_finished(std::move(done)); });
    co_return std::move(*state->value);
  }

 private:
  struct State {
    std::mutex mutex;
    std::optional<T> value;
    store::Done waiting;
    void finish(T made) {
      store::Done call;
      {
        std::lock_guard lock(mutex);
        value.emplace(std::move(made));
        call = std::move(waiting);
      }
      if (call) call({});
    }
    void call_when_finished(store::Done done) {
      {
        std::lock_guard lock(mutex);
        if (!value) {
          waiting = std::move(done);
          return;
        }
      }
      done({});
    }
  };
  std::shared_ptr<State> state_;
};

}  // namespace carnet::identity
