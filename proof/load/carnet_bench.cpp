// carnet_bench [SECONDS]: what the service does per second on this machine, through the doors that software uses. One line
// per load; the load generator shares the processors. cpu_us is the server's own, per request.
#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <fstream>
#include <functional>
#include <mutex>
#include <thread>

#include "apps/wiring/house.hpp"
#include "proof/faults/running_server.hpp"

namespace carnet::proof {
namespace {

namespace json = kernel::json;
using Steady = std::chrono::steady_clock;
constexpr std::size_t document_bytes = 50 * 1024;
constexpr int import_rows = 100'000, people = 600;

std::int64_t us_since(Steady::time_point begun) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - begun).count();
}

void print_line(std::string_view name, int conc, double rate, std::vector<std::int64_t>& latencies, double cpu_us, std::int64_t errors) {
  std::ranges::sort(latencies);
  const auto at = [&](double part) {
    return latencies.empty() ? 0.0 : static_cast<double>(latencies[static_cast<std::size_t>(part * static_cast<double>(latencies.size() - 1))]) / 1000.0;
  };
  fmt::print("{} conc={} rate={:.0f} p50_ms={:.2f} p99_ms={:.2f} cpu_us={:.1f} errors={}\n", name, conc, rate, at(0.5), at(0.99), cpu_us, errors);
  std::fflush(stdout);
}

// One 4 KiB write and fdatasync after another: what the disk allows.
void measure_disk(const std::filesystem::path& directory, int seconds) {
  const int fd = open((directory / "sync").c_str(), O_CREAT | O_RDWR, 0600);
  const std::string page(4096, 'x');
  std::vector<std::int64_t> latencies;
  const auto begun = Steady::now();
  while (us_since(begun) < seconds * 1'000'000LL) {
    const auto one = Steady::now();
    if (pwrite(fd, page.data(), page.size(), static_cast<off_t>(latencies.size() * page.size())) < 0) break;
    fdatasync(fd);
    latencies.push_back(us_since(one));
  }
  close(fd);
  print_line("disk.fdatasync", 1, static_cast<double>(latencies.size()) * 1e6 / static_cast<double>(us_since(begun)), latencies, 0, 0);
}

std::int64_t own_cpu_us() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000'000LL + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
}

void measure_import(const std::filesystem::path& directory) {
  wiring::Config config;
  config.data = directory / "import";
  config.root = CARNET_SOURCE_DIR;
  config.log_level = "error";
  wiring::World world;
  world.program_directory = std::filesystem::path(CARNET_BUILD_DIR) / "bin";
  auto house = wiring::House::open(config, world);
  if (!house) throw std::runtime_error("house: " + house.error().detail);
  const auto country = wiring::invent_country(3, import_rows, kernel::Date{2025, 3, 4});
  const auto file = directory / "register.csv";
  std::ofstream(file) << country.register_csv;
  const auto cpu = own_cpu_us();
  const auto begun = Steady::now();
  const auto done = io::run((*house)->identity().people().import(file, directory / "aside", [](const auto&) {}));
  if (!done) throw std::runtime_error("import: " + done.error().detail);
  const auto took = us_since(begun);
  std::vector<std::int64_t> none;
  print_line("register.import", 1, static_cast<double>(done->lines) * 1e6 / static_cast<double>(took), none,
             static_cast<double>(own_cpu_us() - cpu) / static_cast<double>(done->lines), done->set_aside);
}

// Runs `once` (worker, count) -> ok on `conc` connections for `seconds`.
void measure(RunningServer& server, std::string_view name, int conc, int seconds,
             const std::function<std::function<bool(std::int64_t)>(int)>& make_worker) {
  std::atomic<std::int64_t> counter{0}, errors{0};
  std::atomic<bool> stop{false};
  std::vector<std::vector<std::int64_t>> latencies(static_cast<std::size_t>(conc));
  std::vector<std::function<bool(std::int64_t)>> workers;
  for (int i = 0; i < conc; ++i) workers.push_back(make_worker(i));
  const auto cpu = server.cpu_us();
  const auto begun = Steady::now();
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < static_cast<std::size_t>(conc); ++i)
    threads.emplace_back([&, i] {
      while (!stop.load(std::memory_order_relaxed)) {
        const auto one = Steady::now();
        if (!workers[i](counter.fetch_add(1))) errors.fetch_add(1);
        latencies[i].push_back(us_since(one));
      }
    });
  std::this_thread::sleep_for(std::chrono::seconds(seconds));  // the length of the measure
  stop.store(true);
  for (auto& thread : threads) thread.join();
  const auto took = us_since(begun);
  std::vector<std::int64_t> all;
  for (const auto& some : latencies) all.insert(all.end(), some.begin(), some.end());
  const auto count = static_cast<double>(all.size());
  print_line(name, conc, count * 1e6 / static_cast<double>(took), all, static_cast<double>(server.cpu_us() - cpu) / count, errors.load());
}

struct Target {
  wiring::Patient patient;
  std::string bundle;  // with UNIQUE-ID to replace
};

std::vector<Target> targets_of(const RunningServer& server) {
  wiring::DocumentToSend document;
  document.bytes = kernel::to_bytes("%PDF-1.4\n" + std::string(document_bytes - 15, 'x') + "\n%%EOF\n");
  document.media_type = "application/pdf";
  document.unique_id = "urn:oid:1.2.250.1.996.UNIQUE";
  document.title = "Compte rendu";
  document.type_code = "11502-2";
  document.type_system = "2.16.840.1.113883.6.1";
  document.class_code = "10";
  document.act_date = "2025-03-04";
  document.author_rpps = server.country().professionals.front().rpps;
  document.author_name = "Lina Benali";
  document.structure_id = server.country().structures.front().finess;
  document.structure_name = "Centre";
  std::vector<Target> targets;
  std::string_view rest = server.country().register_csv;
  rest.remove_prefix(rest.find('\n') + 1);
  while (!rest.empty() && targets.size() < 190) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    std::vector<std::string> f;
    for (std::string_view left = line;;) {
      const auto end = left.find(';');
      f.emplace_back(left.substr(0, end));
      if (end == std::string_view::npos) break;
      left.remove_prefix(end + 1);
    }
    const wiring::Patient patient{f[0], f[1], f[2], f[3].substr(0, f[3].find(',')), f[5], f[6] == "F" ? "female" : "male"};
    targets.push_back({patient, wiring::provide_document_bundle(patient, document, "2025-03-04T10:00:00Z")});
  }
  return targets;
}

std::string with_unique_id(const std::string& bundle, std::int64_t n) {
  std::string out;
  out.reserve(bundle.size() + 40);
  std::size_t at = 0;
  for (;;) {
    const auto found = bundle.find("UNIQUE", at);
    if (found == std::string::npos) break;
    out.append(bundle, at, found - at);
    out += std::to_string(n + 1);
    at = found + 6;
  }
  out.append(bundle, at);
  return out;
}

kernel::Instant service_now(const RunningServer& server) {
  auto client = server.connect();
  const auto answer = client.request("GET", "/api/service");
  if (!answer) throw std::runtime_error("no service");
  return kernel::parse_rfc3339(json::parse(answer->body).at("now").as_string()).value_or(kernel::Instant{});
}

// Two months on, so that the two hundred people told are open by default.
void let_spaces_open(const RunningServer& server) {
  http::ClientOptions options;
  options.kind = http::ClientOptions::Kind::unix_socket;
  options.socket_path = (server.config().data / "carnet.sock").string();
  http::Client client(std::move(options));
  const auto started = client.request("POST", "/operations/clock.forward", {{"Content-Type", "application/json"}}, R"({"ms": 5184000000})");
  if (!started || started->status != 202) throw std::runtime_error("the clock did not move");
  const std::string run(json::parse(started->body).at("run").as_string());
  for (;;) {
    const auto view = client.request("GET", "/runs/" + run);
    if (!view || json::parse(view->body).at("ended").as_bool()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

int run(int seconds) {
  char name[] = "/tmp/carnet-bench-XXXXXX";
  const std::filesystem::path directory = mkdtemp(name);
  measure_disk(directory, std::min(seconds, 3));
  measure_import(directory);
  RunningServer server(directory, people);
  server.start_ms();
  let_spaces_open(server);
  const auto targets = targets_of(server);
  std::string token;
  {
    auto connection = server.connect();
    auto hospital = server.hospital(connection);
    const auto made = hospital.token(server.country().professionals.front().rpps, "normal", {}, service_now(server).ms / 1000);
    if (!made) throw std::runtime_error("no token: " + made.error().detail);
    token = *made;
  }
  std::atomic<std::int64_t> unique{0};
  std::mutex mutex;
  std::vector<std::string> deposited;  // paths of DocumentReferences that the token's professional may read
  const std::vector<http::Header> headers{{"Content-Type", "application/fhir+json"}, {"Authorization", "Bearer " + token}};
  for (const int conc : {1, 16, 64})
    measure(server, "deposit.50KB.tls", conc, seconds, [&](int) {
      auto client = std::make_shared<http::Client>(server.connect());
      return [&, client](std::int64_t) {
        const auto n = unique.fetch_add(1);
        const auto& target = targets[static_cast<std::size_t>(n) % targets.size()];
        const auto answer = client->request("POST", "/fhir/R4", headers, with_unique_id(target.bundle, n));
        if (!answer || answer->status != 200) return false;
        const auto at = answer->body.find("DocumentReference/");
        if (at == std::string::npos) return false;
        const std::scoped_lock lock(mutex);
        if (deposited.size() < 5'000) deposited.push_back("/fhir/R4/" + answer->body.substr(at, 18 + 26));
        return true;
      };
    });
  for (const int conc : {1, 16, 64})
    measure(server, "read.DocumentReference.audited.tls", conc, seconds, [&](int) {
      auto client = std::make_shared<http::Client>(server.connect());
      return [&, client](std::int64_t n) {
        const auto answer = client->request("GET", deposited[static_cast<std::size_t>(n) % deposited.size()], headers);
        return answer && answer->status == 200;
      };
    });
  server.stop_with(SIGTERM);
  std::filesystem::remove_all(directory);
  return 0;
}

}  // namespace
}  // namespace carnet::proof

int main(int argc, char** argv) {
  int seconds = 5;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::string_view(argv[1]).size(), seconds);
  try {
    return carnet::proof::run(std::max(1, seconds));
  } catch (const std::exception& error) {
    fmt::print(stderr, "carnet_bench: {}\n", error.what());
    return 1;
  }
}
