// Internal to foundation/http: the one way through, from a head that was read to an answer ready to be written.
#pragma once
#include "foundation/http/core.hpp"

namespace carnet::http {

// Where the pipeline takes the body from, once it wants it.
class BodySource {
 public:
  virtual ~BodySource() = default;
  // Receives the whole body into turn.request.body, or refuses: larger than max_body, too slow, broken, or no memory.
  virtual io::Task<kernel::Status> receive_body(std::size_t max_body) = 0;
};

// Fills turn.response; never throws.
io::Task<void> run_pipeline(Core& core, const Endpoint& endpoint, Turn& turn, BodySource& body);

// The answer to an error, in the site's own form when the site is known. Faults are logged here.
Response render_error(Core& core, const Turn& turn, const kernel::Error& error);

}  // namespace carnet::http
