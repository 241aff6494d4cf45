#include "foundation/courier/courier.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <thread>

namespace carnet::courier {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What the server says to each command. Empty: it hangs up instead. "-": it never answers.
struct Script {
  std::string greeting = "220 test ESMTP";
  std::map<std::string, std::string> replies;  // by first word; "." is the end of data
};

// A mail server for one connection, which writes down what it heard.
class MailServer {
 public:
  explicit MailServer(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 1), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~MailServer() { finish(); }
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  SmtpServer address() const {
    SmtpServer server;
    server.url = "smtp://127.0.0.1:" + std::to_string(port_);
    server.require_tls = false;
    return server;
  }
  // Everything heard, once the client has gone.
  const std::string& heard() {
    finish();
    return heard_;
  }

 private:
  void finish() {
    if (thread_.joinable()) thread_.join();
    if (listener_ >= 0) ::close(std::exchange(listener_, -1));
  }
  bool say(const std::string& reply) const {
    const auto line = reply + "\r\n";
    return ::send(fd_, line.data(), line.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(line.size());
  }
  bool hear(std::string& line) {
    for (;;) {
      if (const auto end = pending_.find("\r\n"); end != std::string::npos) {
        line = pending_.substr(0, end);
        pending_.erase(0, end + 2);
        heard_ += line + "\n";
        return true;
      }
      pollfd poll{fd_, POLLIN, 0};
      char buffer[4096];
      if (::poll(&poll, 1, 10'000) <= 0) return false;
      const auto count = ::recv(fd_, buffer, sizeof buffer, 0);
      if (count <= 0) return false;
      pending_.append(buffer, static_cast<std::size_t>(count));
    }
  }
  std::string reply_to(const std::string& word) const {
    if (const auto found = script_.replies.find(word); found != script_.replies.end()) return found->second;
    if (word == "EHLO") return "250-test\r\n250 SIZE 1000000";
    if (word == "DATA") return "354 go on";
    if (word == "QUIT") return "221 bye";
    return "250 fine";
  }
  void serve() {
    pollfd poll{listener_, POLLIN, 0};
    if (::poll(&poll, 1, 10'000) <= 0) return;
    fd_ = ::accept(listener_, nullptr, nullptr);
    converse();
    ::close(fd_);
  }
  void converse() {
    if (script_.greeting.empty() || !say(script_.greeting)) return;
    bool is_data = false;
    for (std::string line; hear(line);) {
      if (is_data && line != ".") continue;
      const auto word = is_data ? std::string(".") : line.substr(0, line.find_first_of(" :"));
      is_data = false;
      const auto reply = reply_to(word);
      if (reply.empty()) return;
      if (reply == "-") continue;
      if (!say(reply)) return;
      is_data = word == "DATA" && reply.starts_with("354");
    }
  }

  Script script_;
  int listener_ = -1, fd_ = -1;
  std::uint16_t port_ = 0;
  std::string pending_, heard_;
  std::thread thread_;
};

Mail mail() {
  return {"carnet@example.org", "marie@example.org", "Subject: x\r\n\r\n.a dot first\r\n..\r\n.\r\nlast line\r\n"};
}

Sent send_to(MailServer& server, long timeout_ms = 5000) {
  return send_mail(server.address(), mail(), timeout_ms);
}

TEST(Courier, TakenOnTheLast250) {
  MailServer server({});
  const auto sent = send_to(server);
  EXPECT_EQ(sent.outcome, Outcome::taken);
  EXPECT_EQ(sent.reply_code, 250);
  const auto& heard = server.heard();
  EXPECT_THAT(heard, HasSubstr("MAIL FROM:<carnet@example.org>"));
  EXPECT_THAT(heard, HasSubstr("RCPT TO:<marie@example.org>"));
  EXPECT_THAT(heard, HasSubstr("\nSubject: x\n\n..a dot first\n...\n..\nlast line\n.\n")) << "dots are stuffed";
}

TEST(Courier, EveryRefusalHasItsOutcome) {
  struct Row {
    const char* word;
    const char* reply;
    Outcome outcome;
    int code;
  };
  for (const auto& row :
       {Row{"MAIL", "450 later", Outcome::try_later, 450}, Row{"MAIL", "550 not you", Outcome::try_later, 550},
        Row{"RCPT", "450 greylisted", Outcome::try_later, 450},
        Row{"RCPT", "452 mailbox is full", Outcome::try_later, 452},
        Row{"RCPT", "550 no such user", Outcome::refused_for_ever, 550},
        Row{"RCPT", "550 5.1.1 no such user", Outcome::refused_for_ever, 550},
        Row{"RCPT", "550 5.1.8 no such sender", Outcome::try_later, 550},
        Row{"RCPT", "554 5.7.1 you may not relay", Outcome::try_later, 554},
        Row{"RCPT", "550-5.7.1 read our rules\r\n550 5.7.1 you may not write here", Outcome::try_later, 550},
        Row{"DATA", "451 later", Outcome::try_later, 451}, Row{"DATA", "554 no", Outcome::refused_for_ever, 554},
        Row{".", "451 later", Outcome::try_later, 451}, Row{".", "550 spam", Outcome::refused_for_ever, 550},
        Row{"MAIL", "530 sign in first", Outcome::try_later, 530}}) {
    MailServer server({.greeting = "220 test", .replies = {{row.word, row.reply}}});
    const auto sent = send_to(server);
    EXPECT_EQ(sent.outcome, row.outcome) << row.word << " " << row.reply << " heard as " << sent.reply_code;
    if (row.code != 0) {
      EXPECT_EQ(sent.reply_code, row.code) << row.word << " " << row.reply;
    }
  }
}

TEST(Courier, AConnectionThatEndsEarlyTookNothing) {
  for (const auto* word : {"EHLO", "MAIL", "RCPT", "DATA", "."}) {
    MailServer server({.greeting = "220 test", .replies = {{word, ""}, {"HELO", ""}}});
    const auto sent = send_to(server);
    EXPECT_EQ(sent.outcome, Outcome::try_later) << word << " " << sent.reply_code;
  }
  MailServer silent({.greeting = "", .replies = {}});
  EXPECT_EQ(send_to(silent).outcome, Outcome::try_later);
}

TEST(Courier, NoGreetingIsAboutTheServer) {
  MailServer server({.greeting = "554 no service", .replies = {}});
  const auto sent = send_to(server);
  EXPECT_EQ(sent.outcome, Outcome::try_later);
}

TEST(Courier, AServerThatSaysNoMoreIsLeft) {
  MailServer server({.greeting = "220 test", .replies = {{".", "-"}}});
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(send_to(server, 300).outcome, Outcome::try_later);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

TEST(Courier, GivingUpEndsTheWaitForAnAnswer) {
  MailServer server({.greeting = "220 test", .replies = {{".", "-"}}});
  std::atomic<bool> given_up{false};
  auto sent = std::async(std::launch::async, [&] { return send_mail(server.address(), mail(), 600'000, &given_up); });
  EXPECT_EQ(sent.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout);
  given_up = true;
  EXPECT_EQ(sent.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  EXPECT_EQ(sent.get().outcome, Outcome::try_later);
}

TEST(Courier, ALostGoodbyeChangesNothing) {
  MailServer server({.greeting = "220 test", .replies = {{"QUIT", ""}}});
  EXPECT_EQ(send_to(server).outcome, Outcome::taken);
}

TEST(Courier, NobodyThere) {
  SmtpServer server;
  server.url = "smtp://127.0.0.1:1";
  const auto sent = send_mail(server, mail(), 2000);
  EXPECT_EQ(sent.outcome, Outcome::try_later);
  EXPECT_EQ(sent.reply_code, 0);
}

TEST(Courier, WithoutTlsNothingIsSaidWhenItIsRequired) {
  MailServer server({});
  auto address = server.address();
  address.require_tls = true;
  address.user = "carnet";
  address.password = kernel::SecretBytes("a password");
  EXPECT_EQ(send_mail(address, mail(), 3000).outcome, Outcome::try_later);
  EXPECT_THAT(server.heard(), Not(HasSubstr("MAIL")));
  EXPECT_THAT(server.heard(), Not(HasSubstr("AUTH")));
}

TEST(Courier, ARefusedAccountIsNotTheMailsFault) {
  MailServer server(
      {.greeting = "220 test", .replies = {{"EHLO", "250-test\r\n250 AUTH PLAIN"}, {"AUTH", "535 wrong password"}}});
  auto address = server.address();
  address.user = "carnet";
  address.password = kernel::SecretBytes("a password");
  const auto sent = send_mail(address, mail(), 3000);
  EXPECT_EQ(sent.outcome, Outcome::try_later);
  EXPECT_EQ(sent.reply_code, 535);
}

TEST(Courier, OtherProtocolsAreNotSpoken) {
  SmtpServer server;
  server.require_tls = false;
  for (const auto* url : {"http://127.0.0.1:1", "file:///etc/passwd", "ftp://127.0.0.1:1", ""}) {
    server.url = url;
    EXPECT_EQ(send_mail(server, mail(), 1000).outcome, Outcome::try_later) << url;
  }
}

TEST(Courier, MailsThatCouldSayMoreThanOneAreNotSent) {
  SmtpServer server;
  server.url = "smtp://127.0.0.1:1";
  server.require_tls = false;
  const auto refused = [&](Mail bad) {
    const auto sent = send_mail(server, bad, 1000);
    return sent.outcome == Outcome::refused_for_ever && sent.reply_code == 0;
  };
  for (const auto* address : {"", "a", "@b", "a@", "a@b\r\nDATA", "a@b>\r\n", "a b@c", "<a@b>", "a@b,c@d", "é@b"}) {
    auto bad = mail();
    bad.envelope_to = address;
    EXPECT_TRUE(refused(bad)) << address;
    bad = mail();
    bad.envelope_from = address;
    EXPECT_EQ(refused(bad), !bad.envelope_from.empty()) << address;  // none: an answer that nothing answers (RFC 3834)
  }
  for (const auto* message : {"", "no end", "a\n", "a\r", "a\n.\nMAIL FROM:<x>\r\n", "a\r.\r\n", "a\r\r\n"}) {
    auto bad = mail();
    bad.message = message;
    EXPECT_TRUE(refused(bad)) << message;
  }
}

}  // namespace
}  // namespace carnet::courier
