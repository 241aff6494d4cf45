// Messages asked to be checked at a steady pace, by many people: a connection is replaced after some questions by one from
// another address (the loopback has many), because the service counts by address. An open loop: an answer that is late delays no other question.
#pragma once
#include "proof/load/http_load.hpp"

namespace carnet::proof {

struct Paced {
  std::uint64_t asked = 0, errors = 0;     // errors: not answered 200, or not at all
  std::vector<std::int64_t> latencies_us;  // from when a question was due, not from when it left
};

// `per_second` checks for `seconds` over so many connections in turn; texts of our own, lures and ordinary ones.
Paced drive_checks(std::uint16_t plain_port, std::size_t connections, std::size_t per_second, double seconds);

}  // namespace carnet::proof
