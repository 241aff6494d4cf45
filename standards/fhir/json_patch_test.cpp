#include "standards/fhir/json_patch.hpp"

#include <gtest/gtest.h>

namespace carnet::fhir {
namespace {

std::string outcome(const kernel::Error& error) {
  return error.code + (error.issues.empty() ? "" : " " + error.issues.front().path);
}

std::string patched(std::string_view document, std::string_view patch) {
  const auto json = Json::parse(document);
  if (!json) return "document " + outcome(json.error());
  const auto operations = read_json_patch(patch);
  if (!operations) return outcome(operations.error());
  const auto result = apply_json_patch(*json, *operations);
  return result ? *result : outcome(result.error());
}

// The cases of RFC 6902, appendix A, in its order.
TEST(JsonPatch, CasesOfTheRfc) {
  struct Case {
    std::string_view document, patch, result;
  };
  constexpr Case cases[] = {
      {R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux"}])", R"({"foo":"bar","baz":"qux"})"},
      {R"({"foo":["bar","baz"]})", R"([{"op":"add","path":"/foo/1","value":"qux"}])", R"({"foo":["bar","qux","baz"]})"},
      {R"({"baz":"qux","foo":"bar"})", R"([{"op":"remove","path":"/baz"}])", R"({"foo":"bar"})"},
      {R"({"foo":["bar","qux","baz"]})", R"([{"op":"remove","path":"/foo/1"}])", R"({"foo":["bar","baz"]})"},
      {R"({"baz":"qux","foo":"bar"})", R"([{"op":"replace","path":"/baz","value":"boo"}])",
       R"({"baz":"boo","foo":"bar"})"},
      {R"({"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}})",
       R"([{"op":"move","from":"/foo/waldo","path":"/qux/thud"}])",
       R"({"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}})"},
      {R"({"foo":["all","grass","cows","eat"]})", R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])",
       R"({"foo":["all","cows","eat","grass"]})"},
      {R"({"baz":"qux","foo":["a",2,"c"]})",
       R"([{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}])",
       R"({"baz":"qux","foo":["a",2,"c"]})"},
      {R"({"baz":"qux"})", R"([{"op":"test","path":"/baz","value":"bar"}])", "fhir.patch_refused [0].value"},
      {R"({"foo":"bar"})", R"([{"op":"add","path":"/child","value":{"grandchild":{}}}])",
       R"({"foo":"bar","child":{"grandchild":{}}})"},
      {R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux","xyz":123}])", R"({"foo":"bar","baz":"qux"})"},
      {R"({"foo":"bar"})", R"([{"op":"add","path":"/baz/bat","value":"qux"}])", "fhir.patch_refused [0].path"},
      {R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux","op":"remove"}])",
       "fhir.json Resource.patch[0].op"},
      {R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":10}])", R"({"/":9,"~1":10})"},
      {R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":"10"}])", "fhir.patch_refused [0].value"},
      {R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-","value":["abc","def"]}])",
       R"({"foo":["bar",["abc","def"]]})"},
  };
  for (const auto& one : cases) EXPECT_EQ(patched(one.document, one.patch), one.result) << one.patch;
}

TEST(JsonPatch, KeepsTheTextOfWhatItDoesNotTouch) {
  EXPECT_EQ(patched(R"({"v":1.00,"t":"\u00e9\/","n":{"x":-0e1}})", R"([{"op":"copy","from":"/v","path":"/w"}])"),
            R"({"v":1.00,"t":"\u00e9\/","n":{"x":-0e1},"w":1.00})");
}

TEST(JsonPatch, ComparesByValue) {
  for (const auto* same : {"1.0", "1.00", "10e-1", "1", "0.1E+1"})
    EXPECT_EQ(patched(R"({"v":1.0})", std::string(R"([{"op":"test","path":"/v","value":)") + same + "}]"),
              R"({"v":1.0})")
        << same;
  for (const auto* other : {"1.01", "-1", "\"1\"", "10", "true"})
    EXPECT_EQ(patched(R"({"v":1.0})", std::string(R"([{"op":"test","path":"/v","value":)") + other + "}]"),
              "fhir.patch_refused [0].value")
        << other;
  EXPECT_EQ(patched(R"({"o":{"a":"\u00e9","b":[0]}})", R"([{"op":"test","path":"/o","value":{"b":[-0.0],"a":"é"}}])"),
            R"({"o":{"a":"\u00e9","b":[0]}})");
}

TEST(JsonPatch, RefusesWhatItCannotReadSayingWhere) {
  EXPECT_EQ(patched("{}", "{}"), "fhir.patch ");
  EXPECT_EQ(patched("{}", "[],\"x\":[]"), "fhir.patch ");
  EXPECT_EQ(patched("{}", R"([{"op":"spam","path":"/a"}])"), "fhir.patch [0].op");
  EXPECT_EQ(patched("{}", R"([{"op":"add","path":"a","value":1}])"), "fhir.patch [0].path");
  EXPECT_EQ(patched("{}", R"([{"op":"add","path":"/a~2","value":1}])"), "fhir.patch [0].path");
  EXPECT_EQ(patched("{}", R"([{"op":"add","path":"/a"}])"), "fhir.patch [0].value");
  EXPECT_EQ(patched("{}", R"([{"op":"copy","path":"/a"}])"), "fhir.patch [0].from");
  EXPECT_EQ(patched("{}", R"([1])"), "fhir.patch [0]");
}

TEST(JsonPatch, RefusesWhatCannotBe) {
  const auto document = R"({"a":[1,2],"o":{"p":{}}})";
  for (const auto* path : {"/a/3", "/a/01", "/a/-1", "/a/1e0", "/o/p/q/r", "/a/0/x"})
    EXPECT_EQ(patched(document, std::string(R"([{"op":"add","path":")") + path + R"(","value":1}])"),
              "fhir.patch_refused [0].path")
        << path;
  for (const auto* path : {"/a/2", "/a/-", "/x", "", "/o/q"})
    EXPECT_EQ(patched(document, std::string(R"([{"op":"remove","path":")") + path + R"("}])"),
              "fhir.patch_refused [0].path")
        << path;
  EXPECT_EQ(patched(document, R"([{"op":"move","from":"/o","path":"/o/p/x"}])"), "fhir.patch_refused [0].path");
  EXPECT_EQ(patched(document, R"([{"op":"replace","path":"","value":[]}])"), "fhir.patch_refused [0].value");
  EXPECT_EQ(patched(document, R"([{"op":"add","path":"/b\"c","value":1}])"), "fhir.patch_refused [0].path");
}

TEST(JsonPatch, MakesNoNameThatCouldNotBeReadAgain) {
  const auto add = [](std::size_t length) {
    return patched("{}", R"([{"op":"add","path":"/)" + std::string(length, 'a') + R"(","value":1}])");
  };
  EXPECT_EQ(add(128), "{\"" + std::string(128, 'a') + "\":1}");
  EXPECT_EQ(add(129), "fhir.patch_refused [0].path");
}

TEST(JsonPatch, DoesNotGrowWithoutEnd) {
  std::string patch = "[";
  for (int i = 0; i < 40; ++i)
    patch += std::string(i == 0 ? "" : ",") + R"({"op":"copy","from":"/a","path":"/a/-"})";
  EXPECT_TRUE(patched(R"({"a":["0123456789"]})", patch + "]").starts_with("fhir.patch_refused"));
}

// ---- labels by meaning
constexpr std::string_view n = R"({"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]})";
constexpr std::string_view r = R"({"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]})";
std::string flag(std::string_view code) {
  return R"({"coding":[{"system":"urn:oid:1.2.250.1.213.1.1.4.13","code":")" + std::string(code) + R"("}]})";
}
std::string labels(std::vector<std::string> all) {
  std::string out = R"({"securityLabel":[)";
  for (std::size_t i = 0; i < all.size(); ++i) out += (i == 0 ? "" : ",") + all[i];
  return out + "]}";
}
std::string with_meaning(const std::string& document, const std::string& patch, bool guarded = false) {
  const auto json = Json::parse(document);
  const auto operations = read_json_patch(patch);
  const auto result = apply_json_patch(*json, *operations, Labels{{"securityLabel"}, guarded});
  return result ? *result : outcome(result.error());
}
std::string operation(std::string_view op, std::string_view path, std::string_view value) {
  return "{\"op\":\"" + std::string(op) + "\",\"path\":\"" + std::string(path) + "\"" +
         (value.empty() ? "" : ",\"value\":" + std::string(value)) + "}";
}

TEST(JsonPatchLabels, ReplacingTheFirstLabelDropsNoOther) {
  const std::string masked = flag("MASQUE_PS"), hidden = flag("INVISIBLE_REPRESENTANTS_LEGAUX"), plain(n);
  const auto replace_first = [](std::string_view value) { return "[" + operation("replace", "/securityLabel/0", value) + "]"; };
  EXPECT_EQ(with_meaning(labels({plain}), replace_first(masked)), labels({masked, plain})) << "N is kept";
  EXPECT_EQ(with_meaning(labels({hidden, plain}), replace_first(masked)), labels({masked, plain, hidden})) << "hidden stays";
  EXPECT_EQ(with_meaning(labels({hidden, plain}), replace_first(r)), labels({std::string(r), hidden})) << "N became R";
  EXPECT_EQ(with_meaning(labels({plain, hidden}), replace_first(hidden)), labels({hidden, plain}));
  EXPECT_EQ(with_meaning(labels({plain}), "[" + operation("replace", "/securityLabel/0/coding/0/code", "\"MASQUE_PS\"") + "]")
                .find("\"N\"") == std::string::npos,
            false)
      << "a code changed inside a label is the label changed";
}

TEST(JsonPatchLabels, ALabelGoesOnlyWhenItIsMeant) {
  const std::string masked = flag("MASQUE_PS"), plain(n);
  const std::string remove = operation("remove", "/securityLabel/1", "");
  EXPECT_EQ(with_meaning(labels({plain, masked}), "[" + remove + "]"), "fhir.patch_refused [0].path");
  EXPECT_EQ(with_meaning(labels({plain, masked}), "[" + remove + "]", true), labels({plain}));
  EXPECT_EQ(with_meaning(labels({plain, masked}), "[" + operation("test", "/securityLabel/1", masked) + "," + remove + "]"),
            labels({plain}));
  EXPECT_EQ(with_meaning(labels({masked, plain}), "[" + remove + "]", true), "fhir.patch_refused [0].path")
      << "confidentiality does not go";
  EXPECT_EQ(with_meaning(labels({plain, masked}), "[" + operation("remove", "/securityLabel", "") + "]", true),
            "fhir.patch_refused [0].path");
  EXPECT_EQ(with_meaning(labels({plain, masked}), "[" + operation("replace", "/securityLabel", "[" + plain + "]") + "]"),
            labels({plain}))
      << "the array says all";
  EXPECT_EQ(with_meaning(labels({plain}), "[" + operation("replace", "/securityLabel", "[" + masked + "]") + "]"),
            labels({masked, plain}));
}

TEST(JsonPatchLabels, AddingIsByMeaningToo) {
  const std::string masked = flag("MASQUE_PS"), plain(n);
  EXPECT_EQ(with_meaning(labels({plain}), "[" + operation("add", "/securityLabel/-", r) + "]"), labels({std::string(r)}));
  EXPECT_EQ(with_meaning(labels({plain, masked}), "[" + operation("add", "/securityLabel/0", masked) + "]"),
            labels({masked, plain}));
  EXPECT_EQ(with_meaning(R"({"a":1})", "[" + operation("add", "/securityLabel", "[" + masked + "]") + "]"),
            R"({"a":1,"securityLabel":[)" + masked + "]}");
}

}  // namespace
}  // namespace carnet::fhir
