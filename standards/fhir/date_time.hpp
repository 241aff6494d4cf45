// date, dateTime and instant of FHIR, of any precision; and the comparisons of search.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "foundation/kernel/time.hpp"

namespace carnet::fhir {

// "2021", "2021-07", "2021-07-29", "2021-07-29T12:17:00+02:00": the instants it may mean, from `earliest` up to but not
// including `end`. Without an offset the calendar of Paris counts.
struct Period {
  kernel::Instant earliest;
  kernel::Instant end;
};
// nullopt: not well formed. A time needs seconds and an offset.
std::optional<Period> parse_date_time(std::string_view text);

// "ge2024-01-01" and the like.
struct DateTest {
  enum class Prefix { eq, ne, gt, lt, ge, le, sa, eb, ap } prefix = Prefix::eq;
  Period period;
  // FHIR R4, 3.1.1.4.5, for a resource whose own value spans `value`. ap: within a tenth of the time to `now`.
  bool holds(const Period& value, kernel::Instant now) const;
};
// Of a time the seconds may be left out (then the whole minute is meant), and the offset (then the clock of Paris).
std::optional<DateTest> parse_date_test(std::string_view text);

}  // namespace carnet::fhir
