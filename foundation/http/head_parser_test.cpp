#include "foundation/http/head_parser.hpp"

#include <gtest/gtest.h>

#include "foundation/http/uri.hpp"

namespace carnet::http {
namespace {

struct Read {
  Request request;
  Head head;
  std::string code;  // of the refusal; empty: read
  bool is_done = false;
  std::size_t used = 0;
};

// Hands the text over in pieces of `step` bytes, as a network would.
Read read(std::string_view text, std::size_t step = std::string_view::npos) {
  Read out;
  HeadParser parser;
  parser.reset(out.request, out.head);
  for (std::size_t end = std::min(step, text.size());; end = std::min(text.size(), end + step)) {
    std::size_t consumed = 0;
    auto state = parser.put(text.substr(out.used, end - out.used), consumed);
    out.used += consumed;
    if (!state) {
      out.code = state.error().code;
      return out;
    }
    out.is_done = *state == HeadParser::State::done;
    if (out.is_done) return out;
    if (end == text.size() && consumed == 0) return out;
  }
}

std::string with(std::string_view lines) {
  return "POST /x HTTP/1.1\r\nHost: localhost\r\n" + std::string(lines) + "\r\n";
}

TEST(Head, IsTheSameHoweverItArrives) {
  const auto text = with("Content-Length: 12\r\nX-Empty:\r\nAccept: \t a, b \r\nCookie: a=1\r\n") + "body";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    const auto got = read(text, step);
    ASSERT_TRUE(got.is_done) << step << got.code;
    EXPECT_EQ(got.used, text.size() - 4);
    EXPECT_EQ(got.request.method, Method::post);
    EXPECT_EQ(got.head.target, "/x");
    EXPECT_EQ(got.head.content_length, 12u);
    EXPECT_EQ(
        got.request.headers,
        (std::vector<Header>{
            {"host", "localhost"}, {"content-length", "12"}, {"x-empty", ""}, {"accept", "a, b"}, {"cookie", "a=1"}}));
  }
}

TEST(Head, FramingThatTwoReadersCouldReadDifferentlyIsRefused) {
  for (const std::string_view lines : {
           "Content-Length: 1\r\nContent-Length: 1\r\n",
           "Content-Length: 1\r\nContent-Length: 2\r\n",
           "Content-Length: 1, 1\r\n",
           "Content-Length: 1,2\r\n",
           "Content-Length: +1\r\n",
           "Content-Length: -1\r\n",
           "Content-Length: 0x10\r\n",
           "Content-Length: 1 2\r\n",
           "Content-Length:\r\n",
           "Content-Length: 99999999999999999999\r\n",
           "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: gzip, chunked\r\n",
           "Transfer-Encoding: chunked, identity\r\n",
           "Transfer-Encoding: chunked, chunked\r\n",
           "Transfer-Encoding: identity\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding:\r\n",
           "Transfer-Encoding: \x0b"
           "chunked\r\n",
           "Transfer-Encoding : chunked\r\n",
           "Content-Length : 5\r\n",
           " Content-Length: 5\r\n",
           "X: a\r\n Content-Length: 5\r\n",
           "X: a\r\n\tb\r\n",
           "X:\r\n folded\r\n",
           "Content-Length:\r\n 5\r\n",
           "Host: other\r\n",
           "X: a\nContent-Length: 5\r\n",
           "X: a\rContent-Length: 5\r\n",
           "X: \x01\r\n",
           ": a\r\n",
           "no colon\r\n",
           "X y: a\r\n",
           "(x): a\r\n",
       }) {
    for (const std::size_t step : {std::string_view::npos, std::size_t{1}, std::size_t{7}}) {
      const auto got = read(with(lines), step);
      EXPECT_EQ(got.code, "http.malformed") << lines << " in steps of " << step;
    }
  }
  EXPECT_EQ(read(with(std::string_view("X: \0\r\n", 6))).code, "http.malformed");
  EXPECT_EQ(read(with(std::string_view("X\0: a\r\n", 7))).code, "http.malformed");
}

TEST(Head, RequestLinesThatAreNot) {
  for (const std::string_view text : {
           "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET /\r\nHost: a\r\n\r\n",
           "/ HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
           "GET / http/1.1\r\nHost: a\r\n\r\n",
           "GET / HTTP/1.1\nHost: a\n\n",
           "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET / HTTP/1\r\nHost: a\r\n\r\n",
           " GET / HTTP/1.1\r\nHost: a\r\n\r\n",
           "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n",
           "GET / HTTP/1.1\r\n\r\n",
       }) {
    EXPECT_EQ(read(text).code, "http.malformed") << text;
  }
  EXPECT_EQ(read("GET / HTTP/2.0\r\nHost: a\r\n\r\n").code, "http.version");
  EXPECT_EQ(read("GET / HTTP/0.9\r\nHost: a\r\n\r\n").code, "http.version");
  EXPECT_EQ(read("GET / HTTP/1.2\r\nHost: a\r\n\r\n").code, "http.version");
  EXPECT_EQ(read("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").code, "http.version");
}

TEST(Head, OldClientsAreUnderstood) {
  auto got = read("GET / HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(got.is_done);
  EXPECT_TRUE(got.head.http_1_0);
  EXPECT_FALSE(got.head.keep_alive);
  got = read("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(got.head.keep_alive);
  EXPECT_EQ(read("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").code, "http.malformed");
  EXPECT_FALSE(read(with("Connection: close\r\n")).head.keep_alive);
  EXPECT_TRUE(read(with("")).head.keep_alive);
}

TEST(Head, ExpectationsAreHeard) {
  EXPECT_TRUE(read(with("Expect: 100-Continue\r\n")).head.expects_continue);
  EXPECT_EQ(read(with("Expect: a-miracle\r\n")).code, "http.expectation");
}

TEST(Head, MethodsWeDoNotServeAreOther) {
  for (const auto* method : {"OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "BREW"}) {
    const auto got = read(std::string(method) + " / HTTP/1.1\r\nHost: a\r\n\r\n");
    ASSERT_TRUE(got.is_done) << method;
    EXPECT_EQ(got.request.method, Method::other) << method;
  }
}

TEST(Head, SizesEndAtTheirLimits) {
  const auto with_target = [](std::size_t size) {
    return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  const auto with_head_of = [](std::size_t size) {
    const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    return start + std::string(size - start.size() - 4, 'x') + "\r\n\r\n";
  };
  for (const std::size_t step : {std::string_view::npos, std::size_t{1000}, std::size_t{333}}) {
    EXPECT_TRUE(read(with_target(max_uri_bytes), step).is_done);
    EXPECT_EQ(read(with_target(max_uri_bytes + 1), step).code, "http.uri_too_long");
    EXPECT_EQ(read(with_target(100'000), step).code, "http.uri_too_long");
    EXPECT_TRUE(read(with_head_of(max_head_bytes), step).is_done);
    EXPECT_EQ(read(with_head_of(max_head_bytes + 1), step).code, "http.head_too_large");
    EXPECT_EQ(read(with_head_of(1'000'000), step).code, "http.head_too_large");
  }
  std::string many;
  for (std::size_t i = 1; i < max_header_count; ++i) many += "x: y\r\n";
  EXPECT_TRUE(read(with(many)).is_done);
  EXPECT_EQ(read(with(many + "x: y\r\n")).code, "http.head_too_large");
  std::string endless = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 90; ++i) endless += "x: " + std::string(300, 'y') + "\r\n";
  EXPECT_EQ(read(endless, 50).code, "http.head_too_large") << "many small fields, never an end";
}

TEST(Head, ParserIsReusedWithoutRemains) {
  Request request;
  Head head;
  HeadParser parser;
  const std::string first = with("Content-Length: 3\r\nA: 1\r\nB: 2\r\nExpect: 100-continue\r\n");
  const std::string second = "GET /second HTTP/1.1\r\nHost: b\r\n\r\n";
  std::size_t consumed = 0;
  parser.reset(request, head);
  ASSERT_TRUE(parser.put(first, consumed));
  parser.reset(request, head);
  EXPECT_FALSE(parser.has_started());
  ASSERT_TRUE(parser.put(second, consumed));
  EXPECT_EQ(request.method, Method::get);
  EXPECT_EQ(head.target, "/second");
  EXPECT_FALSE(head.content_length);
  EXPECT_FALSE(head.expects_continue);
  EXPECT_EQ(request.headers, (std::vector<Header>{{"host", "b"}}));
}

struct Decoded {
  std::string data;
  bool is_done = false, is_malformed = false;
  std::size_t used = 0;
};

Decoded decode(std::string_view text, std::size_t step = std::string_view::npos) {
  Decoded out;
  ChunkDecoder decoder;
  std::size_t end = std::min(step, text.size());
  for (;;) {
    const auto got = decoder.next(text.substr(out.used, end - out.used));
    out.used += got.consumed;
    out.data += got.data;
    out.is_done = got.is_done;
    out.is_malformed = got.is_malformed;
    if (out.is_done || out.is_malformed) return out;
    if (got.consumed > 0) continue;
    if (end == text.size()) return out;
    end = std::min(text.size(), end + step);
  }
}

TEST(Chunks, AreTheSameHoweverTheyArrive) {
  const std::string text = "4\r\nWiki\r\n6;name=\"x y\"\r\npedia \r\nE ; a\r\nin \r\n\r\nchunks.\r\n000\r\n\r\nGET /";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    const auto got = decode(text, step);
    EXPECT_TRUE(got.is_done) << step;
    EXPECT_EQ(got.data, "Wikipedia in \r\n\r\nchunks.");
    EXPECT_EQ(text.substr(got.used), "GET /");
  }
}

TEST(Chunks, BrokenOnesAreRefused) {
  for (const std::string_view text : {
           "x\r\n",
           "\r\n",
           "-1\r\n",
           "+1\r\na\r\n",
           "0x1\r\na\r\n",
           "1\na\r\n",
           "1\r\naX\r\n",
           "1\r\na\n0\r\n\r\n",
           "1 \r\na\r\n",
           " 1\r\na\r\n",
           "123456789\r\n",
           "ffffffffffffffff\r\n",
           "1;\x01\r\na\r\n",
           "1\r\r\na\r\n",
           "0\r\nTrailer: x\r\n\r\n",
           "0\r\nX",
           "3\r\nabcd\r\n",
           "1 x\r\na\r\n",
       }) {
    const auto got = decode(text);
    EXPECT_TRUE(got.is_malformed || !got.is_done) << text;
    if (text != "0\r\nX") {
      EXPECT_TRUE(got.is_malformed) << text;
    }
  }
  EXPECT_TRUE(decode(std::string(300, '1')).is_malformed) << "a size line without end";
  EXPECT_TRUE(decode("1;" + std::string(300, 'x') + "\r\na\r\n").is_malformed) << "an extension without end";
}

}  // namespace
}  // namespace carnet::http
