// `carnet demo`: the demonstration hospital deposits, the demonstration doctor reads, over the real FHIR interface.
#pragma once
#include <string>

#include "apps/wiring/config.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::ctl {

// `who`: a role of the cast ("holder", "parent", "child", "ruth", "marie", "alice") or empty: the person a CDA names, else
// ruth. Prints what the service answered.
kernel::Status demo_deposit(const wiring::Config& config, const std::string& file, const std::string& who);
// `emergency`: the reason of an access in emergency, by a doctor outside the care team; empty: by the one of the care team.
kernel::Status demo_read(const wiring::Config& config, const std::string& who, const std::string& emergency);

}  // namespace carnet::ctl
