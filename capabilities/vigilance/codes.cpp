#include <algorithm>

#include "vigilance/vigilance.hpp"

namespace carnet::vigilance {
namespace {

constexpr std::array<std::string_view, 45> signs{
    "signature_verified", "reference_bound", "look_alike_host", "look_alike_sender", "speaks_as_elsewhere", "speaks_as_premium",
    "never_asked", "refund_form", "confirmed_campaign", "listed_host", "listed_number", "other_look_alike", "other_elsewhere",
    "sender_mismatch", "link_text_differs", "shortener", "free_hosting", "address_literal", "user_part", "mixed_scripts",
    "name_in_path", "obscured_link", "premium_number", "call_back_number", "messaging_number", "asks_payment", "asks_card",
    "asks_credentials", "asks_identity", "lure", "threat", "password_form", "risky_attachment", "two_senders", "reply_elsewhere",
    "picture_only", "unknown_host", "learned", "ticked", "quoted", "they_call_only", "official_host",
    "true_notice_like", "reference_printed", "reference_unconfirmed"};
constexpr std::array<std::string_view, 10> kinds{"unlisted", "official", "state", "known", "shortener", "hosting", "messaging", "look_alike", "imitation", "address"};

// What a stranger may be told of a reason: its family.
Sign family_of(Sign sign) {
  if (sign <= Sign::reference_bound) return sign;
  if (sign <= Sign::listed_number) return Sign::confirmed_campaign;
  return Sign::lure;
}

}  // namespace

std::string_view code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::official: return "official";
    case Verdict::scam: return "scam";
    case Verdict::suspicious: return "suspicious";
    case Verdict::unknown: break;
  }
  return "unknown";
}

std::string_view code_of(Sign sign) {
  return signs[static_cast<std::size_t>(sign)];
}

std::string_view code_of(HostJudgement::Kind kind) { return kinds[static_cast<std::size_t>(kind)]; }

Judgement coarse(const Judgement& judgement) {
  Judgement out;
  out.verdict = judgement.verdict;
  out.like_true_notice = judgement.like_true_notice;
  if (!judgement.reasons.empty()) out.reasons.push_back({family_of(judgement.reasons.front().sign), {}, {}, {}});
  return out;
}

std::string Answer::text() const {
  std::string out = verdict + "\n" + action + "\n" + reason;
  if (!deadline.empty()) out += "\n" + deadline;
  return out;
}

}  // namespace carnet::vigilance
