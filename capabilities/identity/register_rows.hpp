// The SQL of the import: what a batch needs to know, and what it writes. Inside identity only.
#pragma once
#include "identity/register_plan.hpp"

namespace carnet::identity {

// An import of a file, as far as it is durable.
struct ImportRun {
  std::int64_t touched = 0;
  FileMark mark;
  ImportProgress counts;  // bytes and lines are mark's
  std::int64_t set_aside_bytes = 0;
};

kernel::Result<Known> known_of(store::Snapshot& at, std::span<const ReadyLine> lines);
kernel::Status write_plan(store::Tx& tx, const Plan& plan, kernel::Instant now);

// The run of that fingerprint if it is the last one that touched the register; an older one would resume on rows that
// another file has changed since.
kernel::Result<std::optional<ImportRun>> last_run_if(store::Snapshot& at, const crypto::Digest& fingerprint);
kernel::Status begin_run(store::Tx& tx, const crypto::Digest& fingerprint, const ImportRun& run);  // becomes the last one
kernel::Status mark_run(store::Tx& tx, const crypto::Digest& fingerprint, const ImportRun& run);

}  // namespace carnet::identity
