// Size, names and marks of every text file: what keeps a stranger able to read the tree.
#pragma once
#include "proof/house/tree.hpp"

namespace carnet::house {

inline constexpr std::size_t max_file_lines = 600;
inline constexpr std::size_t max_function_lines = 70;
inline constexpr std::size_t max_binary_bytes = 300'000;

Findings check_file_lengths(const Tree& tree);
// By matching braces: from the line that opens a function's body to the line that closes it, C++ and TypeScript.
Findings check_function_lengths(const Tree& tree);
// No tab, no space at the end of a line, no carriage return, a newline at the end.
Findings check_white_space(const Tree& tree);
// Marks that promise something for later.
Findings check_marks(const Tree& tree);
// Headers begin with #pragma once and pull in no namespace.
Findings check_headers(const Tree& tree);
Findings check_names(const Tree& tree);
// The tree speaks of the product: not of who or what wrote it, nor of places on somebody's machine.
Findings check_words(const Tree& tree);
Findings check_binaries(const Tree& tree);

struct Function {
  std::string head;  // what stands before the body
  std::size_t first_line = 0, last_line = 0;
};
std::vector<Function> cpp_functions(std::string_view code);  // `code` as code_only() gives it
std::vector<Function> script_functions(std::string_view code);

}  // namespace carnet::house
