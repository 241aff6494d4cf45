// Seals as the service makes them, beside a witness that comes and goes.
#include "apps/server/sealing.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "foundation/http/http.hpp"
#include "standards/tlog/witness.hpp"

namespace carnet::server {
namespace {

class Sealed : public ::testing::Test {
 protected:
  // The witness is there before the house, whose log it then follows.
  void SetUp() override {
    http::Site site;
    http::Route route{http::Method::post, "/add-checkpoint", {}, http::Access::anonymous};
    route.handler = [this](http::Exchange& exchange) -> io::Task<kernel::Result<http::Response>> {
      ++asked_;
      if (!answers_) co_return kernel::refuse(kernel::ErrorKind::unavailable, "witness.away");
      auto answer = tlog::judge_checkpoint(exchange.request.body_text(), seen_, house_->seals().log_key(), key_.name, signing_, 1);
      seen_ = answer.seen;
      co_return http::Response::text(answer.media_type, std::move(answer.body), answer.status);
    };
    route.checks_origin = false;
    site.routes.push_back(std::move(route));
    http::Listener listener;
    listener.kind = http::Listener::Kind::plain_loopback;
    listener.sites.push_back(std::move(site));
    http::ServerOptions options;
    options.listeners.push_back(std::move(listener));
    auto started = http::Server::start(std::move(options), clock_, log_, metrics_);
    ASSERT_TRUE(started) << started.error().detail;
    server_ = std::move(*started);
    char name[] = "/tmp/carnet-sealing-XXXXXX";
    directory_ = mkdtemp(name);
    wiring::Config config;
    config.data = directory_ / "data";
    config.root = CARNET_SOURCE_DIR;
    config.log_level = "error";
    config.witnesses.push_back({fmt_url(server_->port(0)), tlog::write_verifier_key(key_), {}});
    wiring::World world;
    world.clock = &clock_;
    world.program_directory = directory_;
    auto house = wiring::House::open(config, world);
    ASSERT_TRUE(house) << house.error().detail;
    house_ = std::move(*house);
  }
  void TearDown() override {
    if (server_) server_->stop();
    house_.reset();
    std::filesystem::remove_all(directory_);
  }
  static std::string fmt_url(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port) + "/add-checkpoint"; }
  bool seal(When when) {
    auto made = io::run(seal_log(*house_, when, sealing_));
    EXPECT_TRUE(made) << made.error().code << " " << made.error().detail;
    return made.value_or(false);
  }
  bool cosigned() { return tlog::cosigned_at(*tlog::read_note(*house_->seals().checkpoint()), key_).has_value(); }

  io::ManualClock clock_{*kernel::parse_rfc3339("2025-03-04T10:00:00Z")};
  io::SeededEntropy entropy_{5};
  crypto::SigningKey signing_ = crypto::SigningKey::generate_ed25519(entropy_);
  tlog::VerifierKey key_ = tlog::verifier_of("witness.example", tlog::SignatureType::cosignature_v1, signing_);
  tlog::Seen seen_;
  std::atomic<bool> answers_{false}, stopping_{false};
  std::atomic<int> asked_{0};
  Sealing sealing_{stopping_};
  observe::Log log_{2, observe::Log::Level::error};
  observe::Metrics metrics_;
  std::filesystem::path directory_;
  std::unique_ptr<wiring::House> house_;
  std::unique_ptr<http::Server> server_;
};

TEST_F(Sealed, AWitnessThatWasAwayIsAskedAgainForTheSameSeal) {
  EXPECT_TRUE(seal(When::due)) << "the first";
  EXPECT_FALSE(cosigned());
  EXPECT_EQ(asked_, 1);
  answers_ = true;
  EXPECT_FALSE(seal(When::due));
  EXPECT_EQ(asked_, 1) << "not at every call";
  clock_.advance(std::chrono::minutes(10));
  EXPECT_FALSE(seal(When::due)) << "no seal more";
  EXPECT_TRUE(cosigned());
  clock_.advance(std::chrono::minutes(10));
  const int before = asked_;
  EXPECT_FALSE(seal(When::due));
  EXPECT_EQ(asked_, before) << "it has cosigned";
}

TEST_F(Sealed, WhoIsStoppedAsksNobody) {
  stopping_ = true;
  EXPECT_TRUE(seal(When::now));
  EXPECT_EQ(asked_, 0);
  house_->seals().stop();
  const auto stopped = io::run(seal_log(*house_, When::now, sealing_));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, "audit.stopping");
}

}  // namespace
}  // namespace carnet::server
