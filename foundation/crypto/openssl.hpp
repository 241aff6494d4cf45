// What the rooms of this folder share of OpenSSL: owners, algorithms fetched once, errors kept out of the queue.
// Not for inclusion elsewhere.
#pragma once
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/x509.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>

#include "foundation/crypto/crypto.hpp"
#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::crypto {

template <auto free_function>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    free_function(pointer);
  }
};
template <class T, auto free_function>
using Owned = std::unique_ptr<T, Freed<free_function>>;

using OwnedMdCtx = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using OwnedMacCtx = Owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using OwnedKdfCtx = Owned<EVP_KDF_CTX, EVP_KDF_CTX_free>;
using OwnedCipherCtx = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using OwnedPkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedPkeyCtx = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using OwnedBio = Owned<BIO, BIO_free_all>;
using OwnedBn = Owned<BIGNUM, BN_free>;
using OwnedEcdsaSig = Owned<ECDSA_SIG, ECDSA_SIG_free>;

// Fetching by name walks providers under a lock; done once per process. HMAC keeps a context with its digest chosen.
struct Algorithms {
  EVP_MD* sha256;
  EVP_MD* sha1;
  EVP_MAC_CTX* hmac_sha256;
  EVP_KDF* hkdf;
  EVP_CIPHER* aes_256_gcm;
  EVP_CIPHER* aes_128_ecb;
};
const Algorithms& algorithms();

// The library failed where no input can make it fail: memory is gone or the installation is broken.
inline void must(bool worked, const char* what) {
  CARNET_INVARIANT(worked, what);
}

// Errors that hostile input leaves in OpenSSL's per-thread queue are dropped at the end of the scope: the TLS listener
// shares these threads and would take them for its own.
class QuietErrors {
 public:
  QuietErrors() { ERR_set_mark(); }
  ~QuietErrors() { ERR_pop_to_mark(); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;
};

// Contexts prepared with a key, which costs more than a short use of them; who finds none free makes its own. Thread safe.
template <class Context>
class KeptReady {
 public:
  // `make` gives a context that holds the key; `use` leaves it as good as new.
  template <class Make, class Use>
  auto with(const Make& make, const Use& use) const {
    for (auto& one : ready_) {
      if (one.taken.exchange(true, std::memory_order_acquire)) continue;
      if (!one.context) one.context = make();
      auto out = use(*one.context);
      one.taken.store(false, std::memory_order_release);
      return out;
    }
    return use(*make());
  }

 private:
  struct One {
    std::atomic<bool> taken{false};
    Context context{};
  };
  mutable std::array<One, 4> ready_{};
};

// HMAC-SHA-256 with one key for long.
class KeyedMac {
 public:
  explicit KeyedMac(SecretBytes key) : key_(std::move(key)) {}
  Digest of(ByteView data) const;

 private:
  SecretBytes key_;
  KeptReady<OwnedMacCtx> ready_{};
};

OwnedBio reading(std::string_view text);
std::string written(BIO* bio);

}  // namespace carnet::crypto
