// Words for people: ICU MessageFormat patterns with named parameters, and dates as a language writes them. Pure.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "foundation/kernel/result.hpp"
#include "foundation/kernel/time.hpp"

namespace carnet::kernel {

// "Bonjour {name}" with name -> "Nadia". Every parameter is text; a parameter the pattern names and the caller does not give
// is an error, as is a malformed pattern: catalogues are checked when they are loaded.
Result<std::string> format_message(std::string_view pattern, std::string_view language,
                                   const std::map<std::string, std::string>& parameters);
// "14 mars 2025", "1er mars 2025" (fr); "14 March 2025" (en).
std::string long_date(Date date, std::string_view language);
// "vendredi 14 mars 2025".
std::string long_date_with_day(Date date, std::string_view language);
// "14 h 07" (fr), "14:07" (en).
std::string clock_time(int minute_of_day, std::string_view language);

}  // namespace carnet::kernel
