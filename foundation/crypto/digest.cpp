#include "foundation/crypto/crypto.hpp"
#include "foundation/crypto/openssl.hpp"

namespace carnet::crypto {

namespace {

// A context of this thread, for the next digest: its own end leaves nothing of what was read in it.
OwnedMdCtx& spare() {
  thread_local OwnedMdCtx context;
  return context;
}

OwnedMdCtx begun() {
  OwnedMdCtx context = spare() ? std::move(spare()) : OwnedMdCtx(EVP_MD_CTX_new());
  must(context != nullptr && EVP_DigestInit_ex2(context.get(), algorithms().sha256, nullptr) == 1, "EVP_DigestInit");
  return context;
}

Digest finished(OwnedMdCtx context) {
  Digest out{};
  must(EVP_DigestFinal_ex(context.get(), out.data(), nullptr) == 1, "EVP_DigestFinal");
  spare() = std::move(context);
  return out;
}

Digest mac_with(EVP_MAC_CTX& context, const SecretBytes* key, ByteView data) {
  Digest out{};
  std::size_t size = 0;
  // Without a key: the one that the context holds.
  must(EVP_MAC_init(&context, key != nullptr ? key->reveal().data() : nullptr, key != nullptr ? key->size() : 0, nullptr) == 1 &&
           EVP_MAC_update(&context, data.data(), data.size()) == 1 &&
           EVP_MAC_final(&context, out.data(), &size, out.size()) == 1 && size == out.size(),
       "HMAC-SHA-256");
  return out;
}

template <std::size_t size>
std::array<std::uint8_t, size> digest_of(ByteView data, const EVP_MD* algorithm) {
  std::array<std::uint8_t, size> out{};
  unsigned written_size = 0;
  must(EVP_Digest(data.data(), data.size(), out.data(), &written_size, algorithm, nullptr) == 1 && written_size == size,
       "EVP_Digest");
  return out;
}

}  // namespace

Digest sha256(ByteView data) {
  OwnedMdCtx context = begun();
  must(EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1, "EVP_DigestUpdate");
  return finished(std::move(context));
}

std::array<std::uint8_t, 20> sha1(ByteView data) {
  return digest_of<20>(data, algorithms().sha1);
}

struct Sha256Stream::State {
  OwnedMdCtx context = begun();
};

Sha256Stream::Sha256Stream() : state_(std::make_unique<State>()) {}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::add(ByteView data) {
  CARNET_INVARIANT(state_ != nullptr, "a finished Sha256Stream takes nothing more");
  must(EVP_DigestUpdate(state_->context.get(), data.data(), data.size()) == 1, "EVP_DigestUpdate");
}

Digest Sha256Stream::finish() {
  CARNET_INVARIANT(state_ != nullptr, "a Sha256Stream finishes once");
  const auto state = std::move(state_);
  return finished(std::move(state->context));
}

Digest hmac_sha256(const SecretBytes& key, ByteView data) {
  CARNET_INVARIANT(!key.empty(), "HMAC needs a key");
  // A copy of the prepared context: choosing the digest anew would fetch it by name at each call.
  const OwnedMacCtx context(EVP_MAC_CTX_dup(algorithms().hmac_sha256));
  must(context != nullptr, "EVP_MAC_CTX_dup");
  return mac_with(*context, &key, data);
}

Digest KeyedMac::of(ByteView data) const {
  const auto prepared = [this] {
    CARNET_INVARIANT(!key_.empty(), "HMAC needs a key");
    OwnedMacCtx context(EVP_MAC_CTX_dup(algorithms().hmac_sha256));
    must(context != nullptr && EVP_MAC_init(context.get(), key_.reveal().data(), key_.size(), nullptr) == 1, "HMAC-SHA-256");
    return context;
  };
  return ready_.with(prepared, [data](EVP_MAC_CTX& context) { return mac_with(context, nullptr, data); });
}

SecretBytes hkdf_sha256(const SecretBytes& key, std::string_view info, std::size_t length) {
  CARNET_INVARIANT(!key.empty() && length > 0 && length <= 255 * 32, "HKDF-SHA-256 gives 1 to 8160 bytes from a key");
  OwnedKdfCtx context(EVP_KDF_CTX_new(algorithms().hkdf));
  char digest[] = "SHA256";
  // OSSL_PARAM is for both directions and wants mutable pointers; these are only read.
  auto* key_data = const_cast<std::uint8_t*>(key.reveal().data());
  auto* info_data = const_cast<char*>(info.data());
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                               OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key_data, key.size()),
                               info.empty()
                                   ? OSSL_PARAM_construct_end()
                                   : OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info_data, info.size()),
                               OSSL_PARAM_construct_end()};
  Bytes out(length);
  must(context != nullptr && EVP_KDF_derive(context.get(), out.data(), out.size(), params) == 1, "HKDF");
  return SecretBytes(std::move(out));
}

}  // namespace carnet::crypto
