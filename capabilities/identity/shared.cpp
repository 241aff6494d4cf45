#include "identity/shared.hpp"

#include <cstring>

namespace carnet::identity {

namespace {

constexpr std::size_t cookie_random_bytes = 20;
constexpr std::size_t opaque_symbols = 26;

std::string hash_of_nobody(io::Entropy& entropy) {
  return crypto::hash_password(kernel::SecretBytes(entropy.bytes("identity.nobody", 32)), entropy);
}

}  // namespace

Shared::Shared(store::Store& main, const kernel::SecretBytes& master, const parameters::Parameters& given_parameters,
               audit::Journal& given_journal, notices::Notices& given_notices, const io::Clock& given_clock,
               io::Entropy& given_entropy, io::Pool& given_pool, bool is_demonstration)
    : store(main), parameters(given_parameters), journal(given_journal), notices(given_notices), clock(given_clock),
      entropy(given_entropy), pool(given_pool), demonstration(is_demonstration), seal(master, "register", given_entropy),
      numbers(master, "register/number"), cards(master, "register/card"), lines(master, "register/line"),
      identifiers(master, "account/identifier"), subjects(master, "counter/subject"),
      code_key(crypto::hkdf_sha256(master, "carnet/codes/identity", 32)), person_ids(master, "person"),
      nobody_hash(hash_of_nobody(given_entropy)), people(*this) {}

kernel::Result<std::string> open_body(const Shared& shared, kernel::ByteView sealed, std::string_view place) {
  const auto body = shared.seal.open(sealed, kernel::as_bytes(place));
  if (!body) return kernel::fault("identity.seal", "a sealed row does not open: altered, or moved from its place");
  return std::string(kernel::as_text(*body));
}

std::string new_cookie(Shared& shared, PersonId person) {
  return shared.people.opaque(person) + "." + kernel::to_base32(shared.entropy.bytes("identity.cookie", cookie_random_bytes));
}

std::optional<CookieKey> key_of_cookie(const Shared& shared, std::string_view cookie) {
  if (cookie.size() != opaque_symbols + 1 + cookie_random_bytes * 8 / 5 || cookie[opaque_symbols] != '.') return std::nullopt;
  const auto person = shared.people.from_opaque(cookie.substr(0, opaque_symbols));
  if (!person) return std::nullopt;
  return CookieKey{*person, crypto::sha256(kernel::as_bytes(cookie))};
}

kernel::Status drop_some(store::Tx& tx, std::string_view table, std::string_view key, std::string_view ends, std::int64_t before_ms) {
  const std::string sql = fmt::format("DELETE FROM {0} WHERE ({1}) IN (SELECT {1} FROM {0} WHERE {2} < $1 ORDER BY {2} LIMIT 4)",
                                      table, key, ends);
  CARNET_CHECK(tx.execute(sql, {before_ms}));
  return {};
}

notices::Recipient recipient_of(const Person& person) { return recipient_of(person, person.id, {}); }

kernel::Status leave_trace(store::Tx& tx, Shared& shared, const SignTrace& trace) {
  if (!shared.space_of || trace.person.value == 0) return {};
  CARNET_TRY(space, shared.space_of(tx, trace.person));
  if (space.value == 0) return {};
  audit::Entry entry;
  entry.space = space;
  entry.action = trace.action;
  entry.actor = trace.actor;
  entry.reason = std::string(trace.reason);
  entry.request_id = std::string(trace.request_id);
  entry.actor_name = std::string(trace.actor_name);
  if (trace.actor == audit::ActorKind::holder) {
    CARNET_TRY(person, shared.people.person(tx, trace.person));
    entry.actor_id = shared.people.opaque(trace.person);
    entry.actor_name = person.display_name();
  }
  CARNET_CHECK(shared.journal.append(tx, std::move(entry)));
  return {};
}

std::size_t TokenCache::FirstBytes::operator()(const SecretHash& hash) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, hash.data(), sizeof value);
  return value;
}

std::shared_ptr<const Caller> TokenCache::find(const SecretHash& token, kernel::Instant now) {
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(token);
  if (found == entries_.end()) return nullptr;
  if (now < found->second.from || now >= found->second.until) {
    entries_.erase(found);
    return nullptr;
  }
  return found->second.who;
}

void TokenCache::keep(const SecretHash& token, std::shared_ptr<const Caller> who, kernel::Instant now, kernel::Instant token_ends) {
  std::lock_guard lock(mutex_);
  if (entries_.size() >= most) entries_.clear();  // rare, and only costs reads
  entries_[token] = {std::move(who), now, std::min(token_ends, kernel::Instant{now.ms + lives_ms})};
}

void TokenCache::clear() {
  std::lock_guard lock(mutex_);
  entries_.clear();
}

}  // namespace carnet::identity
