#include <gtest/gtest.h>

#include "foundation/http/client.hpp"
#include "foundation/http/http.hpp"
#include "foundation/http/wire.hpp"
#include "foundation/kernel/json.hpp"

namespace carnet::http {
namespace {

using kernel::Error;
using kernel::ErrorKind;

std::string head_of(const Response& response, Envelope envelope = {}) {
  envelope.request_id = "id";
  envelope.date = "Date: d\r\n";
  std::string out;
  write_head(response, envelope, out);
  return out;
}

TEST(Response, CarriesTheCommonHeaders) {
  EXPECT_EQ(head_of(Response::json("{}")),
            "HTTP/1.1 200 OK\r\nDate: d\r\nX-Request-Id: id\r\nContent-Type: application/json\r\n"
            "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\n"
            "Content-Length: 2\r\n\r\n");
}

TEST(Response, ItsOwnHeadersWinOverTheSites) {
  const std::vector<Header> site{{"Content-Security-Policy", "default-src 'self'"}, {"Referrer-Policy", "same-origin"}};
  auto response = Response::text("text/html", "x");
  response.with("cache-control", "no-cache").with("content-security-policy", "sandbox");
  const auto head = head_of(response, {.request_id = {}, .date = {}, .site_headers = site});
  EXPECT_NE(head.find("content-security-policy: sandbox\r\n"), std::string::npos);
  EXPECT_EQ(head.find("default-src"), std::string::npos);
  EXPECT_NE(head.find("Referrer-Policy: same-origin\r\n"), std::string::npos);
  EXPECT_EQ(head.find("no-referrer"), std::string::npos);
  EXPECT_EQ(head.find("no-store"), std::string::npos);
}

TEST(Response, FramingIsNotTheHandlers) {
  auto response = Response::text("text/plain", "abc");
  response.with("Content-Length", "99").with("transfer-encoding", "chunked").with("Connection", "upgrade");
  response.with("X-Request-Id", "forged").with("Date", "never").with("Set-Cookie", "a=1").with("Set-Cookie", "b=2");
  const auto head = head_of(response);
  EXPECT_NE(head.find("Content-Length: 3\r\n"), std::string::npos);
  for (const auto* forged : {"99", "chunked", "upgrade", "forged", "never"}) {
    EXPECT_EQ(head.find(forged), std::string::npos) << forged;
  }
  EXPECT_NE(head.find("Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n"), std::string::npos);
}

TEST(Response, BodiesOnlyWhereTheyMayBe) {
  auto nothing = Response::empty(204);
  EXPECT_EQ(head_of(nothing).find("Content-Length"), std::string::npos);
  Response same{304, {{"ETag", "\"x\""}}, "left over"};
  EXPECT_EQ(head_of(same).find("Content-Length"), std::string::npos);
  EXPECT_FALSE(wants_body(same, {}));
  const auto text = Response::text("text/plain", "abc");
  EXPECT_TRUE(wants_body(text, {}));
  EXPECT_FALSE(wants_body(text, {.request_id = {}, .date = {}, .site_headers = {}, .head_only = true}));
  EXPECT_NE(head_of(Response{200, {}, "abc"}).find("Content-Type: application/octet-stream\r\n"), std::string::npos);
  EXPECT_NE(head_of(Response::empty(200)).find("Content-Length: 0\r\n"), std::string::npos);
}

TEST(Response, HeadersThatWouldBreakTheMessageAreNotSendable) {
  EXPECT_TRUE(is_sendable(Response::json("{}")));
  for (const std::string_view value : {"a\r\nSet-Cookie: x=1", "a\nb", "a\rb"}) {
    EXPECT_FALSE(is_sendable(Response::json("{}").with("Location", value)));
  }
  EXPECT_FALSE(is_sendable(Response::json("{}").with("Location", std::string_view("a\0b", 3))));
  EXPECT_FALSE(is_sendable(Response::json("{}").with("", "a")));
  EXPECT_FALSE(is_sendable(Response::json("{}").with("a b", "a")));
  EXPECT_FALSE(is_sendable(Response::json("{}").with("a:", "a")));
  EXPECT_FALSE(is_sendable(Response::empty(100)));
  EXPECT_FALSE(is_sendable(Response::empty(600)));
}

TEST(Response, DatesAreHttpDates) {
  EXPECT_EQ(date_line({1'741'097'220'999}), "Date: Tue, 04 Mar 2025 14:07:00 GMT\r\n");
  EXPECT_EQ(date_line({0}), "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
  EXPECT_EQ(date_line({951'782'399'000}), "Date: Mon, 28 Feb 2000 23:59:59 GMT\r\n");
  EXPECT_EQ(date_line({951'782'400'000}), "Date: Tue, 29 Feb 2000 00:00:00 GMT\r\n");
}

TEST(Problem, SaysWhere) {
  Error error{ErrorKind::invalid,
              "enrollment.code",
              "two things",
              {{"required", "/code", "a code \"is\" needed"}, {"value", "/n", "n"}}};
  const auto response = problem(error, "rid");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(header_of(response, "content-type"), "application/problem+json");
  const auto body = kernel::parse_object(response.body);
  ASSERT_TRUE(body) << response.body;
  EXPECT_EQ(body->at("type").as_string(), "about:blank");
  EXPECT_EQ(body->at("title").as_string(), "Unprocessable Content");
  EXPECT_EQ(body->at("status").as_int64(), 422);
  EXPECT_EQ(body->at("code").as_string(), "enrollment.code");
  EXPECT_EQ(body->at("detail").as_string(), "two things");
  EXPECT_EQ(body->at("request_id").as_string(), "rid");
  const auto& issue = body->at("issues").as_array().at(0).as_object();
  EXPECT_EQ(issue.at("code").as_string(), "required");
  EXPECT_EQ(issue.at("path").as_string(), "/code");
  EXPECT_EQ(issue.at("says").as_string(), "a code \"is\" needed");
  EXPECT_EQ(body->at("issues").as_array().size(), 2u);
}

TEST(Problem, FaultsSayNothingButTheRequest) {
  const auto response = problem(Error{ErrorKind::fault, "store.failed", "disk sda1 is full", {{"a", "b", "c"}}}, "rid");
  EXPECT_EQ(response.body,
            R"({"type":"about:blank","title":"Internal Server Error","status":500,"code":"fault","request_id":"rid"})");
  Error unavailable{ErrorKind::unavailable, "store.unavailable", "host db1 does not answer"};
  unavailable.retry_after_s = 7;
  const auto later = problem(unavailable, "rid");
  EXPECT_EQ(later.status, 503);
  EXPECT_EQ(header_of(later, "Retry-After"), "7");
  EXPECT_EQ(later.body.find("db1"), std::string::npos);
}

TEST(Problem, EveryKindHasItsStatus) {
  const std::vector<std::pair<ErrorKind, int>> table{{ErrorKind::invalid, 400},      {ErrorKind::unauthenticated, 401},
                                                     {ErrorKind::forbidden, 403},    {ErrorKind::not_found, 404},
                                                     {ErrorKind::conflict, 409},     {ErrorKind::gone, 410},
                                                     {ErrorKind::precondition, 412}, {ErrorKind::too_large, 413},
                                                     {ErrorKind::too_many, 429},     {ErrorKind::unavailable, 503},
                                                     {ErrorKind::fault, 500}};
  for (const auto& [kind, status] : table) {
    EXPECT_EQ(status_of(kind), status);
    EXPECT_EQ(problem(Error{kind, "x.y", "z"}, "rid").status, status);
  }
  EXPECT_EQ(header_of(problem(Error{ErrorKind::unauthenticated, "x", ""}, ""), "WWW-Authenticate"), "Bearer");
  EXPECT_EQ(status_of(Error{ErrorKind::invalid, "http.method", ""}), 405);
}

}  // namespace
}  // namespace carnet::http
