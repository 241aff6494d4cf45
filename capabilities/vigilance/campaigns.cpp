#include <algorithm>
#include <bit>

#include "vigilance/evidence.hpp"

namespace carnet::vigilance {
namespace {

std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 33;
  x *= 0xff51afd7ed558ccdULL;
  x ^= x >> 33;
  x *= 0xc4ceb9fe1a85ec53ULL;
  return x ^ (x >> 33);
}

}  // namespace

std::uint64_t print_of(const Words& words) {
  constexpr std::size_t fewest = 8, most = 2000, gram = 5;
  std::string text;
  std::size_t counted = 0;
  for (const auto& token : words.tokens) {
    if (token.is_link) continue;
    const std::string_view word(words.shape.data() + token.begin, token.end - token.begin);
    if (std::all_of(word.begin(), word.end(), is_digit)) continue;
    text += ' ';
    text += word;
    if (++counted == most) break;
  }
  if (counted < fewest) return 0;
  std::array<int, 64> sums{};
  for (std::size_t at = 0; at + gram <= text.size(); ++at) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < gram; ++i) value = value << 8 | static_cast<unsigned char>(text[at + i]);
    const auto hash = mix(value);
    for (std::size_t bit = 0; bit < 64; ++bit) sums[bit] += (hash >> bit & 1) != 0 ? 1 : -1;
  }
  std::uint64_t print = 0;
  for (std::size_t bit = 0; bit < 64; ++bit)
    if (sums[bit] > 0) print |= 1ull << bit;
  return print == 0 ? 1 : print;
}

// Two prints at most 6 bits apart agree on one of 8 bytes at least.
Campaigns::Campaigns(std::vector<Entry> prints, std::vector<std::string> hosts, std::vector<std::string> numbers)
    : prints_(std::move(prints)), hosts_(std::move(hosts)), numbers_(std::move(numbers)) {
  static_assert(max_distance < 8);
  for (std::uint32_t i = 0; i < prints_.size(); ++i)
    for (std::size_t band = 0; band < bands_.size(); ++band)
      bands_[band].emplace_back(static_cast<std::uint16_t>(prints_[i].print >> (8 * band) & 0xFF), i);
  for (auto& band : bands_) std::sort(band.begin(), band.end());
  std::sort(hosts_.begin(), hosts_.end());
  std::sort(numbers_.begin(), numbers_.end());
}

const Campaigns::Entry* Campaigns::near(std::uint64_t print) const {
  if (print == 0) return nullptr;
  const Entry* best = nullptr;
  int closest = max_distance + 1;
  for (std::size_t band = 0; band < bands_.size(); ++band) {
    const auto key = static_cast<std::uint16_t>(print >> (8 * band) & 0xFF);
    for (auto at = std::lower_bound(bands_[band].begin(), bands_[band].end(), std::pair(key, std::uint32_t{0})); at != bands_[band].end() && at->first == key; ++at) {
      const int distance = std::popcount(prints_[at->second].print ^ print);
      if (distance < closest || (distance == closest && best && &prints_[at->second] < best)) {
        closest = distance;
        best = &prints_[at->second];
      }
    }
  }
  return best;
}

bool Campaigns::holds_host(std::string_view host) const {
  return std::binary_search(hosts_.begin(), hosts_.end(), host, std::less<>());
}
bool Campaigns::holds_number(std::string_view e164) const {
  return std::binary_search(numbers_.begin(), numbers_.end(), e164, std::less<>());
}

}  // namespace carnet::vigilance
