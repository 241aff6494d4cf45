#include "proof/load/bench_loads.hpp"

#include <memory>

namespace carnet::proof {
namespace {

constexpr std::size_t document_bytes = 50 * 1024;

bool is_ok(int status, std::string_view) {
  return status == 200;
}

// Requests made once and asked in turn.
Load in_turn(std::vector<std::string> requests) {
  auto kept = std::make_shared<const std::vector<std::string>>(std::move(requests));
  return {[kept](std::uint64_t n, std::size_t) -> std::string_view { return (*kept)[n % kept->size()]; }, is_ok};
}

// One answer is asked for first: what the service does not serve is not measured.
std::optional<BenchLoad> if_served(BenchWorld& world, BenchLoad load) {
  const auto tried = drive_all({world.plain_port(), {}}, 1, 1, load.load);
  if (tried.errors > 0) return std::nullopt;
  return load;
}

std::optional<BenchLoad> read_patient(BenchWorld& world) {
  std::vector<std::string> requests;
  for (const auto& patient : world.patients()) {
    requests.push_back(request_text("GET", "/fhir/R4/Patient/" + patient.id, world.token_of(patient)));
  }
  return if_served(world, {"W1.read.Patient", in_turn(std::move(requests))});
}

std::optional<BenchLoad> read_document(BenchWorld& world) {
  std::vector<std::string> requests;
  for (const auto& one : world.deposited()) {
    requests.push_back(request_text("GET", one.path, world.token_of(world.patients()[one.patient])));
  }
  return if_served(world, {"read.DocumentReference.audited", in_turn(std::move(requests))});
}

std::optional<BenchLoad> deposit_document(BenchWorld& world) {
  auto held = std::make_shared<std::vector<std::string>>(1024);
  const auto request = [&world, held](std::uint64_t n, std::size_t connection) -> std::string_view {
    const auto& patient = world.patients()[n % world.patients().size()];
    auto& text = held->at(connection);
    text = request_text("POST", "/fhir/R4", world.token_of(patient),
                        world.deposit_bundle(patient, world.next_unique(), document_bytes));
    return text;
  };
  return if_served(world, {"W4.deposit.50KB", {request, is_ok}});
}

}  // namespace

std::vector<PreparedLoad> all_loads() {
  return {{"W4.deposit.50KB", deposit_document},
          {"W1.read.Patient", read_patient},
          {"read.DocumentReference.audited", read_document}};
}

}  // namespace carnet::proof
