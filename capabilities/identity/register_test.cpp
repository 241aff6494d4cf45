// The register on both engines: what an import makes of a file, and what can be asked of it afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "foundation/store/schema_lint.hpp"
#include "foundation/store/testing/killed_child.hpp"
#include "identity/testing/identity_house.hpp"

namespace carnet::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IdentityHouse;
using testing::number_of;
using testing::short_header;
using testing::short_line;

std::string file_text(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

class RegisterTest : public ::testing::TestWithParam<std::string> {
 protected:
  IdentityHouse house_{{.engine = GetParam()}};

  std::vector<PersonId> children(PersonId parent) {
    return house_.read<std::vector<PersonId>>([&](store::Snapshot& at) { return house_.people().children(at, parent, {2025, 3, 4}); });
  }
  std::vector<PersonId> representatives(PersonId child, Date on = {2025, 3, 4}) {
    return house_.read<std::vector<PersonId>>([&](store::Snapshot& at) { return house_.people().representatives(at, child, on); });
  }
  std::optional<PersonId> declarant(PersonId child) {
    return house_.read<std::optional<PersonId>>([&](store::Snapshot& at) { return house_.people().declarant(at, child, {2025, 3, 4}); });
  }
  bool card(PersonId person, std::string serial) {
    return house_.read<bool>([&](store::Snapshot& at) { return house_.people().card_matches(at, person, serial); });
  }
  std::string line(std::int64_t n, const std::string& name, const std::string& born = "1980-01-01", const std::string& email = {},
                   const std::string& serials = {}, const std::string& parents = {}) {
    return short_line(number_of(n), name, "Anne", born, email, "", serials, parents);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, RegisterTest, ::testing::ValuesIn(store::testing::store_cases()));

TEST_P(RegisterTest, FindsAPersonByTheNumberHoweverTyped) {
  const auto progress = house_.import(std::string(short_header) + line(1, "Martin", "1980-01-01", "a@b.example", "100|lost:200"));
  EXPECT_EQ(progress.added, 1);
  EXPECT_EQ(progress.lines, 1);
  EXPECT_EQ(progress.bytes_done, progress.bytes_total);
  const auto found = house_.find(number_of(1));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(house_.find(number_of(1).substr(0, 5) + " " + number_of(1).substr(5)), found);
  EXPECT_EQ(house_.find(number_of(2)), std::nullopt);
  EXPECT_EQ(house_.find("nonsense"), std::nullopt);
  EXPECT_EQ(house_.find(""), std::nullopt);
  const Person person = house_.person(*found);
  EXPECT_EQ(person.display_name(), "Anne Martin");
  EXPECT_EQ(person.matricule.value, number_of(1));
  EXPECT_TRUE(card(*found, "100"));
  EXPECT_TRUE(card(*found, " 1 0-0 "));
  EXPECT_FALSE(card(*found, "200"));  // reported lost
  EXPECT_FALSE(card(*found, "300"));
  EXPECT_FALSE(card(PersonId(0), "100"));
  EXPECT_FALSE(card(PersonId(found->value + 1), "100"));
}

TEST_P(RegisterTest, ID_2_OpaqueIdsNamePersonsToTheServerOnly) {
  const auto opaque = house_.people().opaque(PersonId(7));
  EXPECT_EQ(house_.people().from_opaque(opaque), PersonId(7));
  EXPECT_NE(opaque, house_.people().opaque(PersonId(8)));
  std::mt19937_64 random(5);
  for (int i = 0; i < 2000; ++i) {
    kernel::Bytes bytes(16);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    EXPECT_EQ(house_.people().from_opaque(kernel::to_base32(bytes)), std::nullopt);
  }
  EXPECT_EQ(house_.people().from_opaque(""), std::nullopt);
}

TEST_P(RegisterTest, ID_3_AFileGivenAgainChangesNothing) {
  const std::string csv = std::string(short_header) + line(1, "Martin") + line(2, "Durand") + "bad line\n" + line(1, "Martin-Roy");
  const auto first = house_.import(csv);
  EXPECT_EQ(first.added, 2);
  EXPECT_EQ(first.changed, 1);
  EXPECT_EQ(first.set_aside, 1);
  const auto aside = file_text(house_.directory() / "register.csv.set-aside");
  const auto again = house_.import(csv);
  EXPECT_EQ(again.added, 0);
  EXPECT_EQ(again.changed, 0);
  EXPECT_EQ(again.unchanged, 3);
  EXPECT_EQ(again.set_aside, 1);
  EXPECT_EQ(file_text(house_.directory() / "register.csv.set-aside"), aside);
  const auto renamed = house_.import(std::string(short_header) + line(1, "Martin-Roy") + line(2, "Durand"), "another.csv");
  EXPECT_EQ(renamed.unchanged, 2);
  EXPECT_EQ(house_.count("SELECT count(*) FROM person"), 2);
  EXPECT_EQ(house_.count("SELECT count(*) FROM matricule"), 2);
  EXPECT_EQ(house_.count("SELECT max(version) FROM person"), 2);
}

TEST_P(RegisterTest, AnotherContentUnderTheSameNameAndSizeIsRead) {
  std::string csv = std::string(short_header);
  for (int i = 1; i < 16'000; ++i) csv += line(i, fmt::format("Martin{}", i));
  ASSERT_GT(csv.size(), std::size_t{1} << 20);
  std::string other = csv;
  EXPECT_EQ(house_.import(csv).added, 15'999);
  other.replace(other.rfind("Martin15999"), 11, "Durand15999");
  EXPECT_EQ(house_.import(other).changed, 1);
  EXPECT_EQ(house_.person(*house_.find(number_of(15'999))).display_name(), "Anne Durand15999");
}

TEST_P(RegisterTest, ID_5_AChangedLineIsANewVersionAndTheOldOneIsKept) {
  house_.import(std::string(short_header) + line(1, "Martin", "1980-01-01", "old@b.example", "100"));
  const PersonId id = *house_.find(number_of(1));
  house_.clock().advance(std::chrono::hours(24));
  EXPECT_EQ(house_.import(std::string(short_header) + line(1, "Martin", "1980-01-02", "new@b.example", "101")).changed, 1);
  const Person now = house_.person(id);
  EXPECT_EQ(now.traits.birth_date, "1980-01-02");
  EXPECT_EQ(now.contacts.front().address, "new@b.example");
  ASSERT_EQ(now.former_traits.size(), 1U);
  EXPECT_EQ(now.former_traits.front().birth_date, "1980-01-01");
  EXPECT_FALSE(card(id, "100"));
  EXPECT_TRUE(card(id, "101"));
  EXPECT_EQ(house_.count("SELECT count(*) FROM person_before"), 1);
  // Back and forth: what is held now is no former trait.
  house_.import(std::string(short_header) + line(1, "Martin", "1980-01-01", "new@b.example", "101"));
  EXPECT_EQ(house_.person(id).former_traits.size(), 1U);
  EXPECT_EQ(house_.person(id).former_traits.front().birth_date, "1980-01-02");
  EXPECT_EQ(house_.count("SELECT version FROM person"), 3);
}

TEST_P(RegisterTest, ID_6_FormerNumbersFindThePerson) {
  house_.import(std::string(short_header) + line(1, "Martin"));
  const PersonId id = *house_.find(number_of(1));
  const std::string with_former = "system;matricule;birth_name;given_names;birth_date;sex;former_matricules\n";
  const auto renumbered = [&](std::int64_t now, std::int64_t before) {
    return fmt::format("{}{};{};Martin;Anne;1980-01-01;F;{}\n", with_former, oid_demonstration, number_of(now), number_of(before));
  };
  EXPECT_EQ(house_.import(renumbered(2, 1)).changed, 1);
  EXPECT_EQ(house_.find(number_of(1)), id);
  EXPECT_EQ(house_.find(number_of(2)), id);
  EXPECT_EQ(house_.person(id).matricule.value, number_of(2));
  ASSERT_EQ(house_.person(id).former_matricules.size(), 1U);
  // A line that no longer names the former number does not lose it.
  house_.import(std::string(short_header) + line(2, "Martin-Roy"));
  EXPECT_EQ(house_.find(number_of(1)), id);
  EXPECT_EQ(house_.person(id).former_matricules.front().value, number_of(1));
  EXPECT_EQ(house_.count("SELECT count(*) FROM person"), 1);
  EXPECT_EQ(house_.count("SELECT count(*) FROM matricule WHERE is_current = 1"), 1);
  // Two persons are not merged by a file.
  house_.import(std::string(short_header) + line(3, "Durand"));
  const auto torn = house_.import(renumbered(3, 2));
  EXPECT_EQ(torn.set_aside, 1);
  EXPECT_EQ(file_text(house_.directory() / "register.csv.set-aside"), "line;field;reason\n2;former_matricules;other-person\n");
  EXPECT_NE(house_.find(number_of(3)), house_.find(number_of(2)));
}

TEST_P(RegisterTest, ID_7_FamiliesAreLinkedWhateverTheOrder) {
  const std::string parents = number_of(1) + "|" + number_of(2);
  const std::string mother = line(1, "Martin", "1985-05-05"), father = line(2, "Martin", "1984-04-04"),
                    child = line(3, "Martin", "2018-08-08", "", "", parents), grown = line(4, "Martin", "2005-01-01", "", "", parents);
  int run = 0;
  for (const std::string& order : {mother + father + child + grown, child + grown + mother + father, father + child + grown + mother}) {
    SCOPED_TRACE(++run);
    IdentityHouse house({.engine = GetParam()});
    house.import(std::string(short_header) + order);
    const PersonId child_id = *house.find(number_of(3)), mother_id = *house.find(number_of(1)), father_id = *house.find(number_of(2));
    const auto asked = [&](auto question) { return house.read<std::vector<PersonId>>(question); };
    EXPECT_THAT(asked([&](store::Snapshot& at) { return house.people().children(at, mother_id, {2025, 3, 4}); }), ElementsAre(child_id));
    EXPECT_THAT(asked([&](store::Snapshot& at) { return house.people().children(at, father_id, {2025, 3, 4}); }), ElementsAre(child_id));
    EXPECT_THAT(asked([&](store::Snapshot& at) { return house.people().representatives(at, child_id, {2025, 3, 4}); }),
                ElementsAre(mother_id, father_id));
    EXPECT_EQ(house.count("SELECT count(*) FROM parent_awaited"), 0);
  }
}

TEST_P(RegisterTest, ID_7_ParentsMayComeInALaterFileAndFamiliesMayChange) {
  const auto child = [&](const std::string& parents) { return std::string(short_header) + line(3, "Martin", "2018-08-08", "", "", parents); };
  house_.import(child(number_of(1) + "|" + number_of(2)));
  const PersonId child_id = *house_.find(number_of(3));
  EXPECT_THAT(representatives(child_id), IsEmpty());
  EXPECT_EQ(declarant(child_id), std::nullopt);
  house_.import(std::string(short_header) + line(2, "Martin"), "second.csv");
  const PersonId father = *house_.find(number_of(2));
  EXPECT_THAT(representatives(child_id), ElementsAre(father));
  house_.import(std::string(short_header) + line(1, "Martin"), "first.csv");
  const PersonId mother = *house_.find(number_of(1));
  EXPECT_THAT(representatives(child_id), ElementsAre(mother, father));
  EXPECT_EQ(declarant(child_id), mother);
  EXPECT_THAT(children(father), ElementsAre(child_id));
  // The father alone, then nobody known; who was awaited before a change is not linked after it.
  house_.import(child(number_of(2)), "changed.csv");
  EXPECT_THAT(representatives(child_id), ElementsAre(father));
  EXPECT_THAT(children(mother), IsEmpty());
  house_.import(child(number_of(8)), "changed2.csv");
  EXPECT_THAT(children(father), IsEmpty());
  house_.import(child(number_of(9)), "changed3.csv");
  house_.import(std::string(short_header) + line(8, "Roy"), "eight.csv");
  EXPECT_THAT(children(*house_.find(number_of(8))), IsEmpty());
  house_.import(std::string(short_header) + line(9, "Roy"), "nine.csv");
  EXPECT_THAT(representatives(child_id), ElementsAre(*house_.find(number_of(9))));
}

TEST_P(RegisterTest, ID_7_AtEighteenRepresentationEndsAndTheDeadDoNotRepresent) {
  const std::string with_death = "system;matricule;birth_name;given_names;birth_date;sex;parents;died\n";
  const auto row = [&](std::int64_t n, const std::string& born, const std::string& parents, const std::string& died) {
    return fmt::format("{};{};Martin;Anne;{};F;{};{}\n", oid_demonstration, number_of(n), born, parents, died);
  };
  house_.import(with_death + row(1, "1980-01-01", "", "2025-03-01") + row(2, "1980-01-01", "", "") +
                row(3, "2007-03-05", number_of(1) + "|" + number_of(2), ""));
  const PersonId child = *house_.find(number_of(3)), second = *house_.find(number_of(2));
  EXPECT_THAT(representatives(child), ElementsAre(second));  // of age tomorrow
  EXPECT_EQ(declarant(child), second);
  EXPECT_THAT(representatives(child, {2025, 3, 5}), IsEmpty());
  EXPECT_THAT(representatives(child, {2025, 2, 28}), ::testing::SizeIs(2));
}

// Both directions, one day: nobody falls between a parent who no longer acts and an age that is not yet told.
TEST_P(RegisterTest, ID_7_AnUnknownDayOfBirthIsTheLastItMayBe) {
  house_.import(std::string(short_header) + line(1, "Martin", "1980-01-01") + line(2, "Martin", "2007-03", "", "", number_of(1)) +
                line(3, "Martin", "2007", "", "", number_of(1)));
  const PersonId parent = *house_.find(number_of(1)), of_march = *house_.find(number_of(2)), of_the_year = *house_.find(number_of(3));
  EXPECT_THAT(representatives(of_march, {2025, 3, 30}), ElementsAre(parent)) << "perhaps born on the 31st";
  EXPECT_THAT(representatives(of_march, {2025, 3, 31}), IsEmpty()) << "surely of age";
  EXPECT_THAT(representatives(of_the_year, {2025, 12, 30}), ElementsAre(parent));
  EXPECT_THAT(representatives(of_the_year, {2025, 12, 31}), IsEmpty());
  const auto children_on = [&](Date on) {
    return house_.read<std::vector<PersonId>>([&](store::Snapshot& at) { return house_.people().children(at, parent, on); });
  };
  EXPECT_THAT(children_on({2025, 3, 30}), ::testing::UnorderedElementsAre(of_march, of_the_year));
  EXPECT_THAT(children_on({2025, 3, 31}), ElementsAre(of_the_year));
  EXPECT_THAT(children_on({2025, 12, 31}), IsEmpty());
}

TEST_P(RegisterTest, PagesInOrder) {
  house_.import(std::string(short_header) + line(5, "E") + line(4, "D") + line(3, "C"));
  const auto page = [&](PersonId after, std::size_t limit) {
    return house_.read<std::vector<PersonId>>([&](store::Snapshot& at) { return house_.people().page(at, after, limit); });
  };
  const auto first = page(PersonId(0), 2);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_LT(first[0], first[1]);
  EXPECT_THAT(page(first[1], 10), ::testing::SizeIs(1));
  EXPECT_THAT(page(PersonId(1000), 10), IsEmpty());
}

TEST_P(RegisterTest, ID_4_BadLinesAreSetAsideWithoutTheirValue) {
  const auto progress = house_.import(std::string(short_header) + line(1, "Martin") + "\n" +
                                      "1.2.250.1.213.1.4.8;255081416802539;Secret;Anne;1955-08-14;X;secret;;;\n" + std::string(20'000, 'x') +
                                      "\r\n" + "\xff\n" + line(2, "Durand"));
  EXPECT_EQ(progress.added, 2);
  EXPECT_EQ(progress.set_aside, 3);
  EXPECT_EQ(progress.lines, 5);
  EXPECT_EQ(file_text(house_.directory() / "register.csv.set-aside"),
            "line;field;reason\n4;email;value\n4;sex;value\n5;line;too-long\n6;line;utf-8\n");
}

TEST_P(RegisterTest, RefusesAFileWithAnotherHeader) {
  EXPECT_EQ(house_.try_import(house_.write_file("a.csv", "nom;prenom\n")).error().code, "identity.register_header");
  EXPECT_EQ(house_.try_import(house_.write_file("b.csv", "")).error().code, "identity.register_header");
  EXPECT_EQ(house_.try_import(house_.directory() / "none.csv").error().kind, kernel::ErrorKind::not_found);
  EXPECT_EQ(house_.import(std::string(short_header), "empty.csv").lines, 0);
  const auto csv = house_.write_file("own.csv", std::string(short_header));
  EXPECT_EQ(io::run(house_.people().import(csv, csv, {})).error().code, "identity.set_aside");
  EXPECT_EQ(file_text(csv), short_header);
}

TEST(Register, ID_1_InProductionAWrongKeyOfARealNumberIsSetAside) {
  IdentityHouse house({.demonstration = false});
  const std::string csv = std::string(short_header) + "1.2.250.1.213.1.4.8;276059205062865;Decourcy;Marie;1976-05-31;F;;;;\n";
  EXPECT_EQ(house.import(csv).set_aside, 1);
  EXPECT_EQ(house.find("276059205062865"), std::nullopt);
}

TEST(Register, TheSchemaIsFitForManyServers) {
  for (const auto& issue : store::lint_schema(Identity::migrations())) ADD_FAILURE() << issue.file << " " << issue.about << " " << issue.says;
}

// P3: what a file says of a person is nowhere readable on disk.
TEST(Register, ID_2_NothingReadableOnDisk) {
  IdentityHouse house;
  house.import(std::string(short_header) + short_line(number_of(123456789012), "Zyxwvut", "Qwrtpsd", "1980-01-01", "mailbox@hidden.example",
                                                      "0612345678", "SERIAL998877", number_of(987654321098)));
  house.close();
  std::string disk;
  for (const auto& file : std::filesystem::directory_iterator(house.directory())) {
    if (file.is_regular_file() && file.path().filename() != "register.csv") disk += file_text(file.path());
  }
  ASSERT_GT(disk.size(), 8192U);
  for (const std::string& planted : {number_of(123456789012), number_of(123456789012).substr(0, 13), std::string("Zyxwvut"), std::string("Qwrtpsd"),
                                     std::string("mailbox@hidden"), std::string("612345678"), std::string("SERIAL998877"), number_of(987654321098)}) {
    EXPECT_EQ(disk.find(planted), std::string::npos) << planted;
  }
}

// A body put back from an older version, or moved to another person, does not open.
TEST(Register, ID_2_ASwappedOrRolledBackRowIsRefused) {
  IdentityHouse house;
  house.import(std::string(short_header) + short_line(number_of(1), "Martin", "Anne", "1980-01-01") + short_line(number_of(2), "Roy", "Anne", "1980-01-01"));
  house.import(std::string(short_header) + short_line(number_of(1), "Martin", "Anne", "1980-01-02"));
  const PersonId one = *house.find(number_of(1));
  const auto meddle = [&](std::string sql) {
    testing::must(house.write<std::int64_t>([sql](store::Tx& tx) { return tx.execute(sql, {}); }));
    return house.store().read_now<Person>([&](store::Snapshot& at) { return house.people().person(at, one); });
  };
  EXPECT_TRUE(meddle("UPDATE person SET recorded_at = 0").has_value());
  EXPECT_EQ(meddle("UPDATE person SET body = (SELECT body FROM person_before)").error().code, "identity.seal");
  EXPECT_EQ(meddle("UPDATE person SET body = (SELECT body FROM person WHERE person_id = 2) WHERE person_id = 1").error().code, "identity.seal");
}

// ---- a large file, and a kill in the middle of it -------------------------------------------------------------------

std::string large_csv(int lines) {
  std::string csv(short_header);
  std::mt19937 random(3);
  for (int i = 1; i <= lines; ++i) {
    if (i % 1000 == 0) {
      csv += "spoilt;line\n";
      continue;
    }
    const std::string parents = i % 4 == 0 ? number_of(static_cast<int>(random() % static_cast<unsigned>(lines)) + 1) : "";
    csv += short_line(number_of(i), fmt::format("Name{}", i), "Anne,Lea", i % 4 == 0 ? "2015-01-01" : "1980-01-01",
                      fmt::format("p{}@mail.example", i), "", fmt::format("{}", 1'000'000 + i), parents == number_of(i) ? "" : parents);
  }
  return csv;
}

TEST(RegisterImport, ID_3_FiftyThousandLinesInBoundedBatches) {
  IdentityHouse house;
  std::vector<std::int64_t> seen;
  const auto path = house.write_file("large.csv", large_csv(50'000));
  const auto progress = testing::must(house.try_import(path, [&](const ImportProgress& p) {
    EXPECT_LE(p.bytes_done, p.bytes_total);
    seen.push_back(p.lines);
  }));
  EXPECT_EQ(progress.added, 49'950);
  EXPECT_EQ(progress.set_aside, 50);
  EXPECT_EQ(seen.size(), 26U);  // the start, and 25 batches of 2,000
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(testing::must(house.try_import(path)).unchanged, 49'950);
  EXPECT_EQ(house.count("SELECT count(*) FROM person"), 49'950);
  EXPECT_EQ(house.count("SELECT count(*) FROM card"), 49'950);
  EXPECT_EQ(house.person(*house.find(number_of(49'999))).display_name(), "Anne Name49999");
}

std::filesystem::path crash_directory() { return std::filesystem::path(store::testing::child_argument()); }

// In a process of its own: imports, and says each durable step, until it is killed.
TEST(RegisterImportChild, DISABLED_ImportsUntilKilled) {
  IdentityHouse house({.location = crash_directory().string()});
  const auto done = house.try_import(crash_directory() / "large.csv", [](const ImportProgress& p) {
    store::testing::acknowledge(std::to_string(p.lines));
  });
  ASSERT_TRUE(done.has_value());
  ::raise(SIGKILL);  // it may have been quicker than the kill
}

TEST(RegisterImport, ID_3_KilledAnywhereAndRunAgainLosesAndDoublesNothing) {
  const store::testing::TempDirectory directory;
  const std::string csv = large_csv(20'000);
  std::ofstream(directory / "large.csv", std::ios::binary) << csv;
  for (const std::size_t acknowledgements : {1U, 3U, 6U}) {
    const auto lines = store::testing::run_and_kill("RegisterImportChild.DISABLED_ImportsUntilKilled", directory.path().string(), acknowledgements);
    ASSERT_FALSE(lines.empty());
    IdentityHouse house({.location = directory.path().string()});
    const auto durable = house.count("SELECT coalesce(max(added + changed + unchanged + set_aside), 0) FROM import_run");
    EXPECT_GE(durable, std::stoll(lines.back())) << "an acknowledged batch was lost";
    EXPECT_EQ(house.count("SELECT count(*) FROM person"), house.count("SELECT added FROM import_run"));
  }
  IdentityHouse house({.location = directory.path().string()});
  std::int64_t first_seen = -1;
  const auto done = testing::must(house.try_import(directory / "large.csv", [&](const ImportProgress& p) {
    if (first_seen < 0) first_seen = p.lines;
  }));
  EXPECT_GT(first_seen, 0) << "went on from the mark";
  EXPECT_EQ(done.lines, 20'000);
  EXPECT_EQ(done.set_aside, 20);
  EXPECT_EQ(house.count("SELECT count(*) FROM person"), 19'980);
  EXPECT_EQ(house.count("SELECT count(*) FROM matricule"), 19'980);
  EXPECT_EQ(house.count("SELECT count(*) FROM person_before"), 0);
  std::string expected = "line;field;reason\n";
  for (int i = 1000; i <= 20'000; i += 1000) expected += fmt::format("{};line;columns\n", i + 1);
  EXPECT_EQ(file_text(directory / "large.csv.set-aside"), expected);
  // The same country as from one quiet run.
  IdentityHouse quiet;
  quiet.import(csv, "large.csv");
  for (const std::string& sql : {std::string("SELECT count(*) FROM parentage"), std::string("SELECT count(*) FROM parentage WHERE other_id <> 0"),
                                 std::string("SELECT count(*) FROM parent_awaited"), std::string("SELECT count(*) FROM card")}) {
    EXPECT_EQ(house.count(sql), quiet.count(sql)) << sql;
  }
}

TEST(RegisterImport, OneAtATime) {
  IdentityHouse house;
  const auto path = house.write_file("large.csv", large_csv(4'000));
  std::string second;
  testing::must(house.try_import(path, [&](const ImportProgress&) {
    if (second.empty()) second = house.try_import(path).error().code;
  }));
  EXPECT_EQ(second, "identity.import_running");
}

}  // namespace
}  // namespace carnet::identity
