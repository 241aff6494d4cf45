// audit: who looked. Every action on a space leaves a trace before it has an effect outside; the journal is
// append-only, gap-free per space and lane, hash-chained, and the holder reads it in words. Rules: rules.md 7;
// invariants in README.md.
//
// Tables owned: trace_pending (main store); trace, trace_lane, trace_mark (journal store).
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "audit/seals.hpp"
#include "foundation/crypto/crypto.hpp"
#include "foundation/io/clock.hpp"
#include "foundation/io/task.hpp"
#include "foundation/kernel/id.hpp"
#include "foundation/kernel/time.hpp"
#include "foundation/store/store.hpp"

namespace carnet::audit {

using kernel::SpaceId;

enum class Lane { ordinary = 0, reserved = 1 };  // reserved: acts hidden from some reader (rules.md 7)
enum class ActorKind {
  // numbers are durable: never reuse one
  holder = 1,
  representative,
  professional,
  producer,
  agent,
  mediator,
  operator_,
  machine,
  person_unknown,
  carer,     // to whom the holder delegated
  guardian,  // of a protected adult, or of a minor
};
enum class Mode { normal = 0, bris_de_glace = 1, centre_15 = 2 };
enum class Action {
  // numbers are durable: never reuse one
  space_notified = 1,
  space_opened,
  space_objected,
  space_opened_by_default,
  space_closed,
  space_reopened,
  space_archived_read,
  space_erased,
  space_suspended,
  code_requested,
  code_refused,
  signed_in = 20,
  sign_in_refused,
  signed_out,
  contact_changed,
  account_recovered,
  documents_listed = 40,
  document_read,
  document_deposited,
  document_replaced,
  document_added_by_holder,
  document_contested,
  document_refused,
  traces_read = 60,
  relation_declared,
  relation_ended,
  setting_changed,
  exported,
  resource_read = 80,  // a structured resource, or one of its versions
  resource_written,
  resource_deleted,
  history_read,
  record_searched,
};

// Stable words of the interfaces (docs/formats/trace.md): "professional", "document_read".
std::string_view code_of(ActorKind kind);
std::string_view code_of(Action action);

// One action on a space, as codes and parameters; words are made at display.
struct Entry {
  SpaceId space;
  Lane lane = Lane::ordinary;
  Action action = Action::documents_listed;
  ActorKind actor = ActorKind::machine;
  std::string actor_id;      // RPPS, person's opaque id, client id or machine purpose; sealed with the rest
  std::string actor_name;    // as it was at that moment ("Dr Lina Benali")
  std::string profession;    // G15 code, empty when none
  std::string structure_id;  // FINESS, empty when none
  std::string structure_name;
  Mode mode = Mode::normal;
  std::string reason;      // rule that allowed ("access.care_team") or the reason given in an emergency
  std::string item;        // opaque id of the document, empty for the whole space
  std::string item_title;  // as the reader may see it
  std::int64_t count = 0;  // items in a list
  std::string request_id;
};

// Proof that a trace is durable: whoever holds one may open a key for that space. Move-only, made only by audit.
class TraceReceipt {
 public:
  // Moved from, a receipt is of no space: nothing opens with it.
  TraceReceipt(TraceReceipt&& other) noexcept
      : space_(std::exchange(other.space_, SpaceId())), entry_id_(std::exchange(other.entry_id_, {})),
        is_durable_(other.is_durable_), used_(other.used_.load()) {}
  TraceReceipt& operator=(TraceReceipt&& other) noexcept {
    space_ = std::exchange(other.space_, SpaceId());
    entry_id_ = std::exchange(other.entry_id_, {});
    is_durable_ = other.is_durable_;
    used_ = other.used_.load();
    return *this;
  }
  TraceReceipt(const TraceReceipt&) = delete;
  SpaceId space() const { return space_; }
  const std::string& entry_id() const { return entry_id_; }
  // False: from append, the trace is durable when its transaction is.
  bool is_durable() const { return is_durable_; }
  // True for the first who asks, in whatever place the receipt has moved to: so a receipt is counted once.
  bool first_use() const { return !used_.exchange(true); }

 private:
  friend class Journal;
  TraceReceipt(SpaceId space, std::string entry_id, bool is_durable)
      : space_(space), entry_id_(std::move(entry_id)), is_durable_(is_durable) {}
  SpaceId space_;
  std::string entry_id_;
  bool is_durable_ = false;
  mutable std::atomic<bool> used_{false};
};

// The day (UTC, since 1970-01-01) in which an entry id was made; -1 when it is none.
std::int64_t day_of_entry(std::string_view entry_id);

struct Trace {
  std::int64_t sequence = 0;  // of the space's lane, from 1, without gap
  kernel::Instant at;         // when it was asked for
  std::string entry_id;       // as in the receipt
  Entry entry;
  // SHA-256(previous hash | sealed body | header), see docs/formats/trace.md. Both empty while the trace is committed
  // but has not moved to the journal; its sequence is then the one it will have if nothing comes before it.
  kernel::Bytes hash;
  kernel::Bytes previous;
};

// A trace as an auditor meets it. `fault`: empty, or what is wrong with its row; the entry then holds space and lane only.
//   "body_unreadable"  it does not open at its place, under the key of traces
//   "hash_differs"     its hash is not that of its row
//   "not_in_chain"     the trace before it in its lane is missing, or is not the one it was chained to
struct Reviewed {
  Trace trace;
  std::string_view fault;
};

struct Filter {
  Lane lane = Lane::ordinary;
  std::optional<kernel::Instant> from, to;
  std::int64_t before_sequence = 0;  // paging: entries with a lower sequence; 0 from the newest
  std::size_t limit = 50;
};

struct Link;  // a row of the journal; inside audit

class Journal {
 public:
  // `journal` is a store of its own with one writer; `main` the store in which commands commit. Both migrated by the
  // caller with their migrations. Recovers chain heads and drains trace_pending before it returns. Both stores outlive
  // it.
  static kernel::Result<std::unique_ptr<Journal>> open(store::Store& main, store::Store& journal, crypto::Sealer sealer,
                                                       const io::Clock& clock, io::Entropy& entropy);
  ~Journal();
  static std::vector<store::Migration> main_migrations();
  static std::vector<store::Migration> journal_migrations();

  // For reads: returns once the trace is durable in the journal. The only way to obtain a TraceReceipt, with append.
  io::Task<kernel::Result<TraceReceipt>> durable(Entry entry);
  kernel::Result<TraceReceipt> durable_now(Entry entry);  // the same without a coroutine

  // For commands: the trace is part of the caller's transaction (durable when it commits, gone when it rolls back) and
  // moves to the journal afterwards, once, whatever crashes. The receipt lets the same command seal what it stores.
  kernel::Result<TraceReceipt> append(store::Tx& tx, Entry entry);

  // Newest first. Includes what has committed but not moved yet. Reading traces is itself traced by the caller
  // (access).
  io::Task<kernel::Result<std::vector<Trace>>> read(SpaceId space, Filter filter);

  // What the ordinary lanes of all spaces gained, in the order of writing: for who must be told of it. `after` is the place
  // an earlier call reached, 0 the beginning; a call looks at `most` rows of the journal. What has committed and not moved
  // yet comes in a later call, once. The reserved lanes are not looked at. One process writes the journal.
  struct Gained {
    std::vector<Trace> traces;
    std::int64_t reached = 0;
    bool more = false;
  };
  io::Task<kernel::Result<Gained>> gained(std::int64_t after, std::int64_t most);
  kernel::Result<std::int64_t> reached_now();  // the place of what is written last

  // Walks one space's chain: sequence without gap, hashes linked, bodies open. Value: entries checked.
  kernel::Result<std::int64_t> verify(SpaceId space, Lane lane);

  // Every trace whose entry id was made in [from, to), of all spaces, once: those in the journal oldest first, then those
  // that still wait. `each` answers false to stop. Works on stores opened to be read. Memory: the traces of some seconds
  // or minutes; cost: linear in the traces of the period.
  kernel::Status review(kernel::Instant from, kernel::Instant to, const std::function<bool(const Reviewed&)>& each);

  // One lane, whole and oldest first, as it is chained: what seals' extracts are made of.
  kernel::Result<std::vector<Link>> links(SpaceId space, Lane lane);
  const crypto::Sealer& sealer() const;

  io::Task<kernel::Status> settle();  // all pending moved; used by stop, backup and tests

 private:
  struct State;
  explicit Journal(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace carnet::audit
