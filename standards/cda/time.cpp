#include <fmt/core.h>

#include "standards/cda/cda.hpp"

namespace carnet::cda {

namespace {

std::optional<int> number(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// "+0100" -> "+01:00", and "+100" too, which official samples hold; nothing when no place on Earth has that offset.
std::optional<std::string> offset_text(std::string_view offset) {
  if (offset.size() != 4 && offset.size() != 5) return std::nullopt;
  const auto hours = number(offset.substr(1, offset.size() - 3));
  const auto minutes = number(offset.substr(offset.size() - 2));
  if (!hours || !minutes || *hours > 14 || *minutes > 59 || *hours * 60 + *minutes > 14 * 60) return std::nullopt;
  return fmt::format("{}{:02}:{:02}", offset[0], *hours, *minutes);
}

int field(std::string_view iso, std::size_t at, std::size_t length) {
  return number(iso.substr(at, length)).value_or(0);
}

}  // namespace

std::optional<Time> parse_time(std::string_view ts) {
  const auto sign = ts.find_first_of("+-");
  const std::string_view offset = sign == std::string_view::npos ? std::string_view{} : ts.substr(sign);
  std::string_view digits = ts.substr(0, sign);
  if (const auto dot = digits.find('.'); dot != std::string_view::npos) {
    const std::string_view fraction = digits.substr(dot + 1);
    if (dot != 14 || !number(fraction) || fraction.size() > 6) return std::nullopt;
    digits = digits.substr(0, dot);
  }
  if (digits.size() < 4 || digits.size() > 14 || digits.size() % 2 != 0 || !number(digits.substr(0, 4)))
    return std::nullopt;
  const std::size_t parts = (digits.size() - 2) / 2;  // 1: year ... 6: second
  int values[6] = {*number(digits.substr(0, 4)), 1, 1, 0, 0, 0};
  for (std::size_t i = 1; i < parts; ++i) {
    const auto value = number(digits.substr(2 + 2 * i, 2));
    if (!value) return std::nullopt;
    values[i] = *value;
  }
  const kernel::Date day{values[0], static_cast<unsigned>(values[1]), static_cast<unsigned>(values[2])};
  if (values[0] < 1 || !day.valid() || values[3] > 23 || values[4] > 59 || values[5] > 59) return std::nullopt;
  Time time;
  time.precision = static_cast<Precision>(parts - 1);
  if (parts == 1) time.iso = fmt::format("{:04}", values[0]);
  if (parts == 2) time.iso = fmt::format("{:04}-{:02}", values[0], values[1]);
  if (parts == 3) time.iso = fmt::format("{:04}-{:02}-{:02}", values[0], values[1], values[2]);
  if (parts < 4) {
    // An offset after a mere date says nothing more of the day as written.
    if (!offset.empty() && !offset_text(offset)) return std::nullopt;
    return time;
  }
  time.iso = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", values[0], values[1], values[2], values[3], values[4],
                         values[5]);
  if (!offset.empty()) {
    const auto text = offset_text(offset);
    if (!text) return std::nullopt;
    time.iso += *text;
    time.zoned = true;
  }
  return time;
}

kernel::Date Time::first_day() const {
  const auto month = precision == Precision::year ? 1 : field(iso, 5, 2);
  const auto day = precision <= Precision::month ? 1 : field(iso, 8, 2);
  return {field(iso, 0, 4), static_cast<unsigned>(month), static_cast<unsigned>(day)};
}

kernel::Instant Time::earliest(const kernel::Zone& zone_when_none) const {
  if (precision <= Precision::day) return kernel::start_of_day(first_day(), zone_when_none);
  const int minute = field(iso, 11, 2) * 60 + field(iso, 14, 2);
  const std::int64_t seconds = field(iso, 17, 2);
  if (!zoned) return kernel::at_local(first_day(), minute, zone_when_none).plus(std::chrono::seconds(seconds));
  const std::int64_t days = kernel::Date{1970, 1, 1}.days_until(first_day());
  const int offset = (field(iso, 20, 2) * 60 + field(iso, 23, 2)) * (iso[19] == '-' ? -1 : 1);
  return {(((days * 1440 + minute - offset) * 60) + seconds) * 1000};
}

}  // namespace carnet::cda
