#include <algorithm>
#include <array>

#include "standards/oauth/oauth.hpp"

namespace carnet::oauth {

namespace json = kernel::json;

namespace {

constexpr std::array<std::pair<std::string_view, Algorithm>, 4> algorithms{{{"ES256", Algorithm::es256},
                                                                            {"RS256", Algorithm::rs256},
                                                                            {"PS256", Algorithm::ps256},
                                                                            {"EdDSA", Algorithm::eddsa}}};
constexpr std::size_t max_kid = 128;

std::unexpected<kernel::Error> refuse_jws(std::string_view code, std::string_view path, std::string_view says) {
  return kernel::invalid("oauth.jws", {{std::string(code), std::string(path), std::string(says)}});
}

std::string text_member(const json::object& object, std::string_view name) {
  const json::value* member = object.if_contains(name);
  if (member == nullptr || !member->is_string()) return {};
  return std::string(member->get_string().data(), member->get_string().size());
}

kernel::Result<json::object> parse_part(std::string_view encoded, std::string_view path) {
  const auto bytes = kernel::from_base64url(encoded);
  if (!bytes) return refuse_jws("encoding", path, "not base64url without padding");
  auto object = kernel::parse_object(kernel::as_text(*bytes));
  if (!object) return refuse_jws("syntax", path, "not a JSON object with each key once");
  return object;
}

}  // namespace

std::optional<Algorithm> algorithm_named(std::string_view alg) {
  const auto found = std::find_if(algorithms.begin(), algorithms.end(), [&](const auto& row) { return row.first == alg; });
  if (found == algorithms.end()) return std::nullopt;
  return found->second;
}

std::string_view name_of(Algorithm algorithm) {
  const auto found =
      std::find_if(algorithms.begin(), algorithms.end(), [&](const auto& row) { return row.second == algorithm; });
  CARNET_INVARIANT(found != algorithms.end(), "an algorithm without a name");
  return found->first;
}

kernel::Result<Jws> parse_compact(std::string_view text) {
  if (text.size() > max_jws_bytes) return refuse_jws("too-long", "", "at most 16 KiB");
  const auto first = text.find('.');
  const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) {
    return refuse_jws("structure", "", "not header.payload.signature");
  }
  CARNET_TRY(header, parse_part(text.substr(0, first), "/header"));
  if (header.contains("crit")) return refuse_jws("unsupported", "/header/crit", "no critical extension is supported");
  const auto algorithm = algorithm_named(text_member(header, "alg"));
  if (!algorithm) return refuse_jws("value", "/header/alg", "ES256, RS256, PS256 or EdDSA");
  Jws jws;
  jws.algorithm = *algorithm;
  jws.kid = text_member(header, "kid");
  if (jws.kid.empty() || jws.kid.size() > max_kid) return refuse_jws("required", "/header/kid", "1 to 128 bytes");
  CARNET_TRY(payload, parse_part(text.substr(first + 1, second - first - 1), "/payload"));
  jws.payload = std::move(payload);
  auto signature = kernel::from_base64url(text.substr(second + 1));
  if (!signature || signature->empty()) return refuse_jws("encoding", "/signature", "not base64url without padding");
  jws.signature = std::move(*signature);
  jws.signed_text = std::string(text.substr(0, second));
  return jws;
}

bool verify(const Jws& jws, std::span<const Jwk> keys) {
  for (const Jwk& candidate : keys) {
    if (candidate.kid != jws.kid) continue;
    if (candidate.algorithm && *candidate.algorithm != jws.algorithm) return false;
    return candidate.key.fits(jws.algorithm) &&
           candidate.key.verify(jws.algorithm, kernel::as_bytes(jws.signed_text), jws.signature);
  }
  return false;
}

}  // namespace carnet::oauth
