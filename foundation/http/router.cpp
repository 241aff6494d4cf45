#include "foundation/http/router.hpp"

#include <algorithm>

namespace carnet::http {
namespace {

constexpr std::size_t method_count = 6;
constexpr std::array<std::string_view, method_count> method_names{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t begin = 1; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    segments.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return segments;
}

kernel::Status refuse_template(const std::string& path_template, std::string_view why) {
  return kernel::refuse(kernel::ErrorKind::invalid, "http.route", path_template + ": " + std::string(why));
}

}  // namespace

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;
  std::unique_ptr<Node> rest;  // a leaf
  std::array<std::unique_ptr<PreparedRoute>, method_count> routes;
  bool is_end() const {
    return std::ranges::any_of(routes, [](const auto& route) { return route != nullptr; });
  }
};

namespace {

// Depth-first in order of precedence; `values` holds the parameters of the way so far.
template <class Node>
const Node* find(const Node& node, std::string_view path, std::size_t begin, std::vector<std::string_view>& values) {
  if (begin > path.size()) return node.is_end() ? &node : nullptr;
  const auto end = std::min(path.find('/', begin), path.size());
  const auto segment = path.substr(begin, end - begin);
  if (const auto literal = node.literals.find(segment); literal != node.literals.end()) {
    if (const Node* found = find(*literal->second, path, end + 1, values)) return found;
  }
  if (node.parameter && !segment.empty()) {
    values.push_back(segment);
    if (const Node* found = find(*node.parameter, path, end + 1, values)) return found;
    values.pop_back();
  }
  if (node.rest) {
    values.push_back(path.substr(begin));
    return node.rest.get();
  }
  return nullptr;
}

}  // namespace

std::string_view name_of(Method method) {
  const auto at = static_cast<std::size_t>(method);
  return at < method_names.size() ? method_names[at] : "other";
}

std::array<std::string, 6> metric_labels(std::string_view route) {
  std::array<std::string, 6> labels;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    labels[i].append("route=\"").append(route).append("\",class=\"").append(std::to_string(i)).append("xx\"");
  }
  return labels;
}

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

kernel::Status Router::add(Route route, const Limits& limits) {
  const std::string path_template = route.path_template;
  if (route.method == Method::other || !path_template.starts_with('/') || !route.handler) {
    return refuse_template(path_template, "a route needs a method, a path that starts with '/' and a handler");
  }
  if (path_template.find_first_of("\"\\\n") != std::string::npos) {
    return refuse_template(path_template, "quotes, backslashes and line breaks cannot stand in a path");
  }
  auto prepared = std::make_unique<PreparedRoute>();
  prepared->metric_labels = metric_labels(path_template);
  prepared->limit = limits.index_of(route.limit.empty() ? "default" : route.limit);
  if (!prepared->limit && !route.limit.empty()) return refuse_template(path_template, "its limit is not in the table");
  Node* node = root_.get();
  const auto segments = segments_of(path_template);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    auto segment = segments[i];
    const bool is_parameter = segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
    if (!is_parameter) {
      auto& next = node->literals[std::string(segment)];
      if (!next) next = std::make_unique<Node>();
      node = next.get();
      continue;
    }
    segment = segment.substr(1, segment.size() - 2);
    const bool is_rest = segment.ends_with("...");
    if (is_rest && i + 1 != segments.size()) return refuse_template(path_template, "{...} stands last");
    if (is_rest) segment.remove_suffix(3);
    prepared->parameter_names.emplace_back(segment);
    auto& next = is_rest ? node->rest : node->parameter;
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  auto& place = node->routes[static_cast<std::size_t>(route.method)];
  if (place) return refuse_template(path_template, "declared twice for one method");
  prepared->route = std::move(route);
  place = std::move(prepared);
  return {};
}

Router::Match Router::match(Method method, std::string_view path) const {
  Match match;
  std::vector<std::string_view> values;
  const Node* node = find(*root_, path, 1, values);
  if (node == nullptr) return match;
  match.path_exists = true;
  const auto at = [&](Method m) { return node->routes[static_cast<std::size_t>(m)].get(); };
  if (method != Method::other) match.route = at(method);
  if (match.route == nullptr && method == Method::head) match.route = at(Method::get);
  if (match.route == nullptr) {
    for (std::size_t i = 0; i < method_count; ++i) {
      const bool serves = node->routes[i] || (static_cast<Method>(i) == Method::head && at(Method::get) != nullptr);
      if (serves) match.allow.append(match.allow.empty() ? "" : ", ").append(method_names[i]);
    }
    return match;
  }
  const auto& names = match.route->parameter_names;
  match.parameters.reserve(names.size());
  for (std::size_t i = 0; i < names.size() && i < values.size(); ++i) {
    match.parameters.emplace_back(names[i], std::string(values[i]));
  }
  return match;
}

}  // namespace carnet::http
