// What comes from outside, checked: numbers, codes, whose space a path means.
#include <algorithm>

#include "enrollment/acts.hpp"

namespace carnet::enrollment {

Result<std::string> checked_number(const Engine& engine, store::Snapshot& at, std::string_view typed) {
  CARNET_TRY(parsed, identity::parse_number(typed));
  if (parsed.key_is_right) return parsed.value;
  // Some identities made for tests carry a wrong key: what the register holds was accepted there.
  CARNET_TRY(found, engine.people().find(at, parsed.value));
  if (found) return parsed.value;
  return kernel::invalid("identity.number_key", {{"identity.number_key", "/number", "the key does not fit the number"}});
}

Result<ProvisionalCode> checked_code(std::string_view typed) {
  const auto code = ProvisionalCode::read(typed);
  if (!code)
    return kernel::refuse(kernel::ErrorKind::invalid, "enrollment.code_misspelt", "the check symbols do not fit; not an attempt");
  return *code;
}

Result<PersonId> space_owner(const Engine& engine, store::Snapshot& at, const Caller& caller, std::string_view who) {
  const auto unknown = kernel::refuse(kernel::ErrorKind::not_found, "not_found");
  if (caller.kind != Caller::Kind::person) return unknown;
  if (who == "moi") return caller.person;
  const auto person = engine.people().from_opaque(who);
  if (!person) return unknown;
  if (*person == caller.person) return caller.person;
  CARNET_TRY(children, engine.minors_of(at, caller.person));
  if (std::find(children.begin(), children.end(), *person) == children.end()) return unknown;
  return *person;
}

Actor actor_of(const Engine& engine, const Caller& caller, PersonId about, std::string_view request_id) {
  return Actor{caller.person == about ? audit::ActorKind::holder : audit::ActorKind::representative,
               engine.people().opaque(caller.person), caller.name, std::string(request_id)};
}

}  // namespace carnet::enrollment
