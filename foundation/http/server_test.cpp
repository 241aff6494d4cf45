// Listeners, TLS, start and stop.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "foundation/http/testing.hpp"

namespace carnet::http {
namespace {

using namespace carnet::http::testing;
using ::testing::HasSubstr;
using ::testing::Not;

io::Task<kernel::Result<Response>> peer(Exchange& exchange) {
  co_return Response::text("text/plain", exchange.request.peer + " " + exchange.request.host);
}
io::Task<kernel::Result<Response>> wait_at(std::shared_ptr<Gate> gate) {
  co_await gate->pass();
  co_return Response::text("text/plain", "passed");
}
io::Task<kernel::Result<Response>> never(Exchange&) {
  for (;;) co_await io::sleep_ms(3'600'000);
}

Site site_with(std::shared_ptr<Gate> gate = std::make_shared<Gate>()) {
  return site_of({open_route(Method::get, "/peer", peer), open_route(Method::get, "/never", never),
                  open_route(Method::get, "/gated", [gate](Exchange&) { return wait_at(gate); })});
}

kernel::Result<std::unique_ptr<Server>> start(Listener listener, std::vector<Limit> limits = {}) {
  static io::SystemClock clock;
  static observe::Log log(-1);
  static observe::Metrics metrics;
  ServerOptions options;
  options.listeners.push_back(std::move(listener));
  options.limits = std::move(limits);
  return Server::start(std::move(options), clock, log, metrics);
}

Listener loopback(std::string address = "127.0.0.1", std::uint16_t port = 0) {
  Listener listener;
  listener.kind = Listener::Kind::plain_loopback;
  listener.address = std::move(address);
  listener.port = port;
  listener.sites.push_back(site_with());
  return listener;
}

TEST(Listening, PlainOnlyOnTheLoopback) {
  EXPECT_TRUE(start(loopback()));
  EXPECT_TRUE(start(loopback("127.1.2.3")));
  for (const auto* address : {"0.0.0.0", "::", "192.0.2.1", "localhost", "", "10.0.0.1"}) {
    const auto refused = start(loopback(address));
    ASSERT_FALSE(refused) << address;
    EXPECT_EQ(refused.error().code, "http.listen");
  }
}

TEST(Listening, APortHasOneOwner) {
  auto first = start(loopback());
  ASSERT_TRUE(first);
  const auto port = (*first)->port(0);
  EXPECT_NE(port, 0);
  EXPECT_FALSE(start(loopback("127.0.0.1", port)));
  first->reset();
  EXPECT_TRUE(start(loopback("127.0.0.1", port))) << "free again at once";
}

TEST(Listening, SettingsThatCannotBeMeantAreRefused) {
  auto listener = loopback();
  listener.sites.front().routes.front().access = Access::signed_in;
  EXPECT_EQ(start(listener).error().code, "http.route") << "nobody can sign in";
  listener = loopback();
  listener.sites.front().routes.push_back(listener.sites.front().routes.front());
  EXPECT_EQ(start(listener).error().code, "http.route") << "twice the same route";
  listener = loopback();
  listener.sites.front().routes.front().limit = "unknown";
  EXPECT_EQ(start(listener).error().code, "http.route");
  EXPECT_TRUE(start(listener, {{"unknown", 1, 1, Limit::Fails::open, ""}}));
  listener = loopback();
  listener.sites.front().path_prefix = "/elsewhere";
  EXPECT_EQ(start(listener).error().code, "http.route");
}

TEST(Listening, SitesByHostAndPrefix) {
  auto listener = loopback();
  listener.sites.clear();
  for (const auto& [host, prefix, path] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"documents.localhost", "", "/a"}, {"LocalHost", "/fhir", "/fhir/{x}"}, {"localhost", "", "/{all...}"}}) {
    Site site =
        site_of({open_route(Method::get, path, [name = host + prefix](Exchange&) -> io::Task<kernel::Result<Response>> {
          return [](std::string text) -> io::Task<kernel::Result<Response>> {
            co_return Response::text("text/plain", text);
          }(name);
        })});
    site.hosts = {host};
    site.path_prefix = prefix;
    listener.sites.push_back(std::move(site));
  }
  auto server = start(listener);
  ASSERT_TRUE(server);
  const auto ask = [&](std::string_view host, std::string_view path) {
    Raw raw((*server)->port(0));
    raw.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");
    const auto answer = raw.read_answer();
    return status_in(answer) == 200 ? answer.substr(answer.find("\r\n\r\n") + 4) : std::to_string(status_in(answer));
  };
  EXPECT_EQ(ask("documents.localhost", "/a"), "documents.localhost");
  EXPECT_EQ(ask("documents.localhost", "/fhir/x"), "404") << "what one host serves, another does not";
  EXPECT_EQ(ask("localhost", "/fhir/x"), "LocalHost/fhir");
  EXPECT_EQ(ask("localhost", "/fhir/x/y"), "404") << "a prefix belongs to its site alone";
  EXPECT_EQ(ask("localhost", "/fhirs"), "localhost");
  EXPECT_EQ(ask("localhost", "/a"), "localhost");
  EXPECT_EQ(ask("other", "/a"), "421");
}

TEST(Tls, OnePointThreeOnly) {
  const TestServer server(site_with(), {}, Listener::Kind::tls);
  auto options = server.client_options(ClientOptions::Kind::tls);
  Client client(options);
  const auto response = client.request("GET", "/peer");
  ASSERT_TRUE(response) << response.error().detail;
  EXPECT_EQ(response->body, "127.0.0.1 localhost");
  const auto openssl = [&](const std::string& more) {
    const auto command = "timeout 10 openssl s_client -connect 127.0.0.1:" + std::to_string(server.port()) +
                         " -servername localhost " + more + " </dev/null 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    std::string text;
    char buffer[4096];
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
    ::pclose(pipe);
    return text;
  };
  EXPECT_THAT(openssl("-alpn http/1.1,h2"), HasSubstr("ALPN protocol: h2"));
  EXPECT_THAT(openssl("-alpn http/1.1"), HasSubstr("ALPN protocol: http/1.1"));
  EXPECT_THAT(openssl("-tls1_3"), HasSubstr("TLSv1.3"));
  EXPECT_THAT(openssl("-tls1_2"), HasSubstr("alert protocol version"));
  EXPECT_THAT(openssl("-alpn h3"), HasSubstr("no application protocol"));
}

TEST(Tls, TheKeyIsTheCertificates) {
  Listener listener;
  listener.sites.push_back(site_with());
  listener.certificate_pem = certificate().certificate_pem;
  auto other = crypto::self_signed({"localhost"}, io::SystemClock().now().ms);
  listener.key_pem = std::string(other.key_pem.reveal_text());
  EXPECT_EQ(start(listener).error().code, "http.certificate");
  listener.key_pem = "not a key";
  EXPECT_EQ(start(listener).error().code, "http.certificate");
  listener.certificate_pem = "";
  EXPECT_EQ(start(listener).error().code, "http.certificate");
  listener.certificate_pem = certificate().certificate_pem;
  listener.key_pem = certificate().key_pem;
  EXPECT_TRUE(start(listener));
}

TEST(Tls, SilentHandshakesAreCutOff) {
  ServerOptions options;
  options.header_timeout_ms = 200;
  const TestServer server(site_with(), options, Listener::Kind::tls);
  Raw silent(server.port());
  EXPECT_EQ(silent.read_to_end(3000), "");
  Raw plain(server.port());
  plain.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  plain.read_to_end(3000);
  EXPECT_THAT(plain.text(), Not(HasSubstr("HTTP/1.1 ")));
}

TEST(UnixSocket, BelongsToItsOwner) {
  const TestServer server(site_with(), {}, Listener::Kind::unix_socket);
  struct stat info{};
  ASSERT_EQ(::lstat((server.folder / "socket").c_str(), &info), 0);
  EXPECT_TRUE(S_ISSOCK(info.st_mode));
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_EQ(info.st_uid, ::geteuid());
  Client client(server.client_options(ClientOptions::Kind::unix_socket));
  const auto response = client.request("GET", "/peer");
  ASSERT_TRUE(response) << response.error().detail;
  EXPECT_EQ(response->body, "unix localhost");
  server.server->stop();
  EXPECT_NE(::lstat((server.folder / "socket").c_str(), &info), 0) << "is gone with the server";
}

TEST(UnixSocket, IsNotLimited) {
  ServerOptions options;
  options.limits = {{"default", 1, 0, Limit::Fails::closed, ""}};
  const TestServer server(site_with(), options, Listener::Kind::unix_socket);
  Client client(server.client_options(ClientOptions::Kind::unix_socket));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.request("GET", "/peer")->status, 200);
  const TestServer plain(site_with(), options);
  EXPECT_EQ(status_in(plain.ask("GET /peer")), 200);
  EXPECT_EQ(status_in(plain.ask("GET /peer")), 429);
}

TEST(UnixSocket, TakesOverOnlyWhatIsLeftBehind) {
  const TemporaryFolder folder;
  Listener listener;
  listener.kind = Listener::Kind::unix_socket;
  listener.sites.push_back(site_with());
  listener.socket_path = (folder / "socket").string();
  {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    listener.socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::close(fd);  // as after a kill: the file stays
  }
  auto server = start(listener);
  ASSERT_TRUE(server) << server.error().detail;
  EXPECT_EQ(start(listener).error().kind, kernel::ErrorKind::conflict) << "someone answers there";
  server->reset();
  listener.socket_path = (folder / "file").string();
  const int fd = ::open(listener.socket_path.c_str(), O_CREAT | O_WRONLY, 0600);
  ::close(fd);
  EXPECT_EQ(start(listener).error().kind, kernel::ErrorKind::conflict)
      << "a file that is no socket is not ours to remove";
  EXPECT_TRUE(std::filesystem::exists(listener.socket_path));
  listener.socket_path = (folder / std::string(200, 'x')).string();
  EXPECT_FALSE(start(listener));
}

TEST(Connections, AreCapped) {
  ServerOptions options;
  options.max_connections = 3;
  const TestServer server(site_with(), options);
  std::vector<std::unique_ptr<Raw>> kept;
  for (int i = 0; i < 3; ++i) {
    kept.push_back(std::make_unique<Raw>(server.port()));
    kept.back()->send("GET /peer HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_in(kept.back()->read_answer()), 200);
  }
  Raw fourth(server.port());
  EXPECT_EQ(fourth.read_to_end(3000), "");
  kept.pop_back();
  EXPECT_TRUE(eventually([&] { return status_in(server.ask("GET /peer")) == 200; })) << "room again";
}

class Stopping : public ::testing::Test {
 protected:
  static std::chrono::milliseconds time_to_stop(const TestServer& server) {
    const auto began = std::chrono::steady_clock::now();
    server.server->stop();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
  }
};

TEST_F(Stopping, IdleConnectionsDoNotHoldIt) {
  const TestServer server(site_with());
  std::vector<std::unique_ptr<Raw>> kept;
  for (int i = 0; i < 20; ++i) {
    kept.push_back(std::make_unique<Raw>(server.port()));
    kept.back()->send("GET /peer HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(status_in(kept.back()->read_answer()), 200);
  }
  EXPECT_LT(time_to_stop(server), std::chrono::milliseconds(1000));
  for (auto& raw : kept) EXPECT_EQ(raw->read_to_end(), "");
  EXPECT_FALSE(Raw(server.port()).is_open()) << "nobody listens any more";
  server.server->stop();  // once is enough
}

TEST_F(Stopping, RequestsUnderWayAreAnswered) {
  const auto gate = std::make_shared<Gate>();
  const TestServer server(site_with(gate));
  Raw raw(server.port());
  raw.send("GET /gated HTTP/1.1\r\nHost: a\r\n\r\nGET /peer HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return gate->waiting() == 1; }));
  auto stopping = std::async(std::launch::async, [&] { server.server->stop(); });
  EXPECT_TRUE(eventually([&] { return !Raw(server.port()).is_open(); }));
  gate->open();
  const auto& text = raw.read_to_end();
  EXPECT_EQ(status_in(text), 200);
  EXPECT_THAT(text, HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(text.ends_with("passed")) << "the next one is not begun";
  stopping.get();
}

TEST_F(Stopping, StuckHandlersAreLeftBehind) {
  ServerOptions options;
  options.drain_ms = 200;
  TestServer server(site_with(), options);
  Raw raw(server.port()), half(server.port());
  raw.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
  half.send("GET /pe");
  ASSERT_TRUE(eventually([&] { return server.server != nullptr; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  const auto took = time_to_stop(server);
  EXPECT_GE(took, std::chrono::milliseconds(200));
  EXPECT_LT(took, std::chrono::milliseconds(3000));
  raw.read_to_end();
  half.read_to_end();
  EXPECT_THAT(server.log(), HasSubstr("\"event\":\"drain_cut\",\"connections\":"));
  server.server.reset();
}

io::Task<kernel::Result<Response>> ask_outside(std::shared_ptr<std::promise<std::function<void()>>> outside) {
  bool is_done = false;
  const auto executor = co_await boost::asio::this_coro::executor;
  outside->set_value([&is_done, executor] { boost::asio::post(executor, [&is_done] { is_done = true; }); });
  while (!is_done) co_await io::sleep_ms(2);
  co_return Response::empty(204);
}

TEST_F(Stopping, ACompletionThatComesAfterTheEndIsHarmless) {
  const auto outside = std::make_shared<std::promise<std::function<void()>>>();
  ServerOptions options;
  options.drain_ms = 50;
  std::function<void()> complete;
  {
    TestServer server(site_of({open_route(Method::get, "/", [outside](Exchange&) { return ask_outside(outside); })}),
                      options);
    Raw raw(server.port());
    raw.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    complete = outside->get_future().get();
    server.server.reset();
  }
  complete();  // a store that finishes its last write long after
}

io::Task<void> tick_for_ever(std::shared_ptr<std::atomic<int>> ticks) {
  for (;;) {
    ticks->fetch_add(1);
    co_await io::sleep_ms(1);
  }
}

TEST_F(Stopping, BackgroundTasksRunUntilTheEnd) {
  const auto ticks = std::make_shared<std::atomic<int>>(0);
  const TestServer server(site_with());
  io::spawn(server.server->executor(), tick_for_ever(ticks));
  EXPECT_TRUE(eventually([&] { return *ticks > 3; }));
  EXPECT_LT(time_to_stop(server), std::chrono::milliseconds(1000));
  const int at_end = *ticks;
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(*ticks, at_end);
}

}  // namespace
}  // namespace carnet::http
