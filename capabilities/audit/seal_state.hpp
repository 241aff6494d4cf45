// What the parts of seals have in common. Inside audit only.
#pragma once
#include <atomic>
#include <mutex>

#include "audit/audit.hpp"
#include "audit/seal_rows.hpp"

namespace carnet::audit {

struct Seals::State {
  State(store::Store& journal_store, Journal& journal_of, const kernel::SecretBytes& master, std::string log_origin,
        const io::Clock& civil, io::Entropy& entropy)
      : store(journal_store),
        journal(journal_of),
        origin(std::move(log_origin)),
        clock(civil),
        seal(master, "seals", entropy),
        names(master, "seal-names"),
        salts(crypto::hkdf_sha256(master, "seal-salts", 32)) {}

  store::Store& store;
  Journal& journal;
  const std::string origin;
  const io::Clock& clock;
  const crypto::Sealer seal;
  const crypto::IdPermutation names;
  const kernel::SecretBytes salts;
  std::optional<crypto::SigningKey> key{};
  std::mutex one_at_a_time{};
  std::atomic<bool> stopping{false};

  kernel::Status load_key(io::Entropy& entropy);
  std::string name_of(SpaceId space) const { return names.seal({space.value, 0}); }
  Hash salt(SpaceId space, Lane lane, std::uint64_t number) const;
  Hash leaf_of(const SpaceHeads& heads, std::uint64_t number) const;

  // The three steps of a seal.
  kernel::Result<SealRow> begin();
  kernel::Result<std::uint64_t> build(std::int64_t number);
  kernel::Status finish(SealRow row, std::uint64_t spaces);
};

kernel::Result<std::string> entries_file(store::Snapshot& at, const tlog::TileName& name);

}  // namespace carnet::audit
