#include <gtest/gtest.h>

#include "foundation/crypto/crypto.hpp"

namespace carnet::crypto {
namespace {

using kernel::as_bytes;
using kernel::to_hex;

SecretBytes key_of(std::size_t count, std::uint8_t byte) {
  return SecretBytes(Bytes(count, byte));
}

TEST(Sha256, Fips180Vectors) {
  EXPECT_EQ(to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha1(as_bytes("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST(Sha256, StreamEqualsOnePiece) {
  Bytes data(100'000);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i * 7);
  Sha256Stream stream;
  ByteView rest = data;
  for (std::size_t step = 0; !rest.empty(); step = step * 3 + 1) {
    const auto taken = std::min(step, rest.size());
    stream.add(rest.first(taken));
    rest = rest.subspan(taken);
  }
  EXPECT_EQ(stream.finish(), sha256(data));
}

TEST(Sha256DeathTest, StreamFinishesOnce) {
  EXPECT_DEATH(
      {
        Sha256Stream stream;
        (void)stream.finish();
        stream.add(as_bytes("more"));
      },
      "finished");
}

// RFC 4231, test cases 1-4, 6 and 7 (5 is about truncation, which is not offered).
TEST(Hmac, Rfc4231Vectors) {
  EXPECT_EQ(to_hex(hmac_sha256(key_of(20, 0x0b), as_bytes("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac_sha256(SecretBytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(key_of(20, 0xaa), Bytes(50, 0xdd))),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  Bytes counting;
  for (std::uint8_t i = 1; i <= 25; ++i) counting.push_back(i);
  EXPECT_EQ(to_hex(hmac_sha256(SecretBytes(counting), Bytes(50, 0xcd))),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  EXPECT_EQ(to_hex(hmac_sha256(key_of(131, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(to_hex(hmac_sha256(key_of(131, 0xaa),
                               as_bytes("This is a test using a larger than block-size key and a larger than "
                                        "block-size data. The key needs to be hashed before being used by the HMAC "
                                        "algorithm."))),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

// RFC 5869 test case 3: empty salt, empty info.
TEST(Hkdf, Rfc5869VectorWithoutSalt) {
  EXPECT_EQ(to_hex(hkdf_sha256(key_of(22, 0x0b), "", 42).reveal()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

// RFC 5869 section 2, computed from HMAC, with info and over several blocks.
TEST(Hkdf, EqualsItsDefinition) {
  const SecretBytes key("some master key of whatever length it has");
  const std::string info = "carnet/seal/register";
  const auto extracted = hmac_sha256(SecretBytes(Bytes(32, 0)), key.reveal());
  const SecretBytes prk(Bytes(extracted.begin(), extracted.end()));
  Bytes expected;
  Bytes previous;
  for (std::uint8_t i = 1; i <= 4; ++i) {
    Bytes input = previous;
    input.insert(input.end(), info.begin(), info.end());
    input.push_back(i);
    const auto block = hmac_sha256(prk, input);
    previous.assign(block.begin(), block.end());
    expected.insert(expected.end(), block.begin(), block.end());
  }
  expected.resize(100);
  EXPECT_EQ(to_hex(hkdf_sha256(key, info, 100).reveal()), to_hex(expected));
  EXPECT_NE(to_hex(hkdf_sha256(key, "carnet/seal/traces", 100).reveal()), to_hex(expected));
}

}  // namespace
}  // namespace carnet::crypto
