// A whole service in this process, on a data directory, clock and ports of its own: the real stores, the real listeners.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "apps/server/service.hpp"
#include "apps/wiring/country.hpp"
#include "apps/wiring/demonstration_client.hpp"
#include "apps/wiring/house.hpp"
#include "foundation/http/client.hpp"

namespace carnet::proof {

struct StageOptions {
  std::string store_main;     // empty: the embedded store
  std::string store_journal;  // empty: the embedded store
  std::string store_keys;
  std::size_t people = 40;
  std::string log_level = "error";
  kernel::Instant start{1'741'082'400'000};  // 2025-03-04T10:00:00Z, a Tuesday
};

kernel::Bytes small_pdf(std::string_view words);

class Stage {
 public:
  explicit Stage(StageOptions options = {});
  ~Stage();

  wiring::House& house() { return *house_; }
  const wiring::Country& country() const { return country_; }
  const wiring::CastMember& cast(std::string_view role) const;
  io::ManualClock& clock() { return clock_; }
  const std::filesystem::path& data() const { return data_; }
  std::string origin() const { return house_->config().main_origin(); }
  http::Client connect(std::string host = {}) const;
  // Stops the service and starts it again on the same data.
  void restart();
  void settle();  // delivers what waits, sweeps what is due

  // What a hospital says of a person of the cast.
  wiring::Patient patient(std::string_view role) const;
  // The hospital's software, as the demonstration's client; connection kept by the caller.
  wiring::DemonstrationClient hospital(http::Client& connection) const;
  std::string doctors_token(wiring::DemonstrationClient& hospital);
  // A small PDF of the first professional at the first structure, as of now.
  wiring::DocumentToSend report(std::string_view title, std::string_view unique);

 private:
  void open();
  StageOptions options_;
  std::filesystem::path data_;
  io::ManualClock clock_;
  wiring::Config config_;
  wiring::Country country_;
  std::unique_ptr<wiring::House> house_;
  std::unique_ptr<server::Service> service_;
};

// A browser's worth of cookies over one connection; every unsafe call carries this site's Origin.
class Browser {
 public:
  explicit Browser(Stage& stage) : stage_(stage), client_(stage.connect()) {}
  struct Seen {
    int status = 0;
    std::string body;
    kernel::json::value json;  // null when the body is not JSON
    std::string text(std::string_view pointer) const;
    std::int64_t number(std::string_view pointer) const;
    std::size_t count(std::string_view pointer) const;  // elements of an array
  };
  Seen get(const std::string& target) { return call("GET", target, {}, {}); }
  Seen post(const std::string& target, const kernel::json::object& body = {});
  Seen put(const std::string& target, std::string_view bytes) { return call("PUT", target, "application/octet-stream", bytes); }
  Seen call(const std::string& method, const std::string& target, const std::string& type, std::string_view body);
  // The newest message to a name, of a channel or any: its code, without hyphens.
  std::string newest_code(const std::string& name, const std::string& channel = {});
  void forget_cookies() { cookies_.clear(); }

 private:
  Stage& stage_;
  http::Client client_;
  std::map<std::string, std::string> cookies_;
};

}  // namespace carnet::proof
