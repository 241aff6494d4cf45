#include <gtest/gtest.h>

#include "standards/mail/authentication.hpp"

namespace carnet::mail {
namespace {

constexpr Instant now{1'795'000'000'000};

// RFC 8463, appendix A: one message with both kinds of signature.
constexpr std::string_view rfc8463_zone = R"(
$ORIGIN football.example.com.
brisbane._domainkey IN TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
test._domainkey     IN TXT ("v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRi"
  "Gs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lx"
  "j+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB")
)";
constexpr std::string_view rfc8463_message = R"(DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
)";

ByteView bytes(const std::string& text) {
  return kernel::as_bytes(text);
}

std::string base64_of_pem(std::string_view pem) {
  std::string out;
  for (std::size_t at = 0; at < pem.size();) {
    const auto end = std::min(pem.find('\n', at), pem.size());
    const auto line = pem.substr(at, end - at);
    if (!line.starts_with("---")) out += line;
    at = end + 1;
  }
  return out;
}

// A signer of example.fr and the zone that speaks for it.
class Dkim : public testing::Test {
 protected:
  Dkim() {
    const auto spki = *kernel::from_base64(base64_of_pem(key_.public_pem()));
    const auto raw = ByteView(spki).subspan(spki.size() - 32);
    record_ = "v=DKIM1; k=ed25519; p=" + kernel::to_base64(raw);
    set_record(record_);
  }

  void set_record(const std::string& record) {
    zone_ = *ZoneFile::parse("s1._domainkey.example.fr. TXT \"" + record + "\"\n");
  }

  std::string signed_message(const std::string& raw, std::optional<std::int64_t> valid_for_s = {}) const {
    const auto field = sign(bytes(raw), key_, {"Example.fr", "s1", valid_for_s}, now);
    return field.value() + raw;
  }

  DkimSignature first(const std::string& raw, Instant at = now) const {
    const auto all = verify_dkim(bytes(raw), zone_, at);
    return all.empty() ? DkimSignature{} : all[0];
  }

  static std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
  }

  io::SeededEntropy entropy_{7};
  crypto::SigningKey key_ = crypto::SigningKey::generate_ed25519(entropy_);
  std::string record_;
  ZoneFile zone_;
  const std::string plain_ =
      "From: Mon espace <bonjour@example.fr>\r\nTo: anne@example.net\r\nSubject: Votre espace\r\n"
      "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\n\r\nBonjour,\r\n\r\nvotre espace est ouvert.\r\n";
};

TEST(DkimRfc8463, BothSignaturesOfTheAppendixPass) {
  const auto zone = ZoneFile::parse(rfc8463_zone);
  ASSERT_TRUE(zone.has_value());
  const auto seen = verify_dkim(bytes(std::string(rfc8463_message)), *zone, now);
  ASSERT_EQ(seen.size(), 2u);
  for (const auto& signature : seen) {
    EXPECT_EQ(signature.result, DkimResult::pass) << signature.reason;
    EXPECT_EQ(signature.domain, "football.example.com");
    EXPECT_TRUE(signature.covers_body_wholly);
    EXPECT_TRUE(signature.from_over_signed);
  }
  EXPECT_EQ(seen[1].key_bits, 1024);
}

TEST_F(Dkim, WhatIsSignedPassesAndTellsWhatItCovers) {
  const auto seen = first(signed_message(plain_, 3600));
  EXPECT_EQ(seen.result, DkimResult::pass) << seen.reason;
  EXPECT_EQ(seen.domain, "example.fr");
  EXPECT_EQ(seen.selector, "s1");
  EXPECT_EQ(seen.identity, "@example.fr");
  EXPECT_TRUE(seen.from_signed && seen.from_over_signed && seen.covers_body_wholly);
  EXPECT_EQ(seen.signed_at->ms, now.ms);
  EXPECT_EQ(seen.expires_at->ms, now.ms + 3'600'000);
}

TEST_F(Dkim, AnotherLetterAnotherFieldAnotherFromBreakIt) {
  const auto good = signed_message(plain_);
  EXPECT_EQ(first(replaced(good, "ouvert", "fermé")).reason, "body-hash");
  EXPECT_EQ(first(replaced(good, "Subject: Votre", "Subject: Notre")).reason, "signature");
  EXPECT_EQ(first("From: Escroc <x@evil.example>\r\n" + good).result, DkimResult::fail);
  EXPECT_EQ(first("Subject: URGENT\r\n" + good).result, DkimResult::fail);
  EXPECT_EQ(first("X-Spam: no\r\n" + good).result, DkimResult::pass);
}

TEST_F(Dkim, WhiteSpaceThatRelaxedForgivesIsForgiven) {
  const auto good = signed_message(plain_);
  EXPECT_EQ(first(good + "\r\n\r\n").result, DkimResult::pass);
  EXPECT_EQ(first(replaced(good, "Subject: Votre espace", "SUBJECT :  Votre\r\n\tespace ")).result, DkimResult::pass);
  EXPECT_EQ(first(replaced(good, "est ouvert.", "est \t ouvert. ")).result, DkimResult::pass);
  std::string line_feeds;
  for (const char c : good) {
    if (c != '\r') line_feeds += c;
  }
  EXPECT_EQ(first(line_feeds).result, DkimResult::pass);
}

TEST_F(Dkim, ALengthIsFlagged) {
  auto cut = signed_message(plain_);
  cut = replaced(cut, "v=1;", "v=1; l=5;");
  const auto seen = first(cut);
  EXPECT_EQ(seen.body_length, 5u);
  EXPECT_FALSE(seen.covers_body_wholly);
  EXPECT_EQ(first(replaced(cut, "l=5", "l=99999")).reason, "length");
}

TEST_F(Dkim, TimeBindsIt) {
  const auto good = signed_message(plain_, 3600);
  EXPECT_EQ(first(good, now.plus(std::chrono::hours(2))).reason, "expired");
  EXPECT_EQ(first(good, Instant{now.ms - 3 * 86'400'000}).reason, "future");
}

TEST_F(Dkim, TheKeyRecordDecides) {
  const auto good = signed_message(plain_);
  const struct {
    std::string record;
    DkimResult result;
    std::string reason;
  } cases[] = {
      {"v=DKIM1; k=ed25519; p=", DkimResult::permerror, "key-revoked"},
      {"v=DKIM2; k=ed25519; p=AAAA", DkimResult::permerror, "key-version"},
      {"k=rsa; p=AAAA", DkimResult::permerror, "key-type"},
      {replaced(record_, "k=", "h=sha1; k="), DkimResult::permerror, "key-hash"},
      {replaced(record_, "k=", "h=sha1:sha256; k="), DkimResult::pass, ""},
      {replaced(record_, "k=", "s=tlsrpt; k="), DkimResult::permerror, "key-service"},
      {replaced(record_, "k=", "s=email; k="), DkimResult::pass, ""},
      {replaced(record_, "k=", "t=y; k="), DkimResult::pass, ""},
      {"v=DKIM1; k=ed25519; p=!!", DkimResult::permerror, "key-syntax"},
      {"nonsense", DkimResult::permerror, "key-syntax"},
  };
  for (const auto& one : cases) {
    set_record(one.record);
    const auto seen = first(good);
    EXPECT_EQ(seen.result, one.result) << one.record;
    EXPECT_EQ(seen.reason, one.reason) << one.record;
  }
  zone_ = ZoneFile();
  EXPECT_EQ(first(good).reason, "no-key");
  zone_.fail("s1._domainkey.example.fr");
  EXPECT_EQ(first(good).result, DkimResult::temperror);
}

TEST_F(Dkim, BrokenFieldsAreErrorsAndNeverPass) {
  const auto good = signed_message(plain_);
  EXPECT_EQ(first(replaced(good, "v=1;", "v=2;")).result, DkimResult::neutral);
  EXPECT_EQ(first(replaced(good, "a=ed25519-sha256", "a=rsa-sha1")).result, DkimResult::policy);
  EXPECT_EQ(first(replaced(good, "a=ed25519-sha256", "a=rsa-md5")).result, DkimResult::neutral);
  EXPECT_EQ(first(replaced(good, "v=1;", "v=1; v=1;")).reason, "syntax");
  EXPECT_EQ(first(replaced(good, "v=1;", "v=1; i=@other.fr;")).reason, "identity");
  EXPECT_EQ(first(replaced(good, "v=1;", "v=1; q=dns/other;")).reason, "query");
  EXPECT_EQ(first(replaced(good, "d=example.fr", "d=..")).reason, "domain");
  EXPECT_EQ(first(replaced(good, "h=from:from", "h=x-a:x-b")).reason, "from-not-signed");
  EXPECT_EQ(first("DKIM-Signature: \r\n" + plain_).reason, "syntax");
  EXPECT_EQ(first("DKIM-Signature: v=1; a=b\r\n" + plain_).reason, "tag-missing");
}

TEST_F(Dkim, SigningRefusesWhatNobodyShouldSend) {
  EXPECT_FALSE(sign(bytes("Subject: x\r\n\r\n"), key_, {"example.fr", "s1", {}}, now));
  EXPECT_FALSE(sign(bytes("From: a@b.fr\r\n" + plain_), key_, {"example.fr", "s1", {}}, now));
  EXPECT_FALSE(sign(bytes(plain_), key_, {"no name", "s1", {}}, now));
  EXPECT_FALSE(sign(bytes(plain_), key_, {"example.fr", "", {}}, now));
}

TEST_F(Dkim, FieldsOfASignatureStayShortEnoughForAnyRelay) {
  const auto field = sign(bytes(plain_), key_, {"example.fr", "s1", {}}, now).value();
  for (std::size_t at = 0; at < field.size();) {
    const auto end = field.find("\r\n", at);
    EXPECT_LE(end - at, 78u);
    at = end + 2;
  }
}

TEST_F(Dkim, TwelveAreJudgedAndNoMore) {
  std::string many;
  for (int i = 0; i < 40; ++i) many += "DKIM-Signature: v=1\r\n";
  EXPECT_EQ(verify_dkim(bytes(many + plain_), zone_, now).size(), max_signatures);
}

TEST_F(Dkim, DmarcAlignsOnTheSignature) {
  zone_ = *ZoneFile::parse("s1._domainkey.example.fr. TXT \"" + record_ + "\"\n" +
                           "_dmarc.example.fr. TXT \"v=DMARC1; p=reject; sp=quarantine; adkim=s; pct=50\"\n");
  const auto organisational = [](std::string_view name) {
    return std::string(name.ends_with("example.fr") ? "example.fr" : "");
  };
  const auto judge = [&](const std::string& raw) { return verify(bytes(raw), {}, zone_, now, organisational).dmarc; };
  const auto aligned = judge(signed_message(plain_));
  EXPECT_EQ(aligned.result, DmarcResult::pass);
  EXPECT_EQ(aligned.policy, DmarcPolicy::reject);
  EXPECT_EQ(aligned.percent, 50);
  EXPECT_TRUE(aligned.dkim_aligned);

  const auto below = judge(signed_message(replaced(plain_, "@example.fr", "@mail.example.fr")));
  EXPECT_EQ(below.result, DmarcResult::fail);  // adkim=s
  EXPECT_EQ(below.policy, DmarcPolicy::quarantine);

  EXPECT_EQ(judge(plain_).result, DmarcResult::fail);
  EXPECT_EQ(judge("From: x@example.fr\r\n" + plain_).result, DmarcResult::permerror);
  EXPECT_EQ(judge(replaced(plain_, "<bonjour@", "<a@example.fr>, <bonjour@")).result, DmarcResult::permerror);
  EXPECT_EQ(judge("From: a@other.example\r\n\r\n").result, DmarcResult::none);
}

TEST(Dmarc, RecordsAreReadAsTheRfcSays) {
  EXPECT_TRUE(parse_dmarc("v=DMARC1; p=none"));
  EXPECT_TRUE(parse_dmarc("v=DMARC1;p=reject;"));
  EXPECT_FALSE(parse_dmarc("v=DMARC1"));
  EXPECT_FALSE(parse_dmarc("p=reject; v=DMARC1"));
  EXPECT_FALSE(parse_dmarc("v=DMARC2; p=reject"));
  EXPECT_FALSE(parse_dmarc("v=DMARC1; p=what"));
  const auto reports = parse_dmarc("v=DMARC1; p=what; rua=mailto:a@b.fr");
  ASSERT_TRUE(reports);
  EXPECT_EQ(reports->policy, DmarcPolicy::none);
  EXPECT_EQ(parse_dmarc("v=DMARC1; p=reject; sp=none")->subdomain_policy, DmarcPolicy::none);
  EXPECT_EQ(parse_dmarc("v=DMARC1; p=reject")->subdomain_policy, DmarcPolicy::reject);
}

TEST(Arc, NoChainIsNoneAndAStrayFieldFails) {
  const ZoneFile zone;
  EXPECT_EQ(verify_arc(bytes("From: a@b.fr\r\n\r\n"), zone, now).result, ArcResult::none);
  const auto stray = verify_arc(bytes("ARC-Seal: i=1; a=rsa-sha256; cv=none; d=a.fr; s=s; b=AA\r\n\r\n"), zone, now);
  EXPECT_EQ(stray.result, ArcResult::fail);
  EXPECT_EQ(stray.reason, "incomplete");
}

}  // namespace
}  // namespace carnet::mail
