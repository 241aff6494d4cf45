#include "standards/fhir/conditional.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace carnet::fhir {

namespace {

constexpr std::array<std::string_view, 7> day_names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::int64_t ms_per_second = 1000, ms_per_day = 86'400'000;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// Calls `each` for every member of a list that `mark` separates, outside of quotes.
template <class Each>
void each_member(std::string_view list, char mark, Each each) {
  while (true) {
    std::size_t end = 0;
    for (bool quoted = false; end < list.size() && (quoted || list[end] != mark); ++end)
      if (list[end] == '"') quoted = !quoted;
    each(trimmed(list.substr(0, end)));
    if (end == list.size()) return;
    list.remove_prefix(end + 1);
  }
}

std::optional<int> number(std::string_view digits) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const bool all_digits = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  if (error != std::errc() || end != digits.data() + digits.size() || !all_digits) return std::nullopt;
  return value;
}

// The media type of a header's member, without its parameters.
std::string_view type_of(std::string_view member) { return trimmed(member.substr(0, member.find(';'))); }

bool weighs_nothing(std::string_view member) {
  bool nothing = false;
  each_member(member, ';', [&](std::string_view part) {
    if (part.starts_with("q=0") && part.find_first_not_of("0.", 2) == std::string_view::npos) nothing = true;
  });
  return nothing;
}

// The version and the letters that a member says, if any, are those of this interface.
bool is_ours(std::string_view member) {
  bool ours = true;
  each_member(member, ';', [&](std::string_view part) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) return;
    const auto name = trimmed(part.substr(0, equals));
    auto value = trimmed(part.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (same_word(name, "fhirVersion")) ours = ours && (value == "4.0" || value == "4.0.1");
    if (same_word(name, "charset")) ours = ours && (same_word(value, "utf-8") || same_word(value, "utf8"));
  });
  return ours;
}

bool among(std::string_view type, std::initializer_list<std::string_view> types) {
  return std::ranges::any_of(types, [&](std::string_view one) { return same_word(one, type); });
}

}  // namespace

std::string etag_of(std::int64_t version) { return fmt::format("W/\"{}\"", version); }

bool EntityTags::matches(std::int64_t version) const {
  return any || std::ranges::find(versions, version) != versions.end();
}

std::optional<EntityTags> read_entity_tags(std::string_view text) {
  EntityTags tags;
  text = trimmed(text);
  if (text.empty()) return tags;
  if (text == "*") {
    tags.any = true;
    return tags;
  }
  bool well_formed = true;
  each_member(text, ',', [&](std::string_view member) {
    if (member.starts_with("W/")) member.remove_prefix(2);
    if (member.size() < 2 || member.front() != '"' || member.back() != '"' ||
        member.substr(1, member.size() - 2).find('"') != std::string_view::npos) {
      well_formed = false;
      return;
    }
    const auto inside = member.substr(1, member.size() - 2);
    std::int64_t version = 0;
    const auto [end, error] = std::from_chars(inside.data(), inside.data() + inside.size(), version);
    if (error == std::errc() && end == inside.data() + inside.size() && version > 0) tags.versions.push_back(version);
  });
  if (!well_formed) return std::nullopt;
  return tags;
}

std::string to_http_date(kernel::Instant instant) {
  const std::int64_t days = instant.ms / ms_per_day - (instant.ms % ms_per_day < 0 ? 1 : 0);
  const auto of_day = (instant.ms - days * ms_per_day) / ms_per_second;
  const auto date = kernel::Date{}.plus_days(static_cast<int>(days));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", day_names[date.iso_weekday() - 1], date.day,
                     month_names[date.month - 1], date.year, of_day / 3600, of_day / 60 % 60, of_day % 60);
}

std::optional<kernel::Instant> parse_http_date(std::string_view text) {
  constexpr std::size_t length = 29;
  text = trimmed(text);
  if (text.size() != length || text.substr(3, 2) != ", " || !text.ends_with(" GMT") || text[7] != ' ' ||
      text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':')
    return std::nullopt;
  const auto month = std::ranges::find(month_names, text.substr(8, 3));
  const auto day = number(text.substr(5, 2)), year = number(text.substr(12, 4)), hour = number(text.substr(17, 2)),
             minute = number(text.substr(20, 2)), second = number(text.substr(23, 2));
  if (month == month_names.end() || !day || !year || !hour || !minute || !second) return std::nullopt;
  const kernel::Date date{*year, static_cast<unsigned>(month - month_names.begin()) + 1, static_cast<unsigned>(*day)};
  if (!date.valid() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  if (day_names[date.iso_weekday() - 1] != text.substr(0, 3)) return std::nullopt;
  const std::int64_t days = kernel::Date{}.days_until(date);
  return kernel::Instant{days * ms_per_day + ((*hour * 60 + *minute) * 60 + *second) * ms_per_second};
}

bool is_not_modified(std::string_view if_none_match, std::string_view if_modified_since, std::int64_t version,
                     kernel::Instant updated) {
  if (!if_none_match.empty()) {
    const auto tags = read_entity_tags(if_none_match);
    return tags && tags->matches(version);
  }
  if (if_modified_since.empty()) return false;
  const auto since = parse_http_date(if_modified_since);
  return since && updated.ms / ms_per_second * ms_per_second <= since->ms;
}

Prefer read_prefer(std::string_view text) {
  Prefer prefer;
  const auto wish = [&](std::string_view member) {
    const auto equals = member.find('=');
    if (equals == std::string_view::npos) return;
    const auto name = trimmed(member.substr(0, equals));
    auto value = trimmed(member.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (same_word(name, "return")) {
      if (value == "minimal") prefer.answer = Prefer::Answer::minimal;
      if (value == "representation") prefer.answer = Prefer::Answer::representation;
      if (value == "OperationOutcome") prefer.answer = Prefer::Answer::outcome;
    } else if (same_word(name, "handling")) {
      if (value == "strict") prefer.handling = Prefer::Handling::strict;
      if (value == "lenient") prefer.handling = Prefer::Handling::lenient;
    }
  };
  each_member(text, ',', [&](std::string_view member) { each_member(member, ';', wish); });
  return prefer;
}

bool accepts_json_form(std::string_view accept) {
  if (trimmed(accept).empty()) return true;
  bool accepted = false;
  each_member(accept, ',', [&](std::string_view member) {
    const auto type = type_of(member);
    const bool ours = among(type, {"application/fhir+json", "application/json", "application/json+fhir", "text/json",
                                   "application/*", "*/*"});
    accepted = accepted || (ours && is_ours(member) && !weighs_nothing(member));
  });
  return accepted;
}

bool is_json_format(std::string_view format) {
  return is_ours(format) && among(type_of(format), {"json", "application/fhir+json", "application/json", "application/json+fhir",
                                 "text/json",
                                 // a plus sign that was not escaped in an address
                                 "application/fhir json", "application/json fhir"});
}

bool is_json_type(std::string_view content_type) {
  return is_ours(content_type) &&
         among(type_of(content_type), {"application/fhir+json", "application/json", "application/json+fhir"});
}

bool is_patch_type(std::string_view content_type) {
  return is_ours(content_type) && among(type_of(content_type), {"application/json-patch+json"});
}

}  // namespace carnet::fhir
