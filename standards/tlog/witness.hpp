// What a witness does (C2SP tlog-witness, add-checkpoint): it cosigns a log's newer checkpoint only when a proof says that
// the one it saw before is a beginning of it. Pure: the caller keeps `Seen`, durably, before it gives the answer away.
#pragma once
#include "standards/tlog/tlog.hpp"

namespace carnet::tlog {

struct Seen {
  std::uint64_t size = 0;
  Hash root = empty_root();
  bool operator==(const Seen&) const = default;
};
std::string write_seen(const Seen& seen);
kernel::Result<Seen> read_seen(std::string_view text);  // invalid "tlog.seen"

struct WitnessAnswer {
  int status = 400;  // 200; 400 malformed; 403 not signed by the log; 404 another log; 409 old size differs; 422 proof fails
  std::string media_type = "text/plain";
  std::string body{};  // 200: signature lines; 409: the size last seen
  Seen seen{};         // what to keep; as before unless 200
};
WitnessAnswer judge_checkpoint(std::string_view request, const Seen& seen, const VerifierKey& log, std::string_view name,
                               const crypto::SigningKey& key, std::int64_t now_seconds);

}  // namespace carnet::tlog
