// seals: the journal made checkable by people who do not trust us (rules.md 7; docs/formats/seal.md). At intervals the
// heads of both lanes of every space become a leaf of a tree, and the tree's root a leaf of one append-only log
// (C2SP tlog-tiles), whose checkpoints are signed here and cosigned by witnesses elsewhere. A space's leaf commits to
// both lanes with fresh salts at every seal, whether or not anything happened: who may read one lane opens that
// commitment only, and learns nothing of the other.
//
// Part of audit's public face; included by audit.hpp. Tables owned: seal_head, seal_change, seal, seal_tile,
// seal_checkpoint, seal_key (journal store).
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "foundation/crypto/crypto.hpp"
#include "foundation/io/clock.hpp"
#include "foundation/kernel/id.hpp"
#include "foundation/store/store.hpp"
#include "standards/tlog/tlog.hpp"

namespace carnet::audit {

enum class Lane;
class Journal;

class Seals {
 public:
  // `origin` names the log ("carnet.example/traces"); it is fixed by the first checkpoint. Outlived by all arguments.
  static kernel::Result<std::unique_ptr<Seals>> open(store::Store& journal_store, Journal& journal,
                                                     const kernel::SecretBytes& master, std::string origin,
                                                     const io::Clock& clock, io::Entropy& entropy);
  ~Seals();

  // Makes one seal of everything in the journal, durable with its checkpoint on return; finishes one that a crash left.
  // Value: its number. Slow (a leaf per space): not on an io thread. One at a time; a second caller waits.
  // After stop(): unavailable "audit.stopping", soon; the seal that was begun is finished by the next service's first.
  kernel::Result<std::uint64_t> seal_now();
  void stop();
  // When the last seal was made; nullopt before the first.
  kernel::Result<std::optional<kernel::Instant>> last_seal_at();

  // The newest checkpoint, with its cosignatures; not_found before the first seal.
  kernel::Result<std::string> checkpoint();
  // The log's public files: "checkpoint", "tile/0/x001/..." (tlog-tiles); not_found for what it does not hold.
  kernel::Result<std::string> file(std::string_view path);
  tlog::VerifierKey log_key() const;

  // What a witness is asked (C2SP tlog-witness, add-checkpoint) that last saw a log of `seen` leaves.
  kernel::Result<std::string> witness_request(std::uint64_t seen);
  // Its answer: signature lines, added to the newest checkpoint when they are valid cosignatures of it by `key`.
  kernel::Status add_cosignature(std::string_view lines, const tlog::VerifierKey& key);

  // The name under which a space's extracts can be checked: 26 symbols that tell a stranger nothing.
  std::string space_name(kernel::SpaceId space) const;
  // One lane of one space, whole, with all that is needed to check it without us. The caller has traced the reading.
  kernel::Result<std::string> extract(kernel::SpaceId space, Lane lane);

 private:
  Seals();
  struct State;
  std::unique_ptr<State> state_;
};

// ---- offline: `carnet audit verify` ---------------------------------------------------------------------------------
struct ExtractKeys {
  tlog::VerifierKey log;
  std::vector<tlog::VerifierKey> witnesses{};  // each must have cosigned; none: the log's word alone
  std::string space{};                         // as the space's pages show it; empty: not compared
};
struct ExtractVerdict {
  // Stable codes with where: "chain: entry 12 does not follow entry 11". Empty: nothing changed, nothing missing.
  std::vector<std::string> findings;
  std::int64_t entries = 0, seals = 0;
  std::int64_t unsealed = 0;  // entries newer than the last seal
  kernel::Instant sealed_at{};
  bool holds() const { return findings.empty(); }
};
// Pure. `now`: a checkpoint older than `oldest` before it is an old one shown again.
ExtractVerdict verify_extract(std::string_view extract, const ExtractKeys& keys, kernel::Instant now,
                              std::chrono::milliseconds oldest);

}  // namespace carnet::audit
