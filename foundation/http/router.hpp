// Internal to foundation/http: which route a path means.
#pragma once
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/http/http.hpp"
#include "foundation/http/limits.hpp"

namespace carnet::http {

std::string_view name_of(Method method);  // "GET"; "other" for those that are not served

// A route with what is worked out once.
struct PreparedRoute {
  Route route;
  std::vector<std::string> parameter_names;
  std::optional<std::size_t> limit;          // index in Limits
  std::array<std::string, 6> metric_labels;  // by status / 100: `route="/x",class="2xx"`
};
std::array<std::string, 6> metric_labels(std::string_view route);

class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  kernel::Status add(Route route, const Limits& limits);

  struct Match {
    const PreparedRoute* route = nullptr;  // null: no such path, or no such method on it
    bool path_exists = false;
    std::string allow;  // "GET, HEAD, POST": when the path exists and the method does not
    std::vector<std::pair<std::string, std::string>> parameters;
  };
  // `path` is decoded and starts with '/'. HEAD is served by the GET route when there is none of its own.
  Match match(Method method, std::string_view path) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace carnet::http
