// revocation_races [N] [SEED]: readers read one document as fast as they can while it is taken from them: the professional is blocked,
// emergency access refused, the document masked or contested. Of what was asked after the acknowledgement, nothing may be
// served. Over the real listeners, with real tokens and sessions.
#include <fmt/format.h>

#include <array>
#include <atomic>
#include <charconv>
#include <random>
#include <thread>

#include "proof/story/stage.hpp"

namespace carnet::proof {
namespace {

namespace json = kernel::json;
constexpr int readers = 3, reads_after = 3;

enum class Kind { block, emergency, mask, contest };
constexpr auto names = std::to_array<std::string_view>({"blocked", "emergency refused", "masked", "contested"});
constexpr auto shares = std::to_array<int>({50, 25, 12, 13});  // of a hundred races

struct Counted {
  std::int64_t races = 0, before = 0, refused = 0, after = 0, unacknowledged = 0;
};

std::string needs(const kernel::Result<std::string>& token) {
  if (!token) throw std::runtime_error("no token: " + token.error().detail);
  return *token;
}

class Races {
 public:
  explicit Races(std::uint64_t seed) : dice_(seed) {
    options_.people = 10;
    stage_ = std::make_unique<Stage>(options_);
    connection_ = std::make_unique<http::Client>(stage_->connect());
    hospital_ = std::make_unique<wiring::DemonstrationClient>(stage_->hospital(*connection_));
    document_ = deposit();
  }

  Counted run(Kind kind, int races) {
    Counted counted;
    for (int i = 0; i < races; ++i) race(kind, counted);
    return counted;
  }

 private:
  // A session as the service opens one; the way there has proofs of its own.
  std::string sign_in(const wiring::CastMember& who) {
    const auto cookie = stage_->house().main().write_now<std::string>(
        [&](store::Tx& tx) { return stage_->house().identity().start_session(tx, find_in(tx, who.number)); });
    return "__Host-session=" + cookie.value();
  }
  kernel::PersonId find_in(store::Snapshot& at, const std::string& number) {
    return stage_->house().identity().people().find(at, number).value().value();
  }

  // Tokens and sessions end; a thousand races take hours of the stage's clock.
  void fresh_tokens() {
    stage_->clock().advance(std::chrono::seconds(60));
    holder_cookie_ = sign_in(stage_->cast("ruth"));
    const auto now = stage_->clock().now().ms / 1000;
    const auto& people = stage_->country().professionals;
    doctor_ = "Bearer " + needs(hospital_->token(people.at(0).rpps, "normal", {}, now));
    rescuer_ = "Bearer " + needs(hospital_->token(people.at(1).rpps, "bris_de_glace", "inconsciente", now));
  }

  std::string deposit() {
    fresh_tokens();
    const auto document = stage_->report("Compte rendu", std::to_string(++deposits_));
    const auto answer = hospital_->provide(doctor_.substr(7), wiring::provide_document_bundle(stage_->patient("ruth"), document, document.act_date));
    if (!answer || answer->status != 200) throw std::runtime_error("deposit refused: " + (answer ? answer->body : answer.error().detail));
    std::string location(json::parse(answer->body).at_pointer("/entry/1/response/location").as_string());
    location = location.substr(0, location.find("/_history"));
    return location.substr(location.rfind('/') + 1);
  }

  int ask(http::Client& client, const std::string& method, const std::string& target, const http::Header& as, const std::string& body = {},
          const std::string& type = "application/json") {
    std::vector<http::Header> headers{as, {"Host", stage_->origin().substr(8)}};
    if (method != "GET") headers.emplace_back("Origin", stage_->origin());
    if (!body.empty()) headers.emplace_back("Content-Type", type);
    const auto answer = client.request(method, target, headers, body);
    return answer ? answer->status : 0;
  }
  int as_holder(const std::string& method, const std::string& target, const std::string& body) {
    return ask(*connection_, method, "/api/spaces/moi" + target, {"Cookie", holder_cookie_}, body);
  }
  std::string rpps() const { return stage_->country().professionals.front().rpps; }

  struct Reading {
    std::string target;
    http::Header as;
  };
  // Before the race: the readers may.
  Reading prepare(Kind kind) {
    fresh_tokens();
    if (kind == Kind::mask || kind == Kind::contest) document_ = deposit();
    const bool by_rescuer = kind == Kind::emergency || kind == Kind::mask;
    return {"/fhir/R4/Binary/" + document_, {"Authorization", by_rescuer ? rescuer_ : doctor_}};
  }
  // True once it was acknowledged.
  bool revoke(Kind kind) {
    switch (kind) {
      case Kind::block: return as_holder("POST", "/access/block", fmt::format(R"({{"rpps":"{}"}})", rpps())) == 204;
      case Kind::emergency: return as_holder("PUT", "/access/emergency", R"({"bris_de_glace":false})") == 204;
      case Kind::mask:
        return ask(*connection_, "PATCH", "/fhir/R4/DocumentReference/" + document_, {"Authorization", doctor_},
                   R"([{"op":"add","path":"/securityLabel/-","value":{"coding":[{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"MASQUE_PS"}]}}])",
                   "application/json-patch+json") == 200;
      case Kind::contest: return as_holder("POST", "/documents/" + document_ + "/contest", "{}") == 200;
    }
    return false;
  }
  void restore(Kind kind) {
    bool done = true;
    if (kind == Kind::block) done = as_holder("POST", "/access/unblock", fmt::format(R"({{"rpps":"{}"}})", rpps())) == 204;
    if (kind == Kind::emergency) done = as_holder("PUT", "/access/emergency", R"({"bris_de_glace":true})") == 204;
    if (kind == Kind::contest) document_ = deposit();
    if (!done) throw std::runtime_error("what was revoked could not be given back");
  }

  void race(Kind kind, Counted& counted) {
    const Reading reading = prepare(kind);
    std::atomic<bool> acknowledged{false}, goes_on{true};
    std::atomic<std::int64_t> before{0}, refused{0}, after{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < readers; ++i)
      threads.emplace_back([&] {
        auto client = stage_->connect();
        for (int left = reads_after; left > 0 && goes_on.load();) {
          const bool is_after = acknowledged.load();
          const int status = ask(client, "GET", reading.target, reading.as);
          left -= is_after;
          (status != 200 ? refused : is_after ? after : before).fetch_add(1);
        }
      });
    // So that the act falls somewhere among the reads, never before the first.
    const auto wanted = static_cast<std::int64_t>(readers + dice_() % 9);
    for (auto seen = before.load(); seen < wanted && refused.load() == 0; seen = before.load()) std::this_thread::yield();
    const bool done = revoke(kind);
    acknowledged.store(done);
    goes_on.store(done);
    for (auto& thread : threads) thread.join();
    ++counted.races;
    counted.before += before.load(), counted.refused += refused.load(), counted.after += after.load();
    counted.unacknowledged += !done;
    restore(kind);
  }

  std::mt19937_64 dice_;
  StageOptions options_;
  std::unique_ptr<Stage> stage_;
  std::unique_ptr<http::Client> connection_;
  std::unique_ptr<wiring::DemonstrationClient> hospital_;
  std::string holder_cookie_, document_, doctor_, rescuer_;
  std::int64_t deposits_ = 0;
};

int run(int wanted, std::uint64_t seed) {
  Races races(seed);
  Counted all;
  bool each_served = true;
  std::string kinds;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const auto counted = races.run(static_cast<Kind>(i), std::max(1, wanted * shares[i] / 100));
    fmt::print(stderr, "{}: {} races, {} reads served before, {} refused, {} served after\n", names[i], counted.races, counted.before, counted.refused,
               counted.after);
    each_served = each_served && counted.before > 0 && counted.refused > 0 && counted.unacknowledged == 0;
    all.races += counted.races, all.before += counted.before, all.refused += counted.refused, all.after += counted.after;
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", counted.races, names[i]);
  }
  fmt::print("races: {}, {} served after the acknowledgement ({}; {} reads served before it, {} refused, seed {})\n", all.races, all.after, kinds, all.before,
             all.refused, seed);
  return all.after == 0 && each_served ? 0 : 1;
}

}  // namespace
}  // namespace carnet::proof

int main(int argc, char** argv) {
  int races = 100;
  std::uint64_t seed = 1;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::string_view(argv[1]).size(), races);
  if (argc > 2) std::from_chars(argv[2], argv[2] + std::string_view(argv[2]).size(), seed);
  try {
    return carnet::proof::run(races, seed);
  } catch (const std::exception& error) {
    fmt::print(stderr, "revocation_races: {}\n", error.what());
    return 1;
  }
}
