// Signed-in sessions. Inside identity only.
#pragma once
#include "identity/shared.hpp"

namespace carnet::identity {

struct Session {
  CookieKey key;
  kernel::Instant started{}, last_seen{}, reauthenticated{};
};
// When it ends if nothing more is asked: idle time or longest life, whichever comes first.
kernel::Instant end_of(const Session& session, const Shared& shared);

// The session of a cookie, if it lives.
kernel::Result<std::optional<Session>> live_session(store::Snapshot& at, const Shared& shared, std::string_view cookie);
kernel::Status touch_session(store::Tx& tx, const CookieKey& key, kernel::Instant now);
kernel::Status end_session(store::Tx& tx, const CookieKey& key);
kernel::Status end_all_sessions(store::Tx& tx, PersonId person);
kernel::Result<std::string> open_session(store::Tx& tx, Shared& shared, PersonId person);

inline constexpr std::string_view session_cookie_name = "__Host-session", signin_cookie_name = "__Host-signin";
std::string set_cookie(std::string_view name, std::string_view value, std::int64_t max_age_s);

}  // namespace carnet::identity
