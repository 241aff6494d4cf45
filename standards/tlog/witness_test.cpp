#include "standards/tlog/witness.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

namespace carnet::tlog {
namespace {

class WitnessTest : public ::testing::Test {
 protected:
  void grow(std::uint64_t to) {
    while (size_ < to) {
      const auto made = add_leaf(size_, leaf_hash(kernel::as_bytes(fmt::format("{}{}", branch_, size_))), reader());
      for (const auto& one : *made) kept_[{one.level, one.index}] = one.hash;
      ++size_;
    }
  }
  Subtrees reader() {
    return [this](unsigned level, std::uint64_t index) -> std::optional<Hash> {
      const auto found = kept_.find({level, index});
      return found == kept_.end() ? std::nullopt : std::optional(found->second);
    };
  }
  std::string note(std::string_view origin = "log.example", const crypto::SigningKey* signer = nullptr) {
    const auto text = write_checkpoint({std::string(origin), size_, *root_of(size_, reader()), {}});
    return write_note({text, {sign_note(text, origin, signer != nullptr ? *signer : log_)}});
  }
  std::string request(std::uint64_t old, std::string_view with) {
    std::string out = fmt::format("old {}\n", old);
    for (const auto& hash : *consistency_proof(old, size_, reader())) out += kernel::to_base64(hash) + "\n";
    return out + "\n" + std::string(with);
  }
  WitnessAnswer ask(const std::string& text) { return judge_checkpoint(text, seen_, log_key_, "w.example", witness_, 1'740'000'000); }

  io::SeededEntropy entropy_{5};
  crypto::SigningKey log_ = crypto::SigningKey::generate_ed25519(entropy_), witness_ = crypto::SigningKey::generate_ed25519(entropy_);
  VerifierKey log_key_ = verifier_of("log.example", SignatureType::ed25519, log_);
  VerifierKey witness_key_ = verifier_of("w.example", SignatureType::cosignature_v1, witness_);
  Seen seen_;
  std::uint64_t size_ = 0;
  std::string branch_ = "entry";
  std::map<std::pair<unsigned, std::uint64_t>, Hash> kept_;
};

TEST_F(WitnessTest, FollowsALogAndCosignsEachStep) {
  for (const std::uint64_t size : {1U, 2U, 5U, 5U, 8U, 21U}) {
    grow(size);
    const auto checkpoint = note();
    const auto answer = ask(request(seen_.size, checkpoint));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_TRUE(cosigned_at(*read_note(checkpoint + answer.body), witness_key_));
    seen_ = *read_seen(write_seen(answer.seen));
    EXPECT_EQ(seen_.size, size);
  }
}

TEST_F(WitnessTest, AForkIsNeverCosigned) {
  grow(6);
  seen_ = ask(request(0, note())).seen;
  const auto before = seen_;
  size_ = 4;  // another history from its fifth entry on
  branch_ = "forged";
  grow(9);
  const auto forked = ask(request(6, note()));
  EXPECT_EQ(forked.status, 422);
  EXPECT_EQ(forked.seen, before);
  size_ = 4;
  grow(6);
  EXPECT_EQ(ask(request(6, note())).status, 409) << "the same size, another root";
}

TEST_F(WitnessTest, SaysWhatItLastSawAndRefusesTheRest) {
  grow(6);
  seen_ = ask(request(0, note())).seen;
  grow(9);
  const auto behind = ask(request(3, note()));
  EXPECT_EQ(behind.status, 409);
  EXPECT_EQ(behind.body, "6\n");
  EXPECT_EQ(behind.media_type, "text/x.tlog.size");
  EXPECT_EQ(ask(request(6, note("other.example"))).status, 404);
  EXPECT_EQ(ask(request(6, note("log.example", &witness_))).status, 403);
  auto request_with = [&](std::string first) { return first + "\n\n" + note(); };
  for (const std::string first : {"", "old", "old -1", "old 06", "old x", "new 6", "old 6\nAAAA"}) EXPECT_EQ(ask(request_with(first)).status, 400) << first;
  EXPECT_EQ(ask("old 6\n").status, 400);
  EXPECT_EQ(ask("old 10\n\n" + note()).status, 400);
  EXPECT_EQ(ask("old 6\n\n" + note()).status, 422);
}

}  // namespace
}  // namespace carnet::tlog
