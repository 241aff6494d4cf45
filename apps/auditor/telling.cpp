// The report, for a reader and for a program.
#include <fmt/format.h>

#include <algorithm>

#include "apps/auditor/auditing.hpp"

namespace carnet::auditor {
namespace {

namespace json = kernel::json;

constexpr std::string_view scope =
    "jugé : l'accès à l'espace (qui, lien, mode, état, réglages de l'instant) ; une trace ne garde pas les caractères du document, "
    "l'accès à chaque document n'est donc pas rejugé";

std::string table(std::string_view title, const Report::Tally& tally) {
  std::string text = fmt::format("{} : {}\n", title, Report::total(tally));
  std::vector<std::pair<std::string, std::int64_t>> rows(tally.begin(), tally.end());
  std::ranges::sort(rows, [](const auto& a, const auto& b) { return std::pair(-a.second, a.first) < std::pair(-b.second, b.first); });
  for (const auto& [reason, count] : rows) {
    const auto words = meaning_of(reason);
    text += fmt::format("  {:<36}{:>10}{}{}\n", reason, count, words.empty() ? "" : "  ", words);
  }
  return text;
}

std::string list(std::string_view title, const std::vector<Finding>& findings) {
  std::string text;
  if (!findings.empty()) text += fmt::format("{}\n", title);
  for (const auto& one : findings)
    text += fmt::format("  {}  espace {}  {:<18} {}  trace {}{}{}\n", kernel::to_rfc3339(one.at), one.space,
                        one.action.empty() ? "?" : one.action, one.reason, one.entry_id, one.who.empty() ? "" : "  par ", one.who);
  return text;
}

json::object to_json(const Report::Tally& tally) {
  json::object out;
  for (const auto& [reason, count] : tally) out[reason] = count;
  return out;
}

json::array to_json(const std::vector<Finding>& findings) {
  json::array out;
  for (const auto& one : findings) {
    json::object each{{"trace", one.entry_id}, {"space", one.space}, {"at", kernel::to_rfc3339(one.at)}, {"action", one.action}, {"reason", one.reason}};
    if (!one.who.empty()) each["who"] = one.who;
    out.push_back(std::move(each));
  }
  return out;
}

}  // namespace

std::string day_text(std::int64_t day) { return kernel::to_text(kernel::Date{1970, 1, 1}.plus_days(static_cast<int>(day))); }

std::string to_text(const Report& report) {
  std::string text = fmt::format("du {} au {} : {} traces\n{}\n", day_text(report.period.from_day), day_text(report.period.to_day - 1), report.traces, scope);
  text += table("justifiées", report.justified);
  text += table("hors question d'accès", report.no_question);
  text += table("indécidables, le registre ne garde pas son passé", report.undecided);
  text += table("non justifiées", report.unjustified);
  text += list("non justifiées, une par une", report.findings);
  text += list("indécidables, une par une", report.undecided_findings);
  text += fmt::format("clés ouvertes pour lire : {}, traces de lecture : {}\nclés ouvertes pour écrire : {}, traces d'écriture : {}\n",
                      report.opened, report.opening_traces, report.opened_writing, report.writing_traces);
  for (const auto& one : report.excesses)
    text += fmt::format("  clé ouverte sans trace : le {}, groupe d'espaces {}, {} ouvertures pour {} traces\n", day_text(one.day), one.part, one.opened, one.traced);
  text += advice_for(report);
  text += report.clean() ? "rien n'est sans justification\n" : "des accès sont sans justification\n";
  return text;
}

json::object to_json(const Report& report) {
  json::array excesses;
  for (const auto& one : report.excesses)
    excesses.push_back(json::object{{"day", day_text(one.day)}, {"part", one.part}, {"opened", one.opened}, {"traced", one.traced}});
  return {{"from", day_text(report.period.from_day)},
          {"to", day_text(report.period.to_day)},
          {"judged", "space"},  // not the single item
          {"traces", report.traces},
          {"justified", to_json(report.justified)},
          {"no_question", to_json(report.no_question)},
          {"undecided", to_json(report.undecided)},
          {"unjustified", to_json(report.unjustified)},
          {"unjustified_traces", to_json(report.findings)},
          {"undecided_traces", to_json(report.undecided_findings)},
          {"keys", json::object{{"opened_to_read", report.opened}, {"reading_traces", report.opening_traces},
                                {"opened_to_write", report.opened_writing}, {"writing_traces", report.writing_traces},
                                {"opened_without_trace", std::move(excesses)}}},
          {"clean", report.clean()}};
}

}  // namespace carnet::auditor
