#include <gmock/gmock.h>

#include "vigilance/links.hpp"
#include "vigilance/phones.hpp"
#include "vigilance/registry.hpp"
#include "vigilance/testing/engine_case.hpp"

namespace carnet::vigilance {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Registry& facts() {
  static const auto registry = std::move(*Registry::load(facts_directory, Trust::any));
  return registry;
}
const Glyphs& glyphs() {
  static const Glyphs made(facts().glyphs());
  return made;
}
std::vector<std::string> hosts(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& link : links_in(plain_of(text, glyphs()), glyphs())) out.push_back(link.host.ascii);
  return out;
}
std::vector<std::string> numbers(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& phone : phones_in(plain_of(text, glyphs()), {}, facts().plan())) out.push_back(phone.number);
  return out;
}

TEST(Text, FoldsWhatLooksTheSameAndKeepsTheWayBack) {
  const std::string text = "É\u200Bté Аmeli ﬁn";
  const auto plain = plain_of(text, glyphs());
  EXPECT_EQ(plain.text, "ete ameli fin");
  EXPECT_EQ(plain.from.size(), plain.text.size() + 1);
  EXPECT_EQ(text.substr(plain.from[4], 2), "А");
}
TEST(Text, ShapesJoinWhatTheEyeJoins) {
  EXPECT_EQ(shape_of("ameli"), shape_of("arne11"));
  EXPECT_EQ(shape_of("renouvellement"), shape_of("renouve1ement"));
  EXPECT_EQ(shape_of("2022"), "2022");
}
TEST(Links, WithoutSchemeDefangedBrokenAndHidden) {
  EXPECT_THAT(hosts("voir ameli-x.com/abc."), ElementsAre("ameli-x.com"));
  EXPECT_THAT(hosts("hxxps://evil[.]com/a et site (dot) fr"), ElementsAre("evil.com", "site.fr"));
  EXPECT_THAT(hosts("http://ameli-\ncarte.com/x suite"), ElementsAre("ameli-carte.com"));
  EXPECT_THAT(hosts("https://ameli.fr@evil.com:8443/p"), ElementsAre("evil.com"));
  EXPECT_THAT(hosts("allez sur ameli-carte .com vite"), ElementsAre("ameli-carte.com"));
  EXPECT_THAT(hosts("http://2130706433/x"), ElementsAre("2130706433"));
  EXPECT_THAT(hosts("https://e%76il.com"), ElementsAre("evil.com"));
  // A full stop put apart, said, made a comma, or every sign apart.
  for (const auto* text : {"sur bit . ly/3xYz", "sur bit,ly/3xYz", "sur bit. ly/3xYz", "sur bit\n.ly/3xYz", "sur bit point ly/3xYz"})
    EXPECT_THAT(hosts(text), ElementsAre("bit.ly")) << text;
  EXPECT_THAT(hosts("sur espace-x , com"), IsEmpty());
  EXPECT_THAT(hosts("sur e s p a c e - x . c o m/a"), ElementsAre("espace-x.com"));
  EXPECT_THAT(hosts("sur espace-x.c om/a"), ElementsAre("espace-x.com"));
  EXPECT_THAT(hosts("sur https://espa ce-x.com/a"), ElementsAre("espace-x.com"));
  EXPECT_THAT(hosts("sur espace-x,com vite"), ElementsAre("espace-x.com"));
}
// Parted by an empty line, stars, "point" before any top, letters one by one with words behind them.
TEST(Links, BrokenInOtherWays) {
  EXPECT_THAT(hosts("sur espace-x\n\n.com"), ElementsAre("espace-x.com"));
  EXPECT_THAT(hosts("sur espace-x*.*com vite"), ElementsAre("espace-x.com"));
  EXPECT_THAT(hosts("sur espace-x point site sous 24h"), ElementsAre("espace-x.site"));
  EXPECT_THAT(hosts("sur espace-x.workers POINT dev"), ElementsAre("espace-x.workers.dev"));
  EXPECT_THAT(hosts("payez e s p a c e - x . s i t e sous 24h"), ElementsAre("espace-x.site"));
  EXPECT_THAT(hosts("Faites le point info avec nous. Un point site par commune"), IsEmpty());
}
TEST(Links, SentencesAreNotHosts) {
  EXPECT_THAT(hosts("Votre dossier est validé.La suite demain. Il est 12.50 ou M.Dupont"), IsEmpty());
  EXPECT_THAT(hosts("prix : 3.50 euros. fin"), IsEmpty());
  EXPECT_THAT(hosts("Oui, et/ou non. La/le suivant , si/non. a b c d e f g h i j k. Un point, c est tout. Merci . Info en mairie"), IsEmpty());
}
TEST(Phones, TheFrenchPlan) {
  EXPECT_THAT(numbers("au 06 12 34 56 78 ou +33 (0)1.23.45.67.89 ou 3646"), ElementsAre("+33612345678", "+33123456789", "3646"));
  EXPECT_THAT(numbers("0 899 12 34 56"), ElementsAre("+33899123456"));
  EXPECT_THAT(numbers("le 12/03/2022 pour 236,40 euros, code 482913"), IsEmpty());
}
TEST(Phones, KindsFollowThePrefix) {
  FoundPhone phone;
  ASSERT_TRUE(read_phone("08 99 12 34 56", facts().plan(), phone));
  EXPECT_EQ(phone.kind, PhoneKind::premium);
  ASSERT_TRUE(read_phone("0162123456", facts().plan(), phone));
  EXPECT_EQ(phone.kind, PhoneKind::canvassing);
  EXPECT_FALSE(read_phone("bonjour", facts().plan(), phone));
}

}  // namespace
}  // namespace carnet::vigilance
