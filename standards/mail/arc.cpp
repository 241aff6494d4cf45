// RFC 8617, section 5.2. Where the RFC leaves a validator free, this one takes what the public test suite of the
// protocol's authors takes: an AMS without c= is relaxed/relaxed, and an AMS need not sign From.
#include <algorithm>

#include "standards/mail/dkim.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr std::uint32_t max_instances = 50;

struct Set {
  const RawField* results = nullptr;    // ARC-Authentication-Results
  const RawField* signature = nullptr;  // ARC-Message-Signature
  const RawField* seal = nullptr;       // ARC-Seal
  Tags signature_tags, seal_tags;
};

std::string value(const Tags& tags, std::string_view name) {
  const auto* found = tag(tags, name);
  return found == nullptr ? std::string() : *found;
}

// "1" to "50"; 0 for anything else.
std::uint32_t instance_of(std::string_view text) {
  const auto number = to_number(trimmed(text));
  return number && *number >= 1 && *number <= max_instances ? static_cast<std::uint32_t>(*number) : 0;
}

// ARC-Authentication-Results begins with its instance: "i=1; relay.example; spf=pass".
std::uint32_t instance_of_results(std::string_view text) {
  const auto first = trimmed(text.substr(0, text.find(';')));
  const auto equals = first.find('=');
  if (equals == std::string_view::npos || text.find(';') == std::string_view::npos) return 0;
  return trimmed(first.substr(0, equals)) == "i" ? instance_of(first.substr(equals + 1)) : 0;
}

class Chain {
 public:
  Chain(const RawMessage& message, BodyHashes& bodies, const Resolver& resolver)
      : message_(message), bodies_(bodies), resolver_(resolver) {}

  Arc judge() {
    Arc arc;
    if (!present()) return arc;
    arc.result = ArcResult::fail;
    arc.reason = collect();
    describe(arc);
    if (arc.reason.empty()) arc.reason = validate(arc);
    if (arc.reason.empty()) arc.result = ArcResult::pass;
    return arc;
  }

 private:
  bool present() const {
    return std::any_of(message_.fields().begin(), message_.fields().end(), [](const RawField& field) {
      return field.name == "arc-seal" || field.name == "arc-message-signature" ||
             field.name == "arc-authentication-results";
    });
  }

  static bool place(const RawField*& slot, const RawField& field) {
    if (slot != nullptr) return false;
    slot = &field;
    return true;
  }

  // Steps 1 to 3: the sets are whole, one of each, without gap. Gives the code of what is wrong.
  std::string collect() {
    std::map<std::uint32_t, Set> sets;
    for (const auto& field : message_.fields()) {
      if (field.name == "arc-authentication-results") {
        const auto instance = instance_of_results(field.value);
        if (instance == 0) return "results-instance";
        if (!place(sets[instance].results, field)) return "results-repeated";
      } else if (field.name == "arc-seal" || field.name == "arc-message-signature") {
        auto tags = read_tags(field.value);
        if (!tags) return "syntax";
        const auto instance = instance_of(value(*tags, "i"));
        if (instance == 0) return "instance";
        auto& set = sets[instance];
        const bool seal = field.name == "arc-seal";
        if (!place(seal ? set.seal : set.signature, field)) return "repeated";
        (seal ? set.seal_tags : set.signature_tags) = std::move(*tags);
      }
    }
    std::uint32_t expected = 1;
    for (auto& [instance, set] : sets) {
      if (instance != expected++) return "gap";
      if (set.results == nullptr || set.signature == nullptr || set.seal == nullptr) return "incomplete";
      sets_.push_back(std::move(set));
    }
    return {};
  }

  void describe(Arc& arc) const {
    for (std::size_t i = 0; i < sets_.size(); ++i) {
      ArcSet set;
      set.instance = static_cast<std::uint32_t>(i + 1);
      set.domain = host(value(sets_[i].seal_tags, "d"));
      set.selector = lowered(value(sets_[i].seal_tags, "s"));
      set.cv = lowered(value(sets_[i].seal_tags, "cv"));
      const auto results = sets_[i].results->value;
      set.authentication_results = std::string(trimmed(results.substr(results.find(';') + 1)));
      arc.sets.push_back(std::move(set));
    }
  }

  std::string validate(Arc& arc) {
    if (arc.sets.back().cv == "fail") return "sealed-fail";
    for (const auto& set : arc.sets) {
      if (set.cv != (set.instance == 1 ? "none" : "pass")) return "cv";
    }
    if (auto reason = check_signature(sets_.back()); !reason.empty()) return reason;
    for (std::size_t i = sets_.size(); i-- > 0;) {
      if (auto reason = check_seal(i); !reason.empty()) return reason;
    }
    arc.oldest_pass = static_cast<std::uint32_t>(sets_.size());
    while (arc.oldest_pass > 1 && check_signature(sets_[arc.oldest_pass - 2]).empty()) --arc.oldest_pass;
    return {};
  }

  std::string check_key(const Tags& tags, const SignatureInput& input) const {
    const auto domain = host(value(tags, "d"));
    const auto selector = lowered(value(tags, "s"));
    if (!is_domain_name(domain) || !is_domain_name(selector)) return "domain";
    if (input.algorithm != SignatureAlgorithm::rsa_sha256 && input.algorithm != SignatureAlgorithm::ed25519_sha256) {
      return "algorithm";
    }
    if (const auto* at = tag(tags, "t"); at != nullptr && !to_number(*at)) return "time";
    const auto key = find_key(resolver_, selector, domain, input.algorithm);
    if (!key.key) return key.verdict.reason;
    return holds(input, *key.key) ? std::string() : "signature";
  }

  std::string check_signature(const Set& set) {
    const auto& tags = set.signature_tags;
    for (const auto name : {"a", "b", "bh", "d", "h", "s"}) {
      if (tag(tags, name) == nullptr) return "tag-missing";
    }
    const auto names = field_names(value(tags, "h"));
    if (std::find(names.begin(), names.end(), "arc-seal") != names.end()) return "seal-signed";
    const auto* c = tag(tags, "c");
    const auto canonicals = c == nullptr ? Canonicals{Canonical::relaxed, Canonical::relaxed} : read_canonicals(*c);
    if (!canonicals) return "canonicalization";
    std::optional<std::uint64_t> length;
    if (const auto* l = tag(tags, "l"); l != nullptr) {
      length = to_number(*l);
      if (!length || *length > bodies_.size(canonicals->body)) return "length";
    }
    const auto stated = kernel::from_base64(value(tags, "bh"), kernel::WhiteSpace::skip);
    const auto digest = bodies_.of(canonicals->body, length);
    if (!stated || !std::equal(stated->begin(), stated->end(), digest.begin(), digest.end())) return "body-hash";
    SignatureInput input;
    input.algorithm = algorithm_of(value(tags, "a"));
    input.signature = value(tags, "b");
    input.signed_bytes = signed_fields(message_, names, *set.signature, canonicals->header);
    return check_key(tags, input);
  }

  // A seal covers every set up to its own, always relaxed, its own b= emptied.
  std::string check_seal(std::size_t index) const {
    const auto& tags = sets_[index].seal_tags;
    for (const auto name : {"a", "b", "cv", "d", "s"}) {
      if (tag(tags, name) == nullptr) return "tag-missing";
    }
    if (tag(tags, "h") != nullptr) return "tag-forbidden";  // section 4.1.3: a seal does not choose what it covers
    SignatureInput input;
    input.algorithm = algorithm_of(value(tags, "a"));
    input.signature = value(tags, "b");
    for (std::size_t i = 0; i <= index; ++i) {
      input.signed_bytes += canonical_field(*sets_[i].results, Canonical::relaxed);
      input.signed_bytes += canonical_field(*sets_[i].signature, Canonical::relaxed);
      if (i < index) input.signed_bytes += canonical_field(*sets_[i].seal, Canonical::relaxed);
    }
    input.signed_bytes += signed_fields(message_, {}, *sets_[index].seal, Canonical::relaxed);
    return check_key(tags, input);
  }

  const RawMessage& message_;
  BodyHashes& bodies_;
  const Resolver& resolver_;
  std::vector<Set> sets_;
};

}  // namespace

Arc verify_arc(const RawMessage& message, BodyHashes& bodies, const Resolver& resolver, Instant) {
  if (message.fields().size() > max_judged_fields) return {};
  return Chain(message, bodies, resolver).judge();
}

Arc verify_arc(ByteView raw, const Resolver& resolver, Instant now) {
  const RawMessage message(kernel::as_text(raw));
  BodyHashes bodies(message.body());
  return verify_arc(message, bodies, resolver, now);
}

std::string_view name_of(ArcResult result) {
  constexpr std::string_view names[] = {"none", "pass", "fail"};
  return names[static_cast<std::size_t>(result)];
}

}  // namespace carnet::mail
