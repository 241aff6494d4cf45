// The engine over the facts of the repository, loaded once for a test program.
#pragma once
#include <gtest/gtest.h>

#include "vigilance/vigilance.hpp"

namespace carnet::vigilance {

inline const std::filesystem::path facts_directory = std::filesystem::path(CARNET_SOURCE_DIR) / "rules" / "vigilance";
inline constexpr kernel::Instant test_now{1'654'000'000'000};  // 2022-05-31

inline const Engine& test_engine() {
  static const auto engine = [] {
    auto made = Engine::load(facts_directory, Trust::any);
    EXPECT_TRUE(made) << (made ? "" : made.error().code + " " + made.error().detail);
    return std::move(*made);
  }();
  return engine;
}
inline Judgement judged(std::string text, std::string sender = {}) {
  auto message = message_of(std::move(text));
  message.sender = std::move(sender);
  return *test_engine().judge(message, test_now);
}
inline std::string verdict(std::string text, std::string sender = {}) { return std::string(code_of(judged(std::move(text), std::move(sender)).verdict)); }

}  // namespace carnet::vigilance
