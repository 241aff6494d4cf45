// The desk: what is asked, reported, confirmed and counted, on every engine and through its own routes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foundation/kernel/json.hpp"
#include "foundation/store/testing/store_case.hpp"
#include "vigilance/desk_state.hpp"
#include "vigilance/exercise.hpp"

namespace carnet::vigilance {
namespace {

namespace json = kernel::json;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string lure =
    "Assurance Maladie : votre carte Vitale expire. Remplissez le formulaire : https://ameli-carte-vitale-renouvellement.example.net/fr";

struct Reader final : http::Principal {
  explicit Reader(std::optional<kernel::PersonId> reader) : id(reader) {}
  std::optional<kernel::PersonId> id;
};

class DeskTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    store_ = std::move(*store::Store::open(case_->location(), case_->options()));
    auto migrations = notices::Notices::migrations();
    for (auto& one : Desk::migrations()) migrations.push_back(std::move(one));
    ASSERT_TRUE(store_->migrate(migrations));
    auto desk = Desk::open(*store_, master_, std::filesystem::path(CARNET_SOURCE_DIR) / "rules" / "vigilance", Trust::any, clock_, entropy_, pool_);
    ASSERT_TRUE(desk) << desk.error().code;
    desk_ = std::move(*desk);
  }
  kernel::Result<http::Response> call(http::Method method, const std::string& path, const std::string& body, const std::string& peer = "192.0.2.1",
                                      std::shared_ptr<const http::Principal> who = nullptr) {
    http::Request request;
    request.method = method;
    request.path = path;
    request.body = kernel::to_bytes(body);
    request.peer = peer;
    for (const auto& route : desk_->routes()) {
      http::Exchange exchange{request, {}, who};
      const auto brace = route.path_template.find('{');
      const bool exact = brace == std::string::npos && route.path_template == path;
      const bool below = brace != std::string::npos && path.starts_with(route.path_template.substr(0, brace));
      if (route.method != method || (!exact && !below)) continue;
      if (below) exchange.path_parameters.emplace_back("id", path.substr(brace));
      return io::run(route.handler(exchange));
    }
    return kernel::refuse(kernel::ErrorKind::not_found, "no_route");
  }
  json::object post(const std::string& path, const json::object& body, const std::string& peer = "192.0.2.1") {
    const auto answer = call(http::Method::post, path, json::serialize(body), peer);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().code);
    return answer ? json::parse(answer->body).as_object() : json::object{};
  }
  std::string verdict_of(const std::string& text, const std::string& peer = "192.0.2.1") {
    return std::string(post("/api/vigilance/check", {{"text", text}}, peer).at("verdict").as_string());
  }

  std::unique_ptr<store::testing::StoreCase> case_ = store::testing::StoreCase::make(GetParam());
  kernel::SecretBytes master_{kernel::Bytes(32, 5)};
  io::SeededEntropy entropy_{4};
  io::ManualClock clock_{kernel::Instant{1'795'000'000'000}};
  io::Pool pool_{2, 64};
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Desk> desk_;
};

INSTANTIATE_TEST_SUITE_P(Engines, DeskTest, ::testing::ValuesIn(store::testing::store_cases()), [](const auto& info) { return info.param; });

TEST_P(DeskTest, ALureIsToldWithItsWordsAndTheirPlaces) {
  const auto told = post("/api/vigilance/check", {{"text", "é " + lure}});
  EXPECT_EQ(told.at("verdict"), "scam");
  EXPECT_THAT(std::string(told.at("says").at("verdict").as_string()), HasSubstr("C'est une arnaque"));
  const auto& marks = told.at("reasons").at(0).at("marks").as_array();
  ASSERT_FALSE(marks.empty());
  const auto shown = std::string(told.at("shown").as_string());
  const auto begin = static_cast<std::size_t>(marks[0].at(0).as_int64()), end = static_cast<std::size_t>(marks[0].at(1).as_int64());
  EXPECT_THAT(shown.substr(begin + 1, end - begin), HasSubstr("renouvellement")) << "one accent before: bytes are one more than units";
  EXPECT_EQ(told.at("coarse"), false);
}

// VIG-1. A crook has letters of his own, with true references; and one may have been left in a hall.
TEST_P(DeskTest, AReferenceProvesOnlyToWhomItWasSentAndUnderItsOwnWords) {
  notices::Settings settings;
  settings.demonstration = true;
  settings.messages = std::filesystem::path(CARNET_SOURCE_DIR) / "web" / "messages";
  settings.mail_from_default = "info@caisse.example";
  auto outbox = std::move(*notices::Notices::open(*store_, crypto::Sealer(master_, "notices", entropy_), std::move(settings), clock_, entropy_, pool_));
  desk_->check_notices_with(*outbox, [](const http::Principal& who) { return dynamic_cast<const Reader&>(who).id; });
  const auto sent_to = [&](std::int64_t person) {
    notices::Notice notice{notices::Template::space_reopened, notices::Channel::sms, {}};
    notice.to.person = notice.to.addressee = kernel::PersonId(person);
    notice.to.name = "Nadia Martin";
    notice.to.address = "+33600000000";
    std::function<kernel::Result<std::string>(store::Tx&)> send = [&](store::Tx& tx) { return outbox->enqueue(tx, notice); };
    const auto reference = store_->write_now<std::string>(send);
    EXPECT_TRUE(reference && io::run(outbox->deliver_due()));
    return "Mon espace santé : votre espace est rouvert. Si ce n’est pas vous : 3422. Réf. " + reference.value_or("");
  };
  const auto text = sent_to(7), crooks_own = sent_to(13);
  const auto verdict = [&](const std::string& pasted, std::shared_ptr<const http::Principal> who) {
    const auto answer = call(http::Method::post, "/api/vigilance/check-notice", json::serialize(json::object{{"text", pasted}}), "192.0.2.1", std::move(who));
    const auto told = answer ? json::parse(answer->body).as_object() : json::object{};
    return told.contains("verdict") ? std::string(told.at("verdict").as_string()) + " " + std::string(told.at("reasons").at(0).at("sign").as_string()) : "none";
  };
  const auto nadia = std::make_shared<const Reader>(kernel::PersonId(7)), crook = std::make_shared<const Reader>(kernel::PersonId(13)), software = std::make_shared<const Reader>(std::nullopt);
  ASSERT_EQ(verdict(text, nadia), "official reference_bound");
  EXPECT_EQ(verdict("\n" + text + " \n", nadia), "official reference_bound");
  EXPECT_EQ(verdict(text, nullptr), "unknown reference_printed") << "without a session";
  EXPECT_EQ(verdict(text, software), "unknown reference_printed");
  EXPECT_EQ(verdict(text, crook), "unknown reference_unconfirmed") << "copied";
  EXPECT_EQ(verdict(crooks_own, nadia), "unknown reference_unconfirmed") << "true, and another's";
  EXPECT_EQ(verdict("Votre espace est rouvert. Une question : 3422. Réf. " + text.substr(text.size() - 9), nadia), "unknown reference_unconfirmed") << "his own words";
  EXPECT_EQ(verdict(text + " Rappelez-nous.", nadia), "unknown reference_unconfirmed") << "something added";
  EXPECT_THAT(verdict(lure + " Réf. " + text.substr(text.size() - 9), nadia), HasSubstr("scam"));
  EXPECT_EQ(verdict_of(text), "unknown") << "who asks without a session is asked for none";
}

TEST_P(DeskTest, WhatCannotBeCheckedSaysWhere) {
  for (const auto& [body, path] : std::vector<std::pair<std::string, std::string>>{
           {"{}", "/text"}, {R"({"eml":"***"})", "/eml"}, {R"({"text":3})", "/text"}, {R"({"kind":"fax","text":"a"})", "/kind"}}) {
    const auto answer = call(http::Method::post, path == "/kind" ? "/api/vigilance/report" : "/api/vigilance/check", body);
    ASSERT_FALSE(answer) << body;
    ASSERT_FALSE(answer.error().issues.empty()) << body;
    EXPECT_EQ(answer.error().issues[0].path, path) << body;
  }
  EXPECT_FALSE(call(http::Method::post, "/api/vigilance/check", "not json"));
}

TEST_P(DeskTest, VIG_8_APictureNeedsItsReader) {
  const auto without = call(http::Method::post, "/api/vigilance/check-image", "\x89PNG");
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, "vigilance.no_reader");
  desk_->read_pictures_with("/bin/true");
  const auto mute = call(http::Method::post, "/api/vigilance/check-image", "\x89PNG");
  ASSERT_FALSE(mute);
  EXPECT_EQ(mute.error().kind, kernel::ErrorKind::fault) << "a reader that answers nothing is no reader";
  const auto large = call(http::Method::post, "/api/vigilance/check-image", std::string(max_picture_bytes + 1, 'a'));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().issues.at(0).code, "picture.size");
}

TEST_P(DeskTest, VIG_7_AnAnswerByMailIsClaimedOnceAndForgottenInDays) {
  const auto claim = [&](std::string_view print) {
    return *store_->write_now<bool>([&](store::Tx& tx) { return rows::claim_answer(tx, print, "who", clock_.now()); });
  };
  const auto answered = [&] {
    return *store_->read_now<std::int64_t>([&](store::Snapshot& at) { return rows::answers_since(at, "who", clock_.now().plus(-std::chrono::hours(100))); });
  };
  EXPECT_TRUE(claim("a"));
  EXPECT_FALSE(claim("a"));
  EXPECT_TRUE(claim("b"));
  ASSERT_TRUE(store_->write_now<void>([](store::Tx& tx) { return rows::release_answer(tx, "b"); }));
  EXPECT_TRUE(claim("b")) << "given back";
  EXPECT_EQ(answered(), 2);
  clock_.advance(std::chrono::hours(73));
  ASSERT_TRUE(desk_->sweep());
  EXPECT_EQ(answered(), 0);
}

TEST_P(DeskTest, TicksAloneAreJudged) {
  const auto told = post("/api/vigilance/check", {{"ticks", json::object{{"health_card", true}, {"payment", true}, {"link", true}}}});
  EXPECT_NE(told.at("verdict"), "official");
  EXPECT_NE(told.at("verdict"), "unknown");
}

TEST_P(DeskTest, WhoAsksOftenHearsVerdictsAndNoMore) {
  for (int i = 0; i < 20; ++i) EXPECT_EQ(post("/api/vigilance/check", {{"text", lure}}).at("coarse"), false) << i;
  const auto told = post("/api/vigilance/check", {{"text", lure}});
  EXPECT_EQ(told.at("coarse"), true);
  EXPECT_EQ(told.at("verdict"), "scam");
  EXPECT_EQ(told.at("shown"), "");
  for (const auto& reason : told.at("reasons").as_array()) {
    EXPECT_TRUE(reason.at("marks").as_array().empty());
    EXPECT_EQ(reason.as_object().if_contains("subject"), nullptr);
  }
  EXPECT_EQ(post("/api/vigilance/check", {{"text", lure}}, "192.0.2.9").at("coarse"), false);
  clock_.advance(std::chrono::minutes(11));
  EXPECT_EQ(post("/api/vigilance/check", {{"text", lure}}).at("coarse"), false);
}

TEST_P(DeskTest, AReportNamesNobodyAndSaysWhatToDo) {
  const auto told = post("/api/vigilance/report", {{"kind", "sms"}, {"sender", "+33700000001"},
                                                    {"text", "Bonjour Nadia Martin, n° 2 55 08 14 168 025 38. " + lure}, {"lost_money", true}});
  EXPECT_EQ(told.at("reference").as_string().size(), 8U);
  std::vector<std::string> codes;
  for (const auto& step : told.at("steps").as_array()) codes.emplace_back(step.at("code").as_string());
  EXPECT_THAT(codes, ::testing::ElementsAre("do_not_answer", "forward_sms", "report_link", "complaint", "tell_help", "delete_message"));
  const auto& sends = told.at("steps").at(1).at("send").as_array();
  ASSERT_EQ(sends.size(), 2U) << "33700 takes the text, then the number";
  EXPECT_EQ(sends[0].at("to"), "33700");
  const std::string text(sends[0].at("text").as_string());
  EXPECT_THAT(text, Not(HasSubstr("Nadia")));
  EXPECT_THAT(text, Not(HasSubstr("168")));
  EXPECT_THAT(text, HasSubstr("ameli-carte-vitale-renouvellement.example.net"));
  EXPECT_EQ(sends[1].at("text"), "+33700000001");
  const auto queue = *desk_->queue(10);
  ASSERT_EQ(queue.size(), 1U);
  const auto texts = *desk_->texts_of(queue[0].id);
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_THAT(texts[0], Not(HasSubstr("Nadia")));
}

TEST_P(DeskTest, LikeGoesWithLikeAndAConfirmedCampaignProtectsAtOnce) {
  const std::string plain = "Bonjour, la mutuelle des Tilleuls vous offre un cadeau ce mois ci, repondez vite a ce message pour le recevoir chez vous avant dimanche";
  for (int i = 0; i < 3; ++i) post("/api/vigilance/report", {{"kind", "sms"}, {"text", plain + std::string(static_cast<std::size_t>(i), '!')}});
  post("/api/vigilance/report", {{"kind", "sms"}, {"text", lure}});
  const auto queue = *desk_->queue(10);
  ASSERT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue[0].reports, 3) << "most reported first";
  const auto before = verdict_of(plain);
  EXPECT_NE(before, "scam");
  ASSERT_TRUE(desk_->confirm(queue[0].id, "cadeau-2026-11"));
  EXPECT_EQ(verdict_of(plain), "scam");
  EXPECT_EQ(desk_->queue(10)->size(), 1U);
  ASSERT_TRUE(desk_->dismiss(queue[0].id));
  EXPECT_EQ(verdict_of(plain), before);
  EXPECT_EQ(desk_->confirm(99, "x").error().code, "vigilance.no_group");
  EXPECT_EQ(desk_->confirm(queue[0].id, "").error().code, "vigilance.name");
}

TEST_P(DeskTest, TextsLiveForHoursAndNothingLiesInClear) {
  post("/api/vigilance/report", {{"kind", "sms"}, {"text", lure}});
  const auto group = desk_->queue(1)->at(0).id;
  ASSERT_TRUE(store_->read_now<void>([](store::Snapshot& at) -> kernel::Status {
    return at.query("SELECT sealed FROM report", {}, [](const store::Row& row) {
      EXPECT_THAT(std::string(kernel::as_text(row.blob(0))), Not(HasSubstr("Vitale")));
      return true;
    });
  }));
  clock_.advance(std::chrono::hours(71));
  EXPECT_EQ(desk_->texts_of(group)->size(), 1U);
  clock_.advance(std::chrono::hours(2));
  EXPECT_TRUE(desk_->texts_of(group)->empty()) << "before the sweep as well";
  ASSERT_TRUE(desk_->sweep());
  std::int64_t left = -1;
  ASSERT_TRUE(store_->read_now<void>([&](store::Snapshot& at) -> kernel::Status {
    return at.query("SELECT COUNT(*) FROM report", {}, [&](const store::Row& row) {
      left = row.integer(0);
      return true;
    });
  }));
  EXPECT_EQ(left, 0);
}

TEST_P(DeskTest, TheRadarTellsNoSmallFigure) {
  const auto weeks = [&] { return json::parse(call(http::Method::get, "/api/vigilance/radar", "")->body).at("weeks").as_array(); };
  for (int i = 0; i < 19; ++i) post("/api/vigilance/report", {{"kind", "sms"}, {"text", lure}});
  EXPECT_TRUE(weeks().empty());
  post("/api/vigilance/report", {{"kind", "sms"}, {"text", lure}});
  ASSERT_EQ(weeks().size(), 1U);
  EXPECT_EQ(weeks()[0].at("kinds").at(0).at("kind"), "health");
  EXPECT_EQ(weeks()[0].at("kinds").at(0).at("count"), 20);
}

TEST_P(DeskTest, AVictimHearsTheBankFirst) {
  const auto told = post("/api/vigilance/victim", {{"gave", json::array{"card", "password", "unheard-of"}}});
  const auto& steps = told.at("steps").as_array();
  EXPECT_EQ(steps[0].at("code"), "call_bank");
  EXPECT_EQ(steps[1].at("code"), "second_call");
  EXPECT_EQ(steps.back().at("code"), "tell_help");
}

TEST_P(DeskTest, TheExerciseAndTheEngineAgree) {
  const auto messages = json::parse(call(http::Method::get, "/api/vigilance/exercise", "")->body).at("messages").as_array();
  EXPECT_EQ(messages.size(), 8U);
  for (const auto& one : lessons()) {
    const auto told = post("/api/vigilance/exercise/" + std::string(one.id), {{"answer", one.scam ? "scam" : "not_scam"}}, std::string(one.id));
    EXPECT_EQ(told.at("right"), true) << one.id;
    const std::string verdict(told.at("checked").at("verdict").as_string());
    EXPECT_EQ(verdict == "scam" || verdict == "suspicious", one.scam) << one.id << " " << verdict;
  }
  EXPECT_FALSE(call(http::Method::post, "/api/vigilance/exercise/none", R"({"answer":"scam"})"));
  EXPECT_FALSE(call(http::Method::post, "/api/vigilance/exercise/vitale", R"({"answer":"perhaps"})"));
}

TEST(Redaction, WhatNamesAReporterGoesAndEvidenceStays) {
  EXPECT_EQ(redacted("Bonjour Nadia MARTIN, voici"), "Bonjour [nom], voici");
  EXPECT_EQ(redacted("Cher M. Dupont-Moreau bonjour"), "Cher [nom] bonjour");
  EXPECT_EQ(redacted("carte 4970 1000 0000 0154 svp"), "carte [carte] svp");
  EXPECT_EQ(redacted("n 2 55 08 14 168 025 38."), "n [numéro].");
  EXPECT_EQ(redacted("IBAN FR76 3000 6000 0112 3456 7890 189 merci"), "IBAN [compte] merci");
  EXPECT_EQ(redacted("appelez le 06 12 34 56 78"), "appelez le 06 12 34 56 78");
  EXPECT_EQ(redacted("https://a.example/1234?x=2"), "https://a.example/1234?x=2");
  EXPECT_EQ(redacted("Madame, Monsieur, votre"), "Madame, Monsieur, votre");
  EXPECT_EQ(redacted(""), "");
}

TEST(Weeks, AreThoseOfIso8601) {
  EXPECT_EQ(iso_week({2026, 11, 22}), "2026-W47");
  EXPECT_EQ(iso_week({2027, 1, 1}), "2026-W53");
  EXPECT_EQ(iso_week({2024, 12, 30}), "2025-W01");
  EXPECT_EQ(iso_week({2026, 1, 1}), "2026-W01");
}

}  // namespace
}  // namespace carnet::vigilance
