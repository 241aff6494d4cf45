// Addresses of hosts, as SPF compares them. Internal to standards/mail.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace carnet::mail {

struct Ip {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // the first 4 for version 4
  auto operator<=>(const Ip&) const = default;

  unsigned bits() const { return v6 ? 128 : 32; }
  bool in(const Ip& network, unsigned prefix_bits) const;
  std::string text() const;          // "192.0.2.1"; version 6 as 32 hexadecimal digits with dots between (macro i)
  std::string reverse_name() const;  // "1.2.0.192.in-addr.arpa"
};
std::optional<Ip> parse_ip(std::string_view text);  // an IPv4-mapped address is the IPv4 one

}  // namespace carnet::mail
