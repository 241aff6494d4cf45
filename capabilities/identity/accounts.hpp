// Accounts: a person's sign-in name, password and the contact where one-time codes go. Inside identity only.
#pragma once
#include "identity/shared.hpp"

namespace carnet::identity {

struct Account {
  PersonId person;
  std::int64_t version = 0;
  std::string identifier;  // as typed, trimmed
  std::string password_hash;
  Contact contact;
};

kernel::Result<std::optional<Account>> account_of(store::Snapshot& at, const Shared& shared, PersonId person);
// By folded name. The same work whether or not it exists.
kernel::Result<std::optional<Account>> account_named(store::Snapshot& at, const Shared& shared, std::string_view folded_identifier);
kernel::Status insert_account(store::Tx& tx, const Shared& shared, const Account& account, std::string_view folded_identifier);
kernel::Status change_password(store::Tx& tx, const Shared& shared, const Account& account, std::string_view password_hash);

// argon2id on the pool. unavailable "identity.busy" when the pool is full.
io::Task<kernel::Result<std::string>> hash_on_pool(Shared& shared, std::shared_ptr<const kernel::SecretBytes> password);
io::Task<kernel::Result<bool>> verify_on_pool(Shared& shared, std::shared_ptr<const kernel::SecretBytes> password, std::string hash);

}  // namespace carnet::identity
