#include "standards/fhir/provide_bundle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "standards/fhir/testing/samples.hpp"

namespace carnet::fhir {
namespace {

using testing::Sample;
using testing::with;

// "code path" of each issue, or empty when accepted.
std::vector<std::string> problems(const std::string& text) {
  const auto json = Json::parse(text);
  EXPECT_TRUE(json) << (json ? "" : json.error().issues.front().path);
  if (!json) return {"not JSON"};
  const auto read = read_provide_bundle(*json);
  std::vector<std::string> out;
  if (!read)
    for (const auto& issue : read.error().issues) out.push_back(issue.code + " " + issue.path);
  return out;
}

TEST(ProvideBundle, ReadsEveryFactOfADocument) {
  Sample sample;
  sample.labels =
      R"([{"coding":[{"system":"urn:oid:2.16.840.1.113883.5.25","code":"R"}]},{"coding":[{"system":"https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument","code":"MASQUE_PS"}]}])";
  sample.extra =
      R"(,"relatesTo":[{"code":"replaces","target":{"identifier":{"system":"urn:ietf:rfc:3986","value":"urn:uuid:3C73C403-81D9-4989-9682-8896CB4EF975"}}}])";
  sample.attachment = R"(,"size":45,"hash":"qZk+NkcGgWq6PiVxeFDCbJzQ2J0=")";
  const auto text = sample.bundle();
  const auto json = Json::parse(text);
  ASSERT_TRUE(json);
  const auto read = read_provide_bundle(*json);
  ASSERT_TRUE(read) << read.error().issues.front().path << " " << read.error().issues.front().says;
  ASSERT_EQ(read->documents.size(), 1u);
  const auto& said = read->documents[0].reference;
  EXPECT_EQ(said.path, "Bundle.entry[1].resource");
  EXPECT_EQ(said.unique_id.text, "1.2.250.1.999.1.1.7");
  EXPECT_EQ(said.type.system, oid::loinc);
  EXPECT_EQ(said.type.code, "11502-2");
  EXPECT_EQ(said.document_class.code, "10");
  EXPECT_EQ(said.confidentiality.code, "R");
  ASSERT_EQ(said.visibility.size(), 1u);
  EXPECT_EQ(said.visibility[0].path, "Bundle.entry[1].resource.securityLabel[1].coding[0].code");
  EXPECT_EQ(said.author.rpps, "10001234567");
  EXPECT_EQ(said.author.structure, "750000001");
  EXPECT_EQ(said.patient.birth_name.text, "MARTIN");
  EXPECT_EQ(said.patient.birth_date.path, "Bundle.entry[1].resource.contained[0].birthDate");
  EXPECT_EQ(said.patient.identifiers[0].system, "1.2.250.1.213.1.4.11");
  ASSERT_EQ(said.replaces.size(), 1u);
  EXPECT_EQ(said.replaces[0].unique_id, "3c73c403-81d9-4989-9682-8896cb4ef975");
  EXPECT_EQ(said.attachment.sha1.size(), 20u);
  EXPECT_EQ(kernel::as_text(read->documents[0].bytes), sample.bytes);
  ASSERT_EQ(read->entries.size(), 3u);
  EXPECT_EQ(read->entries[2].type, ProvidedEntry::Type::binary);
}

TEST(ProvideBundle, SaysWhereEachThingIsWrong) {
  const std::string good = Sample().bundle();
  ASSERT_THAT(problems(good), ::testing::IsEmpty());
  const auto expect = [&](std::string_view from, std::string_view to, const std::string& issue) {
    EXPECT_THAT(problems(with(good, from, to)), ::testing::Contains(issue)) << from << " -> " << to;
  };
  expect(R"("type":"transaction")", R"("type":"batch")", "value Bundle.type");
  expect(R"("mode":"working")", R"("mode":"snapshot")", "value Bundle.entry[0].resource.mode");
  expect(R"("code":"submissionset")", R"("code":"folder")", "value Bundle.entry[0].resource.code");
  expect(R"({"item":{"reference":"urn:uuid:00000000-0000-4000-8000-0000000000b2"}})",
         R"({"item":{"reference":"urn:uuid:00000000-0000-4000-8000-0000000000b9"}})",
         "not-found Bundle.entry[0].resource.entry[0].item.reference");
  expect(R"("url":"urn:uuid:00000000-0000-4000-8000-0000000000B3")",
         R"("url":"urn:uuid:00000000-0000-4000-8000-0000000000b7")",
         "not-found Bundle.entry[1].resource.content[0].attachment.url");
  expect(R"("fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000b2")", R"("fullUrl":"b2")",
         "value Bundle.entry[1].fullUrl");
  expect(R"("fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000b3")",
         R"("fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000b2")", "business-rule Bundle.entry[2].fullUrl");
  expect(R"("method":"POST","url":"DocumentReference")", R"("method":"PUT","url":"DocumentReference")",
         "not-supported Bundle.entry[1].request.method");
  expect(R"("value":"urn:oid:1.2.250.1.999.1.1.7")", R"("value":"report 7")",
         "value Bundle.entry[1].resource.masterIdentifier.value");
  expect(R"("subject":{"reference":"#p"},"date":"2024-05-02T11:00:00+02:00","author")",
         R"("subject":{"reference":"#q"},"date":"2024-05-02T11:00:00+02:00","author")",
         "not-found Bundle.entry[1].resource.subject.reference");
  expect(R"("author":[{"reference":"#a"})", R"("author":[{"reference":"#z"})",
         "not-found Bundle.entry[1].resource.author[0].reference");
  expect(R"("securityLabel")", R"("securitylabel")", "structure Bundle.entry[1].resource.securitylabel");
  expect(R"("creation":"2024-05-02T10:30:00+02:00")", R"("creation":"2024-05-02T10:30:00")",
         "value Bundle.entry[1].resource.content[0].attachment.creation");
  expect(R"("contentType":"application/pdf","data")", R"("contentType":"image/png","data")",
         "value Bundle.entry[2].resource.contentType");
  expect(R"("data":"JVBER)", R"("data":"*VBER)", "value Bundle.entry[2].resource.data");
  expect(R"("url":"Binary")", R"("url":"Binary/1")", "value Bundle.entry[2].request.url");
  expect(R"({"resourceType":"Binary")", R"({"resourceType":"Media")",
         "not-supported Bundle.entry[2].resource.resourceType");
  expect(R"("system":"http://loinc.org")", R"("system":"http://example.org")",
         "code-invalid Bundle.entry[1].resource.type");
  expect(R"("status":"current","type")", R"("status":"superseded","type")", "value Bundle.entry[1].resource.status");
  expect(R"("birthDate":"1979-03-11"},{"resourceType":"Practitioner")",
         R"("birthDate":"11/03/1979"},{"resourceType":"Practitioner")",
         "value Bundle.entry[1].resource.contained[0].birthDate");
}

TEST(ProvideBundle, SizeAndHashAreReadStrictly) {
  Sample sample;
  sample.attachment = R"(,"size":46)";
  EXPECT_THAT(problems(sample.bundle()),
              ::testing::ElementsAre("value Bundle.entry[1].resource.content[0].attachment.size"));
  sample.attachment = R"(,"hash":"YWJj")";
  EXPECT_THAT(problems(sample.bundle()),
              ::testing::ElementsAre("value Bundle.entry[1].resource.content[0].attachment.hash"));
  sample.attachment = R"(,"data":"YWJj")";
  EXPECT_THAT(problems(sample.bundle()),
              ::testing::ElementsAre("not-supported Bundle.entry[1].resource.content[0].attachment.data"));
}

TEST(ProvideBundle, EachDocumentHasItsOwnBinaryAndIsListed) {
  Sample sample;
  std::string text = sample.bundle();
  const std::string second = R"(,{"fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000b4","resource":)" +
                             sample.document_reference() +
                             R"(,"request":{"method":"POST","url":"DocumentReference"}}]})";
  text.replace(text.size() - 2, 2, second);
  EXPECT_THAT(problems(text),
              ::testing::ElementsAre("business-rule Bundle.entry[3].resource.content[0].attachment.url"));
  const std::string lone = R"(,{"fullUrl":"urn:uuid:00000000-0000-4000-8000-0000000000b5","resource":)" +
                           sample.binary() + R"(,"request":{"method":"POST","url":"Binary"}}]})";
  std::string orphan = sample.bundle();
  orphan.replace(orphan.size() - 2, 2, lone);
  EXPECT_THAT(problems(orphan), ::testing::ElementsAre("business-rule Bundle.entry[3].fullUrl"));
}

TEST(Present, GivesBackWhatCameButForWhatTheServiceKnows) {
  Sample sample;
  sample.title.clear();
  sample.type.clear();
  sample.extra = R"(,"description":"1.500 \u00e9")";
  const std::string came =
      with(sample.document_reference(), R"("contained")", R"("meta":{"profile":["x"],"versionId":"9"},"contained")");
  Presentation with_facts;
  with_facts.id = "abc";
  with_facts.version = "2";
  with_facts.last_updated = "2024-05-02T09:00:00.000Z";
  with_facts.status = "superseded";
  with_facts.url = "https://h/fhir/R4/Binary/abc";
  with_facts.title = "Titre \"du\" document";
  with_facts.type = {std::string(oid::loinc), "11502-2", "CR", {}};
  const std::string out = present(came, with_facts);
  const auto json = Json::parse(out);
  ASSERT_TRUE(json) << out;
  const Value root = json->root();
  EXPECT_TRUE(root["id"].has_text("abc"));
  EXPECT_EQ(root["meta"].raw(), R"({"versionId":"2","lastUpdated":"2024-05-02T09:00:00.000Z","profile":["x"]})");
  EXPECT_TRUE(root["status"].has_text("superseded"));
  const Value attachment = root["content"].first()["attachment"];
  EXPECT_TRUE(attachment["url"].has_text("https://h/fhir/R4/Binary/abc"));
  EXPECT_TRUE(attachment["title"].has_text("Titre \"du\" document"));
  EXPECT_TRUE(root["type"]["coding"].first()["system"].has_text("http://loinc.org"));
  EXPECT_EQ(root["description"].raw(), R"("1.500 \u00e9")") << "what came stays to the byte";
  EXPECT_EQ(root["contained"].raw(), Json::parse(came)->root()["contained"].raw());
}

TEST(Present, AFormerIdentityIsShownToNobody) {
  Sample sample;
  Presentation with_facts;
  with_facts.id = "abc";
  with_facts.version = "1";
  with_facts.status = "current";
  with_facts.url = "u";
  with_facts.identity = {"1.2.250.1.213.1.4.8", "277076322082910", {}};
  with_facts.is_current = [](const PatientSaid& said) { return said.birth_name.text == "MARTIN"; };
  EXPECT_NE(present(sample.document_reference(), with_facts).find(sample.number), std::string::npos);
  with_facts.is_current = [](const PatientSaid& said) { return said.identifiers[0].value == "277076322082910"; };
  for (const auto& out : {present(sample.document_reference(), with_facts),
                          present_submission_set(sample.submission_set(), with_facts, "DocumentReference/abc")}) {
    EXPECT_EQ(out.find(sample.number), std::string::npos);
    EXPECT_EQ(out.find("MARTIN"), std::string::npos);
    EXPECT_NE(
        out.find(
            R"({"resourceType":"Patient","id":"p","identifier":[{"system":"urn:oid:1.2.250.1.213.1.4.8","value":"277076322082910"}]})"),
        std::string::npos)
        << out;
  }
}

TEST(Systems, IdentifiersOfDocumentsHaveOneForm) {
  EXPECT_EQ(unique_id_of("urn:ietf:rfc:3986", "urn:uuid:3C73C403-81D9-4989-9682-8896CB4EF975"),
            unique_id_from_cda("3C73C403-81D9-4989-9682-8896CB4EF975", ""));
  EXPECT_EQ(unique_id_of("urn:ietf:rfc:3986", "urn:oid:1.2.250.1.215.500.1.1^01S2"), "1.2.250.1.215.500.1.1^01S2");
  EXPECT_EQ(unique_id_of("urn:oid:1.2.250.1.215.500.1.1", "01S2"), unique_id_from_cda("1.2.250.1.215.500.1.1", "01S2"));
  for (const std::string_view bad : {"urn:uuid:1", "urn:oid:", "urn:oid:x", "urn:oid:1..2", "http://a", ""})
    EXPECT_EQ(unique_id_of("urn:ietf:rfc:3986", bad), "") << bad;
}

TEST(Systems, NumbersOfProfessionalsAndStructuresLoseTheirPrefix) {
  EXPECT_EQ(rpps_of("https://rpps.esante.gouv.fr", "10001234567"), "10001234567");
  EXPECT_EQ(rpps_of("urn:oid:1.2.250.1.71.4.2.1", "810001234567"), "10001234567");
  EXPECT_EQ(rpps_of("urn:oid:1.2.250.1.71.4.2.1", "0751234567"), "") << "an ADELI number is no RPPS";
  EXPECT_EQ(finess_of("urn:oid:1.2.250.1.71.4.2.2", "1750000001"), "750000001");
  EXPECT_EQ(finess_of("https://finess.esante.gouv.fr", "750000001"), "750000001");
  EXPECT_EQ(finess_of("urn:oid:1.2.250.1.71.4.2.2", "312345678901234"), "") << "a SIRET is no FINESS";
}

}  // namespace
}  // namespace carnet::fhir
