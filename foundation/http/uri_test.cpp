#include "foundation/http/uri.hpp"

#include <gtest/gtest.h>

#include "foundation/http/http.hpp"

namespace carnet::http {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Uri, PercentEncodingKeepsOnlyTheUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b/é+%&="), "a%20b%2F%C3%A9%2B%25%26%3D");
  EXPECT_EQ(percent_encode(std::string_view("\0\xff", 2)), "%00%FF");
}

TEST(Uri, DecodingUndoesEncodingForEveryByte) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(percent_decode(percent_encode(all), false), all);
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_EQ(percent_decode("a+b", false), "a+b");
  EXPECT_EQ(percent_decode("%e9%E9", false), "\xe9\xe9");
}

TEST(Uri, BrokenEscapesAreRefused) {
  for (const auto* text : {"%", "%a", "a%", "%zz", "%2", "%-1", "%%41", "% 1"}) {
    EXPECT_FALSE(percent_decode(text, false)) << text;
    EXPECT_FALSE(parse_target("/" + std::string(text))) << text;
    EXPECT_FALSE(parse_target("/x?q=" + std::string(text))) << text;
  }
}

TEST(Uri, PathsAreDecodedOnce) {
  const auto target = parse_target("/caf%C3%A9/%2541?a=%2F&b=c+d");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/café/%41");
  EXPECT_EQ(target->query, "a=%2F&b=c+d");
  EXPECT_EQ(parse_target("/")->path, "/");
  EXPECT_EQ(parse_target("/a?")->query, "");
  EXPECT_EQ(parse_target("/...")->path, "/...");
  EXPECT_EQ(parse_target("/.well-known/x")->path, "/.well-known/x");
}

TEST(Uri, PathsThatTwoReadersCouldReadDifferentlyAreRefused) {
  for (const auto* text : {"",
                           "a",
                           "*",
                           "//x y",
                           "/a%2fb",
                           "/a%2Fb",
                           "/%00",
                           "/a%0a",
                           "/a%0D%0A",
                           "/%7f",
                           "/..",
                           "/a/../b",
                           "/a/..",
                           "/.",
                           "/a/./b",
                           "/%2e%2e/x",
                           "/%2E%2e",
                           "/.%2e",
                           "/a\\b",
                           "/a%5cb",
                           "/a#b",
                           "/\x01",
                           "/\xc3\xa9",
                           "/%c3",
                           "/%c3%28",
                           "/%ed%a0%80",
                           "/%f5%80%80%80",
                           "/%c0%af",
                           "/%e0%80%af",
                           "/%f0%80%80%af",
                           "localhost:443",
                           "http://",
                           "ftp://x/"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(Uri, AbsoluteFormYieldsItsAuthority) {
  const auto target = parse_target("HTTPS://localhost:8443/a?b");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->authority, "localhost:8443");
  EXPECT_EQ(target->path, "/a");
  EXPECT_EQ(target->query, "b");
  EXPECT_EQ(parse_target("http://localhost")->path, "/");
  EXPECT_EQ(parse_target("http://localhost?x")->query, "x");
}

TEST(Uri, PairsInOrderWithoutTheBroken) {
  EXPECT_EQ(parse_pairs("a=1&b=2&a=3"), (Pairs{{"a", "1"}, {"b", "2"}, {"a", "3"}}));
  EXPECT_EQ(parse_pairs("&&a&=x&b=&c==d&"), (Pairs{{"a", ""}, {"", "x"}, {"b", ""}, {"c", "=d"}}));
  EXPECT_EQ(parse_pairs("a+b=c%20d%2B&bad=%zz&%=1&last=1"), (Pairs{{"a b", "c d+"}, {"last", "1"}}));
  EXPECT_TRUE(parse_pairs("").empty());
}

TEST(Uri, PairsAreCountedOut) {
  std::string many;
  for (int i = 0; i < 3000; ++i) many += "a&";
  EXPECT_EQ(parse_pairs(many).size(), max_pairs);
}

TEST(Uri, HostsLoseTheirPort) {
  EXPECT_EQ(host_of("Example.ORG:8443"), "example.org");
  EXPECT_EQ(host_of("localhost"), "localhost");
  EXPECT_EQ(host_of("127.0.0.1:80"), "127.0.0.1");
  EXPECT_EQ(host_of("[::1]:8443"), "[::1]");
  EXPECT_EQ(host_of("[2001:DB8::1]"), "[2001:db8::1]");
  for (const auto* text : {"", ":80", "a b", "a/b", "a@b", "a:b", "a:123456", "[::1", "[]", "[zz]", "a,b", "é"}) {
    EXPECT_FALSE(host_of(text)) << text;
  }
}

TEST(Uri, RequestsReadCookiesAndForms) {
  Request request;
  request.headers = {{"cookie", "a=1; __Host-session=abc=def;b=\"x\""}, {"Cookie", "a=2; c"}};
  EXPECT_EQ(request.cookie("a"), "1");
  EXPECT_EQ(request.cookie("__Host-session"), "abc=def");
  EXPECT_EQ(request.cookie("b"), "\"x\"");
  EXPECT_EQ(request.cookie("c"), "");
  EXPECT_EQ(request.cookie("session"), "");
  EXPECT_EQ(request.header("COOKIE"), request.headers.front().second);
  request.body = kernel::to_bytes("grant_type=client_credentials&x=%C3%A9");
  EXPECT_TRUE(request.form_pairs().empty()) << "only when declared";
  request.headers.emplace_back("content-type", "application/x-www-form-urlencoded ; charset=utf-8");
  EXPECT_EQ(request.form_pairs(), (Pairs{{"grant_type", "client_credentials"}, {"x", "é"}}));
}

}  // namespace
}  // namespace carnet::http
