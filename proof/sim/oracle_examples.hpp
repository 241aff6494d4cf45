// What the oracle's examples are told with. UTC instants are written out: Paris is UTC+1, and UTC+2 from 2025-03-30 to
// 2025-10-26.
#pragma once
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "proof/sim/oracle.hpp"

namespace carnet::proof {

inline Instant utc(std::string_view text) {
  const auto instant = kernel::parse_rfc3339(text);
  EXPECT_TRUE(instant.has_value()) << text;
  return instant.value_or(Instant{});
}
inline Instant just_before(Instant instant) {
  return instant.plus(std::chrono::milliseconds(-1));
}

inline PersonFacts adult(std::string zone = "Europe/Paris") {
  return {.zone = std::move(zone), .birth = {1980, 1, 1}};
}
inline PersonFacts adult_with_email() {
  return {.birth = {1980, 1, 1}, .email_on_file = true};
}
inline PersonFacts adult_with_phone() {
  return {.birth = {1980, 1, 1}, .phone_on_file = true};
}
inline PersonFacts child() {
  return {.birth = {2015, 6, 1}};
}
inline Parameters usual() {
  Parameters parameters;
  parameters.public_holidays = {{2025, 4, 21}, {2025, 5, 1}, {2025, 5, 8}};  // Easter Monday, May Day, Victory Day
  return parameters;
}

// The letters of the evidence table: C the announced code, N, S, F, P; R the representative's session; T a contact
// typed.
inline Evidence evidence(std::string_view letters) {
  Evidence shown;
  for (const char letter : letters) {
    if (letter == 'C') shown.code = TypedCode::announced;
    if (letter == 'N') shown.number = true;
    if (letter == 'S') shown.serial = true;
    if (letter == 'F') shown.contact = true;
    if (letter == 'P') shown.in_person = true;
    if (letter == 'R') shown.representative_session = true;
    if (letter == 'T') shown.typed_contact = true;
  }
  return shown;
}
inline Evidence with_code(TypedCode code, std::string_view letters = "NS") {
  Evidence shown = evidence(letters);
  shown.code = code;
  return shown;
}

inline Command notice(std::string_view at, Channel channel = Channel::email, int campaign = 1) {
  return {.act = Act::notify, .at = utc(at), .channel = channel, .campaign = campaign};
}
inline Command plain(Act act, std::string_view at) {
  return {.act = act, .at = utc(at)};
}
inline Command shown(Act act, std::string_view at, Evidence evidence, bool by_phone = false) {
  return {.act = act, .at = utc(at), .evidence = evidence, .by_phone = by_phone};
}
inline Command ask(Command::Asked asked, std::string_view at) {
  return {.act = Act::ask_code, .at = utc(at), .evidence = evidence("NS"), .asked = asked};
}
inline Command death(std::string_view at, int days_ago) {
  return {.act = Act::die, .at = utc(at), .days_ago = days_ago};
}
inline Command second_letter(std::string_view at, bool right) {
  return {.act = Act::enter_second_letter, .at = utc(at), .right_code = right};
}

inline State state_at(const Oracle& oracle, std::string_view at) {
  return oracle.observe(utc(at)).state;
}

}  // namespace carnet::proof
