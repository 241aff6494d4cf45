#include "proof/house/tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace carnet::house {
namespace fs = std::filesystem;

std::string_view File::name() const {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string_view(path) : std::string_view(path).substr(slash + 1);
}

std::string_view File::folder() const {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string_view() : std::string_view(path).substr(0, slash);
}

std::string_view File::extension() const {
  const auto base = name();
  const auto dot = base.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : base.substr(dot + 1);
}

bool File::is_cpp() const {
  const auto e = extension();
  return e == "cpp" || e == "hpp" || e == "inl";
}

bool File::is_test() const {
  for (const std::string_view end : {"_test.cpp", "_fuzz.cpp", "_bench.cpp", ".test.ts", ".test.tsx", ".spec.ts"}) {
    if (path.ends_with(end)) return true;
  }
  return path.starts_with("proof/") || path.find("/testing/") != std::string::npos;
}

bool File::is_binary() const {
  return text.find('\0') != std::string::npos;
}

const File* Tree::find(std::string_view path) const {
  const auto found = std::find_if(files.begin(), files.end(), [&](const File& f) { return f.path == path; });
  return found == files.end() ? nullptr : &*found;
}

bool Tree::has(std::string_view path) const {
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return true;
  const std::string folder = std::string(path) + "/";
  return std::any_of(files.begin(), files.end(),
                     [&](const File& f) { return f.path == path || f.path.starts_with(folder); });
}

std::string describe(const Findings& findings) {
  std::string out;
  for (const auto& f : findings) {
    out += f.line ? fmt::format("\n  {}:{}: {}", f.path, f.line, f.says) : fmt::format("\n  {}: {}", f.path, f.says);
  }
  return out;
}

namespace {

bool is_left_out(const fs::directory_entry& entry, bool at_root) {
  const std::string name = entry.path().filename().string();
  if (entry.is_symlink()) return true;
  if (entry.is_directory()) {
    if (name == "node_modules" || name == "dist") return true;
    if (name == "build" || name == "var") return at_root;
    return name.starts_with('.') && name != ".ci";
  }
  // In a worktree .git is a file.
  return name == ".git" || name == "compile_commands.json" || name.ends_with(".profraw");
}

}  // namespace

Tree read_tree(const fs::path& root) {
  Tree tree;
  for (auto at = fs::recursive_directory_iterator(root); at != fs::recursive_directory_iterator(); ++at) {
    if (is_left_out(*at, at.depth() == 0)) {
      if (at->is_directory() && !at->is_symlink()) at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file()) continue;
    std::ifstream in(at->path(), std::ios::binary);
    tree.files.push_back({fs::relative(at->path(), root).generic_string(),
                          std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>())});
  }
  std::sort(tree.files.begin(), tree.files.end(), [](const File& a, const File& b) { return a.path < b.path; });
  return tree;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  for (auto at = text.find(word, from); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return at;
  }
  return std::string_view::npos;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::size_t line_at(std::string_view text, std::size_t position) {
  return 1 +
         static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
}

namespace {

// Walks over source text and blanks what is not code. One instance serves one text.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text), out_(text) {}

  std::string run() {
    while (at_ < text_.size()) {
      if (starts("//"))
        blank_to(end_of_line());
      else if (starts("/*"))
        blank_to(after("*/", at_ + 2));
      else if (starts("R\"") && !word_before())
        blank_to(end_of_raw_string());
      else if (text_[at_] == '"')
        blank_to(end_of_quoted('"'));
      else if (text_[at_] == '`')
        blank_to(after("`", at_ + 1));
      else if (text_[at_] == '\'' && !is_digit_separator())
        blank_to(end_of_quoted('\''));
      else if (text_[at_] == '#' && first_on_line())
        blank_to(end_of_directive());
      else
        ++at_;
    }
    return std::move(out_);
  }

 private:
  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  bool word_before() const { return at_ > 0 && is_word(text_[at_ - 1]); }
  std::size_t end_of_line() const { return std::min(text_.find('\n', at_), text_.size()); }

  std::size_t after(std::string_view what, std::size_t from) const {
    const auto found = text_.find(what, from);
    return found == std::string_view::npos ? text_.size() : found + what.size();
  }

  // A literal that is not closed on its line is an apostrophe in text: only the mark itself is blanked.
  std::size_t end_of_quoted(char quote) const {
    for (auto i = at_ + 1; i < text_.size() && text_[i] != '\n'; ++i) {
      if (text_[i] == '\\')
        ++i;
      else if (text_[i] == quote)
        return i + 1;
    }
    return at_ + 1;
  }

  std::size_t end_of_raw_string() const {
    const auto open = text_.find('(', at_);
    if (open == std::string_view::npos) return text_.size();
    return after(fmt::format("){}\"", text_.substr(at_ + 2, open - at_ - 2)), open);
  }

  std::size_t end_of_directive() const {
    auto end = end_of_line();
    while (end < text_.size() && text_[end - 1] == '\\') end = std::min(text_.find('\n', end + 1), text_.size());
    return end;
  }

  bool is_digit_separator() const {
    auto start = at_;
    while (start > 0 && (is_word(text_[start - 1]) || text_[start - 1] == '\'')) --start;
    return start < at_ && std::isdigit(static_cast<unsigned char>(text_[start])) != 0;
  }

  bool first_on_line() const {
    auto i = at_;
    while (i > 0 && (text_[i - 1] == ' ' || text_[i - 1] == '\t')) --i;
    return i == 0 || text_[i - 1] == '\n';
  }

  void blank_to(std::size_t end) {
    for (; at_ < end; ++at_) {
      if (out_[at_] != '\n') out_[at_] = ' ';
    }
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0;
};

}  // namespace

std::string code_only(std::string_view text) {
  return Blanker(text).run();
}

}  // namespace carnet::house
