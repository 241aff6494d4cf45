// Producers' software: its file, its assertions, its tokens. On both engines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/clients.hpp"
#include "foundation/io/files.hpp"
#include "identity/testing/identity_house.hpp"

namespace carnet::identity {
namespace {

namespace json = kernel::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::IdentityHouse;
using testing::must;

constexpr std::string_view audience = "https://localhost:8443/oauth/token";
constexpr std::string_view rpps = "10000010001", finess = "750001008", other_finess = "750001016";

struct Software {
  io::SeededEntropy entropy{99};
  crypto::SigningKey key = crypto::SigningKey::generate_ed25519(entropy);

  json::object jwk() const {
    const std::string pem = key.public_pem();
    const auto begin = pem.find('\n') + 1;
    const auto der = kernel::from_base64(pem.substr(begin, pem.find("-----END") - begin), kernel::WhiteSpace::skip);
    return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", "k1"}, {"x", kernel::to_base64url(kernel::Bytes(der->end() - 32, der->end()))}};
  }
  json::object file(json::array structures = {finess, other_finess}) const {
    return {{"client_id", "hopital"}, {"name", "Hôpital des Lilas"}, {"structures", std::move(structures)},
            {"scopes", json::array{"documents.deposit", "documents.read"}}, {"jwks", json::object{{"keys", json::array{jwk()}}}}};
  }
  std::string assertion(const json::object& claims) const {
    const auto part = [](const json::object& object) { return kernel::to_base64url(kernel::as_bytes(json::serialize(object))); };
    const std::string text = part({{"alg", "EdDSA"}, {"kid", "k1"}}) + "." + part(claims);
    return text + "." + kernel::to_base64url(key.sign(crypto::PublicKey::Algorithm::eddsa, kernel::as_bytes(text)));
  }
};

class ClientsTest : public ::testing::TestWithParam<std::string> {
 protected:
  ClientsTest() {
    must(house_.write<bool>([&](store::Tx& tx) -> kernel::Result<bool> {
      CARNET_CHECK(house_.identity().put_structure(tx, {std::string(finess), "Hôpital des Lilas", "hospital"}));
      CARNET_CHECK(house_.identity().put_structure(tx, {std::string(other_finess), "Laboratoire du Port", "laboratory"}));
      CARNET_CHECK(house_.identity().put_professional(tx, {std::string(rpps), "Lina Benali", "10", "SM54"}));
      return true;
    }));
    EXPECT_EQ(must(add(software_.file())), "hopital");
  }
  kernel::Result<std::string> add(const json::object& file) { return io::run(house_.identity().add_client(json::serialize(file))); }
  json::object claims() {
    const std::int64_t now = house_.clock().now().ms / 1000;
    return {{"iss", "hopital"}, {"sub", "hopital"}, {"aud", audience}, {"iat", now}, {"exp", now + 60}, {"jti", fmt::format("jti-{}", ++jti_)}};
  }
  json::object claims_for(const json::object& iua) {
    json::object all = claims();
    all["extensions"] = json::object{{"ihe_iua", iua}};
    return all;
  }
  json::object doctor() { return {{"national_provider_identifier", rpps}, {"subject_organization_id", finess}, {"subject_name", "Dr Somebody Else"}}; }
  http::Response ask(const json::object& given, const std::string& scope = {}) { return ask_with(software_.assertion(given), scope); }
  http::Response ask_with(const std::string& assertion, const std::string& scope = {}) {
    std::vector<std::pair<std::string, std::string>> form{{"grant_type", "client_credentials"},
                                                          {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
                                                          {"client_assertion", assertion}};
    if (!scope.empty()) form.emplace_back("scope", scope);
    return house_.token(form, std::string(audience));
  }
  static std::string outcome(const http::Response& response) {
    const auto body = IdentityHouse::body_of(response);
    const auto* error = body.if_contains("error");
    return fmt::format("{} {}", response.status, error != nullptr ? std::string(error->as_string()) : "token");
  }
  static std::string token_of(const http::Response& response) {
    return std::string(IdentityHouse::body_of(response).at("access_token").as_string());
  }

  IdentityHouse house_{{.engine = GetParam()}};
  Software software_;
  int jti_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, ClientsTest, ::testing::ValuesIn(store::testing::store_cases()));

TEST_P(ClientsTest, ID_13_ATokenSpeaksForTheProfessionalOfTheDirectory) {
  const auto response = ask(claims_for(doctor()));
  ASSERT_EQ(response.status, 200) << response.body;
  const auto body = IdentityHouse::body_of(response);
  EXPECT_EQ(body.at("token_type"), "Bearer");
  EXPECT_EQ(body.at("expires_in"), 600);
  EXPECT_EQ(body.at("scope"), "documents.deposit documents.read");
  const auto who = house_.bearer(token_of(response));
  ASSERT_NE(who, nullptr);
  EXPECT_EQ(who->kind, Caller::Kind::software);
  EXPECT_EQ(who->client_id, "hopital");
  EXPECT_EQ(who->rpps, rpps);
  EXPECT_EQ(who->professional_name, "Lina Benali");
  EXPECT_EQ(who->profession, "10");
  EXPECT_EQ(who->structure_name, "Hôpital des Lilas");
  EXPECT_EQ(who->purpose, audit::Mode::normal);
  EXPECT_THAT(who->scopes, ElementsAre("documents.deposit", "documents.read"));
  EXPECT_EQ(house_.bearer(token_of(response) + "x"), nullptr);
  EXPECT_EQ(house_.bearer(""), nullptr);
  house_.reopen();
  EXPECT_NE(house_.bearer(token_of(response)), nullptr) << "durable";
  house_.clock().advance(std::chrono::minutes(10));
  EXPECT_EQ(house_.bearer(token_of(response)), nullptr);
}

TEST_P(ClientsTest, ID_13_AnAssertionServesOnce) {
  const auto given = claims_for(doctor());
  const auto assertion = software_.assertion(given);
  EXPECT_EQ(outcome(ask_with(assertion)), "200 token");
  EXPECT_EQ(outcome(ask_with(assertion)), "401 invalid_client");
  house_.reopen();
  EXPECT_EQ(outcome(ask_with(assertion)), "401 invalid_client") << "remembered across a restart";
  auto refused = claims_for({{"national_provider_identifier", "10000019999"}, {"subject_organization_id", finess}});
  EXPECT_EQ(outcome(ask(refused)), "400 invalid_request");
  EXPECT_EQ(outcome(ask(refused)), "401 invalid_client") << "spent even when refused";
}

TEST_P(ClientsTest, ID_13_OnlyItsOwnStructuresAndScopes) {
  EXPECT_EQ(outcome(ask(claims_for({{"national_provider_identifier", rpps}, {"subject_organization_id", "750001024"}}))), "400 unauthorized_client");
  EXPECT_EQ(outcome(ask(claims_for({{"national_provider_identifier", rpps}}))), "400 invalid_request") << "which of the two?";
  EXPECT_EQ(outcome(ask(claims_for(doctor()), "documents.read")), "200 token");
  EXPECT_EQ(outcome(ask(claims_for(doctor()), "documents.read admin")), "400 invalid_scope");
  EXPECT_EQ(outcome(ask(claims_for(doctor()), "documents.read ")), "400 invalid_scope");
  const auto read_only = ask(claims_for(doctor()), "documents.read");
  EXPECT_THAT(house_.bearer(token_of(read_only))->scopes, ElementsAre("documents.read"));
}

TEST_P(ClientsTest, ID_13_WithoutAProfessionalSoftwareDepositsOnly) {
  const json::object alone{{"subject_organization_id", finess}};
  const auto response = ask(claims_for(alone));
  ASSERT_EQ(response.status, 200);
  const auto who = house_.bearer(token_of(response));
  EXPECT_EQ(who->rpps, "");
  EXPECT_THAT(who->scopes, ElementsAre("documents.deposit"));
  EXPECT_EQ(outcome(ask(claims_for(alone), "documents.read")), "400 invalid_scope");
  json::object urgent = alone;
  urgent["purpose_of_use"] = "centre_15";
  EXPECT_EQ(outcome(ask(claims_for(urgent))), "400 invalid_request");
}

TEST_P(ClientsTest, EmergenciesAreSaid) {
  json::object urgent = doctor();
  urgent["purpose_of_use"] = "bris_de_glace";
  EXPECT_EQ(outcome(ask(claims_for(urgent))), "400 invalid_request") << "a reason is needed";
  urgent["reason"] = "inconscient";
  const auto who = house_.bearer(token_of(ask(claims_for(urgent))));
  EXPECT_EQ(who->purpose, audit::Mode::bris_de_glace);
  EXPECT_EQ(who->emergency_reason, "inconscient");
  urgent["purpose_of_use"] = "centre_15";
  urgent["reason"] = "";
  EXPECT_EQ(house_.bearer(token_of(ask(claims_for(urgent))))->purpose, audit::Mode::centre_15);
  urgent["purpose_of_use"] = "curiosity";
  EXPECT_EQ(outcome(ask(claims_for(urgent))), "400 invalid_request");
  urgent["purpose_of_use"] = "bris_de_glace";
  urgent["reason"] = std::string(501, 'x');
  EXPECT_EQ(outcome(ask(claims_for(urgent))), "400 invalid_request");
}

TEST_P(ClientsTest, WhoIsNotAuthenticatedIsToldNothingMore) {
  Software stranger;
  stranger.entropy.fill("x", std::span<std::uint8_t>());
  stranger.key = crypto::SigningKey::generate_ed25519(stranger.entropy);
  EXPECT_EQ(outcome(ask_with(stranger.assertion(claims_for(doctor())))), "401 invalid_client");
  json::object unknown = claims_for(doctor());
  unknown["iss"] = unknown["sub"] = "nobody";
  const auto unknown_client = ask(unknown), bad_signature = ask_with(stranger.assertion(claims_for(doctor())));
  EXPECT_EQ(unknown_client.body, bad_signature.body);
  EXPECT_EQ(outcome(ask_with("not.a.jwt")), "401 invalid_client");
  json::object late = claims_for(doctor());
  late["exp"] = house_.clock().now().ms / 1000 + 3600;
  EXPECT_EQ(outcome(ask(late)), "401 invalid_client");
  json::object elsewhere = claims_for(doctor());
  elsewhere["aud"] = "https://elsewhere.example/token";
  EXPECT_EQ(outcome(ask(elsewhere)), "401 invalid_client");
}

TEST_P(ClientsTest, TheTokenRequestIsRfc6749) {
  const auto form = [&](std::vector<std::pair<std::string, std::string>> pairs) { return outcome(house_.token(pairs, std::string(audience))); };
  EXPECT_EQ(form({{"grant_type", "password"}}), "400 unsupported_grant_type");
  EXPECT_EQ(form({}), "400 unsupported_grant_type");
  EXPECT_EQ(form({{"grant_type", "client_credentials"}}), "400 invalid_request");
  EXPECT_EQ(form({{"grant_type", "client_credentials"}, {"grant_type", "client_credentials"}}), "400 invalid_request");
  const auto response = ask(claims_for(doctor()));
  EXPECT_THAT(response.headers, Contains(http::Header{"Cache-Control", "no-store"}));
}

TEST_P(ClientsTest, GivenAgainReplacesKeysAndEndsTokens) {
  const auto token = token_of(ask(claims_for(doctor())));
  ASSERT_NE(house_.bearer(token), nullptr);
  Software renewed;
  renewed.key = crypto::SigningKey::generate_ed25519(renewed.entropy);
  must(add(renewed.file({finess})));
  EXPECT_EQ(house_.bearer(token), nullptr);
  EXPECT_EQ(outcome(ask(claims_for(doctor()))), "401 invalid_client");
  EXPECT_EQ(outcome(ask_with(renewed.assertion(claims_for({{"national_provider_identifier", rpps}})))), "200 token") << "its only structure";
}

TEST_P(ClientsTest, AFileIsRefusedWithEveryPath) {
  const auto paths = [&](const json::object& file) {
    std::vector<std::string> out;
    if (const auto added = add(file); !added) {
      for (const auto& issue : added.error().issues) out.push_back(issue.path);
    }
    return out;
  };
  json::object bad = software_.file();
  bad["secret"] = "s";
  bad["client_id"] = "with space";
  bad["scopes"] = json::array{"documents.deposit", "everything"};
  bad["structures"] = json::array{};
  bad["jwks"] = json::object{{"keys", json::array{json::object{{"kty", "oct"}, {"kid", "a"}, {"k", "b"}}}}};
  const auto found = paths(bad);
  for (const auto* path : {"/secret", "/client_id", "/scopes/1", "/structures", "/jwks/keys/0/k"}) EXPECT_THAT(found, Contains(path));
  json::object unknown = software_.file({"999999999"});
  EXPECT_THAT(paths(unknown), ElementsAre("/structures/0"));
  EXPECT_FALSE(io::run(house_.identity().add_client("[]")).has_value());
  EXPECT_FALSE(io::run(house_.identity().add_client("{\"client_id\":\"a\",\"client_id\":\"b\"}")).has_value());
}

TEST_P(ClientsTest, ID_13_TheScopesOfTheRecordAreLikeThoseOfDocuments) {
  json::object file = software_.file();
  file["scopes"] = json::array{"record.read", "record.write"};
  ASSERT_TRUE(add(file).has_value());
  EXPECT_THAT(house_.bearer(token_of(ask(claims_for(doctor()))))->scopes, ElementsAre("record.read", "record.write"));
  EXPECT_THAT(house_.bearer(token_of(ask(claims_for(json::object{{"subject_organization_id", finess}}))))->scopes,
              ElementsAre("record.write"));
}

TEST_P(ClientsTest, TheDirectoryTakesWellFormedNumbersOnly) {
  const auto put = [&](const Structure& structure, const Professional& professional) {
    return house_.write<bool>([&](store::Tx& tx) -> kernel::Result<bool> {
      CARNET_CHECK(house_.identity().put_structure(tx, structure));
      CARNET_CHECK(house_.identity().put_professional(tx, professional));
      return true;
    });
  };
  EXPECT_TRUE(put({"2A0001000", "Cabinet", "practice"}, {"10000010002", "Paul Roy", "60", ""}));
  EXPECT_TRUE(put({"2A0001000", "Cabinet des Pins", "practice"}, {"10000010002", "Paul Roy-Durand", "60", ""}));
  EXPECT_EQ(house_.count("SELECT count(*) FROM structure"), 3);
  EXPECT_FALSE(put({"75", "Cabinet", "practice"}, {"10000010002", "Paul Roy", "60", ""}));
  EXPECT_FALSE(put({"2A0001000", "Cabinet", "practice"}, {"1000001000", "Paul Roy", "60", ""}));
}

TEST_P(ClientsTest, TheDirectoryIsReadFromAFileAndBadLinesAreSetAside) {
  const store::testing::TempDirectory folder;
  const auto csv = folder / "annuaire.csv";
  const std::string good = "kind;id;name;profession;specialty;setting\nprofessional;10100000099;Noé Roux;60;;\nstructure;2A0000018;\"Centre; d'Ajaccio\";;;SA01\n";
  const std::string bad = "professional;123;X;60;;\nprofessional;10100000098;;60;;\nprofessional;10100000097;Y;;;\nlab;750001008;Z;;;\nstructure;1;Z;;;\na;b\n\"open\n";
  ASSERT_TRUE(io::replace_file(csv, kernel::as_bytes(good + bad), 0600));
  for (int time = 0; time < 2; ++time) {
    const auto done = must(io::run(house_.identity().import_directory(csv, folder / "aside", {})));
    EXPECT_EQ(done.professionals, 1);
    EXPECT_EQ(done.structures, 1);
    EXPECT_EQ(done.set_aside, 7);
  }
  EXPECT_EQ(kernel::as_text(*io::read_file(folder / "aside", 4096)),
            "line;field;reason\n4;id;value\n5;name;missing\n6;profession;missing\n7;kind;value\n8;id;value\n9;line;columns\n10;line;quote\n");
  must(house_.write<bool>([&](store::Tx& tx) -> kernel::Result<bool> {
    EXPECT_EQ((*house_.identity().professional(tx, "10100000099"))->name, "Noé Roux");
    EXPECT_EQ((*house_.identity().structure(tx, "2A0000018"))->name, "Centre; d'Ajaccio");
    return true;
  }));
  ASSERT_TRUE(io::replace_file(csv, kernel::as_bytes("id;kind\n"), 0600));
  const auto refused = io::run(house_.identity().import_directory(csv, folder / "aside", {}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "identity.directory_header");
}

}  // namespace
}  // namespace carnet::identity
