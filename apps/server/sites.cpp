#include "apps/server/sites.hpp"

#include <fmt/format.h>

#include <ranges>

#include "apps/server/sealing.hpp"
#include "foundation/http/static_files.hpp"

namespace carnet::server {
namespace {

using kernel::Result;
using wiring::House;
using Answer = io::Task<Result<http::Response>>;

std::vector<http::Header> page_headers(const wiring::Config& config) {
  return {{"Content-Security-Policy",
           fmt::format("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: {0}; "
                       "font-src 'self'; connect-src 'self'; frame-src {0}; worker-src 'self'; manifest-src 'self'; "
                       "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
                       config.documents_origin())},
          {"Strict-Transport-Security", "max-age=31536000"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"}};
}

void add(std::vector<http::Route>& to, std::vector<http::Route> routes) {
  for (auto& route : routes) to.push_back(std::move(route));
}

// Addresses of pages (interface: French, as people read them); everything else that is not a file is unknown.
std::vector<std::string> page_prefixes() {
  return {"/activer", "/opposition", "/code", "/connexion", "/cloturer", "/aide", "/accessibilite", "/vie-privee",
          "/espace",  "/demonstration", "/verifier", "/signaler", "/victime", "/ce-qui-circule", "/apprendre",
          "/arreter-changement"};
}

Answer tell_service(House& house) {
  const auto& config = house.config();
  const auto now = house.clock().now();
  const auto today = kernel::date_in(now, kernel::Zone::paris());
  co_return http::Response::json(kernel::json::serialize(kernel::json::object{
      {"name", config.service_name},
      {"mode", std::string(code_of(config.kind))},
      {"today", kernel::to_text(today)},
      {"now", kernel::to_rfc3339(now)},
      {"phone", "3422"},
      {"documents_origin", config.documents_origin()},
      {"password_min_length", house.parameters().integer("identity.password_min_length", today)}}));
}

Answer tell_alive(House&) { co_return http::Response::text("text/plain; charset=utf-8", "alive\n"); }

Answer tell_ready(House& house) {
  const auto ready = house.ready();
  if (ready) co_return http::Response::text("text/plain; charset=utf-8", "ready\n");
  co_return http::Response::text("text/plain; charset=utf-8", fmt::format("not ready: {}\n", ready.error().detail), 503);
}

Answer tell_metrics(House& house) {
  const auto stores = {std::pair{"main", house.main().figures()}, std::pair{"journal", house.journal_store().figures()},
                       std::pair{"keys", house.key_store().figures()}};
  for (const auto& [name, figures] : stores) {
    const std::string labels = fmt::format("store=\"{}\"", name);
    house.metrics().gauge("carnet_store_commits", labels, static_cast<double>(figures.commits));
    house.metrics().gauge("carnet_store_rows_written", labels, static_cast<double>(figures.rows_written));
    house.metrics().gauge("carnet_store_commit_us", labels, static_cast<double>(figures.commit_us));
    house.metrics().gauge("carnet_store_worst_commit_us", labels, static_cast<double>(figures.worst_commit_us));
    house.metrics().gauge("carnet_store_remembered", labels, static_cast<double>(figures.remembered));
  }
  if (const auto waiting = house.notices().waiting())
    house.metrics().gauge("carnet_notices_waiting", "", static_cast<double>(waiting->queued));
  co_return http::Response::text("text/plain; version=0.0.4; charset=utf-8", house.metrics().text());
}

http::Route open_route(House& house, std::string path, Answer (*tell)(House&)) {
  return {http::Method::get, std::move(path), [&house, tell](http::Exchange&) { return tell(house); }, http::Access::anonymous};
}

}  // namespace

// One row per limit of the interfaces; the counters of codes and of sign-in are durable and live with their capability.
std::vector<http::Limit> limits() {
  using Fails = http::Limit::Fails;
  return {
      {"default", 200, 100, Fails::open, "any route: keeps one address from taking the whole service"},
      {"software", 50'000, 50'000, Fails::open, "FHIR: a hospital's software speaks for many people from one address"},
      {"token", 60, 5, Fails::closed, "tokens: a signature is verified for each"},
      {"sign-in", 20, 0.5, Fails::closed, "passwords are slow to verify; guesses are counted durably besides"},
      {"code", 20, 0.5, Fails::closed, "provisional codes; tries are counted durably besides"},
      {"vigilance", 60, 2, Fails::open, "a message is parsed and judged; reasons grow coarse sooner"},
      {"vigilance-image", 6, 0.05, Fails::open, "a screenshot takes seconds to read"},
      {"vigilance-report", 10, 0.05, Fails::closed, "reports are kept, and weigh on what others are told"},
      {"upload", 400, 50, Fails::open, "chunks of 1 MiB"},
  };
}

namespace {

// What the pages ask, and what software asks besides FHIR.
std::vector<http::Route> api_routes(House& house) {
  std::vector<http::Route> routes;
  routes.push_back(open_route(house, "/api/service", tell_service));
  add(routes, house.identity().oauth_routes(house.config().main_origin() + "/oauth/token"));
  add(routes, house.identity().web_routes());
  add(routes, house.enrollment().routes());
  add(routes, house.access().routes());
  add(routes, house.record().web_routes());
  add(routes, house.notices().routes());
  add(routes, log_routes(house));
  add(routes, house.vigilance().routes());
  return routes;
}

// A demonstration on "localhost" answers at the loopback's number too, which people type as readily. Pages have one origin,
// which documents know: whoever asks for one is sent there.
constexpr std::string_view loopback = "127.0.0.1";

bool answers_at_loopback(const wiring::Config& config) { return config.kind == wiring::Kind::demonstration && config.host == "localhost"; }

Answer send_to_pages(House& house, http::Exchange& exchange) {
  const auto& request = exchange.request;
  std::string path;
  for (const auto& part : std::views::split(request.path, '/')) path += "/" + http::percent_encode(std::string_view(part));
  auto response = http::Response::empty(307);
  response.with("Location", house.config().main_origin() + path.substr(1) + (request.query.empty() ? "" : "?" + request.query));
  co_return response;
}

http::Site loopback_site(House& house) {
  http::Site site;
  site.hosts = {std::string(loopback)};
  site.authenticator = house.identity().web_authenticator();
  site.headers = page_headers(house.config());
  site.routes = api_routes(house);
  site.routes.push_back({http::Method::get, "/{rest...}", [&house](http::Exchange& e) { return send_to_pages(house, e); }, http::Access::anonymous});
  return site;
}

}  // namespace

std::vector<http::Site> public_sites(House& house) {
  const auto& config = house.config();
  std::vector<std::string> hosts{config.host};
  if (answers_at_loopback(config)) hosts.emplace_back(loopback);
  http::Site documents;
  documents.hosts = {config.documents_host};
  documents.routes = house.record().document_routes();

  http::Site fhir;
  fhir.hosts = hosts;
  fhir.path_prefix = "/fhir/R4";
  fhir.routes = house.record().fhir_routes();
  add(fhir.routes, house.access().fhir_routes(config.main_origin() + "/fhir/R4"));
  fhir.render_error = record::Record::render_operation_outcome;
  fhir.authenticator = house.identity().bearer_authenticator();

  http::Site professional;
  professional.hosts = hosts;
  professional.path_prefix = "/api/professional";
  professional.routes = house.access().software_routes();
  professional.authenticator = house.identity().bearer_authenticator();

  http::Site main;
  main.hosts = {config.host};
  main.authenticator = house.identity().web_authenticator();
  main.headers = page_headers(config);
  main.routes = api_routes(house);
  if (auto pages = http::static_routes({config.root / "web" / "dist", page_prefixes()}))
    add(main.routes, std::move(*pages));
  else
    house.log().write(observe::Log::Level::warning, "web.absent", {});
  std::vector<http::Site> sites;
  sites.push_back(std::move(documents));
  sites.push_back(std::move(fhir));
  sites.push_back(std::move(professional));
  sites.push_back(std::move(main));
  if (answers_at_loopback(config)) sites.push_back(loopback_site(house));
  return sites;
}

http::Site operations_site(House& house) {
  http::Site site;
  site.routes.push_back(open_route(house, "/livez", tell_alive));
  site.routes.push_back(open_route(house, "/readyz", tell_ready));
  site.routes.push_back(open_route(house, "/metrics", tell_metrics));
  return site;
}

}  // namespace carnet::server
