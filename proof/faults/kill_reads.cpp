// kill_reads [N] [SEED]: kill -9 under readers, N times on one data directory, at any instant between trace, key and bytes. Every
// answer that reached a reader whole is noted with its request's id; after each kill the journal, as the next start finds it, must hold
// a trace of that request and of that document.
#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>

#include <charconv>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "apps/wiring/house.hpp"
#include "proof/faults/running_server.hpp"

namespace carnet::proof {
namespace {

namespace json = kernel::json;
constexpr int documents = 8, readers = 4;

wiring::Patient ruth(const RunningServer& server) {
  for (const auto& member : server.country().cast)
    if (member.role == "ruth") return {std::string(identity::oid_demonstration), member.number, "Nessi", "Ruth", "1977-07-14", "female"};
  return {};
}

std::int64_t machine_seconds() { return io::SystemClock().now().ms / 1000; }

std::string token_of(const RunningServer& server, http::Client& connection) {
  auto hospital = server.hospital(connection);
  const auto token = hospital.token(server.country().professionals.front().rpps, "normal", {}, machine_seconds());
  if (!token) throw std::runtime_error("no token: " + token.error().detail);
  return *token;
}

// Their ids.
std::vector<std::string> deposit_some(const RunningServer& server) {
  auto connection = server.connect();
  const auto token = token_of(server, connection);
  auto hospital = server.hospital(connection);
  std::vector<std::string> ids;
  for (int n = 0; n < documents; ++n) {
    wiring::DocumentToSend document;
    document.bytes = kernel::to_bytes("%PDF-1.4\n% " + std::string(static_cast<std::size_t>(n) * 40'000, 'x') + "\n%%EOF\n");
    document.media_type = "application/pdf";
    document.unique_id = fmt::format("urn:oid:1.2.250.1.995.{}", n + 1);
    document.title = fmt::format("Document {}", n);
    document.type_code = "11502-2";
    document.type_system = "2.16.840.1.113883.6.1";
    document.class_code = "10";
    document.act_date = "2025-03-04";
    document.author_rpps = server.country().professionals.front().rpps;
    document.author_name = "Lina Benali";
    document.structure_id = server.country().structures.front().finess;
    document.structure_name = "Centre";
    const auto answer = hospital.provide(token, wiring::provide_document_bundle(ruth(server), document, "2025-03-04T10:00:00Z"));
    if (!answer || answer->status != 200) throw std::runtime_error("a deposit was refused");
    std::string location(json::parse(answer->body).at_pointer("/entry/1/response/location").as_string());
    location = location.substr(0, location.find("/_history"));
    ids.push_back(location.substr(location.rfind('/') + 1));
  }
  return ids;
}

// What readers were given, kept outside the killed process: request's id -> document, empty for a search.
struct Given {
  std::mutex mutex;
  std::map<std::string, std::string> answers;
  std::int64_t bytes = 0;
};

void read_until_killed(const RunningServer& server, const std::string& token, const std::vector<std::string>& ids, std::uint64_t seed, Given& given) {
  std::mt19937_64 dice(seed);
  auto client = server.connect();
  for (;;) {
    const auto which = dice() % (ids.size() + 1);
    const bool searches = which == ids.size();
    const std::string person = "urn:oid:" + std::string(identity::oid_demonstration) + "|" + ruth(server).number;
    const auto answer = searches ? client.request("POST", "/fhir/R4/DocumentReference/_search",
                                                  {{"Authorization", "Bearer " + token}, {"Content-Type", "application/x-www-form-urlencoded"}},
                                                  "patient.identifier=" + http::percent_encode(person) + "&date=ge2000-01-01")
                                 : client.request("GET", "/fhir/R4/Binary/" + ids[which], {{"Authorization", "Bearer " + token}, {"Accept", "*/*"}});
    if (!answer) return;
    if (answer->status != 200) throw std::runtime_error(fmt::format("a read was answered {}", answer->status));
    const std::scoped_lock lock(given.mutex);
    given.answers.emplace(std::string(http::header_of(*answer, "X-Request-Id")), searches ? std::string() : ids[which]);
    given.bytes += static_cast<std::int64_t>(answer->body.size());
  }
}

// The answers that have no trace. `seen` is the last entry that an earlier cycle looked at.
std::int64_t untraced(const RunningServer& server, const Given& given, std::int64_t& seen) {
  auto opened = wiring::House::open(server.config(), {});
  if (!opened) throw std::runtime_error("the data does not open after a kill: " + opened.error().detail);
  auto& house = **opened;
  const auto space = house.main().read_now<kernel::SpaceId>([&](store::Snapshot& at) -> kernel::Result<kernel::SpaceId> {
    CARNET_TRY(person, house.identity().people().find(at, ruth(server).number));
    CARNET_TRY(standing, house.enrollment().standing(at, person.value()));
    return standing.space;
  });
  std::map<std::string, std::string> left = given.answers;
  std::int64_t newest = 0;
  audit::Filter filter;
  filter.limit = 500;
  for (bool more = true; more;) {
    const auto page = io::run(house.journal().read(space.value(), filter));
    if (!page) throw std::runtime_error("the journal cannot be read: " + page.error().detail);
    more = page->size() == filter.limit;
    for (const auto& trace : *page) {
      newest = std::max(newest, trace.sequence);
      filter.before_sequence = trace.sequence;
      if (trace.sequence <= seen) more = false;
      const auto found = left.find(trace.entry.request_id);
      if (found == left.end()) continue;
      const bool of_it = found->second.empty() ? trace.entry.action == audit::Action::documents_listed || trace.entry.action == audit::Action::record_searched
                                               : trace.entry.action == audit::Action::document_read && trace.entry.item == found->second;
      if (of_it) left.erase(found);
    }
  }
  seen = newest;
  return static_cast<std::int64_t>(left.size());
}

int run(int cycles, std::uint64_t seed) {
  char name[] = "/tmp/carnet-reads-XXXXXX";
  const std::filesystem::path directory = mkdtemp(name);
  RunningServer server(directory, 10);
  std::mt19937_64 dice(seed);
  std::vector<std::string> ids;
  std::int64_t answers = 0, bytes = 0, without = 0, idle = 0, seen = 0;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    server.start_ms();
    if (ids.empty()) ids = deposit_some(server);
    auto connection = server.connect();
    const auto token = token_of(server, connection);
    Given given;
    std::vector<std::thread> threads;
    for (int i = 0; i < readers; ++i)
      threads.emplace_back([&, own = dice()] { read_until_killed(server, token, ids, own, given); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + dice() % 200));  // when the kill falls is part of the seed
    server.kill_without_warning();
    for (auto& thread : threads) thread.join();
    without += untraced(server, given, seen);
    answers += static_cast<std::int64_t>(given.answers.size());
    bytes += given.bytes;
    idle += given.answers.empty();
    fmt::print(stderr, "\rcycle {}/{}: {} answers, {} without a trace", cycle + 1, cycles, answers, without);
  }
  fmt::print("\nkill_reads: {} of {} answers without a durable trace ({} bytes served), {} cycles, {} of them before any answer, seed {}\n", without, answers,
             bytes, cycles, idle, seed);
  std::filesystem::remove_all(directory);
  return without == 0 && answers > 0 && idle < cycles ? 0 : 1;
}

}  // namespace
}  // namespace carnet::proof

int main(int argc, char** argv) {
  int cycles = 100;
  std::uint64_t seed = 1;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::string_view(argv[1]).size(), cycles);
  if (argc > 2) std::from_chars(argv[2], argv[2] + std::string_view(argv[2]).size(), seed);
  try {
    return carnet::proof::run(cycles, seed);
  } catch (const std::exception& error) {
    fmt::print(stderr, "kill_reads: {}\n", error.what());
    return 1;
  }
}
