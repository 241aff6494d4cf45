// What other people's clients and guides send, each through the routes.
#include <gmock/gmock.h>

#include "record/testing/verbs_case.hpp"

namespace carnet::record {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using fhir::testing::with;
using http::Method;
using testing::RecordHouse;
namespace json = kernel::json;

class Corpora : public testing::VerbsCase {
 protected:
  static std::string of_batch(const std::string& entries) {
    return R"({"resourceType":"Bundle","type":"batch","entry":[)" + entries + "]}";
  }
  static std::string labelled(const std::string& code) {
    return R"([{"op":"replace","path":"/securityLabel/0","value":{"coding":[{"system":"https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument","code":")" +
           code + R"("}]}}])";
  }
  // A document that replaces `old`, with the FHIRPath Patch by which MHD and PDSm say that the old one is superseded.
  std::string replacing(const std::string& old, const std::string& patched, const std::string& value = "superseded") const {
    auto sample = RecordHouse::sample_of(nadia, 2);
    sample.extra = R"(,"relatesTo":[{"code":"replaces","target":{"reference":"DocumentReference/)" + old + R"("}}])";
    std::string bundle = sample.bundle();
    return bundle.insert(
        bundle.rfind("]}"),
        R"(,{"fullUrl":"urn:uuid:77777777-7777-4777-8777-777777777777","resource":{"resourceType":"Parameters","parameter":[{"name":"operation","part":[)"
        R"({"name":"path","valueString":"DocumentReference.status"},{"name":"type","valueCode":"replace"},{"name":"value","valueCode":")" +
            value + R"("}]}]},"request":{"method":"PATCH","url":"DocumentReference/)" + patched + R"("}})");
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Corpora, ::testing::Values("sqlite", "postgres"),
                         [](const auto& test) { return test.param; });

TEST_P(Corpora, APatchByAConditionChangesTheOneThatMatches) {
  const std::string id = created(observation("8867-4", "1", "", R"(,"identifier":[{"system":"http://x","value":"a"}])"));
  created(observation("8867-4", "2", "", R"(,"identifier":[{"system":"http://x","value":"b"}])"));
  const std::string by = "/Observation?patient=Patient/" + patient + "&identifier=http://x%7C";
  const std::string amend = R"([{"op":"replace","path":"/status","value":"amended"}])";
  const auto done = ask(Method::patch, by + "a", amend);
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_THAT(get("/Observation/" + id).body, HasSubstr("amended"));
  EXPECT_EQ(ask(Method::patch, by + "c", amend).status, 404) << "nothing matches";
  EXPECT_EQ(ask(Method::patch, by, amend).status, 412) << "several match";
  EXPECT_EQ(ask(Method::patch, "/Observation?patient=Patient/" + patient, amend).status, 400) << "whose it is, is no condition";
  EXPECT_EQ(ask(Method::patch, "/Observation?identifier=a", amend).status, 400) << "nobody is named";
  EXPECT_EQ(ask(Method::patch, by + "a&nonsense=1", amend).status, 400) << "a condition is not guessed";
  EXPECT_EQ(ask(Method::patch, by + "a", amend, {{"if-match", "W/\"1\""}}).status, 412);
  EXPECT_EQ(ask(Method::patch, "/Observation?patient=Patient/" + other_patient + "&identifier=http://x%7Ca", amend).status, 404);
}

TEST_P(Corpora, ADeleteByAConditionTakesTheOneThatMatchesAndNeverSeveral) {
  const std::string id = created(observation("8867-4", "1", "", R"(,"identifier":[{"value":"a"}])"));
  created(observation("8867-4", "2", "", R"(,"identifier":[{"value":"b"}])"));
  const std::string by = "/Observation?patient=Patient/" + patient + "&identifier=";
  EXPECT_EQ(ask(Method::del, by + "c").status, 204) << "nothing is there to delete";
  EXPECT_EQ(ask(Method::del, by + "a,b").status, 412);
  EXPECT_EQ(ask(Method::del, "/Observation?patient=Patient/" + patient).status, 400) << "nobody empties a record by mistake";
  EXPECT_EQ(get("/Observation/" + id).status, 200);
  EXPECT_EQ(ask(Method::del, by + "a").status, 204);
  EXPECT_EQ(get("/Observation/" + id).status, 410);
  const auto batch = post("", of_batch(R"({"request":{"method":"DELETE","url":"Observation?patient=Patient/)" + patient +
                                       R"(&identifier=b"}})"));
  EXPECT_THAT(statuses(batch), ElementsAre("204 No Content"));
  EXPECT_THAT(ids(get("/Observation?patient=" + patient)), IsEmpty());
}

TEST_P(Corpora, ADocumentIsMaskedByItsUniqueId) {  // PDSm, flux 3
  auto sample = RecordHouse::sample_of(nadia);
  const std::string id = house.deposited(sample);
  const std::string by = "/DocumentReference?patient=Patient/" + patient + "&identifier=urn:ietf:rfc:3986%7C";
  EXPECT_EQ(ask(Method::patch, by + "urn:oid:1.2.3", labelled("MASQUE_PS")).status, 404);
  const auto done = ask(Method::patch, by + sample.unique_id, labelled("MASQUE_PS"));
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_THAT(get("/DocumentReference/" + id).body, HasSubstr("MASQUE_PS"));
  who = RecordHouse::software(testing::other_rpps, elsewhere);
  EXPECT_THAT(ask(Method::patch, by + sample.unique_id, labelled("MASQUE_PS")).status, ::testing::AnyOf(403, 404));
}

TEST_P(Corpora, TheMetadataSaysThatConditionsAreTaken) {
  const auto told = parsed(get("/metadata"));
  for (const auto& one : told.at("rest").at(0).at("resource").as_array()) {
    const bool changes = one.at("type") == "Observation" || one.at("type") == "DocumentReference";
    if (changes || one.at("type") == "Patient")
      EXPECT_EQ(one.at("conditionalDelete").as_string(), changes ? "single" : "not-supported");
  }
}

TEST_P(Corpora, AnEntryOfABatchThatCannotBeReadIsRefusedAlone) {
  const auto done = post("", of_batch(R"({"request":{"method":"POST","url":"Observation"},"resource":)" + observation() +
                                      R"(},{"request":{"method":"JUMP","url":"Observation"}},{},)"
                                      R"({"request":{"method":"GET","url":"https://elsewhere.example/Observation/1"}},)"
                                      R"({"request":{"method":"POST","url":"Observation"}},)"
                                      R"({"request":{"method":"POST","url":""},"resource":{"resourceType":"Bundle"}})"));
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_THAT(statuses(done), ElementsAre("201 Created", "400 Bad Request", "400 Bad Request", "400 Bad Request",
                                          "400 Bad Request", "400 Bad Request"));
  EXPECT_THAT(done.body, HasSubstr("Bundle.entry[3].request.url"));
  EXPECT_EQ(post("", with(of_batch("{}"), "batch", "transaction")).status, 422) << "a transaction is whole or not";
}

TEST_P(Corpora, APatchIsTakenInABatchToo) {
  const std::string id = created(observation()), document = house.deposited(RecordHouse::sample_of(nadia));
  const auto entry = [](const std::string& url, const std::string& patch, const std::string& type = "application/json-patch+json") {
    return R"({"request":{"method":"PATCH","url":")" + url + R"("},"resource":{"resourceType":"Binary","contentType":")" + type +
           R"(","data":")" + kernel::to_base64(kernel::as_bytes(patch)) + "\"}}";
  };
  const std::string amend = R"([{"op":"replace","path":"/status","value":"amended"}])";
  const auto done = post("", of_batch(entry("Observation/" + id, amend) + "," + entry("DocumentReference/" + document, labelled("MASQUE_PS")) +
                                      "," + entry("Observation/" + id, amend, "text/plain") + "," + entry("Observation/" + id, "{}") +
                                      R"(,{"request":{"method":"PATCH","url":"Observation/)" + id + R"("},"resource":{"resourceType":"Parameters"}})"));
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_THAT(statuses(done), ElementsAre("200 OK", "200 OK", "415 Unsupported Media Type", "400 Bad Request",
                                          "415 Unsupported Media Type"));
  EXPECT_THAT(get("/Observation/" + id).body, HasSubstr("amended"));
  EXPECT_THAT(get("/DocumentReference/" + document).body, HasSubstr("MASQUE_PS"));
}

TEST_P(Corpora, ReplacingMayComeWithThePatchThatMhdAsksFor) {
  const std::string old = house.deposited(RecordHouse::sample_of(nadia));
  const std::string other = house.deposited(RecordHouse::sample_of(nadia, 3));
  const auto refused = [&](const std::string& bundle) {
    const auto response = post("", bundle);
    EXPECT_EQ(response.status, 422) << response.body;
    return RecordHouse::issues(response);
  };
  EXPECT_THAT(refused(replacing(old, other)), ElementsAre("business-rule Bundle.entry[3].request.url"));
  EXPECT_THAT(refused(replacing(old, old, "current")), ElementsAre("not-supported Bundle.entry[3].resource"));
  const auto done = post("", replacing(old, old));
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_THAT(statuses(done), ElementsAre("201 Created", "201 Created", "201 Created", "200 OK"));
  EXPECT_EQ(location(done, 3), "DocumentReference/" + old);
  EXPECT_THAT(get("/DocumentReference/" + old).body, HasSubstr("\"status\":\"superseded\""));
  EXPECT_THAT(get("/DocumentReference/" + other).body, HasSubstr("\"status\":\"current\""));
}

TEST_P(Corpora, EveryReferenceToThePersonOfADepositIsHeeded) {  // REC-4
  const std::string subject = R"("subject":{"reference":"#p"})", source = R"("sourcePatientInfo":{"reference":"#p"})";
  const std::string good = RecordHouse::sample_of(nadia).bundle();
  const auto ours = [](const std::string& member, const std::string& id) {
    return "\"" + member + R"(":{"reference":")" + id + "\"}";
  };
  const std::string other = "Patient/" + other_patient, own = "Patient/" + patient;
  // Of the SubmissionSet, whose subject stands first, and where the source of a document is a Patient of ours.
  for (const auto& wrong : {with(good, subject, ours("subject", other)), with(good, source, ours("sourcePatientInfo", other))}) {
    const auto refused = post("", wrong);
    EXPECT_EQ(refused.status, 422) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("name two different persons"));
  }
  EXPECT_EQ(post("", with(good, subject, ours("subject", own))).status, 200);
  const auto unsaid = post("", with(with(with(with(good, subject, ours("subject", own)), subject, ours("subject", own)),
                                         source, ours("sourcePatientInfo", own)), "1.2.250.1.999.1.1.1", "1.2.250.1.999.1.1.9"));
  EXPECT_EQ(unsaid.status, 422) << "the traits are to be said";
  EXPECT_THAT(unsaid.body, HasSubstr("the birth name is required"));
}

TEST_P(Corpora, TheHashMayBeWrittenAsTheExamplesOfMhdWriteIt) {
  auto sample = RecordHouse::sample_of(nadia);
  const auto sha1 = crypto::sha1(kernel::as_bytes(sample.bytes));
  const auto hashed = [&](std::string digits) {
    sample.attachment = R"(,"hash":")" + kernel::to_base64(kernel::as_bytes(digits)) + "\"";
    return post("", sample.bundle()).status;
  };
  const std::string digits = kernel::to_hex(sha1);
  EXPECT_EQ(hashed(digits), 200);
  EXPECT_EQ(hashed(std::string(40, 'a')), 422) << "of other bytes";
  EXPECT_EQ(hashed(std::string(40, 'z')), 422) << "no digits";
}

TEST_P(Corpora, TheSubjectOfADepositMayBeAConditionalReference) {
  const std::string by_number = "Patient?identifier=urn:oid:1.2.250.1.213.1.4.11|";
  const std::string subject = R"("subject":{"reference":"#p"})";
  const auto named = [&](int number, const std::string& ins) {
    const std::string to = R"("subject":{"reference":")" + by_number + ins + "\"}";
    return with(with(RecordHouse::sample_of(nadia, number).bundle(), subject, to), subject, to);
  };
  const auto done = post("", named(1, nadia.number()));
  ASSERT_EQ(done.status, 200) << done.body;
  const auto kept = get("/DocumentReference/" + RecordHouse::location_id(done, 1)).body;
  EXPECT_THAT(kept, HasSubstr(R"("subject":{"reference":"Patient/)" + patient + "\"}"));
  EXPECT_THAT(kept, Not(HasSubstr("Patient?identifier"))) << "no number in what is kept of the subject";
  EXPECT_EQ(post("", named(2, paul.number())).status, 422) << "another person than the contained Patient";
  EXPECT_EQ(post("", named(2, "299999999999999")).status, 412);
  EXPECT_THAT(RecordHouse::issues(post("", named(2, "299999999999999"))), ElementsAre("not-found Bundle.entry[0].resource.subject.reference"));
}

TEST_P(Corpora, APageEndsBeforeItGrowsWithoutBound) {
  const std::string large = R"(,"note":[{"text":")" + std::string(1'000'000, 'x') + R"("},{"text":")" + std::string(900'000, 'y') + R"("}])";
  std::vector<std::string> made;
  for (int i = 0; i < 6; ++i) made.push_back(created(observation("8867-4", std::to_string(i), "", large)));
  for (const std::string& start : {"/Observation?patient=" + patient + "&_count=500", "/Patient/" + patient + "/$everything?_type=Observation",
                                   "/_history?patient=" + patient}) {
    std::size_t seen = 0;
    for (std::string next = start; !next.empty();) {
      const auto page = get(next);
      ASSERT_EQ(page.status, 200) << page.body.substr(0, 300);
      EXPECT_LT(page.body.size(), 9u << 20) << start;
      const auto body = parsed(page);
      for (const auto& entry : body.at("entry").as_array()) seen += entry.at("resource").at("resourceType") == "Observation" ? 1 : 0;
      next.clear();
      for (const auto& one : body.at("link").as_array())
        if (one.at("relation") == "next") next = link(page, "next");
    }
    EXPECT_EQ(seen, made.size()) << start;
  }
}

TEST_P(Corpora, ABatchAnswersUpToABound) {
  const std::string large = R"(,"note":[{"text":")" + std::string(1'000'000, 'x') + R"("},{"text":")" + std::string(900'000, 'y') + R"("}])";
  const std::string id = created(observation("8867-4", "1", "", large));
  std::string entries;
  for (int i = 0; i < 60; ++i) entries += (i == 0 ? "" : ",") + std::string(R"({"request":{"method":"GET","url":"Observation/)") + id + "\"}}";
  const auto done = post("", of_batch(entries + R"(,{"request":{"method":"DELETE","url":"Observation?patient=Patient/)" + patient +
                                      R"(&identifier=none"}})"));
  ASSERT_EQ(done.status, 200) << done.body.substr(0, 300);
  EXPECT_LT(done.body.size(), (64u << 20) + (2u << 20));
  const auto all = statuses(done);
  ASSERT_THAT(all, SizeIs(61));
  EXPECT_EQ(all.front(), "200 OK");
  EXPECT_EQ(all[59], "413 Content Too Large");
  EXPECT_EQ(all[60], "204 No Content") << "what changes something is still done";
  const auto whole = post("", with(of_batch(entries), "batch", "transaction"));
  ASSERT_EQ(whole.status, 200) << whole.body.substr(0, 300);
  EXPECT_EQ(statuses(whole).back(), "413 Content Too Large");
}

TEST_P(Corpora, TheHistoryAtATimeIsWhatWasInForce) {
  const std::string id = created(observation("8867-4", "1"));
  const auto at = [&](const http::Response& response) { return std::string(parsed(response).at("meta").at("lastUpdated").as_string()); };
  const std::string first = at(get("/Observation/" + id));
  ask(Method::put, "/Observation/" + id, observation("8867-4", "2", id));
  const std::string second = at(get("/Observation/" + id));
  const auto versions = [&](const std::string& when) {
    std::vector<std::string> out;
    const auto page = parsed(get("/Observation/" + id + "/_history?_at=" + http::percent_encode(when)));
    if (const auto* entries = page.as_object().if_contains("entry"))
      for (const auto& entry : entries->as_array()) out.emplace_back(entry.at("resource").at("meta").at("versionId").as_string());
    return out;
  };
  EXPECT_THAT(versions(first), ElementsAre("1"));
  EXPECT_THAT(versions(second), ElementsAre("2"));
  EXPECT_THAT(versions(first.substr(0, 10)), ElementsAre("2", "1"));
  EXPECT_THAT(versions("2001"), IsEmpty());
  EXPECT_THAT(versions("2999"), ElementsAre("2"));
  EXPECT_EQ(get("/Observation/" + id + "/_history?_at=yesterday").status, 400);
}

TEST_P(Corpora, ALeapSecondIsFound) {
  const std::string id = created(with(observation(), "2025-03-01", "2015-06-30T23:59:60Z"));
  const std::string by = "/Observation?patient=" + patient + "&date=";
  for (const std::string& when : {"2015-06-30T23:59:60Z", "ge2015-06-30T23:59:60Z", "2015-07-01T00:00:00Z", "2015-07"})
    EXPECT_THAT(ids(get(by + when)), ElementsAre(id)) << when;
  EXPECT_THAT(ids(get(by + "2015-06-30T23:59:59Z")), IsEmpty());
}

TEST_P(Corpora, ACodedBodyIsRefusedAsWhatItIs) {
  EXPECT_EQ(post("/Observation", observation(), {{"content-encoding", "gzip"}}).status, 415);
  EXPECT_EQ(post("/Observation", observation(), {{"content-encoding", "identity"}}).status, 201);
}

}  // namespace
}  // namespace carnet::record
