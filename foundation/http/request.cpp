#include "foundation/http/http.hpp"
#include "foundation/http/uri.hpp"

namespace carnet::http {

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (equal_case_blind(key, name)) return value;
  }
  return {};
}

// The first cookie of that name, over all Cookie headers (RFC 6265 section 5.4); quotes are part of the value.
std::string_view Request::cookie(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (!equal_case_blind(key, "cookie")) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const auto end = std::min(rest.find(';'), rest.size());
      auto pair = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      while (!pair.empty() && (pair.front() == ' ' || pair.front() == '\t')) pair.remove_prefix(1);
      while (!pair.empty() && (pair.back() == ' ' || pair.back() == '\t')) pair.remove_suffix(1);
      const auto equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
    }
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> Request::query_pairs() const {
  return parse_pairs(query);
}

std::vector<std::pair<std::string, std::string>> Request::form_pairs() const {
  auto media_type = header("content-type");
  media_type = media_type.substr(0, media_type.find(';'));
  while (!media_type.empty() && media_type.back() == ' ') media_type.remove_suffix(1);
  if (!equal_case_blind(media_type, "application/x-www-form-urlencoded")) return {};
  return parse_pairs(body_text());
}

std::string_view Exchange::parameter(std::string_view name) const {
  for (const auto& [key, value] : path_parameters) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace carnet::http
