#include "proof/conformance/validation_mutants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>

#include "standards/fhir/definitions.hpp"
#include "standards/fhir/validate.hpp"

namespace carnet::conformance {

namespace {

using fhir::Family;
using fhir::Kind;
using fhir::Primitive;
using fhir::Value;
using Random = std::mt19937_64;

constexpr std::size_t largest_example = 200'000;
constexpr std::size_t missed_shown = 20;

// A value of an example that the tables know: an item of an array, or what a member holds when it is none.
struct Place {
  Value value;
  const fhir::MemberInfo* member;
  Value holder;  // the member of `object`: the array, or the value
  Value object;
  const fhir::TypeInfo* object_type;
  bool is_item() const { return member->element->array; }
  Primitive primitive() const { return member->type->primitive; }
};

void collect(Value object, const fhir::TypeInfo& type, std::vector<Place>& places) {
  for (Value holder = object.first(); holder; holder = holder.next()) {
    const auto* member = find_member(type, holder.name());
    if (member == nullptr) continue;
    const bool many = member->element->array;
    for (Value value = many ? holder.first() : holder; value; value = many ? value.next() : Value{}) {
      places.push_back({value, member, holder, object, &type});
      if (!value.is(Kind::object)) continue;
      const auto* inner = member->type->abstract && member->type->family == Family::resource
                              ? fhir::find_resource_type(value["resourceType"].plain_text())
                              : member->type;
      if (inner != nullptr) collect(value, *inner, places);
    }
  }
}

std::string replaced(std::string_view text, Value value, std::string_view with) {
  return fmt::format("{}{}{}", text.substr(0, value.begin()), with, text.substr(value.end()));
}

std::size_t name_begin(std::string_view text, Value member) {
  return static_cast<std::size_t>(member.name().data() - text.data()) - 1;
}

std::string without(std::string_view text, Value member) {
  auto from = name_begin(text, member), to = member.end();
  const auto after = text.find_first_not_of(" \t\r\n", to);
  if (text[after] == ',')
    to = after + 1;
  else
    from = text.find_last_not_of(" \t\r\n", from - 1);  // its comma, or the brace of an object left empty
  if (text[from] == '{') ++from;
  return fmt::format("{}{}", text.substr(0, from), text.substr(to));
}

std::string with_member(std::string_view text, Value object, std::string_view member) {
  const auto at = object.end() - 1;
  return fmt::format("{},{}{}", text.substr(0, at), member, text.substr(at));
}

struct Made {
  std::string path, text;
};
using Maker = std::optional<Made> (*)(std::string_view text, const Place&, Random&);

std::optional<Made> required_removed(std::string_view text, const Place& place, Random&) {
  const auto& element = *place.member->element;
  if (element.min == 0 || place.object[fmt::format("_{}", place.member->json_name)]) return {};
  if (place.object.size() == 1) return {};
  const auto name = fmt::format("{}{}", element.name, element.choice ? "[x]" : "");
  return Made{place.object.path_of(name), without(text, place.holder)};
}

std::optional<Made> wrong_type(std::string_view text, const Place& place, Random& random) {
  const auto with = place.value.is(Kind::string)   ? (random() % 2 == 0 ? "12" : "{\"value\":\"x\"}")
                    : place.value.is(Kind::object) ? "\"x\""
                    : place.value.is(Kind::number) ? "\"12\""
                                                   : "\"true\"";
  return Made{place.value.path(), replaced(text, place.value, with)};
}

std::optional<Made> bad_code(std::string_view text, const Place& place, Random&) {
  if (place.primitive() != Primitive::code || place.member->element->values == nullptr) return {};
  return Made{place.value.path(), replaced(text, place.value, "\"no-such-code\"")};
}

std::optional<Made> unknown_element(std::string_view text, const Place& place, Random&) {
  if (!place.value.is(Kind::object)) return {};
  return Made{place.value.path_of("unheardOf"), with_member(text, place.value, "\"unheardOf\":\"x\"")};
}

std::optional<Made> misspelt(std::string_view text, const Place& place, Random& random) {
  std::string name(place.member->json_name);
  name.insert(random() % name.size() + 1, "q");
  const auto at = name_begin(text, place.holder);
  return Made{place.object.path_of(name), fmt::format("{}\"{}\"{}", text.substr(0, at), name,
                                                      text.substr(at + place.member->json_name.size() + 2))};
}

std::optional<Made> stands_twice(std::string_view text, const Place& place, Random&) {
  return Made{place.holder.path(),
              with_member(text, place.object, fmt::format("\"{}\":{}", place.holder.name(), place.holder.raw()))};
}

std::optional<Made> broken_date(std::string_view text, const Place& place, Random& random) {
  const auto type = place.primitive();
  if (type != Primitive::date && type != Primitive::date_time && type != Primitive::instant) return {};
  constexpr std::array broken{"2023-02-29",
                              "2024-13",
                              "2024-00-10",
                              "24-01-01",
                              "2024-1-1",
                              "01/02/2024",
                              "20240229",
                              "2024-02-29T10:00",
                              "2024-02-29T10:00:00",
                              "2024-02-29T25:00:00Z",
                              "2024-02-29T10:00:00+25:00",
                              "2024-04-31T10:00:00Z",
                              "yesterday"};
  return Made{place.value.path(), replaced(text, place.value, fmt::format("\"{}\"", broken[random() % broken.size()]))};
}

std::optional<Made> one_or_many(std::string_view text, const Place& place, Random&) {
  if (!place.is_item())
    return Made{place.value.path(), replaced(text, place.value, fmt::format("[{}]", place.value.raw()))};
  if (place.holder.size() != 1) return {};
  return Made{place.holder.path(), replaced(text, place.holder, place.value.raw())};
}

std::optional<Made> emptied(std::string_view text, const Place& place, Random& random) {
  if (place.is_item() && random() % 2 == 0) return Made{place.holder.path(), replaced(text, place.holder, "[]")};
  if (random() % 3 == 0 && !place.object[fmt::format("_{}", place.member->json_name)])
    return Made{place.value.path(), replaced(text, place.value, "null")};
  if (place.value.is(Kind::object)) {
    const bool resource = static_cast<bool>(place.value["resourceType"]);
    if (!resource) return Made{place.value.path(), replaced(text, place.value, "{}")};
  }
  if (!place.value.is(Kind::string)) return {};
  return Made{place.value.path(), replaced(text, place.value, "\"\"")};
}

std::optional<Made> second_choice(std::string_view text, const Place& place, Random& random) {
  const auto& element = *place.member->element;
  if (!element.choice || element.members.size() < 2) return {};
  const auto& other = element.members[random() % element.members.size()];
  if (&other == place.member || other.json_name == place.member->json_name) return {};
  const auto with = other.type->primitive == Primitive::boolean     ? "true"
                    : other.type->primitive == Primitive::date_time ? "\"2024\""
                    : other.type->primitive == Primitive::string    ? "\"x\""
                    : other.type->name == "CodeableConcept"         ? "{\"text\":\"x\"}"
                    : other.type->name == "Reference"               ? "{\"display\":\"x\"}"
                    : other.type->name == "Period"                  ? "{\"start\":\"2024\"}"
                                                                    : "";
  if (*with == '\0') return {};
  return Made{place.object.path_of(other.json_name),
              with_member(text, place.object, fmt::format("\"{}\":{}", other.json_name, with))};
}

std::optional<Made> broken_reference(std::string_view text, const Place& place, Random& random) {
  const Value literal = place.value["reference"];
  if (place.member->type->name != "Reference" || !literal) return {};
  constexpr std::array broken{"Patient", "patient/1", "Patient/a b", "#nobody", "1", "Patients/1", "Patient/1/2/3/4"};
  return Made{literal.path(), replaced(text, literal, fmt::format("\"{}\"", broken[random() % broken.size()]))};
}

std::optional<Made> wrong_target(std::string_view text, const Place& place, Random&) {
  const Value literal = place.value["reference"];
  if (place.member->type->name != "Reference" || !literal || place.member->targets.empty()) return {};
  if (literal.plain_text().starts_with('#')) return {};
  constexpr std::array<std::string_view, 3> others{"Slot", "TestScript", "Invoice"};
  for (const auto other : others)
    if (!std::ranges::binary_search(place.member->targets, other))
      return Made{literal.path(), replaced(text, literal, fmt::format("\"{}/1\"", other))};
  return {};
}

std::optional<Made> broken_format(std::string_view text, const Place& place, Random&) {
  const std::string_view with = [&]() -> std::string_view {
    switch (place.primitive()) {
      case Primitive::id:
        return "\"not an id\"";
      case Primitive::uri:
      case Primitive::url:
      case Primitive::canonical:
        return "\"http://example.org/a b\"";
      case Primitive::code:
        return "\" spaced \"";
      case Primitive::positive_int:
        return "0";
      case Primitive::unsigned_int:
        return "-1";
      case Primitive::integer:
        return "1.5";
      case Primitive::time:
        return "\"25:00\"";
      case Primitive::base64_binary:
        return "\"a?b=\"";
      case Primitive::oid:
      case Primitive::uuid:
        return "\"1.2.3\"";
      case Primitive::xhtml:
        return "\"<div xmlns='http://www.w3.org/1999/xhtml'><script>x</script></div>\"";
      default:
        return "";
    }
  }();
  if (with.empty()) return {};
  return Made{place.value.path(), replaced(text, place.value, with)};
}

std::optional<Made> choice_it_does_not_have(std::string_view text, const Place& place, Random&) {
  const auto& element = *place.member->element;
  constexpr std::string_view type = "Meta";
  if (!element.choice || place.object[fmt::format("_{}", place.member->json_name)]) return {};
  const std::string name = fmt::format("{}{}", element.name, type);
  if (find_member(*place.object_type, name) != nullptr) return {};
  const auto at = name_begin(text, place.holder);
  return Made{place.object.path_of(name),
              fmt::format("{}\"{}\":{{\"versionId\":\"1\"}}{}", text.substr(0, at), name, text.substr(place.holder.end()))};
}

std::optional<Made> out_of_range(std::string_view text, const Place& place, Random& random) {
  constexpr std::array integers{"2147483648", "-2147483649", "99999999999999999999", "1e3"};
  constexpr std::array strings{"\"a\\u0000b\"", "\"a\\u0007b\""};
  constexpr std::size_t too_long = 65;
  const auto type = place.primitive();
  std::string with;
  if (type == Primitive::integer || type == Primitive::positive_int || type == Primitive::unsigned_int)
    with = integers[random() % integers.size()];
  else if (type == Primitive::id)
    with = fmt::format("\"{}\"", std::string(too_long, 'a'));
  else if (type == Primitive::string)
    with = strings[random() % strings.size()];
  else if (type == Primitive::code && place.member->element->values == nullptr)
    with = "\"two  spaces\"";
  if (with.empty()) return {};
  return Made{place.value.path(), replaced(text, place.value, with)};
}

std::optional<Made> malformed_number(std::string_view text, const Place& place, Random& random) {
  constexpr std::array broken{"007", "+1", ".5", "1.", "0x1", "NaN", "1e", "--1", "1_000", "Infinity"};
  if (!place.value.is(Kind::number)) return {};
  return Made{place.value.path(), replaced(text, place.value, broken[random() % broken.size()])};
}

std::optional<Made> two_for_one(std::string_view text, const Place& place, Random&) {
  if (place.is_item()) return {};
  return Made{place.value.path(), replaced(text, place.value, fmt::format("[{0},{0}]", place.value.raw()))};
}

// What stands beside a primitive ("_status") and does not fit it.
std::optional<Made> mismatched_sibling(std::string_view text, const Place& place, Random& random) {
  const std::string name = fmt::format("_{}", place.member->json_name);
  if (place.member->type->family != Family::primitive || place.object[name] || place.primitive() == Primitive::xhtml) return {};
  if (place.primitive() == Primitive::id && place.object["resourceType"]) return {};
  constexpr std::string_view extension = R"({"extension":[{"url":"http://x.example","valueCode":"y"}]})";
  using Case = std::pair<std::string, std::string_view>;  // what stands there, and where in it the fault is
  const auto of_one = std::to_array<Case>(
      {{"null", ""}, {"\"x\"", ""}, {"{}", ""}, {fmt::format("[{}]", extension), ""}, {R"({"unheardOf":1})", ".unheardOf"}});
  const auto of_many = std::to_array<Case>({{"null", ""},
                                            {std::string(extension), ""},
                                            {"[]", ""},
                                            {fmt::format("[{0},{0},{0},{0},{0},{0},{0},{0},{0},{0},{0},{0}]", "null"), ""}});
  const auto& [with, inside] = place.is_item() ? of_many[random() % of_many.size()] : of_one[random() % of_one.size()];
  return Made{place.object.path_of(name) + std::string(inside),
              with_member(text, place.object, fmt::format("\"{}\":{}", name, with))};
}

std::optional<Made> contained_amiss(std::string_view text, const Place& place, Random& random) {
  if (!place.object["resourceType"] || place.object.path().find('.') != std::string::npos || place.object["contained"]) return {};
  if (find_member(*place.object_type, "contained") == nullptr) return {};
  const auto [path, inner] = [&]() -> std::pair<const char*, const char*> {
    switch (random() % 4) {
      case 0:
        return {"contained[0]", R"({"resourceType":"Basic","id":"alone","code":{"text":"x"}})"};
      case 1:
        return {"contained[0].resourceType", R"({"resourceType":"Unheard","id":"alone"})"};
      case 2:
        return {"contained[0].resourceType", R"({"id":"alone"})"};
      default:
        return {"contained[0].code", R"({"resourceType":"Basic","id":"alone"})"};
    }
  }();
  return Made{place.object.path_of(path), with_member(text, place.object, fmt::format("\"contained\":[{}]", inner))};
}

// The invariants of the types that everything is made of.
std::optional<Made> against_its_type(std::string_view text, const Place& place, Random&) {
  struct Against {
    std::string_view type, with;
  };
  constexpr std::array all{Against{"Period", R"({"start":"2024-02-01","end":"2024-01-01"})"},
                           Against{"Range", R"({"low":{"value":2,"unit":"a"},"high":{"value":1,"unit":"a"}})"},
                           Against{"Quantity", R"({"value":1,"code":"kg"})"},
                           Against{"Attachment", R"({"data":"QUJD"})"},
                           Against{"Ratio", R"({"numerator":{"value":1}})"},
                           Against{"ContactPoint", R"({"value":"x"})"},
                           Against{"Extension", R"({"url":"http://x.example"})"}};
  const auto* found = std::ranges::find(all, place.member->type->name, &Against::type);
  if (found == all.end()) return {};
  return Made{place.value.path(), replaced(text, place.value, found->with)};
}

constexpr std::array<std::pair<const char*, Maker>, 20> makers{{
    {"required element removed", required_removed},
    {"wrong type", wrong_type},
    {"bad code", bad_code},
    {"unknown element", unknown_element},
    {"misspelt element", misspelt},
    {"element that stands twice", stands_twice},
    {"broken date", broken_date},
    {"one for many, many for one", one_or_many},
    {"emptied or null", emptied},
    {"second choice", second_choice},
    {"broken reference", broken_reference},
    {"wrong target", wrong_target},
    {"broken format", broken_format},
    {"choice it does not have", choice_it_does_not_have},
    {"value out of range", out_of_range},
    {"malformed number", malformed_number},
    {"two for one", two_for_one},
    {"mismatched sibling", mismatched_sibling},
    {"contained amiss", contained_amiss},
    {"against its type", against_its_type},
}};

// The types a person's record is made of, and those they refer to; not the thousands of SearchParameters and
// CodeSystems.
bool is_of_records(const std::string& type) {
  constexpr std::array<std::string_view, 12> beside{
      "Binary",     "Bundle",       "Device",       "Endpoint",         "HealthcareService", "Location",
      "Medication", "Organization", "Practitioner", "PractitionerRole", "Questionnaire",     "Substance"};
  return fhir::in_patient_compartment(type) || std::ranges::find(beside, type) != beside.end();
}

std::vector<kernel::Issue> judged(const std::string& text) {
  const auto json = fhir::Json::parse(text);
  return json ? fhir::validate(*json) : json.error().issues;
}

// One mutant of that kind, or none when the example has no place for it.
std::optional<Mutant> mutate(const Example& example, std::size_t kind, Random& random) {
  const auto json = fhir::Json::parse(example.text);
  const auto* type = fhir::find_resource_type(example.type);
  if (!json || type == nullptr) return {};
  std::vector<Place> places;
  collect(json->root(), *type, places);
  for (int attempt = 0; attempt < 40 && !places.empty(); ++attempt) {
    auto made = makers[kind].second(example.text, places[random() % places.size()], random);
    if (made) return Mutant{makers[kind].first, example.name, std::move(made->path), std::move(made->text)};
  }
  return {};
}

void count(const Mutant& mutant, Tally& tally, Hunt& hunt) {
  const auto issues = judged(mutant.text);
  const bool at_path = std::ranges::any_of(issues, [&](const auto& issue) { return issue.path == mutant.path; });
  ++tally.made;
  tally.refused += !issues.empty();
  tally.at_path += at_path;
  if (at_path || hunt.missed.size() >= missed_shown) return;
  const auto said = issues.empty() ? "accepted" : issues[0].path + ": " + issues[0].says;
  hunt.missed.push_back(fmt::format("{} | {} | {} | {}", mutant.kind, mutant.from, mutant.path, said));
}

}  // namespace

Hunt hunt_mutants(const std::vector<Example>& examples, std::size_t wanted, std::uint64_t seed) {
  std::vector<const Example*> sound;
  for (const auto& example : examples)
    if (is_of_records(example.type) && example.text.size() <= largest_example && judged(example.text).empty())
      sound.push_back(&example);
  Hunt hunt;
  for (const auto& [kind, maker] : makers) hunt.tallies.push_back({kind});
  Random random(seed);
  for (std::size_t turn = 0; hunt.made < wanted && !sound.empty() && turn < wanted * 100; ++turn) {
    const auto kind = turn % makers.size();
    const auto mutant = mutate(*sound[random() % sound.size()], kind, random);
    if (!mutant) continue;
    count(*mutant, hunt.tallies[kind], hunt);
    ++hunt.made;
  }
  for (const auto& tally : hunt.tallies) {
    hunt.refused += tally.refused;
    hunt.at_path += tally.at_path;
  }
  return hunt;
}

}  // namespace carnet::conformance
