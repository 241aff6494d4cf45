#include "record/fhir_aim.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "record/rules.hpp"

namespace carnet::record {

using fhir::ReferenceFound;
using kernel::Issue;
using kernel::Result;
using kernel::SpaceId;

namespace {

constexpr std::size_t id_length = 26;

std::unexpected<kernel::Error> refused(std::string_view code, const std::string& path, std::string_view says) {
  return kernel::invalid("record.reference", {{std::string(code), path, std::string(says)}});
}

// Does this parameter say whose record is searched, and by what?
enum class Names { nobody, reference, number };
Names names_person(const Shared& shared, std::string_view type, std::string_view name, std::string_view value) {
  const auto end = std::min(name.find_first_of(":."), name.size());
  const auto code = name.substr(0, end), rest = name.substr(end);
  const bool always = code == "patient" || code == "subject";
  if (!always) {
    const auto links = fhir::patient_links_of(type);
    if (std::ranges::find(links, code) == links.end()) return Names::nobody;
  }
  if (rest == ".identifier" || rest == ":Patient.identifier" || rest == ":identifier")
    return holds_identity(type, always ? name : "identifier", value) ? Names::number : Names::nobody;
  if (rest == "._id" || rest == ":Patient._id" || rest == ":Patient") return Names::reference;
  if (!rest.empty()) return Names::nobody;
  if (const auto id = patient_id_of(shared, value))  // a performer whom nobody knows is found nowhere, and names nobody
    return always || shared.identity.people().from_opaque(*id) ? Names::reference : Names::nobody;
  const bool bare = value.find('/') == std::string_view::npos;
  if (code == "patient" && bare) return Names::reference;
  return code == "subject" && bare && shared.identity.people().from_opaque(value) ? Names::reference : Names::nobody;
}


struct Named {
  std::vector<std::pair<std::size_t, identity::ParsedNumber>> numbers;  // by index of the pair
  Aim aim;
};

std::unexpected<kernel::Error> several() {
  return bad_request("too-costly", "patient", "one person at a time");
}

// The ids that are asked for: those of ours lie in one space.
kernel::Status name_by_ids(const Shared& shared, std::string_view values, std::optional<SpaceId>& space) {
  while (!values.empty()) {
    const auto end = std::min(values.find(','), values.size());
    if (const auto id = values.substr(0, end); id.size() == id_length)
      if (const auto parts = parts_of(shared, id)) {
        if (space && *space != SpaceId(parts->space)) return several();
        space = SpaceId(parts->space);
      }
    values.remove_prefix(std::min(end + 1, values.size()));
  }
  return {};
}

kernel::Status name_by_reference(const Shared& shared, Named& named, const std::pair<std::string, std::string>& pair) {
  const auto id = patient_id_of(shared, pair.second).value_or(pair.second);
  if (id.find(',') != std::string::npos) return several();
  const auto person = shared.identity.people().from_opaque(id);
  if (!person) return not_found();
  if (named.aim.person && *named.aim.person != *person) return several();
  named.aim.person = person;
  return {};
}

Result<Named> read_names(const Shared& shared, std::string_view type, const fhir::Pairs& pairs) {
  Named named;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto& [name, value] = pairs[i];
    if (name == "_id") CARNET_CHECK(name_by_ids(shared, value, named.aim.space));
    switch (names_person(shared, type, name, value)) {
      case Names::nobody:
        break;
      case Names::reference:
        CARNET_CHECK(name_by_reference(shared, named, pairs[i]));
        break;
      case Names::number: {
        const auto token = fhir::read_token(value);
        auto number = identity::parse_number(token.code);
        if (!number) return not_found();
        named.numbers.emplace_back(i, std::move(*number));
        break;
      }
    }
  }
  return named;
}

}  // namespace

std::string_view local_part(const Shared& shared, std::string_view reference) {
  const std::string_view base = shared.settings.base_url;
  if (reference.starts_with(base) && reference.size() > base.size() && reference[base.size()] == '/')
    return reference.substr(base.size() + 1);
  const bool relative = !reference.empty() && reference.front() >= 'A' && reference.front() <= 'Z' &&
                        reference.find(':') == std::string_view::npos;
  return relative ? reference : std::string_view();
}

std::optional<std::string> patient_id_of(const Shared& shared, std::string_view reference) {
  constexpr std::string_view type = "Patient/";
  auto local = local_part(shared, reference);
  if (!local.starts_with(type)) return std::nullopt;
  local.remove_prefix(type.size());
  return std::string(local.substr(0, local.find('/')));
}

bool holds_identity(std::string_view type, std::string_view name, std::string_view value) {
  constexpr std::size_t whole = 15, without_key = 13, fewest_digits = 12;
  const auto of_numbers = [](char c) { return (c >= '0' && c <= '9') || c == 'A' || c == 'B' || c == ' '; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool by_identifier = name == "identifier" || name.ends_with(".identifier") || name.ends_with(":identifier");
  const bool whole_person = name == "patient" || name == "subject";
  if (!by_identifier && !whole_person) return false;
  const bool of_person = whole_person || (type == "Patient" && name == "identifier") ||
                         name.starts_with("patient") || name.starts_with("subject") ||
                         name.find(":Patient.") != std::string_view::npos;
  while (true) {
    const auto end = std::min(value.find(','), value.size());
    const auto token = fhir::read_token(value.substr(0, end));
    const std::string_view code = token.code;
    const bool looks_so = std::ranges::all_of(code, of_numbers) &&
                          std::ranges::count_if(code, is_digit) >= static_cast<std::ptrdiff_t>(fewest_digits);
    if (is_ins(token.system)) return true;
    if (token.system.empty()) {
      if (of_person && by_identifier) return true;
      if (looks_so && (of_person ? code.size() >= without_key : code.size() == whole)) return true;
    }
    if (end == value.size()) return false;
    value.remove_prefix(end + 1);
  }
}

io::Task<Result<Aim>> aim_of(Shared& shared, std::string_view type, fhir::Pairs& pairs) {
  CARNET_CO_TRY(named, read_names(shared, type, pairs));
  if (!named.numbers.empty()) {
    using Found = std::vector<std::optional<PersonId>>;
    std::function<Result<Found>(store::Snapshot&)> look = [&shared, &named](store::Snapshot& at) -> Result<Found> {
      Found found;
      for (const auto& [index, number] : named.numbers) {
        CARNET_TRY(person, shared.identity.people().find(at, number.value));
        found.push_back(person);
      }
      return found;
    };
    CARNET_CO_TRY(found, co_await shared.store.read<Found>(look));
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (!found[i] || (named.aim.person && *named.aim.person != *found[i])) co_return not_found();
      named.aim.person = found[i];
      auto& [name, value] = pairs[named.numbers[i].first];
      name = name.substr(0, name.find_first_of(":."));
      value = "Patient/" + shared.identity.people().opaque(*found[i]);
    }
  }
  if (!named.aim.person && !named.aim.space)
    co_return bad_request("required", "patient", "a patient is required: patient, or patient.identifier by POST");
  co_return std::move(named.aim);
}

Result<ReferenceAim> aim_of_references(const Shared& shared, const std::vector<ReferenceFound>& references) {
  ReferenceAim out;
  const auto path_of = [](const ReferenceFound& reference) { return reference.value.path(); };
  for (const auto& reference : references) {
    if (!reference.is_reference) continue;
    if (const auto id = patient_id_of(shared, reference.text)) {
      const auto person = shared.identity.people().from_opaque(*id);
      if (!person) return refused("not-found", path_of(reference), "is no patient that this service knows");
      if (out.aim.person && *out.aim.person != *person)
        return refused("business-rule", fmt::format("{} | {}", out.aim.person_path, path_of(reference)),
                       "refer to two different persons");
      if (!out.aim.person) out.aim.person_path = path_of(reference);
      out.aim.person = person;
      continue;
    }
    const auto local = local_part(shared, reference.text);
    const auto slash = local.find('/');
    if (slash == std::string_view::npos) continue;
    const auto id = local.substr(slash + 1, local.find('/', slash + 1) - slash - 1);
    if (id.size() != id_length) continue;
    const auto parts = shared.ids.open(id);
    if (!parts) continue;
    out.spaces.emplace_back(SpaceId(parts->space), path_of(reference));
    if (!out.aim.space && parts->space > 0) {
      out.aim.space = SpaceId(parts->space);
      out.aim.space_path = out.spaces.back().second;
    }
  }
  return out;
}

void add_numbers(ReferenceAim& aim, fhir::Value resource) {
  if (!resource.is(fhir::Kind::object) && !resource.is(fhir::Kind::array)) return;
  for (auto child = resource.first(); child; child = child.next()) {
    const bool of_reference = child.name() == "identifier" && child.is(fhir::Kind::object);
    if (of_reference && is_ins(fhir::oid_of(child["system"].text())) && child["value"])
      aim.numbers.emplace_back(child["value"].text(), child["value"].path());
    add_numbers(aim, child);
  }
}

kernel::Status join(ReferenceAim& all, ReferenceAim one) {
  if (all.aim.person && one.aim.person && *all.aim.person != *one.aim.person)
    return refused("business-rule", fmt::format("{} | {}", all.aim.person_path, one.aim.person_path),
                   "refer to two different persons");
  if (!all.aim.person) {
    all.aim.person = one.aim.person;
    all.aim.person_path = std::move(one.aim.person_path);
  }
  if (!all.aim.space) {
    all.aim.space = one.aim.space;
    all.aim.space_path = std::move(one.aim.space_path);
  }
  for (auto& space : one.spaces) all.spaces.push_back(std::move(space));
  for (auto& number : one.numbers) all.numbers.push_back(std::move(number));
  return {};
}

Door door_to_aim(const Shared& shared, CallerPtr caller, Aim aim, access::Act act) {
  if (aim.person && !aim.space) return door_to(shared, std::move(caller), *aim.person, act);
  auto door = door_to_space(shared, std::move(caller), aim.space.value_or(SpaceId()), act);
  if (!aim.person) return door;
  return [door = std::move(door), person = *aim.person](store::Snapshot& at) -> Result<access::AccessGrant> {
    auto grant = door(at);
    if (grant && grant->person() != person) return not_found();
    return grant;
  };
}

Door door_to_aim(const Shared& shared, CallerPtr caller, ReferenceAim aim, access::Act act) {
  const auto first = aim.aim.person ? door_to(shared, caller, *aim.aim.person, act)
                                    : door_to_space(shared, caller, aim.aim.space.value_or(SpaceId()), act);
  return [&shared, first, aim = std::move(aim)](store::Snapshot& at) -> Result<access::AccessGrant> {
    auto grant = first(at);
    if (!grant) return grant;
    std::vector<Issue> issues;
    for (const auto& [space, path] : aim.spaces)
      if (space != grant->space())
        issues.push_back({"business-rule", path, "refers to nothing in this person's record"});
    for (const auto& [said, path] : aim.numbers) {
      const auto number = identity::parse_number(said);
      std::optional<PersonId> person;
      if (number) {
        CARNET_TRY(found, shared.identity.people().find(at, number->value));
        person = found;
      }
      if (person != grant->person())
        issues.push_back({"business-rule", path, "is not a number of the person whose record this is"});
    }
    if (!issues.empty()) return kernel::invalid("record.reference", std::move(issues));
    return grant;
  };
}

}  // namespace carnet::record
