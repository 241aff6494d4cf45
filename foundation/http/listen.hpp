// Internal to foundation/http: sockets that listen.
#pragma once
#include "foundation/http/core.hpp"

namespace carnet::http {

// Opens endpoint.acceptor as `listener` says. A socket file that no one answers on is replaced; the new one is 0600
// from its first instant.
kernel::Status open_acceptor(const Listener& listener, Endpoint& endpoint, io::Executor executor);

// "127.0.0.1", "2001:db8::1", "unix"; IPv4 mapped into IPv6 is written as IPv4.
std::string peer_of(const Socket& socket);

// Connects in a blocking way: for the client.
asio::generic::stream_protocol::endpoint unix_endpoint(const std::string& path);

}  // namespace carnet::http
