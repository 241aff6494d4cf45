#include "record/resource_row.hpp"

#include <gtest/gtest.h>

#include "foundation/store/testing/store_case.hpp"
#include "record/resource_types.hpp"
#include "record/resources.hpp"

namespace carnet::record {
namespace {

StoredResource sample() {
  StoredResource made;
  made.type = "Observation";
  made.categories = {"laboratory", "vital-signs"};
  made.facts.masque_ps = made.facts.visible_in_emergency = made.facts.by_holder = true;
  made.facts.structure = "750000001";
  made.facts.author_rpps = "10001234567";
  made.facts.deposited_at = {1'700'000'000'000};
  made.facts.patient_visible_from = kernel::Instant{1'700'000'100'000};
  made.updated = {1'700'000'050'000};
  made.text = R"({"resourceType":"Observation","valueString":"é"})";
  return made;
}

kernel::Bytes packed(const StoredResource& resource) {
  return pack(resource, pack_text(resource));
}

void expect_same(const StoredResource& a, const StoredResource& b) {
  EXPECT_EQ(a.type, b.type);
  EXPECT_EQ(a.categories, b.categories);
  EXPECT_EQ(a.facts.masque_ps, b.facts.masque_ps);
  EXPECT_EQ(a.facts.invisible_patient, b.facts.invisible_patient);
  EXPECT_EQ(a.facts.invisible_representants, b.facts.invisible_representants);
  EXPECT_EQ(a.facts.visible_in_emergency, b.facts.visible_in_emergency);
  EXPECT_EQ(a.facts.contested, b.facts.contested);
  EXPECT_EQ(a.facts.by_holder, b.facts.by_holder);
  EXPECT_EQ(a.facts.structure, b.facts.structure);
  EXPECT_EQ(a.facts.author_rpps, b.facts.author_rpps);
  EXPECT_EQ(a.facts.deposited_at, b.facts.deposited_at);
  EXPECT_EQ(a.facts.patient_visible_from, b.facts.patient_visible_from);
  EXPECT_EQ(a.updated, b.updated);
  EXPECT_EQ(a.deleted, b.deleted);
  EXPECT_EQ(a.text, b.text);
}

TEST(StoredResource, ComesBackWhole) {
  auto one = sample();
  expect_same(*unpack(packed(one)), one);
  one.facts = {};
  one.facts.deposited_at = one.updated;
  one.facts.invisible_patient = one.facts.contested = true;
  one.facts.author_rpps = "0042";  // a leading zero is no number
  one.facts.structure = "FR-éa";
  one.categories.clear();
  one.deleted = true;
  one.text.clear();
  expect_same(*unpack(packed(one)), one);
}

TEST(StoredResource, OpensNothingElse) {
  const auto whole = packed(sample());
  EXPECT_FALSE(unpack({}));
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(unpack(kernel::ByteView(whole).first(size)));
  auto other = whole;
  other[0] = 2;
  EXPECT_FALSE(unpack(other)) << "a format of tomorrow";
}

TEST(StoredResource, TheDictionaryIsTheOneOfFormat1) {  // what is stored opens with these very bytes only
  EXPECT_EQ(kernel::to_hex(crypto::sha256(kernel::as_bytes(resource_dictionary()))),
            "b8b596ae3249457fb3d25f95f35d4d39f7fb49423486e74291fff0eaea54ed87");
}

std::string stored(std::string_view text) {
  return without_identity(fhir::Json::parse(text)->root());
}
std::string given(std::string_view text) {
  return splice_identity(stored(text), "Basic", "abc", 3, {0});
}

TEST(ResourceText, LosesItsIdentityAndGetsOne) {
  EXPECT_EQ(stored(R"({"resourceType":"Basic"})"), R"({"resourceType":"Basic"})");
  EXPECT_EQ(given(R"({"resourceType":"Basic"})"),
            R"({"resourceType":"Basic","id":"abc","meta":{"versionId":"3","lastUpdated":"1970-01-01T00:00:00.000Z"}})");
  EXPECT_EQ(stored(R"({"id":"1","code":{"text":"a \" b"},"meta":{"versionId":"2"},"resourceType":"Basic"})"),
            R"({"resourceType":"Basic","code":{"text":"a \" b"}})");
  EXPECT_EQ(given("{\"code\" : { \"text\" : \"a  b\" } ,\n\t\"meta\":{\"tag\":[ ],\"lastUpdated\":\"x\"}, "
                  "\"resourceType\":\"Basic\"}"),
            R"({"resourceType":"Basic","id":"abc","meta":{"versionId":"3","lastUpdated":"1970-01-01T00:00:00.000Z",)"
            R"("tag":[]},"code":{"text":"a  b"}})");
}

TEST(ResourceTypes, AreNearToADocumentType) {
  const auto documents = DocumentTypes::load(CARNET_SOURCE_DIR "/rules");
  ASSERT_TRUE(documents);
  const auto types = ResourceTypes::load(CARNET_SOURCE_DIR "/rules", *documents);
  ASSERT_TRUE(types) << types.error().issues.front().path << types.error().issues.front().says;
  const auto near = [&](std::string_view text) {
    const auto json = fhir::Json::parse(text);
    const auto type = json->root()["resourceType"].text();
    return types->of(type, types->categories_of(type, json->root())).doc_type;
  };
  EXPECT_EQ(near(R"({"resourceType":"Observation"})"), "34133-9");
  EXPECT_EQ(near(R"({"resourceType":"Observation","category":[{"coding":[{"code":"x"},{"code":"laboratory"}]}]})"),
            "11502-2");
  EXPECT_EQ(near(R"({"resourceType":"Composition","type":{"coding":[{"code":"34874-8"}]}})"), "34874-8");
  EXPECT_EQ(near(R"({"resourceType":"Condition","code":{"coding":[{"code":"34874-8"}]}})"), "60591-5")
      << "said by its own code only where the type of a document stands";
  EXPECT_EQ(near(R"({"resourceType":"Basic"})"), "");
  EXPECT_EQ(near(R"({"resourceType":"Nonsense"})"), "");
  EXPECT_TRUE(types->knows("Immunization"));
  EXPECT_FALSE(types->knows("Patient"));
}

TEST(ResourceTypes, LoadWholeOrSayWhere) {
  const auto documents = DocumentTypes::load(CARNET_SOURCE_DIR "/rules");
  const auto issues = [&](std::string_view rows) {
    const auto parsed =
        ResourceTypes::parse(std::string("type\tcategory\tnear\tlabel\n") + std::string(rows), *documents);
    return parsed ? 0 : parsed.error().issues.size();
  };
  EXPECT_EQ(issues("Flag\t\t60591-5\tx\n"), 0u);
  EXPECT_EQ(issues(""), 1u);
  EXPECT_EQ(issues("Flag\t\t60591-5\n"), 2u) << "too few columns, and so no type";
  EXPECT_EQ(issues("Flag\t\tnothing\tx\n"), 1u);
  EXPECT_EQ(issues("Flag\t\t60591-5\tx\nFlag\t\t60591-5\tx\n"), 1u);
  EXPECT_EQ(issues("Flag\ta\t60591-5\tx\n"), 1u) << "without its general row";
  EXPECT_EQ(issues("Flag\t\t60591-5\tx\nFlag\ta\t60591-5\tx\nFlag\ta\t60591-5\tx\n"), 1u);
}

class RecordSchema : public ::testing::TestWithParam<std::string> {};

TEST_P(RecordSchema, AStoreOfTheFirstVersionGetsItsHeads) {
  const auto place = store::testing::StoreCase::make(GetParam());
  auto opened = store::Store::open(place->location(), place->options());
  ASSERT_TRUE(opened);
  auto& store = **opened;
  const auto all = Record::migrations();
  ASSERT_TRUE(store.migrate(std::span(all).first(1)));
  ASSERT_TRUE(store.write_now<void>([](store::Tx& tx) -> kernel::Status {
    for (const std::int64_t local : {1, 2, 2})
      CARNET_CHECK(
          tx.execute("INSERT INTO item (space_id, local_id, version, kind, sealed, pack, pack_offset, "
                     "resource_length, content_length, submission_length) VALUES (7, $1, "
                     "(SELECT COUNT(*) + 1 FROM item), 1, $2, 0, 0, 0, 0, 0)",
                     {local, kernel::Bytes{1}}));
    return {};
  }));
  ASSERT_TRUE(store.migrate(all));
  const auto head = store.read_now<Head>([](store::Snapshot& at) { return rows::head(at, SpaceId(7)); });
  ASSERT_TRUE(head);
  EXPECT_EQ(head->change, 3);
  EXPECT_EQ(head->last_local, 2);
}

INSTANTIATE_TEST_SUITE_P(Engines, RecordSchema, ::testing::ValuesIn(store::testing::store_cases()));

}  // namespace
}  // namespace carnet::record
