// Alerts (ACC-22, ACC-23) on both engines: who is told, when, by what; across crashes; and nothing by what is hidden.
#include "access/alerts.hpp"

#include "access/testing/access_case.hpp"

namespace carnet::access {
namespace {

using namespace testing;
using When = AlertChoice::When;

Instant at(std::string_view text) { return *kernel::parse_rfc3339(text); }

TEST(AlertRules, WhenEachIsTold) {
  const AlertTimes paris{10, kernel::Zone::paris()};
  const auto tuesday = at("2025-03-04T10:00:00Z");
  EXPECT_EQ(alert_due(When::each, tuesday, paris), at("2025-03-04T10:10:00Z"));
  EXPECT_EQ(alert_due(When::unusual, tuesday, paris), at("2025-03-04T10:10:00Z"));
  EXPECT_EQ(alert_due(When::daily, tuesday, paris), at("2025-03-05T07:00:00Z"));
  EXPECT_EQ(alert_due(When::daily, at("2025-03-04T23:30:00Z"), paris), at("2025-03-06T07:00:00Z")) << "a day of Paris";
  EXPECT_EQ(alert_due(When::weekly, tuesday, paris), at("2025-03-10T07:00:00Z"));
  EXPECT_EQ(alert_due(When::weekly, at("2025-03-10T10:00:00Z"), paris), at("2025-03-17T07:00:00Z"));
  EXPECT_EQ(alert_due(When::weekly, at("2025-03-28T10:00:00Z"), paris), at("2025-03-31T06:00:00Z")) << "summer time";
}

TEST(AlertRules, WhatMakesALine) {
  using enum audit::ActorKind;
  const auto seen = [](audit::ActorKind by, audit::Mode mode, bool first, bool many) { return Seen{"x", by, mode, first, many}; };
  const auto normal = audit::Mode::normal, urgent = audit::Mode::bris_de_glace;
  EXPECT_EQ(line_of(seen(professional, normal, false, false), When::unusual), std::nullopt);
  EXPECT_EQ(line_of(seen(professional, normal, true, false), When::unusual), LineKind::first);
  EXPECT_EQ(line_of(seen(professional, urgent, true, false), When::unusual), std::nullopt) << "an emergency has its own message";
  EXPECT_EQ(line_of(seen(professional, normal, false, true), When::unusual), LineKind::many);
  EXPECT_EQ(line_of(seen(carer, normal, true, false), When::unusual), std::nullopt) << "the holder sent them";
  EXPECT_EQ(line_of(seen(carer, normal, true, false), When::each), LineKind::read);
  EXPECT_EQ(line_of(seen(professional, urgent, false, false), When::daily), LineKind::emergency);
  EXPECT_EQ(line_of(seen(professional, normal, false, true), When::weekly), LineKind::many);
  EXPECT_EQ(line_of(seen(professional, normal, true, true), When::none), std::nullopt);
}

TEST(AlertRules, AChoiceIsReadAsItWasWritten) {
  for (const auto when : {When::unusual, When::each, When::daily, When::weekly, When::none})
    for (const auto* channel : {"email", "sms", "letter"}) {
      const auto choice = alert_choice_of(code_of(when), channel);
      ASSERT_TRUE(choice);
      EXPECT_EQ(text_of(*choice), std::string(code_of(when)) + "/" + channel);
    }
  EXPECT_FALSE(alert_choice_of("hourly", "email"));
  EXPECT_FALSE(alert_choice_of("each", "voice"));
}

class Alerts : public AccessCase {
 protected:
  Alerts() { house_.set_clock("2025-03-04T10:00:00Z"); }

  // A trace as the door makes it, whether or not the rules would let them in today.
  void access(PersonId space, std::string_view rpps, audit::Action action = audit::Action::document_read,
              audit::Lane lane = audit::Lane::ordinary, audit::Mode mode = audit::Mode::normal) {
    audit::Entry entry;
    entry.space = house_.standing(space).space;
    entry.action = action;
    entry.lane = lane;
    entry.mode = mode;
    entry.actor = audit::ActorKind::professional;
    entry.actor_id = rpps;
    entry.item = "d1";
    entry.item_title = "Sérologie";
    leave(std::move(entry));
  }
  void access_by(PersonId space, PersonId by, audit::ActorKind kind) {
    audit::Entry entry;
    entry.space = house_.standing(space).space;
    entry.action = audit::Action::documents_listed;
    entry.actor = kind;
    entry.actor_id = house_.identity().people().opaque(by);
    leave(std::move(entry));
  }
  void leave(audit::Entry entry) { ASSERT_TRUE(house_.journal().durable_now(std::move(entry))); }
  void choose(PersonId by, std::string_view choice, std::string_view channel = "email", std::string path = "/api/spaces/moi/access") {
    const auto chosen = call(http::Method::put, path + "/alerts", {{"choice", choice}, {"channel", channel}}, person(by));
    ASSERT_EQ(chosen.status, 204) << chosen.body;
  }
  // As the worker does: on, while there is more.
  void tick() {
    while (must(io::run(access_->tell_alerts())).more) {
    }
  }
  void wait(std::chrono::minutes time) {
    tick();
    house_.clock().advance(time);
    tick();
  }
  // The lines of each message, in order of sending.
  std::vector<std::string> lines() {
    std::vector<std::string> found;
    for (const auto& one : told()) {
      if (one.subject != "Un dossier a été consulté") continue;
      const auto begin = one.text.find("\n\n", one.text.find("Dossier : ")) + 2;
      found.push_back(one.channel == "sms" ? "sms" : one.text.substr(begin, one.text.find("\n\n", begin) - begin));
      EXPECT_EQ(one.text.find("Sérologie"), std::string::npos);
    }
    return found;
  }
  std::vector<Message> seen_messages_;
  json::object chosen(PersonId by, std::string path = "/api/spaces/moi/access") {
    return body(call(http::Method::get, path + "/alerts", {}, person(by)));
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Alerts, ::testing::ValuesIn(store::testing::store_cases()));

using Strings = std::vector<std::string>;
using namespace std::chrono_literals;

TEST_P(Alerts, ACC_22_ByDefaultAStrangerIsToldOnceAndTheHolderNever) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  told();
  access_by(nadia, nadia, audit::ActorKind::holder);
  access(nadia, doctor);
  access(nadia, doctor, audit::Action::document_deposited);
  tick();
  EXPECT_TRUE(lines().empty()) << "gathered for some minutes";
  house_.clock().advance(10min);
  tick();
  EXPECT_EQ(lines(), (Strings{"mardi 4 mars 2025 : Dr Lina Benali, pour la première fois"}));
  access(nadia, doctor);
  wait(24h);
  EXPECT_TRUE(lines().empty()) << "known from now on";
  access(nadia, other);
  wait(10min);
  EXPECT_EQ(lines(), (Strings{"mercredi 5 mars 2025 : Dr Paul Roche, pour la première fois"}));
}

TEST_P(Alerts, ACC_22_ManyAccessesInADayAreUnusual) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  access(nadia, doctor);
  wait(10min);
  told();
  const auto many = parameters_.integer("access.alert_reads_per_day", {2025, 3, 4});
  for (std::int64_t i = 2; i < many; ++i) access(nadia, doctor);
  wait(10min);
  EXPECT_TRUE(lines().empty());
  for (int i = 0; i < 3; ++i) access(nadia, doctor);
  wait(10min);
  EXPECT_EQ(lines(), (Strings{fmt::format("mardi 4 mars 2025 : Dr Lina Benali, {} fois dans la journée, ce qui est inhabituel", many)}));
}

TEST_P(Alerts, ACC_22_EachIsFoldedByPersonAndDay) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  const auto paul = open({.n = 2});
  choose(nadia, "each");
  access(nadia, doctor);
  wait(10min);
  told();
  house_.clock().advance(24h);
  access(nadia, doctor);
  access(nadia, doctor);
  access_by(nadia, paul, audit::ActorKind::carer);
  wait(10min);
  EXPECT_EQ(lines(), (Strings{"mercredi 5 mars 2025 : Dr Lina Benali, 2 fois\nmercredi 5 mars 2025 : " + name_of(2)}));
  access(nadia, doctor);
  wait(10min);
  EXPECT_TRUE(lines().empty()) << "that person, that day";
  access(nadia, doctor, audit::Action::document_read, audit::Lane::ordinary, audit::Mode::centre_15);
  wait(10min);
  EXPECT_EQ(lines(), (Strings{"mercredi 5 mars 2025 : Dr Lina Benali, en urgence"})) << "what is graver is said";
  house_.clock().advance(24h);
  access(nadia, doctor);
  wait(10min);
  EXPECT_EQ(lines(), (Strings{"jeudi 6 mars 2025 : Dr Lina Benali"}));
}

TEST_P(Alerts, ACC_22_DigestsLeaveInTheMorning) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  const auto paul = open({.n = 2, .email = "paul@courriel.example"});
  choose(nadia, "daily");
  choose(paul, "weekly");
  for (const auto one : {nadia, paul}) access(one, doctor);
  told();
  wait(20h);
  EXPECT_TRUE(lines().empty());
  for (const auto one : {nadia, paul}) access(one, doctor);
  wait(1h);
  EXPECT_EQ(lines(), (Strings{"mardi 4 mars 2025 : Dr Lina Benali, pour la première fois\nmercredi 5 mars 2025 : Dr Lina Benali"}));
  house_.set_clock("2025-03-10T06:59:00Z");
  tick();
  EXPECT_EQ(lines(), (Strings{})) << "the next day's of the first: told before";
  house_.set_clock("2025-03-10T07:00:00Z");
  tick();
  EXPECT_EQ(lines(), (Strings{"mardi 4 mars 2025 : Dr Lina Benali, pour la première fois\nmercredi 5 mars 2025 : Dr Lina Benali"}));
}

TEST_P(Alerts, ACC_22_LettersLeaveMonthlyAtMost) {
  const auto nadia = open({.n = 1});
  EXPECT_EQ(chosen(nadia).at("channel"), "letter");
  choose(nadia, "each", "letter");
  access(nadia, doctor);
  told();
  wait(10min);
  EXPECT_EQ(lines().size(), 1U);
  for (int day = 0; day < 12; ++day) {
    house_.clock().advance(24h);
    access(nadia, doctor);
    tick();
  }
  house_.set_clock("2025-04-04T05:59:00Z");
  tick();
  EXPECT_TRUE(lines().empty());
  house_.set_clock("2025-04-04T06:00:00Z");
  tick();
  const auto letter = lines();
  ASSERT_EQ(letter.size(), 1U);
  EXPECT_EQ(std::ranges::count(letter[0], '\n'), 7);
  EXPECT_TRUE(letter[0].ends_with("\nEt d’autres accès (5)")) << letter[0];
}

TEST_P(Alerts, ACC_22_TheChoiceIsKeptAndOfThoseWhoMayMakeIt) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example", .phone = "+33612345678"});
  const auto paul = open({.n = 2});
  const auto body = chosen(nadia);
  EXPECT_EQ(body.at("choice"), "unusual");
  EXPECT_EQ(body.at("channel"), "email");
  EXPECT_EQ(body.at("channels"), (json::array{"email", "sms", "letter"}));
  choose(nadia, "none", "sms");
  choose(nadia, "each", "sms");
  EXPECT_EQ(chosen(nadia).at("choice"), "each");
  EXPECT_EQ(chosen(nadia).at("channel"), "sms");
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM access_version WHERE kind = 30"), 2) << "nothing is overwritten";
  const auto refused = [&](const json::object& given, PersonId by, const std::string& path) {
    return code(call(http::Method::put, path + "/alerts", given, person(by)));
  };
  EXPECT_EQ(refused({{"choice", "hourly"}, {"channel", "sms"}}, nadia, "/api/spaces/moi/access"), "access.alerts");
  EXPECT_EQ(refused({{"choice", "each"}, {"channel", "sms"}}, paul, "/api/spaces/moi/access"), "access.channel");
  const auto until = house_.clock().now().plus(240h);
  write([&](store::Tx& tx) {
    return access_->add_carer(tx, nadia, paul, class_bit("10") | carer_settings | carer_traces, until, nadia);
  });
  EXPECT_EQ(refused({{"choice", "none"}, {"channel", "email"}}, paul, access_path(nadia)), "access.never_for_carers");
  access(nadia, doctor);
  told();
  wait(10min);
  EXPECT_EQ(lines(), (Strings{"sms"}));
  choose(nadia, "none", "sms");
  access(nadia, other);
  wait(10min);
  EXPECT_TRUE(lines().empty());
}

TEST_P(Alerts, ACC_22_AMinorsIsToldToTheParentsEachAsTheyChose) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  const auto paul = open({.n = 2, .email = "paul@courriel.example"});
  const auto lea = open({.n = 3, .birth_date = "2015-06-01", .email = "lea@courriel.example",
                         .parents = Someone{.n = 1}.number() + "|" + Someone{.n = 2}.number()});
  choose(nadia, "each", "email", access_path(lea));
  choose(paul, "none", "email", access_path(lea));
  EXPECT_EQ(chosen(paul, access_path(lea)).at("choice"), "none");
  EXPECT_EQ(chosen(nadia, access_path(lea)).at("choice"), "each");
  access(lea, doctor);
  access_by(lea, nadia, audit::ActorKind::representative);
  told();
  wait(10min);
  const auto messages = told();
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].to, name_of(1));
  EXPECT_EQ(messages[0].text.find(name_of(1), messages[0].text.find("Dossier : ")), std::string::npos) << "not of her own";
  choose(paul, "each", "email", access_path(lea));
  ASSERT_EQ(call(http::Method::put, access_path(lea) + "/discretion", {{"on", true}}, person(nadia)).status, 204);
  access(lea, other);
  told();
  wait(10min);
  for (const auto& one : told()) {
    EXPECT_EQ(one.text.find("Roche") != std::string::npos, one.to == name_of(1)) << one.text;
    EXPECT_NE(one.text.find("Dossier : " + name_of(3)), std::string::npos);
  }
  write([&](store::Tx& tx) { return access_->record_judge(tx, lea, paul, true); });
  house_.clock().advance(24h);
  access(lea, other);
  told();
  wait(10min);
  ASSERT_EQ(told().size(), 1U) << "whose access a judge ended hears no more";
}

// The place moves with the lines, the lines with the message: whatever stops between, each access is told, once.
TEST_P(Alerts, ACC_23_NothingIsLostOrToldTwiceAcrossRestarts) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  choose(nadia, "daily");
  told();
  access(nadia, doctor);
  restart();
  tick();
  restart();
  tick();
  access(nadia, other);
  restart();
  house_.set_clock("2025-03-05T07:00:00Z");
  tick();
  restart();
  tick();
  EXPECT_EQ(lines(), (Strings{"mardi 4 mars 2025 : Dr Lina Benali, pour la première fois\nmardi 4 mars 2025 : Dr Paul Roche, pour la première fois"}));
}

TEST_P(Alerts, ACC_23_AJournalBehindItsPlaceIsReadOn) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  write([](store::Tx& tx) -> kernel::Status {
    CARNET_CHECK(tx.execute("UPDATE alert_feed SET position = 1000000", {}));
    return {};
  });
  tick();
  told();
  access(nadia, doctor);
  wait(10min);
  EXPECT_EQ(lines().size(), 1U);
}

// A call is bounded, so that who is asked to stop can; what it left is told by the next, across a restart, once.
TEST_P(Alerts, ACC_23_ManyNewTracesAreToldInBoundedCalls) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  choose(nadia, "each");
  told();
  std::vector<audit::Entry> many;
  for (int i = 0; i < 2'200; ++i) {
    audit::Entry entry;
    entry.space = house_.standing(nadia).space;
    entry.action = audit::Action::documents_listed;
    entry.actor = i % 200 == 0 ? audit::ActorKind::professional : audit::ActorKind::holder;
    entry.actor_id = i % 200 == 0 ? std::string(doctor) : house_.identity().people().opaque(nadia);
    many.push_back(std::move(entry));
  }
  write([&](store::Tx& tx) -> kernel::Status {
    for (auto& entry : many) CARNET_CHECK(house_.journal().append(tx, std::move(entry)));
    return {};
  });
  must(io::run(house_.journal().settle()));
  int calls = 1;
  for (; must(io::run(access_->tell_alerts())).more; ++calls) restart();
  EXPECT_GT(calls, 1) << "a call has a bound";
  EXPECT_FALSE(must(io::run(access_->tell_alerts())).more);
  wait(10min);
  EXPECT_EQ(lines(), (Strings{"mardi 4 mars 2025 : Dr Lina Benali, pour la première fois"}));
  wait(24h);
  EXPECT_TRUE(lines().empty()) << "once";
}

TEST_P(Alerts, ACC_23_MoreThanOneStepIsRead) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  for (int i = 0; i < 1'200; ++i) access_by(nadia, nadia, audit::ActorKind::holder);
  access(nadia, doctor);
  told();
  wait(10min);
  EXPECT_EQ(lines().size(), 1U);
}

// Two worlds: in one, somebody reads what is hidden, at the same instants; what is told is the same to the letter.
TEST_P(Alerts, ACC_23_WhatIsHiddenIsToldByNothing) {
  open({.n = 1, .email = "nadia@courriel.example"});
  const auto parents = Someone{.n = 1}.number();
  std::vector<PersonId> minors;
  for (int n = 3; n <= 4; ++n) minors.push_back(open({.n = n, .birth_date = "2009-01-01", .parents = parents}));
  const auto hidden = minors[0], plain = minors[1];
  for (const auto one : minors) choose(house_.find({.n = 1}), "each", "email", access_path(one));
  const auto told_of = [&](PersonId whose) {
    const std::string name = whose == hidden ? name_of(3) : name_of(4);
    std::vector<Message> found;
    for (auto message : seen_messages_) {
      if (message.text.find("Dossier : " + name) == std::string::npos) continue;
      message.text.replace(message.text.find(name), name.size(), "x");
      message.text.erase(message.text.find("Référence"));
      found.push_back(std::move(message));
    }
    return found;
  };
  const auto reserved = [&](audit::Mode mode = audit::Mode::normal) {
    access(hidden, other, audit::Action::document_read, audit::Lane::reserved, mode);
  };
  told();
  reserved();
  for (const auto one : minors) access(one, doctor);
  for (int i = 0; i < 60; ++i) reserved();
  wait(10min);
  reserved(audit::Mode::bris_de_glace);
  for (const auto one : minors) access(one, other);
  wait(24h);
  for (const auto one : minors) access(one, other);
  wait(24h);
  seen_messages_ = told();
  EXPECT_EQ(told_of(plain).size(), 3U);
  EXPECT_EQ(told_of(hidden), told_of(plain));
}

}  // namespace
}  // namespace carnet::access
