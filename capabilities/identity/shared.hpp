// What the parts of identity have in common. Inside identity only.
#pragma once
#include <fmt/core.h>

#include <array>
#include <atomic>
#include <mutex>
#include <unordered_map>

#include "identity/identity.hpp"

namespace carnet::identity {

// A secret given out is kept as its SHA-256 only.
using SecretHash = crypto::Digest;

// Principals of access tokens, for a few seconds: a traced read then opens no row to know who calls. A withdrawal bites
// within the time entries live (P8 asks for 60 s).
class TokenCache {
 public:
  std::shared_ptr<const Caller> find(const SecretHash& token, kernel::Instant now);
  void keep(const SecretHash& token, std::shared_ptr<const Caller> who, kernel::Instant now, kernel::Instant token_ends);
  void clear();

 private:
  static constexpr std::int64_t lives_ms = 15'000;
  static constexpr std::size_t most = 20'000;
  struct Entry {
    std::shared_ptr<const Caller> who;
    kernel::Instant from, until;
  };
  struct FirstBytes {
    std::size_t operator()(const SecretHash& hash) const noexcept;
  };
  std::mutex mutex_;
  std::unordered_map<SecretHash, Entry, FirstBytes> entries_;
};

// Persons as last opened from the register: most requests need one, and opening and reading its body is dear. Looked up
// with the sealed body that stands in the asker's own snapshot, whose end no other body shares: nothing stale is ever
// answered, nor what a transaction wrote and took back. Bounded.
class PersonCache {
 public:
  std::shared_ptr<const Person> find(PersonId id, kernel::ByteView sealed) const;
  void keep(PersonId id, kernel::ByteView sealed, std::shared_ptr<const Person> person);

 private:
  static constexpr std::size_t most = 4'096, shelves = 16;
  using Tag = std::array<std::uint8_t, 16>;
  static Tag tag_of(kernel::ByteView sealed);
  struct Kept {
    Tag tag;
    std::shared_ptr<const Person> person;
  };
  struct Shelf {
    mutable std::mutex mutex;
    std::unordered_map<std::int64_t, Kept> persons;
  };
  std::array<Shelf, shelves> shelves_;
};

struct Shared {
  Shared(store::Store& main, const kernel::SecretBytes& master, const parameters::Parameters& given_parameters,
         audit::Journal& given_journal, notices::Notices& given_notices, const io::Clock& given_clock,
         io::Entropy& given_entropy, io::Pool& given_pool, bool is_demonstration);

  store::Store& store;
  const parameters::Parameters& parameters;
  audit::Journal& journal;
  notices::Notices& notices;
  const io::Clock& clock;
  io::Entropy& entropy;
  io::Pool& pool;
  const bool demonstration;

  const crypto::Sealer seal;               // places begin with the table's name
  const crypto::BlindIndex numbers;        // matricules
  const crypto::BlindIndex cards;          // serials, within a person
  const crypto::BlindIndex lines;          // lines of the register
  const crypto::BlindIndex identifiers;    // sign-in names
  const crypto::BlindIndex subjects;       // of counters
  const kernel::SecretBytes code_key;      // one-time codes
  const crypto::IdPermutation person_ids;
  const std::string nobody_hash;           // verified when there is no account, so that the work is the same

  std::function<kernel::Result<kernel::json::array>(store::Snapshot&, PersonId)> spaces;
  std::function<kernel::Result<kernel::SpaceId>(store::Snapshot&, PersonId)> space_of;

  Register people;
  TokenCache tokens;
  mutable PersonCache persons;
  std::atomic<bool> importing{false};

  Date today() const { return kernel::date_in(clock.now(), kernel::Zone::paris()); }
  std::int64_t parameter(std::string_view name) const { return parameters.integer(name, today()); }
};

// Where a sealed body stands: a body moved to another row, or put back after a newer one, does not open.
inline std::string place(std::string_view table, PersonId person, std::int64_t version) {
  return fmt::format("{}/{}/{}", table, person.value, version);
}
kernel::Result<std::string> open_body(const Shared& shared, kernel::ByteView sealed, std::string_view place);

// 26 symbols that name the person to the server, a dot, 32 random symbols (160 bits).
std::string new_cookie(Shared& shared, PersonId person);
struct CookieKey {
  PersonId person;
  SecretHash hash{};
};
std::optional<CookieKey> key_of_cookie(const Shared& shared, std::string_view cookie);

// Deletes a few rows that ended before `now_ms`, so that tables of passing things stay small without a sweeper.
// `key` are the primary key's columns, `ends` the column that dates the row.
kernel::Status drop_some(store::Tx& tx, std::string_view table, std::string_view key, std::string_view ends, std::int64_t before_ms);

// Everything of a notice's recipient but the address.
notices::Recipient recipient_of(const Person& person);

// A trace on the person's space, if they have one.
struct SignTrace {
  PersonId person;
  audit::Action action = audit::Action::signed_in;
  audit::ActorKind actor = audit::ActorKind::holder;
  std::string_view reason;
  std::string_view request_id;
  std::string_view actor_name{};  // of agents; a holder's is looked up
};
kernel::Status leave_trace(store::Tx& tx, Shared& shared, const SignTrace& trace);

// Forms of the directory's numbers.
bool is_rpps(std::string_view text);
bool is_finess(std::string_view text);

}  // namespace carnet::identity
