// A load generator that costs little: one thread, epoll, connections kept, one request at a time on each, requests made
// before they are needed. It reads of an answer only what it must. HTTP/1.1 on the loopback, in clear or under TLS.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace carnet::proof {

struct Load {
  // The nth request of the run, head and body. The view holds until the next call for the same connection.
  std::function<std::string_view(std::uint64_t n, std::size_t connection)> request;
  // Whether this is the answer that was hoped for.
  std::function<bool(int status, std::string_view body)> is_right;
};

struct Outcome {
  double seconds = 0;
  std::uint64_t answers = 0, errors = 0;
  std::vector<std::int64_t> latencies_us;  // one per answer, in no order
};

struct Door {
  std::uint16_t port = 0;
  std::string certificate_pem;  // the one the server must show; empty: no TLS
};

// Keeps `connections` busy for `seconds`. Throws when a connection cannot be made or breaks.
Outcome drive(const Door& door, std::size_t connections, double seconds, const Load& load);
// Every request once, `connections` at a time.
Outcome drive_all(const Door& door, std::size_t connections, std::uint64_t requests, const Load& load);

// "GET /x HTTP/1.1", Host, Authorization, and the body with its length and type when there is one.
std::string request_text(std::string_view method, std::string_view target, std::string_view token, std::string_view body = {},
                         std::string_view content_type = "application/fhir+json");

}  // namespace carnet::proof
