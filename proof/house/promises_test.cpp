// What the documents promise: each check first on a small tree made to be wrong, then on this one.
#include "proof/house/promises.hpp"

#include <gtest/gtest.h>

namespace carnet::house {
namespace {

Tree tree_of(std::vector<File> files) {
  return Tree{std::move(files)};
}

TEST(Capabilities, HaveTheirTwoFiles) {
  EXPECT_TRUE(check_capabilities(tree_of({{"capabilities/audit/README.md", ""}, {"capabilities/audit/audit.hpp", ""}}))
                  .empty());
  EXPECT_EQ(check_capabilities(tree_of({{"capabilities/audit/service.cpp", ""}})).size(), 2U);
}

TEST(Invariants, AreNamedInTests) {
  const File readme{"capabilities/audit/README.md",
                    "Uses SHA-256.\n- **AUD-1** gap-free\n| AUD-2 | chained |\nAUD-3: sealed\n"};
  const auto count = [&](const std::string& path, const std::string& text) {
    return check_invariants(tree_of({readme, {path, text}})).size();
  };
  EXPECT_EQ(count("capabilities/audit/audit_test.cpp", "// AUD-1 AUD-2 AUD-3"), 0U);
  EXPECT_EQ(count("capabilities/audit/audit_test.cpp", "TEST(Audit, AUD_1_and_AUD_2) // AUD-30"), 1U);
  EXPECT_EQ(count("proof/faults/kill.cpp", "AUD-1 AUD-3"), 1U);
  EXPECT_EQ(count("capabilities/audit/service.cpp", "AUD-1 AUD-2 AUD-3"), 3U);
  EXPECT_EQ(check_invariants(tree_of({{"capabilities/audit/README.md", "none\n"}})).size(), 1U);
}

TEST(Mentions, LeadSomewhere) {
  const auto count = [](const std::string& text) {
    return check_mentions(tree_of({{"docs/a.md", text}, {"docs/b.md", ""}, {"setup/run.sh", ""}})).size();
  };
  EXPECT_EQ(count("[b](b.md) [b](b.md#part) [run](../setup/run.sh) [out](https://example.org/x.md)"), 0U);
  EXPECT_EQ(count("`setup/run.sh` `docs/` `/espace/moi` `GET /x` `var/carnet.db`"), 0U);
  EXPECT_EQ(count("[c](d/)"), 1U);
  EXPECT_EQ(count("`setup/gone.sh`"), 1U);
  EXPECT_EQ(count("see gone.md"), 1U);
  EXPECT_EQ(check_mentions(tree_of({{"a/b.cpp", "// rules: gone.md 7\n"}})).size(), 1U);
}

TEST(Catalogues, SayTheSame) {
  const auto count = [](const std::string& fr, const std::string& en) {
    return check_catalogues(tree_of({{"web/messages/fr/home.json", fr}, {"web/messages/en/home.json", en}})).size();
  };
  EXPECT_EQ(count(R"({"a": "x", "b": {"c": "y"}})", R"({"b": {"c": "y"}, "a": "z"})"), 0U);
  EXPECT_EQ(count(R"({"a": "x", "b": "y"})", R"({"a": "x"})"), 1U);
  EXPECT_EQ(count(R"({"a": "x"})", R"({"a": "x", "b": "y"})"), 1U);
  EXPECT_EQ(count(R"({"a": "x", "a": "y"})", R"({"a": "x"})"), 1U);
  EXPECT_EQ(count(R"({"a": ""})", R"({"a": "x"})"), 1U);
  EXPECT_GE(count(R"({"a": )", R"({"a": "x"})"), 1U);
  EXPECT_EQ(check_catalogues(tree_of({{"web/messages/fr/home.json", "{}"}})).size(), 1U);
}

TEST(Hosts, AreNotNamed) {
  EXPECT_TRUE(check_hosts(tree_of({{"a.sh", "npm pack node\n"}})).empty());
  EXPECT_EQ(check_hosts(tree_of({{"a.sh", std::string("https://registry.npm") + "js.org/x\n"}})).size(), 1U);
}

class Promises : public testing::Test {
 protected:
  static void SetUpTestSuite() { tree_ = new Tree(read_tree(CARNET_SOURCE_DIR)); }
  static void hold(Findings (*check)(const Tree&)) {
    const auto found = check(*tree_);
    EXPECT_TRUE(found.empty()) << describe(found);
  }
  static inline const Tree* tree_ = nullptr;
};

TEST_F(Promises, Capabilities) {
  hold(check_capabilities);
}
TEST_F(Promises, Invariants) {
  hold(check_invariants);
}
TEST_F(Promises, Mentions) {
  hold(check_mentions);
}
TEST_F(Promises, Catalogues) {
  hold(check_catalogues);
  EXPECT_TRUE(tree_->has("web/messages/fr") && tree_->has("web/messages/en")) << "the pages have no catalogue";
}
TEST_F(Promises, Hosts) {
  hold(check_hosts);
}

}  // namespace
}  // namespace carnet::house
