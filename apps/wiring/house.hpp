// The whole service, built from its real parts in the order of the layers. The only place that chooses implementations;
// carnetd serves it, carnet opens it when no server runs, proofs build it on a clock and an entropy of their own.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/access.hpp"
#include "apps/wiring/config.hpp"
#include "audit/audit.hpp"
#include "campaign/campaign.hpp"
#include "enrollment/enrollment.hpp"
#include "foundation/http/http.hpp"
#include "foundation/io/clock.hpp"
#include "foundation/io/entropy.hpp"
#include "foundation/io/files.hpp"
#include "foundation/io/task.hpp"
#include "foundation/observe/observe.hpp"
#include "foundation/parameters/parameters.hpp"
#include "foundation/store/store.hpp"
#include "identity/identity.hpp"
#include "keyring/keyring.hpp"
#include "notices/notices.hpp"
#include "record/record.hpp"
#include "vigilance/vigilance.hpp"

namespace carnet::wiring {

// What a proof may choose instead of the real world. Null: the real one.
struct World {
  io::Clock* clock = nullptr;
  io::Entropy* entropy = nullptr;
  std::filesystem::path program_directory;  // where carnet-sandbox is; empty: beside the running program
  // Looks at a house, stopped or running, and changes nothing: no lock is taken, every write is refused, and only the
  // services up to access are there.
  bool only_reads = false;
};

class House {
 public:
  // Takes the data directory's lock, makes it at first start (mode fixed for ever), migrates, opens every service.
  // conflict "house.in_use" when another process holds it; forbidden "house.mode" when the mode differs.
  static kernel::Result<std::unique_ptr<House>> open(const Config& config, World world);
  ~House();

  bool first_start() const { return first_start_; }
  const Config& config() const { return config_; }
  kernel::Result<courier::SmtpServer> mail_server() const;  // of the configuration; url "" when there is none
  const std::filesystem::path& data() const { return config_.data; }
  io::Clock& clock() { return *clock_; }
  io::Entropy& entropy() { return *entropy_; }
  io::Pool& pool() { return *pool_; }
  observe::Log& log() { return *log_; }
  observe::Metrics& metrics() { return *metrics_; }
  store::Store& main() { return *main_; }
  store::Store& journal_store() { return *journal_store_; }
  store::Store& key_store() { return *key_store_; }
  audit::Journal& journal() { return *journal_; }
  audit::Seals& seals() { return *seals_; }
  keyring::Keyring& keyring() { return *keyring_; }
  notices::Notices& notices() { return *notices_; }
  identity::Identity& identity() { return *identity_; }
  enrollment::Enrollment& enrollment() { return *enrollment_; }
  access::Access& access() { return *access_; }
  record::Record& record() { return *record_; }
  campaign::Campaign& campaign() { return *campaign_; }
  vigilance::Desk& vigilance() { return *vigilance_; }
  const parameters::Parameters& parameters() const { return parameters_; }

  // Demonstration only: moves the service's clock forward, durably, and sweeps. forbidden in production.
  io::Task<kernel::Status> forward_clock(std::chrono::milliseconds by);
  // Ready to serve: stores healthy and, in production, the key backed up.
  kernel::Status ready() const;
  void key_backed_up();  // durable

 private:
  House() = default;
  kernel::Status prepare_directory();
  kernel::Status find_directory();  // of a house that is only read
  kernel::Status take_up_clock();
  kernel::Status open_stores();
  kernel::Status migrate();
  kernel::Status open_services();
  kernel::Status open_record(const World& world);
  void connect();
  io::Task<kernel::Result<std::string>> extract(kernel::SpaceId space, audit::Lane lane);

  Config config_;
  bool first_start_ = false, only_reads_ = false;
  std::optional<io::FileLock> lock_;
  std::unique_ptr<io::ForwardedClock> own_clock_;
  std::unique_ptr<io::SystemEntropy> own_entropy_;
  io::Clock* clock_ = nullptr;
  io::Entropy* entropy_ = nullptr;
  kernel::SecretBytes master_;
  parameters::Parameters parameters_;
  std::unique_ptr<observe::Log> log_;
  std::unique_ptr<observe::Metrics> metrics_;
  std::unique_ptr<io::Pool> pool_;
  std::unique_ptr<store::Store> main_, journal_store_, key_store_;
  std::unique_ptr<audit::Journal> journal_;
  std::unique_ptr<audit::Seals> seals_;
  std::unique_ptr<keyring::Keyring> keyring_;
  std::unique_ptr<notices::Notices> notices_;
  std::unique_ptr<identity::Identity> identity_;
  std::unique_ptr<enrollment::Enrollment> enrollment_;
  std::unique_ptr<access::Access> access_;
  std::unique_ptr<record::Record> record_;
  std::unique_ptr<campaign::Campaign> campaign_;
  std::unique_ptr<vigilance::Desk> vigilance_;
};

}  // namespace carnet::wiring
