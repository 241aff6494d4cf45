// Who hears of what (rules.md 6), on both engines: the words themselves are notices'. ACC-19 to ACC-21.
#include <algorithm>

#include "access/testing/access_case.hpp"

namespace carnet::access {
namespace {

using namespace testing;

class AccessTells : public AccessCase {
 protected:
  void emergency(PersonId whom, audit::Mode mode = audit::Mode::bris_de_glace, std::string_view rpps = other) {
    auto urgent = software(rpps);
    urgent.purpose = mode;
    urgent.emergency_reason = "inconscient";
    const auto before = house_.count("SELECT COUNT(*) FROM emergency_access");
    ASSERT_EQ(authorise(urgent, whom), "");
    ASSERT_TRUE(emergencies_reach(before + 1));
    ASSERT_EQ(authorise(urgent, whom), "") << "the same event: told once";
    write([](store::Tx&) { return kernel::Status{}; });
  }
  static std::vector<std::string> channels(const std::vector<Message>& messages) {
    std::vector<std::string> found;
    for (const auto& one : messages) found.push_back(one.channel);
    std::ranges::sort(found);
    return found;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, AccessTells, ::testing::ValuesIn(store::testing::store_cases()));

using Strings = std::vector<std::string>;

TEST_P(AccessTells, ACC_19_AnEmergencyIsToldByEveryChannelAndToTheGp) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example", .phone = "+33612345678", .declared_gp = std::string(doctor)});
  join(nadia);
  told();
  emergency(nadia);
  const auto messages = told();
  EXPECT_EQ(channels(messages), (Strings{"email", "letter", "sms"}));
  for (const auto& one : messages) {
    if (one.channel == "letter") {
      EXPECT_EQ(one.to, "Dr Lina Benali") << "the only letter is the GP's";
      EXPECT_NE(one.text.find("Personne : " + name_of(1)), std::string::npos) << one.text;
      EXPECT_NE(one.text.find("Dr Paul Roche, Hôpital des Tilleuls"), std::string::npos) << one.text;
    } else {
      EXPECT_EQ(one.to, name_of(1));
      EXPECT_EQ(one.text.find("Tilleuls"), std::string::npos);
    }
    if (one.channel != "sms") EXPECT_NE(one.text.find("Si je ne peux pas m’exprimer"), std::string::npos);
    EXPECT_EQ(one.text.find("inconscient"), std::string::npos) << "no health datum";
  }
  house_.clock().advance(std::chrono::hours(13));
  emergency(nadia, audit::Mode::centre_15);
  EXPECT_EQ(told().size(), 3U) << "another event";
}

TEST_P(AccessTells, ACC_19_WithoutEmailALetterLeaves) {
  const auto nadia = open({.n = 1, .phone = "+33612345678"});
  told();
  emergency(nadia);
  EXPECT_EQ(channels(told()), (Strings{"letter", "sms"}));
}

TEST_P(AccessTells, ACC_19_TheGpHearsNeitherOfTheirOwnAccessNorWhenBlocked) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example", .declared_gp = std::string(doctor)});
  told();
  emergency(nadia, audit::Mode::bris_de_glace, doctor);
  EXPECT_EQ(channels(told()), (Strings{"email"})) << "theirs";
  write([&](store::Tx& tx) { return access_->block(tx, nadia, doctor); });
  emergency(nadia);
  EXPECT_EQ(channels(told()), (Strings{"email"})) << "blocked";
}

TEST_P(AccessTells, ACC_20_TheHolderHearsWhoJoinsDeclaresAndHelps) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  const auto paul = open({.n = 2});
  told();
  const auto only = [&](std::string_view subject) {
    const auto messages = told();
    EXPECT_EQ(messages.size(), 1U) << subject;
    if (messages.size() != 1) return std::string();
    EXPECT_EQ(messages[0].subject, subject);
    EXPECT_EQ(messages[0].to, name_of(1));
    EXPECT_EQ(messages[0].channel, "email");
    return messages[0].text;
  };
  join(nadia);
  EXPECT_NE(only("Une équipe de soins compte un professionnel de plus").find("Dr Lina Benali"), std::string::npos);
  join(nadia);
  EXPECT_TRUE(told().empty()) << "no news";
  house_.import({{.n = 9, .email = "zoe@courriel.example"}});
  join(house_.find({.n = 9}));
  EXPECT_TRUE(told().empty()) << "no space to read";
  must(io::run(access_->redeem_consultation(software(other), Someone{.n = 1}.number(), "declaration", "")));
  EXPECT_NE(only("Un accord a été déclaré").find("Dr Paul Roche"), std::string::npos);
  const auto until = kernel::start_of_day({2025, 7, 1}, kernel::Zone::paris());
  write([&](store::Tx& tx) { return access_->add_carer(tx, nadia, paul, class_bit("10"), until, nadia); });
  EXPECT_NE(only("Un accès a été donné à un proche").find("Jusqu’au : lundi 30 juin 2025"), std::string::npos);
  write([&](store::Tx& tx) { return access_->end_carer(tx, nadia, paul); });
  EXPECT_NE(only("Un accès d’aidant est terminé").find(name_of(2)), std::string::npos);
}

TEST_P(AccessTells, ACC_16_AFreezeAndItsEndAreToldAndTracedAsTheDesks) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  told();
  const auto by = [&](bool frozen) {
    const auto done = house_.store().write_now<void>(
        [&](store::Tx& tx) { return access_->freeze_by(tx, nadia, frozen, {audit::ActorKind::agent, "pièce vue"}); });
    return done ? std::string() : done.error().code;
  };
  EXPECT_EQ(by(false), "access.not_frozen");
  EXPECT_EQ(by(true), "");
  EXPECT_EQ(by(true), "access.frozen");
  EXPECT_EQ(authorise(person(nadia), nadia), "access.frozen");
  EXPECT_EQ(by(false), "");
  EXPECT_EQ(authorise(person(nadia), nadia), "");
  const auto messages = told();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].subject, "Un espace est gelé");
  EXPECT_EQ(messages[1].subject, "Le gel d’un espace est levé");
  audit::Filter filter;
  const auto traces = must(io::run(house_.journal().read(house_.standing(nadia).space, filter)));
  ASSERT_GE(traces.size(), 2U);
  EXPECT_EQ(traces[0].entry.reason, "access.thawed");
  EXPECT_EQ(traces[1].entry.reason, "access.frozen");
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(traces[i].entry.actor, audit::ActorKind::agent);
}

TEST_P(AccessTells, ACC_16_WhoIsFrozenActsForNobodyAndClosesNothing) {
  house_.enrollment().on_session_act(
      [&](store::Snapshot& at, const Caller& caller, PersonId whom) { return access_->may_act(at, caller, whom); });
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  const auto lea = open({.n = 2, .birth_date = "2015-06-01", .parents = Someone{.n = 1}.number()});
  const auto closing = [&](PersonId whom) {
    const auto done = io::run(house_.enrollment().close(person(nadia), whom));
    return done ? std::string() : done.error().code;
  };
  write([&](store::Tx& tx) { return access_->freeze(tx, nadia, true); });
  EXPECT_EQ(authorise(person(nadia), lea), "access.frozen");
  EXPECT_EQ(closing(nadia), "access.frozen");
  EXPECT_EQ(closing(lea), "access.frozen");
  EXPECT_EQ(house_.standing(nadia).state, enrollment::State::opened_by_holder);
  write([&](store::Tx& tx) { return access_->freeze(tx, nadia, false); });
  EXPECT_EQ(authorise(person(nadia), lea), "");
  write([&](store::Tx& tx) { return access_->freeze(tx, lea, true); });
  EXPECT_EQ(closing(lea), "access.frozen");
  EXPECT_EQ(closing(nadia), "") << "her own is not frozen";
}

TEST_P(AccessTells, ACC_21_NobodyHearsOfADeadHolder) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example", .declared_gp = std::string(doctor)});
  house_.import({{.n = 1, .email = "nadia@courriel.example", .died = "2025-03-01", .declared_gp = std::string(doctor)}});
  told();
  join(nadia);
  write([&](store::Tx& tx) { return access_->freeze(tx, nadia, true); });
  EXPECT_TRUE(told().empty());
}

TEST_P(AccessTells, ACC_21_DiscretionSendsNoLetter) {
  const auto nadia = open({.n = 1});
  const auto paul = open({.n = 2, .phone = "+33612345678"});
  told();
  for (const auto one : {nadia, paul}) write([&](store::Tx& tx) { return access_->ask_discretion(tx, one, one, true); });
  for (const auto one : {nadia, paul}) join(one);
  emergency(nadia);
  emergency(paul);
  EXPECT_EQ(channels(told()), (Strings{"sms", "sms"})) << "the phone on file, and nothing where there is none";
}

TEST_P(AccessTells, ACC_21_AMinorsGoesToTheParentsWhoseAuthorityStands) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  const auto paul = open({.n = 2, .email = "paul@courriel.example"});
  const auto lea = open({.n = 3, .birth_date = "2015-06-01", .email = "lea@courriel.example",
                         .parents = Someone{.n = 1}.number() + "|" + Someone{.n = 2}.number()});
  const auto addressees = [&] {
    Strings found;
    for (const auto& one : told()) {
      EXPECT_NE(one.text.find("Dossier : " + name_of(3)), std::string::npos) << one.text;
      found.push_back(one.to);
    }
    std::ranges::sort(found);
    return found;
  };
  told();
  join(lea);
  EXPECT_EQ(addressees(), (Strings{name_of(1), name_of(2)}));
  write([&](store::Tx& tx) { return access_->record_judge(tx, lea, paul, true); });
  emergency(lea);
  EXPECT_EQ(addressees(), (Strings{name_of(1)}));
  write([&](store::Tx& tx) { return access_->record_judge(tx, lea, nadia, true); });
  write([&](store::Tx& tx) {
    return access_->record_guardian(tx, lea, paul, Access::Guardianship::assistance, std::nullopt);
  });
  join(lea, other);
  EXPECT_EQ(addressees(), (Strings{name_of(3)})) << "a judge's decision outweighs; nobody else is left";
  house_.set_clock("2033-06-01T10:00:00Z");
  join(lea, occupational);
  EXPECT_EQ(addressees(), (Strings{name_of(3)})) << "of age";
}

TEST_P(AccessTells, ACC_21_TheOtherParentHearsNeitherWhoNorWhere) {
  const auto nadia = open({.n = 1});
  open({.n = 2});
  const auto lea = open({.n = 3, .birth_date = "2015-06-01",
                         .parents = Someone{.n = 1}.number() + "|" + Someone{.n = 2}.number()});
  ASSERT_EQ(call(http::Method::put, access_path(lea) + "/discretion", {{"on", true}}, person(nadia)).status, 204);
  house_.import({{.n = 1, .email = "nadia@courriel.example"}, {.n = 2, .email = "paul@courriel.example"}});
  told();
  join(lea);
  emergency(lea);
  const auto messages = told();
  ASSERT_EQ(messages.size(), 4U);
  for (const auto& one : messages) {
    const bool says = one.text.find("Benali") != std::string::npos || one.text.find("Roche") != std::string::npos;
    EXPECT_EQ(says, one.to == name_of(1)) << one.text;
    EXPECT_EQ(one.text.find("Tilleuls"), std::string::npos);
  }
}

// Two worlds: with what is hidden from representatives, and without. Filing names an author, and tells nobody.
TEST_P(AccessTells, ACC_21_WhatIsHiddenFromRepresentativesIsNotTold) {
  open({.n = 1, .email = "nadia@courriel.example"});
  const auto lea = open({.n = 3, .birth_date = "2009-01-01", .parents = Someone{.n = 1}.number()});
  told();
  write([&](store::Tx& tx) { return access_->note_author(tx, lea, doctor); });
  EXPECT_TRUE(told().empty());
}

TEST_P(AccessTells, TracesNameCarersAndGuardiansForWhatTheyAre) {
  const auto nadia = open({.n = 1});
  const auto paul = open({.n = 2});
  const auto marc = open({.n = 4});
  const auto until = house_.clock().now().plus(std::chrono::hours(240));
  write([&](store::Tx& tx) { return access_->add_carer(tx, nadia, paul, class_bit("10"), until, nadia); });
  write([&](store::Tx& tx) {
    return access_->record_guardian(tx, nadia, marc, Access::Guardianship::representation, std::nullopt);
  });
  const auto kind = [&](PersonId by) {
    return house_.read<audit::ActorKind>([&](store::Snapshot& at) -> kernel::Result<audit::ActorKind> {
      CARNET_TRY(grant, access_->authorise(at, person(by), nadia, Act::list));
      return grant.trace(audit::Action::documents_listed).actor;
    });
  };
  EXPECT_EQ(kind(nadia), audit::ActorKind::holder);
  EXPECT_EQ(kind(paul), audit::ActorKind::carer);
  EXPECT_EQ(kind(marc), audit::ActorKind::guardian);
  EXPECT_EQ(audit::code_of(audit::ActorKind::carer), "carer");
  EXPECT_EQ(audit::code_of(audit::ActorKind::guardian), "guardian");
}

}  // namespace
}  // namespace carnet::access
