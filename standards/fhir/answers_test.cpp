#include "standards/fhir/answers.hpp"

#include <gtest/gtest.h>

#include "standards/fhir/json.hpp"
#include "standards/fhir/writer.hpp"

namespace carnet::fhir {
namespace {

Json parsed(const std::string& text) {
  auto json = Json::parse(text);
  EXPECT_TRUE(json) << text;
  return std::move(*json);
}

TEST(Outcome, SaysWhereWithOneExpressionPerPlace) {
  kernel::Error error{kernel::ErrorKind::invalid, "record.refused", {}, {}};
  error.issues.push_back({"business-rule", "Bundle.entry[1].resource.type | ClinicalDocument/code", "differ"});
  error.issues.push_back(
      {"birth-date", "Bundle.entry[1].resource.contained[0].birthDate", "differs from the register"});
  const std::string text = operation_outcome(error, "r");
  const Json json = parsed(text);
  const Value first = json.root()["issue"].first();
  EXPECT_EQ(first["expression"].raw(), R"(["Bundle.entry[1].resource.type","ClinicalDocument/code"])");
  EXPECT_TRUE(first["code"].has_text("business-rule"));
  EXPECT_TRUE(first["details"]["coding"].first()["code"].has_text("record.refused"));
  const Value second = first.next();
  EXPECT_TRUE(second["code"].has_text("invalid")) << "a code of ours is not one of FHIR";
  EXPECT_TRUE(second["details"]["coding"].first()["code"].has_text("birth-date"));
}

TEST(Outcome, FaultsKeepTheirDetailInside) {
  const kernel::Error error{kernel::ErrorKind::fault, "store.failed", "cannot open /var/x", {}};
  const std::string text = operation_outcome(error, "req-7");
  EXPECT_EQ(text.find("/var"), std::string::npos);
  EXPECT_EQ(text.find("store.failed"), std::string::npos);
  EXPECT_NE(text.find("req-7"), std::string::npos);
}

TEST(Outcome, NotFoundHasTheSameBytesWhateverTheRequest) {
  const kernel::Error error{kernel::ErrorKind::not_found, "not_found", {}, {}};
  EXPECT_EQ(operation_outcome(error, "one"), operation_outcome(error, "two"));
}

TEST(Bundles, ADepositIsAnsweredEntryByEntry) {
  const std::string answer =
      transaction_response("s", {{"201 Created", "List/1/_history/1", "W/\"1\"", "2024-01-01T00:00:00Z"}});
  EXPECT_TRUE(parsed(answer).root()["entry"].first()["response"]["etag"].has_text("W/\"1\""));
}

TEST(Bundles, AreAppendedInOrder) {
  BundleWriter found("searchset", 100);
  found.total(2);
  found.link("self", "https://h/a?b=\"");
  found.found("https://h/Observation/1", R"({"resourceType":"Observation","v":1.0})", "match");
  found.found({}, outcome_note("warning", "not-supported", "x"), "outcome");
  const std::string text = found.take();
  const Json json = parsed(text);
  EXPECT_TRUE(json.root()["link"].first()["url"].has_text("https://h/a?b=\""));
  EXPECT_EQ(json.root()["entry"].first()["resource"].raw(), R"({"resourceType":"Observation","v":1.0})");
  EXPECT_EQ(json.root()["entry"].size(), 2u);

  BundleWriter history("history", 0);
  history.total(2);
  history.version("u", R"({"resourceType":"List"})", "PUT", "List/1", {"200 OK", "List/1/_history/2", "W/\"2\"", "i"});
  history.version("u", {}, "DELETE", "List/1", {"204 No Content", {}, {}, {}});
  const std::string versions = history.take();
  const Json read = parsed(versions);
  EXPECT_TRUE(read.root()["entry"].first()["response"]["etag"].has_text("W/\"2\""));
  EXPECT_FALSE(read.root()["entry"].first().next()["resource"]);

  BundleWriter answers("batch-response", 0);
  answers.answer({}, {"404 Not Found", {}, {}, {}}, outcome_note("error", "not-found", ""));
  const std::string answered = answers.take();
  EXPECT_TRUE(parsed(answered).root()["entry"].first()["response"]["outcome"]["resourceType"].has_text("OperationOutcome"));
  const std::string none = BundleWriter("searchset", 0).take();
  EXPECT_FALSE(parsed(none).root()["entry"]);
}

TEST(Pretty, ChangesWhiteSpaceOnly) {
  EXPECT_EQ(pretty(R"({"a":[1.0,{"b":"x{,:\\\"[ "}],"c":{},"d":[ ]})"),
            "{\n  \"a\": [\n    1.0,\n    {\n      \"b\": \"x{,:\\\\\\\"[ \"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}");
}

TEST(Capability, SaysWhatItIsGiven) {
  Capability of{"https://h/fhir/R4", "2024-01-01", "https://h/oauth/token"};
  of.interactions = {"transaction", "batch"};
  TypeCapability type;
  type.type = "Observation";
  type.interactions = {"read", "create"};
  type.versioning = "versioned";
  type.parameters = {{"code", "token", {}}};
  type.operations = {"validate"};
  of.types.push_back(type);
  const std::string text = capability_statement(of);
  const Json json = parsed(text);
  const Value rest = json.root()["rest"].first();
  EXPECT_EQ(rest["resource"].size(), 1u);
  EXPECT_EQ(rest["resource"].first()["interaction"].raw(), R"([{"code":"read"},{"code":"create"}])");
  EXPECT_EQ(rest["resource"].first()["updateCreate"].text(), "false");
  EXPECT_TRUE(rest["interaction"].first()["code"].has_text("transaction"));
}

TEST(Writer, EscapesWhatJsonCannotHold) {
  Writer out;
  out.object().text("a", "q\"b\\n\nt\t\x01é").end_object();
  const std::string text = out.take();
  EXPECT_EQ(parsed(text).root()["a"].text(), "q\"b\\n\nt\t\x01é");
}

}  // namespace
}  // namespace carnet::fhir
