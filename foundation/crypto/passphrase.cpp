#include <argon2.h>

#include "foundation/crypto/crypto.hpp"

namespace carnet::crypto {

SecretBytes key_from_passphrase(const SecretBytes& passphrase, ByteView salt16) {
  constexpr std::uint32_t passes = 3, memory_kib = 64 * 1024, lanes = 1;
  Bytes key(32);
  const int code = argon2id_hash_raw(passes, memory_kib, lanes, passphrase.reveal().data(), passphrase.size(), salt16.data(),
                                     salt16.size(), key.data(), key.size());
  CARNET_INVARIANT(code == ARGON2_OK, "argon2id refused its parameters or the memory");
  return SecretBytes(std::move(key));
}

}  // namespace carnet::crypto
