// For tests of this room: a server in this process on ports of its own, and raw sockets to be rude with.
#pragma once
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <string>

#include "foundation/crypto/crypto.hpp"
#include "foundation/http/client.hpp"
#include "foundation/http/http.hpp"
#include "foundation/observe/observe.hpp"

namespace carnet::http::testing {

// A folder that is gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "carnet_http_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Bytes on a socket, with a limit on every wait so that a fault fails a test instead of hanging it.
class Raw {
 public:
  explicit Raw(std::uint16_t port) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_open_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  explicit Raw(const std::filesystem::path& path) {
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    is_open_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Raw() { ::close(fd_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  bool is_open() const { return is_open_; }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_sending() { ::shutdown(fd_, SHUT_WR); }

  // Waits for more text or the end; false when neither came in time.
  bool read_some(int timeout_ms = 5000) {
    pollfd poll{fd_, POLLIN, 0};
    if (::poll(&poll, 1, timeout_ms) <= 0) return false;
    char buffer[16384];
    const auto count = ::recv(fd_, buffer, sizeof buffer, 0);
    if (count <= 0) {
      has_ended_ = true;
    } else {
      text_.append(buffer, static_cast<std::size_t>(count));
    }
    return true;
  }
  // Everything up to the end the server makes.
  const std::string& read_to_end(int timeout_ms = 5000) {
    while (!has_ended_ && read_some(timeout_ms)) {
    }
    EXPECT_TRUE(has_ended_) << "the server kept the connection; so far: " << text_.substr(0, 500);
    return text_;
  }
  // One whole answer with a Content-Length (or without body), taken off the text.
  std::string read_answer(int timeout_ms = 5000) {
    for (;;) {
      if (const auto end = text_.find("\r\n\r\n"); end != std::string::npos) {
        std::size_t length = 0;
        if (const auto at = text_.find("Content-Length: "); at < end) length = std::stoul(text_.substr(at + 16));
        if (text_.size() >= end + 4 + length) {
          auto answer = text_.substr(0, end + 4 + length);
          text_.erase(0, answer.size());
          return answer;
        }
      }
      if (has_ended_ || !read_some(timeout_ms)) return std::exchange(text_, {});
    }
  }
  bool has_ended() const { return has_ended_; }
  std::string& text() { return text_; }
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
  bool is_open_ = false;
  bool has_ended_ = false;
  std::string text_;
};

inline int status_in(std::string_view answer) {
  if (!answer.starts_with("HTTP/1.1 ")) return 0;
  return std::stoi(std::string(answer.substr(9, 3)));
}

// The log, as text.
class LogFile {
 public:
  LogFile() : fd_(::open((folder_ / "log").c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600)), log(fd_) {}
  ~LogFile() { ::close(fd_); }
  std::string text() const {
    std::string all;
    char buffer[4096];
    off_t at = 0;
    for (ssize_t n = 0; (n = ::pread(fd_, buffer, sizeof buffer, at)) > 0; at += n) {
      all.append(buffer, static_cast<std::size_t>(n));
    }
    return all;
  }

 private:
  TemporaryFolder folder_;
  int fd_;

 public:
  observe::Log log;
};

// Waits for what another thread is about to make true.
template <class Condition>
bool eventually(Condition condition, std::chrono::milliseconds at_most = std::chrono::seconds(5)) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

struct Certificate {
  std::string certificate_pem, key_pem;
};
inline const Certificate& certificate() {
  static const Certificate made = [] {
    const auto now = io::SystemClock().now().ms;
    auto own = crypto::self_signed({"localhost", "documents.localhost"}, now);
    return Certificate{own.certificate_pem, std::string(own.key_pem.reveal_text())};
  }();
  return made;
}

// One server with one listener.
class TestServer {
 public:
  explicit TestServer(Site site, ServerOptions options = {}, Listener::Kind kind = Listener::Kind::plain_loopback) {
    Listener listener;
    listener.kind = kind;
    listener.certificate_pem = certificate().certificate_pem;
    listener.key_pem = certificate().key_pem;
    if (kind == Listener::Kind::unix_socket) listener.socket_path = (folder / "socket").string();
    listener.sites.push_back(std::move(site));
    options.listeners.push_back(std::move(listener));
    auto started = Server::start(std::move(options), clock, log_file.log, metrics);
    EXPECT_TRUE(started) << (started ? "" : started.error().detail);
    if (started) server = std::move(*started);
  }
  std::uint16_t port() const { return server->port(0); }
  std::string log() const { return log_file.text(); }

  // One request, headers given as text lines; the answer to it, on a connection of its own.
  std::string ask(std::string_view first_line, std::string_view headers = {}, std::string_view body = {}) const {
    Raw raw(port());
    std::string message(first_line);
    message.append(" HTTP/1.1\r\n");
    if (headers.find("Host:") == std::string_view::npos) message.append("Host: localhost\r\n");
    message.append(headers);
    if (!body.empty()) message.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    message.append("\r\n").append(body);
    raw.send(message);
    return raw.read_answer();
  }
  ClientOptions client_options(ClientOptions::Kind kind = ClientOptions::Kind::plain) const {
    ClientOptions options;
    options.kind = kind;
    options.port = kind == ClientOptions::Kind::unix_socket ? std::uint16_t{0} : port();
    options.socket_path = (folder / "socket").string();
    options.timeout_ms = 10'000;
    if (kind == ClientOptions::Kind::tls) options.authority_pem = certificate().certificate_pem;
    return options;
  }

  TemporaryFolder folder;
  io::ManualClock clock{kernel::Instant{1'741'097'220'000}};  // 2025-03-04T14:07:00Z
  LogFile log_file;
  observe::Metrics metrics;
  std::unique_ptr<Server> server;
};

inline Route open_route(Method method, std::string path, Handler handler) {
  return {.method = method,
          .path_template = std::move(path),
          .handler = std::move(handler),
          .access = Access::anyone,
          .limit = {},
          .checks_origin = false};
}

inline Site site_of(std::vector<Route> routes) {
  Site site;
  site.routes = std::move(routes);
  return site;
}

// What a handler that waits is let go by.
class Gate {
 public:
  io::Task<void> pass() {
    waiting_.fetch_add(1);
    while (!is_open_) co_await io::sleep_ms(2);
    passed_.fetch_add(1);
  }
  void open() { is_open_ = true; }
  int waiting() const { return waiting_; }
  int passed() const { return passed_; }

 private:
  std::atomic<bool> is_open_{false};
  std::atomic<int> waiting_{0}, passed_{0};
};

}  // namespace carnet::http::testing
