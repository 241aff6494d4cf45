// Key records (RFC 6376 section 3.6, RFC 8463) and the arithmetic of signatures.
#include <algorithm>

#include "standards/mail/dkim.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

DomainKey refused(DkimResult result, std::string reason) {
  DomainKey out;
  out.verdict = {result, std::move(reason)};
  return out;
}

bool lists(std::string_view list, std::string_view wanted, std::string_view any = {}) {
  const auto items = split(list, ':');
  return std::any_of(items.begin(), items.end(), [&](std::string_view item) {
    return same(trimmed(item), wanted) || (!any.empty() && trimmed(item) == any);
  });
}

kernel::Result<crypto::PublicKey> read_public_key(const kernel::Bytes& bytes, SignatureAlgorithm algorithm) {
  if (algorithm == SignatureAlgorithm::ed25519_sha256) {
    return crypto::PublicKey::from_jwk("Ed25519", kernel::to_base64url(bytes), "");
  }
  return crypto::PublicKey::from_rsa_der(bytes);
}

DomainKey read_key(std::string_view record, SignatureAlgorithm algorithm) {
  const auto tags = read_tags(record);
  if (!tags) return refused(DkimResult::permerror, "key-syntax");
  const auto* version = tag(*tags, "v");
  if (version != nullptr && (*version != "DKIM1" || tags->front().first != "v")) {
    return refused(DkimResult::permerror, "key-version");
  }
  const auto* type = tag(*tags, "k");
  const std::string_view wanted = algorithm == SignatureAlgorithm::ed25519_sha256 ? "ed25519" : "rsa";
  if ((type == nullptr ? std::string_view("rsa") : std::string_view(*type)) != wanted) {
    return refused(DkimResult::permerror, "key-type");
  }
  const auto* hashes = tag(*tags, "h");
  if (hashes != nullptr && !lists(*hashes, "sha256")) return refused(DkimResult::permerror, "key-hash");
  const auto* services = tag(*tags, "s");
  if (services != nullptr && !lists(*services, "email", "*")) return refused(DkimResult::permerror, "key-service");
  const auto* data = tag(*tags, "p");
  if (data == nullptr) return refused(DkimResult::permerror, "key-syntax");
  if (without_space(*data).empty()) return refused(DkimResult::permerror, "key-revoked");
  const auto bytes = kernel::from_base64(*data, kernel::WhiteSpace::skip);
  if (!bytes) return refused(DkimResult::permerror, "key-syntax");
  auto key = read_public_key(*bytes, algorithm);
  if (!key) return refused(DkimResult::permerror, "key-syntax");
  DomainKey out;
  out.bits = key->bits();
  if (algorithm == SignatureAlgorithm::rsa_sha256 && out.bits < least_key_bits) {
    out.verdict = {DkimResult::policy, "weak-key"};
    return out;
  }
  if (const auto* flags = tag(*tags, "t")) {
    out.in_test = lists(*flags, "y");
    out.strict_identity = lists(*flags, "s");
  }
  out.key = std::move(*key);
  return out;
}

}  // namespace

SignatureAlgorithm algorithm_of(std::string_view name) {
  if (name == "rsa-sha256") return SignatureAlgorithm::rsa_sha256;
  if (name == "ed25519-sha256") return SignatureAlgorithm::ed25519_sha256;
  return name == "rsa-sha1" ? SignatureAlgorithm::rsa_sha1 : SignatureAlgorithm::unknown;
}

DomainKey find_key(const Resolver& resolver, std::string_view selector, std::string_view domain,
                   SignatureAlgorithm algorithm) {
  const auto name = std::string(selector) + "._domainkey." + std::string(domain);
  const auto answer = resolver.ask(name, RecordType::txt);
  if (answer.outcome == DnsAnswer::Outcome::failed) return refused(DkimResult::temperror, "dns");
  if (answer.outcome != DnsAnswer::Outcome::found || answer.values.empty()) {
    return refused(DkimResult::permerror, "no-key");
  }
  // Several records at one name are undefined; one that is a key is taken, as a key may be in exchange.
  DomainKey best;
  constexpr std::size_t max_records = 4;
  for (std::size_t i = 0; i < answer.values.size() && i < max_records; ++i) {
    auto key = read_key(answer.values[i], algorithm);
    if (key.key) return key;
    if (i == 0) best = std::move(key);
  }
  return best;
}

const std::string& BodyHashes::text(Canonical how) {
  const auto found = texts_.find(how);
  if (found != texts_.end()) return found->second;
  return texts_.emplace(how, canonical_body(body_, how)).first->second;
}

crypto::Digest BodyHashes::of(Canonical how, std::optional<std::uint64_t> length) {
  const std::string_view whole = text(how);
  if (length && *length < whole.size()) return crypto::sha256(kernel::as_bytes(whole.substr(0, *length)));
  const auto found = whole_.find(how);
  if (found != whole_.end()) return found->second;
  return whole_.emplace(how, crypto::sha256(kernel::as_bytes(whole))).first->second;
}

bool holds(const SignatureInput& input, const crypto::PublicKey& key) {
  const auto signature = kernel::from_base64(input.signature, kernel::WhiteSpace::skip);
  if (!signature) return false;
  const auto bytes = kernel::as_bytes(input.signed_bytes);
  if (input.algorithm == SignatureAlgorithm::rsa_sha256) {
    return key.verify(crypto::PublicKey::Algorithm::rs256, bytes, *signature);
  }
  const auto digest = crypto::sha256(bytes);  // RFC 8463: the hash is the message
  return key.verify(crypto::PublicKey::Algorithm::eddsa, digest, *signature);
}

std::vector<std::string> field_names(std::string_view h) {
  constexpr std::size_t max_names = 500;
  std::vector<std::string> names;
  for (const auto name : split(h, ':')) {
    if (names.size() == max_names) break;
    names.push_back(lowered(trimmed(name)));
  }
  return names;
}

std::string signed_fields(const RawMessage& message, const std::vector<std::string>& names, const RawField& own,
                          Canonical how) {
  std::string out;
  std::map<std::string_view, std::vector<const RawField*>> left;  // by name, the bottom one last taken from
  for (auto field = message.fields().rbegin(); field != message.fields().rend(); ++field) {
    if (!field->name.empty()) left[field->name].push_back(&*field);
  }
  std::map<std::string_view, std::size_t> taken;
  for (const auto& name : names) {
    const auto found = left.find(name);
    if (found == left.end()) continue;
    auto& next = taken[found->first];
    if (next < found->second.size()) out += canonical_field(*found->second[next++], how);
  }
  const auto emptied = without_signature(own.whole);
  RawField bare = own;
  bare.whole = emptied;
  bare.value = std::string_view(emptied).substr(emptied.find(':') + 1);
  out += canonical_field(bare, how);
  out.resize(out.size() - 2);  // the signature's own field goes without its CRLF
  return out;
}

std::optional<Canonicals> read_canonicals(std::string_view c) {
  const auto one = [](std::string_view name) -> std::optional<Canonical> {
    if (same(name, "simple")) return Canonical::simple;
    return same(name, "relaxed") ? std::optional(Canonical::relaxed) : std::nullopt;
  };
  const auto slash = c.find('/');
  const auto header = one(trimmed(c.substr(0, slash)));
  const auto body = slash == std::string_view::npos ? Canonical::simple : one(trimmed(c.substr(slash + 1)));
  if (!header || !body) return std::nullopt;
  return Canonicals{*header, *body};
}

bool is_domain_name(std::string_view name) {
  constexpr std::size_t max_name = 253, max_label = 63;
  if (name.empty() || name.size() > max_name) return false;
  for (const auto label : split(name, '.')) {
    if (label.empty() || label.size() > max_label) return false;
    const bool plain = std::all_of(label.begin(), label.end(), [](char c) {
      return is_letter(c) || is_digit(c) || c == '-' || c == '_' || static_cast<signed char>(c) < 0;
    });
    if (!plain) return false;
  }
  return true;
}

bool is_within(std::string_view name, std::string_view domain) {
  return name == domain ||
         (name.size() > domain.size() && name.ends_with(domain) && name[name.size() - domain.size() - 1] == '.');
}

}  // namespace carnet::mail
