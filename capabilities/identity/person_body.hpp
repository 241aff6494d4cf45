// A person as the bytes that are sealed into a row. Pure. Inside identity only.
#pragma once
#include <string>
#include <string_view>

#include "identity/identity.hpp"

namespace carnet::identity {

// Canonical: equal persons (id apart) give equal texts.
std::string body_of(const Person& person);
kernel::Result<Person> person_from(PersonId id, std::string_view body);  // fault: not written by body_of

}  // namespace carnet::identity
