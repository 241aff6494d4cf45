// The provisional code: 10 random symbols and 2 check symbols, Crockford base 32. Pure but for the entropy of draw().
#include <array>

#include "enrollment/enrollment.hpp"

namespace carnet::enrollment {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t random_symbols = 10, all_symbols = 12;
constexpr unsigned base = 37, modulus = 1021;

// -1 for what no symbol is read from.
int value_of(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  const auto at = alphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// Sum of v[i] * 37^(11-i) for i = 1..10, by Horner's rule. 1021 is prime and above 31 * 32, so a single slip, or a swap
// of two neighbours (their weights differ by a factor 36), always changes it; 1021 <= 1024 makes it two symbols.
unsigned checksum(const std::array<unsigned, random_symbols>& values) {
  unsigned sum = 0;
  for (const unsigned value : values) sum = (sum + value) * base % modulus;
  return sum;
}

std::string with_check(const std::array<unsigned, random_symbols>& values) {
  std::string symbols;
  symbols.reserve(all_symbols);
  for (const unsigned value : values) symbols += alphabet[value];
  const unsigned check = checksum(values);
  symbols += alphabet[check >> 5];
  symbols += alphabet[check & 31u];
  return symbols;
}

// What people and mail programs put between groups: ASCII blanks and hyphen, no-break spaces, typographic hyphens and
// dashes. Answers how many bytes to drop at `at`, 0 for none.
std::size_t separator_at(std::string_view text, std::size_t at) {
  const char c = text[at];
  if (c == ' ' || c == '-' || c == '\t' || c == '\n' || c == '\r') return 1;
  static constexpr std::array<std::string_view, 8> wide = {"\u00a0", "\u202f", "\u2010", "\u2011",
                                                           "\u2012", "\u2013", "\u2014", "\u2212"};
  for (const auto one : wide)
    if (text.substr(at).starts_with(one)) return one.size();
  return 0;
}

}  // namespace

ProvisionalCode ProvisionalCode::draw(io::Entropy& entropy) {
  std::array<std::uint8_t, 7> bytes{};
  entropy.fill("enrollment.code", bytes);
  std::uint64_t bits = 0;
  for (const auto byte : bytes) bits = bits << 8 | byte;
  std::array<unsigned, random_symbols> values{};
  for (auto& value : values) {
    value = static_cast<unsigned>(bits & 31u);
    bits >>= 5;
  }
  kernel::zeroise(bytes.data(), bytes.size());
  return ProvisionalCode(with_check(values));
}

std::optional<ProvisionalCode> ProvisionalCode::read(std::string_view typed) {
  std::array<unsigned, all_symbols> values{};
  std::size_t count = 0;
  for (std::size_t at = 0; at < typed.size();) {
    if (const auto skip = separator_at(typed, at); skip != 0) {
      at += skip;
      continue;
    }
    const int value = value_of(typed[at++]);
    if (value < 0 || count == all_symbols) return std::nullopt;
    values[count++] = static_cast<unsigned>(value);
  }
  if (count != all_symbols) return std::nullopt;
  std::array<unsigned, random_symbols> random{};
  for (std::size_t i = 0; i < random_symbols; ++i) random[i] = values[i];
  if (checksum(random) != (values[10] << 5 | values[11])) return std::nullopt;
  return ProvisionalCode(with_check(random));
}

std::string ProvisionalCode::symbols() const { return symbols_; }

std::string ProvisionalCode::grouped() const {
  return symbols_.substr(0, 4) + "-" + symbols_.substr(4, 4) + "-" + symbols_.substr(8, 4);
}

}  // namespace carnet::enrollment
