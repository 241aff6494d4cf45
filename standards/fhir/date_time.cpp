#include "standards/fhir/date_time.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>

namespace carnet::fhir {

using kernel::Date;
using kernel::Zone;

namespace {

Period days(Date first, Date after) {
  return {kernel::start_of_day(first, Zone::paris()), kernel::start_of_day(after, Zone::paris())};
}

std::optional<Date> whole_date(std::string_view text) {
  std::string padded(text);
  if (text.size() == 4) padded += "-01-01";
  if (text.size() == 7) padded += "-01";
  return kernel::parse_date(padded);
}

// A search may leave out the seconds ("2021-07-29T12:17+02:00": that whole minute), and the offset: Paris.
std::optional<Period> time_of_search(std::string_view text) {
  constexpr std::size_t minutes_end = 16, seconds_end = 19, offset = 6;
  std::string whole(text);
  // A plus sign that was not escaped in an address has become a space.
  if (whole.size() >= minutes_end + offset && whole[whole.size() - offset] == ' ') whole[whole.size() - offset] = '+';
  const bool without_seconds = text.size() == minutes_end || (text.size() > minutes_end && text[minutes_end] != ':');
  if (without_seconds && text.size() >= minutes_end) whole.insert(minutes_end, ":00");
  if (whole.size() < seconds_end) return std::nullopt;
  const bool without_offset = whole.find_first_of("Zz+-", seconds_end) == std::string::npos;
  if (without_offset) whole += 'Z';
  auto period = parse_date_time(whole);
  if (!period) return std::nullopt;
  if (without_offset) {
    // The same clock in Paris.
    const std::string day = whole.substr(0, 10);
    const auto date = kernel::parse_date(day);
    const auto midnight = kernel::parse_rfc3339(day + "T00:00:00Z");
    if (!date || !midnight) return std::nullopt;
    const auto since_midnight = period->earliest.ms - midnight->ms;
    const auto minutes = static_cast<int>(since_midnight / 60'000);
    const auto local = kernel::at_local(*date, minutes, Zone::paris())
                           .plus(std::chrono::milliseconds(since_midnight - std::int64_t{minutes} * 60'000));
    period = Period{local, local.plus(period->end.since(period->earliest))};
  }
  if (without_seconds) period->end = period->earliest.plus(std::chrono::minutes(1));
  return period;
}

}  // namespace

std::optional<Period> parse_date_time(std::string_view text) {
  if (text.size() == 4 || text.size() == 7 || text.size() == 10) {
    const auto first = whole_date(text);
    if (!first || first->year > 9998) return std::nullopt;
    if (text.size() == 4) return days(*first, first->plus_years(1));
    if (text.size() == 7) return days(*first, first->plus_months(1));
    return days(*first, first->plus_days(1));
  }
  if (text.size() < 20) return std::nullopt;
  constexpr std::size_t second_at = 17;
  const bool leaps = text.substr(second_at, 2) == "60";  // R4 writes leap seconds; clocks count them with the next minute
  std::string before;
  if (leaps) text = before = std::string(text).replace(second_at, 2, "59");
  auto instant = kernel::parse_rfc3339(text);
  if (!instant) return std::nullopt;
  if (leaps) instant = instant->plus(std::chrono::seconds(1));
  const bool has_fraction = text.find('.') != std::string_view::npos;
  return Period{*instant, instant->plus(std::chrono::milliseconds(has_fraction ? 1 : 1000))};
}

bool DateTest::holds(const Period& value, kernel::Instant now) const {
  const bool within = value.earliest >= period.earliest && value.end <= period.end;
  switch (prefix) {
    case Prefix::eq:
      return within;
    case Prefix::ne:
      return !within;
    case Prefix::gt:
      return value.end > period.end;
    case Prefix::lt:
      return value.earliest < period.earliest;
    case Prefix::ge:
      return within || value.end > period.end;
    case Prefix::le:
      return within || value.earliest < period.earliest;
    case Prefix::sa:
      return value.earliest >= period.end;
    case Prefix::eb:
      return value.end <= period.earliest;
    case Prefix::ap: {
      const auto slack = std::chrono::milliseconds(std::abs(now.since(period.earliest).count()) / 10);
      return value.end > period.earliest.plus(-slack) && value.earliest < period.end.plus(slack);
    }
  }
  return false;
}

std::optional<DateTest> parse_date_test(std::string_view text) {
  constexpr std::array<std::string_view, 9> prefixes{"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
  DateTest test;
  if (const auto found = std::ranges::find(prefixes, text.substr(0, 2)); found != prefixes.end()) {
    test.prefix = static_cast<DateTest::Prefix>(found - prefixes.begin());
    text.remove_prefix(2);
  }
  constexpr std::size_t day_end = 10;
  const auto period = text.size() > day_end ? time_of_search(text) : parse_date_time(text);
  if (!period) return std::nullopt;
  test.period = *period;
  return test;
}

}  // namespace carnet::fhir
