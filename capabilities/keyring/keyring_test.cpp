// The invariants of README.md, on every engine.
#include "keyring/keyring.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <type_traits>

#include "foundation/io/files.hpp"
#include "foundation/store/schema_lint.hpp"
#include "foundation/store/testing/store_case.hpp"
#include "keyring/cache.hpp"

namespace carnet::keyring {
namespace {

using kernel::ErrorKind;
using kernel::Result;
using store::testing::StoreCase;

// KEY-2: a key comes from a receipt and from nowhere else.
static_assert(!std::is_default_constructible_v<SpaceKey> && !std::is_copy_constructible_v<SpaceKey>);
static_assert(!std::is_constructible_v<SpaceKey, SpaceId, kernel::SecretBytes, io::Entropy&>);
static_assert(!std::is_invocable_v<decltype(&Keyring::open_now), Keyring&, SpaceId, Purpose>);

class KeyringTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    keys_case_ = StoreCase::make(GetParam());
    main_case_ = StoreCase::make(GetParam());
    journal_case_ = StoreCase::make(GetParam());
    main_ = open_store(*main_case_, audit::Journal::main_migrations());
    traces_ = open_store(*journal_case_, audit::Journal::journal_migrations());
    auto journal =
        audit::Journal::open(*main_, *traces_, crypto::Sealer(master_, "traces", entropy_), clock_, entropy_);
    ASSERT_TRUE(journal);
    journal_ = std::move(*journal);
    open();
  }
  void TearDown() override {
    keyring_.reset();
    journal_.reset();
  }
  static std::unique_ptr<store::Store> open_store(const StoreCase& place, std::vector<store::Migration> migrations) {
    auto options = place.options();
    options.secure_delete = true;
    auto opened = store::Store::open(place.location(), options);
    EXPECT_TRUE(opened) << opened.error().detail;
    EXPECT_TRUE((*opened)->migrate(migrations));
    return std::move(*opened);
  }
  void open() {
    keyring_.reset();
    keys_.reset();
    keys_ = open_store(*keys_case_, Keyring::migrations());
    auto keyring = Keyring::open(*keys_, master_, entropy_, &clock_);
    ASSERT_TRUE(keyring);
    keyring_ = std::move(*keyring);
  }
  audit::TraceReceipt receipt(std::int64_t space) {
    audit::Entry entry;
    entry.space = SpaceId(space);
    return std::move(*journal_->durable_now(entry));
  }
  SpaceKey key(std::int64_t space) {
    auto opened = keyring_->open_now(receipt(space), Purpose::read_record);
    EXPECT_TRUE(opened) << opened.error().detail;
    return std::move(*opened);
  }
  kernel::Bytes wrapped(std::int64_t space) {
    return *keys_->read_now<kernel::Bytes>([&](store::Snapshot& snapshot) -> Result<kernel::Bytes> {
      kernel::Bytes found;
      CARNET_CHECK(
          snapshot.query("SELECT wrapped FROM space_key WHERE space_id = $1", {space}, [&](const store::Row& row) {
            found.assign(row.blob(0).begin(), row.blob(0).end());
            return true;
          }));
      return found;
    });
  }
  void create(std::int64_t space) { ASSERT_TRUE(io::run(keyring_->create(SpaceId(space)))); }
  // Where the bytes lie in the files of the embedded store: how many of them hold it.
  int files_holding(const kernel::Bytes& bytes) {
    int holding = 0;
    for (const auto& file : std::filesystem::directory_iterator(keys_case_->directory().path())) {
      if (!file.is_regular_file()) continue;
      const auto content = io::read_file(file.path(), 1 << 30);
      EXPECT_TRUE(content);
      if (std::search(content->begin(), content->end(), bytes.begin(), bytes.end()) != content->end()) ++holding;
    }
    return holding;
  }

  io::ManualClock clock_{kernel::Instant{1'700'000'000'000}};
  io::SeededEntropy entropy_{1};
  kernel::SecretBytes master_{kernel::Bytes(32, 9)};
  std::unique_ptr<StoreCase> keys_case_, main_case_, journal_case_;
  std::unique_ptr<store::Store> keys_, main_, traces_;
  std::unique_ptr<audit::Journal> journal_;
  std::unique_ptr<Keyring> keyring_;
};

io::Task<Result<bool>> open_and_compare(Keyring& keyring, audit::TraceReceipt receipt, kernel::Bytes sealed) {
  auto opened = co_await keyring.open(receipt, Purpose::read_record);
  if (!opened) co_return std::unexpected(opened.error());
  co_return opened->open(sealed, "a") == kernel::to_bytes("plain");
}

TEST_P(KeyringTest, KEY_1_AKeyIsMadeOnceAndComesBackAfterReopening) {
  create(5);
  const auto sealed = key(5).seal(kernel::as_bytes("plain"), "a");
  create(5);
  const SpaceId several[] = {SpaceId(4), SpaceId(5), SpaceId(6)};
  ASSERT_TRUE(keyring_->create_now(several));
  open();
  EXPECT_EQ(key(5).open(sealed, "a"), kernel::to_bytes("plain"));
  EXPECT_EQ(*io::run(open_and_compare(*keyring_, receipt(5), sealed)), true);
  EXPECT_EQ(key(5).space(), SpaceId(5));
}

TEST_P(KeyringTest, KEY_1_EachSpaceHasItsOwn) {
  const SpaceId several[] = {SpaceId(4), SpaceId(5)};
  ASSERT_TRUE(keyring_->create_now(several));
  const auto sealed = key(4).seal(kernel::as_bytes("plain"), "a");
  EXPECT_FALSE(key(5).open(sealed, "a"));
}

TEST_P(KeyringTest, KEY_2_WithoutAKeyNothingOpens) {
  auto none = keyring_->open_now(receipt(5), Purpose::read_record);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::not_found);
}

TEST_P(KeyringTest, KEY_2_AReceiptMovedFromAborts) {
  create(5);
  auto first = receipt(5);
  const auto second = std::move(first);
  EXPECT_DEATH((void)keyring_->open_now(first, Purpose::read_record), "receipt of a space");
}

TEST_P(KeyringTest, KEY_3_AWrappedKeyOpensOnlyInItsRowAndUnderItsMaster) {
  create(4);
  create(5);
  const auto of_another = wrapped(4);
  auto swapped = keys_->write_now<std::int64_t>(
      [&](store::Tx& tx) { return tx.execute("UPDATE space_key SET wrapped = $1 WHERE space_id = 5", {of_another}); });
  ASSERT_EQ(*swapped, 1);
  auto opened = keyring_->open_now(receipt(5), Purpose::read_record);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, "keyring.unreadable");
  auto stranger = Keyring::open(*keys_, kernel::SecretBytes(kernel::Bytes(32, 8)), entropy_);
  ASSERT_TRUE(stranger);
  EXPECT_EQ((*stranger)->open_now(receipt(4), Purpose::read_record).error().code, "keyring.unreadable");
  EXPECT_EQ(of_another.size(), 32 + crypto::seal_overhead);
}

TEST_P(KeyringTest, KEY_4_ASealedValueOpensOnlyAtItsPlace) {
  create(5);
  const auto own = key(5);
  auto sealed = own.seal(kernel::as_bytes("plain"), "document/1/1");
  EXPECT_EQ(own.open(sealed, "document/1/1"), kernel::to_bytes("plain"));
  EXPECT_FALSE(own.open(sealed, "document/1/2"));
  sealed.back() ^= 1;
  EXPECT_FALSE(own.open(sealed, "document/1/1"));
  EXPECT_FALSE(own.open({}, "document/1/1"));
}

TEST_P(KeyringTest, KEY_5_AfterDestructionNothingOpensEverAgain) {
  create(4);
  create(5);
  (void)key(5);  // in the cache
  auto destroyed = io::run(keyring_->destroy(SpaceId(5)));
  ASSERT_TRUE(destroyed) << destroyed.error().detail;
  for (int round = 0; round < 2; ++round) {
    auto gone = keyring_->open_now(receipt(5), Purpose::read_record);
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().kind, ErrorKind::gone);
    auto second = io::run(keyring_->create(SpaceId(5)));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::gone);
    EXPECT_TRUE(io::run(keyring_->destroy(SpaceId(5))));  // again: no harm
    open();
  }
  (void)key(4);
  EXPECT_TRUE(wrapped(5).empty());
}

TEST_P(KeyringTest, KEY_5_ASpaceWithoutAKeyCanBeDestroyedToo) {
  ASSERT_TRUE(io::run(keyring_->destroy(SpaceId(8))));
  EXPECT_EQ(io::run(keyring_->create(SpaceId(8))).error().kind, ErrorKind::gone);
}

TEST_P(KeyringTest, KEY_5_TheWrappedBytesLeaveEveryFile) {
  if (GetParam() != "sqlite") GTEST_SKIP() << "README.md says what PostgreSQL promises";
  for (std::int64_t space = 1; space <= 300; ++space) create(space);
  const auto before = wrapped(150);
  EXPECT_GT(files_holding(before), 0);
  ASSERT_TRUE(io::run(keyring_->destroy(SpaceId(150))));
  EXPECT_EQ(files_holding(before), 0);
  EXPECT_GT(files_holding(wrapped(151)), 0);
}

TEST_P(KeyringTest, KEY_6_ACachedKeyEndsAfterMinutes) {
  create(5);
  (void)key(5);
  auto deleted = keys_->write_now<std::int64_t>(
      [](store::Tx& tx) { return tx.execute("DELETE FROM space_key WHERE space_id = 5", {}); });
  ASSERT_EQ(*deleted, 1);
  EXPECT_TRUE(keyring_->open_now(receipt(5), Purpose::read_record));
  clock_.advance(std::chrono::minutes(5));
  EXPECT_FALSE(keyring_->open_now(receipt(5), Purpose::read_record));
}

TEST_P(KeyringTest, AShortMasterIsRefused) {
  EXPECT_FALSE(Keyring::open(*keys_, kernel::SecretBytes(kernel::Bytes(16, 1)), entropy_));
}

TEST(KeyCache, KEY_6_IsBoundedAndForgetsTheLeastRecentlyUsed) {
  KeyCache cache({.keys = 2, .life = std::chrono::minutes(1)});
  const kernel::SecretBytes key(kernel::Bytes(32, 1));
  const kernel::Instant now{1'000'000};
  cache.keep(SpaceId(1), key, now);
  cache.keep(SpaceId(2), key, now);
  EXPECT_TRUE(cache.find(SpaceId(1), now));
  cache.keep(SpaceId(3), key, now);
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_FALSE(cache.find(SpaceId(2), now));
  EXPECT_TRUE(cache.find(SpaceId(1), now));
  EXPECT_FALSE(cache.find(SpaceId(1), kernel::Instant{now.ms - 1}));
}

TEST(KeyCache, KEY_6_ADestroyedKeyDoesNotComeBack) {
  KeyCache cache;
  const kernel::SecretBytes key(kernel::Bytes(32, 1));
  cache.keep(SpaceId(1), key, {});
  cache.forbid(SpaceId(1));
  EXPECT_FALSE(cache.find(SpaceId(1), {}));
  cache.keep(SpaceId(1), key, {});
  EXPECT_FALSE(cache.find(SpaceId(1), {}));
}

TEST(KeyringSchema, PassesTheLint) {
  EXPECT_FALSE(Keyring::migrations().empty());
  for (const auto& issue : store::lint_schema(Keyring::migrations())) ADD_FAILURE() << issue.file << " " << issue.says;
}

INSTANTIATE_TEST_SUITE_P(Engines, KeyringTest, ::testing::ValuesIn(store::testing::store_cases()),
                         [](const auto& info) { return info.param; });

// KEY-7: what an auditor compares with the traces.
TEST_P(KeyringTest, KEY_7_EachReceiptIsCountedOnceUnderItsDay) {
  ASSERT_TRUE(keyring_->create_now(std::array{SpaceId(5), SpaceId(6)}));
  const auto once = receipt(5);
  ASSERT_TRUE(keyring_->open_now(once, Purpose::read_record));
  ASSERT_TRUE(keyring_->open_now(once, Purpose::read_record));
  (void)key(5);
  (void)key(6);
  ASSERT_TRUE(main_->write_now<void>([&](store::Tx& tx) -> kernel::Status {
    audit::Entry entry;
    entry.space = SpaceId(6);
    CARNET_TRY(waiting, journal_->append(tx, entry));
    CARNET_CHECK(keyring_->open_now(waiting, Purpose::write_record));
    return {};
  }));
  clock_.advance(std::chrono::hours(24));
  (void)key(5);  // enough time has passed: what was counted is kept now
  (void)key(5);
  const auto today = audit::day_of_entry(once.entry_id());
  open();        // and the rest at the end
  const auto kept = *keys_->read_now<std::vector<OpeningCount>>(
      [today](store::Snapshot& at) { return Keyring::openings(at, today, today + 2); });
  std::map<std::pair<std::int64_t, int>, std::pair<std::int64_t, std::int64_t>> counts;
  for (const auto& one : kept) counts[{one.day - today, one.part}] = {one.durable, one.in_transaction};
  ASSERT_NE(opening_part(SpaceId(5)), opening_part(SpaceId(6)));
  EXPECT_EQ(counts.size(), 3U);
  EXPECT_EQ((counts[{0, opening_part(SpaceId(5))}]), (std::pair<std::int64_t, std::int64_t>(2, 0)));
  EXPECT_EQ((counts[{0, opening_part(SpaceId(6))}]), (std::pair<std::int64_t, std::int64_t>(1, 1)));
  EXPECT_EQ((counts[{1, opening_part(SpaceId(5))}]), (std::pair<std::int64_t, std::int64_t>(2, 0)));
}

}  // namespace
}  // namespace carnet::keyring
