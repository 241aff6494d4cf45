#include "standards/oauth/oauth.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "standards/oauth/rsa_test_key.hpp"

namespace carnet::oauth {
namespace {

namespace json = kernel::json;
using crypto::SigningKey;
using ::testing::Contains;
using ::testing::IsEmpty;

constexpr kernel::Instant now{1'750'000'000'000};
constexpr std::string_view audience = "https://localhost:8443/oauth/token";

// The raw key of a SubjectPublicKeyInfo stands at its end.
std::string tail_of(const std::string& pem, std::size_t from_end, std::size_t count) {
  const auto begin = pem.find('\n') + 1;
  const auto der = kernel::from_base64(pem.substr(begin, pem.find("-----END") - begin), kernel::WhiteSpace::skip);
  const auto first = der->end() - static_cast<std::ptrdiff_t>(from_end);
  return kernel::to_base64url(kernel::Bytes(first, first + static_cast<std::ptrdiff_t>(count)));
}

struct Pair {
  SigningKey key;
  Algorithm algorithm;
  json::object jwk;
};

Pair ed25519() {
  static io::SeededEntropy entropy(7);
  auto key = SigningKey::generate_ed25519(entropy);
  const std::string pem = key.public_pem();
  return {std::move(key), Algorithm::eddsa, {{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", "ed"}, {"x", tail_of(pem, 32, 32)}}};
}
Pair p256() {
  auto key = *SigningKey::from_pem(crypto::self_signed({"test.example"}, now.ms).key_pem);
  const std::string pem = key.public_pem();
  return {std::move(key), Algorithm::es256,
          {{"kty", "EC"}, {"crv", "P-256"}, {"kid", "ec"}, {"x", tail_of(pem, 64, 32)}, {"y", tail_of(pem, 32, 32)}}};
}
Pair rsa(Algorithm algorithm) {
  return {*SigningKey::from_pem(kernel::SecretBytes(testing::rsa_pem)), algorithm,
          {{"kty", "RSA"}, {"kid", "rsa"}, {"n", testing::rsa_n}, {"e", "AQAB"}}};
}

std::string encoded(const json::value& value) { return kernel::to_base64url(kernel::as_bytes(json::serialize(value))); }

std::string signed_with(const Pair& pair, const json::object& header, const json::object& claims) {
  const std::string text = encoded(header) + "." + encoded(claims);
  return text + "." + kernel::to_base64url(pair.key.sign(pair.algorithm, kernel::as_bytes(text)));
}
json::object header_of(const Pair& pair) { return {{"alg", name_of(pair.algorithm)}, {"kid", pair.jwk.at("kid")}}; }

json::object good_claims() {
  return {{"iss", "hospital"}, {"sub", "hospital"}, {"aud", audience}, {"jti", "one"},
          {"iat", now.ms / 1000}, {"exp", now.ms / 1000 + 60}};
}

std::vector<Jwk> keys_of(const Pair& pair) {
  auto keys = parse_jwk_set({{"keys", json::array{pair.jwk}}}, "/jwks");
  EXPECT_TRUE(keys.has_value());
  return std::move(*keys);
}

std::vector<std::string> paths(const kernel::Error& error) {
  std::vector<std::string> out;
  for (const auto& issue : error.issues) out.push_back(issue.path);
  return out;
}

TEST(Jws, EachAlgorithmVerifiesAndNothingElseDoes) {
  for (const Pair& pair : {ed25519(), p256(), rsa(Algorithm::rs256), rsa(Algorithm::ps256)}) {
    const std::string text = signed_with(pair, header_of(pair), good_claims());
    const auto jws = parse_compact(text);
    ASSERT_TRUE(jws.has_value()) << name_of(pair.algorithm);
    EXPECT_TRUE(verify(*jws, keys_of(pair)));
    EXPECT_EQ(claimed_client(*jws), "hospital");

    auto other_text = *jws;
    other_text.signed_text.back() = other_text.signed_text.back() == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify(other_text, keys_of(pair)));
    auto other_kid = *jws;
    other_kid.kid = "unknown";
    EXPECT_FALSE(verify(other_kid, keys_of(pair)));
    for (const Algorithm algorithm : {Algorithm::es256, Algorithm::rs256, Algorithm::ps256, Algorithm::eddsa}) {
      if (algorithm == pair.algorithm) continue;
      auto other_algorithm = *jws;
      other_algorithm.algorithm = algorithm;
      EXPECT_FALSE(verify(other_algorithm, keys_of(pair)));
    }
  }
}

TEST(Jws, AKeyThatNamesItsAlgorithmServesNoOther) {
  Pair pair = rsa(Algorithm::rs256);
  const auto jws = parse_compact(signed_with(pair, header_of(pair), good_claims()));
  pair.jwk["alg"] = "PS256";
  EXPECT_FALSE(verify(*jws, keys_of(pair)));
  pair.jwk["alg"] = "RS256";
  EXPECT_TRUE(verify(*jws, keys_of(pair)));
}

TEST(Jws, AlgorithmsOutsideTheListAreRefused) {
  const Pair pair = ed25519();
  for (const std::string_view alg : {"none", "None", "HS256", "HS512", "RS384", "ES384", "ES256K", "eddsa", ""}) {
    const auto jws = parse_compact(signed_with(pair, {{"alg", alg}, {"kid", "ed"}}, good_claims()));
    ASSERT_FALSE(jws.has_value()) << alg;
    EXPECT_EQ(jws.error().code, "oauth.jws");
    EXPECT_THAT(paths(jws.error()), Contains("/header/alg"));
  }
}

TEST(Jws, MalformedOnesAreRefused) {
  const Pair pair = ed25519();
  const std::string good = signed_with(pair, header_of(pair), good_claims());
  ASSERT_TRUE(parse_compact(good).has_value());
  const auto dot = good.find('.');
  const auto last = good.rfind('.');
  const std::vector<std::string> bad{
      "", ".", "..", "a.b", good + ".", good + ".x", good.substr(0, last), good.substr(0, last + 1), good + "=", good + "!",
      " " + good, good.substr(dot), std::string(max_jws_bytes + 1, 'a'),
      signed_with(pair, {{"alg", "EdDSA"}}, good_claims()),                                           // no kid
      signed_with(pair, {{"alg", "EdDSA"}, {"kid", std::string(129, 'k')}}, good_claims()),           // kid too long
      signed_with(pair, {{"alg", "EdDSA"}, {"kid", "ed"}, {"crit", json::array{"b64"}}, {"b64", false}}, good_claims()),
      kernel::to_base64url(kernel::as_bytes(R"({"alg":"none","alg":"EdDSA","kid":"ed"})")) + good.substr(dot),  // a key twice
      kernel::to_base64url(kernel::as_bytes("[]")) + good.substr(dot),
  };
  for (const auto& text : bad) EXPECT_FALSE(parse_compact(text).has_value()) << text;
}

TEST(Jws, AKeyCarriedByTheMessageIsNotUsed) {
  const Pair attacker = ed25519();
  json::object header = header_of(attacker);
  header["jwk"] = attacker.jwk;
  header["jku"] = "https://attacker.example/keys";
  header["kid"] = "ec";
  const auto jws = parse_compact(signed_with(attacker, header, good_claims()));
  ASSERT_TRUE(jws.has_value());
  EXPECT_FALSE(verify(*jws, keys_of(p256())));
}

TEST(JwkSet, KeepsOnlyPublicMembersAndReadsItselfAgain) {
  Pair pair = rsa(Algorithm::rs256);
  pair.jwk["use"] = "sig";
  pair.jwk["x5c"] = json::array{"ignored"};
  pair.jwk["key_ops"] = json::array{"verify"};
  const auto keys = keys_of(pair);
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].text.find("x5c"), std::string::npos);
  const auto again = parse_jwk(keys[0].text);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->kid, "rsa");
  EXPECT_EQ(again->text, keys[0].text);
  const auto jws = parse_compact(signed_with(pair, header_of(pair), good_claims()));
  EXPECT_TRUE(verify(*jws, std::span(&*again, 1)));
}

TEST(JwkSet, RefusesWithThePath) {
  struct Case {
    json::object change;
    std::string path;
  };
  const std::vector<Case> cases{
      {{{"d", "secret"}}, "/jwks/keys/0/d"},           {{{"k", "secret"}}, "/jwks/keys/0/k"},
      {{{"use", "enc"}}, "/jwks/keys/0/use"},          {{{"alg", "HS256"}}, "/jwks/keys/0/alg"},
      {{{"alg", "ES256"}}, "/jwks/keys/0/alg"},        {{{"kty", "oct"}}, "/jwks/keys/0/crv"},
      {{{"crv", "P-384"}}, "/jwks/keys/0/crv"},        {{{"x", "AAAA"}}, "/jwks/keys/0/x"},
      {{{"x", 3}}, "/jwks/keys/0/x"},                  {{{"kid", ""}}, "/jwks/keys/0/kid"},
      {{{"surprise", 1}}, "/jwks/keys/0/surprise"},    {{{"key_ops", json::array{"sign"}}}, "/jwks/keys/0/key_ops"},
      {{{"kid", std::string(129, 'k')}}, "/jwks/keys/0/kid"},
  };
  for (const auto& [change, path] : cases) {
    json::object key = ed25519().jwk;
    for (const auto& member : change) key[member.key()] = member.value();
    const auto set = parse_jwk_set({{"keys", json::array{key}}}, "/jwks");
    ASSERT_FALSE(set.has_value()) << path;
    EXPECT_THAT(paths(set.error()), Contains(path));
  }
  json::object missing = ed25519().jwk;
  missing.erase("kid");
  EXPECT_THAT(paths(parse_jwk_set({{"keys", json::array{missing}}}, "").error()), Contains("/keys/0/kid"));
  EXPECT_THAT(paths(parse_jwk_set({{"keys", json::array{}}}, "").error()), Contains("/keys"));
  EXPECT_THAT(paths(parse_jwk_set({{"keys", json::array{"x"}}}, "").error()), Contains("/keys/0"));
  EXPECT_THAT(paths(parse_jwk_set({}, "/jwks").error()), Contains("/jwks/keys"));
  EXPECT_THAT(paths(parse_jwk_set({{"keys", json::array{ed25519().jwk}}, {"other", 1}}, "/jwks").error()), Contains("/jwks/other"));
  json::array many(17, ed25519().jwk);
  EXPECT_THAT(paths(parse_jwk_set({{"keys", many}}, "").error()), Contains("/keys"));
  EXPECT_THAT(paths(parse_jwk_set({{"keys", json::array(2, p256().jwk)}}, "").error()), Contains("/keys/1/kid"));
}

kernel::Result<Assertion> checked(const json::object& claims, kernel::Instant at = now) {
  Jws jws;
  jws.payload = claims;
  return check_client_assertion(jws, "hospital", audience, at);
}

TEST(ClientAssertion, GoodOneIsRead) {
  const auto assertion = checked(good_claims());
  ASSERT_TRUE(assertion.has_value());
  EXPECT_EQ(assertion->client_id, "hospital");
  EXPECT_EQ(assertion->jti, "one");
  EXPECT_EQ(assertion->expires.ms, now.ms + 60'000);
  json::object in_a_list = good_claims();
  in_a_list["aud"] = json::array{audience};
  EXPECT_TRUE(checked(in_a_list).has_value());
  json::object with_fraction = good_claims();
  with_fraction["exp"] = static_cast<double>(now.ms) / 1000.0 + 30.5;
  EXPECT_TRUE(checked(with_fraction).has_value());
}

TEST(ClientAssertion, EachClaimIsHeldToItsRule) {
  const std::int64_t s = now.ms / 1000;
  struct Case {
    std::string claim;
    json::value value;  // null: the claim is left out
    bool accepted;
  };
  const std::vector<Case> cases{
      {"iss", "other", false}, {"iss", nullptr, false}, {"iss", 3, false},
      {"sub", "other", false}, {"sub", nullptr, false},
      {"aud", "https://elsewhere.example", false}, {"aud", nullptr, false}, {"aud", json::array{}, false},
      {"aud", json::array{audience, "https://elsewhere.example"}, false},
      {"exp", nullptr, false}, {"exp", "soon", false}, {"exp", s - 31, false}, {"exp", s - 30, false}, {"exp", s - 29, true},
      {"exp", s + 300, true}, {"exp", s + 331, false}, {"exp", -1, false}, {"exp", 1e300, false}, {"exp", std::uint64_t(1) << 63, false},
      {"iat", nullptr, false}, {"iat", s + 30, true}, {"iat", s + 31, false}, {"iat", s - 240, true}, {"iat", s - 271, false},
      {"nbf", s, true}, {"nbf", s + 60, false}, {"nbf", "x", false},
      {"jti", nullptr, false}, {"jti", "", false}, {"jti", json::value(json::string(128, 'j')), true}, {"jti", json::value(json::string(129, 'j')), false},
  };
  for (const auto& [claim, value, accepted] : cases) {
    json::object claims = good_claims();
    claims.erase(claim);
    if (!value.is_null()) claims[claim] = value;
    const auto result = checked(claims);
    EXPECT_EQ(result.has_value(), accepted) << claim << " " << json::serialize(value);
    if (!accepted && !result) EXPECT_THAT(paths(result.error()), Contains("/" + claim));
  }
  EXPECT_FALSE(check_client_assertion(Jws{}, "", audience, now).has_value());
}

TEST(Scopes, AreWordsBetweenSingleSpaces) {
  EXPECT_EQ(parse_scopes("b a b"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(parse_scopes("documents.read"), (std::vector<std::string>{"documents.read"}));
  EXPECT_THAT(*parse_scopes(""), IsEmpty());
  for (const std::string_view bad : {" ", " a", "a ", "a  b", "a\tb", "\"a\"", "a\\b", "\xc3\xa9"}) {
    EXPECT_FALSE(parse_scopes(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace carnet::oauth
