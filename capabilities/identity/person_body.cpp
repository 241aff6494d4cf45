#include "identity/person_body.hpp"

#include <fmt/core.h>

#include "identity/text.hpp"

namespace carnet::identity {

namespace json = kernel::json;

namespace {

json::array list_of(const std::vector<std::string>& texts) {
  json::array out;
  for (const auto& text : texts) out.emplace_back(text);
  return out;
}

json::object traits_to(const Traits& traits) {
  return {{"n", traits.birth_name},  {"g", list_of(traits.given_names)},      {"u", traits.used_name},
          {"b", traits.birth_date}, {"s", static_cast<int>(traits.sex)}, {"p", traits.birthplace}};
}

std::string text_at(const json::object& object, std::string_view name) {
  const auto& text = object.at(name).as_string();
  return std::string(text.data(), text.size());
}

std::vector<std::string> texts_in(const json::array& list) {
  std::vector<std::string> out;
  for (const auto& item : list) out.emplace_back(item.as_string().data(), item.as_string().size());
  return out;
}

Traits traits_from(const json::object& object) {
  return Traits{text_at(object, "n"), texts_in(object.at("g").as_array()), text_at(object, "u"), text_at(object, "b"),
                static_cast<Sex>(object.at("s").as_int64()), text_at(object, "p")};
}

Person read(PersonId id, const json::object& body) {
  Person person;
  person.id = id;
  person.matricule = {text_at(body, "mo"), text_at(body, "m")};
  person.traits = traits_from(body.at("t").as_object());
  person.scheme = text_at(body, "scheme");
  person.zone = text_at(body, "zone");
  for (const auto& item : body.at("c").as_array()) {
    const auto& contact = item.as_array();
    person.contacts.push_back({static_cast<notices::Channel>(contact.at(0).as_int64()), std::string(contact.at(1).as_string())});
  }
  person.postal.lines = texts_in(body.at("a").as_array());
  person.postal.country = text_at(body, "country");
  person.language = text_at(body, "lang");
  person.large_print = body.at("large").as_bool();
  if (const auto* died = body.if_contains("died")) {
    person.died = kernel::parse_date(std::string_view(died->as_string().data(), died->as_string().size()));
  }
  person.declared_gp = text_at(body, "gp");
  for (const auto& item : body.at("fm").as_array()) {
    person.former_matricules.push_back({text_at(item.as_object(), "o"), text_at(item.as_object(), "v")});
  }
  for (const auto& item : body.at("ft").as_array()) person.former_traits.push_back(traits_from(item.as_object()));
  return person;
}

int number_in(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// Year, and month and day when known, of a date the register holds.
struct Parts {
  int year = 1970;
  unsigned month = 0, day = 0;
};
Parts parts_of(std::string_view date) {
  Parts parts;
  if (date.size() >= 4) parts.year = number_in(date.substr(0, 4));
  if (date.size() >= 7) parts.month = static_cast<unsigned>(number_in(date.substr(5, 2)));
  if (date.size() >= 10) parts.day = static_cast<unsigned>(number_in(date.substr(8, 2)));
  return parts;
}

// Each known part of one agrees with the same part of the other.
bool dates_agree(std::string_view a, std::string_view b) {
  const auto common = std::min(a.size(), b.size());
  return a.substr(0, common) == b.substr(0, common);
}

// The first given name, alone or followed by the next ones in the same field.
bool given_agree(const std::vector<std::string>& known, const std::vector<std::string>& given) {
  if (known.empty() || given.empty()) return true;
  const std::string folded = fold_name(given.front());
  std::string joined;
  for (const auto& name : known) {
    joined += (joined.empty() ? "" : " ") + fold_name(name);
    if (joined == folded) return true;
  }
  return folded.empty();
}

std::vector<std::string> differing_from(const Traits& known, const Traits& given) {
  std::vector<std::string> out;
  if (!given.birth_name.empty() && fold_name(known.birth_name) != fold_name(given.birth_name)) out.emplace_back("birth-name");
  if (!given_agree(known.given_names, given.given_names)) out.emplace_back("given-name");
  if (!given.birth_date.empty() && !dates_agree(known.birth_date, given.birth_date)) out.emplace_back("birth-date");
  if (known.sex != Sex::unknown && given.sex != Sex::unknown && known.sex != given.sex) out.emplace_back("sex");
  return out;
}

}  // namespace

std::string body_of(const Person& person) {
  json::array contacts, matricules, traits;
  for (const auto& contact : person.contacts) contacts.push_back(json::array{static_cast<int>(contact.channel), contact.address});
  for (const auto& former : person.former_matricules) matricules.push_back(json::object{{"o", former.system}, {"v", former.value}});
  for (const auto& former : person.former_traits) traits.push_back(traits_to(former));
  json::object body{{"mo", person.matricule.system},
                    {"m", person.matricule.value},
                    {"t", traits_to(person.traits)},
                    {"scheme", person.scheme},
                    {"zone", person.zone},
                    {"c", std::move(contacts)},
                    {"a", list_of(person.postal.lines)},
                    {"country", person.postal.country},
                    {"lang", person.language},
                    {"large", person.large_print},
                    {"gp", person.declared_gp},
                    {"fm", std::move(matricules)},
                    {"ft", std::move(traits)}};
  if (person.died) body["died"] = kernel::to_text(*person.died);
  return json::serialize(body);
}

// The body was under a seal, so it is ours: a shape that differs means another program wrote it.
kernel::Result<Person> person_from(PersonId id, std::string_view body) {
  try {
    return read(id, json::parse(body).as_object());
  } catch (const std::exception&) {
    return kernel::fault("identity.person_body", "a person's row has a shape this program does not know");
  }
}

std::string Person::display_name() const {
  const std::string& family = traits.used_name.empty() ? traits.birth_name : traits.used_name;
  return traits.given_names.empty() ? family : traits.given_names.front() + " " + family;
}

Date Person::earliest_birth() const {
  const Parts parts = parts_of(traits.birth_date);
  return {parts.year, parts.month == 0 ? 1 : parts.month, parts.day == 0 ? 1 : parts.day};
}

Date Person::latest_birth() const {
  const Parts parts = parts_of(traits.birth_date);
  const unsigned month = parts.month == 0 ? 12 : parts.month;
  if (parts.day != 0) return {parts.year, month, parts.day};
  return Date{parts.year, month, 1}.plus_months(1).plus_days(-1);
}

std::vector<std::string> Register::differing_traits(const Person& person, const Traits& given) {
  auto least = differing_from(person.traits, given);
  for (const auto& former : person.former_traits) {
    if (least.empty()) break;
    auto differing = differing_from(former, given);
    if (differing.size() < least.size()) least = std::move(differing);
  }
  return least;
}

}  // namespace carnet::identity
