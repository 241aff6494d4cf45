#include "foundation/http/http2_stream.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

#include "foundation/http/head_parser.hpp"
#include "foundation/http/uri.hpp"

namespace carnet::http {
namespace {

using kernel::ErrorKind;
using kernel::Status;
constexpr asio::as_tuple_t<asio::use_awaitable_t<io::Executor>> as_outcome{};
constexpr std::size_t field_overhead = 32;  // RFC 9113 section 10.5.1
constexpr std::int64_t slowest_body_bytes_per_s = 4096;

Method method_of(std::string_view name) {
  for (const auto method : {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del}) {
    if (name == name_of(method)) return method;
  }
  return Method::other;
}

kernel::Error too_slow() {
  return {ErrorKind::invalid, "http.timeout", "the body did not come in time"};
}

}  // namespace

Http2::Stream::Stream(Http2& owner, std::int32_t stream_id)
    : connection(owner), id(stream_id), memory(owner.core_), came_(owner.worker_.context.get_executor()) {
  turn.peer = owner.peer_key_;
  turn.request.peer = owner.peer_;
  turn.request.request_id = owner.worker_.request_ids.next();
  came_.expires_at(Time::max());
}

void Http2::Stream::add_field(std::string_view name, std::string_view value) {
  head_bytes_ += name.size() + value.size() + field_overhead;
  bytes_in += name.size() + value.size();
  if (head_bytes_ > max_head_bytes || turn.request.headers.size() >= max_header_count) is_head_too_large_ = true;
  if (is_head_too_large_) return;
  if (name.starts_with(':')) return add_pseudo_field(name, value);
  if (name == "host") {
    if (turn.request.header("host") != value) has_other_host_ = !turn.request.header("host").empty();
    if (!turn.request.header("host").empty()) return;
  } else if (name == "content-length") {
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (error == std::errc() && end == value.data() + value.size()) turn.head.content_length = length;
  } else if (name == "expect") {
    turn.head.expects_continue = equal_case_blind(value, "100-continue");
    has_unknown_expectation_ = !turn.head.expects_continue;
  } else if (name == "cookie") {
    // May be cut into several fields on the way; whoever reads it expects one (RFC 9113 section 8.2.3).
    for (auto& [key, kept] : turn.request.headers) {
      if (key == "cookie") {
        kept.append("; ").append(value);
        return;
      }
    }
  }
  turn.request.headers.emplace_back(name, value);
}

void Http2::Stream::add_pseudo_field(std::string_view name, std::string_view value) {
  if (name == ":method") turn.request.method = method_of(value);
  if (name == ":path") turn.head.target = value;
  if (name == ":authority") turn.request.headers.emplace_back("host", value);
}

void Http2::Stream::end_head(bool has_body) {
  is_body_whole_ = !has_body;
  if (!has_body) turn.head.expects_continue = false;
  if (has_body && !turn.head.content_length) turn.head.is_chunked = true;  // as long as it turns out to be
}

Status Http2::Stream::check_head() const {
  if (turn.head.target.size() > max_uri_bytes) {
    return kernel::refuse(ErrorKind::too_large, "http.uri_too_long", "the address is longer than 8 KiB");
  }
  if (is_head_too_large_) {
    return kernel::refuse(ErrorKind::too_large, "http.head_too_large", "the head is larger than 16 KiB or 100 headers");
  }
  if (has_other_host_)
    return kernel::refuse(ErrorKind::invalid, "http.malformed", "the address and the Host header differ");
  if (turn.request.header("host").empty()) return kernel::refuse(ErrorKind::invalid, "http.malformed", "no authority");
  if (has_unknown_expectation_) return kernel::refuse(ErrorKind::invalid, "http.expectation", "only 100-continue");
  return {};
}

void Http2::Stream::add_body(kernel::ByteView bytes) {
  bytes_in += bytes.size();
  unconfirmed_ += bytes.size();
  if (!body_error_ && phase != Phase::answered && phase != Phase::abandoned) {
    if (auto kept = memory.append(turn.request.body, bytes); !kept) break_body(std::move(kept).error());
  }
  wake();
}

void Http2::Stream::end_body() {
  is_body_whole_ = true;
  wake();
}

void Http2::Stream::break_body(kernel::Error why) {
  if (!body_error_) body_error_ = std::move(why);
  wake();
}

// The peer may send on what it has sent and we have taken.
void Http2::Stream::open_window() {
  if (unconfirmed_ == 0 || connection.session_ == nullptr || is_gone) return;
  nghttp2_session_consume_stream(connection.session_, id, unconfirmed_);
  unconfirmed_ = 0;
  connection.wake_writer();
}

io::Task<Status> Http2::Stream::receive_body(std::size_t max_body) {
  CARNET_CO_CHECK(memory.hold_first(turn.head.content_length.value_or(0)));
  if (turn.head.expects_continue && turn.request.body.empty() && !is_gone && connection.session_ != nullptr) {
    nghttp2_nv status{};
    std::uint8_t name[] = {':', 's', 't', 'a', 't', 'u', 's'}, value[] = {'1', '0', '0'};
    status.name = name;
    status.namelen = sizeof name;
    status.value = value;
    status.valuelen = sizeof value;
    nghttp2_submit_headers(connection.session_, NGHTTP2_FLAG_NONE, id, nullptr, &status, 1, nullptr);
    connection.wake_writer();
  }
  const auto idle = std::chrono::milliseconds(connection.core_.timing.body_idle_timeout_ms);
  const auto began = std::chrono::steady_clock::now();
  phase = Phase::body;
  for (std::size_t seen = 0;;) {
    if (turn.request.body.size() > max_body && !body_error_) {
      body_error_ =
          kernel::Error{ErrorKind::too_large, "http.body_too_large", "the body is larger than this address takes"};
    }
    if (body_error_) co_return std::unexpected(*body_error_);
    if (is_gone) co_return std::unexpected(too_slow());
    if (is_body_whole_) break;
    open_window();
    if (const auto now = std::chrono::steady_clock::now(); seen == 0 || turn.request.body.size() > seen) {
      seen = turn.request.body.size();
      deadline = now + idle;
      const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - began - idle).count();
      if (static_cast<std::int64_t>(seen) < ms * slowest_body_bytes_per_s / 1000) co_return std::unexpected(too_slow());
    }
    co_await came_.async_wait(as_outcome);
    if (deadline == Time::max()) co_return std::unexpected(too_slow());  // passed: see Http2::tick
  }
  phase = Phase::handling;
  deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(connection.core_.timing.handler_deadline_ms);
  co_return Status{};
}

std::size_t Http2::Stream::take_answer(std::uint8_t* into, std::size_t room, bool& is_last) {
  const auto count = std::min(room, answered.body.size() - sent);
  std::copy_n(answered.body.data() + sent, count, into);
  sent += count;
  is_last = sent == answered.body.size();
  deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(connection.core_.timing.body_idle_timeout_ms);
  return count;
}

}  // namespace carnet::http
