// Instants, civil dates and time zones. Pure: "now" always comes from foundation/io.
#pragma once
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carnet::kernel {

// Milliseconds since 1970-01-01T00:00:00Z.
struct Instant {
  std::int64_t ms = 0;
  constexpr auto operator<=>(const Instant&) const = default;
  constexpr Instant plus(std::chrono::milliseconds d) const { return {ms + d.count()}; }
  constexpr std::chrono::milliseconds since(Instant earlier) const {
    return std::chrono::milliseconds(ms - earlier.ms);
  }
};

// A day of the Gregorian calendar.
struct Date {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  constexpr auto operator<=>(const Date&) const = default;
  Date plus_days(int days) const;
  Date plus_months(int months) const;  // day clamped to the month's last
  Date plus_years(int years) const { return plus_months(years * 12); }
  bool valid() const;
  unsigned iso_weekday() const;  // 1 Monday ... 7 Sunday
  int days_until(Date later) const;
};
std::optional<Date> parse_date(std::string_view iso);  // "2025-03-04"
std::string to_text(Date date);                        // "2025-03-04"

// A time zone by IANA name; only names ICU knows are constructed.
class Zone {
 public:
  static std::optional<Zone> named(std::string_view iana);
  static const Zone& paris();
  const std::string& name() const { return name_; }
  auto operator<=>(const Zone&) const = default;

 private:
  explicit Zone(std::string name) : name_(std::move(name)) {}
  std::string name_;
};
Date date_in(Instant instant, const Zone& zone);
int minute_of_day(Instant instant, const Zone& zone);  // 0..1439, local
Instant start_of_day(Date date, const Zone& zone);     // 00:00 local (first instant of that day)
Instant at_local(Date date, int minute_of_day, const Zone& zone);
int age_on(Date birth, Date on);  // whole years; born 29 February: of age on 1 March

std::string to_rfc3339(Instant instant);  // "2025-03-04T14:07:00.000Z"
std::optional<Instant> parse_rfc3339(std::string_view text);

}  // namespace carnet::kernel
