// `carnet audit verify`: checks an extract of an access log, offline, for anyone.
#pragma once
#include <string>
#include <vector>

#include "foundation/kernel/result.hpp"

namespace carnet::ctl {

struct AuditAsked {
  std::string file, log, space;
  std::vector<std::string> witnesses;
  int oldest_hours = 49;  // a daily seal, and an hour
};
// Prints what was found, one line each; an error when anything was.
kernel::Status verify_audit_extract(const AuditAsked& asked);

}  // namespace carnet::ctl
