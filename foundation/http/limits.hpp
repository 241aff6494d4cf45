// Internal to foundation/http: token buckets per limit and peer.
#pragma once
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "foundation/http/http.hpp"

namespace carnet::http {

// An IPv4 address (as mapped into IPv6), or the first 64 bits of an IPv6 one.
using PeerKey = std::array<std::uint8_t, 16>;
std::optional<PeerKey> peer_key(std::string_view address);

class Limits {
 public:
  static constexpr std::size_t default_capacity = 65'536;  // peers remembered per limit: 8 MiB each at most
  explicit Limits(const std::vector<Limit>& rows, std::size_t capacity = default_capacity);
  ~Limits();

  std::optional<std::size_t> index_of(std::string_view name) const;
  // Takes one token, or says when there will be one (too_many "http.limit"). Thread-safe. A clock that steps back
  // refills nothing and takes nothing away.
  kernel::Status take(std::size_t limit, const PeerKey& peer, kernel::Instant now);

 private:
  struct Table;
  std::vector<std::unique_ptr<Table>> tables_;
};

}  // namespace carnet::http
