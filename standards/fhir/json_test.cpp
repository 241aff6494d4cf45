#include "standards/fhir/json.hpp"

#include <gtest/gtest.h>

namespace carnet::fhir {
namespace {

std::string problem(std::string_view text) {
  const auto json = Json::parse(text);
  if (json) return "accepted";
  return json.error().issues.front().code + " " + json.error().issues.front().path;
}

TEST(Json, ReadsEveryKindOfValueAndKeepsItsBytes) {
  constexpr std::string_view text =
      R"( { "resourceType" : "Observation", "v" : 1.500, "n":[ -0, 2e+10, true, false, null ], "t":"a\u00e9\ud83d\ude00\n\"" , "o":{} } )";
  const auto json = Json::parse(text);
  ASSERT_TRUE(json);
  const Value root = json->root();
  EXPECT_EQ(root["v"].text(), "1.500") << "a decimal keeps its digits";
  EXPECT_EQ(root["n"].size(), 5u);
  EXPECT_EQ(root["n"].first().raw(), "-0");
  EXPECT_TRUE(root["n"].first().next().next().is(Kind::boolean));
  EXPECT_EQ(root["t"].text(), "aé😀\n\"");
  EXPECT_EQ(root["t"].plain_text(), "");
  EXPECT_EQ(root["o"].raw(), "{}");
  EXPECT_FALSE(root["absent"]);
  EXPECT_EQ(root["absent"]["deeper"].text(), "");
}

TEST(Json, TellsTheElementPathOfEachValue) {
  const auto json =
      Json::parse(R"({"resourceType":"Bundle","entry":[{},{"resource":{"resourceType":"List","type":{}}}]})");
  ASSERT_TRUE(json);
  const Value resource = json->root()["entry"].first().next()["resource"];
  EXPECT_EQ(resource["type"].path(), "Bundle.entry[1].resource.type");
  EXPECT_EQ(resource.path_of("code"), "Bundle.entry[1].resource.code");
  EXPECT_EQ(json->root().path(), "Bundle");
}

TEST(Json, RefusesMembersThatStandTwice) {
  EXPECT_EQ(problem(R"({"resourceType":"Bundle","entry":[{"a":1,"b":2,"a":1}]})"), "structure Bundle.entry[0].a");
}

TEST(Json, RefusesWhatIsNotWellFormedAndSaysWhere) {
  EXPECT_EQ(problem(R"({"resourceType":"Bundle","entry":[{"x":}]})"), "structure Bundle.entry[0].x");
  EXPECT_EQ(problem(R"({"resourceType":"Bundle","entry":[1,]})"), "structure Bundle.entry[1]");
  EXPECT_EQ(problem("{\"resourceType\":\"Bun\x01"), "structure Resource.resourceType");
  for (const std::string_view number : {"007", "-01", "0x1", "1.2.3", "1e5.0", "1_000", "1-1", "1."})
    EXPECT_EQ(problem(R"({"resourceType":"Bundle","total":)" + std::string(number) + "}"), "structure Bundle.total") << number;
  for (const std::string_view text : {"",
                                      "[]",
                                      "{",
                                      "{\"a\":1} x",
                                      "{\"a\":01}",
                                      "{\"a\":1.}",
                                      "{\"a\":+1}",
                                      "{\"a\":.5}",
                                      "{\"a\":1e}",
                                      "{\"a\":nul}",
                                      "{\"a\":\"\x01\"}",
                                      "{\"a\":\"\\x\"}",
                                      "{\"a\":\"\\ud800\"}",
                                      "{\"a\":\"\\udc00\"}",
                                      "{\"a\":\"\\u12\"}",
                                      "{\"a\":\"\\u0000\"}",
                                      "{\"\\u0061\":1}",
                                      "{a:1}",
                                      "{\"a\":'b'}",
                                      "{\"a\":\"b",
                                      "{\"a\":1,}",
                                      "{\"a\" 1}",
                                      "\xEF\xBB\xBF{}",
                                      "{\"a\":\"\xC3\"}",
                                      "{\"a\":\"\xED\xA0\x80\"}"})
    EXPECT_NE(problem(text), "accepted") << text;
}

TEST(Json, BoundsDepthAndNumberOfValues) {
  const auto nested = [](std::size_t depth) {
    return "{\"a\":" + std::string(depth, '[') + "1" + std::string(depth, ']') + "}";
  };
  EXPECT_EQ(problem(nested(max_json_depth - 1)), "accepted");
  EXPECT_EQ(problem(nested(max_json_depth)).substr(0, 10), "too-costly");
  EXPECT_EQ(problem(nested(10'000'000)).substr(0, 10), "too-costly");
  std::string many = "{\"a\":[0";
  for (std::size_t i = 0; i < max_json_values; ++i) many += ",0";
  EXPECT_EQ(problem(many + "]}").substr(0, 10), "too-costly");
  const auto large = Json::parse(std::string(max_json_bytes + 1, ' '));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, kernel::ErrorKind::too_large);
}

TEST(Json, UnknownMembersAreNamed) {
  const auto json =
      Json::parse(R"({"resourceType":"X","status":1,"_status":{},"id":"a","extension":[],"securitylabel":[]})");
  ASSERT_TRUE(json);
  std::vector<kernel::Issue> issues;
  refuse_unknown_members(json->root(), {"resourceType", "status"}, issues);
  ASSERT_EQ(issues.size(), 1u);
  EXPECT_EQ(issues[0].path, "X.securitylabel");
}

TEST(Base64, AgreesWithTheExactDecoderOnEveryLengthAndFault) {
  kernel::Bytes bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(decode_base64(kernel::to_base64(bytes)), bytes) << i;
    bytes.push_back(static_cast<std::uint8_t>(i * 37));
  }
  EXPECT_EQ(decode_base64("QUJD\nREVG"), kernel::to_bytes("ABCDEF"));
  for (const std::string_view bad : {"QUJ", "QUJD=", "QU=D", "QUJDR===", "QUJ-", "QUJDR!==", "====", "QUJDRR=="})
    EXPECT_FALSE(decode_base64(bad)) << bad;
}

}  // namespace
}  // namespace carnet::fhir
