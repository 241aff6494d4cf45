#include <fmt/compile.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>

#include "foundation/io/clock.hpp"
#include "foundation/observe/observe.hpp"

namespace carnet::observe {
namespace {

constexpr std::array<std::string_view, 4> level_names{"debug", "info", "warning", "error"};

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  const auto is_plain = [](unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  const auto plain = std::ranges::find_if_not(text, is_plain);
  out.append(text.begin(), plain);
  for (const char c : text.substr(static_cast<std::size_t>(plain - text.begin()))) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {  // our words are ASCII; anything else must not break the line or its JSON
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(byte));
    } else {
      out += c;
    }
  }
  out += '"';
}

struct AppendValue {
  std::string& out;
  void operator()(std::int64_t value) const { fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), value); }
  void operator()(double value) const {
    if (std::isfinite(value)) {
      fmt::format_to(std::back_inserter(out), FMT_COMPILE("{:.3f}"), value);
    } else {
      out += "null";
    }
  }
  void operator()(const Word& word) const { append_quoted(out, word.text()); }
};

constexpr std::size_t most_waiting = 64 * 1024;

}  // namespace

Log::Log(int fd, Level level, std::chrono::milliseconds gather) : fd_(fd), level_(level), gather_(gather) {
  if (gather_.count() > 0) writer_ = std::jthread([this](const std::stop_token& stop) { write_what_waits(stop); });
}

Log::~Log() {
  if (!writer_.joinable()) return;
  writer_.request_stop();
  writer_.join();
}

void Log::write(Level level, Word event, std::initializer_list<Field> fields) {
  if (level < level_) return;
  thread_local std::string line;
  line.clear();
  line += "{\"time\":\"";
  line += kernel::to_rfc3339(io::SystemClock().now());
  line += "\",\"level\":\"";
  line += level_names[static_cast<std::size_t>(level)];
  line += "\",\"event\":";
  append_quoted(line, event.text());
  for (const auto& field : fields) {
    line += ',';
    append_quoted(line, field.name);
    line += ':';
    std::visit(AppendValue{line}, field.value);
  }
  line += "}\n";
  if (gather_.count() == 0) return write_out(line);
  const std::scoped_lock lock(mutex_);
  const bool is_first = waiting_.empty();
  waiting_ += line;
  if (level >= Level::warning || waiting_.size() >= most_waiting) {
    write_out(waiting_);
    waiting_.clear();
  } else if (is_first) {
    wake_.notify_one();
  }
}

// Whole lines in one call; a descriptor that takes none of them, or only a part, loses them: logging must not stop the
// service.
void Log::write_out(std::string_view lines) const {
  ssize_t written = 0;
  do {
    written = ::write(fd_, lines.data(), lines.size());
  } while (written < 0 && errno == EINTR);
}

void Log::write_what_waits(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (wake_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
    wake_.wait_for(lock, stop, gather_, [] { return false; });
    if (!waiting_.empty()) write_out(waiting_);
    waiting_.clear();
  }
}

}  // namespace carnet::observe
