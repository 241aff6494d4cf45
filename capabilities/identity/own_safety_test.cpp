// The account's own safety: sessions seen and ended, contacts changed late and not in silence, the sheet of codes, recovery by
// post and at the desk, and who waits when a stranger guesses. On both engines, through the routes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/contacts.hpp"
#include "identity/devices.hpp"
#include "identity/one_time_codes.hpp"
#include "identity/testing/identity_house.hpp"

namespace carnet::identity {
namespace {

namespace json = kernel::json;
using http::Method;
using testing::IdentityHouse;
using testing::must;
using testing::number_of;
using ::testing::ElementsAre;

constexpr std::string_view password = "le chat dort au soleil", next_password = "un autre soleil se leve";
constexpr std::string_view header =
    "system;matricule;birth_name;given_names;birth_date;sex;email;phone;address1;postcode;city;card_serials\n";
const kernel::SpaceId space{64};

std::string line(std::int64_t n, const std::string& name, const std::string& email, const std::string& phone, const std::string& serial,
                 const std::string& street = "1 rue des Lilas") {
  return fmt::format("{};{};{};Nadia;1983-05-17;F;{};{};{};44000;Nantes;{}\n", oid_demonstration, number_of(n), name, email, phone, street, serial);
}

class OwnSafetyTest : public ::testing::TestWithParam<std::string> {
 protected:
  OwnSafetyTest() {
    house_.import(std::string(header) + line(1, "Martin", "nadia@courriel.example", "0612345642", "100") + line(2, "Petit", "", "", "200"));
    person_ = *house_.find(number_of(1));
    house_.identity().on_space_of([this](store::Snapshot&, PersonId who) -> kernel::Result<kernel::SpaceId> {
      return who == person_ ? space : kernel::SpaceId(0);
    });
    account(person_, "nadia.martin", {notices::Channel::email, "own@courriel.example"});
  }
  void account(PersonId person, const std::string& name, const Contact& contact) {
    const auto hash = must(io::run(house_.identity().prepare_password(name, kernel::SecretBytes(password))));
    must(house_.write<bool>([&](store::Tx& tx) -> kernel::Result<bool> {
      CARNET_CHECK(house_.identity().create_account(tx, person, name, hash, contact));
      return true;
    }));
  }
  void tick() { house_.clock().advance(std::chrono::milliseconds(1)); }  // the outbox orders by time
  http::Response post(const std::string& path, const json::object& body = {}, const std::string& cookie = {}) {
    tick();
    return house_.call(Method::post, path, body, cookie);
  }
  json::object get(const std::string& path, const std::string& cookie) {
    return IdentityHouse::body_of(house_.call(Method::get, path, {}, cookie));
  }
  http::Response sign_in(std::string_view typed = password, std::string_view name = "nadia.martin") {
    return post("/api/sign-in", {{"identifier", name}, {"password", typed}});
  }
  std::string half(std::string_view typed = password) { return IdentityHouse::set_cookie_of(sign_in(typed), "__Host-signin"); }
  std::string signed_in(std::string_view typed = password) {
    const auto flow = half(typed);
    return IdentityHouse::set_cookie_of(post("/api/sign-in/code", {{"one_time_code", house_.last_code()}}, flow), "__Host-session");
  }
  void reauthenticate(const std::string& cookie) {
    ASSERT_EQ(post("/api/reauthentication", {{"password", password}}, cookie).status, 200);
    ASSERT_EQ(post("/api/reauthentication/code", {{"one_time_code", house_.last_code()}}, cookie).status, 204);
  }
  bool lives(const std::string& cookie) { return get("/api/session", cookie).at("signed_in").as_bool(); }
  // Messages of this subject, to whom they went, newest first.
  std::vector<std::string> told(std::string_view subject) {
    std::vector<std::string> channels;
    for (const auto& item : house_.outbox())
      if (item.as_object().at("subject").as_string() == subject) channels.emplace_back(item.as_object().at("channel").as_string());
    return channels;
  }
  std::string code_under(std::string_view subject) {
    for (const auto& item : house_.outbox()) {
      const auto& one = item.as_object();
      if (one.at("subject").as_string() == subject && one.contains("code")) return std::string(one.at("code").as_string());
    }
    return {};
  }
  std::vector<std::string> reasons() {
    std::vector<std::string> all;
    for (const auto& trace : must(io::run(house_.journal().read(space, {})))) all.insert(all.begin(), trace.entry.reason);
    return all;
  }
  http::Response ask(const std::string& cookie, const std::string& replaces = {}, std::string_view address = "thief@courriel.example") {
    json::object body{{"channel", "email"}, {"address", address}};
    if (!replaces.empty()) body["replaces"] = replaces;
    return post("/api/contacts", body, cookie);
  }
  std::string first_contact(const std::string& cookie) {
    return std::string(get("/api/contacts", cookie).at("contacts").as_array().front().as_object().at("id").as_string());
  }
  // Asked, and proved by the code that went to the new address.
  std::string change_contact(const std::string& cookie, const std::string& replaces = {}, std::string_view address = "thief@courriel.example") {
    reauthenticate(cookie);
    const auto asked = ask(cookie, replaces, address);
    EXPECT_EQ(asked.status, 202) << asked.body;
    const std::string id(IdentityHouse::body_of(asked).at("id").as_string());
    const auto proved = post("/api/contacts/" + id + "/confirm", {{"one_time_code", code_under("Votre code à usage unique")}}, cookie);
    EXPECT_EQ(proved.status, 204) << proved.body;
    return id;
  }
  std::vector<std::string> hints(const std::string& cookie) {
    std::vector<std::string> out;
    for (const auto& one : get("/api/contacts", cookie).at("contacts").as_array())
      out.push_back(std::string(one.as_object().at("hint").as_string()) + (one.as_object().contains("pending_until") ? " waits" : ""));
    return out;
  }
  http::Response recover(const std::string& code, const std::string& number = number_of(1), const std::string& serial = "100") {
    return post("/api/recovery/confirm", {{"number", number}, {"serial", serial}, {"one_time_code", code}, {"password", next_password}});
  }
  void days(int count) { house_.clock().advance(std::chrono::hours(24 * count)); }

  IdentityHouse house_{{.engine = GetParam()}};
  PersonId person_;
};
INSTANTIATE_TEST_SUITE_P(Engines, OwnSafetyTest, ::testing::ValuesIn(store::testing::store_cases()));

// A filled database of the version before goes on, its sessions too.
TEST_P(OwnSafetyTest, AFilledDatabaseOfTheVersionBeforeMigrates) {
  const auto one = store::testing::StoreCase::make(GetParam());
  const auto all = Identity::migrations();
  std::vector<store::Migration> before;
  for (const auto& migration : all)
    if (migration.name < "0004") before.push_back(migration);
  ASSERT_LT(before.size(), all.size());
  const auto sessions = [](store::Snapshot& at) -> kernel::Result<std::string> {
    std::string device = "none";
    CARNET_CHECK(at.query("SELECT device FROM session WHERE person_id = 7", {}, [&](const store::Row& row) {
      device = row.text(0);
      return false;
    }));
    return device;
  };
  {
    auto store = must(store::Store::open(one->location(), one->options()));
    must(store->migrate(before));
    const std::function<kernel::Result<std::int64_t>(store::Tx&)> fill = [](store::Tx& tx) {
      return tx.execute("INSERT INTO session (person_id, cookie_hash, started_at, last_seen_at, reauthenticated_at) VALUES (7, $1, 1, 1, 0)",
                        {kernel::Bytes(32, 1)});
    };
    must(store->write_now<std::int64_t>(fill));
  }
  auto store = must(store::Store::open(one->location(), one->options()));
  must(store->migrate(all));
  EXPECT_EQ(must(store->read_now<std::string>(sessions)), "");
}

// ---- sessions -------------------------------------------------------------------------------------------------------

TEST(Devices, AreTwoWords) {
  const std::string_view phone = "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0";
  EXPECT_EQ(device_of(phone), "firefox/android");
  EXPECT_EQ(device_words(device_of(phone)), "Firefox sur Android");
  const auto words = [](std::string_view header) { return device_words(device_of(header)); };
  EXPECT_EQ(words("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"), "Safari sur iPhone");
  EXPECT_EQ(words("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"), "Edge sur Windows");
  EXPECT_EQ(words("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"), "Chrome sur Linux");
  EXPECT_EQ(words("curl/8.0"), "Appareil inconnu");
  EXPECT_EQ(words(""), "Appareil inconnu");
  EXPECT_EQ(device_words("gone/android"), "Navigateur sur Android");
}

TEST_P(OwnSafetyTest, ID_15_SessionsAreListedInWordsAndEndedOneByOne) {
  house_.be_at("192.0.2.1", "Mozilla/5.0 (Android 14; Mobile) Gecko/128.0 Firefox/128.0");
  const auto phone = signed_in();
  house_.be_at("192.0.2.1", "secret-agent/9");
  house_.clock().advance(std::chrono::minutes(2));
  const auto computer = signed_in();
  const auto listed = get("/api/sessions", computer).at("sessions").as_array();
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].as_object().at("device"), "Appareil inconnu");
  EXPECT_TRUE(listed[0].as_object().at("current").as_bool());
  EXPECT_EQ(listed[1].as_object().at("device"), "Firefox sur Android");
  EXPECT_FALSE(listed[1].as_object().at("current").as_bool());
  EXPECT_EQ(json::serialize(listed).find("secret-agent"), std::string::npos);
  EXPECT_EQ(house_.count("SELECT count(*) FROM session WHERE device LIKE '%secret%'"), 0) << "the header is not kept";

  // Another person's id, and one of nobody: the same answer.
  const PersonId julien = *house_.find(number_of(2));
  const auto other = "__Host-session=" + must(house_.write<std::string>([&](store::Tx& tx) { return house_.identity().start_session(tx, julien); }));
  const std::string id(listed[1].as_object().at("id").as_string());
  const auto refused = post("/api/sessions/" + id + "/end", {}, other), unknown = post("/api/sessions/nothing/end", {}, other);
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(refused.body, unknown.body);
  EXPECT_TRUE(lives(phone));
  EXPECT_EQ(get("/api/sessions", other).at("sessions").as_array().size(), 1U) << "nothing about others";

  EXPECT_EQ(post("/api/sessions/" + id + "/end", {}, computer).status, 204);
  EXPECT_FALSE(lives(phone));
  EXPECT_TRUE(lives(computer) && lives(other));
  EXPECT_EQ(post("/api/sessions/" + id + "/end", {}, computer).status, 404);
  EXPECT_THAT(reasons(), ::testing::Contains("identity.session_ended"));
}

TEST_P(OwnSafetyTest, ID_15_SigningOutEverywhereIsToldAndTraced) {
  const auto first = signed_in(), second = signed_in(), begun = half(), own = signed_in();
  EXPECT_EQ(post("/api/sessions/end-others", {}, own).status, 204);
  EXPECT_FALSE(lives(first) || lives(second));
  EXPECT_TRUE(lives(own));
  EXPECT_EQ(post("/api/sign-in/code", {{"one_time_code", code_under("Votre code à usage unique")}}, begun).status, 401) << "half signed in as well";
  EXPECT_THAT(told("Vos autres connexions sont fermées"), ::testing::UnorderedElementsAre("email", "email", "sms"));
  EXPECT_EQ(reasons().back(), "identity.sessions_ended");
  EXPECT_EQ(house_.call(Method::post, "/api/sessions/end-others", {}).status, 401);
}

// ---- contacts -------------------------------------------------------------------------------------------------------

TEST(ContactChanges, WhatHoldsFollowsFromFactsAndNow) {
  const NamedContact old_one{"a", {notices::Channel::email, "a@x.example"}}, second{"b", {notices::Channel::sms, "+33612345642"}};
  ContactChange change{1, {"c", {notices::Channel::email, "c@x.example"}}, "a", {1000}, {5000}, {2000}, {}};
  const auto ids = [&](const std::vector<ContactChange>& changes, std::int64_t now) {
    std::string all;
    for (const auto& one : in_force({old_one, second}, changes, {now})) all += one.id;
    return all;
  };
  EXPECT_EQ(ids({change}, 4999), "ab");
  EXPECT_EQ(ids({change}, 5000), "cb");
  auto unproved = change, cancelled = change, added = change, back = change;
  unproved.confirmed = {};
  cancelled.cancelled = {3000};
  added.replaces.clear();
  back = {2, old_one, "c", {6000}, {9000}, {7000}, {}};
  EXPECT_EQ(ids({unproved}, 9999), "ab");
  EXPECT_EQ(state_of(unproved, {9999}), ChangeState::lapsed);
  EXPECT_EQ(ids({cancelled}, 9999), "ab");
  EXPECT_EQ(ids({added}, 5000), "abc");
  EXPECT_EQ(ids({change, back}, 8999), "cb");
  EXPECT_EQ(ids({back, change}, 9000), "ab") << "in the order in which they take effect, whatever the order of the rows";
}

TEST_P(OwnSafetyTest, ID_16_AContactTakesOverAfterTheDelayAndTheOldOnesHearAtOnce) {
  const auto cookie = signed_in();
  EXPECT_EQ(IdentityHouse::code_of(ask(cookie)), "identity.reauthentication_needed");
  const auto old_id = first_contact(cookie);
  const auto id = change_contact(cookie, old_id, "new@courriel.example");
  EXPECT_THAT(told("Un changement de contact est demandé"), ::testing::UnorderedElementsAre("letter", "sms", "email", "email"));
  EXPECT_THAT(hints(cookie), ElementsAre("o…@courriel.example", "n…@courriel.example", "42", "42", "n…@courriel.example waits"));
  EXPECT_EQ(get("/api/contacts", cookie).at("contacts").as_array().back().as_object().at("replaces").as_string(), old_id);

  // In the delay, codes go where they went; also after a restart.
  house_.clock().advance(std::chrono::hours(71));
  house_.reopen();
  half();
  EXPECT_EQ(house_.outbox().front().as_object().at("channel"), "email");
  EXPECT_EQ(IdentityHouse::body_of(sign_in()).at("sent").at("hint"), "o…@courriel.example");
  house_.clock().advance(std::chrono::hours(1));
  EXPECT_EQ(IdentityHouse::body_of(sign_in()).at("sent").at("hint"), "n…@courriel.example") << "though nothing swept";
  EXPECT_TRUE(told("Votre contact a changé").empty());
  EXPECT_EQ(must(io::run(house_.identity().sweep())), 1);
  EXPECT_EQ(must(io::run(house_.identity().sweep())), 0) << "told once";
  EXPECT_THAT(told("Votre contact a changé"), ::testing::UnorderedElementsAre("sms", "email", "email", "email")) << "the new, the old, the others";
  EXPECT_EQ(IdentityHouse::code_of(post("/api/contacts/" + id + "/cancel", {}, cookie)), "http.unauthenticated") << "the session is long over";
}

TEST_P(OwnSafetyTest, ID_16_WhatIsNotProvedLapsesAndOneWaitsAtATime) {
  const auto cookie = signed_in();
  reauthenticate(cookie);
  ASSERT_EQ(ask(cookie).status, 202);
  ASSERT_EQ(ask(cookie, {}, "other@courriel.example").status, 202) << "one that was not proved gives way";
  EXPECT_THAT(hints(cookie), ::testing::Contains("o…@courriel.example waits"));
  EXPECT_THAT(hints(cookie), ::testing::Not(::testing::Contains("t…@courriel.example waits")));
  EXPECT_EQ(IdentityHouse::code_of(ask(cookie, {}, "own@courriel.example")), "identity.contact_known");
  EXPECT_EQ(IdentityHouse::code_of(ask(cookie, {}, "not an address")), "identity.contact");
  EXPECT_EQ(IdentityHouse::code_of(ask(cookie, "nothing", "x@courriel.example")), "identity.contact");
  days(4);
  EXPECT_EQ(must(io::run(house_.identity().sweep())), 1);
  EXPECT_TRUE(told("Votre contact a changé").empty());
  const auto later = signed_in();
  EXPECT_THAT(hints(later), ElementsAre("o…@courriel.example", "n…@courriel.example", "42", "42"));
  change_contact(later);
  EXPECT_EQ(IdentityHouse::code_of(ask(later, {}, "third@courriel.example")), "identity.contact_change_pending");
}

TEST_P(OwnSafetyTest, ID_16_AnyContactOnFileStopsItWithoutSigningIn) {
  const auto thief = signed_in();
  change_contact(thief, first_contact(thief));
  const std::string code = code_under("Un changement de contact est demandé");
  ASSERT_EQ(code.size(), 9U);
  const auto right = post("/api/contacts/cancel", {{"code", code}});
  EXPECT_EQ(right.status, 202);
  EXPECT_FALSE(lives(thief)) << "who asked may be a thief: every session ends";
  EXPECT_FALSE(told("Vos autres connexions sont fermées").empty());
  EXPECT_THAT(reasons(), ::testing::Contains("identity.contact_change_cancelled"));
  days(4);
  EXPECT_THAT(hints(signed_in()), ElementsAre("o…@courriel.example", "n…@courriel.example", "42", "42"));
}

TEST_P(OwnSafetyTest, ID_16_FromAnySessionAndNobodyElses) {
  const auto cookie = signed_in(), elsewhere = signed_in();
  const auto id = change_contact(cookie);
  const PersonId julien = *house_.find(number_of(2));
  account(julien, "julien.petit", {notices::Channel::email, "julien@courriel.example"});
  const auto other = "__Host-session=" + must(house_.write<std::string>([&](store::Tx& tx) { return house_.identity().start_session(tx, julien); }));
  EXPECT_EQ(post("/api/contacts/" + id + "/cancel", {}, other).body, post("/api/contacts/nothing/cancel", {}, other).body);
  EXPECT_EQ(post("/api/contacts/" + id + "/confirm", {{"one_time_code", "123456"}}, other).status, 404);
  EXPECT_EQ(post("/api/contacts/" + id + "/cancel", {}, elsewhere).status, 204);
  EXPECT_EQ(post("/api/contacts/" + id + "/cancel", {}, elsewhere).status, 404);
  EXPECT_THAT(hints(cookie), ElementsAre("o…@courriel.example", "n…@courriel.example", "42", "42"));
}

// Right or wrong, well-formed or not: the same bytes; wrong ones cost a fixed number of transactions, and make the network wait.
TEST_P(OwnSafetyTest, ID_16_ACancelCodeTellsNothingAndIsCounted) {
  house_.identity().on_space_of(nullptr);
  const auto cookie = signed_in();
  change_contact(cookie);
  const std::string code = code_under("Un changement de contact est demandé");
  house_.be_at("198.51.100.9");
  const auto probe = [&](const std::string& typed) {
    const auto before = house_.store().figures().commits;
    const auto response = post("/api/contacts/cancel", {{"code", typed}});
    return fmt::format("{} {} {}", response.status, response.body, house_.store().figures().commits - before);
  };
  const auto wrong = probe("0000-0000");
  EXPECT_EQ(probe("0"), wrong);
  EXPECT_EQ(probe(std::string(64, 'x')), wrong);
  EXPECT_EQ(probe(code), wrong);
  EXPECT_EQ(probe(code), wrong) << "spent";
  for (int i = 0; i < 40; ++i) post("/api/contacts/cancel", {{"code", "0000-0001"}});
  EXPECT_EQ(post("/api/contacts/cancel", {{"code", "0000-0000"}}).status, 429);
  house_.reopen();
  EXPECT_EQ(post("/api/contacts/cancel", {{"code", "0000-0000"}}).status, 429) << "a restart forgives nothing";
  house_.be_at("198.51.100.10");
  EXPECT_EQ(post("/api/contacts/cancel", {{"code", "0000-0000"}}).status, 202) << "another network";
}

// Support by phone, and the thief of a session: no contact is changed and a password reset in one go.
TEST_P(OwnSafetyTest, ID_16_NoContactIsChangedAndAPasswordResetInOneGo) {
  const auto thief = signed_in();
  change_contact(thief, first_contact(thief));
  for (int hours = 0; hours < 72; hours += 24) {
    post("/api/recovery", {{"number", number_of(1)}, {"serial", "100"}});
    EXPECT_EQ(house_.last_address(), "nadia@courriel.example") << "what was on file before anyone asked";
    house_.clock().advance(std::chrono::hours(24));
  }
  // The recovery itself, by the contact the insurer knows, in the delay of another change: who asked for that one loses it.
  const auto again = signed_in();
  const auto id = change_contact(again, {}, "second@courriel.example");
  post("/api/recovery", {{"number", number_of(1)}, {"serial", "100"}});
  ASSERT_EQ(recover(house_.last_code()).status, 200);
  EXPECT_FALSE(lives(again));
  const auto owner = signed_in(next_password);
  EXPECT_THAT(hints(owner), ::testing::Not(::testing::Contains(::testing::HasSubstr("waits"))));
  days(4);
  EXPECT_THAT(hints(signed_in(next_password)), ::testing::Not(::testing::Contains("s…@courriel.example")));
}

// Who can change the insurer's file cannot receive the code of a recovery at once either.
TEST_P(OwnSafetyTest, ID_16_AContactNewInTheRegisterWaitsAsWell) {
  days(10);
  house_.import(std::string(header) + line(1, "Martin", "agent@elsewhere.example", "", "100"), "changed.csv");
  ASSERT_EQ(house_.person(person_).contacts.front().address, "agent@elsewhere.example");
  const auto recovery_goes_to = [&] {
    post("/api/recovery", {{"number", number_of(1)}, {"serial", "100"}});
    return house_.last_address();
  };
  EXPECT_EQ(recovery_goes_to(), "nadia@courriel.example");
  EXPECT_EQ(sign_in().body.find("elsewhere"), std::string::npos);
  days(3);
  EXPECT_EQ(recovery_goes_to(), "agent@elsewhere.example");
  EXPECT_NE(sign_in().body.find("elsewhere"), std::string::npos);
}

// ---- the sheet of codes ---------------------------------------------------------------------------------------------

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string one; std::getline(in, one);) out.push_back(one);
  return out;
}

TEST_P(OwnSafetyTest, ID_17_EachCodeOfASheetServesOnceAndANewSheetVoidsTheOld) {
  const auto cookie = signed_in();
  EXPECT_EQ(post("/api/code-sheet", {}, cookie).body, R"({"posted_on":"2025-03-04"})");
  EXPECT_THAT(told("Vos codes pour vous connecter"), ElementsAre("letter"));
  const auto codes = lines_of(code_under("Vos codes pour vous connecter"));
  ASSERT_EQ(codes.size(), 10U);
  EXPECT_EQ(IdentityHouse::code_of(post("/api/code-sheet", {}, cookie)), "identity.wait") << "one in ten days";

  const auto left = [&] { return IdentityHouse::body_of(sign_in()).at("sheet_codes_left").as_int64(); };
  EXPECT_EQ(left(), 10);
  const auto with = [&](const std::string& code) { return post("/api/sign-in/code", {{"one_time_code", code}, {"channel", "sheet"}}, half()); };
  EXPECT_EQ(with(codes[3]).status, 200);
  EXPECT_EQ(IdentityHouse::code_of(with(codes[3])), "identity.one_time_code_wrong") << "once";
  EXPECT_EQ(with(codes[9]).status, 200);
  EXPECT_EQ(left(), 8);

  days(11);
  const auto later = signed_in();
  EXPECT_EQ(post("/api/code-sheet", {}, later).status, 202);
  const auto fresh = lines_of(code_under("Vos codes pour vous connecter"));
  EXPECT_NE(fresh, codes);
  EXPECT_EQ(with(codes[0]).status, 422) << "void";
  EXPECT_EQ(with(fresh[0]).status, 200);
  EXPECT_THAT(reasons(), ::testing::Contains("identity.code_sheet"));
}

TEST_P(OwnSafetyTest, ID_17_SheetCodesAreCountedBeforeTheyAreJudgedAndProveReauthentication) {
  const auto cookie = signed_in();
  ASSERT_EQ(post("/api/code-sheet", {}, cookie).status, 202);
  const auto codes = lines_of(code_under("Vos codes pour vous connecter"));
  EXPECT_EQ(post("/api/reauthentication", {{"password", password}}, cookie).status, 200);
  EXPECT_EQ(post("/api/reauthentication/code", {{"one_time_code", codes[0]}}, cookie).status, 204);
  EXPECT_EQ(ask(cookie).status, 202) << "recently reauthenticated";
  const auto flow = half();
  const auto enter = [&](const std::string& code) { return post("/api/sign-in/code", {{"one_time_code", code}}, flow); };
  std::string wrong = "0000 0000";
  while (std::find(codes.begin(), codes.end(), wrong) != codes.end()) ++wrong.back();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(IdentityHouse::code_of(enter(wrong)), "identity.one_time_code_wrong");
  EXPECT_EQ(IdentityHouse::code_of(enter(codes[1])), "identity.wait") << "even with the right one";
  house_.reopen();
  EXPECT_EQ(IdentityHouse::code_of(enter(codes[1])), "identity.wait");
  house_.clock().advance(std::chrono::seconds(30));
  EXPECT_EQ(enter(codes[1]).status, 200);
}

TEST_P(OwnSafetyTest, ID_17_WhereNoGatewayReachesTheOnlyContactALetterDoes) {
  IdentityHouse house({.engine = GetParam(), .gateways = false});
  house.import(std::string(header) + line(1, "Martin", "", "0140000000", "100") + line(2, "Petit", "", "0140000000", "200", ""));
  for (const int n : {1, 2}) {
    const PersonId person = *house.find(number_of(n));
    const std::string name = fmt::format("person.{}", n);
    const auto hash = must(io::run(house.identity().prepare_password(name, kernel::SecretBytes(password))));
    must(house.write<bool>([&](store::Tx& tx) -> kernel::Result<bool> {
      CARNET_CHECK(house.identity().create_account(tx, person, name, hash, {notices::Channel::voice, "+33140000000"}));
      return true;
    }));
  }
  const auto begin = [&](std::string_view name) { return house.call(Method::post, "/api/sign-in", {{"identifier", name}, {"password", password}}); };
  const auto answered = begin("person.1");
  EXPECT_EQ(answered.status, 200) << answered.body;
  EXPECT_EQ(answered.body, R"({"channels":[{"channel":"letter","hint":""}]})");
  const auto flow = IdentityHouse::set_cookie_of(answered, "__Host-signin");
  const auto posted = house.call(Method::post, "/api/sign-in/resend", {{"channel", "letter"}}, flow);
  EXPECT_EQ(posted.status, 202) << posted.body;
  EXPECT_EQ(house.count("SELECT count(*) FROM code_sheet"), 1);
  EXPECT_EQ(begin("person.1").body, R"({"channels":[],"sheet_codes_left":10})");
  EXPECT_EQ(house.call(Method::post, "/api/sign-in/resend", {{"channel", "voice"}}, flow).status, 422);
  EXPECT_EQ(begin("person.2").body, R"({"channels":[{"channel":"letter","hint":""}]})") << "town and postcode are an address";
}

// ---- recovery without a contact -------------------------------------------------------------------------------------

TEST_P(OwnSafetyTest, ID_18_ByPostForWhoHasNoContactLeft) {
  const auto cookie = signed_in();
  const auto post_it = [&] { return post("/api/recovery", {{"number", number_of(1)}, {"serial", "100"}, {"by_post", true}}); };
  EXPECT_EQ(post_it().body, post("/api/recovery", {{"number", number_of(1)}, {"serial", "100"}}).body);
  EXPECT_THAT(told("Votre code provisoire"), ElementsAre("letter"));
  const std::string code = code_under("Votre code provisoire");
  EXPECT_EQ(post_it().status, 202);
  EXPECT_EQ(told("Votre code provisoire").size(), 1U) << "one in ten days, and the answer is the same";
  days(20);
  EXPECT_EQ(IdentityHouse::code_of(recover(code, number_of(1), "999")), "identity.one_time_code_expired") << "with the card only";
  const auto done = recover(code);
  EXPECT_EQ(done.body, R"({"identifier":"nadia.martin"})");
  EXPECT_FALSE(lives(cookie));
  EXPECT_THAT(told("Votre mot de passe a été changé"), ::testing::UnorderedElementsAre("email", "email", "sms", "letter"));
  EXPECT_EQ(IdentityHouse::code_of(recover(code)), "identity.one_time_code_expired") << "once";
  EXPECT_EQ(sign_in(next_password).status, 200);
  EXPECT_EQ(post_it().status, 202);
  EXPECT_EQ(told("Votre code provisoire").size(), 2U);
}

// Two worlds: who holds number and card, and who holds nothing, hear the same after the same work, whatever they ask and type.
TEST_P(OwnSafetyTest, ID_18_NoAnswerTellsWhetherALetterLeft) {
  house_.identity().on_space_of(nullptr);
  const auto world = [&](const std::string& number, const std::string& serial) {
    std::string heard;
    const auto hear = [&](const std::string& path, const json::object& body) {
      const auto before = house_.store().figures().commits;
      const auto response = post(path, body);
      heard += fmt::format("{} {} {}\n", response.status, response.body, house_.store().figures().commits - before);
    };
    for (const bool by_post : {true, false, true}) {
      hear("/api/recovery", {{"number", number}, {"serial", serial}, {"by_post", by_post}});
      for (const std::string_view typed : {"0000-0000", "000000"})
        hear("/api/recovery/confirm", {{"number", number}, {"serial", serial}, {"one_time_code", typed}, {"password", next_password}});
    }
    return heard;
  };
  const auto expected = world(number_of(1), "100");
  EXPECT_EQ(world(number_of(2), "200"), expected) << "no account";
  EXPECT_EQ(world(number_of(3), "300"), expected) << "no such number";
  EXPECT_EQ(world("nonsense", "100"), expected);
  EXPECT_THAT(told("Votre code provisoire"), ElementsAre("letter"));
}

TEST_P(OwnSafetyTest, ID_18_AStrangerWithTheNumberBurnsNobodysLetter) {
  for (int i = 0; i < 12; ++i) post("/api/recovery", {{"number", number_of(1)}, {"serial", "999"}, {"by_post", true}});
  post("/api/recovery", {{"number", number_of(1)}, {"serial", "100"}, {"by_post", true}});
  EXPECT_EQ(told("Votre code provisoire").size(), 1U);
}

TEST_P(OwnSafetyTest, ID_18_AtTheDeskTwoAgentsHandOverACodeThatOpensNothingAlone) {
  const auto desk = [&](std::string first, std::string second) {
    return io::run(house_.identity().recover_in_person(person_, {std::move(first), std::move(second), "passport"}));
  };
  EXPECT_EQ(desk("a.durand", "a.durand").error().code, "identity.second_agent");
  EXPECT_EQ(desk("a.durand", "").error().code, "identity.second_agent");
  const std::string code = must(desk("a.durand", "b.leroy"));
  EXPECT_EQ(IdentityHouse::code_of(recover(code, number_of(1), "999")), "identity.one_time_code_expired");
  EXPECT_EQ(recover(code).status, 200);
  EXPECT_EQ(sign_in(next_password).status, 200);
  EXPECT_EQ(IdentityHouse::body_of(sign_in(next_password)).at("sent").at("hint"), "o…@courriel.example") << "and a code of a contact still";
  EXPECT_THAT(reasons(), ::testing::Contains("identity.recovery_in_person"));
  const std::string late = must(desk("a.durand", "b.leroy"));
  days(1);
  EXPECT_EQ(IdentityHouse::code_of(recover(late)), "identity.one_time_code_expired");
  EXPECT_EQ(must(io::run(house_.identity().post_code_sheet(person_, "a.durand"))), (Date{2025, 3, 5}));
  EXPECT_EQ(io::run(house_.identity().post_code_sheet(person_, "a.durand")).error().code, "identity.wait");
  EXPECT_EQ(io::run(house_.identity().post_code_sheet(*house_.find(number_of(2)), "a.durand")).error().code, "identity.no_account");
}

// ---- who waits when a stranger guesses ------------------------------------------------------------------------------

TEST_P(OwnSafetyTest, ID_19_AStrangerMakesTheOwnerWaitNowhereTheOwnerIsKnown) {
  house_.be_at("192.0.2.1");
  signed_in();
  house_.be_at("198.51.100.9");
  int judged = 0;
  for (int i = 0; i < 12; ++i)
    if (sign_in("wrong password").status == 401) ++judged;
  EXPECT_EQ(judged, 3);
  EXPECT_EQ(sign_in().status, 429) << "the stranger waits, even with the right password";
  house_.be_at("192.0.2.1");
  EXPECT_EQ(sign_in().status, 200) << "the owner does not";
  // Many networks are one stranger: no more tries than before.
  for (int i = 10; i < 30; ++i) {
    house_.be_at(fmt::format("203.0.113.{}", i));
    EXPECT_EQ(sign_in("wrong password").status, 429);
  }
  house_.be_at("192.0.2.1");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(sign_in("wrong password").status, 401) << "counted here too";
  EXPECT_EQ(sign_in().status, 429);
  house_.reopen();
  EXPECT_EQ(sign_in().status, 429);
  house_.be_at("2001:db8:1:2::5");
  EXPECT_EQ(network_of("2001:db8:1:2::5"), network_of("2001:0DB8:1:2:ffff::1"));
}

TEST_P(OwnSafetyTest, ID_11_AKnownPlaceTellsNothingOfTheName) {
  house_.identity().on_space_of(nullptr);
  house_.be_at("192.0.2.1");
  signed_in();
  const auto probe = [&](std::string_view name) {
    const auto before = house_.store().figures().commits;
    std::string heard;
    for (int i = 0; i < 4; ++i) heard += sign_in("wrong password", name).body + "\n";
    return heard + std::to_string(house_.store().figures().commits - before);
  };
  const auto known = probe("nadia.martin");
  EXPECT_EQ(probe("nobody.here"), known);
  house_.be_at("198.51.100.9");
  EXPECT_EQ(probe("nadia.martin"), known);
}

}  // namespace
}  // namespace carnet::identity
