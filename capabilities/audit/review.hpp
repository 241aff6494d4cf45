// All traces of a period, for an auditor. Inside audit only.
#pragma once
#include "audit/store.hpp"

namespace carnet::audit {

struct ReviewOf {
  store::Store& main;
  store::Store& journal;
  const crypto::Sealer& sealer;
};
kernel::Status review_traces(const ReviewOf& of, kernel::Instant from, kernel::Instant to,
                             const std::function<bool(const Reviewed&)>& each);

}  // namespace carnet::audit
