// What holds of any bytes, as a text, an e-mail, a host or a number, with a sender, codes and campaigns of the same bytes: spans
// inside what was shown, the same judgement twice, never `official` but for what notices have bound, an answer of words.
// For the fuzzer, and for a short run of changed messages among the tests.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "vigilance/vigilance.hpp"

namespace carnet::vigilance {

// What follows the first two bytes, cut at each 0xFF.
inline std::vector<std::string> parts_of(std::string_view bytes) {
  std::vector<std::string> parts;
  while (parts.size() < 4) {
    const auto end = parts.size() == 3 ? bytes.size() : std::min(bytes.find('\xff'), bytes.size());
    parts.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return parts;
}

inline bool is_same(const Judgement& a, const Judgement& b) {
  const auto alike = [](const Reason& x, const Reason& y) {
    return x.sign == y.sign && x.subject == y.subject && x.name == y.name && x.spans.size() == y.spans.size();
  };
  return a.verdict == b.verdict && a.shown == b.shown && a.weight == b.weight && a.print == b.print && a.like_true_notice == b.like_true_notice &&
         std::ranges::equal(a.reasons, b.reasons, alike);
}

inline std::string_view wrong_with(const Engine& engine, const Message& message, const Judgement& judged) {
  const bool is_bound = message.reference_bound && message.form == Message::Form::text;
  if ((judged.verdict == Verdict::official) != is_bound) return "official without a proof";
  for (const auto& reason : judged.reasons)
    for (const auto& span : reason.spans)
      if (span.begin > span.end || span.end > judged.shown.size()) return "a span outside what was shown";
  const auto answer = engine.answer(judged);
  if (answer.verdict.empty() || answer.action.empty() || answer.reason.empty() || answer.verdict.find('{') != std::string::npos) return "an answer without words";
  if (!coarse(judged).shown.empty() || coarse(judged).verdict != judged.verdict) return "a stranger told too much";
  if (references_in(judged.shown).size() > 4) return "too many references";
  (void)redacted(judged.shown);
  return "";
}

// "" when all holds.
inline std::string_view wrong_with(const Engine& engine, std::string_view bytes) {
  if (bytes.size() < 2) return "";
  const auto form = static_cast<unsigned char>(bytes[0]) % 5U, how = static_cast<unsigned char>(bytes[1]) + 0U;
  const auto parts = parts_of(bytes.substr(2));
  auto message = message_of(parts[0]);
  if (form < 4) message.form = static_cast<Message::Form>(form);
  if ((how & 1) != 0) message.sender = parts[1];
  if ((how & 2) != 0) message.subject = parts[2];
  if ((how & 4) != 0) message.codes = {parts[3]};
  message.ticks = {(how & 8) != 0, (how & 16) != 0, (how & 32) != 0};
  message.reference_asked = (how & 64) != 0;
  if ((how & 192) == 192) message.reference_bound = Date{2026, 11, 22};
  const Campaigns campaigns({{0x0123456789abcdefULL, "of the test"}}, {parts[3]}, {parts[1]});
  const Instant now{1'654'000'000'000};
  const auto first = engine.judge(message, now, campaigns), second = engine.judge(message, now, campaigns);
  if (first.has_value() != second.has_value()) return "refused once";
  if (!first) return "";
  return is_same(*first, *second) ? wrong_with(engine, message, *first) : "another judgement the second time";
}

}  // namespace carnet::vigilance
