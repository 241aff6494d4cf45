#include "foundation/kernel/time.hpp"

#include <fmt/compile.h>
#include <fmt/core.h>
#include <unicode/basictz.h>
#include <unicode/timezone.h>
#include <unicode/tztrans.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "foundation/kernel/result.hpp"

namespace carnet::kernel {

namespace {

constexpr std::int64_t ms_per_day = 86'400'000;
constexpr std::int64_t ms_per_minute = 60'000;

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

constexpr bool is_leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr unsigned days_in_month(std::int64_t year, unsigned month) {
  constexpr unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

// Days since 1970-01-01, by eras of 400 years that begin on 1 March, so that a leap day ends its year.
constexpr std::int64_t day_number(Date date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month_from_march = (date.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

constexpr Date date_of_day_number(std::int64_t days) {
  const std::int64_t shifted = days + 719'468;
  const std::int64_t era = floor_div(shifted, 146'097);
  const std::int64_t day_of_era = shifted - era * 146'097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const auto day = static_cast<unsigned>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  const auto month = static_cast<unsigned>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  return {static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)), month, day};
}

// ICU stops reading a name at a NUL; nothing may hide behind one.
bool has_only_zone_symbols(std::string_view name) {
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '_' ||
           c == '-' || c == '+';
  });
}

// The ICU zone of a name, made once; null for what is not a zone of the tz database. ICU would also invent zones out of
// "GMT+3" and answer unknown names with GMT: both are refused. Immutable once made, so shared by all threads.
const icu::BasicTimeZone* icu_zone(std::string_view name) {
  static std::shared_mutex mutex;
  static std::map<std::string, std::unique_ptr<icu::BasicTimeZone>, std::less<>> zones;
  {
    std::shared_lock lock(mutex);
    if (const auto found = zones.find(name); found != zones.end()) return found->second.get();
  }
  if (name.empty() || name.size() > 64 || !has_only_zone_symbols(name) || name == "Etc/Unknown") return nullptr;
  const auto id = icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), static_cast<int32_t>(name.size())));
  UErrorCode error = U_ZERO_ERROR;
  UBool is_system_id = false;
  icu::UnicodeString canonical;
  icu::TimeZone::getCanonicalID(id, canonical, is_system_id, error);
  if (U_FAILURE(error) || !is_system_id) return nullptr;
  std::unique_ptr<icu::TimeZone> made(icu::TimeZone::createTimeZone(id));
  auto* basic = dynamic_cast<icu::BasicTimeZone*>(made.get());
  if (basic == nullptr) return nullptr;
  (void)made.release();
  std::unique_ptr<icu::BasicTimeZone> owned(basic);
  std::unique_lock lock(mutex);
  return zones.try_emplace(std::string(name), std::move(owned)).first->second.get();
}

const icu::BasicTimeZone& known_zone(const Zone& zone) {
  const auto* found = icu_zone(zone.name());
  CARNET_INVARIANT(found != nullptr, "a Zone is made only from a name ICU knows");
  return *found;
}

std::int64_t offset_ms(std::int64_t utc_ms, const icu::BasicTimeZone& zone) {
  int32_t raw = 0;
  int32_t dst = 0;
  UErrorCode error = U_ZERO_ERROR;
  zone.getOffset(static_cast<UDate>(utc_ms), false, raw, dst, error);
  CARNET_INVARIANT(U_SUCCESS(error), "ICU knows the offset of every instant");
  return std::int64_t{raw} + dst;
}

// The same question is asked for the same minute many times over. Since 1973 every zone changes its offset on a whole
// minute of UTC (tz database; Monrovia, 1972, was the last that did not).
std::int64_t local_ms(Instant instant, const Zone& zone) {
  constexpr std::int64_t from_1973 = 94'694'400'000;
  struct Asked {
    std::string zone;
    std::int64_t minute = -1, offset = 0;
  };
  thread_local Asked last;
  const std::int64_t minute = instant.ms / ms_per_minute;
  if (instant.ms < from_1973) return instant.ms + offset_ms(instant.ms, known_zone(zone));
  if (last.minute != minute || last.zone != zone.name())
    last = {std::string(zone.name()), minute, offset_ms(minute * ms_per_minute, known_zone(zone))};
  return instant.ms + last.offset;
}

// A reader of fixed-width fields; once it has failed it stays failed.
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}
  int digits(std::size_t count) {
    int value = 0;
    if (rest_.size() < count) ok_ = false;
    for (std::size_t i = 0; ok_ && i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') ok_ = false;
      value = value * 10 + (rest_[i] - '0');
    }
    if (ok_) rest_.remove_prefix(count);
    return ok_ ? value : 0;
  }
  bool accept(char c) {
    if (!ok_ || rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!accept(c)) ok_ = false;
  }
  std::size_t digits_ahead() const {
    std::size_t count = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
    return count;
  }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

Date date_field(Fields& fields) {
  const int year = fields.digits(4);
  fields.expect('-');
  const int month = fields.digits(2);
  fields.expect('-');
  const int day = fields.digits(2);
  return {year, static_cast<unsigned>(month), static_cast<unsigned>(day)};
}

// Up to nine digits of a second; what is finer than a millisecond is cut off.
int fraction_ms_field(Fields& fields) {
  const std::size_t count = fields.digits_ahead();
  if (count == 0 || count > 9) return -1;
  std::int64_t value = fields.digits(count);
  for (std::size_t i = count; i < 9; ++i) value *= 10;
  return static_cast<int>(value / 1'000'000);
}

constexpr std::int64_t first_ms = day_number({1, 1, 1}) * ms_per_day;
constexpr std::int64_t last_ms = (day_number({9999, 12, 31}) + 1) * ms_per_day - 1;

}  // namespace

bool Date::valid() const {
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month);
}

Date Date::plus_days(int days) const {
  return date_of_day_number(day_number(*this) + days);
}

Date Date::plus_months(int months) const {
  const std::int64_t count = std::int64_t{year} * 12 + month - 1 + months;
  const std::int64_t new_year = floor_div(count, 12);
  const auto new_month = static_cast<unsigned>(count - new_year * 12 + 1);
  const unsigned last = days_in_month(new_year, new_month);
  return {static_cast<int>(new_year), new_month, day < last ? day : last};
}

unsigned Date::iso_weekday() const {
  const std::int64_t days = day_number(*this) + 3;  // 1970-01-01 was a Thursday
  return static_cast<unsigned>(days - floor_div(days, 7) * 7 + 1);
}

int Date::days_until(Date later) const {
  return static_cast<int>(day_number(later) - day_number(*this));
}

std::optional<Date> parse_date(std::string_view iso) {
  Fields fields(iso);
  const Date date = date_field(fields);
  if (!fields.done() || !date.valid()) return std::nullopt;
  return date;
}

std::string to_text(Date date) {
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}"), date.year, date.month, date.day);
}

std::optional<Zone> Zone::named(std::string_view iana) {
  if (icu_zone(iana) == nullptr) return std::nullopt;
  return Zone(std::string(iana));
}

const Zone& Zone::paris() {
  static const Zone zone = *named("Europe/Paris");
  return zone;
}

Date date_in(Instant instant, const Zone& zone) {
  return date_of_day_number(floor_div(local_ms(instant, zone), ms_per_day));
}

int minute_of_day(Instant instant, const Zone& zone) {
  const std::int64_t local = local_ms(instant, zone);
  return static_cast<int>((local - floor_div(local, ms_per_day) * ms_per_day) / ms_per_minute);
}

Instant start_of_day(Date date, const Zone& zone) {
  return at_local(date, 0, zone);
}

// The first instant at which the local clock shows that time or a later one: when the clock is set back, the first
// passage; when it jumps over the time, the instant of the jump.
Instant at_local(Date date, int minute_of_day, const Zone& zone) {
  const icu::BasicTimeZone& icu_rules = known_zone(zone);
  const std::int64_t wanted = day_number(date) * ms_per_day + minute_of_day * ms_per_minute;
  int32_t raw = 0;
  int32_t dst = 0;
  UErrorCode error = U_ZERO_ERROR;
  icu_rules.getOffsetFromLocal(static_cast<UDate>(wanted), UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER, raw, dst, error);
  CARNET_INVARIANT(U_SUCCESS(error), "ICU knows the offset of every local time");
  const std::int64_t utc = wanted - raw - dst;
  if (utc + offset_ms(utc, icu_rules) == wanted) return {utc};
  icu::TimeZoneTransition jump;
  const bool found = icu_rules.getPreviousTransition(static_cast<UDate>(utc), true, jump);
  CARNET_INVARIANT(found, "a local time that does not exist follows a transition");
  return {static_cast<std::int64_t>(jump.getTime())};
}

int age_on(Date birth, Date on) {
  const bool before_birthday = on.month < birth.month || (on.month == birth.month && on.day < birth.day);
  return on.year - birth.year - (before_birthday ? 1 : 0);
}

std::string to_rfc3339(Instant instant) {
  const std::int64_t days = floor_div(instant.ms, ms_per_day);
  const std::int64_t ms = instant.ms - days * ms_per_day;
  thread_local std::pair<std::int64_t, std::string> last{0, to_text(date_of_day_number(0))};  // mostly the same day
  if (last.first != days) last = {days, to_text(date_of_day_number(days))};
  return fmt::format(FMT_COMPILE("{}T{:02}:{:02}:{:02}.{:03}Z"), last.second, ms / 3'600'000, ms / ms_per_minute % 60,
                     ms / 1'000 % 60, ms % 1'000);
}

std::optional<Instant> parse_rfc3339(std::string_view text) {
  Fields fields(text);
  const Date date = date_field(fields);
  if (!fields.accept('T')) fields.expect('t');
  const int hour = fields.digits(2);
  fields.expect(':');
  const int minute = fields.digits(2);
  fields.expect(':');
  const int second = fields.digits(2);
  int fraction_ms = 0;
  if (fields.accept('.')) fraction_ms = fraction_ms_field(fields);
  int offset_minutes = 0;
  if (!fields.accept('Z') && !fields.accept('z')) {
    const int sign = fields.accept('-') ? -1 : 1;
    if (sign > 0) fields.expect('+');
    const int offset_hour = fields.digits(2);
    fields.expect(':');
    const int offset_minute = fields.digits(2);
    if (offset_hour > 23 || offset_minute > 59) return std::nullopt;
    offset_minutes = sign * (offset_hour * 60 + offset_minute);
  }
  if (!fields.done() || !date.valid() || hour > 23 || minute > 59 || second > 59 || fraction_ms < 0) {
    return std::nullopt;
  }
  const std::int64_t ms = day_number(date) * ms_per_day + (hour * 60 + minute - offset_minutes) * ms_per_minute +
                          second * 1'000 + fraction_ms;
  if (ms < first_ms || ms > last_ms) return std::nullopt;
  return Instant{ms};
}

}  // namespace carnet::kernel
