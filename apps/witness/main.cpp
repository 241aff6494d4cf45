// carnet-witness: follows one log from outside, and cosigns each checkpoint that continues what it saw (C2SP tlog-witness).
// It holds a key and one line of state; whoever runs it needs to trust nobody.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <mutex>

#include "foundation/http/http.hpp"
#include "foundation/io/clock.hpp"
#include "foundation/io/files.hpp"
#include "foundation/observe/observe.hpp"
#include "standards/tlog/witness.hpp"

namespace {

using namespace carnet;
using kernel::Result;
using kernel::Status;
namespace fs = std::filesystem;

constexpr unsigned private_file = 0600;

struct Asked {
  std::string name, log, data = "witness", certificate, key, address = "127.0.0.1";
  int port = 9470;
};

Result<crypto::SigningKey> own_key(const fs::path& file, io::Entropy& entropy) {
  if (!fs::exists(file)) {
    auto made = crypto::SigningKey::generate_ed25519(entropy);
    const auto pem = made.to_pem();
    CARNET_CHECK(io::replace_file(file, pem.reveal(), private_file));
    return made;
  }
  CARNET_TRY(bytes, io::read_file(file, 1 << 14));
  return crypto::SigningKey::from_pem(kernel::SecretBytes(std::move(bytes)));
}

class Witness {
 public:
  Witness(tlog::VerifierKey log, std::string name, crypto::SigningKey key, fs::path state, const io::Clock& clock)
      : log_(std::move(log)), name_(std::move(name)), key_(std::move(key)), state_(std::move(state)), clock_(clock) {}

  Status load() {
    if (!fs::exists(state_)) return {};
    CARNET_TRY(bytes, io::read_file(state_, 4096));
    CARNET_TRY(seen, tlog::read_seen(kernel::as_text(bytes)));
    seen_ = seen;
    return {};
  }
  tlog::VerifierKey verifier() const { return tlog::verifier_of(name_, tlog::SignatureType::cosignature_v1, key_); }

  // What was seen is on disk before the cosignature leaves.
  Result<http::Response> judge(std::string_view request) {
    const std::scoped_lock lock(mutex_);
    auto answer = tlog::judge_checkpoint(request, seen_, log_, name_, key_, clock_.now().ms / 1000);
    if (answer.seen != seen_) {
      CARNET_CHECK(io::replace_file(state_, kernel::as_bytes(tlog::write_seen(answer.seen)), private_file));
      seen_ = answer.seen;
    }
    return http::Response::text(answer.media_type, std::move(answer.body), answer.status);
  }

 private:
  const tlog::VerifierKey log_;
  const std::string name_;
  const crypto::SigningKey key_;
  const fs::path state_;
  const io::Clock& clock_;
  std::mutex mutex_;
  tlog::Seen seen_;
};

Result<http::Listener> listener_for(const Asked& asked, Witness& witness) {
  http::Listener listener;
  listener.address = asked.address;
  listener.port = static_cast<std::uint16_t>(asked.port);
  listener.kind = asked.certificate.empty() ? http::Listener::Kind::plain_loopback : http::Listener::Kind::tls;
  if (!asked.certificate.empty()) {
    CARNET_TRY(certificate, io::read_file(asked.certificate, 1 << 20));
    CARNET_TRY(key, io::read_file(asked.key, 1 << 20));
    listener.certificate_pem = kernel::as_text(certificate);
    listener.key_pem = kernel::as_text(key);
  }
  http::Site site;
  http::Route route{http::Method::post, "/add-checkpoint", {}, http::Access::anonymous};
  route.handler = [&witness](http::Exchange& exchange) -> io::Task<Result<http::Response>> {
    co_return witness.judge(exchange.request.body_text());
  };
  route.checks_origin = false;
  site.routes.push_back(std::move(route));
  listener.sites.push_back(std::move(site));
  return listener;
}

Status serve(const Asked& asked) {
  CARNET_TRY(log_key, tlog::read_verifier_key(asked.log));
  std::error_code error;
  fs::create_directories(asked.data, error);
  io::SystemEntropy entropy;
  io::SystemClock clock;
  CARNET_TRY(key, own_key(fs::path(asked.data) / "key.pem", entropy));
  Witness witness(log_key, asked.name, std::move(key), fs::path(asked.data) / "seen", clock);
  CARNET_CHECK(witness.load());
  observe::Log log(STDERR_FILENO, observe::Log::Level::warning);
  observe::Metrics metrics;
  http::ServerOptions options;
  options.threads = 1;
  CARNET_TRY(listener, listener_for(asked, witness));
  options.listeners.push_back(std::move(listener));
  CARNET_TRY(server, http::Server::start(std::move(options), clock, log, metrics));
  fmt::print("{}\n", tlog::write_verifier_key(witness.verifier()));
  fmt::print("http{}://{}:{}/add-checkpoint\n", asked.certificate.empty() ? "" : "s", asked.address, server->port(0));
  std::fflush(stdout);
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  int signal_number = 0;
  sigwait(&stops, &signal_number);
  server->stop();
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"carnet-witness: cosigns the log of a service that it does not trust"};
  Asked asked;
  app.add_option("--log", asked.log, "verifier key of the log (GET /log/key)")->required();
  app.add_option("--name", asked.name, "name of this witness")->required();
  app.add_option("--data", asked.data, "directory for its key and what it saw last");
  app.add_option("--address", asked.address, "address to listen on");
  app.add_option("--port", asked.port, "port, 0: any")->check(CLI::Range(0, 65535));
  auto* certificate = app.add_option("--certificate", asked.certificate, "PEM; without one, the loopback only");
  app.add_option("--key", asked.key, "PEM of the certificate's key")->needs(certificate);
  CLI11_PARSE(app, argc, argv);
  umask(077);
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
  if (const auto served = serve(asked); !served) {
    fmt::print(stderr, "carnet-witness: {} {}\n", served.error().code, served.error().detail);
    return 1;
  }
  return 0;
}
