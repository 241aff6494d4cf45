// Internal to foundation/http: the head of a request. Beast's grammar, our storage and our refusals.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "foundation/http/http.hpp"

namespace carnet::http {

inline constexpr std::size_t max_head_bytes = 16 * 1024;
inline constexpr std::size_t max_header_count = 100;

// What the head says beside what Request keeps.
struct Head {
  std::string target;
  bool http_1_0 = false;
  bool keep_alive = true;
  bool is_chunked = false;
  bool expects_continue = false;
  std::optional<std::uint64_t> content_length;
  bool announces_body() const { return is_chunked || content_length.value_or(0) > 0; }
};

// Reads one head. Refuses what two readers could frame differently: Content-Length twice or in a list, beside
// Transfer-Encoding, any coding but "chunked" once, either in HTTP/1.0 with chunked, folded lines, bare line feeds.
class HeadParser {
 public:
  HeadParser();
  ~HeadParser();
  HeadParser(HeadParser&&) noexcept;

  // Starts over: clears `head` and the request's method and headers, whose memory it reuses.
  void reset(Request& request, Head& head);

  enum class State { needs_more, done };
  // Consumes from `bytes` and says how much. Bytes not consumed come again, with more behind them.
  kernel::Result<State> put(std::string_view bytes, std::size_t& consumed);
  bool has_started() const;

 private:
  struct Grammar;
  std::unique_ptr<Grammar> grammar_;
};

// Decodes a chunked body strictly: chunk extensions are read over, trailers refused.
class ChunkDecoder {
 public:
  static constexpr std::size_t max_line_bytes = 256;
  struct Step {
    std::size_t consumed = 0;
    std::string_view data;  // a view into the input
    bool is_done = false;
    bool is_malformed = false;
  };
  // Makes at most one piece of data of the input; with nothing consumed and no flag set, it needs more bytes.
  Step next(std::string_view bytes);

 private:
  enum class Expect { size_line, data, data_end, last_line } expect_ = Expect::size_line;
  std::uint64_t left_ = 0;
};

}  // namespace carnet::http
