#include "record/tickets.hpp"

namespace carnet::record {

std::string Tickets::issue(Ticket ticket) {
  const std::string id = kernel::to_base32(entropy_.bytes("record.ticket", 16));
  const std::lock_guard lock(mutex_);
  while (order_.size() >= most_) {
    tickets_.erase(order_.front());
    order_.pop_front();
  }
  tickets_.emplace(id, std::make_shared<const Ticket>(std::move(ticket)));
  order_.push_back(id);
  return id;
}

std::shared_ptr<const Ticket> Tickets::find(const std::string& id, kernel::Instant now) {
  const std::lock_guard lock(mutex_);
  while (!order_.empty()) {
    const auto oldest = tickets_.find(order_.front());
    if (oldest != tickets_.end() && now < oldest->second->until) break;
    if (oldest != tickets_.end()) tickets_.erase(oldest);
    order_.pop_front();
  }
  const auto found = tickets_.find(id);
  return found == tickets_.end() || now >= found->second->until ? nullptr : found->second;
}

}  // namespace carnet::record
