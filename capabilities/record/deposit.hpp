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

struct Once;  // resources.hpp
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
  std::vector<ItemRow> rows;     // the same, without what is sealed
  kernel::Instant at{};
};
// Durable on return, traces included. forbidden as access says; conflict "record.unique_id" when a uniqueId is there
// with other bytes: nothing is kept then.
// `once`: the same key again is answered as it was the first time (resources.hpp).
io::Task<kernel::Result<Filed>> file(Shared& shared, Filing filing, std::shared_ptr<std::vector<Draft>> drafts,
                                     const Once* once = nullptr);

// ---- for a transaction that files documents among other things
// --------------------------------------------------------- The rows of a record are written behind one grant; whoever
// writes them keeps the head row up.
struct Writing {
  store::Tx& tx;
  const access::AccessGrant& grant;
  Head head;  // as it will be put
  kernel::Instant at{};
  bool handed_over =
      true;  // false: what was written cannot be joined to an opened record; the next reader opens it anew
};
// Keyed indexes of what each draft holds: computed before the transaction.
std::vector<kernel::Bytes> content_indexes(const Shared& shared, const std::vector<Draft>& drafts);
kernel::Result<Filed> file_in(Shared& shared, Writing& writing, const Filing& filing, const std::vector<Draft>& drafts,
                              const std::vector<kernel::Bytes>& indexes);
// Keeps up by when the person is told of what awaits an announcement; for what never did, it does nothing useful and
// need not be called. In the transaction that wrote the item, with its facts as they are now.
kernel::Status note_wait(const Shared& shared, store::Tx& tx, const access::AccessGrant& grant, std::int64_t local,
                         const access::ItemFacts& facts, bool deleted);
// The morning on which what awaits an announcement becomes visible, for a deposit at `at`.
kernel::Instant announcement_day(const Shared& shared, kernel::Instant at, const kernel::Zone& zone);

}  // namespace carnet::record
