#include "proof/load/scale.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <thread>

#include "apps/wiring/house.hpp"
#include "foundation/io/files.hpp"
#include "foundation/kernel/json.hpp"
#include "proof/faults/running_server.hpp"
#include "proof/load/bench_resources.hpp"
#include "proof/load/http_load.hpp"

namespace carnet::proof {
namespace {

using Steady = std::chrono::steady_clock;
using kernel::PersonId;
using kernel::Result;
using kernel::Status;
constexpr std::size_t doctors = 8, read_each = 100, observations_each = 10, openers = 128, connections = 64, per_token = 50'000;
constexpr unsigned private_file = 0600;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

double seconds_since(Steady::time_point begun) { return std::chrono::duration<double>(Steady::now() - begun).count(); }

struct Sampled {
  std::string number, id;  // as the register and as FHIR name the person
  std::size_t doctor = 0;
};

// What is read of the country while its house is open in this process.
struct Country {
  std::vector<std::string> ids;  // everybody's
  std::vector<Sampled> sample;
};

std::vector<PersonId> everybody(wiring::House& house) {
  std::vector<PersonId> all;
  for (;;) {
    const PersonId after = all.empty() ? PersonId{} : all.back();
    const auto page = house.main().read_now<std::vector<PersonId>>(
        [&](store::Snapshot& at) { return house.identity().people().page(at, after, 5'000); });
    if (!page) fail("the register is not read: " + page.error().detail);
    if (page->empty()) return all;
    all.insert(all.end(), page->begin(), page->end());
  }
}

void open_all(wiring::House& house, const std::vector<PersonId>& all) {
  std::atomic<std::size_t> next{0}, refused{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < openers; ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < all.size(); i = next++)
        if (!io::run(house.enrollment().open_in_person(all[i]))) ++refused;
    });
  }
  for (auto& thread : threads) thread.join();
  if (refused > 0) fail(fmt::format("{} spaces were not opened", refused.load()));
  // A million messages that nobody of this country will read.
  const auto emptied = house.main().write_now<void>([](store::Tx& tx) -> Status {
    for (const auto* table : {"notice_due", "notice_reference", "notice"}) CARNET_CHECK(tx.execute(fmt::format("DELETE FROM {}", table), {}));
    return {};
  });
  if (!emptied) fail("the outbox is not emptied: " + emptied.error().detail);
}

// Every nth line of the register, so that the sample lies all over the tables.
std::vector<Sampled> sample_of(wiring::House& house, std::string_view csv, std::size_t people) {
  std::vector<Sampled> sample;
  const std::size_t wanted = std::min(people / 2, doctors * read_each), every = people / wanted;
  csv.remove_prefix(csv.find('\n') + 1);
  for (std::size_t line = 0; !csv.empty() && sample.size() < wanted; ++line) {
    const auto text = csv.substr(0, csv.find('\n'));
    csv.remove_prefix(std::min(csv.size(), text.size() + 1));
    if (line % every != 0) continue;
    const auto after_system = text.find(';') + 1;  // the number is the second field
    const std::string number(text.substr(after_system, text.find(';', after_system) - after_system));
    const auto person = house.main().read_now<std::optional<PersonId>>(
        [&](store::Snapshot& at) { return house.identity().people().find(at, number); });
    if (!person || !*person) continue;
    sample.push_back({number, house.identity().people().opaque(**person), sample.size() % doctors});
  }
  if (sample.empty()) fail("nobody of the register is found");
  return sample;
}

Country found(const wiring::Config& config, std::size_t people) {
  wiring::World world;
  world.program_directory = std::filesystem::path(CARNET_BUILD_DIR) / "bin";
  auto house = wiring::House::open(config, world);
  if (!house) fail("house: " + house.error().detail);
  const auto day = wiring::founding_day(config.data, kernel::date_in((*house)->clock().now(), kernel::Zone::paris()));
  if (!day) fail("no founding day");
  const auto country = wiring::invent_country(wiring::demonstration_seed, people, *day);
  const auto done = io::run(wiring::found_country(**house, country, [](auto, auto, auto) {}));
  if (!done) fail("the country is not founded: " + done.error().detail);
  if (!io::replace_file(config.data / "founded", kernel::as_bytes("yes\n"), private_file)) fail("no marker");
  const auto all = everybody(**house);
  open_all(**house, all);
  Country made;
  for (const auto person : all) made.ids.push_back((*house)->identity().people().opaque(person));
  made.sample = sample_of(**house, country.register_csv, people);
  return made;
}

std::string observations_bundle(const std::string& id, std::uint64_t n) {
  std::string bundle = R"({"resourceType":"Bundle","type":"transaction","entry":[)";
  for (std::size_t i = 0; i < observations_each; ++i)
    bundle += (i == 0 ? "" : ",") + (R"({"resource":)" + observation(id, n * observations_each + i)) +
              R"(,"request":{"method":"POST","url":"Observation"}})";
  return bundle + "]}";
}

class Scale {
 public:
  Scale(const std::filesystem::path& directory, std::size_t people) : server_(directory, static_cast<int>(people)), plain_port_(server_.listen_plainly("info")) {
    const auto begun = Steady::now();
    country_ = found(server_.config(), people);
    founded_s_ = seconds_since(begun);
    start();
    fill();
    for (const auto& person : country_.sample) see_today(person);
  }

  std::vector<std::string> measure(std::size_t people, int seconds) {
    std::vector<std::string> lines{fmt::format("scale people={} founded_s={:.0f} filled_s={:.0f} main_bytes={}", people, founded_s_, filled_s_, main_bytes())};
    server_.stop_with(SIGTERM);
    forget_files();
    start();
    std::vector<std::string> requests;
    for (const auto& person : country_.sample)
      requests.push_back(request_text("GET", "/fhir/R4/Observation?subject=Patient/" + person.id + "&_count=20", tokens_[person.doctor]));
    const Load load{[&](std::uint64_t n, std::size_t) -> std::string_view { return requests[n % requests.size()]; },
                    [](int status, std::string_view body) { return status == 200 && body.find("\"entry\"") != std::string_view::npos; }};
    lines.push_back(line(people, "cold", 1, [&] { return drive_all({plain_port_, {}}, 1, requests.size(), load); }));
    (void)drive_all({plain_port_, {}}, connections, requests.size() * 4, load);
    lines.push_back(line(people, "warm", connections, [&] { return drive({plain_port_, {}}, connections, seconds, load); }));
    server_.stop_with(SIGTERM);
    return lines;
  }

 private:
  void start() {
    server_.start_ms();
    fetch_tokens();
  }

  void fetch_tokens() {
    auto connection = server_.connect();
    const auto service = connection.request("GET", "/api/service");
    if (!service) fail("no service");
    const auto now = kernel::parse_rfc3339(kernel::json::parse(service->body).at("now").as_string()).value_or(kernel::Instant{});
    auto hospital = server_.hospital(connection);
    tokens_.clear();
    for (std::size_t i = 0; i < doctors; ++i) {
      const auto made = hospital.token(server_.country().professionals.at(i * 8).rpps, "normal", {}, now.ms / 1000);
      if (!made) fail("no token: " + made.error().detail);
      tokens_.push_back(*made);
    }
  }

  // In parts that end before the tokens do.
  void fill() {
    const auto begun = Steady::now();
    std::vector<std::string> held(connections);
    for (std::size_t first = 0; first < country_.ids.size(); first += per_token) {
      fetch_tokens();
      const Load load{[&](std::uint64_t n, std::size_t connection) -> std::string_view {
                        const auto at = first + n;
                        held[connection] = request_text("POST", "/fhir/R4", tokens_[at % doctors], observations_bundle(country_.ids[at], at));
                        return held[connection];
                      },
                      [](int status, std::string_view) { return status == 200; }};
      const auto outcome = drive_all({plain_port_, {}}, connections, std::min(per_token, country_.ids.size() - first), load);
      if (outcome.errors > 0) fail(fmt::format("{} Bundles were refused", outcome.errors));
    }
    filled_s_ = seconds_since(begun);
  }

  // As slowly as one address may ask.
  void see_today(const Sampled& person) {
    for (;;) {
      auto connection = server_.connect();
      const auto seen = connection.request("POST", "/api/professional/consultations",
                                           {{"Content-Type", "application/json"}, {"Authorization", "Bearer " + tokens_[person.doctor]}},
                                           kernel::json::serialize(kernel::json::object{{"number", person.number}, {"means", "declaration"}}));
      if (seen && seen->status == 204) return;
      if (!seen || seen->status != 429) fail("a consultation is not taken: " + (seen ? seen->body : "no answer"));
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  }

  std::string line(std::size_t people, std::string_view name, std::size_t conc, const std::function<Outcome()>& run) {
    const auto cpu = server_.cpu_us();
    auto outcome = run();
    const auto used = static_cast<double>(server_.cpu_us() - cpu) / static_cast<double>(std::max<std::uint64_t>(1, outcome.answers));
    std::ranges::sort(outcome.latencies_us);
    const auto at = [&](double part) {
      return static_cast<double>(outcome.latencies_us[static_cast<std::size_t>(part * static_cast<double>(outcome.latencies_us.size() - 1))]) / 1000;
    };
    return fmt::format("scale.{} people={} conc={} rate={:.0f} p50_ms={:.3f} p99_ms={:.3f} cpu_us={:.1f} errors={}", name, people, conc,
                       static_cast<double>(outcome.answers) / outcome.seconds, at(0.5), at(0.99), used, outcome.errors);
  }

  std::uintmax_t main_bytes() const { return std::filesystem::file_size(server_.config().data / "main.db"); }
  // What was read of the files is asked of the disk again.
  void forget_files() const {
    for (const auto& file : std::filesystem::recursive_directory_iterator(server_.config().data)) {
      if (!file.is_regular_file()) continue;
      const int fd = ::open(file.path().c_str(), O_RDONLY | O_CLOEXEC);
      if (fd < 0) continue;
      fdatasync(fd);
      posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
      close(fd);
    }
  }

  RunningServer server_;
  std::uint16_t plain_port_;
  Country country_;
  std::vector<std::string> tokens_;
  double founded_s_ = 0, filled_s_ = 0;
};

}  // namespace

std::vector<std::string> scale(const std::filesystem::path& directory, std::size_t people, int seconds) {
  return Scale(directory, people).measure(people, seconds);
}

}  // namespace carnet::proof
