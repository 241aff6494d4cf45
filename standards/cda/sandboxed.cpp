#include "standards/cda/sandboxed.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace carnet::cda {

namespace {

// A sanitizer's run-time needs terabytes of address space, files and threads; the program is built as this one is.
#if defined(__has_feature) && (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

constexpr auto always =
    std::to_array<std::string_view>({"descriptors", "no_new_privileges", "not_dumpable", "no_core", "cpu"});
constexpr auto unless_sanitized = std::to_array<std::string_view>({"no_files", "no_processes", "memory"});

bool confined(const Answer& answer, Seccomp seccomp) {
  const auto holds = [&](std::string_view name) {
    return std::find(answer.held.begin(), answer.held.end(), name) != answer.held.end();
  };
  if (!std::all_of(always.begin(), always.end(), holds)) return false;
  if (sanitized) return true;
  return std::all_of(unless_sanitized.begin(), unless_sanitized.end(), holds) &&
         (seccomp == Seccomp::wanted || holds("seccomp"));
}

}  // namespace

Result<Answer> Sandboxed::ask(Command command, const RenderWords& words, ByteView xml) const {
  if (xml.size() > max_document_bytes) {
    return std::unexpected(kernel::Error{
        kernel::ErrorKind::too_large, "cda.limits", {}, {{"too-large", "/", "the document is too large"}}});
  }
  CARNET_TRY(bytes, runner_(write_request(command, words, xml)));
  CARNET_TRY(answer, read_answer(bytes));
  if (!confined(answer, seccomp_)) {
    return kernel::fault("cda.confinement", "carnet-sandbox could not confine itself on this machine");
  }
  return std::move(answer);
}

Result<Document> Sandboxed::read(ByteView xml) const {
  CARNET_TRY(answer, ask(Command::header, {}, xml));
  if (answer.error) return std::unexpected(std::move(*answer.error));
  auto document = from_json(kernel::as_text(answer.content));
  if (!document) return kernel::fault("cda.answer", "the facts are not well formed");
  return document;
}

Result<std::string> Sandboxed::render(ByteView xml, const RenderWords& words) const {
  CARNET_TRY(answer, ask(Command::render, words, xml));
  if (answer.error) return std::unexpected(std::move(*answer.error));
  std::string page(kernel::as_text(answer.content));
  if (const auto checked = check_page(page); !checked) {
    return kernel::fault("cda.page", "the page holds what we never write: " + checked.error().issues.front().path);
  }
  return page;
}

Result<Embedded> Sandboxed::body(ByteView xml) const {
  CARNET_TRY(answer, ask(Command::body, {}, xml));
  if (answer.error) return std::unexpected(std::move(*answer.error));
  return Embedded{std::move(answer.media_type), std::move(answer.content)};
}

Result<std::vector<std::string>> Sandboxed::protections() const {
  CARNET_TRY(answer, ask(Command::header, {}, kernel::as_bytes("<nothing/>")));
  return std::move(answer.held);
}

}  // namespace carnet::cda
