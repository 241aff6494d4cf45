// Signed-in sessions. Inside identity only.
#pragma once
#include "identity/shared.hpp"

namespace carnet::identity {

struct Session {
  CookieKey key;
  kernel::Instant started{}, last_seen{}, reauthenticated{};
  std::string device;  // devices.hpp
};
// When it ends if nothing more is asked: idle time or longest life, whichever comes first.
kernel::Instant end_of(const Session& session, const Shared& shared);

// The session of a cookie, if it lives.
kernel::Result<std::optional<Session>> live_session(store::Snapshot& at, const Shared& shared, std::string_view cookie);
kernel::Status touch_session(store::Tx& tx, const CookieKey& key, kernel::Instant now);
kernel::Status end_session(store::Tx& tx, const CookieKey& key);
kernel::Status end_all_sessions(store::Tx& tx, PersonId person);
kernel::Result<std::string> open_session(store::Tx& tx, Shared& shared, PersonId person, std::string_view user_agent);
kernel::Result<bool> reauthenticated_lately(store::Snapshot& at, const Shared& shared, const Caller& caller);

// ---- own_sessions.cpp: what the person sees of their sessions, and ends
struct OwnSession {
  std::string id;  // opaque; says nothing of the cookie
  bool current = false;
  kernel::Instant began{}, last_used{};
  std::string device;  // in words
};
kernel::Result<std::vector<OwnSession>> own_sessions(store::Snapshot& at, const Shared& shared, const Caller& caller);
// not_found "not_found": no living session of this person has that id, whatever else it may be.
kernel::Status end_own_session(store::Tx& tx, Shared& shared, const Caller& caller, std::string_view id, std::string_view request_id);
// Every session but the caller's, and half-signed-in ones; every contact on file is told.
kernel::Status end_other_sessions(store::Tx& tx, Shared& shared, const Caller& caller, std::string_view request_id);

inline constexpr std::string_view session_cookie_name = "__Host-session", signin_cookie_name = "__Host-signin";
std::string set_cookie(std::string_view name, std::string_view value, std::int64_t max_age_s);

}  // namespace carnet::identity
