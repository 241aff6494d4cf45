// Messages that people forward: what of them is judged, whom an answer may be sent to, and what it says.
#include "vigilance/forwarded.hpp"

#include <gmock/gmock.h>

#include "foundation/io/entropy.hpp"
#include "standards/mail/authentication.hpp"
#include "vigilance/testing/engine_case.hpp"

namespace carnet::vigilance {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string lure = "Assurance Maladie : votre carte Vitale expire. Remplissez le formulaire : https://ameli-carte-vitale-renouvellement.example.net/fr\r\n";
const std::string lure_mail = "From: AMELI <info@ameli-support.example>\r\nTo: x@example.fr\r\nSubject: Carte Vitale\r\n\r\n" + lure;

std::string letter(const std::string& fields, const std::string& body) {
  return "From: Anne <anne@example.fr>\r\nTo: check@example.org\r\nSubject: Fwd: ?\r\nMessage-ID: <1@example.fr>\r\n" + fields + "\r\n" + body;
}
std::string carrying(const std::string& original, const std::string& beside = "Est-ce une arnaque ?") {
  const auto line = "--b" + std::to_string(original.size());
  return letter("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=" + line.substr(2) + "\r\n",
                line + "\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + beside + "\r\n" + line + "\r\nContent-Type: message/rfc822\r\n\r\n" + original + "\r\n" + line + "--\r\n");
}
Judgement told(const std::string& mail, const mail::Resolver* keys = nullptr) {
  auto judged = judge_forwarded(test_engine(), kernel::as_bytes(mail), test_now, Campaigns(), [](Message&) {}, keys);
  EXPECT_TRUE(judged) << (judged ? "" : judged.error().code);
  return judged.value_or(Judgement());
}
mail::Message read(const std::string& mail) { return *mail::parse(kernel::as_bytes(mail)); }

TEST(Forwarded, TheTextBelowTheMarkIsJudgedNotTheQuestionAbove) {
  const std::string text = "Content-Type: text/plain; charset=utf-8\r\n";
  for (const std::string& body : {
           "Bonjour, est-ce une arnaque ?\r\n\r\n---------- Forwarded message ---------\r\nDe : AMELI <info@x.example>\r\nDate: lun. 3 mai 2022\r\nSubject: Carte Vitale\r\nTo: <a@b.fr>\r\n\r\n" + lure,
           "Qu'en pensez-vous ?\r\n\r\nD\xC3\xA9" "but du message r\xC3\xA9" "exp\xC3\xA9" "di\xC3\xA9 :\r\n\r\n> De: AMELI\r\n> Objet: Carte Vitale\r\n>\r\n> " + lure,
           "Est-ce une arnaque ?\r\n\r\nDe : AMELI <info@x.example>\r\nEnvoy\xC3\xA9 : lundi 3 mai\r\nObjet : Carte Vitale\r\n\r\n" + lure, lure}) {
    const auto judged = told(letter(text, body));
    EXPECT_EQ(judged.verdict, Verdict::scam) << body;
    EXPECT_THAT(judged.shown, Not(HasSubstr("pensez-vous")));
  }
  const auto message = forwarded_text(read(letter(text, "---------- Forwarded message ---------\r\nDe : AMELI <info@x.example>\r\nObjet : Carte\r\n\r\nTexte")));
  EXPECT_EQ(message.sender, "AMELI <info@x.example>");
  EXPECT_EQ(message.subject, "Carte");
  EXPECT_EQ(message.content, "Texte\n");
}

TEST(Forwarded, WhereALinkOfAPageLeadsIsJudgedToo) {
  const auto judged = told(letter("Content-Type: text/html; charset=utf-8\r\n", "<p>Assurance Maladie : votre carte Vitale expire. <a href='https://ameli-renouvellement.example.net/fr'>Cliquez ici</a> pour la suite.</p>"));
  EXPECT_EQ(judged.verdict, Verdict::scam);
  EXPECT_THAT(judged.shown, HasSubstr("Cliquez ici <https://ameli-renouvellement.example.net/fr> pour"));
}

TEST(Forwarded, ACarriedMessageIsJudgedByItself) {
  EXPECT_EQ(told(carrying(lure_mail)).verdict, Verdict::scam);
  EXPECT_EQ(told(carrying(carrying(lure_mail, "Regarde"))).verdict, Verdict::scam) << "however deep";
  EXPECT_EQ(told(carrying("From: Paul <paul@example.fr>\r\nSubject: Repas\r\n\r\nOn mange ensemble dimanche ?\r\n")).verdict, Verdict::unknown);
}

class ForwardedOfficial : public ::testing::Test {
 protected:
  // A lure that carries a true message must not borrow its proof.
  std::string notice() const {
    const std::string mail = "From: assurance-maladie@info.ameli.fr\r\nTo: anne@example.fr\r\nSubject: Votre service Mon espace sant=?utf-8?Q?=C3=A9?= a =?utf-8?Q?=C3=A9t=C3=A9_cr=C3=A9=C3=A9?=\r\nDate: Tue, 31 May 2022 10:00:00 +0200\r\n\r\nBonjour\r\n";
    return *mail::sign(kernel::as_bytes(mail), key_, {"info.ameli.fr", "s1", std::nullopt}, test_now) + mail;
  }
  // The record that publishes an Ed25519 key (RFC 8463): the last 32 bytes of its public form.
  std::string record() const {
    const auto pem = key_.public_pem();
    std::string body;
    for (std::size_t at = pem.find('\n') + 1; at < pem.find("-----END"); ++at)
      if (pem[at] != '\n') body += pem[at];
    const auto der = *kernel::from_base64(body);
    return "s1._domainkey.info.ameli.fr. IN TXT \"v=DKIM1; k=ed25519; p=" + kernel::to_base64(kernel::ByteView(der).last(32)) + "\"\n";
  }
  io::SeededEntropy entropy_{3};
  crypto::SigningKey key_ = crypto::SigningKey::generate_ed25519(entropy_);
  mail::ZoneFile zone_ = *mail::ZoneFile::parse(record(), ".");
};

TEST_F(ForwardedOfficial, VIG_1_OnlyOneThatStandsAlone) {
  EXPECT_EQ(told(carrying(notice()), &zone_).verdict, Verdict::official);
  EXPECT_EQ(told(carrying(notice())).verdict, Verdict::unknown) << "without its key nothing is proved";
  EXPECT_NE(told(carrying(carrying(notice(), "Transmis")), &zone_).verdict, Verdict::official);
  EXPECT_NE(told(notice(), &zone_).verdict, Verdict::official) << "sent on as it stands it is somebody's text";
}

TEST(Forwarded, NobodyAnswersAMachine) {
  const std::vector<std::string> own{"check@example.org"};
  const auto may = [&](const std::string& fields, std::string_view from) { return may_be_answered(read(letter(fields, "a")), from, own); };
  EXPECT_TRUE(may("", "anne@example.fr"));
  EXPECT_TRUE(may("Auto-Submitted: no\r\n", "anne@example.fr"));
  for (const char* fields : {"Auto-Submitted: auto-replied\r\n", "Auto-Submitted: auto-generated; x\r\n", "List-Id: <l.example.fr>\r\n", "List-Unsubscribe: <mailto:a@b.fr>\r\n",
                             "Precedence: bulk\r\n", "X-Auto-Response-Suppress: All\r\n"})
    EXPECT_FALSE(may(fields, "anne@example.fr")) << fields;
  for (const char* from : {"", "MAILER-DAEMON@example.fr", "owner-l@example.fr", "l-request@example.fr", "noreply@example.fr", "Check@Example.org", "root"})
    EXPECT_FALSE(may("", from)) << from;
}

TEST(Forwarded, TheAnswerHasTheWordsOfThePageAndNothingLive) {
  const auto mail = answer_mail(test_engine(), told(letter("", lure)), {"check@example.org", "anne@example.fr", "1@example.fr", "abc", test_now});
  const auto parsed = read(mail);
  EXPECT_EQ(parsed.from.front().mailbox, "check@example.org");
  EXPECT_EQ(parsed.to.front().mailbox, "anne@example.fr");
  EXPECT_EQ(parsed.field("Auto-Submitted")->unfolded(), "auto-replied");
  EXPECT_EQ(parsed.field("In-Reply-To")->unfolded(), "<1@example.fr>");
  EXPECT_EQ(parsed.field("Date")->unfolded(), "Tue, 31 May 2022 12:26:40 +0000");
  const auto text = parsed.visible_text();
  EXPECT_THAT(text, HasSubstr("C'est une arnaque. Ne r\xC3\xA9pondez pas.\n\nSignalez-la"));
  EXPECT_THAT(text, HasSubstr("renouvellement[.]example[.]net"));
  EXPECT_THAT(text, Not(HasSubstr("example.net")));
  EXPECT_THAT(answer_mail(test_engine(), Judgement(), {"c@example.org", "a@example.fr", "x>\r\nBcc: b@example.fr", "abc", test_now}), Not(HasSubstr("Bcc")));
}

}  // namespace
}  // namespace carnet::vigilance
