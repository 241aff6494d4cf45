#include "standards/mail/lmtp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "standards/mail/message.hpp"

namespace carnet::mail {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

LmtpSession session(std::size_t most_bytes = 1'000) {
  LmtpSession::Settings settings;
  settings.most_bytes = most_bytes;
  settings.most_recipients = 2;
  settings.takes = [](std::string_view address) { return address.starts_with("check"); };
  return LmtpSession(std::move(settings));
}

const std::string opening = "LHLO relay\r\nMAIL FROM:<anne@example.fr> SIZE=12 BODY=8BITMIME\r\nRCPT TO:<check@example.org>\r\nDATA\r\n";

TEST(Lmtp, ALetterIsHandedOverAndEachRecipientAnswered) {
  auto lmtp = session();
  EXPECT_THAT(lmtp.greeting(), StartsWith("220 "));
  EXPECT_THAT(lmtp.hear("LHLO relay\r\n"), HasSubstr("250-PIPELINING"));
  const auto said = lmtp.hear("MAIL FROM:<anne@example.fr>\r\nRCPT TO:<check@example.org>\r\nRCPT TO:<nobody@example.org>\r\nRCPT TO:<check2@example.org>\r\nDATA\r\n");
  EXPECT_THAT(said, HasSubstr("550 5.1.1"));
  EXPECT_THAT(said, HasSubstr("354 "));
  EXPECT_EQ(lmtp.hear("Subject: a\r\n\r\n..dot\r\nb\r\n.\r\nQUIT\r\n"), "");
  ASSERT_TRUE(lmtp.letter());
  EXPECT_EQ(lmtp.letter()->from, "anne@example.fr");
  EXPECT_EQ(lmtp.letter()->to.size(), 2U);
  EXPECT_EQ(lmtp.letter()->bytes, "Subject: a\r\n\r\n.dot\r\nb\r\n");
  EXPECT_EQ(lmtp.settle(LmtpSession::Fate::later), "451 4.3.0 later\r\n451 4.3.0 later\r\n");
  EXPECT_THAT(lmtp.hear(""), StartsWith("221 "));
  EXPECT_TRUE(lmtp.ended());
}

TEST(Lmtp, EverySplitOfTheBytesGivesTheSameLetter) {
  const auto talk = opening + "Subject: a\r\n\r\n.\r.\r\n..\r\nlast\r\n.\r\n";
  auto whole = session();
  (void)whole.hear(talk);
  ASSERT_TRUE(whole.letter());
  for (std::size_t cut = 1; cut < talk.size(); ++cut) {
    auto lmtp = session();
    (void)lmtp.hear(talk.substr(0, cut));
    (void)lmtp.hear(talk.substr(cut));
    ASSERT_TRUE(lmtp.letter()) << cut;
    EXPECT_EQ(lmtp.letter()->bytes, whole.letter()->bytes) << cut;
  }
}

TEST(Lmtp, WhatIsTooLargeIsReadAndRefused) {
  auto lmtp = session();
  EXPECT_THAT(lmtp.hear("LHLO relay\r\nMAIL FROM:<> SIZE=1001\r\n"), HasSubstr("552 5.3.4"));
  (void)lmtp.hear(opening);
  (void)lmtp.hear(std::string(9'000, 'a'));  // one line without end
  (void)lmtp.hear(std::string(9'000, 'b') + "\r\n");
  EXPECT_EQ(lmtp.hear(".\r\n"), "552 5.3.4 too large\r\n");
  EXPECT_FALSE(lmtp.letter());
  EXPECT_THAT(lmtp.hear("NOOP\r\n"), StartsWith("250")) << "the next command is still understood";
}

TEST(Lmtp, ALineOfALetterWithoutEndKeepsItsBytes) {
  auto lmtp = session(50'000);
  (void)lmtp.hear(opening);
  std::string line;
  for (int i = 0; i < 5'000; ++i) line += "abc.";
  for (std::size_t at = 0; at < line.size(); at += 700) (void)lmtp.hear(line.substr(at, 700));
  (void)lmtp.hear("\r\n.\r\n");
  ASSERT_TRUE(lmtp.letter());
  EXPECT_EQ(lmtp.letter()->bytes, line + "\r\n");
}

TEST(Lmtp, WhatIsOutOfOrderOrNoAddressIsRefused) {
  auto lmtp = session();
  EXPECT_THAT(lmtp.hear("MAIL FROM:<a@example.fr>\r\n"), StartsWith("503"));
  EXPECT_THAT(lmtp.hear("EHLO relay\r\n"), StartsWith("500"));
  (void)lmtp.hear("LHLO relay\r\n");
  EXPECT_THAT(lmtp.hear("RCPT TO:<check@example.org>\r\n"), StartsWith("503"));
  EXPECT_THAT(lmtp.hear("MAIL FROM:a@example.fr\r\n"), StartsWith("501"));
  EXPECT_THAT(lmtp.hear("MAIL FROM:<a b@example.fr>\r\n"), StartsWith("501"));
  EXPECT_THAT(lmtp.hear("MAIL FROM:<>\r\n"), StartsWith("250")) << "the null sender is a sender";
  EXPECT_THAT(lmtp.hear("DATA\r\n"), StartsWith("503"));
  (void)lmtp.hear(std::string(5'000, 'x'));
  EXPECT_TRUE(lmtp.ended());
}

TEST(CarriedMessages, AreTheirOwnBytesAllTheWayIn) {
  const std::string innermost = "From: c@example.fr\r\nSubject: c\r\n\r\nthe  text\r\n";
  const std::string inner = "From: b@example.fr\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\n\r\nhello\r\n--in\r\nContent-Type: message/rfc822\r\n\r\n" + innermost + "\r\n--in--\r\n";
  const std::string outer = "From: a@example.fr\r\nContent-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\n\r\nsee\r\n--out\r\nContent-Type: message/rfc822\r\n\r\n" + inner + "\r\n--out--\r\n";
  const auto carried = carried_messages(kernel::as_bytes(outer));
  ASSERT_EQ(carried.size(), 2U);
  EXPECT_EQ(carried[0], inner);
  EXPECT_EQ(carried[1], innermost);
  EXPECT_TRUE(carried_messages(kernel::as_bytes(innermost)).empty());
}

}  // namespace
}  // namespace carnet::mail
