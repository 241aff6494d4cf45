#include "foundation/http/client.hpp"

#include <gmock/gmock.h>

#include "foundation/http/testing.hpp"

namespace carnet::http {
namespace {

using namespace carnet::http::testing;

io::Task<kernel::Result<Response>> echo(Exchange& exchange) {
  auto response = Response::text("text/plain", std::string(exchange.request.body_text()), 201);
  response.with("X-Seen", exchange.request.header("x-sent")).with("X-Host", exchange.request.header("host"));
  co_return response;
}
io::Task<kernel::Result<Response>> late(Exchange&) {
  co_await io::sleep_ms(1000);
  co_return Response::empty(204);
}

Site site() {
  auto post = open_route(Method::post, "/echo", echo);
  post.max_body = 4u << 20;
  return site_of({post, open_route(Method::get, "/echo", echo), open_route(Method::get, "/late", late)});
}

TEST(Client, TheSameOverEachTransport) {
  using Kind = ClientOptions::Kind;
  const TestServer plain(site()), tls(site(), {}, Listener::Kind::tls), local(site(), {}, Listener::Kind::unix_socket);
  for (const auto& [server, kind] : {std::pair{&plain, Kind::plain}, {&tls, Kind::tls}, {&local, Kind::unix_socket}}) {
    Client client(server->client_options(kind));
    for (const std::size_t size : {0u, 1u, 20'000u, 3'000'000u}) {
      const std::string body(size, 'x');
      const auto response = client.request("POST", "/echo", {{"X-Sent", "yes"}}, body);
      ASSERT_TRUE(response) << response.error().code << " " << response.error().detail;
      EXPECT_EQ(response->status, 201);
      EXPECT_EQ(response->body, body);
      EXPECT_EQ(header_of(*response, "x-seen"), "yes");
      EXPECT_TRUE(client.is_connected());
    }
    const auto head = client.request("HEAD", "/echo");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->body, "");
    EXPECT_EQ(client.request("GET", "/nowhere")->status, 404);
  }
}

TEST(Client, ServersMustProveTheirName) {
  const TestServer server(site(), {}, Listener::Kind::tls);
  auto options = server.client_options(ClientOptions::Kind::tls);
  options.host = "example.org";
  EXPECT_EQ(Client(options).request("GET", "/echo").error().code, "http.client_certificate");
  options.host = "documents.localhost";
  EXPECT_TRUE(Client(options).request("GET", "/echo"));
  const auto other = crypto::self_signed({"localhost"}, io::SystemClock().now().ms);
  options.host = "localhost";
  options.authority_pem = other.certificate_pem;
  EXPECT_EQ(Client(options).request("GET", "/echo").error().code, "http.client_certificate");
  options.authority_pem.clear();
  EXPECT_FALSE(Client(options).request("GET", "/echo")) << "nothing to trust";
  options.exact_certificate_pem = other.certificate_pem;
  EXPECT_EQ(Client(options).request("GET", "/echo").error().code, "http.client_certificate");
  options.exact_certificate_pem = certificate().certificate_pem;
  options.host = "whatever";
  EXPECT_TRUE(Client(options).request("GET", "/echo")) << "the very certificate, whatever its names";
}

TEST(Client, FindsKeptConnectionsClosed) {
  ServerOptions options;
  options.keep_alive_ms = 100;
  const TestServer server(site(), options);
  Client client(server.client_options());
  ASSERT_TRUE(client.request("GET", "/echo"));
  EXPECT_TRUE(client.is_connected());
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  EXPECT_TRUE(client.request("POST", "/echo", {}, "x")) << "seen before sending";
}

TEST(Client, WaitsNoLongerThanTold) {
  const TestServer server(site());
  auto options = server.client_options();
  options.timeout_ms = 100;
  Client client(options);
  EXPECT_EQ(client.request("GET", "/late").error().code, "http.client_timeout");
  EXPECT_FALSE(client.is_connected());
  EXPECT_EQ(client.request("GET", "/echo")->status, 201) << "goes on with a new connection";
}

TEST(Client, NobodyThere) {
  ClientOptions options;
  options.kind = ClientOptions::Kind::plain;
  options.port = 1;
  EXPECT_EQ(Client(options).request("GET", "/").error().code, "http.client_connect");
  options.kind = ClientOptions::Kind::unix_socket;
  options.socket_path = "/nonexistent/socket";
  EXPECT_EQ(Client(options).request("GET", "/").error().code, "http.client_connect");
}

TEST(Client, HostHeaderNamesThePort) {
  const TestServer server(site());
  Client client(server.client_options());
  EXPECT_EQ(header_of(*client.request("GET", "/echo"), "x-host"), "localhost:" + std::to_string(server.port()));
  EXPECT_EQ(header_of(*client.request("GET", "/echo", {{"Host", "other"}}), "x-host"), "other");
}

}  // namespace
}  // namespace carnet::http
