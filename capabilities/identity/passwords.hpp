// Which sign-in names and passwords are accepted. Pure. Inside identity only.
#pragma once
#include <string>
#include <string_view>

#include "foundation/kernel/result.hpp"

namespace carnet::identity {

// Folded, 2 to 100 characters, no control characters. invalid "identity.identifier".
kernel::Result<std::string> accept_identifier(std::string_view typed);

// Long rather than odd (NIST SP 800-63B): any character counts, spaces too; no composition rules. Refused: too short, the
// sign-in name, one everybody chooses, a short piece repeated, keys or digits in a row. `identifier` empty: not compared.
kernel::Status accept_password(std::string_view password, std::string_view identifier, std::int64_t min_length);
inline constexpr std::size_t max_password_bytes = 1024;

}  // namespace carnet::identity
