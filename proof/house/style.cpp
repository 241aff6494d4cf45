#include "proof/house/style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace carnet::house {
namespace {

bool is_script(const File& file) {
  return file.extension() == "ts" || file.extension() == "tsx";
}

bool is_source(const File& file) {
  constexpr std::array<std::string_view, 5> extensions{"ts", "tsx", "css", "sh", "sql"};
  return file.is_cpp() || std::find(extensions.begin(), extensions.end(), file.extension()) != extensions.end();
}

// Texts that come from others or from a tool, and are kept as they came.
bool is_foreign(const File& file) {
  return file.is_binary() || file.path == "LICENSE" || file.name() == "package-lock.json" ||
         file.extension() == "xml" || file.extension() == "svg" || file.extension() == "csv" ||
         file.extension() == "tsv";
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

}  // namespace

Findings check_file_lengths(const Tree& tree) {
  Findings found;
  for (const auto& file : tree.files) {
    if (!is_source(file)) continue;
    const auto count = lines_of(file.text).size();
    if (count > max_file_lines)
      found.push_back({file.path, 0, fmt::format("{} lines; at most {}", count, max_file_lines)});
  }
  return found;
}

Findings check_function_lengths(const Tree& tree) {
  Findings found;
  for (const auto& file : tree.files) {
    if (!file.is_cpp() && !is_script(file)) continue;
    const auto code = code_only(file.text);
    for (const auto& function : file.is_cpp() ? cpp_functions(code) : script_functions(code)) {
      const auto count = function.last_line - function.first_line + 1;
      if (count <= max_function_lines) continue;
      const auto head = lines_of(function.head).back();
      found.push_back({file.path, function.first_line,
                       fmt::format("{} lines in {}; at most {}", count, trim(head), max_function_lines)});
    }
  }
  return found;
}

Findings check_white_space(const Tree& tree) {
  Findings found;
  for (const auto& file : tree.files) {
    if (is_foreign(file) || file.text.empty()) continue;
    std::size_t number = 0;
    for (const auto line : lines_of(file.text)) {
      ++number;
      if (line.ends_with(' ')) found.push_back({file.path, number, "space at the end of the line"});
      if (line.ends_with('\r')) found.push_back({file.path, number, "carriage return"});
      if (line.find('\t') != std::string_view::npos && file.name() != "Makefile")
        found.push_back({file.path, number, "tab"});
    }
    if (file.text.back() != '\n') found.push_back({file.path, number, "no newline at the end"});
  }
  return found;
}

Findings check_marks(const Tree& tree) {
  // Written in two halves, so that this file does not hold them.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> marks{
      {{"TO", "DO"}, {"FIX", "ME"}, {"XX", "X"}, {"HA", "CK"}}};
  Findings found;
  for (const auto& file : tree.files) {
    if (is_foreign(file)) continue;
    for (const auto& [first, second] : marks) {
      const auto mark = fmt::format("{}{}", first, second);
      for (auto at = find_word(file.text, mark); at != std::string_view::npos;
           at = find_word(file.text, mark, at + 1)) {
        found.push_back({file.path, line_at(file.text, at), mark + " promises something for later"});
      }
    }
  }
  return found;
}

Findings check_headers(const Tree& tree) {
  Findings found;
  for (const auto& file : tree.files) {
    if (file.extension() != "hpp" && file.extension() != "inl") continue;
    if (file.extension() == "hpp" && file.text.find("#pragma once\n") == std::string::npos) {
      found.push_back({file.path, 0, "no #pragma once"});
    }
    const auto code = code_only(file.text);
    for (auto at = find_word(code, "using"); at != std::string_view::npos; at = find_word(code, "using", at + 1)) {
      if (trim(std::string_view(code).substr(at + 5)).starts_with("namespace")) {
        found.push_back({file.path, line_at(code, at), "a header pulls in a namespace"});
      }
    }
  }
  return found;
}

Findings check_names(const Tree& tree) {
  const auto is_snake = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; };
  Findings found;
  for (const auto& file : tree.files) {
    if (!file.is_cpp() && file.extension() != "sql" && file.extension() != "sh" && file.extension() != "toml") continue;
    if (!std::all_of(file.name().begin(), file.name().end(), is_snake))
      found.push_back({file.path, 0, "file names are snake_case"});
  }
  return found;
}

Findings check_words(const Tree& tree) {
  // In two halves for the same reason as above; '/' is written where the halves meet.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 13> words{{{"anth", "ropic"},
                                                                                 {"chat", "gpt"},
                                                                                 {"open", "ai"},
                                                                                 {"copi", "lot"},
                                                                                 {"ll", "m"},
                                                                                 {"language", " model"},
                                                                                 {"ai-", "generated"},
                                                                                 {"sub", "agent"},
                                                                                 {"coding", " agent"},
                                                                                 {"co-authored", "-by"},
                                                                                 {"/work", "/shared"},
                                                                                 {"/work", "/main"},
                                                                                 {"the", " brief"}}};
  Findings found;
  for (const auto& file : tree.files) {
    if (is_foreign(file)) continue;
    const auto text = lower(file.text);
    for (const auto& [first, second] : words) {
      const auto word = fmt::format("{}{}", first, second);
      const auto at = word.starts_with('/') ? text.find(word) : find_word(text, word);
      if (at != std::string::npos)
        found.push_back({file.path, line_at(text, at), fmt::format("\"{}\" does not speak of the product", word)});
    }
  }
  return found;
}

Findings check_binaries(const Tree& tree) {
  Findings found;
  for (const auto& file : tree.files) {
    if (file.is_binary() && file.text.size() > max_binary_bytes) {
      found.push_back(
          {file.path, 0, fmt::format("{} bytes of binary; at most {}", file.text.size(), max_binary_bytes)});
    }
  }
  return found;
}

}  // namespace carnet::house
