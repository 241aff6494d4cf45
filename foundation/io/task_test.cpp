#include "foundation/io/task.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>

#include "foundation/kernel/result.hpp"

namespace carnet::io {
namespace {

Task<int> twice(int value) {
  co_return value * 2;
}
Task<int> twice_of_sum(int a, int b) {
  co_return co_await twice(a) + co_await twice(b);
}

// Neither copyable nor default-constructible: like a capability token.
struct Token {
  explicit Token(int v) : value(std::make_unique<int>(v)) {}
  std::unique_ptr<int> value;
};
Task<kernel::Result<Token>> token(int value) {
  if (value < 0) co_return kernel::refuse(kernel::ErrorKind::forbidden, "test.negative");
  co_return Token(value);
}
Task<kernel::Result<int>> value_of_token(int value) {
  CARNET_CO_TRY(opened, co_await token(value));
  co_return *opened.value;
}
Task<void> set_to(int& out, int value) {
  out = value;
  co_return;
}
Task<void> throwing() {
  throw std::runtime_error("from a task");
  co_return;
}

TEST(Run, ReturnsTheValueOfNestedTasks) {
  EXPECT_EQ(run(twice_of_sum(3, 4)), 14);
}

TEST(Run, CarriesMoveOnlyResultsAndRefusals) {
  auto made = run(token(7));
  ASSERT_TRUE(made);
  EXPECT_EQ(*made->value, 7);
  EXPECT_EQ(run(value_of_token(9)).value(), 9);
  EXPECT_EQ(run(value_of_token(-1)).error().code, "test.negative");
}

TEST(Run, RunsATaskWithoutValue) {
  int out = 0;
  run(set_to(out, 5));
  EXPECT_EQ(out, 5);
}

TEST(RunDeathTest, AbortsWhenAnExceptionEscapes) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(run(throwing()), "an exception left a task: from a task");
}

Task<void> spawn_one(int& out) {
  spawn(co_await boost::asio::this_coro::executor, set_to(out, 8));
  co_return;
}

TEST(Spawn, RunsTheTaskAndRunWaitsForIt) {
  int out = 0;
  run(spawn_one(out));
  EXPECT_EQ(out, 8);
}

TEST(SpawnDeathTest, AbortsWhenAnExceptionEscapes) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        boost::asio::io_context context;
        spawn(context.get_executor(), throwing());
        context.run();
      },
      "an exception left a task");
}

Task<bool> compute_on(Pool& pool, std::thread::id& job_thread, std::thread::id& resumed_on) {
  const bool ran = co_await on_pool(pool, [&job_thread] { job_thread = std::this_thread::get_id(); });
  resumed_on = std::this_thread::get_id();
  co_return ran;
}

TEST(OnPool, RunsTheJobElsewhereAndResumesHere) {
  Pool pool(2, 4);
  std::thread::id job_thread;
  std::thread::id resumed_on;
  EXPECT_TRUE(run(compute_on(pool, job_thread, resumed_on)));
  EXPECT_NE(job_thread, std::this_thread::get_id());
  EXPECT_EQ(resumed_on, std::this_thread::get_id());
}

Task<void> add_many(Pool& pool, std::atomic<int>& sum, int count) {
  for (int i = 0; i < count; ++i) {
    EXPECT_TRUE(co_await on_pool(pool, [&sum] { sum.fetch_add(1); }));
  }
}

TEST(OnPool, ServesManyContextsAtOnce) {
  Pool pool(3, 64);
  std::atomic<int> sum{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i) callers.emplace_back([&] { run(add_many(pool, sum, 500)); });
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(sum.load(), 2000);
}

TEST(OnPool, TheJobIsGoneBeforeTheCallerContinues) {
  Pool pool(1, 1);
  auto held = std::make_shared<int>(1);
  std::weak_ptr<int> watched = held;
  std::function<void()> job = [held] { (void)*held; };
  held.reset();
  EXPECT_TRUE(run(on_pool(pool, std::move(job))));
  EXPECT_TRUE(watched.expired());
}

Task<bool> do_nothing_on(Pool& pool) {
  co_return co_await on_pool(pool, [] {});
}

// One thread held busy, two places to wait: the third who would wait is refused, by submit and by on_pool alike.
TEST(Pool, RefusesBeyondItsQueue) {
  std::latch started(1);
  std::promise<void> release;
  auto released = release.get_future().share();
  std::atomic<int> ran{0};
  {
    Pool pool(1, 2);
    ASSERT_TRUE(pool.submit([&started, released, &ran] {
      started.count_down();
      released.wait();
      ran.fetch_add(1);
    }));
    started.wait();
    EXPECT_TRUE(pool.submit([&ran] { ran.fetch_add(1); }));
    EXPECT_TRUE(pool.submit([&ran] { ran.fetch_add(1); }));
    EXPECT_FALSE(pool.submit([&ran] { ran.fetch_add(100); }));
    EXPECT_FALSE(run(do_nothing_on(pool)));
    release.set_value();
  }
  EXPECT_EQ(ran.load(), 3) << "what was accepted is run before the pool goes, what was refused never";
}

TEST(Pool, WithoutQueueTakesAsManyJobsAsThreads) {
  std::promise<void> release;
  auto released = release.get_future().share();
  Pool pool(2, 0);
  EXPECT_TRUE(pool.submit([released] { released.wait(); }));
  EXPECT_TRUE(pool.submit([released] { released.wait(); }));
  EXPECT_FALSE(pool.submit([] {}));
  release.set_value();
}

TEST(PoolDeathTest, AbortsWhenAJobThrows) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        Pool pool(1, 1);
        pool.submit([] { throw std::runtime_error("job"); });
      },
      "");
}

TEST(Sleep, LastsAtLeastAsLongAsAsked) {
  const auto before = std::chrono::steady_clock::now();
  run(sleep_ms(20));
  EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(20));
  run(sleep_ms(0));
}

}  // namespace
}  // namespace carnet::io
