// Structured resources: kept as they came, found by who may, changed by their author's structure, traced.
#include "record/testing/inside.hpp"

namespace carnet::record {
namespace {

using testing::must;
using testing::observation_text;
using testing::RecordHouse;
using testing::Resources;
using testing::Someone;
using Kind = WriteOp::Kind;

std::string code_of_error(const auto& result) {
  return result ? "none" : result.error().code;
}

class StructuredResources : public ::testing::TestWithParam<std::string> {
 protected:
  StructuredResources() : house(GetParam()) {
    nadia = house.add_open(nadia_said);
    resources.emplace(house, house.record(), nadia);
  }
  // A colleague of another place of care, who treats this person.
  std::shared_ptr<const identity::Caller> colleague() {
    house.write([&](store::Tx& tx) {
      return house.access().declare_care_team(tx, nadia, testing::other_rpps, elsewhere, house.clock().now(),
                                              std::nullopt);
    });
    return RecordHouse::software(testing::other_rpps, elsewhere);
  }
  static constexpr std::string_view elsewhere = "750000002";
  std::int64_t items() { return house.count("SELECT COUNT(*) FROM item"); }

  const Someone nadia_said{.n = 1};
  RecordHouse house;
  PersonId nadia;
  std::optional<Resources> resources;
};

TEST_P(StructuredResources, ComeBackAsTheyCameButForIdentity) {  // REC-15
  const auto made = resources->create(observation_text(
      "29463-7", "1.0", R"("id":"x","meta":{"versionId":"9","profile":["http://p"],"lastUpdated":"2000-01-01"},)"));
  const std::string id = resources->shared().id_of(house.space_of(nadia), made.local);
  const auto read = must(resources->read(made.local));
  const auto expected = fmt::format(
      R"({{"resourceType":"Observation","id":"{}","meta":{{"versionId":"1","lastUpdated":"2025-03-04T09:00:01.000Z",)"
      R"("profile":["http://p"]}},"status":"final","category":[{{"coding":[{{"system":)"
      R"("http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}}]}}],"code":)"
      R"({{"coding":[{{"system":"http://loinc.org","code":"29463-7"}}]}},"valueQuantity":{{"value":1.0,"unit":"kg"}}}})",
      id);
  EXPECT_EQ(read.item->text, expected);
  EXPECT_EQ(made.item->text, expected);
  EXPECT_EQ(read.item->root()["valueQuantity"]["value"].raw(), "1.0");
  EXPECT_EQ(read.item->facts.doc_type, "34133-9") << "a measure is near to a synthesis";
  house.reopen();
  resources.emplace(house, house.record(), nadia);
  EXPECT_EQ(must(resources->read(made.local)).item->text, expected) << "from the row";
}

TEST_P(StructuredResources, HaveVersionsThatOneMayInsistOn) {
  const auto made = resources->create(observation_text("8302-2", "170"));
  EXPECT_EQ(code_of_error(resources->update(made.local, observation_text("8302-2", "171"), 2)), "record.version");
  const auto second = must(resources->update(made.local, observation_text("8302-2", "171"), 1)).written.front();
  EXPECT_EQ(second.version, 2);
  EXPECT_EQ(second.outcome, Written::Outcome::updated);
  EXPECT_EQ(must(resources->remove(made.local)).written.front().outcome, Written::Outcome::removed);
  EXPECT_EQ(code_of_error(resources->read(made.local)), "record.deleted");
  EXPECT_EQ(must(resources->remove(made.local)).written.front().outcome, Written::Outcome::unchanged);
  EXPECT_EQ(code_of_error(resources->update(made.local, observation_text("8302-2", "172"), {})), "record.deleted");
  EXPECT_TRUE(must(resources->open()).record.of_type("Observation").empty());

  const auto history = must(resources->history({"Observation", made.local, 0})).versions;
  ASSERT_EQ(history.size(), 3u);
  EXPECT_TRUE(history[0]->deleted);
  EXPECT_EQ(history[1]->root()["valueQuantity"]["value"].raw(), "171");
  EXPECT_EQ(history[2]->root()["meta"]["versionId"].text(), "1");
  EXPECT_EQ(must(resources->history({"Observation", made.local, 2})).versions.front()->version, 2);
  EXPECT_EQ(code_of_error(resources->history({"Observation", made.local, 4})), "not_found");
  EXPECT_EQ(code_of_error(resources->history({"Condition", made.local, 0})), "not_found");
  (void)resources->create(observation_text("8302-2", "180"));
  EXPECT_EQ(must(resources->history({})).versions.size(), 4u);
  EXPECT_TRUE(must(resources->history({"Condition", 0, 0})).versions.empty());
}

TEST_P(StructuredResources, AreWrittenTogetherOrNotAtAll) {  // REC-1
  const auto made = resources->create(observation_text("1", "1"));
  const auto rows = items();
  const auto traces = house.traces(nadia).size();
  auto refused = Resources::op(Kind::update, made.local, observation_text("1", "2"));
  refused.if_version = 7;
  refused.path = "Bundle.entry[1]";
  const auto batch = resources->write({Resources::op(Kind::create, 0, observation_text("2", "2")), refused});
  ASSERT_FALSE(batch);
  EXPECT_EQ(batch.error().kind, kernel::ErrorKind::precondition);
  EXPECT_EQ(batch.error().issues.front().path, "Bundle.entry[1]");
  EXPECT_EQ(items(), rows);
  EXPECT_EQ(house.traces(nadia).size(), traces);
  EXPECT_EQ(must(resources->open()).record.of_type("Observation").size(), 1u);
}

TEST_P(StructuredResources, AreChangedByTheirAuthorsStructureOnly) {
  const auto made = resources->create(observation_text("1", "1"));
  const auto stranger = RecordHouse::software(testing::other_rpps, elsewhere);
  EXPECT_EQ(code_of_error(resources->remove(made.local, stranger)), "not_found") << "a stranger to this person";
  const auto other = colleague();
  EXPECT_EQ(code_of_error(resources->remove(made.local, other)), "record.authors_only");
  EXPECT_EQ(code_of_error(resources->update(99, observation_text("1", "1"), {}, other)), "not_found");
  const auto of_the_structure = RecordHouse::software(testing::other_rpps);
  EXPECT_EQ(code_of_error(resources->remove(made.local, of_the_structure)), "not_found") << "who may not see it";
  house.join(nadia, testing::other_rpps);
  EXPECT_EQ(code_of_error(resources->remove(made.local, of_the_structure)), "none");
}

// Of the structure that filed it or not: who may not see an item does not learn that it is there by writing to it.
TEST_P(StructuredResources, AreNotChangedByWhoIsBlocked) {  // REC-8
  const auto made = resources->create(observation_text("1", "1"));
  const auto of_the_structure = RecordHouse::software(testing::other_rpps);
  house.join(nadia, testing::other_rpps);
  house.write([&](store::Tx& tx) { return house.access().block(tx, nadia, testing::other_rpps); });
  EXPECT_EQ(code_of_error(resources->update(made.local, observation_text("1", "2"), {}, of_the_structure)), "not_found");
  EXPECT_EQ(code_of_error(resources->remove(made.local, of_the_structure)), "not_found");
  EXPECT_EQ(code_of_error(resources->update(99, observation_text("1", "2"), {}, of_the_structure)), "not_found");
}

TEST_P(StructuredResources, HideWhatTheGrantRefuses) {  // REC-8
  constexpr std::string_view masked = R"("meta":{"security":[{"system":"urn:x","code":"MASQUE_PS"}]},)";
  const auto shown = resources->create(observation_text("1", "1"));
  const auto other = colleague();
  const auto hidden = resources->create(observation_text("2", "2", masked));
  EXPECT_EQ(must(resources->open()).record.of_type("Observation").size(), 2u) << "its author sees it";
  const auto before = must(resources->history({}, other)).versions.size();
  const auto opened = must(resources->open(other));
  EXPECT_EQ(opened.record.of_type("Observation").size(), 1u);
  EXPECT_EQ(opened.record.find(hidden.local), nullptr);
  EXPECT_NE(opened.record.find(shown.local), nullptr);
  const auto traces = house.traces(nadia).size();
  EXPECT_EQ(code_of_error(resources->read(hidden.local, other)), "not_found");
  EXPECT_EQ(code_of_error(resources->read(99, other)), "not_found");
  EXPECT_EQ(code_of_error(resources->history({"Observation", hidden.local, 0}, other)), "not_found");
  EXPECT_EQ(code_of_error(resources->remove(hidden.local, other)), "not_found");
  EXPECT_EQ(house.traces(nadia).size(), traces) << "nothing is traced of what the caller may not know of";
  // A new version that no longer says so is hidden all the same, and so are the old ones.
  must(resources->update(hidden.local, observation_text("2", "3"), {}));
  EXPECT_EQ(must(resources->open(other)).record.of_type("Observation").size(), 1u);
  EXPECT_EQ(must(resources->history({}, other)).versions.size(), before);
}

// Who may not see an item is not made to wait for it: its versions are left out by the facts in memory, unopened.
TEST_P(StructuredResources, OpenNothingHiddenForAHistory) {  // REC-8
  constexpr std::string_view masked = R"("meta":{"security":[{"system":"urn:x","code":"MASQUE_PS"}]},)";
  const auto shown = resources->create(observation_text("1", "1"));
  must(resources->update(shown.local, observation_text("1", "2"), {}));
  const auto hidden = resources->create(observation_text("2", "2", masked));
  must(resources->update(hidden.local, observation_text("2", "3", masked), {}));
  must(resources->open());
  house.write([&](store::Tx& tx) -> kernel::Status {  // a row that does not open
    CARNET_CHECK(tx.execute("UPDATE item SET sealed = (SELECT sealed FROM item WHERE local_id = $1 AND version = 2) "
                            "WHERE local_id = $1 AND version = 1",
                            {hidden.local}));
    return {};
  });
  EXPECT_EQ(code_of_error(resources->history({})), "record.unreadable") << "its author may see it: it is opened";
  for (const auto* type : {"", "Observation"})
    EXPECT_EQ(must(resources->history({type, 0, 0}, colleague())).versions.size(), 2u) << type;
}

TEST_P(StructuredResources, AwaitAnAnnouncement) {  // REC-8
  constexpr std::string_view awaited = R"("meta":{"security":[{"system":"urn:x","code":"INVISIBLE_PATIENT"}]},)";
  const auto made = resources->create(observation_text("1", "1", awaited));
  const auto holder = RecordHouse::person(nadia);
  EXPECT_EQ(code_of_error(resources->read(made.local, holder)), "not_found");
  EXPECT_EQ(house.traces(nadia, audit::Lane::reserved),
            (std::vector<std::string>{"record_searched", "resource_written Mesure"}));
  house.set_clock("2025-04-04T10:00:00Z");
  EXPECT_TRUE(resources->read(made.local, holder));
  constexpr std::string_view both = R"("meta":{"security":[{"code":"INVISIBLE_PATIENT"},{"code":"MASQUE_PS"}]},)";
  EXPECT_EQ(code_of_error(resources->write({Resources::op(Kind::create, 0, observation_text("1", "1", both))})),
            "record.visibility");
}

TEST_P(StructuredResources, LeaveOneTraceForEachReadingAndWriting) {  // REC-9
  const auto made = resources->create(observation_text("1", "1"));
  EXPECT_EQ(house.traces(nadia).front(), "resource_written Mesure");
  must(resources->read(made.local));
  const auto cold = house.traces(nadia);
  EXPECT_EQ(cold.at(0), "resource_read Mesure");
  EXPECT_EQ(cold.at(1), "resource_written Mesure");
  EXPECT_EQ(house.traces(nadia, audit::Lane::reserved).front(), "record_searched")
      << "the record was not in memory: its facts are a listing";
  must(resources->read(made.local));
  EXPECT_EQ(house.traces(nadia).size(), cold.size() + 1);
  std::vector<WriteOp> many;
  for (int i = 0; i < 5; ++i) many.push_back(Resources::op(Kind::create, 0, observation_text("1", "1")));
  const auto written = must(resources->write(std::move(many)));
  EXPECT_EQ(house.traces(nadia).size(), cold.size() + 2);
  EXPECT_EQ(house.traces(nadia).front(), "resource_written");
  must(resources->read(written.written.back().local));
  EXPECT_EQ(house.traces(nadia).size(), cold.size() + 3) << "what was written joined the opened record";
  must(resources->open());
  EXPECT_EQ(house.traces(nadia).front(), "record_searched");
  must(resources->history({}));
  EXPECT_EQ(house.traces(nadia).front(), "history_read");
}

TEST_P(StructuredResources, AreRefusedWhereTheRecordChangedMeanwhile) {
  const auto looked = must(resources->open()).record.change();
  const std::vector<WriteOp> ops{Resources::op(Kind::create, 0, observation_text("1", "1"))};
  must(resources->write(ops, RecordHouse::doctor(), {}, looked));
  EXPECT_EQ(code_of_error(resources->write(ops, RecordHouse::doctor(), {}, looked)), "record.changed");
  must(resources->write(ops, RecordHouse::doctor(), {}, must(resources->open()).record.change()));
}

TEST_P(StructuredResources, AreWrittenOnceUnderAKey) {  // P2
  const std::vector<WriteOp> ops{Resources::op(Kind::create, 0, observation_text("1", "1"))};
  const auto first = must(resources->write(ops, RecordHouse::doctor(), Once{"key", "request"}));
  const auto again = must(resources->write(ops, RecordHouse::doctor(), Once{"key", "request"}));
  EXPECT_TRUE(again.repeated);
  EXPECT_EQ(again.written.front().local, first.written.front().local);
  EXPECT_EQ(again.written.front().updated, first.written.front().updated);
  EXPECT_EQ(items(), 1);
  EXPECT_EQ(code_of_error(resources->write(ops, RecordHouse::doctor(), Once{"key", "other"})), "record.idempotency");
  must(resources->write(ops, RecordHouse::software(testing::other_rpps), Once{"key", "request"}));
  EXPECT_EQ(items(), 2) << "another caller's key is another";
  house.clock().advance(std::chrono::hours(25));
  must(resources->write(ops, RecordHouse::doctor(), Once{"key", "request"}));
  EXPECT_EQ(items(), 3);
  EXPECT_EQ(house.count("SELECT COUNT(*) FROM write_once"), 1);
}

TEST_P(StructuredResources, TakeIdsThatWereReserved) {
  const auto reserved = must(
      io::run(reserve_locals(resources->shared(), resources->door(RecordHouse::doctor(), access::Act::deposit), 2)));
  const auto between = resources->create(observation_text("1", "1"));
  EXPECT_GT(between.local, reserved.first + 1);
  must(resources->write({Resources::op(Kind::create, reserved.first + 1, observation_text("2", "2")),
                         Resources::op(Kind::create, reserved.first, observation_text("3", "3"))}));
  EXPECT_EQ(must(resources->read(reserved.first)).item->root()["code"]["coding"].first()["code"].text(), "3");
  EXPECT_EQ(code_of_error(resources->write({Resources::op(Kind::create, reserved.first, observation_text("4", "4"))})),
            "record.changed")
      << "taken: whoever reserved must reserve again";
}

TEST_P(StructuredResources, DoNotOpenAtAnotherPlace) {  // REC-15
  const Someone paul{.n = 2};
  const PersonId other = house.add_open(paul);
  Resources of_other(house, house.record(), other);
  const auto a = resources->create(observation_text("1", "1")), b = resources->create(observation_text("2", "2"));
  must(resources->update(a.local, observation_text("1", "3"), {}));
  const auto foreign = of_other.create(observation_text("9", "9"));
  const auto mine = house.space_of(nadia).value, theirs = house.space_of(other).value;
  const auto take = [&](std::int64_t to_local, std::int64_t to_version, std::int64_t space, std::int64_t local,
                        std::int64_t version) {
    house.write([&](store::Tx& tx) -> kernel::Status {
      CARNET_CHECK(
          tx.execute("UPDATE item SET sealed = (SELECT sealed FROM item WHERE space_id = $1 AND local_id = $2 "
                     "AND version = $3) WHERE space_id = $4 AND local_id = $5 AND version = $6",
                     {space, local, version, mine, to_local, to_version}));
      return {};
    });
    house.reopen();
    resources.emplace(house, house.record(), nadia);
  };
  take(a.local, 2, mine, a.local, 1);
  EXPECT_EQ(code_of_error(resources->open()), "record.unreadable") << "an older version in a newer one's place";
  take(b.local, 1, mine, a.local, 1);
  EXPECT_EQ(code_of_error(resources->open()), "record.unreadable") << "another item";
  take(b.local, 1, theirs, foreign.local, 1);
  EXPECT_EQ(code_of_error(resources->open()), "record.unreadable") << "another person's";
}

TEST_P(StructuredResources, AreFreshInEveryProcess) {  // REC-16
  const auto second = house.another_record();
  Resources of_second(house, *second, nadia);
  const auto first = resources->create(observation_text("1", "1"));
  must(resources->read(first.local));
  must(of_second.read(first.local));
  const auto other = of_second.create(observation_text("2", "2"));
  EXPECT_EQ(must(resources->open()).record.of_type("Observation").size(), 2u);
  EXPECT_TRUE(resources->read(other.local));
  must(resources->update(first.local, observation_text("1", "5"), {}));
  EXPECT_EQ(must(of_second.read(first.local)).item->version, 2);
  must(of_second.remove(other.local));
  EXPECT_EQ(code_of_error(resources->read(other.local)), "record.deleted");
}

TEST_P(StructuredResources, StandBesideDocumentsInOneRecord) {
  const auto id = house.deposited(RecordHouse::sample_of(nadia_said));
  (void)resources->create(observation_text("1", "1"));
  const auto opened = must(resources->open());
  ASSERT_EQ(opened.record.all().size(), 2u);
  const auto documents = opened.record.of_type("DocumentReference");
  ASSERT_EQ(documents.size(), 1u);
  EXPECT_EQ(documents.front()->root()["id"].text(), id);
  EXPECT_TRUE(documents.front()->root()["subject"]["reference"]);
  house.deposited(RecordHouse::sample_of(nadia_said, 2));
  const auto traces = house.traces(nadia).size();
  const auto after = must(resources->open());
  EXPECT_EQ(after.record.all().size(), 3u);
  EXPECT_EQ(house.traces(nadia).size(), traces + 1);
}

TEST_P(StructuredResources, AnswerTheStateOfTheSpace) {  // REC-6
  const auto made = resources->create(observation_text("1", "1"));
  must(resources->read(made.local));
  must(io::run(house.enrollment().close(*RecordHouse::person(nadia), nadia)));
  EXPECT_FALSE(resources->write({Resources::op(Kind::create, 0, observation_text("1", "1"))}));
  EXPECT_FALSE(resources->read(made.local)) << "in memory, and closed";
}

INSTANTIATE_TEST_SUITE_P(Engines, StructuredResources, ::testing::ValuesIn(store::testing::store_cases()));

}  // namespace
}  // namespace carnet::record
