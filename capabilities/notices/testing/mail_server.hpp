// A mail server for tests: takes any number of connections, one after the other, answers as it is told and writes down what
// it was given.
#pragma once
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace carnet::notices::testing {

class MailServer {
 public:
  // What it says to "RCPT" and to the end of the data ("."); called on the server's thread.
  using Reply = std::function<std::string(std::string_view word)>;

  explicit MailServer(Reply reply, std::uint16_t port = 0) : reply_(std::move(reply)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  explicit MailServer(std::string to_all) : MailServer([to_all](std::string_view) { return to_all; }) {}
  ~MailServer() {
    stopping_ = true;
    thread_.join();
    ::close(listener_);
  }
  MailServer(const MailServer&) = delete;
  MailServer& operator=(const MailServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
  // Messages whose end was answered 250, each with its line ends.
  std::vector<std::string> taken() const {
    std::lock_guard lock(mutex_);
    return taken_;
  }
  int connections() const { return connections_; }

 private:
  bool readable(int fd) const {
    pollfd wanted{fd, POLLIN, 0};
    while (!stopping_)
      if (::poll(&wanted, 1, 20) > 0) return true;
    return false;
  }
  void serve() {
    while (readable(listener_)) {
      const int peer = ::accept(listener_, nullptr, nullptr);
      ++connections_;
      converse(peer);
      ::close(peer);
    }
  }
  static bool say(int peer, const std::string& line) {
    const std::string ended = line + "\r\n";
    return ::send(peer, ended.data(), ended.size(), MSG_NOSIGNAL) > 0;
  }
  void converse(int peer) {
    std::string pending, message;
    bool is_data = false;
    char bytes[4096];
    if (!say(peer, "220 test")) return;
    while (readable(peer)) {
      const auto count = ::recv(peer, bytes, sizeof bytes, 0);
      if (count <= 0) return;
      pending.append(bytes, static_cast<std::size_t>(count));
      for (std::size_t end; (end = pending.find("\r\n")) != std::string::npos;) {
        const std::string line = pending.substr(0, end);
        pending.erase(0, end + 2);
        if (is_data && line != ".") {
          message += line + "\r\n";
        } else if (!answer(peer, line, is_data, message)) {
          return;
        }
      }
    }
  }
  bool answer(int peer, const std::string& line, bool& is_data, std::string& message) {
    if (is_data) {
      is_data = false;
      const auto said = reply_(".");
      if (said.starts_with("250")) {
        std::lock_guard lock(mutex_);
        taken_.push_back(message);
      }
      return say(peer, said);
    }
    if (line.starts_with("RCPT")) return say(peer, reply_("RCPT"));
    if (line == "QUIT") return say(peer, "221 bye") && false;
    if (line == "DATA") {
      is_data = true;
      message.clear();
      return say(peer, "354 go on");
    }
    return say(peer, "250 fine");
  }

  Reply reply_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> taken_;
  std::thread thread_;
};

}  // namespace carnet::notices::testing
