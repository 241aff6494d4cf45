#include "vigilance/model.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

#include "foundation/kernel/bytes.hpp"

namespace carnet::vigilance {

std::vector<std::uint16_t> Model::features(std::string_view shape) {
  shape = shape.substr(0, max_bytes);
  std::array<std::uint64_t, buckets / 64> seen{};
  std::vector<std::uint16_t> out;
  out.reserve(shape.size() * 3);
  constexpr std::size_t shortest = 3, longest = 5;
  for (std::size_t at = 0; at < shape.size(); ++at) {
    std::uint32_t hash = 2166136261u;
    for (std::size_t length = 1; length <= longest && at + length <= shape.size(); ++length) {
      const char c = shape[at + length - 1];
      // All figures are one sign: sums, dates and codes are not what is learned.
      const auto byte = c >= '0' && c <= '9' ? static_cast<unsigned char>('0') : static_cast<unsigned char>(c);
      hash = (hash ^ byte) * 16777619u;
      if (length < shortest) continue;
      const auto bucket = static_cast<std::uint16_t>((hash ^ (hash >> 15)) & (buckets - 1));
      const std::uint64_t bit = 1ull << (bucket % 64);
      if ((seen[bucket / 64] & bit) != 0) continue;
      seen[bucket / 64] |= bit;
      out.push_back(bucket);
    }
  }
  return out;
}

kernel::Result<Model> Model::parse(std::string_view text) {
  const auto refused = [] { return kernel::refuse(kernel::ErrorKind::invalid, "vigilance.facts", "weights.txt is not a model"); };
  std::istringstream in{std::string(text)};
  std::string name, version, encoded;
  Model model;
  if (!(in >> name >> version >> model.bias_ >> model.scale_ >> encoded) || name != "carnet-ngrams" || version != "1") return refused();
  const auto bytes = kernel::from_base64(encoded);
  if (!bytes || bytes->size() != buckets) return refused();
  for (std::size_t i = 0; i < buckets; ++i) model.weights_[i] = static_cast<std::int8_t>((*bytes)[i]);
  return model;
}

int Model::likeness(std::string_view shape) const {
  constexpr std::size_t fewest = 60;
  constexpr double most = 24;
  // The score only adds to signs already found, so what it adds starts below an even chance.
  constexpr double lean = 1.9;
  const auto found = features(shape);
  if (found.size() < fewest) return 0;
  std::int64_t sum = 0;
  for (const auto bucket : found) sum += weights_[bucket];
  const double score = static_cast<double>(sum) * scale_ / std::sqrt(static_cast<double>(found.size())) + bias_ + lean;
  const double chance = 1.0 / (1.0 + std::exp(-score));
  return static_cast<int>(std::lround(std::max(0.0, chance - 0.5) * 2.0 * most));
}

}  // namespace carnet::vigilance
