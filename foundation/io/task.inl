// Bodies of the templates of task.hpp.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <optional>
#include <type_traits>
#include <utility>

namespace carnet::io {

namespace detail {

// Spawns `task` on `context`, drives the context until nothing is left to do, and aborts if an exception escaped.
void drive(boost::asio::io_context& context, Task<void> task);

template <class T>
Task<void> store_into(Task<T> task, std::optional<T>& out) {
  out.emplace(co_await std::move(task));
}

}  // namespace detail

// The value travels through an optional because co_spawn asks for default-constructible results, which a Result of a
// move-only capability token is not.
template <class T>
T run(Task<T> task) {
  boost::asio::io_context context(1);
  if constexpr (std::is_void_v<T>) {
    detail::drive(context, std::move(task));
  } else {
    std::optional<T> out;
    detail::drive(context, detail::store_into<T>(std::move(task), out));
    return std::move(*out);
  }
}

}  // namespace carnet::io
