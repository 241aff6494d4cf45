// Internal to foundation/http: one stream of an HTTP/2 connection, which is one request and its answer.
#pragma once
#include "foundation/http/http2.hpp"

namespace carnet::http {

class Http2::Stream final : public BodySource {
 public:
  Stream(Http2& connection, std::int32_t stream_id);

  // One field of the head, pseudo-fields included. What cannot be kept is remembered and refused by the pipeline's
  // place.
  void add_field(std::string_view name, std::string_view value);
  void end_head(bool has_body);
  // What is wrong with the head, if something is.
  kernel::Status check_head() const;

  void add_body(kernel::ByteView bytes);
  void end_body();
  void break_body(kernel::Error why);
  io::Task<kernel::Status> receive_body(std::size_t max_body) override;
  bool is_answered() const override { return phase == Phase::abandoned; }
  void wake() { came_.cancel(); }

  std::size_t take_answer(std::uint8_t* into, std::size_t room, bool& is_last);

  Http2& connection;
  const std::int32_t id;
  Turn turn;
  BodyMemory memory;
  enum class Phase { head, handling, body, answered, abandoned } phase = Phase::head;
  Time deadline = Time::max();
  Time started{};
  Response answered;         // what is being sent; the turn may still be in use by a late handler
  std::size_t sent = 0;      // of its body
  std::size_t bytes_in = 0;  // head and body
  bool is_gone = false;      // reset by the peer, or the connection has ended

 private:
  void add_pseudo_field(std::string_view name, std::string_view value);
  void open_window();
  std::size_t head_bytes_ = 0;
  bool is_head_too_large_ = false, has_unknown_expectation_ = false, has_other_host_ = false;
  bool is_body_wanted_ = false, is_body_whole_ = false;
  std::size_t unconfirmed_ = 0;  // bytes of the body for which the peer has no new window yet
  std::optional<kernel::Error> body_error_;
  SteadyTimer came_;  // cancelled when more of the body is here, or none will come
};

}  // namespace carnet::http
