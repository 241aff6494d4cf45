// HTTP/2: what it shares with HTTP/1.1, what it may cost, and peers that are rude.
#include <gmock/gmock.h>

#include <random>

#include "foundation/http/http2_peer.hpp"

namespace carnet::http {
namespace {

using namespace carnet::http::testing;
using ::testing::HasSubstr;
constexpr std::uint32_t protocol_error = 1, flow_control_error = 3, frame_size_error = 6, refused_stream = 7,
                        compression_error = 9, enhance_your_calm = 11;

io::Task<kernel::Result<Response>> echo(Exchange& exchange) {
  auto response = Response::text("text/plain", std::string(exchange.request.body_text()));
  response.with("X-Blank", " blanks\t ");
  response.with("X-Saw", exchange.request.host + " " + exchange.request.query + " " +
                             std::string(exchange.request.header("cookie")));
  co_return response;
}
io::Task<kernel::Result<Response>> large(Exchange&) {
  co_return Response::text("text/plain", std::string(300'000, 'l'));
}
io::Task<kernel::Result<Response>> wait_at(std::shared_ptr<Gate> gate) {
  co_await gate->pass();
  co_return Response::text("text/plain", "passed");
}

Site site_with(std::shared_ptr<Gate> gate = std::make_shared<Gate>()) {
  auto small = open_route(Method::post, "/small", echo);
  small.max_body = 1000;
  return site_of({open_route(Method::get, "/echo", echo), open_route(Method::post, "/echo", echo), std::move(small),
                  open_route(Method::get, "/large", large),
                  open_route(Method::get, "/gated", [gate](Exchange&) { return wait_at(gate); })});
}

bool still_serves(const TestServer& server) {
  Http2Peer peer(server.port());
  peer.ask(1, fields_of("GET", "/echo"));
  return peer.hear(1).status == 200;
}

TEST(Http2, SeveralRequestsAtOnce) {
  const auto gate = std::make_shared<Gate>();
  const TestServer server(site_with(gate));
  Http2Peer peer(server.port());
  peer.ask(1, fields_of("GET", "/gated"));
  peer.ask(3, fields_of("GET", "/echo?q=1", {{"cookie", "a=1"}, {"cookie", "b=2"}}));
  const auto& second = peer.hear(3);
  EXPECT_EQ(second.status, 200) << "the first does not hold it up";
  EXPECT_EQ(second.headers.at("x-saw"), "localhost q=1 a=1; b=2");
  EXPECT_EQ(second.headers.at("x-blank"), "blanks") << "none around a value";
  EXPECT_EQ(second.headers.at("x-request-id").size(), 26u);
  EXPECT_EQ(second.headers.at("date"), "Tue, 04 Mar 2025 14:07:00 GMT");
  EXPECT_EQ(second.headers.at("cache-control"), "no-store");
  EXPECT_EQ(second.headers.count("connection"), 0u);
  gate->open();
  EXPECT_EQ(peer.hear(1).body, "passed");
  peer.ask(5, fields_of("HEAD", "/large"));
  EXPECT_EQ(peer.hear(5).headers.at("content-length"), "300000");
  EXPECT_EQ(peer.hear(5).body, "");
  EXPECT_THAT(server.log(), HasSubstr("\"route\":\"/echo\",\"method\":\"GET\",\"status\":200"));
}

TEST(Http2, BodiesAreSentOnAsTheyAreTaken) {
  const TestServer server(site_with());
  Http2Peer peer(server.port());
  peer.ask(1, fields_of("POST", "/echo"), true);
  std::string body;
  while (body.size() < 200'000) {  // three windows
    while (body.size() + 16'000 > 65'535 + peer.window[1]) ASSERT_TRUE(peer.read_frame());
    peer.send(frame(Frame::data, 0, 1, std::string(16'000, 'b')));
    body.append(16'000, 'b');
  }
  peer.send(frame(Frame::data, end_stream, 1, ""));
  // The answer is larger than our own window: it comes on as we open it.
  while (!peer.streams[1].is_whole) {
    const auto before = peer.streams[1].body.size();
    ASSERT_TRUE(peer.read_frame());
    const auto more = peer.streams[1].body.size() - before;
    if (more > 0)
      peer.send(frame(Frame::window_update, 0, 0, big_endian(more, 4)) +
                frame(Frame::window_update, 0, 1, big_endian(more, 4)));
  }
  EXPECT_EQ(peer.streams[1].body, body);
}

TEST(Http2, WhatIsTooLargeIsRefused) {
  const TestServer server(site_with());
  Http2Peer peer(server.port());
  peer.ask(1, fields_of("POST", "/small", {{"content-length", "2000"}}), true);
  EXPECT_EQ(peer.hear(1).status, 413) << "before a byte of it";
  peer.ask(3, fields_of("POST", "/small"), true);
  peer.send(frame(Frame::data, end_stream, 3, std::string(2000, 'x')));
  EXPECT_EQ(peer.hear(3).status, 413);
  peer.ask(5, fields_of("GET", "/" + std::string(9000, 'x')));
  EXPECT_EQ(peer.hear(5).status, 414);
  std::vector<Header> long_ones;  // fit into one frame, and with 32 for each are more than 16 KiB
  for (int i = 0; i < 60; ++i) long_ones.emplace_back("x-" + std::to_string(i), std::string(245, 'x'));
  peer.ask(7, fields_of("GET", "/echo", long_ones));
  EXPECT_EQ(peer.hear(7).status, 431);
  std::vector<Header> many;
  for (int i = 0; i < 120; ++i) many.emplace_back("x-" + std::to_string(i), "");
  peer.ask(9, fields_of("GET", "/echo", many));
  EXPECT_EQ(peer.hear(9).status, 431);
  peer.ask(11, fields_of("GET", "/echo", {{"expect", "a-miracle"}}));
  EXPECT_EQ(peer.hear(11).status, 417);
  peer.ask(13, fields_of("GET", "/echo", {{"host", "elsewhere"}}));
  EXPECT_EQ(peer.hear(13).status, 400);
  peer.ask(15, fields_of("POST", "/echo"), true);
  peer.send(frame(Frame::headers, end_headers | end_stream, 15, block({{"x-trailer", "1"}})));
  EXPECT_EQ(peer.hear(15).status, 400) << "trailers are not read";
}

TEST(Http2, MemoryOfBodiesIsShared) {
  ServerOptions options;
  options.max_in_flight_bytes = 100'000;
  const TestServer server(site_with(), std::move(options));
  Http2Peer peer(server.port());
  peer.ask(1, fields_of("POST", "/echo", {{"content-length", "150000"}}), true);
  EXPECT_EQ(peer.hear(1).status, 503);
  for (std::uint32_t id = 3; id <= 5; id += 2) {
    peer.ask(id, fields_of("POST", "/echo"), true);
    peer.send(
        frame(Frame::data, 0, id, std::string(16'000, 'x')) + frame(Frame::data, 0, id, std::string(16'000, 'x')) +
        frame(Frame::data, 0, id, std::string(16'000, 'x')) + frame(Frame::data, 0, id, std::string(16'000, 'x')));
  }
  EXPECT_EQ(peer.hear(5).status, 503);
  peer.send(frame(Frame::data, end_stream, 3, ""));
  EXPECT_EQ(peer.hear(3).status, 200);
}

TEST(Http2, NoMoreHandlersThanStreams) {
  const auto gate = std::make_shared<Gate>();
  const TestServer server(site_with(gate));
  Http2Peer peer(server.port());
  for (std::uint32_t i = 0; i < 100; ++i) peer.ask(1 + 2 * i, fields_of("GET", "/gated"));
  ASSERT_TRUE(eventually([&] { return gate->waiting() == 100; }));
  peer.ask(201, fields_of("GET", "/gated"));
  EXPECT_EQ(peer.hear(201).reset, refused_stream);
  // Reset streams free nothing while their handlers run.
  for (std::uint32_t i = 0; i < 50; ++i) peer.send(frame(Frame::rst_stream, 0, 1 + 2 * i, big_endian(8, 4)));
  peer.ask(203, fields_of("GET", "/gated"));
  EXPECT_EQ(peer.hear(203).reset, refused_stream);
  EXPECT_EQ(gate->waiting(), 100);
  gate->open();
  EXPECT_EQ(peer.hear(199).body, "passed");
  peer.ask(205, fields_of("GET", "/echo"));
  EXPECT_EQ(peer.hear(205).status, 200);
}

// One after the other: what is sent again and again, and how the server ends it.
TEST(Http2, FloodsAreEnded) {
  const auto gate = std::make_shared<Gate>();
  const TestServer server(site_with(gate));
  const auto flood = [&](const std::function<std::string(std::uint32_t)>& piece, const std::string& name) {
    Http2Peer peer(server.port());
    for (std::uint32_t i = 0; i < 30'000 && peer.raw.send(piece(i)); ++i) {
    }
    peer.raw.end_sending();
    peer.hear_to_the_end();
    EXPECT_TRUE(still_serves(server)) << name;
    return peer.goaway;
  };
  const auto get = block(fields_of("GET", "/gated"));
  EXPECT_EQ(flood(
                [&](std::uint32_t i) {
                  return frame(Frame::headers, end_headers | end_stream, 1 + 2 * i, get) +
                         frame(Frame::rst_stream, 0, 1 + 2 * i, big_endian(8, 4));
                },
                "rapid reset")
                .has_value(),
            true);
  EXPECT_LE(gate->waiting(), 100);
  flood([](std::uint32_t) { return frame(Frame::settings, 0, 0, ""); }, "settings");
  flood([](std::uint32_t) { return frame(Frame::ping, 0, 0, "12345678"); }, "ping");
  flood([](std::uint32_t) { return frame(Frame::priority, 0, 3, big_endian(0, 5)); }, "priority");
  flood([](std::uint32_t) { return frame(Frame::window_update, 0, 0, big_endian(1, 4)); }, "window update");
  flood(
      [&](std::uint32_t i) {
        return i == 0 ? frame(Frame::headers, end_headers, 1, block(fields_of("POST", "/echo")))
                      : frame(Frame::data, 0, 1, "");
      },
      "empty data");
  flood(
      [&](std::uint32_t i) {
        return i == 0 ? frame(Frame::headers, end_stream, 1, get)
                      : frame(Frame::continuation, 0, 1, block({{"x", "y"}}));
      },
      "continuation");
  EXPECT_EQ(
      flood([](std::uint32_t) { return frame(Frame::settings, 0, 0, std::string(6 * 40, '\0')); }, "long settings"),
      enhance_your_calm);
  gate->open();
}

TEST(Http2, FramesThatBreakTheProtocol) {
  const TestServer server(site_with());
  struct Case {
    std::string name, bytes;
    std::uint32_t code;
  };
  const auto get = block(fields_of("GET", "/echo"));
  const std::vector<Case> cases{
      {"data on the connection", frame(Frame::data, 0, 0, "x"), protocol_error},
      {"data on an idle stream", frame(Frame::data, 0, 5, "x"), protocol_error},
      {"headers on an even stream", frame(Frame::headers, end_headers | end_stream, 2, get), protocol_error},
      {"headers on the connection", frame(Frame::headers, end_headers | end_stream, 0, get), protocol_error},
      {"continuation without headers", frame(Frame::continuation, end_headers, 1, get), protocol_error},
      {"another frame amid headers", frame(Frame::headers, end_stream, 1, get) + frame(Frame::ping, 0, 0, "12345678"),
       protocol_error},
      {"more padding than frame", frame(Frame::data, 0x8, 1, "\x09x"), protocol_error},
      {"settings on a stream", frame(Frame::settings, 0, 1, ""), protocol_error},
      {"settings of odd length", frame(Frame::settings, 0, 0, "12345"), frame_size_error},
      {"an acknowledgement with content", frame(Frame::settings, acknowledged, 0, "123456"), frame_size_error},
      {"a window beyond 2^31", frame(Frame::settings, 0, 0, big_endian(4, 2) + big_endian(0x80000000, 4)),
       flow_control_error},
      {"a ping of seven bytes", frame(Frame::ping, 0, 0, "1234567"), frame_size_error},
      {"a push from the client", frame(Frame::push_promise, end_headers, 1, big_endian(2, 4) + get), protocol_error},
      {"a reset of an idle stream", frame(Frame::rst_stream, 0, 7, big_endian(8, 4)), protocol_error},
      {"a window opened by nothing", frame(Frame::window_update, 0, 0, big_endian(0, 4)), protocol_error},
      {"a window opened too far", frame(Frame::window_update, 0, 0, big_endian(0x7fffffff, 4)), flow_control_error},
      {"a frame above the limit", frame(Frame::data, 0, 1, std::string(16'385, 'x')), frame_size_error},
      {"a table that is not there", frame(Frame::headers, end_headers | end_stream, 1, "\xff\xff\x03"),
       compression_error},
  };
  for (const auto& one : cases) {
    Http2Peer peer(server.port());
    peer.send(one.bytes);
    peer.hear_to_the_end();
    EXPECT_TRUE(peer.goaway) << one.name;
    if (one.code != protocol_error) EXPECT_EQ(peer.goaway.value_or(0), one.code) << one.name;
    EXPECT_NE(peer.goaway.value_or(0), 0u) << one.name;
  }
  EXPECT_TRUE(still_serves(server));
}

TEST(Http2, StreamsDoNotGoBackwards) {
  const TestServer server(site_with());
  Http2Peer peer(server.port());
  peer.ask(5, fields_of("GET", "/echo"));
  EXPECT_EQ(peer.hear(5).status, 200);
  peer.ask(3, fields_of("GET", "/echo"));
  peer.ask(7, fields_of("GET", "/echo"));
  EXPECT_TRUE(peer.hear(7).status == 200 || peer.goaway);
  EXPECT_EQ(peer.streams[3].status, 0) << "never served";
}

TEST(Http2, HeadsThatBreakTheProtocol) {
  const TestServer server(site_with());
  const std::vector<std::vector<Header>> heads{
      fields_of("GET", "/echo", {{"X-Upper", "1"}}),
      fields_of("GET", "/echo", {{"connection", "close"}}),
      fields_of("GET", "/echo", {{"transfer-encoding", "chunked"}}),
      fields_of("GET", "/echo", {{"te", "gzip"}}),
      fields_of("GET", "/echo", {{":path", "/again"}}),
      fields_of("GET", "/echo", {{":unknown", "1"}}),
      fields_of("GET", "/echo", {{"x", "a\r\nb"}}),
      fields_of("GET", "/echo", {{"x", std::string("a\0b", 3)}}),
      fields_of("GET", "/echo", {{"content-length", "1"}}),
      fields_of("GET", "/echo", {{"content-length", "-1"}}),
      {{":method", "GET"}, {":scheme", "http"}, {":authority", "localhost"}},
      {{":scheme", "http"}, {":path", "/echo"}, {":authority", "localhost"}},
      {{"x", "1"}, {":method", "GET"}, {":scheme", "http"}, {":path", "/echo"}, {":authority", "localhost"}},
      fields_of("GET", ""),
  };
  Http2Peer peer(server.port());
  std::uint32_t id = 1;
  for (const auto& head : heads) {
    peer.ask(id, head);
    const auto& heard = peer.hear(id);
    EXPECT_TRUE(heard.reset || heard.status == 400) << "head " << (id - 1) / 2;
    id += 2;
  }
  peer.ask(id, fields_of("POST", "/echo", {{"content-length", "3"}}), true);
  peer.send(frame(Frame::data, end_stream, id, "four"));
  const auto& heard = peer.hear(id);
  EXPECT_TRUE(heard.reset || heard.status >= 400) << "more than was announced";
  peer.ask(id + 2, fields_of("GET", "/echo"));
  EXPECT_EQ(peer.hear(id + 2).status, 200) << "the others are not harmed";
  peer.ask(id + 4, fields_of("GET", "/%2e%2e/x"));
  EXPECT_EQ(peer.hear(id + 4).status, 400);
  peer.ask(id + 6, fields_of("CONNECT", "/echo"));
  EXPECT_TRUE(peer.hear(id + 6).reset || peer.hear(id + 6).status >= 400);
  peer.send(frame(static_cast<Frame>(0xfa), 0xff, 0, "a kind of frame to come"));
  peer.ask(id + 8, fields_of("GET", "/echo"));
  EXPECT_EQ(peer.hear(id + 8).status, 200) << "unknown frames are passed over";
}

TEST(Http2, AnythingAtAllIsSurvived) {
  const TestServer server(site_with());
  std::mt19937 dice(7540);  // the same bytes at each run
  for (int round = 0; round < 150; ++round) {
    Http2Peer peer(server.port());
    std::string bytes;
    for (int i = 0; i < 20; ++i) {
      const auto id = static_cast<std::uint32_t>(dice() % 6);
      std::string payload =
          dice() % 2 == 0 ? block(fields_of("POST", "/echo")) : std::string(dice() % 40, static_cast<char>(dice()));
      if (dice() % 4 == 0 && !payload.empty()) payload[dice() % payload.size()] = static_cast<char>(dice());
      bytes += frame(static_cast<Frame>(dice() % 11), static_cast<std::uint8_t>(dice() & 0x2d), id, payload);
    }
    peer.send(bytes);
    peer.raw.end_sending();
    peer.hear_to_the_end();
  }
  EXPECT_TRUE(still_serves(server));
}

TEST(Http2, EverythingHasItsTime) {
  const auto gate = std::make_shared<Gate>();
  ServerOptions options;
  options.header_timeout_ms = 150;
  options.body_idle_timeout_ms = 150;
  options.keep_alive_ms = 150;
  options.handler_deadline_ms = 150;
  const TestServer server(site_with(gate), std::move(options));
  {
    Http2Peer silent(server.port());
    silent.hear_to_the_end();
  }
  {
    Http2Peer half(server.port());
    half.send(frame(Frame::headers, end_stream, 1, block(fields_of("GET", "/echo"))));
    half.hear_to_the_end();
  }
  {
    Http2Peer slow(server.port());
    slow.ask(1, fields_of("POST", "/echo"), true);
    EXPECT_EQ(slow.hear(1).status, 408);
  }
  {
    Http2Peer patient(server.port());
    patient.ask(1, fields_of("GET", "/gated"));
    EXPECT_EQ(patient.hear(1).status, 503) << "the handler takes too long";
    gate->open();
    EXPECT_TRUE(eventually([&] { return gate->passed() == 1; })) << "and goes on to its end";
    patient.hear_to_the_end();
    EXPECT_EQ(patient.goaway, 0u) << "a rest that is too long ends politely";
  }
  {
    Http2Peer idle(server.port());
    idle.ask(1, fields_of("GET", "/large"));  // larger than the window, which is never opened
    EXPECT_TRUE(idle.hear(1).reset);
  }
}

TEST(Http2, StoppingLetsAnswersOut) {
  const auto gate = std::make_shared<Gate>();
  TestServer server(site_with(gate));
  Http2Peer peer(server.port());
  peer.ask(1, fields_of("GET", "/gated"));
  ASSERT_TRUE(eventually([&] { return gate->waiting() == 1; }));
  auto stopped = std::async(std::launch::async, [&] { server.server->stop(); });
  while (!peer.goaway) ASSERT_TRUE(peer.read_frame());
  EXPECT_EQ(peer.goaway, 0u);
  gate->open();
  EXPECT_EQ(peer.hear(1).body, "passed");
  peer.hear_to_the_end();
  stopped.get();
}

TEST(Http2, OnlyWhereItIsAgreedOn) {
  const TestServer over_tls(site_with(), {}, Listener::Kind::tls);
  const TestServer on_a_socket(site_with(), {}, Listener::Kind::unix_socket);
  Raw raw(on_a_socket.folder / "socket");
  raw.send(preface);
  EXPECT_THAT(raw.read_to_end(), HasSubstr("HTTP/1.1 "));
  const TestServer plain(site_with());
  Raw cut(plain.port());
  cut.send(preface.substr(0, 10));
  cut.send(std::string(preface.substr(10)) + frame(Frame::settings, 0, 0, ""));
  ASSERT_TRUE(cut.read_some());
  EXPECT_EQ(cut.text()[3], '\x04') << "settings come first";
  Raw other(plain.port());
  other.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
  EXPECT_THAT(other.read_to_end(), HasSubstr("HTTP/1.1 505"));
}

std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(("timeout 20 " + command + " 2>&1").c_str(), "r");
  std::string text;
  char buffer[4096];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
  ::pclose(pipe);
  return text;
}

TEST(Http2, RealPeers) {
  const TestServer over_tls(site_with(), {}, Listener::Kind::tls);
  const TestServer plain(site_with());
  const auto tls = "https://localhost:" + std::to_string(over_tls.port()),
             clear = "http://localhost:" + std::to_string(plain.port());
  const std::string curl = "curl -sk -o /dev/null -w '%{http_version} %{http_code} %{size_download}' ";
  EXPECT_EQ(output_of(curl + "--http2 " + tls + "/large"), "2 200 300000");
  EXPECT_EQ(output_of(curl + "--http1.1 " + tls + "/large"), "1.1 200 300000");
  EXPECT_EQ(output_of(curl + "--http2-prior-knowledge " + clear + "/large"), "2 200 300000");
  EXPECT_EQ(output_of("head -c 900000 /dev/zero | " + curl + "--http2 --data-binary @- " + tls + "/echo"),
            "2 200 900000");
  EXPECT_EQ(output_of("head -c 900000 /dev/zero | " + curl + "--http2 -H 'Expect: 100-continue' --data-binary @- " +
                      tls + "/echo"),
            "2 200 900000");
  EXPECT_THAT(output_of("nghttp -nv " + tls + "/large " + tls + "/echo"), HasSubstr(":status: 200"));
  const auto load = output_of("h2load -n 2000 -c 4 -m 20 " + tls + "/echo");
  EXPECT_THAT(load, HasSubstr("2000 succeeded, 0 failed"));
  EXPECT_THAT(output_of("h2load -n 40 -c 2 -m 10 " + tls + "/large"), HasSubstr("40 succeeded, 0 failed"));
}

}  // namespace
}  // namespace carnet::http
