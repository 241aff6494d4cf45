// Internal to foundation/http: the one way through, from a head that was read to an answer ready to be written.
#pragma once
#include <chrono>

#include "foundation/http/core.hpp"

namespace carnet::http {

// Where the pipeline takes the body from, once it wants it.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // Receives the whole body into turn.request.body, or refuses: larger than max_body, too slow, broken, or no memory.
  // Asked only when the head announces a body.
  virtual io::Task<kernel::Status> receive_body(std::size_t max_body) = 0;
  // Whether an answer has gone out already, because this took too long: what follows need not be begun.
  virtual bool is_answered() const = 0;
};

// Fills turn.response; never throws.
io::Task<void> run_pipeline(Core& core, const Endpoint& endpoint, Turn& turn, BodySource& body);

// Counts and logs one answer.
struct Accounted {
  int status = 0;
  std::chrono::steady_clock::time_point started;
  std::size_t bytes_in = 0, bytes_out = 0;
};
void account(Core& core, const Turn& turn, const Accounted& answer);

// The answer to an error, in the site's own form when the site is known. Faults are logged here.
Response render_error(Core& core, const Turn& turn, const kernel::Error& error);

}  // namespace carnet::http
