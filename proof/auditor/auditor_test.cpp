// What the auditor says of a house in which people and software did ordinary things, and of the same house when something
// was done that should not have been.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/auditor/auditing.hpp"
#include "foundation/store/testing/postgres_server.hpp"
#include "proof/story/stage.hpp"

namespace carnet::proof {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr std::int64_t day_ms = 86'400'000;
constexpr auto an_hour = std::chrono::hours(1);

class AuditorTest : public testing::TestWithParam<std::string> {
 protected:
  static StageOptions options() {
    StageOptions chosen;
    if (GetParam() == "postgres") {
      auto& server = store::testing::PostgresServer::shared();
      chosen.store_main = "postgres:" + server.create_database();
      chosen.store_journal = "postgres:" + server.create_database();
      chosen.store_keys = "postgres:" + server.create_database();
    }
    return chosen;
  }

  void sign_in(Browser& browser, const wiring::CastMember& who) {
    auto seen = browser.post("/api/sign-in", {{"identifier", who.identifier}, {"password", wiring::demonstration_password}});
    ASSERT_EQ(seen.status, 200) << seen.body;
    seen = browser.post("/api/sign-in/code", {{"one_time_code", browser.newest_code(who.name, seen.text("/sent/channel"))}});
    ASSERT_EQ(seen.status, 200) << seen.body;
  }
  std::string token(wiring::DemonstrationClient& software, std::size_t professional, const std::string& purpose = "normal") {
    auto made = software.token(rpps(professional), purpose, purpose == "bris_de_glace" ? "perte de connaissance" : "", stage.clock().now().ms / 1000);
    EXPECT_TRUE(made) << made.error().code;
    return made.value_or("");
  }
  std::string rpps(std::size_t professional) { return stage.country().professionals[professional].rpps; }
  std::string structure() { return stage.country().structures.front().finess; }
  kernel::PersonId person(std::string_view role) {
    return **stage.house().main().read_now<std::optional<kernel::PersonId>>(
        [&](store::Snapshot& at) { return stage.house().identity().people().find(at, identity::parse_number(stage.cast(role).number)->value); });
  }
  kernel::SpaceId space(std::string_view role) {
    return stage.house().main().read_now<enrollment::Standing>(
        [&, whose = person(role)](store::Snapshot& at) { return stage.house().enrollment().standing(at, whose); })->space;
  }
  void change(const std::function<kernel::Status(store::Tx&)>& act) {
    const auto done = stage.house().main().write_now<void>(act);
    ASSERT_TRUE(done) << done.error().code;
  }
  void declare(std::size_t professional, std::string_view role) {
    change([&, whose = person(role)](store::Tx& tx) {
      return stage.house().access().declare_care_team(tx, whose, rpps(professional), structure(), stage.clock().now(), std::nullopt);
    });
  }

  // What people and software do of a day: deposits, readings in every mode, the holder's own acts, a child's record.
  void ordinary_traffic() {
    auto connection = stage.connect();
    auto software = stage.hospital(connection);
    auto doctor = token(software, 0);
    for (const std::string role : {"ruth", "child"}) {
      const auto patient = stage.patient(role);
      for (int i = 0; i < 3; ++i) {
        stage.clock().advance(std::chrono::seconds(20));
        const auto sent = software.provide(doctor, wiring::provide_document_bundle(patient, stage.report("Compte rendu", std::to_string(++documents)), kernel::to_rfc3339(stage.clock().now())));
        ASSERT_EQ(sent->status, 200) << sent->body;
      }
      read_all(software, doctor, role);
    }
    Browser browser(stage);
    sign_in(browser, stage.cast("ruth"));
    const auto listed = browser.get("/api/spaces/moi/documents");
    ASSERT_EQ(listed.count("/documents"), 3U) << listed.body;
    EXPECT_EQ(browser.get("/api/spaces/moi/documents/" + listed.text("/documents/0/id") + "/content").status, 200);
    EXPECT_EQ(browser.get("/api/spaces/moi/traces").status, 200);
    EXPECT_EQ(browser.get("/api/spaces/moi/access").status, 200);
    Browser parent(stage);
    sign_in(parent, stage.cast("parent"));
    const auto child = parent.get("/api/session").text("/spaces/1/who");
    EXPECT_EQ(parent.get("/api/spaces/" + child + "/documents").count("/documents"), 3U);
    stage.clock().advance(an_hour);
    declare(2, "ruth");
    stage.clock().advance(an_hour);
    read_all(software, token(software, 2), "ruth");
    read_all(software, token(software, 3, "bris_de_glace"), "ruth");
    stage.clock().advance(std::chrono::hours(30));
    read_all(software, token(software, 2), "ruth");
    change([&, whose = person("ruth")](store::Tx& tx) { return stage.house().access().block(tx, whose, rpps(2)); });
    stage.clock().advance(an_hour);
    EXPECT_EQ(software.find_documents(token(software, 2), stage.patient("ruth"))->body.find("DocumentReference/"), std::string::npos) << "blocked";
  }
  void read_all(wiring::DemonstrationClient& software, const std::string& doctor, const std::string& role) {
    stage.clock().advance(std::chrono::seconds(20));
    const auto found = software.find_documents(doctor, stage.patient(role));
    ASSERT_EQ(found->status, 200) << found->body;
    const auto bundle = kernel::json::parse(found->body);
    ASSERT_EQ(bundle.at_pointer("/total").as_int64(), 3) << found->body;
    const std::string url(bundle.at_pointer("/entry/0/resource/content/0/attachment/url").as_string());
    const auto read = software.retrieve(doctor, url.starts_with("http") ? url.substr(stage.origin().size()) : "/fhir/R4/" + url);
    EXPECT_EQ(read->status, 200) << read->body;
  }

  // A trace as code that forgot to ask would leave it.
  std::string plant(std::string_view role, std::size_t professional, audit::Action action = audit::Action::document_read,
                    audit::ActorKind actor = audit::ActorKind::professional) {
    audit::Entry entry;
    entry.space = space(role);
    entry.action = action;
    entry.actor = actor;
    entry.actor_id = rpps(professional);
    entry.profession = "10";
    entry.structure_id = structure();
    entry.reason = "access.care_team";
    auto receipt = stage.house().journal().durable_now(std::move(entry));
    EXPECT_TRUE(receipt);
    return receipt ? receipt->entry_id() : "";
  }

  // Reads beside the house that runs, after it has told what it counted.
  auditor::Report audited(bool tells_who = false) {
    stage.restart();
    wiring::World world;
    world.clock = &stage.clock();
    world.only_reads = true;
    auto house = wiring::House::open(stage.house().config(), world);
    EXPECT_TRUE(house) << house.error().code << " " << house.error().detail;
    auditor::Asked asked;
    asked.tells_who = tells_who;
    asked.period = {StageOptions().start.ms / day_ms, stage.clock().now().ms / day_ms + 1};
    auto report = auditor::review(**house, asked, {});
    EXPECT_TRUE(report) << report.error().code << " " << report.error().detail;
    return report ? std::move(*report) : auditor::Report{};
  }
  static std::map<std::string, std::string> named(const auditor::Report& report) {
    std::map<std::string, std::string> found;
    for (const auto& one : report.findings) found[one.entry_id] = one.reason;
    return found;
  }

  Stage stage{options()};
  int documents = 0;
};

TEST_P(AuditorTest, AHouseInWhichAllIsWellAuditsClean) {
  ordinary_traffic();
  const auto report = audited();
  EXPECT_TRUE(report.clean()) << auditor::to_text(report);
  EXPECT_THAT(report.undecided, IsEmpty()) << auditor::to_text(report);
  EXPECT_GE(report.traces, 40);
  for (const auto* rule : {"access.self", "access.representative", "access.declared_gp", "access.care_team", "access.bris_de_glace", "access.producer"})
    EXPECT_THAT(report.justified, Contains(Pair(rule, ::testing::Gt(0)))) << auditor::to_text(report);
  EXPECT_GT(report.opened, 0);
  EXPECT_EQ(report.opened, report.opening_traces) << "each trace of a reading opened one key: " << auditor::to_text(report);
  EXPECT_GT(report.opened_writing, 0);
}

TEST_P(AuditorTest, EachThingThatShouldNotHaveBeenDoneIsNamed) {
  ordinary_traffic();
  std::map<std::string, std::string> planted;
  planted[plant("ruth", 5)] = "access.no_relation";  // somebody without any tie
  stage.clock().advance(an_hour);
  planted[plant("ruth", 4)] = "access.no_relation";  // an hour before they were declared of the care team
  stage.clock().advance(an_hour);
  declare(4, "ruth");
  stage.clock().advance(an_hour);
  const auto right = plant("ruth", 4);
  planted[plant("ruth", 2)] = "access.blocked";      // after the block
  planted[plant("ruth", 0, audit::Action::documents_listed, audit::ActorKind::operator_)] = "access.states_only";
  stage.clock().advance(an_hour);
  ASSERT_TRUE(io::run(stage.house().enrollment().declare_death(person("ruth"), kernel::date_in(stage.clock().now(), kernel::Zone::paris()))));
  stage.clock().advance(an_hour);
  planted[plant("ruth", 4)] = "access.state_refuses_reading";  // archived
  const auto report = audited();
  EXPECT_EQ(named(report), planted) << auditor::to_text(report);
  for (const auto& [entry, reason] : planted) EXPECT_FALSE(auditor::meaning_of(reason).empty()) << reason;
  EXPECT_THAT(auditor::to_text(report), testing::HasSubstr("accès non justifié : relancez avec --who"));
  EXPECT_FALSE(named(report).contains(right));
  EXPECT_EQ(report.unjustified.at("access.no_relation"), 2);
  EXPECT_FALSE(report.clean());
}

TEST_P(AuditorTest, AKeyOpenedWithoutATraceIsNamedByItsDayAndGroup) {
  ordinary_traffic();
  const auto opened_in = space("ruth");
  const auto today = stage.clock().now().ms / day_ms;
  ASSERT_TRUE(stage.house().key_store().write_now<std::int64_t>([&](store::Tx& tx) {
    return tx.execute("INSERT INTO key_opening (day, part, durable, in_transaction) VALUES ($1, $2, 1, 0)"
                      " ON CONFLICT (day, part) DO UPDATE SET durable = key_opening.durable + 1",
                      {today, keyring::opening_part(opened_in)});
  }));
  const auto report = audited();
  ASSERT_EQ(report.excesses.size(), 1U) << auditor::to_text(report);
  EXPECT_EQ(report.excesses[0].day, today);
  EXPECT_EQ(report.excesses[0].part, keyring::opening_part(opened_in));
  EXPECT_EQ(report.excesses[0].opened, report.excesses[0].traced + 1);
  EXPECT_FALSE(report.clean());
  EXPECT_THAT(report.findings, IsEmpty());
}

TEST_P(AuditorTest, ATraceThatWasChangedIsNamed) {
  ordinary_traffic();
  const auto changed = plant("ruth", 0);
  ASSERT_TRUE(stage.house().journal_store().write_now<std::int64_t>([](store::Tx& tx) {
    return tx.execute("UPDATE trace SET at_ms = at_ms - 60000 WHERE entry_id = (SELECT entry_id FROM trace ORDER BY entry_id DESC LIMIT 1)", {});
  }));
  const auto report = audited();
  EXPECT_THAT(named(report), ::testing::ElementsAre(Pair(changed, "trace.body_unreadable"))) << auditor::to_text(report);
}

TEST_P(AuditorTest, TheReportNamesNobody) {
  ordinary_traffic();
  (void)plant("ruth", 5);
  const auto report = audited();
  const auto said = auditor::to_text(report) + kernel::json::serialize(auditor::to_json(report));
  for (const auto& secret : {stage.cast("ruth").number, stage.cast("ruth").name, rpps(5), std::string("perte de connaissance"), std::string("Compte rendu")})
    EXPECT_EQ(said.find(secret), std::string::npos) << secret;
}

TEST_P(AuditorTest, WhoAsksIsToldWhichProfessionalAndStillNoPerson) {
  ordinary_traffic();
  (void)plant("ruth", 5);
  const auto text = auditor::to_text(audited(true));
  EXPECT_THAT(text, testing::HasSubstr("par professional " + rpps(5) + ", " + structure()));
  for (const auto& secret : {stage.cast("ruth").number, stage.cast("ruth").name, std::string("Compte rendu")})
    EXPECT_EQ(text.find(secret), std::string::npos) << secret;
}

INSTANTIATE_TEST_SUITE_P(Engines, AuditorTest, testing::Values("sqlite", "postgres"), [](const auto& param) { return param.param; });

}  // namespace
}  // namespace carnet::proof
