#include "vigilance/testing/engine_case.hpp"
#include "vigilance/hosts.hpp"

namespace carnet::vigilance {
namespace {

using Kind = HostJudgement::Kind;
Kind kind_of(std::string_view host) { return test_engine().judge_host(host, {2022, 5, 31}).kind; }

TEST(Hosts, LookAlikesOfProtectedNames) {
  for (const auto* host : {"ameli-vitale.com", "ame1i-compte.fr", "arneli-sante.com", "renouvellement-cartevitale.info", "assurance-maladie-fr.com",
                           "mon-espace-sante-fr.com", "franceconnect-gouv.com", "ameli.fr.connexion-x.top", "ameli.web.app", "xn--meli-zna.fr", "cpam-remboursement.net",
                           "amelie-carte.fr", "ameliscurefr.com", "vitale-portail.fr",
                           // slips in long names, hyphens inside names, doubled letters, words not seen before
                           "caftevitale.fr", "securite-ociale.fr", "monespacesance-complementaire.services", "frranceconnect-traitement.info", "asseurance-maladie-prestation.click",
                           "am-eli-droits.xyz", "vit-ale-renouvellement.net", "cpa-m-verification.top", "ammeli.fr", "ame-li.com", "franceeconnect.info", "ccpam-aide.click", "mon-ameli-centre.com", "securite-sociale-famille.space", "viitale-demande.help", "affilie-vitale-citoyen.top",
                           // hyphens where none belongs, the card on a telephone, accents, lodgings that no public list knows
                           "fra-nceconnect.com", "assur-ancemaladie.org", "frnce-connect-aide.com", "assure-maladie-droits.fr", "assur-mal-compte.fr", "e-vitale-demande.fr",
                           "vitale2025.surge.sh", "xn--vtale-5sa.info", "xn--scurit-sociale-bkbf.fr", "ameliregistre.com", "vitale-caf.fr", "sms-vitale.fr",
                           "franceconnect-web.ru", "secu-reclamation.net", "amlei-compte.top"})
    EXPECT_EQ(kind_of(host), Kind::look_alike) << host;
}
TEST(Hosts, PeopleTownsAndOtherWordsAreNot) {
  for (const auto* host : {"amelie-les-bains.com", "camelia55.meuse.fr", "cabinet-vitale.fr", "marc-vitale.fr", "amelioration-habitat.fr", "amelie-photographe.fr",
                           "capital.fr", "assurance-maladie.ch", "espace-sante-lyon.fr", "wikipedia.org", "famelico.es", "vitalite-sante.fr", "secu-protect.fr",
                           "carte-vitalite.fr", "adels-contact.com", "pamela-assistance.fr", "cpam-consulting.com", "franceconnection.com", "amel-services.fr", "amelie-formation.fr", "marc-vitale-assistance.fr",
                           "chateau-ameli.fr", "lecteur-carte-vitale-pharmacie.fr", "franceconnexion-immo.fr", "securite-routiere.fr", "monespaceclient.fr",
                           "franceconcept.net", "energie-vitale.fr", "nutrition-vitale.fr", "amelis-services.com", "vitale-nutrition.fr", "studiovitale.it", "dmp-architectes.fr", "lecnam-inscription.net",
                           "vitale-plomberie.fr", "minimum-vital.fr", "secutel.fr", "ameliste.fr"})
    EXPECT_NE(kind_of(host), Kind::look_alike) << host;
}
// Nothing but the words of the insured, two of our names, a version of the card, a name spelt out, an office beside a first name.
TEST(Hosts, LookAlikesThatHoldNoWholeName) {
  for (const auto* host : {"macarte-v3.fr", "cartev-renouvellement.com", "vitale-v3.fr", "remboursement-sante-fr.com", "sante-mise-a-jour.com", "espace-assure-sante.fr",
                           "assure-sociale.info", "maladie-renouvellement.info", "caisse-maladie-primaire.com", "assurance-mal.com", "cnam-vitale.fr", "msa-maladie.com",
                           "a-m-e-l-i-connect.click", "ame1i2024.com", "amelicnx.fr", "ameliregularise.net", "ma-defense-vitale.com", "espacesante-v4.fr", "amelie-configuration.fr"})
    EXPECT_EQ(kind_of(host), Kind::look_alike) << host;
  for (const auto* host : {"mon-espace-danse.fr", "espace-sante-des-remparts.fr", "pharmacie-espace-sante.com", "mutuelle-sante-solidaire.fr", "association-maladies-rares.fr",
                           "carte-sante-mutuelle.fr", "videocardz.com", "livraison-pizza-vitale.com", "amelie-decoration.fr", "amelie-assistante-maternelle.fr", "vitalforme.com",
                           "xn--l3cg7a8a0cwa3f.com", "govdelivery.com", "amelimelo.fr", "ameliapoulain.fr"})
    EXPECT_NE(kind_of(host), Kind::look_alike) << host;
}
// "mondial-relay-suivi": hyphens inside another organisation's name; in letters of one other alphabet nothing is mixed.
TEST(Hosts, OtherOrganisationsAndOtherAlphabets) {
  for (const auto* host : {"mondial-relay-suivi.com", "antai-amende.com", "chronopost-colis-suivi.com"}) EXPECT_EQ(verdict(host), "suspicious") << host;
  for (const auto* host : {"xn--l3cg7a8a0cwa3f.com", "govdelivery.com", "wikipedia.org"}) EXPECT_EQ(verdict(host), "unknown") << host;
}
TEST(Hosts, TheOfficialOnesAreListedAndTheirDoublesAreNot) {
  EXPECT_EQ(kind_of("www.ameli.fr"), Kind::official);
  EXPECT_EQ(kind_of("assure.ameli.fr"), Kind::official);
  EXPECT_EQ(kind_of("ameli.fr"), Kind::official);
  EXPECT_EQ(kind_of("antai.gouv.fr"), Kind::known);
  EXPECT_EQ(kind_of("mairie.gouv.fr"), Kind::state);
  EXPECT_EQ(kind_of("аmeli.fr"), Kind::look_alike);  // Cyrillic
  EXPECT_EQ(kind_of("ameli.fr.evil.com"), Kind::look_alike);
  EXPECT_EQ(kind_of("192.168.1.10"), Kind::address);
  EXPECT_EQ(kind_of("0x7f000001"), Kind::address);
}
TEST(Hosts, RegistrableDomainsFollowTheListWithItsPrivateSection) {
  EXPECT_EQ(registrable_of("a.b.ameli.fr"), "ameli.fr");
  EXPECT_EQ(registrable_of("x.y.web.app"), "y.web.app");
  EXPECT_EQ(registrable_of("impots.gouv.fr"), "impots.gouv.fr");
  EXPECT_EQ(registrable_of("fr"), "");
}

}  // namespace
}  // namespace carnet::vigilance
