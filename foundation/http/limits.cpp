#include "foundation/http/limits.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <list>
#include <mutex>
#include <unordered_map>

namespace carnet::http {
namespace {

constexpr std::int64_t longest_wait_s = 3600;

struct HashKey {
  std::size_t operator()(const PeerKey& key) const {
    return std::hash<std::string_view>{}(kernel::as_text({key.data(), key.size()}));
  }
};

struct Bucket {
  PeerKey peer;
  double tokens;
  std::int64_t at_ms;
};

}  // namespace

std::optional<PeerKey> peer_key(std::string_view address) {
  const std::string text(address);
  PeerKey key{};
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    key[10] = key[11] = 0xff;
    std::memcpy(key.data() + 12, &v4, 4);
    return key;
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return std::nullopt;
  const bool is_mapped = IN6_IS_ADDR_V4MAPPED(&v6);
  std::memcpy(key.data(), &v6, is_mapped ? 16 : 8);
  return key;
}

struct Limits::Table {
  Table(Limit row, std::size_t capacity) : limit(std::move(row)), max_entries(capacity) {}

  double refilled(const Bucket& bucket, std::int64_t now_ms) const {
    const auto elapsed_ms = std::max<std::int64_t>(0, now_ms - bucket.at_ms);
    return std::min(limit.bucket, bucket.tokens + static_cast<double>(elapsed_ms) * limit.per_second / 1000.0);
  }

  // Makes room for a newcomer. Forgetting a peer whose bucket is full again loses nothing, so it is always allowed; an
  // open limit then forgets whom it saw longest ago, a closed one has no room.
  bool make_room(std::int64_t now_ms) {
    if (recent.size() < max_entries) return true;
    const Bucket& oldest = recent.back();
    if (limit.fails == Limit::Fails::closed && refilled(oldest, now_ms) < limit.bucket) return false;
    by_peer.erase(oldest.peer);
    recent.pop_back();
    return true;
  }

  std::int64_t wait_s(double tokens) const {
    if (limit.per_second <= 0) return longest_wait_s;
    const double seconds = std::ceil((1.0 - tokens) / limit.per_second);
    return static_cast<std::int64_t>(std::clamp(seconds, 1.0, static_cast<double>(longest_wait_s)));
  }

  std::optional<std::int64_t> take(const PeerKey& peer, std::int64_t now_ms) {
    const std::lock_guard lock(mutex);
    auto found = by_peer.find(peer);
    if (found == by_peer.end()) {
      if (!make_room(now_ms)) return wait_s(0);
      recent.push_front({peer, limit.bucket, now_ms});
      found = by_peer.emplace(peer, recent.begin()).first;
    } else {
      recent.splice(recent.begin(), recent, found->second);
    }
    Bucket& bucket = *found->second;
    bucket.tokens = refilled(bucket, now_ms);
    bucket.at_ms = std::max(bucket.at_ms, now_ms);
    if (bucket.tokens < 1.0) return wait_s(bucket.tokens);
    bucket.tokens -= 1.0;
    return std::nullopt;
  }

  const Limit limit;
  const std::size_t max_entries;
  std::mutex mutex;
  std::list<Bucket> recent;  // most recently seen first
  std::unordered_map<PeerKey, std::list<Bucket>::iterator, HashKey> by_peer;
};

Limits::Limits(const std::vector<Limit>& rows, std::size_t capacity) {
  for (const auto& row : rows) tables_.push_back(std::make_unique<Table>(row, capacity));
}

Limits::~Limits() = default;

std::optional<std::size_t> Limits::index_of(std::string_view name) const {
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    if (tables_[i]->limit.name == name) return i;
  }
  return std::nullopt;
}

kernel::Status Limits::take(std::size_t limit, const PeerKey& peer, kernel::Instant now) {
  const auto wait_s = tables_[limit]->take(peer, now.ms);
  if (!wait_s) return {};
  kernel::Error error{kernel::ErrorKind::too_many, "http.limit", "too many requests from this address"};
  error.retry_after_s = *wait_s;
  return std::unexpected(std::move(error));
}

}  // namespace carnet::http
