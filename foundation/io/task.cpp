#include "foundation/io/task.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "foundation/kernel/result.hpp"

namespace carnet::io {

namespace {

using UseTask = boost::asio::use_awaitable_t<Executor>;

[[noreturn]] void abort_on(std::exception_ptr escaped) {
  try {
    std::rethrow_exception(std::move(escaped));
  } catch (const std::exception& e) {
    kernel::broken_invariant((std::string("an exception left a task: ") + e.what()).c_str(), __FILE__, __LINE__);
  } catch (...) {
    kernel::broken_invariant("an unknown exception left a task", __FILE__, __LINE__);
  }
}

}  // namespace

namespace {

// Contexts for run(), lent and taken back, never destroyed. A thread that posts the last completion may still be inside
// post() when the task it resumed has ended: a context destroyed at that moment would be touched after its death.
class Contexts {
 public:
  std::unique_ptr<boost::asio::io_context> lend() {
    std::lock_guard lock(mutex_);
    if (free_.empty()) return std::make_unique<boost::asio::io_context>(1);
    auto context = std::move(free_.back());
    free_.pop_back();
    context->restart();
    return context;
  }
  void take_back(std::unique_ptr<boost::asio::io_context> context) {
    std::lock_guard lock(mutex_);
    free_.push_back(std::move(context));
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<boost::asio::io_context>> free_;
};

Contexts& contexts() {
  static auto* const all = new Contexts;
  return *all;
}

}  // namespace

namespace detail {

// The guard keeps the context going while the task waits for another thread (store writer, pool) that may not count as
// work. Once the task has ended, what it spawned still runs to its end: its completions may be under way.
void drive(Task<void> task) {
  bool finished = false;
  auto context = contexts().lend();
  {
    auto guard = boost::asio::make_work_guard(*context);
    boost::asio::co_spawn(context->get_executor(), std::move(task), [&](std::exception_ptr escaped) {
      if (escaped) abort_on(std::move(escaped));
      finished = true;
      guard.reset();
    });
    context->run();
  }
  CARNET_INVARIANT(finished, "io::run: the context stopped before the task ended");
  contexts().take_back(std::move(context));
}

}  // namespace detail

void spawn(Executor executor, Task<void> task) {
  boost::asio::co_spawn(executor, std::move(task), [](std::exception_ptr escaped) {
    if (escaped) abort_on(std::move(escaped));
  });
}

struct Pool::State {
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<std::move_only_function<void()>> queue;
  std::size_t max_queued = 0;
  std::size_t idle = 0;  // threads without a job; a queued job that one of them is about to take does not "wait"
  bool closing = false;
  std::vector<std::thread> threads;

  // noexcept: a job that throws has broken its promise, and there is nobody to tell.
  void work() noexcept {
    std::unique_lock lock(mutex);
    while (true) {
      wake.wait(lock, [this] { return closing || !queue.empty(); });
      if (queue.empty()) return;
      {
        auto job = std::move(queue.front());
        queue.pop_front();
        --idle;
        lock.unlock();
        job();
      }
      lock.lock();
      ++idle;
    }
  }
};

Pool::Pool(unsigned threads, std::size_t max_queued) : state_(std::make_unique<State>()) {
  CARNET_INVARIANT(threads > 0, "a pool needs a thread");
  state_->max_queued = max_queued;
  state_->idle = threads;
  for (unsigned i = 0; i < threads; ++i) state_->threads.emplace_back([state = state_.get()] { state->work(); });
}

// Jobs already accepted are run: somebody awaits them.
Pool::~Pool() {
  {
    std::lock_guard lock(state_->mutex);
    state_->closing = true;
  }
  state_->wake.notify_all();
  for (auto& thread : state_->threads) thread.join();
}

bool Pool::submit(std::move_only_function<void()> job) {
  {
    std::lock_guard lock(state_->mutex);
    if (state_->closing || state_->queue.size() >= state_->max_queued + state_->idle) return false;
    state_->queue.push_back(std::move(job));
  }
  state_->wake.notify_one();
  return true;
}

namespace {

// What a job carries back: the coroutine's completion handler, and the promise that its context stays alive meanwhile.
template <class Handler>
struct Resumption {
  Handler handler;
  boost::asio::executor_work_guard<Executor> guard;
  explicit Resumption(Handler&& h)
      : handler(std::move(h)), guard(boost::asio::make_work_guard(boost::asio::get_associated_executor(handler))) {}
};

template <class Handler>
void resume(std::shared_ptr<Resumption<Handler>> resumption, bool ran) {
  const auto executor = resumption->guard.get_executor();
  boost::asio::post(executor, [resumption = std::move(resumption), ran]() mutable {
    auto handler = std::move(resumption->handler);
    resumption.reset();
    std::move(handler)(ran);
  });
}

}  // namespace

Task<bool> on_pool(Pool& pool, std::function<void()> job) {
  co_return co_await boost::asio::async_initiate<const UseTask, void(bool)>(
      [&pool, &job](auto handler) {
        using Handler = decltype(handler);
        auto resumption = std::make_shared<Resumption<Handler>>(std::move(handler));
        const bool accepted = pool.submit([resumption, job = std::move(job)]() mutable {
          job();
          job = nullptr;  // what the job captured goes before the awaiting coroutine continues
          resume(std::move(resumption), true);
        });
        if (!accepted) resume(std::move(resumption), false);
      },
      UseTask{});
}

Task<Executor> current_executor() { co_return co_await boost::asio::this_coro::executor; }

Task<void> sleep_ms(std::int64_t ms) {
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;
  Timer timer(co_await boost::asio::this_coro::executor, std::chrono::milliseconds(ms));
  (void)co_await timer.async_wait(boost::asio::as_tuple(UseTask{}));
}

}  // namespace carnet::io
