// Carries out an operation: through the running server's local socket, or in this process when there is none.
#pragma once
#include <string>

#include "apps/wiring/config.hpp"
#include "apps/wiring/operations.hpp"

namespace carnet::ctl {

// Shows progress on stderr; answers the operation's result.
kernel::Result<kernel::json::object> carry_out(const wiring::Config& config, const std::string& operation,
                                               kernel::json::object arguments, const std::string& title);
bool server_is_running(const wiring::Config& config);

}  // namespace carnet::ctl
