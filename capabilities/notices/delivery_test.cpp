// Lost or doubled notices: NOT-7 and NOT-8.
#include <thread>

#include "foundation/store/testing/failing_store.hpp"
#include "notices/testing/mail_server.hpp"
#include "notices/testing/notices_case.hpp"

namespace carnet::notices {
namespace {

using testing::MailServer;

class DeliveryTest : public testing::NoticesCase {
 protected:
  store::Store& used_store() override { return failing_; }
  store::testing::FailingStore failing_{*store_};
};

// While the first worker waits for an answer, every notice falls due again and a second worker comes.
TEST_F(DeliveryTest, NOT_7_TwoWorkersSendEachNoticeOnce) {
  constexpr int count = 20;
  std::thread second;
  MailServer server([&](std::string_view word) {
    if (word == "RCPT" && !second.joinable()) {
      clock_.advance(std::chrono::hours(1));
      second = std::thread([&] { EXPECT_TRUE(io::run(notices_->deliver_due())); });
      for (int look = 0; look < 100 && number("SELECT MAX(attempts) FROM notice") < 2; ++look)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));  // time enough for a second worker that would not wait its turn
    }
    return std::string("250 fine");
  });
  open(mail_settings(server.url()));
  for (int i = 0; i < count; ++i) ASSERT_TRUE(send(announcement(Channel::email)));
  EXPECT_TRUE(deliver());
  second.join();
  EXPECT_EQ(server.taken().size(), std::size_t{count});
  EXPECT_EQ(told(Delivery::Fate::taken), count);
  EXPECT_EQ(queued(), 0);
}

TEST_F(DeliveryTest, NOT_7_TheTryIsCountedBeforeAnythingIsSent) {
  std::int64_t attempts = -1, due_now = -1;
  MailServer server([&](std::string_view word) {
    if (word == "RCPT") {
      attempts = number("SELECT attempts FROM notice");
      due_now = number("SELECT COUNT(*) FROM notice_due WHERE due_at <= 1738368000000");
    }
    return std::string("250 fine");
  });
  open(mail_settings(server.url()));
  ASSERT_TRUE(send(announcement(Channel::email)));
  ASSERT_TRUE(deliver());
  EXPECT_EQ(attempts, 1);
  EXPECT_EQ(due_now, 0) << "a program that ends here does not send it first thing when it starts again";
}

TEST_F(DeliveryTest, NOT_7_AStoreThatWritesNoMoreSendsNothing) {
  MailServer server("250 fine");
  open(mail_settings(server.url()));
  ASSERT_TRUE(send(announcement(Channel::email)));
  failing_.refuse_writes = true;
  EXPECT_FALSE(deliver());
  EXPECT_EQ(server.connections(), 0);
  failing_.refuse_writes = false;
  EXPECT_TRUE(deliver());
  EXPECT_EQ(server.taken().size(), 1U);
}

TEST_F(DeliveryTest, NOT_7_AMailWhoseEndCouldNotBeRecordedIsNotSentAgain) {
  MailServer server([&](std::string_view word) {
    if (word == ".") failing_.refuse_writes = true;
    return std::string("250 fine");
  });
  open(mail_settings(server.url()));
  ASSERT_TRUE(send(announcement(Channel::email)));
  ASSERT_TRUE(send(announcement(Channel::email)));
  EXPECT_EQ(deliver().error().code, "store.unavailable");
  EXPECT_EQ(server.taken().size(), 1U) << "the second one waits for the store";
  for (int hour = 0; hour < 3; ++hour) {
    clock_.advance(std::chrono::hours(1));
    EXPECT_FALSE(deliver());
  }
  EXPECT_EQ(server.taken().size(), 1U);
  failing_.refuse_writes = false;
  clock_.advance(std::chrono::hours(1));
  EXPECT_FALSE(deliver()) << "the second one's end meets the same fate";
  failing_.refuse_writes = false;
  clock_.advance(std::chrono::hours(5));
  EXPECT_TRUE(deliver());
  EXPECT_EQ(server.taken().size(), 2U);
  EXPECT_EQ(told(Delivery::Fate::taken), 2);
  EXPECT_EQ(queued(), 0);
}

TEST_F(DeliveryTest, NOT_8_AHandlerThatFailsHoldsBackNoOtherAndIsToldLater) {
  MailServer server([](std::string_view word) { return std::string(word == "RCPT" ? "550 5.1.1 nobody" : "250 fine"); });
  open(mail_settings(server.url()));
  bool fails = true;
  notices_->on_delivery([&](store::Tx&, const Delivery& delivery) -> kernel::Status {
    if (fails && delivery.person == PersonId(7)) return kernel::fault("test.handler", "not now");
    return {};
  });
  ASSERT_TRUE(send(announcement(Channel::email)));
  auto other = announcement(Channel::letter);
  other.to.person = PersonId(8);
  ASSERT_TRUE(send(other));
  EXPECT_EQ(deliver().error().code, "test.handler");
  EXPECT_EQ(queued(), 1) << "the letter has left";
  EXPECT_EQ(server.connections(), 1);
  fails = false;
  clock_.advance(std::chrono::hours(1));
  EXPECT_TRUE(deliver());
  EXPECT_EQ(server.connections(), 1) << "the server is not asked a second time";
  EXPECT_EQ(queued(), 0);
  EXPECT_EQ(deliveries_.back().fate, Delivery::Fate::returned);
  EXPECT_EQ(deliveries_.back().person, PersonId(7));
}

TEST_F(DeliveryTest, NOT_8_ANoticeThatDoesNotOpenHoldsBackNoOther) {
  MailServer server("250 fine");
  open(mail_settings(server.url()));
  ASSERT_TRUE(send(announcement(Channel::email)));
  change("UPDATE notice SET sealed = X'00'");
  ASSERT_TRUE(send(announcement(Channel::email)));
  EXPECT_EQ(deliver().error().code, "notices.sealed");
  EXPECT_EQ(server.taken().size(), 1U);
  for (int times = 0; times < 30; ++times) {
    clock_.advance(std::chrono::hours(5));
    (void)deliver();
  }
  EXPECT_EQ(queued(), 0);
  EXPECT_EQ(told(Delivery::Fate::returned), 1) << "in the end the person is told by another way";
  EXPECT_TRUE(deliver());
}

TEST_F(DeliveryTest, NOT_8_AMailServerThatIsAwayHoldsBackNoLetterAndIsAskedOnceAPass) {
  std::uint16_t port = 0;
  {
    MailServer gone("250 fine");
    port = gone.port();
  }
  open(mail_settings("smtp://127.0.0.1:" + std::to_string(port)));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(send(announcement(Channel::email)));
  ASSERT_TRUE(send(announcement(Channel::letter)));
  EXPECT_TRUE(deliver());
  EXPECT_EQ(queued(), 3);
  EXPECT_EQ(told(Delivery::Fate::taken), 1);
  MailServer back([](std::string_view) { return std::string("250 fine"); }, port);
  EXPECT_TRUE(deliver());
  EXPECT_EQ(back.connections(), 0) << "not before it is due again";
  clock_.advance(std::chrono::minutes(1));
  EXPECT_TRUE(deliver());
  EXPECT_EQ(back.taken().size(), 3U);
  EXPECT_EQ(queued(), 0);
}

TEST_F(DeliveryTest, ARefusedSenderVoidsNobodysNotice) {
  MailServer server("554 5.7.1 you may not relay here");
  open(mail_settings(server.url()));
  ASSERT_TRUE(send(announcement(Channel::email)));
  EXPECT_TRUE(deliver());
  EXPECT_EQ(told(Delivery::Fate::returned), 0);
  EXPECT_EQ(queued(), 1);
}

TEST_F(DeliveryTest, AChannelThatIsNoLongerConfiguredKeepsItsNotices) {
  MailServer server("250 fine");
  open(mail_settings(server.url()));
  ASSERT_TRUE(send(announcement(Channel::email)));
  ASSERT_TRUE(send(announcement(Channel::letter)));
  auto nothing = settings(false);
  nothing.print_directory.clear();
  open(std::move(nothing));
  EXPECT_TRUE(deliver());
  EXPECT_EQ(queued(), 2);
  open(mail_settings(server.url()));
  clock_.advance(std::chrono::hours(1));
  EXPECT_TRUE(deliver());
  EXPECT_EQ(queued(), 0);
  EXPECT_EQ(server.taken().size(), 1U);
}

TEST_F(DeliveryTest, StoppingLeavesTheRestQueued) {
  MailServer server([&](std::string_view) {
    notices_->stop();
    return std::string("250 fine");
  });
  open(mail_settings(server.url()));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(send(announcement(Channel::email)));
  EXPECT_TRUE(deliver());
  EXPECT_TRUE(deliver());
  EXPECT_GE(queued(), 4);
}

TEST_F(DeliveryTest, ALetterThatDoesNotOpenHoldsBackNoOther) {
  open(settings(false));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(send(announcement(Channel::letter)));
  ASSERT_TRUE(deliver());
  ASSERT_TRUE(io::replace_file(directory_ / "0000-0000.letter", kernel::as_bytes("not a letter"), 0600));
  int printed = 0;
  const auto print = [&](const std::string&, kernel::ByteView) -> kernel::Status {
    ++printed;
    return {};
  };
  EXPECT_EQ(notices_->print(print).error().code, "notices.letter");
  EXPECT_EQ(printed, 3);
  EXPECT_EQ(notices_->print(print).error().code, "notices.letter") << "and it is not forgotten";
  EXPECT_EQ(printed, 3);
}

// Entropy whose references and ids come twice before they change.
class Repeating final : public io::Entropy {
 public:
  void fill(std::string_view label, std::span<std::uint8_t> out) override {
    if (label != "notice-reference" && label != "notice-id") return behind_.fill(label, out);
    auto& drawn = drawn_[std::string(label)];
    ++drawn;
    const int every = label == "notice-id" ? 3 : 2;
    std::ranges::fill(out, static_cast<std::uint8_t>(drawn / every));
  }

 private:
  io::SeededEntropy behind_{1};
  std::map<std::string, int> drawn_;
};

class DrawnTwiceTest : public testing::NoticesCase {
 protected:
  io::Entropy& used_entropy() override { return repeating_; }
  Repeating repeating_;
};

TEST_F(DrawnTwiceTest, NOT_1_AReferenceOrAnIdThatIsTakenIsDrawnAgain) {
  open(settings(true));
  std::set<std::string> references;
  for (int i = 0; i < 10; ++i) {
    const auto reference = send(announcement(Channel::email));
    ASSERT_TRUE(reference) << i << " " << reference.error().code;
    references.insert(*reference);
  }
  EXPECT_EQ(references.size(), 10U);
  EXPECT_EQ(queued(), 10);
  EXPECT_EQ(number("SELECT COUNT(*) FROM notice_reference"), 10) << "a reference that was given up leaves nothing";
  EXPECT_TRUE(deliver());
  EXPECT_EQ(told(Delivery::Fate::taken), 10);
}

}  // namespace
}  // namespace carnet::notices
