// Cryptography in the service's terms, over OpenSSL 3 and libargon2: no primitive of our own. Every function that can
// fail on hostile input says so by value; allocation or library failure aborts. Thread-safe, no global set-up.
#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "foundation/io/entropy.hpp"
#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"
#include "foundation/kernel/secret.hpp"

namespace carnet::crypto {

using kernel::Bytes;
using kernel::ByteView;
using kernel::SecretBytes;
using Digest = std::array<std::uint8_t, 32>;

Digest sha256(ByteView data);
std::array<std::uint8_t, 20> sha1(ByteView data);  // national XDS hash only; integrity uses SHA-256
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  void add(ByteView data);
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};
Digest hmac_sha256(const SecretBytes& key, ByteView data);
SecretBytes hkdf_sha256(const SecretBytes& key, std::string_view info, std::size_t length);  // RFC 5869, empty salt

// AES-256-GCM. Sealed form: 1 byte format (1) | 12 bytes random nonce | ciphertext | 16 bytes tag. `associated` binds
// the value to its place (table, person, item, version): opening at another place fails.
Bytes seal(const SecretBytes& key32, ByteView plain, ByteView associated, io::Entropy& entropy);
std::optional<Bytes> open(const SecretBytes& key32, ByteView sealed, ByteView associated);
inline constexpr std::size_t seal_overhead = 29;

class KeyedMac;  // inside this folder

// A key and its purpose, for branches that seal rows (register, traces, notices): the label enters the key by HKDF, and
// each `associated` place gets a key of its own from it, because one key with random nonces must not seal more than
// 2^32 values and a country's journal has more rows. Sealed form as above.
class Sealer {
 public:
  Sealer(const SecretBytes& master, std::string_view branch, io::Entropy& entropy);
  Bytes seal(ByteView plain, ByteView associated) const;
  std::optional<Bytes> open(ByteView sealed, ByteView associated) const;

 private:
  std::shared_ptr<const KeyedMac> key_;
  io::Entropy* entropy_;
};
// Keyed blind index of a normalised value: HMAC-SHA-256, first 16 bytes. Equal values give equal indexes.
class BlindIndex {
 public:
  BlindIndex(const SecretBytes& master, std::string_view branch);
  Bytes of(std::string_view normalised) const;

 private:
  std::shared_ptr<const KeyedMac> key_;
};

// A keyed permutation of (space, local): AES-128 of one block, as 26 lower-case Crockford symbols. Opaque to strangers,
// and tells the server which space an id belongs to without any index. A forged or mistyped id opens to nullopt when
// its upper byte checks fail (8 zero bits at the head of each half), else names a place where nothing is found.
class IdPermutation {
 public:
  IdPermutation(const SecretBytes& master, std::string_view branch);
  ~IdPermutation();
  struct Parts {
    std::int64_t space;
    std::int64_t local;
    auto operator<=>(const Parts&) const = default;
  };
  std::string seal(Parts parts) const;
  std::optional<Parts> open(std::string_view text) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// argon2id, 19 MiB, t=2, p=1 (OWASP; 22 ms measured). Encoded PHC string. Call on a Pool, never inside a transaction.
// verify_password is false for any text that hash_password would not have written.
std::string hash_password(const SecretBytes& password, io::Entropy& entropy);
bool verify_password(const SecretBytes& password, std::string_view encoded);

// A key from a passphrase a person remembers: argon2id, 64 MiB, t=3, p=1 (RFC 9106, second recommended option with less
// memory). For key backups only; about 150 ms.
SecretBytes key_from_passphrase(const SecretBytes& passphrase, ByteView salt16);

// Keys of asymmetric signatures. PEM in, PEM out; JWK in for clients (kty EC P-256 / RSA 2048 to 8192 / OKP Ed25519).
// from_jwk takes the members' base64url texts: ("P-256", x, y), ("Ed25519", x, ""), or ("RSA", n, e), which has no crv.
// Refused keys are `invalid`, code "crypto.key".
class PublicKey {
 public:
  static kernel::Result<PublicKey> from_jwk(std::string_view json_crv, std::string_view x_or_n,
                                            std::string_view y_or_e);
  static kernel::Result<PublicKey> from_pem(std::string_view pem);
  // The DER of an RSA key as mail publishes it in DNS: SubjectPublicKeyInfo, or the bare RSAPublicKey. Keys of any size
  // up to 8192 bits are taken: the caller's rules say which are strong enough, by bits().
  static kernel::Result<PublicKey> from_rsa_der(ByteView der);
  enum class Algorithm { es256, rs256, ps256, eddsa };
  bool verify(Algorithm algorithm, ByteView message, ByteView signature) const;  // ES256: raw r||s as in JOSE
  bool fits(Algorithm algorithm) const;
  int bits() const;

 private:
  std::shared_ptr<void> key_;
};
class SigningKey {
 public:
  static SigningKey generate_ed25519(io::Entropy& entropy);
  static kernel::Result<SigningKey> from_pem(const SecretBytes& pem);  // Ed25519, EC P-256 or RSA
  SecretBytes to_pem() const;
  std::string public_pem() const;
  bool fits(PublicKey::Algorithm algorithm) const;
  Bytes sign(PublicKey::Algorithm algorithm,
             ByteView message) const;  // ES256: raw r||s. Aborts if the key does not fit

 private:
  std::shared_ptr<void> key_;
};

// A self-signed P-256 certificate for the demonstration's TLS listener, valid 825 days, for the given DNS names (at
// least one; a name that is an IP address becomes an address entry).
struct Certificate {
  std::string certificate_pem;
  SecretBytes key_pem;
};
Certificate self_signed(const std::vector<std::string>& dns_names, std::int64_t now_ms);

}  // namespace carnet::crypto
