// The written form of a fact: columns seq, kind, at_ms, and this text for the rest.
#include <charconv>

#include "enrollment/fold.hpp"

namespace carnet::enrollment {
namespace {

constexpr std::int64_t last_kind = static_cast<std::int64_t>(FactKind::refused_by_parent);

void put(std::string& out, std::string_view key, std::string_view value) {
  if (!out.empty()) out += ';';
  out += key;
  out += '=';
  out += value;
}
void put(std::string& out, std::string_view key, std::int64_t value) { put(out, key, std::to_string(value)); }
void put(std::string& out, std::string_view key, const std::optional<Instant>& at) {
  if (at) put(out, key, at->ms);
}
void put(std::string& out, std::string_view key, const std::optional<Date>& date) {
  if (date) put(out, key, kernel::to_text(*date));
}
void put_flag(std::string& out, std::string_view key, bool flag) {
  if (flag) put(out, key, "1");
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool read_instant(std::string_view text, std::optional<Instant>& out) {
  const auto value = number(text);
  if (value) out = Instant{*value};
  return value.has_value();
}
bool read_date(std::string_view text, std::optional<Date>& out) {
  out = kernel::parse_date(text);
  return out.has_value();
}
template <class Enum>
bool read_code(std::string_view text, std::int64_t last, std::optional<Enum>& out) {
  const auto value = number(text);
  if (!value || *value < 1 || *value > last) return false;
  out = static_cast<Enum>(*value);
  return true;
}

bool read_member(Fact& fact, std::string_view key, std::string_view value) {
  if (key == "code") return read_code(value, 5, fact.code_kind);
  if (key == "spent") {
    const auto seq = number(value);
    if (seq) fact.spent = *seq;
    return seq.has_value();
  }
  if (key == "until") return read_instant(value, fact.until);
  if (key == "archived") return read_instant(value, fact.archived_at);
  if (key == "erased") return read_instant(value, fact.erased_at);
  if (key == "last") return read_date(value, fact.last_day);
  if (key == "died") return read_date(value, fact.died_on);
  if (key == "channel") return read_code(value, 4, fact.channel);
  if (key == "counter") return read_code(value, 4, fact.counter);
  if (key == "campaign") return fact.campaign = std::string(value), true;
  if (key == "reference") return fact.reference = std::string(value), true;
  if (key == "asked") return fact.asked = value == "1";
  if (key == "file") return fact.on_file = value == "1";
  if (key == "adult") return fact.by_adult = value == "1";
  if (key == "typed") return fact.typed_contact = value == "1";
  if (key == "minor") return fact.minor = value == "1";
  if (key == "refusable") return read_instant(value, fact.refusable_until);
  if (key == "by") {
    const auto who = number(value);
    if (who) fact.by = *who;
    return who.has_value();
  }
  return false;
}

}  // namespace

std::string data_of(const Fact& fact) {
  std::string out;
  if (fact.code_kind) put(out, "code", static_cast<std::int64_t>(*fact.code_kind));
  if (fact.spent != 0) put(out, "spent", fact.spent);
  put(out, "until", fact.until);
  put(out, "archived", fact.archived_at);
  put(out, "erased", fact.erased_at);
  put(out, "last", fact.last_day);
  put(out, "died", fact.died_on);
  if (fact.channel) put(out, "channel", static_cast<std::int64_t>(*fact.channel));
  if (fact.counter) put(out, "counter", static_cast<std::int64_t>(*fact.counter));
  if (!fact.campaign.empty()) put(out, "campaign", fact.campaign);
  if (!fact.reference.empty()) put(out, "reference", fact.reference);
  put_flag(out, "asked", fact.asked);
  put_flag(out, "file", fact.on_file);
  put_flag(out, "adult", fact.by_adult);
  put_flag(out, "typed", fact.typed_contact);
  put_flag(out, "minor", fact.minor);
  put(out, "refusable", fact.refusable_until);
  if (fact.by != 0) put(out, "by", fact.by);
  return out;
}

kernel::Result<Fact> fact_of(std::int64_t seq, std::int64_t kind, Instant at, std::string_view data) {
  if (kind < 1 || kind > last_kind) return kernel::fault("enrollment.fact_kind", "a fact of an unknown kind");
  Fact fact;
  fact.seq = seq;
  fact.kind = static_cast<FactKind>(kind);
  fact.at = at;
  while (!data.empty()) {
    const auto end = data.find(';');
    const auto member = data.substr(0, end);
    const auto equals = member.find('=');
    if (equals == std::string_view::npos || !read_member(fact, member.substr(0, equals), member.substr(equals + 1)))
      return kernel::fault("enrollment.fact_data", "a fact with an unknown member");
    data = end == std::string_view::npos ? std::string_view{} : data.substr(end + 1);
  }
  return fact;
}

}  // namespace carnet::enrollment
