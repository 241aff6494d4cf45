#include <fmt/compile.h>
#include <fmt/format.h>
#include <unistd.h>

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
  for (const char c : text) {
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

}  // namespace

Log::Log(int fd, Level level) : fd_(fd), level_(level) {}

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
  // A line is written whole by one call; a descriptor that takes none of it, or only a part, loses it: logging must not
  // stop the service.
  ssize_t written = 0;
  do {
    written = ::write(fd_, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
}

}  // namespace carnet::observe
