#include "foundation/http/pipeline.hpp"

#include <algorithm>
#include <typeinfo>

#include "foundation/http/uri.hpp"
#include "foundation/http/wire.hpp"
#include "foundation/observe/observe.hpp"

namespace carnet::http {
namespace {

using kernel::ErrorKind;
using kernel::Status;

bool is_unsafe(Method method) {
  return method != Method::get && method != Method::head;
}

Status read_target(Turn& turn) {
  auto target = parse_target(turn.head.target);
  if (!target) return kernel::refuse(ErrorKind::invalid, "http.malformed", "the address cannot be read");
  const auto host_header = turn.request.header("host");
  if (!target->authority.empty() && !equal_case_blind(target->authority, host_header)) {
    return kernel::refuse(ErrorKind::invalid, "http.malformed", "the address and the Host header differ");
  }
  auto host = host_of(host_header);
  if (!host && !host_header.empty()) {
    return kernel::refuse(ErrorKind::invalid, "http.malformed", "the Host header cannot be read");
  }
  turn.request.path = std::move(target->path);
  turn.request.query = std::move(target->query);
  turn.request.host = host ? std::move(*host) : std::string();
  return {};
}

Status find_site(const Endpoint& endpoint, Turn& turn) {
  bool is_host_served = false;
  for (const auto& site : endpoint.sites) {
    if (!site.hosts.empty() && std::ranges::find(site.hosts, turn.request.host) == site.hosts.end()) continue;
    is_host_served = true;
    if (!is_below(turn.request.path, site.path_prefix)) continue;
    turn.site = &site;
    return {};
  }
  if (is_host_served) return kernel::refuse(ErrorKind::not_found, "http.not_found");
  return kernel::refuse(ErrorKind::invalid, "http.host", "this host name is not served here");
}

Status find_route(Turn& turn) {
  auto match = turn.site->router.match(turn.request.method, turn.request.path);
  if (!match.path_exists) return kernel::refuse(ErrorKind::not_found, "http.not_found");
  if (match.route == nullptr) {
    turn.allow = std::move(match.allow);
    return kernel::refuse(ErrorKind::invalid, "http.method", "this address does not answer that method");
  }
  turn.route = match.route;
  turn.exchange.emplace(Exchange{turn.request, std::move(match.parameters), nullptr});
  return {};
}

Status check_announced_size(const Turn& turn) {
  if (turn.head.content_length.value_or(0) <= turn.route->route.max_body) return {};
  return kernel::refuse(ErrorKind::too_large, "http.body_too_large", "the body is larger than this address takes");
}

Status take_token(Core& core, const Turn& turn) {
  if (!turn.peer || !turn.route->limit) return {};
  return core.limits.take(*turn.route->limit, *turn.peer, core.clock.now());
}

// The name of the exception's type is all that is kept: its text may hold what the caller sent.
std::unexpected<kernel::Error> thrown(const std::exception* exception) {
  return kernel::fault("http.exception", exception != nullptr ? typeid(*exception).name() : "unknown");
}

// What the authenticator said, for this route.
Status take_principal(Turn& turn, kernel::Result<std::shared_ptr<const Principal>> found) {
  const auto access = turn.route->route.access;
  if (found) {
    turn.exchange->principal = std::move(*found);
  } else if (access == Access::signed_in || found.error().kind != ErrorKind::unauthenticated) {
    return std::unexpected(std::move(found).error());
  }
  if (access == Access::signed_in && !turn.exchange->principal) {
    return kernel::refuse(ErrorKind::unauthenticated, "http.sign_in");
  }
  return {};
}

// A browser sends cookies with requests that other sites make it send. It also says which site that was.
Status check_origin(const Endpoint& endpoint, const Turn& turn) {
  if (!turn.route->route.checks_origin || !is_unsafe(turn.request.method)) return {};
  const auto origin = turn.request.header("origin");
  if (origin.empty()) {
    if (turn.request.header("sec-fetch-site") == "same-origin") return {};
  } else {
    const auto own = std::string(endpoint.scheme) + "://" + std::string(turn.request.header("host"));
    if (equal_case_blind(origin, own)) return {};
  }
  return kernel::refuse(ErrorKind::forbidden, "http.origin", "the request does not come from a page of this site");
}

Status take_response(Turn& turn, kernel::Result<Response> result) {
  if (!result) return std::unexpected(std::move(result).error());
  turn.response = std::move(*result);
  if (!is_sendable(turn.response)) return kernel::fault("http.response", "a status or header cannot be sent");
  return {};
}

void log_fault(Core& core, const Turn& turn, const kernel::Error& error) {
  using observe::Word;
  const bool is_own_refusal = error.code.starts_with("http.") && error.kind != ErrorKind::fault;
  if ((error.kind != ErrorKind::fault && error.kind != ErrorKind::unavailable) || is_own_refusal) return;
  core.log.write(observe::Log::Level::error, "fault",
                 {{"code", Word::of_ours(error.code)},
                  {"detail", Word::of_ours(error.detail)},
                  {"route", Word::of_ours(turn.route != nullptr ? turn.route->route.path_template : "-")},
                  {"request_id", Word::of_ours(turn.request.request_id)}});
  core.metrics.count("carnet_faults_total", "code=\"" + error.code + "\"");
}

}  // namespace

void account(Core& core, const Turn& turn, const Accounted& answer) {
  using observe::Word;
  static const auto unrouted = metric_labels("-");
  const double ms =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - answer.started).count();
  const auto& labels = turn.route != nullptr ? turn.route->metric_labels : unrouted;
  const auto& label = labels[static_cast<std::size_t>(answer.status / 100)];
  core.metrics.count("carnet_http_requests_total", label);
  core.metrics.observe_ms("carnet_http_request_ms", label, ms);
  core.log.write(observe::Log::Level::info, "request",
                 {{"route", Word::of_ours(turn.route != nullptr ? turn.route->route.path_template : "-")},
                  {"method", Word::of_ours(std::string(name_of(turn.request.method)))},
                  {"status", std::int64_t{answer.status}},
                  {"ms", ms},
                  {"bytes_in", static_cast<std::int64_t>(answer.bytes_in)},
                  {"bytes_out", static_cast<std::int64_t>(answer.bytes_out)},
                  {"request_id", Word::of_ours(turn.request.request_id)}});
}

Response render_error(Core& core, const Turn& turn, const kernel::Error& error) {
  log_fault(core, turn, error);
  Response response;
  try {
    response = turn.site != nullptr && turn.site->render_error ? turn.site->render_error(error, turn.request.request_id)
                                                               : problem(error, turn.request.request_id);
    if (error.code.starts_with("http.")) response.status = status_of(error);
    if (!is_sendable(response)) response = Response::empty(500);
  } catch (...) {
    response = Response::empty(500);
  }
  if (response.status == 405) response.with("Allow", turn.allow);
  return response;
}

io::Task<void> run_pipeline(Core& core, const Endpoint& endpoint, Turn& turn, BodySource& body) {
  // 1 connection, 2 deadline and the sizes of address and head are behind us (connection.cpp, head_parser.cpp): the
  //   head was read whole, in time, and the clock of this request runs.
  Status so_far = read_target(turn);
  // 4 host: which site is meant. Its form of errors holds from here on.
  if (so_far) so_far = find_site(endpoint, turn);
  // 5 route: what is asked; unknown paths 404, other methods 405.
  if (so_far) so_far = find_route(turn);
  // 3 sizes, second half: a body that the route does not take is refused before a byte of it is read.
  if (so_far) so_far = check_announced_size(turn);
  // 6 limits: by address, before anything costs.
  if (so_far) so_far = take_token(core, turn);
  try {
    // 7 authentication: who asks.
    if (so_far && turn.route->route.access != Access::anonymous && turn.site->authenticator) {
      so_far = take_principal(turn, co_await turn.site->authenticator->authenticate(turn.request));
    }
    // 8 origin: a browser's request is made by our own pages.
    if (so_far) so_far = check_origin(endpoint, turn);
    // 9 handler, on a body received only now.
    if (so_far && body.is_answered()) co_return;
    if (so_far && turn.head.announces_body()) so_far = co_await body.receive_body(turn.route->route.max_body);
    if (so_far) so_far = take_response(turn, co_await turn.route->route.handler(*turn.exchange));
  } catch (const std::exception& exception) {
    so_far = thrown(&exception);
  } catch (...) {
    so_far = thrown(nullptr);
  }
  // 10 rendering: errors take their form in one place; connection.cpp adds the common headers and writes.
  if (!so_far) turn.response = render_error(core, turn, so_far.error());
}

}  // namespace carnet::http
