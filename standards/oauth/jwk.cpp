#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "standards/oauth/oauth.hpp"

namespace carnet::oauth {

namespace json = kernel::json;

namespace {

constexpr std::size_t max_keys = 16;
constexpr std::size_t max_kid = 128;
constexpr std::array<std::string_view, 7> private_members{"d", "p", "q", "dp", "dq", "qi", "oth"};
constexpr std::array<std::string_view, 15> known_members{"kty", "crv", "x",   "y",   "n",   "e",        "kid",    "use",
                                                         "alg", "x5c", "x5t", "x5u", "ext", "x5t#S256", "key_ops"};

template <class List>
bool holds(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// One JWK, read member by member; what is wrong gathers in `issues`.
class KeyReader {
 public:
  KeyReader(const json::object& key, std::string path, std::vector<kernel::Issue>& issues)
      : key_(key), path_(std::move(path)), issues_(issues), before_(issues.size()) {}

  std::optional<Jwk> read() {
    check_members();
    Jwk jwk;
    jwk.kid = text("kid", true);
    if (jwk.kid.size() > max_kid) say("too-long", "kid", "at most 128 bytes");
    const std::string use = text("use", false);
    if (!use.empty() && use != "sig") say("value", "use", "only keys for signatures (\"sig\")");
    check_operations();
    auto public_key = read_public();
    read_algorithm(jwk, public_key);
    if (issues_.size() != before_ || !public_key) return std::nullopt;
    jwk.key = std::move(*public_key);
    jwk.text = json::serialize(kept_);
    return jwk;
  }

 private:
  void say(std::string_view code, std::string_view member, std::string_view says) {
    issues_.push_back({std::string(code), fmt::format("{}/{}", path_, member), std::string(says)});
  }
  std::string text(std::string_view member, bool required) {
    const json::value* value = key_.if_contains(member);
    if (value == nullptr) {
      if (required) say("required", member, "is needed");
      return {};
    }
    if (!value->is_string() || value->get_string().empty()) {
      say("type", member, "must be a text that is not empty");
      return {};
    }
    kept_[member] = value->get_string();
    return std::string(value->get_string().data(), value->get_string().size());
  }
  void check_members() {
    for (const auto& member : key_) {
      const std::string_view name(member.key().data(), member.key().size());
      if (holds(private_members, name)) {
        say("private-key", name, "this is a private key: it must not leave its owner; make a new pair and send the public half");
      } else if (!holds(known_members, name)) {
        say("unknown", name, "no such member");
      }
    }
  }
  void check_operations() {
    const json::value* operations = key_.if_contains("key_ops");
    if (operations == nullptr) return;
    const json::array* list = operations->if_array();
    const bool verifies = list != nullptr && std::any_of(list->begin(), list->end(), [](const json::value& operation) {
                            return operation.is_string() && operation.get_string() == "verify";
                          });
    if (!verifies) say("value", "key_ops", "must hold \"verify\"");
  }
  std::optional<crypto::PublicKey> read_public() {
    const std::string kty = text("kty", true);
    if (kty.empty()) return std::nullopt;
    if (kty == "RSA") return made("RSA", text("n", true), text("e", true), "n");
    const std::string crv = text("crv", true);
    if (kty == "EC" && crv == "P-256") return made(crv, text("x", true), text("y", true), "x");
    if (kty == "OKP" && crv == "Ed25519") return made(crv, text("x", true), "", "x");
    say("value", crv.empty() ? "kty" : "crv", "EC P-256, RSA of 2048 bits or more, or OKP Ed25519");
    return std::nullopt;
  }
  std::optional<crypto::PublicKey> made(std::string_view kind, std::string_view first, std::string_view second,
                                        std::string_view blamed) {
    if (issues_.size() != before_) return std::nullopt;
    auto key = crypto::PublicKey::from_jwk(kind, first, second);
    if (!key) {
      say("value", blamed, "not a usable public key");
      return std::nullopt;
    }
    return std::move(*key);
  }
  void read_algorithm(Jwk& jwk, const std::optional<crypto::PublicKey>& key) {
    const std::string alg = text("alg", false);
    if (alg.empty()) return;
    jwk.algorithm = algorithm_named(alg);
    if (!jwk.algorithm) {
      say("value", "alg", "ES256, RS256, PS256 or EdDSA");
    } else if (key && !key->fits(*jwk.algorithm)) {
      say("value", "alg", "does not fit the key");
    }
  }

  const json::object& key_;
  std::string path_;
  std::vector<kernel::Issue>& issues_;
  std::size_t before_;
  json::object kept_;
};

}  // namespace

kernel::Result<std::vector<Jwk>> parse_jwk_set(const json::object& set, std::string_view path) {
  std::vector<kernel::Issue> issues;
  std::vector<Jwk> keys;
  for (const auto& member : set) {
    if (member.key() != "keys") issues.push_back({"unknown", fmt::format("{}/{}", path, std::string_view(member.key())), "no such member"});
  }
  const json::value* listed = set.if_contains("keys");
  const json::array* list = listed != nullptr ? listed->if_array() : nullptr;
  if (list == nullptr || list->empty() || list->size() > max_keys) {
    issues.push_back({"required", fmt::format("{}/keys", path), "a list of 1 to 16 keys"});
    return kernel::invalid("oauth.jwk_set", std::move(issues));
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string key_path = fmt::format("{}/keys/{}", path, i);
    const json::object* key = (*list)[i].if_object();
    if (key == nullptr) {
      issues.push_back({"type", key_path, "must be an object"});
      continue;
    }
    auto jwk = KeyReader(*key, key_path, issues).read();
    if (!jwk) continue;
    if (std::any_of(keys.begin(), keys.end(), [&](const Jwk& other) { return other.kid == jwk->kid; })) {
      issues.push_back({"duplicate", key_path + "/kid", "another key has this kid"});
      continue;
    }
    keys.push_back(std::move(*jwk));
  }
  if (!issues.empty()) return kernel::invalid("oauth.jwk_set", std::move(issues));
  return keys;
}

kernel::Result<Jwk> parse_jwk(std::string_view text) {
  CARNET_TRY(object, kernel::parse_object(text));
  std::vector<kernel::Issue> issues;
  auto jwk = KeyReader(object, "", issues).read();
  if (!jwk) return kernel::invalid("oauth.jwk", std::move(issues));
  return std::move(*jwk);
}

}  // namespace carnet::oauth
