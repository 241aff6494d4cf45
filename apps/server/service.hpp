// Serving a house: listeners, sites, background workers, draining.
#pragma once
#include "apps/wiring/config.hpp"
#include "apps/wiring/house.hpp"
#include "apps/wiring/operations.hpp"

namespace carnet::server {

// Everything a running server listens to, for carnetd and for proofs that serve a house in process.
struct Addresses {
  std::uint16_t tls = 0, plain = 0, operations = 0;
};
class Service {
 public:
  static kernel::Result<std::unique_ptr<Service>> start(wiring::House& house);
  ~Service();
  Addresses addresses() const;
  void stop();  // drains within 8 s, then returns
 private:
  Service() = default;
  struct State;
  std::unique_ptr<State> state_;
};

// Opens the house (inventing the country at a demonstration's first start), serves until SIGTERM or SIGINT. Exit code.
int serve(const wiring::Config& config, std::size_t people);

}  // namespace carnet::server
