// Size, names and marks: each check first on a text made to be wrong, then on this tree.
#include "proof/house/style.hpp"

#include <gtest/gtest.h>

namespace carnet::house {
namespace {

Tree one(std::string path, std::string text) {
  return Tree{{File{std::move(path), std::move(text)}}};
}

std::string times(std::size_t count, std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += line;
  return out;
}

TEST(CodeOnly, BlanksWhatIsNotCode) {
  EXPECT_EQ(code_only("a; // b {"), "a;       ");
  EXPECT_EQ(code_only("a /* { \n } */ b"), "a      \n      b");
  EXPECT_EQ(code_only("f(\"{\\\"\", 'x')"), "f(     ,    )");
  EXPECT_EQ(code_only("int n = 1'000'000;"), "int n = 1'000'000;");
  EXPECT_EQ(code_only("R\"x({ )\" )x\" {"), "             {");
  EXPECT_EQ(code_only("#define A \\\n  {\nb"), "           \n   \nb");
}

TEST(FileLengths, Bounded) {
  EXPECT_TRUE(check_file_lengths(one("a/b.cpp", times(max_file_lines, "x\n"))).empty());
  EXPECT_EQ(check_file_lengths(one("a/b.cpp", times(max_file_lines + 1, "x\n"))).size(), 1U);
  EXPECT_EQ(check_file_lengths(one("web/src/b.tsx", times(max_file_lines + 1, "x\n"))).size(), 1U);
  EXPECT_TRUE(check_file_lengths(one("web/package-lock.json", times(max_file_lines + 1, "x\n"))).empty());
}

TEST(FunctionLengths, SeesEveryShapeOfFunction) {
  const auto body = times(max_function_lines, "  go();\n");
  for (const std::string head :
       {"void f() {\n", "namespace a {\nclass B {\n public:\n  int f() const {\n", "template <class T>\nint f(T x) {\n",
        "A::A(int b) : b_{b}, c_(b) {\n", "auto f(int a = int{3}) -> int {\n", "TEST(A, B) {\n"}) {
    EXPECT_EQ(check_function_lengths(one("a.cpp", head + body + "}\n};\n}\n")).size(), 1U) << head;
    EXPECT_TRUE(check_function_lengths(one("a.cpp", head + "  go();\n}\n};\n}\n")).empty()) << head;
  }
  EXPECT_TRUE(check_function_lengths(one("a.cpp", "const int table[] = {\n" + times(100, "1,\n") + "};\n")).empty());
  EXPECT_TRUE(check_function_lengths(one("a.hpp", "struct A {\n" + times(100, "  int f();\n") + "};\n")).empty());
}

TEST(FunctionLengths, SeesScripts) {
  const auto body = times(max_function_lines, "  go()\n");
  for (const std::string head :
       {"export function Page(props: { id: string }) {\n", "const f = async (a: number) => {\n",
        "class A {\n  async read(x: string): Promise<void> {\n"}) {
    EXPECT_EQ(check_function_lengths(one("a.tsx", head + body + "}\n}\n")).size(), 1U) << head;
  }
  EXPECT_TRUE(check_function_lengths(one("a.ts", "describe('a', () => {\n" + body + "})\n")).empty());
  EXPECT_TRUE(check_function_lengths(one("a.ts", "const table = {\n" + body + "}\n")).empty());
}

TEST(WhiteSpace, IsClean) {
  EXPECT_TRUE(check_white_space(one("a.md", "clean\n")).empty());
  EXPECT_EQ(check_white_space(one("a.md", "space \n")).size(), 1U);
  EXPECT_EQ(check_white_space(one("a.cpp", "\ttab\n")).size(), 1U);
  EXPECT_TRUE(check_white_space(one("Makefile", "run:\n\t@go\n")).empty());
  EXPECT_EQ(check_white_space(one("a.cpp", "return\r\n")).size(), 1U);
  EXPECT_EQ(check_white_space(one("a.cpp", "no end")).size(), 1U);
}

TEST(Marks, AreFound) {
  EXPECT_EQ(check_marks(one("a.cpp", std::string("// TO") + "DO later\n")).size(), 1U);
  EXPECT_TRUE(check_marks(one("a.cpp", "// XXXX-XXXX-XXXX\n")).empty());
}

TEST(Headers, AreWhole) {
  EXPECT_TRUE(check_headers(one("a.hpp", "#pragma once\nusing kernel::Bytes;\n// using namespace x\n")).empty());
  EXPECT_EQ(check_headers(one("a.hpp", "int x;\n")).size(), 1U);
  EXPECT_EQ(check_headers(one("a.hpp", "#pragma once\nusing  namespace std;\n")).size(), 1U);
  EXPECT_TRUE(check_headers(one("a.cpp", "using namespace std;\n")).empty());
}

TEST(Names, AreSnakeCase) {
  EXPECT_TRUE(check_names(one("a/one_two.cpp", "")).empty());
  EXPECT_EQ(check_names(one("a/OneTwo.cpp", "")).size(), 1U);
  EXPECT_EQ(check_names(one("a/one-two.sql", "")).size(), 1U);
}

TEST(Words, SpeakOfTheProduct) {
  EXPECT_EQ(check_words(one("a.md", std::string("see /work/") + "shared/x\n")).size(), 1U);
  EXPECT_EQ(check_words(one("a.md", std::string("a Language ") + "Model wrote it\n")).size(), 1U);
  EXPECT_TRUE(check_words(one("a.md", "the agent of 3422, their session, a film\n")).empty());
}

TEST(Binaries, AreSmall) {
  EXPECT_TRUE(check_binaries(one("a.png", std::string(max_binary_bytes, '\0'))).empty());
  EXPECT_EQ(check_binaries(one("a.png", std::string(max_binary_bytes + 1, '\0'))).size(), 1U);
}

class Style : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    tree_ = new Tree(read_tree(CARNET_SOURCE_DIR));
    ASSERT_GT(tree_->files.size(), 40U) << "the tree was not found";
  }
  static void hold(Findings (*check)(const Tree&)) {
    const auto found = check(*tree_);
    EXPECT_TRUE(found.empty()) << describe(found);
  }
  static inline const Tree* tree_ = nullptr;
};

TEST_F(Style, FileLengths) {
  hold(check_file_lengths);
}
TEST_F(Style, FunctionLengths) {
  hold(check_function_lengths);
}
TEST_F(Style, WhiteSpace) {
  hold(check_white_space);
}
TEST_F(Style, Marks) {
  hold(check_marks);
}
TEST_F(Style, Headers) {
  hold(check_headers);
}
TEST_F(Style, Names) {
  hold(check_names);
}
TEST_F(Style, Words) {
  hold(check_words);
}
TEST_F(Style, Binaries) {
  hold(check_binaries);
}

}  // namespace
}  // namespace carnet::house
