// Finds functions without a parser: braces, and the words that stand before them.
#include <algorithm>
#include <array>

#include "proof/house/style.hpp"

namespace carnet::house {
namespace {

// Cuts the leading `template <...>` lists, whose `class` would be taken for the word that opens a class.
std::string_view after_templates(std::string_view head) {
  head = trim(head);
  while (head.starts_with("template")) {
    const auto open = head.find('<');
    if (open == std::string_view::npos) break;
    int depth = 0;
    auto i = open;
    for (; i < head.size(); ++i) {
      if (head[i] == '<') ++depth;
      if (head[i] == '>' && --depth == 0) break;
    }
    head = trim(head.substr(std::min(i + 1, head.size())));
  }
  return head;
}

enum class Brace { scope, function, other };

Brace opened_by(std::string_view whole_head) {
  const auto head = after_templates(whole_head);
  const auto before_parenthesis = head.substr(0, head.find('('));
  for (const std::string_view word : {"namespace", "class", "struct", "union", "enum", "extern"}) {
    if (find_word(before_parenthesis, word) != std::string_view::npos) return Brace::scope;
  }
  if (head.ends_with('=') || head.find('(') == std::string_view::npos) return Brace::other;
  return Brace::function;
}

}  // namespace

std::vector<Function> cpp_functions(std::string_view code) {
  struct Open {
    Brace kind;
    std::size_t head_start, at;
  };
  std::vector<Function> found;
  std::vector<Open> stack;
  std::size_t head_start = 0;
  int parentheses = 0;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const bool inside = !stack.empty() && stack.back().kind != Brace::scope;
    const char c = code[i];
    if (c == '(') ++parentheses;
    if (c == ')') --parentheses;
    if (c == ';' && !inside && parentheses == 0) head_start = i + 1;
    if (c == '{') {
      const auto kind = inside || parentheses != 0 ? Brace::other : opened_by(code.substr(head_start, i - head_start));
      stack.push_back({kind, head_start, i});
      if (kind == Brace::scope) head_start = i + 1;
    }
    if (c != '}' || stack.empty()) continue;
    const auto open = stack.back();
    stack.pop_back();
    const bool nested = !stack.empty() && stack.back().kind != Brace::scope;
    if (open.kind == Brace::function && !nested) {
      found.push_back({std::string(trim(code.substr(open.head_start, open.at - open.head_start))),
                       line_at(code, open.at), line_at(code, i)});
    }
    // A brace that closes a member initializer is followed by the next one or by the body: same head.
    const auto next = code.find_first_not_of(" \t\r\n", i + 1);
    const bool goes_on =
        next != std::string_view::npos && (code[next] == ',' || code[next] == '{' || code[next] == ')');
    if (!nested && parentheses == 0 && !(open.kind != Brace::scope && goes_on)) head_start = i + 1;
  }
  return found;
}

namespace {

// The words before a brace, back to the start of the line its parameter list began on.
std::string_view script_head(std::string_view code, std::size_t brace) {
  int parentheses = 0;
  auto start = brace;
  while (start > 0) {
    const char c = code[start - 1];
    if (c == ')') ++parentheses;
    if (c == '(') --parentheses;
    if (parentheses <= 0 && (c == '\n' || c == ';' || c == '}')) break;
    --start;
  }
  return trim(code.substr(start, brace - start));
}

bool opens_function(std::string_view head) {
  if (head.ends_with("=>")) return true;
  const auto open = head.find('(');
  if (open == std::string_view::npos || head.find(')') == std::string_view::npos) return false;
  if (find_word(head, "function") != std::string_view::npos) return true;
  auto name = trim(head.substr(0, open));
  for (const std::string_view word : {"if", "for", "while", "switch", "catch", "return", "await"}) {
    if (find_word(name, word) != std::string_view::npos) return false;
  }
  // A method: only a name, perhaps after `async`, `static` or `get`, and nothing but a type after the parameters.
  const bool plain =
      !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return is_word(c) || c == ' ' || c == '#'; });
  return plain && (head.ends_with(')') || head.find("):") != std::string_view::npos);
}

}  // namespace

std::vector<Function> script_functions(std::string_view code) {
  std::vector<Function> found;
  std::vector<std::size_t> stack;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (code[i] == '{') stack.push_back(i);
    if (code[i] != '}' || stack.empty()) continue;
    const auto open = stack.back();
    stack.pop_back();
    const auto head = script_head(code, open);
    if (!opens_function(head)) continue;
    if (find_word(head, "describe") != std::string_view::npos) continue;  // a list of tests, not a function
    found.push_back({std::string(head), line_at(code, open), line_at(code, i)});
  }
  return found;
}

}  // namespace carnet::house
