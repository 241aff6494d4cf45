// Heads and chunks under arbitrary bytes, whole and cut at an arbitrary place: no crash, and the same reading.
#include <cstdlib>
#include <string>
#include <string_view>

#include "foundation/http/head_parser.hpp"

namespace {

using namespace carnet::http;

void check(bool holds) {
  if (!holds) std::abort();
}

struct Read {
  Request request;
  Head head;
  std::string code;
  bool is_done = false;
  std::size_t used = 0;
};

void read(Read& out, std::string_view text, std::size_t cut) {
  HeadParser parser;
  parser.reset(out.request, out.head);
  for (std::size_t end = std::min(cut, text.size());;) {
    std::size_t consumed = 0;
    const auto state = parser.put(text.substr(out.used, end - out.used), consumed);
    check(consumed <= end - out.used);
    out.used += consumed;
    if (!state) {
      out.code = state.error().code;
      return;
    }
    out.is_done = *state == HeadParser::State::done;
    if (out.is_done || (end == text.size() && consumed == 0)) return;
    if (consumed == 0) end = text.size();
  }
}

std::string decode(std::string_view text, std::size_t cut, bool& is_whole) {
  ChunkDecoder decoder;
  std::string data;
  std::size_t used = 0, end = std::min(cut, text.size());
  for (;;) {
    const auto step = decoder.next(text.substr(used, end - used));
    check(step.consumed <= end - used && step.data.size() <= step.consumed);
    used += step.consumed;
    data += step.data;
    is_whole = step.is_done;
    if (step.is_done || step.is_malformed || (step.consumed == 0 && end == text.size())) return data;
    if (step.consumed == 0) end = text.size();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t cut = static_cast<std::size_t>(data[0]) * 256 + data[1];
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  Read whole, parts;
  read(whole, text, text.size());
  read(parts, text, cut);
  check(whole.is_done == parts.is_done);
  if (whole.is_done) {
    check(whole.used == parts.used && whole.request.headers == parts.request.headers);
    check(whole.head.content_length == parts.head.content_length && whole.head.is_chunked == parts.head.is_chunked);
    check(!(whole.head.content_length && whole.head.is_chunked));
    check(whole.used <= max_head_bytes && whole.head.target.size() <= 8192);
  }
  bool is_whole = false, is_whole_in_parts = false;
  const auto once = decode(text, text.size(), is_whole);
  const auto twice = decode(text, cut, is_whole_in_parts);
  check(is_whole == is_whole_in_parts && (!is_whole || once == twice));
  return 0;
}
