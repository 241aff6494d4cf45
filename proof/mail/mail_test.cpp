// A notice's e-mail through a real Postfix, read in the mailbox where its receiver would: NOT-1, NOT-4, NOT-7.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "notices/testing/notices_case.hpp"
#include "notices/testing/received_mail.hpp"
#include "proof/mail/postfix.hpp"

namespace carnet::proof {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using notices::Channel;
using notices::Delivery;
using notices::testing::read_mail;
using notices::testing::ReceivedMail;

const std::string nadia = "nadia.martin@courriel.example";

class MailTest : public notices::testing::NoticesCase {
 protected:
  void SetUp() override {
    if (const auto why = Postfix::missing()) GTEST_SKIP() << *why;
  }
  Postfix& start(Postfix::Options options) {
    postfix_ = std::make_unique<Postfix>(std::move(options));
    return *postfix_;
  }
  notices::Settings through_tls(const std::filesystem::path& authority) const {
    auto s = mail_settings(postfix_->url());
    s.smtp->require_tls = true;
    s.smtp->ca_file = authority.string();
    return s;
  }
  ReceivedMail only_mail(const std::string& address) const {
    postfix_->settle();
    const auto mails = postfix_->mailbox(address);
    EXPECT_EQ(mails.size(), 1U) << address << "\n" << postfix_->log();
    return mails.empty() ? ReceivedMail() : read_mail(mails.front());
  }
  void expect_none(const std::string& address) const {
    postfix_->settle();
    EXPECT_TRUE(postfix_->mailbox(address).empty());
  }
  static std::vector<std::string> addresses(int count) {
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) all.push_back(fmt::format("personne{}@courriel.example", i));
    return all;
  }
  // One announcement for each address, answered with its reference.
  std::vector<std::string> announce_to(const std::vector<std::string>& all) {
    std::vector<std::string> references;
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto notice = announcement(Channel::email);
      notice.to.person = kernel::PersonId(static_cast<std::int64_t>(100 + i));
      notice.to.address = all[i];
      const auto reference = send(notice);
      EXPECT_TRUE(reference);
      references.push_back(reference.value_or(""));
    }
    return references;
  }

  std::unique_ptr<Postfix> postfix_;
};

TEST_F(MailTest, TheAnnouncementArrivesOnceAsItsReceiverReadsIt) {
  start({{nadia}});
  open(mail_settings(postfix_->url()));
  const auto reference = send(announcement(Channel::email));
  ASSERT_TRUE(reference);
  ASSERT_TRUE(deliver());
  EXPECT_EQ(told(Delivery::Fate::taken), 1);
  const auto mail = only_mail(nadia);

  EXPECT_EQ(mail.header("return-path"), "<assurance-maladie@info.ameli.fr>");
  EXPECT_EQ(mail.decoded("from"), "Mon espace santé <assurance-maladie@info.ameli.fr>");
  EXPECT_EQ(mail.decoded("to"), "Nadia Martin <nadia.martin@courriel.example>");
  EXPECT_EQ(mail.decoded("subject"), "Votre service Mon espace santé a été créé");
  EXPECT_EQ(mail.header("date"), "Sat, 1 Feb 2025 00:00:00 +0000");
  EXPECT_EQ(mail.header("message-id"), "<" + *reference + "@info.ameli.fr>");
  EXPECT_EQ(mail.header("mime-version"), "1.0");
  EXPECT_EQ(mail.header("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(mail.header("content-language"), "fr");
  EXPECT_EQ(mail.header("auto-submitted"), "auto-generated");

  ASSERT_TRUE(mail.text());
  const auto text = *mail.text();
  EXPECT_THAT(text, StartsWith("Bonjour Nadia Martin,\n\nUn espace personnel de santé vous est proposé\u00a0: Mon espace santé."));
  EXPECT_THAT(text, HasSubstr("\n\nK7QM-2W9F-4TXA\n\n"));
  EXPECT_THAT(text, HasSubstr("Il vaut jusqu’au vendredi 14 mars 2025 inclus."));
  EXPECT_THAT(text, HasSubstr("votre espace s’ouvre le samedi 15 mars 2025."));
  EXPECT_THAT(text, HasSubstr("vous y opposer en appelant le 3422"));
  EXPECT_THAT(text, HasSubstr("Référence de ce message\u00a0: " + *reference));
  for (const char* link : {"http", "://", "www.", "href", "mailto", "<a"}) EXPECT_THAT(text, Not(HasSubstr(link))) << link;
  for (const auto& line : mail.header_lines) EXPECT_THAT(line, Not(HasSubstr("K7QM"))) << "the code is in the text only";
}

TEST_F(MailTest, EachSchemeHasItsSender) {
  start({{nadia}});
  open(mail_settings(postfix_->url()));
  auto notice = announcement(Channel::email);
  notice.to.scheme = "msa";
  ASSERT_TRUE(send(notice));
  ASSERT_TRUE(deliver());
  const auto mail = only_mail(nadia);
  EXPECT_EQ(mail.decoded("from"), "Mon espace santé <info@caisse.example>");
  EXPECT_EQ(mail.header("return-path"), "<info@caisse.example>");
}

// What a program sends a second time, having ended before it could record the first, can be known for the same.
TEST_F(MailTest, NOT_7_ASecondCopyBearsTheSameMessageId) {
  start({{nadia}});
  open(mail_settings(postfix_->url()));
  notices_->on_delivery([](store::Tx&, const Delivery&) -> kernel::Status { return kernel::fault("test.handler", "ends here"); });
  ASSERT_TRUE(send(announcement(Channel::email)));
  EXPECT_FALSE(deliver());
  open(mail_settings(postfix_->url()));
  EXPECT_TRUE(deliver());
  (void)only_mail(nadia);
  clock_.advance(std::chrono::minutes(1));
  EXPECT_TRUE(deliver());
  postfix_->settle();
  const auto mails = postfix_->mailbox(nadia);
  ASSERT_EQ(mails.size(), 2U);
  const auto one = read_mail(mails[0]), other = read_mail(mails[1]);
  EXPECT_TRUE(one.header("message-id"));
  for (const char* name : {"message-id", "date", "subject", "from"}) EXPECT_EQ(one.header(name), other.header(name)) << name;
  EXPECT_EQ(one.body, other.body);
}

TEST_F(MailTest, TlsWithACertificateOfTheDeclaredAuthority) {
  const Authority ours(directory_, "ours");
  start({{nadia}, ours.issue("relay", "IP:127.0.0.1")});
  open(through_tls(ours.certificate()));
  ASSERT_TRUE(send(announcement(Channel::email)));
  ASSERT_TRUE(deliver());
  const auto received = only_mail(nadia).header("received");
  ASSERT_TRUE(received);
  EXPECT_THAT(*received, HasSubstr("using TLSv1.3"));
}

TEST_F(MailTest, ACertificateThatIsNotTrustedIsToldNothing) {
  const Authority ours(directory_, "ours"), strange(directory_, "strange");
  const auto wrong_authority = strange.issue("strangers", "IP:127.0.0.1"), wrong_name = ours.issue("elsewhere", "DNS:mail.elsewhere.example");
  start({{nadia}, wrong_authority});
  open(through_tls(ours.certificate()));
  ASSERT_TRUE(send(announcement(Channel::email)));
  ASSERT_TRUE(deliver());
  EXPECT_TRUE(postfix_->says("SSL_accept error")) << "the handshake was begun and refused";
  postfix_->stop();
  postfix_->offer(wrong_name);
  postfix_->start();
  clock_.advance(std::chrono::hours(1));
  ASSERT_TRUE(deliver());
  expect_none(nadia);
  EXPECT_TRUE(postfix_->says("disconnect from"));
  EXPECT_THAT(postfix_->log(), Not(HasSubstr("mail="))) << "not even who writes";
  EXPECT_EQ(queued(), 1);
  EXPECT_TRUE(deliveries_.empty());
  postfix_->stop();
  postfix_->offer(ours.issue("mended", "IP:127.0.0.1"));
  postfix_->start();
  clock_.advance(std::chrono::hours(1));
  ASSERT_TRUE(deliver());
  (void)only_mail(nadia);
  EXPECT_EQ(queued(), 0);
}

TEST_F(MailTest, AServerWithoutTlsIsToldNothingWhenItIsRequired) {
  const Authority ours(directory_, "ours");
  start({{nadia}});
  open(through_tls(ours.certificate()));
  ASSERT_TRUE(send(announcement(Channel::email)));
  ASSERT_TRUE(deliver());
  expect_none(nadia);
  EXPECT_TRUE(postfix_->says("disconnect from"));
  EXPECT_THAT(postfix_->log(), Not(HasSubstr("mail=")));
  EXPECT_EQ(queued(), 1);
}

TEST_F(MailTest, WhenNotRequiredTlsIsUsedAllTheSame) {
  const Authority strange(directory_, "strange");
  start({{nadia}, strange.issue("strangers", "IP:127.0.0.1")});
  open(mail_settings(postfix_->url()));
  ASSERT_TRUE(send(announcement(Channel::email)));
  ASSERT_TRUE(deliver());
  EXPECT_THAT(only_mail(nadia).header("received").value_or(""), HasSubstr("using TLSv1.3"));
}

TEST_F(MailTest, NOT_4_AnUnknownRecipientIsToldAsReturned) {
  start({{nadia}});
  open(mail_settings(postfix_->url()));
  auto unknown = announcement(Channel::email);
  unknown.to.person = kernel::PersonId(8);
  unknown.to.address = "personne@courriel.example";
  const auto reference = send(unknown);
  ASSERT_TRUE(reference);
  ASSERT_TRUE(send(announcement(Channel::email)));
  ASSERT_TRUE(deliver());
  ASSERT_EQ(told(Delivery::Fate::returned), 1);
  const auto& returned = *std::ranges::find(deliveries_, Delivery::Fate::returned, &Delivery::fate);
  EXPECT_EQ(returned.person, kernel::PersonId(8));
  EXPECT_EQ(returned.reference, *reference);
  EXPECT_EQ(returned.channel, Channel::email);
  EXPECT_TRUE(postfix_->says("550 5.1.1"));
  (void)only_mail(nadia);
  EXPECT_EQ(queued(), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM notice WHERE LENGTH(sealed) > 0"), 1) << "the print of the one taken; the void code is gone";
  clock_.advance(std::chrono::hours(24));
  ASSERT_TRUE(deliver());
  EXPECT_EQ(told(Delivery::Fate::returned), 1);
}

// A relay that refuses us refuses everybody: nobody's notice is void for it.
TEST_F(MailTest, NOT_4_ARefusalOfTheSenderOrOfRelayingIsNoReturn) {
  const std::vector<std::vector<std::string>> relays{
      {"smtpd_sender_restrictions = check_sender_access inline:{assurance-maladie@info.ameli.fr=REJECT}"},
      {"smtpd_sender_restrictions = check_sender_access inline:{assurance-maladie@info.ameli.fr=REJECT}", "smtpd_delay_reject = no"},
      {"smtpd_client_restrictions = reject"},
      {"virtual_mailbox_domains = other.example", "smtpd_relay_restrictions = reject_unauth_destination"},
      {"virtual_mailbox_domains = other.example", "mynetworks = 192.0.2.1"}};
  for (const auto& refusing : relays) {
    SCOPED_TRACE(refusing.back());
    start({{nadia}, {}, refusing});
    open(mail_settings(postfix_->url()));
    ASSERT_TRUE(send(announcement(Channel::email)));
    ASSERT_TRUE(deliver());
    EXPECT_TRUE(postfix_->says("reject: "));
    EXPECT_TRUE(deliveries_.empty());
    EXPECT_EQ(queued(), 1);
    change("DELETE FROM notice_due");
  }
}

TEST_F(MailTest, AStoppedServerMakesTheNoticeWaitAndItLeavesOnce) {
  start({{nadia}});
  open(mail_settings(postfix_->url()));
  postfix_->stop();
  ASSERT_TRUE(send(announcement(Channel::email)));
  ASSERT_TRUE(deliver());
  EXPECT_EQ(queued(), 1);
  EXPECT_TRUE(deliveries_.empty());
  postfix_->start();
  ASSERT_TRUE(deliver());
  expect_none(nadia);
  clock_.advance(std::chrono::minutes(1));
  ASSERT_TRUE(deliver());
  clock_.advance(std::chrono::hours(24));
  ASSERT_TRUE(deliver());
  (void)only_mail(nadia);
  EXPECT_EQ(told(Delivery::Fate::taken), 1);
  EXPECT_EQ(queued(), 0);
}

TEST_F(MailTest, NOT_1_TwoHundredNoticesInARowArriveOnceEach) {
  const auto all = addresses(200);
  start({all});
  open(mail_settings(postfix_->url()));
  const auto references = announce_to(all);
  ASSERT_TRUE(deliver());
  postfix_->settle();
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto mails = postfix_->mailbox(all[i]);
    ASSERT_EQ(mails.size(), 1U) << all[i];
    EXPECT_EQ(read_mail(mails.front()).header("message-id"), "<" + references[i] + "@info.ameli.fr>");
  }
  EXPECT_EQ(std::set(references.begin(), references.end()).size(), all.size());
  EXPECT_EQ(told(Delivery::Fate::taken), 200);
  EXPECT_EQ(queued(), 0);
}

TEST_F(MailTest, NOT_1_AServerKilledOnTheWayLosesNoNotice) {
  const auto all = addresses(60);
  start({all});
  open(mail_settings(postfix_->url()));
  const auto references = announce_to(all);
  std::thread delivery([this] { EXPECT_TRUE(deliver()); });
  while (number("SELECT COUNT(*) FROM notice WHERE state = 2") < 15) std::this_thread::yield();
  postfix_->kill_without_warning();
  delivery.join();
  const auto waiting = queued();
  EXPECT_GT(waiting, 0);
  EXPECT_LE(waiting, 45);
  postfix_->start();
  clock_.advance(std::chrono::hours(1));
  ASSERT_TRUE(deliver());
  EXPECT_EQ(queued(), 0);
  postfix_->settle();
  std::size_t copies = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto mails = postfix_->mailbox(all[i]);
    EXPECT_GE(mails.size(), 1U) << all[i];
    copies += mails.size();
    for (const auto& mail : mails) EXPECT_EQ(read_mail(mail).header("message-id"), "<" + references[i] + "@info.ameli.fr>");
  }
  EXPECT_LE(copies, all.size() + 1) << "only the one whose answer was cut off may have come twice";
}

}  // namespace
}  // namespace carnet::proof
