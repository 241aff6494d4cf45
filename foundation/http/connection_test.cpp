// What happens on one connection: framing, order, slowness, memory, deadlines.
#include <gmock/gmock.h>

#include <thread>

#include "foundation/http/testing.hpp"

namespace carnet::http {
namespace {

using namespace carnet::http::testing;
using ::testing::HasSubstr;
using ::testing::Not;

io::Task<kernel::Result<Response>> echo(Exchange& exchange) {
  co_return Response::text("text/plain", exchange.request.path + ":" + std::string(exchange.request.body_text()));
}
io::Task<kernel::Result<Response>> slow(Exchange& exchange) {
  co_await io::sleep_ms(30);
  co_return Response::text("text/plain", exchange.request.path);
}
io::Task<kernel::Result<Response>> big(Exchange&) {
  co_return Response::text("text/plain", std::string(8u << 20, 'b'));
}

io::Task<kernel::Result<Response>> wait_at(std::shared_ptr<Gate> gate, const Request& request) {
  co_await gate->pass();
  co_return Response::text("text/plain", request.path + std::string(request.body_text()));
}
Handler gated(std::shared_ptr<Gate> gate) {
  return [gate = std::move(gate)](Exchange& exchange) { return wait_at(gate, exchange.request); };
}

Site site_with(std::shared_ptr<Gate> gate = std::make_shared<Gate>()) {
  auto post = open_route(Method::post, "/{what}", echo);
  post.max_body = 4u << 20;
  auto gated_post = open_route(Method::post, "/gated/{n}", gated(gate));
  gated_post.max_body = 4u << 20;
  return site_of({post, gated_post, open_route(Method::get, "/{what}", echo),
                  open_route(Method::get, "/slow/{n}", slow), open_route(Method::get, "/gated/{n}", gated(gate)),
                  open_route(Method::get, "/big", big)});
}

ServerOptions quick() {
  ServerOptions options;
  options.header_timeout_ms = 300;
  options.body_idle_timeout_ms = 300;
  options.keep_alive_ms = 400;
  options.handler_deadline_ms = 300;
  options.drain_ms = 300;
  return options;
}

TEST(Connection, PipelinedRequestsAreAnsweredInOrder) {
  const TestServer server(site_with());
  Raw raw(server.port());
  std::string all;
  for (int i = 0; i < 50; ++i) {
    all += i % 10 == 0 ? "GET /slow/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n"
                       : "POST /n HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n" + std::string(i < 10 ? "0" : "") +
                             std::to_string(i);
  }
  raw.send(all);
  for (int i = 0; i < 50; ++i) {
    const auto answer = raw.read_answer();
    const auto expected =
        i % 10 == 0 ? "/slow/" + std::to_string(i) : "/n:" + std::string(i < 10 ? "0" : "") + std::to_string(i);
    EXPECT_TRUE(answer.ends_with("\r\n\r\n" + expected)) << i << answer;
  }
}

TEST(Connection, OneByteAtATime) {
  const TestServer server(site_with());
  Raw raw(server.port());
  for (const char c :
       std::string_view("\r\nPOST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
                        "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz")) {
    raw.send({&c, 1});
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  EXPECT_TRUE(raw.read_answer().ends_with("/a:ab"));
  EXPECT_TRUE(raw.read_answer().ends_with("/b:xyz"));
}

TEST(Connection, AmbiguousFramingEndsTheConnection) {
  const TestServer server(site_with());
  const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  for (const std::string_view lines :
       {"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
        "Content-Length: 0\r\nContent-Length: 50\r\n", "Content-Length: 0\r\nContent-Length: 0\r\n",
        "Transfer-Encoding: xchunked\r\n", "Transfer-Encoding : chunked\r\n", "X: y\r\n Content-Length: 0\r\n",
        "Content-Length: 0\n", "X: a\rb\r\n", "Content-Length: 00x\r\n"}) {
    Raw raw(server.port());
    raw.send("POST /a HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n0\r\n\r\n" + smuggled);
    const auto& text = raw.read_to_end();
    EXPECT_EQ(status_in(text), 400) << lines << text;
    EXPECT_THAT(text, Not(HasSubstr("/smuggled"))) << lines;
    EXPECT_THAT(text, HasSubstr("Connection: close\r\n")) << lines;
    EXPECT_EQ(text.find("HTTP/1.1 ", 9), std::string::npos) << "one answer, and the end: " << lines;
  }
}

TEST(Connection, BrokenChunksEndTheConnection) {
  const TestServer server(site_with());
  for (const std::string_view body :
       {"x\r\n", "5\r\nab", "1\r\nab\r\n0\r\n\r\n", "1\na\n0\n\n", "fffffffff\r\n", "0\r\nX: y\r\n\r\n"}) {
    Raw raw(server.port());
    raw.send("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(body) +
             "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    raw.end_sending();
    const auto& text = raw.read_to_end();
    EXPECT_NE(status_in(text), 200) << body;
    EXPECT_THAT(text, Not(HasSubstr("/smuggled"))) << body;
  }
}

TEST(Connection, AfterARefusalTheNextRequestIsStillFound) {
  Site site = site_with();
  auto small = open_route(Method::put, "/small", echo);
  small.max_body = 3;
  site.routes.push_back(small);
  const TestServer server(std::move(site));
  Raw raw(server.port());
  raw.send(
      "PUT /small HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n12345"
      "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_in(raw.read_answer()), 413);
  EXPECT_TRUE(raw.read_answer().ends_with("/next:"));
}

TEST(Connection, ABodyTooLargeToReadOverEndsTheConnectionWithTheAnswer) {
  Site site = site_with();
  auto small = open_route(Method::put, "/small", echo);
  small.max_body = 3;
  site.routes.push_back(small);
  const TestServer server(std::move(site));
  Raw raw(server.port());
  raw.send("PUT /small HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + std::string(500'000, 'x'));
  const auto& text = raw.read_to_end();
  EXPECT_EQ(status_in(text), 413) << "the answer must survive the bytes nobody read";
  EXPECT_THAT(text, HasSubstr("Connection: close\r\n"));
}

TEST(Connection, ContinueIsSaidOnlyToThoseWhoMaySend) {
  const TestServer server(site_with());
  Raw raw(server.port());
  raw.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(raw.read_some());
  EXPECT_EQ(raw.text(), "HTTP/1.1 100 Continue\r\n\r\n");
  raw.text().clear();
  raw.send("abc");
  EXPECT_TRUE(raw.read_answer().ends_with("/a:abc"));
  raw.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(status_in(raw.read_answer()), 413);
  raw.read_to_end();
  Raw other(server.port());
  other.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 200-maybe\r\n\r\n");
  EXPECT_EQ(status_in(other.read_answer()), 417);
}

TEST(Connection, OldClientsGetOneAnswerUnlessTheyAsk) {
  const TestServer server(site_with());
  Raw raw(server.port());
  raw.send("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_THAT(raw.read_to_end(), HasSubstr("Connection: close\r\n"));
  Raw kept(server.port());
  kept.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(kept.read_answer(), HasSubstr("Connection: keep-alive\r\n"));
  kept.send("GET /b HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(kept.read_to_end().ends_with("/b:"));
}

TEST(Connection, AHundredAtOnceKeptAlive) {
  const TestServer server(site_with());
  std::vector<std::unique_ptr<Raw>> all;
  for (int i = 0; i < 100; ++i) all.push_back(std::make_unique<Raw>(server.port()));
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(all[static_cast<std::size_t>(i)]->send("POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n" +
                                                         std::to_string(1000 + i)));
    }
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(all[static_cast<std::size_t>(i)]->read_answer().ends_with("/p:" + std::to_string(1000 + i)))
          << round << " " << i;
    }
  }
}

TEST(Connection, SlowHeadsAreCutOff) {
  const TestServer server(site_with(), quick());
  Raw raw(server.port());
  const auto began = std::chrono::steady_clock::now();
  raw.send("GET /a HTTP/1.1\r\n");
  // A byte now and then must not extend the time.
  for (int i = 0; i < 60 && !raw.has_ended(); ++i) {
    raw.send("X");
    raw.read_some(50);
  }
  EXPECT_TRUE(raw.has_ended());
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  EXPECT_EQ(raw.text(), "");
  Raw silent(server.port());
  EXPECT_EQ(silent.read_to_end(3000), "");
}

TEST(Connection, SlowBodiesAreCutOff) {
  const TestServer server(site_with(), quick());
  Raw raw(server.port());
  raw.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  raw.read_to_end(3000);
  Raw trickle(server.port());
  trickle.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  const auto began = std::chrono::steady_clock::now();
  while (!trickle.has_ended() && std::chrono::steady_clock::now() - began < std::chrono::seconds(5)) {
    trickle.send("x");  // never idle for long, but far under the least rate
    trickle.read_some(100);
  }
  EXPECT_TRUE(trickle.has_ended());
  EXPECT_EQ(status_in(trickle.text()), 408);
}

TEST(Connection, IdleConnectionsAreClosed) {
  const TestServer server(site_with(), quick());
  Raw raw(server.port());
  raw.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(status_in(raw.read_answer()), 200);
  EXPECT_EQ(raw.read_to_end(3000), "");
}

TEST(Connection, PeersThatDoNotReadAreCutOff) {
  const TestServer server(site_with(), quick());
  Raw raw(server.port());
  const int small = 4096;
  ::setsockopt(raw.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  raw.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return server.log().find("\"route\":\"/big\"") != std::string::npos; }))
      << "the write was given up";
}

TEST(Connection, LargeAnswersArriveWhole) {
  const TestServer server(site_with());
  const auto answer = server.ask("GET /big");
  EXPECT_EQ(answer.size() - answer.find("\r\n\r\n") - 4, 8u << 20);
}

TEST(Connection, MemoryOfBodiesIsBounded) {
  const auto gate = std::make_shared<Gate>();
  ServerOptions options;
  options.max_in_flight_bytes = 300 * 1024;
  const TestServer server(site_with(gate), options);
  const std::string body(100 * 1024, 'x');
  const auto post = "POST /gated/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 102400\r\n\r\n" + body;
  Raw first(server.port()), second(server.port()), third(server.port());
  first.send(post);
  second.send(post);
  ASSERT_TRUE(eventually([&] { return gate->waiting() == 2; }));
  third.send("POST /gated/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
  const auto refused = third.read_answer();
  EXPECT_EQ(status_in(refused), 503) << "announced more than is left";
  EXPECT_THAT(refused, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_THAT(refused, HasSubstr("\"code\":\"http.busy\""));
  Raw chunked(server.port());
  chunked.send("POST /gated/1 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n" +
               std::string(0x20000, 'y') + "\r\n0\r\n\r\n");
  EXPECT_EQ(status_in(chunked.read_answer()), 503) << "grew beyond what is left";
  EXPECT_EQ(status_in(server.ask("GET /fine")), 200) << "requests without body go on";
  gate->open();
  EXPECT_EQ(status_in(first.read_answer()), 200);
  EXPECT_EQ(status_in(second.read_answer()), 200);
  Raw again(server.port());
  again.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 307200\r\n\r\n" + body + body + body);
  EXPECT_EQ(status_in(again.read_answer()), 200) << "all of it was given back";
}

TEST(Connection, ALateHandlerIsAnsweredForAndLivesOn) {
  const auto gate = std::make_shared<Gate>();
  const TestServer server(site_with(gate), quick());
  Raw raw(server.port());
  const auto began = std::chrono::steady_clock::now();
  raw.send("POST /gated/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto& text = raw.read_to_end(3000);
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(300));
  EXPECT_EQ(status_in(text), 503) << text;
  EXPECT_THAT(text, HasSubstr("\"code\":\"http.deadline\""));
  EXPECT_THAT(text, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(text, Not(HasSubstr("/next")));
  EXPECT_EQ(gate->passed(), 0);
  gate->open();  // only now does the handler read its request
  EXPECT_TRUE(eventually([&] { return gate->passed() == 1; }));
  EXPECT_THAT(server.log(), HasSubstr("\"route\":\"/gated/{n}\",\"method\":\"POST\",\"status\":503"));
}

// Never answers in time; must not be followed by a body or a handler.
class LateDoorman final : public Authenticator {
 public:
  explicit LateDoorman(std::shared_ptr<Gate> gate) : gate_(std::move(gate)) {}
  io::Task<kernel::Result<std::shared_ptr<const Principal>>> authenticate(const Request&) override {
    co_await gate_->pass();
    co_return std::make_shared<const Principal>();
  }

 private:
  std::shared_ptr<Gate> gate_;
};

TEST(Connection, LateAuthenticationRunsNoHandler) {
  const auto doors = std::make_shared<Gate>();
  const auto handlers = std::make_shared<Gate>();
  Site site = site_with(handlers);
  site.authenticator = std::make_shared<LateDoorman>(doors);
  const TestServer server(std::move(site), quick());
  Raw raw(server.port());
  raw.send("POST /gated/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(status_in(raw.read_to_end(3000)), 503);
  doors->open();
  ASSERT_TRUE(eventually([&] { return doors->passed() == 1; }));
  EXPECT_EQ(status_in(server.ask("GET /fine")), 200) << "the server goes on";
  EXPECT_EQ(handlers->waiting(), 0);
}

TEST(Connection, PeersThatLeaveDoNotHurt) {
  const auto gate = std::make_shared<Gate>();
  const TestServer server(site_with(gate));
  {
    Raw a(server.port()), b(server.port()), c(server.port());
    a.send("GET /gated/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    b.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
    c.send("GET /x HT");
    ASSERT_TRUE(eventually([&] { return gate->waiting() == 1; }));
  }
  gate->open();
  EXPECT_TRUE(eventually([&] { return gate->passed() == 1; }));
  EXPECT_EQ(status_in(server.ask("GET /fine")), 200);
}

TEST(Connection, GarbageIsRefused) {
  const TestServer server(site_with());
  for (const std::string_view text : {std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 tls\r\n\r\n"),
                                      std::string_view("\0\0\0\0\r\n\r\n", 8), std::string_view("hello\r\n\r\n"),
                                      std::string_view("SSH-2.0-x\r\n\r\n")}) {
    Raw raw(server.port());
    raw.send(text);
    raw.end_sending();
    EXPECT_EQ(status_in(raw.read_to_end()), 400);
  }
  Raw other(server.port());
  other.send("GET * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  EXPECT_EQ(status_in(other.read_to_end()), 505);
}

}  // namespace
}  // namespace carnet::http
