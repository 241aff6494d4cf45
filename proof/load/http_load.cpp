#include "proof/load/http_load.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <memory>
#include <stdexcept>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "foundation/http/transport.hpp"

namespace carnet::proof {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::size_t first_room = 64 * 1024;
constexpr int longest_wait_ms = 10'000;

// An answer as it comes in.
class Answer {
 public:
  Answer() : input_(first_room, '\0') {}
  void begin() { filled_ = head_end_ = 0; }
  char* room(std::size_t& size) {
    if (filled_ == input_.size()) input_.resize(input_.size() * 2);
    size = input_.size() - filled_;
    return input_.data() + filled_;
  }
  // True when the whole answer is here.
  bool received(std::size_t count) {
    filled_ += count;
    if (head_end_ == 0 && !read_head()) return false;
    return filled_ >= head_end_ + body_size_;
  }
  int status() const { return status_; }
  std::string_view body() const { return std::string_view(input_).substr(head_end_, body_size_); }

 private:
  bool read_head() {
    const std::string_view all(input_.data(), filled_);
    const auto end = all.find("\r\n\r\n");
    if (end == std::string_view::npos || end < 12) return false;
    const auto head = all.substr(0, end);
    std::from_chars(head.data() + 9, head.data() + 12, status_);
    body_size_ = 0;
    if (const auto at = head.find("Content-Length: "); at != std::string_view::npos) {
      std::from_chars(head.data() + at + 16, head.data() + head.size(), body_size_);
    }
    head_end_ = end + 4;
    if (head_end_ + body_size_ > input_.size()) input_.resize(head_end_ + body_size_);
    return true;
  }
  std::string input_;
  std::size_t filled_ = 0, head_end_ = 0, body_size_ = 0;
  int status_ = 0;
};

// One run's requests and answers, whatever carries them.
struct Run {
  const Load& load;
  std::function<bool(std::uint64_t asked, Steady::time_point begun)> may_ask;
  Outcome outcome{};
  std::uint64_t asked = 0;
  Steady::time_point begun = Steady::now();

  std::string_view next(std::size_t connection) {  // empty: no more
    if (!may_ask(asked, begun)) return {};
    return load.request(asked++, connection);
  }
  void answered(const Answer& answer, Steady::time_point since) {
    ++outcome.answers;
    outcome.latencies_us.push_back(std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - since).count());
    if (!load.is_right(answer.status(), answer.body())) ++outcome.errors;
  }
};

class Connection {
 public:
  Connection(std::uint16_t port, std::size_t number) : number_(number) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd_ < 0 || connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect");
    }
    const int yes = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(fd_, F_SETFL, fcntl(fd_, F_GETFL) | O_NONBLOCK);
  }
  ~Connection() {
    if (fd_ >= 0) close(fd_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int fd() const { return fd_; }
  std::size_t number() const { return number_; }
  Steady::time_point begun() const { return begun_; }
  void ask(std::string_view request) {
    to_send_ = request;
    answer_.begin();
    begun_ = Steady::now();
    send_more();
  }
  bool wants_to_send() const { return !to_send_.empty(); }
  void send_more() {
    while (!to_send_.empty()) {
      const auto sent = send(fd_, to_send_.data(), to_send_.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) return;
      if (sent < 0) throw std::runtime_error("the server closed a connection");
      to_send_.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  // True when the whole answer is here.
  bool receive() {
    std::size_t size = 0;
    char* const room = answer_.room(size);
    const auto count = recv(fd_, room, size, 0);
    if (count < 0 && errno == EAGAIN) return false;
    if (count <= 0) throw std::runtime_error("the server closed a connection");
    return answer_.received(static_cast<std::size_t>(count));
  }
  const Answer& answer() const { return answer_; }

 private:
  std::size_t number_;
  int fd_ = -1;
  std::string_view to_send_;
  Answer answer_;
  Steady::time_point begun_;
};

void drive_plain(Run& run, std::uint16_t port, std::size_t connections) {
  const int poll = epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<Connection>> all;
  for (std::size_t i = 0; i < connections; ++i) all.push_back(std::make_unique<Connection>(port, i));
  std::size_t waiting = 0;
  const auto ask = [&](Connection& connection) {
    const auto request = run.next(connection.number());
    if (request.empty()) return false;
    connection.ask(request);
    return true;
  };
  run.begun = Steady::now();
  for (auto& connection : all) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = connection.get();
    epoll_ctl(poll, EPOLL_CTL_ADD, connection->fd(), &event);
    if (ask(*connection)) ++waiting;
  }
  std::vector<epoll_event> events(connections);
  while (waiting > 0) {
    // A request too large for the socket's buffer is sent on as the server takes it: rare, so by short waits.
    const bool is_sending = std::ranges::any_of(all, [](const auto& one) { return one->wants_to_send(); });
    const int count = epoll_wait(poll, events.data(), static_cast<int>(events.size()), is_sending ? 1 : longest_wait_ms);
    if (count == 0 && !is_sending) throw std::runtime_error("no answer within 10 s");
    if (is_sending) {
      for (auto& connection : all) connection->send_more();
    }
    for (int i = 0; i < count; ++i) {
      auto& connection = *static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
      if (!connection.receive()) continue;
      run.answered(connection.answer(), connection.begun());
      if (!ask(connection)) --waiting;
    }
  }
  run.outcome.seconds = std::chrono::duration<double>(Steady::now() - run.begun).count();
  close(poll);
}

// A connection under TLS; all of them take turns on one thread.
io::Task<void> keep_busy(Run& run, const http::TlsClient& tls, std::uint16_t port, std::size_t number) {
  namespace asio = boost::asio;
  http::Socket socket(co_await io::current_executor());
  boost::system::error_code failed;
  socket.connect(asio::generic::stream_protocol::endpoint(asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), port)), failed);
  if (failed) throw std::runtime_error("cannot connect");
  http::send_at_once(socket);
  const auto transport = tls.transport(std::move(socket), "localhost");
  if (co_await transport->handshake()) throw std::runtime_error("no handshake");
  Answer answer;
  for (;;) {
    auto left = run.next(number);
    if (left.empty()) co_return;
    const auto since = Steady::now();
    while (!left.empty()) {
      const auto [error, count] = co_await transport->write_some({asio::const_buffer(left.data(), left.size()), asio::const_buffer()});
      if (error) throw std::runtime_error("the server closed a connection");
      left.remove_prefix(count);
    }
    answer.begin();
    for (bool whole = false; !whole;) {
      std::size_t size = 0;
      char* const room = answer.room(size);
      const auto [error, count] = co_await transport->read_some(asio::buffer(room, size));
      if (error) throw std::runtime_error("the server closed a connection");
      whole = answer.received(count);
    }
    run.answered(answer, since);
  }
}

io::Task<void> keep_all_busy(Run& run, const http::TlsClient& tls, std::uint16_t port, std::size_t connections) {
  const auto executor = co_await io::current_executor();
  for (std::size_t i = 1; i < connections; ++i) io::spawn(executor, keep_busy(run, tls, port, i));
  co_await keep_busy(run, tls, port, 0);
}

Outcome run_through(const Door& door, std::size_t connections, Run run) {
  if (door.certificate_pem.empty()) {
    drive_plain(run, door.port, connections);
    return std::move(run.outcome);
  }
  const auto tls = http::TlsClient::make({}, door.certificate_pem);
  if (!tls) throw std::runtime_error("no TLS: " + tls.error().detail);
  run.begun = Steady::now();
  io::run(keep_all_busy(run, *tls, door.port, connections));
  run.outcome.seconds = std::chrono::duration<double>(Steady::now() - run.begun).count();
  return std::move(run.outcome);
}

}  // namespace

Outcome drive(const Door& door, std::size_t connections, double seconds, const Load& load) {
  return run_through(door, connections, Run{load, [seconds](std::uint64_t, Steady::time_point begun) {
                                              return std::chrono::duration<double>(Steady::now() - begun).count() < seconds;
                                            }});
}

Outcome drive_all(const Door& door, std::size_t connections, std::uint64_t requests, const Load& load) {
  return run_through(door, connections,
                     Run{load, [requests](std::uint64_t asked, Steady::time_point) { return asked < requests; }});
}

std::string request_text(std::string_view method, std::string_view target, std::string_view token, std::string_view body,
                         std::string_view content_type) {
  std::string out;
  out.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
  if (!token.empty()) out.append("Authorization: Bearer ").append(token).append("\r\n");
  if (!body.empty() || method != "GET") {
    out.append("Content-Type: ").append(content_type).append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  return out.append("\r\n").append(body);
}

}  // namespace carnet::proof
