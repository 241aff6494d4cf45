// Clocks: days and hours around what the rules date.
#include <array>
#include <chrono>

#include "proof/access/oracle_axes.hpp"

namespace carnet::proof::access_oracle::axes {

namespace {

Minute day_start(Minute minute) {
  return minute - minute % minutes_per_day;
}

Axis clock(std::string_view name, std::vector<int> minutes_of_day) {
  const auto count = minutes_of_day.size();
  return {name, count,
          [minutes = std::move(minutes_of_day)](Question& q, std::size_t i) { q.now = day_start(q.now) + minutes[i]; }};
}

}  // namespace

Day today() {
  return day_of(2025, 3, 4);
}

// Two years and a little, a leap year among them: 1 December 2023 to 31 December 2025.
Axis days_of_deposit() {
  return {"day of deposit", 762, [](Question& q, std::size_t i) {
            q.item.deposited = at(day_of(2023, 12, 1) + static_cast<Day>(i), 14);
            q.item.invisible_to_patient = true;
            q.space.opened = at(day_of(2023, 1, 1));
          }};
}

Axis days_since_deposit() {
  return {"days since", 41, [](Question& q, std::size_t i) {
            q.now = day_start(q.item.deposited) + static_cast<Minute>(i) * minutes_per_day;
          }};
}

Axis hours() {
  return clock("hour", {0, 7 * 60 + 59, 8 * 60, 15 * 60});
}
Axis some_hours() {
  return clock("hour", {0, 10 * 60, 23 * 60 + 59});
}

Axis announcements() {
  return {"announcement visit", 3, [](Question& q, std::size_t i) {
            q.item.announced.reset();
            if (i != 0) q.item.announced = q.now + (i == 1 ? 0 : 1);
          }};
}

// Every day of two years, one of them a leap year, and days and months that are unknown.
Axis births() {
  constexpr std::size_t all_days = 731;
  return {"birth", all_days + 26, [](Question& q, std::size_t i) {
            if (i < all_days) {
              const std::chrono::year_month_day d{
                  std::chrono::sys_days(std::chrono::days(day_of(2007, 1, 1) + static_cast<Day>(i)))};
              q.space.birth = {int(d.year()), unsigned(d.month()), unsigned(d.day())};
              return;
            }
            const auto rest = i - all_days;
            q.space.birth = {2007 + static_cast<int>(rest / 13), static_cast<unsigned>(rest % 13), 0};
          }};
}

// Two days before to two days after the 16th and the 18th, at both ends of the day.
Axis around_birthdays() {
  return {"around 16 and 18", 20, [](Question& q, std::size_t i) {
            const Day day = Oracle::birthday(q.space.birth, i < 10 ? 16 : 18);
            q.now = at(day + static_cast<Day>(i % 10 / 2) - 2) + (i % 2 == 0 ? 0 : minutes_per_day - 1);
          }};
}

// A last day, or the last minute of a consent, around now.
Axis ends() {
  return {"end", 11, [](Question& q, std::size_t i) {
            const auto offset = static_cast<Day>(i) - 5;
            q.actor.last_day = today() + offset;
            if (q.actor.who != Who::professional) return;
            q.actor.in_care_team = false;
            q.actor.consent = Consent::card;
            q.actor.consent_ends = at(today(), 10) + offset;
          }};
}

Axis told() {
  return {"the other parent was told", 7, [](Question& q, std::size_t i) {
            constexpr std::array<Day, 6> days_ago{0, 10, 41, 42, 43, 60};
            q.space.other_parent_told.reset();
            if (i != 0) q.space.other_parent_told = today() - days_ago[i - 1];
          }};
}

Axis refused() {
  return {"the other parent refused", 52, [](Question& q, std::size_t i) {
            q.space.other_parent_refused.reset();
            const Day from = q.space.other_parent_told.value_or(today() - 20);
            if (i != 0) q.space.other_parent_refused = from + static_cast<Day>(i) - 1;
          }};
}

}  // namespace carnet::proof::access_oracle::axes
