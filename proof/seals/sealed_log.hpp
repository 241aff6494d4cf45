// A journal with its seals and a witness, on a clock of its own: what is attacked. Everything lies under one directory.
#pragma once
#include <filesystem>
#include <string>

#include "audit/audit.hpp"

namespace carnet::proof {

class SealedLog {
 public:
  // Opens what lies in the directory, or begins. `seed` is of the entropy; the master key is always the same, so that a copy
  // of the directory is the same service, with the same key of the log.
  SealedLog(std::filesystem::path directory, kernel::Instant from, std::uint64_t seed);

  void trace(std::int64_t space, audit::Lane lane, int times);
  void seal();    // a day later
  void cosign();  // by the witness, whatever it saw before
  std::string extract(std::int64_t space, audit::Lane lane);
  void publish(const std::filesystem::path& to);  // as under /log/

  audit::ExtractKeys keys(std::int64_t space) const;
  std::string checkpoint() const { return *seals_->checkpoint(); }
  kernel::Instant now() const { return clock_.now(); }
  const tlog::VerifierKey& witness_key() const { return witness_key_; }

 private:
  io::SeededEntropy entropy_;
  io::ManualClock clock_;
  kernel::SecretBytes master_;
  crypto::SigningKey witness_;
  tlog::VerifierKey witness_key_;
  std::unique_ptr<store::Store> main_, traces_;
  std::unique_ptr<audit::Journal> journal_;
  std::unique_ptr<audit::Seals> seals_;
  int requests_ = 0;
};

}  // namespace carnet::proof
