#include "apps/server/service.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>

#include "apps/server/sealing.hpp"
#include "apps/server/sites.hpp"
#include "apps/wiring/country.hpp"
#include "apps/wiring/terminal.hpp"
#include "foundation/crypto/crypto.hpp"
#include "foundation/io/listener.hpp"

namespace carnet::server {
namespace {

using kernel::Result;
using kernel::Status;
using wiring::House;
namespace fs = std::filesystem;

constexpr std::int64_t worker_tick_ms = 250;
constexpr std::int64_t sweep_every_ticks = 240;  // a minute
constexpr std::int64_t drain_ms = 8'000;         // SIGTERM must have drained within 10 s
constexpr unsigned private_file = 0600;

struct TlsFiles {
  std::string certificate, key;
};

Result<TlsFiles> tls_files(House& house) {
  const auto& config = house.config();
  fs::path certificate = config.certificate_file, key = config.key_file;
  if (certificate.empty()) {
    certificate = house.data() / "tls" / "certificate.pem";
    key = house.data() / "tls" / "key.pem";
    if (!fs::exists(certificate)) {
      std::error_code error;
      fs::create_directories(certificate.parent_path(), error);
      const auto made = crypto::self_signed({config.host, config.documents_host}, io::SystemClock().now().ms);
      CARNET_CHECK(io::replace_file(key, made.key_pem.reveal(), private_file));
      CARNET_CHECK(io::replace_file(certificate, kernel::as_bytes(made.certificate_pem), private_file));
    }
  }
  CARNET_TRY(certificate_bytes, io::read_file(certificate, 1 << 20));
  CARNET_TRY(key_bytes, io::read_file(key, 1 << 20));
  return TlsFiles{std::string(kernel::as_text(certificate_bytes)), std::string(kernel::as_text(key_bytes))};
}

}  // namespace

namespace {

io::Task<void> sweep_desk(House& house) {
  Status swept;
  if (!co_await io::on_pool(house.pool(), [&] { swept = house.vigilance().sweep(); })) co_return;
  if (!swept) house.log().write(observe::Log::Level::error, "vigilance.sweep_failed", {{"code", observe::Word::of_ours(swept.error().code)}});
}

}  // namespace

// What runs beside the requests: notices that wait, transitions that are due.
struct Service::State {
  explicit State(House& h) : house(h), console(h) {}
  House& house;
  wiring::Console console;
  std::unique_ptr<http::Server> server;
  std::shared_ptr<vigilance::Forwarding> forwarding;
  std::unique_ptr<io::Listener> check_mail;
  std::vector<std::string> listener_names;
  std::atomic<bool> stopping{false}, notices_queued{true};
  Sealing sealing{stopping};
  std::atomic<int> workers{0};

  static io::Task<bool> round(State* state, bool whole);
  static io::Task<void> work(State* state) {
    std::int64_t tick = 0;
    bool more = false;
    while (!state->stopping.load()) {
      more = co_await round(state, more || tick % sweep_every_ticks == 0);
      ++tick;
      if (!more) co_await io::sleep_ms(worker_tick_ms);
    }
    state->workers.fetch_sub(1);
    state->workers.notify_all();
  }
};

// One turn of everything, or of the notices that wait alone. Each part is bounded, so that a stop, or a sign-in code among
// the notices, waits for one part at most; true: a part has more to do, at once.
io::Task<bool> Service::State::round(State* state, bool whole) {
  House& house = state->house;
  const auto failed = [&house](observe::Word event, const kernel::Error& error) {
    house.log().write(observe::Log::Level::error, event, {{"code", observe::Word::of_ours(error.code)}});
  };
  const auto stopped = [state] { return state->stopping.load(); };
  if (state->notices_queued.exchange(false) || whole)
    if (const auto sent = co_await house.notices().deliver_due(); !sent) failed("notices.delivery_failed", sent.error());
  if (!whole || stopped()) co_return false;
  const auto swept = co_await house.enrollment().sweep();
  if (!swept) failed("enrollment.sweep_failed", swept.error());
  if (stopped()) co_return false;
  if (const auto told = co_await house.identity().sweep(); !told) failed("identity.sweep_failed", told.error());
  if (stopped()) co_return false;
  const auto alerted = co_await house.access().tell_alerts();
  if (!alerted) failed("access.alerts_failed", alerted.error());
  if (alerted && alerted->trouble) failed("access.alerts_failed", *alerted->trouble);
  if (stopped()) co_return false;
  const auto told = co_await house.record().sweep();
  if (!told) failed("record.sweep_failed", told.error());
  if (stopped()) co_return false;
  co_await sweep_desk(house);
  if (stopped()) co_return false;
  if (const auto sealed = co_await seal_log(house, When::due, state->sealing); !sealed && !stopped())
    failed("sealing.failed", sealed.error());
  co_return (swept && swept->more) || (alerted && alerted->more) || (told && told->more);
}

namespace {

// Messages forwarded to be checked, when the configuration says where they come in.
Status listen_for_mail(House& house, io::Executor executor, std::shared_ptr<vigilance::Forwarding>& forwarding,
                       std::unique_ptr<io::Listener>& listener) {
  const auto& config = house.config();
  if (config.check_mail_listen.empty()) return {};
  forwarding = std::make_shared<vigilance::Forwarding>();
  forwarding->addresses = config.check_mail_addresses;
  forwarding->from = config.check_mail_from;
  CARNET_TRY(smtp, house.mail_server());
  forwarding->smtp = std::move(smtp);
  io::Listener::Options options;
  options.place = config.check_mail_listen;
  CARNET_TRY(opened, io::Listener::open(std::move(options), executor, house.vigilance().mail_room(forwarding)));
  listener = std::move(opened);
  return {};
}

}  // namespace

Result<std::unique_ptr<Service>> Service::start(House& house) {
  CARNET_TRY(tls, tls_files(house));
  const auto& config = house.config();
  auto state = std::make_unique<State>(house);
  http::ServerOptions options;
  options.limits = limits();
  options.threads = static_cast<unsigned>(config.threads);
  options.drain_ms = drain_ms;
  const auto listen = [&](std::string name, http::Listener listener) {
    state->listener_names.push_back(std::move(name));
    options.listeners.push_back(std::move(listener));
  };
  http::Listener pages;
  pages.kind = http::Listener::Kind::tls;
  pages.address = config.address;
  pages.port = static_cast<std::uint16_t>(config.port);
  pages.certificate_pem = tls.certificate;
  pages.key_pem = tls.key;
  pages.sites = public_sites(house);
  listen("tls", std::move(pages));
  if (config.plain_port > 0) {
    http::Listener plain;
    plain.kind = http::Listener::Kind::plain_loopback;
    plain.port = static_cast<std::uint16_t>(config.plain_port);
    plain.sites = public_sites(house);
    listen("plain", std::move(plain));
  }
  if (config.operations_port > 0) {
    http::Listener operations;
    operations.kind = http::Listener::Kind::plain_loopback;
    operations.port = static_cast<std::uint16_t>(config.operations_port);
    operations.sites.push_back(operations_site(house));
    listen("operations", std::move(operations));
  }
  http::Listener socket;
  socket.kind = http::Listener::Kind::unix_socket;
  socket.socket_path = (house.data() / "carnet.sock").string();
  http::Site console;
  console.routes = state->console.routes();
  socket.sites.push_back(std::move(console));
  listen("console", std::move(socket));

  CARNET_TRY(server, http::Server::start(std::move(options), house.clock(), house.log(), house.metrics()));
  state->server = std::move(server);
  CARNET_CHECK(listen_for_mail(house, state->server->executor(), state->forwarding, state->check_mail));
  house.notices().on_queued([raw = state.get()] { raw->notices_queued.store(true); });
  state->workers.store(1);
  io::spawn(state->server->executor(), State::work(state.get()));
  std::unique_ptr<Service> service(new Service);
  service->state_ = std::move(state);
  return service;
}

Addresses Service::addresses() const {
  Addresses found;
  for (std::size_t i = 0; i < state_->listener_names.size(); ++i) {
    const auto port = state_->server->port(i);
    if (state_->listener_names[i] == "tls") found.tls = port;
    if (state_->listener_names[i] == "plain") found.plain = port;
    if (state_->listener_names[i] == "operations") found.operations = port;
  }
  return found;
}

void Service::stop() {
  if (state_ == nullptr || state_->server == nullptr) return;
  state_->console.stop();
  state_->stopping.store(true);
  if (state_->forwarding) state_->forwarding->ends.store(true);
  if (state_->check_mail) state_->check_mail->stop();
  state_->house.notices().stop();  // what waits leaves at the next start
  state_->house.seals().stop();
  for (int left = state_->workers.load(); left > 0; left = state_->workers.load()) state_->workers.wait(left);
  state_->house.notices().on_queued([] {});
  state_->server->stop();
  state_->server.reset();
}

Service::~Service() {
  if (state_) stop();
}

namespace {

void print_welcome(const House& house, const wiring::Country& country) {
  const auto& config = house.config();
  fmt::print("\nCarnet est prêt : {}\n", config.main_origin());
  fmt::print("  Courrier sortant (e-mails, lettres, SMS) : {}/demonstration/courrier\n", config.main_origin());
  fmt::print("  Personnes inventées pour essayer :\n");
  for (const auto& member : country.cast) {
    if (member.role == "holder") fmt::print("    activer    : {}, numéro {}, carte {}\n", member.name, member.number, member.serial);
    if (member.role == "objector") fmt::print("    s'opposer  : {}, numéro {}, carte {}\n", member.name, member.number, member.serial);
    if (member.role == "parent" || member.role == "ruth")
      fmt::print("    {:<11}: {}, identifiant {}, mot de passe « {} »\n", member.role == "ruth" ? "se connecter" : "un parent",
                 member.name, member.identifier, wiring::demonstration_password);
  }
  fmt::print("  Un hôpital dépose  : build/release/bin/carnet demo deposit FICHIER\n");
  fmt::print("  Un médecin lit     : build/release/bin/carnet demo read\n");
  fmt::print("  Avancer l'horloge  : build/release/bin/carnet clock forward 60d\n");
  fmt::print("  Ctrl-C pour arrêter.\n");
  std::fflush(stdout);
}

Status found_once(House& house, const wiring::Country& country) {
  const fs::path marker = house.data() / "founded";
  if (house.config().kind != wiring::Kind::demonstration || fs::exists(marker)) return {};
  wiring::ProgressBar bar("Pays de démonstration");
  CARNET_CHECK(io::run(wiring::found_country(house, country, [&bar](std::int64_t done, std::int64_t total, std::string words) {
    bar.show(done, total, words);
  })));
  bar.finish();
  return io::replace_file(marker, kernel::as_bytes("yes\n"), private_file);
}

int failed(const kernel::Error& error) {
  fmt::print(stderr, "carnetd: {}\n", wiring::describe(error));
  return 1;
}

}  // namespace

int serve(const wiring::Config& config, std::size_t people) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);

  auto house = House::open(config, {});
  if (!house) return failed(house.error());
  const bool demonstration = config.kind == wiring::Kind::demonstration;
  wiring::Country country;
  if (demonstration) {
    // The cast does not depend on how many others there are; only the first start needs everyone.
    const auto founded_on = wiring::founding_day((*house)->data(), kernel::date_in((*house)->clock().now(), kernel::Zone::paris()));
    if (!founded_on) return failed(founded_on.error());
    const bool first = !fs::exists((*house)->data() / "founded");
    country = wiring::invent_country(wiring::demonstration_seed, first ? people : 0, *founded_on);
    if (const auto founded = found_once(**house, country); !founded) return failed(founded.error());
  }
  auto service = Service::start(**house);
  if (!service) return failed(service.error());
  if (demonstration)
    print_welcome(**house, country);
  else
    fmt::print("carnet: {}\n", config.main_origin());
  int signal_number = 0;
  sigwait(&stops, &signal_number);
  fmt::print(stderr, "carnetd: arrêt demandé, fin des demandes en cours\n");
  (*service)->stop();
  service->reset();
  house->reset();
  return 0;
}

}  // namespace carnet::server
