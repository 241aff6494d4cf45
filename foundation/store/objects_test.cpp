#include "foundation/store/objects.hpp"

#include <gtest/gtest.h>

#include "foundation/store/testing/temp_directory.hpp"

namespace carnet::store {
namespace {

using testing::TempDirectory;

std::unique_ptr<Packs> open(const std::filesystem::path& directory, std::int64_t pack_bytes) {
  auto opened = Packs::open(directory, pack_bytes);
  EXPECT_TRUE(opened) << opened.error().detail;
  return std::move(*opened);
}

TEST(Packs, AFullPackIsFollowedByAnother) {
  TempDirectory directory;
  auto packs = open(directory / "objects", 10);
  std::vector<ObjectRef> refs;
  for (int i = 0; i < 5; ++i) refs.push_back(*packs->append(Bytes(6, static_cast<std::uint8_t>(i))));
  refs.push_back(*packs->append(Bytes(40, 9)));  // larger than a pack: one of its own
  ASSERT_TRUE(packs->sync());
  EXPECT_EQ(refs[0].pack, 1);
  EXPECT_EQ(refs[1].pack, 2);
  EXPECT_EQ(refs[5].pack, 6);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(*packs->read(refs[static_cast<std::size_t>(i)]), Bytes(6, static_cast<std::uint8_t>(i)));
  packs.reset();
  packs = open(directory / "objects", 100);
  const auto next = *packs->append(Bytes(1, 7));
  EXPECT_EQ(next, (ObjectRef{6, 40, 1}));
  EXPECT_EQ(*packs->read(refs[5]), Bytes(40, 9));
}

TEST(Packs, MorePacksThanDescriptorsKept) {
  TempDirectory directory;
  auto packs = open(directory / "objects", 1);
  std::vector<ObjectRef> refs;
  for (int i = 0; i < 200; ++i) refs.push_back(*packs->append(Bytes(3, static_cast<std::uint8_t>(i))));
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < refs.size(); ++i)
      ASSERT_EQ(*packs->read(refs[i]), Bytes(3, static_cast<std::uint8_t>(i)));
  }
}

TEST(Packs, OneOwner) {
  TempDirectory directory;
  auto packs = open(directory / "objects", 10);
  EXPECT_FALSE(Packs::open(directory / "objects", 10));
}

}  // namespace
}  // namespace carnet::store
