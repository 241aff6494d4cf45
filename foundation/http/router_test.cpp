#include "foundation/http/router.hpp"

#include <gtest/gtest.h>

namespace carnet::http {
namespace {

io::Task<kernel::Result<Response>> nothing(Exchange&) {
  co_return Response::empty(204);
}

class RouterTest : public ::testing::Test {
 protected:
  kernel::Status add(Method method, std::string path, std::string limit = {}) {
    return router_.add(
        {.method = method, .path_template = std::move(path), .handler = nothing, .limit = std::move(limit)}, limits_);
  }
  std::string found(std::string_view path, Method method = Method::get) const {
    const auto match = router_.match(method, path);
    if (match.route == nullptr) return match.path_exists ? "405 " + match.allow : "404";
    std::string text = match.route->route.path_template;
    for (const auto& [name, value] : match.parameters) text += " " + name + "=" + value;
    return text;
  }
  Limits limits_{{{"default", 1, 1, Limit::Fails::open, ""}, {"slow", 1, 1, Limit::Fails::open, ""}}};
  Router router_;
};

TEST_F(RouterTest, LiteralsBeforeNamesBeforeTheRest) {
  for (const auto* path :
       {"/", "/a", "/a/{id}", "/a/new", "/a/{id}/b", "/a/new/c", "/a/{all...}", "/s/{x}/{rest...}"}) {
    ASSERT_TRUE(add(Method::get, path)) << path;
  }
  EXPECT_EQ(found("/"), "/");
  EXPECT_EQ(found("/a"), "/a");
  EXPECT_EQ(found("/a/new"), "/a/new");
  EXPECT_EQ(found("/a/7"), "/a/{id} id=7");
  EXPECT_EQ(found("/a/7/b"), "/a/{id}/b id=7");
  EXPECT_EQ(found("/a/new/c"), "/a/new/c");
  EXPECT_EQ(found("/a/new/b"), "/a/{id}/b id=new") << "goes back when the literal leads nowhere";
  EXPECT_EQ(found("/a/new/d/e"), "/a/{all...} all=new/d/e");
  EXPECT_EQ(found("/a/"), "/a/{all...} all=") << "the rest may be empty, a name may not";
  EXPECT_EQ(found("/s/1/2/3"), "/s/{x}/{rest...} x=1 rest=2/3");
  EXPECT_EQ(found("/s/1/"), "/s/{x}/{rest...} x=1 rest=");
  EXPECT_EQ(found("/s/1"), "404");
  EXPECT_EQ(found("/s//1"), "404");
  EXPECT_EQ(found("/b"), "404");
  EXPECT_EQ(found("//a"), "404");
}

TEST_F(RouterTest, MethodsOfAPath) {
  ASSERT_TRUE(add(Method::get, "/x"));
  ASSERT_TRUE(add(Method::post, "/x"));
  ASSERT_TRUE(add(Method::del, "/y"));
  ASSERT_TRUE(add(Method::get, "/{name}"));
  EXPECT_EQ(found("/x", Method::head), "/x");
  EXPECT_EQ(found("/x", Method::put), "405 GET, HEAD, POST");
  EXPECT_EQ(found("/x", Method::other), "405 GET, HEAD, POST");
  EXPECT_EQ(found("/y"), "405 DELETE") << "the path is the literal one, whatever else could match";
  EXPECT_EQ(found("/y", Method::head), "405 DELETE");
  EXPECT_EQ(found("/z", Method::post), "405 GET, HEAD");
}

TEST_F(RouterTest, LimitsAreFoundByName) {
  ASSERT_TRUE(add(Method::get, "/a"));
  ASSERT_TRUE(add(Method::get, "/b", "slow"));
  EXPECT_EQ(router_.match(Method::get, "/a").route->limit, 0u);
  EXPECT_EQ(router_.match(Method::get, "/b").route->limit, 1u);
  Router bare;
  ASSERT_TRUE(bare.add({.method = Method::get, .path_template = "/a", .handler = nothing, .limit = {}}, Limits({})));
  EXPECT_FALSE(bare.match(Method::get, "/a").route->limit);
}

TEST_F(RouterTest, RoutesThatCannotBeMeantAreRefused) {
  ASSERT_TRUE(add(Method::get, "/a/{id}"));
  EXPECT_FALSE(add(Method::get, "/a/{other}")) << "the same route under another name";
  EXPECT_TRUE(add(Method::post, "/a/{other}"));
  EXPECT_FALSE(add(Method::get, "a"));
  EXPECT_FALSE(add(Method::get, ""));
  EXPECT_FALSE(add(Method::other, "/o"));
  EXPECT_FALSE(add(Method::get, "/{all...}/b"));
  EXPECT_FALSE(add(Method::get, "/a\"b"));
  EXPECT_FALSE(add(Method::get, "/c", "no such limit"));
  EXPECT_FALSE(router_.add({.method = Method::get, .path_template = "/d", .handler = {}, .limit = {}}, limits_));
}

TEST_F(RouterTest, MetricLabelsNameTheTemplate) {
  ASSERT_TRUE(add(Method::get, "/a/{id}"));
  EXPECT_EQ(router_.match(Method::get, "/a/1").route->metric_labels[4], "route=\"/a/{id}\",class=\"4xx\"");
}

}  // namespace
}  // namespace carnet::http
