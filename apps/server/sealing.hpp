// The seals of the access log, made when they are due and shown to the witnesses; and the log's public pages.
#pragma once
#include "apps/wiring/house.hpp"

namespace carnet::server {

// One seal when the last is older than the configuration allows, or when `now` is asked; then every witness is asked for its
// cosignature. What fails is logged and tried again at the next call. Value: whether a seal was made.
enum class When { due, now };
io::Task<kernel::Result<bool>> seal_log(wiring::House& house, When when);

// GET /log/key, /log/checkpoint, /log/tile/...
std::vector<http::Route> log_routes(wiring::House& house);

}  // namespace carnet::server
