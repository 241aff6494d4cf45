// kill_cycles [N] [SEED]: kill -9 under a load of deposits and objections, N times on one data directory. After each kill:
// every acknowledged deposit reads back byte for byte, every acknowledged objection holds (its code is spent), nothing is
// half-done (whatever is listed can be read whole), and the service starts without repair.
#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>

#include <atomic>
#include <charconv>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "proof/faults/running_server.hpp"

namespace carnet::proof {
namespace {

namespace json = kernel::json;

struct Person {
  wiring::Patient patient;
  std::string name;
};

// What the load saw acknowledged, kept outside the killed process.
struct Acknowledged {
  std::mutex mutex;
  std::map<std::string, std::string> documents;  // title -> content
  std::vector<wiring::Patient> objected;
  std::int64_t sent = 0;
};

std::vector<Person> adults_of(const wiring::Country& country) {
  std::vector<Person> people;
  std::string_view rest = country.register_csv;
  rest.remove_prefix(rest.find('\n') + 1);
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    std::vector<std::string_view> fields;
    for (std::string_view left = line;;) {
      const auto end = left.find(';');
      fields.push_back(left.substr(0, end));
      if (end == std::string_view::npos) break;
      left.remove_prefix(end + 1);
    }
    const std::string given(fields[3].substr(0, fields[3].find(',')));
    people.push_back({{std::string(fields[0]), std::string(fields[1]), std::string(fields[2]), given, std::string(fields[5]),
                       fields[6] == "F" ? "female" : "male"},
                      given + " " + std::string(fields[4].empty() ? fields[2] : fields[4])});
  }
  return people;
}

wiring::DocumentToSend document_of(const RunningServer& server, const std::string& title, const std::string& body, std::int64_t n,
                                   std::uint64_t seed) {
  wiring::DocumentToSend document;
  document.bytes = kernel::to_bytes("%PDF-1.4\n% " + body + "\n%%EOF\n");
  document.media_type = "application/pdf";
  document.unique_id = fmt::format("urn:oid:1.2.250.1.997.{}.{}", seed + 1, n + 1);
  document.title = title;
  document.type_code = "11502-2";
  document.type_system = "2.16.840.1.113883.6.1";
  document.class_code = "10";
  document.act_date = "2025-03-04";
  document.author_rpps = server.country().professionals.front().rpps;
  document.author_name = "Lina Benali";
  document.structure_id = server.country().structures.front().finess;
  document.structure_name = "Centre";
  return document;
}

wiring::Patient ruth(const RunningServer& server) {
  for (const auto& member : server.country().cast)
    if (member.role == "ruth") return {std::string(identity::oid_demonstration), member.number, "Nessi", "Ruth", "1977-07-14", "female"};
  return {};
}

std::int64_t machine_seconds() { return io::SystemClock().now().ms / 1000; }

void deposit_until_killed(const RunningServer& server, Acknowledged& seen, std::uint64_t seed) {
  auto connection = server.connect();
  auto hospital = server.hospital(connection);
  const auto token = hospital.token(server.country().professionals.front().rpps, "normal", {}, machine_seconds());
  if (!token) return;
  for (;;) {
    std::int64_t n = 0;
    {
      const std::scoped_lock lock(seen.mutex);
      n = seen.sent++;
    }
    const std::string title = fmt::format("Document {}", n), body = fmt::format("contenu {} {}", seed, n);
    const auto document = document_of(server, title, body, n, seed);
    const auto answer = hospital.provide(*token, wiring::provide_document_bundle(ruth(server), document, "2025-03-04T10:00:00Z"));
    if (!answer || answer->status != 200) return;
    const std::scoped_lock lock(seen.mutex);
    seen.documents.emplace(title, std::string(kernel::as_text(document.bytes)));
  }
}

http::Response post(http::Client& client, const RunningServer& server, const std::string& target, const json::object& body) {
  auto answer = client.request("POST", target, {{"Content-Type", "application/json"}, {"Origin", server.config().main_origin()},
                                                {"Host", server.config().main_origin().substr(8)}}, json::serialize(body));
  return answer ? std::move(*answer) : http::Response::empty(0);
}

// The codes of the first wave, read as their receivers would, once.
std::map<std::string, std::string> codes_by_name(const RunningServer& server) {
  std::map<std::string, std::string> codes;
  auto client = server.connect();
  std::string before;
  for (;;) {
    const auto page = client.request("GET", "/api/demonstration/outbox" + before);
    if (!page) return codes;
    const auto parsed = json::parse(page->body);
    for (const auto& item : parsed.at("items").as_array()) {
      const auto& object = item.as_object();
      if (const auto* code = object.if_contains("code")) {
        auto [at, fresh] = codes.emplace(std::string(object.at("to_name").as_string()), std::string(code->as_string()));
        if (!fresh) at->second.clear();  // two people of one name: neither is used
      }
    }
    const auto* next = parsed.as_object().if_contains("next_before");
    if (next == nullptr) return codes;
    before = "?before=" + std::string(next->as_string());
  }
}

void object_until_killed(const RunningServer& server, Acknowledged& seen, const std::vector<Person>& people,
                         const std::map<std::string, std::string>& codes, std::size_t& next) {
  auto client = server.connect();
  for (; next < people.size(); ++next) {
    const auto code = codes.find(people[next].name);
    if (code == codes.end() || code->second.empty()) continue;
    const auto answer = post(client, server, "/api/objection", {{"code", code->second}, {"number", people[next].patient.number}});
    if (answer.status == 0) return;
    if (answer.status != 201) continue;
    const std::scoped_lock lock(seen.mutex);
    seen.objected.push_back(people[next].patient);
  }
}

std::string below_origin(const RunningServer& server, std::string url) {
  if (const auto origin = server.config().main_origin(); url.starts_with(origin)) url = url.substr(origin.size());
  return url.starts_with('/') ? url : "/fhir/R4/" + url;
}

// Documents of one page of the list whose content is not what was sent; adds every title to `listed`.
std::int64_t unreadable_in(const RunningServer& server, wiring::DemonstrationClient& hospital, const std::string& token,
                           const json::value& bundle, std::uint64_t seed, std::set<std::string>& listed) {
  std::int64_t unreadable = 0;
  const auto* entries = bundle.as_object().if_contains("entry");
  for (const auto& entry : entries == nullptr ? json::array{} : entries->as_array()) {
    const auto& attachment = entry.at_pointer("/resource/content/0/attachment");
    const std::string title(attachment.at_pointer("/title").as_string());
    const auto content = hospital.retrieve(token, below_origin(server, std::string(attachment.at_pointer("/url").as_string())));
    const std::string sent = "%PDF-1.4\n% " + fmt::format("contenu {} {}", seed, title.substr(title.rfind(' ') + 1)) + "\n%%EOF\n";
    unreadable += !content || content->status != 200 || content->body != sent;
    listed.insert(title);
  }
  return unreadable;
}

std::string next_page(const RunningServer& server, const json::value& bundle) {
  for (const auto& link : bundle.at("link").as_array())
    if (link.at("relation").as_string() == "next") return below_origin(server, std::string(link.at("url").as_string()));
  return {};
}

struct Verdict {
  std::int64_t lost = 0, half_done = 0;
};

// Everything acknowledged is there; everything that is there is whole.
Verdict verify(const RunningServer& server, Acknowledged& seen, std::uint64_t seed) {
  Verdict verdict;
  auto connection = server.connect();
  auto hospital = server.hospital(connection);
  const auto token = hospital.token(server.country().professionals.front().rpps, "normal", {}, machine_seconds());
  if (!token) throw std::runtime_error("no token after a restart: " + token.error().detail);
  std::set<std::string> listed;
  auto found = hospital.find_documents(*token, ruth(server));
  for (;;) {
    if (!found || found->status != 200) throw std::runtime_error("the search failed after a restart");
    const auto bundle = json::parse(found->body);
    verdict.half_done += unreadable_in(server, hospital, *token, bundle, seed, listed);
    const std::string next = next_page(server, bundle);
    if (next.empty()) break;
    found = hospital.retrieve(*token, next);
  }
  for (const auto& [title, content] : seen.documents) verdict.lost += !listed.contains(title);
  return verdict;
}

// An objection that was acknowledged refuses deposits.
std::int64_t lost_objections(const RunningServer& server, const Acknowledged& seen) {
  std::int64_t lost = 0;
  auto connection = server.connect();
  auto hospital = server.hospital(connection);
  const auto token = hospital.token(server.country().professionals.front().rpps, "normal", {}, machine_seconds());
  if (!token) throw std::runtime_error("no token");
  for (const auto& patient : seen.objected) {
    const auto answer = hospital.provide(*token, wiring::provide_document_bundle(patient, document_of(server, "t", "b", 999'999, 9), "2025-03-04T10:00:00Z"));
    lost += !answer || answer->body.find("state_refuses_deposit") == std::string::npos;
  }
  return lost;
}

int run(int cycles, std::uint64_t seed) {
  char name[] = "/tmp/carnet-kill-XXXXXX";
  const std::filesystem::path directory = mkdtemp(name);
  RunningServer server(directory, 260);
  Acknowledged seen;
  std::mt19937_64 dice(seed);
  std::vector<Person> people;
  std::map<std::string, std::string> codes;
  std::size_t next = 0;
  std::int64_t lost = 0, half_done = 0, slowest_start = 0;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    const auto took = server.start_ms();
    if (cycle > 0) slowest_start = std::max(slowest_start, took);
    if (people.empty()) {
      people = adults_of(server.country());
      codes = codes_by_name(server);
    }
    if (cycle > 0) {
      const auto verdict = verify(server, seen, seed);
      lost += verdict.lost;
      half_done += verdict.half_done;
    }
    std::thread one([&] { deposit_until_killed(server, seen, seed); });
    std::thread two([&] { deposit_until_killed(server, seen, seed); });
    std::thread three([&] { object_until_killed(server, seen, people, codes, next); });
    std::this_thread::sleep_for(std::chrono::milliseconds(50 + dice() % 450));  // when the kill falls is part of the seed
    server.kill_without_warning();
    one.join(), two.join(), three.join();
    fmt::print(stderr, "\rcycle {}/{}: {} deposits, {} objections acknowledged, {} lost", cycle + 1, cycles, seen.documents.size(),
               seen.objected.size(), lost);
  }
  server.start_ms();
  const auto verdict = verify(server, seen, seed);
  lost += verdict.lost + lost_objections(server, seen);
  half_done += verdict.half_done;
  const int code = server.stop_with(SIGTERM);
  fmt::print("\nkill_cycles: {} lost, {} half-done of {} deposits and {} objections acknowledged, {} cycles, seed {}, slowest start {} ms, exit {}\n",
             lost, half_done, seen.documents.size(), seen.objected.size(), cycles, seed, slowest_start, code);
  std::filesystem::remove_all(directory);
  return lost == 0 && half_done == 0 && code == 0 && !seen.documents.empty() && !seen.objected.empty() ? 0 : 1;
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
    fmt::print(stderr, "kill_cycles: {}\n", error.what());
    return 1;
  }
}
