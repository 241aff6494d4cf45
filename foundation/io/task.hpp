// The coroutine type of every service call. Rules, codecs and store functions stay plain and synchronous; a service
// awaits only store.write, store.read, audit.durable and io::on_pool. Write coroutines as functions or members, never
// as capturing lambdas.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>

namespace carnet::io {

template <class T>
using Task = boost::asio::awaitable<T, boost::asio::io_context::executor_type>;
using Executor = boost::asio::io_context::executor_type;

// Runs a task to its end on an io_context of its own and returns its value: command line, tests, simulation. What the
// task spawned there is run to its end too. An exception that escapes aborts.
template <class T>
T run(Task<T> task);

// The executor this coroutine runs on.
Task<Executor> current_executor();

// Starts a task that nobody awaits on `executor`; an exception that escapes aborts.
void spawn(Executor executor, Task<void> task);

// A bounded pool for slow, pure work (argon2, PDF, sandboxed parsing). When `max_queued` jobs wait, on_pool answers
// false at once and does not run the job: the caller refuses with `unavailable`. A job must not throw. The destructor
// runs what was accepted; a program destroys its pools before the io_contexts that await them.
class Pool {
 public:
  Pool(unsigned threads, std::size_t max_queued);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  bool submit(std::move_only_function<void()> job);

 private:
  struct State;
  std::unique_ptr<State> state_;
};
Task<bool> on_pool(Pool& pool, std::function<void()> job);  // resumes on the awaiting coroutine's executor

// Suspends until `deadline_ms` from now has passed on the real (monotonic) clock, or the io_context stops.
Task<void> sleep_ms(std::int64_t ms);

}  // namespace carnet::io

#include "foundation/io/task.inl"
