// A strict first pass over XML, before any tree is built. Internal to standards/cda.
#pragma once
#include <string_view>

#include "foundation/kernel/result.hpp"

namespace carnet::cda {

// Well-formed XML 1.0 with one root element, no DOCTYPE, no entity but amp, lt, gt, quot, apos and numeric ones, within
// the caps of cda.hpp. `utf8` comes from to_utf8. Uses a few kilobytes and one pass, whatever the input.
kernel::Status scan(std::string_view utf8);

}  // namespace carnet::cda
