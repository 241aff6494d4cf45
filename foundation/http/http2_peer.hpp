// For tests of this room: frames of HTTP/2 (RFC 9113) written by hand, well made or not, and what comes back.
#pragma once
#include <nghttp2/nghttp2.h>

#include <map>

#include "foundation/http/testing.hpp"

namespace carnet::http::testing {

enum class Frame : std::uint8_t {
  data,
  headers,
  priority,
  rst_stream,
  settings,
  push_promise,
  ping,
  goaway,
  window_update,
  continuation
};
inline constexpr std::uint8_t end_stream = 0x1, end_headers = 0x4, acknowledged = 0x1;
inline constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

inline std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
  return out;
}

inline std::string frame(Frame type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  return big_endian(payload.size(), 3) + static_cast<char>(type) + static_cast<char>(flags) + big_endian(stream, 4) +
         std::string(payload);
}

// Fields as literals that enter no table, so that each frame stands by itself.
inline std::string block(const std::vector<Header>& fields) {
  const auto length = [](std::size_t size) {
    std::string out;
    if (size < 127) return out += static_cast<char>(size);
    out += static_cast<char>(127);
    for (size -= 127; size >= 128; size /= 128) out += static_cast<char>(size % 128 + 128);
    return out += static_cast<char>(size);
  };
  std::string out;
  for (const auto& [name, value] : fields) {
    out += '\0';
    out += length(name.size()) + name + length(value.size()) + value;
  }
  return out;
}

inline std::vector<Header> fields_of(std::string method, std::string path, std::vector<Header> more = {}) {
  std::vector<Header> fields{
      {":method", std::move(method)}, {":scheme", "http"}, {":path", std::move(path)}, {":authority", "localhost"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

struct Heard {
  int status = 0;
  std::map<std::string, std::string> headers;
  std::string body;
  bool is_whole = false;
  std::optional<std::uint32_t> reset;
};

class Http2Peer {
 public:
  explicit Http2Peer(std::uint16_t port, std::string_view settings = {}) : raw(port) {
    nghttp2_hd_inflate_new(&inflater_);
    raw.send(std::string(preface) + frame(Frame::settings, 0, 0, settings));
  }
  ~Http2Peer() { nghttp2_hd_inflate_del(inflater_); }
  Http2Peer(const Http2Peer&) = delete;
  Http2Peer& operator=(const Http2Peer&) = delete;

  void send(std::string_view bytes) { raw.send(bytes); }
  void ask(std::uint32_t stream, const std::vector<Header>& fields, bool has_body = false) {
    send(frame(Frame::headers, end_headers | (has_body ? 0 : end_stream), stream, block(fields)));
  }
  // Reads until the stream has been answered or reset, or the connection has ended.
  Heard& hear(std::uint32_t stream) {
    while (!streams[stream].is_whole && !streams[stream].reset && read_frame()) {
    }
    return streams[stream];
  }
  void hear_to_the_end() {
    while (read_frame()) {
    }
    EXPECT_TRUE(raw.has_ended()) << "the server kept the connection";
  }
  // One frame, if one comes in time.
  bool read_frame() {
    while (raw.text().size() < 9 || raw.text().size() < 9 + length()) {
      if (raw.has_ended() || !raw.read_some()) return false;
    }
    const auto whole = raw.text().substr(0, 9 + length());
    raw.text().erase(0, whole.size());
    take(static_cast<Frame>(whole[3]), static_cast<std::uint8_t>(whole[4]), number(whole, 5, 4) & 0x7fffffff,
         std::string_view(whole).substr(9));
    return true;
  }

  Raw raw;
  std::map<std::uint32_t, Heard> streams;
  std::optional<std::uint32_t> goaway;            // its code
  std::map<std::uint32_t, std::uint64_t> window;  // what the server added, per stream
  int acknowledgements = 0, pongs = 0;

 private:
  static std::uint64_t number(std::string_view text, std::size_t at, int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i)
      value = value << 8 | static_cast<std::uint8_t>(text[at + static_cast<std::size_t>(i)]);
    return value;
  }
  std::size_t length() const { return number(raw_text(), 0, 3); }
  std::string_view raw_text() const { return const_cast<Raw&>(raw).text(); }

  void take(Frame type, std::uint8_t flags, std::uint64_t id, std::string_view payload) {
    const auto stream_id = static_cast<std::uint32_t>(id);
    auto& stream = streams[stream_id];
    if (type == Frame::headers) inflate(stream, payload);
    if (type == Frame::data) stream.body.append(payload);
    if ((type == Frame::headers || type == Frame::data) && (flags & end_stream) != 0) stream.is_whole = true;
    if (type == Frame::rst_stream) stream.reset = static_cast<std::uint32_t>(number(payload, 0, 4));
    if (type == Frame::goaway) goaway = static_cast<std::uint32_t>(number(payload, 4, 4));
    if (type == Frame::window_update) window[stream_id] += number(payload, 0, 4);
    if (type == Frame::settings && (flags & acknowledged) != 0) ++acknowledgements;
    if (type == Frame::ping && (flags & acknowledged) != 0) ++pongs;
  }
  void inflate(Heard& stream, std::string_view payload) {
    const auto* at = reinterpret_cast<const std::uint8_t*>(payload.data());
    std::size_t left = payload.size();
    for (;;) {
      nghttp2_nv field;
      int flags = 0;
      const auto read = nghttp2_hd_inflate_hd2(inflater_, &field, &flags, at, left, 1);
      if (read < 0) return;
      at += read;
      left -= static_cast<std::size_t>(read);
      if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
        const std::string name(reinterpret_cast<char*>(field.name), field.namelen),
            value(reinterpret_cast<char*>(field.value), field.valuelen);
        if (name == ":status") stream.status = std::stoi(value);
        stream.headers[name] = value;
      }
      if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) break;
    }
    nghttp2_hd_inflate_end_headers(inflater_);
  }
  nghttp2_hd_inflater* inflater_ = nullptr;
};

}  // namespace carnet::http::testing
