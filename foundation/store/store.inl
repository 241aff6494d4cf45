// Templates of store.hpp.
#pragma once

namespace carnet::store {
namespace detail {

// What a closure made, kept where both the engine's thread and the caller can reach it. A retry replaces it.
template <class T, class View>
struct Outcome {
  std::function<kernel::Result<T>(View&)> fn;
  std::optional<kernel::Result<T>> value;
};

template <class T, class View>
std::function<kernel::Status(View&)> job_of(std::shared_ptr<Outcome<T, View>> outcome) {
  return [outcome = std::move(outcome)](View& view) -> kernel::Status {
    outcome->value.emplace(outcome->fn(view));
    if (!*outcome->value) return std::unexpected(outcome->value->error());
    return {};
  };
}

// Waits, on a thread that is not one of the store's own, until Done is called.
kernel::Status wait(const Store* store, std::move_only_function<void(Done)> start);

}  // namespace detail

template <class T>
io::Task<kernel::Result<T>> Store::write(std::function<kernel::Result<T>(Tx&)> fn) {
  auto outcome = std::make_shared<detail::Outcome<T, Tx>>(std::move(fn));
  kernel::Status status =
      co_await completion([this, outcome](Done done) { submit_write(detail::job_of(outcome), std::move(done)); });
  if (!status) co_return std::unexpected(std::move(status).error());
  co_return std::move(*outcome->value);
}

template <class T>
io::Task<kernel::Result<T>> Store::read(std::function<kernel::Result<T>(Snapshot&)> fn) {
  {
    std::optional<kernel::Result<T>> value;
    const auto here = read_here(fn.target_type(), [&fn, &value](Snapshot& view) -> kernel::Status {
      value.emplace(fn(view));
      return {};
    });
    if (here && !*here) co_return std::unexpected(here->error());
    if (here) co_return std::move(*value);
  }
  auto outcome = std::make_shared<detail::Outcome<T, Snapshot>>(std::move(fn));
  kernel::Status status =
      co_await completion([this, outcome](Done done) { submit_read(detail::job_of(outcome), std::move(done)); });
  if (!status) co_return std::unexpected(std::move(status).error());
  co_return std::move(*outcome->value);
}

template <class T>
kernel::Result<T> Store::write_now(std::function<kernel::Result<T>(Tx&)> fn) {
  auto outcome = std::make_shared<detail::Outcome<T, Tx>>(std::move(fn));
  CARNET_CHECK(detail::wait(
      this, [this, outcome](Done done) { submit_write(detail::job_of(outcome), std::move(done)); }));
  return std::move(*outcome->value);
}

template <class T>
kernel::Result<T> Store::read_now(std::function<kernel::Result<T>(Snapshot&)> fn) {
  auto outcome = std::make_shared<detail::Outcome<T, Snapshot>>(std::move(fn));
  CARNET_CHECK(detail::wait(
      this, [this, outcome](Done done) { submit_read(detail::job_of(outcome), std::move(done)); }));
  return std::move(*outcome->value);
}

}  // namespace carnet::store
