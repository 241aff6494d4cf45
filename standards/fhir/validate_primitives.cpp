#include "standards/fhir/validate_primitives.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "standards/fhir/validate.hpp"

namespace carnet::fhir {

namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// Two digits at `at`, or -1.
int two_digits(std::string_view text, std::size_t at) {
  if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return -1;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

int days_in(int year, int month) {
  constexpr std::array days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)];
}

// 23:59:60.5; a leap second is allowed, hour 24 is not.
bool is_clock_time(std::string_view text) {
  const int hour = two_digits(text, 0), minute = two_digits(text, 3), second = two_digits(text, 6);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return false;
  if (text[2] != ':' || text[5] != ':') return false;
  if (text.size() == 8) return true;
  return text[8] == '.' && text.size() > 9 && std::ranges::all_of(text.substr(9), is_digit);
}

// Z or +02:00, up to 14 hours.
bool is_offset(std::string_view text) {
  if (text == "Z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  const int hours = two_digits(text, 1), minutes = two_digits(text, 4);
  return hours >= 0 && minutes >= 0 && minutes <= 59 && (hours < 14 || (hours == 14 && minutes == 0));
}

bool is_full_instant(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T' || !is_date(text.substr(0, 10))) return false;
  const auto clock = text.substr(11);
  const auto zone = clock.find_first_of("Z+-");
  return zone != std::string_view::npos && is_clock_time(clock.substr(0, zone)) && is_offset(clock.substr(zone));
}

// A whole number of JSON without fraction or exponent, between bounds.
bool is_whole(std::string_view text, std::int32_t least) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && value >= least;
}

// JSON has already held its grammar. What cannot be compared in bounded time is no decimal of a record.
bool is_decimal(std::string_view text) {
  if (text.size() > 64) return false;
  const auto exponent = text.find_first_of("eE");
  return exponent == std::string_view::npos || text.size() - exponent <= 5;
}

bool has_no_control(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 32 && c != '\t' && c != '\n' && c != '\r'; });
}

std::string_view fault_of_number(Primitive type, std::string_view text) {
  switch (type) {
    case Primitive::integer:
      return is_whole(text, INT32_MIN) ? "" : "must be a whole number of 32 bits";
    case Primitive::unsigned_int:
      return is_whole(text, 0) ? "" : "must be a whole number from 0 to 2147483647";
    case Primitive::positive_int:
      return is_whole(text, 1) ? "" : "must be a whole number from 1 to 2147483647";
    default:
      return is_decimal(text) ? "" : "must be a decimal of at most 64 characters, its exponent of at most 3 digits";
  }
}

std::string_view fault_of_time(Primitive type, std::string_view text) {
  switch (type) {
    case Primitive::date:
      return is_date(text) ? "" : "must be a date that exists, as 2024, 2024-02 or 2024-02-29";
    case Primitive::date_time:
      return is_date_time(text) ? ""
                                : "must be a date that exists, as 2024, 2024-02 or 2024-02-29, or with a time and its "
                                  "offset, as 2024-02-29T13:28:17+01:00";
    case Primitive::instant:
      return is_instant(text) ? "" : "must be an instant with its offset, as 2024-02-29T13:28:17.239+01:00";
    default:
      return is_time(text) ? "" : "must be a time of the day, as 13:28:17";
  }
}

}  // namespace

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::ranges::all_of(text, [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.'; });
}

bool is_date(std::string_view text) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  const int century = two_digits(text, 0), years = two_digits(text, 2);
  if (century < 0 || years < 0 || century + years == 0) return false;
  if (text.size() == 4) return true;
  const int month = two_digits(text, 5);
  if (text[4] != '-' || month < 1 || month > 12) return false;
  if (text.size() == 7) return true;
  const int day = two_digits(text, 8);
  return text[7] == '-' && day >= 1 && day <= days_in(century * 100 + years, month);
}

bool is_date_time(std::string_view text) {
  return text.size() <= 10 ? is_date(text) : is_full_instant(text);
}

bool is_instant(std::string_view text) {
  return is_full_instant(text);
}

bool is_time(std::string_view text) {
  return is_clock_time(text);
}

bool is_code(std::string_view text) {
  bool after_space = true;
  for (const char c : text) {
    const bool space = is_space(c);
    if (space && after_space) return false;
    after_space = space;
  }
  return !after_space;
}

bool is_uri(std::string_view text) {
  return !text.empty() && std::ranges::none_of(text, [](char c) { return is_space(c) || (c >= 0 && c < 32); });
}

bool is_urn_oid(std::string_view text) {
  if (!text.starts_with("urn:oid:")) return false;
  text.remove_prefix(8);
  if (text.size() < 3 || text[0] < '0' || text[0] > '2' || text[1] != '.') return false;
  text.remove_prefix(2);
  while (true) {
    const auto dot = text.find('.');
    const auto arc = text.substr(0, dot);
    if (arc.empty() || !std::ranges::all_of(arc, is_digit) || (arc[0] == '0' && arc.size() > 1)) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_urn_uuid(std::string_view text) {
  if (!text.starts_with("urn:uuid:") || text.size() != 45) return false;
  text.remove_prefix(9);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !(is_digit(text[i]) || (text[i] >= 'a' && text[i] <= 'f'))) return false;
  }
  return true;
}

bool is_base64(std::string_view text) {
  // 0: a symbol; 1: padding; 2: white space; 3: none of them.
  static constexpr auto kinds = [] {
    std::array<std::uint8_t, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
      const char c = static_cast<char>(i);
      table[i] = is_letter(c) || is_digit(c) || c == '+' || c == '/' ? 0 : c == '=' ? 1 : is_space(c) ? 2 : 3;
    }
    return table;
  }();
  const auto kind_at = [text](std::size_t i) { return kinds[static_cast<unsigned char>(text[i])]; };
  std::size_t symbols = 0, padding = 0, at = 0;
  while (at + 4 <= text.size() && (kind_at(at) | kind_at(at + 1) | kind_at(at + 2) | kind_at(at + 3)) == 0) at += 4;
  symbols = at;
  for (; at < text.size(); ++at) {
    const auto kind = kind_at(at);
    if (kind == 0) {
      if (padding != 0) return false;
      ++symbols;
    } else if (kind == 1) {
      ++padding;
    } else if (kind == 3) {
      return false;
    }
  }
  return symbols >= 2 && padding <= 2 && (symbols + padding) % 4 == 0;
}

bool is_media_type(std::string_view text) {
  if (text == "json" || text == "xml" || text == "ttl") return true;
  const auto type = text.substr(0, text.find(';'));
  const auto slash = type.find('/');
  const auto is_token = [](std::string_view part) {
    return !part.empty() && std::ranges::none_of(part, [](char c) {
      return c <= ' ' || c == 127 || std::string_view("()<>@,;:\\\"/[]?=").find(c) != std::string_view::npos;
    });
  };
  if (slash == std::string_view::npos || !is_token(type.substr(0, slash))) return false;
  auto subtype = type.substr(slash + 1);
  while (subtype.ends_with(' ')) subtype.remove_suffix(1);
  return is_token(subtype);
}

std::string_view fault_of_primitive(Primitive type, std::string_view text) {
  switch (type) {
    case Primitive::none:
    case Primitive::boolean:
    case Primitive::xhtml:
      return "";
    case Primitive::integer:
    case Primitive::unsigned_int:
    case Primitive::positive_int:
    case Primitive::decimal:
      return fault_of_number(type, text);
    case Primitive::string:
    case Primitive::markdown:
      return has_no_control(text) ? "" : "must hold no control character but tabs and ends of line";
    case Primitive::code:
      return is_code(text) ? "" : "must be a code: no space before, after, or twice inside";
    case Primitive::id:
      return is_id(text) ? "" : "must be 1 to 64 letters, digits, '-' or '.'";
    case Primitive::uri:
    case Primitive::url:
    case Primitive::canonical:
      return is_uri(text) ? "" : "must be an address without white space";
    case Primitive::oid:
      return is_urn_oid(text) ? "" : "must be an OID, as urn:oid:1.2.250.1";
    case Primitive::uuid:
      return is_urn_uuid(text) ? "" : "must be a UUID in lower case, as urn:uuid:c757873d-ec9a-4326-a141-556f43239520";
    case Primitive::date:
    case Primitive::date_time:
    case Primitive::instant:
    case Primitive::time:
      return fault_of_time(type, text);
    case Primitive::base64_binary:
      return is_base64(text) ? "" : "must be base64, padded with '='";
  }
  return "";
}

}  // namespace carnet::fhir
