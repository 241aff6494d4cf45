// Signing in, sessions, reauthentication and recovery, through the routes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/testing/identity_house.hpp"

namespace carnet::identity {
namespace {

namespace json = kernel::json;
using http::Method;
using testing::IdentityHouse;
using testing::must;
using testing::number_of;
using testing::short_header;
using testing::short_line;

constexpr std::string_view password = "le chat dort au soleil";
const kernel::SpaceId space{64};

class SignInTest : public ::testing::Test {
 protected:
  SignInTest() {
    house_.import(std::string(short_header) + short_line(number_of(1), "Martin", "Nadia", "1983-05-17", "nadia@courriel.example", "0612345642", "100") +
                  short_line(number_of(2), "Petit", "Julien", "1985-11-02", "", "", "200"));
    person_ = *house_.find(number_of(1));
    house_.identity().on_space_of([this](store::Snapshot&, PersonId who) -> kernel::Result<kernel::SpaceId> {
      return who == person_ ? space : kernel::SpaceId(0);
    });
    house_.identity().on_spaces([](store::Snapshot&, PersonId) -> kernel::Result<json::array> {
      return json::array{json::object{{"who", "moi"}, {"name", "Nadia Martin"}, {"relation", "self"}, {"state", "opened_by_holder"}, {"second_letter_awaited", true}}};
    });
    const auto hash = must(io::run(house_.identity().prepare_password("nadia.martin", kernel::SecretBytes(password))));
    must(house_.write<bool>([&](store::Tx& tx) -> kernel::Result<bool> {
      CARNET_CHECK(house_.identity().create_account(tx, person_, "nadia.martin", hash, {notices::Channel::email, "own@courriel.example"}));
      return true;
    }));
  }
  http::Response sign_in(std::string_view name = "nadia.martin", std::string_view typed = password) {
    house_.clock().advance(std::chrono::milliseconds(1));  // the outbox orders by time
    return house_.call(Method::post, "/api/sign-in", {{"identifier", name}, {"password", typed}});
  }
  http::Response enter(const std::string& flow, const std::string& code) {
    return house_.call(Method::post, "/api/sign-in/code", {{"one_time_code", code}}, flow);
  }
  // "__Host-session=..."
  std::string signed_in() {
    const auto flow = IdentityHouse::set_cookie_of(sign_in(), "__Host-signin");
    return IdentityHouse::set_cookie_of(enter(flow, house_.last_code()), "__Host-session");
  }
  json::object session(const std::string& cookie) { return IdentityHouse::body_of(house_.call(Method::get, "/api/session", {}, cookie)); }
  bool lives(const std::string& cookie) { return session(cookie).at("signed_in").as_bool(); }
  std::vector<audit::Action> traces() {
    std::vector<audit::Action> actions;
    for (const auto& trace : must(io::run(house_.journal().read(space, {})))) actions.insert(actions.begin(), trace.entry.action);
    return actions;
  }

  IdentityHouse house_;
  PersonId person_;
};

TEST_F(SignInTest, PasswordThenCodeOpensASession) {
  const auto half = sign_in(" Nadia.MARTIN ");
  ASSERT_EQ(half.status, 200) << half.body;
  const auto body = IdentityHouse::body_of(half);
  EXPECT_EQ(json::serialize(body.at("channels")), R"([{"channel":"email","hint":"o…@courriel.example"},{"channel":"email","hint":"n…@courriel.example"},)"
                                                  R"({"channel":"sms","hint":"42"},{"channel":"voice","hint":"42"}])");
  EXPECT_EQ(json::serialize(body.at("sent")), R"({"channel":"email","hint":"o…@courriel.example","sent_at":"2025-03-04T09:00:00.001Z"})");
  const auto flow = IdentityHouse::set_cookie_of(half, "__Host-signin");
  const auto whole = enter(flow, house_.last_code());
  ASSERT_EQ(whole.status, 200) << whole.body;
  EXPECT_EQ(whole.body, R"({"home":"/espace/moi"})");
  const auto cookie = IdentityHouse::set_cookie_of(whole, "__Host-session");
  const auto status = session(cookie);
  EXPECT_EQ(json::serialize(status), R"({"signed_in":true,"name":"Nadia Martin","idle_minutes":15,"expires_at":"2025-03-04T09:15:00.001Z",)"
                                     R"("spaces":[{"who":"moi","name":"Nadia Martin","relation":"self","state":"opened_by_holder"}],"second_letter_awaited":true})");
  EXPECT_EQ(enter(flow, house_.last_code()).status, 401) << "the half-signed-in state is spent";
  EXPECT_THAT(traces(), ::testing::ElementsAre(audit::Action::signed_in));
}

TEST_F(SignInTest, CookiesAreHostOnlyAndUnreadable) {
  EXPECT_EQ(Identity::session_cookie("v", 60), "__Host-session=v; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=60");
  EXPECT_EQ(Identity::session_cookie("", 0), "__Host-session=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
  EXPECT_EQ(Identity::session_cookie("v", -1), "__Host-session=v; Path=/; Secure; HttpOnly; SameSite=Strict");
  const auto first = signed_in(), second = signed_in();
  EXPECT_NE(first, second);
  EXPECT_TRUE(lives(first) && lives(second));
  std::string forged = first;
  forged.back() = forged.back() == '0' ? '1' : '0';
  EXPECT_FALSE(lives(forged));
  EXPECT_FALSE(lives("__Host-session="));
  EXPECT_FALSE(lives("__Host-session=" + std::string(59, 'a')));
}

// Word for word the same, whether the name exists or not; and as many transactions.
TEST_F(SignInTest, ID_11_UnknownNamesAndWrongPasswordsLookAlike) {
  const auto commits = [&](std::string_view name) {
    const auto before = house_.store().figures().commits;
    const auto response = sign_in(name, "le chien dort au soleil");
    EXPECT_EQ(response.status, 401);
    return std::pair(response.body, house_.store().figures().commits - before);
  };
  house_.identity().on_space_of(nullptr);  // traces move to the journal when they like
  const auto known = commits("nadia.martin"), unknown = commits("nobody.here"), impossible = commits(std::string(300, 'x'));
  EXPECT_EQ(known.first, unknown.first);
  EXPECT_EQ(known.first, impossible.first);
  EXPECT_EQ(known.second, unknown.second);
  EXPECT_EQ(known.second, impossible.second);
  EXPECT_EQ(IdentityHouse::code_of(sign_in("nobody.here")), "identity.sign_in_refused");
}

TEST_F(SignInTest, ID_9_PasswordAttemptsAreCountedBeforeTheyAreJudged) {
  for (const std::string_view name : {"nadia.martin", "nobody.here"}) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(sign_in(name, "wrong password").status, 401);
    const auto waits = sign_in(name);
    EXPECT_EQ(waits.status, 429) << "even with the right one";
    EXPECT_EQ(IdentityHouse::code_of(waits), "identity.wait");
  }
  house_.reopen();
  EXPECT_EQ(sign_in().status, 429) << "a restart forgives nothing";
  house_.clock().advance(std::chrono::seconds(30));
  EXPECT_EQ(sign_in().status, 200);
  EXPECT_EQ(sign_in("nadia.martin", "wrong password").status, 401) << "forgiven by the right one";
}

TEST_F(SignInTest, ID_14_EachActLeavesItsTrace) {
  EXPECT_EQ(sign_in("nadia.martin", "wrong password").status, 401);
  const auto flow = IdentityHouse::set_cookie_of(sign_in(), "__Host-signin");
  const std::string code = house_.last_code();
  EXPECT_EQ(IdentityHouse::code_of(enter(flow, code == "000000" ? "000001" : "000000")), "identity.one_time_code_wrong");
  const auto cookie = IdentityHouse::set_cookie_of(enter(flow, code), "__Host-session");
  EXPECT_EQ(house_.call(Method::post, "/api/sign-out", {}, cookie).status, 204);
  EXPECT_EQ(house_.call(Method::post, "/api/sign-out", {}, cookie).status, 204);
  using audit::Action;
  EXPECT_THAT(traces(), ::testing::ElementsAre(Action::sign_in_refused, Action::sign_in_refused, Action::signed_in, Action::signed_out));
}

TEST_F(SignInTest, AnotherChannelMayBeChosen) {
  const auto flow = IdentityHouse::set_cookie_of(sign_in(), "__Host-signin");
  house_.clock().advance(std::chrono::milliseconds(1));
  const auto resent = house_.call(Method::post, "/api/sign-in/resend", {{"channel", "voice"}}, flow);
  EXPECT_EQ(resent.status, 202);
  EXPECT_EQ(IdentityHouse::body_of(resent).at("hint"), "42");
  EXPECT_EQ(house_.outbox().front().at("channel"), "voice");
  EXPECT_EQ(enter(flow, house_.last_code()).status, 200);
  EXPECT_EQ(house_.call(Method::post, "/api/sign-in/resend", {{"channel", "voice"}}, flow).status, 401);
  EXPECT_EQ(house_.call(Method::post, "/api/sign-in/resend", {{"channel", "pigeon"}}, flow).status, 422);
  EXPECT_EQ(house_.call(Method::post, "/api/sign-in/resend", {{"channel", "sms"}}).status, 401);
}

TEST_F(SignInTest, TheHalfSignedInStateEndsByItself) {
  const auto flow = IdentityHouse::set_cookie_of(sign_in(), "__Host-signin");
  house_.clock().advance(std::chrono::minutes(31));
  EXPECT_EQ(enter(flow, house_.last_code()).status, 401);
  const auto again = IdentityHouse::set_cookie_of(sign_in(), "__Host-signin");
  house_.clock().advance(std::chrono::minutes(11));
  EXPECT_EQ(IdentityHouse::code_of(enter(again, house_.last_code())), "identity.one_time_code_expired");
}

TEST_F(SignInTest, ID_12_IdleTimeEndsASessionAndAskingDoesNotExtendIt) {
  const auto cookie = signed_in();
  for (int i = 0; i < 14; ++i) {
    house_.clock().advance(std::chrono::minutes(1));
    EXPECT_EQ(session(cookie).at("expires_at"), "2025-03-04T09:15:00.001Z");
  }
  EXPECT_EQ(house_.call(Method::post, "/api/session/extend", {}, cookie).status, 204);
  EXPECT_EQ(session(cookie).at("expires_at"), "2025-03-04T09:29:00.001Z");
  const std::string value = cookie.substr(cookie.find('=') + 1);
  house_.clock().advance(std::chrono::minutes(10));
  EXPECT_NE(house_.signed_in_with(value), nullptr) << "any page is a sign of life";
  EXPECT_EQ(session(cookie).at("expires_at"), "2025-03-04T09:39:00.001Z");
  house_.clock().advance(std::chrono::minutes(15));
  EXPECT_FALSE(lives(cookie));
  EXPECT_EQ(house_.signed_in_with(value), nullptr);
  EXPECT_EQ(house_.call(Method::post, "/api/session/extend", {}, cookie).status, 401);
}

TEST_F(SignInTest, ID_12_ASessionEndsHoweverBusyAndAcrossRestarts) {
  const auto cookie = signed_in();
  const std::string value = cookie.substr(cookie.find('=') + 1);
  for (int i = 0; i < 47; ++i) {
    house_.clock().advance(std::chrono::minutes(10));
    ASSERT_NE(house_.signed_in_with(value), nullptr) << i;
    if (i == 20) house_.reopen();
  }
  house_.clock().advance(std::chrono::minutes(10));
  EXPECT_EQ(house_.signed_in_with(value), nullptr);
}

TEST_F(SignInTest, ID_12_SessionsEndOnCommand) {
  const auto first = signed_in(), second = signed_in();
  const PersonId julien = *house_.find(number_of(2));
  const auto other = must(house_.write<std::string>([&](store::Tx& tx) { return house_.identity().start_session(tx, julien); }));
  must(house_.write<bool>([&](store::Tx& tx) -> kernel::Result<bool> {
    CARNET_CHECK(house_.identity().end_sessions(tx, person_));
    return true;
  }));
  EXPECT_FALSE(lives(first) || lives(second));
  EXPECT_TRUE(lives("__Host-session=" + other));
}

TEST_F(SignInTest, ReauthenticationIsPasswordAndCodeAndForgets) {
  const auto cookie = signed_in();
  const auto who = house_.signed_in_with(cookie.substr(cookie.find('=') + 1));
  const auto recent = [&](const Caller& caller) {
    return house_.read<bool>([&](store::Snapshot& at) { return house_.identity().recently_reauthenticated(at, caller); });
  };
  EXPECT_FALSE(recent(*who));
  EXPECT_EQ(house_.call(Method::post, "/api/reauthentication", {{"password", "wrong password"}}, cookie).status, 401);
  EXPECT_EQ(house_.call(Method::post, "/api/reauthentication", {{"password", password}}).status, 401);
  house_.clock().advance(std::chrono::milliseconds(1));
  const auto sent = house_.call(Method::post, "/api/reauthentication", {{"password", password}}, cookie);
  EXPECT_EQ(sent.status, 200);
  EXPECT_EQ(IdentityHouse::body_of(sent).at("sent").at("channel"), "email");
  EXPECT_FALSE(recent(*who)) << "the password alone is not enough";
  EXPECT_EQ(house_.call(Method::post, "/api/reauthentication/code", {{"one_time_code", house_.last_code()}}, cookie).status, 204);
  EXPECT_TRUE(recent(*who));
  const auto elsewhere = signed_in();
  EXPECT_FALSE(recent(*house_.signed_in_with(elsewhere.substr(elsewhere.find('=') + 1)))) << "another session";
  house_.clock().advance(std::chrono::minutes(10));
  EXPECT_FALSE(recent(*who));
}

// ---- recovery -------------------------------------------------------------------------------------------------------

class RecoveryTest : public SignInTest {
 protected:
  http::Response ask(const std::string& number, const std::string& serial) {
    house_.clock().advance(std::chrono::milliseconds(1));
    return house_.call(Method::post, "/api/recovery", {{"number", number}, {"serial", serial}});
  }
  http::Response confirm(const std::string& number, const std::string& code, std::string_view next = "un autre soleil se leve",
                         const std::string& serial = "100") {
    return house_.call(Method::post, "/api/recovery/confirm", {{"number", number}, {"serial", serial}, {"one_time_code", code}, {"password", next}});
  }
};

TEST_F(RecoveryTest, ANewPasswordForWhoHoldsNumberCardAndContact) {
  const auto cookie = signed_in();
  EXPECT_EQ(ask(number_of(1), "100").body, R"({"requested_on":"2025-03-04"})");
  EXPECT_EQ(house_.outbox().front().at("channel"), "email");
  const std::string code = house_.last_code();
  EXPECT_EQ(IdentityHouse::code_of(confirm(number_of(1), code == "000000" ? "000001" : "000000")), "identity.one_time_code_wrong");
  EXPECT_EQ(IdentityHouse::code_of(confirm(number_of(1), code, "court")), "identity.password_too_short");
  EXPECT_EQ(IdentityHouse::code_of(confirm(number_of(1), code, "nadia.martin")), "identity.password_is_identifier");
  const auto before = house_.outbox().size();
  const auto done = confirm(number_of(1), code);
  EXPECT_EQ(done.body, R"({"identifier":"nadia.martin"})");
  EXPECT_FALSE(lives(cookie)) << "every session ends";
  EXPECT_EQ(sign_in().status, 401);
  EXPECT_EQ(sign_in("nadia.martin", "un autre soleil se leve").status, 200);
  // Told at the account's own address and on the phone, not where the code went; once each.
  EXPECT_EQ(house_.outbox().size(), before + 2 + 1);
  EXPECT_THAT(traces(), ::testing::Contains(audit::Action::account_recovered));
  EXPECT_EQ(IdentityHouse::code_of(confirm(number_of(1), code)), "identity.one_time_code_expired");
}

TEST_F(RecoveryTest, ID_11_NoAnswerTellsWhetherTheNumberTheCardOrTheAccountExists) {
  house_.identity().on_space_of(nullptr);
  const auto probe = [&](const std::string& number, const std::string& serial) {
    const auto before = house_.store().figures().commits;
    const auto asked = ask(number, serial);
    const auto tried = confirm(number, "000000", "un autre soleil se leve", serial);
    return fmt::format("{} {} {} {} {}", asked.status, asked.body, tried.status, tried.body, house_.store().figures().commits - before);
  };
  const auto expected = probe(number_of(1), "100");
  EXPECT_EQ(probe(number_of(2), "200"), expected) << "no account";
  EXPECT_EQ(probe(number_of(3), "300"), expected) << "no such number";
  EXPECT_EQ(probe(number_of(4), "no card"), expected);
  EXPECT_EQ(probe("nonsense", "100"), expected);
  EXPECT_EQ(house_.outbox().size(), 1U);
}

TEST_F(RecoveryTest, ID_9_AskingWaitsAndStillAnswersTheSame) {
  const auto first = ask(number_of(1), "100").body;
  for (int i = 0; i < 6; ++i) EXPECT_EQ(ask(number_of(1).substr(0, 3) + " " + number_of(1).substr(3), "100").body, first);
  EXPECT_EQ(house_.outbox().size(), 3U) << "another way of typing the number is no other counter";
}

TEST_F(RecoveryTest, AWrongCardSendsNothing) {
  ask(number_of(1), "999");
  EXPECT_EQ(house_.outbox().size(), 0U);
}

}  // namespace
}  // namespace carnet::identity
