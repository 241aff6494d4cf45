// A place on this machine where programs of ours or the operator's call in: a Unix socket, or a port of the loopback.
// Knows bytes, not what they mean.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "foundation/io/task.hpp"
#include "foundation/kernel/result.hpp"

namespace carnet::io {

// One connection's side that is ours.
class Conversation {
 public:
  struct Said {
    std::string bytes;
    bool ends = false;  // hang up once this is sent
  };
  virtual ~Conversation() = default;
  virtual Said begin() = 0;
  virtual Task<Said> hear(std::string_view bytes) = 0;  // as they come; no more are read before it has answered
};

class Listener {
 public:
  struct Options {
    std::string place;  // "127.0.0.1:2424", "[::1]:2424", or "unix:/run/carnet/mail.sock" (mode 0660); port 0: any that is free
    int most_connections = 50;  // others wait in the system's queue
    std::int64_t idle_ms = 300'000;  // one that says nothing for so long is hung up on
  };
  // Refused (invalid "listener.place"): another place than those; one that cannot be bound.
  static kernel::Result<std::unique_ptr<Listener>> open(Options options, Executor executor,
                                                        std::function<std::unique_ptr<Conversation>()> answer);
  ~Listener();
  std::uint16_t port() const;  // 0 for a Unix socket
  // Takes no more connections, hangs up, and returns when every conversation has ended. From another thread than the
  // executor's, which must be running.
  void stop();

 private:
  Listener() = default;
  struct State;
  std::shared_ptr<State> state_;
};

// Whether `place` is one that Listener may listen on, by its form.
bool is_local_place(std::string_view place);

}  // namespace carnet::io
