// A message forwarded to the address of vigilance: through a real Postfix to the desk by LMTP, and the answer back to the
// mailbox of who sent it.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/asio/executor_work_guard.hpp>
#include <thread>

#include "foundation/store/testing/store_case.hpp"
#include "notices/testing/received_mail.hpp"
#include "proof/mail/postfix.hpp"
#include "vigilance/vigilance.hpp"

namespace carnet::proof {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using notices::testing::read_mail;
using notices::testing::ReceivedMail;

const std::string anne = "anne@courriel.example", check = "verifier@courriel.example";
const std::string lure = "Assurance Maladie : votre carte Vitale expire. Remplissez le formulaire : https://ameli-carte-vitale.example.net/fr\r\n";

class CheckMailTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = Postfix::missing()) GTEST_SKIP() << *why;
    store_ = std::move(*store::Store::open(case_->location(), case_->options()));
    ASSERT_TRUE(store_->migrate(vigilance::Desk::migrations()));
    auto desk = vigilance::Desk::open(*store_, master_, std::filesystem::path(CARNET_SOURCE_DIR) / "rules" / "vigilance", vigilance::Trust::any, clock_, entropy_, pool_);
    ASSERT_TRUE(desk) << desk.error().code;
    desk_ = std::move(*desk);
    forwarding_->addresses = {check};
    forwarding_->from = check;
    forwarding_->smtp.require_tls = false;
    auto listener = io::Listener::open({"127.0.0.1:0"}, context_.get_executor(), desk_->mail_room(forwarding_));
    ASSERT_TRUE(listener) << listener.error().detail;
    listener_ = std::move(*listener);
    port_of_first_ = listener_->port();
    Postfix::Options options{{anne, "zoe@courriel.example", check}};
    options.configuration = {fmt::format("transport_maps = inline:{{{{{}=lmtp:inet:127.0.0.1:{}}}}}", check, listener_->port()),
                             "minimal_backoff_time = 1s", "maximal_backoff_time = 2s", "queue_run_delay = 1s",
                             "lmtp_connection_cache_on_demand = no", "message_size_limit = 26214400"};
    postfix_ = std::make_unique<Postfix>(options);
    forwarding_->smtp.url = postfix_->url();
  }
  ~CheckMailTest() override {
    if (listener_) listener_->stop();
    guard_.reset();
    thread_.join();
  }
  // Handed to Postfix as a mail program would.
  void send(const std::string& from, const std::string& fields, const std::string& body) const {
    const courier::Mail mail{from, check, "From: Anne <" + anne + ">\r\nTo: " + check + "\r\n" + fields + "\r\n" + body};
    courier::SmtpServer server;
    server.url = postfix_->url();
    server.require_tls = false;
    EXPECT_EQ(courier::send_mail(server, mail, 20'000).outcome, courier::Outcome::taken) << postfix_->log();
    postfix_->settle();
  }
  std::vector<ReceivedMail> answers(const std::string& to = anne) const {
    std::vector<ReceivedMail> out;
    for (const auto& mail : postfix_->mailbox(to)) out.push_back(read_mail(mail));
    return out;
  }

  std::unique_ptr<store::testing::StoreCase> case_ = store::testing::StoreCase::make(store::testing::store_cases().front());
  kernel::SecretBytes master_{kernel::Bytes(32, 5)};
  io::SeededEntropy entropy_{4};
  io::ManualClock clock_{kernel::Instant{1'795'000'000'000}};
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<io::Executor> guard_{context_.get_executor()};
  std::thread thread_{[this] { context_.run(); }};
  io::Pool pool_{2, 64};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<vigilance::Desk> desk_;
  std::shared_ptr<vigilance::Forwarding> forwarding_ = std::make_shared<vigilance::Forwarding>();
  std::unique_ptr<io::Listener> listener_;
  std::uint16_t port_of_first_ = 0;
  std::unique_ptr<Postfix> postfix_;
};

TEST_F(CheckMailTest, WhoForwardsALureIsAnsweredOnceInTheWordsOfThePage) {
  const std::string fields = "Subject: Fwd: carte\r\nMessage-ID: <one@courriel.example>\r\nContent-Type: text/plain; charset=utf-8\r\n";
  const std::string body = "Est-ce une arnaque ?\r\n\r\n---------- Forwarded message ---------\r\nDe : AMELI <a@b.example>\r\nObjet : Carte\r\n\r\n" + lure;
  send(anne, fields, body);
  send(anne, fields, body);  // the same message, handed over a second time
  const auto mails = answers();
  ASSERT_EQ(mails.size(), 1U) << postfix_->log();
  const auto& mail = mails.front();
  EXPECT_EQ(mail.header("return-path"), "<>") << "nothing answers an answer";
  EXPECT_EQ(mail.header("auto-submitted"), "auto-replied");
  EXPECT_EQ(mail.header("in-reply-to"), "<one@courriel.example>");
  EXPECT_EQ(mail.decoded("subject"), "Votre message v\xC3\xA9rifi\xC3\xA9");
  ASSERT_TRUE(mail.text());
  EXPECT_THAT(*mail.text(), HasSubstr("C'est une arnaque. Ne r\xC3\xA9pondez pas."));
  EXPECT_THAT(*mail.text(), HasSubstr("ameli-carte-vitale[.]example[.]net"));
  EXPECT_THAT(*mail.text(), Not(HasSubstr("http")));
}

TEST_F(CheckMailTest, ACarriedMessageIsTheOneThatIsJudged) {
  send(anne, "Subject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n",
       "--b\r\n\r\nQue faire ?\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nFrom: AMELI <i@ameli-support.example>\r\nSubject: Carte Vitale\r\n\r\n" + lure + "\r\n--b--\r\n");
  const auto mails = answers();
  ASSERT_EQ(mails.size(), 1U) << postfix_->log();
  EXPECT_THAT(mails.front().text().value_or(""), HasSubstr("C'est une arnaque."));
}

TEST_F(CheckMailTest, MachinesListsAndNobodyAreNotAnswered) {
  send("", "Subject: bounce\r\n", lure);
  send(anne, "Subject: away\r\nAuto-Submitted: auto-replied\r\n", lure);
  send(anne, "Subject: list\r\nList-Id: <l.courriel.example>\r\n", lure);
  EXPECT_TRUE(answers().empty());
}

TEST_F(CheckMailTest, ASenderIsAnsweredSoOftenAnHour) {
  for (int i = 0; i < 12; ++i) send(anne, fmt::format("Subject: a\r\nMessage-ID: <n{}@courriel.example>\r\n", i), lure);
  send("zoe@courriel.example", "Subject: a\r\n", lure);
  EXPECT_EQ(answers().size(), 10U);
  EXPECT_EQ(answers("zoe@courriel.example").size(), 1U) << "others are";
  clock_.advance(std::chrono::hours(2));
  send(anne, "Subject: a\r\nMessage-ID: <later@courriel.example>\r\n", lure);
  EXPECT_EQ(answers().size(), 11U);
}

TEST_F(CheckMailTest, WhatCannotBeAnsweredNowIsKeptByTheMailServerAndAnsweredLater) {
  const auto right = forwarding_->smtp.url;
  forwarding_->smtp.url = "smtp://127.0.0.1:1";  // nobody listens
  courier::SmtpServer server;
  server.url = right;
  server.require_tls = false;
  const courier::Mail mail{anne, check, "From: " + anne + "\r\nMessage-ID: <w@courriel.example>\r\n\r\n" + lure};
  ASSERT_EQ(courier::send_mail(server, mail, 20'000).outcome, courier::Outcome::taken);
  EXPECT_TRUE(postfix_->says("451 4.3.0 later"));
  listener_->stop();
  forwarding_->smtp.url = right;
  const auto place = fmt::format("127.0.0.1:{}", port_of_first_);
  auto listener = io::Listener::open({place}, context_.get_executor(), desk_->mail_room(forwarding_));
  ASSERT_TRUE(listener) << listener.error().detail;
  listener_ = std::move(*listener);
  postfix_->settle();
  EXPECT_EQ(answers().size(), 1U) << postfix_->log();
}

}  // namespace
}  // namespace carnet::proof
