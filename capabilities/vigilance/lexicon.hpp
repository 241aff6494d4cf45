// Phrases by idea, found in one pass (Aho-Corasick over shapes of words).
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/kernel/result.hpp"
#include "vigilance/registry.hpp"
#include "vigilance/text.hpp"

namespace carnet::vigilance {

enum class Concept : std::uint8_t {
  name_insurer, name_card, name_space, name_fc, org, informs, informs_loose, sign_off, card_state, card_state_strong, card_mention, card_place, official_lead, refund, refund_pending,
  refund_done, health, click, pay, card_data, credentials, nir, identity, medical_data, ask_verb, call, message_back, threat,
  lure_parcel, lure_parcel_trouble, lure_fine, lure_tax, lure_bank, lure_subscription, lure_prize, lure_family, family,
  lure_invest, lure_job, lure_heir, lure_extort, lure_court, lure_training, lure_energy, lure_support, lure_voice,
  lure_storage, lure_doc, lure_rib, lure_mutual, lure_benefit, account, scam_talk_strong, scam_talk_weak, negation, question, notice, code_back, untraceable, doubt, reply, card_alarm, introduces, insured_matter, answer_here,
  count
};
inline constexpr std::size_t concept_count = static_cast<std::size_t>(Concept::count);

struct Hit {
  Concept idea;
  std::uint16_t phrase = 0;            // row of the lexicon
  std::uint32_t first = 0, last = 0;   // tokens [first, last)
};

class Lexicon {
 public:
  // Refused: "vigilance.facts" when a row names an unknown concept.
  static kernel::Result<Lexicon> of(const Table& table);
  // By place of their end; of two hits of one idea on the same words the longer one stays.
  std::vector<Hit> hits_in(const Words& words) const;
  const std::string& name_of(const Hit& hit) const { return phrases_[hit.phrase].name; }

 private:
  struct Phrase {
    Concept idea;
    std::string name;
    std::uint16_t length = 0;  // of its shape, boundaries included
    bool is_stem = false;
  };
  struct Node {
    std::array<std::int32_t, 38> next{};
    std::int32_t fail = 0, output = -1, chain = 0;  // chain: next node with an output on the failure path
  };
  static int slot_of(char c);
  void add(std::string_view pattern, std::int32_t phrase);
  void link();
  std::vector<Phrase> phrases_;
  std::vector<Node> nodes_;
  std::vector<std::vector<std::int32_t>> outputs_;
};

}  // namespace carnet::vigilance
