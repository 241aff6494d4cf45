#include "apps/ctl/audit_verify.hpp"

#include <fmt/format.h>

#include "audit/audit.hpp"
#include "foundation/io/files.hpp"

namespace carnet::ctl {

namespace {
constexpr std::size_t largest_extract = 512u << 20;
}

kernel::Status verify_audit_extract(const AuditAsked& asked) {
  CARNET_TRY(file, io::read_file(asked.file, largest_extract));
  audit::ExtractKeys keys;
  CARNET_TRY(log, tlog::read_verifier_key(asked.log));
  keys.log = log;
  keys.space = asked.space;
  for (const auto& text : asked.witnesses) {
    CARNET_TRY(witness, tlog::read_verifier_key(text));
    keys.witnesses.push_back(witness);
  }
  const auto verdict = audit::verify_extract(kernel::as_text(file), keys, io::SystemClock().now(), std::chrono::hours(asked.oldest_hours));
  for (const auto& finding : verdict.findings) fmt::print("{}\n", finding);
  if (!verdict.holds())
    return kernel::refuse(kernel::ErrorKind::invalid, "audit.extract", fmt::format("{} findings: this log was changed, cut or shown out of date", verdict.findings.size()));
  const auto plural = [](auto count) { return count == 1 ? "" : "s"; };
  fmt::print("{} consultation{}, {} scellé{}, le dernier le {} : rien n'a été changé, rien ne manque", verdict.entries,
             plural(verdict.entries), verdict.seals, plural(verdict.seals), kernel::to_rfc3339(verdict.sealed_at));
  if (verdict.unsealed > 0) fmt::print(" (plus récentes, en attente du prochain scellé : {})", verdict.unsealed);
  fmt::print("\n");
  if (keys.witnesses.empty()) fmt::print("aucun témoin n'a été demandé : seule la parole du service le dit\n");
  return {};
}

}  // namespace carnet::ctl
