// Internal to foundation/http: one HTTP/2 connection (RFC 9113) and its streams, over nghttp2, which keeps the
// protocol; what a request may cost is kept here. Each stream goes through the same pipeline as a request of HTTP/1.1.
//   memory    64 KiB of an unasked body per stream, then as the route takes it; headers 16 KiB and 100 fields
//   handlers  as many under way as streams are allowed, those whose stream was reset included
//   floods    resets, settings, continuations and frames that carry nothing are counted; beyond, ENHANCE_YOUR_CALM
//   time      as in HTTP/1.1: head, body, handler, answer without progress, rest without a stream
#pragma once
#include <chrono>
#include <unordered_map>

#include "foundation/http/body_memory.hpp"
#include "foundation/http/pipeline.hpp"
#include "foundation/http/worker.hpp"

struct nghttp2_session;

namespace carnet::http {

class Http2 final : public std::enable_shared_from_this<Http2> {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // `peer` and its key as the connection that was taken over knew them.
  Http2(Worker& worker, Endpoint& endpoint, std::unique_ptr<Transport> transport, std::string peer,
        std::optional<PeerKey> peer_key);
  ~Http2();
  Http2(const Http2&) = delete;
  Http2& operator=(const Http2&) = delete;

  // From the preface, of which `already_read` may hold a part, until the last handler has ended.
  static io::Task<void> serve(std::shared_ptr<Http2> self, std::string already_read);

  void tick(Time now);
  void drain();  // no new stream; ends when those under way have been answered
  void cut();

 private:
  class Stream;
  struct Callbacks;
  friend struct Callbacks;

  bool start_session();
  io::Task<void> read_all(std::string already_read);
  static io::Task<void> write_all(std::shared_ptr<Http2> self);
  bool take_in(std::string_view bytes);
  void begin_streams();
  static io::Task<void> serve_stream(std::shared_ptr<Http2> self, std::shared_ptr<Stream> stream);
  void answer(Stream& stream, Response response);
  void answer_late(Stream& stream);
  void reset(std::int32_t id, std::uint32_t code);
  void calm_down();  // ends the connection of a peer that only makes work
  void wake_writer();
  static bool is_under_way(const Http2& c);

  Worker& worker_;
  Core& core_;
  Endpoint& endpoint_;
  std::unique_ptr<Transport> transport_;
  const std::string peer_;
  const std::optional<PeerKey> peer_key_;

  nghttp2_session* session_ = nullptr;
  std::unordered_map<std::int32_t, std::shared_ptr<Stream>> streams_;
  std::vector<std::shared_ptr<Stream>> begun_;  // heads that are whole, not yet on their way
  std::size_t handlers_ = 0;                    // under way, heard or not
  std::size_t empty_frames_ = 0;                // since something useful came or went
  Time head_deadline_ = Time::max();            // of the header block that is coming in
  Time idle_deadline_ = Time::max();            // while there is no stream
  Time write_deadline_ = Time::max();           // of the write under way

  SteadyTimer writable_;  // cancelled when there may be something to write
  SteadyTimer ended_;     // cancelled when the last handler has ended, or the last byte is written
  bool is_ended_ = false;
  bool has_written_all_ = false;
  bool is_draining_ = false;
};

}  // namespace carnet::http
