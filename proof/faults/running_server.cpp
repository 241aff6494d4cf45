#include "proof/faults/running_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "foundation/io/files.hpp"

namespace carnet::proof {
namespace {

constexpr auto look_every = std::chrono::milliseconds(10);
constexpr auto longest_start = std::chrono::seconds(60);

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

}  // namespace

RunningServer::RunningServer(std::filesystem::path directory, int people, std::string program)
    : directory_(std::move(directory)), people_(people), program_(std::move(program)) {
  std::filesystem::create_directories(directory_);
  config_.data = directory_ / "var";
  config_.root = CARNET_SOURCE_DIR;
  config_.port = free_port();
  config_.operations_port = free_port();
  write_configuration(0, "warning");
}

// plain_port: 0 is none.
void RunningServer::write_configuration(int plain_port, std::string_view log_level) const {
  std::ofstream(directory_ / "carnet.toml") << fmt::format(
      "data = \"{}\"\n[listen]\nport = {}\nplain_port = {}\noperations_port = {}\n[log]\nlevel = \"{}\"\n", config_.data.string(),
      config_.port, plain_port, config_.operations_port, log_level);
}

std::uint16_t RunningServer::listen_plainly(std::string_view log_level) {
  const int port = free_port();
  write_configuration(port, log_level);
  return static_cast<std::uint16_t>(port);
}

RunningServer::~RunningServer() {
  if (child_ > 0) kill_without_warning();
}

std::int64_t RunningServer::start_ms() {
  const auto begun = std::chrono::steady_clock::now();
  const std::string program = std::string(CARNET_BUILD_DIR) + "/bin/" + program_, toml = (directory_ / "carnet.toml").string(),
                    log_file = (directory_ / "log").string(), count = std::to_string(people_), root = CARNET_SOURCE_DIR;
  child_ = fork();
  if (child_ == 0) {
    const int log_fd = open(log_file.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
    dup2(log_fd, STDOUT_FILENO);
    dup2(log_fd, STDERR_FILENO);
    execl(program.c_str(), program.c_str(), "--config", toml.c_str(), "--root", root.c_str(), "--people", count.c_str(), nullptr);
    _exit(127);
  }
  http::ClientOptions options;
  options.kind = http::ClientOptions::Kind::plain;
  options.port = static_cast<std::uint16_t>(config_.operations_port);
  http::Client probe(std::move(options));
  while (std::chrono::steady_clock::now() - begun < longest_start) {
    if (const auto answer = probe.request("GET", "/readyz"); answer && answer->status == 200) {
      if (country_.cast.empty()) {
        const auto day = wiring::founding_day(config_.data, kernel::Date{});
        if (!day) throw std::runtime_error("no founding day");
        country_ = wiring::invent_country(wiring::demonstration_seed, static_cast<std::size_t>(people_), *day);
      }
      return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun).count();
    }
    int status = 0;
    if (waitpid(child_, &status, WNOHANG) == child_) {
      child_ = -1;
      throw std::runtime_error(program_ + " ended by itself:\n" + log());
    }
    std::this_thread::sleep_for(look_every);  // between two looks; readiness itself is what is waited for
  }
  throw std::runtime_error("carnetd is not ready after 60 s:\n" + log());
}

void RunningServer::kill_without_warning() { stop_with(SIGKILL); }

int RunningServer::stop_with(int signal) {
  kill(child_, signal);
  int status = 0;
  waitpid(child_, &status, 0);
  child_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

http::Client RunningServer::connect() const {
  const auto certificate = io::read_file(config_.data / "tls" / "certificate.pem", 1 << 20);
  if (!certificate) throw std::runtime_error("no certificate");
  http::ClientOptions options;
  options.port = static_cast<std::uint16_t>(config_.port);
  options.exact_certificate_pem = std::string(kernel::as_text(*certificate));
  options.timeout_ms = 10'000;
  return http::Client(std::move(options));
}

wiring::DemonstrationClient RunningServer::hospital(http::Client& connection) const {
  auto key = io::read_file(config_.data / "demonstration" / "hospital-key.pem", 4096);
  if (!key) throw std::runtime_error("no hospital key");
  return wiring::DemonstrationClient(config_.main_origin(), kernel::SecretBytes(std::move(*key)),
                                     country_.structures.front().finess, connection);
}

std::string RunningServer::log() const {
  std::ifstream in(directory_ / "log");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::int64_t RunningServer::cpu_us() const {
  std::ifstream in(fmt::format("/proc/{}/stat", child_));
  std::string line;
  std::getline(in, line);
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  std::int64_t user = 0, system = 0;
  fields >> user >> system;
  return (user + system) * (1'000'000 / sysconf(_SC_CLK_TCK));
}

}  // namespace carnet::proof
