// Internal to foundation/http: what the parts of a running server share.
#pragma once
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "foundation/http/head_parser.hpp"
#include "foundation/http/http.hpp"
#include "foundation/http/limits.hpp"
#include "foundation/http/router.hpp"
#include "foundation/http/transport.hpp"

namespace carnet::http {

// A Site with its routes compiled.
struct PreparedSite {
  std::vector<std::string> hosts;
  std::string path_prefix;
  Router router;
  ErrorRenderer render_error;
  std::shared_ptr<Authenticator> authenticator;
  std::vector<Header> headers;
};

// A Listener, prepared.
struct Endpoint {
  Listener::Kind kind = Listener::Kind::tls;
  std::string_view scheme;  // of this site's own origin: "https" or "http"
  std::vector<PreparedSite> sites;
  std::optional<TlsServer> tls;
  std::optional<Acceptor> acceptor;
  std::uint16_t port = 0;
  std::string socket_path;
  std::atomic<std::size_t> connections{0};
};

struct Timing {
  std::int64_t header_timeout_ms, body_idle_timeout_ms, keep_alive_ms, handler_deadline_ms;
};

// One per server; outlives every connection.
struct Core {
  Core(const ServerOptions& options, const io::Clock& civil_clock, observe::Log& to_log, observe::Metrics& to_metrics)
      : clock(civil_clock),
        log(to_log),
        metrics(to_metrics),
        limits(options.limits),
        timing{options.header_timeout_ms, options.body_idle_timeout_ms, options.keep_alive_ms,
               options.handler_deadline_ms},
        max_in_flight_bytes(options.max_in_flight_bytes),
        max_connections(options.max_connections) {}
  const io::Clock& clock;
  observe::Log& log;
  observe::Metrics& metrics;
  Limits limits;
  const Timing timing;
  const std::size_t max_in_flight_bytes;
  const std::size_t max_connections;
  std::atomic<std::size_t> in_flight_bytes{0};
  std::atomic<bool> is_draining{false};
};

// One request and its answer. Belongs to the connection, which reuses it for the next request once both are done with.
struct Turn {
  Request request;
  Head head;
  std::optional<PeerKey> peer;  // none: not limited
  const PreparedSite* site = nullptr;
  const PreparedRoute* route = nullptr;
  std::string allow;  // of a 405
  std::optional<Exchange> exchange;
  Response response;
};

}  // namespace carnet::http
