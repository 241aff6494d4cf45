// A short exercise: messages of our own writing, told by the same engine. Inside vigilance only.
#pragma once
#include <span>
#include <string_view>

#include "vigilance/vigilance.hpp"

namespace carnet::vigilance {

struct Lesson {
  std::string_view id, kind, sender, subject, text;
  bool scam;
};
std::span<const Lesson> lessons();
const Lesson* lesson(std::string_view id);

}  // namespace carnet::vigilance
