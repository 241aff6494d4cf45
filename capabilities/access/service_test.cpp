// The service on both engines: relations, codes, carers, emergency, explanation, the past. ACC-1, ACC-10, ACC-14 to ACC-19.
#include "access/testing/access_case.hpp"

namespace carnet::access {
namespace {

using namespace testing;

class AccessService : public AccessCase {};
INSTANTIATE_TEST_SUITE_P(Engines, AccessService, ::testing::ValuesIn(store::testing::store_cases()));

TEST_P(AccessService, RelationsBeginAndEnd) {
  const auto nadia = open({.n = 1});
  EXPECT_EQ(authorise(software(doctor), nadia), "not_found");
  join(nadia);
  EXPECT_EQ(authorise(software(doctor), nadia), "");
  EXPECT_EQ(authorise(software(doctor, clinic), nadia), "not_found") << "of another structure";
  write([&](store::Tx& tx) { return access_->block(tx, nadia, doctor); });
  EXPECT_EQ(authorise(software(doctor), nadia), "access.blocked");
  write([&](store::Tx& tx) { return access_->unblock(tx, nadia, doctor); });
  EXPECT_EQ(authorise(software(doctor), nadia), "");
  write([&](store::Tx& tx) { return access_->refuse_professional(tx, nadia, doctor, true); });
  join(nadia);
  EXPECT_EQ(authorise(software(doctor), nadia), "not_found") << "refused, however often declared";
  write([&](store::Tx& tx) { return access_->refuse_professional(tx, nadia, doctor, false); });
  EXPECT_EQ(authorise(software(doctor), nadia), "");
}

TEST_P(AccessService, ACC_17_ThePastIsJudgedAsItWas) {
  const auto nadia = open({.n = 1});
  const auto before = house_.clock().now();
  house_.clock().advance(std::chrono::hours(1));
  join(nadia);
  const auto joined = house_.clock().now();
  house_.clock().advance(std::chrono::hours(1));
  write([&](store::Tx& tx) { return access_->block(tx, nadia, doctor); });
  const Question question{software(doctor), nadia};
  EXPECT_EQ(judge(question, before), "access.no_relation");
  EXPECT_EQ(judge(question, joined), "access.care_team");
  EXPECT_EQ(judge(question, house_.clock().now()), "access.blocked");
}

TEST_P(AccessService, ACC_15_WhoNeverReadsHearsWhatAStrangerHears) {
  const auto nadia = open({.n = 1});
  join(nadia, occupational);
  EXPECT_EQ(authorise(software(occupational), nadia), "not_found");
  auto emergency = software(occupational);
  emergency.purpose = audit::Mode::centre_15;
  EXPECT_EQ(authorise(emergency, nadia), "not_found");
  write([&](store::Tx& tx) { return access_->grant_occupational(tx, nadia, occupational, true); });
  EXPECT_EQ(authorise(software(occupational), nadia), "");
  join(nadia, doctor, insurer);
  EXPECT_EQ(authorise(software(doctor, insurer), nadia), "not_found");
}

TEST_P(AccessService, AConsultationCodeServesOnceForMinutes) {
  const auto nadia = open({.n = 1});
  const auto number = Someone{.n = 1}.number();
  const auto made = post("/api/spaces/moi/access/consultation-code", {}, nadia);
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string typed(body(made).at("code").as_string());
  const auto redeem = [&](const std::string& proof, std::string_view means = "code", std::string_view of = {}) {
    return call(http::Method::post, "/api/professional/consultations",
                {{"number", of.empty() ? number : std::string(of)}, {"means", means}, {"proof", proof}}, software(other));
  };
  const auto wrong = redeem("0000 0000");
  EXPECT_EQ(code(wrong), "access.consultation_refused");
  EXPECT_EQ(redeem(typed, "code", Someone{.n = 99}.number()).body, wrong.body) << "nobody, and a wrong code: the same bytes";
  EXPECT_EQ(authorise(software(other), nadia), "not_found") << "a refusal leaves nothing";
  EXPECT_EQ(redeem(typed).status, 204);
  EXPECT_EQ(authorise(software(other), nadia), "");
  EXPECT_EQ(code(redeem(typed)), "access.consultation_refused") << "once";
  house_.clock().advance(std::chrono::hours(24));
  EXPECT_EQ(authorise(software(other), nadia), "not_found") << "until the end of its hours";
  const auto late = std::string(body(post("/api/spaces/moi/access/consultation-code", {}, nadia)).at("code").as_string());
  house_.clock().advance(std::chrono::minutes(10));
  EXPECT_EQ(code(redeem(late)), "access.consultation_refused");
}

TEST_P(AccessService, FiveWrongTriesBurnACode) {
  const auto nadia = open({.n = 1});
  const auto number = Someone{.n = 1}.number();
  const std::string typed(body(post("/api/spaces/moi/access/consultation-code", {}, nadia)).at("code").as_string());
  const auto redeem = [&](std::string proof) {
    return io::run(access_->redeem_consultation(software(other), number, "code", std::move(proof))).has_value();
  };
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(redeem("12345678"));
  EXPECT_FALSE(redeem(typed));
}

TEST_P(AccessService, ADeclarationIsToldAndIsNotForWhomTheHolderRefused) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  const auto number = Someone{.n = 1}.number();
  const auto before = house_.outbox().size();
  must(io::run(access_->redeem_consultation(software(other), number, "declaration", "")));
  EXPECT_EQ(house_.outbox().size(), before + 1);
  EXPECT_EQ(authorise(software(other), nadia), "");
  write([&](store::Tx& tx) { return access_->refuse_professional(tx, nadia, other, true); });
  EXPECT_EQ(authorise(software(other), nadia), "not_found");
  EXPECT_FALSE(io::run(access_->redeem_consultation(software(other), number, "declaration", "")).has_value());
  must(io::run(access_->redeem_consultation(software(other), number, "card", Someone{.n = 1}.serial())));
  EXPECT_EQ(authorise(software(other), nadia), "") << "the holder's own card undoes it";
}

TEST_P(AccessService, ACC_14_ACarerIsInvitedAcceptsAndIsEnded) {
  const auto nadia = open({.n = 1});
  const auto paul = open({.n = 2});
  const json::object given{{"classes", json::array{"10"}}, {"until", "2025-06-30"}, {"powers", json::array{"traces"}}};
  const auto invited = post("/api/spaces/moi/access/carers", given, nadia);
  ASSERT_EQ(invited.status, 201) << invited.body;
  const std::string typed(body(invited).at("code").as_string());
  EXPECT_EQ(code(post("/api/carer-invitations", {{"code", "ABCD-EFGH-JKMN"}}, paul)), "access.invitation_refused");
  const auto accepted = post("/api/carer-invitations", {{"code", typed}}, paul);
  ASSERT_EQ(accepted.status, 201) << accepted.body;
  EXPECT_EQ(code(post("/api/carer-invitations", {{"code", typed}}, paul)), "access.invitation_refused") << "once";
  EXPECT_EQ(authorise(person(paul), nadia), "");
  EXPECT_EQ(authorise(person(paul), nadia, Act::export_copy), "access.out_of_scope");
  const std::string who(body(accepted).at("who").as_string());
  EXPECT_EQ(call(http::Method::get, "/api/spaces/" + who, {}, person(paul)).status, 200);
  const auto spaces = house_.read<json::array>([&](store::Snapshot& at) { return access_->spaces_of(at, paul); });
  ASSERT_EQ(spaces.size(), 2U);
  EXPECT_FALSE(spaces[0].as_object().contains("may")) << "one's own space: everything";
  EXPECT_EQ(json::serialize(spaces[1].as_object().at("may")), R"(["traces"])") << "what was entrusted, and nothing else";
  const auto list = body(call(http::Method::get, "/api/spaces/moi/access", {}, person(nadia)));
  ASSERT_EQ(list.at("carers").as_array().size(), 1U);
  const auto carer = list.at("carers").as_array()[0].as_object().at("person");
  EXPECT_EQ(post("/api/spaces/moi/access/carers/end", {{"person", carer}}, nadia).status, 204);
  EXPECT_EQ(authorise(person(paul), nadia), "not_found");
  EXPECT_EQ(call(http::Method::get, "/api/spaces/" + who, {}, person(paul)).status, 404);
}

TEST_P(AccessService, DelegationsAreRefusedWhenTheyMakeNoSense) {
  const auto nadia = open({.n = 1});
  const auto refused = [&](const json::object& given) { return code(post("/api/spaces/moi/access/carers", given, nadia)); };
  EXPECT_EQ(refused({{"classes", json::array{"10"}}, {"until", "2025-01-01"}}), "access.end_before_start");
  EXPECT_EQ(refused({{"classes", json::array{}}, {"until", "2025-06-30"}}), "access.scope");
  EXPECT_EQ(refused({{"classes", json::array{"77"}}, {"until", "2025-06-30"}}), "access.scope");
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM carer_invitation"), 0);
  const auto child = open({.n = 3, .birth_date = "2012-05-05"});
  const auto far = house_.clock().now().plus(std::chrono::hours(24 * 30));
  const auto add = [&](PersonId carer, std::uint32_t classes, kernel::Instant until) {
    const auto done = house_.store().write_now<void>(
        [&](store::Tx& tx) { return access_->add_carer(tx, nadia, carer, classes, until, nadia); });
    return done ? std::string() : done.error().code;
  };
  EXPECT_EQ(add(child, 1, far), "access.carer_minor");
  EXPECT_EQ(add(nadia, 1, far), "access.scope");
  const auto paul = open({.n = 2});
  EXPECT_EQ(add(paul, 0, far), "access.scope");
  EXPECT_EQ(add(paul, 1, far.plus(std::chrono::hours(24 * 1000))), "access.until");
  EXPECT_EQ(house_.count("SELECT COUNT(*) FROM access_version"), 0) << "every refusal leaves nothing";
  const auto inverted = house_.store().write_now<void>([&](store::Tx& tx) {
    return access_->declare_care_team(tx, nadia, doctor, hospital, far, house_.clock().now());
  });
  EXPECT_EQ(inverted.error().code, "access.end_before_start");
}

TEST_P(AccessService, ACC_12_ParentsAMinorsAgreementAndAJudge) {
  const auto nadia = open({.n = 1});
  const auto lea = open({.n = 2, .birth_date = "2008-06-01", .parents = Someone{.n = 1}.number()});
  EXPECT_EQ(authorise(person(nadia), lea), "");
  EXPECT_EQ(authorise(person(lea), lea), "access.agreement_awaited");
  const std::string path = "/api/spaces/" + house_.identity().people().opaque(lea) + "/access";
  EXPECT_EQ(call(http::Method::put, path + "/own-access", {{"agreed", true}}, person(nadia)).status, 204);
  EXPECT_EQ(authorise(person(lea), lea), "");
  EXPECT_EQ(authorise(person(lea), lea, Act::close), "access.for_the_parents");
  write([&](store::Tx& tx) { return access_->record_judge(tx, lea, nadia, true); });
  EXPECT_EQ(authorise(person(nadia), lea), "not_found");
  write([&](store::Tx& tx) { return access_->record_judge(tx, lea, nadia, false); });
  EXPECT_EQ(authorise(person(nadia), lea), "");
  house_.set_clock("2026-06-01T00:30:00Z");
  EXPECT_EQ(authorise(person(nadia), lea), "not_found") << "majority acts on the day";
  EXPECT_EQ(authorise(person(lea), lea), "");
}

TEST_P(AccessService, ACC_19_AnEmergencyIsNotedToldOnceListedAndContested) {
  const auto nadia = open({.n = 1, .email = "nadia@courriel.example"});
  auto urgent = software(doctor);
  urgent.purpose = audit::Mode::bris_de_glace;
  EXPECT_EQ(authorise(urgent, nadia), "not_found") << "without a reason";
  urgent.emergency_reason = "inconscient";
  const auto before = house_.outbox().size();
  EXPECT_EQ(authorise(urgent, nadia), "");
  EXPECT_EQ(authorise(urgent, nadia), "");
  EXPECT_TRUE(emergencies_reach(1));
  EXPECT_EQ(house_.outbox().size(), before + 1);
  const auto list = body(call(http::Method::get, "/api/spaces/moi/access/emergencies", {}, person(nadia)));
  ASSERT_EQ(list.at("emergencies").as_array().size(), 1U);
  EXPECT_EQ(list.at("emergencies").as_array()[0].as_object().at("mode"), "bris_de_glace");
  EXPECT_EQ(post("/api/spaces/moi/access/emergencies/1/contest", {}, nadia).status, 204);
  EXPECT_EQ(post("/api/spaces/moi/access/emergencies/1/contest", {}, nadia).status, 404) << "once";
  EXPECT_EQ(post("/api/spaces/moi/access/emergencies/7/contest", {}, nadia).status, 404);
  EXPECT_EQ(call(http::Method::put, "/api/spaces/moi/access/emergency", {{"bris_de_glace", false}}, person(nadia)).status, 204);
  EXPECT_EQ(authorise(urgent, nadia), "not_found");
  urgent.purpose = audit::Mode::centre_15;
  EXPECT_EQ(authorise(urgent, nadia), "") << "the other refusal is apart";
}

TEST_P(AccessService, ACC_16_AFreezeEndsSessionsAndIsNotLiftedByOne) {
  const auto nadia = open({.n = 1});
  join(nadia);
  EXPECT_EQ(post("/api/spaces/moi/access/freeze", {}, nadia).status, 204);
  EXPECT_EQ(authorise(person(nadia), nadia), "access.frozen");
  EXPECT_EQ(code(post("/api/spaces/moi/access/unblock", {{"rpps", doctor}}, nadia)), "access.frozen");
  EXPECT_EQ(authorise(software(doctor), nadia), "");
  write([&](store::Tx& tx) { return access_->freeze(tx, nadia, false); });
  EXPECT_EQ(authorise(person(nadia), nadia), "");
}

TEST_P(AccessService, TheListSaysWhoHasAccessAndChangesAreTracedInOneTransaction) {
  const auto nadia = open({.n = 1});
  join(nadia);
  const auto traces = traces_of(nadia);
  EXPECT_EQ(post("/api/spaces/moi/access/block", {{"rpps", doctor}}, nadia).status, 204);
  EXPECT_EQ(traces_of(nadia), traces + 1);
  EXPECT_EQ(code(post("/api/spaces/moi/access/block", {{"rpps", "99999999999"}}, nadia)), "access.professional");
  EXPECT_EQ(traces_of(nadia), traces + 1) << "a refusal leaves nothing";
  const auto list = body(call(http::Method::get, "/api/spaces/moi/access", {}, person(nadia)));
  ASSERT_EQ(list.at("professionals").as_array().size(), 1U);
  const auto& one = list.at("professionals").as_array()[0].as_object();
  EXPECT_EQ(one.at("name"), "Dr Lina Benali");
  EXPECT_EQ(one.at("structure"), "Hôpital des Tilleuls");
  EXPECT_EQ(one.at("blocked"), true);
  EXPECT_EQ(traces_of(nadia), traces + 2) << "the list is traced";
}

TEST_P(AccessService, DiscretionHidesWhereCareIsGivenFromTheOtherParent) {
  const auto nadia = open({.n = 1});
  const auto paul = open({.n = 2});
  const auto lea = open({.n = 3, .birth_date = "2015-06-01", .parents = Someone{.n = 1}.number() + "|" + Someone{.n = 2}.number()});
  join(lea);
  const std::string path = "/api/spaces/" + house_.identity().people().opaque(lea) + "/access";
  ASSERT_EQ(call(http::Method::put, path + "/discretion", {{"on", true}}, person(nadia)).status, 204);
  const auto hers = body(call(http::Method::get, path, {}, person(nadia)));
  const auto his = body(call(http::Method::get, path, {}, person(paul)));
  EXPECT_EQ(hers.at("professionals").as_array().size(), 1U);
  EXPECT_EQ(hers.at("discretion"), true);
  EXPECT_EQ(his.at("professionals").as_array().size(), 0U);
  EXPECT_EQ(his.at("discretion"), false) << "nor that it was asked";
  const std::string space = "/api/spaces/" + house_.identity().people().opaque(lea);
  audit::Entry read;
  read.space = house_.standing(lea).space;
  read.action = audit::Action::document_read;
  read.actor = audit::ActorKind::professional;
  read.actor_id = doctor;
  read.actor_name = "Dr Lina Benali";
  read.structure_name = "Hôpital des Tilleuls";
  read.mode = audit::Mode::bris_de_glace;
  read.reason = "inconsciente devant l'hôpital des Tilleuls";
  must(house_.journal().durable_now(read));
  const auto told_him = call(http::Method::get, space + "/traces", {}, person(paul)).body;
  for (const auto* where : {"Benali", "Tilleuls"}) EXPECT_EQ(told_him.find(where), std::string::npos) << where;
  EXPECT_NE(told_him.find("access.bris_de_glace"), std::string::npos) << "that it was an emergency he reads";
  EXPECT_NE(call(http::Method::get, space + "/traces", {}, person(nadia)).body.find("devant l'hôpital"), std::string::npos);
  // Neither by the whole log, nor by AuditEvent, nor by asking of one professional after the other.
  access_->on_extract([](kernel::SpaceId, audit::Lane) -> io::Task<kernel::Result<std::string>> { co_return std::string("{}"); });
  EXPECT_EQ(code(call(http::Method::get, space + "/traces/extract", {}, person(paul))), "access.extract_withheld");
  EXPECT_EQ(call(http::Method::get, space + "/traces/extract", {}, person(nadia)).status, 200);
  const auto events = "/fhir/R4/AuditEvent?patient=" + house_.identity().people().opaque(lea);
  EXPECT_EQ(code(call(http::Method::get, events, {}, person(paul))), "access.extract_withheld");
  const auto explain = [&](PersonId by, std::string_view rpps) {
    const auto answered = call(http::Method::post, space + "/explain", {{"viewer", {{"kind", "professional"}, {"rpps", rpps}}}}, person(by));
    return std::to_string(answered.status);
  };
  EXPECT_EQ(explain(nadia, doctor), "200");
  EXPECT_EQ(explain(paul, doctor), explain(paul, "10009999999")) << "as of one whom nobody knows";
}

TEST_P(AccessService, WhoMaySeeThisDocumentIsAnsweredAlsoBeforeSaving) {
  const auto nadia = open({.n = 1});
  join(nadia);
  ItemFacts facts;
  facts.doc_class = "10";
  facts.doc_type = "11502-2";
  access_->on_item_facts([facts](const Caller&, PersonId, std::string id) -> io::Task<kernel::Result<ItemFacts>> {
    if (id != "known") co_return kernel::refuse(kernel::ErrorKind::not_found, "not_found");
    co_return facts;
  });
  const auto ask = [&](const json::object& viewer, const json::object& settings = {}) {
    const auto answered = post("/api/spaces/moi/explain", {{"document", "known"}, {"viewer", viewer}, {"settings", settings}}, nadia);
    EXPECT_EQ(answered.status, 200) << answered.body;
    const auto said = body(answered);
    return std::string(said.at("answer").as_string()) + " " + std::string(said.at("rules").as_array()[0].as_string());
  };
  EXPECT_EQ(ask({{"kind", "professional"}, {"rpps", doctor}}), "yes access.matrix");
  EXPECT_EQ(ask({{"kind", "professional"}, {"rpps", doctor}}, {{"masked", true}}), "no access.hidden_from_professionals");
  EXPECT_EQ(ask({{"kind", "professional"}, {"rpps", doctor}}, {{"blocked", true}}), "no access.blocked");
  EXPECT_EQ(ask({{"kind", "professional"}, {"rpps", doctor}}, {{"refused", true}}), "no access.no_relation");
  EXPECT_EQ(ask({{"kind", "stranger"}, {"profession", "40"}}), "no access.no_relation");
  EXPECT_EQ(ask({{"kind", "centre_15"}}), "yes access.matrix");
  EXPECT_EQ(ask({{"kind", "centre_15"}}, {{"masked", true}}), "no access.hidden_in_emergency");
  EXPECT_EQ(ask({{"kind", "centre_15"}}, {{"masked", true}, {"visible_in_emergency", true}}), "yes access.matrix");
  EXPECT_EQ(ask({{"kind", "centre_15"}}, {{"centre_15", false}}), "no access.emergency_refused");
  EXPECT_EQ(ask({{"kind", "parent"}}), "no access.majority");
  EXPECT_EQ(ask({{"kind", "employer"}}), "no access.never");
  EXPECT_EQ(ask({{"kind", "app"}}), "no access.no_catalogue");
  EXPECT_EQ(ask({{"kind", "self"}}), "yes access.self");
  EXPECT_EQ(code(post("/api/spaces/moi/explain", {{"document", "hidden"}, {"viewer", {{"kind", "self"}}}}, nadia)), "not_found");
  EXPECT_EQ(code(post("/api/spaces/moi/explain", {{"viewer", {{"kind", "cousin"}}}}, nadia)), "access.viewer");
  EXPECT_EQ(authorise(software(doctor), nadia), "") << "what was supposed was not saved";
}

TEST_P(AccessService, TracesAsFhirAreForTheDeclaredGpAndOwnActs) {
  const auto nadia = open({.n = 1});
  join(nadia);
  const auto events = [&](const Caller& caller, const std::string& more = {}) {
    return call(http::Method::get, "/fhir/R4/AuditEvent?patient=" + house_.identity().people().opaque(nadia) + more, {}, caller);
  };
  EXPECT_EQ(body(events(software(doctor))).at("entry").as_array().size(), 1U) << "of others, their own acts: this reading";
  EXPECT_EQ(events(software(other)).status, 404);
  EXPECT_EQ(events(software(doctor), "&_count=none").status, 422);
  must(io::run(house_.journal().settle()));
  const auto own = events(person(nadia), "&_count=1");
  ASSERT_EQ(own.status, 200) << own.body;
  const auto bundle = json::parse(own.body).as_object();
  ASSERT_EQ(bundle.at("entry").as_array().size(), 1U);
  const auto& event = bundle.at("entry").as_array()[0].as_object().at("resource").as_object();
  EXPECT_EQ(event.at("resourceType"), "AuditEvent");
  EXPECT_EQ(event.at("action"), "R") << "the reading of the traces is itself one";
  const auto& links = bundle.at("link").as_array();
  ASSERT_EQ(links.size(), 2U);
  const std::string here = "https://carnet.test/fhir/R4/AuditEvent";
  EXPECT_TRUE(links[0].at("url").as_string().starts_with(here + "?patient=Patient/")) << own.body;
  EXPECT_TRUE(links[1].at("url").as_string().starts_with(here)) << own.body;
  EXPECT_TRUE(bundle.at("entry").at(0).at("fullUrl").as_string().starts_with(here + "/"));
  // What is not known is told, as for every other type; the form of the answer may be asked for.
  const auto told = json::parse(events(person(nadia), "&_format=json&_count=1&colour=red").body);
  ASSERT_EQ(told.at("entry").as_array().size(), 2U);
  EXPECT_EQ(told.at("entry").at(1).at("search").at("mode"), "outcome");
}

// A deposit's trace joins its chain a moment after the deposit: a reading in that moment has the lower number. Pages are
// read by instant, and cut by number, so that each trace is on one page.
TEST_P(AccessService, TracesAreToldByInstantAndPagedByNumber) {
  const auto nadia = open({.n = 1});
  join(nadia);
  const auto entry = [space = house_.standing(nadia).space](audit::Action action) {
    audit::Entry made;
    made.space = space;
    made.action = action;
    made.actor = audit::ActorKind::professional;
    made.actor_id = doctor;
    made.item = "d1";
    return made;
  };
  house_.set_clock("2025-03-04T10:00:01Z");
  must(house_.journal().durable_now(entry(audit::Action::document_read)));
  house_.set_clock("2025-03-04T10:00:00Z");
  write([&](store::Tx& tx) -> kernel::Status {
    CARNET_CHECK(house_.journal().append(tx, entry(audit::Action::document_deposited)));
    return {};
  });
  house_.set_clock("2025-03-04T10:00:02Z");
  must(io::run(house_.journal().settle()));
  const auto in_order = must(io::run(house_.journal().read(house_.standing(nadia).space, {})));
  ASSERT_EQ(in_order.at(0).entry.action, audit::Action::document_deposited) << "its number is the higher";
  // The own readings of the pages stand before them.
  const auto page = [&](const std::string& query) {
    return body(call(http::Method::get, "/api/spaces/moi/traces?kind=professionals&" + query, {}, person(nadia)));
  };
  const auto whole = page("limit=50").at("traces").as_array();
  ASSERT_EQ(whole.size(), 2U);
  EXPECT_EQ(whole.at(0).at("action"), "document_read");
  EXPECT_EQ(whole.at(1).at("action"), "document_deposited");
  std::vector<std::string> paged;
  std::string from;
  do {
    const auto one = page("limit=1" + from);
    for (const auto& trace : one.at("traces").as_array()) paged.emplace_back(trace.at("action").as_string());
    const auto* next = one.if_contains("next_before");
    from = next ? "&before=" + std::to_string(next->as_int64()) : "";
  } while (!from.empty());
  EXPECT_EQ(paged, (std::vector<std::string>{"document_deposited", "document_read"})) << "each once";
  const auto events = call(http::Method::get, "/fhir/R4/AuditEvent?patient=" + house_.identity().people().opaque(nadia), {}, software(doctor));
  const auto shown = body(events).at("entry").as_array();
  ASSERT_EQ(shown.size(), 3U) << "this reading, the other, the deposit";
  EXPECT_EQ(shown.at(1).at("resource").at("subtype").at(0).at("code"), "document_read");
  EXPECT_EQ(shown.at(2).at("resource").at("subtype").at(0).at("code"), "document_deposited");
}

// rules.md 7: the declared GP reads all of them, any other professional those of their own acts.
TEST_P(AccessService, AProfessionalSeesTheTracesOfTheirOwnActs) {
  const auto nadia = open({.n = 1});
  join(nadia);
  const auto until = house_.clock().now().plus(std::chrono::hours(1));
  write([&](store::Tx& tx) { return access_->declare_care_team(tx, nadia, other, hospital, house_.clock().now(), until); });
  const auto read_by = [&](std::string_view rpps) {
    audit::Entry made;
    made.space = house_.standing(nadia).space;
    made.action = audit::Action::documents_listed;
    made.actor = audit::ActorKind::professional;
    made.actor_id = rpps;
    must(house_.journal().durable_now(made));
  };
  const auto seen_by = [&](std::string_view rpps) {
    const auto answer = call(http::Method::get, "/fhir/R4/AuditEvent?patient=" + house_.identity().people().opaque(nadia), {}, software(rpps));
    EXPECT_EQ(answer.body.find(rpps == doctor ? other : doctor), std::string::npos) << answer.body;
    const auto bundle = body(answer);
    return answer.status == 200 ? static_cast<int>(bundle.at("entry").as_array().size()) : answer.status;
  };
  read_by(doctor);
  read_by(other);
  read_by(other);
  EXPECT_EQ(seen_by(doctor), 2) << "the reading, and this one";
  EXPECT_EQ(seen_by(other), 3);
  EXPECT_EQ(seen_by(occupational), 404) << "who has nothing to do with them hears what a stranger hears";
  // By pages, each act once; and no address of a page says how many acts of others stand between.
  std::string address = "/fhir/R4/AuditEvent?patient=" + house_.identity().people().opaque(nadia) + "&_count=1";
  int acts = 0;
  for (int pages = 0; !address.empty() && pages < 20; ++pages) {
    const auto bundle = body(call(http::Method::get, address, {}, software(doctor)));
    if (const auto* entries = bundle.if_contains("entry")) acts += static_cast<int>(entries->as_array().size());
    const auto& links = bundle.at("link").as_array();
    const auto next = links.size() > 1 ? std::string(links.at(1).at("url").as_string()) : std::string();
    address = next.empty() ? next : next.substr(next.find("/fhir/"));
    if (!next.empty()) EXPECT_EQ(next.substr(next.find("&before=") + 8).size(), 26U) << next;
  }
  EXPECT_EQ(acts, 3) << "the reading, that of the traces, and this one";
  house_.clock().advance(std::chrono::hours(2));
  ASSERT_EQ(authorise(software(other), nadia), "not_found");
  EXPECT_EQ(seen_by(other), 404) << "until the reading has been taken note of";
  must(io::run(access_->tell_alerts()));
  EXPECT_EQ(seen_by(other), 4) << "after the relation has ended too";
}

TEST_P(AccessService, ACC_18_TooManyPeopleInADayAreSlowedAndFlagged) {
  const auto limit = parameters_.integer("access.distinct_people_per_day", {2025, 3, 4});
  std::vector<Someone> people;
  for (std::int64_t n = 1; n <= limit + 1; ++n) people.push_back({.n = n});
  house_.import(people);
  for (const auto& one : people) {
    const auto id = house_.find(one);
    must(io::run(house_.enrollment().open_in_person(id)));
    join(id);
  }
  for (std::int64_t n = 0; n < limit; ++n) ASSERT_EQ(authorise(software(doctor), house_.find(people[static_cast<std::size_t>(n)])), "");
  EXPECT_TRUE(access_->unusual_readers().empty());
  EXPECT_EQ(authorise(software(doctor), house_.find(people.back())), "access.many_people");
  ASSERT_EQ(access_->unusual_readers().size(), 1U);
  EXPECT_EQ(authorise(software(doctor), house_.find(people.front())), "") << "somebody read today already";
  house_.clock().advance(std::chrono::seconds(30));
  EXPECT_EQ(authorise(software(doctor), house_.find(people.back())), "") << "slowed, not stopped";
}

}  // namespace
}  // namespace carnet::access
