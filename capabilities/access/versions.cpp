#include "access/versions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

namespace carnet::access {
namespace {

auto key_of(const Version& version) { return std::tie(version.subject, version.kind, version.place); }

std::uint32_t number_in(std::string_view text) {
  std::uint32_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void apply_to_space(Held& held, const Version& version, std::string_view subject) {
  switch (version.kind) {
    case Kind::refuses_bris: held.settings.allows_bris_de_glace = false; break;
    case Kind::refuses_centre: held.settings.allows_centre_15 = false; break;
    case Kind::frozen: held.settings.frozen = true; break;
    case Kind::own_access: held.settings.own_access_agreed = true; break;
    case Kind::discretion: held.discreet = held.discreet || version.place != subject; break;
    default: break;
  }
}

void apply(Held& held, const Version& version, std::string_view structure) {
  switch (version.kind) {
    case Kind::care_team: held.care_team = held.care_team || version.place == structure; break;
    case Kind::author: held.author = true; break;
    case Kind::blocked: held.blocked = true; break;
    case Kind::refused: held.refused = true; break;
    case Kind::consented:
      held.consented = true;
      held.consent_is_own_word = version.detail == "declaration";
      break;
    case Kind::occupational: held.occupational = true; break;
    case Kind::carer:
      held.carer_classes = number_in(version.detail);
      held.giver = person_of(std::string_view(version.detail).substr(std::min(version.detail.find('/') + 1, version.detail.size())));
      break;
    case Kind::guardian:
      held.guardian = version.detail == "representation" ? Access::Guardianship::representation
                                                         : Access::Guardianship::assistance;
      break;
    case Kind::judge_ended: held.ended_by_judge = true; break;
    default: break;
  }
}

}  // namespace

std::string subject_of(PersonId person) { return fmt::format("p{}", person.value); }

std::optional<PersonId> person_of(std::string_view subject) {
  if (!subject.starts_with('p')) return std::nullopt;
  std::int64_t number = 0;
  const auto* const end = subject.data() + subject.size();
  const auto read = std::from_chars(subject.data() + 1, end, number);
  if (read.ec != std::errc() || read.ptr != end || number <= 0) return std::nullopt;
  return PersonId(number);
}

std::vector<Version> last_known(std::span<const Version> versions, Instant known) {
  std::vector<Version> last;
  for (const auto& version : versions) {
    if (version.recorded_at > known) continue;
    const auto same = std::ranges::find_if(last, [&](const Version& one) { return key_of(one) == key_of(version); });
    if (same == last.end())
      last.push_back(version);
    else
      *same = version;
  }
  return last;
}

Held hold(std::span<const Version> versions, std::string_view subject, std::string_view structure, Instant at,
          Instant known) {
  Held held;
  for (const auto& version : last_known(versions, known)) {
    if (!version.holds_at(at)) continue;
    if (version.subject.empty())
      apply_to_space(held, version, subject);
    else if (version.subject == subject)
      apply(held, version, structure);
  }
  // Discretion binds those who act for the holder; the holder, and professionals, see where care was given.
  held.discreet = held.discreet && subject.starts_with('p');
  return held;
}

Age age_on(Date latest_birth, Date on, std::int64_t majority, std::int64_t own_access) {
  const auto years = kernel::age_on(latest_birth, on);
  return years >= majority ? Age::adult : years >= own_access ? Age::of_own_access : Age::child;
}

Relation relation_of_professional(const Held& held, bool is_declared_gp) {
  if (is_declared_gp) return Relation::declared_gp;
  if (held.care_team && !held.refused) return Relation::care_team;
  if (held.consented && !(held.refused && held.consent_is_own_word)) return Relation::consented;
  return held.author ? Relation::author : Relation::none;
}

}  // namespace carnet::access
