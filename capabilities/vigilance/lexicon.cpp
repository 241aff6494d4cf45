#include "vigilance/lexicon.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace carnet::vigilance {
namespace {

constexpr std::array<std::string_view, concept_count> names{
    "name_insurer", "name_card", "name_space", "name_fc", "org", "informs", "informs_loose", "sign_off", "card_state", "card_state_strong", "card_mention", "card_place", "official_lead", "refund",
    "refund_pending", "refund_done", "health", "click", "pay", "card_data", "credentials", "nir", "identity", "medical_data",
    "ask_verb", "call", "message_back", "threat", "lure_parcel", "lure_parcel_trouble", "lure_fine", "lure_tax", "lure_bank",
    "lure_subscription", "lure_prize", "lure_family", "family", "lure_invest", "lure_job", "lure_heir", "lure_extort",
    "lure_court", "lure_training", "lure_energy", "lure_support", "lure_voice", "lure_storage", "lure_doc", "lure_rib",
    "lure_mutual", "lure_benefit", "account", "scam_talk_strong", "scam_talk_weak", "negation", "question", "notice", "code_back", "untraceable", "doubt", "reply", "card_alarm", "introduces", "insured_matter", "answer_here"};

}  // namespace

int Lexicon::slot_of(char c) {
  if (is_letter(c)) return c - 'a';
  if (is_digit(c)) return 26 + (c - '0');
  return c == ' ' ? 36 : 37;
}

kernel::Result<Lexicon> Lexicon::of(const Table& table) {
  Lexicon lexicon;
  lexicon.nodes_.emplace_back();
  std::vector<kernel::Issue> issues;
  for (const auto& row : table.rows) {
    const auto found = std::find(names.begin(), names.end(), row.cells[0]);
    if (found == names.end() || row.cells[1].empty()) {
      issues.push_back({"facts", fmt::format("lexicon.tsv, line {}", row.line), "unknown concept or no phrase: " + row.cells[0]});
      continue;
    }
    std::string_view phrase = row.cells[1];
    const bool is_stem = phrase.ends_with('*');
    if (is_stem) phrase.remove_suffix(1);
    const auto shape = " " + shape_of(phrase) + (is_stem ? "" : " ");
    lexicon.phrases_.push_back({static_cast<Concept>(found - names.begin()), row.cells[2], static_cast<std::uint16_t>(shape.size()), is_stem});
    lexicon.add(shape, static_cast<std::int32_t>(lexicon.phrases_.size() - 1));
  }
  if (!issues.empty()) return kernel::invalid("vigilance.facts", std::move(issues));
  lexicon.link();
  return lexicon;
}

void Lexicon::add(std::string_view pattern, std::int32_t phrase) {
  std::int32_t node = 0;
  for (const char c : pattern) {
    const auto slot = static_cast<std::size_t>(slot_of(c));
    if (nodes_[static_cast<std::size_t>(node)].next[slot] == 0) {
      const auto made = static_cast<std::int32_t>(nodes_.size());
      nodes_.emplace_back();
      nodes_[static_cast<std::size_t>(node)].next[slot] = made;
    }
    node = nodes_[static_cast<std::size_t>(node)].next[slot];
  }
  auto& end = nodes_[static_cast<std::size_t>(node)];
  if (end.output < 0) {
    end.output = static_cast<std::int32_t>(outputs_.size());
    outputs_.emplace_back();
  }
  outputs_[static_cast<std::size_t>(end.output)].push_back(phrase);
}

void Lexicon::link() {
  std::vector<std::int32_t> queue;
  for (const auto next : nodes_[0].next)
    if (next != 0) queue.push_back(next);
  for (std::size_t i = 0; i < queue.size(); ++i) {
    const auto at = static_cast<std::size_t>(queue[i]);
    const auto fail = static_cast<std::size_t>(nodes_[at].fail);
    nodes_[at].chain = nodes_[fail].output >= 0 ? static_cast<std::int32_t>(fail) : nodes_[fail].chain;
    for (std::size_t slot = 0; slot < nodes_[at].next.size(); ++slot) {
      const auto next = nodes_[at].next[slot];
      if (next != 0) {
        nodes_[static_cast<std::size_t>(next)].fail = nodes_[fail].next[slot];
        queue.push_back(next);
      } else {
        nodes_[at].next[slot] = nodes_[fail].next[slot];
      }
    }
  }
}

std::vector<Hit> Lexicon::hits_in(const Words& words) const {
  std::vector<Hit> hits;
  std::size_t node = 0;
  for (std::size_t at = 0; at < words.shape.size(); ++at) {
    node = static_cast<std::size_t>(nodes_[node].next[static_cast<std::size_t>(slot_of(words.shape[at]))]);
    for (std::size_t found = node; found != 0; found = static_cast<std::size_t>(nodes_[found].chain)) {
      if (nodes_[found].output < 0) continue;
      for (const auto index : outputs_[static_cast<std::size_t>(nodes_[found].output)]) {
        const auto& phrase = phrases_[static_cast<std::size_t>(index)];
        const std::size_t begin = at + 1 - phrase.length;
        const std::size_t end = phrase.is_stem ? at : at - 1;  // last letter of the phrase
        hits.push_back({phrase.idea, static_cast<std::uint16_t>(index), words.token_at[begin + 1], words.token_at[end] + 1});
      }
    }
  }
  return hits;
}

}  // namespace carnet::vigilance
