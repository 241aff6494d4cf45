#include <algorithm>

#include "standards/mail/dkim.hpp"
#include "standards/mail/message.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

std::optional<DmarcPolicy> policy_of(std::string_view word) {
  if (same(word, "none")) return DmarcPolicy::none;
  if (same(word, "quarantine")) return DmarcPolicy::quarantine;
  return same(word, "reject") ? std::optional(DmarcPolicy::reject) : std::nullopt;
}

struct Found {
  std::optional<DmarcRecord> record;
  bool failed = false;
};

Found find_record(const Resolver& resolver, const std::string& domain) {
  Found found;
  const auto answer = resolver.ask("_dmarc." + domain, RecordType::txt);
  if (answer.outcome == DnsAnswer::Outcome::failed) {
    found.failed = true;
    return found;
  }
  std::size_t records = 0;
  for (const auto& text : answer.values) {
    if (!starts_with(trimmed(text.substr(0, text.find(';'))), "v=dmarc1") &&
        !starts_with(without_space(text.substr(0, text.find(';'))), "v=dmarc1")) {
      continue;
    }
    ++records;
    found.record = parse_dmarc(text);
  }
  if (records > 1) found.record.reset();  // RFC 7489, section 6.6.3: several are none
  return found;
}

bool aligned(std::string_view domain, std::string_view from, bool strict, const OrganisationalDomain& organisational) {
  if (domain.empty() || from.empty()) return false;
  if (domain == from) return true;
  if (strict || !organisational) return false;
  const auto mine = organisational(from);
  return !mine.empty() && mine == organisational(domain);
}

// The one address of the one From field, by the raw bytes; "" when there is any doubt.
std::string from_domain(const RawMessage& message) {
  if (message.from_fields() != 1) return {};
  for (const auto& field : message.fields()) {
    if (field.name != "from") continue;
    const auto addresses = parse_addresses(field.value);
    if (addresses.size() != 1 || !is_domain_name(addresses[0].domain)) return {};
    return addresses[0].domain;
  }
  return {};
}

Dmarc judge(const Authentication& seen, const std::string& from, const Resolver& resolver,
            const OrganisationalDomain& organisational) {
  Dmarc out;
  out.from_domain = from;
  if (from.empty()) {
    out.result = DmarcResult::permerror;
    return out;
  }
  auto found = find_record(resolver, from);
  out.record_domain = from;
  bool inherited = false;
  if (!found.record && !found.failed && organisational) {
    const auto parent = organisational(from);
    if (!parent.empty() && parent != from) {
      found = find_record(resolver, parent);
      out.record_domain = parent;
      inherited = true;
    }
  }
  if (found.record) {
    out.policy = inherited ? found.record->subdomain_policy : found.record->policy;
    out.percent = found.record->percent;
    out.dkim_strict = found.record->dkim_strict;
    out.spf_strict = found.record->spf_strict;
  } else {
    out.record_domain.clear();
  }
  out.dkim_aligned = std::any_of(seen.dkim.begin(), seen.dkim.end(), [&](const DkimSignature& signature) {
    return signature.result == DkimResult::pass && aligned(signature.domain, from, out.dkim_strict, organisational);
  });
  out.spf_aligned =
      seen.spf.result == SpfResult::pass && aligned(seen.spf.domain, from, out.spf_strict, organisational);
  if (out.dkim_aligned || out.spf_aligned) {
    out.result = found.record ? DmarcResult::pass : found.failed ? DmarcResult::temperror : DmarcResult::none;
    return out;
  }
  const bool unsure = found.failed || seen.spf.result == SpfResult::temperror ||
                      std::any_of(seen.dkim.begin(), seen.dkim.end(),
                                  [](const DkimSignature& s) { return s.result == DkimResult::temperror; });
  out.result = unsure ? DmarcResult::temperror : found.record ? DmarcResult::fail : DmarcResult::none;
  return out;
}

}  // namespace

std::optional<DmarcRecord> parse_dmarc(std::string_view record) {
  const auto tags = read_tags(record);
  if (!tags || tags->empty() || tags->front().first != "v" || tags->front().second != "DMARC1") return std::nullopt;
  const auto text = [&](std::string_view name) {
    const auto* found = tag(*tags, name);
    return found == nullptr ? std::string_view() : std::string_view(*found);
  };
  DmarcRecord out;
  // RFC 7489, section 6.6.3: without a policy that can be read, a record that asks for reports is p=none.
  const auto policy = policy_of(text("p"));
  const auto subdomain = text("sp").empty() ? policy : policy_of(text("sp"));
  if (!policy || !subdomain) {
    if (!starts_with(text("rua"), "mailto:")) return std::nullopt;
    return out;
  }
  out.policy = *policy;
  out.subdomain_policy = *subdomain;
  out.dkim_strict = same(text("adkim"), "s");
  out.spf_strict = same(text("aspf"), "s");
  if (const auto percent = to_number(text("pct")); percent && *percent <= 100) out.percent = static_cast<int>(*percent);
  return out;
}

Authentication verify(ByteView raw, const Envelope& envelope, const Resolver& resolver, Instant now,
                      const OrganisationalDomain& organisational_domain) {
  const RawMessage message(kernel::as_text(raw));
  BodyHashes bodies(message.body());
  Authentication out;
  out.from_fields = message.from_fields();
  out.dkim = verify_dkim(message, bodies, resolver, now);
  if (envelope.client_ip) out.spf = check_spf(*envelope.client_ip, envelope.helo, envelope.mail_from, resolver);
  out.arc = verify_arc(message, bodies, resolver, now);
  out.dmarc = judge(out, from_domain(message), resolver, organisational_domain);
  return out;
}

std::string_view name_of(DmarcResult result) {
  constexpr std::string_view names[] = {"none", "pass", "fail", "permerror", "temperror"};
  return names[static_cast<std::size_t>(result)];
}

}  // namespace carnet::mail
