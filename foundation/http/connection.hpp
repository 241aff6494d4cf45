// Internal to foundation/http: one connection, its requests one after the other; or, once both sides agree on HTTP/2,
// what hands it over.
#pragma once
#include <chrono>

#include "foundation/http/body_memory.hpp"
#include "foundation/http/pipeline.hpp"
#include "foundation/http/worker.hpp"

namespace carnet::http {

class Http2;

// Lives on its worker's thread. Whatever it awaits has a deadline, which the worker's tick watches: passing it closes
// the socket, which ends the wait; for a handler it sends 503 instead, and the handler goes on to its end unheard.
class Connection final : public BodySource, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Worker& worker, Endpoint& endpoint, std::unique_ptr<Transport> transport, std::string peer);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // From handshake to the last answer; the connection lives at least as long.
  static io::Task<void> serve(std::shared_ptr<Connection> self);

  void tick(std::chrono::steady_clock::time_point now);
  void drain();  // closes at once when no request has begun, else after its answer
  void cut();    // closes now

  io::Task<kernel::Status> receive_body(std::size_t max_body) override;
  bool is_answered() const override { return phase_ == Phase::abandoned; }

 private:
  using Time = std::chrono::steady_clock::time_point;
  enum class Phase { handshake, idle, head, body, handling, writing, closing, abandoned };

  void wait_in(Phase phase, std::int64_t ms);
  io::Task<bool> serve_one();
  void begin_turn();
  kernel::Result<bool> take_head();  // from what was read: false when more is needed
  asio::mutable_buffer room();       // for what is read next; empty when no more is taken
  io::Task<bool> read_more();
  io::Task<kernel::Status> receive_counted(std::size_t length);
  io::Task<kernel::Status> receive_chunked(std::size_t max_body);
  io::Task<bool> say_continue();
  io::Task<bool> discard_unread_body();
  void release_body();
  bool begins_http2();
  io::Task<void> go_on_in_http2();
  bool plan_what_follows();
  void render_answer(bool keep_alive);
  io::Task<bool> write_all(std::string_view head, std::string_view body);
  static io::Task<void> answer_late(std::shared_ptr<Connection> self);
  io::Task<void> finish();

  Worker& worker_;
  Core& core_;
  Endpoint& endpoint_;
  std::unique_ptr<Transport> transport_;
  const std::string peer_;
  const std::optional<PeerKey> peer_key_;
  std::list<Connection*>::iterator place_;

  Phase phase_ = Phase::handshake;
  Time deadline_ = Time::max();

  std::vector<char> input_;  // bytes read and not yet used: [begin_, end_)
  std::size_t begin_ = 0, end_ = 0;
  HeadParser parser_;
  Turn turn_;
  std::string output_;  // the answer's head, and its body when that is small
  bool has_separate_body_ = false;
  Time started_{};
  BodyMemory body_memory_;
  std::shared_ptr<Http2> http2_;   // has taken the connection over
  std::uint64_t unread_body_ = 0;  // of an answered request, to be thrown away before the next head
  std::size_t bytes_in_ = 0, bytes_out_ = 0;
  bool has_body_ = false;    // the body of this turn was received, or there is none
  bool is_readable_ = true;  // the stream still stands at the start of something we understand
  bool is_first_ = true;
  bool may_skip_line_ = true;
  bool is_http2_ = false;
};

}  // namespace carnet::http
