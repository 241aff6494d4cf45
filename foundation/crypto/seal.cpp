#include <array>
#include <atomic>
#include <climits>

#include "foundation/crypto/crypto.hpp"
#include "foundation/crypto/openssl.hpp"

namespace carnet::crypto {

namespace {

constexpr std::uint8_t format_gcm = 1;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr std::size_t head_size = 1 + nonce_size;
constexpr std::size_t max_size = INT_MAX - 1024;  // OpenSSL counts in int
static_assert(head_size + tag_size == seal_overhead);

OwnedCipherCtx new_cipher() {
  OwnedCipherCtx context(EVP_CIPHER_CTX_new());
  must(context != nullptr, "EVP_CIPHER_CTX_new");
  return context;
}

SecretBytes key_for(const SecretBytes& master, std::string_view use, std::string_view branch, std::size_t length) {
  return hkdf_sha256(master, "carnet/" + std::string(use) + "/" + std::string(branch), length);
}

SecretBytes key_of_place(const KeyedMac& branch_key, ByteView associated) {
  auto digest = branch_key.of(associated);
  SecretBytes key(Bytes(digest.begin(), digest.end()));
  kernel::zeroise(digest.data(), digest.size());
  return key;
}

}  // namespace

Bytes seal(const SecretBytes& key32, ByteView plain, ByteView associated, io::Entropy& entropy) {
  CARNET_INVARIANT(key32.size() == 32, "AES-256 takes a key of 32 bytes");
  CARNET_INVARIANT(plain.size() <= max_size && associated.size() <= max_size, "too large to seal in one piece");
  Bytes out(plain.size() + seal_overhead);
  out[0] = format_gcm;
  const auto nonce = std::span(out).subspan(1, nonce_size);
  entropy.fill("crypto.nonce", nonce);
  const auto context = new_cipher();
  int size = 0;
  bool worked =
      EVP_EncryptInit_ex2(context.get(), algorithms().aes_256_gcm, key32.reveal().data(), nonce.data(), nullptr) == 1;
  if (!associated.empty()) {
    worked = worked && EVP_EncryptUpdate(context.get(), nullptr, &size, associated.data(),
                                         static_cast<int>(associated.size())) == 1;
  }
  std::uint8_t* cipher = out.data() + head_size;
  if (!plain.empty()) {
    worked = worked &&
             EVP_EncryptUpdate(context.get(), cipher, &size, plain.data(), static_cast<int>(plain.size())) == 1 &&
             static_cast<std::size_t>(size) == plain.size();
  }
  std::uint8_t* tag = cipher + plain.size();
  worked = worked && EVP_EncryptFinal_ex(context.get(), tag, &size) == 1 && size == 0 &&
           EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tag_size), tag) == 1;
  must(worked, "AES-256-GCM seal");
  return out;
}

std::optional<Bytes> open(const SecretBytes& key32, ByteView sealed, ByteView associated) {
  CARNET_INVARIANT(key32.size() == 32, "AES-256 takes a key of 32 bytes");
  if (sealed.size() < seal_overhead || sealed.size() > max_size || associated.size() > max_size) return std::nullopt;
  if (sealed[0] != format_gcm) return std::nullopt;
  const QuietErrors quiet;
  const auto nonce = sealed.subspan(1, nonce_size);
  const auto cipher = sealed.subspan(head_size, sealed.size() - seal_overhead);
  Bytes tag(sealed.end() - tag_size, sealed.end());  // the library takes a mutable pointer
  const auto context = new_cipher();
  int size = 0;
  bool worked =
      EVP_DecryptInit_ex2(context.get(), algorithms().aes_256_gcm, key32.reveal().data(), nonce.data(), nullptr) == 1;
  if (!associated.empty()) {
    worked = worked && EVP_DecryptUpdate(context.get(), nullptr, &size, associated.data(),
                                         static_cast<int>(associated.size())) == 1;
  }
  Bytes plain(cipher.size());
  if (!cipher.empty()) {
    worked = worked &&
             EVP_DecryptUpdate(context.get(), plain.data(), &size, cipher.data(), static_cast<int>(cipher.size())) == 1;
  }
  worked =
      worked && EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag_size), tag.data()) == 1;
  must(worked, "AES-256-GCM open");
  std::uint8_t nothing_more[16];
  if (EVP_DecryptFinal_ex(context.get(), nothing_more, &size) != 1) {
    kernel::zeroise(plain.data(), plain.size());
    return std::nullopt;
  }
  return plain;
}

Sealer::Sealer(const SecretBytes& master, std::string_view branch, io::Entropy& entropy)
    : key_(std::make_shared<const KeyedMac>(key_for(master, "seal", branch, 32))), entropy_(&entropy) {}

Bytes Sealer::seal(ByteView plain, ByteView associated) const {
  return crypto::seal(key_of_place(*key_, associated), plain, associated, *entropy_);
}

std::optional<Bytes> Sealer::open(ByteView sealed, ByteView associated) const {
  return crypto::open(key_of_place(*key_, associated), sealed, associated);
}

BlindIndex::BlindIndex(const SecretBytes& master, std::string_view branch)
    : key_(std::make_shared<const KeyedMac>(key_for(master, "blind-index", branch, 32))) {}

Bytes BlindIndex::of(std::string_view normalised) const {
  const auto digest = key_->of(kernel::as_bytes(normalised));
  return {digest.begin(), digest.begin() + 16};
}

struct IdPermutation::State {
  explicit State(SecretBytes given) : key(std::move(given)) {}
  SecretBytes key;
  std::array<KeptReady<OwnedCipherCtx>, 2> ready{};  // to open, to seal

  using Block = std::array<std::uint8_t, 16>;
  Block turn(const Block& in, bool encrypt) const {
    return ready[encrypt ? 1 : 0].with([this, encrypt] { return prepared(encrypt); },
                                       [&in](EVP_CIPHER_CTX& cipher) { return turned(cipher, in); });
  }
  OwnedCipherCtx prepared(bool encrypt) const {
    auto context = new_cipher();
    must(EVP_CipherInit_ex2(context.get(), algorithms().aes_128_ecb, key.reveal().data(), nullptr, encrypt ? 1 : 0,
                            nullptr) == 1 &&
             EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1,
         "AES-128");
    return context;
  }
  static Block turned(EVP_CIPHER_CTX& cipher, const Block& in) {
    Block out{};
    int size = 0;
    must(EVP_CipherUpdate(&cipher, out.data(), &size, in.data(), static_cast<int>(in.size())) == 1 &&
             size == static_cast<int>(out.size()),
         "AES-128 of one block");
    return out;
  }
};

IdPermutation::IdPermutation(const SecretBytes& master, std::string_view branch)
    : state_(std::make_unique<State>(key_for(master, "id", branch, 16))) {}

IdPermutation::~IdPermutation() = default;

std::string IdPermutation::seal(Parts parts) const {
  constexpr std::int64_t limit = std::int64_t{1} << 56;
  CARNET_INVARIANT(parts.space >= 0 && parts.space < limit && parts.local >= 0 && parts.local < limit,
                   "the halves of an id have 56 bits");
  State::Block block{};
  for (std::size_t i = 0; i < 8; ++i) {
    block[i] = static_cast<std::uint8_t>(parts.space >> (56 - 8 * i));
    block[8 + i] = static_cast<std::uint8_t>(parts.local >> (56 - 8 * i));
  }
  return kernel::to_base32(state_->turn(block, true));
}

std::optional<IdPermutation::Parts> IdPermutation::open(std::string_view text) const {
  const auto bytes = kernel::from_base32(text, 16);
  if (!bytes || kernel::to_base32(*bytes) != text) return std::nullopt;  // one spelling: ids are compared as texts
  State::Block block{};
  std::copy(bytes->begin(), bytes->end(), block.begin());
  block = state_->turn(block, false);
  if (block[0] != 0 || block[8] != 0) return std::nullopt;
  Parts parts{0, 0};
  for (std::size_t i = 0; i < 8; ++i) {
    parts.space = parts.space << 8 | block[i];
    parts.local = parts.local << 8 | block[8 + i];
  }
  return parts;
}

}  // namespace carnet::crypto
