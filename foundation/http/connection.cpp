#include "foundation/http/connection.hpp"

#include <algorithm>
#include <cstring>

#include "foundation/http/wire.hpp"
#include "foundation/observe/observe.hpp"

namespace carnet::http {
namespace {

using kernel::ErrorKind;
using kernel::Status;

constexpr std::size_t first_input_bytes = 4 * 1024;
constexpr std::size_t max_input_bytes = max_head_bytes + 1024;
constexpr std::size_t first_body_bytes = 64 * 1024;    // memory given to a body before any of it has come
constexpr std::size_t one_write_bytes = 16 * 1024;     // an answer up to this goes out in one piece
constexpr std::uint64_t worth_discarding = 64 * 1024;  // unread body that is cheaper to read over than a new connection
constexpr std::int64_t slowest_body_bytes_per_s = 4096;  // on average, once the idle time-out has passed
constexpr std::int64_t linger_ms = 1'000;
constexpr std::size_t linger_bytes = 1 << 20;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

auto now() {
  return std::chrono::steady_clock::now();
}

Status gone() {
  return kernel::refuse(ErrorKind::invalid, "http.timeout", "the body did not come in time");
}

Status no_memory() {
  kernel::Error busy{ErrorKind::unavailable, "http.busy", {}};
  busy.retry_after_s = 1;
  return std::unexpected(std::move(busy));
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
      input_(first_input_bytes) {
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
  if (phase_ == Phase::idle) transport_->close();
}

void Connection::cut() {
  transport_->close();
}

io::Task<void> Connection::serve(std::shared_ptr<Connection> self) {
  Connection& c = *self;
  c.wait_in(Phase::handshake, c.core_.timing.header_timeout_ms);
  const IoError refused = co_await c.transport_->handshake();
  bool goes_on = !refused;
  while (goes_on) goes_on = co_await c.serve_one();
  c.release_body();
  if (c.phase_ == Phase::abandoned) co_return;  // answer_late closes
  if (!refused) co_await c.finish();
  c.transport_->close();
}

io::Task<bool> Connection::serve_one() {
  if (!co_await discard_unread_body()) co_return false;
  begin_turn();
  auto head = co_await read_head();
  if (head && !*head) co_return false;
  started_ = now();
  wait_in(Phase::handling, core_.timing.handler_deadline_ms);
  if (head) {
    co_await run_pipeline(core_, endpoint_, turn_, *this);
  } else {
    is_readable_ = false;
    turn_.response = render_error(core_, turn_, head.error());
  }
  if (phase_ == Phase::abandoned) co_return false;
  const bool keep_alive = plan_what_follows();
  const bool was_written = co_await write_answer(keep_alive);
  account(turn_.response.status, started_);
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
}

io::Task<kernel::Result<bool>> Connection::read_head() {
  // A new connection must ask soon; a kept one may rest. Once a byte of the head is here, all of it must come in time.
  const auto& timing = core_.timing;
  if (begin_ == end_) {
    wait_in(Phase::idle, is_first_ ? timing.header_timeout_ms : timing.keep_alive_ms);
    if (core_.is_draining) co_return false;
    if (!co_await read_more()) co_return false;
  }
  is_first_ = false;
  wait_in(Phase::head, timing.header_timeout_ms);
  bool may_skip_line = true;  // one empty line before the request line is forgiven (RFC 9112 section 2.2)
  for (;;) {
    if (may_skip_line && end_ - begin_ >= 2) {
      if (std::memcmp(input_.data() + begin_, "\r\n", 2) == 0) begin_ += 2;
      may_skip_line = false;
    }
    if (!may_skip_line && begin_ < end_) {
      std::size_t consumed = 0;
      CARNET_CO_TRY(state, parser_.put({input_.data() + begin_, end_ - begin_}, consumed));
      begin_ += consumed;
      bytes_in_ += consumed;
      if (state == HeadParser::State::done) co_return true;
    }
    if (!co_await read_more()) co_return false;
  }
}

// Adds at least one byte to the input, or says that none will come.
io::Task<bool> Connection::read_more() {
  if (begin_ == end_) begin_ = end_ = 0;
  if (end_ == input_.size()) {
    std::memmove(input_.data(), input_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    if (end_ == input_.size()) {
      if (input_.size() >= max_input_bytes) co_return false;
      input_.resize(std::min(input_.size() * 2, max_input_bytes));
    }
  }
  const auto [error, count] = co_await transport_->read_some(asio::buffer(input_.data() + end_, input_.size() - end_));
  if (error || count == 0) co_return false;
  end_ += count;
  co_return true;
}

io::Task<Status> Connection::receive_body(std::size_t max_body) {
  if (phase_ == Phase::abandoned) co_return gone();  // authentication took too long; the answer is out
  if (turn_.head.announces_body()) {
    CARNET_CO_CHECK(hold_first(turn_.head.content_length.value_or(0)));
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
      CARNET_CO_CHECK(hold(larger));
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
      if (size > body.capacity()) {
        const auto larger = std::max({size, first_body_bytes, body.capacity() * 2});
        CARNET_CO_CHECK(hold(larger));
        body.reserve(larger);
      }
      body.insert(body.end(), step.data.begin(), step.data.end());
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

// Refuses at once what there is no memory for if it comes as announced; takes no more than a first piece of it.
Status Connection::hold_first(std::uint64_t announced) {
  if (core_.in_flight_bytes + announced > core_.max_in_flight_bytes) return no_memory();
  return hold(std::min<std::uint64_t>(announced, first_body_bytes));
}

// Counts this connection's body as `capacity` bytes of the memory all bodies share.
Status Connection::hold(std::size_t capacity) {
  if (capacity <= held_bytes_) return {};
  const auto more = capacity - held_bytes_;
  if (core_.in_flight_bytes.fetch_add(more) + more > core_.max_in_flight_bytes) {
    core_.in_flight_bytes.fetch_sub(more);
    return no_memory();
  }
  held_bytes_ = capacity;
  return {};
}

void Connection::release_body() {
  core_.in_flight_bytes.fetch_sub(std::exchange(held_bytes_, 0));
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

io::Task<bool> Connection::write_answer(bool keep_alive) {
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
  if (!wants_body(response, envelope)) co_return co_await write_all(output_, {});
  if (response.body.size() > one_write_bytes) co_return co_await write_all(output_, response.body);
  output_.append(response.body);
  co_return co_await write_all(output_, {});
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

void Connection::account(int status, Time started) {
  using observe::Word;
  static const auto unrouted = metric_labels("-");
  const double ms = std::chrono::duration<double, std::milli>(now() - started).count();
  const auto& labels = turn_.route != nullptr ? turn_.route->metric_labels : unrouted;
  const auto& label = labels[static_cast<std::size_t>(status / 100)];
  core_.metrics.count("carnet_http_requests_total", label);
  core_.metrics.observe_ms("carnet_http_request_ms", label, ms);
  core_.log.write(observe::Log::Level::info, "request",
                  {{"route", Word::of_ours(turn_.route != nullptr ? turn_.route->route.path_template : "-")},
                   {"method", Word::of_ours(std::string(name_of(turn_.request.method)))},
                   {"status", std::int64_t{status}},
                   {"ms", ms},
                   {"bytes_in", static_cast<std::int64_t>(bytes_in_)},
                   {"bytes_out", static_cast<std::int64_t>(bytes_out_)},
                   {"request_id", Word::of_ours(turn_.request.request_id)}});
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
  c.account(response.status, c.started_);
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
