// What DKIM and ARC share: keys in DNS, hashes of a message, the check of a signature. Internal to standards/mail.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "standards/mail/authentication.hpp"
#include "standards/mail/raw_message.hpp"

namespace carnet::mail {

inline constexpr std::size_t max_judged_fields = 2'000;
inline constexpr int least_key_bits = 1024;  // RFC 8301

struct Verdict {
  DkimResult result = DkimResult::pass;
  std::string reason;
};

enum class SignatureAlgorithm { rsa_sha256, ed25519_sha256, rsa_sha1, unknown };
SignatureAlgorithm algorithm_of(std::string_view name);

struct DomainKey {
  std::optional<crypto::PublicKey> key;  // absent: `verdict` says why
  Verdict verdict;
  bool in_test = false;
  bool strict_identity = false;  // t=s
  int bits = 0;
};
DomainKey find_key(const Resolver& resolver, std::string_view selector, std::string_view domain,
                   SignatureAlgorithm algorithm);

// The hash of a message's body by each way of writing it, made once.
class BodyHashes {
 public:
  explicit BodyHashes(std::string_view body) : body_(body) {}
  std::size_t size(Canonical how) { return text(how).size(); }
  crypto::Digest of(Canonical how, std::optional<std::uint64_t> length);

 private:
  const std::string& text(Canonical how);
  std::string_view body_;
  std::map<Canonical, std::string> texts_;
  std::map<Canonical, crypto::Digest> whole_;
};

struct SignatureInput {
  SignatureAlgorithm algorithm = SignatureAlgorithm::unknown;
  std::string signed_bytes;  // canonical fields, the signature's own last
  std::string signature;     // base64, white space allowed
};
bool holds(const SignatureInput& input, const crypto::PublicKey& key);

// The fields that h= names, from the bottom up for a name that repeats, then `own` with its b= emptied.
std::string signed_fields(const RawMessage& message, const std::vector<std::string>& names, const RawField& own,
                          Canonical how);
std::vector<std::string> field_names(std::string_view h);  // lower-case
struct Canonicals {
  Canonical header = Canonical::simple;
  Canonical body = Canonical::simple;
};
std::optional<Canonicals> read_canonicals(std::string_view c);
std::vector<DkimSignature> verify_dkim(const RawMessage& message, BodyHashes& bodies, const Resolver& resolver,
                                       Instant now);
Arc verify_arc(const RawMessage& message, BodyHashes& bodies, const Resolver& resolver, Instant now);

bool is_domain_name(std::string_view name);
bool is_within(std::string_view name, std::string_view domain);  // the same or below; both lower-case

}  // namespace carnet::mail
