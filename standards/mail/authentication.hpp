// Who answers for a message: DKIM (RFC 6376, 8301, 8463), SPF (RFC 7208), ARC (RFC 8617), DMARC (RFC 7489), and the
// signature of our own mail. Pure: DNS answers come from a Resolver, which reads memory; the instant is an argument.
// Judged on the raw bytes, never on what parse() made of them.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/crypto/crypto.hpp"
#include "foundation/kernel/result.hpp"
#include "foundation/kernel/time.hpp"

namespace carnet::mail {

using kernel::ByteView;
using kernel::Instant;

enum class RecordType : std::uint8_t { a, aaaa, mx, ptr, txt };
struct DnsAnswer {
  enum class Outcome : std::uint8_t { found, no_data, no_name, failed };  // failed: try again later, nothing is known
  Outcome outcome = Outcome::no_name;
  // Presentation text: A and AAAA the address; MX "10 mx.example.fr"; PTR the name; TXT its strings joined, as bytes.
  std::vector<std::string> values;
};
// Answers from memory and at once; CNAMEs are followed inside. `name` has no trailing dot and any case.
class Resolver {
 public:
  virtual ~Resolver() = default;
  virtual DnsAnswer ask(std::string_view name, RecordType type) const = 0;
};

// A resolver that is a zone file (RFC 1035 section 5): $ORIGIN, $TTL, relative names, @, blank owner, parentheses,
// quoted strings with \DDD, comments, CNAME, wildcards. Types other than those of RecordType and CNAME are skipped.
// Refused: `invalid` "mail.zone", the issue naming the line.
class ZoneFile final : public Resolver {
 public:
  static kernel::Result<ZoneFile> parse(std::string_view text, std::string_view origin = "");
  DnsAnswer ask(std::string_view name, RecordType type) const override;
  // Questions about that name which the file does not answer fail: for tests of what happens when DNS is down.
  void fail(std::string_view name);

 private:
  struct Records {
    std::map<RecordType, std::vector<std::string>> values;
    std::string alias;  // CNAME target
    bool fails = false;
  };
  const Records* find(const std::string& name) const;
  std::map<std::string, Records, std::less<>> names_;  // lower-case, no trailing dot
};

// What the sending server said; absent members are those of a message that came as a file.
struct Envelope {
  std::optional<std::string> client_ip;  // "192.0.2.1", "2001:db8::1"
  std::string helo;
  std::string mail_from;  // "" for the null sender
};

enum class DkimResult : std::uint8_t {
  pass,
  fail,       // the body or the signed header fields are not those that were signed, or the signature is past x=
  policy,     // sound, but by means nobody may trust any more: rsa-sha1, a key under 1024 bits
  neutral,    // nothing can be said: unknown algorithm or version, malformed tag list
  permerror,  // no key, revoked key, key not for mail, broken signature syntax
  temperror   // DNS failed
};
struct DkimSignature {
  std::string domain;    // d=, lower-case
  std::string selector;  // s=
  std::string identity;  // i=, "@" + d when absent
  std::string algorithm;
  DkimResult result = DkimResult::neutral;
  std::string reason;  // code: "", "body-hash", "signature", "expired", "no-key", "key-revoked", "weak-key", ...
  std::vector<std::string> signed_headers;       // h=, lower-case, repetitions kept
  bool from_signed = false;                      // every From field of the message is under the signature
  bool from_over_signed = false;                 // and one more could not be added without breaking it
  bool covers_body_wholly = false;               // no l=, or l= equal to the whole canonical body
  std::optional<std::uint64_t> body_length;      // l=, whenever present
  std::optional<Instant> signed_at, expires_at;  // t=, x=
  int key_bits = 0;
  bool key_in_test = false;  // t=y in the key record
};

enum class SpfResult : std::uint8_t { none, neutral, pass, fail, softfail, temperror, permerror };
struct Spf {
  bool checked = false;  // the envelope said who connected
  SpfResult result = SpfResult::none;
  std::string domain;      // of MAIL FROM, of HELO for the null sender
  bool from_helo = false;  // the identity is HELO
  std::string mechanism;   // as in the record, that decided; "" by default
  std::string reason;      // code of a permerror or temperror
};

enum class ArcResult : std::uint8_t { none, pass, fail };
struct ArcSet {
  std::uint32_t instance = 0;
  std::string domain, selector;        // of the ARC-Seal
  std::string cv;                      // as sealed: "none", "pass", "fail"
  std::string authentication_results;  // what that relay says it saw; worth what trust in `domain` is worth
};
struct Arc {
  ArcResult result = ArcResult::none;
  std::vector<ArcSet> sets;       // by instance
  std::string reason;             // code of a fail
  std::uint32_t oldest_pass = 0;  // lowest instance whose ARC-Message-Signature still holds; 0 when none
};

enum class DmarcResult : std::uint8_t { none, pass, fail, permerror, temperror };
enum class DmarcPolicy : std::uint8_t { none, quarantine, reject };
struct Dmarc {
  DmarcResult result = DmarcResult::none;  // none: no record. Alignment below is judged in either case
  std::string from_domain;                 // "" unless exactly one From field with exactly one address stands
  std::string record_domain;               // where the record was found
  DmarcPolicy policy = DmarcPolicy::none;  // that applies to from_domain (sp= for a subdomain)
  int percent = 100;
  bool dkim_strict = false, spf_strict = false;
  bool dkim_aligned = false, spf_aligned = false;  // by a pass that aligns under that mode (relaxed without record)
};

struct Authentication {
  std::size_t from_fields = 0;
  std::vector<DkimSignature> dkim;  // from the top; at most max_signatures are judged
  Spf spf;
  Arc arc;
  Dmarc dmarc;
};
inline constexpr std::size_t max_signatures = 12;

// The organisational domain of a name by the public suffix list: "a.b.example.co.uk" -> "example.co.uk"; "" when the
// name is itself a public suffix.
using OrganisationalDomain = std::function<std::string(std::string_view)>;

// Never refuses: what cannot be read has results that say so.
Authentication verify(ByteView raw, const Envelope& envelope, const Resolver& resolver, Instant now,
                      const OrganisationalDomain& organisational_domain);

// The parts, for who needs one.
std::vector<DkimSignature> verify_dkim(ByteView raw, const Resolver& resolver, Instant now);
// `now` and `receiver` only serve macros of explanations, which are never read: both are absent here.
Spf check_spf(std::string_view client_ip, std::string_view helo, std::string_view mail_from, const Resolver& resolver);
Arc verify_arc(ByteView raw, const Resolver& resolver, Instant now);

struct DmarcRecord {
  DmarcPolicy policy = DmarcPolicy::none;
  DmarcPolicy subdomain_policy = DmarcPolicy::none;
  bool dkim_strict = false, spf_strict = false;
  int percent = 100;
};
std::optional<DmarcRecord> parse_dmarc(
    std::string_view record);  // nullopt: not a record of version DMARC1 with a policy

// Signs our own mail. The field that sign() gives, CRLF included, goes at the head of the message; relaxed/relaxed, no
// l=, and every field of `over_signed` that is signed is named once more than it stands, so that none can be added.
struct SigningIdentity {
  std::string domain;                       // d=
  std::string selector;                     // s=
  std::optional<std::int64_t> valid_for_s;  // x=
};
// `invalid` "mail.sign": no From or two, no header block, a domain or selector that is no name.
kernel::Result<std::string> sign(ByteView raw, const crypto::SigningKey& key, const SigningIdentity& identity,
                                 Instant now);

std::string_view name_of(DkimResult result);  // the words of RFC 8601: "pass", "permerror"
std::string_view name_of(SpfResult result);
std::string_view name_of(ArcResult result);
std::string_view name_of(DmarcResult result);

}  // namespace carnet::mail
