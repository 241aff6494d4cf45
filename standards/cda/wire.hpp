// What the sandbox program and the one who runs it say to each other: one request on its standard input, one answer on
// its standard output. Lengths are 32-bit big-endian.
//   request: "CSQ1" | command (1: 'h' header, 'r' render, 'b' body) | length, words (JSON; none: French) | length,
//   document answer:  "CSA1" | status (1: 'o' done, 'e' error)               | length, facts (JSON)              |
//   length, content
// facts: {"held": [...], "error": {...} or null, "media_type": "..."}. content: header: the JSON of to_json; render:
// the page; body: the file's bytes.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "standards/cda/cda.hpp"

namespace carnet::cda {

enum class Command : char { header = 'h', render = 'r', body = 'b' };

struct RequestHead {
  Command command = Command::header;
  std::size_t words_bytes = 0;
};
inline constexpr std::size_t request_head_bytes = 9;
inline constexpr std::size_t max_words_bytes = 64u << 10;
std::optional<RequestHead> read_request_head(ByteView nine_bytes);
std::optional<std::uint32_t> read_length(ByteView four_bytes);

Bytes write_request(Command command, const RenderWords& words, ByteView document);

struct Answer {
  std::vector<std::string> held;  // protections that were in force before the first byte of the document was read
  std::optional<kernel::Error> error;
  std::string media_type;  // body only
  Bytes content;
};
Bytes write_answer_head(const Answer& answer, std::size_t content_bytes);  // all but the content, which follows it
Result<Answer> read_answer(ByteView bytes);                                // strict: nothing missing, nothing after

std::string words_to_json(const RenderWords& words);
Result<RenderWords> words_from_json(std::string_view text);  // every word, and no other

}  // namespace carnet::cda
