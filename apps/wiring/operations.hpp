// What an operator may ask of the service, the same through the running server's local socket or with no server: one table
// of operations by name. Long ones report progress.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "apps/wiring/house.hpp"
#include "foundation/kernel/json.hpp"

namespace carnet::wiring {

namespace json = kernel::json;

// Progress of one run; read by another thread than the one that writes.
class Progress {
 public:
  void set(std::int64_t done, std::int64_t total, std::string words);
  void stop() { stop_.store(true); }
  bool stopped() const { return stop_.load(); }
  struct View {
    std::int64_t done = 0, total = 0;
    std::string words;
  };
  View view() const;

 private:
  mutable std::mutex mutex_;
  View view_;
  std::atomic<bool> stop_{false};
};

using Operation = std::function<io::Task<kernel::Result<json::object>>(House&, json::object, std::shared_ptr<Progress>)>;

// "register.import" {file, set_aside?} · "directory.import" {file} · "client.add" {json} · "campaign.start" {name, max_people, per_second} · "clock.forward"
// {ms} · "clock.show" · "key.backup" {file, passphrase} · "backup.create" {directory} · "status"
// · "letter.returned" {reference} · "letters.print" {command} · "life.suspend|lift|death|death_reverted" {number}
// · "account.recover" {number, agent, second_agent, document} · "account.sheet" {number, agent}
// · "vigilance.queue" · "vigilance.show" {group} · "vigilance.judge" {group, name?}
const std::map<std::string, Operation, std::less<>>& operations();

// The same over the local socket: POST /operations/{name} -> 202 {run}; GET /runs/{run} -> {done, total, words, ended,
// result? | error?}. Served on the unix socket only, whose file is 0600.
class Console {
 public:
  explicit Console(House& house) : house_(house) {}
  std::vector<http::Route> routes();
  void stop();  // asks running operations to end at their next safe point
  bool idle() const;

 private:
  struct Run {
    std::shared_ptr<Progress> progress = std::make_shared<Progress>();
    bool ended = false;
    json::object result;
    std::optional<kernel::Error> error;
  };
  io::Task<kernel::Result<http::Response>> start(http::Exchange& exchange);
  io::Task<kernel::Result<http::Response>> look(http::Exchange& exchange);
  static io::Task<void> carry_out(Console* console, Operation operation, json::object arguments, std::string id);
  House& house_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Run>, std::less<>> runs_;
};

// Error as JSON for the console: {code, detail, issues}.
json::object to_json(const kernel::Error& error);

}  // namespace carnet::wiring
