// From dated parameters to the terms of the rules.
#include <algorithm>
#include <charconv>

#include "enrollment/rules.hpp"

namespace carnet::enrollment {
namespace {

constexpr std::string_view names[] = {
    "enrollment.code_valid_days",
    "enrollment.objection_code_valid_days",
    "enrollment.post_grace_days",
    "enrollment.mailed_open_code_valid_hours",
    "enrollment.sms_open_code_valid_minutes",
    "enrollment.posted_code_interval_days",
    "enrollment.code_tries_per_campaign",
    "enrollment.code_waits",
    "enrollment.source_waits",
    "enrollment.archive_years",
    "enrollment.closed_days_before_archive",
    "enrollment.erasure_regret_days",
    "enrollment.parent_refusal_days",
    "enrollment.erasure_within_months",
    "enrollment.suspension_unanswered_days",
    "enrollment.majority_age",
    "identity.form_idle_minutes",
    "support.phone_weekdays",
    "calendar.public_holidays",
};

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<Terms::Rung> rung_of(std::string_view text) {  // "3:30"
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto misses = number(text.substr(0, colon)), wait_s = number(text.substr(colon + 1));
  if (!misses || !wait_s || *misses < 1 || *misses > 1'000'000) return std::nullopt;
  return Terms::Rung{static_cast<int>(*misses), *wait_s};
}

void add_holidays(std::vector<Date>& days, const std::vector<std::string>& texts) {
  for (const auto& text : texts)
    if (const auto day = kernel::parse_date(text)) days.push_back(*day);
}

kernel::Status refuse_value(std::string_view name) {
  return kernel::invalid("enrollment.parameters", {{"value", std::string(name), "not a value that the rules can use"}});
}

}  // namespace

kernel::Status check_terms(const parameters::Parameters& parameters, Date on) {
  CARNET_CHECK(parameters.require(names, on));
  for (const std::string_view name : {"enrollment.code_waits", "enrollment.source_waits"})
    for (const auto& text : parameters.list(name, on))
      if (!rung_of(text)) return refuse_value(name);
  for (const auto& text : parameters.list("support.phone_weekdays", on))
    if (const auto day = number(text); !day || *day < 1 || *day > 7) return refuse_value("support.phone_weekdays");
  for (const auto& text : parameters.list("calendar.public_holidays", on))
    if (!kernel::parse_date(text)) return refuse_value("calendar.public_holidays");
  const Terms terms = terms_on(parameters, on);
  if (terms.phone_weekdays.empty()) return refuse_value("support.phone_weekdays");
  const auto rising = [](const Terms::Rung& a, const Terms::Rung& b) { return a.misses < b.misses; };
  if (!std::is_sorted(terms.ladder.begin(), terms.ladder.end(), rising)) return refuse_value("enrollment.code_waits");
  if (!std::is_sorted(terms.source_ladder.begin(), terms.source_ladder.end(), rising)) return refuse_value("enrollment.source_waits");
  for (const int days : {terms.code_valid_days, terms.objection_code_valid_days, terms.post_grace_days, terms.max_tries,
                         terms.archive_years, terms.closed_days_before_archive, terms.erasure_regret_days, terms.parent_refusal_days,
                         terms.suspension_days, terms.majority_age, terms.flow_idle_minutes})
    if (days < 0 || days > 36'500) return refuse_value("enrollment");
  return {};
}

Terms terms_on(const parameters::Parameters& parameters, Date on) {
  const auto integer = [&](std::string_view name) { return static_cast<int>(parameters.integer(name, on)); };
  Terms terms;
  terms.code_valid_days = integer("enrollment.code_valid_days");
  terms.objection_code_valid_days = integer("enrollment.objection_code_valid_days");
  terms.post_grace_days = integer("enrollment.post_grace_days");
  terms.opening_code_email_hours = integer("enrollment.mailed_open_code_valid_hours");
  terms.opening_code_phone_minutes = integer("enrollment.sms_open_code_valid_minutes");
  terms.posted_every_days = integer("enrollment.posted_code_interval_days");
  terms.max_tries = integer("enrollment.code_tries_per_campaign");
  terms.archive_years = integer("enrollment.archive_years");
  terms.closed_days_before_archive = integer("enrollment.closed_days_before_archive");
  terms.erasure_regret_days = integer("enrollment.erasure_regret_days");
  terms.parent_refusal_days = integer("enrollment.parent_refusal_days");
  terms.erasure_within_months = integer("enrollment.erasure_within_months");
  terms.suspension_days = integer("enrollment.suspension_unanswered_days");
  terms.majority_age = integer("enrollment.majority_age");
  terms.flow_idle_minutes = integer("identity.form_idle_minutes");
  terms.ladder.clear();
  for (const auto& text : parameters.list("enrollment.code_waits", on))
    if (const auto rung = rung_of(text)) terms.ladder.push_back(*rung);
  terms.source_ladder.clear();
  for (const auto& text : parameters.list("enrollment.source_waits", on))
    if (const auto rung = rung_of(text)) terms.source_ladder.push_back(*rung);
  terms.phone_weekdays.clear();
  for (const auto& text : parameters.list("support.phone_weekdays", on))
    if (const auto day = number(text)) terms.phone_weekdays.push_back(static_cast<unsigned>(*day));
  // One list per year: a code sent in December dies in the next one.
  add_holidays(terms.public_holidays, parameters.list("calendar.public_holidays", on));
  add_holidays(terms.public_holidays, parameters.list("calendar.public_holidays", Date{on.year + 1, 1, 1}));
  std::sort(terms.public_holidays.begin(), terms.public_holidays.end());
  return terms;
}

}  // namespace carnet::enrollment
