// Any bytes, as a text, an e-mail or a host: no crash, spans inside what was shown, the same verdict twice.
#include <cstdlib>

#include "vigilance/vigilance.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet;
  static const auto engine = std::move(*vigilance::Engine::load(std::filesystem::path(CARNET_SOURCE_DIR) / "rules" / "vigilance", vigilance::Trust::any));
  if (size < 1) return 0;
  vigilance::Message message;
  message.form = static_cast<vigilance::Message::Form>(data[0] % 4);
  message.content.assign(reinterpret_cast<const char*>(data + 1), size - 1);
  const kernel::Instant now{1'654'000'000'000};
  const auto first = engine.judge(message, now), second = engine.judge(message, now);
  if (first.has_value() != second.has_value()) std::abort();
  if (!first) return 0;
  if (first->verdict != second->verdict || first->verdict == vigilance::Verdict::official) std::abort();
  for (const auto& reason : first->reasons)
    for (const auto& span : reason.spans)
      if (span.begin > span.end || span.end > first->shown.size()) std::abort();
  return 0;
}
