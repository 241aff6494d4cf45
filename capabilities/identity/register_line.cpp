#include "identity/register_line.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "identity/text.hpp"

namespace carnet::identity {

namespace {

constexpr std::array<Column, 6> required_columns{"system", "matricule", "birth_name", "given_names", "birth_date", "sex"};
constexpr std::size_t max_field = 400, max_cards = 8, max_parents = 4, max_former = 8, max_given_names = 16;
constexpr int first_year = 1880;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alphanumeric(char c) { return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z'); }

std::string_view without_mark(std::string_view line) { return line.starts_with("\xef\xbb\xbf") ? line.substr(3) : line; }

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (const auto item = trimmed(text.substr(0, end)); !item.empty()) out.push_back(item);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// "1984", "1984-02" or "1984-02-13", a day that exists and not after `today`.
bool is_birth_date(std::string_view text, Date today) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  constexpr std::string_view first_day = "0000-01-01";
  const auto first = kernel::parse_date(std::string(text) + std::string(first_day.substr(text.size())));
  return first && first->year >= first_year && *first <= today;
}

class LineReader {
 public:
  LineReader(const RegisterHeader& header, std::vector<std::string> fields, bool keys_must_be_right, Date today)
      : header_(header), fields_(std::move(fields)), keys_must_be_right_(keys_must_be_right), today_(today) {}

  JudgedLine read() {
    read_matricule();
    read_traits();
    read_life();
    read_contacts();
    read_address();
    read_cards();
    read_family();
    return std::move(out_);
  }

 private:
  void trouble(Column column, std::string_view reason) { out_.troubles.push_back({std::string(column.name()), std::string(reason)}); }

  std::string value(Column column, std::size_t most = max_field) {
    const auto place = header_.place_of(column);
    if (!place) return {};
    const std::string_view text = trimmed(fields_[*place]);
    if (text.size() > most) {
      trouble(column, "too-long");
      return {};
    }
    if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
      trouble(column, "character");
      return {};
    }
    return std::string(text);
  }
  std::string required(Column column) {
    const auto troubles = out_.troubles.size();
    std::string text = value(column);
    if (text.empty() && out_.troubles.size() == troubles) trouble(column, "missing");
    return text;
  }
  std::string checked(Column column, bool (*accepts)(std::string_view), std::string_view otherwise = {}) {
    std::string text = value(column);
    if (text.empty()) return std::string(otherwise);
    if (!accepts(text)) trouble(column, "value");
    return text;
  }

  void read_matricule() {
    Matricule& matricule = out_.line.person.matricule;
    matricule.system = required("system");
    const bool real = matricule.system == oid_nir || matricule.system == oid_nia;
    if (!matricule.system.empty() && !real && matricule.system != oid_test && matricule.system != oid_demonstration) {
      trouble("system", "value");
    }
    const std::string typed = required("matricule");
    if (typed.empty()) return;
    const auto parsed = parse_number(typed + value("key", 2));
    if (!parsed) {
      trouble("matricule", parsed.error().issues.front().code);
      return;
    }
    if (real && keys_must_be_right_ && !parsed->key_is_right) trouble(header_.place_of("key") ? Column("key") : Column("matricule"), "key");
    matricule.value = parsed->value;
  }
  void read_traits() {
    Traits& traits = out_.line.person.traits;
    traits.birth_name = required("birth_name");
    const std::string names = required("given_names");
    const char separator = names.find(',') != std::string::npos ? ',' : ' ';
    for (const auto name : split(names, separator)) traits.given_names.emplace_back(name);
    if (!names.empty() && (traits.given_names.empty() || traits.given_names.size() > max_given_names)) trouble("given_names", "value");
    traits.used_name = value("used_name");
    traits.birth_date = required("birth_date");
    if (!traits.birth_date.empty() && !is_birth_date(traits.birth_date, today_)) trouble("birth_date", "date");
    const std::string sex = required("sex");
    if (sex == "M" || sex == "F") {
      traits.sex = sex == "M" ? Sex::male : Sex::female;
    } else if (!sex.empty() && sex != "I") {
      trouble("sex", "value");
    }
    traits.birthplace = checked("birthplace", [](std::string_view text) {
      return text.size() == 5 && std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == 'A' || c == 'B'; });
    });
  }
  void read_life() {
    Person& person = out_.line.person;
    person.scheme = checked("scheme", [](std::string_view text) {
      return text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
    }, "general");
    person.zone = value("zone");
    if (person.zone.empty()) person.zone = kernel::Zone::paris().name();
    if (person.zone != kernel::Zone::paris().name() && !kernel::Zone::named(person.zone)) trouble("zone", "value");
    person.language = checked("language", [](std::string_view text) {
      return (text.size() == 2 || text.size() == 3) && std::all_of(text.begin(), text.end(), is_lower);
    }, "fr");
    const std::string large = value("large_print");
    person.large_print = large == "yes";
    if (!large.empty() && large != "yes" && large != "no") trouble("large_print", "value");
    person.declared_gp = checked("declared_gp", [](std::string_view text) { return text.size() == 11 && all_digits(text); });
    if (const std::string died = value("died"); !died.empty()) {
      person.died = kernel::parse_date(died);
      if (!person.died || *person.died > today_ || died < person.traits.birth_date) trouble("died", "date");
    }
  }
  void read_contacts() {
    auto& contacts = out_.line.person.contacts;
    if (const std::string email = value("email"); !email.empty()) {
      if (!is_email(email)) trouble("email", "value");
      contacts.push_back({notices::Channel::email, email});
    }
    if (const std::string typed = value("phone"); !typed.empty()) {
      const auto phone = phone_of(typed);
      if (!phone) return trouble("phone", "value");
      if (is_mobile(*phone)) contacts.push_back({notices::Channel::sms, *phone});
      contacts.push_back({notices::Channel::voice, *phone});
    }
  }
  void read_address() {
    notices::PostalAddress& postal = out_.line.person.postal;
    for (const Column column : {Column("address1"), Column("address2"), Column("address3"), Column("address4")}) {
      if (std::string line = value(column); !line.empty()) postal.lines.push_back(std::move(line));
    }
    const std::string postcode = checked("postcode", [](std::string_view text) {
      return text.size() <= 12 && std::all_of(text.begin(), text.end(), [](char c) { return is_alphanumeric(c) || c == ' ' || c == '-'; });
    });
    const std::string city = value("city");
    if (!postcode.empty() || !city.empty()) postal.lines.push_back(std::string(trimmed(fmt::format("{} {}", postcode, city))));
    postal.country = checked("country", [](std::string_view text) {
      return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    }, "FR");
  }
  void read_cards() {
    constexpr std::string_view lost = "lost:";
    const std::string listed = value("card_serials");
    for (std::string_view item : split(listed, '|')) {
      Card card;
      card.lost = item.starts_with(lost);
      if (card.lost) item.remove_prefix(lost.size());
      card.serial = comparable_serial(item);
      const bool good = !card.serial.empty() && card.serial.size() <= 40 &&
                        std::all_of(card.serial.begin(), card.serial.end(), is_alphanumeric) &&
                        std::none_of(out_.line.cards.begin(), out_.line.cards.end(),
                                     [&](const Card& other) { return other.serial == card.serial; });
      if (!good || out_.line.cards.size() == max_cards) return trouble("card_serials", "value");
      out_.line.cards.push_back(std::move(card));
    }
  }
  void read_family() {
    const std::string parents = value("parents"), former = value("former_matricules");
    for (const auto item : split(parents, '|')) {
      const auto number = parse_number(item);
      const auto& known = out_.line.parents;
      if (!number || number->value == out_.line.person.matricule.value || known.size() == max_parents ||
          std::find(known.begin(), known.end(), number->value) != known.end()) {
        return trouble("parents", "value");
      }
      out_.line.parents.push_back(number->value);
    }
    for (const auto item : split(former, '|')) {
      const auto number = parse_number(item);
      auto& known = out_.line.person.former_matricules;
      const bool again = number && std::any_of(known.begin(), known.end(), [&](const Matricule& m) { return m.value == number->value; });
      if (!number || again || number->value == out_.line.person.matricule.value || known.size() == max_former) {
        return trouble("former_matricules", "value");
      }
      known.push_back({out_.line.person.matricule.system, number->value});
    }
  }

  const RegisterHeader& header_;
  std::vector<std::string> fields_;
  bool keys_must_be_right_;
  Date today_;
  JudgedLine out_;
};

}  // namespace

std::string comparable_serial(std::string_view typed) {
  std::string out;
  for (const char c : without_spaces(typed)) {
    if (c == '-' || c == '.') continue;
    out += is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

std::optional<std::vector<std::string>> split_fields(std::string_view line) {
  std::vector<std::string> fields;
  while (true) {
    std::string field;
    if (line.starts_with('"')) {
      line.remove_prefix(1);
      while (true) {
        const auto quote = line.find('"');
        if (quote == std::string_view::npos) return std::nullopt;
        field += line.substr(0, quote);
        line.remove_prefix(quote + 1);
        if (!line.starts_with('"')) break;
        field += '"';
        line.remove_prefix(1);
      }
      if (!line.empty() && line.front() != ';') return std::nullopt;
    } else {
      const auto end = std::min(line.find(';'), line.size());
      field = line.substr(0, end);
      line.remove_prefix(end);
    }
    fields.push_back(std::move(field));
    if (line.empty()) return fields;
    line.remove_prefix(1);
  }
}

kernel::Result<RegisterHeader> RegisterHeader::parse(std::string_view line) {
  RegisterHeader header;
  header.places_.fill(-1);
  std::vector<kernel::Issue> issues;
  const auto say = [&](std::string_view code, std::string_view field, std::string_view says) {
    issues.push_back({std::string(code), fmt::format("line 1, field {}", field), std::string(says)});
  };
  const auto fields = split_fields(without_mark(line));
  if (!fields) return kernel::invalid("identity.register_header", {{"quote", "line 1", "a quote is not closed"}});
  for (std::size_t i = 0; i < fields->size(); ++i) {
    const std::string_view name = trimmed((*fields)[i]);
    const auto found = std::find(register_columns.begin(), register_columns.end(), name);
    if (found == register_columns.end()) {
      say("unknown", std::to_string(i + 1), "no such column");
      continue;
    }
    int& place = header.places_[static_cast<std::size_t>(found - register_columns.begin())];
    if (place >= 0) say("duplicate", name, "stands twice");
    place = static_cast<int>(i);
  }
  for (const auto column : required_columns) {
    if (!header.place_of(column)) say("required", column.name(), "is missing");
  }
  if (!issues.empty()) return kernel::invalid("identity.register_header", std::move(issues));
  header.width_ = fields->size();
  return header;
}

std::optional<std::size_t> RegisterHeader::place_of(Column column) const {
  const int place = places_[column.index()];
  if (place < 0) return std::nullopt;
  return static_cast<std::size_t>(place);
}

JudgedLine judge_line(const RegisterHeader& header, std::string_view text, bool keys_must_be_right, Date today) {
  const auto spoilt = [](std::string_view reason) { return JudgedLine{{}, {{"line", std::string(reason)}}}; };
  if (!is_utf8(text)) return spoilt("utf-8");
  auto fields = split_fields(text);
  if (!fields) return spoilt("quote");
  if (fields->size() != header.width()) return spoilt("columns");
  return LineReader(header, std::move(*fields), keys_must_be_right, today).read();
}

std::optional<std::string> phone_of(std::string_view typed) {
  std::string digits;
  for (const char c : without_spaces(typed)) {
    if (c == '.' || c == '-' || c == '(' || c == ')' || c == '/') continue;
    if (!is_digit(c) && !(c == '+' && digits.empty())) return std::nullopt;
    digits += c;
  }
  if (digits.starts_with("00")) digits = "+" + digits.substr(2);
  if (digits.starts_with('+')) {
    if (digits.size() < 9 || digits.size() > 16 || digits[1] == '0') return std::nullopt;
    return digits;
  }
  if (digits.size() != 10 || digits[0] != '0' || digits[1] == '0') return std::nullopt;
  struct Overseas {
    std::string_view head, country;
  };
  constexpr std::array<Overseas, 14> overseas{{{"0262", "+262"}, {"0263", "+262"}, {"0269", "+262"}, {"0639", "+262"}, {"0692", "+262"},
                                               {"0693", "+262"}, {"0590", "+590"}, {"0690", "+590"}, {"0691", "+590"}, {"0594", "+594"},
                                               {"0694", "+594"}, {"0596", "+596"}, {"0696", "+596"}, {"0697", "+596"}}};
  for (const auto& [head, country] : overseas) {
    if (digits.starts_with(head)) return std::string(country) + digits.substr(1);
  }
  return "+33" + digits.substr(1);
}

bool is_mobile(std::string_view e164) {
  constexpr std::array<std::string_view, 10> heads{"+336",    "+337",    "+262639", "+262692", "+262693",
                                                   "+590690", "+590691", "+594694", "+596696", "+596697"};
  return std::any_of(heads.begin(), heads.end(), [&](std::string_view head) { return e164.starts_with(head); });
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return false;
  const std::string_view domain = text.substr(at + 1);
  const bool plain = std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || std::string_view("<>()[],;:\\\"").find(c) != std::string_view::npos;
  });
  return plain && domain.find('@') == std::string_view::npos && domain.find('.') != std::string_view::npos &&
         domain.front() != '.' && domain.back() != '.' && domain.find("..") == std::string_view::npos;
}

}  // namespace carnet::identity
