// Internal to foundation/http: a connected byte stream, in clear or under TLS.
#pragma once
#include <array>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>

#include "foundation/io/task.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::http {

namespace asio = boost::asio;
using IoError = boost::system::error_code;
using IoOutcome = std::tuple<IoError, std::size_t>;
using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, io::Executor>;  // TCP or Unix
using Acceptor = asio::basic_socket_acceptor<asio::generic::stream_protocol, io::Executor>;

class Transport {
 public:
  virtual ~Transport() = default;
  virtual io::Task<IoError> handshake() = 0;
  virtual io::Task<IoOutcome> read_some(asio::mutable_buffer into) = 0;
  virtual io::Task<IoOutcome> write_some(std::array<asio::const_buffer, 2> from) = 0;
  // Writes at once what the system takes without waiting; 0 when nothing, which says no more than that.
  virtual std::size_t try_write(std::array<asio::const_buffer, 2>) { return 0; }
  virtual io::Task<void> say_goodbye() = 0;  // TLS close_notify; waits for the peer's: under a deadline
  virtual bool is_tls() const = 0;
  virtual bool is_http2() const { return false; }  // as both sides agreed in the handshake
  virtual Socket& socket() = 0;  // closing it ends whatever is awaited
  void close() noexcept {
    IoError ignored;
    socket().close(ignored);
  }
};

// TLS 1.3 only; ALPN h2, then http/1.1.
class TlsServer {
 public:
  static kernel::Result<TlsServer> make(const std::string& certificate_pem, const std::string& key_pem);
  TlsServer(TlsServer&&) noexcept;
  ~TlsServer();
  std::unique_ptr<Transport> transport(Socket socket) const;

 private:
  struct State;
  explicit TlsServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class TlsClient {
 public:
  // Exactly one of the two: an authority (or the certificate itself) to which the server's name must also answer, or
  // the one certificate the server must show, whatever its names.
  static kernel::Result<TlsClient> make(const std::string& authority_pem, const std::string& exact_certificate_pem);
  TlsClient(TlsClient&&) noexcept;
  ~TlsClient();
  std::unique_ptr<Transport> transport(Socket socket, const std::string& server_name) const;

 private:
  struct State;
  explicit TlsClient(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

std::unique_ptr<Transport> plain_transport(Socket socket);
// No waiting for an acknowledgement before a small part follows a large one (TCP_NODELAY); nothing on a Unix socket.
void send_at_once(Socket& socket);

}  // namespace carnet::http
