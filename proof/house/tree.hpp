// The repository as text: what the checks of this folder read. A tree can also be written by hand, for their own tests.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace carnet::house {

struct File {
  std::string path;  // from the root, with '/'
  std::string text;

  std::string_view name() const;       // "audit.hpp"
  std::string_view folder() const;     // "capabilities/audit", "" at the root
  std::string_view extension() const;  // "hpp", "" when there is none
  bool is_cpp() const;                 // cpp, hpp or inl
  bool is_test() const;                // *_test.cpp, *_fuzz.cpp, *_bench.cpp, *.test.ts, *.spec.ts...
  bool is_binary() const;              // holds a NUL
};

struct Tree {
  std::vector<File> files;  // by path

  const File* find(std::string_view path) const;
  bool has(std::string_view path) const;  // a file, or a folder with at least one file; a closing '/' is allowed
};

// What a check found wrong; line 0 when the whole file or folder is meant.
struct Finding {
  std::string path;
  std::size_t line = 0;
  std::string says;
};
using Findings = std::vector<Finding>;
std::string describe(const Findings& findings);

// Every file of the checkout but what is built, fetched or data: build, var, .node, node_modules, dist, .git.
Tree read_tree(const std::filesystem::path& root);

std::vector<std::string_view> lines_of(std::string_view text);
// The text with comments, the inside of literals and preprocessor lines blanked; every line keeps its number.
std::string code_only(std::string_view text);
bool is_word(char c);  // letter, digit or '_'
// Position of `word` standing alone in `text`, from `from`; npos when absent.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0);
std::string_view trim(std::string_view text);
std::size_t line_at(std::string_view text, std::size_t position);  // from 1

}  // namespace carnet::house
