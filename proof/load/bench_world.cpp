#include "proof/load/bench_world.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "foundation/kernel/json.hpp"

namespace carnet::proof {
namespace {

namespace json = kernel::json;
constexpr int people = 600;
constexpr std::size_t most_patients = 190;

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  for (std::string_view left = line;;) {
    const auto end = left.find(';');
    fields.emplace_back(left.substr(0, end));
    if (end == std::string_view::npos) return fields;
    left.remove_prefix(end + 1);
  }
}

void replace_all(std::string& text, std::string_view mark, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += by.size()) text.replace(at, mark.size(), by);
}

double figure(std::string_view metrics, std::string_view name) {
  double sum = 0;
  for (std::size_t at = 0; (at = metrics.find(name, at)) != std::string_view::npos; ++at) {
    const auto brace = metrics.find("} ", at);
    if (at > 0 && metrics[at - 1] != '\n') continue;
    double value = 0;
    std::from_chars(metrics.data() + brace + 2, metrics.data() + metrics.size(), value);
    sum += value;
  }
  return sum;
}

}  // namespace

BenchWorld::BenchWorld(const std::filesystem::path& directory, std::size_t patients, std::size_t doctors, std::string log_level,
                       std::string program)
    : server_(directory, people, std::move(program)), plain_port_(server_.listen_plainly(log_level)) {
  server_.start_ms();
  let_spaces_open();
  find_patients(std::min(patients, most_patients), doctors);
  fetch_tokens(doctors);
  deposit(0, patients_.size(), 1, 2'000);  // makes each doctor an author in their patients' spaces
  find_ids();
}

// Two months on, so that the two hundred people told are open by default.
void BenchWorld::let_spaces_open() {
  http::ClientOptions options;
  options.kind = http::ClientOptions::Kind::unix_socket;
  options.socket_path = (server_.config().data / "carnet.sock").string();
  http::Client client(std::move(options));
  const auto started =
      client.request("POST", "/operations/clock.forward", {{"Content-Type", "application/json"}}, R"({"ms": 5184000000})");
  if (!started || started->status != 202) throw std::runtime_error("the clock did not move");
  const std::string run(json::parse(started->body).at("run").as_string());
  for (;;) {
    const auto view = client.request("GET", "/runs/" + run);
    if (!view || json::parse(view->body).at("ended").as_bool()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void BenchWorld::find_patients(std::size_t patients, std::size_t doctors) {
  std::string_view rest = server_.country().register_csv;
  rest.remove_prefix(rest.find('\n') + 1);
  while (!rest.empty() && patients_.size() < patients) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    const auto f = fields_of(line);
    const wiring::Patient who{f[0], f[1], f[2], f[3].substr(0, f[3].find(',')), f[5], f[6] == "F" ? "female" : "male"};
    patients_.push_back({who, {}, patients_.size() % doctors});
  }
}

void BenchWorld::fetch_tokens(std::size_t doctors) {
  auto connection = server_.connect();
  const auto service = connection.request("GET", "/api/service");
  if (!service) throw std::runtime_error("no service");
  const auto now = kernel::parse_rfc3339(json::parse(service->body).at("now").as_string()).value_or(kernel::Instant{});
  auto hospital = server_.hospital(connection);
  for (std::size_t i = 0; i < doctors; ++i) {
    const auto made = hospital.token(server_.country().professionals.at(i * 8).rpps, "normal", {}, now.ms / 1000);
    if (!made) throw std::runtime_error("no token: " + made.error().detail);
    tokens_.push_back(*made);
  }
}

void BenchWorld::find_ids() {
  auto connection = server_.connect();
  for (auto& patient : patients_) {
    // Who only filed something reads no Patient: the doctor sees this person today.
    const auto seen = connection.request(
        "POST", "/api/professional/consultations",
        {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + token_of(patient)}},
        json::serialize(json::object{{"number", patient.who.number}, {"means", "declaration"}}));
    if (!seen || seen->status != 204) throw std::runtime_error("a consultation is not taken: " + (seen ? seen->body : "no answer"));
    const auto answer = connection.request(
        "POST", "/fhir/R4/Patient/_search",
        {{"Content-Type", "application/x-www-form-urlencoded"}, {"Authorization", "Bearer " + token_of(patient)}},
        "identifier=" + http::percent_encode("urn:oid:" + patient.who.system + "|" + patient.who.number));
    const auto at = answer ? answer->body.find("\"id\":\"") : std::string::npos;
    if (at == std::string::npos) throw std::runtime_error("a patient is not found: " + (answer ? answer->body : "no answer"));
    const auto from = answer->body.find("Patient/", answer->body.find("fullUrl")) + 8;
    patient.id = answer->body.substr(from, 26);
  }
}

std::string BenchWorld::deposit_bundle(const BenchPatient& patient, std::uint64_t unique, std::size_t bytes) const {
  auto& made = templates_[{static_cast<std::size_t>(&patient - patients_.data()), bytes}];
  if (made.empty()) {
    const auto& doctor = server_.country().professionals.at(patient.doctor * 8);
    wiring::DocumentToSend document;
    document.bytes = kernel::to_bytes("%PDF-1.4\n" + std::string(bytes - 15, 'x') + "\n%%EOF\n");
    document.media_type = "application/pdf";
    document.unique_id = "urn:oid:1.2.250.1.996.UNIQUE";
    document.title = "Compte rendu";
    document.type_code = "11502-2";
    document.type_system = "2.16.840.1.113883.6.1";
    document.class_code = "10";
    document.act_date = "2025-03-04";
    document.author_rpps = doctor.rpps;
    document.author_name = "Lina Benali";
    document.structure_id = server_.country().structures.front().finess;
    document.structure_name = "Centre";
    made = wiring::provide_document_bundle(patient.who, document, "2025-03-04T10:00:00Z");
  }
  std::string bundle = made;
  replace_all(bundle, "UNIQUE", std::to_string(unique));
  return bundle;
}

void BenchWorld::deposit(std::size_t first, std::size_t patients, std::size_t per_patient, std::size_t bytes) {
  std::string request;
  const Load load{[&](std::uint64_t n, std::size_t) -> std::string_view {
                    const auto& patient = patients_[first + n % patients];
                    request = request_text("POST", "/fhir/R4", token_of(patient), deposit_bundle(patient, next_unique(), bytes));
                    return request;
                  },
                  [&](int status, std::string_view body) {
                    const auto at = body.find("DocumentReference/");
                    if (status != 200 || at == std::string_view::npos) {
                      if (deposited_.empty()) fmt::print(stderr, "a deposit was answered {}: {}\n", status, body.substr(0, 400));
                      return false;
                    }
                    deposited_.push_back({"/fhir/R4/" + std::string(body.substr(at, 18 + 26)), 0});
                    return true;
                  }};
  // One at a time in the order of the patients, so that each path is known to be theirs.
  const auto known = deposited_.size();
  const auto outcome = drive_all({plain_port_, {}}, 1, patients * per_patient, load);
  if (outcome.errors > 0) throw std::runtime_error(fmt::format("{} deposits failed", outcome.errors));
  for (auto i = known; i < deposited_.size(); ++i) deposited_[i].patient = first + (i - known) % patients;
}

Used BenchWorld::used() const {
  Used used;
  http::ClientOptions options;
  options.kind = http::ClientOptions::Kind::plain;
  options.port = static_cast<std::uint16_t>(server_.config().operations_port);
  http::Client client(std::move(options));
  if (const auto answer = client.request("GET", "/metrics")) {
    used.commits = figure(answer->body, "carnet_store_commits{");
    used.commit_us = figure(answer->body, "carnet_store_commit_us{");
    used.worst_commit_us = figure(answer->body, "carnet_store_worst_commit_us{");
    used.syncs = figure(answer->body, "carnet_store_syncs{");
  }
  used.cpu_us = server_.cpu_us();
  return used;
}

}  // namespace carnet::proof
