#include "foundation/observe/observe.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <limits>
#include <thread>

#include "foundation/kernel/json.hpp"
#include "foundation/kernel/time.hpp"

namespace carnet::observe {
namespace {

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_, O_CLOEXEC), 0); }
  ~Pipe() {
    ::close(ends_[0]);
    if (ends_[1] >= 0) ::close(ends_[1]);
  }
  int writer() const { return ends_[1]; }
  std::string all() {
    ::close(ends_[1]);
    ends_[1] = -1;
    std::string text;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(ends_[0], buffer, sizeof buffer)) > 0;)
      text.append(buffer, static_cast<std::size_t>(n));
    return text;
  }
  std::string first() const {
    char buffer[4096];
    const ssize_t n = ::read(ends_[0], buffer, sizeof buffer);
    return {buffer, static_cast<std::size_t>(std::max<ssize_t>(n, 0))};
  }

 private:
  int ends_[2] = {-1, -1};
};

TEST(Log, OneJsonObjectPerLine) {
  Pipe pipe;
  Log log(pipe.writer());
  log.write(Log::Level::info, "request",
            {{"route", "/api/spaces/{space}"}, {"status", std::int64_t{200}}, {"ms", 1.25}});
  log.write(Log::Level::error, "fault", {{"code", Word::of_ours("store.\"failed\"\n\xff")}});
  const auto text = pipe.all();
  const auto end = text.find('\n');
  ASSERT_NE(end, std::string::npos);
  ASSERT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  const auto first = kernel::parse_object(text.substr(0, end));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->at("event").as_string(), "request");
  EXPECT_EQ(first->at("level").as_string(), "info");
  EXPECT_EQ(first->at("route").as_string(), "/api/spaces/{space}");
  EXPECT_EQ(first->at("status").as_int64(), 200);
  EXPECT_DOUBLE_EQ(first->at("ms").as_double(), 1.25);
  EXPECT_TRUE(kernel::parse_rfc3339(std::string(first->at("time").as_string())));
  const auto second = kernel::parse_object(text.substr(end + 1, text.size() - end - 2));
  ASSERT_TRUE(second) << text;
  EXPECT_EQ(second->at("level").as_string(), "error");
}

TEST(Log, LevelsBelowAreLeftOut) {
  Pipe pipe;
  Log log(pipe.writer(), Log::Level::warning);
  log.write(Log::Level::info, "quiet", {});
  log.write(Log::Level::warning, "heard", {{"ratio", std::numeric_limits<double>::infinity()}});
  const auto text = pipe.all();
  EXPECT_EQ(text.find("quiet"), std::string::npos);
  EXPECT_NE(text.find("\"event\":\"heard\",\"ratio\":null}"), std::string::npos) << text;
}

TEST(Log, LinesOfManyThreadsDoNotMix) {
  Pipe pipe;
  Log log(pipe.writer());
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&log] {
        for (std::int64_t i = 0; i < 50; ++i) log.write(Log::Level::info, "line", {{"i", i}});
      });
    }
  }
  const auto text = pipe.all();
  int lines = 0;
  for (std::size_t begin = 0; begin < text.size(); ++lines) {
    const auto end = text.find('\n', begin);
    ASSERT_NE(end, std::string::npos);
    ASSERT_TRUE(kernel::parse_object(text.substr(begin, end - begin)));
    begin = end + 1;
  }
  EXPECT_EQ(lines, 400);
}

// What is gathered waits for a line that matters, for its time, or for the end; and leaves in the order it was written.
TEST(Log, GatheredLinesLeaveWithTheOneThatMatters) {
  Pipe pipe;
  Log log(pipe.writer(), Log::Level::info, std::chrono::hours(1));
  log.write(Log::Level::info, "first", {});
  log.write(Log::Level::info, "second", {});
  log.write(Log::Level::error, "third", {});
  const auto text = pipe.all();
  EXPECT_LT(text.find("first"), text.find("second"));
  EXPECT_LT(text.find("second"), text.find("third"));
  EXPECT_NE(text.find("third"), std::string::npos) << text;
}

TEST(Log, GatheredLinesLeaveAtTheEnd) {
  Pipe pipe;
  {
    Log log(pipe.writer(), Log::Level::info, std::chrono::hours(1));
    log.write(Log::Level::info, "last", {});
  }
  EXPECT_NE(pipe.all().find("last"), std::string::npos);
}

TEST(Log, GatheredLinesLeaveInTheirTime) {
  Pipe pipe;
  Log log(pipe.writer(), Log::Level::info, std::chrono::milliseconds(1));
  log.write(Log::Level::info, "alone", {});
  EXPECT_NE(pipe.first().find("alone"), std::string::npos);  // waits for ever when nothing leaves
}

TEST(Log, ADescriptorThatIsGoneStopsNothing) {
  Log log(-1);
  log.write(Log::Level::error, "nobody_reads", {});
}

TEST(Metrics, CountersAndGauges) {
  Metrics metrics;
  metrics.count("carnet_requests_total", "route=\"/x\",class=\"2xx\"");
  metrics.count("carnet_requests_total", "route=\"/x\",class=\"2xx\"", 2);
  metrics.count("carnet_requests_total");
  metrics.count("carnet_requests_total_other");
  metrics.gauge("carnet_open", {}, 4);
  metrics.gauge("carnet_open", {}, 3.5);
  EXPECT_EQ(metrics.text(),
            "# TYPE carnet_requests_total counter\n"
            "carnet_requests_total 1\n"
            "carnet_requests_total{route=\"/x\",class=\"2xx\"} 3\n"
            "# TYPE carnet_requests_total_other counter\n"
            "carnet_requests_total_other 1\n"
            "# TYPE carnet_open gauge\n"
            "carnet_open 3.5\n");
}

TEST(Metrics, HistogramBucketsAreCumulativeAndBoundsInclusive) {
  Metrics metrics;
  metrics.observe_ms("carnet_ms", "route=\"/x\"", 0.5);
  metrics.observe_ms("carnet_ms", "route=\"/x\"", 0.6);
  metrics.observe_ms("carnet_ms", "route=\"/x\"", 20'000);
  metrics.observe_ms("carnet_plain_ms", {}, 3);
  const auto text = metrics.text();
  EXPECT_NE(text.find("# TYPE carnet_ms histogram\ncarnet_ms_bucket{route=\"/x\",le=\"0.5\"} 1\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("carnet_ms_bucket{route=\"/x\",le=\"1\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("carnet_ms_bucket{route=\"/x\",le=\"10000\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("carnet_ms_bucket{route=\"/x\",le=\"+Inf\"} 3\n"), std::string::npos);
  EXPECT_NE(text.find("carnet_ms_count{route=\"/x\"} 3\n"), std::string::npos);
  EXPECT_NE(text.find("carnet_plain_ms_bucket{le=\"5\"} 1\n"), std::string::npos);
  EXPECT_NE(text.find("carnet_plain_ms_sum 3\n"), std::string::npos);
}

TEST(Metrics, ConcurrentCountsAreAllCounted) {
  Metrics metrics;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&metrics] {
        for (int i = 0; i < 1000; ++i) metrics.count("carnet_total", "k=\"v\"");
      });
    }
  }
  EXPECT_NE(metrics.text().find("carnet_total{k=\"v\"} 4000\n"), std::string::npos);
}

}  // namespace
}  // namespace carnet::observe
