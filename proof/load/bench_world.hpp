// What the loads are run against: the real server in a process of its own, its people opened by default two months on,
// and the tokens of several professionals.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "proof/faults/running_server.hpp"
#include "proof/load/http_load.hpp"

namespace carnet::proof {

struct BenchPatient {
  wiring::Patient who;
  std::string id;       // of Patient, as the service's search gives it
  std::size_t doctor;   // whose patient: index in BenchWorld::tokens
};

// What a server has used so far.
struct Used {
  std::int64_t cpu_us = 0;
  double commits = 0, commit_us = 0, worst_commit_us = 0, syncs = 0;
};

class BenchWorld {
 public:
  // Starts the server under `directory` with a plain listener beside TLS. `patients` at most 190. `program`: as for RunningServer.
  BenchWorld(const std::filesystem::path& directory, std::size_t patients, std::size_t doctors, std::string log_level,
             std::string program = "carnetd");

  RunningServer& server() { return server_; }
  std::uint16_t plain_port() const { return plain_port_; }
  const std::vector<BenchPatient>& patients() const { return patients_; }
  const std::vector<std::string>& tokens() const { return tokens_; }
  const std::string& token_of(const BenchPatient& patient) const { return tokens_[patient.doctor]; }
  Used used() const;

  // The ITI-65 Bundle of a new document of the patient, by their doctor.
  std::string deposit_bundle(const BenchPatient& patient, std::uint64_t unique, std::size_t bytes) const;
  // Deposits `per_patient` more documents for each of `patients` from the `first` on, and keeps their paths.
  void deposit(std::size_t first, std::size_t patients, std::size_t per_patient, std::size_t bytes);
  struct Deposited {
    std::string path;  // "/fhir/R4/DocumentReference/..."
    std::size_t patient;
  };
  const std::vector<Deposited>& deposited() const { return deposited_; }
  std::uint64_t next_unique() { return ++unique_; }

 private:
  void let_spaces_open();
  void find_patients(std::size_t patients, std::size_t doctors);
  void fetch_tokens(std::size_t doctors);
  void find_ids();

  RunningServer server_;
  std::uint16_t plain_port_ = 0;
  std::vector<BenchPatient> patients_;
  std::vector<std::string> tokens_;
  std::vector<Deposited> deposited_;
  mutable std::map<std::pair<std::size_t, std::size_t>, std::string> templates_;  // (doctor, bytes): a Bundle with marks
  std::uint64_t unique_ = 0;
};

}  // namespace carnet::proof
