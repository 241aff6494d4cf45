#include "identity/accounts.hpp"

#include <algorithm>

#include "identity/passwords.hpp"
#include "identity/text.hpp"

namespace carnet::identity {

namespace json = kernel::json;

namespace {

constexpr std::int64_t busy_retry_s = 2;

std::string text_at(const json::object& object, std::string_view name) {
  const auto& text = object.at(name).as_string();
  return std::string(text.data(), text.size());
}

kernel::Bytes sealed_body(const Shared& shared, const Account& account) {
  const json::object body{{"identifier", account.identifier},
                          {"password", account.password_hash},
                          {"channel", static_cast<int>(account.contact.channel)},
                          {"address", account.contact.address}};
  return shared.seal.seal(kernel::as_bytes(json::serialize(body)), kernel::as_bytes(place("account", account.person, account.version)));
}

kernel::Result<Account> account_from(PersonId person, std::int64_t version, std::string_view body) {
  try {
    const json::value parsed = json::parse(body);
    const json::object& object = parsed.as_object();
    return Account{person, version, text_at(object, "identifier"), text_at(object, "password"),
                   {static_cast<notices::Channel>(object.at("channel").as_int64()), text_at(object, "address")}};
  } catch (const std::exception&) {
    return kernel::fault("identity.account_body", "an account's row has a shape this program does not know");
  }
}

std::unexpected<kernel::Error> busy() {
  kernel::Error error{kernel::ErrorKind::unavailable, "identity.busy", "too many passwords are being checked"};
  error.retry_after_s = busy_retry_s;
  return std::unexpected(std::move(error));
}

}  // namespace

kernel::Result<std::optional<Account>> account_of(store::Snapshot& at, const Shared& shared, PersonId person) {
  std::int64_t version = 0;
  kernel::Bytes sealed;
  CARNET_CHECK(at.query("SELECT version, body FROM account WHERE person_id = $1", {person.value}, [&](const store::Row& row) {
    version = row.integer(0);
    const auto body = row.blob(1);
    sealed.assign(body.begin(), body.end());
    return false;
  }));
  if (version == 0) return std::nullopt;
  CARNET_TRY(body, open_body(shared, sealed, place("account", person, version)));
  CARNET_TRY(account, account_from(person, version, body));
  return std::move(account);
}

kernel::Result<std::optional<Account>> account_named(store::Snapshot& at, const Shared& shared, std::string_view folded_identifier) {
  PersonId person;
  CARNET_CHECK(at.query("SELECT person_id FROM account_identifier WHERE identifier_index = $1",
                        {shared.identifiers.of(folded_identifier)}, [&](const store::Row& row) {
                          person = PersonId(row.integer(0));
                          return false;
                        }));
  return account_of(at, shared, person);
}

kernel::Status insert_account(store::Tx& tx, const Shared& shared, const Account& account, std::string_view folded_identifier) {
  CARNET_TRY(named, tx.execute("INSERT INTO account_identifier (identifier_index, person_id) VALUES ($1, $2) "
                               "ON CONFLICT (identifier_index) DO NOTHING",
                               {shared.identifiers.of(folded_identifier), account.person.value}));
  if (named != 1) return kernel::refuse(kernel::ErrorKind::conflict, "identity.identifier_taken", "choose another sign-in name");
  CARNET_TRY(kept, tx.execute("INSERT INTO account (person_id, version, changed_at, body) VALUES ($1, $2, $3, $4) "
                              "ON CONFLICT (person_id) DO NOTHING",
                              {account.person.value, account.version, shared.clock.now().ms, sealed_body(shared, account)}));
  if (kept != 1) return kernel::refuse(kernel::ErrorKind::conflict, "identity.account_exists", "this person has an account");
  return {};
}

kernel::Status change_password(store::Tx& tx, const Shared& shared, const Account& account, std::string_view password_hash) {
  Account next = account;
  next.password_hash = password_hash;
  ++next.version;
  CARNET_TRY(changed, tx.execute("UPDATE account SET version = $3, changed_at = $4, body = $5 WHERE person_id = $1 AND version = $2",
                                 {account.person.value, account.version, next.version, shared.clock.now().ms,
                                  sealed_body(shared, next)}));
  if (changed != 1) return kernel::refuse(kernel::ErrorKind::conflict, "identity.account_changed", "changed meanwhile");
  return {};
}

io::Task<kernel::Result<std::string>> hash_on_pool(Shared& shared, std::shared_ptr<const kernel::SecretBytes> password) {
  auto hash = std::make_shared<std::string>();
  const bool ran = co_await io::on_pool(shared.pool, [&shared, password, hash] { *hash = crypto::hash_password(*password, shared.entropy); });
  if (!ran) co_return busy();
  co_return std::move(*hash);
}

io::Task<kernel::Result<bool>> verify_on_pool(Shared& shared, std::shared_ptr<const kernel::SecretBytes> password, std::string hash) {
  auto right = std::make_shared<bool>(false);
  const bool ran = co_await io::on_pool(shared.pool, [password, hash, right] { *right = crypto::verify_password(*password, hash); });
  if (!ran) co_return busy();
  co_return *right;
}

// ---- Identity's part

io::Task<kernel::Result<std::string>> Identity::prepare_password(std::string_view identifier, kernel::SecretBytes password) {
  auto kept = std::make_shared<const kernel::SecretBytes>(std::move(password));
  CARNET_CO_TRY(folded, accept_identifier(identifier));
  CARNET_CO_CHECK(accept_password(kept->reveal_text(), folded, shared_->parameter("identity.password_min_length")));
  co_return co_await hash_on_pool(*shared_, kept);
}

kernel::Result<bool> Identity::identifier_free(store::Snapshot& at, std::string_view identifier) const {
  CARNET_TRY(folded, accept_identifier(identifier));
  bool free = true;
  CARNET_CHECK(at.query("SELECT 1 FROM account_identifier WHERE identifier_index = $1", {shared_->identifiers.of(folded)},
                        [&](const store::Row&) { return free = false; }));
  return free;
}

kernel::Status Identity::create_account(store::Tx& tx, PersonId person, std::string_view identifier, std::string_view password_hash,
                                        const Contact& contact) {
  CARNET_TRY(folded, accept_identifier(identifier));
  return insert_account(tx, *shared_, {person, 1, std::string(trimmed(identifier)), std::string(password_hash), contact}, folded);
}

kernel::Result<bool> Identity::has_account(store::Snapshot& at, PersonId person) const {
  bool has = false;
  CARNET_CHECK(at.query("SELECT 1 FROM account WHERE person_id = $1", {person.value}, [&](const store::Row&) {
    has = true;
    return false;
  }));
  return has;
}

}  // namespace carnet::identity
