#include "vigilance/phones.hpp"

#include <algorithm>
#include <array>

namespace carnet::vigilance {
namespace {

constexpr std::array<std::pair<std::string_view, PhoneKind>, 11> names{{{"geographic", PhoneKind::geographic}, {"mobile", PhoneKind::mobile},
                                                                        {"internet", PhoneKind::internet}, {"free", PhoneKind::free},
                                                                        {"shared", PhoneKind::shared}, {"premium", PhoneKind::premium},
                                                                        {"short_service", PhoneKind::short_service}, {"short_message", PhoneKind::short_message},
                                                                        {"canvassing", PhoneKind::canvassing}, {"abroad", PhoneKind::abroad},
                                                                        {"emergency", PhoneKind::emergency}}};

bool is_joint(char c) { return c == ' ' || c == '.' || c == '-' || c == '/' || c == '(' || c == ')' || c == '_'; }

const NumberPlan::Row* row_of(std::string_view national, const NumberPlan& plan) {
  const NumberPlan::Row* best = nullptr;
  for (const auto& row : plan.rows)
    if (row.digits == national.size() && national.starts_with(row.prefix) && (!best || row.prefix.size() > best->prefix.size())) best = &row;
  return best;
}

// Digits with their international sign, brought to one form.
bool settle(std::string digits, bool plus, const NumberPlan& plan, FoundPhone& out) {
  if (digits.starts_with("0033")) digits.erase(0, 2), plus = true;
  if (plus) {
    if (digits.starts_with("330")) digits.erase(2, 1);
    if (!digits.starts_with("33")) {
      if (digits.size() < 8 || digits.size() > 15) return false;
      out.number = "+" + digits;
      out.kind = PhoneKind::abroad;
      return true;
    }
    digits.erase(0, 2);
  } else if (digits.size() == 10 && digits[0] == '0') {
    digits.erase(0, 1);
  } else if (digits.size() > 6) {
    if (digits.starts_with("00") && digits.size() >= 10 && digits.size() <= 17) {
      out.number = "+" + digits.substr(2);
      out.kind = PhoneKind::abroad;
      return true;
    }
    return false;
  }
  const auto* row = row_of(digits, plan);
  if (!row) return false;
  out.number = digits.size() == 9 ? "+33" + digits : digits;
  out.kind = row->kind;
  return true;
}

}  // namespace

PhoneKind phone_kind_of(std::string_view name, bool& known) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& row) { return row.first == name; });
  known = found != names.end();
  return known ? found->second : PhoneKind::geographic;
}

bool read_phone(std::string_view text, const NumberPlan& plan, FoundPhone& out) {
  std::string digits;
  bool plus = false;
  for (const char c : text) {
    if (is_digit(c)) {
      digits += c;
    } else if (c == '+' && digits.empty()) {
      plus = true;
    } else if (!is_joint(c)) {
      return false;
    }
  }
  out.plain = {0, static_cast<std::uint32_t>(text.size())};
  return !digits.empty() && settle(std::move(digits), plus, plan, out);
}

std::vector<FoundPhone> phones_in(const Plain& plain, const std::vector<Range>& links, const NumberPlan& plan) {
  std::vector<FoundPhone> found;
  const auto& text = plain.text;
  std::size_t next_link = 0;
  for (std::size_t at = 0; at < text.size();) {
    while (next_link < links.size() && links[next_link].end <= at) ++next_link;
    if (next_link < links.size() && at >= links[next_link].begin) {
      at = links[next_link].end;
      continue;
    }
    const bool plus = text[at] == '+' && at + 1 < text.size() && (is_digit(text[at + 1]) || text[at + 1] == '(');
    if (!plus && (!is_digit(text[at]) || (at > 0 && (is_word(text[at - 1]) || ((text[at - 1] == ',' || text[at - 1] == '.') && at > 1 && is_digit(text[at - 2])))))) {
      ++at;
      continue;
    }
    // The longest run of digits with at most two joints between them.
    std::string digits;
    std::size_t end = at + (plus ? 1 : 0), last = end, groups = 0;
    while (end < text.size() && digits.size() < 16) {
      if (is_digit(text[end])) {
        if (end == 0 || !is_digit(text[end - 1])) ++groups;
        digits += text[end++];
        last = end;
      } else if (is_joint(text[end]) && end - last < 2 && text[end] != '\n') {
        ++end;
      } else {
        break;
      }
    }
    const bool glued = last < text.size() && (is_letter(text[last]) || text[last] == '@');
    FoundPhone phone;
    phone.plain = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(last)};
    // A date or a sum of 4 to 6 digits in several groups is no short number ("36 46" is).
    const bool split_short = digits.size() <= 6 && groups > 1 && !(digits.size() == 4 && groups == 2 && digits[0] == '3');
    if (!glued && !split_short && settle(digits, plus, plan, phone)) {
      found.push_back(std::move(phone));
      at = last;
    } else if (digits.size() > 10 && digits[0] == '0' && !glued && settle(digits.substr(0, 10), plus, plan, phone)) {
      found.push_back(std::move(phone));
      at = last;
    } else {
      while (at < text.size() && (is_digit(text[at]) || text[at] == '+')) ++at;
    }
  }
  return found;
}

}  // namespace carnet::vigilance
