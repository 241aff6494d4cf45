// The facts of the header, their issues, and their JSON.
#include "standards/cda/testing/fixtures.hpp"

namespace carnet::cda {
namespace {

using namespace fixtures;

Document level3() {
  auto read = read_text(fixture("level3.xml"));
  EXPECT_TRUE(read) << first_issue(read);
  return read ? *read : Document{};
}

TEST(Header, SaysWhatTheDocumentIs) {
  const Document d = level3();
  EXPECT_EQ(d.id.text(), "1.2.250.1.999.1^CR-2025-0001");
  EXPECT_EQ(d.set_id->text(), "1.2.250.1.999.1^CR-2025");
  EXPECT_EQ(d.version, 2);
  EXPECT_EQ(d.title, "Compte rendu de biologie & bilan");
  EXPECT_EQ(d.type, (Code{"11502-2", "2.16.840.1.113883.6.1", "CR d'examens biologiques"}));
  EXPECT_EQ(d.confidentiality.code, "N");
  EXPECT_EQ(d.effective.iso, "2025-03-04T14:07:30+01:00");
  EXPECT_EQ(d.language, "fr-FR");
  ASSERT_EQ(d.template_ids.size(), 2u);
  EXPECT_EQ(d.template_ids[1].root, "1.2.250.1.213.1.1.1.1");
  EXPECT_EQ(d.body.kind, BodyKind::structured);
  EXPECT_FALSE(d.unwrapped);
  ASSERT_EQ(d.related.size(), 1u);
  EXPECT_EQ(d.related[0].type, "RPLC");
  EXPECT_EQ(d.related[0].ids.at(0).text(), "1.2.250.1.999.1^CR-2025-0000");
}

TEST(Header, SaysWhoseItIs) {
  const Patient p = level3().patient;
  ASSERT_EQ(p.ids.size(), 2u);
  EXPECT_EQ(p.ids[0].root, "1.2.250.1.213.1.4.11");
  EXPECT_EQ(p.birth_name, "MARTIN");
  EXPECT_EQ(p.used_name, "MARTIN-PETIT");
  EXPECT_EQ(p.given, (std::vector<std::string>{"NADIA", "LOUISE"}));
  EXPECT_EQ(p.first_given, "NADIA");
  EXPECT_EQ(p.used_given, "Lou");
  EXPECT_EQ(p.birth->iso, "1955-08");
  EXPECT_EQ(p.birth->precision, Precision::month);
  EXPECT_EQ(p.sex, "F");
  EXPECT_EQ(p.birthplace_insee, "14168");
}

TEST(Header, AListOfAllGivenNamesIsNotCountedTwice) {
  const auto d = read_text(with(fixture("level3.xml"), "<given>LOUISE</given>", "<given>NADIA LOUISE</given>"));
  EXPECT_EQ(d->patient.given, std::vector<std::string>{"NADIA LOUISE"});
  EXPECT_EQ(d->patient.first_given, "NADIA");
}

TEST(Header, NamesWithoutQualifierAreThoseOfBirth) {
  auto text = with(fixture("level3.xml"), "<given qualifier=\"BR\">", "<given>");
  text = with(text, "<family qualifier=\"BR\">", "<family>");
  text = with(text, "<family qualifier=\"CL\">MARTIN-PETIT</family>", "");
  const auto d = read_text(text);
  EXPECT_EQ(d->patient.birth_name, "MARTIN");
  EXPECT_EQ(d->patient.used_name, "PETIT");
  EXPECT_EQ(d->patient.first_given, "NADIA");
}

TEST(Header, SaysWhoWroteIt) {
  const Document d = level3();
  ASSERT_EQ(d.authors.size(), 2u);
  const Actor& who = d.authors[0];
  EXPECT_EQ(who.ids.at(0).text(), "1.2.250.1.71.4.2.1^810001234567");
  EXPECT_EQ(who.given, "Karim");
  EXPECT_EQ(who.family, "BENALI");
  EXPECT_EQ(who.suffix, "DR");
  EXPECT_EQ(who.profession.code, "G15_10/SM03");
  EXPECT_EQ(who.organization.name, "Labo des Lilas");
  EXPECT_EQ(who.organization.ids.at(0).extension, "1140000001");
  EXPECT_EQ(who.time->iso, "2025-03-04T14:00:00+01:00");
  EXPECT_EQ(d.authors[1].device, "BioSoft 4");
  EXPECT_FALSE(d.authors[1].time);
  EXPECT_EQ(d.custodian.name, "Labo des Lilas");
  EXPECT_EQ(d.legal_authenticator->family, "BENALI");
}

TEST(Header, SaysWhatWasDoneWhenAndWhere) {
  const Document d = level3();
  ASSERT_EQ(d.services.size(), 1u);
  EXPECT_EQ(d.services[0].code.display, "Examens de biologie");
  EXPECT_EQ(d.services[0].when.start->iso, "2025-03-04T08:15:00+01:00");
  EXPECT_EQ(d.services[0].when.start->precision, Precision::minute);
  EXPECT_EQ(d.services[0].when.end->iso, "2025-03-04T11:00:00+01:00");
  EXPECT_EQ(d.services[0].performer->organization.setting.code, "AMBULATOIRE");
  EXPECT_EQ(d.encounter->place.name, "Labo des Lilas, site du port");
  EXPECT_EQ(d.encounter->place.setting.code, "SA25");
}

TEST(Header, EachMissingPartHasItsPath) {
  const std::string text = fixture("level3.xml");
  const auto without = [&](std::string_view part) { return first_issue(read_text(with(text, part, ""))); };
  EXPECT_EQ(without("<id root=\"1.2.250.1.999.1\" extension=\"CR-2025-0001\"/>"), "required ClinicalDocument/id");
  EXPECT_EQ(without("<typeId root=\"2.16.840.1.113883.1.3\" extension=\"POCD_HD000040\"/>"),
            "required ClinicalDocument/typeId");
  EXPECT_EQ(without("<effectiveTime value=\"20250304140730+0100\"/>"), "required ClinicalDocument/effectiveTime");
}

TEST(Header, AFamilyNameOfAnotherKindIsNotTheOneOfBirth) {
  const auto d = read_text(with(fixture("level3.xml"), "<family qualifier=\"BR\">MARTIN</family>", ""));
  EXPECT_EQ(first_issue(d), "required ClinicalDocument/recordTarget/patientRole/patient/name/family");
}

TEST(Header, WrongValuesHaveTheirPath) {
  const std::string text = fixture("level3.xml");
  const auto issue = [&](std::string_view from, std::string_view to) {
    return first_issue(read_text(with(text, from, to)));
  };
  EXPECT_EQ(issue("value=\"20250304140730+0100\"/>\n  <conf", "value=\"20251304\"/>\n  <conf"),
            "value ClinicalDocument/effectiveTime/@value");
  EXPECT_EQ(issue("<birthTime value=\"195508\"/>", "<birthTime value=\"19550832\"/>"),
            "value ClinicalDocument/recordTarget/patientRole/patient/birthTime/@value");
  EXPECT_EQ(issue("<confidentialityCode code=\"N\"", "<confidentialityCode code=\"X\""),
            "value ClinicalDocument/confidentialityCode/@code");
  EXPECT_EQ(issue("<versionNumber value=\"2\"/>", "<versionNumber value=\"two\"/>"),
            "value ClinicalDocument/versionNumber/@value");
  EXPECT_EQ(issue("<languageCode code=\"fr-FR\"/>", "<languageCode code=\"fr FR\"/>"),
            "value ClinicalDocument/languageCode/@code");
  EXPECT_EQ(issue("<id root=\"1.2.250.1.999.2\"", "<id root=\"not an oid\""),
            "value ClinicalDocument/recordTarget/patientRole/id[2]/@root");
  EXPECT_EQ(issue("<title>Compte rendu\n    de biologie &amp; bilan</title>", "<title> </title>"),
            "required ClinicalDocument/title");
  EXPECT_EQ(issue("extension=\"AUTO-1\"/>", "extension=\"" + std::string(257, 'x') + "\"/>"),
            "too-long ClinicalDocument/author[2]/assignedAuthor/id/@extension");
}

TEST(Header, AllIssuesAreToldAtOnce) {
  auto text = with(fixture("level3.xml"), "<versionNumber value=\"2\"/>", "<versionNumber value=\"-\"/>");
  text = with(text, "<confidentialityCode code=\"N\"", "<confidentialityCode code=\"X\"");
  const auto read = read_text(text);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().issues.size(), 2u);
  EXPECT_EQ(read.error().code, "cda.header");
}

TEST(Header, ASecondPatientIsRefused) {
  const std::string text = fixture("level3.xml");
  const auto from = text.find("<recordTarget>");
  const auto to = text.find("</recordTarget>") + std::string_view("</recordTarget>").size();
  std::string twice = text;
  twice.insert(to, text.substr(from, to - from));
  EXPECT_EQ(first_issue(read_text(twice)), "multiple ClinicalDocument/recordTarget");
}

TEST(Header, TooManyAuthorsAreRefused) {
  std::string text = fixture("level3.xml");
  const auto at = text.find("<author>");
  std::string many;
  for (int i = 0; i < 70; ++i) many += "<author><assignedAuthor><id root=\"1.2.3\"/></assignedAuthor></author>";
  EXPECT_EQ(first_issue(read_text(text.insert(at, many))), "too-many ClinicalDocument/author");
}

TEST(Embedded, TheFileInsideIsGivenBack) {
  const std::string text = fixture("level1.xml");
  const auto read = read_text(text);
  ASSERT_TRUE(read) << first_issue(read);
  EXPECT_EQ(read->body.kind, BodyKind::embedded);
  EXPECT_EQ(read->body.media_type, "application/pdf");
  EXPECT_EQ(read->body.decoded_bytes, 15u);
  const auto body = embedded_body(kernel::as_bytes(text));
  ASSERT_TRUE(body);
  EXPECT_EQ(kernel::as_text(body->bytes), "%PDF-1.4\n%%EOF\n");
  EXPECT_EQ(first_issue(embedded_body(kernel::as_bytes(fixture("level3.xml")))),
            "structure ClinicalDocument/component");
}

TEST(Embedded, WhatIsNotWhatItSaysIsRefused) {
  const std::string text = fixture("level1.xml");
  const auto issue = [&](std::string_view from, std::string_view to) {
    return first_issue(read_text(with(text, from, to)));
  };
  const std::string at = " ClinicalDocument/component/nonXMLBody/text";
  EXPECT_EQ(issue("JVBERi0xLjQK", "PGh0bWw+PC9o"), "media-type" + at);
  EXPECT_EQ(issue("JVBERi0xLjQK", "JVBERi0x*jQK"), "base64" + at);
  EXPECT_EQ(issue("JSVFT0YK\n", "JSVFT0Y\n"), "base64" + at);
  EXPECT_EQ(issue("application/pdf", "text/html"), "media-type" + at + "/@mediaType");
  EXPECT_EQ(issue("representation=\"B64\"", "representation=\"TXT\""), "value" + at + "/@representation");
  EXPECT_EQ(issue("representation=\"B64\"", "representation=\"B64\" compression=\"DF\""),
            "value" + at + "/@compression");
  EXPECT_EQ(issue("JVBERi0xLjQK\n        JSVFT0YK", "<reference value=\"file:///etc/passwd\"/>"),
            "not-supported" + at + "/reference");
}

TEST(Times, AreReadAtEachPrecision) {
  const auto iso = [](std::string_view ts) { return parse_time(ts) ? parse_time(ts)->iso : "refused"; };
  EXPECT_EQ(iso("2021"), "2021");
  EXPECT_EQ(iso("202107"), "2021-07");
  EXPECT_EQ(iso("20210729"), "2021-07-29");
  EXPECT_EQ(iso("2021072912"), "2021-07-29T12:00:00");
  EXPECT_EQ(iso("202107291217+0100"), "2021-07-29T12:17:00+01:00");
  EXPECT_EQ(iso("20210729121700.123-0930"), "2021-07-29T12:17:00-09:30");
  EXPECT_EQ(iso("20210803113623+100"), "2021-08-03T11:36:23+01:00");
  EXPECT_EQ(parse_time("2021072912")->precision, Precision::hour);
  for (const auto* wrong :
       {"", "21", "20210", "2021072", "20210229", "20211301", "2021072924", "20210729126000", "20210729121760",
        "20210729121700+1500", "20210729121700+01", "20210729121700.", "2021-07-29", "20210729T1217", "00000101",
        "20210729121700+01000", "999999999999999999999"}) {
    EXPECT_EQ(iso(wrong), "refused") << wrong;
  }
}

TEST(Times, HaveAnEarliestInstant) {
  const auto& paris = kernel::Zone::paris();
  const auto at = [&](std::string_view ts) { return kernel::to_rfc3339(parse_time(ts)->earliest(paris)); };
  EXPECT_EQ(at("20210729121700+0100"), "2021-07-29T11:17:00.000Z");
  EXPECT_EQ(at("20210729121700-0330"), "2021-07-29T15:47:00.000Z");
  EXPECT_EQ(at("20210729121742"), "2021-07-29T10:17:42.000Z");
  EXPECT_EQ(at("20210729"), "2021-07-28T22:00:00.000Z");
  EXPECT_EQ(at("2021"), "2020-12-31T23:00:00.000Z");
}

TEST(Json, GivesTheSameFactsBack) {
  for (const auto* name : {"level1.xml", "level3.xml", "stylesheet_root.xml"}) {
    const auto read = read_text(fixture(name));
    ASSERT_TRUE(read) << name << " " << first_issue(read);
    const auto back = from_json(to_json(*read));
    ASSERT_TRUE(back) << first_issue(back);
    EXPECT_EQ(*back, *read) << name;
  }
}

TEST(Json, IsStrict) {
  const std::string json = to_json(level3());
  EXPECT_EQ(first_issue(from_json(with(json, "\"title\":", "\"titre\":"))), "required /title");
  EXPECT_EQ(first_issue(from_json(with(json, "\"unwrapped\":false", "\"unwrapped\":0"))), "type /unwrapped");
  EXPECT_EQ(first_issue(from_json(with(json, "\"unwrapped\":false", "\"unwrapped\":false,\"more\":1"))), "unknown ");
  EXPECT_EQ(first_issue(from_json(with(json, "\"kind\":\"structured\"", "\"kind\":\"other\""))), "type /body/kind");
  EXPECT_EQ(first_issue(from_json(
                with(json, "\"2025-03-04T14:07:30+01:00\",\"precision\":\"second\",\"zoned\":true},\"language\"",
                     "\"2025\",\"precision\":\"second\",\"zoned\":true},\"language\""))),
            "value /effective");
  EXPECT_FALSE(from_json("{}"));
  EXPECT_FALSE(from_json("[]"));
  EXPECT_FALSE(from_json(json + " x"));
}

}  // namespace
}  // namespace carnet::cda
