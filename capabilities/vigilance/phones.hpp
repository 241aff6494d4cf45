// Telephone numbers of the French plan in a text, and what a call to them costs.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "vigilance/text.hpp"

namespace carnet::vigilance {

enum class PhoneKind : std::uint8_t { geographic, mobile, internet, free, shared, premium, short_service, short_message, canvassing, abroad, emergency };
struct NumberPlan {
  struct Row {
    std::string prefix;  // national, without the leading 0 for ten-digit numbers: "89" ; "3" for 3xxx
    std::size_t digits;  // national digits in all
    PhoneKind kind;
  };
  std::vector<Row> rows;
};
PhoneKind phone_kind_of(std::string_view name, bool& known);

struct FoundPhone {
  Range plain;
  std::string number;  // "+33612345678", "3646", "36105"
  PhoneKind kind = PhoneKind::geographic;
};
// `links`: ranges that are links, where no number is looked for.
std::vector<FoundPhone> phones_in(const Plain& plain, const std::vector<Range>& links, const NumberPlan& plan);
bool read_phone(std::string_view text, const NumberPlan& plan, FoundPhone& out);  // the whole text is one number

}  // namespace carnet::vigilance
