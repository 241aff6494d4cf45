#include <gtest/gtest.h>

#include "standards/mail/authentication.hpp"
#include "standards/mail/ip.hpp"
#include "standards/mail/spf_record.hpp"

namespace carnet::mail {
namespace {

// RFC 7208, appendix A.
constexpr std::string_view appendix_a = R"(
$ORIGIN example.com.
@           MX  10 mail-a
            MX  20 mail-b
            A   192.0.2.10
            A   192.0.2.11
amy         A   192.0.2.65
bob         A   192.0.2.66
mail-a      A   192.0.2.129
mail-b      A   192.0.2.130
www         CNAME example.com.
$ORIGIN example.org.
@           MX  10 mail-c
mail-c      A   192.0.2.140
$ORIGIN 2.0.192.in-addr.arpa.
10          PTR example.com.
11          PTR example.com.
65          PTR amy.example.com.
66          PTR bob.example.com.
129         PTR mail-a.example.com.
130         PTR mail-b.example.com.
140         PTR mail-c.example.org.
$ORIGIN 0.0.10.in-addr.arpa.
4           PTR bob.example.com.
)";

SpfResult check(const std::string& record, std::string_view ip, std::string_view more = "") {
  const auto zone =
      ZoneFile::parse(std::string(appendix_a) + "example.com. TXT \"" + record + "\"\n" + std::string(more));
  EXPECT_TRUE(zone.has_value()) << record;
  return check_spf(ip, "mx.example.com", "anne@example.com", *zone).result;
}

TEST(Spf, SimpleExamplesOfTheAppendix) {
  EXPECT_EQ(check("v=spf1 +all", "203.0.113.1"), SpfResult::pass);
  EXPECT_EQ(check("v=spf1 a -all", "192.0.2.10"), SpfResult::pass);
  EXPECT_EQ(check("v=spf1 a -all", "192.0.2.12"), SpfResult::fail);
  EXPECT_EQ(check("v=spf1 a:example.org -all", "192.0.2.10"), SpfResult::fail);
  EXPECT_EQ(check("v=spf1 mx -all", "192.0.2.130"), SpfResult::pass);
  EXPECT_EQ(check("v=spf1 mx:example.org -all", "192.0.2.140"), SpfResult::pass);
  EXPECT_EQ(check("v=spf1 mx mx:example.org -all", "192.0.2.129"), SpfResult::pass);
  EXPECT_EQ(check("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131"), SpfResult::pass);
  EXPECT_EQ(check("v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.132"), SpfResult::fail);
  EXPECT_EQ(check("v=spf1 ptr -all", "192.0.2.65"), SpfResult::pass);
  EXPECT_EQ(check("v=spf1 ptr -all", "192.0.2.140"), SpfResult::fail);
  EXPECT_EQ(check("v=spf1 ptr -all", "10.0.0.4"), SpfResult::fail);
  EXPECT_EQ(check("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65"), SpfResult::fail);
  EXPECT_EQ(check("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129"), SpfResult::pass);
}

TEST(Spf, IncludeRedirectAndMacros) {
  EXPECT_EQ(
      check("v=spf1 include:b.example.com ?all", "192.0.2.9", "b.example.com. TXT \"v=spf1 ip4:192.0.2.9 -all\"\n"),
      SpfResult::pass);
  EXPECT_EQ(
      check("v=spf1 include:b.example.com ?all", "192.0.2.8", "b.example.com. TXT \"v=spf1 ip4:192.0.2.9 -all\"\n"),
      SpfResult::neutral);
  EXPECT_EQ(check("v=spf1 include:none.example.com ?all", "192.0.2.8"), SpfResult::permerror);
  EXPECT_EQ(check("v=spf1 redirect=b.example.com", "192.0.2.8", "b.example.com. TXT \"v=spf1 ~all\"\n"),
            SpfResult::softfail);
  EXPECT_EQ(check("v=spf1 redirect=none.example.com", "192.0.2.8"), SpfResult::permerror);
  EXPECT_EQ(check("v=spf1 exists:%{ir}.%{l1r+-}._spf.%{d} -all", "192.0.2.8",
                  "8.2.0.192.anne._spf.example.com. A 127.0.0.2\n"),
            SpfResult::pass);
}

TEST(Spf, ErrorsAndLimits) {
  EXPECT_EQ(check("v=spf1 -all bogus:x", "192.0.2.10"), SpfResult::permerror);
  EXPECT_EQ(check("v=spf10 -all", "192.0.2.10"), SpfResult::none);
  EXPECT_EQ(check("v=spf1 ip4:192.0.2.300 -all", "192.0.2.10"), SpfResult::permerror);
  std::string many = "v=spf1";
  for (int i = 0; i < 11; ++i) many += " a:mail-a.example.com";
  EXPECT_EQ(check(many + " -all", "203.0.113.1"), SpfResult::permerror);
  EXPECT_EQ(check("v=spf1 a:x1.example.com a:x2.example.com a:x3.example.com -all", "203.0.113.1"),
            SpfResult::permerror);
  EXPECT_EQ(check("v=spf1 include:example.com -all", "203.0.113.1"), SpfResult::permerror);  // itself, for ever
  auto zone = ZoneFile::parse("example.com. TXT \"v=spf1 a:down.example.com -all\"\n").value();
  zone.fail("down.example.com");
  EXPECT_EQ(check_spf("192.0.2.1", "h", "a@example.com", zone).result, SpfResult::temperror);
  EXPECT_EQ(check_spf("192.0.2.1", "h", "a@localhost", zone).result, SpfResult::none);
  EXPECT_FALSE(check_spf("not an address", "h", "a@example.com", zone).checked);
}

TEST(Spf, TheNullSenderIsItsGreeting) {
  const auto zone = ZoneFile::parse("mx.example.com. TXT \"v=spf1 ip4:192.0.2.1 -all\"\n").value();
  const auto seen = check_spf("::ffff:192.0.2.1", "mx.example.com", "", zone);
  EXPECT_EQ(seen.result, SpfResult::pass);
  EXPECT_TRUE(seen.from_helo);
  EXPECT_EQ(seen.domain, "mx.example.com");
  EXPECT_EQ(seen.mechanism, "ip4:192.0.2.1");
}

// RFC 7208, section 7.4.
TEST(Spf, MacroExamplesOfTheRfc) {
  MacroValues values;
  values.sender = "strong-bad@email.example.com";
  values.local_part = "strong-bad";
  values.sender_domain = values.domain = "email.example.com";
  values.ip = *parse_ip("192.0.2.3");
  const struct {
    std::string_view spec, expanded;
  } cases[] = {{"%{s}", "strong-bad@email.example.com"},
               {"%{o}", "email.example.com"},
               {"%{d4}", "email.example.com"},
               {"%{d2}", "example.com"},
               {"%{d1}", "com"},
               {"%{dr}", "com.example.email"},
               {"%{d2r}", "example.email"},
               {"%{l}", "strong-bad"},
               {"%{l-}", "strong.bad"},
               {"%{lr}", "strong-bad"},
               {"%{lr-}", "bad.strong"},
               {"%{l1r-}", "strong"},
               {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"},
               {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"},
               {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com"},
               {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"}};
  for (const auto& one : cases) EXPECT_EQ(expand_macros(one.spec, values), one.expanded) << one.spec;
  values.ip = *parse_ip("2001:db8::cb01");
  EXPECT_EQ(expand_macros("%{ir}.%{v}._spf.%{d2}", values),
            "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com");
}

TEST(ZoneFile, ReadsTheFormsOfTheRfc) {
  const auto zone = ZoneFile::parse(R"($ORIGIN example.fr.
$TTL 3600
@   IN SOA ns hostmaster ( 1 ; serial
      3600 600 604800 60 )
    3600 IN TXT "one" "two;\"three\"\065"
www 300 A 192.0.2.1
    AAAA 2001:db8::1
*.wild TXT wild
alias CNAME www.example.fr.
loop CNAME loop.example.fr.
)");
  ASSERT_TRUE(zone.has_value());
  EXPECT_EQ(zone->ask("EXAMPLE.fr.", RecordType::txt).values, std::vector<std::string>{"onetwo;\"three\"A"});
  EXPECT_EQ(zone->ask("alias.example.fr", RecordType::a).values, std::vector<std::string>{"192.0.2.1"});
  EXPECT_EQ(zone->ask("any.thing.wild.example.fr", RecordType::txt).values, std::vector<std::string>{"wild"});
  EXPECT_EQ(zone->ask("www.example.fr", RecordType::mx).outcome, DnsAnswer::Outcome::no_data);
  EXPECT_EQ(zone->ask("absent.example.fr", RecordType::a).outcome, DnsAnswer::Outcome::no_name);
  EXPECT_EQ(zone->ask("loop.example.fr", RecordType::a).outcome, DnsAnswer::Outcome::failed);
}

TEST(ZoneFile, RefusesAndNamesTheLine) {
  for (const std::string_view text : {"a.fr. A 192.0.2.999\n", "a.fr. TXT \"open\n", "a.fr. TXT ( \"x\"\n",
                                      "a.fr. 300\n", "$INCLUDE other\n", "a.fr. MX mail\n", ")\n"}) {
    const auto zone = ZoneFile::parse(text);
    ASSERT_FALSE(zone.has_value()) << text;
    EXPECT_EQ(zone.error().code, "mail.zone");
    EXPECT_TRUE(zone.error().issues.at(0).path.starts_with("line "));
  }
}

}  // namespace
}  // namespace carnet::mail
