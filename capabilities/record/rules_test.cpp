#include "record/rules.hpp"

#include <gtest/gtest.h>

#include "record/zip.hpp"

namespace carnet::record {
namespace {

using kernel::Date;
using kernel::Instant;
using kernel::Zone;

Instant at(std::string_view text) {
  return kernel::parse_rfc3339(text).value();
}

TEST(VisibleFrom, IsTheMorningOfAWorkingDayOneCalendarMonthLater) {
  const std::vector<Date> holidays{{2025, 4, 21}};
  const auto from = [&](std::string_view deposited) {
    return kernel::to_rfc3339(visible_to_patient_from(at(deposited), 1, 510, holidays, Zone::paris()));
  };
  EXPECT_EQ(from("2025-03-04T14:00:00Z"), "2025-04-04T06:30:00.000Z") << "a Friday, 08:30 in summer";
  EXPECT_EQ(from("2025-03-05T14:00:00Z"), "2025-04-07T06:30:00.000Z") << "a Saturday waits for Monday";
  EXPECT_EQ(from("2025-03-20T14:00:00Z"), "2025-04-22T06:30:00.000Z") << "Sunday, then a holiday";
  EXPECT_EQ(from("2025-01-31T10:00:00Z"), "2025-02-28T07:30:00.000Z") << "a month has its own end";
  EXPECT_EQ(from("2025-01-14T23:30:00Z"), "2025-02-17T07:30:00.000Z") << "the day is that of the holder's zone";
}

TEST(Lanes, ActsOnHiddenItemsAreReserved) {  // REC-8
  access::ItemFacts facts;
  const Instant now = at("2025-03-04T09:00:00Z");
  EXPECT_EQ(lane_of(facts, now), audit::Lane::ordinary);
  facts.masque_ps = true;
  EXPECT_EQ(lane_of(facts, now), audit::Lane::ordinary) << "the holder knows what they hid";
  facts = {};
  facts.invisible_representants = true;
  EXPECT_EQ(lane_of(facts, now), audit::Lane::reserved);
  facts = {};
  facts.invisible_patient = true;
  EXPECT_EQ(lane_of(facts, now), audit::Lane::reserved);
  facts.patient_visible_from = now;
  EXPECT_EQ(lane_of(facts, now), audit::Lane::ordinary);
}

TEST(ShownSince, IsTheEndOfTheWaitForWhatWaited) {
  access::ItemFacts facts;
  facts.deposited_at = at("2025-03-04T09:00:00Z");
  EXPECT_EQ(shown_since(facts), facts.deposited_at);
  facts.invisible_patient = true;
  facts.patient_visible_from = at("2025-04-04T06:30:00Z");
  EXPECT_EQ(shown_since(facts), *facts.patient_visible_from);
}

TEST(Spans, ATimeWithoutOffsetIsTakenForItsDay) {
  EXPECT_EQ(span_of("2021-07-29T12:17:00"), span_of("2021-07-29"));
  EXPECT_EQ(span_of("2021-07-29T12:17:00+02:00").from, at("2021-07-29T10:17:00Z"));
  EXPECT_EQ(span_of("no date"), Span{});
}

Document sample() {
  Document document;
  document.unique_id = "1.2.3^a";
  document.title = "Compte rendu é";
  document.facts.doc_type = "11502-2";
  document.facts.author_rpps = "10001234567";
  document.facts.masque_ps = document.facts.contested = true;
  document.facts.deposited_at = at("2025-03-04T09:00:00Z");
  document.facts.patient_visible_from = Instant{-5};
  document.act = {at("1950-01-01T00:00:00Z"), at("1951-01-01T00:00:00Z")};
  document.media = Media::cda;
  document.size = 123456;
  document.status = DocumentStatus::superseded;
  document.replaces = "1.2\n1.3";
  return document;
}

TEST(Codec, GivesBackEveryMember) {
  const auto bytes = encode(sample());
  const auto back = decode(bytes);
  ASSERT_TRUE(back);
  EXPECT_EQ(encode(*back), bytes);
  EXPECT_EQ(back->title, "Compte rendu é");
  EXPECT_TRUE(back->facts.contested);
  EXPECT_FALSE(back->facts.invisible_patient);
  EXPECT_EQ(back->facts.patient_visible_from, Instant{-5});
  EXPECT_EQ(back->act.from, at("1950-01-01T00:00:00Z"));
  EXPECT_EQ(back->status, DocumentStatus::superseded);
  const auto empty = decode(encode(Document{}));
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->confidentiality, "N");
  EXPECT_FALSE(empty->facts.patient_visible_from);
}

TEST(Codec, RefusesWhatItWouldNotHaveWritten) {
  const auto bytes = encode(sample());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto cut = decode(kernel::ByteView(bytes).first(length));
    if (cut) {
      EXPECT_EQ(encode(*cut).size(), length);
    }
  }
  auto other = bytes;
  other[0] = 9;
  EXPECT_FALSE(decode(other)) << "another format";
  EXPECT_FALSE(decode(kernel::Bytes{1, 1, 1, 'a', 1, 1, 'b'})) << "a member twice";
  EXPECT_FALSE(decode(kernel::Bytes{1, 60, 1, 'a'})) << "a member that nobody knows";
  EXPECT_FALSE(decode(kernel::Bytes{1, 7, 1, 8})) << "a status that is none";
}

TEST(Zip, IsWhatOtherProgramsRead) {
  Zip zip(at("2025-03-04T09:00:00Z"));
  zip.add("a.txt", "hello");
  zip.add("é/b.bin", std::string("\0\1", 2));
  const std::string archive = zip.finish();
  EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
  EXPECT_EQ(archive.substr(0, 4), "PK\3\4");
  EXPECT_EQ(archive.substr(archive.size() - 22, 4), "PK\5\6");
  EXPECT_EQ(static_cast<unsigned char>(archive[archive.size() - 12]), 2) << "two entries";
  EXPECT_NE(archive.find("hello"), std::string::npos);
}

TEST(DocumentTypes, LoadWholeOrSayWhere) {
  const auto types = DocumentTypes::load(CARNET_SOURCE_DIR "/rules");
  ASSERT_TRUE(types) << types.error().detail;
  EXPECT_EQ(types->find("11502-2")->doc_class, "10");
  EXPECT_TRUE(types->find("FEUILLE-DE-STYLE")->doc_class.empty()) << "99 is no class of documents";
  EXPECT_EQ(types->find("nothing"), nullptr);
  const auto bad = DocumentTypes::parse("type\tsystem\tclass\tsource\tlabel\na\ts\t10\tx\tA\na\ts\t10\tx\tA\nb\n");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().issues[0].path, "document-types.tsv, line 3, type");
  EXPECT_EQ(bad.error().issues[1].path, "document-types.tsv, line 4");
}

}  // namespace
}  // namespace carnet::record
