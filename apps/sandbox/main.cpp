// carnet-sandbox: reads one document that nobody vouches for, in a process that has nothing to lose. Request and answer
// are described in standards/cda/wire.hpp. The exit code is 0 whenever an answer was written whole.
#include <unistd.h>

#include <cerrno>
#include <new>

#include "apps/sandbox/confine.hpp"
#include "standards/cda/wire.hpp"

namespace {

using carnet::cda::Answer;
using carnet::cda::Bytes;
using carnet::cda::ByteView;
using carnet::cda::Command;
using carnet::kernel::Error;
using carnet::kernel::ErrorKind;
using carnet::kernel::Result;

// Fills `out` wholly, or tells that the input ended.
bool read_wholly(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t count = ::read(STDIN_FILENO, out.data(), out.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    out = out.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

bool write_wholly(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

Error broken_request() {
  return {ErrorKind::fault, "sandbox.request", "the request is not well formed"};
}
Error too_large() {
  return {ErrorKind::too_large, "cda.limits", {}, {{"too-large", "/", "the document is too large"}}};
}

struct Request {
  Command command = Command::header;
  carnet::cda::RenderWords words;
  Bytes document;
};

Result<Request> read_request() {
  Bytes head(carnet::cda::request_head_bytes);
  Bytes length_bytes(4);
  if (!read_wholly(head)) return std::unexpected(broken_request());
  const auto parsed = carnet::cda::read_request_head(head);
  if (!parsed) return std::unexpected(broken_request());
  Request request;
  request.command = parsed->command;
  Bytes words(parsed->words_bytes);
  if (!read_wholly(words) || !read_wholly(length_bytes)) return std::unexpected(broken_request());
  if (request.command == Command::render && !words.empty()) {
    CARNET_TRY(given, carnet::cda::words_from_json(carnet::kernel::as_text(words)));
    request.words = std::move(given);
  }
  const std::size_t length = carnet::cda::read_length(length_bytes).value_or(0);
  if (length > carnet::cda::max_document_bytes) return std::unexpected(too_large());
  request.document.resize(length);
  if (!read_wholly(request.document)) return std::unexpected(broken_request());
  return request;
}

// What leaves: one of the two contents is empty.
struct Reply {
  Answer answer;
  std::string text;
  bool write() const {
    const ByteView content = text.empty() ? ByteView(answer.content) : carnet::kernel::as_bytes(text);
    return write_wholly(carnet::cda::write_answer_head(answer, content.size())) && write_wholly(content);
  }
};

carnet::kernel::Status work(Reply& reply) {
  CARNET_TRY(request, read_request());
  if (request.command == Command::header) {
    CARNET_TRY(document, carnet::cda::read(request.document));
    reply.text = carnet::cda::to_json(document);
  } else if (request.command == Command::render) {
    CARNET_TRY(page, carnet::cda::render_html(request.document, request.words));
    reply.text = std::move(page);
  } else {
    CARNET_TRY(body, carnet::cda::embedded_body(request.document));
    reply.answer.media_type = std::move(body.media_type);
    reply.answer.content = std::move(body.bytes);
  }
  return {};
}

}  // namespace

int main() {
  Reply reply;
  reply.answer.held = carnet::sandbox::confine();
  try {
    if (auto done = work(reply); !done) reply.answer.error = std::move(done).error();
  } catch (const std::bad_alloc&) {
    reply.text = std::string{};
    reply.answer.content = Bytes{};
    reply.answer.error =
        Error{ErrorKind::too_large, "cda.limits", {}, {{"too-costly", "/", "the document needs too much memory"}}};
  }
  ::_exit(reply.write() ? 0 : 1);
}
