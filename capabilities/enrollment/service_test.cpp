// The acts over real stores: ENR-4, ENR-5, ENR-7, ENR-8, ENR-9, ENR-11.
#include <gtest/gtest.h>

#include "enrollment/testing/enrollment_house.hpp"

namespace carnet::enrollment {
namespace {

using testing::EnrollmentHouse;
using testing::must;
using testing::Someone;

class EnrollmentService : public ::testing::TestWithParam<std::string> {
 protected:
  EnrollmentHouse house_{GetParam()};

  PersonId add(const Someone& one) {
    house_.import({one});
    return house_.find(one);
  }
  State state(PersonId person) { return house_.standing(person).state; }
  std::int64_t tries(PersonId person) {
    return house_.count(fmt::format("SELECT COALESCE(SUM(tries), 0) FROM code_counter WHERE person_id = {}", person.value));
  }
  audit::TraceReceipt trace_on(SpaceId space) {
    audit::Entry entry;
    entry.space = space;
    return must(house_.journal().durable_now(entry));
  }
  Swept sweep() { return must(io::run(house_.enrollment().sweep())); }
  std::vector<std::string> channels_with(std::string_view subject_part) {
    std::vector<std::string> out;
    for (const auto& item : house_.outbox()) {
      const auto& object = item.as_object();
      if (std::string_view(object.at("subject").as_string()).find(subject_part) != std::string_view::npos)
        out.emplace_back(object.at("channel").as_string());
    }
    std::sort(out.begin(), out.end());
    return out;
  }
  // A code that is well formed and not the person's.
  std::string wrong_code() { return ProvisionalCode::draw(house_.entropy()).grouped(); }
  int try_facts(const Someone& one, const std::string& code, const std::string& peer = "192.0.2.7") {
    return house_.call({http::Method::post, "/api/activation/facts",
                        {{"code", code}, {"number", one.number()}, {"serial", one.serial()}, {"child", false}}, {}, peer, {}}).status;
  }
};

TEST_P(EnrollmentService, TheNoticeIsGivenOnceAndDefaultOpeningFollows) {
  const Someone nadia{.n = 1, .email = "nadia@courriel.example"};
  const auto person = add(nadia);
  const auto first = house_.notify(person);
  EXPECT_TRUE(first.sent);
  EXPECT_EQ(first.channel, notices::Channel::email);
  EXPECT_FALSE(house_.notify(person).sent);
  EXPECT_EQ(house_.outbox().size(), 1u);
  EXPECT_EQ(house_.standing(person).last_day, kernel::parse_date("2025-04-15"));
  EXPECT_EQ(house_.standing(person).space, SpaceId(0));

  house_.set_clock("2025-04-15T21:59:59Z");
  EXPECT_EQ(sweep().opened_by_default, 0);
  house_.set_clock("2025-04-15T22:00:00Z");
  EXPECT_EQ(state(person), State::opened_by_default);
  EXPECT_EQ(sweep().opened_by_default, 1);
  EXPECT_EQ(sweep().opened_by_default, 0);
  EXPECT_EQ(channels_with("est ouvert"), std::vector<std::string>{"email"});
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM code"), 0);  // what is past is not kept
  const auto space = house_.standing(person).space;
  const auto traces = must(io::run(house_.journal().read(space, {})));
  ASSERT_EQ(traces.size(), 2u);
  EXPECT_EQ(traces[0].entry.action, audit::Action::space_opened_by_default);
  EXPECT_EQ(traces[1].entry.action, audit::Action::space_notified);
}

TEST_P(EnrollmentService, ASpaceOpenedByTimeHasItsKeyBeforeAnySweep) {
  const Someone nadia{.n = 1};
  const auto person = add(nadia);
  house_.notify(person);
  house_.set_clock("2025-06-01T08:00:00Z");
  const auto standing = house_.standing(person);
  ASSERT_EQ(standing.state, State::opened_by_default);
  const auto receipt = trace_on(standing.space);
  EXPECT_TRUE(house_.keyring().open_now(receipt, keyring::Purpose::write_record).has_value());
}

TEST_P(EnrollmentService, ABounceVoidsTheCodeAndALetterFollows) {
  const Someone nadia{.n = 1, .email = "nadia@courriel.example"};
  const auto person = add(nadia);
  const auto sent = house_.notify(person);
  const auto code = house_.last_code();
  house_.set_clock("2025-03-06T09:00:00Z");
  must(house_.notices().returned(sent.reference));
  EXPECT_EQ(state(person), State::notified);
  EXPECT_EQ(house_.standing(person).last_day, kernel::parse_date("2025-04-25"));  // 6 March + 50
  EXPECT_EQ(channels_with("a été créé"), (std::vector<std::string>{"email", "letter"}));
  EXPECT_EQ(io::run(house_.enrollment().object(code, nadia.number())).error().code, "enrollment.facts_do_not_match");
  // The letter comes back too: nobody is left to inform, and nothing opens.
  const auto reference = house_.read<std::string>([&](store::Snapshot& at) -> kernel::Result<std::string> {
    std::string last;
    CARNET_CHECK(at.query("SELECT reference FROM notice ORDER BY notice_id", {}, [&](const store::Row& row) {
      last = std::string(row.text(0));
      return true;
    }));
    return last;
  });
  must(house_.notices().returned(reference));
  house_.set_clock("2026-01-01T09:00:00Z");
  EXPECT_EQ(state(person), State::eligible);
}

TEST_P(EnrollmentService, ObjectingIsToldOnEveryChannelAndHolds) {
  const Someone nadia{.n = 1, .email = "nadia@courriel.example", .phone = "0612345678"};
  const auto person = add(nadia);
  house_.notify(person);
  const auto code = house_.last_code();
  const auto receipt = must(io::run(house_.enrollment().object(code, nadia.number())));
  EXPECT_EQ(receipt.kind, "objected");
  EXPECT_EQ(channels_with("Opposition"), (std::vector<std::string>{"email", "letter", "sms"}));
  house_.set_clock("2035-01-01T09:00:00Z");
  EXPECT_EQ(sweep().opened_by_default, 0);
  EXPECT_EQ(state(person), State::objected);
  EXPECT_EQ(io::run(house_.enrollment().object(code, nadia.number())).error().code, "enrollment.facts_do_not_match");
}

TEST_P(EnrollmentService, ClosingWithoutHavingOpenedThenErasureAfterTenYears) {
  const Someone nadia{.n = 1};
  const auto person = add(nadia);
  house_.notify(person);
  house_.set_clock("2025-05-02T09:00:00Z");
  sweep();
  const auto space = house_.standing(person).space;
  must(io::run(house_.enrollment().request_code(nadia.number(), nadia.serial(), CodeKind::closing_on_request)));
  const auto receipt = must(io::run(house_.enrollment().close_never_opened(house_.last_code(), nadia.number())));
  EXPECT_EQ(receipt.kind, "closed");
  EXPECT_EQ(state(person), State::closed);
  EXPECT_EQ(house_.standing(person).kept_until, kernel::parse_date("2035-05-02"));
  const auto trace = trace_on(space);
  EXPECT_TRUE(house_.keyring().open_now(trace, keyring::Purpose::read_record).has_value());

  std::vector<State> told;
  house_.enrollment().on_change([&](store::Tx&, const Standing&, const Standing& after) -> kernel::Status {
    if (after.space == space) told.push_back(after.state);
    return {};
  });
  house_.set_clock("2035-05-02T22:00:00Z");
  EXPECT_EQ(state(person), State::erased);
  const auto swept = sweep();
  EXPECT_EQ(swept.archived, 1);
  EXPECT_EQ(swept.erased, 1);
  EXPECT_EQ(told, (std::vector<State>{State::archived, State::erased}));
  EXPECT_EQ(house_.keyring().open_now(trace, keyring::Purpose::read_record).error().kind, kernel::ErrorKind::gone);
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM key_to_destroy"), 0);

  const auto again = must(io::run(house_.enrollment().open_in_person(person)));
  EXPECT_NE(again, space);
  const auto over = house_.read<Standing>([&](store::Snapshot& at) { return house_.enrollment().standing_of_space(at, space); });
  EXPECT_EQ(over.state, State::erased);
}

TEST_P(EnrollmentService, TriesAreCountedAcrossRestartsAndTheRoadCloses) {
  const Someone nadia{.n = 1, .email = "nadia@courriel.example"};
  const auto person = add(nadia);
  house_.notify(person);
  const auto right = house_.last_code();
  int judged = 0;
  for (int i = 0; i < 20; ++i) {
    if (i % 4 == 3) house_.reopen();
    int status = 429;
    while ((status = try_facts(nadia, wrong_code(), fmt::format("192.0.2.{}", i))) == 429) house_.clock().advance(std::chrono::minutes(15));
    EXPECT_EQ(status, 422);
    ++judged;
    ASSERT_GE(tries(person), judged);
  }
  EXPECT_EQ(tries(person), 20);
  EXPECT_EQ(try_facts(nadia, right, "192.0.2.99"), 422);  // not even looked at
  EXPECT_EQ(tries(person), 20);
  EXPECT_EQ(channels_with("Trop d").size(), 2u);  // e-mail and letter
  EXPECT_FALSE(house_.standing(person).opens_by_default_at);
  house_.set_clock("2025-08-01T09:00:00Z");
  sweep();
  EXPECT_EQ(state(person), State::notified);
  EXPECT_TRUE(house_.notify(person, "2026").sent);
}

TEST_P(EnrollmentService, AStrangerWithANumberBurnsNobodysTries) {
  const Someone nadia{.n = 1, .email = "nadia@courriel.example"};
  const auto person = add(nadia);
  house_.notify(person);
  const auto right = house_.last_code();
  for (int i = 0; i < 40; ++i) {
    const auto response = house_.call({http::Method::post, "/api/activation/facts",
                                       {{"code", wrong_code()}, {"number", nadia.number()}, {"serial", "999" + std::to_string(i)}}, {},
                                       fmt::format("198.51.100.{}", i), {}});
    EXPECT_EQ(response.status, 422);
    (void)house_.call({http::Method::post, "/api/objection", {{"code", wrong_code()}, {"number", nadia.number()}}, {},
                       fmt::format("198.51.100.{}", i), {}});
  }
  EXPECT_EQ(tries(person), 0);
  EXPECT_EQ(try_facts(nadia, right), 201);
}

TEST_P(EnrollmentService, ASourceThatMissesWaits) {
  const Someone nadia{.n = 1, .email = "nadia@courriel.example"};
  add(nadia);
  for (int i = 0; i < 30; ++i) {  // ADR 10
    Someone other{.n = 100 + i};
    EXPECT_EQ(try_facts(other, wrong_code(), "203.0.113.5"), 422);
  }
  const auto refused = house_.call({http::Method::post, "/api/objection", {{"code", wrong_code()}, {"number", nadia.number()}}, {},
                                    "203.0.113.5", {}});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(EnrollmentHouse::code_of(refused), "enrollment.wait");
  house_.clock().advance(std::chrono::seconds(30));
  EXPECT_EQ(try_facts({.n = 140}, wrong_code(), "203.0.113.5"), 422);
  // One network of the sixth protocol is one source, however its addresses are written.
  for (int i = 0; i < 30; ++i) EXPECT_EQ(try_facts({.n = 200 + i}, wrong_code(), fmt::format("2001:db8:0:7::{}", i)), 422);
  EXPECT_EQ(try_facts({.n = 240}, wrong_code(), "2001:DB8:0000:7:1:2:3:4"), 429);
  EXPECT_EQ(try_facts({.n = 240}, wrong_code(), "2001:db8:0:8::1"), 422);
}

TEST_P(EnrollmentService, TheSamePairMeetsTheSameLadderWhetherItExistsOrNot) {
  const Someone nadia{.n = 1, .email = "nadia@courriel.example"}, nobody{.n = 2};
  add(nadia);
  house_.notify(house_.find(nadia));
  std::vector<int> real, decoy;
  for (int i = 0; i < 6; ++i) {
    real.push_back(try_facts(nadia, wrong_code(), fmt::format("203.0.113.{}", i)));
    decoy.push_back(try_facts(nobody, wrong_code(), fmt::format("198.51.100.{}", i)));
    if (i == 4) house_.clock().advance(std::chrono::seconds(30));
  }
  EXPECT_EQ(real, (std::vector<int>{422, 422, 422, 429, 429, 422}));
  EXPECT_EQ(decoy, real);
}

TEST_P(EnrollmentService, SuspensionAndDeath) {
  const Someone nadia{.n = 1, .email = "nadia@courriel.example"}, paul{.n = 2};
  const auto person = add(nadia), other = add(paul);
  must(io::run(house_.enrollment().open_in_person(person)));
  must(io::run(house_.enrollment().open_in_person(other)));
  must(io::run(house_.enrollment().suspend(person, "fraud")));
  EXPECT_EQ(channels_with("suspendu"), (std::vector<std::string>{"email", "letter"}));
  must(io::run(house_.enrollment().declare_death(other, *kernel::parse_date("2025-03-03"))));
  EXPECT_EQ(state(other), State::archived);
  must(io::run(house_.enrollment().revert_death(other)));
  EXPECT_EQ(state(other), State::opened_by_holder);
  house_.set_clock("2025-04-15T22:00:00Z");
  EXPECT_EQ(state(person), State::closed);
  sweep();
  EXPECT_EQ(channels_with("clôturé"), (std::vector<std::string>{"email", "letter"}));
  EXPECT_EQ(io::run(house_.enrollment().lift_suspension(person)).error().code, "enrollment.not_now");
}

TEST_P(EnrollmentService, ALandlineIsCalled) {
  const Someone nadia{.n = 1, .phone = "0123456789"};
  add(nadia);
  must(io::run(house_.enrollment().request_code(nadia.number(), nadia.serial(), CodeKind::opening_on_request)));
  EXPECT_EQ(channels_with("Votre code provisoire"), std::vector<std::string>{"voice"});
  EXPECT_EQ(try_facts(nadia, house_.last_code()), 201);
}

TEST_P(EnrollmentService, NobodyWritesToTheDead) {
  const Someone late{.n = 1, .email = "late@courriel.example", .died = "2025-03-01"};
  const auto person = add(late);
  EXPECT_FALSE(house_.notify(person).sent);
  must(io::run(house_.enrollment().request_code(late.number(), late.serial(), CodeKind::opening_on_request)));
  EXPECT_TRUE(house_.outbox().empty());
}

TEST_P(EnrollmentService, WhoeverHasNeitherMailNorAddressStaysEligible) {
  const auto person = add({.n = 1, .postal = false});
  EXPECT_FALSE(house_.notify(person).sent);
  EXPECT_EQ(state(person), State::eligible);
}

TEST_P(EnrollmentService, ANewAdultIsToldByPost) {
  const Someone parent{.n = 1, .email = "parent@courriel.example"};
  Someone child{.n = 2, .birth_date = "2007-04-01", .parents = parent.number()};
  house_.import({parent, child});
  const auto person = house_.find(child);
  EXPECT_TRUE(house_.notify(person).sent);
  EXPECT_EQ(channels_with("a été créé"), std::vector<std::string>{"email"});
  must(io::run(house_.enrollment().object(house_.last_code(), parent.number())));
  EXPECT_EQ(state(person), State::objected);
  house_.set_clock("2025-03-31T22:00:00Z");  // 1 April in Paris: eighteen
  sweep();
  EXPECT_EQ(channels_with("a été créé"), (std::vector<std::string>{"email", "letter"}));
  sweep();
  EXPECT_EQ(channels_with("a été créé").size(), 2u);
  EXPECT_EQ(state(person), State::objected);
  house_.set_clock("2026-01-01T09:00:00Z");
  EXPECT_EQ(state(person), State::objected);
}

TEST_P(EnrollmentService, ReceiptsVerifyOfflineAndNothingElseDoes) {
  const Someone nadia{.n = 1, .email = "nadia@courriel.example"};
  add(nadia);
  house_.notify(house_.find(nadia));
  const auto receipt = must(io::run(house_.enrollment().object(house_.last_code(), nadia.number())));
  const auto pdf = house_.get(receipt.pdf_path);
  EXPECT_EQ(pdf.status, 200);
  EXPECT_TRUE(pdf.body.starts_with("%PDF"));
  EXPECT_EQ(house_.get("/api/receipts/0123456789abcdefghjkmnpqrs.pdf").status, 404);
  const auto published = house_.get("/api/receipts/key.pem").body;
  auto text_path = receipt.pdf_path;
  text_path.replace(text_path.size() - 4, 4, ".txt");
  const auto signed_text = house_.get(text_path).body;
  EXPECT_TRUE(Enrollment::verify_receipt(signed_text, published)) << signed_text;
  EXPECT_FALSE(Enrollment::verify_receipt("x" + signed_text, published));
  EXPECT_EQ(house_.get(text_path.substr(0, text_path.size() - 4)).status, 404);

  auto key = crypto::SigningKey::generate_ed25519(house_.entropy());
  const std::string text = "Reçu n° 2025-ABCD\nOpposition enregistrée\n";
  const auto signature = kernel::to_base64(key.sign(crypto::PublicKey::Algorithm::eddsa, kernel::as_bytes(text)));
  const auto whole = text + "-----\nClé : 0\nSignature (Ed25519) : " + signature + "\n";
  EXPECT_TRUE(Enrollment::verify_receipt(whole, key.public_pem()));
  EXPECT_FALSE(Enrollment::verify_receipt(whole, house_.enrollment().receipt_public_key()));
  auto altered = whole;
  altered.replace(altered.find("ABCD"), 4, "ABCE");
  EXPECT_FALSE(Enrollment::verify_receipt(altered, key.public_pem()));
  EXPECT_FALSE(Enrollment::verify_receipt("", key.public_pem()));
  EXPECT_FALSE(Enrollment::verify_receipt(text, key.public_pem()));
  const auto before = house_.enrollment().receipt_public_key();
  house_.reopen();
  EXPECT_EQ(house_.enrollment().receipt_public_key(), before);
}

TEST_P(EnrollmentService, OnePersonNobodyCanReadHoldsUpNoSweep) {
  std::vector<Someone> people;
  for (int n = 1; n <= 5; ++n) people.push_back({.n = n});
  house_.import(people);
  for (const auto& one : people) house_.notify(house_.find(one));
  const auto spoilt = house_.find(people[2]);
  must(house_.store().write_now<std::int64_t>([&](store::Tx& tx) {
    return tx.execute("INSERT INTO life_fact (person_id, seq, kind, at, recorded_at, data) VALUES ($1, 2, 999, 0, 0, '')", {spoilt.value});
  }));
  house_.set_clock("2025-06-01T09:00:00Z");
  EXPECT_EQ(sweep().opened_by_default, 4);
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM due WHERE due_at <= 1748768400000"), 0);  // the fifth comes back tomorrow
  EXPECT_EQ(sweep().opened_by_default, 0);
}

// ENR-11: what fails leaves nothing behind.
TEST_P(EnrollmentService, AnActThatFailsLeavesNothing) {
  const Someone nadia{.n = 1, .email = "nadia@courriel.example"};
  const auto person = add(nadia);
  house_.notify(person);
  const auto code = house_.last_code();
  bool fails = true;
  house_.enrollment().on_change([&](store::Tx&, const Standing&, const Standing&) -> kernel::Status {
    if (fails) return kernel::refuse(kernel::ErrorKind::unavailable, "test.fails");
    return {};
  });
  const auto facts = house_.count("SELECT COUNT(*) FROM life_fact"), notices = house_.count("SELECT COUNT(*) FROM notice");
  EXPECT_EQ(io::run(house_.enrollment().object(code, nadia.number())).error().code, "test.fails");
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM life_fact"), facts);
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM notice"), notices);
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM receipt"), 0);
  fails = false;
  EXPECT_TRUE(io::run(house_.enrollment().object(code, nadia.number())).has_value());
}

INSTANTIATE_TEST_SUITE_P(Engines, EnrollmentService, ::testing::ValuesIn(store::testing::store_cases()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace carnet::enrollment
