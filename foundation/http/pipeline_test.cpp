// Each step of the pipeline, over real sockets.
#include <gmock/gmock.h>

#include "foundation/http/testing.hpp"
#include "foundation/kernel/json.hpp"

namespace carnet::http {
namespace {

using namespace carnet::http::testing;
using kernel::ErrorKind;
using ::testing::HasSubstr;
using ::testing::Not;

io::Task<kernel::Result<Response>> hello(Exchange& exchange) {
  std::string text = "hello " + std::string(exchange.parameter("name"));
  for (const auto& [name, value] : exchange.request.query_pairs()) text += " " + name + "=" + value;
  co_return Response::text("text/plain", text);
}
io::Task<kernel::Result<Response>> echo(Exchange& exchange) {
  co_return Response::text("text/plain", std::string(exchange.request.body_text()));
}
io::Task<kernel::Result<Response>> throws(Exchange& exchange) {
  throw std::runtime_error("secret of " + exchange.request.path);
  co_return Response::empty(204);
}
io::Task<kernel::Result<Response>> fails(Exchange&) {
  co_return kernel::fault("store.failed", "disk full");
}
io::Task<kernel::Result<Response>> splits(Exchange&) {
  co_return Response::text("text/plain", "x").with("Location", "/a\r\nSet-Cookie: stolen=1");
}
io::Task<kernel::Result<Response>> refuses(Exchange&) {
  co_return kernel::refuse(ErrorKind::conflict, "enrollment.closed", "it is closed");
}

class Person final : public Principal {
 public:
  explicit Person(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

// "Bearer NAME" is NAME; "Bearer bad" does not hold; "Bearer down" meets a fault; "Bearer throws" throws.
class Doorman final : public Authenticator {
 public:
  io::Task<kernel::Result<std::shared_ptr<const Principal>>> authenticate(const Request& request) override {
    asked.fetch_add(1);
    had_body = had_body || !request.body.empty();
    const auto value = request.header("authorization");
    if (value.empty()) co_return std::shared_ptr<const Principal>();
    const auto name = value.substr(7);
    if (name == "bad") co_return kernel::refuse(ErrorKind::unauthenticated, "identity.token");
    if (name == "down") co_return kernel::fault("store.failed", "no");
    if (name == "throws") throw std::runtime_error("x");
    co_return std::make_shared<const Person>(std::string(name));
  }
  std::atomic<int> asked{0};
  std::atomic<bool> had_body{false};
};

io::Task<kernel::Result<Response>> who(Exchange& exchange) {
  const auto* person = dynamic_cast<const Person*>(exchange.principal.get());
  co_return Response::text("text/plain", person != nullptr ? person->name() : "nobody");
}

Site full_site(std::shared_ptr<Doorman> doorman) {
  Site site;
  site.hosts = {"localhost", "Documents.Localhost"};
  site.authenticator = std::move(doorman);
  site.headers = {{"Content-Security-Policy", "default-src 'none'"}};
  site.routes = {
      open_route(Method::get, "/hello/{name}", hello),   open_route(Method::post, "/echo", echo),
      open_route(Method::get, "/throws/{what}", throws), open_route(Method::get, "/fails", fails),
      open_route(Method::get, "/splits", splits),        open_route(Method::get, "/refuses", refuses),
      open_route(Method::get, "/anyone", who),
  };
  site.routes.push_back({.method = Method::get, .path_template = "/me", .handler = who, .limit = {}});
  site.routes.push_back({.method = Method::post, .path_template = "/me", .handler = who, .limit = {}});
  site.routes.push_back(
      {.method = Method::get, .path_template = "/anonymous", .handler = who, .access = Access::anonymous, .limit = {}});
  site.routes.push_back(
      {.method = Method::get, .path_template = "/limited", .handler = who, .access = Access::anyone, .limit = "tight"});
  auto small = open_route(Method::put, "/small", echo);
  small.max_body = 10;
  site.routes.push_back(small);
  return site;
}

class Pipeline : public ::testing::Test {
 protected:
  static ServerOptions options() {
    ServerOptions made;
    made.limits = {{"tight", 2, 0.1, Limit::Fails::open, "test"}};
    return made;
  }
  std::shared_ptr<Doorman> doorman_ = std::make_shared<Doorman>();
  TestServer server_{full_site(doorman_), options()};
};

TEST_F(Pipeline, AnswersWithTheCommonHeaders) {
  const auto answer = server_.ask("GET /hello/b%C3%A9b%C3%A9?a=1&b=c+d");
  EXPECT_EQ(status_in(answer), 200);
  EXPECT_THAT(answer, HasSubstr("\r\n\r\nhello bébé a=1 b=c d"));
  for (const auto* header :
       {"X-Request-Id: ", "Date: Tue, 04 Mar 2025 14:07:00 GMT\r\n", "X-Content-Type-Options: nosniff\r\n",
        "Referrer-Policy: no-referrer\r\n", "Cache-Control: no-store\r\n",
        "Content-Security-Policy: default-src 'none'\r\n", "Content-Length: 22\r\n"}) {
    EXPECT_THAT(answer, HasSubstr(header));
  }
}

TEST_F(Pipeline, RequestIdsAreOursAndInTheLog) {
  const auto answer = server_.ask("GET /hello/a", "X-Request-Id: mine\r\n");
  const auto id = answer.substr(answer.find("X-Request-Id: ") + 14, 26);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"), std::string::npos) << id;
  EXPECT_NE(server_.ask("GET /hello/a").find("X-Request-Id: "), std::string::npos);
  EXPECT_TRUE(eventually([&] { return server_.log().find(id) != std::string::npos; }));
  EXPECT_THAT(server_.log(), Not(HasSubstr("mine")));
}

TEST_F(Pipeline, TheLogHoldsTemplatesOnly) {
  server_.ask("GET /hello/1850578006048?nir=1850578006048",
              "Cookie: a=1850578006048\r\nUser-Agent: agent1850578006048\r\n");
  server_.ask("GET /1850578006048");
  server_.ask("GET /hello/1850578006048", "Host: 1850578006048\r\n");
  const auto lines = [&] {
    const auto text = server_.log();
    return std::count(text.begin(), text.end(), '\n');
  };
  ASSERT_TRUE(eventually([&] { return lines() == 3; })) << "a line is written after its answer";
  const auto log = server_.log();
  EXPECT_THAT(log,
              HasSubstr("\"event\":\"request\",\"route\":\"/hello/{name}\",\"method\":\"GET\",\"status\":200,\"ms\":"));
  EXPECT_THAT(log, HasSubstr("\"route\":\"-\",\"method\":\"GET\",\"status\":404"));
  EXPECT_THAT(log, Not(HasSubstr("1850578006048")));
  EXPECT_THAT(log, Not(HasSubstr("127.0.0.1")));
  EXPECT_THAT(server_.metrics.text(),
              HasSubstr("carnet_http_requests_total{route=\"/hello/{name}\",class=\"2xx\"} 1\n"));
  EXPECT_THAT(server_.metrics.text(), HasSubstr("carnet_http_request_ms_count{route=\"-\",class=\"4xx\"} 2\n"));
}

TEST_F(Pipeline, SizesAreBounded) {
  EXPECT_EQ(status_in(server_.ask("GET /hello/" + std::string(9000, 'a'))), 414);
  EXPECT_EQ(status_in(server_.ask("GET /hello/a", "X: " + std::string(17'000, 'a') + "\r\n")), 431);
  EXPECT_EQ(status_in(server_.ask("PUT /small", {}, "0123456789")), 200);
  const auto refused = server_.ask("PUT /small", {}, "0123456789x");
  EXPECT_EQ(status_in(refused), 413);
  EXPECT_THAT(refused, HasSubstr("\"code\":\"http.body_too_large\""));
  EXPECT_EQ(status_in(server_.ask("PUT /small", "Transfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n")),
            200);
}

TEST_F(Pipeline, ATooLargeBodyIsRefusedBeforeItIsSent) {
  Raw raw(server_.port());
  raw.send("PUT /small HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_EQ(status_in(raw.read_answer()), 413);
  raw.read_to_end();
  Raw chunked(server_.port());
  chunked.send("PUT /small HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n0123456789abcdef");
  EXPECT_EQ(status_in(chunked.read_answer()), 413);
}

TEST_F(Pipeline, HostsThatAreNotServed) {
  EXPECT_EQ(status_in(server_.ask("GET /hello/a", "Host: LOCALHOST:8443\r\n")), 200);
  EXPECT_EQ(status_in(server_.ask("GET /hello/a", "Host: documents.localhost\r\n")), 200);
  EXPECT_EQ(status_in(server_.ask("GET /hello/a", "Host: example.org\r\n")), 421);
  EXPECT_EQ(status_in(server_.ask("GET /hello/a", "Host: localhost.example.org\r\n")), 421);
  EXPECT_EQ(status_in(server_.ask("GET /hello/a", "Host: local host\r\n")), 400);
  EXPECT_EQ(status_in(server_.ask("GET /hello/a", "Host: \r\n")), 421);
  EXPECT_EQ(status_in(server_.ask("GET https://localhost/hello/a")), 200);
  EXPECT_EQ(status_in(server_.ask("GET https://example.org/hello/a")), 400);
}

TEST_F(Pipeline, RoutesAndMethods) {
  EXPECT_EQ(status_in(server_.ask("GET /nowhere")), 404);
  EXPECT_EQ(status_in(server_.ask("OPTIONS /nowhere")), 404);
  for (const auto* method : {"DELETE", "OPTIONS", "TRACE", "BREW"}) {
    const auto answer = server_.ask(std::string(method) + " /me");
    EXPECT_EQ(status_in(answer), 405) << method;
    EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD, POST\r\n"));
  }
  EXPECT_EQ(status_in(server_.ask("OPTIONS *")), 400);
  EXPECT_EQ(status_in(server_.ask("GET /hello/a%2Fb")), 400);
  EXPECT_EQ(status_in(server_.ask("GET /hello/../fails")), 400);
}

TEST_F(Pipeline, HeadIsGetWithoutBody) {
  Raw raw(server_.port());
  raw.send(
      "HEAD /hello/abc HTTP/1.1\r\nHost: localhost\r\n\r\nGET /hello/d HTTP/1.1\r\nHost: localhost\r\nConnection: "
      "close\r\n\r\n");
  const auto text = raw.read_to_end();
  EXPECT_THAT(text, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(text, Not(HasSubstr("hello abc")));
  EXPECT_THAT(text, HasSubstr("\r\n\r\nHTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(text.ends_with("\r\n\r\nhello d"));
}

TEST_F(Pipeline, LimitsBiteAndRecover) {
  EXPECT_EQ(status_in(server_.ask("GET /limited")), 200);
  EXPECT_EQ(status_in(server_.ask("GET /limited")), 200);
  const auto asked = doorman_->asked.load();
  const auto refused = server_.ask("GET /limited");
  EXPECT_EQ(status_in(refused), 429);
  EXPECT_THAT(refused, HasSubstr("Retry-After: 10\r\n"));
  EXPECT_EQ(doorman_->asked, asked) << "a refused request costs no authentication";
  EXPECT_EQ(status_in(server_.ask("GET /anyone")), 200) << "a route without this limit";
  server_.clock.advance(std::chrono::seconds(10));
  EXPECT_EQ(status_in(server_.ask("GET /limited")), 200);
}

TEST_F(Pipeline, AuthenticationBeforeTheHandler) {
  EXPECT_EQ(status_in(server_.ask("GET /me")), 401);
  EXPECT_THAT(server_.ask("GET /me", "Authorization: Bearer bad\r\n"), HasSubstr("\"code\":\"identity.token\""));
  EXPECT_THAT(server_.ask("GET /me", "Authorization: Bearer Ada\r\n"), HasSubstr("\r\n\r\nAda"));
  EXPECT_EQ(status_in(server_.ask("GET /me", "Authorization: Bearer down\r\n")), 500);
  EXPECT_EQ(status_in(server_.ask("GET /me", "Authorization: Bearer throws\r\n")), 500);
  EXPECT_THAT(server_.ask("GET /anyone"), HasSubstr("\r\n\r\nnobody"));
  EXPECT_THAT(server_.ask("GET /anyone", "Authorization: Bearer bad\r\n"), HasSubstr("\r\n\r\nnobody"));
  EXPECT_THAT(server_.ask("GET /anyone", "Authorization: Bearer Ada\r\n"), HasSubstr("\r\n\r\nAda"));
  EXPECT_EQ(status_in(server_.ask("GET /anyone", "Authorization: Bearer down\r\n")), 500);
  const auto asked = doorman_->asked.load();
  EXPECT_THAT(server_.ask("GET /anonymous", "Authorization: Bearer Ada\r\n"), HasSubstr("\r\n\r\nnobody"));
  EXPECT_EQ(doorman_->asked, asked);
}

TEST_F(Pipeline, StrangersCannotSendBodies) {
  Raw raw(server_.port());
  raw.send("POST /me HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\nExpect: 100-continue\r\n\r\n");
  const auto answer = raw.read_answer();
  EXPECT_EQ(status_in(answer), 401);
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_FALSE(doorman_->had_body);
}

TEST_F(Pipeline, OriginOfUnsafeRequests) {
  const std::string signed_in = "Authorization: Bearer Ada\r\n";
  const auto post = [&](const std::string& more) {
    return server_.ask("POST /me", "Host: localhost:8443\r\n" + signed_in + more, "x");
  };
  EXPECT_EQ(status_in(post("Origin: http://localhost:8443\r\n")), 200);
  EXPECT_EQ(status_in(post("Origin: HTTP://LocalHost:8443\r\n")), 200);
  EXPECT_EQ(status_in(post("Sec-Fetch-Site: same-origin\r\n")), 200);
  for (const auto* bad :
       {"", "Origin: null\r\n", "Origin: https://localhost:8443\r\n", "Origin: http://localhost\r\n",
        "Origin: http://localhost:84433\r\n", "Origin: http://evil.example\r\nSec-Fetch-Site: same-origin\r\n",
        "Origin: http://documents.localhost:8443\r\n", "Sec-Fetch-Site: same-site\r\n",
        "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: none\r\n"}) {
    const auto answer = post(bad);
    EXPECT_EQ(status_in(answer), 403) << bad;
    EXPECT_THAT(answer, HasSubstr("\"code\":\"http.origin\"")) << bad;
  }
  EXPECT_EQ(status_in(server_.ask("GET /me", signed_in + "Origin: http://evil.example\r\n")), 200) << "safe methods";
  EXPECT_EQ(status_in(server_.ask("POST /echo", "Origin: http://evil.example\r\n", "x")), 200)
      << "bearer APIs do not check";
}

TEST_F(Pipeline, BodiesReachTheHandlerWhole) {
  const std::string large(1 << 20, 'x');
  const auto answer = server_.ask("POST /echo", {}, large);
  EXPECT_EQ(status_in(answer), 200);
  EXPECT_TRUE(answer.ends_with("\r\n\r\n" + large));
  EXPECT_TRUE(server_.ask("POST /echo", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n")
                  .ends_with("\r\n\r\nabcdefg"));
  EXPECT_EQ(status_in(server_.ask("POST /echo", "Content-Length: 0\r\n")), 200);
  EXPECT_EQ(status_in(server_.ask("POST /echo")), 200) << "no length is no body";
}

TEST_F(Pipeline, ErrorsOfHandlersAreRendered) {
  const auto answer = server_.ask("GET /refuses");
  EXPECT_EQ(status_in(answer), 409);
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/problem+json\r\n"));
  EXPECT_THAT(answer, HasSubstr("\"code\":\"enrollment.closed\",\"detail\":\"it is closed\""));
  EXPECT_THAT(answer, HasSubstr("Content-Security-Policy: "));
}

TEST_F(Pipeline, FaultsAndExceptionsSayNothingOutside) {
  for (const auto* path : {"/fails", "/throws/1850578006048", "/splits"}) {
    const auto answer = server_.ask("GET " + std::string(path));
    EXPECT_EQ(status_in(answer), 500) << path;
    EXPECT_THAT(answer, HasSubstr("\"code\":\"fault\",\"request_id\":\""));
    EXPECT_THAT(answer, Not(HasSubstr("stolen")));
    EXPECT_THAT(answer, Not(HasSubstr("disk")));
    const auto id = answer.substr(answer.find("X-Request-Id: ") + 14, 26);
    const auto has_fault = [&] {
      const auto log = server_.log();
      for (std::size_t at = 0; (at = log.find("\"event\":\"fault\"", at)) != std::string::npos; ++at) {
        if (log.substr(at, log.find('\n', at) - at).find(id) != std::string::npos) return true;
      }
      return false;
    };
    EXPECT_TRUE(eventually(has_fault)) << path;
  }
  EXPECT_THAT(server_.log(), HasSubstr("\"code\":\"store.failed\",\"detail\":\"disk full\",\"route\":\"/fails\""));
  EXPECT_THAT(server_.log(), HasSubstr("runtime_error"));
  EXPECT_THAT(server_.log(), Not(HasSubstr("1850578006048")));
}

Response as_outcome(const kernel::Error& error, std::string_view request_id) {
  if (error.code == "http.not_found") throw std::runtime_error("renderer");
  return Response::text("application/fhir+json", error.code + " " + std::string(request_id), status_of(error.kind));
}

TEST(PipelineRenderer, EverySiteHasItsForm) {
  Site site = site_of({open_route(Method::post, "/fhir", hello)});
  site.render_error = as_outcome;
  const TestServer server(std::move(site));
  const auto answer = server.ask("GET /fhir");
  EXPECT_EQ(status_in(answer), 405) << "the status of http.* codes holds whatever the renderer makes of the kind";
  EXPECT_THAT(answer, HasSubstr("Content-Type: application/fhir+json\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\n\r\nhttp.method "));
  EXPECT_THAT(answer, HasSubstr("Allow: POST\r\n"));
  EXPECT_EQ(status_in(server.ask("GET /nowhere")), 500) << "a renderer that throws";
}

}  // namespace
}  // namespace carnet::http
