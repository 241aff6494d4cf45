#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "foundation/crypto/crypto.hpp"
#include "foundation/crypto/openssl.hpp"

namespace carnet::crypto {

namespace {

using Algorithm = PublicKey::Algorithm;

constexpr int min_rsa_bits = 2048;
constexpr int max_rsa_bits = 8192;  // a larger one costs the verifier more than the signer
constexpr std::size_t p256_size = 32;

std::unexpected<kernel::Error> refused_key(std::string says) {
  return kernel::invalid("crypto.key", {kernel::Issue{"value", "", std::move(says)}});
}

std::shared_ptr<void> shared(OwnedPkey key) {
  return {key.release(), [](void* p) { EVP_PKEY_free(static_cast<EVP_PKEY*>(p)); }};
}

EVP_PKEY* pkey(const std::shared_ptr<void>& key) {
  return static_cast<EVP_PKEY*>(key.get());
}

bool is_p256(EVP_PKEY* key) {
  char group[64] = {};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 && EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 &&
         std::string_view(group, size) == "prime256v1";
}

bool is_rsa(EVP_PKEY* key) {
  return EVP_PKEY_is_a(key, "RSA") == 1;
}

bool is_ed25519(EVP_PKEY* key) {
  return EVP_PKEY_is_a(key, "ED25519") == 1;
}

bool key_fits(EVP_PKEY* key, Algorithm algorithm) {
  if (key == nullptr) return false;
  switch (algorithm) {
    case Algorithm::es256:
      return is_p256(key);
    case Algorithm::rs256:
    case Algorithm::ps256:
      return is_rsa(key);
    case Algorithm::eddsa:
      return is_ed25519(key);
  }
  return false;
}

// Which keys the service takes at all, however they came.
kernel::Status acceptable(EVP_PKEY* key, int least_rsa_bits = min_rsa_bits) {
  if (is_p256(key) || is_ed25519(key)) return {};
  if (!is_rsa(key)) return refused_key("the key must be EC P-256, RSA or Ed25519");
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < least_rsa_bits || bits > max_rsa_bits) return refused_key("an RSA key must have 2048 to 8192 bits");
  BIGNUM* exponent = nullptr;
  must(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) == 1, "the exponent of an RSA key");
  const OwnedBn owned(exponent);
  if (BN_is_odd(exponent) == 0 || BN_is_one(exponent) == 1 || BN_num_bits(exponent) > 32) {
    return refused_key("the exponent of an RSA key must be odd, from 3 to 2^32");
  }
  return {};
}

OwnedPkey from_params(const char* type, OSSL_PARAM* params) {
  const OwnedPkeyCtx context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  must(context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1, "EVP_PKEY_fromdata_init");
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params) != 1) return nullptr;
  return OwnedPkey(key);
}

OwnedPkey p256_from(const Bytes& x, const Bytes& y) {
  Bytes point;
  point.push_back(4);  // uncompressed
  point.insert(point.end(), x.begin(), x.end());
  point.insert(point.end(), y.begin(), y.end());
  char group[] = "prime256v1";
  OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                         OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
                         OSSL_PARAM_construct_end()};
  return from_params("EC", params);  // refuses a point that is not on the curve
}

OwnedPkey rsa_from(const Bytes& n, const Bytes& e) {
  // The library wants numbers in the machine's order.
  Bytes n_little(n.rbegin(), n.rend());
  Bytes e_little(e.rbegin(), e.rend());
  OSSL_PARAM params[] = {OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, n_little.data(), n_little.size()),
                         OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, e_little.data(), e_little.size()),
                         OSSL_PARAM_construct_end()};
  return from_params("RSA", params);
}

// JOSE writes an ECDSA signature as two numbers of fixed width, OpenSSL as a DER sequence.
std::optional<Bytes> der_of_raw(ByteView raw) {
  if (raw.size() != 2 * p256_size) return std::nullopt;
  OwnedEcdsaSig pair(ECDSA_SIG_new());
  OwnedBn r(BN_bin2bn(raw.data(), p256_size, nullptr));
  OwnedBn s(BN_bin2bn(raw.data() + p256_size, p256_size, nullptr));
  must(pair && r && s && ECDSA_SIG_set0(pair.get(), r.get(), s.get()) == 1, "ECDSA_SIG_set0");
  (void)r.release();
  (void)s.release();
  const int size = i2d_ECDSA_SIG(pair.get(), nullptr);
  must(size > 0, "i2d_ECDSA_SIG");
  Bytes der(static_cast<std::size_t>(size));
  std::uint8_t* end = der.data();
  must(i2d_ECDSA_SIG(pair.get(), &end) == size, "i2d_ECDSA_SIG");
  return der;
}

Bytes raw_of_der(ByteView der) {
  const std::uint8_t* cursor = der.data();
  const OwnedEcdsaSig pair(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(der.size())));
  must(pair != nullptr, "d2i_ECDSA_SIG");
  Bytes raw(2 * p256_size);
  must(BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), raw.data(), p256_size) == p256_size &&
           BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), raw.data() + p256_size, p256_size) == p256_size,
       "BN_bn2binpad");
  return raw;
}

// Ed25519 hashes by itself; RFC 7518 section 3.5 fixes the salt of PS256 at the length of the hash.
const char* digest_name(Algorithm algorithm) {
  return algorithm == Algorithm::eddsa ? nullptr : "SHA256";
}

void set_padding(EVP_PKEY_CTX* context, Algorithm algorithm) {
  if (algorithm == Algorithm::rs256) {
    must(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1, "PKCS#1 padding");
  }
  if (algorithm == Algorithm::ps256) {
    must(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1,
         "PSS padding");
  }
}

}  // namespace

kernel::Result<PublicKey> PublicKey::from_jwk(std::string_view json_crv, std::string_view x_or_n,
                                              std::string_view y_or_e) {
  const QuietErrors quiet;
  const auto first = kernel::from_base64url(x_or_n);
  const auto second = kernel::from_base64url(y_or_e);
  if (!first || !second) return refused_key("the key's numbers must be base64url without padding");
  OwnedPkey key;
  if (json_crv == "P-256") {
    if (first->size() != p256_size || second->size() != p256_size) return refused_key("x and y must have 32 bytes");
    key = p256_from(*first, *second);
  } else if (json_crv == "Ed25519") {
    if (first->size() != 32 || !second->empty()) return refused_key("x must have 32 bytes, and there is no y");
    key.reset(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, first->data(), first->size()));
  } else if (json_crv == "RSA") {
    if (first->empty() || second->empty() || first->size() > max_rsa_bits / 8 + 1 || second->size() > 8) {
      return refused_key("an RSA key must have 2048 to 8192 bits and a small exponent");
    }
    key = rsa_from(*first, *second);
  } else {
    return refused_key("the curve must be P-256 or Ed25519");
  }
  if (!key) return refused_key("the numbers are not a key");
  CARNET_CHECK(acceptable(key.get()));
  PublicKey out;
  out.key_ = shared(std::move(key));
  return out;
}

kernel::Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  const QuietErrors quiet;
  const OwnedBio bio = reading(pem);
  OwnedPkey key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return refused_key("not the PEM of a public key");
  CARNET_CHECK(acceptable(key.get()));
  PublicKey out;
  out.key_ = shared(std::move(key));
  return out;
}

kernel::Result<PublicKey> PublicKey::from_rsa_der(ByteView der) {
  const QuietErrors quiet;
  constexpr std::size_t max_der_bytes = 4096;
  if (der.empty() || der.size() > max_der_bytes) return refused_key("not the DER of an RSA key");
  const auto size = static_cast<long>(der.size());
  const std::uint8_t* cursor = der.data();
  OwnedPkey key(d2i_PUBKEY(nullptr, &cursor, size));
  if (!key) {
    cursor = der.data();
    key.reset(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &cursor, size));
  }
  if (!key || !is_rsa(key.get())) return refused_key("not the DER of an RSA key");
  CARNET_CHECK(acceptable(key.get(), 1));
  PublicKey out;
  out.key_ = shared(std::move(key));
  return out;
}

int PublicKey::bits() const {
  return key_ ? EVP_PKEY_get_bits(pkey(key_)) : 0;
}

bool PublicKey::fits(Algorithm algorithm) const {
  return key_fits(pkey(key_), algorithm);
}

bool PublicKey::verify(Algorithm algorithm, ByteView message, ByteView signature) const {
  if (!fits(algorithm)) return false;
  const QuietErrors quiet;
  std::optional<Bytes> der;
  if (algorithm == Algorithm::es256) {
    der = der_of_raw(signature);
    if (!der) return false;
    signature = *der;
  }
  const OwnedMdCtx context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* details = nullptr;  // owned by the context
  must(context != nullptr && EVP_DigestVerifyInit_ex(context.get(), &details, digest_name(algorithm), nullptr, nullptr,
                                                     pkey(key_), nullptr) == 1,
       "EVP_DigestVerifyInit");
  set_padding(details, algorithm);
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(), message.size()) == 1;
}

SigningKey SigningKey::generate_ed25519(io::Entropy& entropy) {
  const SecretBytes seed(entropy.bytes("crypto.ed25519", 32));
  OwnedPkey key(EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, seed.reveal().data(), seed.size()));
  must(key != nullptr, "a new Ed25519 key");
  SigningKey out;
  out.key_ = shared(std::move(key));
  return out;
}

kernel::Result<SigningKey> SigningKey::from_pem(const SecretBytes& pem) {
  const QuietErrors quiet;
  const OwnedBio bio = reading(pem.reveal_text());
  char no_passphrase[] = "";  // without it the library would ask on the terminal
  OwnedPkey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, no_passphrase));
  if (!key) return refused_key("not the PEM of a private key without passphrase");
  CARNET_CHECK(acceptable(key.get()));
  SigningKey out;
  out.key_ = shared(std::move(key));
  return out;
}

SecretBytes SigningKey::to_pem() const {
  const OwnedBio bio(BIO_new(BIO_s_mem()));  // cleansed when freed
  must(bio != nullptr && PEM_write_bio_PrivateKey(bio.get(), pkey(key_), nullptr, nullptr, 0, nullptr, nullptr) == 1,
       "PEM_write_bio_PrivateKey");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return SecretBytes(std::string_view(data, static_cast<std::size_t>(size)));
}

std::string SigningKey::public_pem() const {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  must(bio != nullptr && PEM_write_bio_PUBKEY(bio.get(), pkey(key_)) == 1, "PEM_write_bio_PUBKEY");
  return written(bio.get());
}

bool SigningKey::fits(PublicKey::Algorithm algorithm) const {
  return key_fits(pkey(key_), algorithm);
}

Bytes SigningKey::sign(PublicKey::Algorithm algorithm, ByteView message) const {
  CARNET_INVARIANT(key_fits(pkey(key_), algorithm), "the key does not fit the algorithm");
  const OwnedMdCtx context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* details = nullptr;
  must(context != nullptr && EVP_DigestSignInit_ex(context.get(), &details, digest_name(algorithm), nullptr, nullptr,
                                                   pkey(key_), nullptr) == 1,
       "EVP_DigestSignInit");
  set_padding(details, algorithm);
  std::size_t size = 0;
  must(EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1, "EVP_DigestSign");
  Bytes signature(size);
  must(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1, "EVP_DigestSign");
  signature.resize(size);
  return algorithm == Algorithm::es256 ? raw_of_der(signature) : signature;
}

}  // namespace carnet::crypto
