// The edges that the layers forbid as includes, drawn by the house: what one capability asks another through it.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>

#include "apps/wiring/operations.hpp"
#include "enrollment/testing/enrollment_house.hpp"

namespace carnet::wiring {
namespace {

using enrollment::testing::must;
using enrollment::testing::Someone;
using identity::Caller;
using kernel::PersonId;

class Wired : public ::testing::Test {
 protected:
  Wired() {
    char name[] = "/tmp/carnet-house-XXXXXX";
    directory_ = mkdtemp(name);
    Config config;
    config.data = directory_ / "data";
    config.root = CARNET_SOURCE_DIR;
    config.log_level = "error";
    World world;
    world.clock = &clock_;
    world.program_directory = directory_;
    house_ = must(House::open(config, world));
  }
  ~Wired() override {
    house_.reset();
    std::filesystem::remove_all(directory_);
  }
  PersonId open(const Someone& one) {
    const auto csv = directory_ / "register.csv";
    std::ofstream(csv, std::ios::binary) << enrollment::testing::register_csv({one});
    must(io::run(house_->identity().people().import(csv, csv.string() + ".aside", {})));
    const auto found = must(house_->main().read_now<std::optional<PersonId>>(
        [&](store::Snapshot& at) { return house_->identity().people().find(at, one.number()); }));
    must(io::run(house_->enrollment().open_in_person(found.value())));
    return found.value();
  }
  template <class Fn>
  void write(Fn fn) {
    must(house_->main().write_now<void>([&](store::Tx& tx) -> kernel::Status { return fn(tx); }));
  }
  static Caller person(PersonId id) {
    Caller caller;
    caller.person = id;
    caller.name = "Nadia Martin";
    caller.session = "session";
    return caller;
  }
  json::array spaces(PersonId of) {
    return must(house_->main().read_now<json::array>([&](store::Snapshot& at) { return house_->access().spaces_of(at, of); }));
  }
  std::string operate(std::string_view name, const Someone& on) {
    const auto done = io::run(operations().find(name)->second(*house_, {{"number", on.number()}, {"reason", "pièce vue"}},
                                                              std::make_shared<Progress>()));
    return done ? std::string() : done.error().code;
  }

  std::filesystem::path directory_;
  io::ManualClock clock_{*kernel::parse_rfc3339("2025-03-04T10:00:00Z")};
  std::unique_ptr<House> house_;
};

TEST_F(Wired, TheSpacesOfGuardiansAndCarersAreListed) {
  const auto nadia = open({.n = 1});
  const auto paul = open({.n = 2});
  const auto marc = open({.n = 3});
  EXPECT_EQ(spaces(paul).size(), 1U);
  write([&](store::Tx& tx) {
    return house_->access().add_carer(tx, nadia, paul, access::class_bit("10"), clock_.now().plus(std::chrono::hours(240)), nadia);
  });
  write([&](store::Tx& tx) {
    return house_->access().record_guardian(tx, nadia, marc, access::Access::Guardianship::representation, std::nullopt);
  });
  const auto who = house_->identity().people().opaque(nadia);
  for (const auto& [by, relation] : {std::pair(paul, "carer"), std::pair(marc, "guardian")}) {
    const auto listed = spaces(by);
    ASSERT_EQ(listed.size(), 2U) << relation;
    EXPECT_EQ(listed[0].as_object().at("relation"), "self");
    EXPECT_EQ(listed[1].as_object().at("relation"), relation);
    EXPECT_EQ(listed[1].as_object().at("who").as_string(), who);
  }
  EXPECT_EQ(spaces(nadia).size(), 1U);
  clock_.advance(std::chrono::hours(241));
  EXPECT_EQ(spaces(paul).size(), 1U) << "the delegation has ended";
  EXPECT_EQ(operate("space.freeze", {.n = 1}), "");
  EXPECT_EQ(spaces(marc).size(), 1U) << "frozen";
}

TEST_F(Wired, ACC_16_NoSessionClosesWhatIsFrozenAndTheDeskLiftsIt) {
  const Someone one{.n = 1, .email = "nadia@courriel.example"};
  const auto nadia = open(one);
  const auto close = [&] {
    const auto done = io::run(house_->enrollment().close(person(nadia), nadia));
    return done ? std::string() : done.error().code;
  };
  EXPECT_EQ(operate("space.unfreeze", one), "access.not_frozen");
  EXPECT_EQ(operate("space.freeze", one), "");
  EXPECT_EQ(close(), "access.frozen");
  EXPECT_EQ(operate("space.unfreeze", one), "");
  EXPECT_EQ(close(), "");
}

// What the desk hands over says where it is typed, and until when: that, and no longer, is what holds.
TEST_F(Wired, TheDeskSaysWhereACodeIsTypedAndUntilWhen) {
  const Someone one{.n = 1, .email = "nadia@courriel.example"};
  const auto nadia = open(one);
  const auto recover = [&](std::string_view second) {
    return io::run(operations().find("account.recover")->second(
        *house_, {{"number", one.number()}, {"agent", "a. petit"}, {"second_agent", second}, {"document", "carte d'identité"}},
        std::make_shared<Progress>()));
  };
  EXPECT_EQ(recover("b. grand").error().code, "identity.no_account");
  const auto hash = must(io::run(house_->identity().prepare_password("nadia.martin", kernel::SecretBytes("un long mot de passe"))));
  write([&](store::Tx& tx) {
    return house_->identity().create_account(tx, nadia, "nadia.martin", hash, {notices::Channel::email, one.email});
  });
  EXPECT_EQ(recover("a. petit").error().code, "identity.second_agent");
  const auto given = must(recover("b. grand"));
  EXPECT_FALSE(given.at("code").as_string().empty());
  EXPECT_TRUE(std::string_view(given.at("type_it_at").as_string()).ends_with("/connexion/oubli"));
  const auto hours = house_->parameters().integer("identity.desk_code_hours", kernel::date_in(clock_.now(), kernel::Zone::paris()));
  EXPECT_EQ(given.at("valid_until").as_string(), kernel::to_rfc3339(clock_.now().plus(std::chrono::hours(hours))));
}

}  // namespace
}  // namespace carnet::wiring
