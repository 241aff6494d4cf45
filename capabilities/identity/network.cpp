// Where a request comes from, as coarse as one household or one provider's customer.
#include <algorithm>

#include "identity/identity.hpp"

namespace carnet::identity {

std::string network_of(std::string_view address) {
  if (address.find(':') == std::string_view::npos || address.find('.') != std::string_view::npos) return std::string(address);
  std::string out;
  int groups = 0;
  const auto head = address.substr(0, address.find("::"));
  for (std::size_t at = 0; at < head.size() && groups < 4; ++groups) {
    const auto end = std::min(head.find(':', at), head.size());
    auto group = head.substr(at, end - at);
    while (group.size() > 1 && group.front() == '0') group.remove_prefix(1);
    for (const char c : group) out += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    out += ':';
    at = end + 1;
  }
  for (; groups < 4; ++groups) out += "0:";
  return out;
}

}  // namespace carnet::identity
