#include "foundation/http/static_files.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "foundation/http/testing.hpp"

namespace carnet::http {
namespace {

using namespace carnet::http::testing;

class StaticFiles : public ::testing::Test {
 protected:
  StaticFiles() {
    std::filesystem::create_directories(folder_ / "dist/assets/deep");
    write("secret.txt", "outside");
    write("dist/index.html", "<!doctype html>index");
    write("dist/robots.txt", "robots");
    write("dist/assets/app-1.js", "plain script");
    write("dist/assets/app-1.js.gz", "packed script");
    write("dist/assets/deep/é b.woff2", "font");
    write("dist/only.gz", "not a variant");
  }
  void write(std::string_view name, std::string_view text) { std::ofstream(folder_ / name) << text; }
  kernel::Result<std::vector<Route>> routes(std::vector<std::string> prefixes = {"/", "/espace"}) const {
    return static_routes({folder_ / "dist", std::move(prefixes)});
  }
  Response ask(const TestServer& server, std::string_view target, const std::vector<Header>& headers = {}) const {
    Client client(server.client_options());
    auto response = client.request("GET", target, headers);
    EXPECT_TRUE(response);
    return response ? *response : Response{};
  }
  TemporaryFolder folder_;
};

TEST_F(StaticFiles, AreServedWithTheirTypes) {
  const TestServer server(site_of(*routes()));
  const auto script = ask(server, "/assets/app-1.js");
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.body, "plain script");
  EXPECT_EQ(header_of(script, "content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(header_of(script, "cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(header_of(script, "vary"), "Accept-Encoding");
  EXPECT_EQ(header_of(script, "x-content-type-options"), "nosniff");
  const auto font = ask(server, "/assets/deep/%C3%A9%20b.woff2");
  EXPECT_EQ(font.body, "font");
  EXPECT_EQ(header_of(font, "content-type"), "font/woff2");
  const auto robots = ask(server, "/robots.txt");
  EXPECT_EQ(robots.body, "robots");
  EXPECT_EQ(header_of(robots, "cache-control"), "no-cache");
  EXPECT_EQ(ask(server, "/only.gz").body, "not a variant");
}

TEST_F(StaticFiles, PackedForWhoAcceptsIt) {
  const TestServer server(site_of(*routes()));
  for (const auto* accepted : {"gzip", "br, gzip", "deflate, GZIP;q=0.5", "*", "gzip; q=1.0"}) {
    const auto response = ask(server, "/assets/app-1.js", {{"Accept-Encoding", accepted}});
    EXPECT_EQ(response.body, "packed script") << accepted;
    EXPECT_EQ(header_of(response, "content-encoding"), "gzip");
    EXPECT_EQ(header_of(response, "content-type"), "text/javascript; charset=utf-8");
  }
  for (const auto* accepted : {"", "br", "gzip;q=0", "gzip;q=0.000", "gzipped", "identity"}) {
    EXPECT_EQ(ask(server, "/assets/app-1.js", {{"Accept-Encoding", accepted}}).body, "plain script") << accepted;
  }
  EXPECT_EQ(ask(server, "/assets/app-1.js.gz").status, 404) << "a variant is not a file of its own";
}

TEST_F(StaticFiles, UnchangedFilesAreNotSentAgain) {
  const TestServer server(site_of(*routes()));
  const auto etag = std::string(header_of(ask(server, "/robots.txt"), "etag"));
  EXPECT_THAT(etag, ::testing::MatchesRegex("\"[0-9a-f]{32}\""));
  for (const auto& tag : {etag, "\"x\", W/" + etag, std::string("*")}) {
    const auto response = ask(server, "/robots.txt", {{"If-None-Match", tag}});
    EXPECT_EQ(response.status, 304) << tag;
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(header_of(response, "etag"), etag);
  }
  EXPECT_EQ(ask(server, "/robots.txt", {{"If-None-Match", "\"other\""}}).status, 200);
  const auto packed = ask(server, "/assets/app-1.js", {{"Accept-Encoding", "gzip"}});
  EXPECT_NE(header_of(packed, "etag"), header_of(ask(server, "/assets/app-1.js"), "etag"));
}

TEST_F(StaticFiles, PagesAnswerTheIndex) {
  const TestServer everywhere(site_of(*routes()));
  for (const auto* path : {"/", "/espace", "/espace/documents/3", "/anything"}) {
    const auto page = ask(everywhere, path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(page.body, "<!doctype html>index");
    EXPECT_EQ(header_of(page, "content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(header_of(page, "cache-control"), "no-cache");
  }
  EXPECT_EQ(ask(everywhere, "/assets/gone.js").status, 404) << "a missing script is no page";
  const TestServer listed(site_of(*routes({"/espace"})));
  EXPECT_EQ(ask(listed, "/espace/x").status, 200);
  EXPECT_EQ(ask(listed, "/espaces").status, 404);
  EXPECT_EQ(ask(listed, "/").status, 200) << "the first page always has its address";
}

TEST_F(StaticFiles, NothingOutsideTheFolder) {
  const TestServer server(site_of(*routes({})));
  for (const auto* path : {"/../secret.txt", "/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt",
                           "/assets/..%2f..%2fsecret.txt", "/assets//../../secret.txt", "/assets/..\\..\\secret.txt",
                           "/secret.txt", "//secret.txt", "/assets/deep/../../../secret.txt", "/assets/"}) {
    const auto answer = server.ask("GET " + std::string(path));
    EXPECT_GE(status_in(answer), 400) << path;
    EXPECT_EQ(answer.find("outside"), std::string::npos) << path;
  }
}

TEST_F(StaticFiles, FoldersThatCannotBeServedAreRefused) {
  std::filesystem::create_symlink(folder_ / "secret.txt", folder_ / "dist/link.txt");
  EXPECT_EQ(routes().error().code, "http.static");
  std::filesystem::remove(folder_ / "dist/link.txt");
  EXPECT_FALSE(static_routes({folder_ / "dist", {}, 30})) << "too large";
  std::filesystem::remove(folder_ / "dist/index.html");
  EXPECT_FALSE(routes());
  EXPECT_FALSE(static_routes({folder_ / "nowhere", {}}));
}

TEST_F(StaticFiles, AreReadOnce) {
  const TestServer server(site_of(*routes()));
  std::filesystem::remove_all(folder_ / "dist");
  EXPECT_EQ(ask(server, "/robots.txt").body, "robots");
}

}  // namespace
}  // namespace carnet::http
