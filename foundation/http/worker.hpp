// Internal to foundation/http: one io thread and what it keeps to itself.
#pragma once
#include <boost/asio/basic_waitable_timer.hpp>
#include <chrono>
#include <list>
#include <thread>

#include "foundation/http/core.hpp"

namespace carnet::http {

class Connection;
using SteadyTimer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, io::Executor>;

// Opaque names of requests, drawn in batches: one call to the system for 64 of them.
class RequestIds {
 public:
  std::string next();

 private:
  kernel::Bytes drawn_;
  std::size_t used_ = 0;
};

class Worker {
 public:
  Worker(Core& shared, unsigned number);
  ~Worker();

  void start();  // the thread, and the tick that ends what passed its deadline
  void join();

  // For this thread only.
  const std::string& date_line();
  RequestIds request_ids;
  std::list<Connection*> connections;

  Core& core;
  std::atomic<std::size_t> load{0};  // connections, for whoever accepts the next one
  asio::io_context context{1};       // last: what is suspended on it refers to the members above

 private:
  io::Task<void> tick();
  void show_gauges();
  const std::string label_;
  std::int64_t date_second_ = -1;
  std::string date_line_;
  std::thread thread_;
};

}  // namespace carnet::http
