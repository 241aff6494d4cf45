// The routes, as the pages call them: ENR-1 at the level of the API, ENR-7, ENR-10.
#include <gtest/gtest.h>

#include "enrollment/testing/enrollment_house.hpp"

namespace carnet::enrollment {
namespace {

using testing::EnrollmentHouse;
using testing::must;
using testing::Someone;
namespace json = kernel::json;

class EnrollmentRoutes : public ::testing::Test {
 protected:
  EnrollmentHouse house_;
  Someone nadia_{.n = 1, .email = "nadia@courriel.example"};
  static constexpr const char* password_ = "une phrase assez longue";

  std::string told(const Someone& one) {
    house_.notify(house_.find(one));
    return house_.last_code();
  }
  json::object facts(const Someone& one, const std::string& code, bool child = false) {
    return {{"code", code}, {"number", one.number()}, {"serial", one.serial()}, {"child", child}};
  }
  std::string flow_of(const http::Response& response) { return EnrollmentHouse::set_cookie_of(response, "__Host-flow"); }
  json::object body(const http::Response& response) { return EnrollmentHouse::body_of(response); }
  std::string code(const http::Response& response) { return EnrollmentHouse::code_of(response); }
  State state(const Someone& one) { return house_.standing(house_.find(one)).state; }

  // Opens by the whole flow; answers the session's cookie.
  std::string open(const Someone& one, const std::string& name) {
    const auto begun = house_.post("/api/activation/facts", facts(one, told(one)));
    EXPECT_EQ(begun.status, 201) << begun.body;
    const auto cookie = flow_of(begun);
    json::object contact{{"channel", "email"}};
    if (one.email.empty()) contact["address"] = "typed@courriel.example";
    EXPECT_EQ(house_.post("/api/activation/contact", contact, cookie).status, 202);
    EXPECT_EQ(house_.post("/api/activation/contact/confirm", {{"one_time_code", house_.last_code()}}, cookie).status, 200);
    const auto opened = house_.post("/api/activation/open", {{"identifier", name}, {"password", password_}}, cookie);
    EXPECT_EQ(opened.status, 201) << opened.body;
    return EnrollmentHouse::set_cookie_of(opened, "__Host-session");
  }
  // A one-time code for a sensitive act of this session.
  std::string reauthenticate(const std::string& session) {
    EXPECT_EQ(house_.post("/api/reauthentication", {{"password", password_}}, session).status, 200);
    return house_.last_code();
  }
};

TEST_F(EnrollmentRoutes, OpeningStepByStep) {
  house_.import({nadia_});
  const auto provisional = told(nadia_);
  const auto begun = house_.post("/api/activation/facts", facts(nadia_, provisional));
  ASSERT_EQ(begun.status, 201) << begun.body;
  auto flow = body(begun);
  EXPECT_EQ(flow.at("name"), "Nadia1");
  EXPECT_EQ(flow.at("deadline"), "2025-04-15");
  EXPECT_EQ(flow.at("needs_account"), true);
  EXPECT_EQ(flow.at("needs_second_letter"), false);
  EXPECT_EQ(flow.at("contact_confirmed"), false);
  EXPECT_EQ(flow.at("contacts").as_array().size(), 1u);
  EXPECT_EQ(begun.body.find("nadia@"), std::string::npos);  // a hint, not the address
  const auto cookie = flow_of(begun);
  EXPECT_EQ(house_.get("/api/activation", cookie).status, 200);
  EXPECT_EQ(code(house_.get("/api/activation", "__Host-flow=nothing.at.all")), "activation.none");

  // Not before the contact is confirmed, and only to what is on file.
  const json::object chosen{{"identifier", "nadia"}, {"password", password_}};
  EXPECT_EQ(code(house_.post("/api/activation/open", chosen, cookie)), "enrollment.contact_not_confirmed");
  EXPECT_EQ(house_.post("/api/activation/contact", {{"channel", "sms"}}, cookie).status, 422);
  EXPECT_EQ(house_.post("/api/activation/contact", {{"channel", "email"}, {"address", "thief@elsewhere.example"}}, cookie).status, 422);
  const auto sent = house_.post("/api/activation/contact", {{"channel", "email"}}, cookie);
  ASSERT_EQ(sent.status, 202) << sent.body;
  EXPECT_EQ(code(house_.post("/api/activation/contact/confirm", {{"one_time_code", "000000"}}, cookie)), "identity.one_time_code_wrong");
  const auto confirmed = house_.post("/api/activation/contact/confirm", {{"one_time_code", house_.last_code()}}, cookie);
  ASSERT_EQ(confirmed.status, 200) << confirmed.body;
  EXPECT_EQ(body(confirmed).at("contact_confirmed"), true);
  EXPECT_EQ(house_.post("/api/activation/identifier", {{"identifier", "nadia"}}, cookie).status, 204);
  EXPECT_EQ(code(house_.post("/api/activation/open", {{"identifier", "nadia"}, {"password", "court"}}, cookie)),
            "identity.password_too_short");

  house_.reopen();  // the program restarts: the flow is kept
  const auto opened = house_.post("/api/activation/open", chosen, cookie);
  ASSERT_EQ(opened.status, 201) << opened.body;
  EXPECT_EQ(body(opened).at("who"), "moi");
  EXPECT_EQ(body(opened).at("receipt").as_object().at("kind"), "opened");
  EXPECT_EQ(state(nadia_), State::opened_by_holder);
  const auto session = EnrollmentHouse::set_cookie_of(opened, "__Host-session");
  EXPECT_EQ(body(house_.get("/api/session", session)).at("signed_in"), true);
  // Done: neither the flow nor the code serves again.
  EXPECT_EQ(code(house_.post("/api/activation/open", chosen, cookie)), "activation.none");
  EXPECT_EQ(code(house_.post("/api/activation/facts", facts(nadia_, provisional))), "enrollment.facts_do_not_match");
}

TEST_F(EnrollmentRoutes, AFlowEndsAfterThirtyIdleMinutes) {
  house_.import({nadia_});
  const auto cookie = flow_of(house_.post("/api/activation/facts", facts(nadia_, told(nadia_))));
  house_.clock().advance(std::chrono::minutes(29));
  EXPECT_EQ(house_.get("/api/activation", cookie).status, 200);
  house_.clock().advance(std::chrono::minutes(29));
  EXPECT_EQ(house_.get("/api/activation", cookie).status, 200);
  house_.clock().advance(std::chrono::minutes(30));
  EXPECT_EQ(house_.get("/api/activation", cookie).status, 404);
}

TEST_F(EnrollmentRoutes, LeavingKeepsNothingAndTheCodeStillServes) {
  house_.import({nadia_});
  const auto provisional = told(nadia_);
  const auto cookie = flow_of(house_.post("/api/activation/facts", facts(nadia_, provisional)));
  EXPECT_EQ(house_.call({http::Method::del, "/api/activation", {}, cookie, "192.0.2.1", {}}).status, 204);
  EXPECT_EQ(house_.get("/api/activation", cookie).status, 404);
  EXPECT_EQ(house_.post("/api/activation/facts", facts(nadia_, provisional)).status, 201);
}

TEST_F(EnrollmentRoutes, ObjectingFromTheLastPage) {
  house_.import({nadia_});
  const auto cookie = flow_of(house_.post("/api/activation/facts", facts(nadia_, told(nadia_))));
  const auto done = house_.post("/api/activation/object", {}, cookie);
  ASSERT_EQ(done.status, 201) << done.body;
  EXPECT_EQ(body(done).at("receipt").as_object().at("kind"), "objected");
  EXPECT_EQ(state(nadia_), State::objected);
}

// Every wrong subset of code, number and serial: the same bytes.
TEST_F(EnrollmentRoutes, EveryWrongSubsetOfFactsLooksTheSame) {
  const Someone other{.n = 2}, nobody{.n = 3};
  house_.import({nadia_, other});
  const auto right = told(nadia_);
  const auto wrong = ProvisionalCode::draw(house_.entropy()).grouped();
  std::set<std::string> bodies;
  int peer = 0;
  for (const auto& typed : {right, wrong}) {
    for (const auto& who : {nadia_, other, nobody}) {
      for (const auto& card : {nadia_, other, nobody}) {
        if (typed == right && who.n == 1 && card.n == 1) continue;
        const auto response = house_.call({http::Method::post, "/api/activation/facts",
                                           {{"code", typed}, {"number", who.number()}, {"serial", card.serial()}, {"child", false}}, {},
                                           fmt::format("192.0.2.{}", ++peer), {}});
        EXPECT_EQ(response.status, 422);
        EXPECT_TRUE(flow_of(response).empty());
        bodies.insert(response.body);
      }
    }
  }
  EXPECT_EQ(peer, 17);
  EXPECT_EQ(bodies.size(), 1u);
  EXPECT_EQ(house_.post("/api/activation/facts", facts(nadia_, right)).status, 201);
}

TEST_F(EnrollmentRoutes, ASlipIsSaidAndIsNotATry) {
  house_.import({nadia_});
  auto slipped = told(nadia_);
  slipped.back() = slipped.back() == '7' ? '8' : '7';
  for (int i = 0; i < 30; ++i) {
    const auto response = house_.post("/api/activation/facts", facts(nadia_, slipped));
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(code(response), "enrollment.code_misspelt");
  }
  auto bad_key = facts(nadia_, house_.last_code());
  bad_key["number"] = "2 00 00 00 000 001 00";
  EXPECT_EQ(code(house_.post("/api/activation/facts", bad_key)), "identity.number_key");
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM code_counter"), 0);
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM source_counter"), 0);
  EXPECT_EQ(house_.post("/api/activation/facts", facts(nadia_, house_.last_code())).status, 201);
}

TEST_F(EnrollmentRoutes, AskingForACodeAnswersTheSameRightOrWrong) {
  const Someone nobody{.n = 9};
  house_.import({nadia_});
  for (const auto* purpose : {"open", "object", "close"}) {
    const auto right = house_.post("/api/code-requests", {{"number", nadia_.number()}, {"serial", nadia_.serial()}, {"purpose", purpose}});
    const auto card = house_.post("/api/code-requests", {{"number", nadia_.number()}, {"serial", nobody.serial()}, {"purpose", purpose}});
    const auto none = house_.post("/api/code-requests", {{"number", nobody.number()}, {"serial", nobody.serial()}, {"purpose", purpose}});
    EXPECT_EQ(right.status, 202);
    EXPECT_EQ(right.body, card.body);
    EXPECT_EQ(right.body, none.body);
    EXPECT_EQ(right.headers, none.headers);
  }
  EXPECT_EQ(house_.outbox().size(), 3u);
  // It went to the contact on file: with it, that contact is proven.
  const auto begun = house_.post("/api/activation/facts", facts(nadia_, house_.last_code()));
  ASSERT_EQ(begun.status, 201);
  EXPECT_EQ(body(begun).at("contact_confirmed"), true);
  EXPECT_EQ(house_.post("/api/activation/open", {{"identifier", "nadia"}, {"password", password_}}, flow_of(begun)).status, 201);
}

TEST_F(EnrollmentRoutes, ATypedContactWaitsForTheSecondLetter) {
  const Someone paul{.n = 5};
  house_.import({paul});
  const auto session = open(paul, "paul");
  auto standing = house_.standing(house_.find(paul));
  EXPECT_TRUE(standing.second_letter_awaited);
  EXPECT_TRUE(standing.shown_from);
  std::string letter;
  for (const auto& item : house_.outbox()) {
    const auto& object = item.as_object();
    if (object.at("subject") == "Votre second code") {
      EXPECT_EQ(object.at("channel"), "letter");
      letter = std::string(object.at("code").as_string());
    }
  }
  const auto wrong = house_.post("/api/spaces/moi/second-letter", {{"code", ProvisionalCode::draw(house_.entropy()).grouped()}}, session);
  EXPECT_EQ(code(wrong), "enrollment.facts_do_not_match");
  EXPECT_EQ(house_.post("/api/spaces/moi/second-letter", {{"code", letter}}, session).status, 204);
  EXPECT_FALSE(house_.standing(house_.find(paul)).second_letter_awaited);
}

TEST_F(EnrollmentRoutes, ClosingAndReopeningFromTheSettings) {
  house_.import({nadia_});
  const auto session = open(nadia_, "nadia");
  EXPECT_EQ(house_.post("/api/spaces/moi/closure", {{"one_time_code", "000000"}}, session).status, 422);
  const auto closed = house_.post("/api/spaces/moi/closure", {{"one_time_code", reauthenticate(session)}}, session);
  ASSERT_EQ(closed.status, 201) << closed.body;
  EXPECT_EQ(body(closed).at("kept_until"), "2035-03-04");
  EXPECT_EQ(state(nadia_), State::closed);
  // Asked twice, it is closed once: the same receipt.
  const auto again = house_.post("/api/spaces/moi/closure", {{"one_time_code", reauthenticate(session)}}, session);
  EXPECT_EQ(body(again).at("receipt"), body(closed).at("receipt"));
  house_.clock().advance(std::chrono::minutes(1));
  const auto reopened = house_.post("/api/spaces/moi/reopening", {{"one_time_code", reauthenticate(session)}}, session);
  ASSERT_EQ(reopened.status, 201) << reopened.body;
  EXPECT_EQ(state(nadia_), State::opened_by_holder);
}

TEST_F(EnrollmentRoutes, ErasureClosesAtOnceAndEndsTheSession) {
  house_.import({nadia_});
  const auto session = open(nadia_, "nadia");
  const auto person = house_.find(nadia_);
  identity::Caller caller;
  caller.person = person;
  must(io::run(house_.enrollment().request_erasure(caller, person)));
  EXPECT_EQ(house_.standing(person).state, State::closed);
  house_.set_clock("2025-04-03T09:00:00Z");
  must(io::run(house_.enrollment().sweep()));
  EXPECT_EQ(house_.standing(person).state, State::erased);
  EXPECT_EQ(body(house_.get("/api/session", session)).at("signed_in"), false);
}

// rules.md 3: "Erasure on request | within 3 months, the holder is told"; guarded as closing is, undone by reopening.
TEST_F(EnrollmentRoutes, ErasureAskedOnThePagesNeedsTheCodeAndIsUndoneByReopening) {
  house_.import({nadia_});
  const auto session = open(nadia_, "nadia");
  const auto ask = [&](const std::string& typed) { return house_.post("/api/spaces/moi/erasure", {{"one_time_code", typed}}, session); };
  EXPECT_EQ(house_.post("/api/spaces/moi/erasure", {{"one_time_code", "000000"}}).status, 401);
  reauthenticate(session);
  EXPECT_EQ(code(ask("000000")), "identity.one_time_code_wrong");
  EXPECT_EQ(state(nadia_), State::opened_by_holder);
  const auto asked = ask(house_.last_code());
  ASSERT_EQ(asked.status, 201) << asked.body;
  EXPECT_EQ(body(asked).at("receipt").at("kind"), "erasure_asked");
  EXPECT_EQ(body(asked).at("kept_until"), "2025-04-02");
  EXPECT_EQ(state(nadia_), State::closed);
  house_.set_clock("2025-03-20T09:00:00Z");
  const auto person = house_.find(nadia_);
  const std::function<kernel::Result<std::string>(store::Tx&)> start = [&](store::Tx& tx) { return house_.identity().start_session(tx, person); };
  const auto later = "__Host-session=" + must(house_.store().write_now<std::string>(start));
  ASSERT_EQ(house_.post("/api/spaces/moi/reopening", {{"one_time_code", reauthenticate(later)}}, later).status, 201);
  house_.set_clock("2025-04-20T09:00:00Z");
  must(io::run(house_.enrollment().sweep()));
  EXPECT_EQ(state(nadia_), State::opened_by_holder);
}

TEST_F(EnrollmentRoutes, AChildBySessionAndByFacts) {
  const Someone leo{.n = 2, .birth_date = "2019-06-01", .parents = nadia_.number()},
      lea{.n = 3, .birth_date = "2021-06-01", .parents = nadia_.number()}, stranger{.n = 4, .email = "other@courriel.example"};
  house_.import({nadia_, leo, lea, stranger});
  const auto session = open(nadia_, "nadia"), other = open(stranger, "other");
  const auto leo_code = told(leo), lea_code = told(lea);
  const auto children = body(house_.get("/api/children", session)).at("children").as_array();
  ASSERT_EQ(children.size(), 2u);
  const auto& first = children[0].as_object();
  EXPECT_EQ(first.at("state"), "notified");
  EXPECT_EQ(first.at("deadline"), "2025-04-15");
  const std::string who(first.at("who").as_string());
  const bool is_leo = first.at("birth_date") == "2019-06-01";
  const auto right = is_leo ? leo_code : lea_code, wrong = is_leo ? lea_code : leo_code;

  EXPECT_EQ(house_.post("/api/children/" + who + "/activation", {{"code", right}}, other).status, 404);
  EXPECT_EQ(code(house_.post("/api/children/" + who + "/activation", {{"code", wrong}}, session)), "enrollment.facts_do_not_match");
  const auto opened = house_.post("/api/children/" + who + "/activation", {{"code", right}}, session);
  ASSERT_EQ(opened.status, 201) << opened.body;
  // The other child, by the parent's number and serial, without session.
  EXPECT_EQ(code(house_.post("/api/activation/facts", facts(nadia_, wrong, false))), "enrollment.facts_do_not_match");
  const auto begun = house_.post("/api/activation/facts", facts(nadia_, wrong, true));
  ASSERT_EQ(begun.status, 201) << begun.body;
  EXPECT_EQ(body(begun).at("child"), true);
  EXPECT_EQ(body(begun).at("needs_account"), false);
  const auto done = house_.post("/api/activation/open", {}, flow_of(begun));
  ASSERT_EQ(done.status, 201) << done.body;
  EXPECT_NE(body(done).at("who"), "moi");
  EXPECT_TRUE(EnrollmentHouse::set_cookie_of(done, "__Host-session").empty());
  EXPECT_EQ(state(leo), State::opened_by_holder);
  EXPECT_EQ(state(lea), State::opened_by_holder);

  const auto parent = house_.find(nadia_);
  const auto spaces = house_.read<json::array>([&](store::Snapshot& at) { return house_.enrollment().spaces_of(at, parent); });
  EXPECT_EQ(spaces.size(), 3u);
  EXPECT_EQ(spaces[0].as_object().at("relation"), "self");
}

// rules.md 1: "objecting, closing or erasing is told to the other, who may refuse within 6 weeks; on conflict the space stays as it is".
class TwoParents : public EnrollmentRoutes {
 protected:
  TwoParents() {
    house_.import({nadia_, other_, leo_, stranger_});
    (void)open(nadia_, "nadia");
    (void)open(other_, "other");
    (void)open(stranger_, "stranger");
    child_ = house_.find(leo_);
    who_ = house_.identity().people().opaque(child_);
  }
  std::string session(const Someone& one) {
    const auto person = house_.find(one);
    const std::function<kernel::Result<std::string>(store::Tx&)> start = [&](store::Tx& tx) { return house_.identity().start_session(tx, person); };
    return "__Host-session=" + must(house_.store().write_now<std::string>(start));
  }
  identity::Caller caller(const Someone& one) {
    identity::Caller made;
    made.person = house_.find(one);
    return made;
  }
  http::Response refuse(const Someone& one) { return house_.post("/api/children/" + who_ + "/refusal", {}, session(one)); }
  json::object seen_by(const Someone& one) {
    return body(house_.get("/api/children", session(one))).at("children").as_array().at(0).as_object();
  }
  kernel::Instant refusable_until() { return *kernel::parse_rfc3339(std::string(seen_by(other_).at("refusable_until").as_string())); }
  void opened() {
    const auto done = house_.post("/api/children/" + who_ + "/activation", {{"code", told(leo_)}}, session(nadia_));
    ASSERT_EQ(done.status, 201) << done.body;
  }

  Someone other_{.n = 4, .email = "other@courriel.example"}, stranger_{.n = 5, .email = "stranger@courriel.example"};
  Someone leo_{.n = 2, .birth_date = "2019-06-01", .parents = testing::number_of(1) + "|" + testing::number_of(4)};
  PersonId child_;
  std::string who_;
};

TEST_F(TwoParents, ENR_12_AnObjectionIsRefusedByTheOtherParentAndTheSpaceStaysAsItWas) {
  const auto typed = told(leo_);
  EXPECT_FALSE(seen_by(other_).contains("refusable_until"));
  EXPECT_EQ(code(refuse(other_)), "enrollment.not_now") << "nothing was decided";
  ASSERT_EQ(house_.post("/api/children/" + who_ + "/objection", {{"code", typed}}, session(nadia_)).status, 201);
  EXPECT_EQ(state(leo_), State::objected);
  EXPECT_TRUE(seen_by(other_).contains("refusable_until"));
  EXPECT_FALSE(seen_by(nadia_).contains("refusable_until"));
  EXPECT_EQ(code(refuse(nadia_)), "enrollment.not_now") << "one's own decision is changed, not refused";
  EXPECT_EQ(refuse(stranger_).status, 404);
  const auto done = refuse(other_);
  ASSERT_EQ(done.status, 201) << done.body;
  EXPECT_EQ(state(leo_), State::notified);
  EXPECT_EQ(code(refuse(other_)), "enrollment.not_now") << "once";
  // The clock of the notice runs on.
  house_.set_clock("2025-06-30T10:00:00Z");
  must(io::run(house_.enrollment().sweep()));
  EXPECT_EQ(state(leo_), State::opened_by_default);
}

TEST_F(TwoParents, ENR_12_AClosingIsRefusedAndOnlyWhoRefusedMayCloseAfterwards) {
  opened();
  must(io::run(house_.enrollment().close(caller(nadia_), child_)));
  EXPECT_EQ(state(leo_), State::closed);
  ASSERT_EQ(refuse(other_).status, 201);
  EXPECT_EQ(state(leo_), State::opened_by_holder);
  const auto again = io::run(house_.enrollment().close(caller(nadia_), child_));
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, "enrollment.not_now");
  const auto erasing = io::run(house_.enrollment().request_erasure(caller(nadia_), child_));
  ASSERT_FALSE(erasing.has_value());
  EXPECT_EQ(erasing.error().code, "enrollment.not_now");
  must(io::run(house_.enrollment().close(caller(other_), child_)));
  EXPECT_EQ(state(leo_), State::closed);
}

TEST_F(TwoParents, ENR_12_SixWeeksAndNoLonger) {
  opened();
  must(io::run(house_.enrollment().close(caller(nadia_), child_)));
  house_.set_clock(kernel::to_rfc3339(refusable_until()));
  EXPECT_EQ(code(refuse(other_)), "enrollment.not_now");
  EXPECT_EQ(state(leo_), State::archived);
}

TEST_F(TwoParents, ENR_12_AnErasureWaitsForTheOtherParentAndIsUndoneWithItsClosing) {
  opened();
  must(io::run(house_.enrollment().request_erasure(caller(nadia_), child_)));
  EXPECT_EQ(state(leo_), State::closed);
  const auto end = refusable_until();
  house_.set_clock(kernel::to_rfc3339(kernel::Instant{end.ms - 60'000}));
  must(io::run(house_.enrollment().sweep()));
  EXPECT_EQ(state(leo_), State::archived) << "not erased before the six weeks are over";
  ASSERT_EQ(refuse(other_).status, 201);
  EXPECT_EQ(state(leo_), State::opened_by_holder);
  house_.set_clock(kernel::to_rfc3339(kernel::Instant{end.ms + 86'400'000}));
  must(io::run(house_.enrollment().sweep()));
  EXPECT_EQ(state(leo_), State::opened_by_holder);
}

TEST_F(TwoParents, ENR_12_UnrefusedAnErasureTakesPlaceWhenTheSixWeeksAreOver) {
  opened();
  must(io::run(house_.enrollment().request_erasure(caller(nadia_), child_)));
  house_.set_clock(kernel::to_rfc3339(refusable_until()));
  must(io::run(house_.enrollment().sweep()));
  EXPECT_EQ(state(leo_), State::erased);
  EXPECT_EQ(code(refuse(other_)), "enrollment.not_now");
}

// rules.md 3: "A new code at any time | to the contact on file, or by post (one per 10 days)"; for a child, each parent asks alone.
TEST_F(TwoParents, AChildsCodeIsAskedAgainByEitherParentAndOpens) {
  const auto ask = [&](const Someone& one) { return house_.post("/api/children/" + who_ + "/code", {}, session(one)); };
  const auto first = told(leo_);
  EXPECT_EQ(house_.post("/api/children/" + who_ + "/code", {}).status, 401);
  EXPECT_EQ(ask(stranger_).status, 404);
  const auto sent = ask(other_);
  ASSERT_EQ(sent.status, 202) << sent.body;
  EXPECT_EQ(body(sent).at("channel"), "email");
  EXPECT_EQ(body(sent).at("hint"), "o…@courriel.example");
  EXPECT_TRUE(body(sent).at("until").as_string().starts_with("2025-03-05T09:00:00"));
  const auto fresh = house_.last_code();
  EXPECT_NE(fresh, first);
  house_.set_clock("2025-03-05T09:01:00Z");
  EXPECT_EQ(code(house_.post("/api/children/" + who_ + "/activation", {{"code", fresh}}, session(other_))), "enrollment.facts_do_not_match") << "a day, no longer";
  ASSERT_EQ(ask(nadia_).status, 202);
  const auto done = house_.post("/api/children/" + who_ + "/activation", {{"code", house_.last_code()}}, session(nadia_));
  ASSERT_EQ(done.status, 201) << done.body;
  EXPECT_EQ(state(leo_), State::opened_by_holder);
  EXPECT_EQ(code(ask(nadia_)), "enrollment.already_open");
}

TEST_F(EnrollmentRoutes, AChildsCodeIsPostedToAParentWithoutContactOnceInTenDays) {
  const Someone paul{.n = 1}, leo{.n = 2, .birth_date = "2019-06-01", .parents = paul.number()};
  house_.import({paul, leo});
  const auto parent = house_.find(paul), child = house_.find(leo);
  must(io::run(house_.enrollment().open_in_person(parent)));
  const std::function<kernel::Result<std::string>(store::Tx&)> start = [&](store::Tx& tx) { return house_.identity().start_session(tx, parent); };
  const auto session = "__Host-session=" + must(house_.store().write_now<std::string>(start));
  const auto ask = [&] { return house_.post("/api/children/" + house_.identity().people().opaque(child) + "/code", {}, session); };
  const auto sent = ask();
  ASSERT_EQ(sent.status, 202) << sent.body;
  EXPECT_EQ(body(sent).at("channel"), "letter");
  EXPECT_FALSE(body(sent).contains("hint"));
  EXPECT_TRUE(body(sent).contains("last_day"));
  EXPECT_EQ(code(ask()), "enrollment.posted_lately");
  EXPECT_EQ(state(leo), State::eligible) << "asking decides nothing";
}

// Of age at midnight at home, not in Paris.
TEST_F(EnrollmentRoutes, ARepresentativeIsOneUntilMidnightInTheChildsTerritory) {
  Someone leo{.n = 2, .birth_date = "2007-06-01", .zone = "America/Martinique", .parents = nadia_.number()};
  house_.import({nadia_, leo});
  const auto session = open(nadia_, "nadia");
  const auto person = house_.find(leo), parent = house_.find(nadia_);
  identity::Caller caller;
  caller.person = parent;
  const auto who = house_.identity().people().opaque(person);
  const auto sees = [&] {
    auto found = house_.store().read_now<PersonId>([&](store::Snapshot& at) { return house_.enrollment().resolve_who(at, caller, who); });
    return found.has_value();
  };
  house_.set_clock("2025-06-01T03:59:59Z");
  EXPECT_TRUE(sees());
  house_.set_clock("2025-06-01T04:00:00Z");
  EXPECT_FALSE(sees());
}

TEST_F(EnrollmentRoutes, TheOpenAndTheSuspendedAreToldApartOnlyToWhoeverHasTheFacts) {
  house_.import({nadia_});
  (void)open(nadia_, "nadia");
  must(io::run(house_.enrollment().suspend(house_.find(nadia_), "fraud")));
  EXPECT_EQ(code(house_.post("/api/objection", {{"code", house_.last_code()}, {"number", nadia_.number()}})), "enrollment.code_misspelt");
  EXPECT_EQ(code(house_.post("/api/objection", {{"code", ProvisionalCode::draw(house_.entropy()).grouped()}, {"number", nadia_.number()}})),
            "enrollment.facts_do_not_match");
}

}  // namespace
}  // namespace carnet::enrollment
