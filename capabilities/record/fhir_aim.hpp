// Whom a request is about: the one person, or the one space, that its parameters or its resource name. Inside record only.
#pragma once
#include "record/fhir.hpp"

namespace carnet::record {

struct Aim {
  std::optional<PersonId> person;
  std::optional<kernel::SpaceId> space;  // by the id of a resource
  std::string person_path, space_path;   // where it says so
};

// By the parameters of a search or history of `type` (empty: any). Numbers of persons are looked up, and their
// parameters become references to that person: nothing of the search holds a number afterwards. `invalid` "fhir.search"
// when nobody is named, or several people are; `not_found` for a person nobody knows.
io::Task<kernel::Result<Aim>> aim_of(Shared& shared, std::string_view type, fhir::Pairs& pairs);

// By the references of a resource: each that names a person or a resource of ours. `invalid` "record.reference" when
// they name two people, or one that nobody knows. That all the resources they name lie in the space that the door opens
// is judged by the door (door_to_aim).
struct ReferenceAim {
  Aim aim;
  std::vector<std::pair<kernel::SpaceId, std::string>> spaces;  // each named, with the path that names it
  std::vector<std::pair<std::string, std::string>> numbers;     // INS beside a reference, with its path
};
kernel::Result<ReferenceAim> aim_of_references(const Shared& shared,
                                               const std::vector<fhir::ReferenceFound>& references);
// The INS that stand in `identifier`s of references: each must be the person's (judged by the door).
void add_numbers(ReferenceAim& aim, fhir::Value resource);
// The same for several resources that belong together (a transaction).
kernel::Status join(ReferenceAim& all, ReferenceAim one);

Door door_to_aim(const Shared& shared, CallerPtr caller, Aim aim, access::Act act);
// Refuses, inside the transaction, when a reference leads to another space, or to another person than the space's, by
// address or by number.
Door door_to_aim(const Shared& shared, CallerPtr caller, ReferenceAim aim, access::Act act);

// Is this parameter of a search of `type` an INS, or does it ask for a person by a number that may be one? A system that
// is said and is none of the four OIDs of an INS makes it something else.
bool holds_identity(std::string_view type, std::string_view name, std::string_view value);

// "Type/id" of a reference that is relative, or below our base; empty for any other.
std::string_view local_part(const Shared& shared, std::string_view reference);
// "Patient/<id>", with or without our base before it: the id; nullopt for anything else.
std::optional<std::string> patient_id_of(const Shared& shared, std::string_view reference);

}  // namespace carnet::record
