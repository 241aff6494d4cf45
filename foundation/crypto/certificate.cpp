#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "foundation/crypto/crypto.hpp"
#include "foundation/crypto/openssl.hpp"

namespace carnet::crypto {

namespace {

using OwnedX509 = Owned<X509, X509_free>;
using OwnedNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using OwnedExtension = Owned<X509_EXTENSION, X509_EXTENSION_free>;

constexpr std::int64_t validity_s = 825LL * 24 * 3600;
constexpr std::int64_t clock_slack_s = 3600;

void add_extension(X509* certificate, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const OwnedExtension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  must(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "a certificate extension");
}

// Made as values, not through the library's small language of extensions, where a comma in a name would start another.
void add_names(X509* certificate, const std::vector<std::string>& dns_names) {
  const OwnedNames names(sk_GENERAL_NAME_new_null());
  must(names != nullptr, "GENERAL_NAMES");
  for (const auto& name : dns_names) {
    GENERAL_NAME* entry = GENERAL_NAME_new();
    must(entry != nullptr, "GENERAL_NAME_new");
    if (ASN1_OCTET_STRING* address = a2i_IPADDRESS(name.c_str()); address != nullptr) {
      GENERAL_NAME_set0_value(entry, GEN_IPADD, address);
    } else {
      ASN1_IA5STRING* text = ASN1_IA5STRING_new();
      must(text != nullptr && ASN1_STRING_set(text, name.data(), static_cast<int>(name.size())) == 1, "a DNS name");
      GENERAL_NAME_set0_value(entry, GEN_DNS, text);
    }
    must(sk_GENERAL_NAME_push(names.get(), entry) > 0, "a DNS name");
  }
  must(X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), 0, X509V3_ADD_DEFAULT) == 1,
       "the names of a certificate");
}

// 127 random bits: positive, and not to be guessed.
void set_serial(X509* certificate) {
  std::uint8_t random[16];
  must(RAND_bytes(random, sizeof random) == 1, "RAND_bytes");
  random[0] = static_cast<std::uint8_t>((random[0] & 0x7F) | 0x40);
  const OwnedBn number(BN_bin2bn(random, sizeof random, nullptr));
  must(number != nullptr && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
       "the serial of a certificate");
}

}  // namespace

Certificate self_signed(const std::vector<std::string>& dns_names, std::int64_t now_ms) {
  CARNET_INVARIANT(!dns_names.empty(), "a certificate needs a name");
  const QuietErrors quiet;
  const OwnedPkey key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
  const OwnedX509 certificate(X509_new());
  must(key != nullptr && certificate != nullptr, "a key and a certificate");
  X509* x509 = certificate.get();
  must(X509_set_version(x509, X509_VERSION_3) == 1, "X509_set_version");
  set_serial(x509);
  const auto now_s = static_cast<time_t>(now_ms / 1000);
  must(ASN1_TIME_set(X509_getm_notBefore(x509), now_s - clock_slack_s) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(x509), now_s + validity_s) != nullptr,
       "the dates of a certificate");
  X509_NAME* subject = X509_get_subject_name(x509);
  // The common name holds at most 64 characters; names are judged by the extension.
  const std::string common = dns_names.front().substr(0, 64);
  must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common.data()),
                                  static_cast<int>(common.size()), -1, 0) == 1 &&
           X509_set_issuer_name(x509, subject) == 1 && X509_set_pubkey(x509, key.get()) == 1,
       "the names of a certificate");
  add_extension(x509, NID_basic_constraints, "critical,CA:FALSE");
  add_extension(x509, NID_key_usage, "critical,digitalSignature");
  add_extension(x509, NID_ext_key_usage, "serverAuth");
  add_extension(x509, NID_subject_key_identifier, "hash");
  add_names(x509, dns_names);
  must(X509_sign(x509, key.get(), algorithms().sha256) > 0, "X509_sign");

  const OwnedBio pem(BIO_new(BIO_s_mem()));
  const OwnedBio key_pem(BIO_new(BIO_s_mem()));
  must(pem && key_pem && PEM_write_bio_X509(pem.get(), x509) == 1 &&
           PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
       "the PEM of a certificate");
  char* data = nullptr;
  const long size = BIO_get_mem_data(key_pem.get(), &data);
  return {written(pem.get()), SecretBytes(std::string_view(data, static_cast<std::size_t>(size)))};
}

}  // namespace carnet::crypto
