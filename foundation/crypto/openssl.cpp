#include "foundation/crypto/openssl.hpp"

#include <climits>

namespace carnet::crypto {

namespace {

Algorithms fetch_all() {
  Algorithms all{};
  all.sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  all.sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  all.hkdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  all.aes_256_gcm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  all.aes_128_ecb = EVP_CIPHER_fetch(nullptr, "AES-128-ECB", nullptr);
  EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  must(all.sha256 != nullptr && all.sha1 != nullptr && all.hkdf != nullptr && all.aes_256_gcm != nullptr &&
           all.aes_128_ecb != nullptr && hmac != nullptr,
       "OpenSSL lacks an algorithm");
  all.hmac_sha256 = EVP_MAC_CTX_new(hmac);
  EVP_MAC_free(hmac);
  char digest[] = "SHA256";
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_end()};
  must(all.hmac_sha256 != nullptr && EVP_MAC_CTX_set_params(all.hmac_sha256, params) == 1, "HMAC set-up");
  return all;
}

}  // namespace

const Algorithms& algorithms() {
  static const Algorithms all = fetch_all();
  return all;
}

OwnedBio reading(std::string_view text) {
  must(text.size() <= INT_MAX, "a PEM text of more than 2 GiB");
  OwnedBio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  must(bio != nullptr, "BIO_new_mem_buf");
  return bio;
}

std::string written(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  must(size >= 0, "BIO_get_mem_data");
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace carnet::crypto
