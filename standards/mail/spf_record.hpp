// The text of an SPF record (RFC 7208, sections 5, 6, 7 and 12). Internal to standards/mail.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "standards/mail/authentication.hpp"
#include "standards/mail/ip.hpp"

namespace carnet::mail {

enum class Mechanism { all, include, a, mx, ptr, ip4, ip6, exists };
struct SpfTerm {
  SpfResult when_matched = SpfResult::pass;  // by its qualifier
  Mechanism mechanism = Mechanism::all;
  std::string domain;  // macros not expanded; "" when absent
  unsigned v4_bits = 32, v6_bits = 128;
  std::optional<Ip> network;
  std::string text;  // as written
};
struct SpfRecord {
  std::vector<SpfTerm> terms;
  std::string redirect;  // macros not expanded; "" when absent
};
bool is_spf_record(std::string_view text);
// nullopt: a syntax error anywhere, which is a permerror whatever stands before it.
std::optional<SpfRecord> parse_spf(std::string_view text);

// What macros stand for. `validated_name` is asked only when %{p} is written.
struct MacroValues {
  std::string sender, local_part, sender_domain, domain, helo;
  Ip ip;
  std::function<std::string()> validated_name;
};
// A domain-spec with its macros replaced, cut from the left to 253 bytes, without trailing dot. The spec has been
// checked.
std::string expand_macros(std::string_view spec, const MacroValues& values);
bool is_macro_string(std::string_view text);
bool is_domain_spec(std::string_view text);

}  // namespace carnet::mail
