#include "proof/story/stage.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "foundation/io/files.hpp"

namespace carnet::proof {
namespace {

namespace json = kernel::json;

int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0) throw std::runtime_error("no free port");
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  close(fd);
  return ntohs(address.sin_port);
}

template <class T>
T must(kernel::Result<T>&& result, std::string_view what) {
  if (result) return std::move(*result);
  std::string said = fmt::format("{}: {} {}", what, result.error().code, result.error().detail);
  for (const auto& issue : result.error().issues) said += fmt::format(" [{} {} {}]", issue.code, issue.path, issue.says);
  throw std::runtime_error(said);
}
void must(kernel::Status&& status, std::string_view what) {
  if (!status) must<int>(std::unexpected(std::move(status).error()), what);
}

const json::value* at(const json::value& value, std::string_view pointer) {
  boost::system::error_code error;
  return value.find_pointer(pointer, error);
}

}  // namespace

Stage::Stage(StageOptions options) : options_(std::move(options)), clock_(options_.start) {
  char name[] = "/tmp/carnet-stage-XXXXXX";
  data_ = mkdtemp(name);
  config_.data = data_ / "var";
  config_.root = CARNET_SOURCE_DIR;
  config_.port = free_port();
  config_.operations_port = free_port();
  config_.log_level = options_.log_level;
  if (!options_.store_main.empty()) config_.store_main = options_.store_main;
  if (!options_.store_journal.empty()) config_.store_journal = options_.store_journal;
  if (!options_.store_keys.empty()) config_.store_keys = options_.store_keys;
  open();
  country_ = wiring::invent_country(wiring::demonstration_seed, options_.people, kernel::date_in(clock_.now(), kernel::Zone::paris()));
  must(io::run(wiring::found_country(*house_, country_, [](std::int64_t, std::int64_t, std::string) {})), "founding");
  service_ = must(server::Service::start(*house_), "service");
}

Stage::~Stage() {
  service_.reset();
  house_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(data_, ignored);
}

void Stage::open() {
  wiring::World world;
  world.clock = &clock_;
  world.program_directory = std::filesystem::path(CARNET_BUILD_DIR) / "bin";
  house_ = must(wiring::House::open(config_, world), "house");
}

void Stage::restart() {
  service_.reset();
  house_.reset();
  clock_.advance(std::chrono::seconds(1));
  open();
  service_ = must(server::Service::start(*house_), "service");
}

void Stage::settle() {
  must(io::run(house_->notices().deliver_due()), "delivery");
  must(io::run(house_->enrollment().sweep()), "sweep");
  must(io::run(house_->notices().deliver_due()), "delivery");
}

const wiring::CastMember& Stage::cast(std::string_view role) const {
  const auto found = std::ranges::find_if(country_.cast, [&](const auto& member) { return member.role == role; });
  if (found == country_.cast.end()) throw std::runtime_error("no such member of the cast");
  return *found;
}

http::Client Stage::connect(std::string host) const {
  const auto certificate = must(io::read_file(config_.data / "tls" / "certificate.pem", 1 << 20), "certificate");
  http::ClientOptions options;
  options.port = static_cast<std::uint16_t>(config_.port);
  options.host = host.empty() ? config_.host : host;
  options.exact_certificate_pem = std::string(kernel::as_text(certificate));
  return http::Client(std::move(options));
}

wiring::Patient Stage::patient(std::string_view role) const {
  const auto& member = cast(role);
  return {std::string(identity::oid_demonstration), member.number, member.birth_name, member.given_name, member.birth_date,
          member.female ? "female" : "male"};
}

wiring::DemonstrationClient Stage::hospital(http::Client& connection) const {
  auto key = must(io::read_file(config_.data / "demonstration" / "hospital-key.pem", 4096), "hospital key");
  return wiring::DemonstrationClient(origin(), kernel::SecretBytes(std::move(key)), country_.structures.front().finess, connection);
}

kernel::Bytes small_pdf(std::string_view words) {
  return kernel::to_bytes("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n% " + std::string(words) + "\ntrailer<</Root 1 0 R>>\n%%EOF\n");
}

wiring::DocumentToSend Stage::report(std::string_view title, std::string_view unique) {
  wiring::DocumentToSend document;
  document.bytes = small_pdf(title);
  document.media_type = "application/pdf";
  document.unique_id = "urn:oid:1.2.250.1.999." + std::string(unique);
  document.title = title;
  document.type_code = "11502-2";
  document.type_system = "2.16.840.1.113883.6.1";
  document.class_code = "10";
  document.act_date = kernel::to_rfc3339(clock_.now());
  document.author_rpps = country_.professionals.front().rpps;
  document.author_name = country_.professionals.front().name;
  document.structure_id = country_.structures.front().finess;
  document.structure_name = country_.structures.front().name;
  return document;
}

std::string Stage::doctors_token(wiring::DemonstrationClient& hospital) {
  return must(hospital.token(country_.professionals.front().rpps, "normal", {}, clock_.now().ms / 1000), "token");
}

std::string Browser::Seen::text(std::string_view pointer) const {
  const auto* found = at(json, pointer);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}
std::int64_t Browser::Seen::number(std::string_view pointer) const {
  const auto* found = at(json, pointer);
  return found != nullptr && found->is_int64() ? found->get_int64() : -1;
}
std::size_t Browser::Seen::count(std::string_view pointer) const {
  const auto* found = at(json, pointer);
  return found != nullptr && found->is_array() ? found->get_array().size() : 0;
}

Browser::Seen Browser::post(const std::string& target, const json::object& body) {
  return call("POST", target, "application/json", json::serialize(body));
}

Browser::Seen Browser::call(const std::string& method, const std::string& target, const std::string& type, std::string_view body) {
  std::vector<http::Header> headers{{"Accept", "application/json"}};
  if (method != "GET") headers.emplace_back("Origin", stage_.origin());
  if (!type.empty()) headers.emplace_back("Content-Type", type);
  std::string jar;
  for (const auto& [name, value] : cookies_) jar += fmt::format("{}{}={}", jar.empty() ? "" : "; ", name, value);
  if (!jar.empty()) headers.emplace_back("Cookie", jar);
  const std::string host = stage_.origin().substr(8);
  headers.emplace_back("Host", host);
  const auto response = must(client_.request(method, target, headers, body), target);
  for (const auto& [name, value] : response.headers) {
    std::string lower = name;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (lower != "set-cookie") continue;
    const auto equals = value.find('=');
    const std::string cookie = value.substr(equals + 1, value.find(';') - equals - 1);
    if (cookie.empty() || value.find("Max-Age=0") != std::string::npos)
      cookies_.erase(value.substr(0, equals));
    else
      cookies_[value.substr(0, equals)] = cookie;
  }
  Seen seen{response.status, response.body, {}};
  boost::system::error_code error;
  auto parsed = json::parse(response.body, error);
  if (!error) seen.json = std::move(parsed);
  return seen;
}

std::string Browser::newest_code(const std::string& name, const std::string& channel) {
  stage_.settle();
  const auto seen = get("/api/demonstration/outbox?q=" + http::percent_encode(name));
  for (std::size_t i = 0; i < seen.count("/items"); ++i) {
    const std::string item = fmt::format("/items/{}", i);
    std::string code = seen.text(item + "/code");
    if (code.empty() || (!channel.empty() && seen.text(item + "/channel") != channel)) continue;
    std::erase(code, '-');
    return code;
  }
  return {};
}

}  // namespace carnet::proof
