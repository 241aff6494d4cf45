// Filing documents: who they are for, whether they are there already, and the one transaction that keeps them with
// their trace. Inside record only.
#pragma once
#include "record/rules.hpp"
#include "record/shared.hpp"

namespace carnet::record {

struct Whom {
  PersonId person;
  kernel::Zone zone = kernel::Zone::paris();
  std::string display_name;
};
// The one person whom every number, the traits and the reference of a deposit name; else `invalid`
// "record.person_refused" with an issue at each place.
kernel::Result<Whom> resolve(const Shared& shared, store::Snapshot& at, const Prepared& prepared);

struct Filing {
  CallerPtr caller;
  Whom whom;
  access::Act act = access::Act::deposit;  // or add_own
  std::string request_id;
};
struct Filed {
  kernel::SpaceId space;
  std::vector<Deposited> documents;  // as many as drafts
  std::vector<std::int64_t> locals;
  std::vector<Document> stored;  // of those that were created
  kernel::Instant at{};
};
// Durable on return, traces included. forbidden as access says; conflict "record.unique_id" when a uniqueId is there
// with other bytes: nothing is kept then.
io::Task<kernel::Result<Filed>> file(Shared& shared, Filing filing, std::shared_ptr<std::vector<Draft>> drafts);

}  // namespace carnet::record
