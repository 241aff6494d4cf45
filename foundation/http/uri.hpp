// Internal to foundation/http: request targets and form pairs. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace carnet::http {

inline constexpr std::size_t max_uri_bytes = 8 * 1024;
inline constexpr std::size_t max_pairs = 1000;

struct Target {
  std::string authority;  // of the absolute form ("https://host:port/..."), else empty
  std::string path;       // decoded once
  std::string query;      // raw; every '%' in it starts a good escape
};

// Splits and decodes a request target in origin or absolute form. Null when it is neither, when an escape is malformed,
// or when the path could mean two things to two readers: an encoded slash, a backslash, ".", "..", NUL or another
// control character, text that is not UTF-8.
std::optional<Target> parse_target(std::string_view target);

// "a=1&b=2" -> pairs, decoded, '+' as space.
std::vector<std::pair<std::string, std::string>> parse_pairs(std::string_view text);

// "Example.org:8443" -> "example.org"; null when it is not a host name or address with an optional port.
std::optional<std::string> host_of(std::string_view authority);

bool is_below(std::string_view path, std::string_view prefix);  // "/a" and "/a/b" are below "/a", "/ab" is not
bool is_utf8(std::string_view text);
std::string lower_case(std::string_view text);
bool equal_case_blind(std::string_view a, std::string_view b);

}  // namespace carnet::http
