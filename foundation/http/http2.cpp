#include "foundation/http/http2.hpp"

#include <nghttp2/nghttp2.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "foundation/http/head_parser.hpp"
#include "foundation/http/http2_stream.hpp"
#include "foundation/http/wire.hpp"
#include "foundation/observe/observe.hpp"

namespace carnet::http {
namespace {

constexpr asio::as_tuple_t<asio::use_awaitable_t<io::Executor>> as_outcome{};
constexpr std::uint32_t most_streams = 100;
constexpr std::int32_t connection_window = 1 << 20;
constexpr std::size_t input_bytes = 16 * 1024;
constexpr std::size_t one_write_bytes = 64 * 1024;
constexpr std::size_t most_empty_frames = 1'000;
constexpr std::size_t most_settings = 32, most_acknowledgements = 100, most_continuations = 8;
constexpr std::uint64_t resets_at_once = 200, resets_per_s = 50;
constexpr std::int64_t farewell_ms = 1'000;

auto now() {
  return std::chrono::steady_clock::now();
}
auto after(std::int64_t ms) {
  return now() + std::chrono::milliseconds(ms);
}

struct OptionsDeleter {
  void operator()(nghttp2_option* options) const { nghttp2_option_del(options); }
};

}  // namespace

// What nghttp2 tells. Nothing is begun from here: it does not expect to be called again meanwhile.
struct Http2::Callbacks {
  static Http2& of(void* user) { return *static_cast<Http2*>(user); }
  static Stream* stream(Http2& self, std::int32_t id) {
    const auto found = self.streams_.find(id);
    return found == self.streams_.end() ? nullptr : found->second.get();
  }

  static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Http2& self = of(user);
    self.head_deadline_ = after(self.core_.timing.header_timeout_ms);
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    const auto id = frame->hd.stream_id;
    if (self.handlers_ >= most_streams || self.is_draining_) {
      self.reset(id, NGHTTP2_REFUSED_STREAM);
      return 0;
    }
    self.idle_deadline_ = Time::max();
    self.streams_.emplace(id, std::make_shared<Stream>(self, id));
    return 0;
  }

  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                    const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user) {
    Stream* const to = stream(of(user), frame->hd.stream_id);
    if (to == nullptr) return 0;
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) {
      to->break_body({kernel::ErrorKind::invalid, "http.body_malformed", "trailers are not read here"});
      return 0;
    }
    to->add_field(kernel::as_text({name, name_size}), kernel::as_text({value, value_size}));
    return 0;
  }

  static int frame_received(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Http2& self = of(user);
    const bool ends_stream = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    const bool carries = frame->hd.type == NGHTTP2_HEADERS || (frame->hd.type == NGHTTP2_DATA && frame->hd.length > 0);
    if (!carries && ++self.empty_frames_ == most_empty_frames) self.calm_down();
    if (frame->hd.type == NGHTTP2_HEADERS) self.head_deadline_ = Time::max();
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    const auto found = self.streams_.find(frame->hd.stream_id);
    if (found == self.streams_.end()) return 0;
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      found->second->end_head(!ends_stream);
      self.begun_.push_back(found->second);
    } else if (ends_stream) {
      found->second->end_body();
    }
    return 0;
  }

  static int data(nghttp2_session* session, std::uint8_t, std::int32_t id, const std::uint8_t* bytes, std::size_t size,
                  void* user) {
    Http2& self = of(user);
    nghttp2_session_consume_connection(session, size);  // what one stream leaves unread must not stop the others
    if (Stream* const to = stream(self, id)) to->add_body({bytes, size});
    self.empty_frames_ = 0;
    return 0;
  }

  static int stream_closed(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    Http2& self = of(user);
    if (const auto found = self.streams_.find(id); found != self.streams_.end()) {
      found->second->is_gone = true;
      found->second->wake();
      self.streams_.erase(found);
    }
    if (self.streams_.empty()) self.idle_deadline_ = after(self.core_.timing.keep_alive_ms);
    return 0;
  }

  static ssize_t answer_body(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t room, std::uint32_t* flags,
                             nghttp2_data_source* source, void* user) {
    bool is_last = false;
    const auto count = static_cast<Stream*>(source->ptr)->take_answer(into, room, is_last);
    if (is_last) *flags |= NGHTTP2_DATA_FLAG_EOF;
    of(user).empty_frames_ = 0;
    return static_cast<ssize_t>(count);
  }
};

Http2::Http2(Worker& worker, Endpoint& endpoint, std::unique_ptr<Transport> transport, std::string peer,
             std::optional<PeerKey> peer_key)
    : worker_(worker),
      core_(worker.core),
      endpoint_(endpoint),
      transport_(std::move(transport)),
      peer_(std::move(peer)),
      peer_key_(peer_key),
      writable_(worker.context.get_executor()),
      ended_(worker.context.get_executor()) {
  writable_.expires_at(Time::max());
  ended_.expires_at(Time::max());
}

Http2::~Http2() {
  nghttp2_session_del(session_);
}

bool Http2::start_session() {
  nghttp2_session_callbacks* made = nullptr;
  if (nghttp2_session_callbacks_new(&made) != 0) return false;
  const std::unique_ptr<nghttp2_session_callbacks, decltype(&nghttp2_session_callbacks_del)> callbacks(
      made, nghttp2_session_callbacks_del);
  nghttp2_session_callbacks_set_on_begin_headers_callback(made, Callbacks::begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(made, Callbacks::header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(made, Callbacks::frame_received);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, Callbacks::data);
  nghttp2_session_callbacks_set_on_stream_close_callback(made, Callbacks::stream_closed);
  nghttp2_option* raw = nullptr;
  if (nghttp2_option_new(&raw) != 0) return false;
  const std::unique_ptr<nghttp2_option, OptionsDeleter> options(raw);
  nghttp2_option_set_no_auto_window_update(raw, 1);
  nghttp2_option_set_no_closed_streams(raw, 1);
  nghttp2_option_set_max_settings(raw, most_settings);
  nghttp2_option_set_max_outbound_ack(raw, most_acknowledgements);
  nghttp2_option_set_stream_reset_rate_limit(raw, resets_at_once, resets_per_s);
  nghttp2_option_set_max_continuations(raw, most_continuations);
  if (nghttp2_session_server_new2(&session_, made, this, raw) != 0) return false;
  const std::array<nghttp2_settings_entry, 3> settings{{{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, most_streams},
                                                        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, max_head_bytes},
                                                        {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1}}};
  return nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) == 0 &&
         nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connection_window) == 0;
}

io::Task<void> Http2::serve(std::shared_ptr<Http2> self, std::string already_read) {
  if (!self->start_session()) co_return self->transport_->close();
  self->idle_deadline_ = after(self->core_.timing.header_timeout_ms);
  io::spawn(self->worker_.context.get_executor(), write_all(self));
  co_await self->read_all(std::move(already_read));
  self->is_ended_ = true;
  self->wake_writer();  // what nghttp2 still wants to say, GOAWAY most of all, goes out; the writer closes
  for (auto& [id, stream] : self->streams_) {
    stream->is_gone = true;
    stream->wake();
  }
  while (is_under_way(*self)) co_await self->ended_.async_wait(as_outcome);
}

bool Http2::is_under_way(const Http2& c) {
  return c.handlers_ > 0 || !c.has_written_all_;
}

io::Task<void> Http2::read_all(std::string already_read) {
  bool goes_on = already_read.empty() || take_in(already_read);
  std::vector<char> input(input_bytes);
  while (goes_on) {
    const auto [error, count] = co_await transport_->read_some(asio::buffer(input));
    goes_on = !error && count > 0 && take_in({input.data(), count});
  }
}

// False when the connection is over.
bool Http2::take_in(std::string_view bytes) {
  const auto taken =
      nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  begin_streams();
  if (taken < 0) {
    if (taken == NGHTTP2_ERR_FLOODED) calm_down();
    return false;
  }
  wake_writer();
  return nghttp2_session_want_read(session_) != 0 || nghttp2_session_want_write(session_) != 0;
}

void Http2::begin_streams() {
  for (auto& stream : begun_) {
    if (stream->is_gone) continue;  // reset in the same breath
    ++handlers_;
    io::spawn(worker_.context.get_executor(), serve_stream(shared_from_this(), stream));
  }
  begun_.clear();
}

io::Task<void> Http2::serve_stream(std::shared_ptr<Http2> self, std::shared_ptr<Stream> stream) {
  Http2& c = *self;
  stream->started = now();
  stream->phase = Stream::Phase::handling;
  stream->deadline = after(c.core_.timing.handler_deadline_ms);
  if (const auto head = stream->check_head()) {
    co_await run_pipeline(c.core_, c.endpoint_, stream->turn, *stream);
  } else {
    stream->turn.response = render_error(c.core_, stream->turn, head.error());
  }
  if (--c.handlers_ == 0) c.ended_.cancel();
  if (stream->phase == Stream::Phase::abandoned) co_return;  // answered already
  c.answer(*stream, std::move(stream->turn.response));
  kernel::Bytes().swap(stream->turn.request.body);
  stream->memory.release();
}

void Http2::answer(Stream& stream, Response response) {
  if (stream.phase != Stream::Phase::abandoned) stream.phase = Stream::Phase::answered;
  stream.deadline = after(core_.timing.body_idle_timeout_ms);
  stream.answered = std::move(response);
  const auto& site = stream.turn.site;
  const Envelope envelope{
      .request_id = stream.turn.request.request_id,
      .date = worker_.date_line(),
      .site_headers = site != nullptr ? std::span<const Header>(site->headers) : std::span<const Header>(),
      .head_only = stream.turn.request.method == Method::head};
  auto fields = header_fields(stream.answered, envelope);
  std::vector<nghttp2_nv> values;
  values.reserve(fields.size());
  std::size_t head_bytes = 0;
  for (auto& [name, value] : fields) {
    values.push_back({reinterpret_cast<std::uint8_t*>(name.data()), reinterpret_cast<std::uint8_t*>(value.data()),
                      name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    head_bytes += name.size() + value.size();
  }
  const bool has_body = wants_body(stream.answered, envelope);
  account(core_, stream.turn,
          {stream.answered.status, stream.started, stream.bytes_in,
           head_bytes + (has_body ? stream.answered.body.size() : 0)});
  if (stream.is_gone || session_ == nullptr) return;
  nghttp2_data_provider body{};
  body.source.ptr = &stream;
  body.read_callback = Callbacks::answer_body;
  if (nghttp2_submit_response(session_, stream.id, values.data(), values.size(), has_body ? &body : nullptr) != 0) {
    reset(stream.id, NGHTTP2_INTERNAL_ERROR);
  }
  wake_writer();
}

// As in HTTP/1.1: the handler goes on to its end, unheard.
void Http2::answer_late(Stream& stream) {
  stream.phase = Stream::Phase::abandoned;
  kernel::Error late{kernel::ErrorKind::unavailable, "http.deadline", {}};
  late.retry_after_s = 1;
  answer(stream, render_error(core_, stream.turn, late));
}

void Http2::reset(std::int32_t id, std::uint32_t code) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, code);
  wake_writer();
}

void Http2::calm_down() {
  core_.metrics.count("carnet_http2_floods_total");
  nghttp2_session_terminate_session(session_, NGHTTP2_ENHANCE_YOUR_CALM);
  wake_writer();
}

void Http2::wake_writer() {
  writable_.cancel();
}

// The only one that writes. All answers that became ready since its last turn go out in one piece.
io::Task<void> Http2::write_all(std::shared_ptr<Http2> self) {
  Http2& c = *self;
  std::string output;
  for (;;) {
    output.clear();
    const std::uint8_t* piece = nullptr;
    ssize_t size = 0;
    while (output.size() < one_write_bytes && (size = nghttp2_session_mem_send(c.session_, &piece)) > 0) {
      output.append(reinterpret_cast<const char*>(piece), static_cast<std::size_t>(size));
    }
    for (std::string_view left = output; !left.empty();) {
      c.write_deadline_ = after(c.core_.timing.body_idle_timeout_ms);
      const auto [error, count] = co_await c.transport_->write_some({asio::buffer(left), asio::const_buffer()});
      if (error) break;
      left.remove_prefix(count);
      if (left.empty()) c.write_deadline_ = Time::max();
    }
    if (c.write_deadline_ != Time::max() || size < 0) break;  // broken off
    if (!output.empty()) continue;
    const bool is_over = nghttp2_session_want_read(c.session_) == 0 && nghttp2_session_want_write(c.session_) == 0;
    if (c.is_ended_ || is_over || (c.is_draining_ && c.streams_.empty())) break;
    co_await c.writable_.async_wait(as_outcome);
  }
  c.write_deadline_ = after(farewell_ms);
  if (c.transport_->socket().is_open()) {
    IoError ignored;
    co_await c.transport_->say_goodbye();
    c.transport_->socket().shutdown(Socket::shutdown_send, ignored);
  }
  c.write_deadline_ = Time::max();
  c.transport_->close();
  c.has_written_all_ = true;
  c.ended_.cancel();
}

void Http2::tick(Time at) {
  if (at >= write_deadline_ || at >= head_deadline_) {
    write_deadline_ = head_deadline_ = Time::max();
    return transport_->close();
  }
  if (at >= idle_deadline_) {
    idle_deadline_ = Time::max();
    return drain();
  }
  std::vector<std::shared_ptr<Stream>> late;  // looking after one may take it off the list
  for (const auto& [id, stream] : streams_) {
    if (at >= stream->deadline) late.push_back(stream);
  }
  for (const auto& stream : late) {
    stream->deadline = Time::max();
    if (stream->phase == Stream::Phase::handling) {
      answer_late(*stream);
    } else if (stream->phase == Stream::Phase::body) {
      stream->wake();  // finds its deadline passed
    } else {
      reset(stream->id, NGHTTP2_CANCEL);  // the peer takes nothing of the answer
    }
  }
}

void Http2::drain() {
  if (session_ == nullptr || is_draining_) return;
  is_draining_ = true;
  const auto last = nghttp2_session_get_last_proc_stream_id(session_);
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, nullptr, 0);
  wake_writer();
}

void Http2::cut() {
  transport_->close();
}

}  // namespace carnet::http
