#include "apps/ctl/audit_verify.hpp"

#include <fmt/format.h>

#include "foundation/io/files.hpp"

namespace carnet::ctl {

namespace {
constexpr std::size_t largest_extract = 512u << 20;
constexpr auto witness_missing =
    "un témoin demandé n'a pas signé ce scellé, ou pas récemment : prenez un extrait plus récent, ou comparez sa clé ; le reste est intact";
constexpr auto log_changed = "ce journal a été changé ou coupé, ou un ancien est montré de nouveau : gardez ce fichier, il le prouve";
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
  const auto now = io::SystemClock().now();
  const auto verdict_of = [&](const audit::ExtractKeys& by) {
    return audit::verify_extract(kernel::as_text(file), by, now, std::chrono::hours(asked.oldest_hours));
  };
  const auto verdict = verdict_of(keys);
  for (const auto& finding : verdict.findings) fmt::print("{}\n", finding);
  if (!verdict.holds()) {
    auto alone = keys;
    alone.witnesses.clear();
    return kernel::refuse(kernel::ErrorKind::invalid, "audit.extract", verdict_of(alone).holds() ? witness_missing : log_changed);
  }
  fmt::print("{}", words_of(verdict, keys.witnesses.size()));
  return {};
}

std::string words_of(const audit::ExtractVerdict& verdict, std::size_t witnesses) {
  const auto sealed = verdict.entries - verdict.unsealed;
  const auto some = [](std::int64_t count, std::string_view word) { return fmt::format("{} {}{}", count, word, count > 1 ? "s" : ""); };
  std::string words = fmt::format("{} dans {}, le dernier le {} : rien n'a été changé, rien ne manque\n",
                                  sealed > 1 ? some(sealed, "consultation") + " scellées" : some(sealed, "consultation") + " scellée",
                                  some(verdict.seals, "scellé"), kernel::to_rfc3339(verdict.sealed_at));
  // What no seal holds is the file's word alone: it could have been edited.
  if (verdict.unsealed > 0)
    words += fmt::format("{} plus récentes que ce scellé : rien ne les prouve encore ; un extrait pris après le prochain scellé les prouvera\n",
                         some(verdict.unsealed, "consultation"));
  if (witnesses == 0) words += "aucun témoin n'a été demandé : seule la parole du service le dit\n";
  return words;
}

}  // namespace carnet::ctl
