// Who is told of what is done with an account. Inside identity only.
#pragma once
#include <span>

#include "identity/accounts.hpp"

namespace carnet::identity {

// To each address once, by the first of its channels that is configured; by post too when `post` is true and there is an
// address. Value: whether anything left.
kernel::Result<bool> tell_everywhere(store::Tx& tx, Shared& shared, notices::Notice notice, std::span<const Contact> contacts, bool post);
kernel::Status tell_sessions_ended(store::Tx& tx, Shared& shared, PersonId person);

}  // namespace carnet::identity
