// oauth: what other software says to obtain a token, as values. JSON Web Signatures in compact form (RFC 7515), JSON Web
// Key sets (RFC 7517) and the JWT that authenticates a client (RFC 7523). Pure: no clock, no I/O; `now` is given.
//
// Strict on purpose. Four algorithms and no other: ES256, RS256, PS256, EdDSA (Ed25519). "none" and the HMAC family do not
// exist here, so a public key can never be taken for a shared secret. A key is chosen by `kid` among those registered;
// keys that a message carries or points to (jwk, jku, x5c, x5u) are never used.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/crypto/crypto.hpp"
#include "foundation/kernel/json.hpp"
#include "foundation/kernel/result.hpp"
#include "foundation/kernel/time.hpp"

namespace carnet::oauth {

using Algorithm = crypto::PublicKey::Algorithm;
std::optional<Algorithm> algorithm_named(std::string_view alg);  // "ES256" "RS256" "PS256" "EdDSA"
std::string_view name_of(Algorithm algorithm);

// ---- compact JWS ---------------------------------------------------------------------------------------------------
inline constexpr std::size_t max_jws_bytes = 16 * 1024;
struct Jws {
  Algorithm algorithm = Algorithm::es256;
  std::string kid;
  kernel::json::object payload;
  std::string signed_text;  // header and payload as received: what the signature covers
  kernel::Bytes signature;
};
// Reads; verifies nothing. invalid "oauth.jws": too long, not three parts, not strict base64url, header or payload not a
// JSON object, a key given twice, alg not of the four, no kid, or `crit` (extensions we do not know must be refused).
kernel::Result<Jws> parse_compact(std::string_view text);

// ---- JWK set -------------------------------------------------------------------------------------------------------
struct Jwk {
  std::string kid;
  std::optional<Algorithm> algorithm;  // `alg` when the key names one; else any that fits the key
  crypto::PublicKey key;
  std::string text;  // the public members only, as JSON: what may be stored and read again by parse_jwk
};
// {"keys": [...]}, 1 to 16 keys, each with its own kid. Every issue is told at once, its path starting with `path`
// ("/jwks" -> "/jwks/keys/0/crv"). Refused: unknown members, private members (d, p, q, ...: a private key was sent), use
// other than "sig", an algorithm that is not of the four or does not fit the key, weak keys. x5c, x5t, ext and key_ops,
// which tools add, are allowed; the first three are ignored, key_ops must hold "verify".
kernel::Result<std::vector<Jwk>> parse_jwk_set(const kernel::json::object& set, std::string_view path);
kernel::Result<Jwk> parse_jwk(std::string_view text);  // one, as in Jwk::text

// The key named by `kid` whose algorithm agrees, and a signature that verifies; false otherwise.
bool verify(const Jws& jws, std::span<const Jwk> keys);

// ---- client assertion ----------------------------------------------------------------------------------------------
inline constexpr std::int64_t max_assertion_ms = 5 * 60 * 1000;  // exp at most this far ahead
inline constexpr std::int64_t clock_leeway_ms = 30 * 1000;       // two machines never agree wholly
struct Assertion {
  std::string client_id;       // iss = sub
  std::string jti;             // 1..128 bytes
  kernel::Instant expires{};   // the jti must be remembered until then, plus the leeway
};
// The client id that an unverified assertion claims (sub), so that its keys can be found; empty when it has none.
std::string claimed_client(const Jws& jws);
// Claims of a verified assertion: iss = sub = `client_id`; aud is `audience`, alone; exp not past and at most 5 minutes
// ahead; iat not in the future nor more than 5 minutes before exp; nbf, if any, reached; jti present. invalid
// "oauth.assertion" with the claim as path ("/exp"). That the jti is new is the caller's to check, durably.
kernel::Result<Assertion> check_client_assertion(const Jws& jws, std::string_view client_id, std::string_view audience,
                                                 kernel::Instant now);

// ---- scopes --------------------------------------------------------------------------------------------------------
// RFC 6749 3.3: words of visible ASCII but " and \, separated by single spaces; sorted, without doubles. nullopt: malformed.
std::optional<std::vector<std::string>> parse_scopes(std::string_view text);

}  // namespace carnet::oauth
