// Copies that let the operator lose a machine: the master key under a passphrase, and the data (never with the keys).
#pragma once
#include <functional>

#include "apps/wiring/config.hpp"
#include "apps/wiring/house.hpp"

namespace carnet::wiring {

// Writes the master key sealed under argon2id(passphrase); refuses an existing file and a passphrase under 12 characters.
// The file alone opens nothing. Format: docs/formats/key-backup.md.
kernel::Status backup_master_key(const Config& config, const std::filesystem::path& file, const kernel::SecretBytes& passphrase,
                                 io::Entropy& entropy);
// Puts it back; refuses when a different master key is in place.
kernel::Status restore_master_key(const Config& config, const std::filesystem::path& file,
                                  const kernel::SecretBytes& passphrase);

// A consistent copy of the stores and packs into a new directory: data/ (main store, journal, packs) and person-keys/ (the
// wrapped person keys, to be kept apart and at most 30 days). Served requests go on meanwhile.
io::Task<kernel::Status> create_data_backup(House& house, std::filesystem::path directory, std::function<void(double)> told);
// Into an empty data directory; the master key must be restored before the service starts.
kernel::Status restore_data_backup(const Config& config, const std::filesystem::path& directory);

}  // namespace carnet::wiring
