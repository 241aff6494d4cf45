#include "identity/text.hpp"

#include <gtest/gtest.h>

#include "identity/passwords.hpp"

namespace carnet::identity {
namespace {

TEST(Text, NamesFoldCaseAccentsHyphensAndApostrophes) {
  const std::string plain = "jean etienne d oeuvre";
  EXPECT_EQ(fold_name("Jean-Étienne D’Œuvre"), plain);
  EXPECT_EQ(fold_name("JEAN ETIENNE  D'OEUVRE"), plain);
  EXPECT_EQ(fold_name(" jean\u2010e\u0301tienne\u00a0d\u02bcoeuvre "), plain);
  EXPECT_EQ(fold_name("ÇAĞLA ŁUKASZ Ñandú Straße"), "cagla lukasz nandu strasse");
  EXPECT_EQ(fold_name("ΑΘΗΝΑ ЖУК"), fold_name("αθηνα жук"));
  EXPECT_NE(fold_name("Martin"), fold_name("Martine"));
}

TEST(Text, IdentifiersKeepTheirPunctuation) {
  EXPECT_EQ(fold_identifier("Léa.Martin@Exemple.fr"), "lea.martin@exemple.fr");
  EXPECT_EQ(fold_identifier("  Jean   Roy "), "jean roy");
  EXPECT_NE(fold_identifier("jean-roy"), fold_identifier("jean roy"));
}

TEST(Text, Utf8IsStrict) {
  EXPECT_TRUE(is_utf8("né à Châlons 🏥"));
  for (const std::string_view bad : {"\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\xe2\x82"}) EXPECT_FALSE(is_utf8(bad));
  EXPECT_FALSE(is_utf8(std::string_view("a\0b", 3)));
}

TEST(Text, Trims) {
  EXPECT_EQ(trimmed("\u00a0 a b\t"), "a b");
  EXPECT_EQ(trimmed(" \u202f "), "");
  EXPECT_EQ(without_spaces(" 12\u00a034 56 "), "123456");
}

std::string refusal(std::string_view password, std::string_view identifier = "lea.martin") {
  const auto status = accept_password(password, identifier, 12);
  return status ? "" : status.error().code.substr(std::string_view("identity.").size());
}

TEST(Passwords, LongRatherThanOdd) {
  EXPECT_EQ(refusal("carnet de demonstration"), "");
  EXPECT_EQ(refusal("le chat dort au soleil"), "");
  EXPECT_EQ(refusal("éàüöñçßøåæœę"), "");  // 12 characters, more bytes
  EXPECT_EQ(refusal("日本語のパスワードです。長い"), "");
  EXPECT_EQ(refusal("éàüöñçßøåæœ"), "password_too_short");  // 11 characters
  EXPECT_EQ(refusal("abcdefghijk"), "password_too_short");
  EXPECT_EQ(refusal(std::string(1025, 'x')), "password");
  EXPECT_EQ(refusal("abcdefghij\xff\xffkl"), "password");
}

TEST(Passwords, NotTheNameNorWhatEverybodyChooses) {
  EXPECT_EQ(refusal("Léa.Martin.Durand", "lea.martin.durand"), "password_is_identifier");
  EXPECT_EQ(refusal("MotDePasse123"), "password_common");
  EXPECT_EQ(refusal("mot de passe 123 !"), "password_common");
  EXPECT_EQ(refusal("Azertyuiop123"), "password_common");
  EXPECT_EQ(refusal("aaaaaaaaaaaa"), "password_common");
  EXPECT_EQ(refusal("abcabcabcabcabc"), "password_common");
  EXPECT_EQ(refusal("123456789012"), "password_common");
  EXPECT_EQ(refusal("987654321098"), "password_common");
  EXPECT_EQ(refusal("abcdefghijklm"), "password_common");
  EXPECT_EQ(refusal("!!!!!!!!!!!!!"), "password_common");
  EXPECT_EQ(refusal("carte vitale 123"), "password_common");
}

TEST(Identifiers, TwoToAHundredCharacters) {
  EXPECT_EQ(accept_identifier(" Léa ").value(), "lea");
  EXPECT_EQ(accept_identifier("lé").value(), "le");
  EXPECT_TRUE(accept_identifier(std::string(100, 'a')));
  for (const std::string& bad : {std::string(), std::string("a"), std::string("  "), std::string(101, 'a'), std::string("a\nb"), std::string("a\xff")}) {
    EXPECT_EQ(accept_identifier(bad).error().issues.front().path, "/identifier");
  }
}

}  // namespace
}  // namespace carnet::identity
