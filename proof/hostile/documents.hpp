// Documents made to harm whoever reads them. Each is written down by how it is made, never kept as a file.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace carnet::hostile {

enum class Fate {
  refused,  // neither header nor page: an issue says why
  inert     // accepted, and its page holds nothing but text, our elements and our style
};

struct Hostile {
  std::string name;
  Fate fate;
  std::string issue;  // code of the first issue, when refused
  std::function<std::string()> make;
};

// What a script of theirs does when it runs: seen in the page afterwards.
inline constexpr const char* deed = "document.documentElement.setAttribute('data-ran','yes')";

std::vector<Hostile> all_documents();

}  // namespace carnet::hostile
