// Permissions to see one document on the documents' origin, where no cookie goes: 128 random bits, a few minutes, one
// session. A ticket holds the receipt of the trace that the view left, and no byte of the document. Inside record only.
#pragma once
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "record/record.hpp"

namespace carnet::record {

enum class Shown { html, pdf, image };

struct Ticket {
  std::shared_ptr<const identity::Caller> caller;
  PersonId person;
  kernel::SpaceId space;
  std::int64_t local = 0;
  Shown shown = Shown::html;
  bool embedded = false;  // a PDF inside a CDA
  audit::TraceReceipt receipt;
  kernel::Instant until{};
};

class Tickets {
 public:
  static constexpr std::int64_t lives_ms = 5 * 60'000LL;
  explicit Tickets(io::Entropy& entropy, std::size_t most = 20'000) : entropy_(entropy), most_(most) {}
  std::string issue(Ticket ticket);
  std::shared_ptr<const Ticket> find(const std::string& id, kernel::Instant now);

 private:
  io::Entropy& entropy_;
  const std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Ticket>> tickets_;
  std::deque<std::string> order_;  // oldest first: all live equally long
};

}  // namespace carnet::record
