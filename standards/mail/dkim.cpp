#include "standards/mail/dkim.hpp"

#include <algorithm>

#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::int64_t clock_skew_s = 24 * 3600;

class Judge {
 public:
  Judge(const RawMessage& message, BodyHashes& bodies, const Resolver& resolver, Instant now)
      : message_(message), bodies_(bodies), resolver_(resolver), now_(now) {}

  DkimSignature judge(const RawField& field) {
    DkimSignature out;
    const auto tags = read_tags(field.value);
    auto verdict = tags ? read(out, *tags) : Verdict{DkimResult::permerror, "syntax"};
    if (verdict.result == DkimResult::pass) verdict = check(out, *tags, field);
    out.result = verdict.result;
    out.reason = std::move(verdict.reason);
    return out;
  }

 private:
  static Verdict broken(std::string reason) { return {DkimResult::permerror, std::move(reason)}; }

  static std::string value(const Tags& tags, std::string_view name) {
    const auto* found = tag(tags, name);
    return found == nullptr ? std::string() : *found;
  }

  Verdict read(DkimSignature& out, const Tags& tags) {
    out.algorithm = value(tags, "a");
    out.domain = host(value(tags, "d"));
    out.selector = lowered(value(tags, "s"));
    for (const auto name : {"v", "a", "b", "bh", "d", "h", "s"}) {
      if (tag(tags, name) == nullptr) return broken("tag-missing");
    }
    if (value(tags, "v") != "1") return {DkimResult::neutral, "version"};
    if (!is_domain_name(out.domain) || !is_domain_name(out.selector)) return broken("domain");
    if (const auto verdict = read_times(out, tags); verdict.result != DkimResult::pass) return verdict;
    if (const auto* query = tag(tags, "q"); query != nullptr) {
      const auto methods = field_names(*query);
      if (std::find(methods.begin(), methods.end(), "dns/txt") == methods.end()) return broken("query");
    }
    if (const auto* length = tag(tags, "l"); length != nullptr) {
      out.body_length = to_number(*length);
      if (!out.body_length) return broken("length");
    }
    out.signed_headers = field_names(value(tags, "h"));
    const auto from_signed = std::count(out.signed_headers.begin(), out.signed_headers.end(), "from");
    out.from_signed = from_signed > 0 && static_cast<std::size_t>(from_signed) >= message_.from_fields();
    out.from_over_signed = static_cast<std::size_t>(from_signed) > message_.from_fields();
    if (from_signed == 0) return broken("from-not-signed");
    return read_identity(out, tags);
  }

  static Verdict read_identity(DkimSignature& out, const Tags& tags) {
    const auto* identity = tag(tags, "i");
    out.identity = identity == nullptr ? "@" + out.domain : *identity;
    const auto at = out.identity.rfind('@');
    if (at == std::string::npos) return broken("identity");
    if (!is_within(host(std::string_view(out.identity).substr(at + 1)), out.domain)) return broken("identity");
    return {};
  }

  Verdict read_times(DkimSignature& out, const Tags& tags) {
    const auto instant = [&](std::string_view name, std::optional<Instant>& to) {
      const auto* found = tag(tags, name);
      if (found == nullptr) return true;
      const auto seconds = found->size() > 12 ? std::nullopt : to_number(*found);
      if (!seconds) return false;
      to = Instant{static_cast<std::int64_t>(*seconds) * 1000};
      return true;
    };
    if (!instant("t", out.signed_at) || !instant("x", out.expires_at)) return broken("time");
    if (out.signed_at && out.expires_at && *out.expires_at < *out.signed_at) return broken("time");
    return {};
  }

  // After the syntax: the key, the body, the signature, and last what the clock says.
  Verdict check(DkimSignature& out, const Tags& tags, const RawField& field) {
    SignatureInput input;
    input.algorithm = algorithm_of(out.algorithm);
    if (input.algorithm == SignatureAlgorithm::unknown) return {DkimResult::neutral, "algorithm"};
    if (input.algorithm == SignatureAlgorithm::rsa_sha1) return {DkimResult::policy, "sha1"};
    const auto* c = tag(tags, "c");
    const auto canonicals = c == nullptr ? Canonicals{} : read_canonicals(*c);
    if (!canonicals) return broken("canonicalization");
    const auto key = find_key(resolver_, out.selector, out.domain, input.algorithm);
    out.key_bits = key.bits;
    out.key_in_test = key.in_test;
    if (!key.key) return key.verdict;
    if (key.strict_identity && host(out.identity.substr(out.identity.rfind('@') + 1)) != out.domain) {
      return broken("identity");
    }
    const auto body_size = bodies_.size(canonicals->body);
    if (out.body_length && *out.body_length > body_size) return broken("length");
    out.covers_body_wholly = !out.body_length || *out.body_length == body_size;
    const auto stated = kernel::from_base64(value(tags, "bh"), kernel::WhiteSpace::skip);
    const auto digest = bodies_.of(canonicals->body, out.body_length);
    if (!stated || !std::equal(stated->begin(), stated->end(), digest.begin(), digest.end())) {
      return {DkimResult::fail, "body-hash"};
    }
    input.signature = value(tags, "b");
    input.signed_bytes = signed_fields(message_, out.signed_headers, field, canonicals->header);
    if (!holds(input, *key.key)) return {DkimResult::fail, "signature"};
    if (out.expires_at && *out.expires_at < now_) return {DkimResult::fail, "expired"};
    if (out.signed_at && out.signed_at->ms / 1000 > now_.ms / 1000 + clock_skew_s) return {DkimResult::fail, "future"};
    return {};
  }

  const RawMessage& message_;
  BodyHashes& bodies_;
  const Resolver& resolver_;
  Instant now_;
};

}  // namespace

std::vector<DkimSignature> verify_dkim(const RawMessage& message, BodyHashes& bodies, const Resolver& resolver,
                                       Instant now) {
  std::vector<DkimSignature> out;
  if (message.fields().size() > max_judged_fields) return out;
  Judge judge(message, bodies, resolver, now);
  for (const auto& field : message.fields()) {
    if (field.name == "dkim-signature" && out.size() < max_signatures) out.push_back(judge.judge(field));
  }
  return out;
}

std::vector<DkimSignature> verify_dkim(ByteView raw, const Resolver& resolver, Instant now) {
  const RawMessage message(kernel::as_text(raw));
  BodyHashes bodies(message.body());
  return verify_dkim(message, bodies, resolver, now);
}

std::string_view name_of(DkimResult result) {
  constexpr std::string_view names[] = {"pass", "fail", "policy", "neutral", "permerror", "temperror"};
  return names[static_cast<std::size_t>(result)];
}

}  // namespace carnet::mail
