// Logs and metrics of the running service. JSON lines on a descriptor; only typed fields, so that no person's datum can
// be logged by habit: text values must be Word (a literal or a name of ours), numbers, or durations.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
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
  // `gather`: how long a line below warning may wait for others, to leave with them in one write(2). None: at once.
  explicit Log(int fd, Level level = Level::info, std::chrono::milliseconds gather = {});
  ~Log();  // what waits is written
  // {"time":"...Z","level":"info","event":"request",...fields}: lines leave whole and in order; a warning or an error takes
  // along at once what waits. Never blocks a request for a slow reader longer than the write itself. Time is the machine's.
  void write(Level level, Word event, std::initializer_list<Field> fields);

 private:
  void write_out(std::string_view lines) const;
  void write_what_waits(std::stop_token stop);

  int fd_;
  Level level_;
  std::chrono::milliseconds gather_;
  std::mutex mutex_;  // held over write(2) too: what is gathered is in order
  std::condition_variable_any wake_;
  std::string waiting_;
  std::jthread writer_;
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
