#include "identity/sessions.hpp"

#include "identity/devices.hpp"

namespace carnet::identity {

namespace {

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t seen_every_ms = minute_ms;  // last_seen is written at most this often
constexpr std::string_view session_status_path = "/api/session";

kernel::Result<std::optional<Session>> session_of(store::Snapshot& at, const CookieKey& key) {
  std::optional<Session> found;
  CARNET_CHECK(at.query("SELECT started_at, last_seen_at, reauthenticated_at, device FROM session "
                        "WHERE person_id = $1 AND cookie_hash = $2",
                        {key.person.value, key.hash}, [&](const store::Row& row) {
                          found = Session{key, {row.integer(0)}, {row.integer(1)}, {row.integer(2)}, std::string(row.text(3))};
                          return false;
                        }));
  return found;
}

struct Found {
  std::shared_ptr<const Caller> who;
  CookieKey key;
  bool seen_lately = true;
};

kernel::Result<Found> find_caller(store::Snapshot& at, const Shared& shared, const std::string& cookie) {
  CARNET_TRY(session, live_session(at, shared, cookie));
  if (!session) return Found{};
  CARNET_TRY(person, shared.people.person(at, session->key.person));
  auto who = std::make_shared<Caller>();
  who->kind = Caller::Kind::person;
  who->person = person.id;
  who->session = kernel::to_hex(session->key.hash);
  who->name = person.display_name();
  return Found{std::move(who), session->key, shared.clock.now().ms - session->last_seen.ms < seen_every_ms};
}

// No session, or one that has ended, is nobody: public pages must not answer 401.
class WebAuthenticator final : public http::Authenticator {
 public:
  explicit WebAuthenticator(Shared& shared) : shared_(shared) {}

  io::Task<kernel::Result<std::shared_ptr<const http::Principal>>> authenticate(const http::Request& request) override {
    const std::string cookie(request.cookie(session_cookie_name));
    if (!key_of_cookie(shared_, cookie)) co_return nullptr;
    Shared& shared = shared_;
    const std::function<kernel::Result<Found>(store::Snapshot&)> ask = [&shared, cookie](store::Snapshot& at) {
      return find_caller(at, shared, cookie);
    };
    CARNET_CO_TRY(found, co_await shared.store.read<Found>(ask));
    // Asking how long a session still lives must not make it live longer.
    if (found.who && !found.seen_lately && request.path != session_status_path) {
      const std::function<kernel::Result<bool>(store::Tx&)> see = [&shared, key = found.key](store::Tx& tx) -> kernel::Result<bool> {
        CARNET_CHECK(touch_session(tx, key, shared.clock.now()));
        return true;
      };
      CARNET_CO_TRY(seen, co_await shared.store.write<bool>(see));
      (void)seen;
    }
    co_return std::shared_ptr<const http::Principal>(found.who);
  }

 private:
  Shared& shared_;
};

}  // namespace

kernel::Instant end_of(const Session& session, const Shared& shared) {
  const std::int64_t idle = session.last_seen.ms + shared.parameter("identity.session_idle_minutes") * minute_ms;
  const std::int64_t longest = session.started.ms + shared.parameter("identity.session_max_hours") * 60 * minute_ms;
  return {std::min(idle, longest)};
}

kernel::Result<std::optional<Session>> live_session(store::Snapshot& at, const Shared& shared, std::string_view cookie) {
  const auto key = key_of_cookie(shared, cookie);
  if (!key) return std::nullopt;
  CARNET_TRY(session, session_of(at, *key));
  if (session && shared.clock.now() >= end_of(*session, shared)) return std::nullopt;
  return session;
}

kernel::Status touch_session(store::Tx& tx, const CookieKey& key, kernel::Instant now) {
  CARNET_CHECK(tx.execute("UPDATE session SET last_seen_at = $3 WHERE person_id = $1 AND cookie_hash = $2 AND last_seen_at < $3",
                          {key.person.value, key.hash, now.ms}));
  return {};
}

kernel::Status end_session(store::Tx& tx, const CookieKey& key) {
  CARNET_CHECK(tx.execute("DELETE FROM session WHERE person_id = $1 AND cookie_hash = $2", {key.person.value, key.hash}));
  return {};
}

kernel::Status end_all_sessions(store::Tx& tx, PersonId person) {
  CARNET_CHECK(tx.execute("DELETE FROM session WHERE person_id = $1", {person.value}));
  CARNET_CHECK(tx.execute("DELETE FROM signin_flow WHERE person_id = $1", {person.value}));
  return {};
}

kernel::Result<std::string> open_session(store::Tx& tx, Shared& shared, PersonId person, std::string_view user_agent) {
  const std::int64_t now = shared.clock.now().ms;
  CARNET_CHECK(drop_some(tx, "session", "person_id, cookie_hash", "last_seen_at",
                         now - shared.parameter("identity.session_idle_minutes") * minute_ms));
  std::string cookie = new_cookie(shared, person);
  CARNET_CHECK(tx.execute("INSERT INTO session (person_id, cookie_hash, started_at, last_seen_at, reauthenticated_at, device) "
                          "VALUES ($1, $2, $3, $3, 0, $4)",
                          {person.value, crypto::sha256(kernel::as_bytes(cookie)), now, device_of(user_agent)}));
  return cookie;
}

std::string set_cookie(std::string_view name, std::string_view value, std::int64_t max_age_s) {
  const std::string life = max_age_s < 0 ? "" : fmt::format("; Max-Age={}", max_age_s);
  return fmt::format("{}={}; Path=/; Secure; HttpOnly; SameSite=Strict{}", name, value, life);
}

// ---- Identity's part

kernel::Result<std::string> Identity::start_session(store::Tx& tx, PersonId person, std::string_view user_agent) {
  return open_session(tx, *shared_, person, user_agent);
}

kernel::Status Identity::end_sessions(store::Tx& tx, PersonId person) { return end_all_sessions(tx, person); }

std::string Identity::session_cookie(std::string_view value, std::int64_t max_age_s) {
  return set_cookie(session_cookie_name, value, max_age_s);
}

std::shared_ptr<http::Authenticator> Identity::web_authenticator() { return std::make_shared<WebAuthenticator>(*shared_); }

kernel::Result<bool> Identity::recently_reauthenticated(store::Snapshot& at, const Caller& caller) const {
  return reauthenticated_lately(at, *shared_, caller);
}

kernel::Result<bool> reauthenticated_lately(store::Snapshot& at, const Shared& shared, const Caller& caller) {
  const auto hash = kernel::from_hex(caller.session);
  if (!hash || hash->size() != SecretHash{}.size()) return false;
  CookieKey key{caller.person, {}};
  std::copy(hash->begin(), hash->end(), key.hash.begin());
  CARNET_TRY(session, session_of(at, key));
  if (!session || session->reauthenticated.ms == 0) return false;
  const std::int64_t since = shared.clock.now().ms - session->reauthenticated.ms;
  return since >= 0 && since < shared.parameter("identity.reauthentication_minutes") * minute_ms;
}

const Caller& caller(const http::Exchange& exchange) {
  const auto* known = dynamic_cast<const Caller*>(exchange.principal.get());
  CARNET_INVARIANT(known != nullptr, "a route that asks who calls must be signed_in");
  return *known;
}

}  // namespace carnet::identity
