// What `carnet audit verify` says of an extract that holds.
#include "apps/ctl/audit_verify.hpp"

#include <gmock/gmock.h>

namespace carnet::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

audit::ExtractVerdict verdict(std::int64_t entries, std::int64_t unsealed) {
  audit::ExtractVerdict made;
  made.entries = entries;
  made.seals = 1;
  made.unsealed = unsealed;
  return made;
}

TEST(AuditVerify, OnlyWhatIsSealedIsSaidToBeUnchanged) {
  const auto words = words_of(verdict(44, 43), 1);
  EXPECT_THAT(words, HasSubstr("1 consultation scellée dans 1 scellé,"));
  EXPECT_THAT(words, HasSubstr("43 consultations plus récentes que ce scellé : rien ne les prouve encore"));
  EXPECT_THAT(words, Not(HasSubstr("44")));
  EXPECT_THAT(words, Not(HasSubstr("aucun témoin")));
}

TEST(AuditVerify, WithoutWitnessItIsTheServicesWord) {
  const auto words = words_of(verdict(3, 0), 0);
  EXPECT_THAT(words, HasSubstr("3 consultations scellées"));
  EXPECT_THAT(words, Not(HasSubstr("plus récentes")));
  EXPECT_THAT(words, HasSubstr("seule la parole du service le dit"));
}

}  // namespace
}  // namespace carnet::ctl
