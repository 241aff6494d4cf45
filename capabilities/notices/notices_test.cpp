// What notices promises, on the embedded store: NOT-1 to NOT-5.
#include "notices/testing/mail_server.hpp"
#include "notices/testing/notices_case.hpp"
#include "notices/words.hpp"

namespace carnet::notices {
namespace {

using testing::code_symbols;
using testing::MailServer;

class NoticesTest : public testing::NoticesCase {};

TEST_F(NoticesTest, NOT_1_ARolledBackCommandTellsNobody) {
  open(settings(true));
  EXPECT_FALSE(send(announcement(Channel::email), false));
  EXPECT_EQ(queued(), 0);
  EXPECT_TRUE(send(announcement(Channel::email)));
  EXPECT_EQ(queued(), 1);
}

TEST_F(NoticesTest, NOT_2_NothingReadableOnDisk) {
  open(settings(false));
  ASSERT_TRUE(send(announcement(Channel::letter)));
  EXPECT_EQ(disk().find("Nadia"), std::string::npos);
  EXPECT_EQ(disk().find(code_symbols), std::string::npos);
  EXPECT_EQ(disk().find("Lilas"), std::string::npos);
  ASSERT_TRUE(deliver());
  EXPECT_EQ(disk().find("%PDF"), std::string::npos) << "a letter that waits for the printer is sealed too";
  std::string printed;
  EXPECT_EQ(notices_->print([&](const std::string&, kernel::ByteView pdf) -> kernel::Status {
    printed = kernel::as_text(pdf.first(4));
    return {};
  }), 1);
  EXPECT_EQ(printed, "%PDF");
}

TEST_F(NoticesTest, NOT_3_ATakenMessageIsEmptied) {
  open(settings(false));
  ASSERT_TRUE(send(announcement(Channel::letter)));
  const auto before = number("SELECT LENGTH(sealed) FROM notice");
  ASSERT_TRUE(deliver());
  EXPECT_EQ(queued(), 0);
  constexpr std::int64_t version_nonce_and_tag = 29;
  EXPECT_EQ(number("SELECT LENGTH(sealed) FROM notice"), static_cast<std::int64_t>(print_bytes) + version_nonce_and_tag) << "a print, and no word";
  EXPECT_GT(before, 500);
}

TEST_F(NoticesTest, NOT_4_AReturnIsToldOnce) {
  open(settings(true));
  const auto reference = send(announcement(Channel::letter));
  ASSERT_TRUE(reference);
  ASSERT_TRUE(deliver());
  EXPECT_TRUE(notices_->returned(*reference));
  EXPECT_TRUE(notices_->returned(*reference));
  ASSERT_EQ(told(Delivery::Fate::returned), 1);
  EXPECT_EQ(deliveries_.back().person, PersonId(7));
  EXPECT_EQ(deliveries_.back().what, Template::space_announced);
  EXPECT_EQ(notices_->returned("AAAA-AAAA").error().code, "notices.unknown");
}

TEST_F(NoticesTest, NOT_4_ARefusalForEverIsToldAndATemporaryOneWaits) {
  std::string reply = "451 later";
  MailServer server([&](std::string_view word) { return word == "." ? reply : "250 fine"; });
  open(mail_settings(server.url()));
  const auto reference = send(announcement(Channel::email));
  ASSERT_TRUE(reference);
  ASSERT_TRUE(deliver());
  EXPECT_EQ(queued(), 1) << "tried again later";
  clock_.advance(std::chrono::hours(1));
  reply = "550 no such person";
  open(mail_settings(server.url()));
  ASSERT_TRUE(deliver());
  EXPECT_EQ(told(Delivery::Fate::returned), 1);
  EXPECT_EQ(queued(), 0);
  EXPECT_TRUE(notices_->returned(*reference));
  EXPECT_EQ(told(Delivery::Fate::returned), 1) << "the operator says it again: told already";
}

TEST_F(NoticesTest, NOT_4_ANoticeReturnedBeforeItLeftIsNotSent) {
  MailServer server("250 fine");
  open(mail_settings(server.url()));
  const auto reference = send(announcement(Channel::email));
  ASSERT_TRUE(reference);
  EXPECT_TRUE(notices_->returned(*reference));
  EXPECT_EQ(number("SELECT LENGTH(sealed) FROM notice"), 0) << "and its code lives no longer";
  ASSERT_TRUE(deliver());
  EXPECT_TRUE(server.taken().empty());
  EXPECT_EQ(told(Delivery::Fate::returned), 1);
  EXPECT_EQ(told(Delivery::Fate::taken), 0);
  EXPECT_EQ(queued(), 0);
}

TEST_F(NoticesTest, NOT_5_AMissingParameterIsRefusedAtOnce) {
  open(settings(true));
  auto notice = announcement(Channel::email);
  notice.parameters.erase("last_day");
  const auto sent = send(notice);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, "message.parameter");
  EXPECT_EQ(queued(), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM notice_reference"), 0);
}

TEST_F(NoticesTest, AnUnconfiguredChannelIsRefused) {
  open(settings(false));
  EXPECT_EQ(send(announcement(Channel::sms)).error().code, "notices.no_channel");
}

TEST_F(NoticesTest, ASenderThatNobodyWouldAcceptIsRefusedAtStart) {
  for (const std::string sender : {"", "info", "@caisse.example", "info@", "a b@caisse.example", "info@x\r\nBcc: y@z"}) {
    auto s = mail_settings("smtp://127.0.0.1:1");
    s.senders["msa"] = sender;
    const auto opened = Notices::open(*store_, crypto::Sealer(master_, "notices", entropy_), std::move(s), clock_, entropy_, pool_);
    ASSERT_FALSE(opened) << sender;
    EXPECT_EQ(opened.error().code, "notices.sender");
  }
}

TEST_F(NoticesTest, WaitingSaysSinceWhen) {
  open(mail_settings("smtp://127.0.0.1:1"));
  ASSERT_TRUE(send(announcement(Channel::email)));
  clock_.advance(std::chrono::minutes(90));
  ASSERT_TRUE(deliver());
  EXPECT_EQ(notices_->waiting()->oldest_ms, 90 * 60'000) << "a try that came to nothing makes it no younger";
}

}  // namespace
}  // namespace carnet::notices
