#include "foundation/kernel/json.hpp"

#include <gtest/gtest.h>

namespace carnet::kernel {
namespace {

std::string refusal(std::string_view text) {
  const auto parsed = parse_object(text);
  if (parsed) return "accepted";
  EXPECT_EQ(parsed.error().kind, ErrorKind::invalid);
  EXPECT_EQ(parsed.error().code, "body");
  EXPECT_EQ(parsed.error().issues.size(), 1U);
  return parsed.error().issues.front().code;
}

std::string nested(std::size_t depth, std::string_view open, std::string_view close) {
  std::string out = "{\"a\":";
  for (std::size_t i = 1; i < depth; ++i) out += open;
  out += "1";
  for (std::size_t i = 1; i < depth; ++i) out += close;
  return out + "}";
}

TEST(ParseObject, ReadsAnObject) {
  const auto parsed = parse_object(
      " {\"code\": \"K7QM\", \"n\": -3, \"ok\": true, \"none\": null, \"list\": [1, {\"x\": 1}, {\"x\": 2}], "
      "\"inner\": {\"code\": 1.5}, \"accent\": \"\\u00e9\xC3\xA9\"} \n");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->at("code").as_string(), "K7QM");
  EXPECT_EQ(parsed->at("n").as_int64(), -3);
  EXPECT_TRUE(parsed->at("none").is_null());
  EXPECT_EQ(parsed->at("list").as_array().size(), 3U);
  EXPECT_EQ(parsed->at("inner").as_object().at("code").as_double(), 1.5);
  EXPECT_EQ(parsed->at("accent").as_string(), "\xC3\xA9\xC3\xA9");
  EXPECT_TRUE(parse_object("{}"));
}

TEST(ParseObject, KeepsLongTextsWhole) {
  const std::string key(5000, 'k');
  const std::string value(100'000, 'v');
  const auto parsed = parse_object("{\"" + key + "\":\"" + value + "\"}");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->at(key).as_string(), value);
}

TEST(ParseObject, RefusesDuplicateKeysAtAnyDepth) {
  EXPECT_EQ(refusal("{\"a\":1,\"a\":2}"), "duplicate");
  EXPECT_EQ(refusal("{\"a\":1,\"b\":2,\"a\":1}"), "duplicate");
  EXPECT_EQ(refusal("{\"x\":[{\"a\":{\"b\":1,\"b\":1}}]}"), "duplicate");
  EXPECT_EQ(refusal("{\"a\":1,\"\\u0061\":2}"), "duplicate") << "the same key, spelt otherwise";
  EXPECT_EQ(refusal("{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1}}"), "accepted");
}

TEST(ParseObject, RefusesWhatIsNotOneObject) {
  for (const auto* text : {"",
                           " ",
                           "{",
                           "}",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{'a':1}",
                           "{\"a\":01}",
                           "{\"a\":1}x",
                           "{\"a\":1}{}",
                           "{\"a\":NaN}",
                           "{\"a\":1 // no\n}",
                           "{\"a\":\"\x01\"}",
                           "{\"a\":\"\xC3\"}",
                           "{\"a\":\"\xED\xA0\x80\"}",
                           "{\"a\":\"\\ud800\"}",
                           "\xEF\xBB\xBF{}",
                           "{\"a\":tru",
                           "{\"a\":\"unfinished"}) {
    EXPECT_EQ(refusal(text), "syntax") << text;
  }
  EXPECT_EQ(refusal(std::string_view("{}\0", 3)), "syntax");
  for (const auto* text : {"[]", "[{}]", "1", "\"a\"", "null", "true"}) EXPECT_EQ(refusal(text), "structure") << text;
  EXPECT_EQ(refusal("{\"a\":1e999}"), "value");
  EXPECT_EQ(refusal("{\"a\":-1e999}"), "value");
}

TEST(ParseObject, BoundsDepth) {
  EXPECT_EQ(refusal(nested(32, "[", "]")), "accepted");
  EXPECT_EQ(refusal(nested(33, "[", "]")), "syntax");
  EXPECT_EQ(refusal(nested(33, "{\"a\":", "}")), "syntax");
  EXPECT_EQ(refusal(nested(1'000'000, "[", "]")), "syntax");
}

class Reading : public testing::Test {
 protected:
  json::object body = *parse_object(
      "{\"code\":\"K7QM\",\"empty\":\"\",\"none\":null,\"n\":5,\"big\":9223372036854775808,\"ratio\":1.5,\"ok\":true,"
      "\"nul\":\"a\\u0000b\",\"a/b~c\":1}");
  static std::vector<std::string> told(const Reader& in) {
    std::vector<std::string> out;
    for (const auto& issue : in.error().error().issues) out.push_back(issue.code + " " + issue.path);
    return out;
  }
  using Told = std::vector<std::string>;
};

TEST_F(Reading, ReadsWhatIsThere) {
  Reader in(body);
  EXPECT_EQ(in.text("code", 4), "K7QM");
  EXPECT_EQ(in.optional_text("code", 4), "K7QM");
  EXPECT_EQ(in.optional_text("none", 4), "");
  EXPECT_EQ(in.optional_text("absent", 4), "");
  EXPECT_EQ(in.optional_text("empty", 4), "");
  EXPECT_EQ(in.integer("n", 5, 5), 5);
  EXPECT_TRUE(in.boolean("ok"));
  in.only({"code", "empty", "none", "n", "big", "ratio", "ok", "nul", "a/b~c"});
  EXPECT_TRUE(in.ok());
}

TEST_F(Reading, GathersEveryIssueWithItsPath) {
  Reader in(body, "/person");
  EXPECT_EQ(in.text("code", 3), "");
  EXPECT_EQ(in.text("absent", 9), "");
  EXPECT_EQ(in.text("none", 9), "");
  EXPECT_EQ(in.text("empty", 9), "");
  EXPECT_EQ(in.text("n", 9), "");
  EXPECT_EQ(in.text("nul", 9), "");
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(told(in), (Told{"too-long /person/code", "required /person/absent", "required /person/none",
                            "required /person/empty", "type /person/n", "value /person/nul"}));
  EXPECT_EQ(in.error().error().kind, ErrorKind::invalid);
}

TEST_F(Reading, JudgesNumbersAndBooleans) {
  Reader in(body);
  (void)in.integer("n", 6, 9);
  (void)in.integer("n", 1, 4);
  (void)in.integer("big", 0, std::numeric_limits<std::int64_t>::max());
  (void)in.integer("ratio", 0, 9);
  (void)in.integer("code", 0, 9);
  (void)in.integer("absent", 0, 9);
  (void)in.boolean("n");
  (void)in.boolean("none");
  EXPECT_EQ(told(in), (Told{"value /n", "value /n", "value /big", "type /ratio", "type /code", "required /absent",
                            "type /n", "required /none"}));
}

TEST_F(Reading, TheSameMemberReadTwiceIsToldTwice) {
  Reader in(body);
  (void)in.text("absent", 9);
  (void)in.text("absent", 9);
  EXPECT_EQ(told(in), (Told{"required /absent", "required /absent"}));
}

TEST_F(Reading, UnknownMembersAreIssuesWithEscapedPointers) {
  Reader in(body);
  in.only({"code", "empty", "none", "n", "big", "ratio", "ok", "nul"});
  EXPECT_EQ(told(in), (Told{"unknown /a~1b~0c"}));
}

}  // namespace
}  // namespace carnet::kernel
