// Any bytes as a line of the register: set aside with a reason, or a person whose body is read as it was written.
#include "identity/person_body.hpp"
#include "identity/register_line.hpp"
#include "identity/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  static const auto header = *identity::RegisterHeader::parse(
      "system;matricule;birth_name;given_names;birth_date;sex;email;phone;zone;card_serials;parents;died;former_matricules");
  const auto text = kernel::as_text({data, size});
  const auto judged = identity::judge_line(header, text, true, {2025, 3, 4});
  if (judged.troubles.empty()) {
    const auto body = identity::body_of(judged.line.person);
    const auto again = identity::person_from(kernel::PersonId(1), body);
    CARNET_INVARIANT(again.has_value() && identity::body_of(*again) == body, "a body is not read as it was written");
    CARNET_INVARIANT(again->earliest_birth() <= again->latest_birth(), "bounds of a birth date are swapped");
    CARNET_INVARIANT(identity::Register::differing_traits(*again, again->traits).empty(), "a person differs from themselves");
  }
  if (identity::is_utf8(text)) {
    const auto folded = identity::fold_name(text);
    CARNET_INVARIANT(identity::fold_name(folded) == folded, "folding twice differs from folding once");
  }
  return 0;
}
