#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>

#include "foundation/http/connection.hpp"
#include "foundation/http/listen.hpp"
#include "foundation/http/uri.hpp"
#include "foundation/observe/observe.hpp"

namespace carnet::http {
namespace {

using kernel::ErrorKind;
using kernel::Status;
constexpr asio::as_tuple_t<asio::use_awaitable_t<io::Executor>> as_outcome{};
constexpr std::chrono::milliseconds look_every{2};
constexpr std::chrono::milliseconds unwind_time{1'000};

// All that runs: outlives the Server object when something outside may still want to resume a task of it.
struct Engine {
  Engine(const ServerOptions& options, const io::Clock& clock, observe::Log& log, observe::Metrics& metrics)
      : core(options, clock, log, metrics), drain_time(options.drain_ms) {}
  ~Engine() {
    stop_listening();
    for (auto& endpoint : endpoints) endpoint->acceptor.reset();
    workers.clear();
  }
  void stop_listening() {
    for (auto& endpoint : endpoints) {
      if (!endpoint->acceptor->is_open()) continue;
      IoError ignored;
      endpoint->acceptor->close(ignored);
      if (!endpoint->socket_path.empty()) ::unlink(endpoint->socket_path.c_str());
    }
  }
  std::size_t connections() const {
    std::size_t count = 0;
    for (const auto& endpoint : endpoints) count += endpoint->connections;
    return count;
  }
  Core core;
  const std::chrono::milliseconds drain_time;
  std::vector<std::unique_ptr<Endpoint>> endpoints;
  std::vector<std::unique_ptr<Worker>> workers;
  std::atomic<std::size_t> accepting{0};
};

// Engines whose tasks may still be completed from outside, by a store or a pool that has not heard of the end. They are
// never resumed; freeing them under such a completion would be the one way to make it do harm.
void keep_for_ever(std::unique_ptr<Engine> engine) {
  static std::mutex mutex;
  static auto* kept = new std::vector<std::unique_ptr<Engine>>;
  const std::lock_guard lock(mutex);
  kept->push_back(std::move(engine));
}

Worker& least_loaded(Engine& engine) {
  return **std::ranges::min_element(engine.workers, {}, [](const auto& worker) { return worker->load.load(); });
}

// Takes the socket over. The connection counts itself out again when it ends.
void begin_connection(Worker& worker, Endpoint& endpoint, Socket socket) {
  std::shared_ptr<Connection> connection;
  try {
    auto peer = peer_of(socket);
    send_at_once(socket);  // answers go out in one write; waiting for more to fill a packet only delays
    auto transport = endpoint.tls ? endpoint.tls->transport(std::move(socket)) : plain_transport(std::move(socket));
    connection = std::make_shared<Connection>(worker, endpoint, std::move(transport), std::move(peer));
  } catch (const std::exception&) {  // no memory for it, or no TLS session: one connection less
    worker.core.metrics.count("carnet_http_accept_errors_total");
    endpoint.connections.fetch_sub(1);
    worker.load.fetch_sub(1);
    return;
  }
  io::spawn(worker.context.get_executor(), Connection::serve(std::move(connection)));
}

io::Task<void> accept_all(Engine& engine, Endpoint& endpoint) {
  SteadyTimer pause(engine.workers.front()->context.get_executor());
  while (!engine.core.is_draining) {
    Worker& worker = least_loaded(engine);
    Socket socket(worker.context.get_executor());
    const auto [error] = co_await endpoint.acceptor->async_accept(socket, as_outcome);
    if (engine.core.is_draining) break;
    if (error) {  // out of descriptors, or the peer has gone: neither is cured by trying at once
      engine.core.metrics.count("carnet_http_accept_errors_total");
      pause.expires_after(std::chrono::milliseconds(50));
      co_await pause.async_wait(as_outcome);
      continue;
    }
    if (endpoint.connections >= engine.core.max_connections) {
      engine.core.metrics.count("carnet_http_connections_refused_total");
      continue;  // closed by its destructor
    }
    endpoint.connections.fetch_add(1);
    worker.load.fetch_add(1);
    asio::post(worker.context, [&worker, &endpoint, accepted = std::move(socket)]() mutable {
      begin_connection(worker, endpoint, std::move(accepted));
    });
  }
  engine.accepting.fetch_sub(1);
}

class RunningServer final : public Server {
 public:
  explicit RunningServer(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
  ~RunningServer() override {
    stop();
    if (was_lent_ || engine_->connections() > 0) keep_for_ever(std::move(engine_));
  }
  std::uint16_t port(std::size_t listener) const override { return engine_->endpoints.at(listener)->port; }
  io::Executor executor() override {
    was_lent_ = true;
    return engine_->workers.back()->context.get_executor();
  }
  void stop() override;

 private:
  template <class Each>
  void on_each_connection(Each each) {
    for (auto& worker : engine_->workers) {
      asio::post(worker->context, [w = worker.get(), each] {
        for (Connection* connection : w->connections) each(*connection);
      });
    }
  }
  bool wait_for_end(std::chrono::milliseconds at_most) const {
    const auto until = std::chrono::steady_clock::now() + at_most;
    while (engine_->connections() > 0 || engine_->accepting > 0) {
      if (std::chrono::steady_clock::now() >= until) return false;
      std::this_thread::sleep_for(look_every);
    }
    return true;
  }

  std::unique_ptr<Engine> engine_;
  std::mutex stopping_;
  bool has_stopped_ = false;
  std::atomic<bool> was_lent_{false};
};

void RunningServer::stop() {
  const std::lock_guard lock(stopping_);
  if (std::exchange(has_stopped_, true)) return;
  engine_->core.is_draining = true;
  asio::post(engine_->workers.front()->context, [engine = engine_.get()] { engine->stop_listening(); });
  on_each_connection([](Connection& connection) { connection.drain(); });
  if (!wait_for_end(engine_->drain_time)) {
    engine_->core.log.write(observe::Log::Level::warning, "drain_cut",
                            {{"connections", static_cast<std::int64_t>(engine_->connections())}});
    on_each_connection([](Connection& connection) { connection.cut(); });
    wait_for_end(unwind_time);
  }
  for (auto& worker : engine_->workers) worker->context.stop();
  for (auto& worker : engine_->workers) worker->join();
}

Status prepare_site(Site site, Engine& engine, Endpoint& endpoint) {
  PreparedSite prepared{.hosts = {},
                        .path_prefix = std::move(site.path_prefix),
                        .router = {},
                        .render_error = std::move(site.render_error),
                        .authenticator = std::move(site.authenticator),
                        .headers = std::move(site.headers)};
  for (const auto& host : site.hosts) prepared.hosts.push_back(lower_case(host));
  for (auto& route : site.routes) {
    if (route.access == Access::signed_in && !prepared.authenticator) {
      return kernel::refuse(ErrorKind::invalid, "http.route", route.path_template + ": nobody can sign in here");
    }
    if (!is_below(route.path_template, prepared.path_prefix)) {
      return kernel::refuse(ErrorKind::invalid, "http.route", route.path_template + ": outside the site's prefix");
    }
    CARNET_CHECK(prepared.router.add(std::move(route), engine.core.limits));
  }
  endpoint.sites.push_back(std::move(prepared));
  return {};
}

Status prepare_listener(Listener listener, Engine& engine) {
  auto endpoint = std::make_unique<Endpoint>();
  endpoint->kind = listener.kind;
  endpoint->scheme = listener.kind == Listener::Kind::tls ? "https" : "http";
  for (auto& site : listener.sites) CARNET_CHECK(prepare_site(std::move(site), engine, *endpoint));
  if (listener.kind == Listener::Kind::tls) {
    CARNET_TRY(tls, TlsServer::make(listener.certificate_pem, listener.key_pem));
    endpoint->tls.emplace(std::move(tls));
  }
  CARNET_CHECK(open_acceptor(listener, *endpoint, engine.workers.front()->context.get_executor()));
  engine.endpoints.push_back(std::move(endpoint));
  return {};
}

}  // namespace

kernel::Result<std::unique_ptr<Server>> Server::start(ServerOptions options, const io::Clock& clock, observe::Log& log,
                                                      observe::Metrics& metrics) {
  auto engine = std::make_unique<Engine>(options, clock, log, metrics);
  for (unsigned i = 0; i < std::max(1u, options.threads); ++i) {
    engine->workers.push_back(std::make_unique<Worker>(engine->core, i));
  }
  for (auto& listener : options.listeners) CARNET_CHECK(prepare_listener(std::move(listener), *engine));
  for (auto& endpoint : engine->endpoints) {
    engine->accepting.fetch_add(1);
    io::spawn(engine->workers.front()->context.get_executor(), accept_all(*engine, *endpoint));
  }
  for (auto& worker : engine->workers) worker->start();
  return std::make_unique<RunningServer>(std::move(engine));
}

}  // namespace carnet::http
