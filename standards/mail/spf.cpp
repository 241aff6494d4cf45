#include <algorithm>

#include "standards/mail/dkim.hpp"
#include "standards/mail/spf_record.hpp"
#include "standards/mail/text.hpp"

namespace carnet::mail {
namespace {

constexpr int max_lookups = 10;  // RFC 7208, section 4.6.4
constexpr int max_void_lookups = 2;
constexpr std::size_t max_exchanges = 10;
constexpr std::size_t max_pointers = 10;
constexpr int max_depth = 12;

struct Outcome {
  SpfResult result = SpfResult::none;
  std::string mechanism;
  std::string reason;
};

Outcome permanent(std::string reason) {
  return {SpfResult::permerror, {}, std::move(reason)};
}
Outcome temporary() {
  return {SpfResult::temperror, {}, "dns"};
}

// A name DNS can be asked for: labels of 1 to 63 bytes.
bool can_be_asked(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  const auto labels = split(name, '.');
  return std::all_of(labels.begin(), labels.end(), [](std::string_view l) { return !l.empty() && l.size() <= 63; });
}

class Check {
 public:
  Check(const Resolver& resolver, Ip ip, std::string_view helo, std::string_view local_part, std::string_view domain)
      : resolver_(resolver) {
    values_.ip = ip;
    values_.helo = std::string(helo);
    values_.local_part = std::string(local_part);
    values_.sender_domain = std::string(domain);
    values_.sender = values_.local_part + "@" + values_.sender_domain;
  }

  Outcome host(const std::string& domain, int depth) {
    if (!can_be_asked(domain) || domain.find('.') == std::string::npos) return {};
    if (depth > max_depth) return permanent("lookups");
    const auto answer = resolver_.ask(domain, RecordType::txt);
    if (answer.outcome == DnsAnswer::Outcome::failed) return temporary();
    const std::string* text = nullptr;
    for (const auto& value : answer.values) {
      if (!is_spf_record(value)) continue;
      if (text != nullptr) return permanent("records");
      text = &value;
    }
    if (text == nullptr) return {};
    const auto record = parse_spf(*text);
    if (!record) return permanent("syntax");
    return evaluate(*record, domain, depth);
  }

 private:
  enum class Match { no, yes, permanent, temporary };

  Outcome evaluate(const SpfRecord& record, const std::string& domain, int depth) {
    bool all = false;
    for (const auto& term : record.terms) {
      all = all || term.mechanism == Mechanism::all;
      reason_.clear();
      switch (matches(term, domain, depth)) {
        case Match::no:
          continue;
        case Match::permanent:
          return permanent(reason_.empty() ? "lookups" : reason_);
        case Match::temporary:
          return temporary();
        case Match::yes:
          return {term.when_matched, term.text, {}};
      }
    }
    if (record.redirect.empty() || all) return {SpfResult::neutral, {}, {}};
    if (++lookups_ > max_lookups) return permanent("lookups");
    auto outcome = host(target(record.redirect, domain), depth + 1);
    return outcome.result == SpfResult::none ? permanent("redirect") : outcome;
  }

  Match matches(const SpfTerm& term, const std::string& domain, int depth) {
    const bool asks =
        term.mechanism != Mechanism::all && term.mechanism != Mechanism::ip4 && term.mechanism != Mechanism::ip6;
    if (asks && ++lookups_ > max_lookups) return Match::permanent;
    switch (term.mechanism) {
      case Mechanism::all:
        return Match::yes;
      case Mechanism::ip4:
      case Mechanism::ip6:
        return covers(*term.network, term) ? Match::yes : Match::no;
      case Mechanism::include:
        return include(target(term.domain, domain), depth);
      case Mechanism::a:
        return hosts(target(term.domain, domain), term);
      case Mechanism::mx:
        return exchanges(target(term.domain, domain), term);
      case Mechanism::ptr:
        return pointers(target(term.domain, domain));
      case Mechanism::exists:
        return exists(target(term.domain, domain));
    }
    return Match::no;
  }

  std::string target(const std::string& spec, const std::string& domain) {
    if (spec.empty()) return domain;
    values_.domain = domain;
    values_.validated_name = [&] { return validated_name(domain); };
    return expand_macros(spec, values_);
  }

  bool covers(const Ip& network, const SpfTerm& term) const {
    return values_.ip.in(network, values_.ip.v6 ? term.v6_bits : term.v4_bits);
  }

  // One question; nothing found counts as void.
  std::optional<DnsAnswer> ask(const std::string& name, RecordType type, Match& trouble) {
    DnsAnswer answer;
    if (can_be_asked(name)) answer = resolver_.ask(name, type);
    if (answer.outcome == DnsAnswer::Outcome::failed) {
      trouble = Match::temporary;
      return std::nullopt;
    }
    if (answer.values.empty() && ++void_lookups_ > max_void_lookups) {
      trouble = Match::permanent;
      reason_ = "void-lookups";
      return std::nullopt;
    }
    return answer;
  }

  RecordType address_type() const { return values_.ip.v6 ? RecordType::aaaa : RecordType::a; }

  bool any_covers(const DnsAnswer& answer, const SpfTerm& term) const {
    return std::any_of(answer.values.begin(), answer.values.end(), [&](const std::string& text) {
      const auto ip = parse_ip(text);
      return ip && covers(*ip, term);
    });
  }

  Match include(const std::string& name, int depth) {
    const auto outcome = host(name, depth + 1);
    switch (outcome.result) {
      case SpfResult::pass:
        return Match::yes;
      case SpfResult::temperror:
        return Match::temporary;
      case SpfResult::none:
        reason_ = "include";
        return Match::permanent;
      case SpfResult::permerror:
        reason_ = outcome.reason;
        return Match::permanent;
      default:
        return Match::no;
    }
  }

  Match hosts(const std::string& name, const SpfTerm& term) {
    Match trouble = Match::no;
    const auto answer = ask(name, address_type(), trouble);
    if (!answer) return trouble;
    return any_covers(*answer, term) ? Match::yes : Match::no;
  }

  Match exchanges(const std::string& name, const SpfTerm& term) {
    Match trouble = Match::no;
    const auto answer = ask(name, RecordType::mx, trouble);
    if (!answer) return trouble;
    if (answer->values.size() > max_exchanges) {
      reason_ = "exchanges";
      return Match::permanent;
    }
    for (const auto& exchange : answer->values) {
      const auto space = exchange.find(' ');
      const auto server = mail::host(space == std::string::npos ? exchange : exchange.substr(space + 1));
      if (!can_be_asked(server)) continue;
      const auto addresses = resolver_.ask(server, address_type());
      if (addresses.outcome == DnsAnswer::Outcome::failed) return Match::temporary;
      if (any_covers(addresses, term)) return Match::yes;
    }
    return Match::no;
  }

  // Names of the client that point back at it, section 5.5; at most ten are looked at.
  std::vector<std::string> validated_names() {
    std::vector<std::string> names;
    const auto pointers = resolver_.ask(values_.ip.reverse_name(), RecordType::ptr);
    for (std::size_t i = 0; i < pointers.values.size() && i < max_pointers; ++i) {
      const auto name = mail::host(pointers.values[i]);
      if (!can_be_asked(name)) continue;
      const auto addresses = resolver_.ask(name, address_type());
      const bool back = std::any_of(addresses.values.begin(), addresses.values.end(), [&](const std::string& text) {
        const auto ip = parse_ip(text);
        return ip && *ip == values_.ip;
      });
      if (back) names.push_back(name);
    }
    return names;
  }

  Match pointers(const std::string& name) {
    const auto wanted = lowered(name);
    const auto names = validated_names();
    const bool found =
        std::any_of(names.begin(), names.end(), [&](const std::string& n) { return is_within(n, wanted); });
    return found ? Match::yes : Match::no;
  }

  std::string validated_name(const std::string& domain) {
    const auto names = validated_names();
    const auto wanted = lowered(domain);
    if (std::find(names.begin(), names.end(), wanted) != names.end()) return wanted;
    for (const auto& name : names) {
      if (is_within(name, wanted)) return name;
    }
    return names.empty() ? "unknown" : names[0];
  }

  Match exists(const std::string& name) {
    Match trouble = Match::no;
    const auto answer = ask(name, RecordType::a, trouble);
    if (!answer) return trouble;
    return answer->values.empty() ? Match::no : Match::yes;
  }

  const Resolver& resolver_;
  MacroValues values_;
  int lookups_ = 0;
  int void_lookups_ = 0;
  std::string reason_;
};

}  // namespace

Spf check_spf(std::string_view client_ip, std::string_view helo, std::string_view mail_from, const Resolver& resolver) {
  Spf out;
  out.checked = true;
  const auto ip = parse_ip(client_ip);
  if (!ip) {
    out.checked = false;
    return out;
  }
  if (mail_from.starts_with('<') && mail_from.ends_with('>')) mail_from = mail_from.substr(1, mail_from.size() - 2);
  std::string_view local = "postmaster";
  out.from_helo = mail_from.empty();
  std::string_view domain = out.from_helo ? helo : mail_from;
  if (const auto at = mail_from.rfind('@'); at != std::string_view::npos) {
    domain = mail_from.substr(at + 1);
    if (at > 0) local = mail_from.substr(0, at);
  }
  out.domain = host(domain);
  auto outcome = Check(resolver, *ip, helo, local, domain).host(out.domain, 0);
  out.result = outcome.result;
  out.mechanism = std::move(outcome.mechanism);
  out.reason = std::move(outcome.reason);
  return out;
}

std::string_view name_of(SpfResult result) {
  constexpr std::string_view names[] = {"none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"};
  return names[static_cast<std::size_t>(result)];
}

}  // namespace carnet::mail
