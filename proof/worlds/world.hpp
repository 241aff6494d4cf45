// One of two worlds: the whole service in this process behind its real pipeline, on a clock and an entropy of its own. What is
// drawn depends on the step, the label and the place in that label's stream, and on nothing that was drawn before the step: so
// that what one world draws for an item which the other has not moves nothing else.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "apps/wiring/house.hpp"
#include "foundation/crypto/crypto.hpp"
#include "foundation/http/client.hpp"

namespace carnet::proof {

class StepEntropy final : public io::Entropy {
 public:
  explicit StepEntropy(std::uint64_t seed) : seed_(seed) {}
  void begin(std::uint64_t step);
  void fill(std::string_view label, std::span<std::uint8_t> out) override;

 private:
  const std::uint64_t seed_;
  std::mutex mutex_;
  std::uint64_t step_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> drawn_;
};

// The value of a Result, or the end of the proof with what went wrong.
[[noreturn]] void give_up(const kernel::Error& error, std::string_view what);
template <class T>
T must(kernel::Result<T> result, std::string_view what) {
  if (!result) give_up(result.error(), what);
  return std::move(*result);
}
inline void must(kernel::Status status, std::string_view what) {
  if (!status) give_up(status.error(), what);
}

// A new directory; on memory where there is some: a trace that waits for no disk leaves more records to the hour.
std::filesystem::path place_for_worlds();

struct Question {
  std::string method, target, body{};
  std::vector<http::Header> headers{};
};
struct Answer {
  int status = 0;
  std::vector<http::Header> headers;  // without the date and the request's id
  std::string body;                   // the request's id, which is random, stands as "(request)"
};

class World {
 public:
  using Caller = std::shared_ptr<const identity::Caller>;
  World(std::uint64_t seed, std::filesystem::path directory, kernel::Instant start);
  ~World();
  World(const World&) = delete;

  // Before anything is done: the same number and instant in both worlds.
  void step(std::uint64_t number, kernel::Instant at);
  void settle();  // whatever the last step left to do in the background
  Answer ask(const Caller& caller, const Question& question);

  wiring::House& house() { return *house_; }
  void import_csv(const std::string& csv);
  kernel::PersonId person(std::string_view number15);
  std::string opaque(kernel::PersonId person) { return house_->identity().people().opaque(person); }
  template <class Fn>
  void write(Fn fn, std::string_view what) {
    must(house_->main().write_now<void>([&](store::Tx& tx) -> kernel::Status { const auto done = fn(tx);
      if (!done) return std::unexpected(done.error());
      return {};
    }),
         what);
  }
  // A session that was reauthenticated a moment ago, as the browser's cookie would name it.
  std::string reauthenticated_session(kernel::PersonId person);

  // The same sites to browsers, as they are served: over TLS, who asks is who signed in. The port; draws nothing.
  std::uint16_t serve_browsers();
  // A session begun now, as its cookie holds it.
  std::string signed_in(kernel::PersonId person);
  kernel::Instant now() const { return clock_.now(); }
  const crypto::IdPermutation& ids() const { return *ids_; }

 private:
  struct Callers;  // the authenticator: the header of a request names who is known here
  void serve();
  std::unique_ptr<http::Server> start(http::Listener listener);
  std::filesystem::path directory_;
  io::ManualClock clock_;
  StepEntropy entropy_;
  std::unique_ptr<wiring::House> house_;
  std::unique_ptr<crypto::IdPermutation> ids_;
  std::shared_ptr<Callers> callers_;
  std::unique_ptr<http::Server> server_, to_browsers_;
  std::unique_ptr<http::Client> client_;
  int imports_ = 0;
};

}  // namespace carnet::proof
