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

// "2021-07-29T12:17+02:00" is allowed to a search: seconds are added.
std::string with_seconds(std::string_view text) {
  constexpr std::size_t minutes_end = 16;
  std::string out(text);
  if (text.size() > minutes_end && text[minutes_end] != ':') out.insert(minutes_end, ":00");
  return out;
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
  const auto instant = kernel::parse_rfc3339(text);
  if (!instant) return std::nullopt;
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
  const auto period = parse_date_time(text.size() > 10 ? with_seconds(text) : std::string(text));
  if (!period) return std::nullopt;
  test.period = *period;
  return test;
}

}  // namespace carnet::fhir
