#include "audit/codec.hpp"

#include <gtest/gtest.h>

namespace carnet::audit {
namespace {

Entry full_entry() {
  Entry entry;
  entry.space = SpaceId(7);
  entry.lane = Lane::reserved;
  entry.action = Action::document_read;
  entry.actor = ActorKind::professional;
  entry.actor_id = "10001234567";
  entry.actor_name = "Dr \"Lina\" Bénali";
  entry.profession = "10";
  entry.structure_id = "750000001";
  entry.structure_name = "Cabinet des Lilas";
  entry.mode = Mode::bris_de_glace;
  entry.reason = "inconscient";
  entry.item = "item";
  entry.item_title = "Radio du genou";
  entry.count = 3;
  entry.request_id = "request";
  return entry;
}

TEST(TraceCodec, ABodyComesBackWhole) {
  const auto entry = full_entry();
  const auto back = decode_body(encode_body(entry), entry.space, entry.lane);
  ASSERT_TRUE(back);
  EXPECT_EQ(encode_body(*back), encode_body(entry));
  EXPECT_EQ(back->actor_name, entry.actor_name);
  EXPECT_EQ(back->mode, entry.mode);
  EXPECT_EQ(back->space, entry.space);
  EXPECT_EQ(back->lane, entry.lane);
}

// docs/formats/trace.md, the example
TEST(TraceCodec, TheBodyIsCompact) {
  Entry entry;
  entry.action = Action::documents_listed;
  entry.actor = ActorKind::holder;
  entry.count = 2;
  EXPECT_EQ(encode_body(entry), R"({"action":40,"actor":1,"count":2})");
}

TEST(TraceCodec, UnknownMembersAreLeftWrongTypesRefused) {
  EXPECT_TRUE(decode_body(R"({"action":40,"actor":1,"later":true})", SpaceId(1), Lane::ordinary));
  EXPECT_FALSE(decode_body(R"({"action":"40"})", SpaceId(1), Lane::ordinary));
  EXPECT_FALSE(decode_body(R"({"reason":4})", SpaceId(1), Lane::ordinary));
  EXPECT_FALSE(decode_body("", SpaceId(1), Lane::ordinary));
}

// docs/formats/trace.md, to the byte
TEST(TraceCodec, HeaderToTheByte) {
  Header header;
  header.space = SpaceId(0x0102030405060708);
  header.lane = Lane::reserved;
  header.sequence = 9;
  header.at = kernel::Instant{0x0a0b};
  for (std::size_t i = 0; i < 16; ++i) header.id[i] = static_cast<std::uint8_t>(0xf0 + i);
  EXPECT_EQ(kernel::to_hex(header_bytes(header)),
            "43545231"
            "0102030405060708"
            "01"
            "0000000000000009"
            "0000000000000a0b"
            "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
  EXPECT_EQ(kernel::to_hex(pending_binding(header)).substr(0, 8), "43545031");
  Hash previous{};
  previous[0] = 0xaa;
  kernel::Bytes hashed(previous.begin(), previous.end());
  hashed.push_back('b');
  const auto head = header_bytes(header);
  hashed.insert(hashed.end(), head.begin(), head.end());
  EXPECT_EQ(chain_hash(previous, kernel::as_bytes("b"), header), crypto::sha256(hashed));
}

TEST(TraceCodec, IdsGrowWhateverTheClockDoes) {
  io::SeededEntropy entropy(1);
  EntryIds ids(entropy);
  EntryId last = ids.next(kernel::Instant{1'000});
  EXPECT_EQ(kernel::to_hex(last).substr(0, 16), "0000000003e80000");
  for (const std::int64_t now : {1'000, 1'000, 900, 0, -5, 1'001, 1'001}) {
    const auto next = ids.next(kernel::Instant{now});
    EXPECT_LT(last, next);
    last = next;
  }
  for (int i = 0; i < 70'000; ++i) {
    const auto next = ids.next(kernel::Instant{0});
    ASSERT_LT(last, next);
    last = next;
  }
}

}  // namespace
}  // namespace carnet::audit
