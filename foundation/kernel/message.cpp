#include "foundation/kernel/message.hpp"

#include <fmt/format.h>
#include <unicode/messagepattern.h>
#include <unicode/msgfmt.h>
#include <unicode/smpdtfmt.h>

#include <vector>

namespace carnet::kernel {
namespace {

icu::UnicodeString wide(std::string_view text) {
  return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}
std::string narrow(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}
icu::Locale locale_of(std::string_view language) { return icu::Locale(std::string(language).c_str()); }

std::string dated(Date date, std::string_view language, const char* pattern) {
  UErrorCode error = U_ZERO_ERROR;
  icu::SimpleDateFormat format(wide(pattern), locale_of(language), error);
  format.adoptTimeZone(icu::TimeZone::createTimeZone("UTC"));
  icu::UnicodeString out;
  format.format(static_cast<UDate>(Date{}.days_until(date)) * 86'400'000.0, out);
  return narrow(out);
}

}  // namespace

Result<std::string> format_message(std::string_view pattern, std::string_view language,
                                   const std::map<std::string, std::string>& parameters) {
  UErrorCode error = U_ZERO_ERROR;
  UParseError where;
  const icu::MessagePattern parsed(wide(pattern), &where, error);
  if (U_FAILURE(error)) return fault("message.pattern", "a message of the catalogue is malformed");
  for (int32_t i = 0; i < parsed.countParts(); ++i) {
    const auto part = parsed.getPart(i);
    if (part.getType() == UMSGPAT_PART_TYPE_ARG_NAME && !parameters.contains(narrow(parsed.getSubstring(part))))
      return fault("message.parameter", "a message names a parameter that was not given");
  }
  icu::MessageFormat format(wide(pattern), locale_of(language), where, error);
  std::vector<icu::UnicodeString> names;
  std::vector<icu::Formattable> values;
  for (const auto& [name, value] : parameters) {
    names.push_back(wide(name));
    values.emplace_back(wide(value));
  }
  icu::UnicodeString out;
  format.format(names.data(), values.data(), static_cast<int32_t>(names.size()), out, error);
  if (U_FAILURE(error)) return fault("message.format", "a message of the catalogue could not be written");
  return narrow(out);
}

std::string long_date(Date date, std::string_view language) {
  std::string text = dated(date, language, "d MMMM y");
  if (language == "fr" && date.day == 1) text.insert(1, "er");
  return text;
}

std::string long_date_with_day(Date date, std::string_view language) {
  return dated(date, language, "EEEE") + " " + long_date(date, language);
}

std::string clock_time(int minute_of_day, std::string_view language) {
  if (language == "fr") return fmt::format("{} h {:02}", minute_of_day / 60, minute_of_day % 60);
  return fmt::format("{}:{:02}", minute_of_day / 60, minute_of_day % 60);
}

}  // namespace carnet::kernel
