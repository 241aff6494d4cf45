// Logs and metrics of the running service. JSON lines on a descriptor; only typed fields, so that no person's datum can
// be logged by habit: text values must be Word (a literal or a name of ours), numbers, or durations.
#pragma once
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace carnet::observe {

// Text that is safe in a log: string literals, and values built by the service itself (route templates, error codes,
// request ids), declared so at the call.
class Word {
 public:
  template <std::size_t N>
  constexpr Word(const char (&literal)[N]) : text_(literal) {}
  static Word of_ours(std::string text) { return Word(std::move(text), 0); }
  const std::string& text() const { return text_; }

 private:
  Word(std::string text, int) : text_(std::move(text)) {}
  std::string text_;
};
struct Field {
  std::string_view name;
  std::variant<std::int64_t, double, Word> value;
};

class Log {
 public:
  enum class Level { debug, info, warning, error };
  explicit Log(int fd, Level level = Level::info);
  // {"time":"...Z","level":"info","event":"request",...fields}: one write(2) per line; never blocks a request for a
  // slow reader longer than the write itself. Time is the machine's.
  void write(Level level, Word event, std::initializer_list<Field> fields);

 private:
  int fd_;
  Level level_;
};

// Prometheus text format. Label values are words of ours (route templates, codes), never input.
class Metrics {
 public:
  void count(std::string_view name, std::string_view labels = {}, double by = 1);  // labels: `route="/x",status="200"`
  void gauge(std::string_view name, std::string_view labels, double value);
  void observe_ms(std::string_view name, std::string_view labels, double ms);  // fixed buckets 0.5 ... 10000
  std::string text() const;

 private:
  struct Histogram {
    std::vector<std::uint64_t> buckets;
    std::uint64_t count = 0;
    double sum = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::string, double, std::less<>> counters_, gauges_;
  std::map<std::string, Histogram, std::less<>> histograms_;
};

}  // namespace carnet::observe
