// Queue, delivery, words and letters: NOT-1 to NOT-6, on the embedded store.
#include "notices/notices.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "foundation/io/files.hpp"
#include "notices/words.hpp"

namespace carnet::notices {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view code_symbols = "K7QM2W9F4TXA";

class NoticesTest : public testing::Test {
 protected:
  NoticesTest() {
    char name[] = "/tmp/carnet-notices-XXXXXX";
    directory_ = mkdtemp(name);
    store::Options options;
    store_ = std::move(*store::Store::open("sqlite:" + (directory_ / "main.db").string(), options));
    EXPECT_TRUE(store_->migrate(Notices::migrations()));
  }
  ~NoticesTest() override {
    notices_.reset();
    store_.reset();
    fs::remove_all(directory_);
  }
  Settings settings(bool demonstration) {
    Settings s;
    s.demonstration = demonstration;
    s.messages = fs::path(CARNET_SOURCE_DIR) / "web" / "messages";
    s.mail_from_default = "info@caisse.example";
    s.senders = {{"general", "assurance-maladie@info.ameli.fr"}};
    s.print_directory = directory_;
    return s;
  }
  Notices& open(Settings s) {
    auto made = Notices::open(*store_, crypto::Sealer(master_, "notices", entropy_), std::move(s), clock_, entropy_, pool_);
    EXPECT_TRUE(made) << (made ? "" : made.error().code + made.error().detail);
    notices_ = std::move(*made);
    return *notices_;
  }
  static Notice announcement(Channel channel) {
    Recipient to;
    to.person = PersonId(7);
    to.name = "Nadia Martin";
    to.address = channel == Channel::email ? "nadia.martin@courriel.example" : "";
    to.postal = {{"12 rue des Lilas", "69007 Lyon"}, "FR"};
    to.scheme = "general";
    return {Template::space_announced, channel, to, kernel::SecretBytes(code_symbols),
            {{"last_day", "2025-03-14"}, {"opens_day", "2025-03-15"}}};
  }
  kernel::Result<std::string> send(const Notice& notice, bool commit = true) {
    std::function<kernel::Result<std::string>(store::Tx&)> work = [&](store::Tx& tx) -> kernel::Result<std::string> {
      CARNET_TRY(reference, notices_->enqueue(tx, notice));
      if (!commit) return kernel::refuse(kernel::ErrorKind::conflict, "test.rollback");
      return reference;
    };
    return store_->write_now<std::string>(work);
  }
  std::int64_t queued() { return notices_->waiting()->queued; }
  std::string disk() const {
    std::string all;
    for (const auto& file : fs::directory_iterator(directory_)) {
      std::ifstream in(file.path(), std::ios::binary);
      std::stringstream text;
      text << in.rdbuf();
      all += text.str();
    }
    return all;
  }

  fs::path directory_;
  kernel::SecretBytes master_{kernel::Bytes(32, 7)};
  io::SeededEntropy entropy_{1};
  io::ManualClock clock_{kernel::Instant{1'738'368'000'000}};  // 2025-02-01
  io::Pool pool_{2, 16};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Notices> notices_;
};

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
  ASSERT_TRUE(io::run(notices_->deliver_due()));
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
  ASSERT_TRUE(io::run(notices_->deliver_due()));
  EXPECT_EQ(queued(), 0);
  std::function<kernel::Result<std::int64_t>(store::Snapshot&)> left = [](store::Snapshot& at) -> kernel::Result<std::int64_t> {
    std::int64_t size = -1;
    CARNET_CHECK(at.query("SELECT LENGTH(sealed) FROM notice", {}, [&](const store::Row& row) {
      size = row.integer(0);
      return true;
    }));
    return size;
  };
  EXPECT_EQ(*store_->read_now<std::int64_t>(left), 0);
}

TEST_F(NoticesTest, NOT_4_AReturnIsToldOnce) {
  open(settings(true));
  int told = 0;
  notices_->on_delivery([&](store::Tx&, const Delivery& delivery) -> kernel::Status {
    if (delivery.fate == Delivery::Fate::returned) {
      ++told;
      EXPECT_EQ(delivery.person, PersonId(7));
      EXPECT_EQ(delivery.what, Template::space_announced);
    }
    return {};
  });
  const auto reference = send(announcement(Channel::letter));
  ASSERT_TRUE(reference);
  ASSERT_TRUE(io::run(notices_->deliver_due()));
  EXPECT_TRUE(notices_->returned(*reference));
  EXPECT_TRUE(notices_->returned(*reference));
  EXPECT_EQ(told, 1);
  EXPECT_EQ(notices_->returned("AAAA-AAAA").error().code, "notices.unknown");
}

// A mail server of the test: answers one connection with the given reply to the end of the data.
class OneMailServer {
 public:
  explicit OneMailServer(std::string end_reply) : listen_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(bind(listen_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listen_, 1), 0);
    socklen_t length = sizeof address;
    getsockname(listen_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, end_reply] { serve(end_reply); });
  }
  ~OneMailServer() {
    thread_.join();
    close(listen_);
  }
  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  std::string received() const { return received_; }

 private:
  void serve(const std::string& end_reply) {
    const int peer = accept(listen_, nullptr, nullptr);
    const auto say = [&](const std::string& line) { EXPECT_GT(write(peer, line.data(), line.size()), 0); };
    say("220 test\r\n");
    std::string buffer;
    bool data = false;
    char bytes[4096];
    for (ssize_t n; (n = read(peer, bytes, sizeof bytes)) > 0;) {
      buffer.append(bytes, static_cast<std::size_t>(n));
      for (std::size_t end; (end = buffer.find("\r\n")) != std::string::npos;) {
        const std::string line = buffer.substr(0, end);
        buffer.erase(0, end + 2);
        if (data) {
          if (line == ".") {
            data = false;
            say(end_reply);
          } else {
            received_ += line + "\n";
          }
        } else if (line == "DATA") {
          data = true;
          say("354 go\r\n");
        } else if (line == "QUIT") {
          say("221 bye\r\n");
        } else {
          say("250 ok\r\n");
        }
      }
    }
    close(peer);
  }
  int listen_;
  std::uint16_t port_ = 0;
  std::thread thread_;
  std::string received_;
};

TEST_F(NoticesTest, NOT_4_ARefusalForEverIsToldAndATemporaryOneWaits) {
  int returned = 0;
  {
    OneMailServer server("451 later\r\n");
    auto s = settings(false);
    s.smtp.emplace(courier::SmtpServer{server.url(), false, {}, {}, {}});
    open(std::move(s));
    notices_->on_delivery([&](store::Tx&, const Delivery& d) -> kernel::Status {
      returned += d.fate == Delivery::Fate::returned;
      return {};
    });
    ASSERT_TRUE(send(announcement(Channel::email)));
    ASSERT_TRUE(io::run(notices_->deliver_due()));
    EXPECT_EQ(queued(), 1) << "tried again later";
  }
  clock_.advance(std::chrono::hours(1));
  OneMailServer server("550 no such person\r\n");
  auto s = settings(false);
  s.smtp.emplace(courier::SmtpServer{server.url(), false, {}, {}, {}});
  open(std::move(s));
  notices_->on_delivery([&](store::Tx&, const Delivery& d) -> kernel::Status {
    returned += d.fate == Delivery::Fate::returned;
    return {};
  });
  ASSERT_TRUE(io::run(notices_->deliver_due()));
  EXPECT_EQ(returned, 1);
  EXPECT_EQ(queued(), 0);
}

TEST_F(NoticesTest, TheMailComesFromThePersonsOwnScheme) {
  auto s = settings(true);
  const auto words = Words::load(s.messages);
  ASSERT_TRUE(words);
  const auto notice = announcement(Channel::email);
  const auto written = words->write(notice, "C7QM-2W9F", s);
  ASSERT_TRUE(written);
  EXPECT_EQ(written->subject, "Votre service Mon espace santé a été créé");
  const auto mail = mail_message(notice, *written, "C7QM-2W9F", s, clock_.now());
  EXPECT_NE(mail.find("<assurance-maladie@info.ameli.fr>"), std::string::npos);
  EXPECT_NE(mail.find("Date: Sat, 1 Feb 2025 00:00:00 +0000"), std::string::npos);
  EXPECT_EQ(mail.find("http"), std::string::npos) << "nothing to click";
  EXPECT_EQ(sender_of(s, "msa"), "info@caisse.example");
}

TEST_F(NoticesTest, NOT_5_AMissingParameterIsRefusedAtOnce) {
  open(settings(true));
  auto notice = announcement(Channel::email);
  notice.parameters.erase("last_day");
  const auto sent = send(notice);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, "message.parameter");
  EXPECT_EQ(queued(), 0);
}

TEST_F(NoticesTest, DatesAreInFullWordsOfTheLanguage) {
  const auto s = settings(true);
  const auto words = Words::load(s.messages);
  ASSERT_TRUE(words);
  auto notice = announcement(Channel::letter);
  const auto has = [](const Written& w, std::string_view text) {
    for (const auto& p : w.paragraphs)
      if (p.find(text) != std::string::npos) return true;
    return false;
  };
  EXPECT_TRUE(has(*words->write(notice, "R", s), "vendredi 14 mars 2025"));
  EXPECT_TRUE(has(*words->write(notice, "R", s), "K7QM-2W9F-4TXA"));
  notice.to.language = "en";
  EXPECT_TRUE(has(*words->write(notice, "R", s), "Friday 14 March 2025"));
}

TEST_F(NoticesTest, NOT_6_EveryLetterIsOnePage) {
  open(settings(true));
  for (int what = 1; what <= 15; ++what)
    for (const std::string language : {"fr", "en"}) {
      auto notice = announcement(Channel::letter);
      notice.what = static_cast<Template>(what);
      notice.to.language = language;
      notice.parameters = {{"last_day", "2025-03-14"}, {"opens_day", "2025-03-15"}, {"valid_at", "2025-03-14T10:00:00Z"},
                           {"kept_day", "2035-03-14"}, {"object_day", "2025-04-14"}};
      const auto pdf = notices_->letter_pdf(notice, "C7QM-2W9F", kernel::Date{2025, 2, 1});
      ASSERT_TRUE(pdf) << what << language;
      const auto text = std::string(kernel::as_text(*pdf));
      EXPECT_NE(text.find("/Count 1"), std::string::npos) << what << language;
    }
}

TEST_F(NoticesTest, AnUnconfiguredChannelIsRefused) {
  open(settings(false));
  EXPECT_EQ(send(announcement(Channel::sms)).error().code, "notices.no_channel");
}

}  // namespace
}  // namespace carnet::notices
