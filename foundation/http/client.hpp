// A small HTTP/1.1 client for the command line, tests and measurement: one server, one connection, one request at a
// time. Not for the outside world: that is courier's.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/http/http.hpp"

namespace carnet::http {

struct ClientOptions {
  enum class Kind { tls, plain, unix_socket } kind = Kind::tls;
  std::string address = "127.0.0.1";  // IPv4 or IPv6 address to connect to; names are not looked up
  std::uint16_t port = 0;
  std::string socket_path;         // unix_socket
  std::string host = "localhost";  // Host header (without port), and the name the certificate must bear
  // tls: one of the two. An authority, or a certificate that is trusted as one; or the very certificate to be shown.
  std::string authority_pem;
  std::string exact_certificate_pem;
  std::int64_t timeout_ms = 30'000;  // for a whole request, connecting included
  std::size_t max_body = 64u << 20;
};

// Not thread-safe. Blocks; never call it on an io thread of the server.
class Client {
 public:
  explicit Client(ClientOptions options);
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // Sends one request and waits for the whole answer, of whatever status. Keeps the connection for the next one. A GET
  // or HEAD that finds the kept connection closed is sent once more on a new one; nothing else is ever sent twice.
  // Host (unless given) and Content-Length are set here.
  // Faults: "http.client_connect" (nothing was sent), "http.client_certificate", "http.client_broken" (no whole answer:
  // the request may or may not have had its effect), "http.client_timeout" (the same).
  kernel::Result<Response> request(std::string_view method, std::string_view target,
                                   const std::vector<Header>& headers = {}, std::string_view body = {});
  void close();
  bool is_connected() const;  // a connection is kept

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Case-blind; empty when absent.
std::string_view header_of(const Response& response, std::string_view name);

}  // namespace carnet::http
