// keyring: the person keys. Random, one set per space, wrapped by the master key, in a store of their own; opened only
// against a durable trace; destroyed at erasure. Tables owned (key store): space_key, key_opening.
#pragma once
#include <memory>
#include <optional>
#include <span>

#include "audit/audit.hpp"
#include "foundation/crypto/crypto.hpp"
#include "foundation/io/clock.hpp"
#include "foundation/store/store.hpp"

namespace carnet::keyring {

using kernel::SpaceId;

enum class Purpose { read_record = 1, write_record = 2, export_record = 3, extract = 4 };

// An opened person key; zeroised when it goes. Seals and opens what belongs to one space only.
class SpaceKey {
 public:
  SpaceKey(SpaceKey&&) noexcept = default;
  SpaceKey& operator=(SpaceKey&&) noexcept = default;
  // `associated` must name table, item and version; the space is added by the key.
  kernel::Bytes seal(kernel::ByteView plain, std::string_view associated) const;
  std::optional<kernel::Bytes> open(kernel::ByteView sealed, std::string_view associated) const;
  SpaceId space() const { return space_; }

 private:
  friend class Keyring;
  SpaceKey(SpaceId space, kernel::SecretBytes key, io::Entropy& entropy)
      : space_(space), key_(std::move(key)), entropy_(&entropy) {}
  SpaceId space_;
  kernel::SecretBytes key_;
  io::Entropy* entropy_;
};

// Openings of one day and part, as kept: at most those there were (see Keyring::openings).
struct OpeningCount {
  std::int64_t day = 0;  // UTC, since 1970-01-01, of the trace
  int part = 0;
  std::int64_t durable = 0, in_transaction = 0;
};
inline constexpr int opening_parts = 1024;
int opening_part(SpaceId space);  // the part in which openings of that space are counted

class Keyring {
 public:
  // `keys` is a store of its own (keys.db, opened with secure_delete), migrated with migrations(). `master` wraps each
  // person key (branch "record"). `clock` tells the age of cached keys; without one nothing is cached. All outlive it.
  static kernel::Result<std::unique_ptr<Keyring>> open(store::Store& keys, const kernel::SecretBytes& master,
                                                       io::Entropy& entropy, const io::Clock* clock = nullptr);
  ~Keyring();
  static std::vector<store::Migration> migrations();

  // Makes the space's key before the transaction that creates the space commits; calling again keeps the first key.
  // `gone` for a space whose key was destroyed: it gets no second one.
  io::Task<kernel::Status> create(SpaceId space);
  kernel::Status create_now(std::span<const SpaceId> spaces);  // many at once (demonstration country, sweeper)

  // No trace, no key (P4): the key is that of the receipt's space; a receipt already moved from aborts the process.
  // `gone` after destroy, `not_found` when none was made. Unwrapped keys stay in a bounded, zeroised cache for minutes.
  // The purpose is the one in the trace, named again where the key is asked for.
  io::Task<kernel::Result<SpaceKey>> open(const audit::TraceReceipt& receipt, Purpose purpose);
  // The same inside a transaction of the main store: answers from the cache or reads the key store synchronously.
  kernel::Result<SpaceKey> open_now(const audit::TraceReceipt& receipt, Purpose purpose);

  // Counts of receipts that opened a key, each once, of traces of the days [from, to). Kept in the key store some seconds
  // after, and at the end of the program: a crash forgets the openings of its last seconds, never invents one.
  static kernel::Result<std::vector<OpeningCount>> openings(store::Snapshot& keys, std::int64_t from_day, std::int64_t to_day);

  // Erasure: the wrapped key is overwritten and deleted, and the log that held it emptied; durable on return; no way
  // back. On an error call again (`unavailable`: a long read holds the log; the key is destroyed already).
  io::Task<kernel::Status> destroy(SpaceId space);

 private:
  Keyring();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace carnet::keyring
