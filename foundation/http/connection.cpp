#include "foundation/http/connection.hpp"

#include <algorithm>
#include <cstring>

#include "foundation/http/http2.hpp"
#include "foundation/http/wire.hpp"
#include "foundation/observe/observe.hpp"

namespace carnet::http {
namespace {

using kernel::ErrorKind;
using kernel::Status;

constexpr std::size_t first_input_bytes = 4 * 1024;
constexpr std::size_t max_input_bytes = max_head_bytes + 1024;
constexpr std::size_t one_write_bytes = 16 * 1024;     // an answer up to this goes out in one piece
constexpr std::uint64_t worth_discarding = 64 * 1024;  // unread body that is cheaper to read over than a new connection
constexpr std::int64_t slowest_body_bytes_per_s = 4096;  // on average, once the idle time-out has passed
constexpr std::int64_t linger_ms = 1'000;
constexpr std::size_t linger_bytes = 1 << 20;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

auto now() {
  return std::chrono::steady_clock::now();
}

Status gone() {
  return kernel::refuse(ErrorKind::invalid, "http.timeout", "the body did not come in time");
}

}  // namespace

Connection::Connection(Worker& worker, Endpoint& endpoint, std::unique_ptr<Transport> transport, std::string peer)
    : worker_(worker),
      core_(worker.core),
      endpoint_(endpoint),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      peer_key_(peer_key(peer_)),
      place_(worker.connections.insert(worker.connections.end(), this)),
      input_(first_input_bytes),
      body_memory_(core_) {
  turn_.peer = peer_key_;
}

Connection::~Connection() {
  release_body();
  worker_.connections.erase(place_);
  endpoint_.connections.fetch_sub(1);
  worker_.load.fetch_sub(1);
}

void Connection::wait_in(Phase phase, std::int64_t ms) {
  phase_ = phase;
  deadline_ = now() + std::chrono::milliseconds(ms);
}

void Connection::tick(Time at) {
  if (http2_) return http2_->tick(at);
  if (at < deadline_) return;
  deadline_ = Time::max();
  if (phase_ == Phase::handling) {
    wait_in(Phase::abandoned, linger_ms + core_.timing.body_idle_timeout_ms);
    io::spawn(worker_.context.get_executor(), answer_late(shared_from_this()));
    return;
  }
  transport_->close();
}

void Connection::drain() {
  if (http2_) return http2_->drain();
  if (phase_ == Phase::idle) transport_->close();
}

void Connection::cut() {
  if (http2_) return http2_->cut();
  transport_->close();
}

io::Task<void> Connection::serve(std::shared_ptr<Connection> self) {
  Connection& c = *self;
  c.wait_in(Phase::handshake, c.core_.timing.header_timeout_ms);
  const IoError refused = co_await c.transport_->handshake();
  c.is_http2_ = !refused && c.transport_->is_http2();
  bool goes_on = !refused && !c.is_http2_;
  while (goes_on) goes_on = co_await c.serve_one();
  if (c.is_http2_) co_return co_await c.go_on_in_http2();
  c.release_body();
  if (c.phase_ == Phase::abandoned) co_return;  // answer_late closes
  if (!refused) co_await c.finish();
  c.transport_->close();
}

io::Task<void> Connection::go_on_in_http2() {
  std::string already_read(input_.data() + begin_, end_ - begin_);
  std::vector<char>().swap(input_);
  http2_ = std::make_shared<Http2>(worker_, endpoint_, std::move(transport_), peer_, peer_key_);
  if (core_.is_draining) http2_->cut();
  co_await Http2::serve(http2_, std::move(already_read));
}

// One coroutine for all of a request that needs no body: each further one costs memory and a hundred nanoseconds.
io::Task<bool> Connection::serve_one() {
  if (unread_body_ > 0 && !co_await discard_unread_body()) co_return false;
  begin_turn();
  // A new connection must ask soon; a kept one may rest. Once a byte of the head is here, all of it must come in time.
  const auto& timing = core_.timing;
  const bool rests = begin_ == end_;
  wait_in(rests ? Phase::idle : Phase::head, rests && !is_first_ ? timing.keep_alive_ms : timing.header_timeout_ms);
  if (rests && core_.is_draining) co_return false;
  kernel::Result<bool> head = begin_ < end_ ? take_head() : false;
  while (head && !*head) {
    if (is_http2_) co_return false;
    const auto into = room();
    if (into.size() == 0) co_return false;
    const auto [error, count] = co_await transport_->read_some(into);
    if (error || count == 0) co_return false;
    end_ += count;
    if (phase_ == Phase::idle) wait_in(Phase::head, timing.header_timeout_ms);
    head = take_head();
  }
  is_first_ = false;
  started_ = now();
  wait_in(Phase::handling, timing.handler_deadline_ms);
  if (head) {
    co_await run_pipeline(core_, endpoint_, turn_, *this);
  } else {
    is_readable_ = false;
    turn_.response = render_error(core_, turn_, head.error());
  }
  if (phase_ == Phase::abandoned) co_return false;
  const bool keep_alive = plan_what_follows();
  render_answer(keep_alive);
  const std::string_view body = has_separate_body_ ? turn_.response.body : std::string_view();
  const auto written = transport_->try_write({asio::buffer(output_), asio::buffer(body)});
  const bool is_whole = written == output_.size() + body.size();
  bytes_out_ += written;
  const bool was_written =
      is_whole || co_await write_all(std::string_view(output_).substr(std::min(written, output_.size())),
                                     body.substr(written - std::min(written, output_.size())));
  account(core_, turn_, {turn_.response.status, started_, bytes_in_, bytes_out_});
  release_body();
  turn_.response = {};
  co_return was_written&& keep_alive;
}

void Connection::begin_turn() {
  parser_.reset(turn_.request, turn_.head);
  turn_.request.path.clear();
  turn_.request.query.clear();
  turn_.request.host.clear();
  turn_.request.peer = peer_;
  turn_.request.request_id = worker_.request_ids.next();
  turn_.site = nullptr;
  turn_.route = nullptr;
  turn_.exchange.reset();
  turn_.response = {};
  bytes_in_ = bytes_out_ = 0;
  has_body_ = false;
  may_skip_line_ = true;
}

kernel::Result<bool> Connection::take_head() {
  if (is_first_ && begins_http2()) return false;
  // One empty line before the request line is forgiven (RFC 9112 section 2.2).
  if (may_skip_line_) {
    if (end_ - begin_ < 2) return false;
    if (std::memcmp(input_.data() + begin_, "\r\n", 2) == 0) begin_ += 2;
    may_skip_line_ = false;
  }
  if (begin_ == end_) return false;
  std::size_t consumed = 0;
  CARNET_TRY(state, parser_.put({input_.data() + begin_, end_ - begin_}, consumed));
  begin_ += consumed;
  bytes_in_ += consumed;
  return state == HeadParser::State::done;
}

// In clear, on the loopback, a peer may begin with HTTP/2 at once. True while that is what it does.
bool Connection::begins_http2() {
  if (transport_->is_tls() || endpoint_.kind != Listener::Kind::plain_loopback) return false;
  const std::string_view seen(input_.data() + begin_, end_ - begin_);
  is_http2_ = seen.starts_with(http2_preface);
  return is_http2_ || (seen.size() >= 3 && http2_preface.starts_with(seen));
}

asio::mutable_buffer Connection::room() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (end_ == input_.size()) {
    std::memmove(input_.data(), input_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == input_.size()) {
      if (input_.size() >= max_input_bytes) return {};
      input_.resize(std::min(input_.size() * 2, max_input_bytes));
    }
  }
  return asio::buffer(input_.data() + end_, input_.size() - end_);
}

// Adds at least one byte to the input, or says that none will come.
io::Task<bool> Connection::read_more() {
  const auto into = room();
  if (into.size() == 0) co_return false;
  const auto [error, count] = co_await transport_->read_some(into);
  if (error || count == 0) co_return false;
  end_ += count;
  co_return true;
}

io::Task<Status> Connection::receive_body(std::size_t max_body) {
  if (turn_.head.announces_body()) {
    CARNET_CO_CHECK(body_memory_.hold_first(turn_.head.content_length.value_or(0)));
    if (turn_.head.expects_continue && begin_ == end_ && !co_await say_continue()) co_return gone();
    wait_in(Phase::body, core_.timing.body_idle_timeout_ms);
    if (turn_.head.is_chunked) {
      CARNET_CO_CHECK(co_await receive_chunked(max_body));
    } else {
      CARNET_CO_CHECK(co_await receive_counted(static_cast<std::size_t>(*turn_.head.content_length)));
    }
    bytes_in_ += turn_.request.body.size();
    wait_in(Phase::handling, core_.timing.handler_deadline_ms);
  }
  has_body_ = true;
  co_return Status{};
}

io::Task<bool> Connection::say_continue() {
  turn_.head.expects_continue = false;
  co_return co_await write_all(continue_line, {});
}

io::Task<Status> Connection::receive_counted(std::size_t length) {
  auto& body = turn_.request.body;
  const auto began = now();
  // Memory follows the bytes that came, never what was announced.
  std::size_t filled = std::min(length, end_ - begin_);
  body.resize(std::min(length, first_body_bytes));
  std::memcpy(body.data(), input_.data() + begin_, filled);
  begin_ += filled;
  while (filled < length) {
    if (filled == body.size()) {
      const auto larger = std::min(length, body.size() * 2);
      CARNET_CO_CHECK(body_memory_.hold(larger));
      body.reserve(larger);
      body.resize(larger);
    }
    const auto [error, count] =
        co_await transport_->read_some(asio::buffer(body.data() + filled, body.size() - filled));
    if (error || count == 0) co_return gone();
    filled += count;
    wait_in(Phase::body, core_.timing.body_idle_timeout_ms);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now() - began).count();
    const auto least = (ms - core_.timing.body_idle_timeout_ms) * slowest_body_bytes_per_s / 1000;
    if (static_cast<std::int64_t>(filled) < least) co_return gone();
  }
  co_return Status{};
}

io::Task<Status> Connection::receive_chunked(std::size_t max_body) {
  auto& body = turn_.request.body;
  const auto began = now();
  ChunkDecoder decoder;
  for (;;) {
    const auto step = decoder.next({input_.data() + begin_, end_ - begin_});
    if (step.is_malformed) {
      co_return kernel::refuse(ErrorKind::invalid, "http.body_malformed", "the chunks of the body cannot be read");
    }
    begin_ += step.consumed;
    if (!step.data.empty()) {
      const auto size = body.size() + step.data.size();
      if (size > max_body) {
        co_return kernel::refuse(ErrorKind::too_large, "http.body_too_large",
                                 "the body is larger than this address takes");
      }
      CARNET_CO_CHECK(body_memory_.append(body, kernel::as_bytes(step.data)));
    }
    if (step.is_done) co_return Status{};
    if (step.consumed > 0) continue;
    if (!co_await read_more()) co_return gone();
    wait_in(Phase::body, core_.timing.body_idle_timeout_ms);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now() - began).count();
    const auto least = (ms - core_.timing.body_idle_timeout_ms) * slowest_body_bytes_per_s / 1000;
    if (static_cast<std::int64_t>(body.size()) < least) co_return gone();
  }
}

void Connection::release_body() {
  body_memory_.release();
  if (turn_.request.body.capacity() > first_body_bytes) {
    kernel::Bytes().swap(turn_.request.body);
  } else {
    turn_.request.body.clear();
  }
}

// Whether another request may follow on this connection, and what of this one's body is still in its way.
bool Connection::plan_what_follows() {
  if (!is_readable_ || !turn_.head.keep_alive || core_.is_draining) return false;
  if (has_body_ || !turn_.head.announces_body()) return true;
  // A refusal before the body was read. What has begun to arrive cannot be told from the next request once chunks are
  // involved or the peer waits for "100 Continue".
  const auto length = turn_.head.content_length.value_or(0);
  if (turn_.head.is_chunked || turn_.head.expects_continue || length > worth_discarding) return false;
  if (!turn_.request.body.empty()) return false;  // broken off within the body
  unread_body_ = length;
  return true;
}

io::Task<bool> Connection::discard_unread_body() {
  while (unread_body_ > 0) {
    if (begin_ == end_) {
      wait_in(Phase::body, core_.timing.body_idle_timeout_ms);
      if (!co_await read_more()) co_return false;
    }
    const auto skipped = std::min<std::uint64_t>(unread_body_, end_ - begin_);
    begin_ += static_cast<std::size_t>(skipped);
    unread_body_ -= skipped;
  }
  co_return true;
}

void Connection::render_answer(bool keep_alive) {
  const Response& response = turn_.response;
  const Envelope envelope{
      .request_id = turn_.request.request_id,
      .date = worker_.date_line(),
      .site_headers = turn_.site != nullptr ? std::span<const Header>(turn_.site->headers) : std::span<const Header>(),
      .head_only = turn_.request.method == Method::head,
      .keep_alive = keep_alive,
      .http_1_0 = turn_.head.http_1_0};
  output_.clear();
  write_head(response, envelope, output_);
  has_separate_body_ = wants_body(response, envelope) && response.body.size() > one_write_bytes;
  if (!has_separate_body_ && wants_body(response, envelope)) output_.append(response.body);
}

io::Task<bool> Connection::write_all(std::string_view head, std::string_view body) {
  bytes_out_ += head.size() + body.size();
  while (!head.empty() || !body.empty()) {
    if (phase_ != Phase::abandoned) wait_in(Phase::writing, core_.timing.body_idle_timeout_ms);
    const auto [error, count] = co_await transport_->write_some(
        {asio::const_buffer(head.data(), head.size()), asio::const_buffer(body.data(), body.size())});
    if (error) co_return false;
    const auto of_head = std::min(count, head.size());
    head.remove_prefix(of_head);
    body.remove_prefix(count - of_head);
  }
  co_return true;
}

// The handler has not answered in time. It still uses the turn, so this writes an answer of its own beside it; the
// connection ends, and the turn with it once the handler returns.
io::Task<void> Connection::answer_late(std::shared_ptr<Connection> self) {
  Connection& c = *self;
  kernel::Error late{ErrorKind::unavailable, "http.deadline", {}};
  late.retry_after_s = 1;
  Response response = render_error(c.core_, c.turn_, late);
  const Envelope envelope{.request_id = c.turn_.request.request_id,
                          .date = c.worker_.date_line(),
                          .site_headers = c.turn_.site != nullptr ? std::span<const Header>(c.turn_.site->headers)
                                                                  : std::span<const Header>(),
                          .head_only = c.turn_.request.method == Method::head,
                          .keep_alive = false,
                          .http_1_0 = c.turn_.head.http_1_0};
  c.output_.clear();
  write_head(response, envelope, c.output_);
  if (wants_body(response, envelope)) c.output_.append(response.body);
  const bool was_written = co_await c.write_all(c.output_, {});
  account(c.core_, c.turn_, {response.status, c.started_, c.bytes_in_, c.bytes_out_});
  if (was_written) co_await c.transport_->say_goodbye();
  c.deadline_ = Time::max();
  c.transport_->close();
}

// The last answer is on its way. What the peer still sends is read over until it has closed too, or for a moment:
// closing on unread bytes would make its system throw the answer away.
io::Task<void> Connection::finish() {
  if (!transport_->socket().is_open() || phase_ == Phase::idle) co_return;
  wait_in(Phase::closing, linger_ms);
  co_await transport_->say_goodbye();
  IoError ignored;
  transport_->socket().shutdown(Socket::shutdown_send, ignored);
  for (std::size_t total = 0; total < linger_bytes;) {
    const auto [error, count] = co_await transport_->read_some(asio::buffer(input_));
    if (error) co_return;
    total += count;
  }
}

}  // namespace carnet::http
