// Relations and settings as versions, and what they say at an instant. Pure; inside access only.
#pragma once
#include <span>

#include "access/access.hpp"

namespace carnet::access {

// Numbers are durable: never reuse one. From 10 on the subject is a person; from 20 on the space itself; from 30 on somebody
// who hears of it.
enum class Kind {
  care_team = 1,       // subject RPPS, place structure
  author = 2,          // subject RPPS
  blocked = 3,         // subject RPPS
  refused = 4,         // subject RPPS: of the care team, by the holder
  consented = 5,       // subject RPPS; detail: code, card, declaration
  occupational = 6,    // subject RPPS: personal grant
  carer = 10,          // subject p<person>; detail: bits of classes and powers, "/", p<person> of who gave it
  guardian = 11,       // subject p<person>; detail: assistance, representation
  judge_ended = 12,    // subject p<person>
  refuses_bris = 20,
  refuses_centre = 21,
  frozen = 22,
  own_access = 23,     // detail: p<person> of the parent who said so
  discretion = 24,     // place: p<person> of who asked
  alerts = 30,         // subject p<person> who is told; detail: "each/email"
};

struct Version {
  Kind kind = Kind::care_team;
  std::string subject, place;
  Instant valid_from{};
  std::optional<Instant> valid_to;
  Instant recorded_at{};
  bool on = true;
  std::string detail;
  bool holds_at(Instant instant) const {
    return on && valid_from <= instant && (!valid_to || instant < *valid_to);
  }
};

std::string subject_of(PersonId person);  // "p42"
std::optional<PersonId> person_of(std::string_view subject);

// What the versions of one person say of one actor at an instant. `versions` in the order they were recorded within each
// (subject, kind, place); those recorded after `known` are as if they were not.
struct Held {
  bool care_team = false, author = false, blocked = false, refused = false, consented = false, occupational = false;
  bool ended_by_judge = false, discreet = false;
  bool consent_is_own_word = false;  // a declaration
  std::optional<std::uint32_t> carer_classes;
  std::optional<PersonId> giver;     // of the delegation
  Access::Guardianship guardian = Access::Guardianship::none;
  Settings settings;
};
// `subject`: RPPS or p<person>; `structure`: of a professional, whose care team is by structure.
Held hold(std::span<const Version> versions, std::string_view subject, std::string_view structure, Instant at, Instant known);

// Of each (subject, kind, place) the version that is known last, in the order of their keys.
std::vector<Version> last_known(std::span<const Version> versions, Instant known);

// Age as it counts here; a day of birth that is unknown is the last it can be, as for the life of a space.
Age age_on(Date latest_birth, Date on, std::int64_t majority, std::int64_t own_access);

// The relation of a professional, the strongest first; of a person, likewise.
Relation relation_of_professional(const Held& held, bool is_declared_gp);

}  // namespace carnet::access
