#include "proof/load/bench_loads.hpp"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include "proof/load/bench_resources.hpp"

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

// Every answer as it must be; the first that is not is shown.
bool all_right(BenchWorld& world, std::uint64_t requests, const Load& load) {
  bool is_shown = false;
  const Load judged{load.request, [&](int status, std::string_view body) {
                      const bool is_right = load.is_right(status, body);
                      if (!is_right && !std::exchange(is_shown, true)) {
                        fmt::print(stderr, "answered {}: {}\n", status, body.substr(0, 300));
                      }
                      return is_right;
                    }};
  return drive_all({world.plain_port(), {}}, 1, requests, judged).errors == 0;
}

// One answer is asked for first: what the service does not serve is not measured.
std::optional<BenchLoad> if_served(BenchWorld& world, BenchLoad load) {
  if (!all_right(world, 1, load.load)) return std::nullopt;
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

// Puts `per_patient` Observations into the record of each patient, by Bundles. False: the service does not take them.
bool observe(BenchWorld& world, std::size_t per_patient) {
  std::string text;
  const Load load{[&](std::uint64_t n, std::size_t) -> std::string_view {
                    const auto& patient = world.patients()[n];
                    std::string bundle = R"({"resourceType":"Bundle","type":"transaction","entry":[)";
                    for (std::size_t i = 0; i < per_patient; ++i) {
                      bundle += (i == 0 ? "" : ",") + (R"({"resource":)" + observation(patient.id, n * per_patient + i)) +
                                R"(,"request":{"method":"POST","url":"Observation"}})";
                    }
                    text = request_text("POST", "/fhir/R4", world.token_of(patient), bundle + "]}");
                    return text;
                  },
                  is_ok};
  if (!all_right(world, 1, load)) return false;
  const Load others{[&load](std::uint64_t n, std::size_t c) { return load.request(n + 1, c); }, is_ok};
  return all_right(world, world.patients().size() - 1, others);
}

std::optional<BenchLoad> search_observations(BenchWorld& world) {
  if (!observe(world, 100)) return std::nullopt;
  std::vector<std::string> requests;
  for (const auto& patient : world.patients()) {
    requests.push_back(request_text("GET", "/fhir/R4/Observation?subject=Patient/" + patient.id + "&_count=20", world.token_of(patient)));
  }
  return if_served(world, {"W2.search.20of100", in_turn(std::move(requests))});
}

bool is_created(int status, std::string_view) {
  return status == 201;
}

std::optional<BenchLoad> create_observation(BenchWorld& world) {
  std::vector<std::string> requests;
  for (std::uint64_t n = 0; n < 4000; ++n) {
    const auto& patient = world.patients()[n % world.patients().size()];
    requests.push_back(request_text("POST", "/fhir/R4/Observation", world.token_of(patient), observation(patient.id, n)));
  }
  auto load = in_turn(std::move(requests));
  load.is_right = is_created;
  return if_served(world, {"W3.create.Observation", std::move(load)});
}

std::optional<BenchLoad> list_documents(BenchWorld& world, std::string name, std::size_t first, std::size_t patients) {
  std::vector<std::string> requests;
  for (std::size_t i = first; i < first + patients; ++i) {
    const auto& patient = world.patients()[i];
    requests.push_back(request_text("GET", "/fhir/R4/DocumentReference?patient=Patient/" + patient.id + "&_sort=-date&_count=50",
                                    world.token_of(patient)));
  }
  auto load = in_turn(std::move(requests));
  load.is_right = [](int status, std::string_view body) { return status == 200 && body.find("\"entry\"") != std::string_view::npos; };
  return if_served(world, {std::move(name), std::move(load)});
}

constexpr std::size_t documents_each = 60, some_patients = 40, small_document = 300;

std::optional<BenchLoad> list_small_documents(BenchWorld& world) {
  world.deposit(0, some_patients, documents_each - 1, small_document);
  return list_documents(world, "W5.list.50of60", 0, some_patients);
}

// Two in five of the documents are of 50 KiB: their bytes must not be touched.
std::optional<BenchLoad> list_large_documents(BenchWorld& world) {
  constexpr std::size_t large = documents_each * 2 / 5;
  world.deposit(some_patients, some_patients, large, document_bytes);
  world.deposit(some_patients, some_patients, documents_each - large - 1, small_document);
  return list_documents(world, "W5b.list.50of60.stored", some_patients, some_patients);
}

// Bundles of 171 to 508 entries; an answer counts for as many resources as the mean of them.
std::optional<BenchLoad> import_patients(BenchWorld& world) {
  constexpr std::size_t least = 171, most = 508;
  const std::size_t bundles = world.patients().size();
  std::vector<std::string> requests;
  std::size_t entries = 0;
  for (std::size_t n = 0; n < bundles; ++n) {
    const std::size_t count = least + (most - least) * n / (bundles - 1);
    const auto& patient = world.patients()[n];
    requests.push_back(request_text("POST", "/fhir/R4", world.token_of(patient), patient_bundle(patient.id, n, count)));
    entries += count;
  }
  return if_served(world, {"import.Bundles", in_turn(std::move(requests)), static_cast<double>(entries) / static_cast<double>(bundles)});
}

}  // namespace

// Writing loads last: the records they make longer are those that the others read.
std::vector<PreparedLoad> all_loads() {
  return {{"W1.read.Patient", read_patient},
          {"read.DocumentReference.audited", read_document},
          {"W2.search.20of100", search_observations},
          {"W5.list.50of60", list_small_documents},
          {"W5b.list.50of60.stored", list_large_documents},
          {"W3.create.Observation", create_observation},
          {"W4.deposit.50KB", deposit_document},
          {"import.Bundles", import_patients}};
}

}  // namespace carnet::proof
