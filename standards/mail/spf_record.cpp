#include "standards/mail/spf_record.hpp"

#include <algorithm>

#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

struct MechanismName {
  std::string_view name;
  Mechanism mechanism;
};
constexpr MechanismName mechanisms[] = {
    {"all", Mechanism::all}, {"include", Mechanism::include}, {"a", Mechanism::a},     {"mx", Mechanism::mx},
    {"ptr", Mechanism::ptr}, {"ip4", Mechanism::ip4},         {"ip6", Mechanism::ip6}, {"exists", Mechanism::exists}};

std::optional<SpfResult> qualifier(char c) {
  switch (c) {
    case '+':
      return SpfResult::pass;
    case '-':
      return SpfResult::fail;
    case '~':
      return SpfResult::softfail;
    case '?':
      return SpfResult::neutral;
    default:
      return std::nullopt;
  }
}

bool is_name(std::string_view text) {
  return !text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
  });
}

// "0", "1" ... "32": no sign, no leading zero.
bool read_prefix(std::string_view digits, unsigned most, unsigned& bits) {
  const auto value = to_number(digits);
  if (!value || *value > most || digits.size() > 3 || (digits.size() > 1 && digits[0] == '0')) return false;
  bits = static_cast<unsigned>(*value);
  return true;
}

// Takes "/24", "//64" or "/24//64" off the end of `rest`. False: there is one and it is wrong.
bool take_dual_prefix(std::string_view& rest, SpfTerm& term) {
  const auto digits_from = [&](std::string_view text) {
    std::size_t at = text.size();
    while (at > 0 && is_digit(text[at - 1])) --at;
    return at;
  };
  // A slash inside a macro's braces is a delimiter.
  const auto outside = rest.rfind('}') == std::string_view::npos ? 0 : rest.rfind('}') + 1;
  auto at = digits_from(rest);
  // A slash that no digits follow, to the end, is the domain's: whether it may stand there is its own rule.
  if (at <= outside || rest[at - 1] != '/') return !rest.ends_with('/');
  if (at >= outside + 2 && rest.substr(at - 2, 2) == "//") {
    if (!read_prefix(rest.substr(at), 128, term.v6_bits)) return false;
    rest = rest.substr(0, at - 2);
    at = digits_from(rest);
    if (at <= outside || rest[at - 1] != '/') return !rest.ends_with('/');
  }
  if (!read_prefix(rest.substr(at), 32, term.v4_bits)) return false;
  rest = rest.substr(0, at - 1);
  return true;
}

bool read_network(std::string_view value, SpfTerm& term) {
  const bool v6 = term.mechanism == Mechanism::ip6;
  const auto slash = value.find('/');
  if (slash != std::string_view::npos &&
      !read_prefix(value.substr(slash + 1), v6 ? 128 : 32, v6 ? term.v6_bits : term.v4_bits)) {
    return false;
  }
  const auto address = value.substr(0, slash);
  if (v6 != (address.find(':') != std::string_view::npos)) return false;
  term.network = parse_ip(address);
  return term.network.has_value();
}

std::optional<SpfTerm> read_mechanism(std::string_view text) {
  SpfTerm term;
  term.text = std::string(text);
  if (const auto sign = qualifier(text[0])) {
    term.when_matched = *sign;
    text.remove_prefix(1);
  }
  const auto end = std::min(text.find_first_of(":/"), text.size());
  const auto found = std::find_if(std::begin(mechanisms), std::end(mechanisms),
                                  [&](const MechanismName& m) { return same(m.name, text.substr(0, end)); });
  if (found == std::end(mechanisms)) return std::nullopt;
  term.mechanism = found->mechanism;
  auto rest = text.substr(end);
  const bool has_value = rest.starts_with(':');
  switch (term.mechanism) {
    case Mechanism::all:
      return rest.empty() ? std::optional(term) : std::nullopt;
    case Mechanism::ip4:
    case Mechanism::ip6:
      return has_value && read_network(rest.substr(1), term) ? std::optional(term) : std::nullopt;
    case Mechanism::a:
    case Mechanism::mx:
      if (!take_dual_prefix(rest, term)) return std::nullopt;
      break;
    case Mechanism::ptr:
      break;
    case Mechanism::include:
    case Mechanism::exists:
      if (!has_value) return std::nullopt;
      break;
  }
  if (rest.empty()) return term;
  if (!rest.starts_with(':') || !is_domain_spec(rest.substr(1))) return std::nullopt;
  term.domain = std::string(rest.substr(1));
  return term;
}

}  // namespace

bool is_spf_record(std::string_view text) {
  constexpr std::string_view version = "v=spf1";
  return starts_with(text, version) && (text.size() == version.size() || text[version.size()] == ' ');
}

std::optional<SpfRecord> parse_spf(std::string_view text) {
  SpfRecord record;
  bool redirects = false;
  bool explains = false;
  if (std::any_of(text.begin(), text.end(), [](char c) { return c < 0x20 || c > 0x7E; })) return std::nullopt;
  for (const auto word : split(text.substr(std::min<std::size_t>(6, text.size())), ' ')) {
    if (word.empty()) continue;
    const auto equals = word.find('=');
    const bool modifier = equals != std::string_view::npos && is_name(word.substr(0, equals));
    if (!modifier) {
      auto term = read_mechanism(word);
      if (!term) return std::nullopt;
      record.terms.push_back(std::move(*term));
      continue;
    }
    const auto name = word.substr(0, equals);
    const auto value = word.substr(equals + 1);
    if (same(name, "redirect")) {
      if (redirects || !is_domain_spec(value)) return std::nullopt;
      redirects = true;
      record.redirect = std::string(value);
    } else if (same(name, "exp")) {
      if (explains || !is_domain_spec(value)) return std::nullopt;
      explains = true;
    } else if (!is_macro_string(value)) {
      return std::nullopt;
    }
  }
  return record;
}

}  // namespace carnet::mail
