// carnet_bench [SECONDS] [--only NAME,NAME] [--conc 1,16,64] [--tls on|off|both] [--doctors N] [--observations N] [--people N]
// [--log LEVEL]: what the
// service does per second on this machine, through the doors that software uses. One line per load; the load generator
// shares the processors. cpu_us is the server's own, per request; fsync_s counts durable commits of all stores; commit_ms is
// their mean, worst_ms the worst since the server started. `--only trace_cost`: the same reads with the disk as it is and
// with one whose sync is free (trace_cost.hpp). `--only record_size [--observations N]`: how large the database becomes
// (record_size.hpp). `--only scale [--people N]`: what reads cost in a country of that many (scale.hpp).
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <stdexcept>

#include "apps/wiring/house.hpp"
#include "foundation/io/files.hpp"
#include "proof/load/bench_loads.hpp"
#include "proof/load/check_load.hpp"
#include "proof/load/record_size.hpp"
#include "proof/load/scale.hpp"
#include "proof/load/trace_cost.hpp"

namespace carnet::proof {
namespace {

using Steady = std::chrono::steady_clock;
constexpr int import_rows = 100'000;

std::int64_t us_since(Steady::time_point begun) {
  return std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - begun).count();
}

double at_part(const std::vector<std::int64_t>& sorted_us, double part) {
  if (sorted_us.empty()) return 0;
  return static_cast<double>(sorted_us[static_cast<std::size_t>(part * static_cast<double>(sorted_us.size() - 1))]) / 1000.0;
}

std::string line_of(std::string_view name, std::size_t conc, double rate, std::vector<std::int64_t> latencies, double cpu_us,
                    std::uint64_t errors) {
  std::ranges::sort(latencies);
  return fmt::format("{} conc={} rate={:.0f} p50_ms={:.2f} p99_ms={:.2f} cpu_us={:.1f} errors={}", name, conc, rate,
                     at_part(latencies, 0.5), at_part(latencies, 0.99), cpu_us, errors);
}

void print(std::string_view line) {
  fmt::print("{}\n", line);
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
  const double rate = static_cast<double>(latencies.size()) * 1e6 / static_cast<double>(us_since(begun));
  print(line_of("disk.fdatasync", 1, rate, std::move(latencies), 0, 0));
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
  print(line_of("register.import", 1, static_cast<double>(done->lines) * 1e6 / static_cast<double>(took), {},
                static_cast<double>(own_cpu_us() - cpu) / static_cast<double>(done->lines),
                static_cast<std::uint64_t>(done->set_aside)));
}

struct Options {
  int seconds = 5;
  std::vector<std::string> only;
  std::vector<std::size_t> connections{1, 16, 64};
  bool plain = true, tls = true;
  std::size_t doctors = 8, observations = 1'000'000, people = 1'000'000;
  std::string log_level = "info";

  bool wants(std::string_view name) const {
    return only.empty() || std::ranges::any_of(only, [&](const auto& one) { return name.starts_with(one); });
  }
};

std::vector<std::string> split(std::string_view list) {
  std::vector<std::string> parts;
  for (;;) {
    const auto end = list.find(',');
    parts.emplace_back(list.substr(0, end));
    if (end == std::string_view::npos) return parts;
    list.remove_prefix(end + 1);
  }
}

std::size_t number_of(std::string_view text) {
  std::size_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
    throw std::runtime_error("not a number: " + std::string(text));
  }
  return number;
}

Options options_of(std::span<char* const> given) {
  Options options;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string_view name = given[i];
    if (!name.starts_with("--")) {
      options.seconds = std::max(1, static_cast<int>(number_of(name)));
      continue;
    }
    if (++i == given.size()) throw std::runtime_error("no value for " + std::string(name));
    const std::string_view value = given[i];
    if (name == "--only") {
      options.only = split(value);
    } else if (name == "--conc") {
      options.connections.clear();
      for (const auto& one : split(value)) options.connections.push_back(number_of(one));
    } else if (name == "--tls") {
      options.plain = value != "on";
      options.tls = value != "off";
    } else if (name == "--doctors") {
      options.doctors = std::max<std::size_t>(1, number_of(value));
    } else if (name == "--people") {
      options.people = number_of(value);
    } else if (name == "--observations") {
      options.observations = number_of(value);
    } else if (name == "--log") {
      options.log_level = value;
    } else {
      throw std::runtime_error("unknown: " + std::string(name));
    }
  }
  return options;
}

void measure(BenchWorld& world, const Door& door, const BenchLoad& load, std::size_t connections, int seconds) {
  (void)drive(door, connections, std::min(0.5, seconds / 2.0), load.load);  // what is measured is the warm service
  const auto before = world.used();
  auto outcome = drive(door, connections, seconds, load.load);
  const auto after = world.used();
  const auto count = static_cast<double>(std::max<std::uint64_t>(1, outcome.answers)) * load.units;
  const auto commits = after.commits - before.commits;
  const std::string name = load.name + (door.certificate_pem.empty() ? ".plain" : ".tls");
  print(fmt::format("{} fsync_s={:.0f} commit_ms={:.2f} worst_ms={:.1f}",
                    line_of(name, connections, count / outcome.seconds, std::move(outcome.latencies_us),
                            static_cast<double>(after.cpu_us - before.cpu_us) / count, outcome.errors),
                    commits / outcome.seconds, commits > 0 ? (after.commit_us - before.commit_us) / commits / 1000 : 0.0,
                    after.worst_commit_us / 1000));
}

// Checks at 1,000 a second, however many connections share them: a pace, not as fast as it goes.
void measure_checks(BenchWorld& world, std::size_t connections, int seconds) {
  constexpr std::size_t per_second = 1'000;
  (void)drive_checks(world.plain_port(), connections, per_second, 0.5);
  const auto before = world.used();
  auto outcome = drive_checks(world.plain_port(), connections, per_second, seconds);
  const auto count = static_cast<double>(std::max<std::size_t>(1, outcome.latencies_us.size()));
  print(line_of("vigilance.check.plain", connections, count / seconds, std::move(outcome.latencies_us),
                static_cast<double>(world.used().cpu_us - before.cpu_us) / count, outcome.errors));
}

int run(const Options& options) {
  char name[] = "/tmp/carnet-bench-XXXXXX";
  const std::filesystem::path directory = mkdtemp(name);
  if (options.wants("disk.fdatasync")) measure_disk(directory, std::min(options.seconds, 3));
  if (options.wants("register.import")) measure_import(directory);
  const auto is_asked = [&](std::string_view name) { return std::ranges::find(options.only, name) != options.only.end(); };
  if (is_asked("trace_cost") || is_asked("record_size") || is_asked("scale")) {
    if (is_asked("trace_cost"))
      for (const auto& line : trace_cost(directory / "trace_cost", {options.seconds, options.connections, options.doctors})) print(line);
    if (is_asked("record_size")) print(record_size(directory / "record_size", options.observations, options.doctors));
    if (is_asked("scale"))
      for (const auto& line : scale(directory / "scale", options.people, options.seconds)) print(line);
    std::filesystem::remove_all(directory);
    return 0;
  }
  {
    BenchWorld world(directory, bench_patients, options.doctors, options.log_level);
    const auto certificate = io::read_file(world.server().config().data / "tls" / "certificate.pem", 1 << 20);
    if (!certificate) throw std::runtime_error("no certificate");
    const Door plain{world.plain_port(), {}},
        tls{static_cast<std::uint16_t>(world.server().config().port), std::string(kernel::as_text(*certificate))};
    if (options.wants("vigilance.check") && options.plain)
      for (const auto connections : options.connections) measure_checks(world, connections, options.seconds);
    for (const auto& prepare : all_loads()) {
      if (!options.wants(prepare.name)) continue;
      const auto load = prepare.make(world);
      if (!load) {
        print(fmt::format("{} not served", prepare.name));
        continue;
      }
      for (const auto connections : options.connections) {
        if (options.plain) measure(world, plain, *load, connections, options.seconds);
        if (options.tls) measure(world, tls, *load, connections, options.seconds);
      }
    }
    world.server().stop_with(SIGTERM);
  }
  std::filesystem::remove_all(directory);
  return 0;
}

}  // namespace
}  // namespace carnet::proof

int main(int argc, char** argv) {
  try {
    return carnet::proof::run(carnet::proof::options_of({argv + 1, static_cast<std::size_t>(argc - 1)}));
  } catch (const std::exception& error) {
    fmt::print(stderr, "carnet_bench: {}\n", error.what());
    return 1;
  }
}
