#include <gmock/gmock.h>

#include "foundation/io/files.hpp"
#include "vigilance/testing/engine_case.hpp"

namespace carnet::vigilance {
namespace {

using ::testing::HasSubstr;

std::string first_code(const Judgement& judgement) {
  return judgement.reasons.empty() ? "" : std::string(code_of(judgement.reasons.front().sign));
}
bool has(const Judgement& judgement, Sign sign) {
  for (const auto& reason : judgement.reasons)
    if (reason.sign == sign) return true;
  return false;
}

TEST(Vigilance, VIG_2_ScamOnHardEvidenceOfIdentity) {
  EXPECT_EQ(verdict("Ameli : votre nouvelle carte Vitale est disponible, remplissez https://ameli-vitale-maj.com"), "scam");
  EXPECT_EQ(verdict("AMELI : renouvelez votre carte vitale ici : http://dossier-fr.info/x"), "scam");
  EXPECT_EQ(verdict("Assurance Maladie : pour recevoir votre remboursement, communiquez votre RIB par retour de SMS"), "scam");
  EXPECT_EQ(verdict("Votre carte vitale expire, renouvelez-la : bit.ly/3xKq9", "AMELI"), "scam");
  EXPECT_EQ(verdict("CPAM : rappelez le 0899 12 34 56 pour votre dossier"), "scam");
}

TEST(Vigilance, VIG_3_SuspiciousOnWeakerSigns) {
  EXPECT_EQ(verdict("Votre colis est retenu, réglez 1,99 € de frais : suivi-colis-fr.xyz"), "suspicious");
  EXPECT_EQ(verdict("Coucou maman j'ai cassé mon téléphone, écris moi sur WhatsApp au 07 57 91 23 45"), "suspicious");
  EXPECT_EQ(verdict("ANTAI : amende impayée, payez sous 48h https://regler-amende.top"), "suspicious");
  EXPECT_EQ(verdict("0 899 12 34 56"), "suspicious");
}

Message letter(std::string_view from, std::string_view subject, std::string_view html) {
  Message message;
  message.form = Message::Form::email;
  message.content = "From: " + std::string(from) + "\r\nSubject: " + std::string(subject) + "\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + std::string(html) + "\r\n";
  return message;
}
// Who signs as an organisation from a domain of their own has no site of their own either; the organisation itself does.
TEST(Vigilance, VIG_3_ASiteIsNotOnesOwnUnderAnotherName) {
  const std::string words = "<p>Nous n'avons pas pu traiter votre dernier paiement. Votre compte sera suspendu. Confirmez votre carte bancaire.</p>";
  EXPECT_EQ(test_engine().judge(letter("Netflix <info@mailer-abonnement.com>", "Abonnement suspendu", words + "<a href=\"https://mailer-abonnement.com/x\">Mettre a jour</a>"), test_now)->verdict, Verdict::suspicious);
  EXPECT_EQ(test_engine().judge(letter("Netflix <info@account.netflix.com>", "Abonnement suspendu", words + "<a href=\"https://www.netflix.com/x\">Mettre a jour</a>"), test_now)->verdict, Verdict::unknown);
  const auto shown = test_engine().judge(letter("Service <a@finances-x.net>", "Remboursement", "<p>Demandez votre remboursement.</p><a href=\"https://finances-x.net/r\">www.impots.gouv.fr/r</a>"), test_now);
  EXPECT_TRUE(has(*shown, Sign::link_text_differs));
}
// A premium number in a short text counts without a verb to call; with its price told, or as six figures of a code, it does not.
TEST(Vigilance, VIG_3_PremiumNumbersWithoutAVerb) {
  EXPECT_EQ(verdict("Cher client votre colis doit être dédouané. Plus d'info au 0 899 12 34 56"), "suspicious");
  EXPECT_EQ(verdict("Horaires des bus au 0 892 12 34 56 (0,40 €/min)"), "unknown");
  EXPECT_EQ(verdict("Votre code de connexion est 118274. Ne le donnez à personne."), "unknown");
}
// Noise is refused, and a megabyte of letters one by one is read in passing.
TEST(Vigilance, NoiseIsRefusedAndLettersApartAreReadOnce) {
  Message noise;
  for (int i = 0; i < 4096; ++i) noise.content += static_cast<char>(128 + (i * 37) % 127);
  EXPECT_FALSE(test_engine().judge(noise, test_now));
  Message apart;
  while (apart.content.size() < 200'000) apart.content += "a m e l i - ";
  EXPECT_TRUE(test_engine().judge(apart, test_now));
  apart.content.resize(max_text_bytes + 1, 'a');
  EXPECT_FALSE(test_engine().judge(apart, test_now));
}
// Its own site and a firm's number: the words of a reminder alone do not make it a lure.
TEST(Vigilance, VIG_3_RemindersThatLeadHome) {
  EXPECT_EQ(verdict("EDF - sauf erreur votre facture de 376,76 EUR reste impayée. Merci de régler sous 15 jours sur edf.fr ou au 09 70 83 33 33 pour éviter la coupure."), "unknown");
  EXPECT_EQ(verdict("Microsoft : utilisez 667120 comme code de sécurité pour le compte ca****@outlook.fr"), "unknown");
}

// VIG-1, VIG-4. What a crook can print.
TEST(Vigilance, AReferenceInATextProvesNothing) {
  EXPECT_EQ(references_in("Référence de ce message : C7QM-2W9F"), (std::vector<std::string>{"C7QM-2W9F"}));
  EXPECT_EQ(references_in("Réf. 0000-0000 et Réf. AAAA-BBBB."), (std::vector<std::string>{"0000-0000", "AAAA-BBBB"}));
  for (const auto* text : {"0612-3456", "Ref 2024-03-12", "Réf. ABCD-EFGHI", "Référence : -C7QM2W9F", "Réf. C7QM-", "-"}) EXPECT_TRUE(references_in(text).empty()) << text;
  EXPECT_EQ(verdict("Mon espace santé : votre espace est rouvert. Réf. C7QM-2W9F"), "unknown");
  EXPECT_EQ(first_code(judged("Mon espace santé : votre espace est rouvert. Réf. C7QM-2W9F")), "reference_printed");
  EXPECT_EQ(verdict("Ameli : carte Vitale expirée, renouvelez sur https://ameli-renouv.com Réf. C7QM-2W9F"), "scam");
  Message mail;
  mail.form = Message::Form::email;
  mail.content = "From: Service <a@courriel.example>\r\nSubject: Votre espace\r\n\r\nBonjour.\r\nRéférence de ce message : C7QM-2W9F\r\n";
  mail.reference_bound = Date{2022, 5, 30};
  EXPECT_NE(test_engine().judge(mail, test_now)->verdict, Verdict::official) << "a mail holds more than its words";
}

TEST(Vigilance, VIG_4_NeverSafeOnContentAlone) {
  EXPECT_EQ(verdict("Assurance Maladie : votre attestation est dans votre compte sur ameli.fr", "assurance-maladie@info.ameli.fr"), "unknown");
  EXPECT_EQ(verdict("monespacesante.fr"), "unknown");
  EXPECT_EQ(first_code(judged("monespacesante.fr")), "official_host");
}

TEST(Vigilance, AMentionIsNotAClaim) {
  EXPECT_EQ(verdict("Rappel : RDV Dr Martin lundi. Pensez à votre carte Vitale. Pour annuler : https://cabinet-martin.fr"), "unknown");
  EXPECT_EQ(verdict("Votre ordonnance est prête. Mettez à jour votre carte Vitale à la borne de la pharmacie. pharmacie-halles.fr"), "unknown");
  EXPECT_EQ(verdict("Bonjour, M. Vitale vous attend mardi. Contact : contact@cabinet-vitale.fr"), "unknown");
}

TEST(Vigilance, HereIsNotABank) {
  for (const auto& reason : judged("Votre colis attend. Reprogrammez ici : https://mon-relais-livraison.info").reasons) EXPECT_EQ(reason.name, "");
}

TEST(Vigilance, WhatTheInsurerAloneDecidesSpeaksForIt) {
  EXPECT_EQ(verdict("Votre droit au tiers payant prend fin ce mois-ci. Pour le conserver : https://tiers-payant-fin.com"), "scam");
  EXPECT_NE(verdict("Pharmacie Dupont : votre attestation de droits n'est plus à jour, apportez-la à votre passage. https://pharmacie-dupont.fr"), "scam");
  EXPECT_EQ(verdict("Bonjour, je suis Paul, de la CPAM. Pouvez-vous me communiquer par SMS votre numéro de carte bancaire ?"), "scam");
  EXPECT_EQ(verdict("BVA pour l'Assurance Maladie : votre avis sur votre appel. Répondez : https://enquetes.exemple-sondage.fr/am"), "unknown");
}

TEST(Vigilance, AnsweringTheMessageItselfIsAWayToBeLed) {
  EXPECT_EQ(verdict("Votre carte Vitale sera désactivée sous 24h. Répondez à ce SMS par OUI pour recevoir le lien."), "suspicious");
  EXPECT_EQ(verdict("Sécurité sociale : photographiez votre pièce d'identité et envoyez-la à ce numéro pour mettre à jour vos droits."), "suspicious");
  EXPECT_EQ(verdict("Bonjour, je suis du service fraude. Un coursier va passer récupérer votre carte bancaire, donnez-lui aussi le code."), "suspicious");
  EXPECT_EQ(verdict("Enregistrez votre carte sur le téléphone avec FranceConnect avant le 30 juin : https://fc-identite.app"), "suspicious");
  EXPECT_EQ(verdict("Gendarmerie : une infraction vous vaut une procédure. Écrivez sous 72h à brigade.mineurs@proton.me pour éviter les poursuites pénales"), "suspicious");
  EXPECT_EQ(verdict("Dr Leroy, dentiste : RDV demain 15h30. Répondez OUI pour confirmer ou NON pour annuler."), "unknown");
  EXPECT_EQ(verdict("Assurance Maladie : il manque une photo pour votre carte Vitale. Envoyez-la depuis votre compte ameli."), "unknown");
}

TEST(Vigilance, LinksCutByALineGoOn) {
  EXPECT_EQ(verdict("Rendez-vous sur dossier-am\neli.online/a avant demain."), "scam");
  EXPECT_EQ(verdict("Rendez-vous sur dossier-ameli.onli\nne/a avant demain."), "scam");
  EXPECT_EQ(verdict("Rendez-vous sur https://compte.am\neli-droits.info/login"), "scam");
  EXPECT_NE(verdict("Tout sur votre carte-vitale\nameli.fr/assure"), "scam");
  EXPECT_EQ(verdict("Rendez-vous sur carte-vit ale-droits.info/c"), "scam");
  EXPECT_NE(verdict("Pensez à votre carte-vitale ameli.fr/assure"), "scam");
  EXPECT_NE(verdict("Rendez-vous sur vitale-plomberie.fr"), "scam");
  const std::string ask = "Assurance Maladie : votre carte Vitale expire. Mettez à jour vos informations : ";
  for (const char* link : {"www.ameli-fr.supp\nort/renouveler-carte", "vital\n> e-renouvellement.net/fr", "https:/\n/ameli-carte-vitale.com/a", "https:/\n> /ameli-carte-vitale.com/a", "www.car\nte-vita\nle-droits.info/x", "ameli-fr.sup=\nport/fr",
                           "www.ameli-carte-vitale \n.com/login", "www.mon-compte-ameli\n\n.online/a",
                           "https://ca\nrte-vi\ntale-dr\noits.info/x", "https://carte-vi<br>\ntale-dr<br>\noits.info/x", "https://carte-vi=\ntale-dr=\noits.info/x"})
    EXPECT_EQ(verdict(ask + link), "scam") << link;
  for (const char* text : {"Votre attestation est sur votre compte ameli\nameli.fr", "Pour en savoir plus : www.service-public.fr\nameli.fr", "Rendez-vous sur monespacesante.\nfr/connexion",
                           "Plus d'informations sur assurance-\nmaladie.ameli.fr", "Bonjour,\nvotre ordonnance est prête : pharmacie-halles.fr\nvitale-et-mutuelle acceptées"})
    EXPECT_NE(verdict(text), "scam") << text;
}

TEST(Vigilance, WhereACodeInAPictureLeadsIsJudged) {
  Message message;
  message.form = Message::Form::email;
  message.content = "From: Service <a@courriel.example>\r\nSubject: Votre carte\r\n\r\nAssurance Maladie : votre carte Vitale expire. Scannez le code pour la renouveler.\r\n";
  EXPECT_NE(test_engine().judge(message, test_now)->verdict, Verdict::scam);
  message.codes = {"https://ameli-renouvellement.info/r"};
  EXPECT_EQ(test_engine().judge(message, test_now)->verdict, Verdict::scam);
}

TEST(Vigilance, VIG_6_QuotingIsNotDoing) {
  EXPECT_NE(verdict("Est-ce une arnaque ? J'ai reçu : « Ameli : votre carte vitale expire, renouvelez sur https://ameli-renouv.com »"), "scam");
  EXPECT_EQ(verdict("L'Assurance Maladie ne vous demandera jamais :\n- vos coordonnées bancaires ;\n- votre mot de passe."), "unknown");
  EXPECT_NE(verdict("Des escrocs envoient de faux SMS au nom d'Ameli. « Votre carte Vitale expire, réglez 0,99 € sur ameli-x.com », dit le message. "
                    "Les victimes perdent des milliers d'euros. Signalez au 33700."),
            "scam");
}

TEST(Vigilance, SpansPointAtTheDecidingWords) {
  const auto judgement = judged("Bonjour é, AMELI : carte vitale expirée http://ameli-é-renouv.com/x");
  ASSERT_EQ(judgement.verdict, Verdict::scam);
  for (const auto& reason : judgement.reasons)
    for (const auto& span : reason.spans) {
      ASSERT_LE(span.begin, span.end);
      ASSERT_LE(span.end, judgement.shown.size());
    }
  EXPECT_THAT(judgement.shown.substr(judgement.reasons.front().spans.front().begin), HasSubstr("renouv.com"));
}

TEST(Vigilance, DisguisesKeepTheVerdict) {
  for (const std::string text : {"A\u200BM\u200BELI : votre ca\u200Brte vitale expire https://ameli-maj.com", "АМЕLI : votre сarte vitаle expire hxxps://ameli-maj[.]com",
                                 "𝐀𝐌𝐄𝐋𝐈 : votre carte vitale expire https://ameli.fr@dossier-x.com/", "ArneIi : votre carte v1tale expire http://ame1i-maj.com",
                                 "Ameli : votre carte vitale expire https://ameli-\nmaj.com/x", "A.M.E.L.I : votre carte vitale expire ameli-maj (dot) com"})
    EXPECT_EQ(verdict(text), "scam") << text;
}

TEST(Vigilance, VIG_5_TheSameInputGivesTheSameAnswer) {
  const std::string text = "Votre colis est retenu, réglez 1,99 € : suivi-colis-fr.xyz";
  const auto once = judged(text), again = judged(text);
  EXPECT_EQ(once.weight, again.weight);
  EXPECT_EQ(once.print, again.print);
  EXPECT_EQ(test_engine().answer(once).text(), test_engine().answer(again).text());
}

TEST(Vigilance, AnAnswerHasAtMostSixtyWordsAndNoLiveLink) {
  for (const std::string text : {"AMELI : carte vitale expirée, https://ameli-renouv.com", "Votre colis : suivi-colis-fr.xyz payez 2 €", "Bonjour", "0899123456"}) {
    const auto answer = test_engine().answer(judged(text));
    const auto all = answer.verdict + " " + answer.action + " " + answer.reason;
    EXPECT_LE(std::count(all.begin(), all.end(), ' '), 59) << all;
    EXPECT_EQ(all.find("http"), std::string::npos);
    EXPECT_FALSE(answer.action.empty());
  }
}

TEST(Vigilance, LikeTheTrueNoticeAddsTheDeadline) {
  const auto judgement = judged("Mon espace santé : votre code provisoire est K7QM 2W9F 4TXA, valable jusqu'au 14 mars. Ne le donnez à personne. Réf. C7QM-2W9F");
  EXPECT_EQ(judgement.verdict, Verdict::unknown);
  EXPECT_THAT(test_engine().answer(judgement).deadline, HasSubstr("3422"));
}

TEST(Vigilance, AConfirmedCampaignIsRecognisedWithOtherNumbersAndLinks) {
  const auto seen = judged("Bonjour Anne, la régie vous rembourse la consigne de votre abonnement aquatique, passez au guichet bleu avant le 12 avec a-b.fr");
  const Campaigns campaigns({{seen.print, "guichet-bleu"}});
  const auto message = message_of("Bonjour Anne, la régie vous rembourse la consigne de votre abonnement aquatique, passez au guichet bleu avant le 27 avec c-d.fr");
  const auto judgement = *test_engine().judge(message, test_now, campaigns);
  EXPECT_EQ(judgement.verdict, Verdict::scam);
  EXPECT_EQ(first_code(judgement), "confirmed_campaign");
  EXPECT_EQ(test_engine().judge(message_of("Bonjour Paul, on se voit demain au marché pour acheter les légumes du potager ?"), test_now, campaigns)->verdict, Verdict::unknown);
}

TEST(Vigilance, CoarseTellsNoDetail) {
  const auto told = coarse(judged("AMELI : carte vitale expirée, https://ameli-renouv.com"));
  EXPECT_EQ(told.verdict, Verdict::scam);
  ASSERT_EQ(told.reasons.size(), 1U);
  EXPECT_TRUE(told.reasons.front().subject.empty());
  EXPECT_TRUE(told.reasons.front().spans.empty());
  EXPECT_TRUE(told.shown.empty());
}

TEST(Vigilance, TicksAloneAreJudged) {
  Message message;
  message.ticks = {true, true, false};
  EXPECT_EQ(test_engine().judge(message, test_now)->verdict, Verdict::scam);
  message.ticks = {true, false, true};
  EXPECT_EQ(test_engine().judge(message, test_now)->verdict, Verdict::suspicious);
  message.ticks = {true, false, false};
  EXPECT_EQ(test_engine().judge(message, test_now)->verdict, Verdict::unknown);
}

TEST(Vigilance, NumbersAreJudgedByTheirDirectionAndDay) {
  auto message = message_of("01 87 52 00 70");
  message.received = Date{2022, 6, 1};
  EXPECT_TRUE(has(*test_engine().judge(message, test_now), Sign::they_call_only));
  message.received = Date{2024, 6, 1};
  EXPECT_FALSE(has(*test_engine().judge(message, test_now), Sign::they_call_only));
}

TEST(Vigilance, TooLargeAndBrokenBytesAreRefusedOrRead) {
  EXPECT_FALSE(test_engine().judge({Message::Form::text, std::string(max_message_bytes + 1, 'a')}, test_now));
  EXPECT_TRUE(test_engine().judge({Message::Form::text, std::string("\xFF\xFE\xC0 Ameli \x80", 12)}, test_now));
  EXPECT_FALSE(test_engine().judge({Message::Form::email, std::string(2000, '\0')}, test_now));
}

// A message of the listed sender, signed by a key the facts do not hold: the resolver gives it.
class Signed : public ::testing::Test {
 protected:
  Signed() : key_(crypto::SigningKey::generate_ed25519(entropy_)) {
    const auto pem = key_.public_pem();
    std::string body;
    for (std::size_t at = pem.find('\n') + 1; at < pem.find("-----END"); ++at)
      if (pem[at] != '\n') body += pem[at];
    const auto der = *kernel::from_base64(body);
    const auto raw = kernel::to_base64(kernel::ByteView(der).last(32));
    zone_.emplace(*mail::ZoneFile::parse("s1._domainkey.info.ameli.fr. IN TXT \"v=DKIM1; k=ed25519; p=" + raw + "\"\n", "."));
  }
  std::string sign(const std::string& mail, const std::string& domain = "info.ameli.fr") const {
    return *mail::sign(kernel::as_bytes(mail), key_, {domain, "s1", std::nullopt}, test_now) + mail;
  }
  Verdict judge(const std::string& raw) const {
    return test_engine().judge({Message::Form::email, raw}, test_now, Campaigns(), &*zone_)->verdict;
  }
  static std::string notice(const std::string& from = "Assurance Maladie <assurance-maladie@info.ameli.fr>") {
    return "From: " + from + "\r\nTo: nadia@example.fr\r\nSubject: Information\r\nDate: Tue, 31 May 2022 12:00:00 +0200\r\nMIME-Version: 1.0\r\n"
           "Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour, votre espace est ouvert sur monespacesante.fr.\r\n";
  }
  io::SeededEntropy entropy_{5};
  crypto::SigningKey key_;
  std::optional<mail::ZoneFile> zone_;
};

TEST_F(Signed, VIG_1_OfficialOnlyOnProof) {
  EXPECT_EQ(judge(sign(notice())), Verdict::official);
  EXPECT_NE(judge(notice()), Verdict::official);
}
TEST_F(Signed, AChangeOrADoubledFieldIsNoProof) {
  auto changed = sign(notice());
  changed.replace(changed.find("ouvert"), 6, "ferme!");
  EXPECT_NE(judge(changed), Verdict::official);
  EXPECT_NE(judge("From: Autre <x@evil.example>\r\n" + sign(notice())), Verdict::official);
  EXPECT_NE(judge("Subject: Payez\r\n" + sign(notice())), Verdict::official);
  EXPECT_NE(judge(sign(notice("Assurance Maladie <contact@ameli-info.com>"))), Verdict::official);
  EXPECT_NE(judge(sign(notice("a@info.ameli.fr, assurance-maladie@info.ameli.fr"))), Verdict::official);
}

TEST(Facts, AChangedFileIsNotTheSignedOne) {
  char name[] = "/tmp/carnet-facts-XXXXXX";
  const std::filesystem::path copy = std::string(mkdtemp(name)) + "/f";
  std::filesystem::copy(facts_directory, copy);
  io::SeededEntropy entropy(9);
  ASSERT_TRUE(sign_facts(copy, crypto::SigningKey::generate_ed25519(entropy)));
  EXPECT_TRUE(Engine::load(copy));
  const auto bytes = *io::read_file(copy / "sites.tsv", 1 << 22);
  std::string text(kernel::as_text(bytes));
  text += "evil.example\tofficial\t\t2022-01-01\t\tme\n";
  ASSERT_TRUE(io::replace_file(copy / "sites.tsv", kernel::as_bytes(text), 0644));
  const auto refused = Engine::load(copy);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "vigilance.signature");
  std::filesystem::remove_all(copy.parent_path());
}
TEST(Facts, ThoseOfTheRepositoryAreSigned) { EXPECT_TRUE(Engine::load(facts_directory)); }

}  // namespace
}  // namespace carnet::vigilance
