#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "foundation/crypto/crypto.hpp"
#include "foundation/crypto/openssl.hpp"

namespace carnet::crypto {
namespace {

using kernel::as_bytes;
using Algorithm = PublicKey::Algorithm;

Bytes b64(std::string_view text) {
  return *kernel::from_base64url(text);
}

// RFC 7515 appendix A.2 and A.3: one payload, signed by an RSA and by a P-256 key.
constexpr std::string_view payload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view rsa_n =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-"
    "pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2Cap"
    "Hg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h"
    "4FRWyuXpoQ";
constexpr std::string_view rsa_signature =
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7"
    "t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi1"
    "2jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGl"
    "UPQGe77Rw";
constexpr std::string_view ec_x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
constexpr std::string_view ec_y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
constexpr std::string_view ec_signature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
// RFC 8037 appendix A.
constexpr std::string_view ed_x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
constexpr std::string_view ed_d = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
constexpr std::string_view ed_input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
constexpr std::string_view ed_signature =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

std::string signing_input(std::string_view header) {
  return std::string(header) + "." + std::string(payload);
}

SecretBytes private_pem(const EVP_PKEY* key) {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  EXPECT_EQ(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr), 1);
  return SecretBytes(written(bio.get()));
}

SigningKey fresh(const char* type, const char* curve_or_null, std::size_t bits = 2048) {
  const OwnedPkey key(curve_or_null != nullptr ? EVP_PKEY_Q_keygen(nullptr, nullptr, type, curve_or_null)
                                               : EVP_PKEY_Q_keygen(nullptr, nullptr, type, bits));
  return *SigningKey::from_pem(private_pem(key.get()));
}

PublicKey public_half(const SigningKey& key) {
  return *PublicKey::from_pem(key.public_pem());
}

void expect_only_this_verifies(const PublicKey& key, Algorithm algorithm, std::string_view message, Bytes signature) {
  EXPECT_TRUE(key.verify(algorithm, as_bytes(message), signature));
  EXPECT_FALSE(key.verify(algorithm, as_bytes(std::string(message) + " "), signature));
  EXPECT_FALSE(key.verify(algorithm, as_bytes(message), {}));
  EXPECT_FALSE(key.verify(algorithm, as_bytes(message), Bytes(signature.size(), 0)));
  EXPECT_FALSE(key.verify(algorithm, as_bytes(message), ByteView(signature).first(signature.size() - 1)));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    signature[i] ^= 1;
    EXPECT_FALSE(key.verify(algorithm, as_bytes(message), signature)) << "byte " << i;
    signature[i] ^= 1;
  }
  signature.push_back(0);
  EXPECT_FALSE(key.verify(algorithm, as_bytes(message), signature));
  EXPECT_EQ(ERR_peek_error(), 0U) << "nothing may be left in the queue that the TLS listener reads";
}

TEST(PublicKey, Rs256OfRfc7515) {
  const auto key = PublicKey::from_jwk("RSA", rsa_n, "AQAB");
  ASSERT_TRUE(key);
  expect_only_this_verifies(*key, Algorithm::rs256, signing_input("eyJhbGciOiJSUzI1NiJ9"), b64(rsa_signature));
  EXPECT_FALSE(key->verify(Algorithm::ps256, as_bytes(signing_input("eyJhbGciOiJSUzI1NiJ9")), b64(rsa_signature)));
}

TEST(PublicKey, Es256OfRfc7515) {
  const auto key = PublicKey::from_jwk("P-256", ec_x, ec_y);
  ASSERT_TRUE(key);
  expect_only_this_verifies(*key, Algorithm::es256, signing_input("eyJhbGciOiJFUzI1NiJ9"), b64(ec_signature));
}

TEST(PublicKey, Ed25519OfRfc8037) {
  const auto key = PublicKey::from_jwk("Ed25519", ed_x, "");
  ASSERT_TRUE(key);
  expect_only_this_verifies(*key, Algorithm::eddsa, ed_input, b64(ed_signature));
}

TEST(SigningKey, Ed25519OfRfc8037) {
  const auto seed = b64(ed_d);
  const OwnedPkey key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  const auto signer = SigningKey::from_pem(private_pem(key.get()));
  ASSERT_TRUE(signer);
  EXPECT_EQ(kernel::to_base64url(signer->sign(Algorithm::eddsa, as_bytes(ed_input))), ed_signature);
}

TEST(SigningKey, SignsWithEachAlgorithmAndKeepsItsPem) {
  io::SeededEntropy entropy(11);
  const std::string message = "what is signed";
  const auto ed = SigningKey::generate_ed25519(entropy);
  const auto ec = fresh("EC", "P-256");
  const auto rsa = fresh("RSA", nullptr);
  expect_only_this_verifies(public_half(ed), Algorithm::eddsa, message, ed.sign(Algorithm::eddsa, as_bytes(message)));
  expect_only_this_verifies(public_half(rsa), Algorithm::rs256, message, rsa.sign(Algorithm::rs256, as_bytes(message)));
  expect_only_this_verifies(public_half(rsa), Algorithm::ps256, message, rsa.sign(Algorithm::ps256, as_bytes(message)));
  for (int i = 0; i < 50; ++i) {  // numbers with leading zero bytes come up
    const auto text = message + std::to_string(i);
    const auto signature = ec.sign(Algorithm::es256, as_bytes(text));
    ASSERT_EQ(signature.size(), 64U);
    ASSERT_TRUE(public_half(ec).verify(Algorithm::es256, as_bytes(text), signature));
  }
  const auto again = SigningKey::from_pem(ed.to_pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_pem(), ed.public_pem());
  EXPECT_NE(SigningKey::generate_ed25519(entropy).public_pem(), ed.public_pem());
}

// RFC 7518 section 3.5: the salt has the length of the hash; another length is another algorithm.
TEST(PublicKey, Ps256RefusesAnotherSaltLength) {
  const OwnedPkey key(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}));
  const auto verifier = public_half(*SigningKey::from_pem(private_pem(key.get())));
  for (const int salt : {32, 20, 0}) {
    const OwnedMdCtx context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* details = nullptr;
    ASSERT_EQ(EVP_DigestSignInit(context.get(), &details, EVP_sha256(), nullptr, key.get()), 1);
    ASSERT_EQ(EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING), 1);
    ASSERT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(details, salt), 1);
    Bytes signature(256);
    std::size_t size = signature.size();
    ASSERT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, as_bytes("text").data(), 4), 1);
    EXPECT_EQ(verifier.verify(Algorithm::ps256, as_bytes("text"), signature), salt == 32) << salt;
  }
}

TEST(PublicKey, FitsOnlyItsAlgorithms) {
  io::SeededEntropy entropy(12);
  const auto ed = public_half(SigningKey::generate_ed25519(entropy));
  const auto ec = *PublicKey::from_jwk("P-256", ec_x, ec_y);
  const auto rsa = *PublicKey::from_jwk("RSA", rsa_n, "AQAB");
  const auto fits = [](const PublicKey& key) {
    std::string out;
    for (const auto a : {Algorithm::es256, Algorithm::rs256, Algorithm::ps256, Algorithm::eddsa}) {
      out += key.fits(a) ? '1' : '0';
    }
    return out;
  };
  EXPECT_EQ(fits(ec), "1000");
  EXPECT_EQ(fits(rsa), "0110");
  EXPECT_EQ(fits(ed), "0001");
  EXPECT_EQ(fits(PublicKey()), "0000");
  EXPECT_FALSE(ec.verify(Algorithm::rs256, as_bytes("x"), b64(ec_signature)));
  EXPECT_DEATH((void)fresh("EC", "P-256").sign(Algorithm::rs256, as_bytes("x")), "does not fit");
}

TEST(PublicKey, RefusesOtherAndBrokenKeys) {
  const auto refused = [](std::string_view crv, std::string_view a, std::string_view b) {
    const auto key = PublicKey::from_jwk(crv, a, b);
    return !key && key.error().kind == kernel::ErrorKind::invalid && key.error().code == "crypto.key" &&
           ERR_peek_error() == 0;
  };
  std::string off_curve(ec_y);
  off_curve[5] = off_curve[5] == 'A' ? 'B' : 'A';
  EXPECT_TRUE(refused("P-256", ec_x, off_curve));
  EXPECT_TRUE(refused("P-256", ec_x, ""));
  EXPECT_TRUE(refused("P-256", std::string(ec_x) + "AA", ec_y));
  EXPECT_TRUE(refused("P-256", std::string(ec_x) + "=", ec_y));
  EXPECT_TRUE(refused("P-256", kernel::to_base64url(Bytes(32, 0)), kernel::to_base64url(Bytes(32, 0))));
  EXPECT_TRUE(refused("P-384", ec_x, ec_y));
  EXPECT_TRUE(refused("secp256k1", ec_x, ec_y));
  EXPECT_TRUE(refused("", rsa_n, "AQAB"));
  EXPECT_TRUE(refused("Ed25519", ed_x, ed_x));
  EXPECT_TRUE(refused("Ed25519", ed_x.substr(2), ""));
  EXPECT_TRUE(refused("RSA", rsa_n, ""));
  EXPECT_TRUE(refused("RSA", rsa_n, "AQ")) << "exponent 1 makes every message its own signature";
  EXPECT_TRUE(refused("RSA", rsa_n, "AQAA")) << "an even exponent";
  EXPECT_TRUE(refused("RSA", rsa_n, "AQAAAAE")) << "33 bits";
  Bytes small(128, 0xFF);
  EXPECT_TRUE(refused("RSA", kernel::to_base64url(small), "AQAB")) << "1024 bits";
  EXPECT_TRUE(refused("RSA", kernel::to_base64url(Bytes(2048, 0xFF)), "AQAB")) << "16384 bits";
}

TEST(PublicKey, RsaDerOfEitherKindAndAnySize) {
  for (const unsigned bits : {512u, 1024u, 2048u}) {
    const OwnedPkey key(EVP_RSA_gen(bits));
    for (const bool bare : {false, true}) {
      std::uint8_t* der = nullptr;
      const int size = bare ? i2d_PublicKey(key.get(), &der) : i2d_PUBKEY(key.get(), &der);
      ASSERT_GT(size, 0);
      const Bytes bytes(der, der + size);
      OPENSSL_free(der);
      const auto read = PublicKey::from_rsa_der(bytes);
      ASSERT_TRUE(read.has_value());
      EXPECT_EQ(read->bits(), static_cast<int>(bits));
      EXPECT_TRUE(read->fits(Algorithm::rs256));
      EXPECT_FALSE(PublicKey::from_rsa_der(ByteView(bytes).first(bytes.size() - 1)));
    }
  }
  EXPECT_FALSE(PublicKey::from_rsa_der({}));
  EXPECT_FALSE(PublicKey::from_rsa_der(Bytes(100, 0x30)));
  io::SeededEntropy entropy(1);
  const auto ed = SigningKey::generate_ed25519(entropy);
  EXPECT_TRUE(ed.fits(Algorithm::eddsa));
  EXPECT_FALSE(ed.fits(Algorithm::rs256));
}

TEST(PublicKey, PemRefusals) {
  EXPECT_FALSE(PublicKey::from_pem(""));
  EXPECT_FALSE(PublicKey::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
  io::SeededEntropy entropy(13);
  const auto key = SigningKey::generate_ed25519(entropy);
  EXPECT_FALSE(PublicKey::from_pem(key.to_pem().reveal_text())) << "a private key is not taken for a public one";
  EXPECT_FALSE(SigningKey::from_pem(SecretBytes(key.public_pem())));
  EXPECT_FALSE(SigningKey::from_pem(SecretBytes("nothing")));
  const OwnedPkey other_curve(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384"));
  EXPECT_FALSE(SigningKey::from_pem(private_pem(other_curve.get())));
  const OwnedPkey too_short(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{1024}));
  EXPECT_FALSE(SigningKey::from_pem(private_pem(too_short.get())));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

// An encrypted key must be refused, not asked about on the terminal.
TEST(SigningKey, RefusesAPassphraseWithoutAsking) {
  const OwnedPkey key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  const unsigned char passphrase[] = "secret";
  ASSERT_EQ(PEM_write_bio_PrivateKey(bio.get(), key.get(), EVP_aes_256_cbc(), passphrase, 6, nullptr, nullptr), 1);
  EXPECT_FALSE(SigningKey::from_pem(SecretBytes(written(bio.get()))));
}

TEST(Certificate, IsTrustedForItsNamesAndDatesOnly) {
  constexpr std::int64_t now_ms = 1'741'046'400'000;  // 2025-03-04
  const auto made = self_signed({"localhost", "documents.localhost", "127.0.0.1"}, now_ms);
  const OwnedBio bio = reading(made.certificate_pem);
  const Owned<X509, X509_free> x509(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ASSERT_TRUE(x509);
  EXPECT_EQ(X509_check_host(x509.get(), "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(x509.get(), "documents.localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(x509.get(), "127.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_host(x509.get(), "example.org", 0, 0, nullptr), 0);
  const auto verified_at = [&](std::int64_t at_ms) {
    const Owned<X509_STORE, X509_STORE_free> trusted(X509_STORE_new());
    X509_STORE_add_cert(trusted.get(), x509.get());
    const Owned<X509_STORE_CTX, X509_STORE_CTX_free> check(X509_STORE_CTX_new());
    X509_STORE_CTX_init(check.get(), trusted.get(), x509.get(), nullptr);
    X509_STORE_CTX_set_purpose(check.get(), X509_PURPOSE_SSL_SERVER);
    X509_STORE_CTX_set_time(check.get(), 0, static_cast<time_t>(at_ms / 1000));
    return X509_verify_cert(check.get()) == 1;
  };
  constexpr std::int64_t day_ms = 86'400'000;
  EXPECT_TRUE(verified_at(now_ms));
  EXPECT_TRUE(verified_at(now_ms + 824 * day_ms));
  EXPECT_FALSE(verified_at(now_ms + 826 * day_ms));
  EXPECT_FALSE(verified_at(now_ms - day_ms));
  const auto key = SigningKey::from_pem(made.key_pem);
  ASSERT_TRUE(key);
  const OwnedBio public_bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(public_bio.get(), X509_get0_pubkey(x509.get()));
  EXPECT_EQ(written(public_bio.get()), key->public_pem());
  EXPECT_NE(self_signed({"localhost"}, now_ms).certificate_pem, made.certificate_pem);
}

}  // namespace
}  // namespace carnet::crypto
