// seals_public_log: a real carnetd with a real carnet-witness, a thousand entries in one person's lane, several seals. What is
// published under /log/ and the extract the person downloads are read by check.mjs and by `carnet audit verify`: clean, and changed.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <map>
#include <stdexcept>
#include <thread>

#include "foundation/kernel/json.hpp"
#include "proof/faults/running_server.hpp"
#include "proof/seals/second_reader.hpp"
#include "standards/tlog/tlog.hpp"

namespace carnet::proof {
namespace {

namespace fs = std::filesystem;
namespace json = kernel::json;

constexpr int rounds = 4, reads_per_round = 250, reads_not_sealed = 7;
constexpr int an_hour_and_more_ms = 3'660'000;
constexpr auto longest_wait = std::chrono::seconds(60);
constexpr auto look_every = std::chrono::milliseconds(50);

void must(bool holds, std::string_view what) {
  if (!holds) throw std::runtime_error(std::string(what));
}
std::string without_newline(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}
void write(const fs::path& file, std::string_view text) { std::ofstream(file, std::ios::binary) << text; }

// carnet-witness in a process of its own.
class WitnessProcess {
 public:
  WitnessProcess(const fs::path& directory, const std::string& log_key) {
    std::array<int, 2> ends{};
    must(pipe(ends.data()) == 0, "pipe");
    const std::string program = std::string(CARNET_BUILD_DIR) + "/bin/carnet-witness", data = directory.string();
    child_ = fork();
    if (child_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      execl(program.c_str(), program.c_str(), "--log", log_key.c_str(), "--name", "witness.example", "--data", data.c_str(), "--port", "0", nullptr);
      _exit(127);
    }
    close(ends[1]);
    std::string said;
    for (char c = 0; std::ranges::count(said, '\n') < 2 && read(ends[0], &c, 1) == 1;) said += c;
    close(ends[0]);
    must(std::ranges::count(said, '\n') == 2, "the witness says its key and its address");
    key_ = said.substr(0, said.find('\n'));
    url_ = without_newline(said.substr(said.find('\n') + 1));
  }
  ~WitnessProcess() {
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
  }
  WitnessProcess(const WitnessProcess&) = delete;
  const std::string& key() const { return key_; }
  const std::string& url() const { return url_; }

 private:
  int child_ = -1;
  std::string key_, url_;
};

// The person's browser: cookies, and the code that the demonstration's outbox shows.
class Person {
 public:
  explicit Person(RunningServer& server) : server_(server), client_(server.connect()) {}
  std::string call(const std::string& method, const std::string& target, const json::object* body = nullptr) {
    std::vector<http::Header> headers{{"Accept", "application/json"}};
    if (method != "GET") headers.emplace_back("Origin", server_.config().main_origin());
    if (body != nullptr) headers.emplace_back("Content-Type", "application/json");
    std::string jar;
    for (const auto& [name, value] : cookies_) jar += (jar.empty() ? "" : "; ") + name + "=" + value;
    if (!jar.empty()) headers.emplace_back("Cookie", jar);
    const auto answer = client_.request(method, target, headers, body != nullptr ? json::serialize(*body) : std::string());
    must(answer && answer->status / 100 == 2, fmt::format("{} {}: {} {}", method, target, answer ? answer->status : 0, answer ? answer->body : ""));
    for (const auto& [name, value] : answer->headers)
      if (name == "Set-Cookie" || name == "set-cookie") cookies_[value.substr(0, value.find('='))] = value.substr(value.find('=') + 1, value.find(';') - value.find('=') - 1);
    return answer->body;
  }
  void sign_in(const wiring::CastMember& who) {
    const json::object first{{"identifier", who.identifier}, {"password", wiring::demonstration_password}};
    (void)call("POST", "/api/sign-in", &first);
    const auto until = std::chrono::steady_clock::now() + longest_wait;
    for (std::string code; std::chrono::steady_clock::now() < until; std::this_thread::sleep_for(look_every)) {
      const auto outbox = json::parse(call("GET", "/api/demonstration/outbox?q=" + http::percent_encode(who.name)));
      const auto& items = outbox.at("items").as_array();
      if (!items.empty() && items[0].as_object().contains("code")) code = std::string(items[0].at("code").as_string());
      if (code.size() != 6) continue;
      const json::object second{{"one_time_code", code}};
      (void)call("POST", "/api/sign-in/code", &second);
      return;
    }
    throw std::runtime_error("the code did not come");
  }

 private:
  RunningServer& server_;
  http::Client client_;
  std::map<std::string, std::string> cookies_;
};

class PublicLog {
 public:
  explicit PublicLog(const fs::path& directory) : directory_(directory), server_(directory / "server", 60) {
    server_.start_ms();
    log_key_ = without_newline(get("/log/key"));
    witness_.emplace(directory / "witness", log_key_);
    std::ofstream toml(directory / "server" / "carnet.toml", std::ios::app);
    toml << fmt::format("[audit]\nseal_every_hours = 1\n[[witness]]\nurl = \"{}\"\nkey = \"{}\"\n", witness_->url(), witness_->key());
  }

  bool run() {
    const auto& cast = server_.country().cast;
    const auto who = std::ranges::find(cast, "ruth", &wiring::CastMember::role);
    must(who != cast.end(), "somebody with an account");
    for (int round = 0; round < rounds; ++round) {
      read_record(*who, reads_per_round);
      seal(round);
    }
    Person person(server_);
    person.sign_in(*who);
    for (int i = 0; i < reads_not_sealed; ++i) (void)person.call("GET", "/api/spaces/moi/documents");
    const auto extract = person.call("GET", "/api/spaces/moi/traces/extract");
    const auto entries = json::parse(extract).at("entries").as_array().size();
    bool whole = entries > static_cast<std::size_t>(rounds * reads_per_round);
    whole &= judged("clean", extract, true);
    auto file = json::parse(extract).as_object();
    file.at("entries").as_array()[500].as_object()["body"] = R"({"action":40,"actor":1})";
    whole &= judged("edited", json::serialize(file), false);
    file = json::parse(extract).as_object();
    file.at("entries").as_array().resize(700);
    whole &= judged("cut", json::serialize(file), false);
    fmt::print("public log: {} entries, {} seals cosigned, of a real carnetd and carnet-witness: {}\n", entries,
               json::parse(extract).at("seals").as_array().size(), whole ? "both readers agree" : "NOT AS EXPECTED");
    return whole;
  }

 private:
  std::string get(const std::string& path) {
    auto client = server_.connect();
    const auto answer = client.request("GET", path);
    return answer && answer->status == 200 ? answer->body : std::string();
  }
  // By software: a person's browser would soon be told to slow down.
  void read_record(const wiring::CastMember& who, int times) {
    auto connection = server_.connect();
    auto hospital = server_.hospital(connection);
    const auto now = kernel::parse_rfc3339(json::parse(get("/api/service")).at("now").as_string()).value_or(kernel::Instant{});
    const auto token = hospital.token(server_.country().professionals.front().rpps, "normal", {}, now.ms / 1000);
    must(token.has_value(), "a token");
    const auto patient = patient_of(who.number);
    for (int i = 0; i < times; ++i) {
      const auto found = hospital.find_documents(*token, patient);
      must(found && found->status == 200, found ? found->body : "no answer");
    }
  }
  // By the line of the register in which the number is the second field.
  wiring::Patient patient_of(const std::string& number) const {
    const std::string& csv = server_.country().register_csv;
    for (auto at = csv.find(";" + number + ";"); at != std::string::npos; at = csv.find(";" + number + ";", at + 1)) {
      const auto line = csv.rfind('\n', at) + 1;
      if (csv.find(';', line) == at) return {csv.substr(line, at - line), number, {}, {}, {}, {}};
    }
    throw std::runtime_error("not in the register");
  }
  // An hour on, the service seals when it starts, and asks the witness.
  void seal(int round) {
    http::ClientOptions options;
    options.kind = http::ClientOptions::Kind::unix_socket;
    options.socket_path = (server_.config().data / "carnet.sock").string();
    http::Client console(std::move(options));
    const auto started = console.request("POST", "/operations/clock.forward", {{"Content-Type", "application/json"}}, json::serialize(json::object{{"ms", an_hour_and_more_ms}}));
    must(started && started->status == 202, "the clock moves");
    const auto until = std::chrono::steady_clock::now() + longest_wait;
    const auto ended = [&, run = std::string(json::parse(started->body).at("run").as_string())] {
      const auto view = console.request("GET", "/runs/" + run);
      return !view || json::parse(view->body).at("ended").as_bool();
    };
    while (!ended() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(look_every);
    const auto before = size_of(get("/log/checkpoint"), 1);
    must(server_.stop_with(SIGTERM) == 0, "the server ends");
    server_.start_ms();
    std::string note;
    do {
      std::this_thread::sleep_for(look_every);
      note = get("/log/checkpoint");
    } while (size_of(note, 2) <= before && std::chrono::steady_clock::now() < until);
    must(size_of(note, 2) > before, "a seal was made and cosigned");
    write(directory_ / fmt::format("checkpoint.{}", round), note);
  }
  // 0 when there is no checkpoint with so many signatures.
  static std::uint64_t size_of(const std::string& text, std::size_t signatures) {
    const auto note = tlog::read_note(text);
    if (!note || note->signatures.size() < signatures) return 0;
    const auto checkpoint = tlog::read_checkpoint(note->text);
    return checkpoint ? checkpoint->size : 0;
  }

  bool judged(std::string_view name, const std::string& extract, bool is_clean) {
    const auto file = (directory_ / "extract.json").string();
    write(file, extract);
    const auto now = kernel::parse_rfc3339(json::parse(get("/api/service")).at("now").as_string()).value_or(kernel::Instant{});
    std::vector<std::string> asked{"--log", log_key_, "--witness", witness_->key(), "--from", server_.config().main_origin() + "/log", "--certificate",
                                   (server_.config().data / "tls" / "certificate.pem").string(), "--extract", file, "--now", std::to_string(now.ms)};
    for (int round = 0; round < rounds; ++round) asked.insert(asked.end(), {"--earlier", (directory_ / fmt::format("checkpoint.{}", round)).string()});
    const auto second = second_reader(asked);
    const auto first = run_program({std::string(CARNET_BUILD_DIR) + "/bin/carnet", "audit", "verify", file, "--log", log_key_, "--witness", witness_->key()});
    fmt::print("  {}: check.mjs {}\n  {}: carnet audit verify {}\n", name, second.words, name, first.printed.substr(0, first.printed.find('\n')));
    return is_clean ? second.agrees && first.exit_code == 0 : second.differs && first.exit_code == 1;
  }

  fs::path directory_;
  RunningServer server_;
  std::string log_key_;
  std::optional<WitnessProcess> witness_;
};

}  // namespace
}  // namespace carnet::proof

int main() {
  char name[] = "/tmp/carnet-log-XXXXXX";
  const std::filesystem::path directory = mkdtemp(name);
  bool whole = false;
  try {
    whole = carnet::proof::PublicLog(directory).run();
  } catch (const std::exception& error) {
    fmt::print(stderr, "seals_public_log: {}\n", error.what());
  }
  std::filesystem::remove_all(directory);
  return whole ? 0 : 1;
}
