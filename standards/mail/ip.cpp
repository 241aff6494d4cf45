#include "standards/mail/ip.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace carnet::mail {

bool Ip::in(const Ip& network, unsigned prefix_bits) const {
  if (v6 != network.v6) return false;
  for (unsigned i = 0; i < bits() && i < prefix_bits; i += 8) {
    const unsigned left = std::min(prefix_bits - i, 8u);
    const auto mask = static_cast<std::uint8_t>(0xFF00u >> left);
    if ((bytes[i / 8] & mask) != (network.bytes[i / 8] & mask)) return false;
  }
  return true;
}

std::string Ip::text() const {
  if (!v6) return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
  std::string out;
  for (const auto byte : bytes) out += fmt::format("{}{:x}.{:x}", out.empty() ? "" : ".", byte >> 4, byte & 15);
  return out;
}

std::string Ip::reverse_name() const {
  if (!v6) return fmt::format("{}.{}.{}.{}.in-addr.arpa", bytes[3], bytes[2], bytes[1], bytes[0]);
  std::string out;
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte)
    out += fmt::format("{:x}.{:x}.", *byte & 15, *byte >> 4);
  return out + "ip6.arpa";
}

std::optional<Ip> parse_ip(std::string_view text) {
  constexpr std::size_t max_text = 60;
  if (text.size() > max_text) return std::nullopt;
  const std::string plain(text);
  if (plain.size() != std::strlen(plain.c_str())) return std::nullopt;
  Ip ip;
  if (inet_pton(AF_INET, plain.c_str(), ip.bytes.data()) == 1) return ip;
  if (inet_pton(AF_INET6, plain.c_str(), ip.bytes.data()) != 1) return std::nullopt;
  ip.v6 = true;
  constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(mapped.begin(), mapped.end(), ip.bytes.begin())) {
    Ip v4;
    std::copy(ip.bytes.begin() + 12, ip.bytes.end(), v4.bytes.begin());
    return v4;
  }
  return ip;
}

}  // namespace carnet::mail
