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

TEST(Bundles, AreWellFormedWithAndWithoutEntries) {
  Searchset empty;
  empty.self = "https://h/fhir/R4/DocumentReference?patient=Patient/x";
  const std::string none = searchset(empty);
  EXPECT_FALSE(parsed(none).root()["entry"]);
  empty.total = 2;
  empty.next = "n";
  empty.entries = {{"u", R"({"resourceType":"DocumentReference"})", FoundEntry::Mode::match},
                   {"", outcome_note("warning", "not-supported", "unknown: \"x\""), FoundEntry::Mode::outcome}};
  const std::string some = searchset(empty);
  const Json json = parsed(some);
  EXPECT_EQ(json.root()["entry"].size(), 2u);
  EXPECT_EQ(json.root()["link"].size(), 2u);
  EXPECT_EQ(json.root()["total"].text(), "2");
  const std::string answer =
      transaction_response("s", {{"201 Created", "List/1/_history/1", "W/\"1\"", "2024-01-01T00:00:00Z"}});
  EXPECT_TRUE(parsed(answer).root()["entry"].first()["response"]["etag"].has_text("W/\"1\""));
}

TEST(Capability, IsWellFormedAndNamesTheTransactions) {
  const std::string text = capability_statement({"https://h/fhir/R4", "2024-01-01", "https://h/oauth/token"});
  const Json json = parsed(text);
  const Value rest = json.root()["rest"].first();
  EXPECT_EQ(rest["resource"].size(), 4u);
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
