#include <argon2.h>

#include "foundation/crypto/crypto.hpp"

namespace carnet::crypto {

namespace {

constexpr std::uint32_t passes = 2;
constexpr std::uint32_t memory_kib = 19 * 1024;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_size = 16;
constexpr std::size_t hash_size = 32;
// What a stored hash must begin with. The costs stand in the text itself: one altered in the database could otherwise
// make each sign-in take all memory. When the costs are raised, the old beginning is kept beside the new one.
constexpr std::string_view expected_start = "$argon2id$v=19$m=19456,t=2,p=1$";

}  // namespace

std::string hash_password(const SecretBytes& password, io::Entropy& entropy) {
  const Bytes salt = entropy.bytes("crypto.password-salt", salt_size);
  std::string encoded(argon2_encodedlen(passes, memory_kib, lanes, salt_size, hash_size, Argon2_id), '\0');
  const int code = argon2id_hash_encoded(passes, memory_kib, lanes, password.reveal().data(), password.size(),
                                         salt.data(), salt.size(), hash_size, encoded.data(), encoded.size());
  CARNET_INVARIANT(code == ARGON2_OK, "argon2id could not hash");
  encoded.resize(encoded.find('\0'));
  return encoded;
}

bool verify_password(const SecretBytes& password, std::string_view encoded) {
  if (!encoded.starts_with(expected_start) || encoded.size() > 128 || encoded.find('\0') != std::string_view::npos) {
    return false;
  }
  return argon2id_verify(std::string(encoded).c_str(), password.reveal().data(), password.size()) == ARGON2_OK;
}

}  // namespace carnet::crypto
