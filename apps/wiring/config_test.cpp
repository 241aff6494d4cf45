// carnet.toml: what is refused, and that it says where.
#include "apps/wiring/config.hpp"

#include <gtest/gtest.h>

#include "apps/wiring/country.hpp"

namespace carnet::wiring {
namespace {

std::string refused(std::string_view toml) {
  const auto config = parse_config(toml);
  if (!config) return config.error().issues.front().code + " at " + config.error().issues.front().path;
  const auto checked = check_config(*config);
  return checked ? "accepted" : checked.error().issues.front().code + " at " + checked.error().issues.front().path;
}

TEST(Config, DefaultsAreAccepted) { EXPECT_EQ(refused(""), "accepted"); }

TEST(Config, UnknownKeysAreRefusedWithTheirLine) {
  EXPECT_EQ(refused("mode = \"demonstration\"\n\n[listen]\nprot = 8443\n"), "unknown-key at line 4, listen.prot");
  EXPECT_EQ(refused("colour = \"plum\"\n"), "unknown-key at line 1, colour");
}

TEST(Config, WrongTypesAndSyntaxSayWhere) {
  EXPECT_EQ(refused("[listen]\nport = \"8443\"\n"), "value at line 2, listen.port");
  EXPECT_EQ(refused("mode = \"toy\"\n"), "value at line 1, mode");
  EXPECT_EQ(refused("mode = \n"), "syntax at line 1");
}

TEST(Config, UndeclaredHostsAreRefused) {
  EXPECT_EQ(refused("[mail]\nurl = \"smtp://mail.elsewhere.example:25\"\n"), "undeclared-host at mail.url");
  EXPECT_EQ(refused("[store]\nmain = \"postgres:host=db.example dbname=carnet\"\n"), "undeclared-host at store.main");
  EXPECT_EQ(refused("[store]\nmain = \"postgres:postgresql://u@db.example:5432/carnet\"\n"), "undeclared-host at store.main");
  EXPECT_EQ(refused("[store]\nmain = \"postgres:host=db.example dbname=carnet\"\n[[host]]\nname = \"db.example\"\ncountry = "
                    "\"FR\"\npurposes = [\"store\"]\n"),
            "accepted");
  EXPECT_EQ(refused("[store]\nkeys = \"postgres:host=db.example dbname=carnet\"\n[[host]]\nname = \"db.example\"\ncountry = "
                    "\"FR\"\npurposes = [\"store\"]\n"),
            "undeclared-host at store.keys")
      << "declared for rows is not declared for keys";
}

TEST(Config, ProductionNeedsWhatADemonstrationMakesUp) {
  EXPECT_EQ(refused("mode = \"production\"\n"), "required at listen.certificate");
}

TEST(Config, DocumentsNeedAnOriginOfTheirOwn) {
  EXPECT_EQ(refused("[listen]\nhost = \"a.example\"\ndocuments_host = \"a.example\"\n"), "value at listen.documents_host");
}

TEST(Country, TheSameSeedGivesTheSameCountry) {
  const auto one = invent_country(7, 300, kernel::Date{2025, 3, 4});
  const auto two = invent_country(7, 300, kernel::Date{2025, 3, 4});
  EXPECT_EQ(one.register_csv, two.register_csv);
  EXPECT_NE(one.register_csv, invent_country(8, 300, kernel::Date{2025, 3, 4}).register_csv);
  EXPECT_EQ(one.structures.size(), 40u);
  EXPECT_EQ(one.professionals.size(), 200u);
}

TEST(Country, TheCastDoesNotDependOnHowManyOthersThereAre) {
  const auto small = invent_country(7, 0, kernel::Date{2025, 3, 4});
  const auto large = invent_country(7, 500, kernel::Date{2025, 3, 4});
  ASSERT_EQ(small.cast.size(), large.cast.size());
  for (std::size_t i = 0; i < small.cast.size(); ++i) {
    EXPECT_EQ(small.cast[i].number, large.cast[i].number);
    EXPECT_EQ(small.cast[i].serial, large.cast[i].serial);
  }
}

}  // namespace
}  // namespace carnet::wiring
