// The story over the interfaces, end to end: letter, opening, objecting, letting be, deposit, reading, who looked, closing.
// Once on the embedded store, once on PostgreSQL.
#include <gtest/gtest.h>

#include <fstream>

#include "foundation/store/testing/postgres_server.hpp"
#include "proof/story/stage.hpp"

namespace carnet::proof {
namespace {

namespace json = kernel::json;
constexpr std::string_view password = "un cheval dans la cour";

class Story : public testing::TestWithParam<std::string> {
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
  Stage stage{options()};

  // Nadia's road from the letter to her own session.
  void open_space(Browser& browser, const wiring::CastMember& holder, const std::string& identifier) {
    const auto code = browser.newest_code(holder.name);
    ASSERT_EQ(code.size(), 12u) << "the notice reached " << holder.name;
    auto seen = browser.post("/api/activation/facts", {{"code", code}, {"number", holder.number}, {"serial", holder.serial}, {"child", false}});
    ASSERT_EQ(seen.status, 201) << seen.body;
    ASSERT_GE(seen.count("/contacts"), 1u) << seen.body;
    const auto channel = seen.text("/contacts/0/channel");
    seen = browser.post("/api/activation/contact", {{"channel", channel}});
    ASSERT_EQ(seen.status, 202) << seen.body;
    const auto once = browser.newest_code(holder.name, channel);
    ASSERT_EQ(once.size(), 6u);
    seen = browser.post("/api/activation/contact/confirm", {{"one_time_code", once}});
    ASSERT_EQ(seen.status, 200) << seen.body;
    seen = browser.post("/api/activation/identifier", {{"identifier", identifier}});
    ASSERT_EQ(seen.status, 204) << seen.body;
    seen = browser.post("/api/activation/open", {{"identifier", identifier}, {"password", password}});
    ASSERT_EQ(seen.status, 201) << seen.body;
    EXPECT_EQ(seen.text("/receipt/kind"), "opened");
  }
  void sign_in(Browser& browser, const std::string& name, const std::string& identifier, std::string_view with) {
    auto seen = browser.post("/api/sign-in", {{"identifier", identifier}, {"password", with}});
    ASSERT_EQ(seen.status, 200) << seen.body;
    const auto once = browser.newest_code(name, seen.text("/sent/channel"));
    seen = browser.post("/api/sign-in/code", {{"one_time_code", once}});
    ASSERT_EQ(seen.status, 200) << seen.body;
    EXPECT_EQ(seen.text("/home"), "/espace/moi");
  }
};

TEST_P(Story, FromTheLetterToTheArchive) {
  const auto& holder = stage.cast("holder");
  Browser browser(stage);
  open_space(browser, holder, "nadia.martin");
  auto seen = browser.get("/api/spaces/moi");
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_EQ(seen.text("/state"), "opened_by_holder");
  EXPECT_EQ(seen.text("/name"), holder.name);

  // A hospital deposits; a doctor of the care team finds and reads.
  auto connection = stage.connect();
  auto hospital = stage.hospital(connection);
  const auto token = stage.doctors_token(hospital);
  const auto patient = stage.patient("holder");
  const auto document = stage.report("Compte rendu de consultation", "1");
  const auto bundle = wiring::provide_document_bundle(patient, document, kernel::to_rfc3339(stage.clock().now()));
  auto answer = hospital.provide(token, bundle);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->status, 200) << answer->body;
  answer = hospital.provide(token, bundle);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200) << "the same again is answered as done: " << answer->body;
  ASSERT_TRUE(io::run(stage.house().journal().settle()));  // its trace joins the chain before those that come next
  answer = hospital.find_documents(token, patient);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->status, 200) << answer->body;
  const auto found = json::parse(answer->body);
  EXPECT_EQ(found.at_pointer("/total").as_int64(), 1);
  const std::string url(found.at_pointer("/entry/0/resource/content/0/attachment/url").as_string());
  answer = hospital.retrieve(token, url.starts_with("http") ? url.substr(stage.origin().size()) : "/fhir/R4/" + url);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->status, 200) << answer->body;
  EXPECT_EQ(answer->body, std::string(kernel::as_text(document.bytes))) << "the very bytes that were deposited";

  // The holder sees it, and who looked.
  seen = browser.get("/api/spaces/moi/documents");
  ASSERT_EQ(seen.status, 200) << seen.body;
  ASSERT_EQ(seen.count("/documents"), 1u) << seen.body;
  EXPECT_EQ(seen.text("/documents/0/title"), "Compte rendu de consultation");
  EXPECT_EQ(seen.text("/documents/0/author/name"), stage.country().professionals.front().name);
  EXPECT_EQ(seen.text("/documents/0/source"), "professional");
  const auto id = seen.text("/documents/0/id");
  EXPECT_EQ(browser.get("/api/spaces/moi/documents/" + id + "/content").body, std::string(kernel::as_text(document.bytes)));
  seen = browser.post("/api/spaces/moi/explain", {{"document", id}, {"viewer", json::object{{"kind", "care_team"}}}});
  EXPECT_EQ(seen.text("/answer"), "yes") << seen.body;
  EXPECT_EQ(browser.post("/api/spaces/moi/documents/" + id + "/visibility", {{"masked", true}}).status, 200);
  seen = browser.post("/api/spaces/moi/explain", {{"document", id}, {"viewer", json::object{{"kind", "care_team"}}}});
  EXPECT_EQ(seen.text("/rules/0"), "access.hidden_from_professionals") << seen.body;
  EXPECT_EQ(browser.post("/api/spaces/moi/documents/" + id + "/visibility", {{"masked", false}}).status, 200);
  seen = browser.get("/api/spaces/moi/traces?kind=professionals");
  ASSERT_GE(seen.count("/traces"), 3u) << seen.body;
  EXPECT_EQ(seen.text("/traces/0/action"), "document_read");
  EXPECT_EQ(seen.text("/traces/0/actor/name"), stage.country().professionals.front().name);
  EXPECT_EQ(seen.text("/traces/0/reason"), "access.declared_gp") << "the demonstration doctor is the declared GP of the cast";
  EXPECT_EQ(seen.text("/traces/0/item/title"), "Compte rendu de consultation");

  // Closed: nobody deposits or reads any more; the holder still reads the archive.
  seen = browser.post("/api/reauthentication", {{"password", password}});
  ASSERT_EQ(seen.status, 200) << seen.body;
  seen = browser.post("/api/spaces/moi/closure", {{"one_time_code", browser.newest_code(holder.name, seen.text("/sent/channel"))}});
  ASSERT_EQ(seen.status, 201) << seen.body;
  EXPECT_EQ(seen.text("/kept_until"), "2035-03-04");
  EXPECT_EQ(hospital.provide(token, wiring::provide_document_bundle(patient, stage.report("Trop tard", "2"), "2025-03-04T11:00:00Z"))->status, 403);
  EXPECT_NE(hospital.find_documents(token, patient)->body.find("\"total\":0"), 0u);
  EXPECT_EQ(hospital.retrieve(token, url.starts_with("http") ? url.substr(stage.origin().size()) : "/fhir/R4/" + url)->status / 100, 4);
  Browser again(stage);
  sign_in(again, holder.name, "nadia.martin", password);
  EXPECT_EQ(again.get("/api/spaces/moi").text("/state"), "closed");
  EXPECT_EQ(again.get("/api/spaces/moi/documents").count("/documents"), 1u);
}

TEST_P(Story, ObjectingNeedsTheCodeAndTheNumberOnly) {
  const auto& objector = stage.cast("objector");
  Browser browser(stage);
  const auto code = browser.newest_code(objector.name, "letter");
  ASSERT_EQ(code.size(), 12u);
  auto seen = browser.post("/api/objection", {{"code", code}, {"number", stage.cast("holder").number}});
  EXPECT_EQ(seen.status, 422) << seen.body;
  EXPECT_EQ(seen.text("/code"), "enrollment.facts_do_not_match");
  seen = browser.post("/api/objection", {{"code", code}, {"number", objector.number}});
  ASSERT_EQ(seen.status, 201) << seen.body;
  EXPECT_EQ(seen.text("/receipt/kind"), "objected");
  stage.clock().advance(std::chrono::hours(24 * 90));
  stage.settle();
  auto connection = stage.connect();
  auto hospital = stage.hospital(connection);
  const auto token = stage.doctors_token(hospital);
  const auto answer = hospital.provide(token, wiring::provide_document_bundle(stage.patient("objector"), stage.report("Refusé", "3"), "2025-06-04T10:00:00Z"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 403) << "no space, no deposit, however long after: " << answer->body;
}

TEST_P(Story, WithoutAnAnswerTheSpaceOpensByItself) {
  auto connection = stage.connect();
  auto hospital = stage.hospital(connection);
  const auto patient = stage.patient("holder");
  EXPECT_EQ(hospital.provide(stage.doctors_token(hospital), wiring::provide_document_bundle(patient, stage.report("Trop tôt", "4"), "2025-03-04T10:00:00Z"))->status, 403);
  stage.clock().advance(std::chrono::hours(24 * 60));
  const auto token = stage.doctors_token(hospital);
  const auto answer = hospital.provide(token, wiring::provide_document_bundle(patient, stage.report("Bienvenu", "5"), "2025-05-03T10:00:00Z"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200) << "the state follows the clock even when the sweeper has not run: " << answer->body;
  EXPECT_EQ(hospital.find_documents(token, patient)->status, 200);
}

TEST_P(Story, AParentReadsAChildsDocuments) {
  Browser browser(stage);
  const auto& parent = stage.cast("parent");
  sign_in(browser, parent.name, parent.identifier, wiring::demonstration_password);
  auto seen = browser.get("/api/session");
  ASSERT_EQ(seen.count("/spaces"), 2u) << seen.body;
  const auto child = seen.text("/spaces/1/who");
  EXPECT_EQ(seen.text("/spaces/1/relation"), "child");
  auto connection = stage.connect();
  auto hospital = stage.hospital(connection);
  const auto token = stage.doctors_token(hospital);
  const auto answer = hospital.provide(token, wiring::provide_document_bundle(stage.patient("child"), stage.report("Certificat de vaccination", "6"), "2025-03-04T10:00:00Z"));
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->status, 200) << answer->body;
  seen = browser.get("/api/spaces/" + child + "/documents");
  ASSERT_EQ(seen.count("/documents"), 1u) << seen.body;
  EXPECT_EQ(browser.get("/api/spaces/" + child + "/documents/" + seen.text("/documents/0/id") + "/content").status, 200);
  EXPECT_EQ(browser.get("/api/spaces/moi/documents").count("/documents"), 0u) << "a child's document is not the parent's";
  Browser stranger(stage);
  sign_in(stranger, stage.cast("ruth").name, stage.cast("ruth").identifier, wiring::demonstration_password);
  EXPECT_EQ(stranger.get("/api/spaces/" + child + "/documents").status, 404) << "ACC-10";
}

TEST_P(Story, TheHolderAddsADocumentOfTheirOwn) {
  Browser browser(stage);
  const auto& ruth = stage.cast("ruth");
  sign_in(browser, ruth.name, ruth.identifier, wiring::demonstration_password);
  const auto pdf = small_pdf("mon document");
  auto seen = browser.post("/api/spaces/moi/uploads", {{"size", pdf.size()}, {"media_type", "application/pdf"}});
  ASSERT_EQ(seen.status, 201) << seen.body;
  const auto upload = seen.text("/upload");
  const auto half = pdf.size() / 2;
  seen = browser.put("/api/spaces/moi/uploads/" + upload + "?offset=0", kernel::as_text(kernel::ByteView(pdf).first(half)));
  EXPECT_EQ(seen.number("/received"), static_cast<std::int64_t>(half)) << seen.body;
  EXPECT_EQ(browser.put("/api/spaces/moi/uploads/" + upload + "?offset=0", "again").status, 409);
  seen = browser.put("/api/spaces/moi/uploads/" + upload + "?offset=" + std::to_string(half), kernel::as_text(kernel::ByteView(pdf).subspan(half)));
  EXPECT_EQ(seen.number("/received"), static_cast<std::int64_t>(pdf.size()));
  seen = browser.post("/api/spaces/moi/uploads/" + upload + "/document", {{"title", "Mes analyses"}, {"type", "DOCPAT03"}, {"date", "2025-03-01"}});
  ASSERT_EQ(seen.status, 201) << seen.body;
  EXPECT_EQ(seen.text("/source"), "holder");
  EXPECT_EQ(browser.get("/api/spaces/moi/documents?by=holder").status, 200);
  EXPECT_EQ(browser.get("/api/spaces/moi/documents").count("/documents"), 1u);
}

TEST_P(Story, TheLoopbackIsKnownByItsNumberTooAndNothingElseIs) {
  auto client = stage.connect();
  const auto get = [&](const std::string& host, const std::string& target) {
    return client.request("GET", target, {{"Host", host}}, {}).value();
  };
  EXPECT_EQ(get("127.0.0.1:8443", "/api/service").status, 200);
  EXPECT_EQ(get("127.0.0.1:8443", "/fhir/R4/metadata").status, 200);
  const auto page = get("127.0.0.1:8443", "/verifier?lang=fr");
  EXPECT_EQ(page.status, 307);
  EXPECT_EQ(http::header_of(page, "location"), stage.origin() + "/verifier?lang=fr") << "pages have one origin, which documents know";
  EXPECT_EQ(http::header_of(get("127.0.0.1", "/"), "location"), stage.origin() + "/");
  for (const auto* host : {"rebound.example", "127.0.0.1.rebound.example", "127.0.0.2", "0.0.0.0"}) EXPECT_EQ(get(host, "/api/service").status, 421) << host;
}

TEST_P(Story, WhatWasAcknowledgedIsThereAfterARestart) {
  const auto& holder = stage.cast("holder");
  {
    Browser browser(stage);
    open_space(browser, holder, "nadia.martin");
  }
  stage.restart();
  Browser browser(stage);
  sign_in(browser, holder.name, "nadia.martin", password);
  EXPECT_EQ(browser.get("/api/spaces/moi").text("/state"), "opened_by_holder");
}

INSTANTIATE_TEST_SUITE_P(Engines, Story, testing::Values("sqlite", "postgres"), [](const auto& param) { return param.param; });

}  // namespace
}  // namespace carnet::proof
