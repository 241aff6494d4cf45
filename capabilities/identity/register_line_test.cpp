#include "identity/register_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/person_body.hpp"

namespace carnet::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Date today{2025, 3, 4};

RegisterHeader whole_header() {
  std::string line;
  for (const auto column : register_columns) line += (line.empty() ? "" : ";") + std::string(column);
  return *RegisterHeader::parse(line);
}

// A good line, with some columns replaced.
JudgedLine judged(const std::map<std::string, std::string>& changes, bool keys_must_be_right = true) {
  std::map<std::string, std::string> values{{"system", std::string(oid_test)}, {"matricule", "255081416802538"}, {"birth_name", "Martin"},
                                            {"given_names", "Nadia,Jeanne"},   {"birth_date", "1955-08-14"},     {"sex", "F"}};
  for (const auto& [column, value] : changes) values[column] = value;
  std::string line;
  for (std::size_t i = 0; i < register_columns.size(); ++i) line += (i == 0 ? "" : ";") + values[std::string(register_columns[i])];
  return judge_line(whole_header(), line, keys_must_be_right, today);
}

std::vector<std::string> troubles(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> out;
  for (const auto& trouble : judged(changes).troubles) out.push_back(trouble.field + ":" + trouble.reason);
  return out;
}

TEST(RegisterLine, ReadsEveryColumn) {
  const auto [line, found] = judged({{"key", ""},
                                     {"former_matricules", "183052A112001" + std::to_string(key_of("183052A112001"))},
                                     {"used_name", "Durand"},
                                     {"birthplace", "14168"},
                                     {"scheme", "msa"},
                                     {"zone", "Indian/Reunion"},
                                     {"email", "nadia@courriel.example"},
                                     {"phone", "06 12 34 56 78"},
                                     {"address1", "12 rue des Lilas"},
                                     {"postcode", "14000"},
                                     {"city", "Caen"},
                                     {"language", "en"},
                                     {"large_print", "yes"},
                                     {"card_serials", "10 00-00|lost: ab9 "},
                                     {"parents", "183052A112001" + std::to_string(key_of("183052A112001"))},
                                     {"declared_gp", "10000010001"},
                                     {"died", "2024-02-29"}});
  ASSERT_THAT(found, IsEmpty());
  const Person& person = line.person;
  EXPECT_EQ(person.matricule.value, "255081416802538");
  EXPECT_EQ(person.former_matricules.size(), 1U);
  EXPECT_THAT(person.traits.given_names, ElementsAre("Nadia", "Jeanne"));
  EXPECT_EQ(person.display_name(), "Nadia Durand");
  EXPECT_EQ(person.zone, "Indian/Reunion");
  EXPECT_THAT(person.postal.lines, ElementsAre("12 rue des Lilas", "14000 Caen"));
  EXPECT_EQ(person.postal.country, "FR");
  EXPECT_TRUE(person.large_print);
  EXPECT_EQ(kernel::to_text(*person.died), "2024-02-29");
  ASSERT_EQ(person.contacts.size(), 3U);
  EXPECT_EQ(person.contacts[0].channel, notices::Channel::email);
  EXPECT_EQ(person.contacts[1].channel, notices::Channel::sms);
  EXPECT_EQ(person.contacts[2].channel, notices::Channel::voice);
  EXPECT_EQ(person.contacts[2].address, "+33612345678");
  ASSERT_EQ(line.cards.size(), 2U);
  EXPECT_EQ(line.cards[0].serial, "100000");
  EXPECT_FALSE(line.cards[0].lost);
  EXPECT_EQ(line.cards[1].serial, "AB9");
  EXPECT_TRUE(line.cards[1].lost);
}

TEST(RegisterLine, ABodyIsReadAsItWasWritten) {
  const auto [line, found] = judged({{"email", "a@b.example"}, {"died", "2024-02-29"}, {"address1", "1 \xc2\xab rue \xc2\xbb"}});
  ASSERT_THAT(found, IsEmpty());
  Person person = line.person;
  person.former_traits.push_back(person.traits);
  const auto again = person_from(PersonId(7), body_of(person));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(body_of(*again), body_of(person));
  EXPECT_EQ(again->id, PersonId(7));
  EXPECT_FALSE(person_from(PersonId(7), "{}").has_value());
}

TEST(RegisterLine, PartialBirthDatesHaveBounds) {
  const auto bounds = [](const std::string& date) {
    const auto line = judged({{"birth_date", date}});
    EXPECT_THAT(line.troubles, IsEmpty()) << date;
    return kernel::to_text(line.line.person.earliest_birth()) + " " + kernel::to_text(line.line.person.latest_birth());
  };
  EXPECT_EQ(bounds("1984"), "1984-01-01 1984-12-31");
  EXPECT_EQ(bounds("1984-02"), "1984-02-01 1984-02-29");
  EXPECT_EQ(bounds("1984-02-13"), "1984-02-13 1984-02-13");
}

TEST(RegisterLine, ID_4_SetsAsideWithFieldAndReason) {
  EXPECT_THAT(troubles({{"system", ""}}), ElementsAre("system:missing"));
  EXPECT_THAT(troubles({{"system", "1.2.3"}}), ElementsAre("system:value"));
  EXPECT_THAT(troubles({{"matricule", ""}}), ElementsAre("matricule:missing"));
  EXPECT_THAT(troubles({{"matricule", "2550814168025"}}), ElementsAre("matricule:length"));
  EXPECT_THAT(troubles({{"matricule", "25508141680253x"}}), ElementsAre("matricule:character"));
  EXPECT_THAT(troubles({{"birth_name", " \u00a0 "}}), ElementsAre("birth_name:missing"));
  EXPECT_THAT(troubles({{"birth_name", std::string(401, 'a')}}), ElementsAre("birth_name:too-long"));
  EXPECT_THAT(troubles({{"birth_name", "Mar\ttin"}}), ElementsAre("birth_name:character"));
  EXPECT_THAT(troubles({{"given_names", ",,"}}), ElementsAre("given_names:value"));
  for (const std::string date : {"1984-02-30", "2025-03-05", "84-02-13", "1879-01-01", "1984-2", "1984-02-13 ", "1984/02/13"}) {
    EXPECT_EQ(troubles({{"birth_date", date}}).empty(), date == "1984-02-13 ") << date;
  }
  EXPECT_THAT(troubles({{"sex", "X"}}), ElementsAre("sex:value"));
  EXPECT_THAT(troubles({{"birthplace", "1416"}}), ElementsAre("birthplace:value"));
  EXPECT_THAT(troubles({{"scheme", "Général"}}), ElementsAre("scheme:value"));
  EXPECT_THAT(troubles({{"zone", "Europe/Lutece"}}), ElementsAre("zone:value"));
  EXPECT_THAT(troubles({{"email", "nobody"}}), ElementsAre("email:value"));
  EXPECT_THAT(troubles({{"phone", "1234"}}), ElementsAre("phone:value"));
  EXPECT_THAT(troubles({{"country", "France"}}), ElementsAre("country:value"));
  EXPECT_THAT(troubles({{"language", "français"}}), ElementsAre("language:value"));
  EXPECT_THAT(troubles({{"large_print", "oui"}}), ElementsAre("large_print:value"));
  EXPECT_THAT(troubles({{"card_serials", "12é4"}}), ElementsAre("card_serials:value"));
  EXPECT_THAT(troubles({{"card_serials", "12|1 2"}}), ElementsAre("card_serials:value"));
  EXPECT_THAT(troubles({{"parents", "255081416802538"}}), ElementsAre("parents:value"));  // their own parent
  EXPECT_THAT(troubles({{"parents", "12"}}), ElementsAre("parents:value"));
  EXPECT_THAT(troubles({{"former_matricules", "255081416802538"}}), ElementsAre("former_matricules:value"));
  EXPECT_THAT(troubles({{"declared_gp", "123"}}), ElementsAre("declared_gp:value"));
  EXPECT_THAT(troubles({{"died", "1950-01-01"}}), ElementsAre("died:date"));
  EXPECT_THAT(troubles({{"sex", ""}, {"email", "x"}, {"died", "soon"}}), ElementsAre("sex:missing", "died:date", "email:value"));
}

TEST(RegisterLine, ID_1_AWrongKeyIsRefusedForARealNumberOnly) {
  const std::string wrong = "255081416802539";
  for (const auto system : {oid_nir, oid_nia}) {
    EXPECT_THAT(troubles({{"system", std::string(system)}, {"matricule", wrong}}), ElementsAre("key:key"));
    EXPECT_THAT(judged({{"system", std::string(system)}, {"matricule", wrong}}, false).troubles, IsEmpty());  // a demonstration
    EXPECT_THAT(troubles({{"system", std::string(system)}, {"matricule", "2550814168025"}, {"key", "38"}}), IsEmpty());
    EXPECT_THAT(troubles({{"system", std::string(system)}, {"matricule", "2550814168025"}, {"key", "39"}}), ElementsAre("key:key"));
  }
  for (const auto system : {oid_test, oid_demonstration}) {
    EXPECT_THAT(troubles({{"system", std::string(system)}, {"matricule", wrong}}), IsEmpty());
  }
}

TEST(RegisterLine, LinesThatAreNotLines) {
  const auto header = *RegisterHeader::parse("matricule;system;birth_name;given_names;birth_date;sex");
  const auto reason = [&](std::string_view line) {
    const auto judged = judge_line(header, line, true, today);
    return judged.troubles.empty() ? std::string() : judged.troubles.front().field + ":" + judged.troubles.front().reason;
  };
  EXPECT_EQ(reason("255081416802538;1.2.250.1.213.1.4.10;Martin;Nadia Jeanne;1955;F"), "");
  EXPECT_EQ(reason("255081416802538;1.2.250.1.213.1.4.10;Martin;Nadia;1955"), "line:columns");
  EXPECT_EQ(reason("255081416802538;1.2.250.1.213.1.4.10;Martin;Nadia;1955;F;"), "line:columns");
  EXPECT_EQ(reason("255081416802538;1.2.250.1.213.1.4.10;Mar\xfftin;Nadia;1955;F"), "line:utf-8");
  EXPECT_EQ(reason("255081416802538;1.2.250.1.213.1.4.10;\"Martin;Nadia;1955;F"), "line:quote");
  EXPECT_EQ(reason("255081416802538;1.2.250.1.213.1.4.10;\"Mar\"tin;Nadia;1955;F"), "line:quote");
}

TEST(RegisterLine, FieldsMayBeQuoted) {
  EXPECT_THAT(*split_fields("a;\"b;c\";\"say \"\"d\"\"\";"), ElementsAre("a", "b;c", "say \"d\"", ""));
  EXPECT_THAT(*split_fields(""), ElementsAre(""));
  EXPECT_THAT(*split_fields(";"), ElementsAre("", ""));
  EXPECT_THAT(*split_fields("\"\""), ElementsAre(""));
}

TEST(RegisterHeader, SaysWhatIsWrong) {
  const auto paths = [](std::string_view line) {
    std::vector<std::string> out;
    if (auto header = RegisterHeader::parse(line); !header)
      for (const auto& issue : header.error().issues) out.push_back(issue.code + " " + issue.path);
    return out;
  };
  EXPECT_THAT(paths("\xef\xbb\xbfsystem;matricule;birth_name;given_names;birth_date;sex"), IsEmpty());
  EXPECT_THAT(paths("system;matricule;birth_name;given_names;birth_date"), ElementsAre("required line 1, field sex"));
  EXPECT_THAT(paths("system;matricule;birth_name;given_names;birth_date;sex;sex;nir"),
              ElementsAre("duplicate line 1, field sex", "unknown line 1, field 8"));
  EXPECT_EQ(paths("").size(), 7U);
}

TEST(Phones, AreFrenchOrInternational) {
  EXPECT_EQ(phone_of("06 12 34 56 78"), "+33612345678");
  EXPECT_EQ(phone_of("01.44.53.45.51"), "+33144534551");
  EXPECT_EQ(phone_of("0692 12 34 56"), "+262692123456");
  EXPECT_EQ(phone_of("0690-12-34-56"), "+590690123456");
  EXPECT_EQ(phone_of("+33 (6) 12345678"), "+33612345678");
  EXPECT_EQ(phone_of("0033612345678"), "+33612345678");
  for (const auto bad : {"", "3646", "0012", "abc", "+0123456789", "00 00 00 00 00", "06+12345678", "061234567", "06123456789"}) {
    EXPECT_FALSE(phone_of(bad)) << bad;
  }
  EXPECT_TRUE(is_mobile("+33612345678") && is_mobile("+33712345678") && is_mobile("+262692123456") && is_mobile("+596697123456"));
  EXPECT_FALSE(is_mobile("+33144534551") || is_mobile("+262262123456") || is_mobile("+4915112345678"));
}

TEST(Emails, LookLikeOne) {
  EXPECT_TRUE(is_email("ruth.decourcy@mail.fr") && is_email("léa@exemple.fr"));
  for (const auto bad : {"", "a", "@b.fr", "a@", "a@b", "a@b.", "a@.fr", "a@b..fr", "a b@c.fr", "a@b@c.fr", "a@b.fr\r\nBcc: c@d.fr", "<a@b.fr>"}) {
    EXPECT_FALSE(is_email(bad)) << bad;
  }
}

TEST(Traits, ID_8_FoldedTraitsDoNotDiffer) {
  Person person;
  person.traits = {"Le Goff-D’Aubigné", {"Jean-Étienne", "Marie"}, "", "1984-02", Sex::male, ""};
  const auto differing = [&](const Traits& given) { return Register::differing_traits(person, given); };
  EXPECT_THAT(differing({"LE GOFF D AUBIGNE", {"JEAN ETIENNE"}, "", "1984-02-13", Sex::male, ""}), IsEmpty());
  EXPECT_THAT(differing({"Le Goff-d'Aubigné", {"Jean-Etienne Marie"}, "", "1984", Sex::unknown, ""}), IsEmpty());
  EXPECT_THAT(differing({}), IsEmpty());
  EXPECT_THAT(differing({"Le Goff", {"Jean"}, "", "1984-03-13", Sex::female, ""}), ElementsAre("birth-name", "given-name", "birth-date", "sex"));
  EXPECT_THAT(differing({"", {"Marie"}, "", "", Sex::unknown, ""}), ElementsAre("given-name"));
  person.former_traits.push_back({"Durand", {"Anne"}, "", "1984-02-13", Sex::female, ""});
  EXPECT_THAT(differing({"DURAND", {"Anne"}, "", "1984-02-13", Sex::female, ""}), IsEmpty());
  EXPECT_THAT(differing({"DURAND", {"Anne"}, "", "1984-02-14", Sex::female, ""}), ElementsAre("birth-date"));
}

}  // namespace
}  // namespace carnet::identity
