#include "vigilance/exercise.hpp"

#include <algorithm>
#include <array>

namespace carnet::vigilance {
namespace {

constexpr std::array all{
    Lesson{"vitale", "sms", "38 200", "",
           "Assurance Maladie : votre nouvelle carte Vitale est disponible. Remplissez le formulaire pour continuer a etre couvert : https://carte-vitale-renouvellement.example.net", true},
    Lesson{"rendez-vous", "sms", "Cabinet", "", "Rappel : rendez-vous avec le Dr Roussel demain à 9 h 15, 4 rue des Tilleuls. Pour annuler, appelez le cabinet.", false},
    Lesson{"colis", "sms", "06 00 00 00 00", "", "La Poste : votre colis est en attente. Des frais de 1,99 EUR restent a payer sous 24h : http://laposte-suivi-colis.example.org/payer", true},
    Lesson{"ecole", "email", "", "Sortie du 12 décembre",
           "Bonjour, la sortie au musée aura lieu le 12 décembre. Merci de rendre l'autorisation signée à l'enseignante avant vendredi. Le pique-nique est fourni par l'école.", false},
    Lesson{"amende", "sms", "Infos", "", "ANTAI : une amende de 35 EUR est impayee. Sans reglement aujourd'hui elle sera majoree a 135 EUR : https://antai-amende-gouv.example.com", true},
    Lesson{"conseiller", "sms", "Banque", "", "Un achat de 849 EUR est en attente. Si ce n'est pas vous, rappelez vite votre conseiller au 08 99 00 00 00.", true},
    Lesson{"pharmacie", "sms", "Pharmacie", "", "Votre ordonnance est prête. Pensez à votre carte Vitale, vous pourrez la mettre à jour à la borne de la pharmacie.", false},
    Lesson{"maman", "sms", "07 00 00 00 00", "", "Coucou maman, mon telephone est casse, c'est mon nouveau numero. Ecris moi sur WhatsApp, c'est urgent, j'ai besoin que tu fasses un virement.", true},
};

}  // namespace

std::span<const Lesson> lessons() { return all; }

const Lesson* lesson(std::string_view id) {
  const auto found = std::ranges::find_if(all, [id](const Lesson& one) { return one.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace carnet::vigilance
