#include "foundation/http/listen.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/socket_base.hpp>
#include <filesystem>

namespace carnet::http {
namespace {

using kernel::ErrorKind;
using kernel::Status;
using Protocol = asio::generic::stream_protocol;

Status refuse(std::string_view code, std::string_view what, const IoError& error) {
  return kernel::refuse(ErrorKind::invalid, code, std::string(what) + ": " + error.message());
}

// Whether a server answers behind the socket file. A file without one is left over from a program that was killed.
bool is_alive(const std::string& path) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return true;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const int connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const bool refused = connected != 0 && errno == ECONNREFUSED;
  ::close(fd);
  return !refused;
}

Status clear_place(const std::string& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return {};
  if (!S_ISSOCK(info.st_mode)) {
    return kernel::refuse(ErrorKind::conflict, "http.listen", path + " exists and is not a socket");
  }
  if (is_alive(path)) return kernel::refuse(ErrorKind::conflict, "http.listen", path + " is in use");
  ::unlink(path.c_str());
  return {};
}

Status open_unix(const std::string& path, Endpoint& endpoint) {
  if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path)) {
    return kernel::refuse(ErrorKind::invalid, "http.listen", "the path of a socket has 1 to 107 bytes");
  }
  CARNET_CHECK(clear_place(path));
  IoError error;
  auto& acceptor = *endpoint.acceptor;
  acceptor.open(Protocol(AF_UNIX, 0), error);
  if (error) return refuse("http.listen", path, error);
  // Linux gives the file the mode of the socket it is bound to: no instant at which others could connect.
  if (::fchmod(acceptor.native_handle(), 0600) != 0) {
    return kernel::refuse(ErrorKind::invalid, "http.listen", path + ": mode");
  }
  acceptor.bind(unix_endpoint(path), error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return refuse("http.listen", path, error);
  endpoint.socket_path = path;
  return {};
}

Status open_tcp(const Listener& listener, Endpoint& endpoint) {
  IoError error;
  const auto address = asio::ip::make_address(listener.address, error);
  if (error) return refuse("http.listen", listener.address, error);
  if (listener.kind == Listener::Kind::plain_loopback && !address.is_loopback()) {
    return kernel::refuse(ErrorKind::invalid, "http.listen",
                          listener.address + ": without TLS only the loopback may be listened on");
  }
  const asio::ip::tcp::endpoint place(address, listener.port);
  const auto name = listener.address + ":" + std::to_string(listener.port);
  auto& acceptor = *endpoint.acceptor;
  acceptor.open(place.protocol(), error);
  if (error) return refuse("http.listen", name, error);
  acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (address.is_v6()) acceptor.set_option(asio::ip::v6_only(!address.is_unspecified()), error);
  acceptor.bind(Protocol::endpoint(place), error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return refuse("http.listen", name, error);
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(acceptor.native_handle(), reinterpret_cast<sockaddr*>(&bound), &size);
  const auto port = bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(bound).sin6_port
                                                : reinterpret_cast<const sockaddr_in&>(bound).sin_port;
  endpoint.port = ntohs(port);
  return {};
}

}  // namespace

Protocol::endpoint unix_endpoint(const std::string& path) {
  return Protocol::endpoint(asio::local::stream_protocol::endpoint(path));
}

Status open_acceptor(const Listener& listener, Endpoint& endpoint, io::Executor executor) {
  endpoint.acceptor.emplace(executor);
  return listener.kind == Listener::Kind::unix_socket ? open_unix(listener.socket_path, endpoint)
                                                      : open_tcp(listener, endpoint);
}

std::string peer_of(const Socket& socket) {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const int fd = const_cast<Socket&>(socket).native_handle();
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return "unix";
  char text[INET6_ADDRSTRLEN] = {};
  if (peer.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(peer).sin_addr, text, sizeof text);
    return text;
  }
  if (peer.ss_family != AF_INET6) return "unix";
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    inet_ntop(AF_INET, v6.s6_addr + 12, text, sizeof text);
  } else {
    inet_ntop(AF_INET6, &v6, text, sizeof text);
  }
  return text;
}

}  // namespace carnet::http
