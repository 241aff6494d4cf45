#include "foundation/http/transport.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace carnet::http {
namespace {

constexpr asio::as_tuple_t<asio::use_awaitable_t<io::Executor>> as_outcome{};

class Plain final : public Transport {
 public:
  explicit Plain(Socket socket) : socket_(std::move(socket)) {}
  io::Task<IoError> handshake() override { co_return IoError{}; }
  io::Task<IoOutcome> read_some(asio::mutable_buffer into) override {
    return socket_.async_read_some(into, as_outcome);
  }
  io::Task<IoOutcome> write_some(std::array<asio::const_buffer, 2> from) override {
    return socket_.async_write_some(from, as_outcome);
  }
  // Most answers fit into the socket's buffer: no need to arm and await an operation for them.
  std::size_t try_write(std::array<asio::const_buffer, 2> from) override {
    std::array<iovec, 2> parts{};
    std::size_t count = 0;
    for (const auto& one : from) {
      if (one.size() > 0) parts[count++] = {const_cast<void*>(one.data()), one.size()};
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = count;
    const auto sent = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent > 0 ? static_cast<std::size_t>(sent) : 0;
  }
  io::Task<void> say_goodbye() override { co_return; }
  bool is_tls() const override { return false; }
  Socket& socket() override { return socket_; }

 private:
  Socket socket_;
};

}  // namespace

std::unique_ptr<Transport> plain_transport(Socket socket) {
  return std::make_unique<Plain>(std::move(socket));
}

void send_at_once(Socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
}

}  // namespace carnet::http
