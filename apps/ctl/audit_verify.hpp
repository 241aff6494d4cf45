// `carnet audit verify`: checks an extract of an access log, offline, for anyone.
#pragma once
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::ctl {

struct AuditAsked {
  std::string file, log, space;
  std::vector<std::string> witnesses;
  int oldest_hours = 49;  // a daily seal, and an hour
};
// Prints what was found, one line each; an error when anything was.
kernel::Status verify_audit_extract(const AuditAsked& asked);
// What is said of an extract that holds: of what is sealed, and apart from it of what no seal holds yet.
std::string words_of(const audit::ExtractVerdict& verdict, std::size_t witnesses);

}  // namespace carnet::ctl
