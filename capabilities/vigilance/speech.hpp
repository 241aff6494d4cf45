// Who speaks in a text, what it asks for, what it presses with; and what it only quotes, reports or denies.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "vigilance/lexicon.hpp"
#include "vigilance/text.hpp"

namespace carnet::vigilance {

enum class Mode : std::uint8_t { direct, report, question };  // report: speaks about scams; question: asks what a text is

struct Claim {
  enum class By : std::uint8_t { prefix, verb, signature, card, sender } by = By::prefix;
  std::string name;               // code of a protected name or an organisation
  bool is_protected = true;
  std::uint32_t first = 0, last = 0;  // tokens; equal when it is the sender's
};
struct Ask {
  Concept what;
  std::uint32_t first = 0, last = 0;
};

struct Speech {
  Mode mode = Mode::direct;
  std::vector<Claim> claims;
  std::vector<Ask> asks;                             // live ones
  std::array<std::uint16_t, concept_count> live{};   // distinct phrases neither quoted nor denied
  std::array<std::uint16_t, concept_count> all{};    // distinct phrases
  std::array<std::uint32_t, concept_count> where{};  // token of the first live one
  bool health_refund_waits = false;  // a health refund that waits for something the reader must do
  std::uint32_t refund_at = 0;
  bool insured_alarm = false;        // something only the insurer decides (rights, card, declared doctor) is said to end or fail
  std::uint32_t insured_at = 0;
  bool parcel_trouble = false;
  bool official_lead = false;        // sends to the official site or number, typed by the reader
  std::vector<bool> quoted;          // by token
  std::vector<bool> warns;           // by sentence: it warns of scams
  bool has(Concept idea) const { return live[static_cast<std::size_t>(idea)] > 0; }
  int number(Concept idea) const { return live[static_cast<std::size_t>(idea)]; }
};
Speech speech_of(const Plain& plain, const Words& words, const std::vector<Hit>& hits, const Lexicon& lexicon);

}  // namespace carnet::vigilance
