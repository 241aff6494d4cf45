#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "foundation/crypto/crypto.hpp"

namespace carnet::crypto {
namespace {

using kernel::as_bytes;
using kernel::to_hex;

Bytes hex(std::string_view text) {
  return *kernel::from_hex(text);
}

class FixedEntropy final : public io::Entropy {
 public:
  explicit FixedEntropy(Bytes bytes) : bytes_(std::move(bytes)) {}
  void fill(std::string_view, std::span<std::uint8_t> out) override {
    ASSERT_EQ(out.size(), bytes_.size());
    std::copy(bytes_.begin(), bytes_.end(), out.begin());
  }

 private:
  Bytes bytes_;
};

struct Seal : testing::Test {
  io::SeededEntropy entropy{7};
  SecretBytes key{entropy.bytes("key", 32)};
  SecretBytes other_key{entropy.bytes("key", 32)};
};

// The GCM specification (McGrew and Viega), test case 16: AES-256 with associated data.
TEST_F(Seal, GcmTestCase16) {
  const SecretBytes vector_key(hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"));
  FixedEntropy nonce(hex("cafebabefacedbaddecaf888"));
  const auto plain = hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
      "ba637b39");
  const auto associated = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const auto sealed = seal(vector_key, plain, associated, nonce);
  EXPECT_EQ(to_hex(sealed),
            "01cafebabefacedbaddecaf888"
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393"
            "ba7a0abcc9f662"
            "76fc6ece0f4e1768cddf8853bb2d551b");
  EXPECT_EQ(open(vector_key, sealed, associated), plain);
}

TEST_F(Seal, RoundTripsEverySizeNearABlock) {
  for (std::size_t size = 0; size < 70; ++size) {
    const Bytes plain = entropy.bytes("plain", size);
    const auto sealed = seal(key, plain, as_bytes("place"), entropy);
    EXPECT_EQ(sealed.size(), size + seal_overhead);
    EXPECT_EQ(open(key, sealed, as_bytes("place")), plain);
  }
  EXPECT_EQ(open(key, seal(key, as_bytes("x"), {}, entropy), {}), kernel::to_bytes("x"));
}

TEST_F(Seal, RefusesEveryFlippedBitAndEveryTruncation) {
  const auto sealed = seal(key, as_bytes("a secret of some length"), as_bytes("document/7/1"), entropy);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes tampered = sealed;
      tampered[i] = static_cast<std::uint8_t>(tampered[i] ^ (1U << bit));
      ASSERT_FALSE(open(key, tampered, as_bytes("document/7/1"))) << "byte " << i << " bit " << bit;
    }
    ASSERT_FALSE(open(key, ByteView(sealed).first(i), as_bytes("document/7/1"))) << "first " << i << " bytes";
  }
  Bytes longer = sealed;
  longer.push_back(0);
  EXPECT_FALSE(open(key, longer, as_bytes("document/7/1")));
}

TEST_F(Seal, OpensOnlyAtItsPlaceWithItsKey) {
  const auto sealed = seal(key, as_bytes("value"), as_bytes("document/7/1"), entropy);
  EXPECT_TRUE(open(key, sealed, as_bytes("document/7/1")));
  EXPECT_FALSE(open(key, sealed, as_bytes("document/7/2")));
  EXPECT_FALSE(open(key, sealed, {}));
  EXPECT_FALSE(open(other_key, sealed, as_bytes("document/7/1")));
}

TEST_F(Seal, EqualValuesDoNotLookEqual) {
  EXPECT_NE(seal(key, as_bytes("same"), {}, entropy), seal(key, as_bytes("same"), {}, entropy));
}

TEST_F(Seal, SealerSeparatesBranchesPlacesAndMasters) {
  const Sealer registry(key, "register", entropy);
  const Sealer same(key, "register", entropy);
  const Sealer traces(key, "traces", entropy);
  const Sealer elsewhere(other_key, "register", entropy);
  const auto sealed = registry.seal(as_bytes("Nadia"), as_bytes("person/7/name"));
  EXPECT_EQ(sealed.size(), 5 + seal_overhead);
  EXPECT_EQ(same.open(sealed, as_bytes("person/7/name")), kernel::to_bytes("Nadia"));
  EXPECT_FALSE(registry.open(sealed, as_bytes("person/8/name")));
  EXPECT_FALSE(traces.open(sealed, as_bytes("person/7/name")));
  EXPECT_FALSE(elsewhere.open(sealed, as_bytes("person/7/name")));
  EXPECT_FALSE(open(key, sealed, as_bytes("person/7/name"))) << "the master itself opens nothing";
}

TEST_F(Seal, BlindIndexIsKeyedStableAndSeparated) {
  const BlindIndex nir(key, "nir");
  const auto index = nir.of("255069999999934");
  EXPECT_EQ(index.size(), 16U);
  EXPECT_EQ(index, BlindIndex(key, "nir").of("255069999999934"));
  EXPECT_NE(index, nir.of("255069999999935"));
  EXPECT_NE(index, BlindIndex(key, "serial").of("255069999999934"));
  EXPECT_NE(index, BlindIndex(other_key, "nir").of("255069999999934"));
}

TEST_F(Seal, IdsAreDistinctOpaqueAndOpenToWhatTheyHold) {
  const IdPermutation ids(key, "document");
  std::set<std::string> seen;
  std::size_t shared_start = 0;
  for (std::int64_t i = 0; i < 100'000; ++i) {
    const IdPermutation::Parts parts{i % 317, i};
    const auto text = ids.seal(parts);
    ASSERT_EQ(text.size(), 26U);
    ASSERT_TRUE(seen.insert(text).second);
    ASSERT_EQ(ids.open(text), parts);
    if (text.starts_with(seen.begin()->substr(0, 4))) ++shared_start;
  }
  EXPECT_LT(shared_start, 100U) << "neighbours must not look like neighbours";
}

TEST_F(Seal, IdsHoldTheLargestHalves) {
  const IdPermutation ids(key, "document");
  constexpr std::int64_t largest = (std::int64_t{1} << 56) - 1;
  const IdPermutation::Parts parts{largest, largest};
  EXPECT_EQ(ids.open(ids.seal(parts)), parts);
  const IdPermutation::Parts zero{0, 0};
  EXPECT_EQ(ids.open(ids.seal(zero)), zero);
  EXPECT_DEATH((void)ids.seal({largest + 1, 0}), "56 bits");
  EXPECT_DEATH((void)ids.seal({0, -1}), "56 bits");
}

TEST_F(Seal, ForeignIdsRarelyOpen) {
  const IdPermutation ids(key, "document");
  const IdPermutation other_branch(key, "thread");
  const IdPermutation other_master(other_key, "document");
  int opened = 0;
  constexpr int count = 100'000;
  for (int i = 0; i < count; ++i) {
    if (ids.open(other_branch.seal({i, i}))) ++opened;
    if (ids.open(other_master.seal({i, i}))) ++opened;
    if (ids.open(kernel::to_base32(entropy.bytes("forged", 16)))) ++opened;
  }
  EXPECT_LT(opened, 30) << "expected 3 * 1e5 / 2^16 = 4.6";
}

TEST_F(Seal, IdsOfAnotherFormDoNotOpen) {
  const IdPermutation ids(key, "document");
  auto text = ids.seal({1, 2});
  EXPECT_FALSE(ids.open(""));
  EXPECT_FALSE(ids.open(text.substr(1)));
  EXPECT_FALSE(ids.open(text + "0"));
  text[3] = 'u';
  EXPECT_FALSE(ids.open(text));
}

TEST_F(Seal, AllAreUsableFromManyThreads) {
  const Sealer sealer(key, "register", entropy);
  const IdPermutation ids(key, "document");
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2'000; ++i) {
        const auto place = "row/" + std::to_string(t) + "/" + std::to_string(i);
        if (sealer.open(sealer.seal(as_bytes(place), as_bytes(place)), as_bytes(place)) != kernel::to_bytes(place) ||
            ids.open(ids.seal({t, i})) != IdPermutation::Parts{t, i}) {
          failures.fetch_add(1);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failures.load(), 0);
}

TEST(Password, VerifiesWhatItHashedAndNothingElse) {
  io::SeededEntropy entropy(3);
  const SecretBytes password("un cheval, une batterie, une agrafe");
  const auto encoded = hash_password(password, entropy);
  EXPECT_TRUE(encoded.starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << encoded;
  EXPECT_TRUE(verify_password(password, encoded));
  EXPECT_FALSE(verify_password(SecretBytes("un cheval, une batterie, une agrafe "), encoded));
  EXPECT_FALSE(verify_password(SecretBytes(""), encoded));
  EXPECT_NE(hash_password(password, entropy), encoded) << "each hash has a salt of its own";
}

TEST(Password, RefusesEncodedTextsThatItDidNotWrite) {
  io::SeededEntropy entropy(3);
  const SecretBytes password("correct");
  const auto encoded = hash_password(password, entropy);
  EXPECT_FALSE(verify_password(password, ""));
  EXPECT_FALSE(verify_password(password, encoded.substr(0, encoded.size() - 4)));
  EXPECT_FALSE(verify_password(password, encoded + std::string(1, '\0')));
  // The cost of a text altered in the database is not paid: 4 GiB of memory here.
  EXPECT_FALSE(verify_password(password, "$argon2id$v=19$m=4194304,t=2,p=1$" + encoded.substr(31)));
  EXPECT_FALSE(verify_password(password, "$argon2i$v=19$m=19456,t=2,p=1$" + encoded.substr(31)));
}

TEST(Password, TakesBytesBeyondText) {
  io::SeededEntropy entropy(4);
  const SecretBytes with_nul(Bytes{'a', 0, 'b'});
  const auto encoded = hash_password(with_nul, entropy);
  EXPECT_TRUE(verify_password(with_nul, encoded));
  EXPECT_FALSE(verify_password(SecretBytes("a"), encoded));
}

}  // namespace
}  // namespace carnet::crypto
