// Any bytes, as a text, an e-mail, a host or a number, with a sender, codes and campaigns of the same bytes: no crash, spans
// inside what was shown, the same judgement twice, never `official` but for what notices have bound, an answer of few words.
#include <algorithm>
#include <cstdlib>

#include "vigilance/vigilance.hpp"

namespace {

using namespace carnet;

void must(bool holds) {
  if (!holds) std::abort();
}

// What follows the first bytes, cut at each 0xFF.
std::vector<std::string> parts_of(std::string_view bytes) {
  std::vector<std::string> parts;
  while (parts.size() < 4) {
    const auto end = parts.size() == 3 ? bytes.size() : std::min(bytes.find('\xff'), bytes.size());
    parts.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return parts;
}

bool is_same(const vigilance::Judgement& a, const vigilance::Judgement& b) {
  const auto alike = [](const vigilance::Reason& x, const vigilance::Reason& y) {
    return x.sign == y.sign && x.subject == y.subject && x.name == y.name && x.spans.size() == y.spans.size();
  };
  return a.verdict == b.verdict && a.shown == b.shown && a.weight == b.weight && a.print == b.print && a.like_true_notice == b.like_true_notice &&
         std::ranges::equal(a.reasons, b.reasons, alike);
}

void check(const vigilance::Engine& engine, const vigilance::Message& message, const vigilance::Judgement& judged) {
  const bool is_bound = message.reference_bound && message.form == vigilance::Message::Form::text;
  must((judged.verdict == vigilance::Verdict::official) == is_bound);
  for (const auto& reason : judged.reasons)
    for (const auto& span : reason.spans) must(span.begin <= span.end && span.end <= judged.shown.size());
  const auto answer = engine.answer(judged);
  must(!answer.verdict.empty() && !answer.action.empty() && !answer.reason.empty());
  must(answer.verdict.find('{') == std::string::npos);
  must(vigilance::coarse(judged).shown.empty() && vigilance::coarse(judged).verdict == judged.verdict);
  must(vigilance::references_in(judged.shown).size() <= 4);
  (void)vigilance::redacted(judged.shown);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto engine = std::move(*vigilance::Engine::load(std::filesystem::path(CARNET_SOURCE_DIR) / "rules" / "vigilance", vigilance::Trust::any));
  if (size < 2) return 0;
  const std::uint8_t how = data[1];
  const auto parts = parts_of({reinterpret_cast<const char*>(data + 2), size - 2});
  auto message = vigilance::message_of(parts[0]);
  if (data[0] % 5 < 4) message.form = static_cast<vigilance::Message::Form>(data[0] % 5);
  if ((how & 1) != 0) message.sender = parts[1];
  if ((how & 2) != 0) message.subject = parts[2];
  if ((how & 4) != 0) message.codes = {parts[3]};
  message.ticks = {(how & 8) != 0, (how & 16) != 0, (how & 32) != 0};
  message.reference_asked = (how & 64) != 0;
  if ((how & 192) == 192) message.reference_bound = kernel::Date{2026, 11, 22};
  const vigilance::Campaigns campaigns({{0x0123456789abcdefULL, "of the fuzzer"}}, {parts[3]}, {parts[1]});
  const kernel::Instant now{1'654'000'000'000};
  const auto first = engine.judge(message, now, campaigns), second = engine.judge(message, now, campaigns);
  must(first.has_value() == second.has_value());
  if (!first) return 0;
  must(is_same(*first, *second));
  check(engine, message, *first);
  return 0;
}
