#include "foundation/store/store.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <system_error>
#include <utility>

#include "foundation/store/engine.hpp"
#include "foundation/store/postgres/postgres_store.hpp"
#include "foundation/store/sqlite/sqlite_store.hpp"

namespace carnet::store {

namespace {

thread_local WakeBatch* current_batch = nullptr;
thread_local const Store* served_store = nullptr;

using UseTask = boost::asio::use_awaitable_t<io::Executor>;

// The suspended coroutine, what it will be told, and the promise that its io_context stays alive meanwhile.
template <class Handler>
struct Suspended {
  Handler handler;
  boost::asio::executor_work_guard<io::Executor> guard;
  kernel::Status status;
  explicit Suspended(Handler&& h)
      : handler(std::move(h)), guard(boost::asio::make_work_guard(boost::asio::get_associated_executor(handler))) {}
};

// Both callables hold one pointer, so that neither needs memory of its own.
template <class Handler>
Done resume_later(Handler&& handler) {
  auto suspended = std::make_unique<Suspended<std::decay_t<Handler>>>(std::move(handler));
  return [suspended = std::move(suspended)](kernel::Status status) mutable {
    const auto executor = suspended->guard.get_executor();
    suspended->status = std::move(status);
    WakeBatch::add(executor, [suspended = std::move(suspended)]() mutable {
      auto resumed = std::move(suspended->handler);
      auto told = std::move(suspended->status);
      suspended.reset();
      std::move(resumed)(std::move(told));
    });
  };
}

}  // namespace

WakeBatch::WakeBatch() : outer_(current_batch) {
  current_batch = this;
}

WakeBatch::~WakeBatch() {
  current_batch = outer_;
  for (auto& group : groups_) post(std::move(group));
}

// What is woken may end its io_context's last work, and with it the io_context, before post is done with it: hence the guard.
void WakeBatch::post(Group group) {
  const auto executor = group.executor;
  const auto guard = boost::asio::make_work_guard(executor);
  boost::asio::post(executor, [resumes = std::move(group.resumes)]() mutable {
    for (auto& resume : resumes) resume();
  });
}

void WakeBatch::add(const io::Executor& executor, Resume resume) {
  if (current_batch == nullptr) {
    Group alone{executor, {}};
    alone.resumes.push_back(std::move(resume));
    post(std::move(alone));
    return;
  }
  for (auto& group : current_batch->groups_) {
    if (group.executor == executor) {
      group.resumes.push_back(std::move(resume));
      return;
    }
  }
  current_batch->groups_.push_back(Group{executor, {}});
  current_batch->groups_.back().resumes.push_back(std::move(resume));
}

const Store* serve_on_this_thread(const Store* store) {
  return std::exchange(served_store, store);
}

io::Task<kernel::Status> completion(std::move_only_function<void(Done)> start) {
  return boost::asio::async_initiate<const UseTask, void(kernel::Status)>(
      [start = std::move(start)](auto handler) mutable { start(resume_later(std::move(handler))); }, UseTask{});
}

std::optional<kernel::Status> Store::read_here(const std::type_info&, const std::function<kernel::Status(Snapshot&)>&) {
  return std::nullopt;
}

io::Task<kernel::Status> Store::scrub() {
  co_return co_await completion([this](Done done) { submit_scrub(std::move(done)); });
}

kernel::Status completion_now(std::move_only_function<void(Done)> start) {
  std::promise<kernel::Status> promise;
  auto future = promise.get_future();
  start([promise = std::move(promise)](kernel::Status status) mutable { promise.set_value(std::move(status)); });
  return future.get();
}

kernel::Status detail::wait(const Store* store, std::move_only_function<void(Done)> start) {
  CARNET_INVARIANT(served_store != store, "a closure waits for the store that runs it");
  return completion_now(std::move(start));
}

kernel::Status make_empty_directory(const std::filesystem::path& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) return kernel::fault("store.backup_failed", "cannot make " + directory.string());
  const bool empty = std::filesystem::is_empty(directory, failed);
  if (failed) return kernel::fault("store.backup_failed", "cannot read " + directory.string());
  if (!empty) return kernel::refuse(kernel::ErrorKind::conflict, "store.backup_not_empty", directory.string());
  return {};
}

kernel::Result<std::unique_ptr<Store>> Store::open(std::string_view location, const Options& options) {
  constexpr std::string_view sqlite = "sqlite:", postgres = "postgres:";
  if (location.starts_with(sqlite)) {
    return open_sqlite(std::filesystem::path(location.substr(sqlite.size())), options);
  }
  if (location.starts_with(postgres)) {
    return open_postgres(std::string(location.substr(postgres.size())), options);
  }
  return kernel::refuse(kernel::ErrorKind::invalid, "store.location", "a store is sqlite:PATH or postgres:CONNINFO");
}

}  // namespace carnet::store
