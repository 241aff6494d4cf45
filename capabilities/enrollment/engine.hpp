// What the parts of enrollment have in common: the rooms below, the keys, and the one way an act is written - facts, codes,
// trace, receipt, notices and what others must do, in the caller's transaction. Private to this capability.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "enrollment/rules.hpp"
#include "enrollment/store.hpp"

namespace carnet::enrollment {

using kernel::Result;
using kernel::Status;

std::vector<store::Migration> schema_files(std::string_view folder);

// One person's life, as a transaction found it.
struct Case {
  identity::Person person;
  std::shared_ptr<const Terms> terms;
  std::vector<Fact> facts;
  Life life;
  World world;
  PersonId id() const { return person.id; }
};

// Who acts, for the trace.
struct Actor {
  audit::ActorKind kind = audit::ActorKind::person_unknown;
  std::string id{}, name{}, request_id{};
};

// A code that someone typed, and where it came from.
struct Typed {
  std::optional<ProvisionalCode> code{};
  std::string number{}, serial{};
  std::string source{};  // address of the peer; empty for the desk, the programs and the tests
};

struct Engine {
  Engine(store::Store& main_store, const kernel::SecretBytes& master, const parameters::Parameters& dated_parameters,
         audit::Journal& audit_journal, keyring::Keyring& person_keys, notices::Notices& outbox,
         identity::Identity& who, const io::Clock& now, io::Entropy& randomness);

  store::Store& main;
  const parameters::Parameters& parameters;
  audit::Journal& journal;
  keyring::Keyring& keyring;
  notices::Notices& notices;
  identity::Identity& identity;
  const io::Clock& clock;
  io::Entropy& entropy;
  const kernel::SecretBytes code_pepper;    // branch "codes"
  const kernel::SecretBytes source_pepper;  // branch "sources"
  const crypto::Sealer receipt_seal, flow_seal;
  const crypto::IdPermutation receipt_ids, flow_ids;
  std::optional<crypto::SigningKey> receipt_key{};
  std::string receipt_public_pem{};
  std::vector<std::function<Status(store::Tx&, const Standing&, const Standing&)>> handlers{};
  std::function<Status(store::Snapshot&, const identity::Caller&, PersonId)> judge_session{};
  mutable std::mutex terms_mutex{};
  mutable std::pair<Date, std::shared_ptr<const Terms>> terms_of_day{};

  const identity::Register& people() const { return identity.people(); }
  std::shared_ptr<const Terms> terms(Instant now) const;

  // ---- engine.cpp
  Result<Case> load(store::Snapshot& at, PersonId person) const;
  // Writes what time did, then the decision. The receipt is the decision's; or, when the act was done before and nothing is
  // written, the last one of `kind_of_act`.
  struct Recorded {
    std::optional<Receipt> receipt{};
    std::string reference{};  // of the notice that carries a code
  };
  Result<Recorded> record(store::Tx& tx, Case& about, const Decision& decision, const Actor& actor,
                          std::string_view kind_of_act = {}) const;
  // Moves the person's place among what is due; what is due already and could not be done comes back at `not_before`.
  Status reschedule(store::Tx& tx, const Case& about, Instant not_before) const;
  // The space of which the person's next opening would be, its key made; 0 for a person who does not exist. A transaction
  // cannot wait for a key, so this comes before it.
  // With opening false, the key is made only when time has opened the space and nothing has recorded it yet.
  io::Task<Result<SpaceId>> ready_space(PersonId person, bool opening) const;
  kernel::Bytes hash_of(PersonId person, std::string_view campaign, const ProvisionalCode& code) const;
  // The fact that sent the code, if `code` is one of the person's; 0 otherwise. Same work for every person and code.
  Result<std::int64_t> find_code(store::Snapshot& at, PersonId person, const std::optional<ProvisionalCode>& code) const;

  // Of a session, as others judge it; the road is open when nobody asked to judge.
  Status may_act(store::Snapshot& at, const identity::Caller& by, PersonId person) const {
    return judge_session ? judge_session(at, by, person) : Status{};
  }
  // The minors a person represents, each by the calendar of their own territory.
  Result<std::vector<PersonId>> minors_of(store::Snapshot& at, PersonId representative) const;

  // ---- receipt.cpp
  Status load_receipt_key();
  Result<Receipt> issue(store::Tx& tx, const Case& about, const Fact& fact, std::string_view kind, const Life& after) const;
  Result<std::optional<Receipt>> last_receipt(store::Snapshot& at, PersonId person, std::string_view kind) const;
  Result<std::string> receipt_text(store::Snapshot& at, std::string_view opaque) const;  // as signed, with its signature
  Result<kernel::Bytes> receipt_pdf(store::Snapshot& at, std::string_view opaque) const;

  // ---- tell.cpp
  // Who receives what announces the space: the person, or the representative who declared a minor.
  Result<identity::Person> addressee(store::Snapshot& at, const Case& about) const;
  Result<std::string> send_code(store::Tx& tx, const Case& about, const Fact& fact, const ProvisionalCode& code) const;
  Status tell(store::Tx& tx, const Case& about, notices::Template what, bool letter_too,
              const std::map<std::string, std::string>& said) const;

  // ---- tries.cpp
  struct Attempt {
    std::optional<PersonId> person{};  // whose number and serial match (an adult; for a child, the representative)
    bool closed = false;               // the code road is closed: the code is not looked at
    std::string campaign{};
    CounterKind counter = CounterKind::opening;
  };
  // Counts the try, durably once the transaction commits; too_many "enrollment.wait" when it may not be made yet.
  Result<Attempt> count_try(store::Tx& tx, const Typed& typed, CounterKind counter) const;
  Status judged(store::Tx& tx, const Typed& typed, const Attempt& attempt, bool right) const;
  // The same for someone signed in: the session says who it is.
  Result<Attempt> count_own_try(store::Tx& tx, PersonId person, const Typed& typed, CounterKind counter) const;
  Status count_source(store::Tx& tx, const Typed& typed) const;
  Status source_judged(store::Tx& tx, const Typed& typed, bool right) const;
};

// Outside, a refusal that would tell a death, or that the facts were right for nothing, is the same as wrong facts.
kernel::Error error_of(Refusal refusal, const Case& about);
kernel::Error error_for_holder(Refusal refusal);  // to someone signed in
kernel::Error facts_do_not_match();
SpaceId space_if_opened(const Life& life, PersonId person);
bool opened_unrecorded(const Life& life);
Presented in_person();
std::string grouped_receipt(std::string_view symbols);

}  // namespace carnet::enrollment
