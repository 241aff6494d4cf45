// The real carnetd in a process of its own, to be killed without warning.
#pragma once
#include <string>

#include "apps/wiring/config.hpp"
#include "apps/wiring/country.hpp"
#include "apps/wiring/demonstration_client.hpp"
#include "foundation/http/client.hpp"

namespace carnet::proof {

class RunningServer {
 public:
  // Makes a data directory under `directory` and a carnet.toml with free ports; `people` are invented at the first start.
  // `program`: that of the build's bin directory that is started.
  RunningServer(std::filesystem::path directory, int people, std::string program = "carnetd");
  ~RunningServer();
  // Before a start: a plain listener beside TLS, and how much is logged. Answers its port.
  std::uint16_t listen_plainly(std::string_view log_level);
  // Starts and waits until it is ready; answers how long that took. Throws when it is not ready within 60 s.
  std::int64_t start_ms();
  void kill_without_warning();  // SIGKILL, waited for
  int stop_with(int signal);    // waited for; exit status

  http::Client connect() const;
  const wiring::Config& config() const { return config_; }
  const wiring::Country& country() const { return country_; }
  wiring::DemonstrationClient hospital(http::Client& connection) const;
  std::string log() const;
  std::int64_t cpu_us() const;  // user and system time the process has used

 private:
  void write_configuration(int plain_port, std::string_view log_level) const;
  std::filesystem::path directory_;
  wiring::Config config_;
  wiring::Country country_;
  int people_;
  std::string program_;
  int child_ = -1;
};

}  // namespace carnet::proof
