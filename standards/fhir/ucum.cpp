#include "standards/fhir/ucum.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace carnet::fhir {

namespace {

constexpr std::size_t bases = 8;
using Exponents = std::array<int, bases>;  // g m s K mol C rad [iU]

struct Unit {
  std::string_view code;
  double factor;
  Exponents exponents;
  bool metric;  // takes prefixes
};

constexpr double pound_g = 453.59237;
constexpr double inch_m = 0.0254;
constexpr double day_s = 86'400;
constexpr double litre_m3 = 1e-3;
constexpr double gallon_m3 = 231 * inch_m * inch_m * inch_m;
constexpr double mercury_pa = 133'322;  // of 1 m[Hg]; 1 Pa is 1,000 g/(m.s2)
constexpr Exponents plain{};
constexpr Exponents mass{1};
constexpr Exponents length{0, 1};
constexpr Exponents volume{0, 3};
constexpr Exponents duration{0, 0, 1};
constexpr Exponents substance{0, 0, 0, 0, 1};
constexpr Exponents pressure{1, -1, -2};
constexpr Exponents energy{1, 2, -2};
constexpr Exponents rate{0, 0, -1};
constexpr Exponents angle{0, 0, 0, 0, 0, 0, 1};

// UCUM 2.1; sorted by code.
constexpr Unit units[] = {
    {"%", 0.01, plain, false},
    {"A", 1, {0, 0, -1, 0, 0, 1}, true},
    {"Bq", 1, rate, true},
    {"C", 1, {0, 0, 0, 0, 0, 1}, true},
    {"Ci", 3.7e10, rate, true},
    {"Gy", 1, {0, 2, -2}, true},
    {"Hz", 1, rate, true},
    {"J", 1e3, energy, true},
    {"K", 1, {0, 0, 0, 1}, true},
    {"L", litre_m3, volume, true},
    {"N", 1e3, {1, 1, -2}, true},
    {"Pa", 1e3, pressure, true},
    {"Sv", 1, {0, 2, -2}, true},
    {"U", 1e-6 / 60, {0, 0, -1, 0, 1}, true},
    {"V", 1e3, {1, 2, -2, 0, 0, -1}, true},
    {"W", 1e3, {1, 2, -3}, true},
    {"[IU]", 1, {0, 0, 0, 0, 0, 0, 0, 1}, true},
    {"[cup_us]", gallon_m3 / 16, volume, false},
    {"[foz_us]", gallon_m3 / 128, volume, false},
    {"[ft_i]", 12 * inch_m, length, false},
    {"[gal_us]", gallon_m3, volume, false},
    {"[gr]", pound_g / 7'000, mass, false},
    {"[iU]", 1, {0, 0, 0, 0, 0, 0, 0, 1}, true},
    {"[in_i]", inch_m, length, false},
    {"[in_us]", 100.0 / 3'937, length, false},
    {"[lb_av]", pound_g, mass, false},
    {"[mi_i]", 63'360 * inch_m, length, false},
    {"[oz_av]", pound_g / 16, mass, false},
    {"[ppb]", 1e-9, plain, false},
    {"[ppm]", 1e-6, plain, false},
    {"[ppth]", 1e-3, plain, false},
    {"[pt_us]", gallon_m3 / 8, volume, false},
    {"[qt_us]", gallon_m3 / 4, volume, false},
    {"[stone_av]", 14 * pound_g, mass, false},
    {"[tbs_us]", gallon_m3 / 256, volume, false},
    {"[tsp_us]", gallon_m3 / 768, volume, false},
    {"[yd_i]", 36 * inch_m, length, false},
    {"a", 365.25 * day_s, duration, false},
    {"a_j", 365.25 * day_s, duration, false},
    {"atm", 101'325e3, pressure, false},
    {"bar", 1e8, pressure, true},
    {"cal", 4'184, energy, true},
    {"d", day_s, duration, false},
    {"deg", std::numbers::pi / 180, angle, false},
    {"eq", 1, substance, true},
    {"g", 1, mass, true},
    {"h", 3'600, duration, false},
    {"kat", 1, {0, 0, -1, 0, 1}, true},
    {"l", litre_m3, volume, true},
    {"m", 1, length, true},
    {"m[H2O]", 9.80665e6, pressure, true},
    {"m[Hg]", mercury_pa * 1e3, pressure, true},
    {"min", 60, duration, false},
    {"mo", 30.4375 * day_s, duration, false},
    {"mo_j", 30.4375 * day_s, duration, false},
    {"mol", 1, substance, true},
    {"osm", 1, substance, true},
    {"rad", 1, angle, true},
    {"s", 1, duration, true},
    {"t", 1e6, mass, true},
    {"u", 1.66053906660e-24, mass, true},
    {"wk", 7 * day_s, duration, false},
};
static_assert(std::ranges::is_sorted(units, {}, &Unit::code));

struct UnitPrefix {
  std::string_view code;
  int power;
};
constexpr UnitPrefix prefixes[] = {{"da", 1}, {"Y", 24},  {"Z", 21},  {"E", 18},  {"P", 15},  {"T", 12}, {"G", 9},
                                   {"M", 6},  {"k", 3},   {"h", 2},   {"d", -1},  {"c", -2},  {"m", -3}, {"u", -6},
                                   {"n", -9}, {"p", -12}, {"f", -15}, {"a", -18}, {"z", -21}, {"y", -24}};

const Unit* find_unit(std::string_view code) {
  const auto* found = std::ranges::lower_bound(units, code, {}, &Unit::code);
  return found != std::end(units) && found->code == code ? found : nullptr;
}

constexpr int max_exponent = 24;

struct Amount {
  double factor = 1;
  Exponents exponents{};
  void multiply(const Amount& other, int power) {
    factor *= std::pow(other.factor, power);
    for (std::size_t i = 0; i < bases; ++i) exponents[i] += other.exponents[i] * power;
  }
};

// UCUM 2.1, 2.2: products and quotients of simple units with exponents, from left to right.
class UnitReader {
 public:
  explicit UnitReader(std::string_view text) : text_(text) {}
  std::optional<Amount> run() {
    Amount amount = term(0);
    if (!ok_ || at_ != text_.size()) return std::nullopt;
    for (const int exponent : amount.exponents)
      if (std::abs(exponent) > max_exponent) return std::nullopt;
    if (!std::isfinite(amount.factor) || amount.factor <= 0) return std::nullopt;
    return amount;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool accept(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  Amount term(int depth) {
    Amount amount;
    if (depth > 4) ok_ = false;
    int power = accept('/') ? -1 : 1;
    while (ok_) {
      amount.multiply(component(depth), power);
      if (accept('.'))
        power = 1;
      else if (accept('/'))
        power = -1;
      else
        break;
    }
    return amount;
  }

  void skip_annotation() {
    if (!accept('{')) return;
    while (peek() != '}' && peek() != '\0') ++at_;
    if (!accept('}')) ok_ = false;
  }

  Amount component(int depth) {
    Amount amount;
    if (accept('(')) {
      amount = term(depth + 1);
      if (!accept(')')) ok_ = false;
      return amount;
    }
    if (peek() == '{') {
      skip_annotation();
      return amount;
    }
    if (is_digit(peek())) {
      if (text_.substr(at_).starts_with("10*") || text_.substr(at_).starts_with("10^")) {
        at_ += 3;
        amount.factor = std::pow(10.0, exponent());
      } else {
        amount.factor = whole_number();
      }
    } else {
      amount = simple();
    }
    skip_annotation();
    return amount;
  }

  double whole_number() {
    double number = 0;
    int digits = 0;
    while (is_digit(peek()) && ++digits < 12) number = number * 10 + (text_[at_++] - '0');
    if (number <= 0) ok_ = false;
    return number;
  }

  int exponent() {
    const bool negative = accept('-');
    if (!negative) accept('+');
    if (!is_digit(peek())) return 1;
    int number = text_[at_++] - '0';
    if (is_digit(peek())) number = number * 10 + (text_[at_++] - '0');
    return negative ? -number : number;
  }

  Amount simple() {
    const auto from = at_;
    while (at_ < text_.size()) {
      if (peek() == '[') {
        while (peek() != ']' && peek() != '\0') ++at_;
        if (peek() == '\0') break;
        ++at_;
        continue;
      }
      if (std::string_view("./(){}+-").find(peek()) != std::string_view::npos || is_digit(peek())) break;
      ++at_;
    }
    Amount amount = atom(text_.substr(from, at_ - from));
    if (is_digit(peek()) || peek() == '-' || peek() == '+') {
      Amount raised;
      raised.multiply(amount, exponent());
      return raised;
    }
    return amount;
  }

  Amount atom(std::string_view code) {
    if (const auto* unit = find_unit(code)) return {unit->factor, unit->exponents};
    for (const auto& prefix : prefixes) {
      if (!code.starts_with(prefix.code)) continue;
      const auto* unit = find_unit(code.substr(prefix.code.size()));
      if (unit != nullptr && unit->metric) return {unit->factor * std::pow(10.0, prefix.power), unit->exponents};
    }
    ok_ = false;
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

std::uint64_t packed(const Exponents& exponents) {
  std::uint64_t dimension = 0;
  for (const int exponent : exponents) dimension = dimension << 8 | static_cast<std::uint64_t>(exponent + 128);
  return dimension;
}

}  // namespace

std::optional<UnitConversion> unit_conversion(std::string_view code) {
  constexpr std::size_t longest = 64;
  if (code.empty() || code.size() > longest) return std::nullopt;
  constexpr Exponents kelvin{0, 0, 0, 1};
  if (code == "Cel") return UnitConversion{packed(kelvin), 1, 273.15};
  if (code == "[degF]") return UnitConversion{packed(kelvin), 5.0 / 9, 459.67 * 5 / 9};
  const auto amount = UnitReader(code).run();
  if (!amount) return std::nullopt;
  return UnitConversion{packed(amount->exponents), amount->factor, 0};
}

}  // namespace carnet::fhir
