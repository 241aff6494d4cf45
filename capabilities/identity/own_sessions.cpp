// A person's own sessions, as they see and end them.
#include <algorithm>

#include "identity/accounts.hpp"
#include "identity/contacts.hpp"
#include "identity/devices.hpp"
#include "identity/sessions.hpp"
#include "identity/telling.hpp"

namespace carnet::identity {

namespace {

constexpr std::size_t id_symbols = 26;

// Keyed, so that it tells nothing of the cookie's hash, by which the session is known inside.
std::string id_of(const Shared& shared, const std::string& session) {
  return kernel::to_base32(shared.subjects.of("session-id/" + session)).substr(0, id_symbols);
}

kernel::Result<std::vector<Session>> living_sessions(store::Snapshot& at, const Shared& shared, PersonId person) {
  std::vector<Session> sessions;
  CARNET_CHECK(at.query("SELECT cookie_hash, started_at, last_seen_at, device FROM session WHERE person_id = $1",
                        {person.value}, [&](const store::Row& row) {
                          Session session{{person, {}}, {row.integer(1)}, {row.integer(2)}, {}, std::string(row.text(3))};
                          const auto hash = row.blob(0);
                          if (hash.size() == session.key.hash.size()) std::copy(hash.begin(), hash.end(), session.key.hash.begin());
                          if (shared.clock.now() < end_of(session, shared)) sessions.push_back(std::move(session));
                          return true;
                        }));
  return sessions;
}

}  // namespace

kernel::Result<std::vector<OwnSession>> own_sessions(store::Snapshot& at, const Shared& shared, const Caller& caller) {
  CARNET_TRY(living, living_sessions(at, shared, caller.person));
  std::vector<OwnSession> out;
  for (const Session& session : living) {
    const std::string handle = kernel::to_hex(session.key.hash);
    out.push_back({id_of(shared, handle), handle == caller.session, session.started, session.last_seen, device_words(session.device)});
  }
  std::sort(out.begin(), out.end(), [](const OwnSession& a, const OwnSession& b) {
    return std::pair(-a.began.ms, std::string_view(a.id)) < std::pair(-b.began.ms, std::string_view(b.id));
  });
  return out;
}

kernel::Status end_own_session(store::Tx& tx, Shared& shared, const Caller& caller, std::string_view id, std::string_view request_id) {
  CARNET_TRY(living, living_sessions(tx, shared, caller.person));
  const auto found = std::find_if(living.begin(), living.end(), [&](const Session& session) {
    return id_of(shared, kernel::to_hex(session.key.hash)) == id;
  });
  if (found == living.end()) return kernel::refuse(kernel::ErrorKind::not_found, "not_found");
  CARNET_CHECK(end_session(tx, found->key));
  return leave_trace(tx, shared, {caller.person, audit::Action::signed_out, audit::ActorKind::holder, "identity.session_ended", request_id});
}

kernel::Status end_other_sessions(store::Tx& tx, Shared& shared, const Caller& caller, std::string_view request_id) {
  const auto own = kernel::from_hex(caller.session);
  if (!own) return kernel::refuse(kernel::ErrorKind::unauthenticated, "identity.session", "no session");
  CARNET_CHECK(tx.execute("DELETE FROM session WHERE person_id = $1 AND cookie_hash <> $2", {caller.person.value, *own}));
  CARNET_CHECK(tx.execute("DELETE FROM signin_flow WHERE person_id = $1", {caller.person.value}));
  CARNET_CHECK(leave_trace(tx, shared, {caller.person, audit::Action::signed_out, audit::ActorKind::holder, "identity.sessions_ended", request_id}));
  return tell_sessions_ended(tx, shared, caller.person);
}

}  // namespace carnet::identity
