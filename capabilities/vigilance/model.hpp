// A small linear model over character n-grams of shapes, trained offline; it may only lift `unknown` to `suspicious`.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "foundation/kernel/result.hpp"

namespace carnet::vigilance {

class Model {
 public:
  static constexpr std::size_t buckets = 1u << 14;
  static constexpr std::size_t max_bytes = 6000;  // of shape that is read
  // "carnet-ngrams 1 <bias> <scale>" and one line of base64: a signed byte per bucket.
  static kernel::Result<Model> parse(std::string_view text);
  // How much the text is like those of the scams it learned from: 0 (not) to 24. Short texts say nothing.
  int likeness(std::string_view shape) const;

  // Buckets of a text, each once, for training and for likeness().
  static std::vector<std::uint16_t> features(std::string_view shape);

 private:
  std::vector<std::int8_t> weights_ = std::vector<std::int8_t>(buckets, 0);
  double bias_ = -100, scale_ = 1;
};

}  // namespace carnet::vigilance
