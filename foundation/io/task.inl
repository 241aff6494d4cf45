// Bodies of the templates of task.hpp.
#pragma once
#include <optional>
#include <type_traits>
#include <utility>

namespace carnet::io {

namespace detail {

// Runs `task`, and whatever it spawned, to their ends on a context of their own; aborts if an exception escaped.
void drive(Task<void> task);

template <class T>
Task<void> store_into(Task<T> task, std::optional<T>& out) {
  out.emplace(co_await std::move(task));
}

}  // namespace detail

// The value travels through an optional because co_spawn asks for default-constructible results, which a Result of a
// move-only capability token is not.
template <class T>
T run(Task<T> task) {
  if constexpr (std::is_void_v<T>) {
    detail::drive(std::move(task));
  } else {
    std::optional<T> out;
    detail::drive(detail::store_into<T>(std::move(task), out));
    return std::move(*out);
  }
}

}  // namespace carnet::io
