// The log against plain definitions: trees rebuilt by hand, every proof of every small tree, and every way to spoil one.
#include "standards/tlog/tlog.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <map>

namespace carnet::tlog {
namespace {

// Fixed bytes: a test's keys must be the same at every run.
class Counting final : public io::Entropy {
 public:
  void fill(std::string_view, std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_ = 1;
};

// Straight from RFC 6962 2.1, over the list of leaf hashes.
Hash plain_root(const std::vector<Hash>& leaves) {
  if (leaves.empty()) return empty_root();
  if (leaves.size() == 1) return leaves[0];
  std::size_t k = 1;
  while (k * 2 < leaves.size()) k *= 2;
  const auto middle = leaves.begin() + static_cast<std::ptrdiff_t>(k);
  return node_hash(plain_root({leaves.begin(), middle}), plain_root({middle, leaves.end()}));
}

class Tree {
 public:
  void add(std::string_view entry) {
    leaves.push_back(leaf_hash(kernel::as_bytes(entry)));
    const auto made = add_leaf(leaves.size() - 1, leaves.back(), reader());
    ASSERT_TRUE(made);
    for (const auto& one : *made) kept[{one.level, one.index}] = one.hash;
  }
  Subtrees reader() const {
    return [this](unsigned level, std::uint64_t index) -> std::optional<Hash> {
      const auto found = kept.find({level, index});
      if (found == kept.end()) return std::nullopt;
      return found->second;
    };
  }
  std::vector<Hash> first(std::size_t n) const { return {leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(n)}; }
  std::vector<Hash> leaves;
  std::map<std::pair<unsigned, std::uint64_t>, Hash> kept;
};

constexpr std::uint64_t most = 40;

Tree grown() {
  Tree tree;
  for (std::uint64_t i = 0; i < most; ++i) tree.add(fmt::format("entry {}", i));
  return tree;
}

TEST(TlogTree, KnownRoots) {
  // RFC 6962 test vectors as used by its reference implementations.
  EXPECT_EQ(kernel::to_hex(empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(kernel::to_hex(leaf_hash({})), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(TlogTree, RootsAreThoseOfTheDefinition) {
  const auto tree = grown();
  for (std::uint64_t n = 0; n <= most; ++n) {
    const auto root = root_of(n, tree.reader());
    ASSERT_TRUE(root);
    EXPECT_EQ(*root, plain_root(tree.first(n))) << n;
  }
  EXPECT_FALSE(root_of(most + 1, tree.reader()));
}

TEST(TlogTree, EveryInclusionProofHoldsAndNoSpoiltOne) {
  const auto tree = grown();
  for (std::uint64_t n = 1; n <= most; ++n) {
    const auto root = *root_of(n, tree.reader());
    for (std::uint64_t i = 0; i < n; ++i) {
      const auto proof = inclusion_proof(i, n, tree.reader());
      ASSERT_TRUE(proof);
      EXPECT_TRUE(verify_inclusion(tree.leaves[i], i, n, *proof, root));
      EXPECT_FALSE(verify_inclusion(tree.leaves[(i + 1) % most], i, n, *proof, root));
      for (std::uint64_t other = 0; other < n; ++other)
        if (other != i) EXPECT_FALSE(verify_inclusion(tree.leaves[i], other, n, *proof, root)) << n << i << other;
      for (std::size_t k = 0; k < proof->size(); ++k) {
        auto bent = *proof;
        bent[k][7] ^= 1;
        EXPECT_FALSE(verify_inclusion(tree.leaves[i], i, n, bent, root));
      }
      auto longer = *proof;
      longer.push_back(root);
      EXPECT_FALSE(verify_inclusion(tree.leaves[i], i, n, longer, root));
      if (!proof->empty()) EXPECT_FALSE(verify_inclusion(tree.leaves[i], i, n, {proof->begin(), proof->end() - 1}, root));
    }
  }
  EXPECT_FALSE(inclusion_proof(5, 5, tree.reader()));
}

TEST(TlogTree, EveryConsistencyProofHoldsAndNoSpoiltOne) {
  const auto tree = grown();
  for (std::uint64_t n = 0; n <= most; ++n) {
    const auto root = *root_of(n, tree.reader());
    for (std::uint64_t m = 0; m <= n; ++m) {
      const auto old_root = *root_of(m, tree.reader());
      const auto proof = consistency_proof(m, n, tree.reader());
      ASSERT_TRUE(proof);
      EXPECT_TRUE(verify_consistency(m, old_root, n, root, *proof)) << m << " " << n;
      auto forked = old_root;
      forked[0] ^= 1;
      EXPECT_FALSE(verify_consistency(m, forked, n, root, *proof));
      auto longer = *proof;
      longer.push_back(root);
      EXPECT_FALSE(verify_consistency(m, old_root, n, root, longer));
      for (std::size_t k = 0; k < proof->size(); ++k) {
        auto bent = *proof;
        bent[k][31] ^= 0x80;
        EXPECT_FALSE(verify_consistency(m, old_root, n, root, bent));
      }
      if (m > 0 && m < n) {
        EXPECT_FALSE(verify_consistency(m, old_root, n, root, {proof->begin(), proof->end() - 1}));
        EXPECT_FALSE(verify_consistency(m + 1, old_root, n, root, *proof)) << m << " " << n;
      }
    }
  }
}

TEST(TlogTiles, NamesGoBothWaysAndOnlyCanonicalOnesAreRead) {
  EXPECT_EQ(tile_path(0, 0, 256), "tile/0/000");
  EXPECT_EQ(tile_path(1, 1'234'067, 8), "tile/1/x001/x234/067.p/8");
  EXPECT_EQ(entries_path(273'063, 256), "tile/entries/x273/063");
  for (const std::uint64_t index : {0ULL, 7ULL, 999ULL, 1000ULL, 1'234'067ULL, 98'765'432'109ULL})
    for (const unsigned width : {1U, 255U, 256U}) {
      EXPECT_EQ(read_tile_path(tile_path(3, index, width)), (TileName{3, index, width, false}));
      EXPECT_EQ(read_tile_path(entries_path(index, width)), (TileName{0, index, width, true}));
    }
  for (const char* wrong : {"", "tile", "tile/", "tile/0", "tile/0/", "tile/0/00", "tile/0/x000/001", "tile/00/000", "tile/0/000.p/0",
                            "tile/0/000.p/256", "tile/0/000.p/08", "tile/0/001/002", "tile/64/000", "tile/0/000/", "tile/-1/000", "tile/0/x1/001"})
    EXPECT_FALSE(read_tile_path(wrong)) << wrong;
}

class TlogNotes : public ::testing::Test {
 protected:
  Counting entropy_;
  crypto::SigningKey log_ = crypto::SigningKey::generate_ed25519(entropy_);
  crypto::SigningKey witness_ = crypto::SigningKey::generate_ed25519(entropy_);
  VerifierKey log_key_ = verifier_of("carnet.example/log", SignatureType::ed25519, log_);
  VerifierKey witness_key_ = verifier_of("witness.example", SignatureType::cosignature_v1, witness_);
  Checkpoint checkpoint_{"carnet.example/log", 42, leaf_hash({}), {}};
};

TEST_F(TlogNotes, TheKnownKeyOfTheSpecificationIsRead) {
  // The example key of the signed-note texts.
  const auto key = read_verifier_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->id, 0xc74f20a3U);
  const auto note = read_note("If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
                              "\xE2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n");
  ASSERT_TRUE(note);
  EXPECT_TRUE(is_signed_by(*note, *key));
  EXPECT_EQ(write_verifier_key(*key), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
}

TEST_F(TlogNotes, SignedCosignedWrittenReadVerified) {
  const auto text = write_checkpoint(checkpoint_);
  Note note{text, {sign_note(text, log_key_.name, log_), cosign_note(text, witness_key_.name, witness_, 1'740'000'000)}};
  const auto back = read_note(write_note(note));
  ASSERT_TRUE(back);
  EXPECT_TRUE(is_signed_by(*back, log_key_));
  EXPECT_EQ(cosigned_at(*back, witness_key_), 1'740'000'000);
  const auto read = read_checkpoint(back->text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size, 42U);
  EXPECT_EQ(read->root, checkpoint_.root);
  EXPECT_EQ(*read_verifier_key(write_verifier_key(witness_key_)), (VerifierKey{witness_key_.name, witness_key_.type, witness_key_.id, witness_key_.key}) );
}

TEST_F(TlogNotes, AnyOtherByteUnsigns) {
  const auto text = write_checkpoint(checkpoint_);
  const auto whole = write_note({text, {sign_note(text, log_key_.name, log_), cosign_note(text, witness_key_.name, witness_, 7)}});
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto bent = whole;
    bent[i] = static_cast<char>(bent[i] ^ 1);
    const auto note = read_note(bent);
    EXPECT_FALSE(note && is_signed_by(*note, log_key_) && cosigned_at(*note, witness_key_).has_value()) << i;
  }
}

TEST_F(TlogNotes, MalformedTextsAreRefused) {
  for (const char* wrong : {"", "\n", "text\n", "text\n\n", "text\n\nsignature\n", "text\n\n\xE2\x80\x94 a AAAA\n", "text\n\n\xE2\x80\x94 a+b AAAAAAA=\n"})
    EXPECT_FALSE(read_note(wrong)) << wrong;
  for (const char* wrong : {"", "a", "a+b", "a+00000000+AA==", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"})
    EXPECT_FALSE(read_verifier_key(wrong)) << wrong;
  const std::string root = kernel::to_base64(empty_root());
  for (const std::string& wrong : {std::string("o\n1\n"), "o\n01\n" + root + "\n", "o\n-1\n" + root + "\n", std::string("o\n1\nAAAA\n"), "\n1\n" + root + "\n",
                            "o\n1\n" + root, "o\n1\n" + root + "\n\n", "o\n18446744073709551616\n" + root + "\n"})
    EXPECT_FALSE(read_checkpoint(wrong)) << wrong;
}

}  // namespace
}  // namespace carnet::tlog
