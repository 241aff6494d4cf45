// The seals of the access log, made when they are due and shown to the witnesses; and the log's public pages.
#pragma once
#include <atomic>

#include "apps/wiring/house.hpp"

namespace carnet::server {

enum class When { due, now };
struct Sealing {
  const std::atomic<bool>& stopping;  // true, with Seals::stop: the call ends within seconds
  std::optional<kernel::Instant> asked_at{};  // when a witness was asked last
};
// One seal when the last is older than the configuration allows, or when `now` is asked; then every witness that has not
// cosigned the newest checkpoint is asked to. What fails is logged: a seal is tried again at the next call, a witness that
// does not answer after some minutes. Value: whether a seal was made.
io::Task<kernel::Result<bool>> seal_log(wiring::House& house, When when, Sealing& sealing);

// GET /log/key, /log/checkpoint, /log/tile/...
std::vector<http::Route> log_routes(wiring::House& house);

}  // namespace carnet::server
