// What a reason means and what to do about it, for who reads the report.
#include <array>
#include <utility>

#include "apps/auditor/auditing.hpp"

namespace carnet::auditor {
namespace {

// The code stays in the report beside these words: programs go by it.
constexpr auto meanings = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"access.no_relation", "aucun lien avec la personne à cet instant : ni équipe de soins, ni médecin traitant, ni accord"},
    {"access.not_own_act", "seul le médecin traitant relit les traces des autres"},
    {"access.blocked", "la personne avait bloqué ce professionnel"},
    {"access.emergency_refused", "la personne avait refusé les accès en urgence de ce mode"},
    {"access.reason_needed", "accès en urgence sans raison écrite"},
    {"access.no_professional", "un logiciel a lu sans professionnel identifié"},
    {"access.not_for_software", "un logiciel a fait ce qui n'est qu'à une personne"},
    {"access.states_only", "qui ne voit que l'état des espaces a lu un contenu"},
    {"access.never", "assureur, employeur ou banque : jamais, même avec l'accord de la personne"},
    {"access.occupational", "médecin du travail sans l'accord personnel"},
    {"access.no_catalogue", "application que la personne n'a pas appariée"},
    {"access.out_of_scope", "hors de ce qui avait été confié à cet aidant ou à cette application"},
    {"access.never_for_carers", "jamais pour un aidant"},
    {"access.majority", "le mineur a 18 ans : ses parents ne voient plus rien"},
    {"access.judge_decided", "une décision de justice avait mis fin à cet accès"},
    {"access.minor_too_young", "enfant trop jeune pour lire seul"},
    {"access.agreement_awaited", "mineur dont aucun parent n'a donné son accord"},
    {"access.assistance_only", "assistance seule : rien sans la personne protégée"},
    {"access.frozen", "la personne avait tout arrêté"},
    {"access.dead", "la personne était décédée"},
    {"access.state_refuses_reading", "aucun professionnel ne lit un espace dans cet état (fermé, archivé, refusé...)"},
    {"access.state_refuses_holder", "cet espace ne se lisait pas en ligne dans cet état"},
    {"access.state_refuses_deposit", "cet espace ne recevait pas de document dans cet état"},
    {"access.objected", "la personne s'était opposée à ces dépôts"},
    {"access.not_recorded", "il avait été demandé que l'acte ne soit pas enregistré"},
    {"audit.actor_unknown", "la trace nomme quelqu'un que le registre ne connaît pas"},
    {"audit.person_unknown", "la trace est d'un espace dont le registre ne connaît pas la personne"},
    {"trace.body_unreadable", "la trace ne s'ouvre plus : sa ligne a été changée dans le journal, ou la clé n'est pas celle de ce journal"},
    {"trace.hash_differs", "la trace n'est plus ce que dit son empreinte : elle a été changée dans le journal"},
    {"trace.not_in_chain", "la trace ne suit pas la précédente : une ligne du journal a été ôtée, ajoutée ou déplacée"},
});

bool some(const Report::Tally& tally, std::string_view prefix) {
  for (const auto& [reason, count] : tally)
    if (count > 0 && reason.starts_with(prefix)) return true;
  return false;
}

}  // namespace

std::string_view meaning_of(std::string_view reason) {
  for (const auto& [code, words] : meanings)
    if (code == reason) return words;
  return {};
}

std::string advice_for(const Report& report) {
  std::string text;
  if (report.clean()) return text;
  text = "que faire\n";
  if (some(report.unjustified, "access.") || some(report.unjustified, "audit."))
    text += "  accès non justifié : relancez avec --who, qui dit quel professionnel ou logiciel ; demandez-lui pourquoi,\n"
            "    prévenez la personne (elle voit cet accès, à cette heure, dans « Qui a consulté mon dossier ») et le délégué à la protection des données (72 h)\n";
  if (some(report.unjustified, "trace."))
    text += "  trace changée ou ôtée : n'écrivez plus dans ce journal, gardez-en une copie, comparez-la à la dernière sauvegarde ;\n"
            "    l'extrait de la personne, vérifié contre le scellé du témoin (carnet audit verify), dit ce qui y était\n";
  if (!report.excesses.empty())
    text += "  clé ouverte sans trace : quelqu'un a lu sans passer par le service ; cherchez ce jour-là, sur les machines qui tiennent la clé maîtresse,\n"
            "    les programmes et les connexions d'exploitants ; un groupe est un 1 024e des espaces, donné pour comparer d'un jour à l'autre\n";
  return text;
}

}  // namespace carnet::auditor
