// Targets, hosts, pairs and percent-encoding under arbitrary bytes: no crash, and what they promise holds.
#include <cstdlib>
#include <string_view>

#include "foundation/http/http.hpp"
#include "foundation/http/uri.hpp"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace carnet::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool plus : {false, true}) {
    if (const auto decoded = percent_decode(text, plus)) {
      check(decoded->size() <= text.size());
      check(percent_decode(percent_encode(*decoded), plus) == *decoded);
    }
  }
  check(percent_decode(percent_encode(text), false) == text);
  if (const auto target = parse_target(text)) {
    const auto& path = target->path;
    check(path.starts_with('/') && is_utf8(path) && path.find('\\') == std::string::npos);
    check(path.find('\0') == std::string::npos && path.find("/../") == std::string::npos && !path.ends_with("/.."));
    check(percent_decode(target->query, true).has_value());
  }
  check(parse_pairs(text).size() <= max_pairs);
  if (const auto host = host_of(text)) {
    check(!host->empty() && lower_case(*host) == *host && host->find_first_of("/@ \r\n,") == std::string::npos);
  }
  return 0;
}
