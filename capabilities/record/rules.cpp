#include "record/rules.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace carnet::record {

using kernel::Date;
using kernel::Instant;

namespace {

bool is_day_off(Date day, std::span<const Date> holidays) {
  constexpr unsigned saturday = 6;
  return day.iso_weekday() >= saturday || std::ranges::find(holidays, day) != holidays.end();
}

}  // namespace

Instant visible_to_patient_from(Instant deposited, int months, int morning_minute, std::span<const Date> holidays,
                                const kernel::Zone& zone) {
  Date day = kernel::date_in(deposited, zone).plus_months(months);
  while (is_day_off(day, holidays)) day = day.plus_days(1);
  return kernel::at_local(day, morning_minute, zone);
}

Instant told_of_update_at(Instant deposited, int days, int morning_minute, std::span<const Date> holidays,
                          const kernel::Zone& zone) {
  const Date first = kernel::date_in(deposited, zone);
  Date day = first.plus_days(days - 1);
  while (first < day && is_day_off(day, holidays)) day = day.plus_days(-1);
  return kernel::at_local(day, morning_minute, zone);
}

bool awaits_announcement(const access::ItemFacts& facts, Instant now) {
  return facts.invisible_patient && (!facts.patient_visible_from || now < *facts.patient_visible_from);
}

audit::Lane lane_of(const access::ItemFacts& facts, Instant now) {
  return awaits_announcement(facts, now) || facts.invisible_representants ? audit::Lane::reserved : audit::Lane::ordinary;
}

Instant shown_since(const access::ItemFacts& facts) {
  return facts.patient_visible_from ? std::max(facts.deposited_at, *facts.patient_visible_from) : facts.deposited_at;
}

bool before_in_list(const Document& a, std::int64_t a_local, const Document& b, std::int64_t b_local) {
  return std::tuple(b.act.from, b.facts.deposited_at, b_local) < std::tuple(a.act.from, a.facts.deposited_at, a_local);
}

bool is_vaccination(std::string_view type) {
  constexpr auto types = std::to_array<std::string_view>({"11369-6", "87273-9", "96874-3"});
  return std::ranges::find(types, type) != types.end();
}

// A time without an offset is taken for its day: which minute of which clock it was cannot be known.
Span span_of(std::string_view iso) {
  constexpr std::size_t day = 10;
  auto period = fhir::parse_date_time(iso);
  if (!period && iso.size() > day) period = fhir::parse_date_time(iso.substr(0, day));
  return period ? Span{period->earliest, period->end} : Span{};
}

}  // namespace carnet::record
