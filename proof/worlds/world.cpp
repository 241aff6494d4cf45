#include "proof/worlds/world.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "apps/server/sites.hpp"

namespace carnet::proof {
namespace {

constexpr std::string_view who_header = "x-proof-caller";
constexpr double never_reached = 1e12;

constexpr std::uint64_t mixed(std::uint64_t z) {
  z += 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace

void give_up(const kernel::Error& error, std::string_view what) {
  std::string said = fmt::format("{}: {} {}", what, error.code, error.detail);
  for (const auto& issue : error.issues) said += fmt::format(" [{} {} {}]", issue.code, issue.path, issue.says);
  throw std::runtime_error(said);
}

std::filesystem::path place_for_worlds() {
  std::error_code error;
  std::string name = std::filesystem::exists("/dev/shm", error) ? "/dev/shm/carnet-worlds-XXXXXX" : "/tmp/carnet-worlds-XXXXXX";
  return ::mkdtemp(name.data());
}

void StepEntropy::begin(std::uint64_t step) {
  const std::scoped_lock lock(mutex_);
  step_ = step;
  drawn_.clear();
}

void StepEntropy::fill(std::string_view label, std::span<std::uint8_t> out) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : label) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  const std::scoped_lock lock(mutex_);
  auto found = drawn_.find(label);
  if (found == drawn_.end()) found = drawn_.emplace(std::string(label), 0).first;
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) word = mixed(mixed(mixed(seed_ ^ hash) + step_) + found->second++);
    out[i] = static_cast<std::uint8_t>(word >> (8 * (i % 8)));
  }
}

struct World::Callers final : http::Authenticator {
  std::mutex mutex;
  Caller now;
  io::Task<kernel::Result<std::shared_ptr<const http::Principal>>> authenticate(const http::Request& request) override {
    const std::scoped_lock lock(mutex);
    if (request.header(who_header).empty()) co_return std::shared_ptr<const http::Principal>();
    co_return std::static_pointer_cast<const http::Principal>(now);
  }
};

World::World(std::uint64_t seed, std::filesystem::path directory, kernel::Instant start)
    : directory_(std::move(directory)), clock_(start), entropy_(seed), callers_(std::make_shared<Callers>()) {
  wiring::Config config;
  config.data = directory_ / "var";
  config.root = CARNET_SOURCE_DIR;
  config.log_level = "error";
  wiring::World own;
  own.clock = &clock_;
  own.entropy = &entropy_;
  own.program_directory = std::filesystem::path(CARNET_BUILD_DIR) / "bin";
  house_ = must(wiring::House::open(config, own), "house");
  auto master = must(io::read_file(config.data / config.master_key, 4096), "master key");
  ids_ = std::make_unique<crypto::IdPermutation>(kernel::SecretBytes(std::move(master)), "record");
  serve();
}

World::~World() {
  client_.reset();
  to_browsers_.reset();
  server_.reset();
  house_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::unique_ptr<http::Server> World::start(http::Listener listener) {
  http::ServerOptions options;
  options.limits = server::limits();
  for (auto& limit : options.limits) limit.bucket = limit.per_second = never_reached;
  options.threads = 1;
  options.listeners.push_back(std::move(listener));
  return must(http::Server::start(std::move(options), clock_, house_->log(), house_->metrics()), "server");
}

// The sites as they are served, with who asks told by the proof: signing in has proofs of its own.
void World::serve() {
  http::Listener listener;
  listener.kind = http::Listener::Kind::plain_loopback;
  listener.sites = server::public_sites(*house_);
  for (auto& site : listener.sites)
    if (site.authenticator) site.authenticator = callers_;
  server_ = start(std::move(listener));
  http::ClientOptions own;
  own.kind = http::ClientOptions::Kind::plain;
  own.port = server_->port(0);
  client_ = std::make_unique<http::Client>(std::move(own));
}

std::uint16_t World::serve_browsers() {
  const auto& config = house_->config();
  const auto made = crypto::self_signed({config.host, config.documents_host}, io::SystemClock().now().ms);
  http::Listener listener;
  listener.kind = http::Listener::Kind::tls;
  listener.certificate_pem = made.certificate_pem;
  listener.key_pem = std::string(kernel::as_text(made.key_pem.reveal()));
  listener.sites = server::public_sites(*house_);
  to_browsers_ = start(std::move(listener));
  return to_browsers_->port(0);
}

void World::step(std::uint64_t number, kernel::Instant at) {
  entropy_.begin(number);
  clock_.set(at);
}

// What was told while a record was read is written by a job of its own; one writer takes jobs in turn.
void World::settle() {
  write([](store::Tx&) { return kernel::Status(); }, "told");
  must(io::run(house_->journal().settle()), "journal");
}

Answer World::ask(const Caller& caller, const Question& question) {
  {
    const std::scoped_lock lock(callers_->mutex);
    callers_->now = caller;
  }
  auto headers = question.headers;
  headers.emplace_back("Host", "localhost");
  headers.emplace_back("Origin", "http://localhost");
  if (caller) headers.emplace_back(who_header, "known");
  auto response = must(client_->request(question.method, question.target, headers, question.body), question.target);
  const std::string request_id(http::header_of(response, "x-request-id"));
  Answer answer{response.status, {}, std::move(response.body)};
  for (auto& header : response.headers) {
    std::string name = header.first;
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name != "date" && name != "x-request-id") answer.headers.push_back(std::move(header));
  }
  if (!request_id.empty())
    for (auto at = answer.body.find(request_id); at != std::string::npos; at = answer.body.find(request_id, at))
      answer.body.replace(at, request_id.size(), "(request)");
  return answer;
}

void World::import_csv(const std::string& csv) {
  const auto path = directory_ / fmt::format("register-{}.csv", ++imports_);
  std::ofstream(path, std::ios::binary) << csv;
  const auto done = must(io::run(house_->identity().people().import(path, path.string() + ".set-aside", [](const auto&) {})), "register");
  if (done.set_aside > 0) throw std::runtime_error("the invented register has bad lines");
  std::filesystem::remove(path);
}

kernel::PersonId World::person(std::string_view number15) {
  const auto found = must(house_->main().read_now<std::optional<kernel::PersonId>>(
                              [&](store::Snapshot& at) { return house_->identity().people().find(at, number15); }),
                          "person");
  return found.value();
}

std::string World::reauthenticated_session(kernel::PersonId person) {
  const auto hash = crypto::sha256(kernel::as_bytes(fmt::format("session of {}", person.value)));
  write(
      [&](store::Tx& tx) {
        return tx.execute("INSERT INTO session (person_id, cookie_hash, started_at, last_seen_at, reauthenticated_at) "
                          "VALUES ($1, $2, $3, $3, $3)",
                          {person.value, hash, clock_.now().ms});
      },
      "session");
  return kernel::to_hex(hash);
}

std::string World::signed_in(kernel::PersonId person) {
  return must(house_->main().write_now<std::string>([&](store::Tx& tx) { return house_->identity().start_session(tx, person); }), "session");
}

}  // namespace carnet::proof
