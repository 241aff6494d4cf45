#include "foundation/http/worker.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "foundation/http/connection.hpp"
#include "foundation/http/wire.hpp"
#include "foundation/io/entropy.hpp"
#include "foundation/observe/observe.hpp"

namespace carnet::http {
namespace {

constexpr std::size_t id_bytes = 16;
constexpr std::size_t ids_per_draw = 64;
constexpr std::chrono::milliseconds tick_every{50};
constexpr int gauges_every = 20;  // ticks
constexpr asio::as_tuple_t<asio::use_awaitable_t<io::Executor>> as_outcome{};

}  // namespace

std::string RequestIds::next() {
  if (used_ + id_bytes > drawn_.size()) {
    drawn_ = io::SystemEntropy().bytes("http.request_id", id_bytes * ids_per_draw);
    used_ = 0;
  }
  const auto id = kernel::ByteView(drawn_).subspan(used_, id_bytes);
  used_ += id_bytes;
  return kernel::to_base32(id);
}

Worker::Worker(Core& shared, unsigned number) : core(shared), label_("thread=\"" + std::to_string(number) + "\"") {}

Worker::~Worker() {
  join();
}

void Worker::start() {
  io::spawn(context.get_executor(), tick());
  thread_ = std::thread([this] { context.run(); });
}

void Worker::join() {
  if (thread_.joinable()) thread_.join();
}

// One timer for all connections: arming one per read and write would cost more than the look over the list.
io::Task<void> Worker::tick() {
  SteadyTimer timer(context.get_executor());
  for (int round = 0;; ++round) {
    if (round % gauges_every == 0) show_gauges();
    timer.expires_after(tick_every);
    co_await timer.async_wait(as_outcome);
    const auto now = std::chrono::steady_clock::now();
    for (Connection* connection : connections) connection->tick(now);
  }
}

void Worker::show_gauges() {
  core.metrics.gauge("carnet_http_connections", label_, static_cast<double>(load));
  core.metrics.gauge("carnet_http_body_bytes", {}, static_cast<double>(core.in_flight_bytes));
}

const std::string& Worker::date_line() {
  const auto now = core.clock.now();
  if (const auto second = now.ms / 1000; second != date_second_) {
    date_second_ = second;
    date_line_ = http::date_line(now);
  }
  return date_line_;
}

}  // namespace carnet::http
