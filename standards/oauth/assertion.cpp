#include <algorithm>

#include "standards/oauth/oauth.hpp"

namespace carnet::oauth {

namespace json = kernel::json;

namespace {

constexpr std::size_t max_jti = 128;
constexpr double max_seconds = 253402300800.0;  // the year 10000: beyond, milliseconds are not worth reckoning

std::unexpected<kernel::Error> refuse_claim(std::string_view claim, std::string_view says) {
  return kernel::invalid("oauth.assertion", {{"claim", std::string(claim), std::string(says)}});
}

std::string text_claim(const json::object& claims, std::string_view name) {
  const json::value* claim = claims.if_contains(name);
  if (claim == nullptr || !claim->is_string()) return {};
  return std::string(claim->get_string().data(), claim->get_string().size());
}

// NumericDate: seconds, maybe with a fraction.
std::optional<kernel::Instant> instant_claim(const json::object& claims, std::string_view name) {
  const json::value* claim = claims.if_contains(name);
  if (claim == nullptr) return std::nullopt;
  if (claim->is_int64()) {
    const std::int64_t seconds = claim->get_int64();
    if (seconds < 0 || static_cast<double>(seconds) > max_seconds) return std::nullopt;
    return kernel::Instant{seconds * 1000};
  }
  if (claim->is_double()) {
    const double seconds = claim->get_double();
    if (!(seconds >= 0.0) || seconds > max_seconds) return std::nullopt;
    return kernel::Instant{static_cast<std::int64_t>(seconds * 1000.0)};
  }
  return std::nullopt;
}

bool is_for(const json::object& claims, std::string_view audience) {
  const json::value* claim = claims.if_contains("aud");
  if (claim == nullptr) return false;
  // An assertion also good elsewhere could be replayed here by that elsewhere.
  if (const json::array* list = claim->if_array()) {
    if (list->size() != 1) return false;
    claim = &list->front();
  }
  if (!claim->is_string()) return false;
  return std::string_view(claim->get_string().data(), claim->get_string().size()) == audience;
}

kernel::Status check_times(const json::object& claims, kernel::Instant now) {
  const auto expires = instant_claim(claims, "exp");
  if (!expires) return refuse_claim("/exp", "seconds since 1970 are needed");
  if (expires->ms + clock_leeway_ms <= now.ms) return refuse_claim("/exp", "is past");
  if (expires->ms > now.ms + max_assertion_ms + clock_leeway_ms) return refuse_claim("/exp", "at most 5 minutes ahead");
  const auto issued = instant_claim(claims, "iat");
  if (!issued) return refuse_claim("/iat", "seconds since 1970 are needed");
  if (issued->ms > now.ms + clock_leeway_ms) return refuse_claim("/iat", "is in the future");
  if (issued->ms + max_assertion_ms + clock_leeway_ms < expires->ms) return refuse_claim("/iat", "at most 5 minutes before exp");
  if (claims.contains("nbf")) {
    const auto not_before = instant_claim(claims, "nbf");
    if (!not_before || not_before->ms > now.ms + clock_leeway_ms) return refuse_claim("/nbf", "is not reached");
  }
  return {};
}

}  // namespace

std::string claimed_client(const Jws& jws) { return text_claim(jws.payload, "sub"); }

kernel::Result<Assertion> check_client_assertion(const Jws& jws, std::string_view client_id, std::string_view audience,
                                                 kernel::Instant now) {
  const json::object& claims = jws.payload;
  if (client_id.empty() || text_claim(claims, "iss") != client_id) return refuse_claim("/iss", "must be the client_id");
  if (text_claim(claims, "sub") != client_id) return refuse_claim("/sub", "must be the client_id");
  if (!is_for(claims, audience)) return refuse_claim("/aud", "must be this service's address, alone");
  CARNET_CHECK(check_times(claims, now));
  Assertion assertion;
  assertion.client_id = client_id;
  assertion.jti = text_claim(claims, "jti");
  if (assertion.jti.empty() || assertion.jti.size() > max_jti) return refuse_claim("/jti", "1 to 128 bytes, new each time");
  assertion.expires = *instant_claim(claims, "exp");
  return assertion;
}

std::optional<std::vector<std::string>> parse_scopes(std::string_view text) {
  std::vector<std::string> scopes;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    const bool visible = std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\'; });
    if (word.empty() || !visible || end + 1 == text.size()) return std::nullopt;
    scopes.emplace_back(word);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::sort(scopes.begin(), scopes.end());
  scopes.erase(std::unique(scopes.begin(), scopes.end()), scopes.end());
  return scopes;
}

}  // namespace carnet::oauth
