#include "foundation/http/transport.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <boost/asio/as_tuple.hpp>
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
