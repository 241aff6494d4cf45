#include "foundation/io/files.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>

namespace carnet::io {
namespace {

using kernel::as_bytes;
using kernel::ErrorKind;
using kernel::to_bytes;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string form = (std::filesystem::temp_directory_path() / "files_test.XXXXXX").string();
    ASSERT_NE(::mkdtemp(form.data()), nullptr);
    directory = form;
    path = directory / "clé";
  }
  void TearDown() override { std::filesystem::remove_all(directory); }
  std::string content() const {
    const auto read = read_file(path, 1 << 26);
    return read ? std::string(kernel::as_text(*read)) : read.error().code;
  }
  std::size_t files_in_directory() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory), {}));
  }
  unsigned mode_of(const std::filesystem::path& file) const {
    struct stat facts{};
    EXPECT_EQ(::stat(file.c_str(), &facts), 0);
    return facts.st_mode & 07777U;
  }
  std::filesystem::path directory;
  std::filesystem::path path;
};

TEST_F(Files, ReplaceCreatesThenReplaces) {
  ASSERT_TRUE(replace_file(path, as_bytes("one"), 0600));
  EXPECT_EQ(content(), "one");
  EXPECT_EQ(mode_of(path), 0600U);
  ASSERT_TRUE(replace_file(path, {}, 0644));
  EXPECT_EQ(content(), "");
  EXPECT_EQ(mode_of(path), 0644U);
  EXPECT_EQ(files_in_directory(), 1U);
}

TEST_F(Files, ReplaceGivesTheModeWhateverTheUmask) {
  const auto before = ::umask(0077);
  EXPECT_TRUE(replace_file(path, as_bytes("x"), 0644));
  ::umask(0);
  EXPECT_TRUE(replace_file(directory / "key", as_bytes("x"), 0600));
  ::umask(before);
  EXPECT_EQ(mode_of(path), 0644U);
  EXPECT_EQ(mode_of(directory / "key"), 0600U);
}

TEST_F(Files, ReadTellsMissingAndTooLargeApart) {
  EXPECT_EQ(read_file(path, 10).error().kind, ErrorKind::not_found);
  ASSERT_TRUE(replace_file(path, as_bytes("0123456789"), 0600));
  EXPECT_EQ(read_file(path, 10).value(), to_bytes("0123456789"));
  EXPECT_EQ(read_file(path, 9).error().kind, ErrorKind::too_large);
  EXPECT_EQ(read_file(directory, 10).error().kind, ErrorKind::fault);
  EXPECT_EQ(read_file("/proc/self/status", 1 << 20)->empty(), false) << "a file whose size is told as 0";
  EXPECT_EQ(read_file("/proc/self/status", 3).error().kind, ErrorKind::too_large);
}

TEST_F(Files, ReplaceIntoNowhereIsAFault) {
  EXPECT_EQ(replace_file(directory / "absent" / "file", as_bytes("x"), 0600).error().kind, ErrorKind::fault);
  ASSERT_TRUE(std::filesystem::create_directory(path));
  EXPECT_EQ(replace_file(path, as_bytes("x"), 0600).error().kind, ErrorKind::fault) << "a directory stands there";
  EXPECT_EQ(files_in_directory(), 1U) << "nothing is left beside it";
  EXPECT_FALSE(sync_directory(directory / "absent"));
  EXPECT_TRUE(sync_directory(directory));
}

// The disk refuses in the middle of the new content: the old one is whole and nothing is left beside it.
TEST_F(Files, AFullDiskLeavesTheOldContent) {
  ASSERT_TRUE(replace_file(path, as_bytes("old"), 0600));
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto refused = replace_file(path, kernel::Bytes(1 << 20, 'n'), 0600);
    ::_exit(!refused && refused.error().code == "files.failed" ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(content(), "old");
  EXPECT_EQ(files_in_directory(), 1U);
}

// Readers never see a mixture or a gap, while two writers replace the same file.
TEST_F(Files, ReplaceIsAtomicForReaders) {
  const std::string a(50'000, 'a');
  const std::string b(70'000, 'b');
  ASSERT_TRUE(replace_file(path, as_bytes(a), 0600));
  std::atomic<bool> stop{false};
  std::atomic<int> failures{0};
  const auto write = [&](const std::string& text) {
    for (int i = 0; i < 100; ++i) {
      if (!replace_file(path, as_bytes(text), 0600)) failures.fetch_add(1);
    }
  };
  std::thread reader([&] {
    while (!stop.load()) {
      const auto seen = content();
      if (seen != a && seen != b) failures.fetch_add(1);
    }
  });
  std::thread first([&] { write(a); });
  std::thread second([&] { write(b); });
  first.join();
  second.join();
  stop.store(true);
  reader.join();
  EXPECT_EQ(failures.load(), 0);
  EXPECT_EQ(files_in_directory(), 1U);
}

// A process killed while it replaces leaves one content or the other, never a part.
TEST_F(Files, ReplaceSurvivesKill) {
  const std::string a(300'000, 'a');
  const std::string b(300'000, 'b');
  ASSERT_TRUE(replace_file(path, as_bytes(a), 0600));
  for (int round = 0; round < 20; ++round) {
    int started[2];
    ASSERT_EQ(::pipe(started), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      for (int i = 0;; ++i) {
        (void)replace_file(path, as_bytes(i % 2 == 0 ? b : a), 0600);
        if (i == round) (void)!::write(started[1], "x", 1);
      }
    }
    char byte = 0;
    ASSERT_EQ(::read(started[0], &byte, 1), 1);
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ::close(started[0]);
    ::close(started[1]);
    const auto seen = content();
    ASSERT_TRUE(seen == a || seen == b) << seen.size();
  }
}

TEST_F(Files, LockIsExclusiveWhileItLives) {
  {
    auto lock = FileLock::take(path);
    ASSERT_TRUE(lock);
    EXPECT_EQ(FileLock::take(path).error().kind, ErrorKind::conflict);
    const FileLock moved = std::move(*lock);
    EXPECT_EQ(FileLock::take(path).error().kind, ErrorKind::conflict) << "moving does not let go";
  }
  EXPECT_TRUE(FileLock::take(path));
  EXPECT_EQ(FileLock::take(directory / "absent" / "lock").error().kind, ErrorKind::fault);
}

TEST_F(Files, LockHoldsAgainstAnotherProcessAndDiesWithIt) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto held = FileLock::take(path);
    (void)!::write(ready[1], held ? "y" : "n", 1);
    while (true) ::pause();
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  EXPECT_EQ(FileLock::take(path).error().code, "files.locked");
  ::kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(FileLock::take(path));
  ::close(ready[0]);
  ::close(ready[1]);
}

}  // namespace
}  // namespace carnet::io
