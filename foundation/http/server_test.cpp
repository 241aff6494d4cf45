#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "foundation/http/http.hpp"
#include "foundation/observe/observe.hpp"

namespace carnet::http {
namespace {

io::Task<kernel::Result<Response>> hello(Exchange& exchange) {
  co_return Response::text("text/plain", "hello " + std::string(exchange.parameter("name")));
}

std::string talk(std::uint16_t port, std::string_view bytes) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  ::close(fd);
  return text;
}

TEST(Server, AnswersInOrderOnOneConnection) {
  io::SystemClock clock;
  observe::Log log(2);
  observe::Metrics metrics;
  ServerOptions options;
  Listener listener;
  listener.kind = Listener::Kind::plain_loopback;
  Site site;
  site.routes.push_back({.method = Method::get, .path_template = "/hello/{name}", .handler = hello, .access = Access::anyone, .limit = {}});
  listener.sites.push_back(site);
  options.listeners.push_back(listener);
  auto server = Server::start(std::move(options), clock, log, metrics);
  ASSERT_TRUE(server);
  const auto text = talk((*server)->port(0),
                         "GET /hello/a HTTP/1.1\r\nHost: localhost\r\n\r\n"
                         "GET /hello/b%20c HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_NE(text.find("hello a"), std::string::npos) << text;
  EXPECT_LT(text.find("hello a"), text.find("hello b c")) << text;
  (*server)->stop();
}

}  // namespace
}  // namespace carnet::http
