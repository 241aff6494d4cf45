// The holder's pages: list, facets, pages, one document, contest, uploads, export.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "record/testing/record_house.hpp"
#include "record/uploads.hpp"

namespace carnet::record {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RecordHouse;
using testing::Sample;
using testing::Someone;
namespace json = kernel::json;
using http::Method;

const std::string png("\x89PNG\r\n\x1a\n....IHDR", 16);

class Web : public ::testing::TestWithParam<std::string> {
 protected:
  RecordHouse house{GetParam()};
  Someone nadia{.n = 1};
  PersonId person = house.add_open(nadia);
  std::shared_ptr<const identity::Caller> self = RecordHouse::person(person);

  std::string add(int number, const std::function<void(Sample&)>& change = {}) {
    Sample sample = RecordHouse::sample_of(nadia, number);
    sample.title = fmt::format("Document {}", number);
    if (change) change(sample);
    return house.deposited(sample);
  }
  json::object list(const std::string& query = {}) {
    const auto response = house.web(self, {Method::get, "/api/spaces/moi/documents" + query});
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body).as_object();
  }
  static std::vector<std::string> titles(const json::object& body) {
    std::vector<std::string> out;
    for (const auto& one : body.at("documents").as_array()) out.emplace_back(one.at("title").as_string());
    return out;
  }
  http::Response post(const std::string& path, const json::object& body = {}) {
    return house.web(self, {Method::post, "/api/spaces/moi" + path, json::serialize(body), "application/json"});
  }
  http::Response get(const std::string& path) { return house.web(self, {Method::get, "/api/spaces/moi" + path}); }
  static std::string code(const http::Response& response) {
    return std::string(json::parse(response.body).at("code").as_string());
  }
};

TEST_P(Web, ListsNewestActFirstWithFacetsAndPages) {
  for (int i = 1; i <= 5; ++i)
    add(i, [i](Sample& s) {
      s.creation = fmt::format("{}-05-0{}", i < 4 ? 2024 : 2023, i);
      if (i == 2) s.type = R"({"coding":[{"system":"http://loinc.org","code":"18748-4"}]})", s.category.clear();
      if (i == 3) s.author = "Dr Paul Roche", s.rpps = testing::other_rpps;
    });
  const auto whole = list();
  EXPECT_THAT(titles(whole), ElementsAre("Document 3", "Document 2", "Document 1", "Document 5", "Document 4"));
  EXPECT_EQ(whole.at("total").as_int64(), 5);
  EXPECT_EQ(json::serialize(whole.at("facets").at("classes")), R"([{"code":"10","count":4},{"code":"31","count":1}])");
  EXPECT_EQ(json::serialize(whole.at("facets").at("years")), R"([{"year":2024,"count":3},{"year":2023,"count":2}])");
  const auto& authors = whole.at("facets").at("authors").as_array();
  ASSERT_EQ(authors.size(), 2u);
  EXPECT_EQ(authors[0].at("name").as_string(), "Dr Lina Benali");
  EXPECT_THAT(std::string(authors[1].at("key").as_string()), Not(HasSubstr(std::string(testing::other_rpps))));
  EXPECT_THAT(titles(list("?class=31")), ElementsAre("Document 2"));
  EXPECT_THAT(titles(list("?year=2023&class=10")), ElementsAre("Document 5", "Document 4"));
  EXPECT_THAT(titles(list("?by=" + std::string(authors[1].at("key").as_string()))), ElementsAre("Document 3"));
  EXPECT_EQ(list("?year=2023").at("filtered_total").as_int64(), 2);
  auto page = list("?limit=2");
  EXPECT_THAT(titles(page), ElementsAre("Document 3", "Document 2"));
  page = list("?limit=2&cursor=" + std::string(page.at("next_cursor").as_string()));
  EXPECT_THAT(titles(page), ElementsAre("Document 1", "Document 5"));
  page = list("?limit=2&cursor=" + std::string(page.at("next_cursor").as_string()));
  EXPECT_THAT(titles(page), ElementsAre("Document 4"));
  EXPECT_FALSE(page.contains("next_cursor"));
  EXPECT_EQ(get("/documents?cursor=abc").status, 422);
}

TEST_P(Web, NewIsWhatCameSinceTheLastList) {
  const auto fresh = [&] { return testing::must(io::run(house.record().new_documents(*self, person))); };
  add(1);
  EXPECT_EQ(fresh(), 1);
  EXPECT_EQ(fresh(), 1) << "being told is not listing";
  auto body = list();
  EXPECT_TRUE(body.at("documents").at(0).at("is_new").as_bool());
  EXPECT_EQ(fresh(), 0);
  add(2);
  EXPECT_EQ(fresh(), 1);
  EXPECT_THAT(titles(list("?class=31")), ElementsAre()) << "a filtered list leaves the marks";
  EXPECT_EQ(fresh(), 1);
  body = list();
  EXPECT_TRUE(body.at("documents").at(0).at("is_new").as_bool());
  EXPECT_FALSE(body.at("documents").at(1).at("is_new").as_bool());
}

TEST_P(Web, ADocumentIsShownAndDownloaded) {
  const std::string id = add(1, [](Sample& s) { s.title = "Bilan : été / hiver"; });
  const auto shown = get("/documents/" + id);
  ASSERT_EQ(shown.status, 200);
  EXPECT_EQ(json::parse(shown.body).at("type_label").as_string(), "CR d'examens biologiques");
  const auto content = get("/documents/" + id + "/content");
  EXPECT_EQ(content.body, Sample().bytes);
  const auto disposition = std::ranges::find(content.headers, "Content-Disposition", &http::Header::first);
  ASSERT_NE(disposition, content.headers.end());
  EXPECT_EQ(disposition->second,
            "attachment; filename=\"document.pdf\"; filename*=UTF-8''Bilan%20%20%20%C3%A9t%C3%A9%20%20%20hiver.pdf");
  EXPECT_EQ(get("/documents/nothing").status, 404);
  const PersonId other = house.add_open({.n = 2});
  const auto stranger = RecordHouse::person(other);
  const auto foreign = house.web(stranger, {Method::get, "/api/spaces/moi/documents/" + id});
  const auto nowhere = house.web(stranger, {Method::get, "/api/spaces/moi/documents/" + std::string(26, '0')});
  EXPECT_EQ(foreign.status, 404);
  EXPECT_EQ(foreign.body, nowhere.body) << "REC-8";
}

TEST_P(Web, ATicketIsForFiveMinutesAndOneSession) {  // REC-12
  const std::string id = add(1);
  const auto seen = json::parse(post("/documents/" + id + "/view").body);
  EXPECT_EQ(seen.at("kind").as_string(), "pdf");
  const std::string url(seen.at("url").as_string()), path = url.substr(url.find("/v/"));
  const auto traces = house.traces(person).size();
  EXPECT_EQ(house.documents_origin(path).body, Sample().bytes);
  EXPECT_EQ(house.traces(person).size(), traces) << "the view left its trace already";
  EXPECT_EQ(house.documents_origin("/v/" + std::string(26, '0')).status, 404);
  house.clock().advance(std::chrono::minutes(5));
  EXPECT_EQ(house.documents_origin(path).status, 404);
  EXPECT_EQ(house.web(self, {Method::get, std::string(seen.at("content").as_string())}).status, 404);
}

TEST_P(Web, ATicketDiesWithTheRightToSee) {
  const std::string id = add(1);
  const auto seen = json::parse(post("/documents/" + id + "/view").body);
  const std::string url(seen.at("url").as_string());
  EXPECT_EQ(post("/documents/" + id + "/contest").status, 200);
  EXPECT_EQ(house.documents_origin(url.substr(url.find("/v/"))).status, 404);
}

TEST_P(Web, AContestedDocumentIsHiddenFromAllAtOnce) {
  const std::string id = add(1);
  add(2);
  EXPECT_EQ(post("/documents/" + id + "/contest").status, 200);
  EXPECT_THAT(titles(list()), ElementsAre("Document 2"));
  EXPECT_EQ(get("/documents/" + id).status, 404);
  EXPECT_EQ(post("/documents/" + id + "/contest").status, 404);
  const auto found = json::parse(house.search(RecordHouse::doctor(), RecordHouse::by_number(nadia)).body);
  EXPECT_EQ(found.at("total").as_int64(), 1) << "its author too";
  EXPECT_THAT(house.traces(person), Contains("document_contested Document 1"));
  EXPECT_THAT(json::serialize(house.outbox()), HasSubstr("Tilleuls"));
}

TEST_P(Web, AnUploadInPiecesBecomesADocumentOfTheHolder) {  // REC-11
  const std::string pdf = Sample().bytes;
  auto response = post("/uploads", {{"size", pdf.size()}, {"media_type", "application/pdf"}});
  ASSERT_EQ(response.status, 201) << response.body;
  const std::string upload(json::parse(response.body).at("upload").as_string());
  const auto put = [&](std::size_t offset, std::string_view bytes, const std::shared_ptr<const identity::Caller>& who) {
    return house.web(
        who, {Method::put, fmt::format("/api/spaces/moi/uploads/{}?offset={}", upload, offset), std::string(bytes)});
  };
  EXPECT_EQ(put(0, pdf.substr(0, 10), self).status, 200);
  EXPECT_EQ(put(0, pdf.substr(0, 10), self).status, 409);
  EXPECT_EQ(json::parse(put(5, "x", self).body).at("issues").at(0).at("says").as_string(), "10");
  EXPECT_EQ(put(10, pdf.substr(10) + "more", self).status, 413);
  EXPECT_EQ(put(10, pdf.substr(10), RecordHouse::person(person, "another session")).status, 404);
  const json::object said{{"title", "Mes analyses"}, {"type", "DOCPAT03"}, {"date", "2025-03-01"}};
  EXPECT_EQ(post("/uploads/" + upload + "/document", said).status, 409) << "pieces are missing";
  EXPECT_EQ(put(10, pdf.substr(10), self).status, 200);
  EXPECT_EQ(json::parse(get("/uploads/" + upload).body).at("received").as_int64(),
            static_cast<std::int64_t>(pdf.size()));
  response = post("/uploads/" + upload + "/document",
                  {{"title", "Mes analyses"}, {"type", "11502-2"}, {"date", "2025-13-01"}});
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(json::parse(response.body).at("issues").as_array().size(), 2u) << response.body;
  response = post("/uploads/" + upload + "/document", said);
  ASSERT_EQ(response.status, 201) << response.body;
  const auto document = json::parse(response.body).as_object();
  EXPECT_EQ(document.at("source").as_string(), "holder");
  EXPECT_EQ(document.at("class").as_string(), "10");
  const auto again = post("/uploads/" + upload + "/document", said);
  EXPECT_EQ(json::parse(again.body).at("id"), document.at("id")) << "P2: the same request again makes nothing more";
  EXPECT_EQ(list("?by=holder").at("filtered_total").as_int64(), 1);
  EXPECT_THAT(house.traces(person), Contains("document_added_by_holder Mes analyses"));
  const auto found = house.search(RecordHouse::doctor(), RecordHouse::by_number(nadia));
  EXPECT_THAT(found.body, HasSubstr("\"code\":\"DOCPAT03\""));
}

TEST_P(Web, UploadsAreRefusedByKindSizeAndContent) {  // REC-11
  EXPECT_EQ(code(post("/uploads", {{"size", 26'214'401}, {"media_type", "application/pdf"}})), "record.too_large");
  EXPECT_EQ(code(post("/uploads", {{"size", 10}, {"media_type", "text/xml"}})), "record.media_type");
  auto response = post("/uploads", {{"size", png.size()}, {"media_type", "application/pdf"}});
  const std::string upload(json::parse(response.body).at("upload").as_string());
  house.web(self, {Method::put, "/api/spaces/moi/uploads/" + upload + "?offset=0", png});
  response = post("/uploads/" + upload + "/document", {{"title", "x"}, {"type", "DOCPAT03"}, {"date", "2025-03-01"}});
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(code(response), "record.content_refused");
  post("/uploads", {{"size", 10}, {"media_type", "application/pdf"}});
  post("/uploads", {{"size", 10}, {"media_type", "application/pdf"}});
  EXPECT_EQ(post("/uploads", {{"size", 10}, {"media_type", "application/pdf"}}).status, 429);
  house.clock().advance(std::chrono::minutes(21));
  EXPECT_EQ(post("/uploads", {{"size", 10}, {"media_type", "application/pdf"}}).status, 201)
      << "what is left alone goes";
  EXPECT_EQ(get("/uploads/" + upload).status, 404);
}

// As after signing in, and proving it again.
std::shared_ptr<const identity::Caller> signed_in(RecordHouse& house, PersonId person, bool proven) {
  std::string cookie;
  house.write([&](store::Tx& tx) -> kernel::Status {
    CARNET_CHECK(house.identity().create_account(tx, person, "nadia.martin", "hash",
                                                 {notices::Channel::email, "n@courriel.example"}));
    CARNET_TRY(made, house.identity().start_session(tx, person));
    cookie = made;
    return {};
  });
  http::Request request;
  request.headers.emplace_back("cookie", "__Host-session=" + cookie);
  const auto principal = testing::must(io::run(house.identity().web_authenticator()->authenticate(request)));
  const auto caller = std::dynamic_pointer_cast<const identity::Caller>(principal);
  if (!proven) return caller;
  const std::string subject = "reauthentication:" + caller->session;
  house.write([&](store::Tx& tx) -> kernel::Status {
    CARNET_CHECK(house.identity().send_one_time_code(tx, person, subject,
                                                     {notices::Channel::email, "n@courriel.example"}, "fr"));
    return {};
  });
  const std::string code(house.outbox().front().as_object().at("code").as_string());
  testing::must(io::run(house.identity().judge_one_time_code(person, subject, code)));
  return caller;
}

TEST_P(Web, ExportNeedsAFreshProof) {  // REC-14
  add(1);
  const auto caller = signed_in(house, person, false);
  const auto refused = house.web(caller, {Method::get, "/api/spaces/moi/export"});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(code(refused), "record.reauthentication_needed");
  EXPECT_THAT(house.traces(person), Not(Contains("exported")));
}

TEST_P(Web, ExportHoldsWhatThePersonMaySee) {  // REC-8, REC-14
  add(1);
  add(2, [](Sample& s) {
    s.title = "Annonce";
    s.labels =
        R"([{"coding":[{"system":"urn:oid:2.16.840.1.113883.5.25","code":"N"},{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"INVISIBLE_PATIENT"}]}])";
  });
  const auto archive = house.web(signed_in(house, person, true), {Method::get, "/api/spaces/moi/export"});
  ASSERT_EQ(archive.status, 200) << archive.body;
  EXPECT_EQ(archive.body.substr(0, 4), "PK\3\4");
  EXPECT_THAT(archive.body, HasSubstr("documents/0001 2025-03-01 Document 1.pdf"));
  EXPECT_THAT(archive.body, HasSubstr(Sample().bytes));
  EXPECT_THAT(archive.body, HasSubstr("L1111-18"));
  EXPECT_THAT(archive.body, Not(HasSubstr("Annonce")));
  EXPECT_THAT(house.traces(person), Contains("exported"));
}

TEST_P(Web, AParentSeesAChildsDocumentsButForTheChildsSecrets) {  // REC-8
  const Someone child{.n = 3, .birth_date = "2012-05-01", .parents = nadia.number()};
  const PersonId minor = house.add_open(child);
  const std::string who = house.identity().people().opaque(minor);
  const auto put = [&](int number, std::string_view label) {
    Sample sample = RecordHouse::sample_of(child, number);
    sample.title = fmt::format("Document {}", number);
    sample.unique_id += ".3";
    if (!label.empty())
      sample.labels = fmt::format(
          R"([{{"coding":[{{"system":"urn:oid:2.16.840.1.113883.5.25","code":"N"}},{{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":"{}"}}]}}])",
          label);
    return house.deposited(sample);
  };
  put(1, {});
  const std::string secret = put(2, "INVISIBLE_REP_LEGAUX");
  const auto seen = house.web(self, {Method::get, "/api/spaces/" + who + "/documents"});
  ASSERT_EQ(seen.status, 200) << seen.body;
  EXPECT_EQ(json::parse(seen.body).at("total").as_int64(), 1);
  EXPECT_EQ(house.web(self, {Method::get, "/api/spaces/" + who + "/documents/" + secret + "/content"}).status, 404);
  EXPECT_THAT(house.traces(minor), Not(Contains(HasSubstr("Document 2"))));
  EXPECT_THAT(house.traces(minor, audit::Lane::reserved), ElementsAre("document_deposited Document 2"));
  // What replaces a secret stays one, whatever the software says of it.
  Sample next = RecordHouse::sample_of(child, 9);
  next.title = "Document 9";
  next.extra = R"(,"relatesTo":[{"code":"replaces","target":{"reference":"DocumentReference/)" + secret + R"("}}])";
  house.deposited(next);
  EXPECT_EQ(
      json::parse(house.web(self, {Method::get, "/api/spaces/" + who + "/documents"}).body).at("total").as_int64(), 1)
      << "REC-3";
  EXPECT_THAT(house.traces(minor), Not(Contains(HasSubstr("Document 9"))));
  EXPECT_EQ(house.web(RecordHouse::person(house.add_open({.n = 4})), {Method::get, "/api/spaces/" + who + "/documents"})
                .status,
            404);
}

TEST_P(Web, TheArchiveIsTheHoldersAlone) {  // REC-6
  const std::string id = add(1);
  testing::must(io::run(house.enrollment().close(*self, person)));
  testing::must(io::run(house.journal().settle()));  // the trace of a write reaches the journal after its commit
  EXPECT_EQ(list().at("total").as_int64(), 1);
  EXPECT_EQ(get("/documents/" + id + "/content").status, 200);
  EXPECT_THAT(house.traces(person).front(), "space_archived_read Document 1");
  EXPECT_EQ(house.search(RecordHouse::doctor(), RecordHouse::by_number(nadia)).status, 403);
  EXPECT_EQ(post("/uploads", {{"size", 10}, {"media_type", "application/pdf"}}).status, 403);
  EXPECT_EQ(post("/documents/" + id + "/contest").status, 403);
}

INSTANTIATE_TEST_SUITE_P(Engines, Web, ::testing::ValuesIn(store::testing::store_cases()),
                         [](const auto& one) { return one.param; });

TEST(UploadsInMemory, AreBoundedTogether) {  // REC-11
  io::SeededEntropy entropy(1);
  Uploads uploads({.most_bytes = 100, .most_per_session = 10, .lives_ms = 1000}, entropy);
  const Uploads::Owner owner{"s", PersonId(1)};
  const auto first = uploads.begin(owner, Media::pdf, 60, {0});
  ASSERT_TRUE(first);
  EXPECT_EQ(uploads.begin(owner, Media::pdf, 60, {0}).error().code, "record.uploads_full");
  const kernel::Bytes whole(60, 1);
  EXPECT_TRUE(uploads.put(owner, *first, 0, whole, {0}));
  uploads.finish(*first, "made");
  EXPECT_TRUE(uploads.begin(owner, Media::pdf, 60, {0})) << "a finished one holds no bytes";
  EXPECT_EQ(uploads.whole(owner, *first, {0})->made, "made");
  EXPECT_FALSE(uploads.whole({"t", PersonId(1)}, *first, {0}));
  EXPECT_TRUE(uploads.begin(owner, Media::pdf, 100, {2000})) << "what is old goes";
}

}  // namespace
}  // namespace carnet::record
