// Seals and extracts: AUD-9 to AUD-12, on every engine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/audit.hpp"
#include "foundation/kernel/json.hpp"
#include "foundation/store/schema_lint.hpp"
#include "foundation/store/testing/store_case.hpp"

namespace carnet::audit {
namespace {

namespace json = kernel::json;
using std::chrono::hours;
using store::testing::StoreCase;

constexpr auto two_days = hours(48);

class SealsTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    auto options = journal_case_->options();
    options.writers = 1;
    main_ = std::move(*store::Store::open(main_case_->location(), main_case_->options()));
    traces_ = std::move(*store::Store::open(journal_case_->location(), options));
    ASSERT_TRUE(main_->migrate(Journal::main_migrations()));
    ASSERT_TRUE(traces_->migrate(Journal::journal_migrations()));
    journal_ = std::move(*Journal::open(*main_, *traces_, crypto::Sealer(master_, "traces", entropy_), clock_, entropy_));
    open_seals();
  }
  void open_seals() {
    auto opened = Seals::open(*traces_, *journal_, master_, "carnet.example/traces", clock_, entropy_);
    ASSERT_TRUE(opened) << opened.error().detail;
    seals_ = std::move(*opened);
  }
  void trace(std::int64_t space, Lane lane = Lane::ordinary, int times = 1) {
    for (int i = 0; i < times; ++i) {
      Entry entry;
      entry.space = SpaceId(space);
      entry.lane = lane;
      entry.action = Action::document_read;
      entry.actor = ActorKind::professional;
      entry.actor_name = "Dr Lina Benali";
      entry.request_id = std::to_string(++requests_);
      ASSERT_TRUE(journal_->durable_now(std::move(entry)));
    }
  }
  std::uint64_t seal() {
    clock_.advance(hours(24));
    const auto made = seals_->seal_now();
    EXPECT_TRUE(made) << made.error().code << " " << made.error().detail;
    return made.value_or(0);
  }
  void cosign() {
    const auto note = tlog::read_note(*seals_->checkpoint());
    const auto line = tlog::cosign_note(note->text, witness_key_.name, witness_, clock_.now().ms / 1000);
    auto lines = tlog::write_note({"", {line}}).substr(1);
    ASSERT_TRUE(seals_->add_cosignature(lines, witness_key_));
  }
  std::string extract(std::int64_t space, Lane lane = Lane::ordinary) {
    auto made = seals_->extract(SpaceId(space), lane);
    EXPECT_TRUE(made) << made.error().code << " " << made.error().detail;
    return made.value_or("");
  }
  ExtractKeys keys(std::int64_t space) { return {seals_->log_key(), {witness_key_}, seals_->space_name(SpaceId(space))}; }
  ExtractVerdict check(const std::string& extract, std::int64_t space) {
    return verify_extract(extract, keys(space), clock_.now(), two_days);
  }

  std::unique_ptr<StoreCase> main_case_ = StoreCase::make(GetParam()), journal_case_ = StoreCase::make(GetParam());
  kernel::SecretBytes master_{kernel::Bytes(32, 7)};
  io::SeededEntropy entropy_{11};
  io::ManualClock clock_{kernel::Instant{1'740'000'000'000}};
  crypto::SigningKey witness_ = crypto::SigningKey::generate_ed25519(entropy_);
  tlog::VerifierKey witness_key_ = tlog::verifier_of("witness.example", tlog::SignatureType::cosignature_v1, witness_);
  std::unique_ptr<store::Store> main_, traces_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Seals> seals_;
  int requests_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Engines, SealsTest, ::testing::Values("sqlite", "postgres"), [](const auto& info) { return info.param; });

TEST_P(SealsTest, AUD_9_AnExtractHoldsFromTheFirstEntryToTheLastSeal) {
  for (int space = 1; space <= 300; ++space) trace(space);
  EXPECT_EQ(seal(), 1U);
  trace(42, Lane::ordinary, 20);
  trace(42, Lane::reserved, 3);
  EXPECT_EQ(seal(), 2U);
  EXPECT_EQ(seal(), 3U);  // nothing happened: sealed all the same
  for (int space = 301; space <= 600; ++space) trace(space);
  trace(42, Lane::ordinary, 5);
  EXPECT_EQ(seal(), 4U);
  trace(42);
  cosign();
  const auto verdict = check(extract(42), 42);
  EXPECT_THAT(verdict.findings, ::testing::IsEmpty());
  EXPECT_EQ(verdict.entries, 27);
  EXPECT_EQ(verdict.seals, 4);
  EXPECT_EQ(verdict.unsealed, 1);
  EXPECT_THAT(check(extract(42, Lane::reserved), 42).findings, ::testing::IsEmpty());
  EXPECT_THAT(check(extract(555), 555).findings, ::testing::IsEmpty());
  EXPECT_EQ(check(extract(555), 555).seals, 1);
}

// AUD-11: a lane written anew would agree with every seal but those from before; the log says that there are such.
TEST_P(SealsTest, AUD_11_TheSealsAtTheBeginningCannotBeLeftOut) {
  trace(1);
  seal();
  trace(7, Lane::ordinary, 5);
  seal();
  trace(7);
  seal();
  cosign();
  const auto clean = extract(7);
  ASSERT_THAT(check(clean, 7).findings, ::testing::IsEmpty());
  const auto without = [&](const std::function<void(json::object&)>& change) {
    auto file = json::parse(clean).as_object();
    auto& seals = file.at("seals").as_array();
    const auto second = seals[0].as_object();
    seals.erase(seals.begin());
    change(file);
    const auto said = [&] { auto copy = file; copy["before"] = second; return copy; };
    EXPECT_FALSE(check(json::serialize(file), 7).holds());
    EXPECT_THAT(check(json::serialize(said()), 7).findings, ::testing::Contains(::testing::HasSubstr("held this space already")));
  };
  without([](json::object&) {});
  without([](json::object& file) { file.erase("before"); });
  without([](json::object& file) { file["before"] = nullptr; });
}

TEST_P(SealsTest, AUD_9_TheLogGoesOnAfterARestartAndBeyondATile) {
  trace(1);
  for (int i = 0; i < 258; ++i) seal();
  open_seals();
  trace(1);
  EXPECT_EQ(seal(), 259U);
  cosign();
  EXPECT_THAT(check(extract(1), 1).findings, ::testing::IsEmpty());
  const auto full = seals_->file("tile/0/000");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->size(), 8192U);
  EXPECT_EQ(seals_->file("tile/0/001.p/3")->size(), 96U);
  EXPECT_EQ(seals_->file("tile/1/000.p/1")->size(), 32U);
  EXPECT_FALSE(seals_->file("tile/0/001.p/4"));
  EXPECT_FALSE(seals_->file("tile/0/002"));
  EXPECT_FALSE(seals_->file("../seal_key"));
  const auto entries = seals_->file("tile/entries/001.p/3");
  ASSERT_TRUE(entries);
  EXPECT_THAT(*entries, ::testing::HasSubstr("carnet seal v1\n259\n"));
  // The witness's road: what it is asked can be proved from what it saw.
  const auto request = seals_->witness_request(257);
  ASSERT_TRUE(request);
  EXPECT_TRUE(request->starts_with("old 257\n"));
}

// The lane that the reader may not see is committed to in the same bytes' length, whatever happened in it.
TEST_P(SealsTest, AUD_10_TheOtherLaneShowsNeitherAsAnEntryNorAsAGap) {
  trace(1, Lane::ordinary, 3);
  trace(2, Lane::ordinary, 3);
  trace(2, Lane::reserved, 7);
  seal();
  trace(2, Lane::reserved);
  seal();
  cosign();
  const auto quiet = json::parse(extract(1)).as_object(), secret = json::parse(extract(2)).as_object();
  EXPECT_EQ(quiet.at("entries").as_array().size(), secret.at("entries").as_array().size());
  EXPECT_EQ(quiet.at("seals").as_array().size(), secret.at("seals").as_array().size());
  std::set<std::string> commitments;
  for (const auto* one : {&quiet, &secret})
    for (const auto& made : one->at("seals").as_array()) commitments.emplace(made.at("other").as_string());
  EXPECT_EQ(commitments.size(), 4U) << "fresh at every seal, also where nothing happened";
  EXPECT_THAT(check(extract(2), 2).findings, ::testing::IsEmpty());
}

struct Attack {
  std::string name;
  std::function<void(json::object&)> on;
  std::string found;
};

std::vector<Attack> attacks() {
  const auto entries = [](json::object& file) -> json::array& { return file.at("entries").as_array(); };
  const auto seals = [](json::object& file) -> json::array& { return file.at("seals").as_array(); };
  const auto renumber = [entries](json::object& file) {
    std::int64_t sequence = 0;
    for (auto& entry : entries(file)) entry.as_object()["sequence"] = ++sequence;
  };
  return {
      {"edit", [=](json::object& f) { entries(f)[400].as_object()["body"] = R"({"action":40,"actor":1})"; }, "seals"},
      {"backdate", [=](json::object& f) { entries(f)[10].as_object()["at_ms"] = 5; }, "seals"},
      {"drop", [=](json::object& f) { entries(f).erase(entries(f).begin() + 500); }, "chain"},
      {"drop and renumber", [=](json::object& f) { entries(f).erase(entries(f).begin() + 500); renumber(f); }, "seals"},
      {"swap", [=](json::object& f) { std::swap(entries(f)[20], entries(f)[21]); }, "chain"},
      {"truncate the end", [=](json::object& f) { entries(f).resize(900); }, "seals"},
      {"truncate the beginning", [=](json::object& f) { entries(f).erase(entries(f).begin(), entries(f).begin() + 5); }, "chain"},
      {"pad a gap", [=](json::object& f) { entries(f).insert(entries(f).begin() + 300, json::value(entries(f)[299])); renumber(f); }, "seals"},
      {"leave a seal out", [=](json::object& f) { seals(f).erase(seals(f).begin() + 1); }, "seals"},
      {"leave the first seals out", [=](json::object& f) { seals(f).erase(seals(f).begin()); }, "seals"},
      {"leave the last seals out", [=](json::object& f) { seals(f).resize(2); }, "seals"},
      {"shorten at a seal", [=](json::object& f) { seals(f)[2].as_object()["sequence"] = 3; }, "seals"},
      {"another lane's name", [](json::object& f) { f["lane"] = "reserved"; }, "seals"},
      {"an unknown lane", [](json::object& f) { f["lane"] = "other"; }, "file"},
  };
}

TEST_P(SealsTest, AUD_11_AThousandEntriesAttackedInEveryWay) {
  trace(9, Lane::ordinary, 2);
  trace(7, Lane::ordinary, 400);
  seal();
  trace(7, Lane::ordinary, 300);
  trace(7, Lane::reserved, 4);
  seal();
  cosign();
  const auto older = extract(7);
  trace(7, Lane::ordinary, 300);
  seal();
  cosign();
  const auto clean = extract(7);
  ASSERT_THAT(check(clean, 7).findings, ::testing::IsEmpty());
  for (const auto& attack : attacks()) {
    auto file = json::parse(clean).as_object();
    attack.on(file);
    const auto verdict = check(json::serialize(file), 7);
    ASSERT_FALSE(verdict.holds()) << attack.name;
    EXPECT_THAT(verdict.findings[0], ::testing::StartsWith(attack.found)) << attack.name;
  }
  // The wrong space, whole and sound.
  EXPECT_FALSE(check(extract(9), 7).holds());
  // An old view shown again: sound in its time, not today.
  clock_.advance(hours(72));
  EXPECT_FALSE(check(older, 7).holds());
  // New entries under an old checkpoint.
  auto mixed = json::parse(clean).as_object();
  const auto old_file = json::parse(older).as_object();
  mixed["seals"] = old_file.at("seals");
  mixed["checkpoint"] = old_file.at("checkpoint");
  EXPECT_FALSE(verify_extract(json::serialize(mixed), keys(7), clock_.now(), hours(24 * 30)).holds() &&
               verify_extract(json::serialize(mixed), keys(7), clock_.now(), two_days).holds());
}

TEST_P(SealsTest, AUD_11_AForkIsNotCosigned) {
  trace(7, Lane::ordinary, 5);
  seal();
  const auto honest = extract(7);
  EXPECT_THAT(check(honest, 7).findings, ::testing::Contains(::testing::HasSubstr("witness.example did not cosign")));
  cosign();
  // Signed by another key under the log's name.
  auto file = json::parse(extract(7)).as_object();
  auto note = *tlog::read_note(std::string_view(file.at("checkpoint").as_string()));
  const auto other = crypto::SigningKey::generate_ed25519(entropy_);
  note.signatures[0] = tlog::sign_note(note.text, "carnet.example/traces", other);
  file["checkpoint"] = tlog::write_note(note);
  EXPECT_THAT(check(json::serialize(file), 7).findings, ::testing::Contains(::testing::HasSubstr("not signed by the log")));
}

// AUD-12: a crash between the steps of a seal leaves one that the next call finishes, once.
TEST_P(SealsTest, AUD_12_ASealLeftUnfinishedIsFinished) {
  trace(1, Lane::ordinary, 3);
  seal();
  ASSERT_TRUE(traces_->write_now<void>([](store::Tx& tx) -> kernel::Status {
    CARNET_CHECK(tx.execute("INSERT INTO seal (seal, at_ms, position, spaces) VALUES (2, 1740000000000, 3, 0)", {}));
    return {};
  }));
  EXPECT_EQ(*seals_->seal_now(), 2U);
  EXPECT_EQ(seal(), 3U);
  cosign();
  EXPECT_THAT(check(extract(1), 1).findings, ::testing::IsEmpty());
}

// AUD-12: who is asked to stop does not wait for the leaves of a whole country; the next service finishes what was begun.
TEST_P(SealsTest, AUD_12_AStopLeavesASealThatTheNextServiceFinishes) {
  trace(1, Lane::ordinary, 3);
  seal();
  trace(1);
  seals_->stop();
  const auto stopped = seals_->seal_now();
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, "audit.stopping");
  seals_.reset();
  open_seals();
  EXPECT_FALSE(seals_->last_seal_at()->has_value()) << "due at once";
  EXPECT_EQ(*seals_->seal_now(), 2U);
  cosign();
  EXPECT_THAT(check(extract(1), 1).findings, ::testing::IsEmpty());
}

TEST(ExtractCheck, AnythingElseIsNotAnExtract) {
  io::SeededEntropy entropy(3);
  const auto key = crypto::SigningKey::generate_ed25519(entropy);
  const ExtractKeys keys{tlog::verifier_of("l", tlog::SignatureType::ed25519, key), {}, {}};
  for (const char* text : {"", "{}", "[]", "null", R"({"format":"carnet-extract/1"})", R"({"format":"carnet-extract/1","space_id":-1})",
                           R"({"format":"carnet-extract/1","space":"a","space_id":1,"lane":"ordinary","entries":[3],"seals":[[]],"checkpoint":""})"})
    EXPECT_FALSE(verify_extract(text, keys, kernel::Instant{0}, two_days).holds()) << text;
}

}  // namespace
}  // namespace carnet::audit
