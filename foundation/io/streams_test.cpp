#include "foundation/io/streams.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "foundation/io/files.hpp"

namespace carnet::io {
namespace {

class Streams : public ::testing::Test {
 protected:
  Streams() {
    std::string pattern = (std::filesystem::temp_directory_path() / "carnet-streams-XXXXXX").string();
    directory_ = ::mkdtemp(pattern.data());
  }
  ~Streams() override { std::filesystem::remove_all(directory_); }
  std::string content(const std::filesystem::path& path) {
    return std::string(kernel::as_text(*read_file(path, 1 << 20)));
  }
  std::filesystem::path directory_;
};

TEST_F(Streams, ReadsFromAnyPlaceAndStopsAtTheEnd) {
  const auto path = directory_ / "in";
  ASSERT_TRUE(replace_file(path, kernel::as_bytes("0123456789"), 0600));
  const auto file = InputFile::open(path);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(file->size(), 10);
  std::array<std::uint8_t, 4> out{};
  EXPECT_EQ(file->read(3, out).value(), 4U);
  EXPECT_EQ(kernel::as_text(out), "3456");
  EXPECT_EQ(file->read(8, out).value(), 2U);
  EXPECT_EQ(file->read(10, out).value(), 0U);
  EXPECT_EQ(InputFile::open(directory_ / "none").error().kind, kernel::ErrorKind::not_found);
  EXPECT_EQ(InputFile::open(directory_).error().kind, kernel::ErrorKind::invalid);
}

TEST_F(Streams, AppendsAfterWhatIsKept) {
  const auto path = directory_ / "out";
  {
    auto file = AppendFile::open(path, 0);
    ASSERT_TRUE(file.has_value());
    ASSERT_TRUE(file->append(kernel::as_bytes("first ")));
    ASSERT_TRUE(file->append(kernel::as_bytes("second")));
    ASSERT_TRUE(file->sync());
    EXPECT_EQ(file->size(), 12);
  }
  EXPECT_EQ(content(path), "first second");
  {
    auto file = AppendFile::open(path, 6);
    ASSERT_TRUE(file->append(kernel::as_bytes("third")));
  }
  EXPECT_EQ(content(path), "first third");
  EXPECT_EQ(AppendFile::open(path, 100).error().code, "files.shorter");
  EXPECT_EQ(content(path), "first third");
}

}  // namespace
}  // namespace carnet::io
