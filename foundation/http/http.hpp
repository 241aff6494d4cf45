// HTTP/2 and HTTP/1.1 over TLS 1.3 behind our own types. One pipeline, in one place (pipeline.cpp), the same for every route:
//   connection -> deadline -> sizes -> host -> route -> limits -> authentication -> origin -> handler -> rendering
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "foundation/io/clock.hpp"
#include "foundation/io/task.hpp"
#include "foundation/kernel/bytes.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::observe {
class Log;
class Metrics;
}  // namespace carnet::observe

namespace carnet::http {

enum class Method { get, head, post, put, patch, del, other };

using Header = std::pair<std::string, std::string>;

struct Request {
  Method method = Method::get;
  std::string path;             // percent-decoded once, always starts with '/'; "..", NUL and '%2f' refused before
  std::string query;            // raw, after '?'
  std::string host;             // lower-case, without port
  std::vector<Header> headers;  // names in lower case, in the order received
  kernel::Bytes body;           // whole when the handler runs; not yet received when the authenticator is asked
  std::string peer;             // address of the peer, as text ("127.0.0.1", "::1", "unix"): limits only, never logged
  std::string request_id;       // 26 symbols; also sent back as X-Request-Id and written in the log

  std::string_view header(std::string_view name) const;  // case-blind; empty when absent
  std::string_view cookie(std::string_view name) const;
  std::string_view body_text() const { return kernel::as_text(body); }
  // Decoded, in order; a pair whose percent-encoding is malformed is left out, and so is what follows the 1,000th.
  std::vector<std::pair<std::string, std::string>> query_pairs() const;
  std::vector<std::pair<std::string, std::string>> form_pairs() const;  // application/x-www-form-urlencoded body
};

struct Response {
  int status = 200;
  std::vector<Header> headers;  // Content-Type is required when there is a body
  std::string body;
  static Response json(std::string body, int status = 200);
  static Response text(std::string_view media_type, std::string body, int status = 200);
  static Response empty(int status) { return Response{status, {}, {}}; }
  Response& with(std::string_view name, std::string_view value);
};

// Who calls, as the authenticator found it. Capabilities derive their own (identity::Caller); routes receive it back.
class Principal {
 public:
  virtual ~Principal() = default;
};

// A request on its way through the pipeline.
struct Exchange {
  const Request& request;
  std::vector<std::pair<std::string, std::string>> path_parameters;  // {name} in the template -> decoded segment
  std::shared_ptr<const Principal> principal;  // null when the route is public and no one is signed in
  std::string_view parameter(std::string_view name) const;
};

// Turns credentials into a principal. Answers null when there are none, an error when they are bad. Implemented by
// identity, wired by apps. Asked before the body is received, so that a stranger cannot make the service hold one.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual io::Task<kernel::Result<std::shared_ptr<const Principal>>> authenticate(const Request& request) = 0;
};

using Handler = std::function<io::Task<kernel::Result<Response>>(Exchange&)>;
using ErrorRenderer = std::function<Response(const kernel::Error&, std::string_view request_id)>;

// RFC 9457 problem+json: {"type","title","status","code","detail","issues":[{code,path,says}],"request_id"};
// Retry-After when known. Faults say nothing but the request id. Invalid input answers 422 when issues say where, else
// 400. Codes "http.*" are the pipeline's own, each with one status: see docs/formats/http.md.
Response problem(const kernel::Error& error, std::string_view request_id);
int status_of(kernel::ErrorKind kind);
int status_of(const kernel::Error& error);

// signed_in: 401 before the handler when there is no principal. anyone: the handler hears who is signed in, if anyone;
// credentials that do not hold count as none. anonymous: the authenticator is not asked (static files, probes).
enum class Access { anyone, signed_in, anonymous };

struct Route {
  Method method;
  // "/api/spaces/{space}/documents"; a last "{rest...}" matches what is left, of any number of segments, even none. A
  // literal segment wins over {name}, {name} over {rest...}. A GET route answers HEAD too.
  std::string path_template;
  Handler handler;
  Access access = Access::signed_in;
  std::size_t max_body = 1 << 20;
  std::string limit{};        // name in the table of limits; empty: the row "default", if the table has one
  bool checks_origin = true;  // refuse unsafe methods whose Origin is not this site's (cookies); false for bearer APIs
};

// One row per limit, all in one table given at construction. Counted per (limit, peer address, or /64 for IPv6), in
// memory of bounded size; when that is full an open limit forgets whom it saw longest ago, a closed one refuses
// newcomers. Unix sockets are not limited.
struct Limit {
  std::string name;
  double bucket;      // burst
  double per_second;  // refill
  enum class Fails { open, closed } fails;
  std::string reason;
};

// A set of routes served for some host names.
struct Site {
  std::vector<std::string> hosts;  // lower-case; empty: any host
  std::string path_prefix;         // "/fhir/R4": answers at and below it, templates are whole paths; empty: everything
  std::vector<Route> routes;
  ErrorRenderer render_error = problem;
  std::shared_ptr<Authenticator> authenticator;  // may be null when every route is Access::anyone
  std::vector<Header> headers;  // added to every response (CSP, HSTS, ...), unless the response sets them
};

struct Listener {
  enum class Kind { tls, plain_loopback, unix_socket } kind = Kind::tls;
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;       // 0: any; see Server::port
  std::string socket_path;      // unix_socket; created 0600
  std::string certificate_pem;  // tls
  std::string key_pem;
  std::vector<Site> sites;  // first whose hosts and path prefix match
};

struct ServerOptions {
  std::vector<Listener> listeners;
  std::vector<Limit> limits;
  unsigned threads = 2;
  std::size_t max_in_flight_bytes = 512u << 20;  // of bodies being received or handled; beyond: 503, Retry-After 1
  std::int64_t header_timeout_ms = 10'000;
  std::int64_t body_idle_timeout_ms = 30'000;  // between two reads
  std::int64_t keep_alive_ms = 60'000;
  std::int64_t handler_deadline_ms = 30'000;
  std::int64_t drain_ms = 8'000;
  std::size_t max_connections = 10'000;  // of each listener
};

class Server {
 public:
  // Listens on return. Refuses (invalid): a plain listener that is not on the loopback, a key that is not the
  // certificate's, two equal routes, a limit that is not in the table, signed_in routes without an authenticator.
  static kernel::Result<std::unique_ptr<Server>> start(ServerOptions options, const io::Clock& clock, observe::Log& log,
                                                       observe::Metrics& metrics);
  virtual ~Server() = default;
  virtual std::uint16_t port(std::size_t listener) const = 0;  // of the nth listener
  virtual io::Executor executor() = 0;                         // one of the io threads, for background tasks
  // Stops accepting, lets requests finish for drain_ms, then closes; returns when every thread has ended. A task still
  // suspended then is never resumed nor destroyed. Not to be called from an io thread. The destructor stops too.
  virtual void stop() = 0;
};

// Percent-encoding of one path or query component (RFC 3986 unreserved kept).
std::string percent_encode(std::string_view text);
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

}  // namespace carnet::http
